//! What was not read: no command says without a limit that a rule never matched it.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};
use std::path::PathBuf;
use std::sync::LazyLock;

const RECORD: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"Root"},"eventTime":"2026-03-04T10:01:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"us-east-1"}"#;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = folder("unread");
    let rules = "[[rule]]\nid = \"stopped\"\npattern = '{ $.eventName = \"StopLogging\" }'\n\
                 metric = { namespace = \"N\", name = \"m\", value = \"1\" }\n\
                 alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    write("rules.toml", rules);
    let listed = RECORD.replace("StopLogging", "ListBuckets");
    let wrapped = serde_json::json!({ "log": RECORD }).to_string();
    write("read.ndjson", &format!("{listed}\n"));
    write("wrapped.ndjson", &format!("{listed}\n{wrapped}\n"));
    write("line.log", &format!("2026 host {RECORD}\n"));
    write("cut.ndjson", &RECORD[..80]);
    write("lower.ndjson", r#"{"eventname":"StopLogging","eventsource":"cloudtrail.amazonaws.com"}"#);
    root
});

#[test]
fn never_matched_is_said_of_what_was_read() {
    for file in ["wrapped.ndjson", "line.log", "cut.ndjson", "lower.ndjson"] {
        for (command, said) in [
            ("simulate", "never matched in what was read (1): stopped"),
            ("backtest", "1 rule never matched in what was read"),
        ] {
            let (code, text) = run(&ROOT, &[command, "--rules", "rules.toml", "read.ndjson", file]);
            assert!(code == 3 && text.contains(said) && text.contains("error: "), "{command} {file}: {text}");
        }
        let (code, text) = run(&ROOT, &["scan", "--rules", "rules.toml", file]);
        assert!(code == 3 && text.contains(&format!("error: {file}: ")), "{file}: {text}");
    }
    let (code, text) = run(&ROOT, &["simulate", "--rules", "rules.toml", "read.ndjson"]);
    assert!(code == 0 && text.contains("never matched (1): stopped"), "{text}");
    let (code, text) = run(&ROOT, &["backtest", "--rules", "rules.toml", "read.ndjson"]);
    assert!(code == 0 && text.contains("1 rule never matched\n"), "{text}");
}

#[test]
fn explain_names_a_record_inside() {
    let table = [
        ("@wrapped.ndjson:1", 1, "no match"),
        ("@wrapped.ndjson:2", 3, "error: @wrapped.ndjson:2: records of CloudTrail inside a container"),
        ("@line.log:1", 3, "error: @line.log:1: records of CloudTrail inside a container"),
        ("@lower.ndjson:1", 3, "in another form"),
    ];
    for (event, code, said) in table {
        let ran = run(&ROOT, &["explain", "--rules", "rules.toml", "stopped", event]);
        assert!(ran.0 == code && ran.1.contains(said), "{event}: {ran:?}");
    }
    let ran = run(&ROOT, &["explain", "{ $.log = *StopLogging* }", "@wrapped.ndjson:2"]);
    assert_eq!(ran.0, 0, "{ran:?}");
}
