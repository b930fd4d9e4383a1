//! What `import --adopt` writes passes the tests of rules and the gate, and the next plan finds nothing to change. What it leaves out is
//! named.

mod account;

use account::{Group, Memory, State};
use cwfilter::import::{Imported, StackFile, adopt, read_alarms, read_metric_filters};
use cwfilter::provision::{Options, Purpose, Stack, desired, gate, identify, observe, plan};
use serde_json::{Value, json};
use std::path::Path;

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:legacy";

fn filter(name: &str, pattern: &str, metric: &str) -> Value {
    json!({
        "filterName": name, "filterPattern": pattern, "logGroupName": "trail", "creationTime": 1, "applyOnTransformedLogs": false,
        "metricTransformations": [{ "metricName": metric, "metricNamespace": "Legacy", "metricValue": "1" }],
    })
}

fn alarm(name: &str, metric: &str, more: Value) -> Value {
    let mut it = json!({
        "AlarmName": name, "Namespace": "Legacy", "MetricName": metric, "Statistic": "Sum", "Dimensions": [], "Period": 300,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "ActionsEnabled": true,
        "AlarmActions": [TOPIC], "OKActions": [], "InsufficientDataActions": [], "StateValue": "OK",
    });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

struct Adopted {
    imported: Imported,
    file: StackFile,
    notes: String,
}

fn adopted(filters: &Value, alarms: &Value, composites: &Value) -> Adopted {
    let filters = read_metric_filters(&json!({ "metricFilters": filters }).to_string()).unwrap();
    let alarms =
        read_alarms(&json!({ "MetricAlarms": alarms, "CompositeAlarms": composites }).to_string()).unwrap();
    let rules = Path::new("imported.toml");
    let made = adopt(&filters.items, &alarms.items, &alarms.composites, "", "us-east-1", rules);
    let (imported, file) = made.unwrap_or_else(|why| panic!("{why}"));
    let all = imported.notes.iter().cloned().chain(imported.action_notes(Some(&file)));
    let notes = all.chain(file.notes.clone()).collect::<Vec<_>>().join("\n");
    Adopted { imported, file, notes }
}

/// Plans the imported stack for the account that it comes from.
fn is_unchanged(it: &Adopted, filters: &[Value], alarms: &[&Value]) {
    let stack = Stack::parse(Path::new("cwfilter.toml"), &it.file.toml)
        .unwrap_or_else(|errors| panic!("{}: {}", errors[0], it.file.toml));
    let rules = cwfilter::rules::parse(Path::new("imported.toml"), it.imported.toml.clone())
        .unwrap_or_else(|errors| panic!("{}: {}", errors[0], it.imported.toml));
    let files = [rules];
    let refusals = gate(&files);
    assert!(refusals.is_empty(), "{}: {}", refusals[0], it.imported.toml);
    let name = |value: &Value, member: &str| value[member].as_str().unwrap().to_owned();
    let mut state = State::default();
    let filters = filters.iter().map(|it| (name(it, "filterName"), it.clone())).collect();
    state.groups.insert("trail".to_owned(), Group { filters, ..Group::default() });
    for it in alarms {
        state.alarms.insert(name(it, "AlarmName"), (*it).clone());
        state.alarm_tags.insert(name(it, "AlarmName"), Default::default());
    }
    let memory = Memory::with(state);
    let target = identify(&memory, &stack).unwrap();
    let wanted = desired(&stack, &files, &target).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let observed = observe(&memory, &stack, &wanted, &target, Purpose::Plan).unwrap();
    let plan = plan(&stack, &wanted, &observed, &Options::default());
    assert!(plan.is_empty() && !plan.is_drift(), "{plan}");
}

/// A name; metric filters, alarms and composite alarms of an account; the alarms that rules get; parts of the notes.
type Row<'a> = (&'a str, Vec<Value>, Vec<Value>, Vec<Value>, &'a [&'a str], &'a [&'a str]);

#[test]
fn the_next_plan_changes_nothing() {
    let root = "{ $.userIdentity.type = \"Root\" }";
    let table: Vec<Row<'_>> = vec![
        (
            "one filter and its alarm",
            vec![filter("root", root, "Root")],
            vec![alarm("root used", "Root", json!({}))],
            vec![],
            &["root used"],
            &[],
        ),
        (
            "two filters feed one metric",
            vec![filter("a", root, "M"), filter("b", "{ $.eventName = \"StopLogging\" }", "M")],
            vec![alarm("one", "M", json!({}))],
            vec![],
            &["one"],
            &[],
        ),
        (
            "two filters feed one metric, and each has an alarm of its name",
            vec![filter("a", root, "M"), filter("b", "{ $.eventName = \"StopLogging\" }", "M")],
            vec![alarm("b", "M", json!({})), alarm("a", "M", json!({ "Threshold": 5.0 }))],
            vec![],
            &["a", "b"],
            &[],
        ),
        (
            "the more sensitive of two alarms",
            vec![filter("root", root, "Root")],
            vec![
                alarm("first", "Root", json!({})),
                alarm("second", "Root", json!({ "Threshold": 5.0 })),
                alarm("third", "Root", json!({ "DatapointsToAlarm": 2, "EvaluationPeriods": 2 })),
            ],
            vec![],
            &["first"],
            &[
                "the alarm `second` (Sum >= 5, 1 of 1 of 300 s) is left out: the rule `root` has the alarm `first` on the same metric",
                "the alarm `third` (Sum >= 1, 2 of 2 of 300 s) is left out",
            ],
        ),
        (
            "an alarm that notifies before a more sensitive one that does not",
            vec![filter("root", root, "Root")],
            vec![
                alarm("silent", "Root", json!({ "AlarmActions": [] })),
                alarm("loud", "Root", json!({ "Threshold": 5.0 })),
            ],
            vec![],
            &["loud"],
            &["the alarm `silent` "],
        ),
        (
            "an alarm that a stack cannot say",
            vec![filter("root", root, "Root")],
            vec![alarm(
                "calls",
                "Root",
                json!({ "AlarmActions": [TOPIC, "arn:aws:lambda:us-east-1:123456789012:function:f"] }),
            )],
            vec![],
            &[],
            &[
                "the alarm `calls` is left out: a stack cannot say it, and a plan would change AlarmActions from ",
            ],
        ),
        (
            "an alarm with dimensions that the filter does not publish",
            vec![filter("root", root, "Root")],
            vec![alarm("dims", "Root", json!({ "Dimensions": [{ "Name": "d", "Value": "v" }] }))],
            vec![],
            &[],
            &[
                "the alarm `dims` is left out: the metric has the dimensions [], and the alarm watches it with [d]",
            ],
        ),
        (
            "a description with blanks around it",
            vec![filter("root", root, "Root")],
            vec![alarm("blank", "Root", json!({ "AlarmDescription": " call us \n" }))],
            vec![],
            &[],
            &[
                "the alarm `blank` is left out: a stack cannot say it, and a plan would change AlarmDescription from ",
            ],
        ),
        (
            "a composite alarm, and another one whose rule names an alarm that is left out",
            vec![filter("a", root, "A"), filter("b", "{ $.eventName = \"StopLogging\" }", "B")],
            vec![alarm("on a", "A", json!({})), alarm("on b", "B", json!({ "AlarmDescription": " b" }))],
            vec![
                json!({ "AlarmName": "c", "AlarmRule": "ALARM(\"on a\")", "AlarmActions": [TOPIC] }),
                json!({ "AlarmName": "d", "AlarmRule": "ALARM(\"on b\")" }),
            ],
            &["on a", "c"],
            &[
                "the alarm `on b` is left out: a stack cannot say it",
                "the composite alarm `d` is left out: it names `on b`, which is not imported",
            ],
        ),
        (
            "alarms of others, and actions that all have",
            vec![filter("root", root, "Root")],
            vec![
                alarm("root", "Root", json!({})),
                alarm("cpu", "Cpu", json!({})),
                alarm("disk", "Disk", json!({})),
            ],
            vec![],
            &["root"],
            &[
                "2 alarms are left out, because no imported filter feeds their metrics: `cpu` (Legacy/Cpu), `disk` (Legacy/Disk)",
            ],
        ),
    ];
    for (what, filters, alarms, composites, taken, notes) in table {
        let it = adopted(&json!(filters), &json!(alarms), &json!(composites));
        for note in notes {
            assert!(it.notes.contains(note), "{what}: {note} is not in\n{}", it.notes);
        }
        // each note says something else, and nothing is said without a need
        assert_eq!(it.notes.lines().count(), notes.len(), "{what}: {}", it.notes);
        let mut named: Vec<&str> = it.imported.names.iter().filter_map(|it| it.alarm.as_deref()).collect();
        named.sort_unstable();
        let mut taken = taken.to_vec();
        taken.sort_unstable();
        assert_eq!(named, taken, "{what}: {}", it.file.toml);
        is_unchanged(&it, &filters, &alarms.iter().chain(&composites).collect::<Vec<_>>());
    }
}

#[test]
fn nothing_to_take_over() {
    let it = adopted(&json!([filter("bad", "{ $.a == 1 }", "N")]), &json!([]), &json!([]));
    assert_eq!(it.imported.rules, 0, "{}", it.imported.toml);
    assert!(it.notes.contains("the pattern of `bad` is left out"), "{}", it.notes);
}
