//! A plan for people and for programs.

use super::plan::{Action, Change, Plan};
use crate::escaped::Escaped;
use crate::plural::counted;
use serde::Serialize;
use serde_json::Value;
use std::fmt::{Display, Formatter};

/// The version of the JSON; it grows when a field changes its meaning or goes.
pub const VERSION: u32 = 1;

impl Display for Plan {
    /// A line a resource, its changes below, a summary at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for step in &self.steps {
            writeln!(f, "{} {:<13} {}", step.action.sign(), step.kind().words(), Escaped(step.name()))?;
            for change in &step.changes {
                write_change(f, change)?;
            }
            if let (Action::Create, Some(resource)) = (step.action, &step.after) {
                for (property, value) in
                    resource.properties().iter().filter(|(_, value)| is_worth_a_line(value))
                {
                    writeln!(f, "    {property}: {}", Escaped(shortened(&shown(value))))?;
                }
            }
        }
        for note in &self.notes {
            writeln!(f, "note: {}", Escaped(note))?;
        }
        for refusal in &self.refusals {
            writeln!(f, "error: {}", Escaped(refusal))?;
        }
        let Plan { stack, target, .. } = self;
        if self.is_empty() {
            let unchanged = self.unchanged;
            return writeln!(
                f,
                "No changes. `{stack}` in {} has {}, all as described.",
                target.region,
                counted(unchanged, "resource", "resources")
            );
        }
        let [create, update, delete] =
            [Action::Create, Action::Update, Action::Delete].map(|it| self.count(it));
        writeln!(
            f,
            "Plan for `{stack}` in {} of account {}: {create} to create, {update} to change, {delete} to delete, {} unchanged.",
            target.region, target.account, self.unchanged
        )
    }
}

fn is_worth_a_line(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty() && text != "None",
        _ => true,
    }
}

fn write_change(f: &mut Formatter<'_>, change: &Change) -> std::fmt::Result {
    let Change { property, from, to } = change;
    let (from, to) = (Escaped(shown(from)).to_string(), Escaped(shown(to)).to_string());
    const WIDE: usize = 60;
    if from.len() + to.len() > WIDE {
        writeln!(f, "    {property}:\n      - {from}\n      + {to}")
    } else {
        writeln!(f, "    {property}: {from} -> {to}")
    }
}

/// On one line.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Null => "(none)".to_owned(),
        other => other.to_string(),
    }
}

/// What is new is shown as far as one reads it; the JSON has all.
fn shortened(line: &str) -> String {
    const CHARACTERS: usize = 160;
    match line.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    stack: &'a str,
    account: &'a str,
    region: &'a str,
    summary: Summary,
    steps: Vec<StepSummary<'a>>,
    notes: &'a [String],
    refusals: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    create: usize,
    update: usize,
    delete: usize,
    unchanged: usize,
}

#[derive(Serialize)]
struct StepSummary<'a> {
    action: Action,
    kind: String,
    name: String,
    changes: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Value>,
}

/// The plan as one JSON object with `version`, `summary`, `steps`, `notes` and `refusals`.
#[must_use]
pub fn json(plan: &Plan) -> String {
    let entries = plan.steps.iter().map(|step| StepSummary {
        action: step.action,
        kind: step.kind().option(),
        name: step.name(),
        changes: &step.changes,
        resource: step.after.as_ref().map(|after| Value::Object(after.properties())),
    });
    let report = Report {
        version: VERSION,
        stack: &plan.stack,
        account: &plan.target.account,
        region: &plan.target.region,
        summary: Summary {
            create: plan.count(Action::Create),
            update: plan.count(Action::Update),
            delete: plan.count(Action::Delete),
            unchanged: plan.unchanged,
        },
        steps: entries.collect(),
        notes: &plan.notes,
        refusals: &plan.refusals,
    };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}
