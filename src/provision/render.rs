//! A plan for people and for programs.

use super::cost::Cost;
use super::plan::{Action, OWNER, Plan, Step};
use crate::alarm::Comparison;
use crate::chain::Finding;
use crate::escaped::Escaped;
use crate::plural::counted;
use crate::resource::{Change, Kind, Resource, SHORT, is_empty, on_one_line, short};
use serde_json::Value;
use std::fmt::{Display, Formatter};

/// The version of the JSON; it grows when a field changes its meaning or goes.
pub const VERSION: u32 = 2;

impl Display for Plan {
    /// The counts, then a line for each resource with its changes below; the resources of a rule are together. Long texts are cut
    /// with `{}` and whole with `{:#}`.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Plan { stack, target, unchanged, .. } = self;
        let [stack, region, account] = [stack, &target.region, &target.account].map(Escaped);
        let place = format!("`{stack}` in {region} of account {account}");
        let [create, update, delete] =
            [Action::Create, Action::Update, Action::Delete].map(|it| self.count(it));
        let resources = counted(*unchanged, "resource", "resources");
        match (self.is_empty(), self.is_drift(), self.is_dead()) {
            (true, true, _) => writeln!(f, "Nothing to do for {place}, though it differs: see below.")?,
            (true, _, false) => writeln!(f, "No changes. {place} has {resources}, all as described.")?,
            (true, ..) => writeln!(f, "No changes for {place}, but events do not get through: see below.")?,
            _ => writeln!(
                f,
                "Plan for {place}: {create} to create, {update} to change, {delete} to delete, {unchanged} unchanged."
            )?,
        }
        let is_whole = f.alternate();
        let mut steps: Vec<Step> = with_one_record(&self.steps);
        steps.sort_by_key(|step| {
            (step.resource.kind.is_of_rule(), step.resource.rule.clone(), step.resource.kind)
        });
        for step in &steps {
            write_step(f, step, is_whole)?;
        }
        let notes = self.notes.iter().map(|note| format!("note: {}", Escaped(note)));
        let finding = |it: &Finding| {
            let word = if it.is_dead { "dead" } else { "note" };
            let more = if it.is_repaired { "; `apply` repairs it" } else { "" };
            format!("{word}: {}: {}{more}", it.link, Escaped(&it.message))
        };
        let refusals = self.refusals.iter().map(|refusal| format!("error: {}", Escaped(refusal)));
        let cost = Some(self.cost.to_string()).filter(|_| self.cost.metrics > 0);
        let mut lines = notes.chain(self.findings.iter().map(finding)).chain(refusals).chain(cost);
        lines.try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Display for Cost {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Cost { metrics, with_dimensions, alarms, dollars } = self;
        write!(f, "Cost: {metrics} custom metrics")?;
        if *with_dimensions > 0 {
            write!(f, ", {with_dimensions} of them once for each combination of dimensions")?;
        }
        write!(f, " and {alarms} alarms, at least {dollars:.2} US dollars a month.")
    }
}

fn write_step(f: &mut Formatter<'_>, step: &Step, is_whole: bool) -> std::fmt::Result {
    let Resource { kind, name, .. } = &step.resource;
    let is_update = step.action == Action::Update;
    let about = if is_update { String::new() } else { summary(&step.resource, is_whole) };
    let line = format!("{} {:<15} {}  {about}", step.action.sign(), kind.words(), Escaped(name));
    writeln!(f, "{}", line.trim_end())?;
    // the record may list as many metric filters as before
    let mut changes = step.changes.iter().filter(|it| is_update && it.from != it.to);
    changes.try_for_each(|change| write_change(f, change, is_whole))
}

/// The steps with one of the record in place of two, before and after the others.
fn with_one_record(steps: &[Step]) -> Vec<Step> {
    let mut shown: Vec<Step> = Vec::new();
    for step in steps {
        let is_same = |it: &&mut Step| it.resource.kind == Kind::Record && it.resource.is(&step.resource);
        match shown.iter_mut().find(is_same) {
            Some(first) => {
                first.resource.clone_from(&step.resource);
                for (first, last) in first.changes.iter_mut().zip(&step.changes) {
                    first.to.clone_from(&last.to);
                }
            }
            None => shown.push(step.clone()),
        }
    }
    shown
}

/// What a resource is, on one line.
fn summary(it: &Resource, is_whole: bool) -> String {
    let text = |name: &str| if is_whole { on_one_line(&it.get(name)) } else { short(&it.get(name)) };
    let about = match it.kind {
        Kind::MetricFilter => {
            format!("{} -> {}/{}", text("filterPattern"), text("metricNamespace"), text("metricName"))
        }
        Kind::Alarm => {
            let statistic =
                if is_empty(&it.get("Statistic")) { text("ExtendedStatistic") } else { text("Statistic") };
            let comparison = it.text("ComparisonOperator").parse().map_or("?", Comparison::sign);
            let (m, n, period) = (text("DatapointsToAlarm"), text("EvaluationPeriods"), text("Period"));
            let missing = text("TreatMissingData");
            format!(
                "{statistic} {comparison} {}, {m} of {} of {period} s, missing: {missing}",
                text("Threshold"),
                counted(n.parse::<u64>().unwrap_or_default(), "period", "periods")
            )
        }
        Kind::CompositeAlarm => text("AlarmRule"),
        Kind::LogGroup => match it.get("retentionInDays").as_i64() {
            Some(days) => format!("keeps events for {}", counted(days, "day", "days")),
            None => "keeps events for ever".to_owned(),
        },
        Kind::Record => format!("lists metric filters: {}", text("metricFilters")),
        _ => String::new(),
    };
    Escaped(about).to_string()
}

fn write_change(f: &mut Formatter<'_>, change: &Change, is_whole: bool) -> std::fmt::Result {
    let Change { property, from, to } = change;
    if property == OWNER {
        return writeln!(f, "    taken over by the stack");
    }
    let line = |value: &Value| Escaped(if is_whole { on_one_line(value) } else { short(value) }).to_string();
    let (from, to) = (line(from), line(to));
    if from.len() + to.len() > SHORT {
        writeln!(f, "    {property}:\n      - {from}\n      + {to}")
    } else {
        writeln!(f, "    {property}: {from} -> {to}")
    }
}
