//! `cwfilter import sigma` as a program: outputs, notes, counts and exit codes.

use super::program::{folder, program, write};
use super::rules;

const REFUSED: &str = "title: Refused\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  s:\n    a|fieldref: b\n  condition: s\n";
const LOGINS: &str = "\
title: Many failed logins
logsource:
    product: aws
    service: cloudtrail
correlation:
    type: event_count
    rules:
        - failed_login
    group-by:
        - sourceIPAddress
    timespan: 10m
    condition:
        gte: 5
level: high
---
title: A failed login
name: failed_login
logsource:
    product: aws
    service: cloudtrail
detection:
    selection:
        eventName: ConsoleLogin
        responseElements.ConsoleLogin: failure
    condition: selection
level: low
";

#[test]
fn imported_rule_files_are_loaded_and_their_tests_pass() {
    let root = folder("sigma-import");
    let from = rules().display().to_string();
    let ran = program(&root, &["import", "sigma", &from, "--output", "out"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let tested = program(&root, &["test", "out"]);
    assert_eq!(tested.code, Some(0), "{}{}", tested.stdout, tested.stderr);
    let files = std::fs::read_dir(root.join("out")).unwrap().count();
    let summary = format!("{files} files read: {files} rules converted");
    assert!(files > 30 && ran.stderr.contains(&summary), "{}", ran.stderr);
    // a single file has the same rules
    let ran = program(&root, &["import", "sigma", &from, "--output", "all.toml", "--quiet"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("than the Sigma rule"), "{}", ran.stderr);
    let all = std::fs::read_to_string(root.join("all.toml")).unwrap();
    assert_eq!(all.matches("[[rule]]").count(), files);
}

#[test]
fn differences_are_noted_and_written_into_the_rule() {
    let root = folder("sigma-notes");
    write(&root, "rule.yml", std::fs::read_to_string(rules().join("three_free_texts.yml")).unwrap());
    let ran = program(&root, &["import", "sigma", "rule.yml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = "`You are*` is compared with `errorMessage` in this case only";
    assert!(
        ran.stderr.contains(&format!("note: rule.yml: `rule` is narrower than the Sigma rule: {text}")),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains(&format!("Narrower than the Sigma rule: {text}.")), "{}", ran.stdout);
    let without = program(&root, &["import", "sigma", "rule.yml", "--regexes", "0"]);
    assert!(!without.stdout.contains('%'), "{}", without.stdout);
    assert!(without.stdout.matches("Narrower than").count() > ran.stdout.matches("Narrower than").count());
}

#[test]
fn a_count_of_events_is_the_threshold_of_an_alarm() {
    let root = folder("sigma-count");
    write(&root, "logins.yml", LOGINS);
    let ran = program(&root, &["import", "sigma", "logins.yml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for part in [
        "id = \"logins\"",
        "$.responseElements.ConsoleLogin = \"Failure\"",
        "period = \"10m\", threshold = 5",
        "Wider than the Sigma rule: the alarm counts all events together",
        "Narrower than the Sigma rule: the alarm counts in periods of 10m",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert_eq!(ran.stdout.matches("[[rule]]").count(), 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("1 rule is counted by correlations"), "{}", ran.stderr);
}

#[test]
fn refused_rules_and_unread_files_change_the_exit_code_and_the_others_are_converted() {
    let root = folder("sigma-exit");
    write(&root, "in/refused.yml", REFUSED);
    write(&root, "in/logins.yml", LOGINS);
    write(&root, "in/readme.txt", "");
    write(&root, "empty/readme.txt", "");
    write(
        &root,
        "other.yml",
        "title: W\nlogsource:\n  product: windows\ndetection:\n  a:\n    b: c\n  condition: a\n",
    );
    let ran = program(&root, &["import", "sigma", "in", "--output", "out"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("refused `Refused`: in/refused.yml:7:5: `fieldref`"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("2 files read: 1 rule converted") && ran.stderr.contains("1 refused"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("1 other file skipped"), "{}", ran.stderr);
    assert!(root.join("out/logins.toml").exists() && !root.join("out/refused.toml").exists());
    let cases: [(&[&str], i32, &str); 5] = [
        (&["import", "sigma", "missing.yml", "in/logins.yml"], 3, "error: missing.yml"),
        (&["import", "sigma", "empty"], 3, "no file `*.yml`"),
        (&["import", "sigma", "other.yml"], 3, "1 rule is not about CloudTrail, and not converted: windows"),
        (&["import", "sigma"], 2, "PATH"),
        (&["import", "sigma", "in", "--regexes", "3"], 2, "3"),
    ];
    for (args, code, part) in cases {
        let ran = program(&root, args);
        assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(part), "{args:?}: {}", ran.stderr);
    }
    // what was read is written all the same
    let ran = program(&root, &["import", "sigma", "missing.yml", "in/logins.yml"]);
    assert!(ran.stdout.contains("id = \"logins\""), "{}", ran.stdout);
}

#[test]
fn texts_of_a_rule_cannot_write_toml_or_control_a_terminal() {
    let root = folder("sigma-hostile");
    let text = "title: \"x\\e[2Jy\\n[[rule]]\"\nauthor: \"::error::a\\n''' \\u202e\"\nlogsource:\n  product: aws\n  service: cloudtrail\n\
        detection:\n  s:\n    userAgent: \"a'''\\\"b\\u0007\"\n    \"k'ey\": 1\n  condition: s\n";
    write(&root, "rule.yml", text);
    let ran = program(&root, &["import", "sigma", "rule.yml"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    let text = text.replace("    \"k'ey\": 1\n", "");
    write(&root, "rule.yml", text);
    let ran = program(&root, &["import", "sigma", "rule.yml", "--output", "rule.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let written = std::fs::read_to_string(root.join("rule.toml")).unwrap();
    assert!(!written.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{written}");
    let tested = program(&root, &["test", "rule.toml"]);
    assert_eq!(tested.code, Some(0), "{}{}", tested.stdout, tested.stderr);
}

#[test]
fn techniques_are_those_of_the_current_attack_and_false_positives_are_kept() {
    let root = folder("sigma-techniques");
    let rule = "title: Stopped\nid: 0c1b0c1b-0000-4000-8000-000000000001\nfalsepositives:\n  - A change of the trail\n\
                tags:\n  - attack.t1562.008\n  - attack.t1098\n  - attack.t9999\n  - attack.persistence\n\
                logsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  s:\n    eventName: StopLogging\n  condition: s\n";
    write(&root, "rule.yml", rule);
    let ran = program(&root, &["import", "sigma", "rule.yml", "--output", "out.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = std::fs::read_to_string(root.join("out.toml")).unwrap();
    for part in [
        "covers = [\"attack/T1685.002\", \"attack/T1098\"]",
        "false_positives = [\"A change of the trail\"]",
        "The rule names T9999, which ATT&CK 19 does not have.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let linted = program(&root, &["lint", "out.toml"]);
    assert_eq!(linted.code, Some(0), "{}{}", linted.stdout, linted.stderr);
}
