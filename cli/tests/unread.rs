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

/// Not all was read, and nothing is damaged.
#[test]
fn never_matched_is_said_of_what_was_read_without_an_error() {
    let root = folder("unread-parts");
    std::fs::copy(ROOT.join("rules.toml"), root.join("rules.toml")).unwrap();
    let listed = RECORD.replace("StopLogging", "ListBuckets");
    let digest = r#"{"awsAccountId":"123456789012","digestS3Bucket":"b","digestS3Object":"o","logFiles":[]}"#;
    std::fs::create_dir_all(root.join("in")).unwrap();
    std::fs::write(root.join("in/a.json"), &listed).unwrap();
    std::fs::write(root.join("in/read.me"), [0x89, 0xfe, 0xfd, 0]).unwrap();
    let paged = format!(
        "{{\"Events\":[{{\"EventName\":\"ListBuckets\",\"CloudTrailEvent\":{}}}],\"NextToken\":\"abc\"}}",
        serde_json::Value::from(listed.as_str())
    );
    let other = format!("{listed}\n{{\"level\":\"INFO\"}}\n");
    for (name, text) in [
        ("paged.json", paged.as_str()),
        ("no-page.json", r#"{"Events":[],"NextToken":"abc"}"#),
        ("empty.json", r#"{"Records":[]}"#),
        ("mixed.log", "a line of text\n"),
        ("other.json", other.as_str()),
        ("digest.json", digest),
    ] {
        std::fs::write(root.join(name), text).unwrap();
    }
    // input, what the page says
    for (input, said) in [
        ("paged.json", "1 answer is partial"),
        ("no-page.json", "1 answer is partial"),
        ("empty.json", "no event was read"),
        ("mixed.log", "1 record is a line of text, which no JSON pattern matches"),
        ("other.json", "1 record has no member that a JSON pattern reads"),
        ("digest.json", "1 digest file skipped"),
        ("in", "1 other entry in folders not read"),
    ] {
        let args = ["simulate", "--rules", "rules.toml", input, "--html", "page.html"];
        let (code, text) = run(&root, &args);
        assert_eq!(code, 0, "{input}: {text}");
        assert!(text.contains("never matched in what was read (1): stopped"), "{input}: {text}");
        let page = std::fs::read_to_string(root.join("page.html")).unwrap();
        assert!(page.contains("<summary>1 rule never matched in what was read</summary>"), "{input}: {page}");
        let (_, limits) = page.split_once("<h2>What this page does not cover</h2>").expect(input);
        assert!(limits.split("</section>").next().unwrap().contains(said), "{input}: {limits}");
        let (code, text) = run(&root, &["backtest", "--rules", "rules.toml", input]);
        assert!(code == 0 && text.contains("1 rule never matched in what was read"), "{input}: {text}");
        let (code, text) = run(&root, &["backtest", "--rules", "rules.toml", "--json", input]);
        assert!(code == 0 && text.contains("\"ofAll\":false"), "{input}: {text}");
    }
    let whole = ["simulate", "--rules", "rules.toml", "in/a.json", "--html", "page.html"];
    assert_eq!(run(&root, &whole).0, 0);
    let page = std::fs::read_to_string(root.join("page.html")).unwrap();
    assert!(page.contains("1 rule never matched</summary>") && !page.contains("does not cover"), "{page}");
    let (_, text) = run(&root, &["backtest", "--rules", "rules.toml", "--json", "in/a.json"]);
    assert!(text.contains("\"ofAll\":true"), "{text}");
    let late = ["simulate", "--rules", "rules.toml", "in/a.json", "--since", "2027-01-01"];
    let (_, text) = run(&root, &late);
    assert!(text.contains("never matched in what was read (1)"), "{text}");
}

#[test]
fn a_page_of_a_simulation_names_the_errors() {
    for (file, said) in [("cut.ndjson", "cut.ndjson: the input ends inside"), ("gone", "gone: cannot read")] {
        let (code, text) =
            run(&ROOT, &["simulate", "--rules", "rules.toml", "read.ndjson", file, "--html", "page.html"]);
        assert_eq!(code, 3, "{text}");
        let page = std::fs::read_to_string(ROOT.join("page.html")).unwrap();
        for said in ["What this page does not cover", said, "1 rule never matched in what was read"] {
            assert!(page.contains(said), "{file}: {said}: {page}");
        }
    }
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
