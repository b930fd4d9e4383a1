//! Only what a stack wrote is changed or deleted: random accounts full of other people's resources, and recorded stories.

mod account;

use account::{Group, Memory, REGION, State, Topic, default_policy, topic_arn};
use cwfilter::provision::{
    Action, Kind, Observed, Options, Outcome, Plan, Purpose, Resource, Stack, Target, apply, desired,
    destruction, identify, observe, plan,
};
use cwfilter::rules::RuleFile;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::path::Path;

const RULES: [&str; 4] = ["a", "b", "c", "d"];

fn rules(ids: &[&str]) -> Vec<RuleFile> {
    let rule = |id: &&str| {
        format!(
            "[[rule]]\nid = \"{id}\"\npattern = '{{ $.eventName = \"{id}\" }}'\n\
             metric = {{ namespace = \"S\", name = \"{id}\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1 }}\n"
        )
    };
    let text: String = ids.iter().map(rule).collect();
    vec![cwfilter::rules::parse(Path::new("rules.toml"), text).unwrap()]
}

fn stack(more: &str) -> Stack {
    let text = format!("name = \"s\"\nregion = \"{REGION}\"\nrules = [\"rules.toml\"]\n{more}");
    Stack::parse(Path::new("cwfilter.toml"), &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

const PLAIN: &str = "log_group = { name = \"trail\" }\n[topic]\nname = \"alerts\"\n\
    subscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";
const CREATED: &str = "log_group = { name = \"trail\", create = true, retention_days = 365 }\n[topic]\nname = \"alerts\"\n\
    subscription = [{ protocol = \"email\", endpoint = \"security@example.com\" }]\n";

struct Bench<'a> {
    memory: &'a Memory,
    stack: Stack,
    files: Vec<RuleFile>,
}

impl<'a> Bench<'a> {
    fn new(memory: &'a Memory, stack: Stack, ids: &[&str]) -> Self {
        Bench { memory, stack, files: rules(ids) }
    }

    fn read(&self, purpose: Purpose) -> (Vec<Resource>, Observed) {
        let target: Target = identify(self.memory, &self.stack).unwrap();
        let wanted = desired(&self.stack, &self.files, &target).unwrap();
        let observed = observe(self.memory, &self.stack, &wanted, &target, purpose).unwrap();
        (wanted, observed)
    }

    fn plan(&self, options: &Options) -> Plan {
        let (wanted, observed) = self.read(Purpose::Plan);
        plan(&self.stack, &wanted, &observed, options)
    }

    fn apply(&self, options: &Options) -> Plan {
        let plan = self.plan(options);
        for report in apply(self.memory, &plan, |_| ()) {
            assert!(report.outcome == Outcome::Done || !plan.refusals.is_empty(), "{report:?}");
        }
        plan
    }

    fn destroy(&self, kinds: &[Kind]) -> Plan {
        let (wanted, observed) = self.read(Purpose::Destroy);
        let plan = destruction(&self.stack, &wanted, &observed, kinds);
        for report in apply(self.memory, &plan, |_| ()) {
            assert_eq!(report.outcome, Outcome::Done, "{report:?}");
        }
        plan
    }
}

fn steps(plan: &Plan) -> Vec<String> {
    let line = |step: &cwfilter::provision::Step| {
        format!("{} {} {}", step.action.sign(), step.resource.kind.words(), step.resource.name)
    };
    plan.steps.iter().map(line).collect()
}

fn tags(of: &str) -> Map<String, Value> {
    Map::from_iter([("cwfilter:stack".to_owned(), json!(of))])
}

fn filter(name: &str, pattern: &str, metric: &str) -> (String, Value) {
    let it = json!({
        "filterName": name, "filterPattern": pattern, "logGroupName": "trail", "applyOnTransformedLogs": false,
        "metricTransformations": [{ "metricNamespace": "S", "metricName": metric, "metricValue": "1" }],
    });
    (name.to_owned(), it)
}

/// Names that the stack would give, that begin as its names do, and others.
fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec!["s.a", "s.b", "s.old", "s.", "s", "other", "t.a", "cwfilter-s"]);
    known.prop_map(str::to_owned)
}

/// No tags, and the tags of another stack and of other tools.
fn foreign_tags() -> impl Strategy<Value = Map<String, Value>> {
    prop::sample::select(vec![
        Map::new(),
        tags("other"),
        tags("s2"),
        Map::from_iter([("team".to_owned(), json!("x"))]),
    ])
}

fn filters() -> impl Strategy<Value = Vec<(String, Value)>> {
    let one = (name(), prop::sample::select(RULES.to_vec()), any::<bool>());
    let one = one.prop_map(|(name, id, same)| {
        let pattern = if same { format!("{{ $.eventName = \"{id}\" }}") } else { "ERROR".to_owned() };
        filter(&name, &pattern, id)
    });
    prop::collection::vec(one, 0..5)
}

fn alarms() -> impl Strategy<Value = Vec<(String, Map<String, Value>, Value)>> {
    let one = (name(), foreign_tags(), 1..4_u32).prop_map(|(name, tags, threshold)| {
        let alarm = json!({
            "AlarmName": name, "Namespace": "S", "MetricName": "a", "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1,
            "Threshold": threshold, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "StateValue": "OK",
            "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:others"],
        });
        (name, tags, alarm)
    });
    prop::collection::vec(one, 0..5)
}

fn topics() -> impl Strategy<Value = Vec<(String, Topic)>> {
    let names = prop::sample::select(vec!["alerts", "cwfilter-s", "cwfilter-other", "others"]);
    let one = (names, foreign_tags(), any::<bool>()).prop_map(|(name, tags, subscribed)| {
        let arn = topic_arn(name);
        let attributes = json!({ "TopicArn": arn, "Policy": default_policy(&arn) });
        let mut topic = Topic { attributes: attributes.as_object().unwrap().clone(), tags, ..Topic::default() };
        if subscribed {
            let id = format!("{arn}:theirs");
            let it = json!({ "SubscriptionArn": id, "Protocol": "email", "Endpoint": "other@example.com", "Attributes": {} });
            topic.subscriptions.insert(id, it);
        }
        (arn, topic)
    });
    prop::collection::vec(one, 0..4)
}

fn accounts() -> impl Strategy<Value = State> {
    let group = prop::option::of((foreign_tags(), prop::option::of(1..3653_u32), filters()));
    (group, alarms(), topics()).prop_map(|(group, alarms, topics)| {
        let mut state = State::default();
        if let Some((tags, days, filters)) = group {
            let mut it = Group { tags, filters: filters.into_iter().collect(), ..Group::default() };
            it.description.extend(days.map(|days| ("retentionInDays".to_owned(), json!(days))));
            state.groups.insert("trail".to_owned(), it);
        }
        for (name, tags, alarm) in alarms {
            state.alarms.insert(name.clone(), alarm);
            state.alarm_tags.insert(name, tags);
        }
        state.topics.extend(topics);
        state
    })
}

/// Everything of `before` that is in `after`, and as it was.
fn is_kept(before: &State, after: &State) -> Result<(), String> {
    for (name, group) in &before.groups {
        let now = after.groups.get(name).ok_or_else(|| format!("the log group {name} is gone"))?;
        if (&group.tags, &group.description) != (&now.tags, &now.description) {
            return Err(format!("the log group {name} has changed"));
        }
        for (name, filter) in &group.filters {
            if now.filters.get(name) != Some(filter) {
                return Err(format!("the metric filter {name} has changed: {:?}", now.filters.get(name)));
            }
        }
    }
    for (name, alarm) in &before.alarms {
        if after.alarms.get(name) != Some(alarm) || after.alarm_tags.get(name) != before.alarm_tags.get(name)
        {
            return Err(format!("the alarm {name} has changed: {:?}", after.alarms.get(name)));
        }
    }
    for (arn, topic) in &before.topics {
        if after.topics.get(arn) != Some(topic) {
            return Err(format!("the topic {arn} has changed: {:?}", after.topics.get(arn)));
        }
    }
    (before.trails == after.trails).then_some(()).ok_or_else(|| "a trail has changed".to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("CWFILTER_CHECKS").ok().and_then(|it| it.parse().ok()).unwrap_or(300),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn others_find_their_resources_as_they_were(before in accounts(), is_created in any::<bool>(), prune in any::<bool>()) {
        let memory = Memory::with(before.clone());
        let bench = Bench::new(&memory, stack(if is_created { CREATED } else { PLAIN }), &RULES[..3]);
        let options = Options::default().prune(prune);
        bench.plan(&options);
        prop_assert_eq!(&memory.state(), &before, "a plan writes");
        let first = bench.apply(&options);
        is_kept(&before, &memory.state()).map_err(TestCaseError::fail)?;
        let between = memory.state();
        let second = bench.apply(&options);
        prop_assert_eq!(&memory.state(), &between, "the second run writes");
        if !first.refusals.is_empty() {
            prop_assert_eq!(&memory.state(), &before, "a refused plan writes");
        } else {
            prop_assert!(second.is_empty(), "{}", second);
        }
        // other rules: what the stack wrote is pruned, what others wrote is not
        let fewer = Bench::new(&memory, stack(if is_created { CREATED } else { PLAIN }), &["c", "d"]);
        fewer.apply(&options);
        is_kept(&before, &memory.state()).map_err(TestCaseError::fail)?;
        fewer.destroy(&[Kind::LogGroup, Kind::Topic]);
        is_kept(&before, &memory.state()).map_err(TestCaseError::fail)?;
        let left = bench.destroy(&[Kind::LogGroup, Kind::Topic]);
        prop_assert!(left.is_empty(), "{}", left);
        prop_assert_eq!(memory.state(), before, "something of the stack is left");
    }

    /// A run that ends after any call: the next run does the rest, and nothing is there twice.
    #[test]
    fn a_run_that_is_killed_is_completed(calls in 0..60_usize) {
        let memory = Memory::default();
        let bench = Bench::new(&memory, stack(CREATED), &RULES);
        let planned = bench.plan(&Options::default());
        *memory.calls_left.borrow_mut() = Some(calls);
        apply(&memory, &planned, |_| ());
        *memory.calls_left.borrow_mut() = None;
        let next = bench.apply(&Options::default());
        prop_assert!(next.refusals.is_empty(), "{}", next);
        prop_assert!(bench.plan(&Options::default()).is_empty());
        bench.destroy(&[Kind::LogGroup, Kind::Topic]);
        prop_assert_eq!(memory.state(), State::default());
    }
}

/// An account in which an organisation's trail delivers to the log group, and others work, too.
fn shared_account() -> State {
    let mut state = State::default();
    let description = json!({ "retentionInDays": 3653 }).as_object().unwrap().clone();
    let filters =
        [filter("theirs", "ERROR", "Errors"), filter("s.b", "WARN", "Warnings")].into_iter().collect();
    state.groups.insert("trail".to_owned(), Group { description, filters, ..Group::default() });
    state.trails = vec![json!({
        "Name": "organisation", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/organisation", "IsOrganizationTrail": true,
        "S3BucketName": "organisation-trail", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/organisation",
    })];
    state.trail_status = json!({ "IsLogging": true });
    state.selectors =
        json!({ "EventSelectors": [{ "ReadWriteType": "All", "IncludeManagementEvents": true }] });
    state
}

/// The story of the issue: the organisation's trail, the retention and the filters of others stay.
#[test]
fn the_story() {
    let before = shared_account();
    let memory = Memory::with(before.clone());
    let bench = Bench::new(
        &memory,
        stack(
            &(PLAIN.to_owned()
                + "[trail]\nname = \"organisation\"\nbucket = \"ours-123456789012\"\nrole = \"ours\"\n"),
        ),
        &["a"],
    );
    bench.apply(&Options::default());
    is_kept(&before, &memory.state()).unwrap();
    assert!(
        memory
            .seen
            .borrow()
            .iter()
            .all(|it| !["CreateTrail", "UpdateTrail", "CreateRole"].contains(&it.as_str()))
    );
    let away = bench.destroy(&[Kind::LogGroup, Kind::Topic]);
    assert!(
        away.notes.iter().any(|note| note.starts_with("the log group trail stays: it lacks the tag")),
        "{away}"
    );
    assert_eq!(memory.state(), before);
}

#[test]
fn what_differs_is_refused_and_can_be_taken_over() {
    let memory = Memory::with(shared_account());
    let bench = Bench::new(&memory, stack(PLAIN), &["a", "b"]);
    let refused = bench.plan(&Options::default());
    let text = "the metric filter s.b in trail is not the stack's, and differs: filterPattern: WARN -> { $.eventName = \"b\" }";
    assert!(refused.refusals[0].starts_with(text), "{refused}");
    let adopted = Options::default().adopt(["s.b".to_owned()]);
    let taken = bench.apply(&adopted);
    assert!(steps(&taken).contains(&"~ metric filter s.b".to_owned()), "{taken}");
    assert!(bench.plan(&Options::default()).is_empty(), "it is the stack's now");
    let unknown = bench.plan(&Options::default().adopt(["theirs".to_owned()]));
    assert!(
        unknown.refusals[0].starts_with("`--adopt theirs`: the stack has no resource of this name"),
        "{unknown}"
    );
    // by its existing name, without a second alarm
    let named = PLAIN.to_owned() + "[names.a]\nmetric_filter = \"theirs\"\n";
    let bench = Bench::new(&memory, stack(&named), &["a", "b"]);
    bench.apply(&Options::default().adopt(["theirs".to_owned()]));
    let state = memory.state();
    let names: Vec<&String> = state.groups["trail"].filters.keys().collect();
    assert_eq!(names, ["s.b", "theirs"], "moved, not doubled");
    assert_eq!(state.groups["trail"].filters["theirs"]["filterPattern"], "{ $.eventName = \"a\" }");
}

#[test]
fn others_in_the_log_group_of_the_stack_keep_it() {
    let memory = Memory::default();
    let bench = Bench::new(&memory, stack(CREATED), &["a"]);
    bench.apply(&Options::default());
    let (name, theirs) = filter("s.theirs", "ERROR", "x");
    memory.state.borrow_mut().groups.get_mut("trail").unwrap().filters.insert(name, theirs);
    let arn = topic_arn("alerts");
    let it = json!({ "SubscriptionArn": format!("{arn}:x"), "Protocol": "email", "Endpoint": "other@example.com", "Attributes": {} });
    memory.state.borrow_mut().topics.get_mut(&arn).unwrap().subscriptions.insert(format!("{arn}:x"), it);
    let theirs = json!({ "AlarmName": "theirs", "AlarmActions": [arn], "StateValue": "OK" });
    memory.state.borrow_mut().alarms.insert("theirs".to_owned(), theirs);
    let away = bench.destroy(&[Kind::LogGroup, Kind::Topic]);
    let text = away.to_string();
    assert!(
        text.contains("the log group trail stays: others use it: metric filter s.theirs in trail"),
        "{text}"
    );
    assert!(
        text.contains("the topic alerts stays: others use it: email other@example.com, alarm theirs"),
        "{text}"
    );
    assert_eq!(memory.state().groups["trail"].filters.len(), 1);
}

#[test]
fn names_move() {
    let memory = Memory::default();
    let first = Bench::new(&memory, stack(CREATED), &["a", "b"]);
    first.apply(&Options::default());
    // another log group: the metric filters move, without `--prune`
    let moved = Bench::new(&memory, stack(&CREATED.replace("\"trail\"", "\"other\"")), &["a", "b"]);
    let plan = moved.apply(&Options::default());
    assert!(steps(&plan).contains(&"- metric filter s.a".to_owned()), "{plan}");
    assert!(memory.state().groups["trail"].filters.is_empty());
    assert_eq!(memory.state().groups["other"].filters.len(), 2);
    // another name of the stack
    let named = CREATED.replace("\"trail\"", "\"other\"");
    let renamed = Stack::parse(
        Path::new("cwfilter.toml"),
        &format!("name = \"t\"\nwas = [\"s\"]\nregion = \"{REGION}\"\nrules = [\"rules.toml\"]\n{named}"),
    );
    let renamed = Bench::new(&memory, renamed.unwrap(), &["a", "b"]);
    renamed.apply(&Options::default());
    let state = memory.state();
    assert_eq!(state.groups["other"].filters.keys().collect::<Vec<_>>(), ["t.a", "t.b"]);
    assert_eq!(state.alarms.keys().collect::<Vec<_>>(), ["t.a", "t.b"]);
    assert!(!state.topics.contains_key(&topic_arn("cwfilter-s")), "the record of the old name");
    let again = renamed.plan(&Options::default());
    assert!(again.is_empty(), "{again}");
    // a removed rule is drift until it is pruned
    let fewer = Bench { files: rules(&["a"]), ..renamed };
    let plan = fewer.plan(&Options::default());
    assert!(plan.is_empty() && plan.is_drift(), "{plan}");
    assert_eq!(plan.left, ["metric filter t.b in other", "alarm t.b"]);
    fewer.apply(&Options::default().prune(true));
    assert_eq!(memory.state().alarms.len(), 1);
    // another topic: the old one goes with `--prune`, unless others use it
    let text = named.replace("\"alerts\"", "\"pager\"");
    let other = Stack::parse(
        Path::new("cwfilter.toml"),
        &format!("name = \"t\"\nregion = \"{REGION}\"\nrules = [\"rules.toml\"]\n{text}"),
    );
    let other = Bench::new(&memory, other.unwrap(), &["a"]);
    let plan = other.apply(&Options::default().prune(true));
    assert!(steps(&plan).contains(&"- topic alerts".to_owned()), "{plan}");
    assert!(!memory.state().topics.contains_key(&topic_arn("alerts")));
    assert_eq!(plan.count(Action::Delete), 1, "{plan}");
}

/// An apply and a second plan of 66 rules: the calls that wait for each other.
#[test]
fn few_calls_wait_for_each_other() {
    let ids: Vec<String> = (0..66).map(|number| format!("rule-{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // as AWS pages the lists
    let memory = Memory::with(State { page: 50, ..shared_account() });
    let bench = Bench::new(&memory, stack(PLAIN), &ids);
    bench.apply(&Options::default());
    assert_eq!(memory.state().alarms.len(), 66);
    memory.take_seen();
    let second = bench.plan(&Options::default());
    assert!(second.is_empty(), "{second}");
    let (waits, calls) = (*memory.waits.borrow(), memory.seen.borrow().len());
    eprintln!("a second plan of 66 rules: {calls} calls, {waits} waits in a row");
    assert!(waits <= 12 && calls <= 30, "{calls} calls, {waits} waits");
    let text = second.to_string();
    assert!(text.lines().count() < 10, "{text}");
}
