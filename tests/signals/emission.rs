use super::admission::filter;
use super::{all_right, lines, text};
use cwfilter::alarm::Timestamp;
use cwfilter::metric::{SystemFields, minute_of};
use serde_json::Value;
use std::collections::BTreeMap;

/// By minute and dimensions: the sum and the number of samples.
type Points = BTreeMap<(i64, BTreeMap<String, String>), (f64, f64)>;

fn published(line: &Value) -> Points {
    let filter = filter(&line["filter"]).unwrap();
    let group = |name: &str| line["log_group"][name].as_str().map(str::to_owned);
    let system =
        SystemFields { account: group("account"), region: group("region"), log_group: group("logGroupName") };
    let mut points = Points::new();
    for event in line["events"].as_array().unwrap().iter().filter(|event| event["accepted"] != false) {
        if let Some(point) = filter.datapoint_in(text(event, "/message"), &system) {
            let minute = minute_of(event["timestamp"].as_i64().unwrap());
            let entry = points.entry((minute, point.dimensions)).or_default();
            *entry = (entry.0 + point.value, entry.1 + 1.0);
        }
    }
    points
}

fn recorded(line: &Value) -> Points {
    let mut points = Points::new();
    for point in line["points"].as_array().unwrap().iter().filter(|point| point["Sum"].is_number()) {
        let minute: Timestamp = text(point, "/minute").parse().unwrap();
        let dimensions = point["dimensions"].as_object().into_iter().flatten();
        let dimensions = dimensions.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        let counts = (point["Sum"].as_f64().unwrap(), point["SampleCount"].as_f64().unwrap_or(f64::NAN));
        points.insert((minute.millis(), dimensions.collect()), counts);
    }
    points
}

#[test]
fn every_point_that_a_metric_filter_published() {
    /// Points older than this could be read only hours later, and that was not waited for.
    const READABLE: i64 = 180 * 60_000;
    let mut answers = Vec::new();
    for line in lines(include_str!("metric_filter_emission.jsonl")) {
        let id = text(&line, "/id");
        // published with one unit, asked for with another
        if id == "emit.unit-other" {
            continue;
        }
        let expected = recorded(&line);
        let events = line["events"].as_array().unwrap();
        let newest = events.iter().map(|event| event["timestamp"].as_i64().unwrap()).max().unwrap();
        let mut got = published(&line);
        got.retain(|key, _| newest - key.0 <= READABLE || expected.contains_key(key));
        let is_right = got.len() == expected.len()
            && got.iter().all(|(key, (sum, count))| {
                expected.get(key).is_some_and(|(wanted, number)| {
                    (sum - wanted).abs() < 1e-6 && (number.is_nan() || count == number)
                })
            });
        answers
            .push((id.to_owned(), if is_right { Ok(()) } else { Err(format!("{got:?}, not {expected:?}")) }));
    }
    all_right("emissions", 9, answers);
}
