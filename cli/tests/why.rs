//! `cwfilter why`: from an alarm's message to the events that made the alarm ring.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    scratch::folder(&format!("why/{name}"))
}

fn run(folder: &Path, args: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    let output = command.args(args).current_dir(folder).env("NO_COLOR", "1").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (told, output.status.code().unwrap())
}

fn rule(id: &str, threshold: u32) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{id}\" }}'\n\
         metric = {{ namespace = \"App\", name = \"{id}\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = {threshold}, missing = \"notBreaching\" }}\n\n"
    )
}

fn event(time: &str, word: &str) -> String {
    format!("{{\"eventTime\":\"{time}\",\"eventName\":\"E\",\"word\":\"{word}\"}}\n")
}

/// The lines of the events, each as `FILE:RECORD time`.
fn events(told: &str) -> Vec<String> {
    let of = |line: &str| {
        line.strip_prefix("event    ").map(|it| it.split(' ').take(2).collect::<Vec<_>>().join(" "))
    };
    told.lines().filter_map(of).collect()
}

#[test]
fn the_messages_of_a_simulation_lead_to_their_events() {
    let folder = folder("simulated");
    std::fs::write(folder.join("r.toml"), rule("a", 2) + &rule("b", 1)).unwrap();
    let trail = event("2026-03-04T10:00:30Z", "a")
        + &event("2026-03-04T10:01:00Z", "b")
        + &event("2026-03-04T11:00:10Z", "a")
        + &event("2026-03-04T11:02:20Z", "a")
        + &event("2026-03-04T11:02:30Z", "c");
    std::fs::write(folder.join("e.ndjson"), trail).unwrap();
    let (told, code) =
        run(&folder, &["simulate", "--rules", "r.toml", "e.ndjson", "--notifications", "n.jsonl"]);
    assert_eq!(code, 0, "{told}");
    let messages = std::fs::read_to_string(folder.join("n.jsonl")).unwrap();
    let mut seen = Vec::new();
    for (at, message) in messages.lines().enumerate() {
        let wrapped = serde_json::json!({ "Type": "Notification", "Message": message }).to_string();
        for (name, text) in [("m.txt", message.to_owned()), ("w.txt", wrapped)] {
            std::fs::write(folder.join(name), text).unwrap();
            let (told, code) = run(&folder, &["why", name, "--rules", "r.toml", "e.ndjson"]);
            assert_eq!(code, 0, "{told}");
            assert!(!told.contains("add up"), "{told}");
            seen.push((at, events(&told)));
        }
    }
    let b = vec!["e.ndjson:2 2026-03-04T10:01:00Z".to_owned()];
    let a = vec!["e.ndjson:3 2026-03-04T11:00:10Z".to_owned(), "e.ndjson:4 2026-03-04T11:02:20Z".to_owned()];
    // the alarm of `a` rings again for the same events: each minute has windows of its own
    assert!(seen.len() >= 4, "{seen:?}");
    for (at, found) in &seen {
        assert_eq!(*found, if *at == 0 { b.clone() } else { a.clone() }, "message {at}");
    }
}

#[test]
fn recorded_messages_are_read() {
    let folder = folder("recorded");
    std::fs::write(folder.join("r.toml"), rule("a", 1)).unwrap();
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/signals/notifications.jsonl");
    let (mut metrics, mut composites) = (0, 0);
    for line in std::fs::read_to_string(recorded).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(message) = line["message"].as_str().filter(|_| line["channel"] == "sns") else { continue };
        std::fs::write(folder.join("m.txt"), message).unwrap();
        let (told, code) = run(&folder, &["why", "m.txt", "--rules", "r.toml"]);
        let (is_metric, is_composite) =
            (told.contains("no rule publishes"), told.contains("composite alarm"));
        assert_eq!((is_metric, is_composite), (code == 2, code == 3), "{}: {told}", line["id"]);
        metrics += usize::from(is_metric);
        composites += usize::from(is_composite);
    }
    assert!(metrics >= 3 && composites >= 1, "{metrics} {composites}");
}

/// A message with other members than usual: `with` replaces a part.
fn message(with: (&str, &str)) -> String {
    let usual = r#"{"AlarmName":"al/arm","NewStateValue":"ALARM","NewStateReason":"Threshold Crossed: 1 datapoint [3.0 (04/03/26 10:00:00)] was greater","StateChangeTime":"2026-03-04T10:06:00.100+0000","AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:al/arm","Trigger":{"MetricName":"a","Namespace":"App","Statistic":"SUM","Dimensions":[],"Period":300,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanThreshold"}}"#;
    assert!(usual.contains(with.0), "{}", with.0);
    usual.replacen(with.0, with.1, 1)
}

#[test]
fn a_message_that_leads_to_no_event_is_said_to_be_so() {
    let folder = folder("messages");
    std::fs::write(folder.join("r.toml"), rule("a", 1)).unwrap();
    std::fs::write(folder.join("e.ndjson"), event("2026-03-04T10:01:00Z", "a")).unwrap();
    std::fs::write(folder.join("later.ndjson"), event("2026-03-04T10:05:00Z", "a")).unwrap();
    std::fs::write(folder.join("earlier.ndjson"), event("2026-03-04T09:50:00Z", "a")).unwrap();
    let copy = event("2026-03-04T10:01:00Z", "a").replacen('{', r#"{"eventID":"4a","#, 1);
    std::fs::write(folder.join("copies.ndjson"), copy.repeat(2)).unwrap();
    std::fs::write(folder.join("timeless.ndjson"), "{\"word\":\"a\"}\n").unwrap();
    std::fs::write(folder.join("damaged.ndjson"), event("2026-03-04T10:01:00Z", "a") + "{\"word\":\n")
        .unwrap();
    let reason = "Threshold Crossed: 1 datapoint [3.0 (04/03/26 10:00:00)] was greater";
    let as_usual = ("al/arm", "al/arm");
    // the changed part of the message, the file of events, exit code, and a part of what is printed
    for (with, file, code, said) in [
        (as_usual, "e.ndjson", 0, "window   2026-03-04T10:00:00Z to 2026-03-04T10:05:00Z, datapoint 3"),
        (as_usual, "e.ndjson", 0, "the values add up to 1, and the datapoint is 3"),
        (as_usual, "later.ndjson", 1, "no such event in the window"),
        (as_usual, "later.ndjson", 1, "the values add up to 0,"),
        (as_usual, "earlier.ndjson", 1, "earlier  earlier.ndjson:1 2026-03-04T09:50:00Z"),
        (as_usual, "earlier.ndjson", 1, "1 match is in the 15 minutes before a window"),
        (as_usual, "copies.ndjson", 0, "1 event found in 2 records, and 1 copy left out"),
        (as_usual, "timeless.ndjson", 3, "1 match without a time"),
        (as_usual, "damaged.ndjson", 3, "1 event found in"),
        (as_usual, "missing.ndjson", 3, "missing.ndjson"),
        (
            as_usual,
            "",
            0,
            "--log-group-name 'LOG_GROUP' --start-time 1772618400000 --end-time 1772618699999 --filter-pattern='{ $.word = \"a\" }'",
        ),
        (as_usual, "", 0, "region=eu-west-1#alarmsV2:alarm/al%2Farm"),
        ((reason, "set by hand"), "e.ndjson", 0, "the window is an estimate"),
        ((r#""ALARM""#, r#""OK""#), "e.ndjson", 3, "went to OK"),
        (
            (r#""Namespace":"App""#, r#""Namespace":"B""#),
            "e.ndjson",
            2,
            "no rule publishes the metric `a` in `B`",
        ),
        ((r#""AlarmArn""#, r#""AlarmRule":"ALARM(x)","AlarmArn""#), "e.ndjson", 3, "composite alarm"),
        ((r#""MetricName":"a""#, r#""Metrics":[]"#), "e.ndjson", 3, "a metric query"),
        ((r#""Period":300"#, r#""Period":0"#), "e.ndjson", 3, "`Trigger.Period` is not a number from 1"),
        ((r#""Period":300"#, r#""Period":99999999999"#), "e.ndjson", 3, "`Trigger.Period` is not a number"),
        (("2026-03-04T10:06:00.100", "2026é"), "e.ndjson", 3, "is not a time"),
        (("GreaterThan", "LessThan"), "e.ndjson", 0, "events that are missing made it ring"),
        (
            (r#""Dimensions":[]"#, r#""Dimensions":[{"name":"n","value":"v"}]"#),
            "e.ndjson",
            1,
            "0 events found",
        ),
        (("{\"AlarmName", "{AlarmName"), "e.ndjson", 3, "is not JSON"),
        (("{\"AlarmName", "\u{feff}{\"AlarmName"), "e.ndjson", 0, "1 event found"),
        (
            (":aws:cloudwatch:eu-west-1", ":aws-cn:cloudwatch:cn-north-1"),
            "",
            0,
            "https://cn-north-1.console.amazonaws.cn/",
        ),
    ] {
        std::fs::write(folder.join("m.txt"), message(with)).unwrap();
        let files: &[&str] = if file.is_empty() { &[] } else { &[file] };
        let (told, exit) = run(&folder, &[&["why", "m.txt", "--rules", "r.toml"], files].concat());
        assert!(told.contains(said), "{with:?} {file}: {told}");
        assert_eq!(exit, code, "{with:?} {file}: {told}");
    }
}

#[test]
fn events_arrive_late_and_twice() {
    let folder = folder("late");
    std::fs::write(folder.join("r.toml"), rule("a", 1)).unwrap();
    let copy = event("2026-03-04T09:55:00Z", "a").replacen('{', r#"{"eventID":"4a","#, 1);
    std::fs::write(folder.join("e.ndjson"), copy.repeat(2)).unwrap();
    std::fs::write(folder.join("m.txt"), message(("al/arm", "al/arm"))).unwrap();
    let why =
        |more: &[&str]| run(&folder, &[&["why", "m.txt", "--rules", "r.toml", "e.ndjson"], more].concat());
    let (told, code) = why(&["--delay", "6m"]);
    assert_eq!((code, events(&told).len()), (0, 1), "{told}");
    let (told, code) = why(&["--delay", "6m", "--keep-duplicates"]);
    assert_eq!((code, events(&told).len()), (0, 2), "{told}");
    let (told, code) = why(&["--delay", "30m"]);
    assert_eq!((code, events(&told).len()), (1, 0), "{told}");
}

#[test]
fn of_files_that_were_not_read_nothing_is_known() {
    let folder = folder("unread");
    std::fs::write(folder.join("r.toml"), rule("a", 1)).unwrap();
    std::fs::write(folder.join("m.txt"), message(("al/arm", "al/arm"))).unwrap();
    let (told, code) = run(&folder, &["why", "m.txt", "--rules", "r.toml", "missing.ndjson"]);
    assert_eq!(code, 3, "{told}");
    assert!(!told.contains("note: "), "{told}");
}

#[test]
fn wrappings_are_taken_off() {
    let folder = folder("wrapped");
    std::fs::write(folder.join("r.toml"), rule("a", 1)).unwrap();
    std::fs::write(folder.join("e.ndjson"), event("2026-03-04T10:01:00Z", "a")).unwrap();
    let alarm = message(("al/arm", "al/arm"));
    let sns = serde_json::json!({ "Type": "Notification", "Message": alarm });
    let sqs = serde_json::json!({ "Messages": [{ "Body": sns.to_string() }] });
    let lambda = serde_json::json!({ "Records": [{ "EventSource": "aws:sns", "Sns": sns }] });
    let two = serde_json::json!({ "Records": [lambda["Records"][0], lambda["Records"][0]] });
    for (wrapped, code, said) in [
        (&sns, 0, "1 event found"),
        (&sqs, 0, "1 event found"),
        (&lambda, 0, "1 event found"),
        (&two, 3, "has 2 messages in `Records`"),
        (&serde_json::json!({ "Message": "{" }), 3, "`Message` is not JSON"),
        (&serde_json::json!({ "Records": [] }), 3, "has 0 messages"),
        (&serde_json::json!({ "a": 1 }), 3, "it has no `AlarmName`"),
    ] {
        std::fs::write(folder.join("m.txt"), wrapped.to_string()).unwrap();
        let (told, exit) = run(&folder, &["why", "m.txt", "--rules", "r.toml", "e.ndjson"]);
        assert_eq!(exit, code, "{wrapped}: {told}");
        assert!(told.contains(said), "{wrapped}: {told}");
    }
}

/// The message comes from others.
#[test]
fn a_region_is_a_name() {
    let folder = folder("region");
    std::fs::write(folder.join("r.toml"), rule("a", 1)).unwrap();
    for region in ["evil.example/x", "eu-west-1';id;'", "a'$(id)b", ""] {
        std::fs::write(folder.join("m.txt"), message(("eu-west-1", region))).unwrap();
        let (told, code) = run(&folder, &["why", "m.txt", "--rules", "r.toml"]);
        assert_eq!(code, 0, "{told}");
        assert!(!told.contains("console  ") && !told.contains("--region"), "{region}: {told}");
    }
}

#[test]
fn the_printed_command_is_safe_in_a_shell() {
    let folder = folder("shell");
    std::fs::write(folder.join("m.txt"), message(("al/arm", "al/arm"))).unwrap();
    for (shell, pattern) in [
        ("sh", r#"{ $.word = "it's `id` $(id)" }"#),
        ("bash", "{ $.word = \"it's `id` $(id) \\\\n\" &&\n  $.b = 1 }"),
    ] {
        let rules = rule("a", 1).replace("'{ $.word = \"a\" }'", &format!("'''{pattern}'''"));
        std::fs::write(folder.join("r.toml"), rules).unwrap();
        let (told, code) = run(&folder, &["why", "m.txt", "--rules", "r.toml", "--log-group", "a b'c"]);
        assert_eq!(code, 0, "{told}");
        let command = told.lines().find_map(|line| line.strip_prefix("command  aws ")).unwrap();
        let words = Command::new(shell).arg("-c").arg(format!("printf '%s\\0' {command}")).output().unwrap();
        let words = String::from_utf8(words.stdout).unwrap();
        let words: Vec<&str> = words.split_terminator('\0').collect();
        assert_eq!(
            words,
            [
                "logs",
                "filter-log-events",
                "--region",
                "eu-west-1",
                "--log-group-name",
                "a b'c",
                "--start-time",
                "1772618400000",
                "--end-time",
                "1772618699999",
                &format!("--filter-pattern={pattern}"),
            ]
        );
    }
}

/// A metric filter publishes one datapoint a minute: with a period below a minute, it is that of the whole minute.
#[test]
fn a_period_below_a_minute_has_the_events_of_its_minute() {
    for period in ["10s", "20s", "30s"] {
        let folder = folder(&format!("short-{period}"));
        std::fs::write(folder.join("r.toml"), rule("a", 1).replace("\"5m\"", &format!("\"{period}\"")))
            .unwrap();
        let trail = event("2026-03-04T11:59:59Z", "a") + &event("2026-03-04T12:01:00Z", "c");
        std::fs::write(folder.join("e.ndjson"), trail).unwrap();
        let (told, code) =
            run(&folder, &["simulate", "--rules", "r.toml", "e.ndjson", "--notifications", "n.json"]);
        assert_eq!(code, 0, "{told}");
        // never before the event, and a note says what is not modelled
        assert!(told.contains("2026-03-04T12:00Z  ALARM             a\n    e.ndjson:1 "), "{told}");
        assert!(told.contains("note: `a`: the period is below a minute"), "{told}");
        let message = std::fs::read_to_string(folder.join("n.json")).unwrap();
        let change: serde_json::Value = serde_json::from_str(message.lines().next().unwrap()).unwrap();
        assert!(change["StateChangeTime"].as_str().unwrap().starts_with("2026-03-04T12:00:"), "{message}");
        let (told, code) = run(&folder, &["why", "n.json", "--rules", "r.toml", "e.ndjson"]);
        assert!(
            told.contains("window   2026-03-04T11:59:00Z to 2026-03-04T12:00:00Z, datapoint 1\n"),
            "{told}"
        );
        assert_eq!((events(&told).len(), code), (1, 0), "{told}");
        // without datapoints in the reason
        let mut bare = change;
        bare["NewStateReason"] = serde_json::json!("Because");
        std::fs::write(folder.join("m.json"), bare.to_string()).unwrap();
        let (told, _) = run(&folder, &["why", "m.json", "--rules", "r.toml", "e.ndjson"]);
        assert_eq!(events(&told).len(), 1, "{told}");
    }
}
