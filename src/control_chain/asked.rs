//! What a service asks of a policy, and the answer as the state of a link.

use super::links::LinkState;
use crate::metric_settings::ReceiverPolicy;
use crate::policy::{Request, Verdict, verdict};

/// What it is that is not shown: the state of the link, and why.
pub(super) type Stop = (LinkState, String);

/// A service that writes to a topic or a queue.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    /// As a sentence names it: `CloudWatch`.
    pub(super) name: &'a str,
    /// Its principal.
    pub(super) service: &'a str,
    /// The ARN of the alarm or topic that it acts for.
    pub(super) source: &'a str,
    pub(super) account: &'a str,
}

/// What is asked of a policy.
pub(super) struct Asked<'a> {
    pub(super) action: &'a str,
    /// How a policy may name the resource.
    pub(super) resources: &'a [String],
    pub(super) by: Writer<'a>,
}

/// `Err` with the state of the link and the reason, if a policy does not let a service do something, or leaves it open.
pub(super) fn judged(policy: &ReceiverPolicy, asked: &Asked<'_>, of: &str, verb: &str) -> Result<(), Stop> {
    let open = |why: String| Err((LinkState::NotInInput, why));
    if let Some(why) = &policy.open {
        return open(format!("{of}: {why}"));
    }
    let document = match &policy.document {
        Ok(document) => document,
        Err(why) => return open(format!("{of} is not known: {why}")),
    };
    let Writer { name, service, source, account } = asked.by;
    let ask = |resource: &str| {
        verdict(document, Request { service, action: asked.action, resource, source, account })
    };
    let all: Vec<Verdict> = asked.resources.iter().map(|resource| ask(resource)).collect();
    let all = if all.is_empty() { vec![ask("")] } else { all };
    // the resource has several spellings, and a statement has one of them
    let denied = all.iter().find(|it| matches!(it, Verdict::Denied(_)));
    let found = denied.or_else(|| all.iter().max());
    match found {
        None | Some(Verdict::Allowed) => Ok(()),
        Some(Verdict::Denied(statement)) => {
            Err((LinkState::Broken, format!("{statement} of {of} does not let {name} {verb}")))
        }
        Some(Verdict::NotAllowed) => Err((LinkState::Broken, format!("{of} does not let {name} {verb}"))),
        Some(Verdict::Unknown(part)) => open(format!("whether {of} lets {name} {verb} is not known: {part}")),
    }
}
