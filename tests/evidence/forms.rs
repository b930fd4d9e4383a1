//! Records in the forms of other tools: tables with other delimiters and base64 are read; what is not read is an error, also beside records
//! of the same file that match.

use super::{STOPPED, input, scan};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use cwfilter::evidence::{RecordError, RecordErrorKind};

fn records() -> Vec<String> {
    String::from_utf8(input("lines.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

/// Records whose base64 has the two signs in which the alphabets differ.
fn with_signs(record: &str) -> String {
    record.replacen('{', "{\"x\":\"???>>>~~~???>>>~~~\",", 1)
}

fn table(delimiter: &str, first: &str, newline: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows =
        records().into_iter().map(|record| format!("2026-03-04{delimiter}{}{newline}", quoted(&record)));
    format!("{first}@timestamp{delimiter}@message{newline}{}", rows.collect::<String>())
}

/// In lines of 76 characters, as mail and `base64` write it.
fn wrapped(text: &str) -> String {
    let lines: Vec<&str> = (0..text.len()).step_by(76).map(|at| &text[at..text.len().min(at + 76)]).collect();
    lines.join("\n") + "\n"
}

#[test]
fn tables_and_base64_of_other_tools_are_read() {
    let records = records();
    let delivery = format!("{{\"Records\":[{}]}}", records.join(","));
    let pretty = format!("{{\n \"Records\":[{}]}}", records.join(","));
    let signs = with_signs(&delivery);
    assert_ne!(BASE64_STANDARD.encode(&signs), BASE64_URL_SAFE.encode(&signs));
    let of_lines = records.iter().map(|record| BASE64_STANDARD.encode(format!("{record}\n")) + "\n");
    let cases = [
        ("a table with semicolons", table(";", "", "\r\n")),
        ("with a byte order mark", table(";", "\u{feff}", "\r\n")),
        ("Excel's line of the delimiter", table(";", "sep=;\r\n", "\r\n")),
        ("tabs", table("\t", "", "\n")),
        ("pipes", table("|", "", "\n")),
        ("Kibana", table(",", "", "\n").replace("@message", "event.original")),
        ("base64 of JSON", BASE64_STANDARD.encode(&delivery)),
        ("base64 of JSON over lines", BASE64_STANDARD.encode(&pretty)),
        ("base64 of an array", BASE64_STANDARD.encode(format!("[{}]", records.join(",")))),
        ("wrapped base64 of JSON", wrapped(&BASE64_STANDARD.encode(&delivery))),
        ("base64 a line", of_lines.collect()),
        ("the alphabet of URLs", BASE64_URL_SAFE.encode(&signs)),
    ];
    for (name, text) in cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        assert_eq!((hits.len(), scanned.records, scanned.damages), (1, 3, 0), "{name}: {:?}", scanned.errors);
    }
}

#[test]
fn other_forms_are_loud() {
    let record = &records()[0];
    let encoded = BASE64_STANDARD.encode(record);
    let lower = r#"{"eventname":"StopLogging","eventsource":"cloudtrail.amazonaws.com","eventtime":"x"}"#;
    let cases = [
        (format!("{{\"entries\":[{{\"data\":\"{encoded}\"}}]}}"), "in base64"),
        // each place that the first byte can have in a group of three
        (format!("{{\"entries\":[{{\"data\":\"{}\"}}]}}", BASE64_STANDARD.encode(format!(" {record}"))), "in base64"),
        (format!("{{\"entries\":[{{\"data\":\"{}\"}}]}}", BASE64_STANDARD.encode(format!("  {record}"))), "in base64"),
        (format!("From: a@example.com\n\ndata: {}", wrapped(&encoded)), "in base64"),
        (lower.to_owned(), "in another form"),
        (lower.replace("event", "event_"), "in another form"),
        (lower.replace("event", "Event"), "in another form"),
        (r#"{"rows":[{"EventName":"StopLogging","EventSource":"cloudtrail.amazonaws.com"}]}"#.to_owned(), "in another form"),
        (
            r#"{"event":{"provider":"cloudtrail.amazonaws.com","action":"StopLogging"},"aws":{"cloudtrail":{}}}"#.to_owned(),
            "in another form",
        ),
        (
            r#"{"metadata":{"productEventType":"StopLogging","productName":"AWS CloudTrail"}}"#.to_owned(),
            "in another form",
        ),
        (
            r#"{"eventVersion":{"0":"1.08"},"eventTime":{"0":"x"},"eventSource":{"0":"cloudtrail.amazonaws.com"},"eventName":{"0":"StopLogging"}}"#.to_owned(),
            "in another form",
        ),
        ("eventTime,eventName,sourceIPAddress\nx,StopLogging,y\n".to_owned(), "without a column of whole records"),
        ("Event time;Event name\nx;StopLogging\n".to_owned(), "without a column of whole records"),
    ];
    for (text, said) in cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        assert_eq!((hits.len(), messages.len()), (0, 1), "{text}: {messages:?}");
        assert!(messages[0].contains(said), "{text}: {messages:?}");
    }
}

/// A match elsewhere in the file says nothing about records that were not read.
#[test]
fn a_match_does_not_hide_what_is_not_read() {
    let records = records();
    let escaped = serde_json::to_string(&records[0]).unwrap();
    let wrapped = format!("{{\"log\":{escaped}}}");
    let line = format!("<134>Mar  1 10:01:00 host trail: {}", records[0]);
    // pattern, input, hits, errors
    let cases: &[(&str, String, usize, u64)] = &[
        ("{ $.eventName = ListBuckets }", format!("{}\n{wrapped}\n", records[2]), 1, 1),
        ("{ $.eventName = ListBuckets }", format!("{wrapped}\n{}\n", records[2]), 1, 1),
        ("{ $.eventName = ListBuckets }", format!("INFO\n{line}\n{}\n", records[2]), 1, 1),
        ("ERROR", format!("{line}\nERROR disk full\n"), 1, 1),
        // the pattern is written for such records
        ("{ $.log = *StopLogging* }", format!("{wrapped}\n{}\n", wrapped.replace("StopLogging", "X")), 1, 0),
        ("StopLogging", format!("{line}\n{}\nINFO\n", line.replace("StopLogging", "X")), 1, 0),
    ];
    for (pattern, text, matches, errors) in cases {
        let (hits, scanned) = scan(pattern, text.as_bytes());
        assert_eq!(
            (hits.len(), scanned.damages),
            (*matches, *errors),
            "{pattern} {text}: {:?}",
            scanned.errors
        );
    }
}

#[test]
fn events_of_applications_are_no_records_in_another_form() {
    let notice =
        r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]}"#;
    let cases = [
        format!("START RequestId: 1\nINFO event {notice}\nEND\n"),
        r#"{"event_name":"Purchase","event_time":1,"event_source_url":"https://example.com"}"#.to_owned(),
        r#"{"provider":"s3.amazonaws.com","action":"put"}"#.to_owned(),
        r#"{"EventName":"Started","EventSource":"service","EventId":1}"#.to_owned(),
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x\n".to_owned(),
        "started, eventName, ok\nstopped\n".to_owned(),
        "eyJ\n".to_owned(),
    ];
    for text in cases {
        let (hits, scanned) = scan(STOPPED, text.as_bytes());
        let is_unread = |error: &RecordError| matches!(error.kind(), RecordErrorKind::Unread { .. });
        assert!(hits.is_empty() && scanned.errors.iter().all(is_unread), "{text}: {:?}", scanned.errors);
        let (_, scanned) = scan("{ $.action = \"none\" }", text.as_bytes());
        assert_eq!(scanned.damages, 0, "{text}: {:?}", scanned.errors);
    }
}
