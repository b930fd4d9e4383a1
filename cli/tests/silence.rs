//! What would be passed over in silence: events in forms that nothing reads, files that are named twice, blank lines, missing arguments.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};
use std::io::Write;
use std::process::{Command, Stdio};

const STOPPED: &str = "{ $.eventName = \"StopLogging\" }";

/// Each command that reads records says it.
#[test]
fn events_in_forms_that_nothing_reads_are_loud_in_each_command() {
    let root = folder("silence-forms");
    let rules = "[[rule]]\nid = \"stopped\"\npattern = '{ $.eventName = \"StopLogging\" }'\n";
    let cases = [
        (
            "projected.json",
            r#"[{"EventName":"StopLogging","EventTime":"2026-03-01T10:01:00Z","Username":"alice"}]"#,
        ),
        ("table.txt", "| LookupEvents |\n|| EventName |  StopLogging ||\n"),
        ("siem.log", "CEF:0|Amazon|AWS CloudTrail|1.0|StopLogging|StopLogging|5|suser=alice\n"),
        ("dump.txt", "00000000: 7b22 6576 656e 7456 6572 7369 6f6e 223a  {\"eventVersion\":\n"),
    ];
    std::fs::write(root.join("rules.toml"), rules).unwrap();
    for (name, text) in cases {
        std::fs::write(root.join(name), text).unwrap();
        for command in ["scan", "simulate", "backtest"] {
            let (code, said) = run(&root, &[command, "--rules", "rules.toml", name]);
            let shown = text.trim_start_matches('[').split('\n').next().unwrap();
            let shown = shown.get(..12).unwrap();
            assert!(code == 3 && said.contains(&format!("error: {name}: ")), "{command} {name}: {said}");
            assert!(said.contains("it begins with") && said.contains(shown), "{command} {name}: {said}");
        }
    }
    // a pattern of text reads these lines
    for command in ["scan", "simulate", "backtest"] {
        std::fs::write(root.join("text.toml"), "[[rule]]\nid = \"error\"\npattern = 'ERROR'\n").unwrap();
        let (_, said) = run(&root, &[command, "--rules", "text.toml", "siem.log"]);
        assert!(!said.contains("error: siem.log"), "{command}: {said}");
    }
}

#[test]
fn a_file_that_is_named_again_is_read_once() {
    let root = folder("silence-twice");
    std::fs::create_dir(root.join("in")).unwrap();
    std::fs::write(root.join("in/a.ndjson"), "{\"eventName\":\"StopLogging\"}\n").unwrap();
    let whole = root.join("in/a.ndjson").to_str().unwrap().to_owned();
    let cases: [&[&str]; 4] = [
        &["in/a.ndjson", "in/a.ndjson", "./in/a.ndjson"],
        &["in", "in/a.ndjson"],
        &["in", "in", &whole],
        &["in/a.ndjson", "in/../in/a.ndjson", "in"],
    ];
    for inputs in cases {
        for count in [&["--count"][..], &[], &["--format", "json"]] {
            let args = [&["scan", "--pattern", STOPPED], count, inputs].concat();
            let (code, said) = run(&root, &args);
            assert!(code == 1 && said.contains("1 record in 1 input, 1 match"), "{args:?}: {said}");
            assert!(said.contains("named again"), "{args:?}: {said}");
        }
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("a.ndjson", root.join("in/b.ndjson")).unwrap();
        let (code, said) = run(&root, &["scan", "--pattern", STOPPED, "in"]);
        assert!(code == 1 && said.contains("1 record in 1 input") && said.contains("named again"), "{said}");
    }
}

#[test]
fn a_scan_without_rules_names_both_ways() {
    let root = folder("silence-rules");
    std::fs::write(root.join("a.ndjson"), "{}\n").unwrap();
    let (code, said) = run(&root, &["scan", "a.ndjson"]);
    assert!(code == 2 && said.contains("--rules <RULES>") && said.contains("--pattern <PATTERN>"), "{said}");
    let (code, said) = run(&root, &["scan", "--rules", "r.toml", "--pattern", "a", "a.ndjson"]);
    assert!(code == 2 && said.contains("cannot be used with"), "{said}");
}

#[test]
fn blank_lines_between_requests_are_counted() {
    for command in ["alarm", "emit", "test-metric-filter"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args([command, "--ndjson"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"\n{\"id\":1}\n  \n").unwrap();
        let output = child.wait_with_output().unwrap();
        let (answers, said) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(answers.lines().count(), 1, "{command}: {answers}");
        assert!(said.contains("2 lines are blank, and have no answer"), "{command}: {said}");
    }
}
