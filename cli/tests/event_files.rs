//! What `scan` refuses is an error for each command that reads an event file: `explain` says no verdict about it, and a rule test that
//! expects no match does not pass on it.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};
use std::path::Path;
use std::process::{Command, Stdio};

const PATTERN: &str = "{ $.eventSource = \"cloudtrail.amazonaws.com\" && $.eventName = \"StopLogging\" }";
/// Of members that records have below `userIdentity`.
const OF_ROOT: &str = "{ $.userIdentity.type = \"Root\" && $.eventName = \"StopLogging\" }";
const OF_APPLICATION: &str = "{ $.level = \"ERROR\" }";

const RECORD: &str = r#"{"eventVersion":"1.11","eventSource":"cloudtrail.amazonaws.com","eventName":"GetTrail","eventID":"2"}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A rule file with a test that expects no match on the file.
fn write_rule(root: &Path, pattern: &str, more: &str) {
    let rule = format!(
        "[[rule]]\nid = \"r\"\npattern = '{pattern}'\n[[rule.test]]\nname = \"n\"\nevent = \"event\"\nexpect = \"no-match\"\n{more}"
    );
    std::fs::write(root.join("r.toml"), rule).unwrap();
}

#[test]
fn what_scan_refuses_is_an_error_everywhere() {
    let stop = RECORD.replace("GetTrail", "StopLogging");
    let in_event = format!("{{\"event\":{stop}}}");
    let delivery = format!("{{\"x\":{{\"Records\":[{stop}]}}}}");
    let hex: String = stop.bytes().map(|byte| format!("{byte:02x}")).collect();
    let in_line = serde_json::json!({ "line": stop }).to_string();
    let as_text = r#"{"eventVersion":"1.11","eventName":"StopLogging","userIdentity":"{\"type\":\"Root\"}"}"#;
    let table: Vec<(&str, &str, Vec<u8>)> = vec![
        ("in another object", PATTERN, in_event.into()),
        ("text before", PATTERN, format!("2026 host {stop}\n").into()),
        ("lower case", PATTERN, stop.to_lowercase().into()),
        ("the SDK's names", PATTERN, r#"{"EventName":"StopLogging","EventId":"1"}"#.into()),
        ("an object as text", OF_ROOT, as_text.into()),
        ("a record as text", PATTERN, in_line.into()),
        ("hexadecimal digits", PATTERN, format!("{hex}\n").into()),
        ("YAML", PATTERN, "EventName: StopLogging\nEventId: '1'\n".into()),
        ("an unknown container", PATTERN, delivery.into()),
        ("cut off", PATTERN, r#"{"eventVersion":"1.11","eventName":"Stop"#.into()),
        ("empty", PATTERN, Vec::new()),
        ("binary", PATTERN, b"\0\x01\x02\0\x01".to_vec()),
        ("cut gzip", PATTERN, gzip(stop.as_bytes())[..40].to_vec()),
        ("damage after a record", PATTERN, format!("{RECORD}\n{{\"eventName\":\"St").into()),
        ("an application's event", PATTERN, r#"{"level":"INFO","msg":"x"}"#.into()),
    ];
    let root = folder("event-files-refused");
    let mut wrong = Vec::new();
    for (name, pattern, bytes) in table {
        std::fs::write(root.join("event"), bytes).unwrap();
        write_rule(&root, pattern, "");
        let runs: [(&[&str], i32, &str); 6] = [
            (&["scan", "--pattern", pattern, "event"], 3, "error: event: "),
            (&["explain", pattern, "@event"], 3, "error: event: "),
            (&["explain", pattern, "@event:1"], 3, "error: "),
            (&["test", "r.toml"], 2, "event file `event`: "),
            (&["test", "--coverage", "r.toml"], 2, "event file `event`: "),
            (&["mutate", "r.toml"], 2, "event file `event`: "),
        ];
        for (args, code, said) in runs {
            // the records before a damaged place were read
            let is_before = name == "damage after a record" && args.last() == Some(&"@event:1");
            let (found, text) = run(&root, args);
            if !is_before && (found != code || !text.contains(said)) {
                wrong.push(format!("{name}: {args:?}: {found} {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `pick` takes one record; the others of the file are looked at, too.
#[test]
fn a_file_is_read_to_its_end() {
    let root = folder("event-files-pick");
    write_rule(&root, PATTERN, "pick = '{ $.eventName = \"GetTrail\" }'\n");
    let stop = RECORD.replace("GetTrail", "StopLogging");
    for (after, code) in
        [(RECORD.to_owned(), 0), (stop[..60].to_owned(), 2), (format!("{{\"event\":{stop}}}"), 2)]
    {
        std::fs::write(root.join("event"), format!("{RECORD}\n{after}")).unwrap();
        let (found, text) = run(&root, &["test", "r.toml"]);
        assert_eq!(found, code, "{after}: {text}");
    }
}

/// Files that `scan` reads without an error, if a pattern is written for them.
#[test]
fn what_scan_reads_has_a_verdict() {
    let root = folder("event-files-read");
    let detail = r#"{"detail-type":"x","source":"aws.ec2","detail":{"eventName":"GetTrail"}}"#;
    let wrapped = serde_json::json!({ "log": RECORD }).to_string();
    for (pattern, text) in [
        (PATTERN, RECORD),
        (PATTERN, detail),
        (OF_APPLICATION, r#"{"level":"INFO","msg":"x"}"#),
        (OF_APPLICATION, "a line of text\n"),
        ("{ $.log = *CreateTrail* }", wrapped.as_str()),
        ("ERROR", "an INFO line\n"),
        ("[time, level = ERROR]", "10:00 INFO\n"),
    ] {
        std::fs::write(root.join("event"), text).unwrap();
        write_rule(&root, pattern, "");
        for (args, code) in [
            (
                ["scan", "--pattern", pattern, "event"].as_slice(),
                if pattern.contains("CreateTrail") { 3 } else { 0 },
            ),
            (&["explain", pattern, "@event"], if pattern.contains("CreateTrail") { 3 } else { 1 }),
            (&["test", "r.toml"], if pattern.contains("CreateTrail") { 2 } else { 0 }),
        ] {
            let (found, said) = run(&root, args);
            assert_eq!(found, code, "{pattern} {text} {args:?}: {said}");
        }
    }
}

/// Each line of a text is a log event.
#[test]
fn explain_names_the_line() {
    let root = folder("event-files-lines");
    std::fs::write(root.join("t.log"), "a ERROR\nb INFO\n").unwrap();
    std::fs::write(root.join("one.log"), "a ERROR\n").unwrap();
    std::fs::write(root.join("two.json"), "{\"a\":1}\n{\"a\":2}\n").unwrap();
    for (pattern, event, code, said) in [
        ("INFO", "@t.log", 0, "t.log:2\nmatch"),
        ("ERROR", "@t.log", 0, "t.log:1\nmatch"),
        ("WARN", "@t.log", 1, "t.log:1\nno match"),
        ("INFO", "@t.log:1", 1, "no match"),
        ("INFO", "@t.log:2", 0, "match"),
        ("INFO", "@t.log:3", 3, "t.log has 2 records"),
        ("ERROR", "@one.log", 0, "match"),
        ("{ $.a = 1 }", "@two.json:0", 3, "records are numbered from 1"),
        ("{ $.a = 1 }", "@two.json:1", 0, "match"),
        ("{ $.a = 1 }", "@two.json:3", 3, "two.json has 2 records"),
        ("{ $.a = 1 }", "@two.json", 3, "holds several records: `@two.json:1`"),
        ("{ $.a = 1 }", "@.", 3, "cannot read: is a directory"),
    ] {
        let (found, text) = run(&root, &["explain", pattern, event]);
        assert!(found == code && text.contains(said), "{pattern} {event}: {found} {text}");
    }
}

/// Standard input is read as a file is.
#[test]
fn explain_reads_standard_input_as_scan_does() {
    let root = folder("event-files-stdin");
    let two = gzip(b"{\"a\":1}{\"a\":2}");
    let cut = gzip(b"{\"a\":1}")[..20].to_vec();
    for (bytes, event, code, said) in [
        (b"{\"a\":1}\n".to_vec(), "-", 0, "match"),
        (gzip(b"{\"a\":1}"), "-", 0, "match"),
        (b"{\"a\":2}".to_vec(), "-", 1, "no match"),
        (two.clone(), "-", 3, "holds several records: `@-:1`"),
        (two, "@-:1", 0, "match"),
        (cut, "-", 3, "error: -: "),
        (Vec::new(), "-", 3, "the input is empty"),
    ] {
        std::fs::write(root.join("in"), bytes).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(["explain", "{ $.a = 1 }", event])
            .stdin(Stdio::from(std::fs::File::open(root.join("in")).unwrap()))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(code) && text.contains(said), "{event}: {output:?}");
    }
}
