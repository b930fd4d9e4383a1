//! Composite alarms of all files whose rules depend on each other in a cycle.

use super::alarms::{Read, children};
use super::finding::{FileFindings, Finding};
use crate::diagnostic::{Diagnostic, Severity};
use crate::escaped::Escaped;
use crate::limits::CYCLE_SHOWN;
use crate::metric_settings::LocatedComposite;
use std::collections::HashMap;

/// Adds a warning for each composite alarm that is in a cycle or depends on one. `PutCompositeAlarm` accepts a cycle, but CloudWatch
/// does not evaluate it.
pub(super) fn check(files: &mut [FileFindings], read: &[Read<'_>]) {
    let composites = || read.iter().flat_map(|it| &it.resources.composites);
    let next = next_in_cycles(composites());
    if next.is_empty() {
        return;
    }
    for (file, of_file) in files.iter_mut().zip(read) {
        for composite in &of_file.resources.composites {
            let at = composite.rule_span;
            let Some(message) = message(name(composite), &next) else { continue };
            let warning = Diagnostic::new("composite-cycle", Severity::Warning, at, message).in_file(at);
            let help = "change one of the rules so that it does not depend on the others";
            file.findings.push(Finding::new(composite.id.clone(), warning.help(help)));
        }
    }
}

/// The name by which a rule refers to the composite alarm: its id in rule files.
fn name(composite: &LocatedComposite) -> &str {
    composite.alarm_name.as_deref().unwrap_or(&composite.id)
}

/// Each composite alarm that is in a cycle or depends on one, with the first such alarm of its rule.
fn next_in_cycles<'a>(composites: impl Iterator<Item = &'a LocatedComposite>) -> HashMap<&'a str, String> {
    let mut rules: HashMap<&str, Vec<String>> = HashMap::new();
    for composite in composites {
        let own = name(composite);
        // a rule that names its own alarm has a finding of its own: AWS refuses it
        rules.entry(own).or_default().extend(children(composite).into_iter().filter(|child| child != own));
    }
    let mut parents: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut left: HashMap<&str, usize> = HashMap::new();
    for (&name, children) in &rules {
        let composite = children.iter().filter(|child| rules.contains_key(child.as_str()));
        left.insert(name, composite.clone().count());
        composite.for_each(|child| parents.entry(child).or_default().push(name));
    }
    // what depends on no composite alarm is in no cycle, and is removed with its edges until nothing more can be
    let mut free: Vec<&str> = left.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    while let Some(name) = free.pop() {
        left.remove(name);
        for parent in parents.get(name).into_iter().flatten() {
            if let Some(count) = left.get_mut(parent) {
                *count -= 1;
                if *count == 0 {
                    free.push(parent);
                }
            }
        }
    }
    let first = |name: &str| rules.get(name)?.iter().find(|child| left.contains_key(child.as_str())).cloned();
    left.keys().filter_map(|name| Some((*name, first(name)?))).collect()
}

fn message(name: &str, next: &HashMap<&str, String>) -> Option<String> {
    let mut path = format!("`{}`", Escaped(name));
    let mut at = next.get(name)?.as_str();
    for _ in 0..CYCLE_SHOWN {
        path += &format!(" → `{}`", Escaped(at));
        if at == name {
            return Some(format!("the rule depends on itself, so CloudWatch does not evaluate it: {path}"));
        }
        at = next.get(at)?;
    }
    Some(format!(
        "the rule depends on a cycle of composite alarms, which CloudWatch does not evaluate: {path} …"
    ))
}
