//! Space-delimited patterns: for each relevant number of tokens, a formula of predicates on tokens.

use super::budget::Budget;
use super::decision::Unknown;
use super::formula::Formula;
use super::values::{Class, Example, Partition, ValuePredicate, Values};
use crate::semantics::Wildcard;
use crate::syntax::ast::{ColumnCondition, Field, Node};

/// A token, counted from 0, or the rest of the line from this token on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) token: usize,
    pub(super) is_rest: bool,
}

/// A predicate on a token.
pub(super) type TokenPredicate = (Position, ValuePredicate);

/// The columns of a pattern, and how a star in their conditions is matched.
pub(super) type Columns<'a> = (&'a [Node<Field>], Wildcard);

/// Finds messages that satisfy all constraints. The search treats a token and the rest of the line
/// from it on as independent. They are not, so the caller checks the candidates with the reference evaluator.
pub(super) fn solve(patterns: &[(Columns<'_>, bool)], budget: &mut Budget) -> Result<Found, Unknown> {
    let most: usize = patterns.iter().map(|((fields, _), _)| fields.len()).sum::<usize>() + 1;
    let mut candidates = Vec::new();
    for tokens in 0..=most {
        let parts =
            patterns.iter().map(|(columns, wanted)| position_formula(*columns, tokens).with_sign(*wanted));
        let formula = Formula::And(parts.collect());
        candidates.extend(with_tokens(&formula, tokens, budget)?);
    }
    Ok(if candidates.is_empty() { Found::Unsatisfiable } else { Found::Candidates(candidates) })
}

/// The result of the search.
pub(super) enum Found {
    /// No message satisfies the constraints.
    Unsatisfiable,
    /// Some of these messages may satisfy them.
    Candidates(Vec<String>),
}

/// The formula of a pattern for lines of `tokens` tokens (docs/filter-patterns.md#alignment).
pub(super) fn position_formula((fields, wildcard): Columns<'_>, tokens: usize) -> Formula<TokenPredicate> {
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
        let is_after_ellipsis = ellipsis.is_some_and(|ellipsis| ellipsis < at);
        let token = if is_after_ellipsis { at - 1 + surplus } else { at };
        let is_rest = ellipsis.is_none() && surplus > 0 && at + 1 == fields.len();
        let position = Position { token, is_rest };
        parts.push(Formula::of(&condition.item, &|condition: &ColumnCondition| {
            (position, ValuePredicate::new(condition.predicate.item.clone(), wildcard))
        }));
    }
    Formula::And(parts)
}

/// Whether a column after an ellipsis has a condition: it is counted from the end of the line.
pub(super) fn has_end_columns(fields: &[Node<Field>]) -> bool {
    let after = fields.iter().skip_while(|field| field.item != Field::Ellipsis);
    after.into_iter().any(|field| field.item.condition().is_some())
}

/// The number of columns that are counted from the beginning of the line.
pub(super) fn columns_before_ellipsis(fields: &[Node<Field>]) -> usize {
    fields.iter().take_while(|field| field.item != Field::Ellipsis).count()
}

/// The predicates on one position, the classes of its texts, and the class that is tried.
struct Slot {
    position: Position,
    predicates: Vec<ValuePredicate>,
    classes: Vec<Class>,
    chosen: Option<usize>,
}

fn with_tokens(
    formula: &Formula<TokenPredicate>,
    tokens: usize,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    let mut slots: Vec<Slot> = Vec::new();
    formula.for_each(&mut |(position, predicate)| {
        let at = slots.iter().position(|slot| slot.position == *position).unwrap_or_else(|| {
            slots.push(Slot {
                position: *position,
                predicates: Vec::new(),
                classes: Vec::new(),
                chosen: None,
            });
            slots.len() - 1
        });
        if let Some(slot) = slots.get_mut(at).filter(|slot| !slot.predicates.contains(predicate)) {
            slot.predicates.push(predicate.clone());
        }
    });
    for slot in &mut slots {
        slot.classes = Partition::new(&slot.predicates, budget)?.classes(Values::Column, &[], budget)?;
    }
    let mut literals = 0;
    formula.for_each(&mut |_| literals += 1);
    Ok(if extend(formula, &mut slots, literals, budget)? { Some(line(&slots, tokens)) } else { None })
}

fn truth(slots: &[Slot], (position, predicate): &TokenPredicate) -> Option<bool> {
    let slot = slots.iter().find(|slot| slot.position == *position)?;
    let at = slot.predicates.iter().position(|known| known == predicate)?;
    slot.classes.get(slot.chosen?)?.truths.get(at).copied()
}

fn extend(
    formula: &Formula<TokenPredicate>,
    slots: &mut [Slot],
    literals: usize,
    budget: &mut Budget,
) -> Result<bool, Unknown> {
    budget.spend(1, literals)?;
    if let Some(value) = formula.value(&|condition: &TokenPredicate| truth(slots, condition)) {
        return Ok(value);
    }
    let open = formula
        .first_unassigned(&|condition: &TokenPredicate| truth(slots, condition))
        .map(|((position, _), _)| *position);
    let Some(at) = slots.iter().position(|slot| Some(slot.position) == open) else { return Ok(false) };
    let count = slots.get(at).map_or(0, |slot| slot.classes.len());
    for class in 0..count {
        if let Some(slot) = slots.get_mut(at) {
            slot.chosen = Some(class);
        }
        if extend(formula, slots, literals, budget)? {
            return Ok(true);
        }
    }
    if let Some(slot) = slots.get_mut(at) {
        slot.chosen = None;
    }
    Ok(false)
}

/// The line with the tokens that were found, and `x` at positions without a predicate.
fn line(slots: &[Slot], tokens: usize) -> String {
    let text = |token: usize, is_rest: bool| {
        let slot = slots.iter().find(|slot| slot.position == Position { token, is_rest })?;
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
                // if the rest has too few words, more words follow
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

/// Writes a token with this text (docs/filter-patterns.md#columns-of-an-event).
fn quoted(text: &str) -> String {
    let is_plain =
        !text.is_empty() && !text.contains([' ', '\t', '\r', '\n']) && !text.starts_with(['"', '[']);
    match text {
        plain if is_plain => plain.to_owned(),
        other if !other.contains('"') => format!("\"{other}\""),
        other => format!("[{other}]"),
    }
}
