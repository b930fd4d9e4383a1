//! Whether the chain is alive: each link broken by hand, and what a plan says. Also the permissions.

mod account;

use account::{Group, Memory, State, topic_arn};
use cwfilter::aws::CALLS;
use cwfilter::permissions::{Command, calls_of, permissions};
use cwfilter::provision::{Options, Plan, Purpose, Stack, apply, desired, identify, observe, plan};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\naccount = \"123456789012\"\nrules = [\"rules.toml\"]\n\
    log_group = { name = \"trail\" }\n[topic]\nname = \"alerts\"\n\
    subscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";

const RULES: &str = "[[rule]]\nid = \"stopped\"\npattern = '{ $.eventName = \"StopLogging\" && $.eventSource = \"kms.amazonaws.com\" }'\n\
    metric = { namespace = \"S\", name = \"stopped\", value = \"1\" }\nalarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n\
    [[rule]]\nid = \"read\"\npattern = '{ $.eventName = \"GetSecretValue\" }'\n\
    metric = { namespace = \"S\", name = \"read\", value = \"1\" }\nalarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n";

fn alive() -> State {
    let mut state = State::default();
    state.groups.insert("trail".to_owned(), Group::default());
    state.trails = vec![json!({
        "Name": "t", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/t",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
    })];
    state.trail_status = json!({ "IsLogging": true });
    state.selectors =
        json!({ "EventSelectors": [{ "ReadWriteType": "All", "IncludeManagementEvents": true }] });
    state
}

struct Bench {
    memory: Memory,
    stack: Stack,
    files: Vec<RuleFile>,
}

impl Bench {
    /// An account after the stack was applied.
    fn applied(text: &str, rules: &str) -> Self {
        let stack =
            Stack::parse(Path::new("cwfilter.toml"), text).unwrap_or_else(|errors| panic!("{}", errors[0]));
        let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rules.to_owned()).unwrap()];
        let bench = Bench { memory: Memory::with(alive()), stack, files };
        apply(&bench.memory, &bench.plan(), |_| ());
        bench
    }

    fn plan(&self) -> Plan {
        let target = identify(&self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &self.files, &target).unwrap();
        let observed = observe(&self.memory, &self.stack, &wanted, &target, Purpose::Plan).unwrap();
        plan(&self.stack, &wanted, &observed, &Options::default())
    }

    fn topic(&self, change: impl FnOnce(&mut account::Topic)) {
        change(self.memory.state.borrow_mut().topics.get_mut(&topic_arn("alerts")).unwrap());
    }
}

#[test]
fn an_account_in_which_everything_is_alive() {
    let bench = Bench::applied(STACK, RULES);
    let plan = bench.plan();
    assert!(plan.is_empty() && plan.findings.is_empty(), "{plan}");
    assert!(
        plan.to_string().starts_with("No changes. `s` in us-east-1 of account 123456789012 has 6 resources"),
        "{plan}"
    );
}

/// The broken link, whether it stops events, and the message.
#[test]
fn each_link_broken_by_hand() {
    type Break = fn(&mut State);
    fn topic(state: &mut State) -> &mut account::Topic {
        state.topics.get_mut(&topic_arn("alerts")).unwrap()
    }
    fn selector(state: &mut State, selector: Value) {
        state.selectors = json!({ "EventSelectors": [selector] });
    }
    fn advanced(state: &mut State, fields: Value) {
        state.selectors = json!({ "AdvancedEventSelectors": [{ "FieldSelectors": fields }] });
    }
    let table: [(Break, bool, &str); 24] = [
        (|it| it.trails.clear(), true, "trail: no trail of this region delivers to the log group `trail`"),
        (|it| it.trail_status = json!({ "IsLogging": false }), true, "trail: the trail `t` does not log"),
        (
            |it| {
                it.trail_status =
                    json!({ "IsLogging": true, "LatestCloudWatchLogsDeliveryError": "Access denied" })
            },
            true,
            "trail: the trail `t` cannot deliver to CloudWatch Logs: Access denied",
        ),
        (
            |it| it.trail_status = json!({ "IsLogging": true, "LatestDeliveryError": "NoSuchBucket" }),
            false,
            "trail: the trail `t` cannot deliver to its bucket: NoSuchBucket",
        ),
        (
            |it| selector(it, json!({ "ReadWriteType": "All", "IncludeManagementEvents": false })),
            true,
            "does not record management events, which the rules look at",
        ),
        (
            |it| selector(it, json!({ "ReadWriteType": "WriteOnly", "IncludeManagementEvents": true })),
            true,
            "does not record reading calls, which read look at",
        ),
        (
            |it| selector(it, json!({ "ReadWriteType": "ReadOnly", "IncludeManagementEvents": true })),
            true,
            "does not record writing calls, which stopped look at",
        ),
        (
            |it| {
                let excluded = json!(["kms.amazonaws.com"]);
                selector(
                    it,
                    json!({ "IncludeManagementEvents": true, "ExcludeManagementEventSources": excluded }),
                );
            },
            true,
            "does not record events of kms.amazonaws.com, which stopped look at",
        ),
        (
            |it| {
                let category = json!({ "Field": "eventCategory", "Equals": ["Management"] });
                advanced(it, json!([category, { "Field": "readOnly", "Equals": ["false"] }]));
            },
            true,
            "does not record reading calls, which read look at",
        ),
        (
            |it| advanced(it, json!([{ "Field": "eventCategory", "Equals": ["Data"] }])),
            true,
            "does not record management events",
        ),
        (|it| topic(it).subscriptions.clear(), true, "subscription: no confirmed subscription of"),
        (
            |it| {
                topic(it)
                    .subscriptions
                    .values_mut()
                    .for_each(|it| it["SubscriptionArn"] = json!("PendingConfirmation"))
            },
            true,
            "subscription: no confirmed subscription of",
        ),
        (
            |it| {
                let all = topic(it).subscriptions.values_mut();
                all.for_each(|it| it["Attributes"] = json!({ "FilterPolicy": "{\"a\":[\"b\"]}" }));
            },
            true,
            "subscription: no confirmed subscription of",
        ),
        (
            |it| {
                let policy = json!({ "FilterPolicy": "{\"a\":[\"b\"]}", "FilterPolicyScope": "MessageBody" });
                topic(it).subscriptions.values_mut().for_each(|it| it["Attributes"] = policy.clone());
            },
            false,
            "has a filter policy on the message, which is not modelled",
        ),
        (
            |it| {
                let other = json!({ "SubscriptionArn": "arn:x", "Protocol": "email", "Endpoint": "other@example.com", "Attributes": {} });
                topic(it).subscriptions.insert("arn:x".to_owned(), other);
            },
            false,
            "subscription: subscribers of arn:aws:sns:us-east-1:123456789012:alerts that the stack does not name: email other@example.com",
        ),
        (
            |it| drop(topic(it).attributes.insert("Policy".into(), json!("{\"Statement\":[]}"))),
            true,
            "does not let alarms publish; `apply` repairs it",
        ),
        (
            |it| {
                let open = json!({ "Statement": [{ "Sid": "open", "Effect": "Allow", "Principal": "*", "Action": "SNS:Publish" }] });
                topic(it).attributes.insert("Policy".into(), json!(open.to_string()));
            },
            false,
            "topic: the statement `open` of the policy of",
        ),
        (
            |it| drop(topic(it).attributes.insert("KmsMasterKeyId".into(), json!("alias/aws/sns"))),
            true,
            "is encrypted with the key of AWS for SNS: CloudWatch may not use it",
        ),
        (
            |it| {
                topic(it).attributes.insert("KmsMasterKeyId".into(), json!("k"));
                it.keys.insert(
                    "DescribeKey".into(),
                    json!({ "KeyMetadata": { "KeyState": "PendingDeletion" } }),
                );
            },
            true,
            "the key k of arn:aws:sns:us-east-1:123456789012:alerts is in the state PendingDeletion",
        ),
        (
            |it| {
                topic(it).attributes.insert("KmsMasterKeyId".into(), json!("k"));
                it.keys.insert("DescribeKey".into(), json!({ "KeyMetadata": { "KeyState": "Enabled" } }));
                it.keys.insert("GetKeyPolicy".into(), json!({ "Policy": "{\"Statement\":[]}" }));
            },
            true,
            "does not let alarms use it (kms:Decrypt)",
        ),
        (
            |it| it.topics.clear(),
            true,
            "topic: the topic arn:aws:sns:us-east-1:123456789012:alerts does not exist; `apply` repairs it",
        ),
        (
            |it| it.alarms.get_mut("s.stopped").unwrap()["StateValue"] = json!("ALARM"),
            false,
            "alarm: `s.stopped` is in ALARM and rings again only after another state",
        ),
        (
            |it| it.alarms.get_mut("s.stopped").unwrap()["WarmUpConfiguration"] = json!({ "a": 1 }),
            false,
            "alarm: `s.stopped` has `WarmUpConfiguration`, which is not modelled",
        ),
        (|it| it.trails.push(json!({ "Name": "other" })), false, ""),
    ];
    for (number, (change, is_dead, message)) in table.into_iter().enumerate() {
        let bench = Bench::applied(STACK, RULES);
        change(&mut bench.memory.state.borrow_mut());
        let plan = bench.plan();
        let dead = plan.findings.iter().any(|it| it.is_dead);
        assert_eq!(dead, is_dead, "row {number}: {plan}");
        assert!(plan.to_string().contains(message), "row {number}: {plan}");
        if is_dead {
            assert!(!plan.to_string().contains("as described"), "row {number}: {plan}");
        }
    }
}

#[test]
fn checks_that_are_refused_are_said() {
    for (operation, message) in [
        ("DescribeTrails", "trail: not checked: DescribeTrails: AccessDeniedException"),
        ("GetTrailStatus", "trail: not checked: GetTrailStatus: AccessDeniedException"),
        (
            "GetSubscriptionAttributes",
            "subscription: not checked: GetSubscriptionAttributes: AccessDeniedException",
        ),
        (
            "GetResources",
            "note: GetResources: AccessDeniedException: refused by the test: what the stack left under other names",
        ),
    ] {
        let bench = Bench::applied(STACK, RULES);
        *bench.memory.refuses.borrow_mut() = Some((operation, "AccessDeniedException"));
        let plan = bench.plan();
        assert!(plan.is_empty(), "{operation}: {plan}");
        assert!(plan.to_string().contains(message), "{operation}: {plan}");
    }
}

#[test]
fn a_topic_of_another_account_is_used_and_never_changed() {
    let text = STACK.replace(
        "name = \"alerts\"\nsubscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]",
        "arn = \"arn:aws:sns:us-east-1:210987654321:alerts\"",
    );
    let bench = Bench::applied(&text, RULES);
    let seen = bench.memory.seen.borrow().clone();
    assert!(
        !seen.contains(&"SetTopicAttributes".to_owned()) && !seen.contains(&"Subscribe".to_owned()),
        "{seen:?}"
    );
    let state = bench.memory.state();
    assert_eq!(
        state.alarms["s.stopped"]["AlarmActions"],
        json!(["arn:aws:sns:us-east-1:210987654321:alerts"])
    );
    assert!(
        bench
            .plan()
            .to_string()
            .contains("dead: topic: the topic arn:aws:sns:us-east-1:210987654321:alerts does not exist")
    );
}

/// An alarm with unit, dimensions and window, and a composite alarm, go the whole way.
#[test]
fn every_member_of_a_rule_arrives() {
    let rules = "[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"x\" }'\n\
        metric = { namespace = \"S\", name = \"a\", value = \"1\", unit = \"Count\", dimensions = { Who = \"$.user\" }, apply_on_transformed_logs = false, field_selection_criteria = '@aws.region = \"us-east-1\"' }\n\
        alarm = { statistic = \"p99\", period = \"5m\", threshold = 1, unit = \"Count\", dimensions = { Who = \"root\" }, low_sample_percentile = \"ignore\", window = \"wall clock +05:30\" }\n\
        [[composite]]\nid = \"both\"\nrule = 'ALARM(a)'\n";
    let bench = Bench::applied(STACK, rules);
    let state = bench.memory.state();
    let alarm = &state.alarms["s.a"];
    assert_eq!(alarm["Dimensions"], json!([{ "Name": "Who", "Value": "root" }]));
    assert_eq!(alarm["EvaluationWindow"], json!({ "WallClockWindow": { "Timezone": "+05:30" } }));
    assert_eq!((&alarm["ExtendedStatistic"], &alarm["Unit"]), (&json!("p99"), &json!("Count")));
    assert_eq!(alarm["EvaluateLowSampleCountPercentile"], "ignore");
    assert_eq!(state.alarms["s.both"]["AlarmRule"], "ALARM(\"s.a\")");
    let filter = &state.groups["trail"].filters["s.a"];
    assert_eq!(filter["fieldSelectionCriteria"], "@aws.region = \"us-east-1\"");
    let plan = bench.plan();
    assert!(plan.is_empty(), "{plan}");
    assert!(plan.to_string().contains("Cost: 1 custom metrics, 1 of them once for each combination of dimensions and 2 alarms, at least 0.90"), "{plan}");
}

/// A concurrent writer that puts back a policy without the stack's statement.
#[test]
fn a_lost_statement_is_said() {
    let bench = Bench::applied(STACK, RULES);
    bench.topic(|topic| drop(topic.attributes.insert("Policy".into(), json!("{\"Statement\":[]}"))));
    let plan = bench.plan();
    let reports = apply(&bench.memory, &plan, |_| ());
    assert_eq!(reports.len(), 1);
    let seen = bench.memory.take_seen();
    let after = seen.iter().rposition(|it| it == "SetTopicAttributes").unwrap();
    assert_eq!(seen[after + 1..], ["GetTopicAttributes"], "it is read back");
    assert!(bench.plan().is_empty());
}

#[test]
fn a_command_may_only_what_it_needs() {
    let stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
    let actions = |command| {
        let policy: Value = serde_json::from_str(&permissions(&stack, command)).unwrap();
        let statements = policy["Statement"].as_array().unwrap().clone();
        let all = statements.iter().flat_map(|it| it["Action"].as_array().unwrap().clone());
        all.map(|it| it.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for command in [Command::Plan, Command::Import] {
        assert!(calls_of(command).all(|call| !call.is_write), "{command:?}");
    }
    let writes = |command| {
        actions(command)
            .into_iter()
            .filter(|it| it.contains(":Put") || it.contains(":Delete") || it.contains(":Create"))
    };
    // the log group is not the stack's
    assert!(writes(Command::Apply).all(|it| !it.ends_with("LogGroup") && !it.contains("Retention")));
    assert!(actions(Command::Apply).contains(&"logs:PutMetricFilter".to_owned()));
    assert_eq!(actions(Command::Verify), ["logs:TestMetricFilter"]);
    assert_eq!(actions(Command::Scan), ["logs:FilterLogEvents"]);
    assert_eq!(
        actions(Command::Ring),
        [
            "cloudwatch:DescribeAlarmHistory",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:SetAlarmState"
        ]
    );
    let policy = permissions(&stack, Command::Apply);
    assert!(policy.contains("arn:aws:cloudwatch:us-east-1:123456789012:alarm:s.*"), "{policy}");
    // each call of the table is used
    for call in CALLS.iter() {
        assert!(Command::ALL.iter().any(|command| calls_of(*command).any(|it| it == call)), "{call:?}");
    }
}
