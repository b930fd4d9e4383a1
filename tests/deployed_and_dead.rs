//! What a plan says of an account that lost a part of the stack: the table of docs/operator.md, row by row.

mod account;

use account::{Group, Memory, State, Topic, default_policy, topic_arn};
use cwfilter::provision::{Options, Plan, Purpose, Stack, apply, desired, identify, observe, plan};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\n\
    log_group = { name = \"trail\", create = true }\n[topic]\nname = \"alerts\"\n\
    subscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";

fn rule(id: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.eventName = \"{id}\" }}'\n\
         metric = {{ namespace = \"S\", name = \"{id}\", value = \"1\", unit = \"Count\", dimensions = {{ Who = \"$.user\" }} }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1, unit = \"Count\", dimensions = {{ Who = \"root\" }} }}\n"
    )
}

fn rules() -> String {
    rule("a") + &rule("b") + "[[composite]]\nid = \"c\"\nrule = 'ALARM(a) AND ALARM(b)'\n"
}

struct Bench {
    memory: Memory,
    stack: Stack,
    files: Vec<RuleFile>,
}

impl Bench {
    /// An account in which a trail delivers to the log group, which does not exist yet.
    fn new() -> Self {
        let trail = json!({
            "Name": "t", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/t",
            "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        });
        let trail_status = json!({ "IsLogging": true });
        let state = State { trails: vec![trail], trail_status, ..State::default() };
        let stack =
            Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap_or_else(|errors| panic!("{}", errors[0]));
        Bench { memory: Memory::with(state), stack, files: files(&rules()) }
    }

    fn applied() -> Self {
        let bench = Bench::new();
        bench.apply();
        let plan = bench.plan();
        assert!(plan.is_empty() && plan.findings.is_empty(), "{plan}");
        bench
    }

    fn apply(&self) {
        apply(&self.memory, &self.plan(), |_| ());
    }

    fn plan(&self) -> Plan {
        let target = identify(&self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &self.files, &target).unwrap();
        let observed = observe(&self.memory, &self.stack, &wanted, &target, Purpose::Plan).unwrap();
        plan(&self.stack, &wanted, &observed, &Options::default())
    }
}

fn files(text: &str) -> Vec<RuleFile> {
    vec![cwfilter::rules::parse(Path::new("rules.toml"), text.to_owned()).unwrap()]
}

/// As `plan --check` does.
fn code(plan: &Plan) -> u8 {
    match plan.findings.iter().any(|it| it.is_dead) {
        true => 4,
        false => plan.is_drift().into(),
    }
}

fn topic(state: &mut State) -> &mut Topic {
    state.topics.get_mut(&topic_arn("alerts")).unwrap()
}

fn alarm<'a>(state: &'a mut State, name: &str) -> &'a mut Value {
    state.alarms.get_mut(name).unwrap()
}

fn transformation(state: &mut State) -> &mut Value {
    let filter = state.groups.get_mut("trail").unwrap().filters.get_mut("s.a").unwrap();
    &mut filter["metricTransformations"][0]
}

fn policy(state: &mut State, statements: Value) {
    let text = json!({ "Statement": statements }).to_string();
    topic(state).attributes.insert("Policy".to_owned(), json!(text));
}

fn delete_alarm(state: &mut State, name: &str) {
    state.alarms.remove(name).unwrap();
    state.alarm_tags.remove(name).unwrap();
}

fn delete_filter(state: &mut State, name: &str) {
    state.groups.get_mut("trail").unwrap().filters.remove(name).unwrap();
}

type Break = fn(&mut State);

/// The row of the table, what it does to the account, and a part of the finding; `apply` repairs what ends with a `!`.
const ROWS: [(&str, Break, &str); 33] = [
    ("Everything is as described", |_| (), ""),
    (
        "The metric filter of a rule is gone",
        |it| delete_filter(it, "s.a"),
        "metric filter: the metric filter s.a in trail does not exist!",
    ),
    ("The alarm of a rule is gone", |it| delete_alarm(it, "s.a"), "alarm: `s.a` does not exist!"),
    (
        "Both are gone, and the record lists the metric filter",
        |it| {
            delete_filter(it, "s.a");
            delete_alarm(it, "s.a");
        },
        "metric filter: the metric filter s.a in trail does not exist!",
    ),
    (
        "Others made a metric filter or an alarm in the place of the stack's, on another metric or without the action",
        |it| {
            transformation(it)["metricName"] = json!("x");
            it.groups.get_mut("trail").unwrap().filters.get_mut("s.a").unwrap()["filterPattern"] = json!("x");
        },
        "alarm: `s.a` looks at the metric S/a, and its metric filter publishes S/x",
    ),
    (
        "Others made a metric filter or an alarm in the place of the stack's, on another metric or without the action",
        |it| {
            alarm(it, "s.a")["MetricName"] = json!("x");
            it.alarm_tags.insert("s.a".to_owned(), Default::default());
        },
        "alarm: `s.a` looks at the metric S/x, and its metric filter publishes S/a",
    ),
    (
        "Others made a metric filter or an alarm in the place of the stack's, on another metric or without the action",
        |it| {
            alarm(it, "s.a")["AlarmActions"] = json!([]);
            it.alarm_tags.insert("s.a".to_owned(), Default::default());
        },
        "alarm: `s.a` does not publish to arn:aws:sns:us-east-1:123456789012:alerts",
    ),
    (
        "The log group is gone",
        |it| drop(it.groups.remove("trail")),
        "metric filter: the metric filter s.b in trail does not exist!",
    ),
    (
        "The topic is gone",
        |it| it.topics.retain(|arn, _| !arn.ends_with(":alerts")),
        "topic: the topic arn:aws:sns:us-east-1:123456789012:alerts does not exist!",
    ),
    (
        "The actions of an alarm or a composite alarm are disabled",
        |it| alarm(it, "s.a")["ActionsEnabled"] = json!(false),
        "alarm: the actions of `s.a` are disabled!",
    ),
    (
        "The actions of an alarm or a composite alarm are disabled",
        |it| alarm(it, "s.c")["ActionsEnabled"] = json!(false),
        "alarm: the actions of `s.c` are disabled!",
    ),
    (
        "The topic is not among the actions of an alarm or a composite alarm",
        |it| alarm(it, "s.a")["AlarmActions"] = json!([]),
        "alarm: `s.a` does not publish to arn:aws:sns:us-east-1:123456789012:alerts!",
    ),
    (
        "The topic is not among the actions of an alarm or a composite alarm",
        |it| alarm(it, "s.c")["AlarmActions"] = json!(["arn:aws:sns:us-east-1:123456789012:other"]),
        "alarm: `s.c` does not publish to",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| alarm(it, "s.a")["Unit"] = json!("Bytes"),
        "alarm: `s.a` looks at the unit Bytes, and its metric filter publishes Count!",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| alarm(it, "s.a")["MetricName"] = json!("b"),
        "alarm: `s.a` looks at the metric S/b, and its metric filter publishes S/a!",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| alarm(it, "s.a")["Namespace"] = json!("T"),
        "alarm: `s.a` looks at the metric T/a,",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| alarm(it, "s.a")["Dimensions"] = json!([]),
        "looks at the dimensions [], and its metric filter publishes [Who]!",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| alarm(it, "s.a")["Dimensions"][0]["Value"] = json!("bob"),
        "looks at other values of its dimensions than its rule!",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| transformation(it)["metricName"] = json!("x"),
        "alarm: `s.a` looks at the metric S/a, and its metric filter publishes S/x!",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| transformation(it)["dimensions"] = json!({ "Who": "$.user", "Where": "$.region" }),
        "looks at the dimensions [Who], and its metric filter publishes [Where, Who]!",
    ),
    (
        "Alarm and metric filter have different metrics, dimensions or units",
        |it| drop(transformation(it).as_object_mut().unwrap().remove("unit")),
        "looks at the unit Count, and its metric filter publishes None!",
    ),
    (
        "No statement of the topic's policy lets alarms publish",
        |it| policy(it, json!([])),
        "topic: the policy of arn:aws:sns:us-east-1:123456789012:alerts does not let alarms publish!",
    ),
    (
        "A statement of the topic's policy denies it",
        |it| {
            policy(
                it,
                json!([{ "Sid": "stop", "Effect": "Deny", "Principal": "*", "Action": "SNS:Publish" }]),
            )
        },
        "topic: the statement `stop` of the policy of",
    ),
    (
        "CloudWatch may not use the key of the topic",
        |it| drop(topic(it).attributes.insert("KmsMasterKeyId".into(), json!("alias/aws/sns"))),
        "topic: arn:aws:sns:us-east-1:123456789012:alerts is encrypted with the key of AWS for SNS",
    ),
    (
        "No confirmed subscription gets the messages",
        |it| topic(it).subscriptions.clear(),
        "subscription: no confirmed subscription of",
    ),
    (
        "No trail delivers what the rules look at",
        |it| it.trails.clear(),
        "trail: no trail of this region delivers",
    ),
    ("A composite alarm is gone", |it| delete_alarm(it, "s.c"), ""),
    (
        "Any other member differs, such as pattern, threshold, period, or further actions",
        |it| {
            let arn = topic_arn("alerts");
            alarm(it, "s.a")["Threshold"] = json!(99);
            alarm(it, "s.a")["AlarmActions"] = json!([arn, "arn:aws:sns:us-east-1:123456789012:other"]);
            it.groups.get_mut("trail").unwrap().filters.get_mut("s.b").unwrap()["filterPattern"] =
                json!("ERROR");
        },
        "",
    ),
    (
        // both look elsewhere, and agree
        "Any other member differs, such as pattern, threshold, period, or further actions",
        |it| {
            alarm(it, "s.a")["MetricName"] = json!("x");
            transformation(it)["metricName"] = json!("x");
        },
        "",
    ),
    (
        // an expression of metrics is not compared
        "Any other member differs, such as pattern, threshold, period, or further actions",
        |it| {
            alarm(it, "s.a").as_object_mut().unwrap().remove("MetricName");
            alarm(it, "s.a")["Metrics"] = json!([{ "Id": "m", "Expression": "1" }]);
        },
        "",
    ),
    (
        "A resource of others has the name of one of the stack, and differs otherwise",
        |it| {
            it.alarm_tags.insert("s.a".to_owned(), Default::default());
            alarm(it, "s.a")["Threshold"] = json!(7);
        },
        "",
    ),
    (
        "Nothing of a rule is there yet: the first deployment, or a new rule",
        |it| *it = Bench::new().memory.state(),
        "",
    ),
    (
        // a first run that was killed after it made the topic
        "Nothing of a rule is there yet: the first deployment, or a new rule",
        |it| {
            let mut made = Bench::new().memory.state();
            let mut ours = it.topics[&topic_arn("alerts")].clone();
            ours.attributes.insert(
                "Policy".into(),
                json!(
                    default_policy("arn:aws:sns:us-east-1:210987654321:x")
                        .replace("123456789012", "210987654321")
                ),
            );
            made.topics.insert(topic_arn("alerts"), ours);
            *it = made;
        },
        "note: topic: the policy of arn:aws:sns:us-east-1:123456789012:alerts does not let alarms publish!",
    ),
];

/// The rows of the table in docs/operator.md, with the codes.
fn table() -> Vec<(String, u8)> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operator.md")).unwrap();
    let lines = text.lines().skip_while(|line| !line.starts_with("| in the account now")).skip(2);
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].to_owned(), cells[1].parse().unwrap())
    };
    lines.take_while(|line| line.starts_with('|')).map(row).collect()
}

#[test]
fn each_row_of_the_table() {
    let table = table();
    for (row, _) in &table {
        assert!(ROWS.iter().any(|(name, ..)| name == row), "no test of `{row}`");
    }
    for (number, (row, change, message)) in ROWS.into_iter().enumerate() {
        let bench = Bench::applied();
        change(&mut bench.memory.state.borrow_mut());
        let plan = bench.plan();
        let expected = table
            .iter()
            .find(|(name, _)| name == row)
            .unwrap_or_else(|| panic!("`{row}` is not in the table"))
            .1;
        assert_eq!(code(&plan), expected, "row {number}: {row}\n{plan}");
        let text = plan.to_string();
        let repaired = message.strip_suffix('!').map(|it| format!("{it}; `apply` repairs it\n"));
        assert!(text.contains(repaired.as_deref().unwrap_or(message)), "row {number}: {message}\n{text}");
        // the promise holds
        if repaired.is_some() {
            bench.apply();
            assert_ne!(code(&bench.plan()), 1, "row {number}\n{}", bench.plan());
            assert!(!bench.plan().to_string().contains("repairs it"), "row {number}\n{}", bench.plan());
        }
    }
}

/// A rule that is new in a stack that is deployed.
#[test]
fn a_new_rule_is_drift() {
    let bench = Bench::applied();
    let bench = Bench { files: files(&(rules() + &rule("d"))), ..bench };
    let plan = bench.plan();
    assert_eq!((code(&plan), plan.findings.len()), (1, 0), "{plan}");
    bench.apply();
    assert_eq!(code(&bench.plan()), 0, "{}", bench.plan());
}

/// A plan that is refused repairs nothing.
#[test]
fn no_promise_where_the_plan_is_refused() {
    let bench = Bench::applied();
    {
        let state = &mut *bench.memory.state.borrow_mut();
        alarm(state, "s.b")["ActionsEnabled"] = json!(false);
        alarm(state, "s.a")["Threshold"] = json!(99);
        state.alarm_tags.insert("s.a".to_owned(), Default::default());
    }
    let plan = bench.plan();
    assert_eq!((code(&plan), plan.refusals.len()), (4, 1), "{plan}");
    let text = plan.to_string();
    assert!(text.contains("dead: alarm: the actions of `s.b` are disabled\n"), "{text}");
}

/// An account of others with a group of the same name does not make the first deployment dead.
#[test]
fn names_of_others_are_no_deployment() {
    let bench = Bench::new();
    {
        let state = &mut *bench.memory.state.borrow_mut();
        state.groups.insert("trail".to_owned(), Group::default());
        let theirs = json!({ "AlarmName": "s.a", "Namespace": "X", "MetricName": "x", "StateValue": "OK" });
        state.alarms.insert("s.a".to_owned(), theirs);
        state.alarm_tags.insert("s.a".to_owned(), Default::default());
    }
    let plan = bench.plan();
    assert_eq!(code(&plan), 1, "{plan}");
    assert!(plan.findings.is_empty(), "{plan}");
}
