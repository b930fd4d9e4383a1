//! `cwfilter simulate` and timelines report the result of every rule, and why an alarm never went to ALARM.

use std::path::{Path, PathBuf};
use std::process::Command;

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn run(args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).env("NO_COLOR", "1").output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

const ALARM: &str =
    "alarm = { statistic = \"Sum\", period = \"5m\", threshold = 2, missing = \"notBreaching\" }";

fn rule(id: &str, metric: &str, rest: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{id}\" && $.fn = * }}'\n\
         metric = {{ namespace = \"App\", value = \"1\", {metric} }}\n{rest}\n\n"
    )
}

#[test]
fn every_rule_is_in_one_list() {
    let rules = rule("rang", "name = \"A\"", ALARM)
        + &rule("feeds", "name = \"A\"", "")
        + &rule("quiet", "name = \"B\"", ALARM)
        + &rule("dims", "name = \"C\", dimensions = { Fn = \"$.fn\" }", ALARM)
        + &rule("unseen", "name = \"D\"", ALARM);
    let event =
        |id: &str| format!("{{\"eventTime\":\"2026-01-01T00:01:05Z\",\"word\":\"{id}\",\"fn\":\"f\"}}\n");
    let events = ["rang", "feeds", "quiet", "dims", "dims"].map(event).concat();
    let rules = file("simulate.toml", &rules);
    let events = file("simulate.ndjson", &events);
    let told = run(&["simulate", "--rules", rules.to_str().unwrap(), events.to_str().unwrap()]);
    for line in [
        // the two filters together reach the threshold
        "2026-01-01T00:02Z  ALARM             rang",
        "       1        1  rang",
        "matched, but the alarm never went to ALARM (2)\n         1  quiet: nearest: Sum 1 at 2026-01-01T00:0",
        "         2  dims: the alarm does not see 2 datapoints: the dimensions or the unit differ from the alarm's\n",
        "never matched (1): unseen\n",
        "without an alarm (1): feeds\n",
        "alarms on a metric that other rules also feed\n  rang: feeds\n",
    ] {
        assert!(told.contains(line), "{line}\nin\n{told}");
    }
}

#[test]
fn a_timeline_says_that_the_alarm_sees_nothing() {
    let timeline = "[[rule.timeline]]\nname = \"t\"\nevent = { word = \"dims\", fn = \"f\" }\nat = [\"1m+1sx2\"]\n\
                    until = \"1h\"\nexpect = { alarm = [\"ALARM at 2m\"] }\n";
    let text = rule("dims", "name = \"C\", dimensions = { Fn = \"$.fn\" }", ALARM) + timeline;
    let told = run(&["test", file("timeline-dimensions.toml", &text).to_str().unwrap()]);
    assert!(told.contains("the alarm does not see 3 datapoints"), "{told}");
    // the same without dimensions rings
    let text = rule("dims", "name = \"C\"", ALARM)
        + &timeline.replace("ALARM at 2m\"", "ALARM at 2m\", \"OK at 17m\"");
    let told = run(&["test", file("timeline-plain.toml", &text).to_str().unwrap()]);
    assert!(told.contains("1 passed"), "{told}");
}

/// As `scan` reads them, because a filter compares them with what AWS writes.
#[test]
fn the_account_and_the_region_of_events_are_read_as_people_write_them() {
    let selects =
        "field_selection_criteria = '@aws.region = \"us-east-1\" AND @aws.account = \"123456789012\"'";
    let rules = file("simulate-names.toml", &rule("rang", &format!("name = \"A\", {selects}"), ALARM));
    let event = "{\"eventTime\":\"2026-01-01T00:01:05Z\",\"word\":\"rang\",\"fn\":\"f\"}\n";
    let events = file("simulate-names.ndjson", &event.repeat(2));
    let (rules, events) = (rules.to_str().unwrap(), events.to_str().unwrap());
    let simulate = |account: &str, region: &str| {
        run(&["simulate", "--rules", rules, "--account", account, "--event-region", region, events])
    };
    let told = simulate("123456789012", "us-east-1");
    assert!(told.contains("ALARM             rang"), "{told}");
    assert_eq!(simulate("1234-5678-9012", "US-EAST-1"), told);
    for (account, region, why) in [
        ("12345", "us-east-1", "an account id has 12 digits"),
        ("", "us-east-1", "the value is empty"),
        ("123456789012", "us-east-1a", "its region is `us-east-1`"),
    ] {
        let told = simulate(account, region);
        assert!(told.contains(why), "{why}: {told}");
    }
}

/// Rules, events, and what is told, or not told if it begins with `!`.
fn told_of(name: &str, rules: &str, events: &str, args: &[&str], words: &[&str]) {
    let (rules, events) = (file(&format!("{name}.toml"), rules), file(&format!("{name}.log"), events));
    let all = [&["simulate", "--rules", rules.to_str().unwrap(), events.to_str().unwrap()], args].concat();
    let told = run(&all);
    for word in words {
        match word.strip_prefix('!') {
            Some(word) => assert!(!told.contains(word), "{word}\nin\n{told}"),
            None => assert!(told.contains(word), "{word}\nin\n{told}"),
        }
    }
}

/// An event that matches and publishes no datapoint that the alarm sees is not below its ALARM.
#[test]
fn only_events_that_feed_the_alarm_are_listed() {
    let rule = |id: &str, metric: &str, alarm: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\npattern = '{{ $.latency = * && $.by = \"{id}\" }}'\n\
             metric = {{ namespace = \"W\", name = \"L\", value = \"$.latency\", {metric} }}\n{alarm}\n"
        )
    };
    let alarm = "alarm = { statistic = \"Maximum\", period = \"5m\", threshold = 100, missing = \"notBreaching\", \
                 dimensions = { Path = \"/a\" }, unit = \"Milliseconds\" }";
    let by_path = "dimensions = { Path = \"$.path\" }";
    let rules = rule("a", &format!("{by_path}, unit = \"Milliseconds\""), alarm) + &rule("b", by_path, "");
    let event = |time: &str, by: &str, latency: &str, path: &str| {
        format!(
            "{{\"eventTime\":\"2026-03-04T10:0{time}Z\",\"by\":\"{by}\",\"latency\":{latency},\"path\":\"{path}\"}}\n"
        )
    };
    let events = event("0:00", "a", "1", "/b")
        + &event("1:00", "a", "200", "/a")
        + &event("1:10", "a", "\"slow\"", "/a")
        + &event("1:20", "a", "1e300", "/a")
        + &event("1:30", "b", "300", "/a")
        + &event("1:40", "a", "5", "/a");
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("feeds.html");
    let html = ["--html", page.to_str().unwrap()];
    let listed =
        ["feeds.log:2 ", "feeds.log:6 ", "!feeds.log:1 ", "!feeds.log:3 ", "!feeds.log:4 ", "!feeds.log:5 "];
    told_of("feeds", &rules, &events, &html, &listed);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("feeds.log:6 ") && !page.contains("feeds.log:3 "), "{page}");
    assert!(page.contains(": 2 events, peak 200") && !page.contains("and 1 more"), "{page}");
}

/// The settings of an alarm, and the lines for its changes: each notification has a line, and each line without one says it.
#[test]
fn the_list_is_that_of_the_notifications() {
    let events = "{\"eventTime\":\"2026-01-01T00:01:05Z\",\"word\":\"a\",\"fn\":\"f\"}\n\
                  {\"eventTime\":\"2026-01-01T00:01:15Z\",\"word\":\"a\",\"fn\":\"f\"}\n";
    for (settings, words) in [
        (
            "missing = \"notBreaching\"",
            &["  ALARM             a\n", "  OK                a\n", "1 notification\n"][..],
        ),
        (
            "missing = \"notBreaching\", notify = [\"ALARM\", \"OK\"]",
            &["  ALARM             a\n", "  OK                a\n", "!(no notification)"],
        ),
        (
            "notify = [\"ALARM\", \"OK\", \"INSUFFICIENT_DATA\"]",
            &["  ALARM             a\n", "  INSUFFICIENT_DATA a\n", "!(no notification)"],
        ),
        (
            "actions_enabled = false",
            &[
                "  ALARM             a  (no notification)\n",
                "noisiest rules (alarms, events)\n\nnever",
                "went to ALARM without a notification (1): a\n",
                "0 notifications\n",
            ],
        ),
        (
            "threshold = 9, notify = [\"OK\"]",
            &["  OK                a\n", "1 notification\n", "!(no notification)"],
        ),
    ] {
        let threshold = if settings.contains("threshold") { "" } else { "threshold = 2, " };
        let alarm = format!("alarm = {{ statistic = \"Sum\", period = \"5m\", {threshold}{settings} }}");
        told_of("list", &rule("a", "name = \"A\"", &alarm), events, &[], words);
    }
}

/// What is assumed, and what keeps an alarm silent.
#[test]
fn assumptions_and_few_samples_are_told() {
    let event = |minute: u32| {
        format!("{{\"eventTime\":\"2026-01-01T00:{minute:02}:05Z\",\"word\":\"a\",\"fn\":\"f\"}}\n")
    };
    let burst: String = (0..7).map(event).collect();
    let alarm = |settings: &str| rule("a", "name = \"A\"", &format!("alarm = {{ {settings} }}"));
    let again = "assumed: the same events ring an alarm again";
    let sum = "statistic = \"Sum\", period = \"5m\", missing = \"notBreaching\"";
    told_of("burst", &alarm(&format!("{sum}, threshold = 5")), &burst, &[], &[again, "(1): a\n"]);
    told_of("once", &alarm(&format!("{sum}, threshold = 1")), &burst, &[], &["!assumed"]);
    // two bursts are not the same events
    let two = burst.clone() + &burst.replace("T00:", "T03:");
    told_of("two", &alarm(&format!("{sum}, threshold = 1")), &two, &[], &["       2  ", "!assumed"]);
    let p90 = "statistic = \"p90\", period = \"5m\", threshold = 1, low_sample_percentile = \"ignore\"";
    let few = "fewer than 100 samples, and `low_sample_percentile` keeps the state";
    told_of("few", &alarm(p90), &burst, &[], &[few, "!needed"]);
    for (topic, is_topic) in [
        ("alerts", true),
        ("alerts.fifo", true),
        ("arn:aws:sns:us-east-1:123456789012:alerts", true),
        ("bad topic", false),
        ("", false),
        ("arn:aws:sns:us-east-1:123456789012:bad topic", false),
        ("arn:aws:sns:us-east-1:12:alerts", false),
    ] {
        let refused = "a topic has 1 to 256 letters";
        let word = if is_topic { format!("!{refused}") } else { refused.to_owned() };
        told_of("topic", &alarm(p90), &burst, &["--topic", topic], &[&word]);
    }
}

/// Rules that only one version has are named, and are not said to have lost no event.
#[test]
fn backtest_names_the_rules_that_it_does_not_compare() {
    let rule =
        |id: &str, word: &str| format!("[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{word}\" }}'\n");
    let event = "{\"eventTime\":\"2026-01-01T00:01:05Z\",\"word\":\"a\"}\n";
    let events = file("one-sided.ndjson", event);
    for (name, new, old, words, gained) in [
        (
            "none",
            rule("a", "a"),
            rule("b", "*"),
            ["new version, not compared (1): a\n", "old version, not compared (1): b\n"],
            "",
        ),
        (
            "some",
            rule("a", "a") + &rule("c", "c"),
            rule("a", "*") + &rule("b", "b"),
            ["(1): c\n", "(1): b\n"],
            "{\"events\":0",
        ),
        ("all", rule("a", "a"), rule("a", "b"), ["!not compared", "+ 1 event gained"], "{\"events\":1"),
    ] {
        let (new, old) = (file(&format!("{name}-new.toml"), &new), file(&format!("{name}-old.toml"), &old));
        let args = [
            "backtest",
            "--rules",
            new.to_str().unwrap(),
            "--against",
            old.to_str().unwrap(),
            events.to_str().unwrap(),
        ];
        let told = run(&args);
        for word in words {
            match word.strip_prefix('!') {
                Some(word) => assert!(!told.contains(word), "{told}"),
                None => assert!(told.contains(word), "{word}\n{told}"),
            }
        }
        let json = run(&[&args[..], &["--json"]].concat());
        match gained {
            "" => assert!(!json.contains("gained") && !json.contains("lost"), "{json}"),
            gained => assert!(json.contains(&format!("\"gained\":{gained}")), "{json}"),
        }
        assert_eq!(json.contains("\"onlyInOld\":[\"b\"]"), name != "all", "{json}");
        let alone = run(&["backtest", "--rules", new.to_str().unwrap(), "--json", events.to_str().unwrap()]);
        assert!(!alone.contains("gained") && !alone.contains("onlyInOld"), "{alone}");
    }
}
