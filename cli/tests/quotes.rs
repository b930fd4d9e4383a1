//! What needs quotes gets them from `lint --fix=suggested`, in every kind of file that holds patterns.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A pattern, and the pattern that `lint --fix` writes.
const PATTERNS: [(&str, &str); 7] = [
    ("ORDER-ITEM-1", "\"ORDER-ITEM-1\""),
    ("?Get-PSDrive ?wmic", "?\"Get-PSDrive\" ?wmic"),
    ("app.CRITICAL", "\"app.CRITICAL\""),
    ("user@example.com", "\"user@example.com\""),
    ("ERROR: boom", "\"ERROR:\" boom"),
    ("ERR*", "ERR"),
    ("{ $.level = a:b }", "{ $.level = \"a:b\" }"),
];

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A file of each kind around a pattern.
fn files(pattern: &str) -> [(&'static str, String); 5] {
    let text = quoted(pattern);
    [
        (
            "main.tf",
            format!(
                "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  name           = \"a\"\n  pattern        = \"{text}\" # why\n  log_group_name = \"g\"\n}}\n"
            ),
        ),
        (
            "template.yaml",
            format!(
                "Resources:\n  A:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      FilterPattern: '{}'\n      LogGroupName: g\n",
                pattern.replace('\'', "''")
            ),
        ),
        (
            "serverless.yml",
            format!(
                "functions:\n  a:\n    handler: a.b\n    events:\n      - cloudwatchLog:\n          logGroup: g\n          filter: \"{text}\"\n"
            ),
        ),
        (
            "filters.json",
            format!(
                "{{\"metricFilters\": [{{\"filterName\": \"a\", \"filterPattern\": \"{text}\", \"logGroupName\": \"g\"}}]}}\n"
            ),
        ),
        ("rules.toml", format!("[[rule]]\nid = \"a\"\npattern = '{pattern}' # why\n")),
    ]
}

fn folder(name: &str) -> PathBuf {
    scratch::folder(&format!("quotes/{name}"))
}

#[test]
fn a_suggested_fix_quotes_the_term_in_every_kind_of_file() {
    for (at, (pattern, expected)) in PATTERNS.iter().enumerate() {
        let folder = folder(&at.to_string());
        for (name, text) in files(pattern) {
            let path = folder.join(name);
            std::fs::write(&path, &text).unwrap();
            let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
                .args(["lint", "--fix=suggested"])
                .arg(&path)
                .output()
                .unwrap();
            let fixed = std::fs::read_to_string(&path).unwrap();
            let patterns = cwfilter::sources::read(Path::new(name), &fixed).unwrap();
            assert_eq!(patterns.len(), 1, "{name}: {fixed}");
            assert_eq!(patterns[0].text.as_deref(), Ok(*expected), "{name}: {fixed}");
            assert_eq!(text.contains("# why"), fixed.contains("# why"), "{name}: {fixed}");
            assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

/// Without `suggested` nothing is written that may match other events.
#[test]
fn a_safe_fix_leaves_them() {
    let folder = folder("safe");
    for (pattern, _) in PATTERNS {
        let path = folder.join("rules.toml");
        let text = format!("[[rule]]\nid = \"a\"\npattern = '{pattern}'\n");
        std::fs::write(&path, &text).unwrap();
        let output =
            Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(["lint", "--fix"]).arg(&path).output().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(output.status.code(), Some(1), "{pattern}");
    }
}
