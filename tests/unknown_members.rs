//! `admit` refuses the members that AWS's requests do not have, and `import` names those of AWS's answers that a rule cannot say.

use cwfilter::answers::AlarmRequest;
use cwfilter::import::{read_alarms, read_metric_filters};
use serde_json::{Value, json};

/// The error of `admit`; empty if the request is accepted.
fn admit(operation: &str, request: &Value) -> String {
    let asked = json!({ "op": "admit", "operation": operation, "request": request });
    match AlarmRequest::from_json(asked).and_then(AlarmRequest::answer) {
        Ok(_) => String::new(),
        Err(error) => format!("{}: {}", error.code, error.message),
    }
}

fn filter() -> Value {
    json!({ "logGroupName": "g", "filterName": "f", "filterPattern": "ERROR",
        "metricTransformations": [{ "metricName": "M", "metricNamespace": "App", "metricValue": "1" }] })
}

fn alarm() -> Value {
    json!({ "AlarmName": "a", "Namespace": "App", "MetricName": "M", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold" })
}

/// The member at a path is added to the request.
fn with(mut request: Value, path: &str, member: &str, value: Value) -> Value {
    request.pointer_mut(path).unwrap()[member] = value;
    request
}

#[test]
fn members_that_no_request_has() {
    assert_eq!(admit("PutMetricFilter", &filter()), "");
    assert_eq!(admit("PutMetricAlarm", &alarm()), "");
    for (member, value) in [
        ("id", json!(1)),
        ("logEvents", json!([])),
        ("account", json!("123456789012")),
        ("region", json!("us-east-1")),
    ] {
        let found = admit("PutMetricFilter", &with(filter(), "", member, value.clone()));
        let expected = format!("SerializationException: request: no member `{member}` in PutMetricFilter");
        assert!(found.starts_with(&expected), "{found}");
        // null is a member, too
        let found = admit("PutMetricFilter", &with(filter(), "", member, Value::Null));
        assert!(found.starts_with(&expected), "{found}");
        let found = admit("PutMetricAlarm", &with(alarm(), "", member, value));
        assert_eq!(found, format!("ValidationError: no member `{member}`"));
    }
    for (request, path, expected) in [
        (filter(), "", "SerializationException: request: no member `other`"),
        (
            filter(),
            "/metricTransformations/0",
            "SerializationException: request: metricTransformations[0]: no member `other`",
        ),
        (alarm(), "", "ValidationError: no member `other`"),
        // beside a member that is not modelled
        (with(alarm(), "", "EvaluationInterval", json!(60)), "", "ValidationError: no member `other`"),
    ] {
        let operation = if request.get("AlarmName").is_some() { "PutMetricAlarm" } else { "PutMetricFilter" };
        let found = admit(operation, &with(request, path, "other", json!(1)));
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn members_that_no_answer_had() {
    let notes =
        |filter: Value| read_metric_filters(&json!({ "metricFilters": [filter] }).to_string()).unwrap().notes;
    assert_eq!(notes(filter()), [""; 0]);
    let cannot = "has `other`, which a rule cannot say";
    assert_eq!(notes(with(filter(), "", "other", json!(1))), [format!("the metric filter `f` {cannot}")]);
    let inside = with(filter(), "/metricTransformations/0", "other", json!(1));
    assert_eq!(notes(inside), [format!("the metric transformation of `f` {cannot}")]);

    let notes = |alarm: Value| read_alarms(&json!({ "MetricAlarms": [alarm] }).to_string()).unwrap().notes;
    for shown in ["AlarmArn", "StateValue", "StateReasonData", "EvaluationState", "EvaluationWindow"] {
        let value = if shown == "EvaluationWindow" { json!({ "SlidingWindow": {} }) } else { json!("x") };
        assert_eq!(notes(with(alarm(), "", shown, value)), [""; 0], "{shown}");
    }
    for unsaid in
        ["other", "Tags", "EvaluationInterval", "WarmUpConfiguration", "ActionConfiguration", "AlarmRule"]
    {
        let named = format!("the alarm `a` has `{unsaid}`, which a rule cannot say");
        assert_eq!(notes(with(alarm(), "", unsaid, json!("x"))), [named]);
    }
    let composite =
        json!({ "AlarmName": "c", "AlarmRule": "ALARM(a)", "ActionsSuppressedBy": "Alarm", "other": 1 });
    let read = read_alarms(&json!({ "CompositeAlarms": [composite] }).to_string()).unwrap();
    assert_eq!(read.notes, ["the composite alarm `c` has `other`, which a rule file cannot express"]);
}
