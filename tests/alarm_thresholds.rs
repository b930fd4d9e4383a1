//! Thresholds that no datapoint breaches, or every one, in rule files, Terraform and CloudFormation: tests/alarm_thresholds.tsv.

use cwfilter::lint::file::check_files;
use cwfilter::sources;
use std::path::Path;

/// The lints of the alarm in a file, in order of their names.
fn found(name: &str, text: &str) -> Vec<&'static str> {
    let patterns = sources::read(Path::new(name), text).unwrap();
    let files = check_files([(name.to_owned(), text.to_owned(), &*patterns)]);
    let lints = files.iter().flat_map(|file| &file.findings).map(|it| it.diagnostic.lint);
    let mut lints: Vec<_> = lints.filter(|lint| !lint.starts_with("unguaranteed")).collect();
    lints.sort_unstable();
    lints
}

struct Row<'a> {
    value: &'a str,
    default: Option<&'a str>,
    statistic: &'a str,
    comparison: &'a str,
    threshold: &'a str,
    missing: &'a str,
    lints: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Self {
        let [value, default, statistic, comparison, threshold, missing, lints] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("{line}")
        };
        Row {
            value,
            default: (default != "-").then_some(default),
            statistic,
            comparison: match comparison {
                ">" => "GreaterThanThreshold",
                ">=" => "GreaterThanOrEqualToThreshold",
                "<" => "LessThanThreshold",
                _ => "LessThanOrEqualToThreshold",
            },
            threshold,
            missing: match missing {
                "n" => "notBreaching",
                "m" => "missing",
                "i" => "ignore",
                _ => "breaching",
            },
            lints: lints.split(' ').filter(|lint| *lint != "-").collect(),
        }
    }

    fn is_extended(&self) -> bool {
        !["Sum", "SampleCount", "Average", "Minimum", "Maximum"].contains(&self.statistic)
    }

    fn rule_file(&self) -> String {
        let Row { value, statistic, comparison, threshold, missing, .. } = self;
        let default = self.default.map_or(String::new(), |default| format!(", default = {default}"));
        format!(
            "[[rule]]\nid = \"a\"\npattern = '{{ $.level = \"ERROR\" && $.n = * }}'\n\
             metric = {{ namespace = \"App\", name = \"M\", value = \"{value}\"{default} }}\n\
             alarm = {{ statistic = \"{statistic}\", period = \"5m\", threshold = {threshold}, \
             comparison = \"{comparison}\", missing = \"{missing}\" }}\n"
        )
    }

    fn terraform(&self) -> String {
        let Row { value, statistic, comparison, threshold, missing, .. } = self;
        let default = self.default.map_or(String::new(), |default| format!("default_value = {default}\n"));
        let member = if self.is_extended() { "extended_statistic" } else { "statistic" };
        format!(
            "variable \"one_more\" {{\n default = {threshold} + 1\n}}\n\
             locals {{\n one_more = {threshold} + 1\n}}\n\
             resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n name = \"a\"\n log_group_name = \"g\"\n\
             pattern = \"{{ $.level = \\\"ERROR\\\" && $.n = * }}\"\n metric_transformation {{\n namespace = \"App\"\n\
             name = \"M\"\n value = \"{value}\"\n {default}}}\n}}\n\
             resource \"aws_cloudwatch_metric_alarm\" \"a\" {{\n alarm_name = \"a\"\n namespace = \"App\"\n metric_name = \"M\"\n\
             {member} = \"{statistic}\"\n period = 300\n evaluation_periods = 1\n threshold = local.one_more - 1\n\
             comparison_operator = \"{comparison}\"\n treat_missing_data = \"{missing}\"\n alarm_actions = [var.topic]\n}}\n"
        )
    }

    fn template(&self) -> String {
        let Row { value, statistic, comparison, threshold, missing, .. } = self;
        let default = self.default.map_or(String::new(), |it| format!("          DefaultValue: {it}\n"));
        let member = if self.is_extended() { "ExtendedStatistic" } else { "Statistic" };
        format!(
            "Parameters:\n  T:\n    Type: Number\n    Default: {threshold}\nResources:\n  F:\n    Type: AWS::Logs::MetricFilter\n\
             \x20   Properties:\n      LogGroupName: g\n      FilterPattern: '{{ $.level = \"ERROR\" && $.n = * }}'\n\
             \x20     MetricTransformations:\n        - MetricNamespace: App\n          MetricName: M\n\
             \x20         MetricValue: '{value}'\n{default}\
             \x20 A:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      Namespace: App\n      MetricName: M\n\
             \x20     {member}: '{statistic}'\n      Period: 300\n      EvaluationPeriods: 1\n      Threshold: !Ref T\n\
             \x20     ComparisonOperator: {comparison}\n      TreatMissingData: {missing}\n      AlarmActions: [!Ref Topic]\n"
        )
    }
}

#[test]
fn thresholds_that_always_or_never_hold() {
    let mut rows = 0;
    for line in include_str!("alarm_thresholds.tsv").lines().filter(|line| !line.starts_with('#')) {
        let row = Row::read(line);
        for (name, text) in
            [("r.toml", row.rule_file()), ("main.tf", row.terraform()), ("t.yaml", row.template())]
        {
            assert_eq!(found(name, &text), row.lints, "{line}\n{text}");
        }
        rows += 1;
    }
    assert!(rows > 50, "{rows}");
}

/// Thresholds and default values of templates that are no numbers. A text that is computed at deployment is not known.
#[test]
fn settings_that_are_no_numbers() {
    for (threshold, default, lints) in [
        ("1", "0", &[] as &[&str]),
        (".nan", "0", &["invalid-threshold"]),
        (".inf", "0", &["invalid-threshold"]),
        ("-.inf", "0", &["invalid-threshold"]),
        ("nan", "0", &["invalid-threshold"]),
        ("1e400", "0", &["invalid-threshold"]),
        ("many", "0", &["invalid-threshold"]),
        ("!Ref Unknown", "0", &[]),
        ("1", ".nan", &["invalid-metric-value"]),
        ("1", "inf", &["invalid-metric-value", "threshold-always-holds"]),
        ("1", "1e400", &["invalid-metric-value", "threshold-always-holds"]),
        ("1", "few", &["invalid-metric-value"]),
        ("1", "!Ref Unknown", &[]),
    ] {
        let row = Row {
            value: "1",
            default: Some(default),
            statistic: "Sum",
            comparison: "GreaterThanOrEqualToThreshold",
            threshold: "1",
            missing: "notBreaching",
            lints: Vec::new(),
        };
        let yaml = row.template().replace("Threshold: !Ref T\n", &format!("Threshold: {threshold}\n"));
        assert_eq!(found("t.yaml", &yaml), lints, "{yaml}");
        if [threshold, default].iter().any(|text| text.contains(['!', '.'])) {
            continue;
        }
        let row = Row { default: None, ..row };
        let tf = row
            .terraform()
            .replace("threshold = local.one_more - 1", &format!("threshold = \"{threshold}\""));
        let tf = tf.replace("value = \"1\"", &format!("value = \"1\"\n default_value = \"{default}\""));
        assert_eq!(found("main.tf", &tf), lints, "{tf}");
    }
}

/// Numbers that no request can have are refused where a rule file or a stack is read.
#[test]
fn numbers_that_no_request_can_have() {
    let rule = |metric: &str, threshold: &str, test: &str| {
        format!(
            "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\nmetric = {{ namespace = \"N\", name = \"M\", value = \"1\"{metric} }}\n\
             alarm = {{ statistic = \"Sum\", period = \"1m\", threshold = {threshold} }}\n{test}"
        )
    };
    let test = |value: &str| {
        format!(
            "[[rule.test]]\nname = \"t\"\nlog = \"ERROR\"\nexpect = \"match\"\nmetric = {{ value = {value} }}\n"
        )
    };
    for (metric, threshold, tested, words) in [
        ("", "1", "1", ""),
        (", default = -0.0", "-1e300", "1", ""),
        (", default = nan", "1", "1", "default value NaN must be a valid number"),
        (", default = -inf", "1", "1", "default value -inf must be a valid number"),
        ("", "nan", "1", "the threshold NaN is not a number"),
        ("", "inf", "1", "the threshold inf is not a number"),
        ("", "-inf", "1", "the threshold -inf is not a number"),
        ("", "1", "nan", "the value NaN, which no datapoint has"),
        ("", "1", "inf", "the value inf, which no datapoint has"),
        ("", "1", "1e300", "the value 1e300, which no datapoint has"),
    ] {
        let text = rule(metric, threshold, &test(tested));
        let refused = cwfilter::rules::parse("r.toml".as_ref(), text.clone()).err().unwrap_or_default();
        let refused: String = refused.iter().map(ToString::to_string).collect();
        assert!(refused.contains(words) && refused.is_empty() == words.is_empty(), "{text}\n{refused}");
    }
}

/// Ids of rules and composite alarms become names, and no name is empty.
#[test]
fn ids_are_not_empty() {
    for (id, words) in [("a", ""), ("a b", ""), ("", "the id is empty"), (" ", "the id is empty")] {
        for text in [
            format!("[[rule]]\nid = \"{id}\"\npattern = \"ERROR\"\n"),
            format!("[[composite]]\nid = \"{id}\"\nrule = \"ALARM(x)\"\n"),
        ] {
            let refused = cwfilter::rules::parse("r.toml".as_ref(), text.clone()).err().unwrap_or_default();
            let refused: String = refused.iter().map(ToString::to_string).collect();
            assert!(refused.contains(words) && refused.is_empty() == words.is_empty(), "{text}\n{refused}");
        }
    }
}

/// A pattern of a template that is null is no pattern, and not one that matches every event. To Terraform, an argument that is null is missing.
#[test]
fn patterns_that_are_null() {
    for (pattern, lints) in [
        ("''", &[] as &[&str]),
        ("ERROR", &[]),
        ("'null'", &[]),
        ("null", &["unquoted-pattern"]),
        ("~", &["unquoted-pattern"]),
        ("", &["unquoted-pattern"]),
        ("!Ref AWS::NoValue", &["unquoted-pattern"]),
    ] {
        let yaml = format!(
            "Resources:\n  F:\n    Type: AWS::Logs::SubscriptionFilter\n    Properties:\n      LogGroupName: g\n\
             \x20     DestinationArn: arn\n      FilterPattern: {pattern}\n"
        );
        assert_eq!(found("t.yaml", &yaml), lints, "{yaml}");
    }
    let json = r#"{"Resources":{"F":{"Type":"AWS::Logs::SubscriptionFilter","Properties":{"LogGroupName":"g","FilterPattern":null}}}}"#;
    assert_eq!(found("t.json", json), ["unquoted-pattern"]);
}

/// Unit of the metric filter, of the alarm, lints. A unit that is not set: `-`; one that is computed at deployment: `?`.
#[test]
fn units_of_the_filter_and_of_the_alarm() {
    for (published, watched, lints) in [
        ("-", "-", &[] as &[&str]),
        ("Count", "-", &[]),
        ("Count", "Count", &[]),
        ("-", "None", &[]),
        ("None", "None", &[]),
        ("-", "Count", &["unpublished-unit"]),
        ("None", "Count", &["unpublished-unit"]),
        ("Milliseconds", "Seconds", &["unpublished-unit"]),
        ("Count", "None", &["unpublished-unit"]),
        ("?", "Count", &[]),
        ("Count", "?", &[]),
    ] {
        let row = Row {
            value: "1",
            default: None,
            statistic: "Sum",
            comparison: "GreaterThanOrEqualToThreshold",
            threshold: "1",
            missing: "notBreaching",
            lints: Vec::new(),
        };
        let member = |unit: &str, known: &str, computed: &str| match unit {
            "-" => String::new(),
            "?" => computed.to_owned(),
            unit => known.replace("UNIT", unit),
        };
        if ![published, watched].contains(&"?") {
            let unit = |unit| member(unit, ", unit = \"UNIT\"", "");
            let toml = row
                .rule_file()
                .replace("value = \"1\"", &format!("value = \"1\"{}", unit(published)))
                .replace(", threshold", &format!("{}, threshold", unit(watched)));
            assert_eq!(found("r.toml", &toml), lints, "{toml}");
        }
        let unit = |unit, before: &str| {
            member(unit, &format!("{before}Unit: UNIT\n"), &format!("{before}Unit: !Ref U\n"))
        };
        let yaml = row
            .template()
            .replace("MetricValue: '1'\n", &format!("MetricValue: '1'\n{}", unit(published, "          ")))
            .replace("      Period: 300\n", &format!("      Period: 300\n{}", unit(watched, "      ")));
        assert_eq!(found("t.yaml", &yaml), lints, "{yaml}");
        let unit = |unit| member(unit, " unit = \"UNIT\"\n", " unit = var.unit\n");
        let tf = row
            .terraform()
            .replace(" value = \"1\"\n", &format!(" value = \"1\"\n{}", unit(published)))
            .replace(" period = 300\n", &format!(" period = 300\n{}", unit(watched)));
        assert_eq!(found("main.tf", &tf), lints, "{tf}");
    }
}

/// Metric, alarm, lints: dimensions of the filter and of the alarm.
#[test]
fn dimensions_of_the_filter_and_of_the_alarm() {
    let none: &[&str] = &[];
    for (published, system, watched, lints) in [
        ("", "", "", none),
        ("Fn", "", "Fn", none),
        ("Fn", "", "", &["alarm-without-dimensions"]),
        ("", "", "Fn", &["unpublished-dimension"]),
        ("Fn", "", "Fn Stage", &["unpublished-dimension"]),
        ("Fn", "", "Stage", &["alarm-without-dimensions"]),
        ("", "@aws.account", "@aws.account", none),
        ("", "@aws.account", "", &["alarm-without-dimensions"]),
        ("", "@aws.account", "@aws.region", &["alarm-without-dimensions"]),
        ("Fn", "@aws.region", "Fn @aws.region", none),
        ("Fn", "@aws.region", "Fn", &["alarm-without-dimensions"]),
        ("", "", "@aws.region", &["unpublished-dimension"]),
    ] {
        let list = |names: &str, entry: &dyn Fn(&str) -> String| {
            names.split_whitespace().map(entry).collect::<Vec<_>>().join(", ")
        };
        let toml = format!(
            "[[rule]]\nid = \"a\"\npattern = '{{ $.level = \"ERROR\" && $.f = * }}'\n\
             metric = {{ namespace = \"App\", name = \"M\", value = \"1\", dimensions = {{ {} }}, emit_system_field_dimensions = [{}] }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\", dimensions = {{ {} }} }}\n",
            list(published, &|it| format!("\"{it}\" = \"$.f\"")),
            list(system, &|it| format!("\"{it}\"")),
            list(watched, &|it| format!("\"{it}\" = \"x\"")),
        );
        assert_eq!(found("r.toml", &toml), lints, "{toml}");
        let yaml = format!(
            "Resources:\n  F:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      LogGroupName: g\n\
             \x20     FilterPattern: '{{ $.level = \"ERROR\" && $.f = * }}'\n      EmitSystemFieldDimensions: [{}]\n\
             \x20     MetricTransformations:\n        - MetricNamespace: App\n          MetricName: M\n          MetricValue: '1'\n\
             \x20         Dimensions: [{}]\n\
             \x20 A:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      Namespace: App\n      MetricName: M\n\
             \x20     Statistic: Sum\n      Period: 300\n      EvaluationPeriods: 1\n      Threshold: 1\n\
             \x20     ComparisonOperator: GreaterThanOrEqualToThreshold\n      TreatMissingData: notBreaching\n\
             \x20     Dimensions: [{}]\n      AlarmActions: [!Ref Topic]\n",
            list(system, &|it| format!("'{it}'")),
            list(published, &|it| format!("{{ Key: {it}, Value: $.f }}")),
            list(watched, &|it| format!("{{ Name: '{it}', Value: x }}")),
        );
        assert_eq!(found("t.yaml", &yaml), lints, "{yaml}");
        if system.is_empty() {
            let tf = format!(
                "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n name = \"a\"\n log_group_name = \"g\"\n\
                 pattern = \"{{ $.level = \\\"ERROR\\\" && $.f = * }}\"\n metric_transformation {{\n namespace = \"App\"\n\
                 name = \"M\"\n value = \"1\"\n dimensions = {{ {} }}\n}}\n}}\n\
                 resource \"aws_cloudwatch_metric_alarm\" \"a\" {{\n alarm_name = \"a\"\n namespace = \"App\"\n metric_name = \"M\"\n\
                 statistic = \"Sum\"\n period = 300\n evaluation_periods = 1\n threshold = 1\n\
                 comparison_operator = \"GreaterThanOrEqualToThreshold\"\n treat_missing_data = \"notBreaching\"\n\
                 dimensions = {{ {} }}\n alarm_actions = [var.topic]\n}}\n",
                list(published, &|it| format!("{it} = \"$.f\"")),
                list(watched, &|it| format!("\"{it}\" = \"x\"")),
            );
            assert_eq!(found("main.tf", &tf), lints, "{tf}");
        }
    }
}

/// The alarm of a rule sees the datapoints of all rules that publish to its metric.
#[test]
fn another_rule_raises_the_maximum() {
    let rule = |id: &str, value: &str, alarm: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\npattern = '{{ $.{id} = * }}'\n\
             metric = {{ namespace = \"App\", name = \"M\", value = \"{value}\" }}\n{alarm}\n"
        )
    };
    let alarm =
        "alarm = { statistic = \"Maximum\", period = \"5m\", threshold = 3, missing = \"notBreaching\" }";
    assert_eq!(found("r.toml", &rule("a", "1", alarm)), ["threshold-never-reached"]);
    let other = rule("b", "5", "");
    assert_eq!(found("r.toml", &(rule("a", "1", alarm) + &other)), [""; 0]);
    let files = [("a.toml", rule("a", "1", alarm)), ("b.toml", other)];
    let read = files.map(|(name, text)| {
        let patterns = sources::read(Path::new(name), &text).unwrap();
        (name, text, patterns)
    });
    let checked = check_files(
        read.iter().map(|(name, text, patterns)| ((*name).to_owned(), text.clone(), &**patterns)),
    );
    assert!(checked.iter().all(|file| file.findings.is_empty()));
}
