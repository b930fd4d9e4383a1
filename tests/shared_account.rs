//! An account that others configure, too: topic policies, keys, composite alarms, records and topics under other names.

mod account;

use account::{Group, Memory, State, topic_arn};
use cwfilter::provision::{
    Action, Kind, Observed, Options, Plan, Purpose, Resource, Stack, Target, apply, desired, destruction,
    identify, observe, plan,
};
use cwfilter::rules::RuleFile;
use serde_json::{Value, json};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n\
    [topic]\nname = \"alerts\"\nsubscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";

fn rule(id: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = '{{ $.eventName = \"{id}\" }}'\nmetric = {{ namespace = \"S\", name = \"{id}\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n"
    )
}

struct Bench {
    memory: Memory,
    stack: Stack,
    files: Vec<RuleFile>,
}

impl Bench {
    /// An account with the log group and a trail.
    fn new(stack: &str, rules: &str) -> Self {
        let mut state = State::default();
        state.groups.insert("trail".to_owned(), Group::default());
        state.trails = vec![json!({
            "Name": "t", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/t",
            "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        })];
        state.trail_status = json!({ "IsLogging": true });
        let stack =
            Stack::parse(Path::new("cwfilter.toml"), stack).unwrap_or_else(|errors| panic!("{}", errors[0]));
        let files = vec![cwfilter::rules::parse(Path::new("rules.toml"), rules.to_owned()).unwrap()];
        Bench { memory: Memory::with(state), stack, files }
    }

    fn applied(stack: &str, rules: &str) -> Self {
        let bench = Bench::new(stack, rules);
        bench.apply(&Options::default());
        bench
    }

    fn plan(&self, options: &Options) -> Plan {
        let target = identify(&self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &self.files, &target).unwrap();
        let observed = observe(&self.memory, &self.stack, &wanted, &target, Purpose::Plan).unwrap();
        plan(&self.stack, &wanted, &observed, options)
    }

    fn apply(&self, options: &Options) -> Plan {
        let plan = self.plan(options);
        apply(&self.memory, &plan, |_| ());
        plan
    }

    fn renamed(self, stack: &str) -> Self {
        Bench { stack: Stack::parse(Path::new("cwfilter.toml"), stack).unwrap(), ..self }
    }

    fn policy(&self) -> Value {
        let state = self.memory.state();
        serde_json::from_str(state.topics[&topic_arn("alerts")].attributes["Policy"].as_str().unwrap())
            .unwrap()
    }

    fn set(&self, attribute: &str, value: &str) {
        let state = &mut *self.memory.state.borrow_mut();
        state.topics.get_mut(&topic_arn("alerts")).unwrap().attributes.insert(attribute.into(), json!(value));
    }
}

#[test]
fn statements_of_others_stay() {
    let one = r#"{"Version":"2008-10-17","Id":"i","Statement":[{"Sid":"theirs"}]}"#;
    let single = r#"{"Version":"2008-10-17","Id":"i","Statement":{"Sid":"theirs"}}"#;
    for text in [one, single] {
        let bench = Bench::applied(STACK, &rule("a"));
        let ours = bench.policy()["Statement"].as_array().unwrap().last().unwrap().clone();
        bench.set("Policy", text);
        bench.apply(&Options::default());
        let policy = bench.policy();
        assert_eq!((&policy["Id"], &policy["Statement"]), (&json!("i"), &json!([{ "Sid": "theirs" }, ours])));
        bench.memory.take_seen();
        bench.apply(&Options::default());
        assert!(!bench.memory.take_seen().contains(&"SetTopicAttributes".to_owned()), "nothing to change");
    }
    for text in ["{", "[]", r#"{"Statement":1}"#] {
        let bench = Bench::applied(STACK, &rule("a"));
        bench.set("Policy", text);
        let reports = apply(&bench.memory, &bench.plan(&Options::default()), |_| ());
        assert!(format!("{reports:?}").contains("the topic's policy"), "{text}: {reports:?}");
        assert_eq!(
            bench.memory.state().topics[&topic_arn("alerts")].attributes["Policy"],
            text,
            "it is not replaced"
        );
    }
}

#[test]
fn who_may_publish() {
    let sns = r#""Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:Publish"]"#;
    let cloudwatch =
        r#""Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"sns:Pub*""#;
    let owner =
        |id: &str| format!(r#"{{{sns},"Condition":{{"StringEquals":{{"AWS:SourceOwner":"{id}"}}}}}}"#);
    let when = |condition: &str| format!(r#"{{{cloudwatch},"Condition":{{{condition}}}}}"#);
    let table = [
        (owner("123456789012"), Some(true)),
        (owner("210987654321"), Some(false)),
        (format!("{{{sns}}}"), Some(true)),
        (format!("{{{cloudwatch}}}"), Some(true)),
        (
            when(r#""ArnLike":{"aws:SourceArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"}"#),
            Some(true),
        ),
        (when(r#""IpAddress":{"aws:SourceIp":"10.0.0.0/8"}"#), None),
        (
            format!(r#"{{{cloudwatch}}},{{"Effect":"Deny","Principal":"*","Action":"SNS:Publish"}}"#),
            Some(false),
        ),
        (
            format!(
                r#"{{{cloudwatch}}},{{"Effect":"Deny","Principal":"*","Action":"*","Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}"#
            ),
            Some(true),
        ),
        (String::new(), Some(false)),
    ];
    for (statements, expected) in table {
        let bench = Bench::applied(STACK, &rule("a"));
        bench.set("Policy", &format!("{{\"Statement\":[{statements}]}}"));
        let text = bench.plan(&Options::default()).to_string();
        let found = match () {
            () if text.contains("does not let alarms publish") => Some(false),
            () if text.contains("denies alarms to publish") => Some(false),
            () if text.contains("whether alarms may publish is not known") => None,
            () => Some(true),
        };
        assert_eq!(found, expected, "{statements}: {text}");
        assert_eq!(text.contains("lets anybody use the topic"), statements == format!("{{{sns}}}"), "{text}");
    }
}

/// `GetKeyPolicy` takes no alias: the key is found by `DescribeKey`.
#[test]
fn a_key_by_its_alias() {
    let key =
        json!({ "KeyMetadata": { "KeyState": "Enabled", "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab" } });
    let allow = json!({ "Effect": "Allow", "Principal": { "Service": "cloudwatch.amazonaws.com" }, "Action": "kms:*" });
    for alias in ["alias/alerts", "arn:aws:kms:us-east-1:123456789012:alias/alerts"] {
        for (statements, is_dead) in [(json!([allow]), false), (json!([]), true)] {
            let bench = Bench::applied(STACK, &rule("a"));
            bench.set("KmsMasterKeyId", alias);
            let policy = json!({ "Statement": statements }).to_string();
            let keys = [("DescribeKey", key.clone()), ("GetKeyPolicy", json!({ "Policy": policy }))];
            bench.memory.state.borrow_mut().keys =
                keys.map(|(name, answer)| (name.to_owned(), answer)).into();
            let text = bench.plan(&Options::default()).to_string();
            assert!(!text.contains("not checked"), "{text}");
            assert_eq!(text.contains("does not let alarms use it (kms:Decrypt)"), is_dead, "{text}");
        }
    }
}

/// A log group that another account's trail fills.
#[test]
fn trails_are_not_checked_where_the_stack_says_why() {
    let bench = Bench::applied(STACK, &rule("a"));
    bench.memory.state.borrow_mut().trails.clear();
    assert!(bench.plan(&Options::default()).to_string().contains("dead: trail: no trail"));
    let fed = |by: &str| {
        STACK.replace("{ name = \"trail\" }", &format!("{{ name = \"trail\", fed_by = \"{by}\" }}"))
    };
    let bench = bench.renamed(&fed("the trail of account 210987654321"));
    bench.memory.take_seen();
    let plan = bench.plan(&Options::default());
    assert!(!plan.findings.iter().any(|it| it.is_dead), "{plan}");
    let said = "note: trail: not checked: the stack's file says that `trail` is fed by the trail of account 210987654321";
    assert!(plan.to_string().contains(said), "{plan}");
    let seen = bench.memory.take_seen();
    assert!(!seen.contains(&"DescribeTrails".to_owned()), "{seen:?}");
    let error = Stack::parse(Path::new("cwfilter.toml"), &fed(" ")).unwrap_err();
    assert!(error[0].to_string().contains("`fed_by` does not say who delivers the events"), "{}", error[0]);
}

/// The rule of a composite alarm in other words is no drift; another meaning is.
#[test]
fn composite_rules_are_compared_by_their_meaning() {
    let rules = rule("a") + &rule("b") + "[[composite]]\nid = \"c\"\nrule = 'ALARM(a) AND NOT ALARM(b)'\n";
    let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm";
    let table = [
        ("NOT ALARM(s.b) AND ALARM(s.a)".to_owned(), true),
        ("ALARM(\"s.a\")  AND (NOT (ALARM(\"s.b\")))".to_owned(), true),
        ("NOT (NOT ALARM(s.a) OR ALARM(s.b))".to_owned(), true),
        (format!("ALARM(\"{arn}:s.a\") AND NOT ALARM(\"{arn}:s.b\")"), true),
        ("(ALARM(s.a) AND OK(s.b)) OR (ALARM(s.a) AND INSUFFICIENT_DATA(s.b))".to_owned(), true),
        ("ALARM(s.a) AND OK(s.b)".to_owned(), false),
        ("ALARM(s.a) OR NOT ALARM(s.b)".to_owned(), false),
        ("ALARM(s.a)".to_owned(), false),
        ("ALARM(".to_owned(), false),
    ];
    for (text, is_same) in table {
        let bench = Bench::applied(STACK, &rules);
        bench.memory.state.borrow_mut().alarms.get_mut("s.c").unwrap()["AlarmRule"] = json!(text);
        let plan = bench.plan(&Options::default());
        assert_eq!(plan.is_empty(), is_same, "{text}: {plan}");
    }
}

/// The record of many metric filters fits into the tags of a topic, and the plan says where it ends.
#[test]
fn a_record_survives_its_tags() {
    for (count, fits) in [(400, true), (500, false)] {
        let rules: String = (0..count).map(|number| rule(&format!("r{number}"))).collect();
        let plan = Bench::new(STACK, &rules).plan(&Options::default());
        let record: &Resource =
            &plan.steps.iter().find(|it| it.resource.kind == Kind::Record).unwrap().resource;
        assert!(record.tags.values().all(|it| it.len() <= 256 && !it.contains('#')));
        assert_eq!(record.tags.len() <= 45, fits, "{}", record.tags.len());
        let refused = plan.refusals.iter().any(|it| it.contains("more metric filters than its record holds"));
        assert_eq!(refused, !fits);
    }
}

/// The topic of an earlier configuration, to which others publish meanwhile, stays also with `--prune`.
#[test]
fn a_topic_that_others_use_is_not_pruned() {
    let bench = Bench::applied(STACK, &rule("a"));
    let theirs = json!({ "AlarmName": "theirs", "AlarmActions": [topic_arn("alerts")], "StateValue": "OK" });
    bench.memory.state.borrow_mut().alarms.insert("theirs".to_owned(), theirs);
    let bench = bench.renamed(&STACK.replace("alerts", "pager"));
    let plan = bench.apply(&Options::default().prune(true));
    assert!(plan.to_string().contains("the topic alerts stays: others use it: alarm theirs"), "{plan}");
    assert!(bench.memory.state().topics.contains_key(&topic_arn("alerts")));
    *bench.memory.refuses.borrow_mut() = Some(("GetTopicAttributes", "AuthorizationError"));
    let target = identify(&bench.memory, &bench.stack).unwrap();
    let wanted = desired(&bench.stack, &bench.files, &target).unwrap();
    assert!(observe(&bench.memory, &bench.stack, &wanted, &target, Purpose::Plan).is_err());
}

/// The stack's own alarms are no users of its topic, in whatever order they are listed.
#[test]
fn own_alarms_do_not_keep_a_topic() {
    let bench = Bench::applied(STACK, &(rule("a") + &rule("b") + &rule("c")));
    bench.memory.state.borrow_mut().backwards = true;
    let target = identify(&bench.memory, &bench.stack).unwrap();
    let wanted = desired(&bench.stack, &bench.files, &target).unwrap();
    let observed = observe(&bench.memory, &bench.stack, &wanted, &target, Purpose::Destroy).unwrap();
    let plan = destruction(&bench.stack, &wanted, &observed, &[Kind::Topic]);
    assert!(plan.steps.iter().any(|it| it.resource.kind == Kind::Topic), "{plan}");
}

/// The statement that an earlier name of the stack wrote goes with the name.
#[test]
fn a_renamed_stack_leaves_no_statement() {
    let bench = Bench::applied(STACK, &rule("a"));
    let bench = bench.renamed(&STACK.replace("name = \"s\"", "name = \"t\"\nwas = [\"s\"]"));
    bench.apply(&Options::default());
    let statements = bench.policy()["Statement"].as_array().unwrap().clone();
    let sids: Vec<&Value> = statements.iter().map(|it| &it["Sid"]).collect();
    assert_eq!(sids, ["__default_statement_ID", "cwfilter-t-alarms"]);
}

/// Every member of the table: a value that others put there is drift, whether the stack sets the member or not.
#[test]
fn no_member_drifts_unseen() {
    // the stack leaves these as they are, or they tell which resource it is
    const LEFT: [&str; 6] =
        ["logGroupName", "retentionInDays", "kmsKeyId", "KmsMasterKeyId", "Protocol", "Endpoint"];
    let stack = STACK.replace("{ name = \"trail\" }", "{ name = \"trail\", create = true }");
    let bench = Bench::new(&stack, &(rule("a") + "[[composite]]\nid = \"c\"\nrule = 'ALARM(a)'\n"));
    let target = Target::new("123456789012", "us-east-1");
    let wanted = desired(&bench.stack, &bench.files, &target).unwrap();
    let plan_of = |resources| {
        plan(
            &bench.stack,
            &wanted,
            &Observed::with(&bench.stack, target.clone(), resources),
            &Options::default(),
        )
    };
    let mut members = 0;
    let table = include_str!("../src/resource/members.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in table.map(|line| line.split('\t').collect::<Vec<_>>()) {
        let (kind, name) = (row[0], row[1].rsplit('/').next().unwrap());
        let Some(at) = wanted.iter().position(|it| it.kind.option() == kind) else { continue };
        let mut resources = wanted.clone();
        resources[at].properties.insert(name.to_owned(), json!(["drift"]));
        let found = plan_of(resources);
        // the record follows the metric filters
        let steps = found.steps.iter().filter(|it| it.resource.kind != Kind::Record);
        let changed: Vec<&str> = steps.flat_map(|it| &it.changes).map(|it| it.property.as_str()).collect();
        if LEFT.contains(&name) {
            assert!(!changed.contains(&name), "{kind} {name}: {found}");
        } else {
            // `DatapointsToAlarm` follows `EvaluationPeriods`, if it is not set
            assert_eq!(changed, [name], "{kind} {name}: {found}");
            assert!(found.steps.iter().all(|it| it.action == Action::Update), "{found}");
        }
        members += 1;
    }
    assert_eq!(members, 51);
    // the tag of an earlier name of the stack is replaced
    let bench = bench.renamed(&stack.replace("name = \"s\"", "name = \"t\"\nwas = [\"s\"]"));
    let mut observed = Observed::with(&bench.stack, target.clone(), wanted.clone());
    observed.resources.iter_mut().for_each(|it| drop(it.tags.insert("team".into(), "x".into())));
    let wanted = desired(&bench.stack, &bench.files, &target).unwrap();
    let found = plan(&bench.stack, &wanted, &observed, &Options::default());
    let retagged = found.steps.iter().filter(|it| it.changes.iter().any(|change| change.property == "Tags"));
    assert_eq!(
        retagged.map(|it| it.resource.kind).collect::<Vec<_>>(),
        [Kind::LogGroup, Kind::Topic],
        "{found}"
    );
}

/// What others put beside the stack's resources is named, by where it came from.
#[test]
fn what_others_add_is_named() {
    let bench = Bench::applied(STACK, &rule("a"));
    let arn = topic_arn("alerts");
    let theirs = json!({ "SubscriptionArn": format!("{arn}:x"), "Protocol": "email", "Endpoint": "other@example.com", "Attributes": {} });
    bench
        .memory
        .state
        .borrow_mut()
        .topics
        .get_mut(&arn)
        .unwrap()
        .subscriptions
        .insert(format!("{arn}:x"), theirs);
    let mut policy = bench.policy();
    let open = json!({ "Sid": "open", "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "SNS:Subscribe", "Resource": arn });
    policy["Statement"].as_array_mut().unwrap().push(open);
    bench.set("Policy", &policy.to_string());
    let other = json!({
        "filterName": "theirs", "filterPattern": "{ $.eventName = \"a\" }", "logGroupName": "trail",
        "metricTransformations": [{ "metricNamespace": "S", "metricName": "a", "metricValue": "1" }],
    });
    bench
        .memory
        .state
        .borrow_mut()
        .groups
        .get_mut("trail")
        .unwrap()
        .filters
        .insert("theirs".to_owned(), other);
    let plan = bench.plan(&Options::default());
    for text in [
        format!(
            "note: subscription: subscribers of {arn} that the stack does not name: email other@example.com"
        ),
        format!("note: topic: the statement `open` of the policy of {arn} lets anybody use the topic"),
        "note: metric filter theirs in trail feeds the metric of `a`, too".to_owned(),
    ] {
        assert!(plan.to_string().contains(&text), "{text}: {plan}");
    }
    assert!(plan.is_empty(), "{plan}");
}

/// A metric filter with an earlier name of the stack, whose record is lost, counts its events beside the new one.
#[test]
fn a_metric_filter_of_an_earlier_name_is_drift() {
    let bench = Bench::applied(STACK, &rule("a"));
    bench.memory.state.borrow_mut().topics.remove(&topic_arn("cwfilter-s")).unwrap();
    let bench = bench.renamed(&STACK.replace("name = \"s\"", "name = \"t\"\nwas = [\"s\"]"));
    bench.apply(&Options::default());
    let plan = bench.plan(&Options::default());
    assert!(plan.is_empty() && plan.is_drift(), "{plan}");
    assert!(
        plan.to_string().contains("the metric filter s.a in trail has an earlier name of the stack"),
        "{plan}"
    );
}

/// A template with imports owns only what the stack owns.
#[test]
fn an_import_of_what_others_made_is_refused() {
    let bench = Bench::applied(STACK, &rule("a"));
    let export = |without: &[Kind]| {
        let target = identify(&bench.memory, &bench.stack).unwrap();
        let wanted = desired(&bench.stack, &bench.files, &target).unwrap();
        let observed = observe(&bench.memory, &bench.stack, &wanted, &target, Purpose::Plan).unwrap();
        cwfilter::export::terraform(&bench.stack, &bench.files, without, Some(&observed))
    };
    assert!(export(&[]).unwrap().contains("\"s.a\""));
    bench.memory.state.borrow_mut().alarm_tags.insert("s.a".to_owned(), Default::default());
    let errors = export(&[]).unwrap_err();
    assert!(errors[0].to_string().contains("the alarm s.a is not the stack's"), "{}", errors[0]);
    assert!(export(&[Kind::Alarm]).is_ok());
}
