//! Recordings of what CloudWatch Logs delivers to subscriptions, and of the events that CloudTrail writes: tests/signals.

use cwfilter::FilterPattern;
use cwfilter::alarm::Timestamp;
use cwfilter::cloudtrail::catalogue;
use cwfilter::evidence::{Record, records};
use cwfilter::hit::facts;
use cwfilter::metric::{FieldSelection, SystemFields};
use cwfilter::rules;
use cwfilter::simulation::Simulation;
use serde_json::{Value, json};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(line: &'a Value, pointer: &str) -> &'a str {
    line.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(line: &'a Value, pointer: &str) -> &'a [Value] {
    line.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn read(container: &str) -> Vec<Record> {
    records(container.as_bytes()).map(Result::unwrap).collect()
}

const SUBSCRIPTIONS: &str = include_str!("signals/subscriptions.jsonl");

#[test]
fn the_pattern_of_each_subscription_filter() {
    let mut asked = 0;
    for line in lines(SUBSCRIPTIONS) {
        let Some(pattern) = line.pointer("/request/filterPattern").and_then(Value::as_str) else { continue };
        let (code, message) = (text(&line, "/result/code"), text(&line, "/result/message"));
        // the other refusals are not about the pattern
        let is_of_pattern = message.contains("regular expression");
        if code != "Success" && !is_of_pattern {
            continue;
        }
        let refusal = pattern.parse::<FilterPattern>().err().map(|error| error.aws_message());
        assert_eq!(refusal.unwrap_or_default(), message, "{line}");
        asked += 1;
    }
    assert!(asked >= 20, "{asked}");
}

#[test]
fn the_events_that_a_subscription_delivers() {
    let mut asked = 0;
    for line in lines(SUBSCRIPTIONS).iter().filter(|line| line["kind"] == "deliver") {
        // the filter lacks the permission to call the function: it delivers nothing
        if line["id"] == "deliver.revoked" {
            continue;
        }
        let refused = &line["put"]["rejectedLogEventsInfo"];
        let events = list(line, "/put/events");
        let old = refused["tooOldLogEventEndIndex"].as_u64().unwrap_or(0) as usize;
        let new = refused["tooNewLogEventStartIndex"].as_u64().map_or(events.len(), |at| at as usize);
        let system = SystemFields {
            account: Some("123456789012".to_owned()),
            region: Some("us-east-1".to_owned()),
            ..SystemFields::default()
        };
        let mut expected = Vec::new();
        for filter in list(line, "/filters") {
            let pattern: FilterPattern = text(filter, "/filterPattern").parse().unwrap();
            let criteria = text(filter, "/fieldSelectionCriteria");
            let is_selected =
                criteria.is_empty() || criteria.parse::<FieldSelection>().unwrap().selects(&system);
            let accepted = events[old..new].iter();
            let matched = accepted.filter(|event| is_selected && pattern.is_match(text(event, "/message")));
            expected.extend(
                matched.map(|event| (event["timestamp"].as_i64(), text(event, "/message").to_owned())),
            );
        }
        let delivered: Vec<_> = list(line, "/payloads")
            .iter()
            .flat_map(|payload| read(text(payload, "/decoded")))
            .map(|record| {
                let message = String::from_utf8(record.bytes.clone()).unwrap();
                assert_eq!(record.envelope.log_group.as_deref(), Some("/stackd/stackd-logs-sub-owned"));
                assert_eq!(record.envelope.log_stream.as_deref(), Some(text(line, "/put/stream")));
                (record.envelope.time, message)
            })
            .collect();
        assert_eq!(delivered, expected, "{line}");
        asked += 1;
    }
    assert!(asked >= 8, "{asked}");
}

#[test]
fn the_events_that_cloudtrail_writes() {
    let all = lines(include_str!("signals/cloudtrail_events.jsonl"));
    let events: Vec<&Value> = all.iter().map(|line| &line["event"]).collect();
    let read = read(&json!({ "Records": events }).to_string());
    assert_eq!(read.len(), all.len());
    for (line, record) in all.iter().zip(&read) {
        let event = &line["event"];
        let found = facts(&record.bytes);
        let (name, source) = (text(line, "/operation"), text(event, "/eventSource"));
        assert_eq!(found.event_name.as_deref(), Some(name), "{line}");
        assert_eq!(found.event_source.as_deref(), Some(source), "{line}");
        assert_eq!(found.event_time.as_deref(), event["eventTime"].as_str(), "{line}");
        assert_eq!(found.error_code.as_deref(), event["errorCode"].as_str(), "{line}");
        assert_eq!(found.who.as_deref(), event["userIdentity"]["arn"].as_str(), "{line}");
        assert_eq!(found.account.as_deref(), Some("123456789012"), "{line}");
        assert_eq!(found.event_id.as_deref(), event["eventID"].as_str(), "{line}");
        assert!(
            catalogue::evidence(source, name).is_some(),
            "the catalogue does not know {name} of {source}"
        );
        let matches = |pattern: &str| pattern.parse::<FilterPattern>().unwrap().is_match(&record.bytes);
        assert!(
            matches(&format!("{{ $.eventSource = \"{source}\" && $.eventName = \"{name}\" }}")),
            "{line}"
        );
        // a refusal for lack of permission is `AccessDenied`, though the API's error is AccessDeniedException
        let is_denied = matches("{ $.errorCode = \"AccessDenied\" }");
        assert_eq!(is_denied, event["errorCode"] == "AccessDenied", "{line}");
        assert!(!matches("{ $.errorCode = \"AccessDeniedException\" }"), "{line}");
        // and has no parameters; nor has a test of a metric filter
        if is_denied || name == "TestMetricFilter" {
            assert!(matches("{ $.requestParameters IS NULL }"), "{line}");
        } else {
            assert!(matches("{ $.requestParameters NOT EXISTS || $.eventName = * }"), "{line}");
            assert!(!matches("{ $.requestParameters IS NULL }"), "{line}");
        }
        // numbers are written with a decimal point, and compared as numbers
        if let Some(threshold) = event.pointer("/requestParameters/threshold").and_then(Value::as_f64) {
            assert!(matches(&format!("{{ $.requestParameters.threshold = {threshold} }}")), "{line}");
        }
    }
    assert!(read.len() >= 33);
}

/// The log event of a record has the time of its delivery, and so has its datapoint: `--delay` adds what lies between.
#[test]
fn a_record_is_counted_in_the_minute_of_its_delivery() {
    let line = &lines(include_str!("signals/cloudtrail_delivery.jsonl"))[0];
    let message = text(line, "/log_event/message");
    let delivered = line["log_event"]["timestamp"].as_i64().unwrap().div_euclid(1000);
    let happened = cwfilter::time::parse(facts(message.as_bytes()).event_time.as_deref().unwrap()).unwrap();
    assert_eq!(delivered - happened, 105);
    let rule = "[[rule]]\nid = \"tags\"\npattern = '{ $.eventName = \"PutBucketTagging\" }'\n\
        metric = { namespace = \"App\", name = \"M\", value = \"1\" }\n\
        alarm = { statistic = \"Sum\", period = \"1m\", threshold = 1, missing = \"notBreaching\" }\n";
    let file = rules::parse("r.toml".as_ref(), rule.to_owned()).unwrap();
    let run = |delay| {
        let mut simulation = Simulation::new(&file.rules).unwrap().delay(delay);
        simulation.add(Some(happened), message.as_bytes(), String::new);
        simulation.courses()[0].changes.iter().map(|(change, _)| change.time).collect::<Vec<_>>()
    };
    let ring = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(run(0).first(), Some(&ring("2026-09-13T22:17:10Z")));
    assert_eq!(run(delivered - happened).first(), Some(&ring("2026-09-13T22:19:10Z")));
}
