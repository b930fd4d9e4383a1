//! From an empty account to a stack and back.

use crate::emulators::{emulators, free_port};
use crate::failures::APPLY;
use crate::gateway::Gateway;
use crate::stacks::{Run, TestStack, program};
use crate::trial;
use cwfilter::aws::Client;
use cwfilter::aws::sdk::aws_config::{BehaviorVersion, Region, SdkConfig};
use cwfilter::aws::sdk::{aws_config, aws_credential_types};
use cwfilter::provision::{Account, Service};
use libtest_mimic::Trial;
use serde_json::{Value, json};
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
        trial("without_credentials", without_credentials),
        trial("reviewed_is_applied", reviewed_is_applied),
        trial("the_right_account", the_right_account),
        trial("four_stacks_at_once", four_stacks_at_once),
        trial("sixty_six_rules_at_50_ms", sixty_six_rules_at_50_ms),
    ]
}

/// Credentials of AWS's documentation, everything by way of the gateway.
pub(crate) fn config(gateway: &Gateway) -> SdkConfig {
    let keys = aws_credential_types::Credentials::new(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
        None,
        "test",
    );
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(keys)
        .endpoint_url(format!("http://127.0.0.1:{}", gateway.port));
    let runtime = cwfilter::aws::sdk::tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(loader.load())
}

/// A client of somebody else: no call of it is denied.
pub(crate) fn other(gateway: &Gateway) -> Client {
    gateway.allow(None);
    Client::new(&config(gateway)).unwrap().writes_per_second(1e6)
}

fn foreign_filter(client: &Client, log_group: &str, name: &str, pattern: &str) {
    let input = json!({
        "logGroupName": log_group, "filterName": name, "filterPattern": pattern,
        "metricTransformations": [{ "metricNamespace": "Others", "metricName": "Foreign", "metricValue": "1" }],
    });
    client.call(Service::Logs, "PutMetricFilter", input).unwrap();
}

fn filters(client: &Client, log_group: &str) -> Vec<String> {
    let answer = client.call(Service::Logs, "DescribeMetricFilters", json!({ "logGroupName": log_group }));
    let filters = answer.map(|it| it["metricFilters"].as_array().unwrap().clone()).unwrap_or_default();
    filters.into_iter().map(|it| it["filterName"].as_str().unwrap().to_owned()).collect()
}

fn a_stack_from_plan_to_destroy() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("whole", &["stopped", "deleted"], &[("email", "security@example.com")], true);
    // no trail delivers: the chain is dead, whatever differs
    let plan = stack.run(&gateway, "plan --check").expect(4);
    let all = [
        "+ log group whole-trail keeps events for 365 days",
        "+ topic whole-alerts",
        "+ subscription email security@example.com",
        "+ record cwfilter-whole lists metric filters: [\"2 in whole-trail\"]",
        "+ metric filter whole.deleted { $.eventName = \"StopLogging\" } -> Security/deleted",
        "+ alarm whole.deleted Sum >= 1.0, 1 of 1 period of 300 s, missing: notBreaching",
        "+ metric filter whole.stopped { $.eventName = \"StopLogging\" } -> Security/stopped",
        "+ alarm whole.stopped Sum >= 1.0, 1 of 1 period of 300 s, missing: notBreaching",
    ];
    assert_eq!(plan.steps(), all);
    assert!(
        plan.out.contains("dead: trail: no trail of this region delivers to the log group"),
        "{}",
        plan.out
    );
    assert!(
        plan.out.contains("Cost: 2 custom metrics and 2 alarms, at least 0.80 US dollars a month."),
        "{}",
        plan.out
    );
    stack.run(&gateway, "apply --yes").expect(0);
    let again = stack.run(&gateway, "plan").expect(0);
    assert_eq!(again.steps(), [""; 0], "{}", again.out);
    deliver(&gateway, "whole");
    let again = stack.run(&gateway, "plan --check").expect(0);
    assert!(
        again.out.starts_with(
            "No changes. `whole` in us-east-1 of account 123456789012 has 7 resources, all as described.\n"
        ),
        "{}",
        again.out
    );
    let somebody = other(&gateway);
    foreign_filter(&somebody, "whole-trail", "whole.foreign", "ERROR");

    let rules = std::fs::read_to_string(stack.folder.join("rules.toml")).unwrap();
    let edited =
        rules.replacen("threshold = 1", "threshold = 3", 1).replacen("default = 0 }", "default = 0.5 }", 1);
    std::fs::write(stack.folder.join("rules.toml"), edited).unwrap();
    let plan = stack.run(&gateway, "plan --check").expect(1);
    assert_eq!(plan.steps(), ["~ metric filter whole.stopped", "~ alarm whole.stopped"]);
    assert!(plan.out.contains("    defaultValue: 0.0 -> 0.5\n"), "{}", plan.out);
    assert!(plan.out.contains("    Threshold: 1.0 -> 3.0\n"), "{}", plan.out);
    let json = stack.run(&gateway, "plan --json").expect(0);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((&json["version"], &json["summary"]["update"]), (&json!(2), &json!(2)));
    assert_eq!(json["steps"][1]["changes"][0]["property"], "Threshold");
    let applied = stack.run(&gateway, "apply --yes --json").expect(0);
    let applied: Value = serde_json::from_str(&applied.out).unwrap();
    assert_eq!(
        applied["reports"][1],
        json!({ "action": "update", "kind": "alarm", "name": "whole.stopped", "outcome": "done" })
    );
    stack.run(&gateway, "plan --check").expect(0);

    let imported = Run::of(
        program(&gateway, "import --log-group whole-trail --region us-east-1 --prefix whole.")
            .output()
            .unwrap(),
    );
    let file = cwfilter::rules::parse("x.toml".as_ref(), imported.out.clone()).expect("a rule file");
    let ids: Vec<&str> = file.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["deleted", "foreign", "stopped"], "{}", imported.err);
    assert_eq!(file.rules[2].alarm.as_ref().unwrap().threshold, 3.0);

    stack.write_rules(&["stopped"]);
    let plan = stack.run(&gateway, "plan --check").expect(1);
    let left =
        "in no rule any more: metric filter whole.deleted in whole-trail, alarm whole.deleted; `--prune`";
    assert!(plan.out.contains(left), "{}", plan.out);
    let pruned = stack.run(&gateway, "apply --yes --prune").expect(0);
    let steps: Vec<String> = pruned.steps().into_iter().filter(|step| step.starts_with('-')).collect();
    assert_eq!(steps.len(), 2, "{}", pruned.out);
    assert_eq!(filters(&somebody, "whole-trail"), ["whole.foreign", "whole.stopped"]);

    let some = stack.run(&gateway, "destroy --yes").expect(0);
    assert_eq!(some.steps().len(), 3, "{}", some.out);
    assert!(
        some.out.contains("the log group whole-trail stays: `--delete log-group` deletes it"),
        "{}",
        some.out
    );
    assert_eq!(filters(&somebody, "whole-trail"), ["whole.foreign"]);
    let others = stack.run(&gateway, "destroy --yes --delete log-group,topic").expect(0);
    assert!(
        others.out.contains("the log group whole-trail stays: others use it: metric filter whole.foreign"),
        "{}",
        others.out
    );
    let input = json!({ "logGroupName": "whole-trail", "filterName": "whole.foreign" });
    other(&gateway).call(Service::Logs, "DeleteMetricFilter", input).unwrap();
    stack.run(&gateway, "destroy --yes --delete log-group,topic").expect(0);
    let nothing = stack.run(&gateway, "destroy --yes --delete log-group,topic").expect(0);
    assert!(
        nothing.out.starts_with("No changes. `whole` in us-east-1 of account 123456789012 has 0 resources"),
        "{}",
        nothing.out
    );
}

/// Makes a trail that delivers to the log group of a test's stack, as a template would.
fn deliver(gateway: &Gateway, name: &str) {
    let answers = json!({ "trailList": [{
        "Name": "organisation", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/organisation",
        "CloudWatchLogsLogGroupArn": format!("arn:aws:logs:us-east-1:123456789012:log-group:{name}-trail:*"),
    }] });
    gateway.answer("DescribeTrails", answers);
    gateway.answer("GetTrailStatus", json!({ "IsLogging": true }));
    gateway.answer(
        "GetEventSelectors",
        json!({ "EventSelectors": [{ "ReadWriteType": "All", "IncludeManagementEvents": true }] }),
    );
}

fn more_filters_and_alarms_than_fit_a_page() {
    let gateway = Gateway::start(emulators());
    let ids: Vec<String> = (0..70).map(|number| format!("rule-{number:02}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let stack = TestStack::new("pages", &ids, &[], false);
    stack.run(&gateway, "apply --yes").expect(0);
    gateway.take_seen();
    deliver(&gateway, "pages");
    let plan = stack.run(&gateway, "plan").expect(0);
    assert_eq!(plan.steps(), [""; 0], "{}", plan.out);
    let seen = gateway.take_seen();
    // a page lists 50 metric filters or 100 alarms
    for (operation, expected) in [("DescribeMetricFilters", 2), ("DescribeAlarms", 1)] {
        let pages = seen.iter().filter(|request| request.operation == operation).count();
        assert_eq!(pages, expected, "{operation}");
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
    let token = json!({ "TopicArn": confirmation["TopicArn"], "Token": confirmation["Token"] });
    confirm(&gateway, &token);
    deliver(&gateway, "rings");
    let plan = stack.run(&gateway, "plan --check").expect(0);
    assert!(!plan.out.contains("has not confirmed"), "{}", plan.out);

    let asked = stack.run(&gateway, "ring stopped").expect(2);
    assert!(asked.err.contains("nothing was rung; `--yes` does not ask"), "{}", asked.err);
    let offline = stack.run(&gateway, "ring stopped --offline").expect(0);
    assert!(offline.out.contains("\"AlarmName\":\"rings.stopped\""), "{}", offline.out);
    // the emulator keeps no history of actions
    let summary = json!({ "HistoryItemType": "Action", "HistorySummary": "Successfully executed action", "Timestamp": 1 });
    gateway.answer_once("DescribeAlarmHistory", json!({ "AlarmHistoryItems": [] }));
    gateway.answer("DescribeAlarmHistory", json!({ "AlarmHistoryItems": [summary] }));
    let rung = stack.run(&gateway, "ring stopped --yes").expect(0);
    assert!(
        rung.out.contains("Successfully executed action") && rung.out.contains("set back to"),
        "{}",
        rung.out
    );
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

/// `ConfirmSubscription` is a call of the subscriber, not of the program.
fn confirm(gateway: &Gateway, token: &Value) {
    let text = |name: &str| token[name].as_str().unwrap().replace(':', "%3A");
    let body = format!(
        "Action=ConfirmSubscription&Version=2010-03-31&TopicArn={}&Token={}",
        text("TopicArn"),
        text("Token")
    );
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.ministack())).unwrap();
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0\r\n";
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("SubscriptionArn"), "{answer}");
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
    let filter = json!({
        "logGroupName": "bodies-trail",
        "filterName": "bodies.stopped",
        "filterPattern": "{ $.eventName = \"StopLogging\" }",
        "metricTransformations": [{
            "metricName": "stopped", "metricNamespace": "Security", "metricValue": "1", "defaultValue": 0.0, "unit": "None",
        }],
    });
    assert_eq!(body("PutMetricFilter"), filter);
    assert_eq!(body("CreateLogGroup")["tags"], json!({ "cwfilter:stack": "bodies" }));
    let alarm = body("PutMetricAlarm");
    assert_eq!(alarm["AlarmActions"], json!(["arn:aws:sns:us-east-1:123456789012:bodies-alerts"]));
    assert_eq!(alarm["Tags"], json!([{ "Key": "cwfilter:stack", "Value": "bodies" }]));
    assert_eq!(
        (&alarm["Period"], &alarm["Statistic"], &alarm["DatapointsToAlarm"]),
        (&json!(300), &json!("Sum"), &json!(1))
    );
    let order: Vec<&str> = seen.iter().map(|request| request.operation.as_str()).collect();
    let place = |operation: &str| order.iter().position(|it| *it == operation).expect(operation);
    // metric filters and alarms are written at the same time
    let is_ordered = |it: &&&str| !["Subscribe", "PutMetricAlarm"].contains(*it);
    let chain: Vec<usize> = APPLY.iter().filter(is_ordered).map(|it| place(it)).collect();
    assert!(chain.is_sorted(), "{order:?}");
}

fn what_others_made_is_used_and_kept() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("guest", &["stopped"], &[], false);
    let somebody = other(&gateway);
    somebody
        .call(Service::Logs, "CreateLogGroup", json!({ "logGroupName": "guest-trail", "tags": {} }))
        .unwrap();
    somebody
        .call(
            Service::Logs,
            "PutRetentionPolicy",
            json!({ "logGroupName": "guest-trail", "retentionInDays": 3653 }),
        )
        .unwrap();
    somebody.call(Service::Sns, "CreateTopic", json!({ "Name": "guest-alerts" })).unwrap();
    let arn = "arn:aws:sns:us-east-1:123456789012:guest-alerts";
    let policy = || {
        let answer =
            other(&gateway).call(Service::Sns, "GetTopicAttributes", json!({ "TopicArn": arn })).unwrap();
        answer["Attributes"]["Policy"].clone()
    };
    let before = policy();
    // ten years are not shortened to one
    let refused = stack.run(&gateway, "apply --yes").expect(1);
    let text = "error: the log group guest-trail is not the stack's, and differs: retentionInDays: 3653 -> 365; `--adopt guest-trail` takes it over";
    assert!(refused.out.contains(text), "{}", refused.out);
    let text = std::fs::read_to_string(stack.file()).unwrap();
    std::fs::write(stack.file(), text.replace("create = true\nretention_days = 365\n", "")).unwrap();
    let applied = stack.run(&gateway, "apply --yes").expect(0);
    assert!(
        applied.out.contains("uses the topic guest-alerts, which the stack did not create"),
        "{}",
        applied.out
    );
    assert_eq!(policy(), before);
    let adopted = stack.run(&gateway, "apply --yes --adopt guest-alerts").expect(0);
    assert!(adopted.out.contains("taken over by the stack"), "{}", adopted.out);
    let merged: Value = serde_json::from_str(policy().as_str().unwrap()).unwrap();
    let statements = merged["Statement"].as_array().unwrap();
    assert_eq!((statements.len(), &statements[1]["Sid"]), (2, &json!("cwfilter-guest-alarms")), "{merged}");
    let again = stack.run(&gateway, "plan").expect(0);
    assert_eq!(again.steps(), [""; 0], "{}", again.out);

    let destroyed = stack.run(&gateway, "destroy --yes --delete log-group").expect(0);
    assert!(destroyed.out.contains("the log group guest-trail stays: it lacks the tag"), "{}", destroyed.out);
    assert!(filters(&other(&gateway), "guest-trail").is_empty());
}

/// What `plan --out` wrote is applied, or nothing.
fn reviewed_is_applied() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("reviewed", &["stopped"], &[], false);
    let file = stack.folder.join("plan.json");
    let out = format!("plan --out {}", file.display());
    let saved = stack.run(&gateway, &out).expect(0);
    assert_eq!(saved.steps().len(), 5, "{}", saved.out);
    let somebody = other(&gateway);
    somebody
        .call(Service::Logs, "CreateLogGroup", json!({ "logGroupName": "reviewed-trail", "tags": {} }))
        .unwrap();
    gateway.take_seen();
    let apply = format!("apply --yes {}", file.display());
    let refused = stack.run(&gateway, &apply).expect(1);
    assert!(
        refused
            .err
            .contains("the account or the rules have changed since the plan of `reviewed` was written"),
        "{}",
        refused.err
    );
    assert!(
        gateway
            .take_seen()
            .iter()
            .all(|it| !it.operation.starts_with("Put") && !it.operation.starts_with("Create"))
    );
    other(&gateway)
        .call(Service::Logs, "DeleteLogGroup", json!({ "logGroupName": "reviewed-trail" }))
        .unwrap();
    stack.run(&gateway, &apply).expect(0);
    let again = stack.run(&gateway, &apply).expect(1);
    assert!(again.err.contains("have changed"), "{}", again.err);
    std::fs::write(&file, "{}").unwrap();
    let none = stack.run(&gateway, &apply).expect(3);
    assert!(none.err.contains("no plan of this version of cwfilter"), "{}", none.err);
}

/// The account of the stack's file, profiles, and credentials that expire.
fn the_right_account() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("elsewhere", &["stopped"], &[], false);
    let text = std::fs::read_to_string(stack.file()).unwrap();
    std::fs::write(stack.file(), format!("account = \"210987654321\"\n{text}")).unwrap();
    let refused = stack.run(&gateway, "apply --yes").expect(2);
    let message = "error: the credentials belong to account 123456789012, and the stack to 210987654321; nothing was read or written";
    assert!(refused.err.starts_with(message), "{}", refused.err);
    let seen: Vec<String> = gateway.take_seen().into_iter().map(|it| it.operation).collect();
    assert_eq!(seen, ["GetCallerIdentity"]);
    std::fs::write(stack.file(), format!("account = \"123456789012\"\n{text}")).unwrap();
    stack.run(&gateway, "plan").expect(0);
    let missing = stack.run(&gateway, "plan --profile nosuch").expect(3);
    assert!(missing.err.contains("nosuch"), "{}", missing.err);
    // a profile wins over the keys in the environment
    let home = stack.folder.join("home/.aws");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(
        home.join("credentials"),
        "[audit]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n",
    )
    .unwrap();
    gateway.take_seen();
    let mut command = stack.command(&gateway, "plan --profile audit");
    command.env("HOME", stack.folder.join("home"));
    Run::of(command.output().unwrap()).expect(0);
    assert!(gateway.take_seen().iter().all(|it| it.has_key("ASIAIOSFODNN7EXAMPLE")));
    // expired in the middle: the rest is not tried, and the person knows how to go on
    gateway.break_down("PutMetricFilter", crate::gateway::Fault::Expired);
    let expired = stack.run(&gateway, "apply --yes").expect(1);
    assert!(
        expired
            .out
            .contains("FAILED   metric filter elsewhere.stopped: PutMetricFilter: ExpiredTokenException"),
        "{}",
        expired.out
    );
    assert!(
        expired.err.contains("help: renew the credentials, and run the same command again"),
        "{}",
        expired.err
    );
    gateway.repair();
    stack.run(&gateway, "apply --yes").expect(0);
}

/// Four stacks on one log group of others, applied at the same time: none loses what another one wrote.
fn four_stacks_at_once() {
    let gateway = Gateway::start(emulators());
    let somebody = other(&gateway);
    somebody
        .call(Service::Logs, "CreateLogGroup", json!({ "logGroupName": "shared-trail", "tags": {} }))
        .unwrap();
    let stacks: Vec<TestStack> = (0..4)
        .map(|number| {
            let stack = TestStack::new(&format!("four-{number}"), &["stopped", "deleted"], &[], false);
            let text = std::fs::read_to_string(stack.file()).unwrap();
            let own = format!("name = \"four-{number}-trail\"\ncreate = true\nretention_days = 365\n");
            let rules = text.replace(&own, "name = \"shared-trail\"\n");
            std::fs::write(stack.file(), format!("namespace = \"S{number}\"\n{rules}")).unwrap();
            stack
        })
        .collect();
    std::thread::scope(|scope| {
        for stack in &stacks {
            scope.spawn(|| {
                let output = stack.command(&gateway, "apply --yes").output().unwrap();
                Run::of(output).expect(0);
            });
        }
    });
    assert_eq!(filters(&somebody, "shared-trail").len(), 8);
    for stack in &stacks {
        let plan = stack.run(&gateway, "plan").expect(0);
        assert_eq!(plan.steps(), [""; 0], "{}", plan.out);
    }
    stacks[0].run(&gateway, "destroy --yes --delete log-group,topic").expect(0);
    assert_eq!(filters(&somebody, "shared-trail").len(), 6);
}

/// Calls and time of a plan of 66 rules, with 50 ms for each answer.
fn sixty_six_rules_at_50_ms() {
    let gateway = Gateway::start(emulators());
    let ids: Vec<String> = (0..66).map(|number| format!("rule-{number:02}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let stack = TestStack::new("slow", &ids, &[], false);
    gateway.slow_down(Duration::from_millis(50));
    for arguments in ["plan", "apply --yes", "plan"] {
        gateway.take_seen();
        let began = std::time::Instant::now();
        let run = stack.run(&gateway, arguments).expect(0);
        let seen = gateway.take_seen();
        let took = began.elapsed().as_secs_f64();
        eprintln!("{arguments}: {} calls, {took:.1} s", seen.len());
        assert!(arguments != "plan" || run.out.lines().count() < 160, "{}", run.out);
    }
    gateway.slow_down(Duration::ZERO);
}

fn quotas_are_checked_before_the_first_write() {
    let gateway = Gateway::start(emulators());
    let stack = TestStack::new("quota", &["stopped"], &[], false);
    stack.run(&gateway, "apply --yes").expect(0);
    for number in 0..5 {
        foreign_filter(&other(&gateway), "quota-trail", &format!("regex-{number}"), "%a+%");
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
        foreign_filter(&other(&gateway), "quota-trail", &format!("plain-{number}"), "ERROR");
    }
    stack.write_rules(&["stopped", "deleted"]);
    let refused = stack.run(&gateway, "apply --yes").expect(1);
    let text = "the log group would have 102 metric filters, and AWS allows 100; it has 101 now";
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
fn without_credentials() {
    let gateway = Gateway::with(None, |_| None);
    let stack = TestStack::new("keyless", &["stopped"], &[], false);
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
