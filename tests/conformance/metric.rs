//! Metric filters: the reasons for which AWS refuses them, and the datapoints that they publish.

use cwfilter::FilterPattern;
use cwfilter::metric::{Datapoint, MetricFilter, Transformation, minute_of};
use serde_json::Value;

fn transformation(value: &Value) -> Transformation {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut it = Transformation::new(text("metricNamespace"), text("metricName"), text("metricValue"));
    it.default = value["defaultValue"].as_f64();
    it.unit = value["unit"].as_str().map(str::to_owned);
    for (name, selector) in value["dimensions"].as_object().into_iter().flatten() {
        it = it.dimension(name, selector.as_str().unwrap());
    }
    it
}

fn filter(case: &Value, it: &Value) -> Result<MetricFilter, String> {
    let pattern: FilterPattern = case["pattern"].as_str().unwrap().parse().unwrap();
    let fields = case["emitSystemFieldDimensions"].as_array().into_iter().flatten();
    let fields = fields.map(|field| field.as_str().unwrap().to_owned()).collect();
    MetricFilter::with_system_fields(pattern, transformation(it), fields).map_err(|error| error.to_string())
}

fn cases() -> Vec<Value> {
    include_str!("metric.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn shown(datapoint: Option<Datapoint>) -> Value {
    datapoint.map_or(
        Value::Null,
        |point| serde_json::json!({"value": point.value, "unit": point.unit, "dimensions": point.dimensions}),
    )
}

#[test]
fn every_datapoint_is_published() {
    let mut checked = 0;
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        let publish = |message: &Value| {
            filter(&case, &case["transformation"]).unwrap().datapoint(message.as_str().unwrap())
        };
        match case["op"].as_str().unwrap() {
            "emit" => assert_eq!(shown(publish(&case["message"])), case["expect"]["datapoint"], "{id}"),
            "emit_minute" => {
                let messages = case["messages"].as_array().unwrap();
                let values: Vec<f64> = messages.iter().filter_map(publish).map(|point| point.value).collect();
                assert_eq!(values.iter().sum::<f64>(), case["expect"]["sum"].as_f64().unwrap(), "{id}");
                assert_eq!(values.len() as u64, case["expect"]["sampleCount"].as_u64().unwrap(), "{id}");
            }
            "emit_series" => {
                let minute = |event: &Value| event["offset_min"].as_i64().unwrap() * 60_000;
                let events = case["events"].as_array().unwrap().iter();
                let points: Vec<(i64, f64)> = events
                    .filter_map(|event| {
                        Some((minute_of(minute(event) + 59_999), publish(&event["message"])?.value))
                    })
                    .collect();
                let expected = case["expect"]["points"].as_array().unwrap().iter();
                let expected: Vec<(i64, f64)> =
                    expected.map(|point| (minute(point), point["value"].as_f64().unwrap())).collect();
                assert_eq!(points, expected, "{id}");
            }
            _ => continue,
        }
        checked += 1;
    }
    assert_eq!(checked, 30);
}

#[test]
fn every_transformation_is_taken_or_refused_in_the_words_of_aws() {
    let mut checked = 0;
    for case in cases().iter().filter(|case| case["op"] == "put_metric_filter") {
        // more or less than one transformation is refused by the program (`cli/tests/cli.rs`)
        let Some(it) = case.get("transformation") else { continue };
        let (id, expect) = (&case["id"], &case["expect"]);
        checked += 1;
        match filter(case, it) {
            Ok(_) => assert_eq!(expect["ok"], true, "{id}"),
            Err(answer) => match expect["error"].as_str() {
                Some(exact) => assert_eq!(answer, exact, "{id}"),
                None => {
                    assert!(answer.contains(expect["error_contains"].as_str().unwrap()), "{id}: {answer}")
                }
            },
        }
    }
    assert_eq!(checked, 19);
}
