//! What the program says about evidence files besides hits.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    scratch::folder(&format!("evidence/{name}"))
}

/// Exit code, and both outputs one after the other.
fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

const EVENT: &str = r#"{"detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","detail":{"eventTime":"2026-03-01T10:01:00Z","eventName":"StopLogging"}}"#;
const DIGEST: &str =
    r#"{"awsAccountId":"123456789012","digestS3Bucket":"b","digestS3Object":"o","logFiles":[]}"#;
const RULES: &str = r#"
[[rule]]
id = "outer"
pattern = '{ $.detail.eventName = "StopLogging" }'

[[rule]]
id = "inner"
pattern = '{ $.eventName = "StopLogging" }'
"#;

#[test]
fn each_command_says_what_it_skips_and_what_is_text() {
    let folder = folder("skips");
    std::fs::write(folder.join("r.toml"), RULES).unwrap();
    std::fs::create_dir(folder.join("in")).unwrap();
    // names that say nothing
    for (name, text) in [
        ("in/renamed.json", DIGEST),
        ("in/stream-1-2026-03-01-10-01-00-x", EVENT),
        ("in/app.log", "INFO fine\n"),
        ("in/LICENSE", "All rights reserved.\n"),
        ("in/page.html", "<html>"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let commands: [(&[&str], i32); 3] = [
        (&["scan", "--rules", "r.toml", "in"], 1),
        (&["backtest", "--rules", "r.toml", "in"], 0),
        (&["simulate", "--rules", "r.toml", "in"], 0),
    ];
    for (args, code) in commands {
        let (found, text) = run(&folder, args);
        assert_eq!(found, code, "{args:?}: {text}");
        for said in [
            "1 digest file skipped",
            "2 other files skipped",
            "1 record is a line of text, which no JSON pattern matches",
        ] {
            assert!(text.contains(said), "{args:?}: {said}: {text}");
        }
        assert!(!text.contains(", skipped"), "{args:?}: {text}");
        let (_, text) = run(&folder, &[args, &["--verbose"]].concat());
        for said in ["renamed.json: 1 digest file skipped", "LICENSE: another file, skipped"] {
            assert!(text.contains(said), "{args:?}: {said}: {text}");
        }
    }
}

#[test]
fn a_page_explains_the_text_that_the_rule_matches() {
    let folder = folder("page");
    std::fs::write(folder.join("r.toml"), RULES).unwrap();
    std::fs::write(folder.join("e.json"), EVENT).unwrap();
    let (code, text) = run(&folder, &["scan", "--rules", "r.toml", "--html", "page.html", "e.json"]);
    assert_eq!(code, 1, "{text}");
    let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("$.detail.eventName") && !page.contains("field is missing"), "{page}");
    for (pattern, code) in [
        ("{ $.detail.eventName = StopLogging }", 0),
        ("{ $.eventName = StopLogging }", 0),
        ("{ $.detail.eventName = x }", 1),
    ] {
        for event in ["@e.json", "@e.json:1"] {
            let (found, text) = run(&folder, &["explain", pattern, event]);
            assert_eq!(found, code, "{pattern} {event}: {text}");
        }
    }
}

#[test]
fn one_thread_in_line_gives_what_two_give() {
    let folder = folder("threads");
    for number in 0..40 {
        let text = format!(
            "{{\"Records\":[{{\"eventName\":\"StopLogging\",\"n\":{number}}},{{\"eventName\":\"x\"}}]}}"
        );
        std::fs::write(folder.join(format!("{number:03}.json")), text).unwrap();
    }
    std::fs::write(folder.join("999.json"), "{\"a\":").unwrap();
    let scan = |threads| {
        run(&folder, &["scan", "--pattern", "{ $.eventName = StopLogging }", "--threads", threads, "."])
    };
    let one = scan("1");
    assert_eq!(one.0, 3, "{}", one.1);
    assert!(one.1.contains("80 records in 41 inputs, 40 matches, 1 input damaged"), "{}", one.1);
    assert_eq!(scan("2"), one);
}
