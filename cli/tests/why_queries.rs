//! `cwfilter why` without files: the query of Logs Insights and the page of the console; and `--json`.

#[path = "support/streams.rs"]
mod streams;

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use streams::run;

fn rule(pattern: &str) -> String {
    format!(
        "[[rule]]\nid = \"a\"\npattern = '''{pattern}'''\nmetric = {{ namespace = \"App\", name = \"a\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }}\n"
    )
}

fn event(time: &str) -> String {
    format!("{{\"eventTime\":\"{time}\",\"eventName\":\"E\",\"word\":\"a\"}}\n")
}

/// The message of a simulated alarm for one event at 10:01.
fn simulated(folder: &Path, pattern: &str) {
    std::fs::write(folder.join("r.toml"), rule(pattern)).unwrap();
    std::fs::write(folder.join("e.ndjson"), event("2026-03-04T10:01:00Z") + &event("2026-03-04T12:00:00Z"))
        .unwrap();
    let (code, _, err) =
        run(folder, &["simulate", "--rules", "r.toml", "e.ndjson", "--notifications", "n.jsonl"]);
    assert_eq!(code, 0, "{err}");
    let messages = std::fs::read_to_string(folder.join("n.jsonl")).unwrap();
    std::fs::write(folder.join("m.json"), messages.lines().next().unwrap()).unwrap();
}

/// The words that a shell makes of a command.
fn words(command: &str) -> Vec<String> {
    let output = Command::new("sh").arg("-c").arg(format!("printf '%s\\0' {command}")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn a_simulated_message_leads_to_a_query_and_a_page() {
    let folder = streams::folder("why-queries/simulated");
    simulated(&folder, "{ $.word = \"a\" && $.eventName != \"O'Neil\" }");
    let (code, out, err) = run(&folder, &["why", "m.json", "--rules", "r.toml", "--log-group", "my trail"]);
    assert_eq!(code, 0, "{err}");
    let line =
        |name: &str| out.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{out}"));
    let query = "fields @timestamp, @message | filter (word = \"a\" and (ispresent(eventName) and eventName != \"O'Neil\"))";
    let command = words(line("insights "));
    let of = |option: &str| {
        let at = command.iter().position(|word| word == option).unwrap();
        command[at + 1].clone()
    };
    assert_eq!(command[..3], ["aws", "logs", "start-query"]);
    assert_eq!((of("--log-group-name").as_str(), of("--query-string").as_str()), ("my trail", query));
    let (start, end): (i64, i64) = (of("--start-time").parse().unwrap(), of("--end-time").parse().unwrap());
    let at = 1_772_618_460;
    assert!(start <= at && at <= end && end - start == 299, "{start} {end}");
    let page = line("page     ");
    assert!(
        page.contains("#logsV2:logs-insights$3FqueryDetail$3D~(end~'2026-03-04T10*3a02*3a00Z~start~'"),
        "{page}"
    );
    assert!(page.contains("~editorString~'fields*20*40timestamp*2c*20*40message*20*7c*20filter"), "{page}");
    assert!(page.ends_with("~source~(~'my*20trail))") && page.contains("O*27Neil"), "{page}");
    assert!(err.contains("note: Logs Insights: `$.eventName != \"O'Neil\"`: true and false count"), "{err}");
}

#[test]
fn a_pattern_without_a_query_says_so() {
    let folder = streams::folder("why-queries/refused");
    simulated(&folder, "{ $.word = \"a\" && $.list[*] NOT EXISTS }");
    let (code, out, err) = run(&folder, &["why", "m.json", "--rules", "r.toml"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("command  aws logs filter-log-events") && !out.contains("insights "), "{out}");
    assert!(
        err.contains("note: no query of Logs Insights: `$.list[*] NOT EXISTS`: Logs Insights names each"),
        "{err}"
    );
}

#[test]
fn json_has_the_queries_or_the_events() {
    let folder = streams::folder("why-queries/json");
    simulated(&folder, "{ $.word = \"a\" }");
    let why = |files: &[&str]| {
        let (code, out, err) =
            run(&folder, &[&["why", "m.json", "--rules", "r.toml", "--json"], files].concat());
        assert_eq!(code, 0, "{err}");
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let value = why(&[]);
    assert_eq!(value["rules"], json!([{ "id": "a", "pattern": "{ $.word = \"a\" }" }]));
    let windows =
        json!([{ "start": "2026-03-04T09:57:00Z", "end": "2026-03-04T10:02:00Z", "datapoint": 1.0 }]);
    assert_eq!(value["windows"], windows);
    let query = &value["queries"][0];
    assert_eq!((&query["rule"], &query["start"]), (&json!("a"), &json!("2026-03-04T09:57:00Z")));
    assert_eq!(query["logs_insights"]["query"], "fields @timestamp, @message | filter word = \"a\"");
    assert!(
        query["filter_log_events"].as_str().unwrap().starts_with("aws logs filter-log-events"),
        "{query}"
    );
    let value = why(&["e.ndjson"]);
    assert_eq!(value["events"][0]["event"], "e.ndjson:1 2026-03-04T10:01:00Z E");
    assert_eq!((&value["events"][1], &value["records"]), (&Value::Null, &json!(2)));
}

#[test]
fn recorded_messages_lead_to_queries() {
    let folder = streams::folder("why-queries/recorded");
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/signals/notifications.jsonl");
    let mut led = 0;
    for line in std::fs::read_to_string(recorded).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let Some(message) = line["message"].as_str().filter(|_| line["channel"] == "sns") else { continue };
        let parsed: Value = serde_json::from_str(message).unwrap_or_default();
        let (name, namespace) = (&parsed["Trigger"]["MetricName"], &parsed["Trigger"]["Namespace"]);
        let (Some(name), Some(namespace)) = (name.as_str(), namespace.as_str()) else { continue };
        let text = rule("{ $.word = \"a\" }")
            .replace("name = \"a\"", &format!("name = {name:?}"))
            .replace("namespace = \"App\"", &format!("namespace = {namespace:?}"));
        std::fs::write(folder.join("r.toml"), text).unwrap();
        std::fs::write(folder.join("m.json"), message).unwrap();
        let (code, out, err) = run(&folder, &["why", "m.json", "--rules", "r.toml", "--json"]);
        if parsed["NewStateValue"] != "ALARM" {
            assert_eq!(code, 3, "{}: {err}", line["id"]);
            continue;
        }
        assert_eq!(code, 0, "{}: {err}", line["id"]);
        let value: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(value["alarm"], parsed["AlarmName"]);
        assert!(value["queries"][0]["logs_insights"]["command"].is_string(), "{out}");
        led += 1;
    }
    assert!(led >= 2, "{led}");
}
