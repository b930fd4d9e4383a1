//! `verify` against a stub that answers `TestMetricFilter` with what AWS was observed to answer.

use crate::gateway::{Gateway, Request};
use crate::stacks::{Run, program};
use crate::trial;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("recorded_answers_go_the_whole_way", recorded_answers_go_the_whole_way),
        trial("another_answer_is_shown", another_answer_is_shown),
        trial("the_open_questions_can_be_asked", the_open_questions_can_be_asked),
        trial("an_account_becomes_a_rule_file", an_account_becomes_a_rule_file),
    ]
}

fn conformance(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/conformance/{file}", concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    // a refusal whose text was not recorded cannot be repeated
    let is_whole = |row: &Value| row["invalid"] != true || row["error"].is_string();
    rows.filter(|row: &Value| row["evidence"] == "observed" && row["disputed"] != true && is_whole(row))
        .collect()
}

/// By pattern and message: what AWS said.
fn recorded() -> BTreeMap<(String, String), Value> {
    let mut rows = BTreeMap::new();
    let key = |row: &Value| {
        (row["pattern"].as_str().unwrap().to_owned(), row["message"].as_str().unwrap_or_default().to_owned())
    };
    for row in conformance("cases.jsonl") {
        rows.insert(key(&row), row);
    }
    for mut row in conformance("extract.jsonl") {
        if row["op"] == "test_metric_filter" {
            row["match"] = json!(true);
            rows.insert(key(&row), row);
        }
    }
    rows
}

/// Answers as the service does, in its own form.
fn answer(recorded: &BTreeMap<(String, String), Value>, request: &Request) -> Option<(u16, String)> {
    assert_eq!((request.service.as_str(), request.operation.as_str()), ("logs", "TestMetricFilter"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let pattern = body["filterPattern"].as_str().unwrap_or_default().to_owned();
    let messages = body["logEventMessages"].as_array().unwrap();
    assert!((1..=50).contains(&messages.len()));
    let mut matches = Vec::new();
    for (number, message) in (1..).zip(messages) {
        let text = message.as_str().unwrap().to_owned();
        let row = &recorded[&(pattern.clone(), text)];
        if row["invalid"] == true {
            let message = &row["error"];
            return Some((
                400,
                json!({ "__type": "InvalidParameterException", "message": message }).to_string(),
            ));
        }
        if row["match"] == true {
            let values = row["expect"].get("extractedValues").cloned().unwrap_or_else(|| json!({}));
            matches
                .push(json!({ "eventNumber": number, "eventMessage": message, "extractedValues": values }));
        }
    }
    Some((200, json!({ "matches": matches }).to_string()))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(gateway: &Gateway, arguments: &str, more: &[&Path]) -> Run {
    Run::of(program(gateway, arguments).args(more).output().unwrap())
}

/// Empty messages cannot be sent, and there is no answer of AWS to them.
fn questions(recorded: &BTreeMap<(String, String), Value>) -> String {
    let mut by_pattern: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (pattern, message) in recorded.keys().filter(|(_, message)| !message.is_empty()) {
        by_pattern.entry(pattern).or_default().push(message);
    }
    let line = |(number, (pattern, messages))| json!({ "id": format!("q{number}"), "pattern": pattern, "messages": messages });
    by_pattern.into_iter().enumerate().map(|it| line(it).to_string() + "\n").collect()
}

fn recorded_answers_go_the_whole_way() {
    let folder = folder("recorded");
    let rows = recorded();
    std::fs::write(folder.join("questions.jsonl"), questions(&rows)).unwrap();
    let gateway = Gateway::with(None, move |request| answer(&rows, request));
    let record = folder.join("answers.jsonl");
    let asked =
        run(&gateway, "verify --rate 100000 --record", &[&record, &folder.join("questions.jsonl")]).expect(0);
    assert!(asked.out.contains(" 0 differ"), "{}", asked.out);
    let lines = std::fs::read_to_string(&record).unwrap();
    assert!(lines.lines().count() > 1_000, "{}", lines.lines().count());
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((first["evidence"].as_str(), first["region"].as_str()), (Some("observed"), Some("us-east-1")));
    assert_eq!(first["date"].as_str().map(str::len), Some(10));
    let replayed = run(&gateway, "verify --replay", &[&record]).expect(0);
    assert_eq!(replayed.out, asked.out);
    let observed: String = conformance("cases.jsonl").iter().map(|row| row.to_string() + "\n").collect();
    std::fs::write(folder.join("cases.jsonl"), observed).unwrap();
    run(&gateway, "verify --replay", &[&folder.join("cases.jsonl")]).expect(0);
}

fn another_answer_is_shown() {
    let folder = folder("other");
    let question = r#"{"id":"q","pattern":"[a, b]","messages":["one two","three"]}"#;
    std::fs::write(folder.join("questions.jsonl"), question).unwrap();
    let answers = [
        (json!({ "matches": [] }), "recorded no match\n    cwfilter match"),
        (
            json!({ "matches": [{ "eventNumber": 1, "extractedValues": { "$a": "one", "$b": "2" } }] }),
            "recorded extracts {\"$a\": \"one\", \"$b\": \"2\"}\n    cwfilter extracts {\"$a\": \"one\", \"$b\": \"two\"}",
        ),
        (
            json!({ "__type": "InvalidParameterException", "message": "no" }),
            "recorded refused: no\n    cwfilter accepted",
        ),
    ];
    for (answer, shown) in answers {
        let status = if answer["__type"].is_string() { 400 } else { 200 };
        let gateway = Gateway::with(None, move |_| Some((status, answer.to_string())));
        let found = run(&gateway, "verify --rate 100000", &[&folder.join("questions.jsonl")]).expect(1);
        assert!(found.out.contains(shown), "{}", found.out);
    }
    let denied = Gateway::with(None, |_| {
        Some((400, json!({ "__type": "AccessDeniedException", "message": "you" }).to_string()))
    });
    let failed = run(&denied, "verify --rate 100000", &[&folder.join("questions.jsonl")]).expect(3);
    assert!(failed.err.contains("TestMetricFilter: AccessDeniedException: you"), "{}", failed.err);
}

fn the_open_questions_can_be_asked() {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("tests/parity/questions.jsonl");
    let gateway = Gateway::with(None, |_| Some((200, json!({ "matches": [] }).to_string())));
    let asked = Run::of(program(&gateway, "verify --rate 100000").arg(file).output().unwrap());
    assert!(asked.out.contains("answers compared"), "{}{}", asked.out, asked.err);
    assert!(gateway.take_seen().len() > 40);
}

/// The answers of the AWS command line, saved.
fn an_account_becomes_a_rule_file() {
    let folder = folder("import");
    let filters = json!({ "metricFilters": [
        {
            "filterName": "sec.root", "filterPattern": "{ $.userIdentity.type = \"Root\" }", "logGroupName": "trail",
            "creationTime": 1, "applyOnTransformedLogs": false,
            "metricTransformations": [{ "metricName": "Root", "metricNamespace": "Security", "metricValue": "1", "defaultValue": 0.0 }],
        },
        {
            "filterName": "refused", "filterPattern": "{ $.a == 1 }", "logGroupName": "trail",
            "metricTransformations": [{ "metricName": "X", "metricNamespace": "Security", "metricValue": "1" }],
        },
    ] });
    let alarms = json!({ "CompositeAlarms": [], "MetricAlarms": [{
        "AlarmName": "root used", "AlarmDescription": "call", "Namespace": "Security", "MetricName": "Root", "Statistic": "Sum",
        "Dimensions": [], "Period": 300, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching", "ActionsEnabled": true,
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:security-alerts"], "OKActions": [], "InsufficientDataActions": [],
    }] });
    std::fs::write(folder.join("filters.json"), filters.to_string()).unwrap();
    std::fs::write(folder.join("alarms.json"), alarms.to_string()).unwrap();
    let gateway = Gateway::with(None, |_| None);
    let mut command = program(&gateway, "import --prefix sec.");
    command.arg("--filters").arg(folder.join("filters.json")).arg("--alarms").arg(folder.join("alarms.json"));
    let imported = Run::of(command.output().unwrap());
    assert!(imported.err.contains("the pattern of `refused` is left out"), "{}", imported.err);
    let files = cwfilter::rules::parse("x.toml".as_ref(), imported.out.clone())
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let rule = &files.rules[0];
    assert_eq!((rule.id.as_str(), files.rules.len()), ("root", 1), "{}", imported.out);
    let alarm = rule.alarm_settings().unwrap().unwrap();
    assert_eq!((alarm.datapoints_to_alarm, alarm.evaluation_periods, alarm.period), (Some(2), 3, 300));
}
