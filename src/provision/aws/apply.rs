//! Doing what a plan says, one step after the other.

use super::{AwsError, Client};
use crate::provision::{Action, Kind, Place, Plan, Resource, Step};

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is not, or not wholly.
    Failed(AwsError),
    /// It was not tried, as a step that it needs failed.
    Skipped {
        /// The kind of what it needs.
        needs: Kind,
    },
}

/// A step and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepReport {
    /// What was to be done.
    pub action: Action,
    /// To which kind.
    pub kind: Kind,
    /// Of which name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// Services quote what they refuse.
fn without_secrets(mut error: AwsError, step: &Step) -> AwsError {
    if let Some(resource) = step.after.as_ref().or(step.before.as_ref()) {
        error.message = resource.without_secrets(&error.message);
    }
    error
}

impl Client {
    /// Does all steps in order and goes on after a failure; `each` hears of every step. A plan with refusals is not begun:
    /// every step fails.
    pub async fn apply(&self, plan: &Plan, mut each: impl FnMut(&StepReport)) -> Vec<StepReport> {
        let mut reports: Vec<StepReport> = Vec::new();
        for step in &plan.steps {
            let outcome = match (plan.refusals.first(), missing(step, &reports)) {
                (Some(refusal), _) => Outcome::Failed(AwsError::new("plan", refusal)),
                (None, Some(needs)) => Outcome::Skipped { needs },
                (None, None) => match self.step(&plan.place, step).await {
                    Ok(()) => Outcome::Done,
                    Err(error) => Outcome::Failed(without_secrets(error, step)),
                },
            };
            let report = StepReport { action: step.action, kind: step.kind(), name: step.name(), outcome };
            each(&report);
            reports.push(report);
        }
        reports
    }

    async fn step(&self, place: &Place, step: &Step) -> Result<(), AwsError> {
        let before = step.before.as_ref();
        match step.after.as_ref().or(before) {
            Some(Resource::MetricFilter(it)) => self.metric_filter(step.action, it).await,
            Some(Resource::Alarm(it)) => self.alarm(place, step, it).await,
            Some(Resource::LogGroup(it)) => self.log_group(place, step, it).await,
            Some(Resource::Topic(it)) => self.topic(place, step, it).await,
            Some(Resource::Subscription(it)) => self.subscription(step.action, it).await,
            #[cfg(feature = "aws-trail")]
            Some(Resource::Bucket(it)) => self.bucket(place, step, it).await,
            #[cfg(feature = "aws-trail")]
            Some(Resource::Role(it)) => self.role(step, it).await,
            #[cfg(feature = "aws-trail")]
            Some(Resource::Trail(it)) => self.trail(place, step, it).await,
            #[cfg(not(feature = "aws-trail"))]
            Some(Resource::Bucket(_) | Resource::Role(_) | Resource::Trail(_)) => {
                Err(super::observe::no_trail())
            }
            None => Ok(()),
        }
    }
}

/// What a kind is of no use without.
fn needs(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Trail => &[Kind::Bucket, Kind::LogGroup, Kind::Role],
        Kind::MetricFilter => &[Kind::LogGroup],
        Kind::Subscription | Kind::Alarm => &[Kind::Topic],
        Kind::Bucket | Kind::LogGroup | Kind::Role | Kind::Topic => &[],
    }
}

/// The kind that the step waits for in vain. What is deleted waits for what needs it.
fn missing(step: &Step, reports: &[StepReport]) -> Option<Kind> {
    let failed = reports.iter().filter(|report| report.outcome != Outcome::Done);
    let mut blocking = failed.filter(|report| match (step.action, report.action) {
        (Action::Delete, Action::Delete) => needs(report.kind).contains(&step.kind()),
        (Action::Delete, _) | (_, Action::Delete) => false,
        // what is there already can be used, though a change of it failed
        (_, Action::Update) => false,
        (_, Action::Create) => needs(step.kind()).contains(&report.kind),
    });
    blocking.next().map(|report| report.kind)
}

/// Whether an update touches a property.
pub(super) fn touches(step: &Step, property: &str) -> bool {
    step.action == Action::Create || step.changes.iter().any(|change| change.property == property)
}
