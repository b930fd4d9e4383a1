//! A container without a log event is an input that was read: a command that looks for matches ends as it does without a match. One that
//! needs a record says that there is none.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};
use std::path::PathBuf;
use std::sync::LazyLock;

/// Valid containers without a log event.
const EMPTY: &[(&str, &str)] = &[
    ("delivery.json", r#"{"Records":[]}"#),
    ("array.json", "[]"),
    ("events.json", r#"{"events":[],"searchedLogStreams":[]}"#),
    ("lookup.json", r#"{"Events":[]}"#),
    ("insights.json", r#"{"results":[],"statistics":{"recordsMatched":0.0},"status":"Complete"}"#),
    ("elastic.json", r#"{"took":1,"hits":{"total":{"value":0},"hits":[]}}"#),
    (
        "splunk.json",
        r#"{"preview":false,"init_offset":0,"messages":[],"fields":[],"results":[],"highlighted":{}}"#,
    ),
    ("splunk-export.json", r#"{"preview":false,"lastrow":true}"#),
    ("table.csv", "@timestamp,@message\n"),
    (
        "control.json",
        r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"x"}]}"#,
    ),
    ("control-empty.json", r#"{"messageType":"CONTROL_MESSAGE","logEvents":[]}"#),
];

/// No containers.
const UNREADABLE: &[(&str, &str)] =
    &[("nothing.json", ""), ("blank.json", " \n"), ("cut.json", r#"{"Records":["#)];

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = folder("empty-containers");
    let rules = "[[rule]]\nid = \"stopped\"\npattern = '{ $.eventName = \"StopLogging\" }'\n\
                 metric = { namespace = \"N\", name = \"m\", value = \"1\" }\n\
                 alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";
    std::fs::write(root.join("rules.toml"), rules).unwrap();
    for (name, text) in EMPTY.iter().chain(UNREADABLE) {
        std::fs::write(root.join(name), text).unwrap();
    }
    std::fs::create_dir(root.join("nothing")).unwrap();
    root
});

#[test]
fn a_container_without_a_record_is_read() {
    let commands: &[(&[&str], &str)] = &[
        (&["scan", "--rules", "rules.toml"], "0 records in 1 input, 0 matches"),
        (&["scan", "--rules", "rules.toml", "--count", "--json"], "\"records\":0"),
        (&["scan", "--rules", "rules.toml", "--summary"], "0 records in 1 input, 0 matches"),
        (&["backtest", "--rules", "rules.toml"], "0 records of 0 days, 1 of 1 rule never matched"),
        (&["backtest", "--rules", "rules.toml", "--json"], "\"records\":0"),
        (&["simulate", "--rules", "rules.toml"], "no event was read: no alarm is evaluated"),
    ];
    let mut wrong = Vec::new();
    for (file, _) in EMPTY {
        for (command, said) in commands {
            let (code, text) = run(&ROOT, &[*command, &[*file]].concat());
            if code != 0 || !text.contains(said) || text.contains("error") {
                wrong.push(format!("{command:?} {file}: {code} {text}"));
            }
        }
        let event = format!("@{file}");
        let (code, text) = run(&ROOT, &["explain", "--rules", "rules.toml", "stopped", &event]);
        if code != 3 || !text.contains(&format!("{file} has no record")) {
            wrong.push(format!("explain {file}: {code} {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An event of an application with members of a container is a record for each command.
#[test]
fn an_event_with_an_empty_array_is_a_record() {
    let root = folder("empty-containers-own");
    std::fs::copy(ROOT.join("rules.toml"), root.join("rules.toml")).unwrap();
    for members in [r#""Records":[]"#, r#""results":[],"status":"Complete""#, r#""hits":{"hits":[]}"#] {
        let event = format!(
            "{{\"level\":\"info\",{members},\"eventName\":\"StopLogging\",\"eventTime\":\"2026-03-04T10:15:30Z\"}}\n"
        );
        std::fs::write(root.join("own.json"), event).unwrap();
        for (command, said) in [
            ("scan", "1 record in 1 input, 1 match"),
            ("backtest", "1 record of 1 day"),
            ("simulate", "1 event, 1 notification"),
        ] {
            let (code, text) = run(&root, &[command, "--rules", "rules.toml", "own.json"]);
            assert!(code < 2 && text.contains(said), "{command} {members}: {code} {text}");
        }
    }
}

#[test]
fn what_is_no_container_and_a_folder_without_files_are_errors() {
    for (file, _) in UNREADABLE {
        for command in ["scan", "backtest", "simulate"] {
            let (code, text) = run(&ROOT, &[command, "--rules", "rules.toml", file]);
            assert!(code == 3 && text.contains(&format!("error: {file}: ")), "{command} {file}: {text}");
        }
    }
    for command in ["scan", "backtest", "simulate"] {
        let (code, text) = run(&ROOT, &[command, "--rules", "rules.toml", "nothing"]);
        assert!(code == 3 && text.contains("error: "), "{command}: {text}");
    }
}

/// The numbers of what was not read have the same names in every JSON output.
#[test]
fn backtest_counts_what_scan_counts() {
    let folder = folder("empty-containers-counts");
    std::fs::copy(ROOT.join("rules.toml"), folder.join("rules.toml")).unwrap();
    let control = EMPTY.iter().find(|(name, _)| *name == "control.json").unwrap().1;
    let record = r#"{"eventName":"StopLogging","eventTime":"2026-03-04T10:15:30Z"}"#;
    std::fs::write(
        folder.join("in.log"),
        format!("INFO started\n{record}\n{{\"level\":\"INFO\"}}\n{control}\n"),
    )
    .unwrap();
    std::fs::write(folder.join("cut.json"), r#"{"Records":["#).unwrap();
    let inputs = ["in.log", "cut.json", "missing.json"];
    let json = |args: &[&str]| -> serde_json::Value {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(args)
            .args(inputs)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let scanned = json(&["scan", "--rules", "rules.toml", "--format", "json"]);
    let tested = json(&["backtest", "--rules", "rules.toml", "--json"]);
    for name in ["records", "failedInputs", "damages", "skippedEntries", "texts", "unread", "skipped"] {
        assert!(scanned.get(name).is_some(), "{name}: {scanned}");
        assert_eq!(scanned[name], tested[name], "{name}: {tested}");
    }
    assert_eq!(
        (&tested["texts"], &tested["unread"], &tested["failedInputs"]),
        (&1.into(), &1.into(), &2.into())
    );
    assert_eq!(tested["skipped"]["controlMessages"], 1);
}
