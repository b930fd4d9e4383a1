//! `scan` and `simulate` read the same moments, and an event of the second in which a range ends is before the end.

#[path = "support/printed.rs"]
mod printed;

use printed::{folder, run};
use std::path::PathBuf;
use std::sync::LazyLock;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = folder("moments");
    let rules = "[[rule]]\nid = \"r\"\npattern = '{ $.eventName = * }'\n\
                 metric = { namespace = \"N\", name = \"m\", value = \"1\" }\n\
                 alarm = { statistic = \"Sum\", period = \"1m\", threshold = 1 }\n";
    let event =
        |second: u32| format!("{{\"eventTime\":\"2026-03-04T10:00:{second}Z\",\"eventName\":\"x\"}}\n");
    std::fs::write(root.join("rules.toml"), rules).unwrap();
    std::fs::write(root.join("events.ndjson"), [29, 30, 31].map(event).concat()).unwrap();
    root
});

#[test]
fn a_range_ends_at_its_end() {
    // arguments, events in the range
    let table: &[(&[&str], usize)] = &[
        (&["--until", "2026-03-04T10:00:30Z"], 1),
        (&["--until", "2026-03-04T10:00:30.0Z"], 1),
        (&["--until", "2026-03-04T10:00:30.5Z"], 2),
        (&["--until", "2026-03-04 10:00:30.001"], 2),
        (&["--since", "2026-03-04T10:00:30Z"], 2),
        // the time of an event may be cut off to whole seconds
        (&["--since", "2026-03-04T10:00:30.5Z"], 2),
        (&["--since", "2026-03-04T10:00", "--until", "2026-03-04T10:01Z"], 3),
        (&["--since", "2026-03-04", "--until", "2026-03-05"], 3),
        (&["--since", "2026-03-04t12:00:30+02:00"], 2),
        (&["--until", "2026-03-04 05:00:30.250 -0500"], 2),
        (&["--until", "2026-03-04T10:00:30,000z"], 1),
    ];
    for (args, events) in table {
        let (_, text) =
            run(&ROOT, &[&["scan", "--rules", "rules.toml", "--count"], *args, &["events.ndjson"]].concat());
        assert!(text.contains(&format!("{events} r\n")), "{args:?}: {text}");
        let (code, text) =
            run(&ROOT, &[&["simulate", "--rules", "rules.toml"], *args, &["events.ndjson"]].concat());
        let count = if *events == 1 { "1 event,".to_owned() } else { format!("{events} events,") };
        assert!(code == 0 && text.contains(&count), "{args:?}: {text}");
    }
}

#[test]
fn what_is_no_moment_is_refused_alike() {
    let table = [
        ("yesterday", "write `2026-03-04`"),
        ("2026-03-04T10:00:00 CET", "write the time zone as `Z` or as an offset"),
        ("2026-03-04T10:00:00+2", "write the time zone as `Z` or as an offset"),
        ("2026-03-04T10:00:00.Z", "write `2026-03-04`"),
        ("2026-02-30", "there is no such day"),
        ("-1h", "write `2026-03-04`"),
    ];
    for (time, why) in table {
        for command in ["scan", "simulate"] {
            let (code, text) =
                run(&ROOT, &[command, "--rules", "rules.toml", "--since", time, "events.ndjson"]);
            assert!(code == 2 && text.contains(why), "{command} {time}: {text}");
        }
    }
}
