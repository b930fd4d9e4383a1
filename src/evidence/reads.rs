//! What a set of patterns reads of a record, and whether the set is written for CloudTrail.

use super::other_forms::is_call;
use super::values::{begins_as_record, object, string};
use crate::engine::FilterPattern;
use crate::syntax::ast::{Condition, Equality, Pattern, Predicate, Step, Value};
use std::collections::HashSet;

/// What a set of patterns reads of a record.
#[derive(Debug)]
pub(super) struct Reads {
    /// The first key of each selector.
    keys: HashSet<String>,
    /// A selector begins with a wildcard.
    reads_any_key: bool,
    /// Some pattern is a JSON pattern.
    pub(super) has_json: bool,
    /// All patterns are JSON patterns that read nothing but members of CloudTrail records, and some read a member that events of
    /// applications do not have.
    pub(super) is_of_trail: bool,
}

impl Reads {
    pub(super) fn of<'p>(patterns: impl IntoIterator<Item = &'p FilterPattern>) -> Self {
        let mut reads =
            Reads { keys: HashSet::new(), reads_any_key: false, has_json: false, is_of_trail: true };
        let mut is_telling = false;
        for pattern in patterns {
            let Pattern::Json(expr) = pattern.ast() else {
                reads.is_of_trail = false;
                continue;
            };
            reads.has_json = true;
            expr.item.for_each(&mut |condition| {
                match condition.selector.item.steps.first().and_then(Step::key) {
                    Some(key) if reads.keys.contains(key) => {}
                    Some(key) => drop(reads.keys.insert(key.to_owned())),
                    None => reads.reads_any_key = true,
                }
                let reading = reading(condition);
                reads.is_of_trail &= reading != Reading::Other;
                is_telling |= reading == Reading::Telling;
            });
        }
        reads.is_of_trail &= is_telling;
        reads
    }

    /// Whether a JSON pattern can read the record: the record has a member that some pattern reads, or one of CloudTrail. If the patterns are
    /// CloudTrail's, and the name of a call is under another key than `eventName`, other members do not count.
    pub(super) fn can_read(&self, record: &[u8]) -> bool {
        if self.reads_any_key || begins_as_record(record) {
            return true;
        }
        let (mut has_member, mut names_call) = (false, false);
        for (key, value) in object(record, 0) {
            let key = key.as_ref();
            if key == "eventName" || key == "eventVersion" {
                return true;
            }
            if TELLING.contains(&key) || self.keys.contains(key) {
                if !self.is_of_trail {
                    return true;
                }
                has_member = true;
            } else if self.is_of_trail {
                names_call |= string(record, value).is_some_and(|text| is_call(&text));
            }
        }
        has_member && !names_call
    }
}

/// What a condition says of the events that its pattern is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// It reads a member that only CloudTrail's records have.
    Telling,
    /// It reads a member that CloudTrail's records have, and perhaps other events.
    Trail,
    /// It reads another member.
    Other,
}

fn reading(condition: &Condition) -> Reading {
    let mut keys = condition.selector.item.steps.iter().map(Step::key);
    let key = match keys.next().flatten() {
        Some("detail") => keys.next().unwrap_or(Some("detail")),
        key => key,
    };
    match key {
        Some("detail" | "detail-type" | "source") => Reading::Trail,
        Some("eventName") if text(condition).is_some_and(is_other_name) => Reading::Trail,
        Some("errorCode") if text(condition).is_some_and(is_refusal) => Reading::Telling,
        Some(key) if TELLING.contains(&key) => Reading::Telling,
        Some(key) if SHARED.contains(&key) => Reading::Trail,
        _ => Reading::Other,
    }
}

/// The text that the condition compares with.
fn text(condition: &Condition) -> Option<&str> {
    match &condition.predicate.item {
        Predicate::Compare(Equality::Equal, value) => match &value.item {
            Value::Quoted(text) | Value::Bare(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the text, which may end with wildcards, is a name that no API call has: `purchase`.
fn is_other_name(text: &str) -> bool {
    let start = text.trim_end_matches('*');
    !start.starts_with('*')
        && !start.is_empty()
        && !is_call(start)
        && start.starts_with(|c: char| !c.is_ascii_uppercase())
}

/// Whether the text is the error of an API call that was denied, as the CIS benchmark compares it.
fn is_refusal(text: &str) -> bool {
    text.contains("AccessDenied") || text.contains("UnauthorizedOperation")
}

/// The members of CloudTrail records that events of applications seldom have.
const TELLING: [&str; 23] = [
    "eventVersion",
    "eventTime",
    "eventSource",
    "eventName",
    "eventType",
    "eventCategory",
    "eventID",
    "awsRegion",
    "sourceIPAddress",
    "userIdentity",
    "recipientAccountId",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "managementEvent",
    "tlsDetails",
    "insightDetails",
    "sessionCredentialFromConsole",
    "edgeDeviceDetails",
];

/// The other members of CloudTrail records.
const SHARED: [&str; 9] = [
    "addendum",
    "apiVersion",
    "errorCode",
    "errorMessage",
    "eventContext",
    "readOnly",
    "requestID",
    "resources",
    "userAgent",
];
