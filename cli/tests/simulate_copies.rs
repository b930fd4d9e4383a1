//! `cwfilter simulate` counts an event once, however often it was delivered, and reads a file once, however often it is named.

use std::path::{Path, PathBuf};
use std::process::Command;

const RULES: &str = "[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"StopLogging\" }'\n\
    metric = { namespace = \"App\", name = \"M\", value = \"1\" }\n\
    alarm = { statistic = \"Sum\", period = \"5m\", threshold = 2, missing = \"notBreaching\" }\n";

/// A folder of its own for a test, with the rules and these files.
fn folder(name: &str, files: &[(&str, String)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("trail")).unwrap();
    std::fs::write(folder.join("r.toml"), RULES).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// Standard output and standard error.
fn run(folder: &Path, args: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .current_dir(folder)
        .args(args)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn event(id: &str, second: u32, more: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("\"eventID\":\"{id}\",") };
    format!("{{{id}\"eventTime\":\"2026-01-01T00:01:{second:02}Z\",\"eventName\":\"StopLogging\"{more}}}\n")
}

const SIMULATE: [&str; 4] = ["simulate", "--rules", "r.toml", "trail"];

#[test]
fn an_event_counts_once() {
    let copies = ", 1 copy of an event left out (see `--keep-duplicates`), ";
    for (name, second, is_copy) in [
        ("the same record", event("e-1", 5, ""), true),
        (
            "a copy of other spelling",
            event("e-1", 5, " ").replace(':', ": ").replace("00: 01: ", "00:01:"),
            true,
        ),
        ("another event", event("e-2", 5, ""), false),
        // sanitised archives have one id for all events
        ("one id, another time", event("e-1", 6, ""), false),
        ("one id, another account", event("e-1", 5, ",\"recipientAccountId\":\"123456789012\""), false),
    ] {
        let folder =
            folder("copies", &[("trail/a.json", event("e-1", 5, "")), ("trail/b.json", second.clone())]);
        let (told, _) = run(&folder, &SIMULATE);
        let (kept, _) = run(&folder, &[&SIMULATE[..], &["--keep-duplicates"]].concat());
        if is_copy {
            assert!(told.contains(&format!("\n1 event{copies}0 notifications\n")), "{name}: {told}");
        } else {
            assert!(told.contains("\n2 events, 1 notification\n"), "{name}: {told}");
        }
        assert!(kept.contains("\n2 events, 1 notification\n"), "{name}: {kept}");
    }
    // an event without an id is a copy of no other
    let folder = folder("copies-none", &[("trail/a.json", event("", 5, "") + &event("", 5, ""))]);
    assert!(run(&folder, &SIMULATE).0.contains("\n2 events, 1 notification\n"));
}

#[test]
fn the_page_says_how_many_copies_are_left_out() {
    let folder = folder("copies-page", &[("trail/a.json", event("e-1", 5, "").repeat(3))]);
    run(&folder, &[&SIMULATE[..], &["--html", "page.html"]].concat());
    let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("<p>2 copies of events left out: an event counts once.</p>"), "{page}");
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let folder = folder("named-twice", &[("trail/a.json", event("", 5, ""))]);
    for command in [&SIMULATE[..3], &["backtest", "--rules", "r.toml"]] {
        for inputs in [
            &["trail/a.json", "trail/a.json"][..],
            &["trail", "trail/a.json"],
            &["trail/a.json", "./trail/../trail/a.json"],
            &["trail", "trail"],
        ] {
            let (told, noted) = run(&folder, &[command, inputs].concat());
            assert!(told.contains("1 event") || told.contains(" 1 "), "{inputs:?}: {told}");
            assert!(!told.contains("2 events"), "{inputs:?}: {told}");
            let note = "note: 1 input is named again, the first: ";
            assert!(
                noted.contains(note) && noted.contains("; each file is read once\n"),
                "{inputs:?}: {noted}"
            );
        }
        // two files of one content are two files
        std::fs::copy(folder.join("trail/a.json"), folder.join("b.json")).unwrap();
        let (_, noted) = run(&folder, &[command, &["trail", "b.json"]].concat());
        assert!(!noted.contains("named again"), "{noted}");
    }
}
