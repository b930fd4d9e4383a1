//! Containers after other text: nothing of them is taken for text without an error.

use super::{STOPPED, expected, input, scan, table, value};
use cwfilter::evidence::{is_evidence, records};

/// A name, what is before a container, its number of log events, and whether the container begins on a line of its own.
const HEADINGS: &[(&str, &str, u64, bool)] = &[
    ("a title", "Events of the incident\n", 1, true),
    ("a prompt", "alice@host:~$ aws logs filter-log-events --log-group-name g\n", 1, true),
    ("a root prompt", "# aws cloudtrail lookup-events\n", 1, true),
    ("comments", "// exported\n# by alice\n; today\n", 3, true),
    (
        "a warning",
        "/usr/lib/python3/site.py:1: InsecureRequestWarning: unverified\n  warnings.warn(\n",
        2,
        true,
    ),
    ("headers", "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n\r\n", 2, true),
    ("a fence", "```json\n", 1, true),
    ("a mark", "\u{feff}a title\n", 1, true),
    ("a mark after it", "a title\n\u{feff}", 1, true),
    ("a rule", "==========\n\n", 1, true),
    ("brackets", "[INFO] {begin} [1, 2]\n", 1, true),
    ("a quote", "\"exported\" by alice\n", 1, true),
    ("a line of JSON", "a title\n{\"title\":\"x\"}\n", 2, true),
    ("a terminal", "\u{1b}[?2004h$ cat x\n\u{1b}[?2004l\r", 2, false),
    ("a name", "Response: ", 1, false),
    ("an assignment", "const answer = ", 1, false),
];

/// What AWS's services give to a function of Lambda, which logs it on one line: it is one log event. If it has records inside, it is an
/// error. So is an object on the line of another text.
fn is_one_event(file: &str, is_own_line: bool) -> bool {
    let of_lambda = ["kinesis-lambda.json", "sns-lambda.json", "sqs-lambda.json", "kinesis-get-records.json"];
    of_lambda.contains(&file) || !is_own_line
}

/// The container printed over several lines.
fn printed(text: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(text).ok()?;
    serde_json::to_string_pretty(&value).ok().map(|text| text + "\n")
}

#[test]
fn containers_after_other_text_are_read_or_an_error() {
    let expected: Vec<_> = expected().iter().map(|record| value(record)).collect();
    let mut read = 0;
    for row in table() {
        let text = input(&row.file);
        let plain = String::from_utf8(text.clone()).unwrap();
        for (form, text) in [("as it is", Some(plain)), ("printed", printed(&text))] {
            let Some(text) = text else { continue };
            for &(name, heading, before, is_own_line) in HEADINGS {
                // a row of a table begins on a line of its own
                if !is_own_line && !row.file.contains(".json") && !row.file.ends_with("ndjson") {
                    continue;
                }
                let label = format!("{name} before {} {form}", row.file);
                let whole = format!("{heading}{}", text.trim_start_matches('\u{feff}'));
                let (hits, scanned) = scan(STOPPED, whole.as_bytes());
                let is_one_line = form == "as it is" || !is_own_line;
                if is_one_line && scanned.damages > 0 && is_one_event(&row.file, is_own_line) {
                    continue;
                }
                let all: Vec<_> = records(whole.as_bytes())
                    .map(|it| it.unwrap_or_else(|error| panic!("{label}: {error}")))
                    .collect();
                let all: Vec<_> = all.iter().skip(before as usize).collect();
                assert_eq!(all.iter().filter(|it| it.is_json).count(), 3, "{label}: {all:?}");
                let found: Vec<_> = all.iter().map(|it| value(&String::from_utf8_lossy(&it.bytes))).collect();
                assert_eq!(found, expected, "{label}");
                assert!(all.iter().all(|it| it.is_json), "{label}");
                assert_eq!(
                    (scanned.records, scanned.damages),
                    (3 + before, 0),
                    "{label}: {:?}",
                    scanned.errors
                );
                assert_eq!((hits.len(), hits[0].0), (1, before + 1), "{label}");
                read += 1;
            }
        }
    }
    assert!(read > 1000, "{read}");
}

/// The text after a container is text, and may have a container after it.
#[test]
fn text_and_containers_follow_each_other() {
    let other = input("filter-log-events.json");
    let other = printed(&other).unwrap();
    for row in table().iter().filter(|row| row.file.ends_with(".json")) {
        let Some(text) = printed(&input(&row.file)) else { continue };
        let whole = format!("first\n{text}alice@host:~$ next\n```\n{other}last\n");
        let (hits, scanned) = scan(STOPPED, whole.as_bytes());
        assert_eq!(
            (scanned.records, scanned.texts, scanned.damages),
            (10, 4, 0),
            "{}: {:?}",
            row.file,
            scanned.errors
        );
        assert_eq!(hits.iter().map(|hit| hit.0).collect::<Vec<_>>(), [2, 7], "{}", row.file);
        let (hits, _) = scan("next", whole.as_bytes());
        assert_eq!(hits.len(), 1, "{}", row.file);
    }
}

const EVENTS: &str = r#"{"events":[{"logStreamName":"s","timestamp":1,"message":"{\"order\":\"cancelled\"}","ingestionTime":1,"eventId":"1"}]}"#;

#[test]
fn what_is_damaged_within_a_text_is_loud() {
    let cut = format!("a title\n{}", &printed(EVENTS.as_bytes()).unwrap()[..120]);
    let cases = [
        ("cut", cut, "ends inside"),
        ("text after it", format!("a title\n{EVENTS} and more\n"), "found `a`"),
        (
            "a dump",
            "$ xxd data\n00000000: 1f8b 0800 0000 0000 0003 7d54 db6e db38  ..\n".to_owned(),
            "a dump of bytes",
        ),
        (
            "a table",
            "Events\neventName,eventSource,awsRegion\nx,y,z\n".to_owned(),
            "without a column of whole records",
        ),
        (
            "colours",
            "\u{1b}[1;39m{\n  \u{1b}[0m\u{1b}[34;1m\"a\"\u{1b}[0m: 1\n".to_owned(),
            "colours of a terminal",
        ),
        (
            "colours after a prompt",
            "$ jq -C . x\n\u{1b}[1;39m[\n  \u{1b}[1;39m{\n".to_owned(),
            "colours of a terminal",
        ),
        ("base64", "data:\nH4sIAAAAAAAA\n".to_owned(), "inside a container"),
        ("base64 on the line", format!("data: H4sI{}\n", "A".repeat(32)), "a compressed payload in base64"),
        (
            "base64 as a value",
            format!("payload=H4sI{} size=3\n", "A".repeat(32)),
            "a compressed payload in base64",
        ),
    ];
    for (name, text, said) in cases {
        let (hits, scanned) = scan(r#"{ $.order = "x" }"#, text.as_bytes());
        let messages: Vec<String> = scanned.messages().collect();
        assert!(messages.iter().any(|it| it.contains(said)), "{name}: {messages:?}");
        assert_eq!(hits.len(), 0, "{name}");
    }
}

/// Lines of applications that look alike: the numbers of log events and of those that are text.
#[test]
fn lines_of_applications_stay_lines() {
    let notice = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}]}"#;
    let cases = [
        ("START\n".to_owned() + notice + "\nEND\n", 3, 2),
        ("INFO begin\n[1, 2, 3]\n[{\"id\":1}] is done\n[WARN] x\n".to_owned(), 4, 4),
        ("x\n[\"a\", \"b\"]\n[[{\"id\":1}]]\n".to_owned(), 3, 3),
        ("main() {\n  run();\n}\n{\n  level: 1\n}\n".to_owned(), 6, 6),
        ("x\n{\n  \"level\": \"ERROR\"\n}\nfunction(\n{\n  \"level\": 1\n},\n)\n".to_owned(), 5, 3),
        ("Event: {\n  \"level\": \"ERROR\"\n}\n".to_owned(), 3, 3),
        (format!("2026-03-01T10:01:00.000Z got {EVENTS}\n"), 1, 1),
        ("2026-03-01T10:01:00.000Z {\n  \"level\": \"ERROR\"\n}\n".to_owned(), 1, 0),
        ("the word H4sI and H4sIAAAA\n".to_owned(), 1, 1),
        ("a token\nabcdefghijklmnopqrstuvwxyz0123456789\n".to_owned(), 2, 2),
        ("x\n\u{1b}[32mINFO\u{1b}[0m {ready}\n".to_owned(), 2, 2),
    ];
    for (text, events, texts) in cases {
        let (_, scanned) = scan("{ $.level = 1 }", text.as_bytes());
        assert_eq!(
            (scanned.records, scanned.texts, scanned.damages),
            (events, texts, 0),
            "{text}: {:?}",
            scanned.errors
        );
    }
}

#[test]
fn a_file_with_a_heading_seems_to_hold_log_events() {
    let record = r#"{"eventVersion":"1.11","eventName":"x"}"#;
    let cases = [
        (format!("a title\n{EVENTS}\n"), true),
        (format!("a title\n  {EVENTS}\n"), true),
        (format!("a title\n[\n{record}\n]\n"), true),
        ("a title\ntimestamp,message\n".to_owned(), true),
        ("Example\n[\n  {\"a\": 1}\n]\n".to_owned(), false),
        ("Example\n{\n  \"a\": 1\n}\n".to_owned(), false),
        ("All rights reserved. [1] {x}\n".to_owned(), false),
    ];
    for (text, is_it) in cases {
        assert_eq!(is_evidence(text.as_bytes()), is_it, "{text}");
    }
}
