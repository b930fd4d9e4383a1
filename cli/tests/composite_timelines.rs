//! `[[composite.timeline]]`: a composite alarm by the clock, with its suppressor.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    scratch::folder(&format!("composite-timelines/{name}"))
}

/// The exit code and the report of a composite alarm with this suppressor and timeline.
fn run(folder: &Path, suppressor: &str, timeline: &str) -> (i32, String) {
    let text = format!(
        "[[composite]]\nid = \"c\"\nrule = \"ALARM(a) AND NOT ALARM(b)\"\nnotify = [\"ALARM\", \"OK\"]\n{suppressor}\n\
         [[composite.timeline]]\nname = \"one\"\n{timeline}\n"
    );
    std::fs::write(folder.join("r.toml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(["test", "r.toml"])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

const SUPPRESSOR: &str = "suppressor = { alarm = \"s\", wait = \"2m\", extension = \"3m\" }";

/// Suppressor; changes as `TIME ALARM STATE`; changes of the composite alarm; notifications until 30 minutes.
const CASES: [(&str, &str, &[&str], usize); 9] = [
    // the first OK, at the creation, is published
    ("", "", &[], 1),
    ("", "5m a ALARM", &["ALARM at 5m"], 2),
    ("", "5m a ALARM, 90s a OK", &["ALARM at 5m"], 2),
    ("", "5m a ALARM, 10m b ALARM, 12m b OK", &["ALARM at 5m", "OK at 10m", "ALARM at 12m"], 4),
    // changes of one moment are evaluated together
    ("", "5m a ALARM, 5m b ALARM", &[], 1),
    ("", "310s a ALARM, 320s a OK", &["ALARM at 310s", "OK at 320s"], 3),
    // the wait ends: the actions run; it does not end in time
    (SUPPRESSOR, "5m a ALARM", &["ALARM at 5m"], 2),
    (SUPPRESSOR, "29m a ALARM", &["ALARM at 29m"], 1),
    // held back, and released after the extension
    (SUPPRESSOR, "5m a ALARM, 6m s ALARM, 20m s OK", &["ALARM at 5m"], 2),
];

#[test]
fn the_rule_and_its_suppressor_by_the_clock() {
    let folder = folder("cases");
    for (suppressor, changes, alarm, notifications) in CASES {
        let change = |it: &str| {
            let parts: Vec<&str> = it.split_whitespace().collect();
            format!("{{ at = \"{}\", alarm = \"{}\", state = \"{}\" }}", parts[0], parts[1], parts[2])
        };
        let list: Vec<String> = changes.split(',').filter(|it| !it.trim().is_empty()).map(change).collect();
        let timeline = |count: usize| {
            format!(
                "change = [{}]\nuntil = \"30m\"\nexpect = {{ alarm = {alarm:?}, notifications = {count} }}",
                list.join(", ")
            )
        };
        let (code, text) = run(&folder, suppressor, &timeline(notifications));
        assert_eq!(code, 0, "{changes}: {text}");
        let (code, text) = run(&folder, suppressor, &timeline(notifications + 1));
        assert!(code == 1 && text.contains("found ") && text.contains("at r.toml:"), "{changes}: {text}");
    }
}

#[test]
fn mistakes_are_refused_with_their_place() {
    let folder = folder("refused");
    for (timeline, part) in [
        (
            "change = [{ at = \"5m\", alarm = \"x\", state = \"OK\" }]\nuntil = \"9m\"\nexpect = {}",
            "does not name the alarm `x`",
        ),
        (
            "change = [{ at = \"5\", alarm = \"a\", state = \"OK\" }]\nuntil = \"9m\"\nexpect = {}",
            "`5` is not a time",
        ),
        (
            "change = [{ at = \"5m\", alarm = \"a\", state = \"ok\" }]\nuntil = \"9m\"\nexpect = {}",
            "`ok` is not a state",
        ),
        ("change = []\nuntil = \"soon\"\nexpect = {}", "`soon` is not a time"),
        ("change = []\nuntil = \"9m\"\nexpect = { alarms = [] }", "alarms"),
    ] {
        let (code, text) = run(&folder, "", timeline);
        assert!(code == 2 && text.contains(part) && text.contains("r.toml:"), "{timeline}: {code} {text}");
    }
}
