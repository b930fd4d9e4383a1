//! Carries out a plan: the record first, each kind after the kinds that it needs.

use super::plan::{Action, OWNER, Plan, Step};
use crate::account::record;
use crate::aws::{Account, CallError, Request, Service, text};
use crate::policy;
use crate::resource::{Kind, Resource, Write, filled};
use crate::stack::redacted;
use serde::Serialize;
use serde_json::{Value, json};

/// The outcome of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is not done, or not completely.
    Failed(CallError),
    /// It was not tried.
    Skipped(String),
}

/// A step and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepReport {
    /// What was to be done.
    pub action: Action,
    /// To which kind.
    pub kind: Kind,
    /// The resource's name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// Steps that are carried out together. Ours: a person sees progress, and the calls to two services overlap.
const STEPS_AT_ONCE: usize = 12;

/// Carries out all steps in order, and continues after a failure, unless the credentials are refused; `each` gets the report of every
/// step. A plan with refusals is not begun: every step fails.
pub fn apply(account: &dyn Account, plan: &Plan, mut each: impl FnMut(&StepReport)) -> Vec<StepReport> {
    let mut reports: Vec<StepReport> = Vec::new();
    let mut rest = plan.steps.as_slice();
    while let Some(first) = rest.first() {
        // steps that do not depend on each other: metric filters and metric alarms, or deletions of one kind
        let is_with_first = |it: &&Step| match (first.action, it.action) {
            (Action::Delete, Action::Delete) => it.resource.kind == first.resource.kind,
            (Action::Delete, _) | (_, Action::Delete) => false,
            _ => [first, *it].iter().all(|it| matches!(it.resource.kind, Kind::MetricFilter | Kind::Alarm)),
        };
        let together = rest.iter().take(STEPS_AT_ONCE).take_while(is_with_first).count().max(1);
        let (now, later) = rest.split_at(together);
        rest = later;
        let before = |step: &Step| match plan.refusals.first() {
            Some(refusal) => Outcome::Failed(CallError::new("plan", refusal)),
            None => skipped(step, &reports).map_or(Outcome::Done, Outcome::Skipped),
        };
        let mut outcomes: Vec<Outcome> = now.iter().map(before).collect();
        carry_out(account, plan, now, &mut outcomes);
        for (step, outcome) in now.iter().zip(outcomes) {
            let Resource { kind, name, .. } = &step.resource;
            let report = StepReport { action: step.action, kind: *kind, name: name.clone(), outcome };
            each(&report);
            reports.push(report);
        }
    }
    reports
}

/// Why a step is not tried: what it needs failed, or no call can succeed any more. A deletion waits for what needs it.
fn skipped(step: &Step, reports: &[StepReport]) -> Option<String> {
    let kind = step.resource.kind;
    let mut failed = reports.iter().filter(|report| report.outcome != Outcome::Done);
    failed.find_map(|report| match (&report.outcome, step.action, report.action) {
        (Outcome::Failed(error), ..) if error.is_of_credentials() => {
            Some("the credentials are not valid any more".to_owned())
        }
        (_, Action::Delete, Action::Delete) => {
            let is_needed = report.kind.needs(kind) && kind != Kind::Alarm;
            is_needed.then(|| format!("the {} that needs it is still there", report.kind.words()))
        }
        // the record lists what is still there, and what each metric filter may be
        (_, Action::Update, action) if kind == Kind::Record && report.kind == Kind::MetricFilter => {
            let what = if action == Action::Delete { "still there" } else { "not written" };
            Some(format!("a metric filter is {what}"))
        }
        // what exists can be used, though a change of it failed; a record has to be complete
        (_, Action::Create | Action::Update, Action::Create | Action::Update) => {
            let is_missing = report.action == Action::Create || report.kind == Kind::Record;
            (is_missing && kind.needs(report.kind)).then(|| format!("its {} failed", report.kind.words()))
        }
        // deletions make room for nothing; but what was to replace them has to be there
        (_, Action::Delete, Action::Create) if report.kind == kind => {
            Some(format!("the {} that replaces it failed", kind.words()))
        }
        _ => None,
    })
}

/// Makes the calls of the steps that nothing keeps from being done: the first of each together, then the second, and so on.
fn carry_out(account: &dyn Account, plan: &Plan, steps: &[Step], outcomes: &mut [Outcome]) {
    let requests: Vec<Vec<Request>> = steps.iter().map(|step| requests(plan, step)).collect();
    let fail = |outcome: &mut Outcome, it: &Resource, mut error: CallError| {
        // services quote what they refuse
        if !it.endpoint.is_empty() {
            error.message = error.message.replace(&it.endpoint, &redacted(&it.endpoint));
        }
        *outcome = Outcome::Failed(error);
    };
    for round in 0..requests.iter().map(Vec::len).max().unwrap_or_default() {
        let open = steps.iter().zip(&requests).zip(&mut *outcomes);
        let open = open.filter(|(_, outcome)| **outcome == Outcome::Done);
        let due = open.filter_map(|((step, all), outcome)| Some((step, all.get(round)?.clone(), outcome)));
        let due: Vec<_> = due.collect();
        let calls: Vec<Request> = due.iter().map(|(_, request, _)| request.clone()).collect();
        for ((step, request, outcome), answer) in due.into_iter().zip(account.calls(&calls)) {
            if let Err(error) = answer
                && !is_done_before(&request, &error)
            {
                fail(outcome, &step.resource, error);
            }
        }
    }
    for (step, outcome) in steps.iter().zip(outcomes) {
        let it = &step.resource;
        let has_policy = it.kind == Kind::Topic && step.action != Action::Delete && step.touches("Policy");
        if has_policy
            && *outcome == Outcome::Done
            && let Err(error) = publish_policy(account, plan, it)
        {
            fail(outcome, it, error);
        }
    }
}

/// An answer that says that it was done before is as good as done.
fn is_done_before(request: &Request, error: &CallError) -> bool {
    let is_delete = request.operation.starts_with("Delete");
    is_delete && error.is_missing() || error.code.as_deref() == Some("ResourceAlreadyExistsException")
}

/// The calls of a step, one after the other: the rows of `writes.tsv`.
fn requests(plan: &Plan, step: &Step) -> Vec<Request> {
    let it = &step.resource;
    let is_due = |when: &str| match (when, step.action) {
        ("create", action) => action == Action::Create,
        ("delete", action) => action == Action::Delete,
        ("change", Action::Update) => {
            step.changes.iter().any(|change| !["Tags", OWNER].contains(&change.property.as_str()))
        }
        (member, Action::Update) => step.touches(member),
        _ => false,
    };
    let value = |name: &str| match record::surplus(&step.tags, &it.tags) {
        surplus if name == "surplus" => Some(surplus).filter(|keys| !keys.is_empty()).into(),
        _ => it.value(name, &plan.target),
    };
    let of_row = |service, row: &Write| {
        let is_due = row.when.split(',').any(is_due);
        let input = filled(&row.input, &value).filter(|_| is_due)?;
        Some(Request::new(service, row.operation, input))
    };
    let schema = it.kind.schema().into_iter();
    schema.flat_map(|it| it.writes.iter().filter_map(|row| of_row(it.service, row))).collect()
}

/// Reads the topic's policy, puts the stack's statement into it, writes it, and reads it back: everything else in it stays, and a
/// concurrent writer that lost the statement is noticed.
fn publish_policy(account: &dyn Account, plan: &Plan, it: &Resource) -> Result<(), CallError> {
    /// Writers that are at work at the same moment take turns; ours.
    const ATTEMPTS: usize = 3;
    let (arn, statement) = (it.get("TopicArn"), it.get("Policy"));
    let refused = |message| CallError::new("SetTopicAttributes", message);
    for attempt in 0..=ATTEMPTS {
        let answer = match account.call(Service::Sns, "GetTopicAttributes", json!({ "TopicArn": arn })) {
            Err(error) if error.is_missing() => Value::Null,
            answer => answer?,
        };
        let policy = answer.get("Attributes").map_or("", |it| text(it, "Policy"));
        let Some(next) = policy::with(policy, &statement, &plan.was).map_err(refused)? else { return Ok(()) };
        if attempt == ATTEMPTS {
            break;
        }
        let input = json!({ "TopicArn": arn, "AttributeName": "Policy", "AttributeValue": next });
        account.call(Service::Sns, "SetTopicAttributes", input)?;
    }
    Err(refused(
        "the statement that lets alarms publish is lost each time: another writer is at work".to_owned(),
    ))
}
