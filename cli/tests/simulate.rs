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
