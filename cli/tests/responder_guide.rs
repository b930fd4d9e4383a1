//! Every command of docs/responder.md, run as it is written.

#[path = "support/program.rs"]
mod support;

use std::path::Path;
use std::process::Command;
use support::{folder, run};

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
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::create_dir(root.join("examples")).unwrap();
    for (from, to) in [("patterns", "patterns"), ("examples/trail", "examples/trail")] {
        let copied =
            Command::new("cp").arg("-r").arg(repository.join(from)).arg(root.join(to)).status().unwrap();
        assert!(copied.success(), "{from}");
    }
    let program = Path::new(env!("CARGO_BIN_EXE_cwfilter")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands {
        let ran = run(Command::new("sh").args(["-c", command]).env("PATH", &path).current_dir(&root));
        // the events are of one day
        let none = command.contains("24h");
        let expected = if none || command.contains("explain") { 0 } else { 1 };
        assert_eq!(ran.code, Some(expected), "{command}: {}", ran.stderr);
        assert!(
            none || command.contains("--output")
                || command.contains("--count")
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
