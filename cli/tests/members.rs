//! Members of the APIs in rule files, `import`, `export`, lints and `simulate`: each is modelled, refused or named.

#[path = "support/printed.rs"]
mod printed;

use printed::run;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    printed::folder(&format!("members/{name}"))
}

fn rule(id: &str, metric: &str, alarm: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{id}\" }}'\n\
         metric = {{ namespace = \"App\", name = \"{id}\", value = \"1\"{metric} }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 2, missing = \"notBreaching\"{alarm} }}\n\n"
    )
}

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"r.toml\"]\n[log_group]\nname = \"g\"\n";

#[test]
fn a_member_is_taken_or_an_error_with_its_place() {
    let folder = folder("rules");
    for (metric, alarm, wanted) in [
        ("", "", Ok(())),
        (", field_selection_criteria = '@aws.account = \"123456789012\"'", "", Ok(())),
        (", emit_system_field_dimensions = [\"@aws.region\"]", "", Ok(())),
        (", apply_on_transformed_logs = true", "", Ok(())),
        ("", ", dimensions = { a = \"b\" }, unit = \"Count\"", Ok(())),
        ("", ", window = \"wall clock +05:30\", low_sample_percentile = \"ignore\"", Ok(())),
        (", field_selection_criteria = '@aws.acount = \"1\"'", "", Err("r.toml:4:")),
        (", field_selection_criteria = 'x'", "", Err("field selection criteria is invalid")),
        (", emit_system_field_dimensions = [\"@aws.zone\"]", "", Err("supported system fields")),
        (", fieldSelectionCriteria = ''", "", Err("did you mean `field_selection_criteria`?")),
        ("", ", unit = \"Counts\"", Err("`Counts`")),
        ("", ", window = \"wall clock Europe/Berlin\"", Err("evaluation window")),
        ("", ", low_sample_percentile = \"never\"", Err("few samples")),
        ("", ", windows = \"sliding\"", Err("did you mean `window`?")),
    ] {
        std::fs::write(folder.join("r.toml"), rule("a", metric, alarm)).unwrap();
        let (code, text) = run(&folder, &["test", "r.toml"]);
        match wanted {
            Ok(()) => assert_eq!(code, 0, "{metric}{alarm}: {text}"),
            Err(part) => assert!(code != 0 && text.contains(part), "{metric}{alarm}: {text}"),
        }
    }
}

/// Members that a template has, and members that it cannot have, which are refused with their name.
#[test]
fn a_template_has_every_member_or_is_refused() {
    let folder = folder("stack");
    std::fs::write(folder.join("cwfilter.toml"), STACK).unwrap();
    let dimensions = ", dimensions = { a = \"$.a\" }";
    for (metric, alarm, more, cloudformation, terraform) in [
        ("", "", "", Ok("MetricTransformations"), Ok("metric_transformation")),
        (
            ", field_selection_criteria = '@aws.account = \"123456789012\"'",
            "",
            "",
            Ok("FieldSelectionCriteria"),
            Err("fieldSelectionCriteria"),
        ),
        (
            ", apply_on_transformed_logs = true",
            "",
            "",
            Ok("ApplyOnTransformedLogs"),
            Err("applyOnTransformedLogs"),
        ),
        (dimensions, ", dimensions = { a = \"b\" }", "", Ok("\"Dimensions\""), Ok("\"dimensions\"")),
        (
            "",
            ", dimensions = { a = \"b\" }",
            "",
            Err("would never see a datapoint"),
            Err("would never see a datapoint"),
        ),
        (
            ", unit = \"Count\"",
            ", unit = \"Count\"",
            "",
            Ok("\"Unit\": \"Count\""),
            Ok("\"unit\": \"Count\""),
        ),
        (
            "",
            ", low_sample_percentile = \"ignore\"",
            "",
            Ok("EvaluateLowSampleCountPercentile"),
            Ok("evaluate_low_sample_count_percentiles"),
        ),
        ("", ", window = \"wall clock\"", "", Err("EvaluationWindow"), Err("EvaluationWindow")),
        (
            "",
            "",
            "[[composite]]\nid = \"c\"\nrule = \"ALARM(a)\"\n",
            Ok("AWS::CloudWatch::CompositeAlarm"),
            Ok("aws_cloudwatch_composite_alarm"),
        ),
    ] {
        std::fs::write(folder.join("r.toml"), rule("a", metric, alarm) + more).unwrap();
        for (format, expected) in [("cloudformation", cloudformation), ("terraform", terraform)] {
            let (code, text) = run(&folder, &["export", format]);
            let (Ok(part) | Err(part)) = expected;
            assert_eq!(code == 0, expected.is_ok(), "{metric}{alarm}{more}: {text}");
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn composite_alarms_are_tested_and_linted() {
    let folder = folder("composite");
    let rules = rule("a", "", "") + &rule("b", "", "");
    let composite = |rule: &str| format!("{rules}[[composite]]\nid = \"c\"\nrule = \"{rule}\"\n");
    let test = |expect: &str| {
        format!("[[composite.test]]\nname = \"one\"\nstates = {{ a = \"ALARM\" }}\nexpect = \"{expect}\"\n")
    };
    for (rule, test, code, part) in [
        ("ALARM(a) OR ALARM(b)", test("ALARM"), 0, "1 passed"),
        ("ALARM(a) AND ALARM(b)", test("ALARM"), 1, "the rule gives OK, not ALARM"),
        ("AT_LEAST(1, ALARM, (a, b))", test("ALARM"), 0, "1 passed"),
        ("ALARM(b)", test("OK"), 2, "the rule does not name the alarm `a`"),
        ("ALARM(a", test("OK"), 2, "r.toml:15:"),
        ("ALRM(a)", test("OK"), 2, "Unsupported token"),
    ] {
        std::fs::write(folder.join("r.toml"), composite(rule) + &test).unwrap();
        let (found, text) = run(&folder, &["test", "r.toml"]);
        assert!(found == code && text.contains(part), "{rule}: {found} {text}");
    }
    for (rule, lint) in [
        ("ALARM(a) OR ALARM(b)", None),
        ("ALARM(nothing)", Some("composite-unknown-alarm")),
        ("ALARM(a) OR NOT ALARM(a)", Some("composite-constant")),
        ("ALARM(a) AND OK(a)", Some("composite-constant")),
        ("ALARM(a) OR ALARM(d)\"\n[[composite]]\nid = \"d\"\nrule = \"ALARM(b)", None),
        ("ALARM(a) OR ALARM(d)\"\n[[composite]]\nid = \"d\"\nrule = \"ALARM(c)", Some("composite-cycle")),
        (
            "ALARM(d)\"\n[[composite]]\nid = \"d\"\nrule = \"ALARM(e)\"\n[[composite]]\nid = \"e\"\nrule = \"OK(d)",
            Some("depends on a cycle of composite alarms"),
        ),
    ] {
        std::fs::write(folder.join("r.toml"), composite(rule)).unwrap();
        let (code, text) = run(&folder, &["lint", "r.toml"]);
        assert_eq!(code == 1, lint.is_some(), "{rule}: {text}");
        assert!(text.contains(lint.unwrap_or("0 findings")), "{rule}: {text}");
    }
}

#[test]
fn alarms_that_tell_no_one_are_found() {
    let folder = folder("lints");
    for (alarm, lint) in [
        ("", "0 findings"),
        (", notify = []", "alarm-without-actions"),
        (", actions_enabled = false", "actions-disabled"),
    ] {
        std::fs::write(folder.join("r.toml"), rule("a", "", alarm)).unwrap();
        let (_, text) = run(&folder, &["lint", "r.toml"]);
        assert!(text.contains(lint), "{alarm}: {text}");
    }
    for missing in ["ignore", "breaching"] {
        let text = rule("a", "", "").replace("notBreaching", missing);
        std::fs::write(folder.join("r.toml"), &text).unwrap();
        assert!(run(&folder, &["lint", "r.toml"]).1.contains("missing-data-keeps-alarm"), "{missing}");
        let with_default = text.replace("value = \"1\"", "value = \"1\", default = 0");
        std::fs::write(folder.join("r.toml"), with_default).unwrap();
        assert!(run(&folder, &["lint", "r.toml"]).1.contains("0 findings"), "{missing}");
    }
}

#[test]
fn metrics_that_several_files_feed_are_named() {
    let folder = folder("shared");
    let first = rule("a", "", "").replace("name = \"a\"", "name = \"M\"");
    let second = rule("b", "", "").replace("name = \"b\"", "name = \"M\"");
    std::fs::write(folder.join("one.toml"), first).unwrap();
    std::fs::write(folder.join("two.toml"), second).unwrap();
    let (code, text) = run(&folder, &["lint", "one.toml", "two.toml"]);
    assert!(code == 1 && text.contains("shared-metric") && text.contains("one.toml"), "{text}");
    std::fs::write(folder.join("cwfilter.toml"), STACK.replace("\"r.toml\"", "\"one.toml\", \"two.toml\""))
        .unwrap();
    let (code, text) = run(&folder, &["export", "cloudformation"]);
    assert!(code == 0 && text.contains("note: a, b publish to the same metric, App/M"), "{text}");
}

const FILTERS: &str = r#"{"metricFilters": [{"filterName": "stopped", "filterPattern": "{ $.word = \"a\" }", "logGroupName": "g",
  "applyOnTransformedLogs": true, "fieldSelectionCriteria": "@aws.region = \"us-east-1\"", "emitSystemFieldDimensions": ["@aws.account"],
  "metricTransformations": [{"metricName": "M", "metricNamespace": "App", "metricValue": "1"}]}]}"#;

/// An alarm on the filter's metric with these members too.
fn alarm(name: &str, more: &str) -> String {
    format!(
        r#"{{"AlarmName": "{name}", "Namespace": "App", "MetricName": "M", "Period": 60, "Threshold": 1, "EvaluationPeriods": 1,
        "Statistic": "Sum", "ComparisonOperator": "GreaterThanThreshold"{more}}}"#
    )
}

#[test]
fn import_names_what_a_rule_cannot_say() {
    let folder = folder("import");
    std::fs::write(folder.join("f.json"), FILTERS).unwrap();
    let metric = |alarms: &[String]| format!("{{\"MetricAlarms\": [{}]}}", alarms.join(","));
    for (alarms, parts) in [
        (
            metric(&[alarm("x", "")]),
            vec!["threshold = 1.0", "apply_on_transformed_logs", "field_selection_criteria"],
        ),
        (metric(&[alarm("x", r#", "Unit": "Count""#)]), vec!["unit = \"Count\""]),
        (metric(&[alarm("x", r#", "Dimensions": [{"Name": "d", "Value": "v"}]"#)]), vec!["d = \"v\""]),
        (
            metric(&[alarm("x", r#", "EvaluationWindow": {"WallClockWindow": {}}"#)]),
            vec!["window = \"wall clock\""],
        ),
        (
            metric(&[alarm(
                "x",
                r#", "EvaluationWindow": {"WallClockWindow": {"Timezone": "Europe/Berlin"}}"#,
            )]),
            vec!["`x` is left out", "Europe/Berlin"],
        ),
        (metric(&[alarm("x", r#", "WarmUpConfiguration": {}"#)]), vec!["`x` has `WarmUpConfiguration`"]),
        (
            metric(&[alarm("x", r#", "AlarmActions": ["arn:aws:lambda:r:1:f"]"#)]),
            vec!["arn:aws:lambda:r:1:f: a rule cannot"],
        ),
        (metric(&[alarm("x", ""), alarm("y", "")]), vec!["is left out: the rule `stopped` has the alarm"]),
        (
            metric(&[alarm("x", "").replace("\"M\"", "\"N\"")]),
            vec!["`x` is left out: no imported filter feeds"],
        ),
        (metric(&[alarm("x", "").replace("Sum", "zz9")]), vec!["`x` (zz9) is left out"]),
        (
            metric(
                &[r#"{"AlarmName": "m", "Metrics": [{"Id": "e", "Expression": "FILL(m,0)"}]}"#.to_owned()],
            ),
            vec!["`m` is left out: it watches metric math"],
        ),
        (
            metric(&[r#"{"AlarmName": "m", "ThresholdMetricId": "e"}"#.to_owned()]),
            vec!["`m` is left out: it watches an anomaly"],
        ),
        (
            metric(&[r#"{"AlarmName": "m", "EvaluationCriteria": {}}"#.to_owned(), alarm("x", "")]),
            vec!["`m` is left out: it watches a PromQL", "threshold = 1.0"],
        ),
        (
            metric(&[r#"{"AlarmName": "m", "Period": "x"}"#.to_owned(), alarm("x", "")]),
            vec!["`m` is left out: ", "threshold = 1.0"],
        ),
        (
            r#"{"CompositeAlarms": [{"AlarmName": "c", "AlarmRule": "ALARM(x)"}]}"#.to_owned(),
            vec!["composite alarm `c`", "ALARM(x)"],
        ),
        (r#"{"LogAlarms": [{"AlarmName": "l"}]}"#.to_owned(), vec!["log alarm `l`"]),
        (r#"{"NewAlarms": [{"AlarmName": "n"}]}"#.to_owned(), vec!["`n` of `NewAlarms`"]),
    ] {
        std::fs::write(folder.join("a.json"), &alarms).unwrap();
        let args = ["import", "--filters", "f.json", "--alarms", "a.json"];
        let (code, text) = run(&folder, &args);
        assert!(code < 2 && text.contains("id = \"stopped\""), "{alarms}: {text}");
        parts.iter().for_each(|part| assert!(text.contains(part), "{alarms}: {part} in {text}"));
        run(&folder, &[&args[..], &["--output", "out.toml"]].concat());
        let (code, text) = run(&folder, &["test", "out.toml"]);
        assert_eq!(code, 0, "{alarms}: {text}");
    }
}

#[test]
fn simulate_says_why_and_for_which_time() {
    let folder = folder("simulate");
    let event = |minute: u32, word: &str| {
        format!(
            "{{\"eventTime\":\"2026-03-04T10:{minute:02}:10Z\",\"eventName\":\"E\",\"word\":\"{word}\"}}\n"
        )
    };
    let events: String =
        [(1, "a"), (1, "a"), (20, "b"), (40, "a")].iter().map(|(at, word)| event(*at, word)).collect();
    std::fs::write(folder.join("e.jsonl"), events).unwrap();
    let rules = rule("a", "", "")
        + &rule("b", "", "")
        + &rule("never", "", "")
        + &rule("d", ", emit_system_field_dimensions = [\"@aws.account\"]", "")
            .replace("word = \"d\"", "word = \"b\"")
        + "[[composite]]\nid = \"either\"\nrule = \"ALARM(a) OR ALARM(b)\"\n"
        + "[[composite]]\nid = \"other\"\nrule = \"ALARM(elsewhere)\"\n";
    std::fs::write(folder.join("r.toml"), rules).unwrap();
    std::fs::write(folder.join("cwfilter.toml"), STACK).unwrap();
    for (args, parts) in [
        (
            vec![],
            vec![
                "2026-03-04T10:02Z  ALARM             a",
                "b: nearest: Sum 1 at 2026-03-04T10:",
                "never matched (1): never",
                "2 notifications, 1 from composite alarms",
                "d: the metric filter needs @aws.account",
                "not evaluated  other: no rule here has the alarm elsewhere",
                "either",
            ],
        ),
        (vec!["--delay", "2m"], vec!["2026-03-04T10:04Z  ALARM             a"]),
        (vec!["--since", "2026-03-04T10:10:00Z"], vec!["2 before `--since`", "a: nearest: Sum 1"]),
        (
            vec!["--until", "2026-03-04T10:10:00Z"],
            vec!["2 before `--since` or after `--until`", "never matched (3)"],
        ),
        (
            vec!["--since", "2027-01-01"],
            vec!["note: no event is between `--since` and `--until`; 4 events are outside"],
        ),
        (vec!["--account", "123456789012"], vec!["d: the alarm does not see 1 datapoint"]),
    ] {
        let (_, text) =
            run(&folder, &[&["simulate", "e.jsonl", "--rules", "r.toml"], args.as_slice()].concat());
        parts.iter().for_each(|part| assert!(text.contains(part), "{args:?}: {part} in {text}"));
    }
    let (_, text) =
        run(&folder, &["simulate", "e.jsonl", "--stack", "cwfilter.toml", "--notifications", "-"]);
    assert!(text.contains("\"AlarmName\":\"s.a\""), "{text}");
}
