//! `test --format json` and `mutate --format json` tell recorded, written and generated events apart.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};
use serde_json::Value;

/// The first condition is decided by a recorded and a written event, the second one only by generated events, and the last one is not tested.
const RULES: &str = r#"
[[rule]]
id = "r"
pattern = '{ $.a = x || $.b = y }'
[[rule.test]]
name = "recorded"
origin = "recorded"
event = { a = "x" }
expect = "match"
[[rule.test]]
name = "written"
events = [{ a = "z" }, { a = "xx" }]
expect = "no-match"
[[rule.test]]
name = "generated"
origin = "generated"
event = { b = "y" }
expect = "match"
[[rule.test]]
name = "wrong"
event = { b = "n" }
expect = "match"
"#;

fn json(args: &[&str], code: i32) -> Value {
    let here = folder(&format!("rule-json-{}", args[0]), &[("rules.toml", RULES)]);
    let mut all = args.to_vec();
    all.extend(["--format", "json", "rules.toml"]);
    let found = run(&here, &all);
    assert_eq!(found.code, code, "{}{}", found.stdout, found.stderr);
    serde_json::from_str(&found.stdout).unwrap_or_else(|error| panic!("{error}: {}", found.stdout))
}

#[test]
fn coverage_by_origin() {
    let report = json(&["test", "--coverage"], 1);
    assert_eq!((&report["passed"], &report["failed"]), (&3.into(), &1.into()));
    let coverage = &report["coverage"];
    let counts =
        ["outcomes", "recorded", "written", "generated"].map(|name| coverage[name].as_u64().unwrap());
    assert_eq!(counts, [4, 1, 2, 1], "{coverage}");
    assert_eq!(coverage["percent"], 75.0);
    let rule = &report["rules"][0];
    assert_eq!(rule["coverage"]["conditions"][0]["true"], "recorded", "{rule}");
    assert_eq!(rule["coverage"]["conditions"][1]["true"], "generated", "{rule}");
    let outcomes: Vec<&str> =
        rule["tests"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["passed", "passed", "passed", "wrong verdict"]);
    // without the option nothing was measured
    let report = json(&["test"], 1);
    assert!(report.get("coverage").is_none() && report["rules"][0].get("coverage").is_none(), "{report}");
}

#[test]
fn mutants_by_origin() {
    // a test that fails is a finding
    let report = json(&["mutate"], 1);
    let count = |value: &Value, name: &str| value[name].as_u64().unwrap();
    let rule = &report["rules"][0];
    assert_eq!(rule["failing"], serde_json::json!(["wrong"]), "{rule}");
    assert_eq!(count(rule, "noticed"), count(rule, "recorded") + count(rule, "written"), "{rule}");
    assert!(
        count(rule, "recorded") > 0 && count(rule, "written") > 0 && count(rule, "withoutEvidence") > 0,
        "{rule}"
    );
    let open = rule["notNoticed"].as_array().unwrap();
    let sum = count(rule, "noticed") + count(rule, "withoutEvidence") + open.len() as u64;
    assert_eq!(count(rule, "mutants"), sum, "{rule}");
    assert!(open.iter().all(|it| it["witness"].is_string()), "{rule}");
    assert_eq!(count(&report, "noticed"), count(rule, "noticed"));
}
