//! What a set of patterns reads of a record, and whether the set is written for CloudTrail.

use super::other_forms::is_call;
use super::values::{begins_as_record, member, object, string};
use crate::engine::FilterPattern;
use crate::syntax::ast::{Condition, Equality, Pattern, Predicate, Step, Value};
use std::collections::HashSet;

/// What a set of patterns reads of a record.
#[derive(Debug)]
pub(super) struct Reads {
    /// The first key of each selector.
    keys: HashSet<String>,
    /// Those of them that are objects of CloudTrail's records below which a selector reads, and its other members.
    objects: Vec<&'static str>,
    names: Vec<&'static str>,
    /// The members that all records of API calls have and that a pattern for CloudTrail reads.
    of_all: Vec<&'static str>,
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
        let mut reads = Reads {
            keys: HashSet::new(),
            objects: Vec::new(),
            names: Vec::new(),
            of_all: Vec::new(),
            reads_any_key: false,
            has_json: false,
            is_of_trail: true,
        };
        let mut below = HashSet::new();
        let mut has_one_of_trail = false;
        for pattern in patterns {
            let Pattern::Json(expr) = pattern.ast() else {
                reads.is_of_trail = false;
                continue;
            };
            reads.has_json = true;
            let (mut is_of_trail, mut is_telling, mut of_all) = (true, false, Vec::new());
            expr.item.for_each(&mut |condition| {
                match condition.selector.item.steps.first().and_then(Step::key) {
                    Some(key) => {
                        of_all.extend(OF_ALL.into_iter().filter(|name| *name == key));
                        if !reads.keys.contains(key) {
                            reads.keys.insert(key.to_owned());
                        }
                    }
                    None => reads.reads_any_key = true,
                }
                if let [first, _, ..] = condition.selector.item.steps.as_slice()
                    && let Some(key) = first.key()
                {
                    below.insert(key.to_owned());
                }
                let reading = reading(condition);
                is_of_trail &= reading != Reading::Other;
                is_telling |= reading == Reading::Telling;
            });
            reads.is_of_trail &= is_of_trail;
            has_one_of_trail |= is_telling;
            if is_of_trail && is_telling {
                of_all.retain(|name| !reads.of_all.contains(name));
                reads.of_all.extend(of_all);
            }
        }
        reads.is_of_trail &= has_one_of_trail;
        let reads_key = |name: &&str| reads.keys.contains(*name);
        reads.objects = OBJECTS.into_iter().filter(|name| below.contains(*name)).collect();
        reads.names = TELLING
            .into_iter()
            .chain(SHARED)
            .filter(|name| !reads.objects.contains(name))
            .filter(reads_key)
            .collect();
        reads
    }

    /// Whether a JSON pattern can read the record: the record has a member that some pattern reads, or one of CloudTrail. If the patterns are
    /// CloudTrail's, and the name of a call is under another key than `eventName`, other members do not count.
    pub(super) fn can_read(&self, record: &[u8]) -> Readable {
        if self.reads_any_key {
            return Readable::Yes;
        }
        if let Some(member) = self.changed(record) {
            return Readable::Changed(member);
        }
        if begins_as_record(record) {
            return Readable::Yes;
        }
        let (mut is_trail, mut has_key, mut has_other, mut names_call) = (false, false, false, false);
        let (mut is_typed, mut is_named, mut is_foreign) = (false, false, false);
        for (key, value) in object(record, 0) {
            let key = key.as_ref();
            is_trail |= key == "eventName" || key == "eventVersion";
            is_named |= key == "eventName" && record.get(value + 1).is_some_and(u8::is_ascii_uppercase);
            is_typed |= key == "eventType";
            is_foreign |= !is_of_trail(key);
            if self.keys.contains(key) {
                has_key = true;
            } else if TELLING.contains(&key) {
                has_other = true;
            } else if self.is_of_trail {
                names_call |= string(record, value).is_some_and(|text| is_call(&text));
            }
        }
        if is_trail {
            // a row with a few members of a record; the records of events of services may have no `userIdentity`
            let may_lack = is_typed || !is_named && has_key;
            let lacks = |name: &&&str| member(record, 0, name).is_none();
            return match self.of_all.iter().find(lacks).filter(|_| !may_lack) {
                Some(member) => Readable::Part { lacks: member, is_foreign },
                None => Readable::Yes,
            };
        }
        let is_read = (has_key || has_other) && !(self.is_of_trail && names_call);
        if is_read { Readable::Yes } else { Readable::No }
    }

    /// The member of a record that has another name or type than the one of CloudTrail that a pattern reads: a text in the place of an
    /// object, columns in its place, or a name in capitals.
    pub(super) fn changed(&self, record: &[u8]) -> Option<String> {
        if self.objects.is_empty() && self.names.is_empty() {
            return None;
        }
        let (mut is_trail, mut changed) = (false, None);
        for (key, value) in object(record, 0) {
            let key = key.as_ref();
            is_trail |= key == "eventName" || key == "eventVersion";
            if changed.is_some() {
                continue;
            }
            let is_other = if self.objects.contains(&key) {
                // also if it is empty or a mask: what was in it cannot be told
                record.get(value) == Some(&b'"')
            } else {
                let is_spelled = |name: &str| key.eq_ignore_ascii_case(name) && key != name;
                let name = self.objects.iter().find(|name| is_column(key, name) || is_spelled(name));
                let name = name.or_else(|| self.names.iter().find(|name| is_spelled(name)));
                name.is_some_and(|name| member(record, 0, name).is_none())
            };
            changed = is_other.then(|| key.to_owned());
        }
        changed.filter(|_| is_trail)
    }
}

/// Whether a JSON pattern can read a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Readable {
    Yes,
    No,
    /// It is part of a record of CloudTrail: it lacks a member that all records have and that a pattern reads.
    Part {
        lacks: &'static str,
        /// It has a member that CloudTrail does not write.
        is_foreign: bool,
    },
    /// It has this member in the place of one that a pattern reads.
    Changed(String),
}

/// Whether the key is a column for a part of the object: `userIdentity.type`, `userIdentity_type`.
fn is_column(key: &str, object: &str) -> bool {
    let is_start = key.get(..object.len()).is_some_and(|start| start.eq_ignore_ascii_case(object));
    is_start && key.as_bytes().get(object.len()).is_some_and(|byte| b"._/[".contains(byte))
}

/// The members of a record that are objects.
pub(super) const OBJECTS: [&str; 8] = [
    "userIdentity",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "serviceEventDetails",
    "tlsDetails",
    "insightDetails",
    "edgeDeviceDetails",
];

/// Members that all records of API calls have. Events of services may have no `userIdentity`, and have an `eventType`.
const OF_ALL: [&str; 6] =
    ["eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "userIdentity"];

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
pub(super) const TELLING: [&str; 23] = [
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

/// Whether CloudTrail writes a member of that name.
pub(super) fn is_of_trail(name: &str) -> bool {
    TELLING.contains(&name) || SHARED.contains(&name)
}

/// The other members of CloudTrail records.
pub(super) const SHARED: [&str; 9] = [
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
