//! A record whose time does not exist is left out of what goes by the clock, with a count and a reason.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with a rule and with events that have these times.
fn folder(name: &str, times: &[&str]) -> PathBuf {
    let path = scratch::folder(&format!("impossible-times/{name}"));
    let rule = "[[rule]]\nid = \"stopped\"\npattern = '{ $.eventName = \"StopLogging\" }'\n\
                metric = { namespace = \"App\", name = \"M\", value = \"1\" }\n\
                alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }\n";
    std::fs::write(path.join("r.toml"), rule).unwrap();
    let events: String = times
        .iter()
        .map(|time| format!("{{\"eventTime\":\"{time}\",\"eventName\":\"StopLogging\"}}\n"))
        .collect();
    std::fs::write(path.join("e.ndjson"), events).unwrap();
    path
}

fn run(folder: &Path, args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// Days that no calendar has, and times that no clock shows.
const IMPOSSIBLE: [&str; 7] = [
    "2026-02-31T10:00:00Z",
    "2026-02-29T10:00:00Z",
    "2026-04-31T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-03-00T10:00:00Z",
    "2026-03-01T24:00:00Z",
    "yesterday",
];

#[test]
fn they_are_left_out_with_a_reason() {
    for time in IMPOSSIBLE {
        let folder = folder("impossible", &[time, "2026-03-01T10:00:00Z"]);
        let told = run(&folder, &["simulate", "--rules", "r.toml", "e.ndjson"]);
        assert_eq!(told.matches("  ALARM").count(), 1, "{time}: {told}");
        let reason =
            format!("1 with an `eventTime` that is not a time, the first: e.ndjson:1 {time} StopLogging");
        assert!(told.contains("1 without a time left out") && told.contains(&reason), "{time}: {told}");
        let told = run(&folder, &["backtest", "--rules", "r.toml", "e.ndjson"]);
        assert!(told.contains("2 records of 1 day"), "{time}: {told}");
        assert!(told.contains("1 record without a valid `eventTime`"), "{time}: {told}");
    }
}

#[test]
fn real_days_are_taken() {
    let folder = folder("real", &["2024-02-29T10:00:00Z", "2000-02-29T23:59:60Z"]);
    let told = run(&folder, &["simulate", "--rules", "r.toml", "e.ndjson"]);
    assert_eq!(told.matches("  ALARM").count(), 2, "{told}");
    assert!(!told.contains("left out"), "{told}");
}
