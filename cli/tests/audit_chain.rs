//! `cwfilter audit` judges the whole of a control: metric, alarm, action, confirmed subscriber. A link that is not in the input is never met.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use cwfilter::controls::controls;
use program::{folder, run};
use serde_json::Value;

const TOPIC: &str = r#"
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}
resource "aws_sqs_queue" "alarms" {
  name = "alarms"
}
resource "aws_sqs_queue_policy" "alarms" {
  queue_url = aws_sqs_queue.alarms.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.alarms.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.alarms.arn } }
    }]
  })
}
resource "aws_sns_topic_subscription" "queue" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.alarms.arn
}
"#;

const FILTER_AND_ALARM: &str = r#"
resource "aws_cloudwatch_log_metric_filter" "LABEL" {
  name           = "LABEL"
  log_group_name = "trail"
  pattern        = PATTERN
  metric_transformation {
    namespace = "Security"
    name      = "LABEL"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "LABEL" {
  alarm_name          = "LABEL"
  namespace           = "Security"
  metric_name         = aws_cloudwatch_log_metric_filter.LABEL.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
"#;

/// A configuration with all controls of a framework, each with the whole chain.
fn all(framework: &str) -> String {
    let mut text = String::from(TOPIC);
    for control in controls(framework) {
        let label = format!("c{}", control.id.replace('.', "_"));
        text += &FILTER_AND_ALARM.replace("LABEL", &label).replace("PATTERN", &format!("{:?}", control.text));
    }
    text
}

#[test]
fn exit_codes() {
    let whole = all("cis-aws-5.0");
    let pending = whole.replace("protocol  = \"sqs\"", "protocol  = \"email\"");
    let disabled = whole.replacen("threshold           = 1", "threshold           = 3", 1);
    let two = format!("{disabled}{}", all("cis-aws-5.0").replace("\"c4_", "\"d4_").replace(TOPIC, ""));
    for (name, text, args, code, last) in [
        ("whole", &whole, vec![], 0, "15 met; 0 broken; 0 with links that are not in the input"),
        ("whole, required", &whole, vec!["--require-chain"], 0, "15 met"),
        ("open", &pending, vec![], 0, "0 met; 0 broken; 15 with links"),
        ("open, required", &pending, vec!["--require-chain"], 9, "0 met; 0 broken; 15 with links"),
        ("broken", &disabled, vec![], 4, "14 met; 1 broken; 0 with links"),
        ("another filter has a whole chain", &two, vec![], 0, "15 met; 0 broken"),
    ] {
        let here = folder(&format!("chain-exit-{}", name.replace([' ', ','], "-")), &[("main.tf", text)]);
        let mut all = vec!["audit", "--against", "cis-aws-5.0", "."];
        all.extend(args);
        let found = run(&here, &all);
        assert_eq!(found.code, code, "{name}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.contains(last), "{name}: {}", found.stdout);
    }
}

/// SARIF and GitHub's annotations name the link, at the filter.
#[test]
fn other_formats() {
    let broken = all("cis-aws-5.0").replacen("threshold           = 1", "threshold           = 3", 1);
    let here = folder("chain-formats", &[("main.tf", &broken)]);
    let of = |format| run(&here, &["audit", "--against", "cis-aws-5.0", "--format", format, "."]);
    let sarif: Value = serde_json::from_str(&of("sarif").stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{results:?}");
    let text = results[0]["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("cis-aws-5.0 4.1 (") && text.contains("; alarm broken: "), "{text}");
    let line = results[0]["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
    let shown = broken.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
    assert!(shown.contains("pattern"), "{shown}");
    let github = of("github");
    assert_eq!(github.code, 4);
    assert!(github.stdout.starts_with("::error file=./main.tf,line="), "{}", github.stdout);
    assert_eq!(of("json").stdout, run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "."]).stdout);
}

/// Two halves of a control are as good as the worse chain of the two.
#[test]
fn filters_that_cover_a_control_together() {
    let half = |label: &str, pattern: &str| {
        FILTER_AND_ALARM.replace("LABEL", label).replace("PATTERN", &format!("{pattern:?}"))
    };
    let parts = [
        half("a", "{ $.eventName = CreateTrail || $.eventName = UpdateTrail || $.eventName = DeleteTrail }"),
        half("b", "{ $.eventName = StartLogging || $.eventName = StopLogging }"),
    ];
    let dead = parts[1].replace("threshold           = 1", "threshold           = 3");
    for (name, second, state) in [("whole", &parts[1], "met"), ("half", &dead, "broken")] {
        let text = format!("{}{}{second}", TOPIC, parts[0]);
        let here = folder(&format!("chain-together-{name}"), &[("main.tf", &text)]);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "."]);
        let json: Value = serde_json::from_str(&found.stdout).unwrap();
        let control = json["controls"].as_array().unwrap().iter().find(|it| it["control"] == "4.5").unwrap();
        assert_eq!(control["together"].as_array().unwrap().len(), 2, "{name}");
        assert_eq!(control["links"][2]["state"], state, "{name}: {control}");
    }
}

/// A stack file beside its rule file, alone, and with answers of AWS beside them.
#[test]
fn stacks() {
    let root = controls("cis-aws-5.0").find(|it| it.id == "4.3").unwrap().text;
    let stack = "name = \"security\"\nregion = \"eu-west-1\"\nrules = [\"rules.toml\"]\n[log_group]\nname = \"trail\"\n[topic]\nname = \"alarms\"\n";
    let sms = "[[topic.subscription]]\nprotocol = \"sms\"\nendpoint = \"+15555550100\"\n";
    let rules = format!(
        "[[rule]]\nid = \"root\"\npattern = '''{root}'''\nmetric = {{ namespace = \"S\", name = \"Root\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }}\n"
    );
    let skipped = stack.replace("rules =", "skip = [\"root\"]\nrules =");
    for (name, stack, paths, states) in [
        ("folder", format!("{stack}{sms}"), vec!["."], "met met met met met"),
        ("stack alone", format!("{stack}{sms}"), vec!["cwfilter.toml"], "met met met met met"),
        ("no subscription", stack.to_owned(), vec!["."], "met met met met not in the input"),
        (
            "rule file alone",
            format!("{stack}{sms}"),
            vec!["rules.toml"],
            "met met met not in the input not in the input",
        ),
    ] {
        let here = folder(
            &format!("chain-stack-{}", name.replace(' ', "-")),
            &[("cwfilter.toml", &stack), ("rules.toml", &rules)],
        );
        let mut args = vec!["audit", "--against", "cis-aws-5.0", "--json"];
        args.extend(paths);
        let found = run(&here, &args);
        let json: Value =
            serde_json::from_str(&found.stdout).unwrap_or_else(|_| panic!("{name}: {}", found.stderr));
        let control = json["controls"].as_array().unwrap().iter().find(|it| it["control"] == "4.3").unwrap();
        let found: Vec<&str> =
            control["links"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
        assert_eq!(found.join(" "), states, "{name}: {control}");
        assert_eq!(control["met"], !states.contains("not"), "{name}");
    }
    let here = folder("chain-stack-skipped", &[("cwfilter.toml", &skipped), ("rules.toml", &rules)]);
    let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
    assert!(found.code == 1 && found.stderr.contains("`root`: the stack leaves it out"), "{}", found.stderr);
    let broken = stack.replace("eu-west-1", "nowhere");
    let here = folder("chain-stack-broken", &[("cwfilter.toml", &broken), ("rules.toml", &rules)]);
    let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
    assert!(found.code == 3 && found.stderr.contains("the stack is not read"), "{}", found.stderr);
    // the rule file is still judged
    assert!(found.stdout.contains("✓ 4.3"), "{}", found.stdout);
}

/// A page of the metric filters is not all of them: what it does not cover is not read.
#[test]
fn a_page_of_filters_is_not_all() {
    let root = controls("cis-aws-5.0").find(|it| it.id == "4.3").unwrap().text;
    let page = |token: &str| {
        let pattern = serde_json::to_string(root).unwrap();
        format!(
            r#"{{"metricFilters": [{{"filterName": "root", "filterPattern": {pattern}, "logGroupName": "t"}}]{token}}}"#
        )
    };
    for (name, token, code, not_read) in [
        ("whole", "", 1, 0),
        ("page", r#", "nextToken": "x""#, 3, 14),
        ("page-of-the-program", r#", "NextToken": "x""#, 3, 14),
    ] {
        let here = folder(&format!("chain-page-{name}"), &[("filters.json", &page(token))]);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "."]);
        assert_eq!(found.code, code, "{name}: {}{}", found.stdout, found.stderr);
        assert_eq!(found.stdout.matches(": not read: ").count(), not_read, "{name}: {}", found.stdout);
        assert!(found.stdout.contains("✓ 4.3"), "{name}: {}", found.stdout);
    }
}
