//! The text of a plan: each text from a rule, a file or an account is escaped where it is shown, so that a plan controls no terminal.
//! The program lets colours through, because it colours lines itself: only the escape at each place stops this one.

use cwfilter::provision::{Kind, Observed, Options, Plan, Stack, Target, desired, plan};
use serde_json::json;
use std::path::Path;

const HOSTILE: &str = "\u{1b}[31mred";
const SHOWN: &str = "\\u{1b}[31mred";

/// A plan with something at each place: all kinds of resources, changes, and a finding.
fn of_a_stack(is_empty: bool) -> Plan {
    let text = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\", create = true }\n\
        topic = { name = \"alerts\" }\n";
    let rules = "[[rule]]\nid = \"a\"\npattern = '{ $.eventName = \"a\" }'\nmetric = { namespace = \"S\", name = \"a\", value = \"1\" }\n\
        alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1 }\n[[composite]]\nid = \"c\"\nrule = 'ALARM(a)'\n";
    let stack = Stack::parse(Path::new("cwfilter.toml"), text).unwrap();
    let files = [cwfilter::rules::parse(Path::new("rules.toml"), rules.to_owned()).unwrap()];
    let target = Target::new("123456789012", "us-east-1");
    let wanted = desired(&stack, &files, &target).unwrap();
    if is_empty {
        return plan(&stack, &wanted, &Observed::with(&stack, target, wanted.clone()), &Options::default());
    }
    let mut there = wanted.clone();
    there.retain(|it| it.kind == Kind::Alarm);
    there[0].properties.insert("Unit".to_owned(), json!("Bytes"));
    there[0].properties.insert("ActionsEnabled".to_owned(), json!(false));
    let plan = plan(&stack, &wanted, &Observed::with(&stack, target, there), &Options::default());
    assert!(!plan.findings.is_empty() && plan.steps.iter().any(|it| !it.changes.is_empty()), "{plan}");
    plan
}

fn set(plan: &mut Plan, kind: Kind, property: &str) {
    for it in plan.steps.iter_mut().filter(|it| it.resource.kind == kind) {
        // an update shows its changes only
        it.action = cwfilter::provision::Action::Create;
        it.resource.properties.insert(property.to_owned(), json!(HOSTILE));
    }
}

/// A place, and how a text gets there.
type Place = (&'static str, fn(&mut Plan));

const PLACES: [Place; 22] = [
    ("the stack", |it| it.stack = HOSTILE.to_owned()),
    ("the region", |it| it.target.region = HOSTILE.to_owned()),
    ("the account", |it| it.target.account = HOSTILE.to_owned()),
    ("a name", |it| it.steps[0].resource.name = HOSTILE.to_owned()),
    ("a pattern", |it| set(it, Kind::MetricFilter, "filterPattern")),
    ("a namespace", |it| set(it, Kind::MetricFilter, "metricNamespace")),
    ("a metric", |it| set(it, Kind::MetricFilter, "metricName")),
    ("a statistic", |it| set(it, Kind::Alarm, "Statistic")),
    ("a percentile", |it| {
        it.steps.iter_mut().for_each(|it| drop(it.resource.properties.remove("Statistic")));
        set(it, Kind::Alarm, "ExtendedStatistic");
    }),
    ("datapoints", |it| set(it, Kind::Alarm, "DatapointsToAlarm")),
    ("a period", |it| set(it, Kind::Alarm, "Period")),
    ("a threshold", |it| set(it, Kind::Alarm, "Threshold")),
    ("missing data", |it| set(it, Kind::Alarm, "TreatMissingData")),
    ("a rule of a composite alarm", |it| set(it, Kind::CompositeAlarm, "AlarmRule")),
    ("a record", |it| set(it, Kind::Record, "metricFilters")),
    ("a value before", |it| change(it, |from, _| *from = json!(HOSTILE))),
    ("a value after", |it| change(it, |_, to| *to = json!(HOSTILE))),
    ("a long value before", |it| change(it, |from, _| *from = json!(format!("{HOSTILE}{}", "x".repeat(90))))),
    ("a long value after", |it| change(it, |_, to| *to = json!(format!("{HOSTILE}{}", "x".repeat(90))))),
    ("a note", |it| it.notes.push(HOSTILE.to_owned())),
    ("a finding", |it| it.findings[0].message = HOSTILE.to_owned()),
    ("a refusal", |it| it.refusals.push(HOSTILE.to_owned())),
];

fn change(plan: &mut Plan, edit: impl Fn(&mut serde_json::Value, &mut serde_json::Value)) {
    let changes = plan.steps.iter_mut().flat_map(|it| &mut it.changes);
    changes.take(1).for_each(|it| edit(&mut it.from, &mut it.to));
}

#[test]
fn each_place_is_escaped() {
    for (place, put) in PLACES {
        for is_empty in [false, true] {
            let mut plan = of_a_stack(is_empty);
            let is_of_header = ["the stack", "the region", "the account"].contains(&place);
            if is_empty && !is_of_header {
                continue;
            }
            put(&mut plan);
            for text in [plan.to_string(), format!("{plan:#}")] {
                assert!(text.contains(SHOWN), "{place} is not shown: {text}");
                assert!(!text.contains('\u{1b}'), "{place}: {text:?}");
            }
        }
    }
}
