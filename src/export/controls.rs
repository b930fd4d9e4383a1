//! The Security Hub controls that the resources of a template meet.

use crate::resource::{Kind, Resource, is_empty};
use crate::stack::Stack;
use crate::table::rows;

/// The controls of `controls.tsv` whose condition holds, in the order of the table. A control for what others create is not among them.
pub(super) fn controls(stack: &Stack, resources: &[Resource]) -> Vec<&'static str> {
    let is_met = |[_, condition, _]: &[&'static str; 3]| holds(condition, stack, resources) == Some(true);
    rows(include_str!("controls.tsv")).filter(is_met).map(|[control, ..]| control).collect()
}

/// Whether a condition of the table holds; `None` if there is no such condition.
fn holds(condition: &str, stack: &Stack, resources: &[Resource]) -> Option<bool> {
    let has = |kind: Kind| resources.iter().any(|it| it.kind == kind);
    let trail = stack.trail.as_ref().filter(|_| has(Kind::Trail));
    let bucket = stack.trail.as_ref().filter(|_| has(Kind::Bucket));
    let topic = stack.topic.as_ref().filter(|_| has(Kind::Topic));
    let alarms = |is: fn(&Resource) -> bool| {
        has(Kind::Alarm) && resources.iter().filter(|it| it.kind == Kind::Alarm).all(is)
    };
    Some(match condition {
        "trail" => trail.is_some(),
        "multi-region trail" => trail.is_some_and(|it| it.multi_region),
        "encrypted trail" => trail.is_some_and(|it| it.kms_key.is_some()),
        "trail with bucket" => trail.is_some() && bucket.is_some(),
        "bucket" => bucket.is_some(),
        "encrypted bucket" => bucket.is_some_and(|it| it.kms_key.is_some()),
        "topic" => topic.is_some(),
        "encrypted topic" => topic.is_some_and(|it| it.kms_key.is_some()),
        "alarms with actions" => alarms(|it| !is_empty(&it.get("AlarmActions"))),
        // enabled actions of an alarm that has none do not count
        "alarms with enabled actions" => {
            alarms(|it| it.get("ActionsEnabled") == true && !is_empty(&it.get("AlarmActions")))
        }
        // a log group that keeps its events for ever is compliant, too
        "log group kept for a year" => {
            has(Kind::LogGroup) && stack.log_group.retention_days.is_none_or(|days| days >= 365)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_of_the_table_is_known() {
        let text = "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules.toml\"]\nlog_group = { name = \"trail\" }\n";
        let stack = Stack::parse("cwfilter.toml".as_ref(), text).unwrap();
        let table = include_str!("controls.tsv");
        let all: Vec<[&str; 3]> = rows(table).collect();
        assert_eq!(all.len(), table.lines().filter(|line| !line.starts_with('#')).count());
        for [control, condition, _] in all {
            assert_eq!(holds(condition, &stack, &[]), Some(false), "{control}");
        }
    }
}
