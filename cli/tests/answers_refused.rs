//! Wrong input of `alarm --ndjson`, `emit --ndjson` and `test-metric-filter --ndjson`: each line gets an error that names the member, in JSON's
//! terms. A row is a valid request, a change of one member (`null` removes it), and words of the error; no words: it is accepted.

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

fn answers(verb: &str, input: &[u8]) -> Vec<Value> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args([verb, "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(input).unwrap();
    let output = program.wait_with_output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Words of the Rust code, which no user knows.
const RUST: [&str; 10] =
    ["struct", "variant", "Request", "Operation", "sequence", "u32", "i64", "f64", "usize", "tuple"];

fn check(verb: &str, lines: &[(String, &str)]) {
    let input: Vec<u8> = lines.iter().flat_map(|(line, _)| [line.as_bytes(), b"\n"].concat()).collect();
    let answers = answers(verb, &input);
    assert_eq!(answers.len(), lines.len());
    let mut wrong = Vec::new();
    for ((line, words), answer) in lines.iter().zip(&answers) {
        let message = answer["error"]["message"].as_str();
        let is_right = match message {
            Some(message) => {
                !words.is_empty()
                    && message.contains(words)
                    && !RUST.iter().any(|word| message.contains(word))
            }
            None => words.is_empty() && !answer.to_string().contains("null,\"unit"),
        };
        if !is_right {
            wrong.push(format!("{line}\n    wanted {words:?}\n    {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows differ:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}

/// The request, with the member at the pointer replaced; `null` removes it.
fn changed(request: &Value, pointer: &str, value: &Value) -> String {
    let mut request = request.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match request.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
        Value::Object(members) if value.is_null() => {
            members.remove(name);
        }
        Value::Object(members) => {
            members.insert(name.to_owned(), value.clone());
        }
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value.clone(),
        other => panic!("{pointer}: {other}"),
    }
    request.to_string()
}

type Row = (&'static str, Value, &'static str);

fn rows(request: &Value, table: Vec<Row>) -> Vec<(String, &'static str)> {
    let mut lines = vec![(request.to_string(), "")];
    lines.extend(table.into_iter().map(|(at, value, words)| (changed(request, at, &value), words)));
    lines
}

fn alarm() -> Value {
    json!({
        "AlarmName": "a", "Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold"
    })
}

#[test]
fn puts() {
    let request = json!({"op": "statistics", "puts": [{"value": 1}], "statistics": ["Sum"]});
    let set = |count: f64, sum: f64, least: f64, most: f64| json!({"statisticValues": {"sampleCount": count, "sum": sum, "minimum": least, "maximum": most}});
    let put = "/puts/0";
    check(
        "alarm",
        &rows(
            &request,
            vec![
                (
                    put,
                    json!({"values": [1, 2], "counts": [1, -1]}),
                    "puts[0].counts[1]: the count -1 is negative",
                ),
                // recorded
                (put, json!({"values": [1, 2], "counts": [0, 0.5]}), ""),
                (
                    put,
                    json!({"values": [1, 2], "counts": [1]}),
                    "puts[0]: The parameters Values and Counts must have",
                ),
                (put, json!({"values": [1], "counts": []}), "must have the same number of entries"),
                (put, json!({"values": [], "counts": []}), "puts[0].values: the list is empty"),
                (put, json!({"value": 1, "counts": [2]}), "`counts` are given without `values`"),
                (put, json!({"counts": [2]}), "`counts` are given without `values`"),
                (put, set(3.0, 15.0, 1.0, 9.0), ""),
                // recorded: AWS accepts a sum that no samples have
                (put, set(3.0, 22.0, 7.0, 7.0), ""),
                (
                    put,
                    set(0.0, 0.0, 1.0, 1.0),
                    "puts[0].statisticValues.sampleCount: 0 is not greater than 0",
                ),
                (put, set(-1.0, 1.0, 1.0, 1.0), "sampleCount: -1 is not greater than 0"),
                (put, set(2.0, 3.0, 2.0, 1.0), "the minimum 2 is greater than the maximum 1"),
                (
                    put,
                    set(2.0, 1e200, 1.0, 2.0),
                    "puts[0].statisticValues.sum: 1e200 is outside of the range",
                ),
                (put, json!({}), "puts[0]: one of `value`, `values` and `statisticValues` is required"),
                (put, json!({"unit": "None"}), "is required"),
                (put, json!({"value": 1, "values": [2]}), "puts[0]: only one of `value`, `values` and"),
                (
                    put,
                    json!({"value": 1, "statisticValues": {"sampleCount": 1, "sum": 1, "minimum": 1, "maximum": 1}}),
                    "only one of",
                ),
                (put, json!({"value": 1, "unit": "Bytes/Second"}), ""),
                (
                    put,
                    json!({"value": 1, "unit": "bytes"}),
                    "puts[0].unit: no unit `bytes`; the units are Seconds",
                ),
                (put, json!({"value": 2.3e108}), ""),
                (put, json!({"value": -2.4e108}), "-2.4e108 is outside of the range from -2^360 to 2^360"),
                (put, json!({"values": [1, 1e308]}), "puts[0].values[1]: 1e308 is outside"),
                (put, json!({"values": [1e108], "counts": [1e300]}), "puts[0].counts[0]: 1e300 is outside"),
                (put, json!({"value": "NaN"}), "puts[0].value: a number is expected, not a text"),
                (
                    put,
                    json!({"values": [1, "Infinity"]}),
                    "puts[0].values[1]: a number is expected, not a text",
                ),
                (put, json!({"value": 1, "timestamp": "soon"}), "puts[0].timestamp: "),
                (
                    put,
                    json!({"value": 1, "Value": 1}),
                    "puts[0]: no member `Value`; the members are timestamp",
                ),
                (put, json!([]), "puts[0]: an object is expected, not a list"),
                ("/puts", json!({}), "puts: a list is expected, not an object"),
                ("/puts", json!(null), "the member `puts` is missing"),
                ("/statistics", json!(["Sum", "sum"]), "statistics[1]: no statistic `sum`"),
                ("/statistics", json!(["Sum", "Sum"]), "statistics[1]: Sum is given twice"),
            ],
        ),
    );
}

#[test]
fn members() {
    let mut with_dimension = alarm();
    with_dimension["Dimensions"] = json!([{"Name": "d", "Value": "v"}]);
    let metric = json!({"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "d", "Value": "v"}]});
    let request = json!({
        "id": 1, "op": "evaluate", "alarm": with_dimension, "at": "2026-03-04T10:12:20Z",
        "prior": {"state": "OK", "set_by_SetAlarmState_s": -3, "state_reason_data": "{}"},
        "puts": [{"timestamp": "2026-03-04T10:11:01Z", "value": 2, "metric": metric}]
    });
    let query =
        json!([{"Id": "m", "MetricStat": {"Metric": {"MetricName": "M"}, "Period": 60, "Stat": "Sum"}}]);
    check(
        "alarm",
        &rows(
            &request,
            vec![
                ("/op", json!(null), "the member `op` is missing"),
                ("/op", json!("guess"), "op: no operation \"guess\"; the operations are evaluate"),
                ("/op", json!(5), "op: no operation 5"),
                ("/alarm", json!([]), "alarm: an object is expected, not a list"),
                ("/prior", json!([]), "prior: an object is expected, not a list"),
                ("/prior", json!(["OK"]), "prior: an object is expected, not a list"),
                ("/prior/stat", json!("OK"), "prior: no member `stat`; the members are state"),
                ("/prior/state", json!("Fine"), "prior.state: "),
                ("/at", json!(5), "at: a text is expected, not the number 5"),
                ("/at", json!("noon"), "at: "),
                ("/slotsLeftOut", json!(-1), "slotsLeftOut: a whole number from 0 to 4294967295 is expected"),
                ("/puts/0/metric/Bogus", json!(1), "puts[0].metric: no member `Bogus`"),
                (
                    "/puts/0/metric/MetricName",
                    json!(null),
                    "puts[0].metric: the member `MetricName` is missing",
                ),
                ("/puts/0/metric", json!("M"), ""),
                ("/puts/0/metric", json!(5), "a text or an object"),
                (
                    "/puts/0/metric/Dimensions/0/Bogus",
                    json!(1),
                    "puts[0].metric.Dimensions[0]: no member `Bogus`",
                ),
                ("/puts/0/timestamp", json!(null), "puts[0] has no timestamp"),
                ("/alarm/Dimensions/0/Bogus", json!(1), "no member `Dimensions[0].Bogus`"),
                ("/alarm/Dimensions/0/Value", json!(null), "the member Dimensions[0].Value is missing"),
                ("/alarm/Dimensions/0", json!("d"), "alarm.Dimensions[0]: an object is expected, not a text"),
                ("/alarm/AlarmName", json!(5), "alarm.AlarmName: a text is expected, not the number 5"),
                ("/alarm/Period", json!("60"), "alarm.Period: a whole number is expected, not a text"),
                (
                    "/alarm/Period",
                    json!(-60),
                    "alarm.Period: a whole number from 0 is expected, not the number -60",
                ),
                ("/alarm/Period", json!(45), "alarm.Period: a period of 45 s"),
                ("/alarm/EvaluationPeriods", json!(99_999), "alarm.EvaluationPeriods: "),
                ("/alarm/DatapointsToAlarm", json!(2), "alarm.DatapointsToAlarm: "),
                ("/alarm/Threshold", json!("1"), "alarm.Threshold: a number is expected, not a text"),
                ("/alarm/ComparisonOperator", json!("above"), "alarm.ComparisonOperator: "),
                ("/alarm/Statistic", json!("sum"), "alarm.Statistic: no statistic `sum`"),
                ("/alarm/Statistic", json!(null), "Statistic or ExtendedStatistic is missing"),
                (
                    "/alarm/ExtendedStatistic",
                    json!("p90"),
                    "Statistic and ExtendedStatistic are given together",
                ),
                ("/alarm/Metrics", json!([]), "alarm.MetricName and Metrics are given together"),
                ("/alarm/Metrics", query, "alarm.MetricName and Metrics are given together"),
                ("/alarm/EvaluationWindow", json!({"Sliding": {}}), "no member `EvaluationWindow.Sliding`"),
            ],
        ),
    );
    let only_metrics = json!({
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
        "Metrics": [{"Id": "m", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}}]
    });
    let request = json!({"op": "evaluate", "alarm": only_metrics, "at": "2026-03-04T10:12:20Z"});
    check(
        "alarm",
        &rows(
            &request,
            vec![
                ("/alarm/Metrics", json!([]), "alarm.Metrics: the list is empty"),
                ("/alarm/Metrics/0/Bogus", json!(1), "no member `Metrics[0].Bogus`"),
                (
                    "/alarm/Metrics/0/MetricStat/Stat",
                    json!("sum"),
                    "alarm.Metrics[0].MetricStat.Stat: no statistic",
                ),
                (
                    "/alarm/Metrics/0/MetricStat/Period",
                    json!(null),
                    "Metrics[0].MetricStat.Period is missing",
                ),
                (
                    "/alarm/Metrics/0/MetricStat/Metric/Name",
                    json!("M"),
                    "no member `Metrics[0].MetricStat.Metric.Name`",
                ),
            ],
        ),
    );
}

/// Parts that are not modelled, and metric queries that AWS refuses: `evaluate` and `admit` say the same.
#[test]
fn metric_queries() {
    let query = |id: &str, returns: Value| json!({"Id": id, "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}, "ReturnData": returns});
    let math =
        |id: &str, text: &str, returns: Value| json!({"Id": id, "Expression": text, "ReturnData": returns});
    let request = json!({
        "AlarmName": "a", "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
        "Metrics": [query("m1", json!(false)), math("e1", "m1 * 2", json!(true))]
    });
    let (no, yes, unsaid) = (json!(false), json!(true), json!(null));
    let table = [
        ("/Metrics/1", math("e1", "m1 + 1", unsaid.clone()), ""),
        ("/Metrics/1", math("e1", "FOO(((", yes.clone()), "the metric expression `FOO(((` is not modelled"),
        ("/Metrics/1", math("e1", "SUM(METRICS())", yes.clone()), "is not modelled"),
        ("/Metrics/1", math("e1", "ANOMALY_DETECTION_BAND(m1, 2)", yes.clone()), "is not modelled"),
        ("/Metrics/0", query("m1", yes.clone()), "2 entries return data, and an alarm compares exactly one"),
        ("/Metrics/0", query("m1", unsaid), "2 entries return data"),
        ("/Metrics/1", math("e1", "m1 * 2", no.clone()), "0 entries return data"),
        ("/Metrics/1", math("m1", "1", yes.clone()), "Metrics[1].Id: the id `m1` is there twice"),
        ("/Metrics/1", math("e1", "m1 + m2", yes.clone()), "Expression: no other entry with the id `m2`"),
        ("/Metrics/1", math("e1", "e1 + m1", yes.clone()), "Expression: no other entry with the id `e1`"),
        ("/ThresholdMetricId", json!("e1"), "ThresholdMetricId is not modelled"),
        ("/EvaluationInterval", json!(60), "EvaluationInterval is not modelled"),
        ("/ComparisonOperator", json!("GreaterThanUpperThreshold"), "anomaly detection band is not modelled"),
        ("/ComparisonOperator", json!("LessThanLowerThreshold"), "anomaly detection band is not modelled"),
    ];
    for (op, member) in [("evaluate", "alarm"), ("admit", "request")] {
        let mut whole = json!({"op": op, member: request});
        if op == "evaluate" {
            (whole["at"], whole["puts"]) = (json!("2026-03-04T10:12:20Z"), json!([]));
        } else {
            whole["operation"] = json!("PutMetricAlarm");
        }
        let mut lines = vec![(whole.to_string(), "")];
        lines.extend(
            table
                .iter()
                .map(|(at, value, words)| (changed(&whole, &format!("/{member}{at}"), value), *words)),
        );
        check("alarm", &lines);
    }
}

#[test]
fn composite_and_admit() {
    let composite = json!({"op": "composite", "rule": "ALARM(a)", "children": {"a": {"state": "OK"}},
                           "account": "123456789012", "region": "us-east-1"});
    check(
        "alarm",
        &rows(
            &composite,
            vec![
                (
                    "/children/a/bogus",
                    json!(1),
                    "children.a: no member `bogus`; the members are state, since",
                ),
                ("/children/a/state", json!("on"), "children.a.state: "),
                ("/children/a/since", json!("noon"), "children.a.since: "),
                ("/children/a", json!("OK"), "children.a: an object is expected, not a text"),
                (
                    "/children/arn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
                    json!({"state": "ALARM"}),
                    "the alarm is given twice, by name and by ARN",
                ),
                ("/rule", json!(5), "rule: a text is expected, not the number 5"),
                ("/account", json!("x"), "account: `x` is not an account"),
                ("/region", json!("zz-top-1"), "region: `zz-top-1` has not the form of a region"),
                ("/region", json!("us-gov-west-1"), ""),
                ("/region", json!("us-east-"), "region: "),
            ],
        ),
    );
    let mut put = alarm();
    put["Tags"] = json!([{"Key": "k", "Value": "v"}]);
    let admit = json!({"op": "admit", "operation": "PutMetricAlarm", "request": put, "existing": {"b": "MetricAlarm"}});
    check(
        "alarm",
        &rows(
            &admit,
            vec![
                ("/existing/b", json!("Bogus"), "existing.b: no kind `Bogus`; the kinds are MetricAlarm"),
                ("/request/Tags/0/Value", json!(null), "the member Tags[0].Value is missing"),
                ("/request/Tags/0/Bogus", json!("x"), "no member `Tags[0].Bogus`"),
                ("/request/AlarmName", json!(5), "AlarmName: a text is expected, not the number 5"),
                ("/request", json!([]), "an object is expected, not a list"),
                ("/request/Statistic", json!(["Sum"]), "Statistic: a text is expected, not a list"),
                ("/request/ExtendedStatistic", json!("p90"), "can not be made with both Statistic and"),
                ("/request/Metrics", json!([]), "must not be given together"),
                ("/operation", json!("PutAlarm"), "operation: the operation PutAlarm is not modelled"),
                ("/account", json!("12345678901"), "account: "),
            ],
        ),
    );
    let filter = json!({"filterPattern": "HIT",
        "metricTransformations": [{"metricName": "m", "metricNamespace": "App", "metricValue": "23"}]});
    let admit = json!({"op": "admit", "operation": "PutMetricFilter", "request": filter});
    check(
        "alarm",
        &rows(
            &admit,
            vec![
                ("/request", json!([]), "request: an object is expected, not a list"),
                (
                    "/request/filterPattern",
                    json!(5),
                    "request: filterPattern: a text is expected, not the number 5",
                ),
                ("/request/metricTransformations/0/x", json!(5), "metricTransformations[0]: no member `x`"),
            ],
        ),
    );
}

#[test]
fn notify() {
    let metric = json!({
        "op": "notify", "channel": "sns", "alarm": alarm(), "account": "123456789012", "region": "eu-west-1",
        "transition": {"from": "OK", "to": "ALARM", "reason": "r", "time": "2026-03-04T10:12:20Z"}
    });
    let child = json!({"arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a", "state": "ALARM", "since": "2026-03-04T10:12:20Z"});
    check(
        "alarm",
        &rows(
            &metric,
            vec![
                ("/alarm/AlarmName", json!(null), "alarm: the member AlarmName is missing"),
                ("/alarm/AlarmName", json!(""), "alarm: the member AlarmName is missing or empty"),
                ("/account", json!("x"), "account: `x` is not an account; an account has twelve digits"),
                ("/region", json!("zz-top-1"), "region: `zz-top-1` has not the form of a region"),
                (
                    "/transition/triggeringChildren",
                    json!([child]),
                    "transition.triggeringChildren: a metric alarm",
                ),
                (
                    "/transition/triggeringChildren",
                    json!([]),
                    "transition.triggeringChildren: a metric alarm",
                ),
                ("/transition/from", json!("ok"), "transition.from: "),
                ("/transition/time", json!("noon"), "transition.time: "),
                ("/transition", json!([]), "transition: an object is expected, not a list"),
            ],
        ),
    );
    let mut composite = metric.clone();
    composite["alarm"] = json!({"AlarmName": "c", "AlarmRule": "ALARM(a)"});
    composite["transition"]["triggeringChildren"] = json!([child]);
    check(
        "alarm",
        &rows(
            &composite,
            vec![
                ("/alarm/AlarmRule", json!("nope("), "alarm.AlarmRule: "),
                ("/alarm/AlarmRule", json!(5), "alarm.AlarmRule: a text is expected, not the number 5"),
                ("/alarm/AlarmName", json!(null), "alarm: the member AlarmName is missing"),
                (
                    "/transition/triggeringChildren/0/arn",
                    json!("a"),
                    "triggeringChildren[0].arn: `a` is not the ARN",
                ),
                ("/transition/triggeringChildren/0/state", json!("on"), "triggeringChildren[0].state: "),
                ("/transition/triggeringChildren/0/x", json!("on"), "triggeringChildren[0]: no member `x`"),
            ],
        ),
    );
}

#[test]
fn emit() {
    let request = json!({
        "id": 1, "filterPattern": "{ $.n = * }", "account": "123456789012", "region": "us-east-1",
        "metricTransformations": [{"metricName": "m", "metricNamespace": "App", "metricValue": "$.n", "unit": "Count"}],
        "logEvents": [{"timestamp": 0, "message": "{\"n\":23}"}]
    });
    check(
        "emit",
        &rows(
            &request,
            vec![
                ("/bogus", json!(1), "no member `bogus`; the members are"),
                (
                    "/logEvents/0/bogus",
                    json!(1),
                    "logEvents[0]: no member `bogus`; the members are timestamp, message",
                ),
                (
                    "/logEvents/0/message",
                    json!(5),
                    "logEvents[0].message: a text is expected, not the number 5",
                ),
                ("/logEvents/0/timestamp", json!("now"), "logEvents[0].timestamp: a whole number from"),
                ("/logEvents/0/timestamp", json!(1.5), "logEvents[0].timestamp: a whole number from"),
                ("/logEvents/0/timestamp", json!(u64::MAX), "logEvents[0].timestamp: a whole number from"),
                ("/logEvents/0/timestamp", json!(-1), "Value '-1' at 'logEvents.1.member.timestamp'"),
                ("/logEvents/0", json!([0, "x"]), "logEvents[0]: an object is expected, not a list"),
                ("/logEvents", json!({}), "logEvents: a list is expected, not an object"),
                ("/metricTransformations/0/bogus", json!(1), "metricTransformations[0]: no member `bogus`"),
                (
                    "/metricTransformations/0/defaultValue",
                    json!("NaN"),
                    "defaultValue: a number is expected, not a text",
                ),
                ("/metricTransformations/0/unit", json!("count"), "enum value set"),
                (
                    "/metricTransformations/0/dimensions",
                    json!([]),
                    "dimensions: an object is expected, not a list",
                ),
                ("/metricTransformations", json!(null), "the member `metricTransformations` is missing"),
                (
                    "/applyOnTransformedLogs",
                    json!("yes"),
                    "applyOnTransformedLogs: true or false is expected",
                ),
                ("/emitSystemFieldDimensions", json!("x"), "emitSystemFieldDimensions: a list is expected"),
                ("/account", json!("x"), "account: `x` is not an account"),
                ("/region", json!("zz-top-1"), "region: `zz-top-1`"),
                ("/logEvents/0/message", json!("{\"n\":1e400}"), ""),
            ],
        ),
    );
}

#[test]
fn lines() {
    let duplicate = |verb: &str| match verb {
        "alarm" => vec![
            r#"{"op": "composite", "rule": "ALARM(a)", "children": {"a": {"state": "OK"}, "a": {"state": "ALARM"}}}"#,
            r#"{"op": "evaluate", "at": "", "alarm": {"Period": 60, "Period": 300}}"#,
            r#"{"op": "evaluate", "at": "", "alarm": {"Metrics": [{"Period": 60, "Period": 300}]}}"#,
        ],
        "emit" => vec![
            r#"{"filterPattern": "a", "filterPattern": "b", "metricTransformations": []}"#,
            r#"{"filterPattern": "a", "metricTransformations": [{"dimensions": {"a": "$.a", "a": "$.b"}}]}"#,
        ],
        _ => vec![r#"{"filterPattern": "a", "logEventMessages": [], "logEventMessages": ["a"]}"#],
    };
    for verb in ["alarm", "emit", "test-metric-filter"] {
        let mut lines: Vec<(String, &str)> = vec![
            ("[]".to_owned(), "a request is an object, not a list"),
            ("5".to_owned(), "a request is an object, not the number 5"),
            ("null".to_owned(), "a request is an object, not null"),
            ("no json".to_owned(), "at column 2"),
            ("{\"id\": 1e400}".to_owned(), "number out of range at column"),
            ("\u{feff}{\"id\": 1}".to_owned(), "byte order mark (BOM): save the input as UTF-8 without it"),
            ("{}".to_owned(), "is missing"),
            (format!("{}{}", "[".repeat(1000), "]".repeat(1000)), "recursion limit exceeded"),
        ];
        lines.extend(duplicate(verb).into_iter().map(|line| (line.to_owned(), "is given twice at column")));
        check(verb, &lines);
    }
    let request = json!({"id": 1, "filterPattern": "a", "logEventMessages": ["a"]});
    check(
        "test-metric-filter",
        &rows(
            &request,
            vec![
                ("/bogus", json!(1), "no member `bogus`; the members are filterPattern, logEventMessages"),
                ("/filterPattern", json!(5), "filterPattern: a text is expected, not the number 5"),
                ("/logEventMessages", json!("a"), "logEventMessages: a list is expected, not a text"),
                ("/logEventMessages/0", json!({}), "logEventMessages[0]: a text is expected, not an object"),
            ],
        ),
    );
}
