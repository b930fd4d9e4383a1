//! A certificate of `audit` has the judgements that `audit` prints, also those that no pattern decides: a broken link, a filter that may not be
//! made, an input that was not read. `check` derives each again, and refuses another one.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use program::{folder, run};
use serde_json::{Value, json};

const ROOT: &str = r#"{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"#;

/// A filter for the root user with its whole chain, and one for another control.
const TERRAFORM: &str = r#"
variable "on" {}
resource "aws_cloudwatch_log_metric_filter" "root" {
  FILTER
  name           = "root"
  log_group_name = "trail"
  pattern        = "ROOT"
  metric_transformation {
    namespace = "Security"
    name      = "Root"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "root" {
  ALARM
  alarm_name          = "root"
  namespace           = "Security"
  metric_name         = "Root"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}
resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sms"
  endpoint  = "+15550100"
}
resource "aws_cloudwatch_log_metric_filter" "other" {
  name           = "other"
  log_group_name = "OTHER"
  pattern        = "OWN"
}
MORE
"#;

fn terraform(changes: &[(&str, &str)]) -> String {
    let mut text = TERRAFORM.to_owned();
    let defaults = [
        ("FILTER", ""),
        ("ALARM", ""),
        ("OTHER", "trail"),
        ("OWN", "{ $.eventName = StopLogging }"),
        ("MORE", ""),
        ("ROOT", ROOT),
    ];
    for (from, to) in changes.iter().chain(&defaults) {
        text = text.replace(from, to);
    }
    text
}

const MODULE: &str = "module \"cis\" {\n  source = \"cloudposse/cis/aws\"\n}\n";
const HALF: &str = r#"{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType = \"AwsApiCall\" }"#;
const REST: &str = r#"{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" && $.eventType != \"AwsApiCall\" }"#;

/// A name, what is changed, and the judgement on the control about the root user.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);
const CASES: &[Case] = &[
    ("whole", &[], "covered"),
    ("count is 0", &[("FILTER", "count = 0")], "not covered"),
    ("count is not known", &[("FILTER", "count = var.on ? 1 : 0")], "unknown"),
    ("for_each is not known", &[("FILTER", "for_each = toset(var.on)")], "unknown"),
    ("transformed", &[("FILTER", "apply_on_transformed_logs = true")], "unknown"),
    ("criteria", &[("FILTER", "field_selection_criteria = \"@aws.region = \\\"x\\\"\"")], "unknown"),
    ("no alarm", &[("ALARM", "count = 0")], "chain broken"),
    ("the alarm is off", &[("ALARM", "actions_enabled = false")], "chain broken"),
    ("the alarm is elsewhere", &[("ALARM", "region = \"us-east-1\"")], "covered"),
    ("not read, covered", &[("MORE", MODULE)], "covered"),
    ("not read, broken", &[("MORE", MODULE), ("ALARM", "actions_enabled = false")], "not read"),
    ("not read, open", &[("MORE", MODULE), ("FILTER", "count = var.on ? 1 : 0")], "not read"),
    ("not read, not covered", &[("MORE", MODULE), ("FILTER", "count = 0")], "not read"),
    ("two filters", &[("ROOT", HALF), ("OWN", REST)], "covered"),
    (
        "two filters, one may not be made",
        &[("ROOT", HALF), ("OWN", REST), ("FILTER", "count = var.on ? 1 : 0")],
        "unknown",
    ),
    ("two filters, on two log groups", &[("ROOT", HALF), ("OWN", REST), ("OTHER", "app")], "partly covered"),
    (
        "two filters, on log groups that are not known",
        &[("ROOT", HALF), ("OWN", REST), ("\"OTHER\"", "var.on")],
        "unknown",
    ),
    ("noise", &[("ROOT", "{ $.userIdentity.type = \\\"*\\\" }")], "covered with noise"),
    (
        "noise, not read",
        &[("MORE", MODULE), ("ROOT", "{ $.userIdentity.type = \\\"*\\\" }")],
        "covered with noise",
    ),
];

#[test]
fn the_certificate_says_what_audit_says() {
    let mut wrong = Vec::new();
    for (at, (name, changes, judgement)) in CASES.iter().enumerate() {
        let here = folder(&format!("certificate-judgements-{at}"), &[("main.tf", &terraform(changes))]);
        let found = run(
            &here,
            &["audit", "--against", "cis-aws-6.0", "--json", "--certificate", "c.json", "main.tf"],
        );
        let report: Value = serde_json::from_str(&found.stdout).unwrap_or_default();
        let certificate: Value = std::fs::read_to_string(here.join("c.json"))
            .map(|text| serde_json::from_str(&text).unwrap())
            .unwrap_or_default();
        let of = |of: &Value, list: &str, name: &str, member: &str| -> Vec<(String, String)> {
            let all = of[list].as_array().cloned().unwrap_or_default();
            let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
            all.iter()
                .map(|it| (text(&it[name]).rsplit('/').next().unwrap().to_owned(), text(&it[member])))
                .collect()
        };
        let audited = of(&report, "controls", "control", "judgement");
        if audited.is_empty() || audited != of(&certificate, "answers", "control", "answer") {
            wrong.push(format!("{name}: {audited:?}, not {certificate}"));
        }
        if !audited.contains(&("5.3".to_owned(), (*judgement).to_owned())) {
            wrong.push(format!("{name}: not {judgement}: {audited:?} {}", found.stderr));
        }
        let checked = run(&here, &["check", "c.json"]);
        if checked.code != 0 {
            wrong.push(format!("{name}: check: {}{}", checked.stdout, checked.stderr));
        }
        for other in [
            "covered",
            "covered with noise",
            "chain broken",
            "partly covered",
            "not covered",
            "unknown",
            "not read",
        ] {
            let mut changed = certificate.clone();
            let answers = changed["answers"].as_array_mut().unwrap();
            let Some(answer) = answers.iter_mut().find(|it| it["control"] == "cis-aws-6.0/5.3") else {
                continue;
            };
            if answer["answer"] == other {
                continue;
            }
            answer["answer"] = json!(other);
            std::fs::write(here.join("changed.json"), changed.to_string()).unwrap();
            let checked = run(&here, &["check", "changed.json"]);
            if checked.code != 1 || !checked.stdout.contains(&format!("the answer is `{other}`, but its ")) {
                wrong.push(format!("{name}: {other} is confirmed: {}", checked.stdout));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Links are facts of the inputs: `check` says that it does not check them, and checks what follows from them.
#[test]
fn links_of_a_certificate() {
    let here = folder("certificate-links", &[("main.tf", &terraform(&[]))]);
    run(&here, &["audit", "--against", "cis-aws-6.0", "--certificate", "c.json", "main.tf"]);
    let whole: Value = serde_json::from_str(&std::fs::read_to_string(here.join("c.json")).unwrap()).unwrap();
    let at = whole["answers"].as_array().unwrap().iter().position(|it| it["answer"] == "covered").unwrap();
    let missed =
        whole["answers"].as_array().unwrap().iter().position(|it| it["answer"] == "not covered").unwrap();
    let links = &whole["answers"][at]["links"];
    assert_eq!(links.as_array().unwrap().len(), 4, "{links}");
    let refused = |change: &dyn Fn(&mut Value), code: i32, says: &str| {
        let mut changed = whole.clone();
        change(&mut changed);
        std::fs::write(here.join("changed.json"), changed.to_string()).unwrap();
        let found = run(&here, &["check", "changed.json"]);
        let all = format!("{}{}", found.stdout, found.stderr);
        assert!(found.code == code && all.contains(says), "{says}: {all}");
    };
    refused(&|_| (), 0, "not checked: the links after filters");
    refused(
        &|it| it["answers"][at]["links"][1]["state"] = json!("broken"),
        1,
        "and `notRead` say `chain broken`",
    );
    refused(&|it| it["answers"][at]["links"][1]["state"] = json!("good"), 1, "a link has no state `good`");
    refused(
        &|it| it["answers"][at]["links"][1]["link"] = json!("metric"),
        1,
        "its links are not metric, alarm",
    );
    refused(
        &|it| drop(it["answers"][at]["links"].as_array_mut().unwrap().pop()),
        1,
        "its links are not metric",
    );
    refused(
        &|it| drop(it["answers"][at].as_object_mut().unwrap().remove("links")),
        0,
        "1 answer is only about patterns",
    );
    refused(&|it| it["answers"][missed]["links"] = links.clone(), 1, "links after filters that do not cover");
    refused(&|it| it["answers"][at]["open"] = json!(["x"]), 1, "and `notRead` say `unknown`");
    refused(&|it| it["notRead"] = json!(["x.tf"]), 1, "and `notRead` say `not read`");
    refused(&|it| it["refused"] = json!(["x.tf"]), 0, "refused by AWS, so that it covers nothing: x.tf");
    refused(&|it| it["absent"] = json!(["x.tf"]), 0, "not made, so that it covers nothing: x.tf");
    refused(&|it| it["open"] = json!(["x.tf"]), 0, "not known whether it reads each event: x.tf");
}
