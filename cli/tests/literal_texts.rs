//! Texts that Security Hub compares letter by letter: no command rewrites them, and the pack `security-hub` has all of them.

#[path = "support/scratch.rs"]
mod scratch;

use cwfilter::controls::controls;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn scratch(name: &str) -> PathBuf {
    scratch::folder(&format!("literal-{name}"))
}

/// All texts in a file of each kind, each with another pattern that gets a layout.
fn hosts() -> Vec<(&'static str, String)> {
    let (mut toml, mut terraform, mut yaml) = (String::new(), String::new(), "Resources:\n".to_owned());
    let mut resources = serde_json::Map::new();
    let texts: Vec<&str> = controls("security-hub").map(|it| it.text).chain(["{$.a=1&&$.b=2}"]).collect();
    for (at, text) in texts.iter().enumerate() {
        let quoted = serde_json::Value::from(*text);
        toml += &format!("[[rule]]\nid = \"r{at}\"\npattern = '{text}'\n");
        terraform += &format!(
            "resource \"aws_cloudwatch_log_metric_filter\" \"r{at}\" {{\n  name = \"r{at}\"\n  pattern = {quoted}\n}}\n"
        );
        yaml += &format!(
            "  R{at}:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      FilterPattern: '{text}'\n"
        );
        let resource = serde_json::json!({
            "Type": "AWS::Logs::MetricFilter", "Properties": { "FilterPattern": text }
        });
        resources.insert(format!("R{at}"), resource);
    }
    let json = serde_json::json!({ "Resources": resources }).to_string();
    vec![("rules.toml", toml), ("main.tf", terraform), ("stack.yaml", yaml), ("stack.json", json)]
}

#[test]
fn no_command_rewrites_a_text_that_is_compared() {
    for command in [&["fmt"][..], &["lint", "--fix"], &["lint", "--fix=suggested"]] {
        for (name, text) in hosts() {
            let folder = scratch(&command.concat());
            std::fs::write(folder.join(name), &text).unwrap();
            run(&folder, &[command, &[name]].concat());
            let after = std::fs::read_to_string(folder.join(name)).unwrap();
            let is_formatted = after.contains("{ $.a = 1 && $.b = 2 }");
            assert_eq!(is_formatted, command == ["fmt"], "{command:?} {name}");
            let audited = run(&folder, &["audit", "--against", "security-hub", name]);
            assert!(
                stdout(&audited).contains("14 of 14 controls are covered"),
                "{command:?} {name}:\n{after}"
            );
        }
    }
}

#[test]
fn the_layout_of_one_text_on_standard_input_stays() {
    use std::io::Write;
    for control in controls("security-hub") {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(["fmt", "-"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(control.text.as_bytes()).unwrap();
        assert_eq!(stdout(&child.wait_with_output().unwrap()).trim_end(), control.text);
    }
}

#[test]
fn the_pack_meets_every_control() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let audited = run(root, &["audit", "--against", "security-hub", "patterns/security-hub"]);
    assert_eq!(audited.status.code(), Some(0), "{}", stdout(&audited));
    assert_eq!(stdout(&audited).matches(", the same text").count(), 14);
}

#[test]
fn what_could_not_be_read_is_named_with_its_place() {
    let folder = scratch("unread");
    let terraform = "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  name = \"a\"\n  pattern = var.unknown\n}\n\
        resource \"aws_cloudwatch_log_metric_filter\" \"b\" {\n  name = \"b\"\n  pattern = \"ERROR\"\n}\n";
    std::fs::write(folder.join("main.tf"), terraform).unwrap();
    let audited = run(&folder, &["audit", "--against", "security-hub", "main.tf"]);
    assert_eq!(audited.status.code(), Some(3));
    let errors = String::from_utf8_lossy(&audited.stderr).into_owned();
    assert!(errors.contains("not judged: main.tf:3:13: `a`: "), "{errors}");
    assert!(stdout(&audited).contains("; 14 not read; 1 input or pattern not read"), "{}", stdout(&audited));
}
