//! An import that takes over: the next plan finds nothing to change. What a plan would change or refuse is left out, and named.

use super::composite::ListedComposite;
use super::listed::{ListedAlarm, MetricFilter};
use super::rule_file::{Imported, import};
use super::stack_file::StackFile;
use crate::diagnostic::Severity;
use crate::lint::file::check_file;
use crate::provision::desired;
use crate::resource::{Kind, Resource, changes};
use crate::rules::RuleFile;
use crate::stack::{Stack, Target};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Rules with a stack's file that gives them the names that their resources have in the account. `rules` is the path of the rule file.
/// Each metric filter and alarm is compared as a plan compares it: one that a plan would change or refuse is left out, and the notes say
/// why.
///
/// # Errors
/// If the metric filters belong to several log groups, or AWS's names are none that a stack's file takes.
pub fn adopt(
    filters: &[MetricFilter],
    alarms: &[ListedAlarm],
    composites: &[ListedComposite],
    prefix: &str,
    region: &str,
    rules: &Path,
) -> Result<(Imported, StackFile), String> {
    let (mut filters, mut alarms, mut composites) = (filters.to_vec(), alarms.to_vec(), composites.to_vec());
    let mut notes = Vec::new();
    // it ends: each round takes something out
    loop {
        let mut imported = import(&filters, &alarms, &composites, prefix);
        if imported.rules == 0 {
            imported.notes.splice(0..0, notes);
            return Ok((imported, StackFile { toml: String::new(), notes: Vec::new(), topic: None }));
        }
        let file = imported.stack_file(region, rules)?;
        let found = Found { filters: &filters, alarms: &alarms, composites: &composites };
        let unlike = found.unlike(&imported, &file)?;
        if unlike.is_empty() {
            imported.notes.splice(0..0, notes);
            return Ok((imported, file));
        }
        for ((kind, name), why) in &unlike {
            notes.push(format!("the {} `{name}` is left out: {why}", kind.words()));
        }
        let stays = |kind, name: &str| !unlike.contains_key(&(kind, name.to_owned()));
        filters.retain(|it| stays(Kind::MetricFilter, &it.name));
        alarms.retain(|it| stays(Kind::Alarm, &it.alarm.name));
        composites.retain(|it| stays(Kind::CompositeAlarm, &it.alarm_name));
    }
}

/// The rules with a lint that keeps a plan from being made, with its message.
fn refused(imported: &Imported) -> Vec<(String, String)> {
    let name = "imported.toml";
    let patterns = crate::sources::read(Path::new(name), &imported.toml).unwrap_or_default();
    let checked = check_file(name.to_owned(), imported.toml.clone(), &patterns);
    let errors = checked.findings.into_iter().filter(|it| it.diagnostic.severity >= Severity::Error);
    errors.map(|it| (it.pattern, format!("{} [{}]", it.diagnostic.message, it.diagnostic.lint))).collect()
}

/// What the account has.
struct Found<'a> {
    filters: &'a [MetricFilter],
    alarms: &'a [ListedAlarm],
    composites: &'a [ListedComposite],
}

type Unlike = BTreeMap<(Kind, String), String>;

impl Found<'_> {
    fn answer(&self, wanted: &Resource) -> Option<&Value> {
        let name = &wanted.name;
        match wanted.kind {
            Kind::MetricFilter => Some(&self.filters.iter().find(|it| it.name == *name)?.answer),
            Kind::Alarm => Some(&self.alarms.iter().find(|it| it.alarm.name == *name)?.answer),
            _ => Some(&self.composites.iter().find(|it| it.alarm_name == *name)?.answer),
        }
    }

    /// What a plan would refuse or change, with the reason.
    fn unlike(&self, imported: &Imported, file: &StackFile) -> Result<Unlike, String> {
        let first = |errors: Vec<crate::rules::RuleError>| {
            errors.first().map_or_else(String::new, |error| error.message().to_owned())
        };
        let stack = Stack::parse(Path::new("cwfilter.toml"), &file.toml).map_err(first)?;
        let rules = crate::rules::parse(Path::new("imported.toml"), imported.toml.clone()).map_err(first)?;
        let target = Target::new(stack.account.clone().unwrap_or_default(), &stack.region);
        let mut unlike = Unlike::new();
        for (rule, why) in refused(imported) {
            let names = imported.names.iter().find(|it| it.rule == rule);
            unlike.extend(names.map(|it| ((Kind::MetricFilter, it.metric_filter.clone()), why)));
        }
        for (id, one) in singles(&rules) {
            let wanted = match desired(&stack, &[one], &target) {
                Ok(wanted) => wanted,
                Err(errors) => {
                    let key = imported.names.iter().find(|it| it.rule == id).map(|it| match &it.alarm {
                        Some(alarm) if it.metric_filter.is_empty() => (Kind::CompositeAlarm, alarm.clone()),
                        Some(alarm) => (Kind::Alarm, alarm.clone()),
                        None => (Kind::MetricFilter, it.metric_filter.clone()),
                    });
                    unlike.extend(key.map(|key| (key, first(errors))));
                    continue;
                }
            };
            for wanted in wanted.iter().filter(|it| it.kind.is_of_rule()) {
                let Some(answer) = self.answer(wanted) else { continue };
                let found = Resource::of_answer(wanted.kind, &wanted.name, answer);
                let differing = changes(&found, wanted);
                if !differing.is_empty() {
                    let named: Vec<String> = differing
                        .iter()
                        .map(|it| format!("{} from {} to {}", it.property, it.from, it.to))
                        .collect();
                    let why = format!("a stack cannot say it, and a plan would change {}", named.join(", "));
                    unlike.insert((wanted.kind, wanted.name.clone()), why);
                }
            }
        }
        Ok(unlike)
    }
}

/// A file for each rule and composite alarm.
fn singles(file: &RuleFile) -> Vec<(String, RuleFile)> {
    let rules = file.rules.iter().map(|rule| {
        (rule.id.clone(), RuleFile { rules: vec![rule.clone()], composites: Vec::new(), ..file.clone() })
    });
    let composites = file.composites.iter().map(|it| {
        (it.id.clone(), RuleFile { rules: Vec::new(), composites: vec![it.clone()], ..file.clone() })
    });
    rules.chain(composites).collect()
}
