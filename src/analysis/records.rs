//! What is assumed of CloudTrail records ([`Domain::CloudTrail`](super::Domain::CloudTrail)), as formulas and as types.

use super::formula::Formula;
use super::tree::{FieldPredicate, Shape};
use super::values::ValuePredicate;
use crate::cloudtrail::catalogue::{Evidence, FieldKind, evidence_of_name, field, known_values, sources_of};
use crate::limits::SOURCES_OF_NAME;
use crate::semantics::Wildcard;
use crate::span::Span;
use crate::syntax::ast::{Equality, Node, Predicate, Step, Value};
use std::collections::BTreeSet;

/// Fields that each record has, as texts: AWS CloudTrail user guide, "CloudTrail record contents" and "CloudTrail record contents for
/// Insights events" (`Optional: False` in both).
pub(super) const IN_EACH_RECORD: [&str; 5] =
    ["eventVersion", "eventTime", "awsRegion", "eventID", "eventType"];

/// Fields that each record has, as texts, except records of the types [`WITHOUT_NAME`].
pub(super) const NAMES: [&str; 2] = ["eventName", "eventSource"];

/// The types of records that have their names in another place: AWS CloudTrail user guide, "CloudTrail record contents for Insights events".
pub(super) const WITHOUT_NAME: [&str; 2] = ["AwsCloudTrailInsight", "AwsAggregatedEvent"];

/// Event names with the type [`SIGN_IN`]: AWS CloudTrail user guide, "AWS Management Console sign-in events".
pub(super) const SIGN_INS: [&str; 5] = ["ConsoleLogin", "CheckMfa", "SwitchRole", "ExitRole", "RenewRole"];

pub(super) const SIGN_IN: &str = "AwsConsoleSignIn";

/// Names that a witness has if nothing is asked of its name; their sources are known, too.
pub(super) const USUAL_NAMES: [&str; 4] = ["DescribeInstances", "ConsoleLogin", "RunInstances", "CreateUser"];

/// What is assumed of the fields that the formula reads.
pub(super) fn axioms(formula: &Formula<FieldPredicate>) -> Formula<FieldPredicate> {
    let mut names: BTreeSet<String> = USUAL_NAMES.map(str::to_owned).into();
    let mut paths: BTreeSet<String> = BTreeSet::from(["eventType".to_owned()]);
    formula.for_each(&mut |atom| {
        let Some(path) = path_of(&atom.steps) else { return };
        if path == "eventName"
            && let Some(text) = atom.predicate.whole_text()
        {
            names.insert(text.to_owned());
        }
        paths.insert(path);
    });
    let mut all: Vec<Formula<FieldPredicate>> = IN_EACH_RECORD.iter().map(|path| exists(path)).collect();
    let named = Formula::And(NAMES.iter().map(|path| exists(path)).collect());
    all.push(Formula::Or(WITHOUT_NAME.iter().map(|kind| equals("eventType", kind)).chain([named]).collect()));
    for path in &paths {
        if let Some(known) = known_values(path).filter(|known| known.is_closed) {
            let mut any: Vec<_> = known.values.iter().map(|value| equals(path, value)).collect();
            any.push(literal(path, Predicate::NotExists));
            any.push(literal(path, Predicate::IsNull));
            // a value that is no scalar is left to the types
            all.push(Formula::Or(any));
        }
    }
    for name in &names {
        if let Some(sources) = known_sources(name) {
            let from = sources.iter().map(|source| equals("eventSource", source));
            all.push(Formula::Or(std::iter::once(equals("eventName", name).not()).chain(from).collect()));
        }
        if SIGN_INS.contains(&name.as_str()) {
            all.push(Formula::Or(vec![equals("eventName", name).not(), equals("eventType", SIGN_IN)]));
        }
    }
    Formula::And(all)
}

/// The sources of an event name, if it is known well enough that it has no others.
pub(super) fn known_sources(name: &str) -> Option<&'static [&'static str]> {
    let is_strong = matches!(evidence_of_name(name), Some(Evidence::Recorded | Evidence::Operation));
    Some(sources_of(name)).filter(|sources| is_strong && sources.len() <= SOURCES_OF_NAME)
}

/// The keys of a path, joined by dots. `None` if it has other steps.
fn path_of(steps: &[Step]) -> Option<String> {
    let keys: Option<Vec<&str>> = steps.iter().map(Step::key).collect();
    // a key with a dot is not in the catalogue
    keys.filter(|keys| keys.iter().all(|key| !key.contains('.'))).map(|keys| keys.join("."))
}

fn literal(path: &str, predicate: Predicate) -> Formula<FieldPredicate> {
    let steps = path.split('.').map(|key| Step::Key(key.to_owned())).collect();
    Formula::literal(FieldPredicate { steps, predicate: ValuePredicate::new(predicate, Wildcard::Observed) })
}

fn equals(path: &str, text: &str) -> Formula<FieldPredicate> {
    let value = Node::new(Span::default(), Value::Quoted(text.to_owned()));
    literal(path, Predicate::Compare(Equality::Equal, value))
}

fn exists(path: &str) -> Formula<FieldPredicate> {
    literal(path, Predicate::NotExists).not()
}

/// Whether each record of the type has the field, as a text; if the type is not known, each record of any type.
#[cfg(feature = "rules")]
pub(crate) fn is_in_each_record(path: &str, kind: Option<&str>) -> bool {
    let is_named = || kind.is_some_and(|kind| !WITHOUT_NAME.contains(&kind));
    IN_EACH_RECORD.contains(&path) || NAMES.contains(&path) && is_named()
}

/// Whether the field is a text in each record that has it.
pub(super) fn is_always_a_text(path: &str) -> bool {
    IN_EACH_RECORD.contains(&path) || NAMES.contains(&path)
}

/// The keys of a path, joined by dots, and whether it leads to an element of a known array. Elements of arrays have no step. `None` if a step is
/// another one.
fn place_of(steps: &[Step]) -> Option<(String, bool)> {
    let (mut path, mut is_element) = (String::new(), false);
    for step in steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) if !key.contains('.') => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(key);
                is_element = false;
            }
            Step::Index(_) if !is_element && field(&path)?.kind == FieldKind::Array => is_element = true,
            Step::Key(_) | Step::QuotedKey(_) | Step::Index(_) | Step::AnyKey | Step::AnyIndex => {
                return None;
            }
        }
    }
    Some((path, is_element))
}

/// The types that the value at a path can have.
pub(super) fn shape(steps: &[Step]) -> Shape {
    let Some((path, is_element)) = place_of(steps) else { return Shape::ANY };
    let Some(field) = field(&path) else { return Shape::ANY };
    let null = !is_always_a_text(&path);
    let none = Shape { text: false, number: false, boolean: false, null, object: false, array: false };
    match field.kind {
        // the known arrays are arrays of objects
        FieldKind::Array if is_element => Shape { object: true, ..none },
        FieldKind::String => Shape { text: true, ..none },
        FieldKind::Number => Shape { number: true, ..none },
        FieldKind::Boolean => Shape { boolean: true, ..none },
        FieldKind::Object => Shape { object: true, ..none },
        FieldKind::Array => Shape { array: true, ..none },
        FieldKind::Any => Shape::ANY,
    }
}
