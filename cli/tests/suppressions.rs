//! Texts that silence a lint, in each host format; and what cannot be silenced.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("suppressions-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder
}

fn lint(folder: &Path, more: &[&str]) -> Output {
    let arguments = [&["lint", "--format", "json", "."], more].concat();
    Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(arguments).current_dir(folder).output().unwrap()
}

/// The lints that are reported, in order, each with a part of its message if it is about a suppression.
fn lints(folder: &Path) -> Vec<String> {
    let answer: serde_json::Value = serde_json::from_slice(&lint(folder, &[]).stdout).unwrap();
    let findings = answer["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["lint"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_object_of_json_is_silenced_by_a_key() {
    let filter = |more: &str| {
        format!(
            r#"{{"Resources": {{"F": {{"Type": "AWS::Logs::MetricFilter", {more} "Properties":
               {{"LogGroupName": "g", "FilterPattern": "{{ $.a[*] != x }}"}}}}}}}}"#
        )
    };
    // the key, the lints that are left
    let table: [(&str, &[&str]); 6] = [
        ("", &["negation-of-any-element"]),
        (r#""Metadata": {"cwfilter": "allow(negation-of-any-element) one is enough"},"#, &[]),
        (r#""//": "cwfilter: allow(negation-of-any-element) one is enough","#, &[]),
        (
            r#""Metadata": {"cwfilter": "allow(negation-of-any-element)"},"#,
            &["allow-without-reason", "negation-of-any-element"],
        ),
        (r#""Metadata": {"cwfilter": "allow(lone-dash) no"},"#, &["unused-allow", "negation-of-any-element"]),
        (r#""Metadata": {"cwfilter": "allow(no-lint) no"},"#, &["unknown-lint", "negation-of-any-element"]),
    ];
    for (at, (key, expected)) in table.iter().enumerate() {
        for name in ["t.json", "t.template"] {
            let folder = folder(&format!("json-{at}-{name}"), &[(name, &filter(key))]);
            assert_eq!(lints(&folder), *expected, "{name}: {key}");
        }
    }
}

#[test]
fn a_comment_key_of_terraform_json_is_about_its_block() {
    let text = r#"{"resource": {"aws_cloudwatch_log_metric_filter": {
        "a": {"//": "cwfilter: allow(negation-of-any-element) one is enough", "name": "a", "log_group_name": "g", "pattern": "{ $.a[*] != x }"},
        "b": {"name": "b", "log_group_name": "g", "pattern": "{ $.b[*] != x }"}}}}"#;
    let folder = folder("terraform", &[("main.tf.json", text)]);
    assert_eq!(lints(&folder), ["negation-of-any-element"]);
}

#[test]
fn a_comment_is_applied_with_the_patterns_of_its_own_file() {
    let comment = "# cwfilter: allow(negation-of-any-element) one is enough\n";
    // a line of the pattern without indentation still belongs to the block
    let second = format!(
        "{comment}resource \"aws_cloudwatch_log_metric_filter\" \"b\" {{\n  name = \"b\"\n  log_group_name = \"g\"\n  pattern = <<EOT\n{{ $.c = 1 &&\n$.b[*] != x }}\nEOT\n}}\n"
    );
    let first = "resource \"aws_sns_topic\" \"t\" {}\n";
    let folder = folder("files", &[("a.tf", first), ("b.tf", &second), ("c.tf", first)]);
    assert_eq!(lints(&folder), Vec::<String>::new());
}

#[test]
fn what_is_refused_cannot_be_silenced_but_is_kept_in_a_baseline() {
    let rule =
        "# cwfilter: allow(refused-rule-file) old\n[[rule]]\nid = \"a\"\npattern = \"ERROR\"\nunknown = 1\n";
    let folder = folder("refused", &[("rules.toml", rule)]);
    assert_eq!(lints(&folder), ["unused-allow", "refused-rule-file"]);
    let output = lint(&folder, &["--baseline", "old.json", "--write-baseline"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let output = lint(&folder, &["--baseline", "old.json"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(0));
    // the pattern does not count as checked all the same
    assert_eq!((answer["patterns"].as_u64(), answer["checked"].as_u64()), (Some(1), Some(0)));
}
