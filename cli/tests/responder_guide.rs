//! Every command of docs/responder.md, run as it is written.

#[path = "support/program.rs"]
mod support;

use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use support::{folder, run, write};

const GUIDE: &str = include_str!("../../docs/responder.md");

/// The lines of the `sh` blocks.
fn commands() -> Vec<&'static str> {
    let mut lines = GUIDE.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line == "```sh" {
            found.extend(lines.by_ref().take_while(|line| *line != "```"));
        }
    }
    found
}

#[test]
fn each_command_works_as_written() {
    let root = folder("responder-guide");
    let record = r#"{"eventTime":"2026-03-04T10:15:30Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging",
        "awsRegion":"us-east-1","recipientAccountId":"123456789012","sourceIPAddress":"203.0.113.7","eventID":"e-1",
        "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/alice"}}"#;
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(format!("{{\"Records\":[{record}]}}").as_bytes()).unwrap();
    write(&root, "trail/one.json.gz", encoder.finish().unwrap());
    let patterns = Path::new(env!("CARGO_MANIFEST_DIR")).join("../patterns");
    let copied = Command::new("cp").arg("-r").arg(patterns).arg(root.join("patterns")).status().unwrap();
    assert!(copied.success());
    let program = Path::new(env!("CARGO_BIN_EXE_cwfilter")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands {
        let ran = run(Command::new("sh").args(["-c", command]).env("PATH", &path).current_dir(&root));
        // the event is years old, and nothing was refused
        let none = command.contains("24h") || command.contains("AccessDenied");
        let expected = if none || command.contains("explain") { 0 } else { 1 };
        assert_eq!(ran.code, Some(expected), "{command}: {}", ran.stderr);
        assert!(
            none || command.contains("--output")
                || ran.stdout.contains("StopLogging")
                || ran.stdout.contains("alice"),
            "{command}: {}",
            ran.stdout
        );
    }
    for name in ["hits.csv", "hits.ndjson", "report.html"] {
        assert!(root.join(name).exists(), "{name}");
    }
}
