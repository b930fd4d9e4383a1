//! `cwfilter diff` with the same pattern on both sides: whether the filter is made, its region and criteria, the evaluation and the actions of
//! its alarm, composite alarms. And a certificate without answers.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};

const TEMPLATE: &str = "
Conditions: {On: !Equals [a, b]}
Resources:
  R:
    Type: AWS::Logs::MetricFilter
    Properties: {LogGroupName: t, FilterPattern: '{ $.b = 1 }', MetricTransformations: [{MetricNamespace: N, MetricName: R, MetricValue: '1'}]}
";

const TERRAFORM: &str = r#"
variable "on" {}
resource "aws_cloudwatch_log_metric_filter" "r" {
  count          = 1
  name           = "r"
  log_group_name = "t"
  pattern        = "{ $.b = 1 }"
  metric_transformation {
    namespace = "N"
    name      = "R"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "r" {
  alarm_name          = "r"
  namespace           = "N"
  metric_name         = "R"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  alarm_actions       = ["arn:aws:sns:eu-west-1:123456789012:a"]
}
resource "aws_cloudwatch_composite_alarm" "c" {
  alarm_name = "c"
  alarm_rule = "ALARM(r)"
}
"#;

const RULES: &str = r#"
[[rule]]
id = "r"
title = "t"
pattern = "{ $.b = 1 }"
metric = { namespace = "N", name = "R", value = "1" }
alarm = { statistic = "Sum", period = "5m", threshold = 1, evaluate = "1 of 1" }
"#;

#[test]
fn changes_beside_the_pattern() {
    // exit codes of --fail-on looser, tighter, any
    for (name, file, text, from, to, codes, says) in [
        (
            "condition",
            "t.yaml",
            TEMPLATE,
            "    Properties",
            "    Condition: On\n    Properties",
            [0, 1, 1],
            "made: yes -> no",
        ),
        ("count", "main.tf", TERRAFORM, "= 1\n  name ", "= 0\n  name ", [0, 1, 1], "made: yes -> no"),
        (
            "open",
            "main.tf",
            TERRAFORM,
            "= 1\n  name ",
            "= var.on ? 1 : 0\n  name ",
            [0, 1, 1],
            "made: yes -> not known: ",
        ),
        (
            "region",
            "main.tf",
            TERRAFORM,
            "= 1\n  name ",
            "= 1\n  region = \"us-east-1\"\n  name ",
            [0, 0, 1],
            "region: not said -> us-east-1",
        ),
        (
            "criteria",
            "main.tf",
            TERRAFORM,
            "= 1\n  name ",
            "= 1\n  field_selection_criteria = \"@aws.region = \\\"eu-west-1\\\"\"\n  name ",
            [0, 0, 1],
            "field selection criteria: not set -> @aws.region = \"eu-west-1\"",
        ),
        (
            "transformed",
            "main.tf",
            TERRAFORM,
            "= 1\n  name ",
            "= 1\n  apply_on_transformed_logs = true\n  name ",
            [0, 0, 1],
            "on transformed logs: false -> true",
        ),
        (
            "periods",
            "main.tf",
            TERRAFORM,
            "evaluation_periods  = 1",
            "evaluation_periods  = 3",
            [0, 0, 1],
            "evaluation: 1 of 1 period -> 3 of 3 periods",
        ),
        (
            "action",
            "main.tf",
            TERRAFORM,
            "123456789012:a\"",
            "123456789012:b\"",
            [0, 0, 1],
            "alarm actions: arn:aws:sns:eu-west-1:123456789012:a -> arn:aws:sns:eu-west-1:123456789012:b",
        ),
        (
            "unit",
            "main.tf",
            TERRAFORM,
            "period              = 300",
            "period = 300\n  unit = \"Count\"",
            [0, 0, 1],
            "unit: not set -> Count",
        ),
        (
            "composite",
            "main.tf",
            TERRAFORM,
            "ALARM(r)",
            "ALARM(r) AND ALARM(s)",
            [0, 0, 1],
            "alarm rule: ALARM(r) -> ALARM(r) AND ALARM(s)",
        ),
        (
            "rule",
            "rules.toml",
            RULES,
            "1 of 1",
            "2 of 3",
            [0, 0, 1],
            "evaluation: 1 of 1 period -> 2 of 3 periods",
        ),
    ] {
        assert!(text.contains(from), "{name}");
        let (a, b) = (format!("a/{file}"), format!("b/{file}"));
        let here = folder(&format!("diff-settings-{name}"), &[(&a, text), (&b, &text.replace(from, to))]);
        for (fail_on, code) in ["looser", "tighter", "any"].into_iter().zip(codes) {
            let found = run(&here, &["diff", "--fail-on", fail_on, "a", "b"]);
            assert!(found.stdout.contains(says), "{name}: not `{says}`:\n{}{}", found.stdout, found.stderr);
            assert_eq!(found.code, code, "{name}, {fail_on}: {}", found.stdout);
        }
        assert_eq!(run(&here, &["diff", "a", "a"]).code, 0, "{name}");
        let files = run(&here, &["diff", &a, &b]);
        assert!(files.code == 1 && files.stdout.contains(says), "{name}: {}", files.stdout);
    }
}

#[test]
fn a_certificate_without_answers_confirms_nothing() {
    let here = folder(
        "diff-settings-certificate",
        &[("a/x.toml", RULES), ("b/y.toml", &RULES.replace("$.b", "$.c"))],
    );
    let found = run(&here, &["diff", "--certificate", "c.json", "a", "b"]);
    assert!(found.stdout.contains("0 pairs compared"), "{}", found.stdout);
    let checked = run(&here, &["check", "c.json"]);
    assert_eq!(checked.code, 1, "{}", checked.stdout);
    assert!(
        checked.stdout.ends_with("nothing is confirmed: the certificate has no answers\n"),
        "{}",
        checked.stdout
    );
}
