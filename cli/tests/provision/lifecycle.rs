//! From an empty account to a stack and back.

use crate::emulators::{emulators, free_port};
use crate::failures::APPLY;
use crate::gateway::Gateway;
use crate::stacks::{Run, TestStack, program};
use crate::trial;
use cwfilter::provision::aws::sdk::aws_config::{BehaviorVersion, Region, SdkConfig};
use cwfilter::provision::aws::sdk::aws_sdk_cloudwatch::types::StateValue;
use cwfilter::provision::aws::sdk::aws_sdk_cloudwatchlogs::types::MetricTransformation;
use libtest_mimic::Trial;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("a_stack_from_plan_to_destroy", a_stack_from_plan_to_destroy),
        trial("more_filters_and_alarms_than_fit_a_page", more_filters_and_alarms_than_fit_a_page),
        trial("an_alarm_reaches_its_subscriber", an_alarm_reaches_its_subscriber),
        trial("requests_say_everything", requests_say_everything),
        trial("what_others_made_is_used_and_kept", what_others_made_is_used_and_kept),
        trial("quotas_are_checked_before_the_first_write", quotas_are_checked_before_the_first_write),
        trial("rules_that_fail_are_not_pushed", rules_that_fail_are_not_pushed),
        trial("nobodys_credentials", nobodys_credentials),
    ]
}

pub(crate) fn runtime() -> cwfilter::provision::aws::sdk::tokio::runtime::Runtime {
    cwfilter::provision::aws::sdk::tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Credentials of AWS's documentation, everything by way of the gateway.
pub(crate) fn config(gateway: &Gateway) -> SdkConfig {
    let keys = cwfilter::provision::aws::sdk::aws_sdk_sts::config::Credentials::new(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
        None,
        "test",
    );
    let loader = cwfilter::provision::aws::sdk::aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(keys)
        .endpoint_url(format!("http://127.0.0.1:{}", gateway.port));
    runtime().block_on(loader.load())
}

fn foreign_filter(config: &SdkConfig, log_group: &str, name: &str, pattern: &str) {
    let transformation = MetricTransformation::builder()
        .metric_namespace("Others")
        .metric_name("Foreign")
        .metric_value("1")
        .build()
        .unwrap();
    let logs = cwfilter::provision::aws::sdk::aws_sdk_cloudwatchlogs::Client::new(config);
    let request =
        logs.put_metric_filter().log_group_name(log_group).filter_name(name).filter_pattern(pattern);
    runtime().block_on(request.metric_transformations(transformation).send()).unwrap();
}

fn filters(config: &SdkConfig, log_group: &str) -> Vec<String> {
    let logs = cwfilter::provision::aws::sdk::aws_sdk_cloudwatchlogs::Client::new(config);
    let answer = runtime().block_on(logs.describe_metric_filters().log_group_name(log_group).send());
    let filters = answer.map(|answer| answer.metric_filters.unwrap_or_default()).unwrap_or_default();
    filters.into_iter().map(|it| it.filter_name.unwrap_or_default()).collect()
}

fn a_stack_from_plan_to_destroy() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("whole", &["stopped", "deleted"], &[("email", "security@example.com")], true);
    let plan = stack.run(&gateway, "plan --check").expect(1);
    let all = [
        "+ bucket whole-trail-123456789012",
        "+ log group whole-trail",
        "+ role whole-trail-to-logs",
        "+ trail whole-trail",
        "+ topic whole-alerts",
        "+ subscription email security@example.com",
        "+ metric filter whole.deleted",
        "+ metric filter whole.stopped",
        "+ alarm whole.deleted",
        "+ alarm whole.stopped",
    ];
    assert_eq!(plan.steps(), all);
    stack.run(&gateway, "apply --yes").expect(0);
    let again = stack.run(&gateway, "plan --check").expect(0);
    assert_eq!(again.out, "No changes. `whole` in us-east-1 has 10 resources, all as described.\n");
    foreign_filter(&config(&gateway), "whole-trail", "whole-but-foreign", "ERROR");

    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    let edited =
        rules.replacen("threshold = 1", "threshold = 3", 1).replacen("default = 0 }", "default = 0.5 }", 1);
    std::fs::write(stack.folder.join("rules.toml"), edited).unwrap();
    let plan = stack.run(&gateway, "plan --check").expect(1);
    assert_eq!(plan.steps(), ["~ metric filter whole.stopped", "~ alarm whole.stopped"]);
    assert!(plan.out.contains("    defaultValue: 0.0 -> 0.5\n"), "{}", plan.out);
    assert!(plan.out.contains("    threshold: 1.0 -> 3.0\n"), "{}", plan.out);
    let json = stack.run(&gateway, "plan --json").expect(0);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["update"], 2);
    assert_eq!(json["steps"][1]["changes"][0]["property"], "threshold");
    stack.run(&gateway, "apply --yes").expect(0);
    stack.run(&gateway, "plan --check").expect(0);

    let imported = Run::of(
        program(&gateway, "import --log-group whole-trail --region us-east-1 --prefix whole.")
            .output()
            .unwrap(),
    );
    let file = cwfilter::rules::parse("x.toml".as_ref(), imported.out.clone()).expect("a rule file");
    let ids: Vec<&str> = file.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["whole-but-foreign", "deleted", "stopped"], "{}", imported.err);
    assert_eq!(file.rules[2].alarm.as_ref().unwrap().threshold, 3.0);

    stack.write_rules(&["stopped"]);
    let plan = stack.run(&gateway, "plan --check").expect(1);
    assert!(
        plan.out.contains("in no rule any more: metric filter whole.deleted, alarm whole.deleted; `--prune`")
    );
    let pruned = stack.run(&gateway, "apply --yes --prune").expect(0);
    let steps = [
        "~ metric filter whole.stopped",
        "~ alarm whole.stopped",
        "- alarm whole.deleted",
        "- metric filter whole.deleted",
    ];
    assert_eq!(pruned.steps(), steps);
    assert_eq!(filters(&config(&gateway), "whole-trail"), ["whole-but-foreign", "whole.stopped"]);

    let some = stack.run(&gateway, "destroy --yes").expect(0);
    assert_eq!(
        some.steps(),
        [
            "- alarm whole.stopped",
            "- metric filter whole.stopped",
            "- subscription email security@example.com"
        ]
    );
    assert!(some.out.contains("the log group `whole-trail` stays; `--delete log-group` deletes it"));
    assert_eq!(filters(&config(&gateway), "whole-trail"), ["whole-but-foreign"]);
    stack.run(&gateway, "destroy --yes --delete log-group,topic,trail,role,bucket").expect(0);
    let nothing = stack.run(&gateway, "destroy --yes --delete log-group,topic,trail,role,bucket").expect(0);
    assert!(nothing.out.starts_with("No changes. `whole` in us-east-1 has 0 resources"), "{}", nothing.out);
    let plan = stack.run(&gateway, "plan").expect(0);
    assert_eq!(plan.steps().len(), 8, "{}", plan.out);
}

fn more_filters_and_alarms_than_fit_a_page() {
    let gateway = Gateway::start(emulators());
    let ids: Vec<String> = (0..70).map(|number| format!("rule-{number:02}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let stack = TestStack::new("pages", &ids, &[], false);
    stack.run(&gateway, "apply --yes").expect(0);
    gateway.take_seen();
    stack.run(&gateway, "plan --check").expect(0);
    let seen = gateway.take_seen();
    for operation in ["DescribeMetricFilters", "DescribeAlarms"] {
        let pages = seen.iter().filter(|request| request.operation == operation).count();
        assert_eq!(pages, 2, "{operation}");
    }
}

/// A web server that confirms what asks for it and hands over the notifications.
fn subscriber() -> (u16, Receiver<Value>) {
    let port = free_port();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let message: Value = serde_json::from_slice(&body(&stream)).unwrap_or_default();
            let _ = (&stream).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            drop(stream);
            let _ = sender.send(message);
        }
    });
    (port, receiver)
}

fn body(stream: &TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 0) && !line.trim().is_empty() {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    body
}

fn an_alarm_reaches_its_subscriber() {
    let gateway = Gateway::start(emulators());
    let (port, messages) = subscriber();
    let endpoint = format!("http://127.0.0.1:{port}/");
    let stack = TestStack::new("rings", &["stopped"], &[("http", &endpoint)], false);
    stack.run(&gateway, "apply --yes").expect(0);
    let next = || messages.recv_timeout(Duration::from_secs(20)).expect("a message in time");
    let confirmation = next();
    assert_eq!(confirmation["Type"], "SubscriptionConfirmation");
    let config = config(&gateway);
    let sns = cwfilter::provision::aws::sdk::aws_sdk_sns::Client::new(&config);
    let topic = confirmation["TopicArn"].as_str().unwrap();
    let confirm = sns.confirm_subscription().topic_arn(topic).token(confirmation["Token"].as_str().unwrap());
    runtime().block_on(confirm.send()).unwrap();
    let plan = stack.run(&gateway, "plan --check").expect(0);
    assert!(!plan.out.contains("confirmed"), "{}", plan.out);

    let cloudwatch = cwfilter::provision::aws::sdk::aws_sdk_cloudwatch::Client::new(&config);
    let alarm = cloudwatch.set_alarm_state().alarm_name("rings.stopped").state_value(StateValue::Alarm);
    runtime().block_on(alarm.state_reason("a test").send()).unwrap();
    let notification = next();
    assert_eq!(notification["Type"], "Notification");
    let message: Value = serde_json::from_str(notification["Message"].as_str().unwrap()).unwrap();
    for (key, value) in
        [("AlarmName", "rings.stopped"), ("NewStateValue", "ALARM"), ("AWSAccountId", "123456789012")]
    {
        assert_eq!(message[key], value, "{message}");
    }
    assert_eq!(message["Trigger"]["MetricName"], "stopped", "{message}");
}

fn requests_say_everything() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("bodies", &["stopped"], &[], true);
    stack.run(&gateway, "apply --yes").expect(0);
    let seen = gateway.take_seen();
    let body = |operation: &str| -> Value {
        let request = seen.iter().find(|request| request.operation == operation).expect(operation);
        serde_json::from_slice(&request.body).unwrap()
    };
    let filter = serde_json::json!({
        "logGroupName": "bodies-trail",
        "filterName": "bodies.stopped",
        "filterPattern": "{ $.eventName = \"StopLogging\" }",
        "metricTransformations": [{
            "metricName": "stopped", "metricNamespace": "Security", "metricValue": "1", "defaultValue": 0.0, "unit": "None",
        }],
    });
    assert_eq!(body("PutMetricFilter"), filter);
    assert_eq!(body("CreateLogGroup")["tags"], serde_json::json!({ "cwfilter:stack": "bodies" }));
    let trail = body("CreateTrail");
    assert_eq!(
        trail["CloudWatchLogsLogGroupArn"],
        "arn:aws:logs:us-east-1:123456789012:log-group:bodies-trail:*"
    );
    assert_eq!(trail["CloudWatchLogsRoleArn"], "arn:aws:iam::123456789012:role/bodies-trail-to-logs");
    let order: Vec<&str> = seen.iter().map(|request| request.operation.as_str()).collect();
    let place = |operation: &str| order.iter().position(|it| *it == operation).expect(operation);
    let chain: Vec<usize> = APPLY.iter().filter(|it| **it != "Subscribe").map(|it| place(it)).collect();
    assert!(chain.is_sorted(), "{order:?}");
}

fn what_others_made_is_used_and_kept() {
    let gateway = Gateway::start(emulators());
    let config = config(&gateway);
    let stack = TestStack::new("guest", &["stopped"], &[], false);
    let (logs, sns) = (
        cwfilter::provision::aws::sdk::aws_sdk_cloudwatchlogs::Client::new(&config),
        cwfilter::provision::aws::sdk::aws_sdk_sns::Client::new(&config),
    );
    runtime().block_on(logs.create_log_group().log_group_name("guest-trail").send()).unwrap();
    runtime().block_on(sns.create_topic().name("guest-alerts").send()).unwrap();
    let arn = "arn:aws:sns:us-east-1:123456789012:guest-alerts";
    let policy = || {
        let answer = runtime().block_on(sns.get_topic_attributes().topic_arn(arn).send()).unwrap();
        answer.attributes().unwrap()["Policy"].clone()
    };
    let before = policy();
    let applied = stack.run(&gateway, "apply --yes").expect(0);
    assert!(
        applied.out.contains("uses the topic `guest-alerts`, which the stack did not make"),
        "{}",
        applied.out
    );
    let merged: Value = serde_json::from_str(&policy()).unwrap();
    let statements = merged["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 2, "{merged}");
    assert_eq!(statements[1]["Sid"], "cwfilter-guest-alarms");
    stack.run(&gateway, "plan --check").expect(0);

    let destroyed = stack.run(&gateway, "destroy --yes --delete log-group,topic").expect(0);
    assert!(destroyed.out.contains("the topic `guest-alerts` stays: it lacks the tag"), "{}", destroyed.out);
    let same = |a: &str, b: &str| {
        serde_json::from_str::<Value>(a).unwrap() == serde_json::from_str::<Value>(b).unwrap()
    };
    assert!(same(&policy(), &before), "{}", policy());
    assert!(filters(&config, "guest-trail").is_empty());
}

fn quotas_are_checked_before_the_first_write() {
    let gateway = Gateway::start(emulators());
    let config = config(&gateway);
    let stack = TestStack::new("quota", &["stopped"], &[], false);
    stack.run(&gateway, "apply --yes").expect(0);
    for number in 0..5 {
        foreign_filter(&config, "quota-trail", &format!("regex-{number}"), "%a+%");
    }
    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    std::fs::write(stack.folder.join("rules.toml"), rules.replace("= \"StopLogging\" }'", "= %Stop.*% }'"))
        .unwrap();
    gateway.take_seen();
    let refused = stack.run(&gateway, "apply --yes").expect(1);
    let text =
        "error: the log group would have 6 metric filters with a regular expression, and AWS allows 5\n";
    assert!(refused.out.contains(text), "{}", refused.out);
    for number in 0..95 {
        foreign_filter(&config, "quota-trail", &format!("plain-{number}"), "ERROR");
    }
    stack.write_rules(&["stopped", "deleted"]);
    let refused = stack.run(&gateway, "apply --yes").expect(1);
    let text = "the log group would have 102 metric filters, and AWS allows 100; 101 are there";
    assert!(refused.out.contains(text), "{}", refused.out);
    let mut seen = gateway.take_seen().into_iter();
    assert!(seen.all(|request| request.operation != "PutMetricAlarm"), "something was written");
}

fn rules_that_fail_are_not_pushed() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("gated", &["stopped"], &[], false);
    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    std::fs::write(
        stack.folder.join("rules.toml"),
        rules.replace("expect = \"match\"", "expect = \"no-match\""),
    )
    .unwrap();
    gateway.take_seen();
    for command in ["plan", "apply --yes"] {
        let refused = stack.run(&gateway, command).expect(1);
        assert!(refused.err.contains("the test `somebody does` of `stopped` fails"), "{}", refused.err);
    }
    assert!(gateway.take_seen().is_empty(), "AWS was asked");
}

/// One line that a person can read, and nothing of the SDK's insides.
fn nobodys_credentials() {
    let gateway = Gateway::with(None, |_| None);
    let stack = TestStack::new("nobody", &["stopped"], &[], false);
    let mut command = stack.command(&gateway, "plan");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let run = Run::of(command.output().unwrap()).expect(3);
    assert!(run.err.starts_with("error: GetCallerIdentity: "), "{}", run.err);
    assert!(run.err.contains("credentials") && !run.err.contains('{'), "{}", run.err);
    assert!(run.err.contains("help: `aws sts get-caller-identity`"), "{}", run.err);
    let mut command = program(&gateway, "plan --stack /nonexistent/cwfilter.toml");
    let run = Run::of(command.output().unwrap()).expect(3);
    assert!(run.err.contains("help: `--stack FILE` names the stack's file"), "{}", run.err);
}
