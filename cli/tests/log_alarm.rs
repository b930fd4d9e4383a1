//! `cwfilter translate --to put-log-alarm`: the request for a rule, or the setting that a log alarm does not have.

#[path = "support/streams.rs"]
mod streams;

use serde_json::{Value, json};
use std::path::Path;

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    streams::run(folder, &[&["translate", "--to", "put-log-alarm"], args].concat())
}

fn rule(pattern: &str, metric: &str, alarm: &str) -> String {
    let alarm = if alarm.is_empty() { String::new() } else { format!("alarm = {{ {alarm} }}\n") };
    format!(
        "[[rule]]\nid = \"stopped\"\ntitle = \"A trail stopped\"\npattern = '{pattern}'\n\
         metric = {{ namespace = \"Security\", name = \"Stopped\", {metric} }}\n{alarm}"
    )
}

const ALARM: &str = r#"statistic = "Sum", period = "5m", threshold = 1"#;

#[test]
fn the_request_has_the_settings_of_the_rule() {
    let folder = streams::folder("log-alarm/request");
    let alarm = r#"statistic = "Sum", period = "5m", threshold = 2, comparison = ">", evaluate = "2 of 3", missing = "notBreaching", notify = ["ALARM", "OK"]"#;
    let text = rule("{ $.eventName = \"StopLogging\" }", "value = \"1\"", alarm);
    std::fs::write(folder.join("r.toml"), text).unwrap();
    let role = "arn:aws:iam::123456789012:role/query";
    let topic = "arn:aws:sns:eu-west-1:123456789012:security";
    let places = ["--log-group", "trail", "--role", role, "--topic", topic];
    let (code, out, err) = run(&folder, &[&["--rules", "r.toml", "stopped"][..], &places].concat());
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("use: aws cloudwatch put-log-alarm --cli-input-json") && err.contains("assumes: "),
        "{err}"
    );
    assert_eq!(
        serde_json::from_str::<Value>(&out).unwrap(),
        json!({
            "AlarmName": "stopped",
            "AlarmDescription": "A trail stopped",
            "ScheduledQueryConfiguration": {
                "QueryString": "fields @timestamp, @message\n| filter eventName = \"StopLogging\"",
                "LogGroupIdentifiers": ["trail"],
                "ScheduledQueryRoleARN": role,
                "ScheduleConfiguration": { "ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 300 },
                "AggregationExpression": "count(*)",
            },
            "QueryResultsToEvaluate": 3,
            "QueryResultsToAlarm": 2,
            "Threshold": 2.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "ActionsEnabled": true,
            "AlarmActions": [topic],
            "OKActions": [topic],
        })
    );
}

#[test]
fn what_a_log_alarm_cannot_express_is_refused() {
    let folder = streams::folder("log-alarm/refused");
    let pattern = "{ $.a = \"x\" }";
    // pattern, metric, alarm, and a part of the refusal, or the aggregation
    for (pattern, metric, alarm, said) in [
        (pattern, "value = \"1\"", ALARM, "count(*)"),
        (pattern, "value = \"$.latency\"", ALARM, "sum(latency)"),
        (
            pattern,
            "value = \"$.a.latency-ms\"",
            r#"statistic = "p99", period = "1m", threshold = 1"#,
            "pct(`a.latency-ms`, 99)",
        ),
        (pattern, "value = \"1\"", r#"statistic = "SampleCount", period = "1m", threshold = 1"#, "count(*)"),
        (pattern, "value = \"1\", default = 0", ALARM, "count(*)"),
        (pattern, "value = \"2\"", ALARM, "`value`: of a constant value"),
        (pattern, "value = \"1\", default = 1", ALARM, "`default`: a query does not count"),
        (
            pattern,
            "value = \"1\"",
            r#"statistic = "Maximum", period = "1m", threshold = 1"#,
            "`value`: of a constant value",
        ),
        (
            pattern,
            "value = \"$.a\"",
            r#"statistic = "TM(10%:90%)", period = "1m", threshold = 1"#,
            "`statistic`: Logs Insights has no",
        ),
        (
            pattern,
            "value = \"1\"",
            r#"statistic = "Sum", period = "10s", threshold = 1"#,
            "`period`: a scheduled query runs every",
        ),
        (
            pattern,
            "value = \"1\"",
            r#"statistic = "Sum", period = "1h", threshold = 1, window = "wall clock""#,
            "`window`: a log alarm has no",
        ),
        (
            pattern,
            "value = \"1\", dimensions = { \"D\" = \"$.d\" }",
            ALARM,
            "`dimensions`: a query has no dimensions",
        ),
        (pattern, "value = \"1\"", "", "the rule has no metric with an alarm"),
        (
            "{ $.a[*] = \"x\" }",
            "value = \"1\"",
            ALARM,
            "at byte 2: `$.a[*] = \"x\"`: Logs Insights names each element",
        ),
    ] {
        std::fs::write(folder.join("r.toml"), rule(pattern, metric, alarm)).unwrap();
        let (code, out, err) = run(&folder, &["--rules", "r.toml"]);
        if code == 0 {
            let request: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(
                request["ScheduledQueryConfiguration"]["AggregationExpression"], said,
                "{metric} {alarm}"
            );
            continue;
        }
        assert_eq!((code, out.as_str()), (1, ""), "{metric} {alarm}: {err}");
        assert!(err.starts_with("refused: ") && err.contains(said), "{metric} {alarm}: {err}");
        let (code, out, _) = run(&folder, &["--rules", "r.toml", "--json"]);
        let value: Value = serde_json::from_str(&out).unwrap();
        assert!(code == 1 && value["refusal"]["reason"].is_string(), "{out}");
    }
    let (code, _, err) = run(&folder, &["ERROR"]);
    assert!(code == 2 && err.contains("needs the alarm of a rule"), "{err}");
}
