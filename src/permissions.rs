//! The least IAM policy for a stack, from the table of calls.

use crate::aws::{CALLS, Call, Scope, Service};
pub use crate::policy::Policy;
use crate::policy::Statement;
use crate::stack::{Stack, Target, record_topic};
use std::collections::BTreeMap;

/// A command that calls AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Reads the account.
    Plan,
    /// Reads and writes.
    Apply,
    /// Reads and deletes.
    Destroy,
    /// Asks `TestMetricFilter`.
    Verify,
    /// Lists metric filters and alarms.
    Import,
    /// Sets the state of an alarm.
    Ring,
    /// Reads the events of a log group.
    Scan,
}

impl Command {
    /// All commands.
    pub const ALL: [Command; 7] = {
        use Command::{Apply, Destroy, Import, Plan, Ring, Scan, Verify};
        [Plan, Apply, Destroy, Verify, Import, Ring, Scan]
    };

    fn initial(self) -> char {
        format!("{self:?}").chars().next().unwrap_or_default()
    }
}

/// The calls that a command may make.
pub fn calls_of(command: Command) -> impl Iterator<Item = &'static Call> {
    CALLS.iter().filter(move |call| call.commands.contains(command.initial()))
}

/// The IAM policy that a command needs for a stack, as JSON. An account that is not known is `*` in the ARNs.
#[must_use]
pub fn permissions(stack: &Stack, command: Command) -> String {
    let partition = match stack.region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let account = stack.account.clone().unwrap_or_else(|| "*".to_owned());
    let target = Target::new(account, &stack.region).partition(partition);
    let mut by_resources: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    // everybody may ask who they are
    for call in calls_of(command).filter(|call| call.service != Service::Sts) {
        let resources = resources(stack, &target, call);
        if !resources.is_empty() {
            let action = format!("{}:{}", call.service.prefix(), call.operation);
            by_resources.entry(resources).or_default().push(action);
        }
    }
    let statement = |(resources, mut actions): (Vec<String>, Vec<String>)| {
        actions.sort();
        Statement::allow(actions, resources)
    };
    Policy::new(by_resources.into_iter().map(statement).collect()).text()
}

/// The ARNs that a call is limited to; empty if the stack does not need it.
fn resources(stack: &Stack, target: &Target, call: &Call) -> Vec<String> {
    let is_own_topic = stack.topic.as_ref().is_some_and(|topic| topic.arn.is_none());
    let names = stack.all_names();
    let of_scope = |scope: &Scope| match scope {
        Scope::Any => vec!["*".to_owned()],
        Scope::CreatedLogGroup if !stack.log_group.create => Vec::new(),
        Scope::LogGroup | Scope::CreatedLogGroup => {
            let name = target.arn("logs", &format!("log-group:{}", stack.log_group.name));
            vec![format!("{name}:*"), name]
        }
        Scope::Topic if call.is_write && !is_own_topic => Vec::new(),
        Scope::Topic => stack.topic_arn(target).into_iter().collect(),
        Scope::Record => names.iter().map(|it| target.arn("sns", &record_topic(it))).collect(),
        Scope::Alarms => {
            let named = stack.names.values().filter_map(|names| names.alarm.clone());
            let own = names.iter().map(|name| format!("{name}.*"));
            own.chain(named).map(|name| target.arn("cloudwatch", &format!("alarm:{name}"))).collect()
        }
    };
    call.scopes.iter().flat_map(of_scope).collect()
}
