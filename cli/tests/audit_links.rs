//! The links after a filter: answers of several regions and accounts, parts that are not made, alarms that name their metric in a list, and
//! filters without a metric that do not read each event.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};
use serde_json::{Value, json};
use std::path::Path;

const ROOT: &str = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }";
const OWN: &str = "123456789012";
const OTHER: &str = "111122223333";

/// The control about the root user.
fn of_root(here: &Path) -> Value {
    let found = run(here, &["audit", "--against", "cis-aws-6.0", "--json", "."]);
    let report: Value =
        serde_json::from_str(&found.stdout).unwrap_or_else(|_| panic!("{}{}", found.stdout, found.stderr));
    report["controls"].as_array().unwrap().iter().find(|it| it["control"] == "5.3").unwrap().clone()
}

/// The first link that is not met: its name and state, and what it says.
fn first_open(control: &Value) -> (String, String) {
    let mut links = control["links"].as_array().unwrap().iter();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    match links.find(|it| it["state"] != "met") {
        None => ("met".to_owned(), String::new()),
        Some(it) => (format!("{} {}", text(&it["link"]), text(&it["state"])), text(&it["what"])),
    }
}

fn filters(members: Value) -> String {
    let mut filter = json!({
        "filterName": "root", "logGroupName": "trail", "filterPattern": ROOT,
        "metricTransformations": [{ "metricNamespace": "Security", "metricName": "Root", "metricValue": "1" }],
    });
    filter.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({ "metricFilters": [filter] }).to_string()
}

/// An alarm with a topic and a subscriber in its own region and account.
fn alarm(name: &str, metric: &str, region: &str, account: &str) -> Value {
    json!({
        "AlarmName": name, "AlarmArn": format!("arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
        "ActionsEnabled": true, "AlarmActions": [format!("arn:aws:sns:{region}:{account}:alarms")],
        "Namespace": "Security", "MetricName": metric, "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1,
        "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
    })
}

fn alarms(all: &[Value]) -> String {
    json!({ "MetricAlarms": all }).to_string()
}

fn subscriptions() -> String {
    let one = |region: &str, account: &str| {
        let topic = format!("arn:aws:sns:{region}:{account}:alarms");
        json!({ "SubscriptionArn": format!("{topic}:1"), "Protocol": "sms", "Endpoint": "+15550100", "TopicArn": topic })
    };
    let all = ["eu-west-1", "us-east-1"].map(|region| [OWN, OTHER].map(|account| one(region, account)));
    json!({ "Subscriptions": all.concat() }).to_string()
}

fn groups(places: &[(&str, &str, &str)]) -> String {
    let one = |(name, region, account): &(&str, &str, &str)| json!({ "logGroupName": name, "arn": format!("arn:aws:logs:{region}:{account}:log-group:{name}:*") });
    json!({ "logGroups": places.iter().map(one).collect::<Vec<_>>() }).to_string()
}

/// Answers, the link that is not met, and why.
type Row = (&'static str, Vec<(&'static str, String)>, &'static str, &'static str);

#[test]
fn regions_and_accounts_of_answers() {
    let (plain, eu, us) = (filters(json!({})), "eu-west-1", "us-east-1");
    let of_eu = alarm("root", "Root", eu, OWN);
    let of_us = alarm("root", "Root", us, OWN);
    let more = |region, account| alarm("more", "More", region, account);
    let in_group = |arn: &str| filters(json!({ "logGroupArn": arn }));
    let of_group =
        |region: &str, account: &str| in_group(&format!("arn:aws:logs:{region}:{account}:log-group:trail"));
    let mut cross = of_eu.clone();
    cross["AlarmActions"] = json!([format!("arn:aws:sns:{eu}:{OTHER}:alarms")]);
    let mut silent = of_us.clone();
    silent.as_object_mut().unwrap().remove("AlarmArn");
    let open = "alarm not in the input";
    let broken = "alarm broken";
    let rows: Vec<Row> = vec![
        (
            "one place",
            vec![("f.json", plain.clone()), ("a.json", alarms(&[of_eu.clone(), more(eu, OWN)]))],
            "met",
            "",
        ),
        (
            "another alarm is in another region",
            vec![("f.json", plain.clone()), ("a.json", alarms(&[of_us.clone(), more(eu, OWN)]))],
            open,
            "the input does not say where the filter is, and an alarm on its metric is in us-east-1 of account 123456789012, and none in eu-west-1 of account 123456789012",
        ),
        (
            "another alarm is in another account",
            vec![("f.json", plain.clone()), ("a.json", alarms(&[of_eu.clone(), more(eu, OTHER)]))],
            open,
            "and none in eu-west-1 of account 111122223333",
        ),
        (
            "an alarm in each place",
            vec![("f.json", plain.clone()), ("a.json", alarms(&[of_eu.clone(), of_us.clone()]))],
            "met",
            "",
        ),
        (
            "the log group says it",
            vec![("f.json", of_group(us, OWN)), ("a.json", alarms(&[of_us.clone(), more(eu, OWN)]))],
            "met",
            "",
        ),
        (
            "the log group is in another region",
            vec![("f.json", of_group(eu, OWN)), ("a.json", alarms(std::slice::from_ref(&of_us)))],
            broken,
            "`root` is in us-east-1, and the filter publishes the metric in eu-west-1",
        ),
        (
            "the log group is in another account",
            vec![("f.json", of_group(us, OTHER)), ("a.json", alarms(std::slice::from_ref(&of_us)))],
            broken,
            "`root` is in account 123456789012, and the filter publishes the metric in account 111122223333",
        ),
        (
            "the name of the log group is an ARN",
            vec![
                (
                    "f.json",
                    filters(json!({ "logGroupName": format!("arn:aws:logs:{eu}:{OWN}:log-group:trail") })),
                ),
                ("a.json", alarms(std::slice::from_ref(&of_us))),
            ],
            broken,
            "publishes the metric in eu-west-1",
        ),
        (
            "describe-log-groups says it",
            vec![
                ("f.json", plain.clone()),
                ("a.json", alarms(&[of_us.clone(), more(eu, OWN)])),
                ("g.json", groups(&[("trail", us, OWN), ("app", eu, OWN)])),
            ],
            "met",
            "",
        ),
        (
            "describe-log-groups says another region",
            vec![
                ("f.json", plain.clone()),
                ("a.json", alarms(std::slice::from_ref(&of_us))),
                ("g.json", groups(&[("trail", eu, OWN)])),
            ],
            broken,
            "publishes the metric in eu-west-1",
        ),
        (
            "the log group is in two regions",
            vec![
                ("f.json", plain.clone()),
                ("a.json", alarms(std::slice::from_ref(&of_us))),
                ("g.json", groups(&[("trail", eu, OWN), ("trail", us, OWN)])),
            ],
            open,
            "and none in eu-west-1",
        ),
        (
            "the folder says it",
            vec![("us-east-1/f.json", plain.clone()), ("a.json", alarms(&[of_us.clone(), more(eu, OWN)]))],
            "met",
            "",
        ),
        (
            "the folder is another region",
            vec![
                ("eu-west-1/f.json", plain.clone()),
                ("us-east-1/a.json", alarms(std::slice::from_ref(&of_us))),
            ],
            broken,
            "`root` is in us-east-1, and the filter publishes the metric in eu-west-1",
        ),
        (
            "the name of the file is another region",
            vec![("filters-eu-west-1.json", plain.clone()), ("alarms-us-east-1.json", alarms(&[silent]))],
            broken,
            "publishes the metric in eu-west-1",
        ),
        (
            "the topic is in another account",
            vec![("f.json", plain), ("a.json", alarms(&[cross]))],
            "action not in the input",
            "`root` is in account 123456789012, and its topic in account 111122223333, whose policy has to allow it and is not judged",
        ),
    ];
    check("regions", rows);
}

fn check(table: &str, rows: Vec<Row>) {
    let mut wrong = Vec::new();
    for (at, (name, files, link, says)) in rows.into_iter().enumerate() {
        let subscriptions = subscriptions();
        let mut all: Vec<(&str, &str)> = files.iter().map(|(file, text)| (*file, text.as_str())).collect();
        if table == "regions" {
            all.push(("subscriptions.json", &subscriptions));
        }
        let control = of_root(&folder(&format!("audit-links-{table}-{at}"), &all));
        let (found, what) = first_open(&control);
        if found != link || !what.contains(says) {
            wrong.push(format!("{name}: {found}: {what}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A configuration: the settings of the filter, the alarm, the topic and the subscription, and the action.
fn terraform(settings: [&str; 5]) -> String {
    let [filter, alarm, topic, subscription, action] = settings;
    let metric = if alarm.contains("metric_query") {
        ""
    } else {
        "namespace = \"Security\"\n  metric_name = \"Root\"\n  statistic = \"Sum\"\n  period = 300"
    };
    format!(
        r#"
variable "on" {{}}
variable "off" {{
  default = false
}}
resource "aws_cloudwatch_log_metric_filter" "root" {{
  {filter}
  name           = "root"
  log_group_name = "trail"
  pattern        = {ROOT:?}
  metric_transformation {{
    namespace = "Security"
    name      = "Root"
    value     = "1"
  }}
}}
resource "aws_cloudwatch_metric_alarm" "root" {{
  {alarm}
  {metric}
  alarm_name          = "root"
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [{action}]
}}
resource "aws_sns_topic" "alarms" {{
  {topic}
  name = "alarms"
}}
resource "aws_sns_topic_subscription" "phone" {{
  {subscription}
  topic_arn = {action}
  protocol  = "sms"
  endpoint  = "+15550100"
}}
"#
    )
}

const TEMPLATE: &str = r#"
Conditions:
  Never: !Equals [a, b]
Resources:
  Root:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: trail
      FilterPattern: PATTERN
      MetricTransformations: [{MetricNamespace: Security, MetricName: Root, MetricValue: "1"}]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    OF_ALARM
    Properties:
      METRIC
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Topic]
  Topic:
    Type: AWS::SNS::Topic
    OF_TOPIC
    Properties:
      TopicName: alarms
  Phone:
    Type: AWS::SNS::Subscription
    OF_PHONE
    Properties: {TopicArn: !Ref Topic, Protocol: sms, Endpoint: "+15550100"}
"#;

const METRIC: &str = "Namespace: Security\n      MetricName: Root\n      Statistic: Sum\n      Period: 300";

fn template(changes: &[(&str, &str)]) -> String {
    let quoted = format!("{ROOT:?}");
    let defaults = [
        ("PATTERN", quoted.as_str()),
        ("OF_ALARM", ""),
        ("OF_TOPIC", ""),
        ("OF_PHONE", ""),
        ("METRIC", METRIC),
    ];
    let mut text = TEMPLATE.to_owned();
    for (from, to) in changes.iter().chain(&defaults) {
        text = text.replace(from, to);
    }
    text
}

#[test]
fn parts_that_are_not_made() {
    let topic = "aws_sns_topic.alarms.arn";
    let first = "aws_sns_topic.alarms[0].arn";
    let of = |filter, alarm, of_topic, subscription, action| {
        vec![("main.tf", terraform([filter, alarm, of_topic, subscription, action]))]
    };
    let in_template = |changes: &[(&str, &str)]| vec![("t.yaml", template(changes))];
    let never = "Condition: Never";
    let open = "not in the input";
    let rows: Vec<Row> = vec![
        ("all are made", of("", "", "", "", topic), "met", ""),
        ("counted once", of("", "count = 1", "count = 1", "count = 1", first), "met", ""),
        (
            "alarm",
            of("", "count = 0", "", "", topic),
            "alarm broken",
            "`root`, which watches the metric, is not made (count = 0)",
        ),
        ("alarm by a variable", of("", "count = var.off ? 1 : 0", "", "", topic), "alarm broken", "not made (count = 0)"),
        (
            "alarm for each of none",
            of("", "for_each = toset([])", "", "", topic),
            "alarm broken",
            "not made (`for_each` is empty)",
        ),
        ("topic", of("", "", "count = 0", "", first), "action broken", "the topic of `root` is not made (count = 0)"),
        (
            "topic that may not be made",
            of("", "", "count = var.on ? 1 : 0", "", first),
            "action not in the input",
            "the topic of `root`: whether it is made is not known: ",
        ),
        (
            "subscription",
            of("", "", "", "count = 0", topic),
            "subscriber not in the input",
            "the subscription sms +15550100 is not made (count = 0)",
        ),
        ("template", in_template(&[]), "met", ""),
        (
            "alarm of a template",
            in_template(&[("OF_ALARM", never)]),
            "alarm broken",
            "`Alarm`, which watches the metric, is not made (its condition is false)",
        ),
        (
            "topic of a template",
            in_template(&[("OF_TOPIC", never)]),
            "action broken",
            "the topic of `Alarm` is not made (its condition is false)",
        ),
        (
            "subscription of a template",
            in_template(&[("OF_PHONE", never)]),
            "subscriber not in the input",
            "the subscription sms +15550100 is not made (its condition is false)",
        ),
        (
            "module",
            vec![
                ("m/main.tf", terraform(["", "", "", "", topic]).replace("variable \"on\" {}\n", "")),
                ("main.tf", "module \"m\" {\n  source = \"./m\"\n  count = 0\n}\nresource \"aws_cloudwatch_log_metric_filter\" \"f\" {\n  name = \"f\"\n  log_group_name = \"trail\"\n  pattern = \"x\"\n}\n".to_owned()),
            ],
            "filter broken",
            "no filter covers the control",
        ),
    ];
    let _ = open;
    check("made", rows);
}

/// An alarm with one metric in its list, and no expression, is an alarm on this metric.
#[test]
fn alarms_with_a_list_of_metrics() {
    let metric = |name: &str, more: &str| {
        format!(
            "metric_query {{\n    id = \"m\"\n    {more}\n    metric {{\n      namespace = \"Security\"\n      metric_name = \"{name}\"\n      period = 300\n      stat = \"Sum\"\n    }}\n  }}"
        )
    };
    let of = |query: String| vec![("main.tf", terraform(["", &query, "", "", "aws_sns_topic.alarms.arn"]))];
    let returned = "return_data = true";
    let stat = "MetricStat: {Metric: {Namespace: Security, MetricName: Root}, Period: 300, Stat: Sum}";
    let listed =
        |query: String| vec![("t.yaml", template(&[("METRIC", &format!("Metrics:\n        - {query}"))]))];
    let answer = |query: Value| {
        let mut alarm = alarm("root", "Root", "eu-west-1", OWN);
        for member in ["Namespace", "MetricName", "Statistic", "Period"] {
            alarm.as_object_mut().unwrap().remove(member);
        }
        alarm["Metrics"] = json!([query]);
        vec![("f.json", filters(json!({}))), ("a.json", alarms(&[alarm])), ("s.json", subscriptions())]
    };
    let of_api =
        json!({ "Metric": { "Namespace": "Security", "MetricName": "Root" }, "Period": 300, "Stat": "Sum" });
    let math = "watches metric math";
    let open = "alarm not in the input";
    let rows: Vec<Row> = vec![
        ("terraform", of(metric("Root", returned)), "met", ""),
        ("terraform, as a text", of(metric("Root", "return_data = \"true\"")), "met", ""),
        (
            "terraform, another metric",
            of(metric("Other", returned)),
            "alarm broken",
            "no alarm of the input watches the metric",
        ),
        ("terraform, no data", of(metric("Root", "")), open, "may return no data"),
        (
            "terraform, an account",
            of(metric("Root", "return_data = true\n    account_id = \"111122223333\"")),
            open,
            "a metric of the account that it names",
        ),
        (
            "terraform, the own account",
            of(metric(
                "Root",
                "return_data = true\n    account_id = data.aws_caller_identity.own.account_id",
            )),
            "met",
            "",
        ),
        (
            "terraform, an expression",
            of(format!(
                "{}\n  metric_query {{\n    id = \"e\"\n    expression = \"m * 2\"\n    return_data = true\n  }}",
                metric("Root", "")
            )),
            open,
            math,
        ),
        (
            "terraform, a metric that is not compared",
            of(format!("{}\n  {}", metric("Root", returned), metric("More", "label = \"more\""))),
            "met",
            "",
        ),
        (
            "terraform, two that are compared",
            of(format!("{}\n  {}", metric("Root", returned), metric("More", returned))),
            open,
            math,
        ),
        ("template", listed(format!("{{Id: m, {stat}}}")), "met", ""),
        ("template, as a text", listed(format!("{{Id: m, ReturnData: 'true', {stat}}}")), "met", ""),
        ("template, an expression", listed("{Id: e, Expression: 'm * 2'}".to_owned()), open, math),
        ("answer", answer(json!({ "Id": "m", "MetricStat": of_api, "ReturnData": true })), "met", ""),
        (
            "template, the own account",
            listed(format!("{{Id: m, AccountId: !Ref 'AWS::AccountId', {stat}}}")),
            "met",
            "",
        ),
        (
            "answer, the own account",
            answer(json!({ "Id": "m", "AccountId": OWN, "MetricStat": of_api, "ReturnData": true })),
            "met",
            "",
        ),
        (
            "answer, another account",
            answer(json!({ "Id": "m", "AccountId": OTHER, "MetricStat": of_api, "ReturnData": true })),
            open,
            "a metric of the account that it names",
        ),
        (
            "answer, two hours",
            answer(
                json!({ "Id": "m", "MetricStat": { "Metric": of_api["Metric"], "Period": 7200, "Stat": "Maximum" } }),
            ),
            "met",
            "",
        ),
        (
            "answer, an average of nothing",
            answer(
                json!({ "Id": "m", "MetricStat": { "Metric": of_api["Metric"], "Period": 300, "Stat": "Minimum", "Unit": "Seconds" } }),
            ),
            "alarm broken",
            "it watches the unit Seconds",
        ),
    ];
    check("lists", rows);
}

/// Criteria and transformed logs count without a metric, too.
#[test]
fn filters_without_a_metric() {
    let bare = |members: Value| {
        let mut all = json!({ "metricTransformations": [] });
        all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        ("f.json", filters(all))
    };
    let terraform = |line: &str, kind: &str| {
        let text = format!(
            "resource \"{kind}\" \"root\" {{\n  name = \"root\"\n  log_group_name = \"trail\"\n  {}pattern = {ROOT:?}\n  {line}\n}}\n",
            if kind.contains("subscription") {
                "destination_arn = \"arn:aws:lambda:eu-west-1:123456789012:function:x\"\n  filter_"
            } else {
                ""
            }
        );
        ("main.tf", text)
    };
    let rule = |criteria: &str| {
        let text = format!(
            "[[rule]]\nid = \"root\"\ntitle = \"t\"\npattern = '''{ROOT}'''\nmetric = {{ namespace = \"N\", name = \"R\", value = \"1\", field_selection_criteria = \"{criteria}\" }}\n"
        );
        ("r.toml", text)
    };
    let (metric, subscription) =
        ("aws_cloudwatch_log_metric_filter", "aws_cloudwatch_log_subscription_filter");
    let criteria = "field_selection_criteria = \"@aws.region = \\\"eu-west-1\\\"\"";
    for (at, (file, judgement)) in [
        (bare(json!({})), "covered"),
        (bare(json!({ "fieldSelectionCriteria": "@aws.region = \"x\"" })), "unknown"),
        (bare(json!({ "fieldSelectionCriteria": " " })), "covered"),
        (bare(json!({ "applyOnTransformedLogs": true })), "unknown"),
        (bare(json!({ "applyOnTransformedLogs": "true" })), "unknown"),
        (bare(json!({ "applyOnTransformedLogs": "False" })), "covered"),
        (bare(json!({ "applyOnTransformedLogs": "perhaps" })), "unknown"),
        (rule(""), "covered"),
        (rule(" "), "covered"),
        (rule("@aws.region = \\\"x\\\""), "unknown"),
        (terraform("", metric), "covered"),
        (terraform(criteria, metric), "unknown"),
        (terraform("apply_on_transformed_logs = true", metric), "unknown"),
        (terraform("apply_on_transformed_logs = var.x", metric), "unknown"),
        (terraform("apply_on_transformed_logs = \"false\"", metric), "covered"),
        (terraform(criteria, subscription), "unknown"),
        (terraform("apply_on_transformed_logs = true", subscription), "unknown"),
    ]
    .into_iter()
    .enumerate()
    {
        let here = folder(&format!("audit-links-bare-{at}"), &[(file.0, &file.1)]);
        assert_eq!(
            of_root(&here)["judgement"].as_str().unwrap().replace("chain broken", "covered"),
            judgement,
            "{}",
            file.1
        );
    }
}
