//! What a pattern alone says about its events: whether they are CloudTrail records, or those of another program. Rules ask their test events,
//! too: `rules/subject.rs` has the whole definition, and lints ask [`signs_of_another_program`].

use super::catalogue::{
    FieldKind, event_names, event_sources, field, fields, known_values, names_of, sources_of,
};
use crate::syntax::ast::{Condition, Equality, Expr, Predicate, Step, Value};

/// Whether a pattern has a sign of another program, and asks for nothing that only CloudTrail writes.
pub(crate) fn signs_of_another_program(expr: &Expr<Condition>) -> bool {
    let (mut is_named, mut has_sign) = (false, false);
    expr.for_each(&mut |condition| {
        is_named |= names_an_event(condition);
        has_sign |= sign_of(condition).is_some();
    });
    has_sign && !is_named
}

/// Fields that each are a text in all records. Other programs have fields of these names, too.
pub(crate) const TEXTS: [&str; 6] =
    ["eventName", "eventSource", "eventType", "eventCategory", "errorCode", "errorMessage"];

/// Whether a text is the name of an event source, known or not.
pub(crate) fn is_of_aws(source: &str) -> bool {
    source.contains(".amazonaws.com") || !names_of(source).is_empty()
}

/// Whether a text is not the name of an event source, and no mistake for one.
pub(crate) fn is_foreign(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    let is_service = || event_sources().any(|known| known.split('.').next() == Some(lower.as_str()));
    !lower.is_empty() && !["amazon", "aws"].iter().any(|it| lower.contains(it)) && !is_service()
}

/// The text that a condition compares a top-level field with, or a field of `userIdentity`; the path is that of the catalogue.
fn compared(condition: &Condition) -> Option<(String, &str)> {
    let Predicate::Compare(Equality::Equal, value) = &condition.predicate.item else { return None };
    let (Value::Quoted(text) | Value::Bare(text)) = &value.item else { return None };
    Some((path_of(&condition.selector.item.steps)?, text))
}

/// Keys from the root; steps into arrays are left out. `None` if a step is `.*`.
fn path_of(steps: &[Step]) -> Option<String> {
    let keys = steps.iter().filter(|it| !matches!(it, Step::Index(_) | Step::AnyIndex));
    keys.map(Step::key).collect::<Option<Vec<_>>>().map(|keys| keys.join("."))
}

/// Whether the pattern asks for a source of AWS, or a type of event that only CloudTrail writes.
pub(crate) fn names_a_source(condition: &Condition) -> bool {
    compared(condition).is_some_and(|(path, text)| match path.to_ascii_lowercase().as_str() {
        "eventsource" => is_of_aws(text),
        "eventtype" => is_documented("eventType", text),
        _ => false,
    })
}

/// Whether the pattern asks for what CloudTrail writes: an event name, a source, a type of event or of principal.
pub(crate) fn names_an_event(condition: &Condition) -> bool {
    let Some((path, text)) = compared(condition) else { return false };
    match path.to_ascii_lowercase().as_str() {
        "eventname" => !sources_of(text).is_empty(),
        "useridentity.type" => is_documented("userIdentity.type", text),
        _ => names_a_source(condition),
    }
}

fn is_documented(path: &str, text: &str) -> bool {
    known_values(path).is_some_and(|known| known.values.contains(&text))
}

/// The top-level field that a key is; that it was meant to be, if it may be a mistake. Empty if no record has such a field.
#[cfg(feature = "rules")]
pub(crate) fn known_key(key: &str, may_be_mistaken: bool) -> &str {
    if field(key).is_some() {
        return key;
    }
    let top = || fields().iter().map(|field| field.path).filter(|path| !path.contains('.'));
    let meant = || nearest(key, top(), errors(key));
    may_be_mistaken.then(meant).flatten().unwrap_or_default()
}

/// The number of typing errors in a mistake for a known word. Upper and lower case are no errors.
fn errors(word: &str) -> usize {
    match word.len() {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    }
}

/// What shows that a condition is about the events of another program.
pub(crate) fn sign_of(condition: &Condition) -> Option<String> {
    let path = path_of(&condition.selector.item.steps)?;
    let is_other = TEXTS.contains(&path.as_str())
        && match &condition.predicate.item {
            Predicate::Order(..) | Predicate::IsTrue | Predicate::IsFalse => true,
            Predicate::Compare(_, value) => match &value.item {
                Value::Number(_) => true,
                Value::Quoted(text) | Value::Bare(text) => is_other_text(&path, text),
                Value::Regex(_) => false,
            },
            Predicate::IsNull | Predicate::NotExists => false,
        };
    let reason = || is_other.then(|| format!("no record has a `{path}` as `{condition}` asks for"));
    unknown_member(&path).or_else(reason)
}

/// A field that no record has, at the top or below `userIdentity`, and that is no mistake for one.
pub(crate) fn unknown_member(path: &str) -> Option<String> {
    let mut parent = "";
    for (at, _) in path.match_indices('.').chain([(path.len(), "")]) {
        let place = path.get(..at)?;
        if field(place).is_some_and(|field| field.kind == FieldKind::Any) {
            return None;
        }
        if field(place).is_none() {
            let is_closed = parent.is_empty() || parent.starts_with("userIdentity");
            let key = place.get(parent.len()..)?.trim_start_matches('.');
            let below = fields().iter().filter_map(|it| it.path.strip_prefix(parent));
            let siblings = below.map(|it| it.trim_start_matches('.')).filter(|it| !it.contains('.'));
            let is_mistake = nearest(key, siblings, errors(key).max(1)).is_some();
            return (is_closed && !is_mistake).then(|| format!("no record has a field `{place}`"));
        }
        parent = place;
    }
    None
}

/// Whether CloudTrail never writes the text in this field, and the text is no misspelling of one that it writes. A wildcard is known if its
/// letters are part of a known text.
pub(crate) fn is_other_text(path: &str, text: &str) -> bool {
    let core = text.trim_matches('*').to_ascii_lowercase();
    if core.is_empty() {
        return false;
    }
    let is_known = |known: &[&'static str]| {
        let is_part = |it: &&str| text.contains('*') && it.to_ascii_lowercase().contains(&core);
        known.iter().any(is_part) || nearest(&core, known.iter().copied(), errors(&core)).is_some()
    };
    match path {
        "eventSource" => is_foreign(&core),
        "eventType" | "eventCategory" => known_values(path).is_some_and(|known| {
            let is_mistaken = known.mistaken.iter().any(|(wrong, _)| wrong.eq_ignore_ascii_case(&core));
            !is_known(&known.values) && !is_mistaken
        }),
        // the names of operations begin with a capital and are one word
        "eventName" => {
            let first = text.trim_matches('*').chars().next();
            let is_word = text.chars().all(|it| it.is_alphanumeric() || "*_-".contains(it));
            (first.is_some_and(|it| it.is_lowercase()) || !is_word)
                && !is_known(&event_names().collect::<Vec<_>>())
        }
        _ => false,
    }
}

/// Whether an event with this top-level field is a CloudTrail record, or one of a program with fields of the same names.
#[cfg(feature = "rules")]
pub(crate) fn is_of_record(key: &str) -> bool {
    const KEYS: [&str; 11] = [
        "eventName",
        "eventSource",
        "eventType",
        "eventCategory",
        "userIdentity",
        "errorCode",
        "sourceIPAddress",
        "requestParameters",
        "responseElements",
        "additionalEventData",
        "recipientAccountId",
    ];
    KEYS.contains(&key)
}

/// The known word with the fewest typing errors, if there are at most `errors`. Upper and lower case do not count.
pub(crate) fn nearest<'a>(
    word: &str,
    known: impl Iterator<Item = &'a str>,
    errors: usize,
) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    let own = letters(word);
    // an error changes the length by at most one, and takes at most one letter away and adds one
    let is_near = |other: &&str| {
        other.len().abs_diff(word.len()) <= errors
            && (own ^ letters(other)).count_ones() as usize <= 2 * errors
    };
    let distance = |other: &str| strsim::osa_distance(&lower, &other.to_ascii_lowercase());
    let best = known.filter(is_near).map(|other| (distance(other), other)).min()?;
    (best.0 <= errors).then_some(best.1)
}

/// The letters of a word as bits, upper and lower case alike. Other characters share bits.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |bits, it| bits | 1 << (u32::from(it.to_ascii_lowercase()) % 32))
}
