//! Commands that the documentation shows with their output still print that output.

use std::path::{Path, PathBuf};
use std::process::Command;

const PAGES: [&str; 9] = [
    "README.md",
    "ARCHITECTURE.md",
    "docs/ci.md",
    "docs/library.md",
    "docs/operator.md",
    "docs/performance.md",
    "docs/responder.md",
    "docs/exit-codes.md",
    "docs/sources.md",
];

/// Commands whose output depends on an account.
const NEEDS_ACCOUNT: [&str; 2] = ["cwfilter plan", "cargo install"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The blocks of a page that begin with a command and show its output: the command and the output.
fn sessions(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in page.split("\n```text\n").skip(1) {
        let block = block.split("\n```").next().unwrap();
        if let Some(rest) = block.strip_prefix("$ ")
            && let Some((command, output)) = rest.split_once('\n')
            && !output.starts_with("$ ")
        {
            found.push((command.to_owned(), output.to_owned()));
        }
    }
    found
}

fn run(command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_cwfilter")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    text.trim_end().to_owned()
}

#[test]
fn shown_output_is_that_of_today() {
    let mut tried = 0;
    for name in PAGES {
        let page = std::fs::read_to_string(root().join(name)).unwrap();
        for (command, output) in sessions(&page) {
            if NEEDS_ACCOUNT.iter().any(|known| command.starts_with(known)) {
                continue;
            }
            assert_eq!(run(&command), output.trim_end(), "{name}: {command}");
            tried += 1;
        }
    }
    assert!(tried >= 4, "only {tried} commands with output were found");
}
