//! `cwfilter diff`: filters that are not made, topics, policies and subscriptions, targets of actions, settings that are known only at
//! deployment, and settings that are written in another type.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};
use serde_json::{Value, json};

const TERRAFORM: &str = r#"
variable "a" {}
variable "b" {}
resource "aws_cloudwatch_log_metric_filter" "r" {
  name           = "r"
  log_group_name = var.a
  pattern        = "{ $.b = 1 }"
  metric_transformation {
    namespace     = "N-${var.a}"
    name          = "R"
    value         = "1"
    default_value = "0"
  }
}
resource "aws_cloudwatch_log_subscription_filter" "s" {
  name            = "s"
  log_group_name  = "t"
  filter_pattern  = "ERROR"
  destination_arn = "arn:aws:lambda:eu-west-1:123456789012:function:x"
}
resource "aws_cloudwatch_log_account_policy" "all" {
  policy_name        = "all"
  policy_type        = "SUBSCRIPTION_FILTER_POLICY"
  selection_criteria = "LogGroupName NOT IN [\"a-group\"]"
  policy_document    = jsonencode({ DestinationArn = "arn:aws:lambda:eu-west-1:123456789012:function:all", FilterPattern = "ERROR" })
}
resource "aws_cloudwatch_metric_alarm" "r" {
  for_each            = toset(["x", "y"])
  alarm_name          = "r-${each.key}"
  namespace           = "N"
  metric_name         = "R"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  alarm_actions       = ["arn:aws:sns:${var.a}:123456789012:${each.key}"]
  ok_actions          = ["arn:aws:sns:eu-west-1:123456789012:ok"]
}
resource "aws_cloudwatch_metric_alarm" "one" {
  alarm_name          = "one"
  namespace           = "N"
  metric_name         = "R"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = var.a
  comparison_operator = "GreaterThanOrEqualToThreshold"
  actions_enabled     = true
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
resource "aws_sns_topic" "alarms" {
  name              = "alarms"
  kms_master_key_id = "alias/a"
}
resource "aws_sns_topic" "others" {
  name = "others"
}
resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sns:Publish", Principal = "*", Resource = "*" }] })
}
resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = "a@example.com"
}
resource "aws_sns_topic_subscription" "page" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "https"
  endpoint  = "https://example.com/hook/first"
}
"#;

const TEMPLATE: &str = r#"
Conditions: {Never: !Equals [a, b]}
Resources:
  R:
    Type: AWS::Logs::MetricFilter
    Properties: {LogGroupName: t, FilterPattern: '{ $.b = 1 }', ApplyOnTransformedLogs: false, MetricTransformations: [{MetricNamespace: N, MetricName: R, MetricValue: '1', DefaultValue: 0}]}
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: N, MetricName: R, Statistic: Sum, Period: 300, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: GreaterThanOrEqualToThreshold, ActionsEnabled: true, AlarmActions: [!Ref T]}
  T:
    Type: AWS::SNS::Topic
    Properties: {TopicName: t, Subscription: [{Protocol: email, Endpoint: a@example.com}]}
  P:
    Type: AWS::SNS::TopicPolicy
    Properties: {Topics: [!Ref T], PolicyDocument: {Statement: [{Effect: Allow, Action: 'sns:Publish', Principal: '*', Resource: '*'}]}}
"#;

fn answers() -> String {
    let topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    json!({
        "metricFilters": [{ "filterName": "r", "logGroupName": "t", "filterPattern": "{ $.b = 1 }", "applyOnTransformedLogs": true,
            "fieldSelectionCriteria": "@aws.region = \"eu-west-1\"",
            "metricTransformations": [{ "metricNamespace": "N", "metricName": "R", "metricValue": "1" }] }],
        "MetricAlarms": [{ "AlarmName": "r", "Namespace": "N", "MetricName": "R", "Statistic": "Sum", "Period": 300,
            "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "ActionsEnabled": true, "AlarmActions": [topic], "StateValue": "OK", "StateUpdatedTimestamp": "2026-01-01T00:00:00Z" }],
        "Topics": [{ "TopicArn": topic }],
        "Subscriptions": [{ "SubscriptionArn": format!("{topic}:1"), "TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com" }],
    })
    .to_string()
}

/// What is changed in a file, and what is shown. Nothing is shown if nothing differs.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[test]
fn changes_of_what_follows_a_filter() {
    let (tf, yaml, json) = ("main.tf", "t.yaml", "a.json");
    let rows: &[Row] = &[
        (tf, "alias/a", "alias/b", "topic alarms:\n  kms_master_key_id: alias/a -> alias/b"),
        (tf, "\"Allow\"", "\"Deny\"", "topic policy alarms:\n  policy: {\"Statement\":"),
        (
            tf,
            "a@example.com",
            "b@example.com",
            "subscription mail:\n  endpoint: a@example.com -> b@example.com",
        ),
        (tf, "protocol  = \"email\"", "protocol  = \"sms\"", "subscription mail:\n  protocol: email -> sms"),
        (
            tf,
            "hook/first",
            "hook/second",
            "subscription page:\n  endpoint: https://example.com/*** -> https://example.com/*** (another one)",
        ),
        (
            tf,
            "topic_arn = aws_sns_topic.alarms.arn\n  protocol  = \"email\"",
            "topic_arn = aws_sns_topic.others.arn\n  protocol  = \"email\"",
            "topic_arn: `aws_sns_topic.alarms.arn`",
        ),
        (
            tf,
            "\"email\"",
            "\"email\"\n  filter_policy = jsonencode({ a = [\"b\"] })",
            "subscription mail:\n  filter_policy: not set -> {\"a\":[\"b\"]}",
        ),
        (
            tf,
            "[aws_sns_topic.alarms.arn]",
            "[aws_sns_topic.others.arn]",
            "alarm actions: `aws_sns_topic.alarms.arn`",
        ),
        (tf, ":${each.key}\"", ":${each.key}-more\"", "alarm r[\"y\"]:\n  alarm_actions: "),
        (tf, "\"x\", \"y\"", "\"x\", \"z\"", "alarm r[\"y\"]: only in A"),
        (
            tf,
            "arn:aws:sns:${var.a}",
            "arn:aws:sns:${var.b}",
            "alarm_actions: [arn:aws:sns:(`var.a` has no default",
        ),
        (
            tf,
            ":ok\"",
            ":good\"",
            "ok_actions: [arn:aws:sns:eu-west-1:123456789012:ok] -> [arn:aws:sns:eu-west-1:123456789012:good]",
        ),
        (
            tf,
            "threshold           = var.a",
            "threshold           = var.b",
            "threshold: `var.a` has no default",
        ),
        (tf, "log_group_name = var.a", "log_group_name = var.b", "log group: `var.a` has no default"),
        (tf, "N-${var.a}", "N-${var.b}", "metric namespace: N-(`var.a` has no default"),
        (tf, "N-${var.a}", "M-${var.a}", "-> M-(`var.a` has no default"),
        (
            tf,
            "function:x",
            "function:y",
            "destination: arn:aws:lambda:eu-west-1:123456789012:function:x -> arn:aws:lambda:eu-west-1:123456789012:function:y",
        ),
        (
            tf,
            "function:all",
            "function:none",
            "destination: {\"DestinationArn\":\"arn:aws:lambda:eu-west-1:123456789012:function:all\"",
        ),
        (
            tf,
            "a-group",
            "another",
            "selection criteria: LogGroupName NOT IN [\"a-group\"] -> LogGroupName NOT IN [\"another\"]",
        ),
        (tf, "filter_pattern  =", "role_arn = \"r\"\n  filter_pattern  =", "role: not set -> r"),
        (
            tf,
            "\"aws_sns_topic\" \"others\"",
            "\"aws_sns_topic\" \"more\"",
            "topic moved or renamed from others to more",
        ),
        (tf, "actions_enabled     = true", "actions_enabled     = \"true\"", ""),
        (tf, "default_value = \"0\"", "default_value = 0", ""),
        (tf, "value         = \"1\"", "value         = 1", ""),
        (tf, "period              = 300", "period              = \"300\"", ""),
        (tf, "actions_enabled     = true", "actions_enabled     = false", "actions enabled: true -> false"),
        (
            tf,
            "jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sns:Publish\", Principal = \"*\", Resource = \"*\" }] })",
            "\"{ \\\"Statement\\\": [{ \\\"Action\\\": \\\"sns:Publish\\\", \\\"Effect\\\": \\\"Allow\\\", \\\"Principal\\\": \\\"*\\\", \\\"Resource\\\": \\\"*\\\" }] }\"",
            "",
        ),
        (
            yaml,
            "a@example.com",
            "b@example.com",
            "subscription T.Subscription[0]:\n  Endpoint: a@example.com -> b@example.com",
        ),
        (yaml, "Effect: Allow", "Effect: Deny", "topic policy P:\n  PolicyDocument: {Statement: "),
        (yaml, "TopicName: t", "TopicName: u", "topic T:\n  TopicName: t -> u"),
        (yaml, "ApplyOnTransformedLogs: false", "ApplyOnTransformedLogs: 'false'", ""),
        (yaml, "ActionsEnabled: true", "ActionsEnabled: 'true'", ""),
        (yaml, "DefaultValue: 0", "DefaultValue: '0'", ""),
        (
            yaml,
            "ApplyOnTransformedLogs: false",
            "ApplyOnTransformedLogs: 'true'",
            "on transformed logs: false -> true",
        ),
        (
            yaml,
            "AlarmActions: [!Ref T]",
            "AlarmActions: [!Ref T], OKActions: [!Ref T]",
            "OKActions: not set -> [",
        ),
        (
            yaml,
            "Type: AWS::CloudWatch::Alarm",
            "Type: AWS::CloudWatch::Alarm\n    Condition: Never",
            "alarm A: only in A",
        ),
        (
            json,
            ":alarms\"],\"AlarmName\"",
            ":others\"],\"AlarmName\"",
            "alarm r:\n  AlarmActions: [arn:aws:sns:eu-west-1:123456789012:alarms] ->",
        ),
        (json, "\"Threshold\":1.0", "\"Threshold\":2.0", "alarm r:\n  Threshold: 1 -> 2"),
        (json, "\"StateValue\":\"OK\"", "\"StateValue\":\"ALARM\"", ""),
        (
            json,
            "a@example.com",
            "b@example.com",
            "subscription arn:aws:sns:eu-west-1:123456789012:alarms email a@example.com: only in A",
        ),
        (
            json,
            "alarms:1\"",
            "alarms:2\"",
            "SubscriptionArn: arn:aws:sns:eu-west-1:123456789012:alarms:1 -> ",
        ),
        (
            json,
            "\\\"eu-west-1\\\"",
            "\\\"us-east-1\\\"",
            "field selection criteria: @aws.region = \"eu-west-1\" -> @aws.region = \"us-east-1\"",
        ),
        (json, "\"applyOnTransformedLogs\":true", "\"applyOnTransformedLogs\":\"true\"", ""),
    ];
    let mut wrong = Vec::new();
    for (at, (file, from, to, says)) in rows.iter().enumerate() {
        let answers = answers();
        let text = match *file {
            "main.tf" => TERRAFORM,
            "t.yaml" => TEMPLATE,
            _ => &answers,
        };
        assert!(text.contains(from), "{from}");
        let (a, b) = (format!("a/{file}"), format!("b/{file}"));
        let here = folder(&format!("diff-resources-{at}"), &[(&a, text), (&b, &text.replace(from, to))]);
        for sides in [["a", "b"], [&a, &b]] {
            let found = run(&here, &["diff", "--fail-on", "any", sides[0], sides[1]]);
            let expected = i32::from(!says.is_empty());
            let shown = found.stdout.replace(&format!("{file}: "), "");
            if found.code != expected || !shown.contains(says) {
                wrong.push(format!("{from}: {to}: {}\n{}{}", found.code, found.stdout, found.stderr));
            }
            if found.stdout.contains("first") || found.stdout.contains("second") {
                wrong.push(format!("{from}: a secret: {}", found.stdout));
            }
        }
        if !says.is_empty() && says.contains('\n') {
            let json = run(&here, &["diff", "--json", "a", "b"]);
            let report: Value = serde_json::from_str(&json.stdout).unwrap();
            let github = run(&here, &["diff", "--format", "github", "a", "b"]);
            if report["resources"].as_array().is_none_or(Vec::is_empty)
                || !github.stdout.contains(&format!("::error file=b/{file},"))
            {
                wrong.push(format!("{from}: {report} {}", github.stdout));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A filter that is not made matches nothing: it is neither new nor gone.
#[test]
fn filters_that_are_not_made() {
    let filter = |settings: &str, pattern: &str| {
        format!(
            "resource \"aws_cloudwatch_log_metric_filter\" \"f\" {{\n  {settings}\n  name = \"f\"\n  log_group_name = \"g\"\n  pattern = \"{pattern}\"\n}}\n"
        )
    };
    let other = filter("", "other").replace("\"f\"", "\"o\"");
    let (none, one, more) = (filter("count = 0", "x"), filter("count = 1", "x"), filter("count = 0", "y"));
    let template = |condition: &str| {
        format!(
            "Conditions: {{Never: !Equals [a, b]}}\nResources:\n  F:\n    Type: AWS::Logs::MetricFilter\n{condition}    Properties: {{LogGroupName: g, FilterPattern: x}}\n  O:\n    Type: AWS::Logs::MetricFilter\n    Properties: {{LogGroupName: g, FilterPattern: other}}\n"
        )
    };
    let (never, always) = (template("    Condition: Never\n"), template(""));
    let just = template("")
        .split("  O:")
        .next()
        .unwrap()
        .replace("  F:", "  O:")
        .replace("FilterPattern: x", "FilterPattern: other");
    // exit codes of --fail-on looser, tighter, any
    for (at, (a, b, codes, says)) in [
        (String::new(), &none, [0, 0, 1], "f[0] (not made): only in B"),
        (none.clone(), &String::new(), [0, 0, 1], "f[0] (not made): only in A"),
        (String::new(), &one, [1, 0, 1], "f[0]: only in B\n"),
        (one.clone(), &none, [0, 1, 1], "made: yes -> no"),
        (none.clone(), &one, [1, 0, 1], "made: no -> yes"),
        (none.clone(), &more, [0, 0, 1], "the filter is not made in A and in B"),
        (none.clone(), &none, [0, 0, 0], ""),
    ]
    .into_iter()
    .enumerate()
    {
        let (a, b) = (format!("{other}{a}"), format!("{other}{b}"));
        let here = folder(&format!("diff-not-made-{at}"), &[("a/main.tf", &a), ("b/main.tf", &b)]);
        for (fail_on, code) in ["looser", "tighter", "any"].into_iter().zip(codes) {
            let found = run(&here, &["diff", "--fail-on", fail_on, "a", "b"]);
            assert!(
                found.code == code && found.stdout.contains(says),
                "{at} {fail_on}: {} {}",
                found.code,
                found.stdout
            );
        }
        let json: Value = serde_json::from_str(&run(&here, &["diff", "--json", "a", "b"]).stdout).unwrap();
        assert_eq!(json["not_made"].is_array(), says.contains("(not made)"), "{json}");
    }
    for (a, b, code, says) in [
        (&just, &never, 0, "F (not made): only in B"),
        (&just, &always, 1, "F: only in B\n"),
        (&never, &always, 1, "made: no -> yes"),
    ] {
        let here = folder(
            &format!("diff-not-made-template-{code}-{}", says.len()),
            &[("a/t.yaml", a), ("b/t.yaml", b)],
        );
        let found = run(&here, &["diff", "--fail-on", "looser", "a", "b"]);
        assert!(found.code == code && found.stdout.contains(says), "{says}: {} {}", found.code, found.stdout);
        let github = run(&here, &["diff", "--format", "github", "--fail-on", "looser", "a", "b"]);
        assert_eq!(github.stdout.contains("::error"), code == 1, "{}", github.stdout);
    }
}

/// One pattern against a file that is not read as a whole.
#[test]
fn a_pattern_against_a_file_with_unread_parts() {
    let filter = "resource \"aws_cloudwatch_log_metric_filter\" \"f\" {\n  name = \"f\"\n  log_group_name = \"g\"\n  pattern = \"ERROR\"\n}\n";
    let module = format!("{filter}module \"m\" {{\n  source = \"cloudposse/cis/aws\"\n}}\n");
    let page = json!({ "nextToken": "x", "metricFilters": [{ "filterName": "f", "logGroupName": "g", "filterPattern": "ERROR" }] });
    let none = filter.replace("name = \"f\"", "count = 0\n  name = \"f\"");
    let here = folder(
        "diff-pattern-file",
        &[
            ("main.tf", filter),
            ("module.tf", &module),
            ("page.json", &page.to_string()),
            ("folder/main.tf", filter),
            ("folder/broken.toml", "not = [toml"),
            ("none/none.tf", &none),
        ],
    );
    std::fs::create_dir(here.join("alone")).unwrap();
    std::fs::rename(here.join("main.tf"), here.join("alone/main.tf")).unwrap();
    std::fs::create_dir(here.join("called")).unwrap();
    std::fs::rename(here.join("module.tf"), here.join("called/module.tf")).unwrap();
    for (file, code, says) in [
        ("alone/main.tf", 0, ""),
        (
            "called/module.tf",
            3,
            "error: called/module.tf:6:1: the module `m` (`cloudposse/cis/aws`) is not read",
        ),
        ("page.json", 3, "error: page.json: the rest of the metric filters of the answer is not read"),
        ("folder", 3, "broken.toml"),
        ("none/none.tf", 0, "note: f[0] is not made, so that it matches no event"),
    ] {
        for sides in [["ERROR", file], [file, "ERROR"]] {
            for format in ["human", "json"] {
                let args = ["diff", "--certificate", "c.json", "--format", format];
                let found = run(&here, &[&args[..], &sides].concat());
                assert!(
                    found.code == code && found.stderr.contains(says),
                    "{file}: {} {}",
                    found.code,
                    found.stderr
                );
                let certificate: Value =
                    serde_json::from_str(&std::fs::read_to_string(here.join("c.json")).unwrap()).unwrap();
                assert_eq!(
                    certificate["notRead"].as_array().unwrap().is_empty(),
                    code == 0,
                    "{file}: {certificate}"
                );
            }
        }
    }
}

/// One pattern against a file in every format; a pattern that is not known or refused is not compared.
#[test]
fn a_pattern_against_a_file_in_each_format() {
    let filter = |pattern: &str| {
        format!(
            "resource \"aws_cloudwatch_log_metric_filter\" \"f\" {{\n  name = \"f\"\n  log_group_name = \"g\"\n  pattern = {pattern}\n}}\n"
        )
    };
    let here = folder(
        "diff-pattern-formats",
        &[
            ("same/m.tf", &filter("\"ERROR\"")),
            ("other/m.tf", &filter("\"FATAL\"")),
            ("open/m.tf", &filter("var.p")),
            ("refused/m.tf", &filter("\"{ $.a == 1 }\"")),
        ],
    );
    for (other, code, says) in [
        ("same/m.tf", 0, "1 equivalent"),
        ("same", 0, "1 equivalent"),
        ("other/m.tf", 1, "this change stops matching events like ERROR"),
        ("FATAL", 1, "this change stops matching events like ERROR"),
        ("ERROR", 0, "1 equivalent"),
        ("open/m.tf", 3, "not compared; the pattern in B is not known"),
        ("refused/m.tf", 3, "not compared; the pattern in B is not known"),
    ] {
        let found = run(&here, &["diff", "--format", "github", "ERROR", other]);
        assert!(
            found.code == code && found.stdout.contains(says),
            "{other}: {} {}{}",
            found.code,
            found.stdout,
            found.stderr
        );
        for format in ["human", "json"] {
            let found = run(&here, &["diff", "--format", format, "ERROR", other]);
            assert_eq!(found.code, code, "{other} {format}: {}{}", found.stdout, found.stderr);
        }
    }
}
