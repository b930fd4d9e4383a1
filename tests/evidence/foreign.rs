//! An input of a foreign kind is an error that names the kind and a remedy, and is never reported as "0 matches".

use super::packed::{gzip, tar, zip};
use super::{STOPPED, input, scan};

fn record() -> String {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().next().unwrap().to_owned()
}

#[test]
fn what_is_not_known_is_loud() {
    let record = record();
    let escaped = serde_json::to_string(&record).unwrap();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    // input, error
    let cases: &[(Vec<u8>, &str)] = &[
        (b"PAR1\x15\x04".to_vec(), "a Parquet file, which is not read; it begins with `PAR1"),
        (b"Obj\x01\x04".to_vec(), "an Avro file"),
        ([&b"\xff\xfe"[..], &utf16(&record)].concat(), "iconv -f UTF-16"),
        (utf16(&record), "text in UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0".to_vec(), "binary data"),
        (
            format!("{{\"logs\":{{\"Records\":[{record}]}}}}").into_bytes(),
            "records of CloudTrail inside a container that is not known; it begins with `{\"logs\":{\"Records\":[{\"eventVersion\"",
        ),
        (format!("{{\"a\":{{\"b\":[[{record}]]}}}}").into_bytes(), "a container that is not known"),
        (format!("{{\"log\":{escaped},\"stream\":\"stdout\"}}\n").into_bytes(), "a container that is not known"),
        (format!("<134>Mar  1 10:01:00 host trail: {record}\n").into_bytes(), "a container that is not known"),
        (
            br#"{"metadata":{"product":{"name":"CloudTrail"}},"class_uid":6003,"category_uid":6,"api":{"operation":"StopLogging"}}"#.to_vec(),
            "OCSF",
        ),
        (br#"{"metadata":{"version":"1.1.0"},"class_uid":6003,"activity_id":1,"time":1}"#.to_vec(), "OCSF"),
        (br#"{"took":1,"rows":[{"metadata":{"version":"1.1.0"},"class_uid":6003,"type_uid":600301}]}"#.to_vec(), "OCSF"),
        (b"time,metadata,class_uid,api\n1,{version=1.1.0},6003,{operation=StopLogging}\n".to_vec(), "OCSF"),
        (br#"{"Payload":{"awslogs":{"data":"H4sIAAAAAAAA"}}}"#.to_vec(), "a compressed payload in base64"),
        (br#"{"batch":[{"Data" : "H4sIAAAAAAAA"}]}"#.to_vec(), "a compressed payload in base64"),
        (
            b"eventversion,useridentity,eventtime,eventsource,eventname\n1.11,{type=Root},2026-03-01T10:01:00Z,x,StopLogging\n".to_vec(),
            "without a column of whole records",
        ),
        (br#"{"results":[[{"field":"eventName","value":"StopLogging"}]],"status":"Complete"}"#.to_vec(), "add `fields @message`"),
        (br#"{"QueryResultRows":[[{"eventName":"StopLogging"}]]}"#.to_vec(), "no `eventJson`"),
        (br#"{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventname"}]},{"Data":[{"VarCharValue":"StopLogging"}]}]}}"#.to_vec(), "no column of the result"),
        (br#"{"awslogs":{"data":"H4sI****"}}"#.to_vec(), "invalid base64"),
        (br#"{"awslogs":{"data":"H4sIAAAAAAACA+VU"}}"#.to_vec(), "inside a container: "),
        (b"INFO\xff fine\n".to_vec(), "not UTF-8"),
        (b"INFO fine\nERROR \xff\nINFO fine\n".to_vec(), "not UTF-8"),
    ];
    for (text, said) in cases {
        let (hits, scanned) = scan(STOPPED, text);
        let messages: Vec<String> = scanned.messages().collect();
        let shown = String::from_utf8_lossy(text);
        assert!(messages.iter().any(|it| it.contains(said)), "{shown}: {messages:?}");
        assert_eq!(hits.len(), 0, "{shown}");
    }
}

#[test]
fn an_answer_says_whether_it_is_whole() {
    let row = r#"[{"field":"@message","value":"{\"a\":1}"}]"#;
    let insights = |rest: &str| format!("{{\"results\":[{row}]{rest}}}");
    // input, partial answers, error
    let cases = [
        (insights(r#","status":"Complete""#), 0, ""),
        (insights(r#","status":"Running""#), 0, "the status of the query is \"Running\""),
        (r#"{"status":"Scheduled","results":[]}"#.to_owned(), 0, "\"Scheduled\""),
        (r#"{"QueryStatus":"TIMED_OUT","QueryResultRows":[]}"#.to_owned(), 0, "\"TIMED_OUT\""),
        (insights(r#","statistics":{"recordsMatched":1.0},"status":"Complete""#), 0, ""),
        (insights(r#","statistics":{"recordsMatched":20000.0},"status":"Complete""#), 1, ""),
        (r#"{"Events":[],"NextToken":"x"}"#.to_owned(), 1, ""),
        (r#"{"NextToken":"x","Events":[]}"#.to_owned(), 1, ""),
        (r#"{"Events":[],"NextToken":"x"}{"Events":[]}"#.to_owned(), 0, ""),
        (r#"{"Events":[],"NextToken":null}"#.to_owned(), 0, ""),
        (r#"{"events":[],"searchedLogStreams":[],"nextToken":"x"}"#.to_owned(), 1, ""),
        // `get-log-events` always names them
        (r#"{"events":[],"nextForwardToken":"f/1","nextBackwardToken":"b/1"}"#.to_owned(), 0, ""),
        (r#"{"ResultSet":{"Rows":[]},"NextToken":"x"}"#.to_owned(), 1, ""),
        (r#"{"Records":[],"NextToken":"x"}"#.to_owned(), 0, ""),
    ];
    for (text, partial, error) in cases {
        let (_, scanned) = scan("", text.as_bytes());
        assert_eq!(scanned.skipped.partial_answers, partial, "{text}");
        let messages: Vec<String> = scanned.messages().collect();
        assert_eq!(messages.is_empty(), error.is_empty(), "{text}: {messages:?}");
        assert!(messages.iter().all(|it| it.contains(error)), "{text}: {messages:?}");
    }
}

#[test]
fn events_of_applications_are_events() {
    let record = record();
    // pattern, input, numbers of the hits; damages are none
    let embedded = format!("{{\"ts\":1,\"body\":{{\"cloudtrail\":{record}}}}}\n");
    let cases: &[(&str, &str, &[u64])] = &[
        (r#"{ $.body.cloudtrail.eventName = "StopLogging" }"#, &embedded, &[1]),
        (
            "{ $.level = ERROR }",
            "{\"level\":\"ERROR\",\"items\":[{\"id\":1}]}\n{\"level\":\"INFO\",\"records\":[]}\n",
            &[1],
        ),
        ("{ $.events[0].message = a }", r#"{"service":"x","events":[{"message":"a","timestamp":1}]}"#, &[1]),
        ("{ $.message = a }", r#"{"timestamp":1,"message":"a"}"#, &[1]),
        ("{ $.data = x }", r#"{"data":"x","type":"y"}"#, &[1]),
        ("{ $.body = x }", r#"{"body":"x","status":200}"#, &[1]),
        ("{ $.Message = x }", r#"{"Message":"x","Level":"INFO"}"#, &[1]),
        ("{ $.results[0].id = 1 }", r#"{"results":[{"id":1}]}"#, &[1]),
        ("{ $.hits = 3 }", r#"{"hits":3}"#, &[1]),
        ("{ $.result.code = 1 }", r#"{"result":{"code":1}}"#, &[1]),
        ("{ $.detail = x }", r#"{"detail":"x","detail-type":"y"}"#, &[1]),
        ("{ $.s3Bucket = b }", r#"{"s3Bucket":"b","s3ObjectKey":"k","level":"INFO"}"#, &[1]),
    ];
    for (pattern, text, numbers) in cases {
        let (hits, scanned) = scan(pattern, text.as_bytes());
        assert_eq!(hits.iter().map(|hit| hit.0).collect::<Vec<_>>(), *numbers, "{text}");
        assert_eq!(scanned.damages, 0, "{text}: {:?}", scanned.errors);
    }
}

#[test]
fn what_holds_no_event_is_skipped_and_counted() {
    let control = r#"{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination."}]}"#;
    let notice = r#"{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:us-east-1:123456789012:t","Message":"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}"}"#;
    let s3 = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}]}"#;
    let confirm = r#"{"Type":"SubscriptionConfirmation","TopicArn":"arn:aws:sns:us-east-1:123456789012:t","Message":"You have chosen"}"#;
    let digest = r#"{"awsAccountId":"123456789012","digestS3Bucket":"b","digestS3Object":"o","logFiles":[]}"#;
    // input, control messages, notices, digests
    let cases = [
        (control, [1, 0, 0]),
        (notice, [0, 1, 0]),
        (s3, [0, 1, 0]),
        (confirm, [0, 1, 0]),
        (digest, [0, 0, 1]),
    ];
    for (text, counts) in cases {
        let (hits, scanned) = scan("", text.as_bytes());
        let skipped = scanned.skipped;
        assert_eq!([skipped.control_messages, skipped.notices, skipped.digests], counts, "{text}");
        assert_eq!((hits.len(), scanned.records, scanned.damages), (0, 0, 0), "{text}: {:?}", scanned.errors);
    }
    let binary = tar("picture.png", b"\x89PNG\r\n\x1a\n\0");
    let (_, scanned) = scan("", &binary);
    assert_eq!((scanned.skipped.archive_files, scanned.damages), (1, 0), "{:?}", scanned.errors);
    let (_, scanned) = scan("", &gzip(&zip("__MACOSX/._x", b"x")));
    assert_eq!((scanned.skipped.archive_files, scanned.damages), (1, 0), "{:?}", scanned.errors);
}

#[test]
fn the_signature_of_results_of_lake_is_skipped() {
    let text = br#"{"version":"1.0","region":"us-east-1","files":[{"fileHashValue":"a","fileName":"result_1.csv.gz"}],"hashAlgorithm":"SHA-256","signatureAlgorithm":"SHA256withRSA","queryCompleteTime":"2026-03-04T10:02:30Z","hashSignature":"a","publicKeyFingerprint":"b"}"#;
    let (_, scanned) = scan(STOPPED, text);
    assert_eq!(
        (scanned.records, scanned.skipped.digests, scanned.damages),
        (0, 1, 0),
        "{:?}",
        scanned.errors
    );
    assert_eq!(scanned.messages().count(), 0);
    let (_, scanned) = scan(r#"{ $.region = "x" }"#, br#"{"hashSignature":"a","region":"x","user":"y"}"#);
    assert_eq!(scanned.records, 1);
}
