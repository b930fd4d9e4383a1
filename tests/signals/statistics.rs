use super::{all_right, lines, text};
use cwfilter::alarm::{Sample, Samples, Statistic};
use serde_json::Value;

/// The samples of one entry of `put`.
pub(super) fn samples(put: &Value) -> Vec<Sample> {
    let number = |name: &str| put[name].as_f64().unwrap();
    match text(put, "/kind") {
        "value" => vec![number("value").into()],
        "statisticValues" => vec![Sample::StatisticSet {
            count: number("sampleCount"),
            sum: number("sum"),
            minimum: number("minimum"),
            maximum: number("maximum"),
        }],
        _ => {
            let numbers = |name: &str| -> Option<Vec<f64>> {
                put.get(name)?.as_array()?.iter().map(Value::as_f64).collect()
            };
            let values = numbers("values").unwrap();
            let counts = numbers("counts").unwrap_or_else(|| vec![1.0; values.len()]);
            values.into_iter().zip(counts).map(|(value, count)| Sample::Value { value, count }).collect()
        }
    }
}

#[test]
fn every_statistic_of_a_minute() {
    let mut answers = Vec::new();
    for line in lines(include_str!("statistics.jsonl")) {
        let mut all = Samples::default();
        line["put"].as_array().unwrap().iter().flat_map(samples).for_each(|sample| all.add(sample));
        for (name, expected) in line["statistics"].as_object().unwrap() {
            let statistic: Statistic = name.parse().unwrap();
            let value = all.statistic(statistic);
            let is_right = match (value, expected) {
                (None, Value::Null) => true,
                (Some(value), Value::Number(expected)) => {
                    let expected = expected.as_f64().unwrap();
                    (value - expected).abs() <= 1e-9 * expected.abs().max(1.0)
                }
                (Some(value), expected) => value.is_nan() && expected == "NaN",
                (None, _) => false,
            };
            let answer = if is_right { Ok(()) } else { Err(format!("{value:?}, not {expected}")) };
            answers.push((format!("{}.{name}", text(&line, "/id")), answer));
        }
    }
    all_right("statistics", 786, answers);
}
