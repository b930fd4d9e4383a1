//! `cwfilter alarm --ndjson` and `emit --ndjson`: one answer for each line, in order; unknown members are named.

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

fn asked(verb: &str, requests: &[String]) -> (i32, Vec<Value>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args([verb, "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(requests.join("\n").as_bytes()).unwrap();
    let output = program.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn alarm() -> Value {
    json!({
        "AlarmName": "a", "Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold"
    })
}

#[test]
fn alarm_requests() {
    let mut math = alarm();
    math["ThresholdMetricId"] = "band".into();
    let mut unknown = alarm();
    unknown["Treshold"] = 1.into();
    let puts = json!([{"timestamp": "2026-03-04T10:11:01Z", "value": 2}]);
    let at = "2026-03-04T10:12:20Z";
    let evaluate = |id: &str, alarm: &Value, more: Value| {
        let mut request = json!({"id": id, "op": "evaluate", "alarm": alarm, "puts": puts, "at": at});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request.to_string()
    };
    let requests = [
        evaluate("rings", &alarm(), json!({"prior": {"state": "OK"}})),
        evaluate("kept", &alarm(), json!({"prior": {"state": "ALARM", "reason": "as before"}})),
        evaluate("not modelled", &math, json!({})),
        evaluate("unknown alarm member", &unknown, json!({})),
        evaluate("unknown member", &alarm(), json!({"when": at})),
        json!({"id": 7, "op": "statistics", "puts": [{"value": 1}], "statistics": ["Sum", "sum"]})
            .to_string(),
        json!({"id": 8, "op": "guess"}).to_string(),
        json!({"id": 9, "op": "notify", "channel": "lambda", "alarm": alarm(),
               "transition": {"from": "OK", "to": "ALARM", "reason": "", "time": at}})
        .to_string(),
        "no json".to_owned(),
    ];
    let (code, answers) = asked("alarm", &requests);
    assert_eq!(answers.len(), requests.len());
    assert_eq!(code, 3, "some lines are no requests");
    assert_eq!((&answers[0]["id"], &answers[0]["state"]), (&json!("rings"), &json!("ALARM")));
    assert_eq!(answers[0]["reasonData"]["recentDatapoints"], json!([2.0]));
    assert_eq!((&answers[1]["state"], &answers[1]["reason"]), (&json!("ALARM"), &json!("as before")));
    for (at, word) in [
        (2, "ThresholdMetricId is not modelled"),
        (3, "no member `Treshold`"),
        (4, "when"),
        (5, "no statistic `sum`"),
        (6, "guess"),
        (7, "the channel lambda is not modelled"),
        (8, "expected"),
    ] {
        let message = answers[at]["error"]["message"].as_str().unwrap();
        assert!(message.contains(word), "{at}: {message}");
    }
}

#[test]
fn emit_takes_the_newer_members_and_names_what_it_does_not_know() {
    let request = |more: Value| {
        let mut request = json!({
            "filterPattern": "HIT",
            "metricTransformations": [{"metricName": "m", "metricNamespace": "App", "metricValue": "23"}],
            "logEvents": [{"timestamp": 0, "message": "HIT"}, {"timestamp": 1, "message": "other"}],
            "account": "123456789012", "region": "us-east-1", "logGroupName": "g"
        });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let with_default =
        json!([{"metricName": "m", "metricNamespace": "App", "metricValue": "23", "defaultValue": 0}]);
    let two = json!([
        request(json!({}))["metricTransformations"][0],
        request(json!({}))["metricTransformations"][0]
    ]);
    let mut unknown_account = request(json!({"fieldSelectionCriteria": "@aws.account = '123456789012'"}));
    unknown_account.as_object_mut().unwrap().remove("account");
    let rows: Vec<(Value, Result<Vec<f64>, &str>)> = vec![
        (request(json!({})), Ok(vec![23.0])),
        (request(json!({"metricTransformations": with_default})), Ok(vec![23.0, 0.0])),
        (request(json!({"fieldSelectionCriteria": "@aws.account = \"123456789012\""})), Ok(vec![23.0])),
        // an event that is left out publishes no default either
        (
            request(
                json!({"fieldSelectionCriteria": "@aws.region = 'eu-west-1'", "metricTransformations": with_default}),
            ),
            Ok(vec![]),
        ),
        (request(json!({"applyOnTransformedLogs": true, "metricTransformations": with_default})), Ok(vec![])),
        (request(json!({"applyOnTransformedLogs": false})), Ok(vec![23.0])),
        (
            request(json!({"fieldSelectionCriteria": "nonsense"})),
            Err("The provided field selection criteria is invalid"),
        ),
        (unknown_account, Err("need @aws.account")),
        (
            request(json!({"emitSystemFieldDimensions": ["@aws.nope"]})),
            Err("The supported system fields are"),
        ),
        (request(json!({"emitSystemFieldDimensions": ["@aws.account", "@aws.account"]})), Ok(vec![23.0])),
        (
            request(json!({"filterName": "a:b"})),
            Err("Member must satisfy regular expression pattern: [^:*]*"),
        ),
        (request(json!({"filterDescription": "x"})), Err("filterDescription")),
        (request(json!({"applyOnTransformedLog": true})), Err("applyOnTransformedLog")),
        (
            request(json!({"metricTransformations": two})),
            Err(
                "Value at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1",
            ),
        ),
    ];
    let requests: Vec<String> = rows.iter().map(|(request, _)| request.to_string()).collect();
    let (_, answers) = asked("emit", &requests);
    assert_eq!(answers.len(), rows.len());
    for ((request, expected), answer) in rows.iter().zip(&answers) {
        match expected {
            Ok(values) => {
                let got: Vec<f64> = answer["datapoints"]
                    .as_array()
                    .unwrap_or_else(|| panic!("{request}: {answer}"))
                    .iter()
                    .map(|point| point["value"].as_f64().unwrap())
                    .collect();
                assert_eq!(got, *values, "{request}");
            }
            Err(word) => {
                let message =
                    answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{request}: {answer}"));
                assert!(message.contains(word), "{request}: {message}");
            }
        }
    }
}
