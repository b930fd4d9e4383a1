//! `cwfilter audit` and `diff` name what they do not read, and never judge it: modules and stacks in another place, answers that are a part,
//! filters that do not read each event, filters on log groups that are not known.

#[allow(dead_code)]
#[path = "audit/program.rs"]
mod program;

use program::{folder, run};
use serde_json::{Value, json};

const ROOT: &str = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }";

/// An answer with one metric filter, changed.
fn filters(change: impl Fn(&mut Value)) -> String {
    let mut answer = json!({ "metricFilters": [{
        "filterName": "root", "logGroupName": "trail", "filterPattern": ROOT,
        "metricTransformations": [{ "metricName": "root", "metricNamespace": "CIS", "metricValue": "1" }],
    }] });
    change(&mut answer);
    answer.to_string()
}

/// The judgement on the control about the root user.
fn of_root(stdout: &str) -> Value {
    let report: Value = serde_json::from_str(stdout).unwrap();
    report["controls"].as_array().unwrap().iter().find(|it| it["control"] == "4.3").unwrap().clone()
}

/// Names of files, their texts, and what is not read.
const PARTS: [(&str, &str, &str); 13] = [
    (
        "m.tf",
        "module \"cis\" {\n  source = \"cloudposse/cis/aws\"\n}\n",
        "m.tf:1:1: the module `cis` (`cloudposse/cis/aws`)",
    ),
    (
        "m.tf",
        "module \"cis\" {\n  source = \"git::https://example.com/cis.git\"\n}\n",
        "the module `cis` (`git::https://example.com/cis.git`)",
    ),
    (
        "c.yaml",
        "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: https://s3.amazonaws.com/x/y.yaml\n",
        "c.yaml:2:3: the nested stack `N` (`https://s3.amazonaws.com/x/y.yaml`)",
    ),
    (
        "c.yaml",
        "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./missing.yaml\n",
        "the nested stack `N` (`./missing.yaml`)",
    ),
    (
        "c.json",
        "{\"Resources\": {\"N\": {\"Type\": \"AWS::CloudFormation::Stack\", \"Properties\": {\"TemplateURL\": {\"Ref\": \"Url\"}}}}}",
        "the nested stack `N` is not read",
    ),
    (
        "c.yaml",
        "Resources:\n  N:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: ./missing.yaml\n",
        "the nested stack `N` (`./missing.yaml`)",
    ),
    (
        "c.yaml",
        "Resources:\n  S:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      StackSetName: x\n      TemplateURL: https://s3.amazonaws.com/x/y.yaml\n",
        "the stack set `S`",
    ),
    (
        "c.yaml",
        "Resources:\n  M:\n    Type: My::Cis::Filters::MODULE\n",
        "the CloudFormation module `M` (`My::Cis::Filters::MODULE`)",
    ),
    (
        "c.yaml",
        "Resources:\n  P:\n    Type: AWS::ServiceCatalog::CloudFormationProvisionedProduct\n",
        "the Service Catalog product `P`",
    ),
    (
        "c.yaml",
        "Resources:\n  Fn::Transform:\n    Name: AWS::Include\n    Parameters:\n      Location: s3://x/y.yaml\n",
        "the include `AWS::Include` (`s3://x/y.yaml`)",
    ),
    ("c.yaml", "Transform: Own\nResources:\n  T:\n    Type: AWS::SNS::Topic\n", "the macro `Own`"),
    (
        "c.yaml",
        "Transform: [AWS::Serverless-2016-10-31, Own]\nResources:\n  T:\n    Type: AWS::SNS::Topic\n",
        "the macro `Own`",
    ),
    (
        "serverless.yml",
        "resources:\n  Resources:\n    N:\n      Type: AWS::CloudFormation::Stack\n      Properties:\n        TemplateURL: https://s3.amazonaws.com/x/y.yaml\n",
        "the nested stack `N`",
    ),
];

#[test]
fn parts_in_another_place() {
    let whole = filters(|_| ());
    for (at, (file, text, what)) in PARTS.into_iter().enumerate() {
        let here = folder(
            &format!("audit-unread-{at}"),
            &[(&format!("a/{file}"), text), ("a/filters.json", &whole), ("b/filters.json", &whole)],
        );
        let certificate = here.join("certificate.json").display().to_string();
        let found =
            run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "--certificate", &certificate, "a"]);
        let report: Value = serde_json::from_str(&found.stdout).unwrap();
        assert_eq!(found.code, 3, "{text}: {}", found.stderr);
        assert!(report["notRead"][0].as_str().unwrap().contains(what), "{what}: {}", report["notRead"]);
        // what is covered stays covered, and nothing else is judged
        for control in report["controls"].as_array().unwrap() {
            let expected = if control["control"] == "4.3" { "covered" } else { "not read" };
            assert_eq!(control["judgement"], expected, "{text}: {}", control["control"]);
        }
        for format in ["human", "html"].into_iter().filter(|_| at < 4) {
            let shown = run(&here, &["audit", "--against", "cis-aws-5.0", "--format", format, "a"]).stdout;
            assert!(format == "html" || shown.contains(what), "{format}: {shown}");
            assert!(shown.contains("1 module or nested stack not read"), "{format}: {shown}");
        }
        let text = std::fs::read_to_string(&certificate).unwrap();
        assert!(text.contains(&what.replace('"', "\\\"")), "{what}: {text}");
        let found = run(&here, &["diff", "a", "b"]);
        assert_eq!(found.code, 3, "{what}: {}", found.stdout);
        let says = what.trim_end_matches(" is not read");
        assert!(found.stdout.contains(says), "{what}: {}", found.stdout);
        assert!(found.stdout.contains("1 part of a file not read"), "{}", found.stdout);
        let found = run(&here, &["lint", "a"]);
        assert!(found.stdout.contains("[unread-module]"), "{what}: {}", found.stdout);
    }
}

/// A nested stack whose template is among the files is read; one that is not made, and transforms of AWS, hide nothing.
#[test]
fn parts_that_are_read() {
    let nested = |url: &str| {
        format!(
            "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n"
        )
    };
    let (here, deeper) = (nested("./child.yaml"), nested("nested/../child.yaml"));
    let asset = format!("{}    Metadata:\n      aws:asset:path: child.yaml\n", nested("!Ref Url"));
    let off = nested("https://s3.amazonaws.com/x/y.yaml").replace("    Type", "    Condition: No\n    Type");
    let off = format!("Conditions:\n  No: !Equals [a, b]\n{off}");
    let aws = "Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\nResources:\n  T:\n    Type: AWS::SNS::Topic\n";
    for (at, text) in [here.as_str(), &deeper, &asset, &off, aws].into_iter().enumerate() {
        let child = format!(
            "Resources:\n  Root:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      LogGroupName: trail\n      FilterPattern: '{ROOT}'\n      MetricTransformations:\n        - {{ MetricName: root, MetricNamespace: CIS, MetricValue: '1' }}\n"
        );
        let here = folder(&format!("audit-read-{at}"), &[("parent.yaml", text), ("child.yaml", &child)]);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "."]);
        let report: Value = serde_json::from_str(&found.stdout).unwrap();
        assert_eq!(report["notRead"], json!([]), "{text}");
        assert_eq!(of_root(&found.stdout)["judgement"], "covered", "{text}");
    }
}

/// A filter that does not read each event, and one without a pattern, do not cover a control.
#[test]
fn filters_that_do_not_read_each_event() {
    let set =
        |name: &'static str, value: Value| filters(move |it| it["metricFilters"][0][name] = value.clone());
    for (name, answer, judgement, code) in [
        ("whole", filters(|_| ()), "covered", 1),
        ("criteria", set("fieldSelectionCriteria", json!("@aws.region = \"us-east-1\"")), "unknown", 1),
        ("no criteria", set("fieldSelectionCriteria", json!("")), "covered", 1),
        ("transformed", set("applyOnTransformedLogs", json!(true)), "unknown", 1),
        ("not transformed", set("applyOnTransformedLogs", json!(false)), "covered", 1),
        (
            "no pattern",
            filters(|it| {
                let mut other = it["metricFilters"][0].clone();
                other["filterPattern"] = json!("other");
                it["metricFilters"].as_array_mut().unwrap().push(other);
                it["metricFilters"][0].as_object_mut().unwrap().remove("filterPattern");
            }),
            "not read",
            3,
        ),
        ("the first page", filters(|it| it["nextToken"] = json!("x")), "covered", 3),
    ] {
        let here = folder(&format!("audit-part-{}", name.replace(' ', "-")), &[("a.json", &answer)]);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "a.json"]);
        assert_eq!(of_root(&found.stdout)["judgement"], judgement, "{name}");
        assert_eq!(found.code, code, "{name}: {}", found.stderr);
    }
    let first = filters(|it| it["nextToken"] = json!("x"));
    let here = folder("diff-first-page", &[("a.json", &first), ("b.json", &filters(|_| ()))]);
    let found = run(&here, &["diff", "a.json", "b.json"]);
    assert!(
        found.code == 3 && found.stdout.contains("the rest of the metric filters of the answer"),
        "{}",
        found.stdout
    );
}

/// `covers` of a rule whose filter does not read each event is not proved.
#[test]
fn rules_that_do_not_read_each_event() {
    let rule = |line: &str| {
        format!(
            "[[rule]]\nid = \"root\"\ntitle = \"t\"\ncovers = [\"cis-aws-5.0/4.3\"]\npattern = '''{ROOT}'''\n[rule.metric]\nnamespace = \"CIS\"\nname = \"root\"\nvalue = \"1\"\n{line}\n"
        )
    };
    for (line, is_found) in [
        ("", false),
        ("field_selection_criteria = \"@aws.region = \\\"us-east-1\\\"\"", true),
        ("apply_on_transformed_logs = true", true),
        ("apply_on_transformed_logs = false", false),
    ] {
        let here = folder(&format!("covers-part-{}", line.len()), &[("r.toml", &rule(line))]);
        let found = run(&here, &["lint", "r.toml"]);
        assert_eq!(found.stdout.contains("[covers-not-proved]"), is_found, "{line}: {}", found.stdout);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "r.toml"]);
        let judgement = if is_found { "unknown" } else { "covered" };
        assert_eq!(of_root(&found.stdout)["judgement"], judgement, "{line}");
    }
}

/// Filters add up only if it is known that they are on one log group.
#[test]
fn log_groups_that_are_not_known() {
    let first = "{ $.eventName = \\\"CreateTrail\\\" || $.eventName = \\\"UpdateTrail\\\" || $.eventName = \\\"DeleteTrail\\\" }";
    let rest = "{ $.eventName = \\\"StartLogging\\\" || $.eventName = \\\"StopLogging\\\" }";
    let filter = |name: &str, group: &str, pattern: &str| {
        let group = if group.is_empty() { String::new() } else { format!("  log_group_name = {group}\n") };
        format!(
            "resource \"aws_cloudwatch_log_metric_filter\" \"{name}\" {{\n  name = \"{name}\"\n{group}  pattern = \"{pattern}\"\n}}\n"
        )
    };
    let trail = "\"trail\"";
    for (at, (groups, judgement)) in [
        ([trail, trail], "covered"),
        (["var.a", "var.a"], "covered"),
        (["var.a", "var.b"], "unknown"),
        (["var.a", trail], "unknown"),
        ([trail, ""], "unknown"),
        (["", ""], "unknown"),
        ([trail, "\"app\""], "partly covered"),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!(
            "{}{}variable \"a\" {{}}\nvariable \"b\" {{}}\n",
            filter("first", groups[0], first),
            filter("rest", groups[1], rest)
        );
        // a third filter with an unknown log group changes nothing
        let more = format!("{text}{}variable \"c\" {{}}\n", filter("more", "var.c", "other"));
        for (name, text) in [("two", &text), ("three", &more)] {
            let here = folder(&format!("audit-groups-{at}-{name}"), &[("main.tf", text)]);
            let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "."]);
            let report: Value = serde_json::from_str(&found.stdout).unwrap();
            let control =
                report["controls"].as_array().unwrap().iter().find(|it| it["control"] == "4.5").unwrap();
            assert_eq!(control["judgement"], judgement, "{groups:?} {name}: {control}");
        }
    }
}

/// Of several statements about one subscription the worst counts.
#[test]
fn subscribers_with_several_statements() {
    let topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    let one = format!("{topic}:11111111-2222-3333-4444-555555555555");
    let alarms = json!({ "MetricAlarms": [{
        "AlarmName": "root", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:root", "ActionsEnabled": true,
        "AlarmActions": [topic], "MetricName": "root", "Namespace": "CIS", "Statistic": "Sum", "Period": 300,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }] })
    .to_string();
    let list = json!({ "Subscriptions": [{
        "SubscriptionArn": one, "TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com",
    }] });
    let attributes = |more: Value| {
        let mut it = json!({ "SubscriptionArn": one, "TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com" });
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Attributes": it })
    };
    let counts = |confirmed: &str| json!({ "Attributes": { "TopicArn": topic, "SubscriptionsConfirmed": confirmed, "SubscriptionsPending": "1" } });
    let filtered = attributes(json!({ "FilterPolicy": "{\"a\":[\"b\"]}", "PendingConfirmation": "false" }));
    let body = attributes(
        json!({ "FilterPolicy": "{\"a\":[\"b\"]}", "FilterPolicyScope": "MessageBody", "PendingConfirmation": "false" }),
    );
    let cases = [
        ("a list", vec![list.clone()], "met"),
        ("confirmed", vec![list.clone(), attributes(json!({ "PendingConfirmation": "false" }))], "met"),
        ("pending", vec![list.clone(), attributes(json!({ "PendingConfirmation": "true" }))], "broken"),
        ("filtered", vec![list.clone(), filtered.clone()], "broken"),
        ("filtered by the message", vec![list.clone(), body], "not in the input"),
        ("filtered, and counted", vec![list.clone(), filtered, counts("1")], "not in the input"),
        ("none is confirmed", vec![list.clone(), counts("0")], "broken"),
        ("counted", vec![counts("1")], "met"),
        ("a list, and counted", vec![list, counts("1")], "met"),
    ];
    for (name, answers, expected) in cases {
        let texts: Vec<String> = answers.iter().map(Value::to_string).collect();
        let names: Vec<String> = (0..texts.len()).map(|at| format!("s{at}.json")).collect();
        let filters = filters(|_| ());
        let mut files = vec![("filters.json", filters.as_str()), ("alarms.json", alarms.as_str())];
        files.extend(names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)));
        let here = folder(&format!("audit-subscribers-{}", name.replace([' ', ','], "-")), &files);
        let found = run(&here, &["audit", "--against", "cis-aws-5.0", "--json", "."]);
        let root = of_root(&found.stdout);
        let link = root["links"].as_array().unwrap().iter().find(|it| it["link"] == "subscriber").unwrap();
        assert_eq!(link["state"], expected, "{name}: {link}");
    }
}
