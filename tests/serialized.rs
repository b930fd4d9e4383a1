//! Findings, datapoints and alarm results as JSON.

use cwfilter::alarm::{Alarm, Comparison, LowSamples, Metric, Missing, State, Statistic, Timestamp};
use cwfilter::diagnostic::Diagnostic;
use cwfilter::metric::{MetricFilter, Transformation};
use serde_json::{Value, json};

fn to_json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("it is JSON")
}

#[test]
fn results_serialize_with_the_names_of_the_api() {
    let text = "{ $.a = 1 AND $.b = 2 }";
    let finding = to_json(Diagnostic::from(&text.parse::<cwfilter::FilterPattern>().unwrap_err()));
    assert_eq!(finding["severity"], "error");
    assert_eq!(
        (&finding["primary"]["span"], &finding["primary"]["location"]),
        (&json!({"start": 10, "end": 13}), &json!("pattern"))
    );

    let transformation = Transformation::new("App", "Bytes", "$.bytes");
    let filter = MetricFilter::new("{ $.bytes = * }".parse().unwrap(), transformation).unwrap();
    let point = to_json(filter.datapoint(r#"{"bytes":12}"#));
    assert_eq!(point, json!({"value": 12.0, "unit": "None", "dimensions": {}}));

    let alarm = Alarm::new("errors", Statistic::Sum, 300, 1.0).missing(Missing::NotBreaching);
    let mut history = alarm.history();
    history.add(Timestamp::from_seconds(90), 1.0);
    let changes = to_json(history.changes(Timestamp::from_seconds(60), Timestamp::from_seconds(600)));
    assert_eq!((&changes[0]["old"], &changes[0]["new"]), (&json!("INSUFFICIENT_DATA"), &json!("ALARM")));
    assert_eq!(changes[0]["time"], "1970-01-01T00:02:10.000+0000");
    assert_eq!(
        to_json(Metric::new("App", "Errors")),
        json!({"namespace": "App", "name": "Errors", "dimensions": []})
    );
    for (value, name) in [
        (to_json(State::InsufficientData), "INSUFFICIENT_DATA"),
        (to_json(Comparison::GreaterOrEqual), "GreaterThanOrEqualToThreshold"),
        (to_json(Missing::NotBreaching), "notBreaching"),
        (to_json(LowSamples::Ignore), "ignore"),
        (to_json("p99.9".parse::<Statistic>().unwrap()), "p99.9"),
    ] {
        assert_eq!(value, name);
    }
}

/// An alarm serializes as the request that it is read from; the ARNs of its actions are not its own.
#[test]
fn an_alarm_serializes_as_its_request() {
    let single = json!({
        "AlarmName": "errors", "AlarmDescription": "Why", "ActionsEnabled": false, "Namespace": "App", "MetricName": "Errors",
        "Dimensions": [{"Name": "Fn", "Value": "x"}], "Statistic": "Sum", "Period": 300, "Unit": "Count", "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2, "Threshold": 1.0, "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching",
        "EvaluateLowSampleCountPercentile": "ignore", "EvaluationWindow": {"WallClockWindow": {"Timezone": "-05:30"}},
    });
    let least = json!({
        "AlarmName": "p", "ActionsEnabled": true, "Namespace": "App", "MetricName": "Time", "Dimensions": [],
        "ExtendedStatistic": "p99.9", "Period": 60, "EvaluationPeriods": 1, "Threshold": 2.5,
        "ComparisonOperator": "GreaterThanThreshold",
    });
    let query = json!({
        "AlarmName": "q", "ActionsEnabled": true, "EvaluationPeriods": 1, "Threshold": 2.5, "ComparisonOperator": "GreaterThanThreshold",
        "Metrics": [
            {"Id": "m", "ReturnData": false, "MetricStat": {"Metric": {"Namespace": "App", "MetricName": "M", "Dimensions": []},
             "Period": 60, "Stat": "Average", "Unit": "Percent"}},
            {"Id": "e", "ReturnData": true, "Label": "twice", "Expression": "m * 2", "Period": 60},
        ],
    });
    for request in [single, least, query] {
        let (alarm, _) = Alarm::from_request(&request).unwrap();
        assert_eq!(to_json(&alarm), request);
    }
}
