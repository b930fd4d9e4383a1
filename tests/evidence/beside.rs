//! A record of CloudTrail, or a compressed payload, beside the log event that a reader takes of a container, and inside a record.

use super::{STOPPED, input, scan};
use serde_json::{Value, json};

fn lines() -> Vec<String> {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

/// `A`, a record that does not match, in the place that the reader takes, and `S`, one that does, in another one.
fn containers(a: &str, s: &str) -> Vec<(&'static str, String)> {
    let whole = a;
    let (object_a, object): (Value, Value) =
        (serde_json::from_str(a).unwrap(), serde_json::from_str(s).unwrap());
    let (a, s) = (json!(a), json!(s));
    let row = |field: &str, value: &Value| json!({"field": field, "value": value});
    let mut with_raw = object_a.clone();
    with_raw["raw"] = object.clone();
    let mut with_text = object_a.clone();
    with_text["raw"] = s.clone();
    let tables = vec![
        (
            "a stream of DynamoDB",
            json!({"Records": [{"eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
                "awsRegion": "eu-west-1", "dynamodb": {"NewImage": {"record": {"S": s}}}}]}),
        ),
        (
            "attributes of SQS",
            json!({"Messages": [{"MessageId": "1", "ReceiptHandle": "r", "Body": a, "MessageAttributes": {"e": {"StringValue": s}}}]}),
        ),
        (
            "attributes of SQS in Lambda",
            json!({"Records": [{"messageId": "1", "body": a, "eventSource": "aws:sqs", "messageAttributes": {"e": {"stringValue": s}}}]}),
        ),
        (
            "attributes of SNS",
            json!({"Type": "Notification", "TopicArn": "t", "Message": a, "MessageAttributes": {"e": {"Type": "String", "Value": s}}}),
        ),
        (
            "the request to confirm",
            json!({"Type": "SubscriptionConfirmation", "TopicArn": "t", "Message": s}),
        ),
        ("Logs Insights", json!({"results": [[row("@message", &a), row("raw", &s)]], "status": "Complete"})),
        (
            "CloudTrail Lake",
            json!({"QueryStatus": "FINISHED", "QueryResultRows": [[{"eventJson": a}, {"raw": s}]]}),
        ),
        (
            "aggregations",
            json!({"took": 1, "hits": {"total": {"value": 0}, "hits": []}, "aggregations": {"n": {"buckets": [{"top": {"hits": {"hits": [{"_source": object}]}}}]}}}),
        ),
        (
            "fields beside `_source`",
            json!({"_index": "i", "_id": "1", "_source": object_a, "fields": {"raw": [s]}}),
        ),
        ("a delivery file", json!({"Records": [object_a], "Extra": {"Records": [object]}})),
        ("`lookup-events`", json!({"Events": [{"EventId": "1", "CloudTrailEvent": a, "Extra": s}]})),
        (
            "the answer of `lookup-events`",
            json!({"Events": [{"EventId": "1", "CloudTrailEvent": a}], "Extra": s}),
        ),
        ("before the elements", json!({"Before": s, "Events": [{"EventId": "1", "CloudTrailEvent": a}]})),
        (
            "extracted fields",
            json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": "x", "extractedFields": {"e": s}}]}),
        ),
        (
            "a payload of a subscription",
            json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": a}], "extra": object}),
        ),
        (
            "a control message",
            json!({"messageType": "CONTROL_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": s}]}),
        ),
        ("EventBridge", json!({"detail-type": "x", "source": "aws.s3", "detail": object_a, "extra": object})),
        ("Splunk", json!({"preview": false, "result": {"_raw": a, "extra": s}})),
        ("a payload", json!({"Type": "Notification", "TopicArn": "t", "Message": a, "extra": PAYLOAD})),
        ("a record", with_raw),
        ("a record with a text", with_text),
    ];
    let tables = tables.into_iter().map(|(name, value)| (name, value.to_string()));
    // the members in CloudTrail's order, and one after them
    let before_end = whole.strip_suffix('}').unwrap();
    let last = |value: &str| format!("{before_end},\"raw\":{value}}}");
    let added = [("last", last(&object.to_string())), ("last, as text", last(&s.to_string()))];
    let payload = ("last, compressed", last(&json!(PAYLOAD).to_string()));
    let delivery = |record: &str| format!("{{\"Records\":[{whole},{record},{whole}]}}");
    let delivered = added.clone().map(|(name, record)| (name, delivery(&record)));
    tables.chain(added).chain([payload]).chain(delivered).collect()
}

/// Base64 of gzip, of anything.
const PAYLOAD: &str = "H4sIAAAAAAAAA6tWSi1LzSsJSy0qzszPU7JSMtQzNFTSUSotTi3yTAHKZJZU";

#[test]
fn what_no_reader_takes_is_an_error() {
    let lines = lines();
    let mut wrong = Vec::new();
    for (name, text) in containers(&lines[1], &lines[0]) {
        let spaced = text.replace("\":", "\": ");
        for text in [text.clone(), format!("{text}\n"), spaced] {
            let (hits, scanned) = scan(STOPPED, text.as_bytes());
            let messages: Vec<String> = scanned.messages().collect();
            let is_said = messages.len() == 1
                && ["which is not read", "inside a container"].iter().any(|said| messages[0].contains(said));
            if !hits.is_empty() || !is_said {
                wrong.push(format!("{name}: {} hits, {messages:?}", hits.len()));
            }
            // the readers agree
            let mut records = cwfilter::evidence::records(text.as_bytes());
            let read = records.by_ref().filter(Result::is_ok).count() as u64;
            if read != scanned.records || records.suspicion(true).is_none() {
                wrong.push(format!("{name}: {read} records, {:?}", records.suspicion(true)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Copies of the record that is read, members of their own columns, and events that a call was given.
#[test]
fn copies_and_members_of_cloudtrail_are_no_error() {
    let lines = lines();
    let record = &lines[0];
    let object: Value = serde_json::from_str(record).unwrap();
    let mut tested = object.clone();
    tested["requestParameters"] =
        json!({"event": lines[1], "events": [serde_json::from_str::<Value>(&lines[1]).unwrap()]});
    let cases = [
        (
            "a copy as text",
            json!({"_index": "i", "_id": "1", "_source": object, "fields": {"raw": [record]}}),
        ),
        ("a copy as an object", json!({"preview": false, "result": {"_raw": record, "parsed": object}})),
        (
            "Filebeat",
            json!({"_index": "i", "_id": "1", "_source": {"event": {"original": record}, "message": record}}),
        ),
        (
            "fields of Splunk",
            json!({"preview": false, "result": {"_raw": record, "eventVersion": "1.08", "eventName": "StopLogging"}}),
        ),
        (
            "fields of Logs Insights",
            json!({"results": [[{"field": "@message", "value": record}, {"field": "eventVersion", "value": "1.08"}]], "status": "Complete"}),
        ),
        (
            "columns that the filter took from a line",
            json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": record, "extractedFields": {"rest": &record[20..]}}]}),
        ),
        ("an event that a call was given", tested),
        (
            "attributes",
            json!({"Type": "Notification", "TopicArn": "t", "Message": record, "MessageAttributes": {"e": {"Value": "StopLogging"}}}),
        ),
    ];
    for (name, value) in cases {
        let (hits, scanned) = scan(STOPPED, value.to_string().as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        assert_eq!((hits.len(), messages.len()), (1, 0), "{name}: {messages:?}");
    }
    // a version alone makes no container
    for record in [r#"{"eventVersion":"1","eventName":"x"}"#, r#"{"eventName":"x","eventVersion":"1.08"}"#] {
        let (_, scanned) = scan(STOPPED, record.as_bytes());
        assert_eq!(scanned.damages, 0, "{record}: {:?}", scanned.errors);
    }
}

#[test]
fn a_pattern_that_reads_the_member_is_written_for_it() {
    let lines = lines();
    let mut record: Value = serde_json::from_str(&lines[1]).unwrap();
    record["raw"] = serde_json::from_str(&lines[0]).unwrap();
    let text = format!("{record}\n");
    for (pattern, hits, errors) in [
        (r#"{ $.raw.eventName = "StopLogging" }"#, 1, 0),
        (r#"{ $.eventName = "ConsoleLogin" }"#, 1, 1),
        ("StopLogging", 1, 0),
    ] {
        let (found, scanned) = scan(pattern, text.as_bytes());
        assert_eq!((found.len(), scanned.damages), (hits, errors), "{pattern}: {:?}", scanned.errors);
    }
}

/// Base64 of something compressed is read where Firehose writes it, and is an error under any other name.
#[test]
fn compressed_payloads_under_any_name() {
    use base64::Engine;
    use std::io::Write;
    let record = &lines()[0];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(record.as_bytes()).unwrap();
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let gzip = encode(&gzip.finish().unwrap());
    let zstd = "KLUv/QBYQQAAeyJldmVudE5hbWUiOiJTdG9wTG9nZ2luZyJ9";
    let failed = |data: &str| {
        json!({"attemptsMade": 4, "arrivalTimestamp": 1, "errorCode": "Lambda.FunctionError", "errorMessage": "x", "rawData": data}).to_string()
    };
    for (name, text, hits, errors) in [
        ("gzip that Firehose could not deliver", failed(&gzip), 1, 0),
        ("a record that Firehose could not deliver", failed(&encode(record.as_bytes())), 1, 0),
        ("no base64", failed("?"), 0, 1),
        ("another name", json!({"eventName": "alert", "payload": gzip}).to_string(), 0, 1),
        ("the id of an event", json!({"eventID": "1", "blob": gzip}).to_string(), 0, 1),
        ("Zstandard", json!({"errorCode": "x", "blob": zstd}).to_string(), 0, 1),
        ("deeper", json!({"eventName": "alert", "a": {"b": [{"c": gzip}]}}).to_string(), 0, 1),
    ] {
        let (found, scanned) = scan(STOPPED, text.as_bytes());
        assert_eq!((found.len(), scanned.damages), (hits, errors), "{name}: {:?}", scanned.errors);
    }
    // a pattern of text reads all of a message
    let text = json!({"eventName": "alert", "payload": gzip}).to_string();
    assert_eq!(scan("ERROR", text.as_bytes()).1.damages, 0);
}
