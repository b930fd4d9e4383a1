//! `cwfilter translate`: what it prints, and where.

use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .arg("translate")
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_query_is_on_standard_output_and_notes_on_standard_error() {
    // arguments, exit code, part of standard output, part of standard error
    for (args, code, out, err) in [
        (&["--to", "jq", r#"{ $.a = "x" }"#][..], 0, r#"any(key("a"); . == "x")"#, "use: jq -c -f FILE"),
        (&["--to", "jq", "--quiet", r#"{ $.a = "x" }"#], 0, "select(", ""),
        (&["--to", "jq", r#"{ $.a = "1" }"#], 0, "text", "note: `$.a = \"1\"`: a JSON number"),
        (&["--to", "duckdb", "ERROR"], 0, "contains(message, 'ERROR')", "assumes: "),
        (&["--to", "duckdb", r"%\bword\b%"], 1, "", "refused: at byte 0: "),
        (&["--to", "logs-insights", "{ $.a = x }"], 0, "| filter a = \"x\"", "use: aws logs start-query"),
        (&["--to", "eventbridge", "{ $.a = x }"], 0, r#"{"detail":{"a":["x"]}}"#, "assumes: the event has"),
        (&["--to", "eventbridge", "ERROR"], 1, "", "refused: at byte 0: `ERROR`: EventBridge matches"),
        (&["--to", "athena", "ERROR"], 0, "strpos(message, 'ERROR') > 0", "a table `events`"),
        (
            &["--to", "athena-cloudtrail", "{ $.eventName = x && $.errorCode NOT EXISTS }"],
            0,
            "FROM cloudtrail_logs\nWHERE (",
            "note: `$.errorCode NOT EXISTS`: a field that is null counts as missing",
        ),
        (&["--to", "athena-cloudtrail", "{ $.a = x }"], 1, "", "has no column for `$.a`"),
        (&["--to", "athena-cloudtrail", "ERROR"], 1, "", "no text of a message"),
        (&["--to", "perl", "ERROR"], 2, "", "[possible values: jq, duckdb"),
        (&["--to", "jq", "{ $.a = }"], 2, "", "error"),
        (&["--to", "jq"], 2, "", "needs a pattern"),
        (&["--to", "jq", "--rules", "patterns"], 2, "", "give the id of one, or `--json` for all"),
        (&["--to", "jq", "--rules", "patterns", "no-such-rule"], 2, "", "no rule has the id `no-such-rule`"),
    ] {
        let output = run(args);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(stdout.contains(out) && (!out.is_empty() || stdout.is_empty()), "{args:?}: {stdout}");
        assert!(stderr.contains(err) && (!err.is_empty() || stderr.is_empty()), "{args:?}: {stderr}");
    }
}

#[test]
fn each_rule_of_the_packs_is_a_line_of_json() {
    let output = run(&["--to", "duckdb", "--json", "--rules", "patterns"]);
    let lines: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 100, "{}", lines.len());
    for line in &lines {
        assert!(line["query"].as_str().is_some() != line["refusal"].is_object(), "{line}");
        assert!(line["rule"].is_string() && line["pattern"].is_string(), "{line}");
    }
}
