//! Space-delimited patterns: for every number of tokens that makes a difference, questions about each token.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::values::{Class, Domain, Example, ValuePredicate, classes};
use crate::semantics::Wildcard;
use crate::syntax::ast::{ColumnCondition, Field, Node};

/// A token, counted from 0, or what is left of the line from it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    token: usize,
    is_rest: bool,
}

type Asked = (Place, ValuePredicate);

/// The columns of a pattern, and how a star in their conditions is matched.
pub(super) type Columns<'a> = (&'a [Node<Field>], Wildcard);

/// A message of so many tokens or more for which all patterns answer as wanted. Tokens and the rest of a line that begins with one are taken for
/// independent, which they are not quite: the caller asks the reference evaluator.
pub(super) fn search(
    patterns: &[(Columns<'_>, bool)],
    least_tokens: usize,
    budget: &mut Budget,
) -> Result<Found, Unknown> {
    let most: usize = patterns.iter().map(|((fields, _), _)| fields.len()).sum::<usize>() + 1;
    let mut candidates = Vec::new();
    for tokens in least_tokens..=most {
        let parts = patterns.iter().map(|(columns, wanted)| formula(*columns, tokens).signed(*wanted));
        let formula = Formula::And(parts.collect());
        candidates.extend(with_tokens(&formula, tokens, budget)?);
    }
    Ok(if candidates.is_empty() { Found::Nothing } else { Found::Perhaps(candidates) })
}

/// What a search found.
pub(super) enum Found {
    /// There is no such message.
    Nothing,
    /// One of these may be.
    Perhaps(Vec<String>),
}

/// docs/filter-patterns.md#alignment: which token a column takes when the line has so many.
fn formula((fields, wildcard): Columns<'_>, tokens: usize) -> Formula<Asked> {
    if fields.is_empty() {
        return Formula::Constant(true);
    }
    let ellipsis = fields.iter().position(|field| field.item == Field::Ellipsis);
    let wanted = fields.len() - usize::from(ellipsis.is_some());
    let Some(surplus) = tokens.checked_sub(wanted).filter(|_| tokens > 0) else {
        return Formula::Constant(false);
    };
    let mut parts = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let Field::Conditioned { condition, .. } = &field.item else { continue };
        let behind = ellipsis.is_some_and(|ellipsis| ellipsis < at);
        let token = if behind { at - 1 + surplus } else { at };
        let is_rest = ellipsis.is_none() && surplus > 0 && at + 1 == fields.len();
        let place = Place { token, is_rest };
        parts.push(Formula::of(&condition.item, &|asked: &ColumnCondition| {
            (place, ValuePredicate::new(asked.predicate.item.clone(), wildcard))
        }));
    }
    Formula::And(parts)
}

/// The tests of one place, the classes of its texts, and the class that is tried.
struct Slot {
    place: Place,
    tests: Vec<ValuePredicate>,
    classes: Vec<Class>,
    chosen: Option<usize>,
}

fn with_tokens(
    formula: &Formula<Asked>,
    tokens: usize,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    let mut slots: Vec<Slot> = Vec::new();
    formula.for_each(&mut |(place, test)| {
        let at = slots.iter().position(|slot| slot.place == *place).unwrap_or_else(|| {
            slots.push(Slot { place: *place, tests: Vec::new(), classes: Vec::new(), chosen: None });
            slots.len() - 1
        });
        if let Some(slot) = slots.get_mut(at).filter(|slot| !slot.tests.contains(test)) {
            slot.tests.push(test.clone());
        }
    });
    for slot in &mut slots {
        slot.classes = classes(&slot.tests, Domain::Column, &[], budget)?;
    }
    let mut questions = 0;
    formula.for_each(&mut |_| questions += 1);
    Ok(if extend(formula, &mut slots, questions, budget)? { Some(line(&slots, tokens)) } else { None })
}

fn answer(slots: &[Slot], (place, test): &Asked) -> Option<bool> {
    let slot = slots.iter().find(|slot| slot.place == *place)?;
    let at = slot.tests.iter().position(|known| known == test)?;
    slot.classes.get(slot.chosen?)?.truths.get(at).copied()
}

fn extend(
    formula: &Formula<Asked>,
    slots: &mut [Slot],
    questions: usize,
    budget: &mut Budget,
) -> Result<bool, Unknown> {
    budget.spend(1, questions)?;
    if let Some(value) = formula.value(&|asked: &Asked| answer(slots, asked)) {
        return Ok(value);
    }
    let open = formula.open(&|asked: &Asked| answer(slots, asked)).map(|((place, _), _)| *place);
    let Some(at) = slots.iter().position(|slot| Some(slot.place) == open) else { return Ok(false) };
    let count = slots.get(at).map_or(0, |slot| slot.classes.len());
    for class in 0..count {
        if let Some(slot) = slots.get_mut(at) {
            slot.chosen = Some(class);
        }
        if extend(formula, slots, questions, budget)? {
            return Ok(true);
        }
    }
    if let Some(slot) = slots.get_mut(at) {
        slot.chosen = None;
    }
    Ok(false)
}

/// The line with the tokens that were found, and others where none matters.
fn line(slots: &[Slot], tokens: usize) -> String {
    let text = |token: usize, is_rest: bool| {
        let slot = slots.iter().find(|slot| slot.place == Place { token, is_rest })?;
        let class = slot.classes.get(slot.chosen?)?;
        Some(match class.example.as_ref()? {
            Example::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Example::Number(text) => text.clone(),
            Example::Json(text) => (*text).to_owned(),
        })
    };
    let mut words: Vec<String> = Vec::new();
    for token in 0..tokens {
        match text(token, true) {
            Some(rest) => {
                words.push(rest);
                // a rest of one word is filled up to the number of tokens
                let missing =
                    tokens.saturating_sub(crate::reference::token_count(words.join(" ").as_bytes()));
                words.extend((0..missing).map(|_| "x".to_owned()));
                break;
            }
            None => words.push(text(token, false).map_or_else(|| "x".to_owned(), |text| quoted(&text))),
        }
    }
    words.join(" ")
}

/// docs/filter-patterns.md#columns-of-an-event: a token of this text.
fn quoted(text: &str) -> String {
    let is_plain =
        !text.is_empty() && !text.contains([' ', '\t', '\r', '\n']) && !text.starts_with(['"', '[']);
    match text {
        plain if is_plain => plain.to_owned(),
        other if !other.contains('"') => format!("\"{other}\""),
        other => format!("[{other}]"),
    }
}
