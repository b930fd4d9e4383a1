//! Events of applications that have members of containers among their own: they are log events, and no container.

use super::{STOPPED, scan};

/// Containers without a log event, each with members that its service writes. An event of an application has the same members and others.
const EMPTY: &[&str] = &[
    r#""Records":[]"#,
    r#""Records":[],"NextShardIterator":"x","MillisBehindLatest":0"#,
    r#""records":[],"requestId":"1","timestamp":1"#,
    r#""Events":[]"#,
    r#""Events":[],"ResponseMetadata":{"RequestId":"1"}"#,
    r#""events":[],"searchedLogStreams":[]"#,
    r#""messageType":"DATA_MESSAGE","logEvents":[]"#,
    r#""messageType":"CONTROL_MESSAGE","logEvents":[]"#,
    r#""sessionUpdate":{"sessionMetadata":{"sampled":false},"sessionResults":[]}"#,
    r#""results":[],"statistics":{},"status":"Complete""#,
    r#""preview":false,"init_offset":0,"messages":[],"fields":[],"results":[],"highlighted":{}"#,
    r#""QueryStatus":"FINISHED","QueryResultRows":[]"#,
    r#""took":1,"hits":{"total":{"value":0},"hits":[]}"#,
    r#""ResultSet":{"Rows":[],"ResultSetMetadata":{"ColumnInfo":[]}}"#,
    r#""preview":false,"lastrow":true"#,
];

#[test]
fn an_empty_array_makes_no_container() {
    let mut wrong = Vec::new();
    let mut check = |text: String, counts: (u64, usize)| {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        let records = cwfilter::evidence::records(text.as_bytes()).filter(Result::is_ok).count() as u64;
        let found = (scanned.records, hits.len());
        if (found, scanned.damages, records) != (counts, 0, counts.0) {
            wrong.push(format!("{text}: {found:?} {records} {:?}", scanned.errors));
        }
    };
    let own = r#""level":"info""#;
    let event = r#""eventName":"StopLogging""#;
    for members in EMPTY {
        for printed in [false, true] {
            let print = |text: String| match printed {
                true => text.replace(":[]", ": [\n ]").replace(",\"", ",\n\"").replace('{', "{\n "),
                false => text,
            };
            check(print(format!("{{{members}}}\n")), (0, 0));
            for event in [
                format!("{{{own},{members},{event}}}"),
                format!("{{{members},{own},{event}}}"),
                format!("{{{event},{own},{members}}}"),
            ] {
                let event = print(event);
                check(event.clone(), (1, 1));
                check(format!("{event}\n{event}\n"), (2, 2));
                check(format!("[{event},{event}]"), (2, 2));
                check(format!("INFO started\n{event}\n"), (2, 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Inner members of a container that the application wrote.
#[test]
fn an_array_of_something_else_makes_no_container() {
    let own = r#""level":"info","eventName":"StopLogging""#;
    let members = [
        r#""Records":[{"a":1}]"#,
        r#""Records":[{"data":"x"}]"#,
        r#""Records":[{"Data":"x","SequenceNumber":"1"}]"#,
        r#""Records":[{"eventSource":"aws:sqs","messageId":"1","body":"x"}]"#,
        r#""records":[{"data":"x"}]"#,
        r#""events":[{"message":"x","timestamp":1}]"#,
        r#""messageType":"DATA_MESSAGE","logEvents":[{"a":1}]"#,
        r#""messageType":"CONTROL_MESSAGE","logEvents":[{"message":"x"}]"#,
        r#""sessionUpdate":{"sessionResults":[{"a":1}]}"#,
        r#""sessionUpdate":{"sessionResults":[],"user":1}"#,
        r#""hits":{"hits":[],"user":1}"#,
        r#""init_offset":1,"results":[{"a":1}]"#,
        r#""QueryResultRows":[{"a":1}]"#,
        r#""QueryResultRows":[[{"a":1}]]"#,
        r#""ResultSet":{"Rows":[{"a":1}]}"#,
        r#""awslogs":{"data":""}"#,
        r#""awslogs":{"data":"?"}"#,
        r#""kinesis":{"data":"?"}"#,
        r#""recordId":"1","data":"?""#,
        r#""Data":"?","SequenceNumber":"1""#,
        r#""result":{"count":"5"},"preview":false"#,
        r#""result":{"count":"5"},"preview":true,"offset":1"#,
        r#""result":{"count":"5"},"lastrow":true"#,
        r#""result":{"_raw":"x"},"preview":true"#,
        r#""_raw":"x""#,
        r#""@message":"x""#,
        r#""eventJson":"x""#,
        r#""CloudTrailEvent":"{}""#,
        r#""Body":"x","MessageId":"1""#,
        r#""body":"x","messageId":"1""#,
        r#""Sns":{"Message":"x"}"#,
        r#""Type":"Notification","TopicArn":"t","Message":"x""#,
        r#""detail-type":"x","detail":{"a":1}"#,
        r#""_source":{"a":1},"_id":"1""#,
    ];
    let mut wrong = Vec::new();
    for members in members {
        let event = format!("{{{own},{members}}}");
        for (text, count) in [
            (event.clone(), 1),
            (format!("{{{members},{own}}}"), 1),
            (format!("{event}\n{event}\n"), 2),
            (format!("[{event},{event}]"), 2),
            (format!("INFO started\n{event}\n{event}\n"), 2),
        ] {
            let (hits, scanned) = scan(STOPPED, text.as_bytes());
            if (hits.len(), scanned.damages) != (count, 0) {
                wrong.push(format!("{text}: {} hits, {:?}", hits.len(), scanned.errors));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Members after an array that is larger than what is read at once: the object is an event, or they are an error.
#[test]
fn own_members_after_a_large_array_are_read_or_loud() {
    let blanks = " ".repeat(1 << 17);
    let own = r#""level":"info","eventName":"StopLogging""#;
    let arrays = [
        r#""Records":[{"a":1}BLANKS]"#,
        r#""Records":[{"data":"x"}BLANKS]"#,
        r#""events":[{"message":"x","timestamp":1}BLANKS]"#,
        r#""messageType":"DATA_MESSAGE","logEvents":[{"a":1}BLANKS]"#,
        r#""sessionUpdate":{"sessionResults":[{"a":1}BLANKS]}"#,
        r#""ResultSet":{"Rows":[{"a":1}BLANKS]}"#,
    ];
    for array in arrays {
        let array = array.replace("BLANKS", &blanks);
        for text in [
            format!("{{{array},{own}}}"),
            format!("{{{array}\n,\n{own}\n}}\n{{\"a\":1}}"),
            format!("[{{{array},{own}}}]"),
        ] {
            let (hits, scanned) = scan(STOPPED, text.as_bytes());
            let said = scanned.messages().any(|it| it.contains("in the member `level`, which is not read"));
            // an object on one line is held as a whole
            assert!(
                said == hits.is_empty() && hits.len() <= 1,
                "{}: {:?}",
                array.replace(' ', ""),
                scanned.errors
            );
        }
        let (_, scanned) = scan("x", format!("{{{array}}}").as_bytes());
        assert!(
            scanned.messages().all(|it| !it.contains("the service does not write")),
            "{:?}",
            scanned.errors
        );
    }
    let record = r#"{"eventVersion":"1.11","eventName":"StopLogging"}"#;
    let kinesis = format!(
        r#"{{"Records":[{{"Data":"eA==","SequenceNumber":"1"}}{blanks}],"NextShardIterator":"x","MillisBehindLatest":0}}"#
    );
    for text in [format!(r#"{{"Records":[{record}{blanks}],"extra":1}}"#), kinesis] {
        let (_, scanned) = scan(r#"{ $.eventName = "StopLogging" || $.order = "x" }"#, text.as_bytes());
        assert_eq!(scanned.damages, 0, "{:?}", scanned.errors);
    }
}

/// The members of services beside the elements, whose containers are read.
#[test]
fn containers_with_members_of_their_service_are_read() {
    let record = r#"{"eventVersion":"1.11","eventName":"StopLogging"}"#;
    let text = serde_json::to_string(record).unwrap();
    let sqs = format!(r#"{{"eventSource":"aws:sqs","messageId":"1","body":{text}}}"#);
    let cases = [
        format!(r#"{{"Records":[{record}],"extra":1}}"#),
        format!(r#"{{"extra":1,"Records":[{record}]}}"#),
        format!(r#"{{"Records":[{sqs}]}}"#),
        format!(r#"{{"Events":[{{"CloudTrailEvent":{text}}}],"account":"123456789012"}}"#),
        format!(
            r#"{{"QueryResultRows":[[{{"eventJson":{text}}}]],"QueryStatus":"FINISHED","$metadata":{{}}}}"#
        ),
        format!(r#"{{"preview":false,"offset":0,"lastrow":true,"messages":[],"result":{{"_raw":{text}}}}}"#),
        format!(
            r#"{{"sid":"1","search_name":"a","app":"a","owner":"a","results_link":"x","result":{{"_raw":{text}}}}}"#
        ),
        format!(r#"{{"_raw":{text},"level":"info"}}"#),
        format!(r#"{{"@message":{text},"level":"info"}}"#),
        format!(r#"{{"eventJson":{text},"level":"info"}}"#),
        format!(r#"{{"MessageId":"1","Body":{text},"level":"info"}}"#),
        format!(r#"{{"detail-type":"x","detail":{record},"level":"info"}}"#),
        format!(r#"{{"_id":"1","_source":{record},"level":"info"}}"#),
    ];
    for text in cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        assert_eq!((hits.len(), scanned.records, scanned.damages), (1, 1, 0), "{text}: {:?}", scanned.errors);
    }
}
