//! `test --coverage` shows what no recorded event has; `--require-recorded` fails on it.

#[path = "support/scratch.rs"]
mod scratch;

use std::process::Command;

const HEAD: &str =
    "[[rule]]\nid = \"r\"\npattern = '{ $.eventSource = \"ssm.amazonaws.com\" && $.requestParameters.";

/// The rest of the pattern, the options, the exit code, and a part of the output.
const RUNS: &[(&str, &[&str], i32, &str)] = &[
    (
        "teir = *",
        &["--coverage"],
        0,
        "not recorded: $.requestParameters.teir = *: 0 of 626 recorded events of ssm.amazonaws.com have",
    ),
    ("teir = *", &["--coverage", "--require-recorded"], 1, "; 1 condition on what no recorded event has"),
    ("tier = \"standard\"", &["--coverage", "--require-recorded"], 1, "the recorded value is `Standard`"),
    ("tier = *", &["--coverage", "--require-recorded"], 0, "0 of 4 from recorded events\n"),
    ("tier != \"standard\"", &["--coverage", "--require-recorded"], 1, "the recorded value is `Standard`"),
    ("tier = \"stand*\"", &["--coverage", "--require-recorded"], 1, "; recorded: `Standard`"),
    ("teir NOT EXISTS", &["--coverage", "--require-recorded"], 1, "have `$.requestParameters.teir`"),
    (
        "tier = * && $.eventName = \"PutParametre\"",
        &["--coverage", "--require-recorded"],
        1,
        "no recorded event and no service model has such an event name",
    ),
    (
        "tier = * && $.readOnly = \"true\"",
        &["--coverage", "--require-recorded"],
        1,
        "`readOnly` is a boolean in each record",
    ),
    ("teir = *", &["--require-recorded"], 2, "--coverage"),
];

#[test]
fn what_no_recorded_event_has_is_shown_and_fails_on_demand() {
    let folder = scratch::folder("require_recorded");
    let path = folder.join("rules.toml");
    for (rest, options, code, text) in RUNS {
        std::fs::write(&path, format!("{HEAD}{rest} }}'\n")).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .arg("test")
            .args(*options)
            .arg(&path)
            .output()
            .unwrap();
        let all = [output.stdout, output.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert_eq!(output.status.code(), Some(*code), "{rest} {options:?}: {all}");
        assert!(all.contains(text), "{rest} {options:?}: {all}");
    }
}
