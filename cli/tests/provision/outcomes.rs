//! What a program reads of a run: exit codes, one JSON object, and what was read back after the writes.

use crate::emulators::emulators;
use crate::gateway::Gateway;
use crate::lifecycle::other;
use crate::stacks::{Run, TestStack};
use crate::trial;
use cwfilter::aws::{Account, Service};
use libtest_mimic::Trial;
use serde_json::{Value, json};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("a_gate_that_refuses_in_json", a_gate_that_refuses_in_json),
        trial("a_destruction_in_json", a_destruction_in_json),
        trial("what_is_not_as_written_is_said", what_is_not_as_written_is_said),
        trial("names_of_others_are_escaped", names_of_others_are_escaped),
    ]
}

/// The JSON that a run printed, which is what the schema of plans says.
fn object(run: &Run) -> Value {
    let value: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.out));
    let schema = include_str!("../../../docs/schemas/output/plan.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
    value
}

/// A failing test of a rule: its place and its words, and an exit code of its own for a schedule.
fn a_gate_that_refuses_in_json() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("gate-json", &["stopped"], &[], false);
    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    let failing = rules.replace("expect = \"match\"", "expect = \"no-match\"");
    std::fs::write(stack.folder.join("rules.toml"), failing).unwrap();
    gateway.take_seen();
    for (arguments, code) in
        [("plan --check --json", 5), ("plan --json", 1), ("apply --yes --json", 1), ("plan --check", 5)]
    {
        let run = stack.run(&gateway, arguments).expect(code);
        assert!(run.err.contains("error: nothing is pushed"), "{}", run.err);
        if !arguments.contains("--json") {
            continue;
        }
        let gate = object(&run);
        assert_eq!(gate["version"], 2);
        let problem = &gate["gate"][0];
        assert_eq!(problem["message"], "the test `somebody does` of `stopped` fails");
        assert!(
            problem["line"].as_u64().unwrap() > 5
                && problem["path"].as_str().unwrap().ends_with("rules.toml")
        );
    }
    assert!(gateway.take_seen().is_empty(), "AWS was asked");
}

/// Deletions say what they delete.
fn a_destruction_in_json() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("destroy-json", &["stopped"], &[("email", "security@example.com")], false);
    stack.run(&gateway, "apply --yes").expect(0);
    let gone = object(&stack.run(&gateway, "destroy --yes --json").expect(0));
    // the record is a step, and no resource of a rule
    let is_counted = |it: &&Value| it["resource"]["kind"] != "record";
    assert_eq!(
        gone["summary"]["delete"],
        gone["steps"].as_array().unwrap().iter().filter(is_counted).count()
    );
    let filter = gone["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["resource"]["kind"] == "metric-filter")
        .unwrap();
    assert_eq!(
        (&filter["action"], &filter["resource"]["name"]),
        (&json!("delete"), &json!("destroy-json.stopped"))
    );
    assert_eq!(filter["resource"]["properties"]["filterPattern"], "{ $.eventName = \"StopLogging\" }");
    let reports = gone["reports"].as_array().unwrap();
    assert!(
        reports.len() == gone["steps"].as_array().unwrap().len()
            && reports.iter().all(|it| it["outcome"] == "done"),
        "{gone}"
    );
    let notes = gone["notes"].to_string();
    assert!(
        notes.contains(
            "the topic destroy-json-alerts stays with its subscriptions: `--delete topic` deletes it"
        ),
        "{notes}"
    );
}

/// A write that had no effect, whatever its answer was, is written once more, and then said.
fn what_is_not_as_written_is_said() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("lost", &["stopped"], &[], false);
    gateway.answer("DescribeMetricFilters", json!({ "metricFilters": [] }));
    let run = stack.run(&gateway, "apply --yes").expect(1);
    assert!(
        run.out.contains("\nerror: read back: metric filter lost.stopped is not as written\n"),
        "{}",
        run.out
    );
    let writes = gateway.take_seen().into_iter().filter(|it| it.operation == "PutMetricFilter").count();
    assert_eq!(writes, 2);
    let json = object(&stack.run(&gateway, "apply --yes --json").expect(1));
    assert_eq!(json["differs"], json!(["metric filter lost.stopped is not as written"]));
}

/// A name in the account cannot control a terminal.
fn names_of_others_are_escaped() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("escapes", &["stopped"], &[], false);
    stack.run(&gateway, "apply --yes").expect(0);
    let input = json!({
        "logGroupName": "escapes-trail", "filterName": "x\u{1b}[2J\u{202e}y", "filterPattern": "{ $.eventName = \"StopLogging\" }",
        "metricTransformations": [{ "metricNamespace": "Others", "metricName": "m", "metricValue": "1" }],
    });
    other(&gateway).call(Service::Logs, "PutMetricFilter", input).unwrap();
    for arguments in ["plan", "plan --full", "destroy --yes --delete log-group"] {
        let run = stack.run(&gateway, arguments).expect(0);
        assert!(run.out.contains("x\\u{1b}[2J\\u{202e}y"), "{}", run.out);
        assert!(
            ![&run.out, &run.err].iter().any(|text| text.contains(['\u{1b}', '\u{202e}'])),
            "{}",
            run.out
        );
    }
}
