//! `cwfilter audit`: filters that are not made, or perhaps not, and alarms in another region or account than the filter.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};

const ROOT: &str = r#""{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }""#;

/// A template whose filter has a condition.
const TEMPLATE: &str = r#"
Parameters:
  Enabled: {Type: String, Default: "no"}
  Given: {Type: String}
Conditions:
  IsOn: !Equals [!Ref Enabled, "yes"]
  IsOff: !Not [!Condition IsOn]
  IsGiven: !Equals [!Ref Given, "yes"]
  Either: !Or [!Condition IsGiven, !Condition IsOff]
  Both: !And [!Condition IsGiven, !Condition IsOn]
Resources:
  Root:
    Type: AWS::Logs::MetricFilter
    Condition: CONDITION
    Properties:
      LogGroupName: trail
      FilterPattern: PATTERN
      MetricTransformations: [{MetricNamespace: Security, MetricName: Root, MetricValue: "1"}]
"#;

/// A filter and an alarm, each with its own settings.
const TERRAFORM: &str = r#"
BEFORE
resource "aws_cloudwatch_log_metric_filter" "root" {
  FILTER
  name           = "root"
  log_group_name = "trail"
  pattern        = PATTERN
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
  alarm_actions       = [ACTION]
}
resource "aws_sns_topic" "alarms" {
  TOPIC
  name = "alarms"
}
resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sms"
  endpoint  = "+15550100"
}
"#;

/// Finds the lines about the control 4.3.
fn lines_of_root(report: &str) -> String {
    let lines = report.lines().skip_while(|line| !line.contains(" 4.3 "));
    let mut lines = lines.enumerate();
    let own = lines.by_ref().take_while(|(at, line)| *at == 0 || line.starts_with("    "));
    own.map(|(_, line)| format!("{line}\n")).collect()
}

fn check(name: &str, file: &str, text: &str, says: &str) {
    let here = folder(&format!("places-{}", name.replace([' ', ','], "-")), &[(file, text)]);
    let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
    let shown = lines_of_root(&found.stdout) + &found.stderr;
    assert!(shown.contains(says), "{name}: not `{says}`:\n{shown}");
}

#[test]
fn conditions_of_templates() {
    for (name, condition, says) in [
        ("true", "IsOff", "✓ 4.3"),
        ("false", "IsOn", "`Root`: its condition is false, so that the stack has no such filter"),
        ("false is not covered", "IsOn", "no pattern"),
        (
            "open",
            "IsGiven",
            "? 4.3           The root user was used: unknown: Root (./template.yaml) would cover it, and",
        ),
        ("open, note", "IsGiven", "note: `Root (./template.yaml)`: whether it is made is not known: "),
        ("either", "Either", "✓ 4.3"),
        ("both", "Both", "its condition is false"),
        ("not declared", "Missing", "the condition `Missing` is not declared"),
    ] {
        let text = TEMPLATE.replace("CONDITION", condition).replace("PATTERN", ROOT);
        let other = "  Other:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      LogGroupName: trail\n      FilterPattern: '{ $.eventName = StopLogging }'\n";
        check(&format!("template {name}"), "template.yaml", &(text + other), says);
    }
}

#[test]
fn instances_of_terraform() {
    for (name, filter, says) in [
        ("one", "count = 1", "✓ 4.3"),
        ("none", "count = 0", "`root[0]`: Terraform makes no such filter"),
        ("open count", "count = var.enabled ? 1 : 0", "would cover it, and whether it is made is not known"),
        (
            "open for_each",
            "for_each = toset(var.names)",
            "would cover it, and whether it is made is not known",
        ),
        ("known default", "count = var.on ? 1 : 0", "✓ 4.3"),
    ] {
        let before = "variable \"enabled\" {}\nvariable \"names\" {}\nvariable \"on\" {\n  default = true\n}\nresource \"aws_cloudwatch_log_metric_filter\" \"other\" {\n  name = \"o\"\n  log_group_name = \"trail\"\n  pattern = \"{ $.eventName = StopLogging }\"\n}\n";
        let text = changed(&[("BEFORE", before), ("FILTER", filter)]);
        check(&format!("terraform {name}"), "main.tf", &text, says);
    }
}

/// Filters that are all known not to be made cover nothing: each control is not covered, in each form, and the filter is named.
#[test]
fn a_filter_alone_that_is_not_made() {
    let of_template = TEMPLATE.replace("CONDITION", "IsOn").replace("PATTERN", ROOT);
    for (name, file, text, says) in [
        (
            "count",
            "main.tf",
            changed(&[("FILTER", "count = 0")]),
            "`root[0]`: Terraform makes no such filter",
        ),
        (
            "for_each",
            "main.tf",
            changed(&[("FILTER", "for_each = toset([])")]),
            "`root`: Terraform makes no such filter",
        ),
        (
            "condition",
            "template.yaml",
            of_template,
            "`Root`: its condition is false, so that the stack has no such filter",
        ),
    ] {
        let here = folder(&format!("places-alone-{name}"), &[(file, &text)]);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--certificate", "c.json", "."]);
        assert_eq!(found.code, 1, "{name}: {}{}", found.stdout, found.stderr);
        assert!(found.stderr.contains(says), "{name}: {}", found.stderr);
        assert!(found.stdout.contains("✗ 4.3"), "{name}: {}", found.stdout);
        let summary = "0 of 15 controls are covered by 0 patterns; 15 not covered\n";
        assert!(found.stdout.ends_with(summary), "{name}: {}", found.stdout);
        let checked = run(&here, &["check", "c.json"]);
        assert_eq!(checked.code, 0, "{name}: {}", checked.stdout);
        assert!(
            checked.stdout.contains("not made, so that it covers nothing: "),
            "{name}: {}",
            checked.stdout
        );
        for (form, sign) in [("github", "::error "), ("sarif", "\"ruleId\": \"audit\"")] {
            let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--format", form, "."]);
            assert_eq!((found.code, found.stdout.matches(sign).count()), (1, 15), "{name}: {}", found.stdout);
        }
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "."]);
        assert_eq!(found.stdout.matches("\"not covered\"").count(), 15, "{name}: {}", found.stdout);
    }
}

/// The configuration with these settings, and without those that are not named.
fn changed(settings: &[(&str, &str)]) -> String {
    let mut text = TERRAFORM.to_owned();
    let defaults = [
        ("PATTERN", ROOT),
        ("ACTION", "aws_sns_topic.alarms.arn"),
        ("BEFORE", ""),
        ("FILTER", ""),
        ("ALARM", ""),
        ("TOPIC", ""),
    ];
    for (part, with) in settings.iter().chain(&defaults) {
        text = text.replace(part, with);
    }
    text
}

const PROVIDERS: &str = r#"
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
provider "aws" {
  alias  = "same"
  region = "eu-west-1"
}
provider "aws" {
  alias  = "audit"
  region = "eu-west-1"
  assume_role { role_arn = "arn:aws:iam::123456789012:role/audit" }
}
provider "aws" {
  alias  = "open"
  region = var.region
}
variable "region" {}
"#;

#[test]
fn regions_of_terraform() {
    let ring = "✓ 4.3";
    for (name, settings, says) in [
        ("one provider", vec![("BEFORE", PROVIDERS)], "met: subscriber: sms"),
        ("none", vec![], "met: subscriber: sms"),
        (
            "another region",
            vec![("BEFORE", PROVIDERS), ("ALARM", "provider = aws.us")],
            "broken: alarm: `root` is in us-east-1, and the filter publishes the metric in eu-west-1",
        ),
        (
            "another region by the member",
            vec![("BEFORE", PROVIDERS), ("ALARM", "region = \"us-east-1\"")],
            "broken: alarm: `root` is in us-east-1",
        ),
        ("one region", vec![("BEFORE", PROVIDERS), ("ALARM", "provider = aws.same")], ring),
        (
            "in quotes",
            vec![("BEFORE", PROVIDERS), ("ALARM", "provider = \"aws.us\"")],
            "broken: alarm: `root` is in us-east-1",
        ),
        (
            "another account",
            vec![("BEFORE", PROVIDERS), ("ALARM", "provider = aws.audit")],
            "not in the input: alarm: whether `root` is where the metric is, is not known: their accounts may differ",
        ),
        (
            "a region that is not known",
            vec![("BEFORE", PROVIDERS), ("ALARM", "provider = aws.open")],
            "is not known: the region of the provider `aws.open` is not known",
        ),
        (
            "both of one open region",
            vec![
                ("BEFORE", PROVIDERS),
                ("ALARM", "provider = aws.open"),
                ("FILTER", "provider = aws.open"),
                ("TOPIC", "provider = aws.open"),
            ],
            "met: subscriber: sms",
        ),
        (
            "a provider that is not declared",
            vec![("ALARM", "provider = aws.us")],
            "is not known: the region of the provider `aws.us` is not known",
        ),
        (
            "the default provider has no region",
            vec![
                ("BEFORE", "provider \"aws\" {\n  alias = \"us\"\n  region = \"us-east-1\"\n}\n"),
                ("ALARM", "provider = aws.us"),
            ],
            "the region of the default provider is not known",
        ),
        (
            "the topic is elsewhere",
            vec![("BEFORE", PROVIDERS), ("TOPIC", "provider = aws.us")],
            "broken: action: `root` is in eu-west-1, and its topic in us-east-1, which CloudWatch refuses",
        ),
        (
            "the ARN of the topic is elsewhere",
            vec![("BEFORE", PROVIDERS), ("ACTION", "\"arn:aws:sns:us-east-1:123456789012:alarms\"")],
            "broken: action: `root` is in eu-west-1, and its topic in us-east-1",
        ),
    ] {
        check(&format!("region {name}"), "main.tf", &changed(&settings), says);
    }
}

/// A module gets its provider from the call.
#[test]
fn providers_of_modules() {
    let call = |providers: &str| {
        format!(
            "{PROVIDERS}\nmodule \"filters\" {{\n  source = \"./filters\"\n  {providers}\n}}\nmodule \"alarms\" {{\n  source = \"./alarms\"\n}}\n"
        )
    };
    let whole = changed(&[]);
    let at = whole.find("resource \"aws_cloudwatch_metric_alarm\"").unwrap();
    let (filter, alarm) = whole.split_at(at);
    for (name, providers, says) in [
        ("inherited", "", "met: subscriber: sms"),
        ("given", "providers = { aws = aws.us }", "broken: alarm: `module.alarms.root` is in eu-west-1"),
        (
            "given on lines",
            "providers = {\n    # the metric\n    aws = aws.us // here\n  }",
            "broken: alarm: `module.alarms.root` is in eu-west-1",
        ),
        ("given, one region", "providers = { aws = aws.same }", "met: subscriber: sms"),
    ] {
        let files = [("main.tf", &*call(providers)), ("filters/main.tf", filter), ("alarms/main.tf", alarm)];
        let here = folder(&format!("places-module-{}", name.replace([' ', ','], "-")), &files);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
        let shown = lines_of_root(&found.stdout);
        assert!(shown.contains(says), "{name}: not `{says}`:\n{}{}", found.stdout, found.stderr);
    }
}

/// `describe-metric-filters` does not say a region; the ARNs of alarms do.
#[test]
fn answers_of_several_regions() {
    let filters = format!(
        r#"{{"metricFilters": [{{"filterName": "root", "logGroupName": "trail", "filterPattern": {ROOT},
        "metricTransformations": [{{"metricNamespace": "Security", "metricName": "Root", "metricValue": "1"}}]}}]}}"#
    );
    let alarm = |region: &str, threshold: u32| {
        format!(
            r#"{{"AlarmName": "root", "AlarmArn": "arn:aws:cloudwatch:{region}:123456789012:alarm:root", "ActionsEnabled": true,
            "AlarmActions": ["arn:aws:sns:{region}:123456789012:alarms"], "MetricName": "Root", "Namespace": "Security",
            "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": {threshold},
            "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching"}}"#
        )
    };
    let topic = |region: &str| {
        format!(
            r#"{{"SubscriptionArn": "arn:aws:sns:{region}:123456789012:alarms:1", "Protocol": "sms", "Endpoint": "+15550100",
            "TopicArn": "arn:aws:sns:{region}:123456789012:alarms"}}"#
        )
    };
    let subscriptions = format!(r#"{{"Subscriptions": [{}, {}]}}"#, topic("eu-west-1"), topic("us-east-1"));
    let open = "not in the input: alarm: the input does not say where the filter is, and alarms on its metric are in eu-west-1 of account 123456789012, us-east-1 of account 123456789012";
    for (name, alarms, says) in [
        ("one", vec![alarm("eu-west-1", 1)], "met: subscriber: sms"),
        ("good in each", vec![alarm("eu-west-1", 1), alarm("us-east-1", 1)], "met: subscriber: sms"),
        ("good in one of two", vec![alarm("eu-west-1", 1), alarm("us-east-1", 9)], open),
        ("two of one region", vec![alarm("eu-west-1", 1), alarm("eu-west-1", 9)], "met: subscriber: sms"),
    ] {
        let alarms = format!(r#"{{"MetricAlarms": [{}]}}"#, alarms.join(", "));
        let files =
            [("filters.json", &*filters), ("alarms.json", &*alarms), ("subscriptions.json", &*subscriptions)];
        let here = folder(&format!("places-answers-{}", name.replace([' ', ','], "-")), &files);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
        let shown = lines_of_root(&found.stdout);
        assert!(shown.contains(says), "{name}: not `{says}`:\n{}{}", found.stdout, found.stderr);
    }
}

/// A module that is called is judged by its calls. What its folder says alone is no filter that is missing.
#[test]
fn modules_that_are_called() {
    let module = changed(&[("FILTER", "")]);
    let here = folder(
        "places-called",
        &[
            (
                "main.tf",
                "module \"cis\" {\n  source = \"./cis\"\n}\nmodule \"more\" {\n  source = \"./cis\"\n}\n",
            ),
            ("cis/main.tf", &module),
        ],
    );
    let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--certificate", "c.json", "."]);
    assert!(found.stdout.contains("module.cis.root (./cis/main.tf)"), "{}{}", found.stdout, found.stderr);
    assert_eq!(found.stderr, "", "{}", found.stdout);
    let checked = run(&here, &["check", "c.json"]);
    assert!(!checked.stdout.contains("not made"), "{}", checked.stdout);
    // one call makes none
    let off = "module \"cis\" {\n  source = \"./cis\"\n  count  = 0\n}\n";
    let here = folder("places-called-off", &[("main.tf", off), ("cis/main.tf", &module)]);
    let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
    let lines: Vec<&str> = found.stderr.lines().filter(|line| line.contains("Terraform makes no")).collect();
    assert!(matches!(lines[..], [line] if line.contains("`module.cis[0].root`")), "{}", found.stderr);
}

/// The alarms of a rule file that `cwfilter test` refuses are not read, and are not said to be missing, or to be the same.
#[test]
fn rule_files_that_are_refused() {
    let rule = |threshold: u32| {
        format!(
            "[[rule]]\nid = \"root\"\npattern = '{{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }}'\n[rule.metric]\nnamespace = \"S\"\nname = \"Root\"\n[rule.alarm]\nthreshold = {threshold}\n"
        )
    };
    let here = folder("places-refused", &[("a.toml", &rule(1)), ("b.toml", &rule(5))]);
    let found = run(&here, &["audit", "--against", "cis-aws-5.0", "a.toml"]);
    let says = "not in the input: metric: the metric is not read: `cwfilter test` refuses the file: missing field `statistic`";
    assert!(found.stdout.contains(says), "{}{}", found.stdout, found.stderr);
    let found = run(&here, &["diff", "a.toml", "b.toml"]);
    let says = "a.toml: the rest of the rules, their metrics and alarms (`cwfilter test` refuses the file: missing field `statistic`) is not read in A";
    assert!(format!("{}{}", found.stdout, found.stderr).contains(says), "{}{}", found.stdout, found.stderr);
    assert_eq!(found.code, 3, "{}{}", found.stdout, found.stderr);
}
