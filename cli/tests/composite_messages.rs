//! `simulate --notifications` writes the messages of composite alarms beside those of the rules.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::PathBuf;
use std::process::Command;

fn folder() -> PathBuf {
    scratch::folder(&format!("composite-messages/{}", std::thread::current().name().unwrap()))
}

fn rule(id: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{id}\" }}'\n\
         metric = {{ namespace = \"App\", name = \"{id}\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\", notify = [] }}\n\n"
    )
}

/// The messages of an archive in which these alarms ring at these minutes.
fn messages(composite: &str, events: &[(u32, &str)], args: &[&str]) -> Vec<String> {
    let folder = folder();
    let rules = rule("a") + &rule("b") + "[[composite]]\nid = \"c\"\ntitle = \"Both\"\n" + composite;
    std::fs::write(folder.join("r.toml"), rules).unwrap();
    let stack = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"r.toml\"]\n[log_group]\nname = \"g\"\n";
    std::fs::write(folder.join("cwfilter.toml"), stack).unwrap();
    let events: String = events
        .iter()
        .map(|(minute, word)| {
            format!("{{\"eventTime\":\"2026-03-04T10:{minute:02}:00Z\",\"eventName\":\"E\",\"word\":\"{word}\"}}\n")
        })
        .collect();
    std::fs::write(folder.join("e.ndjson"), events).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(["simulate", "e.ndjson", "--notifications", "n.txt"])
        .args(args)
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(folder.join("n.txt")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_message_names_the_rule_the_cause_and_the_children() {
    let told =
        messages("rule = \"ALARM(a) AND ALARM(b)\"\n", &[(1, "a"), (3, "b")], &["--stack", "cwfilter.toml"]);
    assert_eq!(told.len(), 1, "{told:?}");
    let message: serde_json::Value = serde_json::from_str(&told[0]).unwrap();
    // the names are those of the stack, in the rule too
    assert_eq!(message["AlarmName"], "s.c");
    assert_eq!(message["AlarmDescription"], "Both");
    assert_eq!(message["AlarmRule"], "(ALARM(\"s.a\") AND ALARM(\"s.b\"))");
    let reason = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:s.b transitioned to ALARM at Wednesday 04 March, 2026 10:04:10 UTC";
    assert_eq!(message["NewStateReason"], reason);
    assert_eq!(message["StateChangeTime"], "2026-03-04T10:04:10.000+0000");
    let children = message["TriggeringChildren"].as_array().unwrap();
    assert_eq!(children.len(), 2);
    assert_eq!(children[0]["State"]["Timestamp"], "2026-03-04T10:02:10.000+0000");
}

#[test]
fn actions_that_waited_run_later_or_not_at_all() {
    let suppressed =
        "rule = \"ALARM(a)\"\nsuppressor = { alarm = \"b\", wait = \"3m\", extension = \"1m\" }\n";
    let rules = ["--rules", "r.toml", "--notification-format", "sms"];
    let json = ["--rules", "r.toml"];
    assert_eq!(messages(suppressed, &[(1, "a")], &rules), ["ALARM: \"c\" in US East (N. Virginia)"]);
    let told = messages(suppressed, &[(1, "a")], &json);
    assert!(told[0].contains("\"StateChangeTime\":\"2026-03-04T10:05:10.000+0000\""), "{told:?}");
    // the suppressor rings while the actions wait, and longer than the alarm
    assert_eq!(messages(suppressed, &[(1, "a"), (2, "b"), (6, "b")], &rules), [""; 0]);
}
