//! `import` writes composite alarms whose rules name imported alarms, and names those that it leaves out.

#[path = "support/printed.rs"]
mod printed;

use printed::run;
use std::path::PathBuf;

fn folder() -> PathBuf {
    printed::folder("import-composites")
}

fn filters() -> String {
    let filter = |name: &str| {
        format!(
            r#"{{"filterName": "s.{name}", "filterPattern": "{{ $.word = \"{name}\" }}", "logGroupName": "g",
            "metricTransformations": [{{"metricName": "{name}", "metricNamespace": "App", "metricValue": "1"}}]}}"#
        )
    };
    format!("{{\"metricFilters\": [{}, {}]}}", filter("a"), filter("b"))
}

/// An answer with the alarms `on a`, `on b` (metric alarms on the filters' metrics) and these composite alarms.
fn alarms(composites: &str) -> String {
    let alarm = |name: &str| {
        format!(
            r#"{{"AlarmName": "on {name}", "Namespace": "App", "MetricName": "{name}", "Period": 300, "Threshold": 1,
            "EvaluationPeriods": 1, "Statistic": "Sum", "ComparisonOperator": "GreaterThanOrEqualToThreshold"}}"#
        )
    };
    format!("{{\"MetricAlarms\": [{}, {}], \"CompositeAlarms\": [{composites}]}}", alarm("a"), alarm("b"))
}

/// Composite alarms, and texts of the report and the rule file.
const CASES: [(&str, &[&str]); 9] = [
    (
        r#"{"AlarmName": "s.either", "AlarmRule": "ALARM(\"on a\") OR ALARM(\"on b\")"}"#,
        &["[[composite]]\nid = \"either\"\n", r#"(ALARM("a") OR ALARM("b"))"#],
    ),
    (
        r#"{"AlarmName": "by-arn", "AlarmRule": "ALARM(\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:on a\")"}"#,
        &["id = \"by-arn\"", r#"ALARM("a")"#],
    ),
    // one over the other, in any order
    (
        r#"{"AlarmName": "outer", "AlarmRule": "ALARM(inner)"}, {"AlarmName": "inner", "AlarmRule": "NOT OK(\"on a\")"}"#,
        &["id = \"outer\"", r#"ALARM("inner")"#, "id = \"inner\"", r#"NOT OK("a")"#],
    ),
    (
        r#"{"AlarmName": "quiet", "AlarmRule": "ALARM(\"on a\")", "AlarmDescription": "Why", "ActionsEnabled": false,
        "ActionsSuppressor": "on b", "ActionsSuppressorWaitPeriod": 120, "ActionsSuppressorExtensionPeriod": 90,
        "OKActions": ["arn:aws:sns:us-east-1:123456789012:t"]}"#,
        &[
            "description = \"Why\"",
            "actions_enabled = false",
            "notify = [\"OK\"]",
            "alarm = \"b\"",
            "wait = \"2m\"",
            "extension = \"90s\"",
            "the alarm `quiet` has the action arn:aws:sns:us-east-1:123456789012:t",
        ],
    ),
    // an alarm that is left out is named, with its rule
    (
        r#"{"AlarmName": "c", "AlarmRule": "ALARM(elsewhere)"}"#,
        &[
            "the composite alarm `c` is left out: it names `elsewhere`, which is not imported; its rule is: ALARM(elsewhere)",
        ],
    ),
    (
        r#"{"AlarmName": "c", "AlarmRule": "ALARM(d)"}, {"AlarmName": "d", "AlarmRule": "ALARM(elsewhere)"}"#,
        &["`c` is left out: it names `d`", "`d` is left out: it names `elsewhere`"],
    ),
    (
        r#"{"AlarmName": "c", "AlarmRule": "ALARM(\"on a\")", "ActionsSuppressor": "elsewhere"}"#,
        &["`c` is left out: its suppressor is `elsewhere`, which is not imported"],
    ),
    (r#"{"AlarmName": "c", "AlarmRule": "ALRM(x)"}"#, &["`c` is left out: ", "Unsupported token"]),
    (
        r#"{"AlarmName": "c", "AlarmRule": "ALARM(\"on a\")", "NewMember": 1}"#,
        &["the composite alarm `c` has `NewMember`", "id = \"c\""],
    ),
];

#[test]
fn composite_alarms_are_taken_or_named() {
    let folder = folder();
    std::fs::write(folder.join("f.json"), filters()).unwrap();
    for (composites, parts) in CASES {
        std::fs::write(folder.join("a.json"), alarms(composites)).unwrap();
        let args = ["import", "--filters", "f.json", "--alarms", "a.json", "--prefix", "s."];
        let (code, text) = run(&folder, &args);
        assert!(code < 2, "{composites}: {text}");
        parts.iter().for_each(|part| assert!(text.contains(part), "{composites}: {part} in {text}"));
        run(&folder, &[&args[..], &["--output", "out.toml"]].concat());
        let (code, text) = run(&folder, &["test", "out.toml"]);
        assert_eq!(code, 0, "{composites}: {text}");
    }
}
