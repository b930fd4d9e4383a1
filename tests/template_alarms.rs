//! Alarms in Terraform and CloudFormation, checked against the metric filters of the same run.

use cwfilter::lint::file::{FileFindings, check_files, check_sources};
use cwfilter::sources::{self, NoFiles, read_all};
use std::path::Path;

/// The lints of each file, sorted by place; each with the text at its place.
fn found(files: &[(&str, String)]) -> Vec<(&'static str, String)> {
    let read: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text, sources::read(Path::new(name), text).unwrap()))
        .collect();
    let checked = check_files(
        read.iter().map(|(name, text, patterns)| ((*name).to_owned(), (*text).clone(), &**patterns)),
    );
    placed(&checked)
}

/// The same for files that are evaluated together.
fn found_together(files: &[(&str, String)]) -> Vec<(&'static str, String)> {
    let read = read_all(files.iter().map(|(name, text)| ((*name).into(), text.clone())), &NoFiles);
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    placed(&check_sources(&read.files))
}

fn placed(checked: &[FileFindings]) -> Vec<(&'static str, String)> {
    let of_file = checked.iter().flat_map(|file| {
        file.findings.iter().map(|it| {
            let span = it.diagnostic.primary.span;
            (it.diagnostic.lint, file.text[span.start..span.end].to_owned())
        })
    });
    // the patterns have findings of their own
    of_file.filter(|(lint, _)| !lint.starts_with("unguaranteed")).collect()
}

/// The Terraform file of a filter with these members of its transformation, and of an alarm with these members.
fn terraform(transformation: &str, alarm: &[(&str, &str)]) -> String {
    let mut members = vec![
        ("alarm_name", "\"on stops\""),
        ("namespace", "\"App\""),
        ("metric_name", "\"Stopped\""),
        ("statistic", "\"Sum\""),
        ("period", "300"),
        ("evaluation_periods", "1"),
        ("threshold", "1"),
        ("comparison_operator", "\"GreaterThanOrEqualToThreshold\""),
        ("treat_missing_data", "\"notBreaching\""),
        ("alarm_actions", "[aws_sns_topic.alerts.arn]"),
    ];
    members.retain(|(name, _)| !alarm.iter().any(|(other, _)| other == name));
    members.extend(alarm.iter().filter(|(_, value)| !value.is_empty()));
    let members: String = members.iter().map(|(name, value)| format!("  {name} = {value}\n")).collect();
    format!(
        "resource \"aws_cloudwatch_log_metric_filter\" \"stops\" {{\n  name = \"stops\"\n  log_group_name = \"g\"\n\
           pattern = \"{{ $.eventName = \\\"StopLogging\\\" }}\"\n  metric_transformation {{\n    namespace = \"App\"\n\
             name = \"Stopped\"\n    {transformation}\n  }}\n}}\n\
         resource \"aws_cloudwatch_metric_alarm\" \"stops\" {{\n{members}}}\n"
    )
}

type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

/// Members of the transformation, members of the alarm (an empty text takes one out), lints with the text at their place.
const TERRAFORM: [Case; 36] = [
    ("value = \"1\"", &[], &[]),
    // the metric
    ("value = \"1\"", &[("metric_name", "\"stops\"")], &[("alarm-on-other-metric", "\"stops\"")]),
    (
        "value = \"1\"",
        &[("metric_name", "\"StoppedCount\"")],
        &[("alarm-on-other-metric", "\"StoppedCount\"")],
    ),
    ("value = \"1\"", &[("namespace", "\"app\"")], &[("alarm-on-other-metric", "\"Stopped\"")]),
    (
        "value = \"1\"",
        &[("metric_name", "aws_cloudwatch_log_metric_filter.stops.id")],
        &[("alarm-on-other-metric", "aws_cloudwatch_log_metric_filter.stops.id")],
    ),
    (
        "value = \"1\"",
        &[("metric_name", "aws_cloudwatch_log_metric_filter.stops.metric_transformation[0].name")],
        &[],
    ),
    (
        "value = \"1\"",
        &[
            ("metric_name", "aws_cloudwatch_log_metric_filter.stops.metric_transformation[0].name"),
            ("namespace", "\"Other\""),
        ],
        &[("alarm-on-other-metric", "aws_cloudwatch_log_metric_filter.stops.metric_transformation[0].name")],
    ),
    // metrics of other sources
    ("value = \"1\"", &[("namespace", "\"AWS/Lambda\""), ("metric_name", "\"Errors\"")], &[]),
    (
        "value = \"1\"",
        &[("namespace", "\"CWAgent\""), ("metric_name", "\"mem_used\"")],
        &[("unchecked-alarm", "\"stops\"")],
    ),
    ("value = \"1\"", &[("metric_name", "\"QueueDepth\"")], &[("alarm-on-other-metric", "\"QueueDepth\"")]),
    (
        "value = \"1\"",
        &[("namespace", "\"Other\""), ("metric_name", "\"Stopped\"")],
        &[("unchecked-alarm", "\"stops\"")],
    ),
    ("value = \"1\"", &[("metric_name", "var.metric")], &[("unchecked-alarm", "\"stops\"")]),
    ("value = \"1\"", &[("namespace", "\"${var.prefix}/App\"")], &[("unchecked-alarm", "\"stops\"")]),
    // dimensions
    (
        "value = \"1\"\n dimensions = { Fn = \"$.eventName\" }",
        &[],
        &[("alarm-without-dimensions", "\"stops\"")],
    ),
    ("value = \"1\"\n dimensions = { Fn = \"$.eventName\" }", &[("dimensions", "{ Fn = \"x\" }")], &[]),
    ("value = \"1\"\n dimensions = { Fn = \"$.eventName\" }", &[("dimensions", "var.dimensions")], &[]),
    // thresholds
    ("value = \"1\"\n default_value = 0", &[("threshold", "0")], &[("threshold-always-holds", "0")]),
    ("value = \"1\"", &[("threshold", "var.threshold")], &[]),
    ("value = \"$.n\"", &[("threshold", "0")], &[]),
    (
        "value = \"1\"",
        &[("comparison_operator", "\"LessThanThreshold\"")],
        &[("threshold-never-reached", "1")],
    ),
    ("value = \"1\"\n default_value = \"0\"", &[("comparison_operator", "\"LessThanThreshold\"")], &[]),
    ("value = \"1\"\n default_value = var.default", &[("comparison_operator", "\"LessThanThreshold\"")], &[]),
    (
        "value = \"1\"",
        &[("comparison_operator", "\"LessThanThreshold\""), ("treat_missing_data", "\"breaching\"")],
        &[],
    ),
    (
        "value = \"1\"",
        &[("comparison_operator", "\"LessThanThreshold\""), ("treat_missing_data", "")],
        &[("threshold-never-reached", "1")],
    ),
    // statistics over a default value
    (
        "value = \"1\"\n default_value = \"0\"",
        &[("statistic", "\"Average\"")],
        &[("default-outweighs-matches", "\"stops\"")],
    ),
    (
        "value = \"1\"\n default_value = 0",
        &[("statistic", "\"Minimum\"")],
        &[("default-outweighs-matches", "\"stops\"")],
    ),
    ("value = \"1\"", &[("statistic", "\"Average\"")], &[]),
    // missing data
    ("value = \"1\"", &[("treat_missing_data", "\"ignore\"")], &[("missing-data-keeps-alarm", "\"stops\"")]),
    (
        "value = \"1\"",
        &[("treat_missing_data", "\"breaching\"")],
        &[("missing-data-keeps-alarm", "\"stops\"")],
    ),
    // actions
    ("value = \"1\"", &[("alarm_actions", "")], &[("alarm-without-actions", "\"stops\"")]),
    ("value = \"1\"", &[("alarm_actions", "[]")], &[("alarm-without-actions", "\"stops\"")]),
    ("value = \"1\"", &[("alarm_actions", "var.actions")], &[]),
    ("value = \"1\"", &[("alarm_actions", ""), ("ok_actions", "[var.topic]")], &[]),
    ("value = \"1\"", &[("actions_enabled", "false")], &[("actions-disabled", "\"stops\"")]),
    ("value = \"1\"", &[("actions_enabled", "var.enabled")], &[]),
    ("value = \"1\"", &[("period", "10")], &[("short-period", "10")]),
];

fn expected(lints: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    lints.iter().map(|(lint, at)| (*lint, (*at).to_owned())).collect()
}

#[test]
fn alarms_in_terraform() {
    for (transformation, alarm, lints) in TERRAFORM {
        let text = terraform(transformation, alarm);
        assert_eq!(found(&[("main.tf", text.clone())]), expected(lints), "{text}");
        // with the filter and the alarm in two files of a folder
        let at = text.find("resource \"aws_cloudwatch_metric_alarm\"").unwrap();
        let files = [("m/filter.tf", text[..at].to_owned()), ("m/alarm.tf", text[at..].to_owned())];
        assert_eq!(found(&files), expected(lints), "{text}");
    }
}

#[test]
fn an_alarm_of_another_folder_is_not_compared_with_the_filter() {
    let text = terraform("value = \"1\"", &[("metric_name", "\"stops\"")]);
    let at = text.find("resource \"aws_cloudwatch_metric_alarm\"").unwrap();
    let files = [("a/filter.tf", text[..at].to_owned()), ("b/alarm.tf", text[at..].to_owned())];
    assert_eq!(found(&files), expected(&[("unchecked-alarm", "\"stops\"")]));
}

#[test]
fn a_metric_of_another_source_in_the_namespace_of_a_filter() {
    let text = terraform("value = \"1\"", &[("metric_name", "\"QueueDepth\""), ("alarm_name", "\"queue\"")]);
    let renamed = text
        .replace("\"aws_cloudwatch_metric_alarm\" \"stops\"", "\"aws_cloudwatch_metric_alarm\" \"queue\"");
    assert_eq!(found(&[("main.tf", renamed)]), expected(&[("unchecked-alarm", "\"queue\"")]));
    let words = text
        .replace("alarm\" \"stops\"", "alarm\" \"Trail_Stops_CW_Alarm\"")
        .replace("filter\" \"stops\"", "filter\" \"trail-stops-metric-filter\"");
    assert_eq!(found(&[("main.tf", words)]), expected(&[("alarm-on-other-metric", "\"QueueDepth\"")]));
}

#[test]
fn an_unknown_metric_of_the_folder_may_be_the_alarms() {
    let other = "resource \"aws_cloudwatch_log_metric_filter\" \"x\" {\n name = var.x\n pattern = \"ERROR\"\n log_group_name = \"g\"\n\
                 metric_transformation {\n namespace = \"App\"\n name = var.x\n value = \"1\"\n }\n}\n";
    let text = terraform("value = \"1\"", &[("metric_name", "\"StoppedCount\"")]);
    assert_eq!(found(&[("main.tf", text + other)]), expected(&[("unchecked-alarm", "\"stops\"")]));
}

#[test]
fn alarms_that_are_not_modelled_are_named() {
    for (alarm, lint) in [
        ("metric_query {\n id = \"a\"\n expression = \"b * 2\"\n }", "unchecked-alarm"),
        ("dynamic \"metric_query\" {\n for_each = var.q\n content {}\n }", "unchecked-alarm"),
        ("threshold_metric_id = \"a\"", "unchecked-alarm"),
    ] {
        let text = format!("resource \"aws_cloudwatch_metric_alarm\" \"math\" {{\n {alarm}\n}}\n");
        assert_eq!(found(&[("main.tf", text)]), expected(&[(lint, "\"math\"")]));
    }
    let template =
        "Resources:\n  Math:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      Metrics: []\n";
    assert_eq!(found(&[("t.yaml", template.to_owned())]), expected(&[("unchecked-alarm", "Math")]));
}

#[test]
fn composite_alarms_in_terraform() {
    let composite = |rule: &str| {
        format!(
            "resource \"aws_cloudwatch_composite_alarm\" \"c\" {{\n alarm_name = \"c\"\n alarm_rule = {rule}\n alarm_actions = [var.t]\n}}\n"
        )
    };
    let child = "\"ALARM(${aws_cloudwatch_metric_alarm.stops.alarm_name})\"";
    for (rule, lint) in [
        ("\"ALARM(a) OR ALARM(b)\"", None),
        (child, None),
        ("\"ALARM(a) OR NOT ALARM(a)\"", Some("composite-constant")),
        ("\"ALARM(${x.a}) AND OK(${x.a})\"", Some("composite-constant")),
        ("\"ALARM(${x.a}) AND OK(${x.b})\"", None),
        ("\"ALARM(a) or ALARM(b)\"", Some("refused-alarm-rule")),
        ("var.rule", Some("unchecked-alarm")),
        ("join(\" OR \", var.rules)", Some("unchecked-alarm")),
        ("<<-EOF\n  ALARM(${x.a}) OR\n  ALARM(b)\n  EOF\n", None),
    ] {
        let lints: Vec<&str> =
            found(&[("main.tf", composite(rule))]).into_iter().map(|(lint, _)| lint).collect();
        assert_eq!(lints, lint.into_iter().collect::<Vec<_>>(), "{rule}");
    }
    let other = composite("\"ALARM(c)\"").replace("\"c\"", "\"d\"");
    let cycle = found(&[("main.tf", composite("\"ALARM(d)\"")), ("d.tf", other)]);
    assert_eq!(cycle.iter().map(|(lint, _)| *lint).collect::<Vec<_>>(), ["composite-cycle"; 2]);
    // the child of a composite alarm needs no actions of its own
    let text = terraform("value = \"1\"", &[("alarm_actions", "")]) + &composite(child);
    assert_eq!(found(&[("main.tf", text)]), []);
    let text = terraform("value = \"1\"", &[("alarm_actions", "")]) + &composite("\"ALARM(other)\"");
    assert_eq!(found(&[("main.tf", text)]), expected(&[("alarm-without-actions", "\"stops\"")]));
}

fn template(transformation: &str, alarm: &[(&str, &str)]) -> String {
    let mut members = vec![
        ("Namespace", "App"),
        ("MetricName", "Stopped"),
        ("Statistic", "Sum"),
        ("Period", "300"),
        ("EvaluationPeriods", "1"),
        ("Threshold", "1"),
        ("ComparisonOperator", "GreaterThanOrEqualToThreshold"),
        ("TreatMissingData", "notBreaching"),
        ("AlarmActions", "[!Ref Topic]"),
    ];
    members.retain(|(name, _)| !alarm.iter().any(|(other, _)| other == name));
    members.extend(alarm.iter().filter(|(_, value)| !value.is_empty()));
    let members: String = members.iter().map(|(name, value)| format!("      {name}: {value}\n")).collect();
    format!(
        "Resources:\n  Stops:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      LogGroupName: g\n\
         \x20     FilterPattern: '{{ $.eventName = \"StopLogging\" }}'\n      MetricTransformations:\n\
         \x20       - MetricNamespace: App\n          MetricName: Stopped\n          {transformation}\n\
         \x20 OnStops:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n{members}"
    )
}

const CLOUDFORMATION: [Case; 19] = [
    ("MetricValue: '1'", &[], &[]),
    ("MetricValue: '1'", &[("MetricName", "StoppedCount")], &[("alarm-on-other-metric", "StoppedCount")]),
    // the name of a filter without `FilterName` is made at deployment
    ("MetricValue: '1'", &[("MetricName", "!Ref Stops")], &[("alarm-on-other-metric", "Stops")]),
    ("MetricValue: '1'", &[("MetricName", "{ Ref: Stops }")], &[("alarm-on-other-metric", "{ ")]),
    ("MetricValue: '1'", &[("MetricName", "!Ref Parameter")], &[("unchecked-alarm", "OnStops")]),
    (
        "MetricValue: '1'",
        &[("MetricName", "{ 'Fn::Sub': '${Stage}-Stopped' }")],
        &[("unchecked-alarm", "OnStops")],
    ),
    ("MetricValue: '1'", &[("MetricName", "!Sub '${Stage}-Stopped'")], &[("unchecked-alarm", "OnStops")]),
    ("MetricValue: '1'", &[("Namespace", "AWS/Lambda"), ("MetricName", "Stopped")], &[]),
    ("MetricValue: '1'", &[("MetricName", "QueueDepth")], &[("alarm-on-other-metric", "QueueDepth")]),
    (
        "MetricValue: 1\n          Dimensions: [{ Key: Fn, Value: $.eventName }]",
        &[],
        &[("alarm-without-dimensions", "OnStops")],
    ),
    (
        "MetricValue: 1\n          Dimensions: [{ Key: Fn, Value: $.eventName }]",
        &[("Dimensions", "[{ Name: Fn, Value: x }]")],
        &[],
    ),
    ("MetricValue: '1'", &[("Threshold", "0")], &[("threshold-always-holds", "0")]),
    ("MetricValue: '1'", &[("Threshold", "!Ref Threshold")], &[]),
    (
        "MetricValue: '1'\n          DefaultValue: 0",
        &[("Statistic", "Average")],
        &[("default-outweighs-matches", "OnStops")],
    ),
    ("MetricValue: '1'", &[("ComparisonOperator", "LessThanThreshold")], &[("threshold-never-reached", "1")]),
    ("MetricValue: '1'", &[("TreatMissingData", "ignore")], &[("missing-data-keeps-alarm", "OnStops")]),
    ("MetricValue: '1'", &[("AlarmActions", "")], &[("alarm-without-actions", "OnStops")]),
    ("MetricValue: '1'", &[("AlarmActions", "!If [Prod, [!Ref Topic], !Ref 'AWS::NoValue']")], &[]),
    ("MetricValue: '1'", &[("ActionsEnabled", "false")], &[("actions-disabled", "OnStops")]),
];

#[test]
fn alarms_in_cloudformation() {
    for (transformation, alarm, lints) in CLOUDFORMATION {
        let text = template(transformation, alarm);
        assert_eq!(found(&[("t.yaml", text.clone())]), expected(lints), "{text}");
    }
    // after a byte order mark the places are the same texts
    let marked = format!("\u{feff}{}", template("MetricValue: 1", &[("Threshold", "0")]));
    assert_eq!(found(&[("t.yaml", marked)]), expected(&[("threshold-always-holds", "0")]));
    let json = r#"{"Resources": {"F": {"Type": "AWS::Logs::MetricFilter", "Properties": {"FilterPattern": "ERROR", "LogGroupName": "g",
        "MetricTransformations": [{"MetricNamespace": "App", "MetricName": "Errors", "MetricValue": "1"}]}},
        "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Namespace": "App", "MetricName": "Error",
        "AlarmActions": [{"Ref": "T"}]}}}}"#;
    assert_eq!(found(&[("t.json", json.to_owned())]), expected(&[("alarm-on-other-metric", "\"Error\"")]));
}

#[test]
fn composite_alarms_in_cloudformation() {
    let composite = |rule: &str| {
        format!(
            "Resources:\n  C:\n    Type: AWS::CloudWatch::CompositeAlarm\n    Properties:\n      AlarmRule: {rule}\n      AlarmActions: [!Ref T]\n"
        )
    };
    for (rule, lint) in [
        ("ALARM(a) OR ALARM(b)", None),
        ("!Sub 'ALARM(${A}) OR ALARM(${B})'", None),
        ("!Sub 'ALARM(${A}) OR NOT ALARM(${A})'", Some("composite-constant")),
        ("ALARM(a", Some("refused-alarm-rule")),
        ("!Join [' OR ', [a, b]]", Some("refused-alarm-rule")),
        ("!Join [' OR ', ['ALARM(a)', 'ALARM(b)']]", None),
        ("!Join [' OR ', [!Ref A, 'ALARM(b)']]", Some("unchecked-alarm")),
    ] {
        let lints: Vec<&str> =
            found(&[("t.yaml", composite(rule))]).into_iter().map(|(lint, _)| lint).collect();
        assert_eq!(lints, lint.into_iter().collect::<Vec<_>>(), "{rule}");
    }
}

#[test]
fn the_child_of_a_composite_alarm_of_a_rule_file_needs_no_actions() {
    let rule = "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\nmetric = { namespace = \"App\", name = \"M\", value = \"1\" }\n\
                alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\", notify = [] }\n";
    assert_eq!(found(&[("r.toml", rule.to_owned())])[0].0, "alarm-without-actions");
    let composite = format!("{rule}[[composite]]\nid = \"c\"\nrule = \"ALARM(a)\"\n");
    assert_eq!(found(&[("r.toml", composite)]), []);
    let silent = format!("{rule}[[composite]]\nid = \"c\"\nrule = \"ALARM(a)\"\nnotify = []\n");
    assert_eq!(found(&[("r.toml", silent)]), expected(&[("alarm-without-actions", "\"ALARM(a)\"")]));
}

/// What the folder declares besides, the members of the alarm, the lints with the text at their place.
const EVALUATED: [Case; 12] = [
    ("locals {\n t = 0\n}", &[("threshold", "local.t")], &[("threshold-always-holds", "local.t")]),
    ("locals {\n t = 1\n}", &[("threshold", "local.t")], &[]),
    (
        "variable \"m\" {\n default = \"StoppedCount\"\n}",
        &[("metric_name", "var.m")],
        &[("alarm-on-other-metric", "var.m")],
    ),
    ("variable \"m\" {\n default = \"Stopped\"\n}", &[("metric_name", "var.m")], &[]),
    ("variable \"m\" {\n type = string\n}", &[("metric_name", "var.m")], &[("unchecked-alarm", "\"stops\"")]),
    (
        "locals {\n p = \"Stopped\"\n}",
        &[("metric_name", "\"${local.p}Count\"")],
        &[("alarm-on-other-metric", "\"${local.p}Count\"")],
    ),
    (
        "",
        &[("for_each", "{ a = 1, b = 0 }"), ("threshold", "each.value")],
        &[("threshold-always-holds", "each.value")],
    ),
    ("", &[("for_each", "{ a = 1, b = 2 }"), ("threshold", "each.value * 1")], &[]),
    ("locals {\n on = false\n}", &[("actions_enabled", "local.on")], &[("actions-disabled", "\"stops\"")]),
    // a caller of the module gives the actions
    ("variable \"a\" {\n default = []\n}", &[("alarm_actions", "var.a")], &[]),
    ("locals {\n a = [\"arn\"]\n}", &[("alarm_actions", "local.a")], &[]),
    ("locals {\n s = 10\n}", &[("period", "local.s")], &[("short-period", "local.s")]),
];

#[test]
fn members_of_alarms_are_evaluated() {
    for (declared, alarm, lints) in EVALUATED {
        let text = format!("{declared}\n{}", terraform("value = \"1\"\n default_value = 0", alarm));
        assert_eq!(found(&[("main.tf", text.clone())]), expected(lints), "{text}");
        // with the declarations in another file of the folder
        let (one, other) = text.split_at(declared.len());
        let files = [("m/other.tf", one.to_owned()), ("m/main.tf", other.to_owned())];
        assert_eq!(found_together(&files), expected(lints), "{text}");
    }
}

#[test]
fn an_alarm_of_a_module_has_the_arguments_of_each_call() {
    let declared = "variable \"t\" {\n default = 1\n}\nvariable \"a\" {\n default = []\n}\n";
    let members = [("threshold", "var.t"), ("alarm_actions", "var.a")];
    let module = declared.to_owned() + &terraform("value = \"1\"\n default_value = 0", &members);
    let call = |arguments: &str| format!("module \"a\" {{\n source = \"./m\"\n {arguments}\n}}\n");
    for (call, lints) in [
        (call("a = [\"arn\"]"), &[][..]),
        (call("t = 0\n a = [\"arn\"]"), &[("threshold-always-holds", "var.t")][..]),
        (call(""), &[("alarm-without-actions", "\"stops\"")][..]),
    ] {
        let files = [("main.tf", call.clone()), ("m/main.tf", module.clone())];
        assert_eq!(found_together(&files), expected(lints), "{call}");
    }
}

#[test]
fn an_alarm_and_its_filter_have_one_name_for_each_instance() {
    let each = |text: &str| {
        text.replace("\"Stopped\"", "each.key").replace("\"stops\" {", "\"stops\" {\n for_each = local.all")
    };
    let locals = "locals {\n all = toset([\"A\", \"B\"])\n}\n";
    let text = locals.to_owned() + &each(&terraform("value = \"1\"", &[]));
    assert_eq!(found(&[("main.tf", text.clone())]), []);
    let other = text.replace("metric_name = each.key", "metric_name = \"${each.key}Stopped\"");
    let other = other.replace("name = each.key\n    value", "name = \"${each.key}Stops\"\n    value");
    // each instance has its own metric, so that its finding has its own text
    let lint = ("alarm-on-other-metric", "\"${each.key}Stopped\"");
    assert_eq!(found(&[("main.tf", other)]), expected(&[lint, lint]));
}

#[test]
fn members_of_alarms_in_cloudformation_are_evaluated() {
    let parameters = "Parameters:\n  Low: { Type: Number, Default: 0 }\n  Name: { Type: String, Default: StoppedCount }\n\
                      \x20 Own: { Type: String }\n";
    for (alarm, lints) in [
        ([("Threshold", "!Ref Low")], &[("threshold-always-holds", "Low")][..]),
        ([("MetricName", "!Ref Name")], &[("alarm-on-other-metric", "Name")][..]),
        ([("MetricName", "!Ref Own")], &[("unchecked-alarm", "OnStops")][..]),
        ([("MetricName", "!Sub '${Own}Count'")], &[("unchecked-alarm", "OnStops")][..]),
        ([("MetricName", "!Join ['', [Stopped, Count]]")], &[("alarm-on-other-metric", "!")][..]),
        ([("Threshold", "'{{resolve:ssm:low}}'")], &[][..]),
    ] {
        let text = parameters.to_owned() + &template("MetricValue: '1'\n          DefaultValue: 0", &alarm);
        let found = found(&[("t.yaml", text.clone())]);
        let found: Vec<_> = found.iter().map(|(lint, at)| (*lint, at.get(..1))).collect();
        let lints: Vec<_> = lints.iter().map(|(lint, at)| (*lint, at.get(..1))).collect();
        assert_eq!(found, lints, "{text}");
    }
}
