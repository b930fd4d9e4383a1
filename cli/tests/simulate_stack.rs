//! `cwfilter simulate` uses the names, the account and the topic of a stack, and says what it did not evaluate.

#[path = "support/scratch.rs"]
mod scratch;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    scratch::folder(&format!("simulate-stack/{name}"))
}

fn run(folder: &Path, args: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    let output = command.args(args).current_dir(folder).env("NO_COLOR", "1").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (told, output.status.code().unwrap())
}

fn rule(id: &str, metric: &str, alarm: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{id}\" }}'\n\
         metric = {{ namespace = \"App\", name = \"{id}\", value = \"1\"{metric} }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", {alarm} }}\n\n"
    )
}

const ONE: &str = "threshold = 1, missing = \"notBreaching\"";

fn composite(id: &str, rule: &str) -> String {
    format!("[[composite]]\nid = \"{id}\"\nrule = \"{rule}\"\n\n")
}

fn event(time: &str, word: &str) -> String {
    format!("{{\"eventTime\":\"{time}\",\"eventName\":\"E\",\"word\":\"{word}\",\"fn\":\"f\"}}\n")
}

#[test]
fn messages_have_the_arns_and_names_of_the_stack() {
    let folder = folder("arns");
    std::fs::write(folder.join("r.toml"), rule("a", "", ONE) + &composite("c", "ALARM(a)")).unwrap();
    std::fs::write(folder.join("e.ndjson"), event("2026-03-04T10:01:00Z", "a")).unwrap();
    let messages = |topic: &str, args: &[&str]| -> Vec<Value> {
        let stack = format!(
            "name = \"s\"\nregion = \"eu-central-1\"\naccount = \"123456789012\"\nrules = [\"r.toml\"]\n\
             [names.a]\nalarm = \"Adopted\"\n[log_group]\nname = \"g\"\n{topic}"
        );
        std::fs::write(folder.join("cwfilter.toml"), stack).unwrap();
        let all = ["simulate", "--stack", "cwfilter.toml", "e.ndjson", "--notifications", "n.json"];
        let (told, code) = run(&folder, &[&all, args].concat());
        assert_eq!(code, 0, "{told}");
        let text = std::fs::read_to_string(folder.join("n.json")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let arn = "arn:aws:sns:eu-central-1:210987654321:ops-alerts";
    let central = |name: &str| format!("arn:aws:sns:eu-central-1:123456789012:{name}");
    for (topic, args, expected) in [
        (format!("[topic]\narn = \"{arn}\"\n"), vec![], arn.to_owned()),
        ("[topic]\nname = \"mine\"\n".to_owned(), vec![], central("mine")),
        (String::new(), vec![], central("security-alerts")),
        (format!("[topic]\narn = \"{arn}\"\n"), vec!["--topic", "other"], central("other")),
        (String::new(), vec!["--topic", arn], arn.to_owned()),
    ] {
        let told = messages(&topic, &args);
        assert_eq!(told.len(), 2, "{told:?}");
        for message in &told {
            assert_eq!(message["AlarmActions"], serde_json::json!([expected]), "{topic} {args:?}");
            assert_eq!(message["Region"], "EU (Frankfurt)");
        }
        let named = |name: &str| told.iter().find(|message| message["AlarmName"] == name);
        let alarm = named("Adopted").unwrap_or_else(|| panic!("{told:?}"));
        assert_eq!(alarm["AlarmArn"], "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:Adopted");
        assert_eq!(named("s.c").unwrap()["AlarmRule"], "ALARM(\"Adopted\")");
    }
}

#[test]
fn a_composite_alarm_that_is_not_evaluated_has_the_true_reason() {
    let folder = folder("composites");
    let rules = rule("a", "", ONE)
        + &composite("one", "ALARM(two) OR ALARM(a)")
        + &composite("two", "ALARM(one)")
        + &composite("three", "ALARM(two)")
        + &composite("lost", "ALARM(elsewhere) OR ALARM(two)")
        + &composite("outer", "ALARM(inner)")
        + &composite("inner", "ALARM(a)");
    std::fs::write(folder.join("r.toml"), rules).unwrap();
    std::fs::write(folder.join("e.ndjson"), event("2026-03-04T10:01:00Z", "a")).unwrap();
    let (told, _) = run(&folder, &["simulate", "--rules", "r.toml", "e.ndjson", "--html", "page.html"]);
    let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
    for (id, why) in [
        ("one", "composite alarms that refer to each other are not modelled, and two refers back to it"),
        ("two", "composite alarms that refer to each other are not modelled, and one refers back to it"),
        ("three", "it refers to two, which was not evaluated"),
        ("lost", "no rule here has the alarm elsewhere"),
    ] {
        assert!(told.contains(&format!("not evaluated  {id}: {why}\n")), "{id}\n{told}");
        assert!(page.contains(&format!("Not evaluated: {why}.")), "{id}\n{page}");
    }
    for id in ["outer", "inner"] {
        assert!(told.contains(&format!("       1        1  {id}\n")), "{id}\n{told}");
    }
}

#[test]
fn every_rule_appears_once_in_the_report_and_on_the_page() {
    let folder = folder("once");
    let rules = rule("dead-man", "", "threshold = 1, comparison = \"<\", missing = \"breaching\"")
        + &rule("rang", "", ONE)
        + &rule("untimed", "", ONE)
        + &rule(
            "part",
            ", dimensions = { Fn = \"$.fn\" }",
            "threshold = 2, missing = \"notBreaching\", dimensions = { Fn = \"f\" }",
        )
        + &rule("never", "", ONE);
    std::fs::write(folder.join("r.toml"), rules).unwrap();
    let other = event("2026-03-04T10:02:00Z", "part").replace("\"fn\":\"f\"", "\"fn\":\"g\"");
    let events = ["rang", "part"].map(|word| event("2026-03-04T10:01:00Z", word)).concat()
        + &other
        + "{\"word\":\"untimed\"}\n";
    std::fs::write(folder.join("e.ndjson"), events).unwrap();
    let (told, _) = run(&folder, &["simulate", "--rules", "r.toml", "e.ndjson", "--html", "page.html"]);
    let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
    for line in [
        "       1        0  dead-man\n",
        "       1        1  rang\n",
        "matched only events without a time, which are in no metric (1)\n         1  untimed\n",
        "2  part: the alarm does not see 1 datapoint: the dimensions or the unit differ from the alarm's; nearest: Sum 1 at ",
        "never matched (1): never\n",
    ] {
        assert!(told.contains(line), "{line}\nin\n{told}");
    }
    for (id, sections) in [("dead-man", 1), ("rang", 1), ("untimed", 1), ("part", 1), ("never", 0)] {
        let listed = page.matches(&format!("<li><code>{id}</code></li>")).count();
        let drawn = page.matches(&format!("<section id=\"{id}\">")).count();
        assert_eq!((drawn, listed), (sections, 1 - sections), "{id}\n{page}");
    }
    assert!(page.contains("1 matching event without a time is in no metric."), "{page}");
    assert!(page.contains("The alarm never went to ALARM: the alarm does not see 1 datapoint"), "{page}");
}

#[test]
fn the_borders_of_since_and_until() {
    let folder = folder("borders");
    std::fs::write(folder.join("r.toml"), rule("a", "", ONE)).unwrap();
    let events: String = (0..3).map(|minute| event(&format!("2026-03-04T10:0{minute}:00Z"), "a")).collect();
    std::fs::write(folder.join("e.ndjson"), events).unwrap();
    let (one, two) = ("2026-03-04T10:01:00Z", "2026-03-04T10:02:00Z");
    for (args, code, expected) in [
        (vec!["--since", one], 0, "2 events, 1 before `--since`"),
        (vec!["--until", one], 0, "1 event, 2 before `--since` or after `--until`"),
        (vec!["--since", one, "--until", two], 0, "1 event, 2 before"),
        (vec!["--since", two, "--until", one], 2, "`--since` has to be before `--until`"),
        (vec!["--since", one, "--until", one], 2, "`--since` has to be before `--until`"),
    ] {
        let all = [&["simulate", "--rules", "r.toml", "e.ndjson", "--html", "page.html"], &args[..]].concat();
        let (told, found) = run(&folder, &all);
        assert_eq!(found, code, "{args:?}\n{told}");
        assert!(told.contains(expected), "{args:?}\n{told}");
        if code == 0 {
            let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
            assert!(page.contains("before `--since` or after `--until` left out."), "{args:?}\n{page}");
        }
    }
}
