//! Messages with constraints on their tokens and on their whole text, exactly: tokens, the rest of the line and the message are one text.
//!
//! For each relevant number of tokens, the formula is divided into cases, and the automaton of lines decides each.

use super::automaton::{More, Place, PlacedPredicate, TextPredicate, line_with};
use super::budget::Budget;
use super::columns::{
    Columns, Position, TokenPredicate, columns_before_ellipsis, has_end_columns, position_formula,
};
use super::decision::Unknown;
use super::formula::Formula;
use super::search::{Literal, Theory, search};
use super::values::{Class, Example, Partition, ValueKind, ValuePredicate, Values, agree};
use std::collections::{BTreeMap, HashMap};

/// The result of the search.
pub(super) enum Lines {
    /// No message satisfies the constraints.
    Unsatisfiable,
    /// A message that the reference evaluator has to check.
    Candidate(String),
    /// Neither.
    Open,
}

/// An atom of a case.
#[derive(Debug, Clone, PartialEq)]
enum Atom {
    Message(TextPredicate),
    Column(Position, ValuePredicate),
}

/// Finds a message that satisfies the constraints on columns and the formulas of its text.
pub(super) fn solve(
    columns: &[(Columns<'_>, bool)],
    messages: &[Formula<TextPredicate>],
    budget: &mut Budget,
) -> Result<Lines, Unknown> {
    // beyond this number of tokens, the columns are the same tokens, counted from the beginning or from the end
    let most: usize = columns.iter().map(|((fields, _), _)| fields.len()).sum::<usize>() + 1;
    let is_same_beyond = !columns.iter().any(|((fields, _), _)| has_end_columns(fields));
    // a token between those that are counted from the beginning and those that are counted from the end
    let between = columns.iter().map(|((fields, _), _)| columns_before_ellipsis(fields)).max();
    let mut is_open = false;
    for tokens in 0..=most {
        let parts =
            columns.iter().map(|(columns, wanted)| position_formula(*columns, tokens).with_sign(*wanted));
        let more = match between {
            _ if tokens < most => More::No,
            Some(between) if !is_same_beyond => More::After(between),
            _ => More::AtEnd,
        };
        let mut cases = Cases::new(tokens, more);
        let formula = cases.formula(parts.collect(), messages);
        if let Some(line) = search(formula, &mut cases, budget)? {
            return Ok(Lines::Candidate(line));
        }
        is_open |= cases.is_open;
    }
    Ok(if is_open { Lines::Open } else { Lines::Unsatisfiable })
}

/// The cases for one number of tokens.
struct Cases {
    atoms: Vec<Atom>,
    tokens: usize,
    more: More,
    /// a case was not decided
    is_open: bool,
    /// what is known of the values of one position
    classes: HashMap<Vec<Literal<usize>>, Vec<Class>>,
}

/// What a number is in a column: the texts of `Language::Decimals`.
const NUMBER: &str = "^[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?$";

impl Cases {
    fn new(tokens: usize, more: More) -> Self {
        Cases { atoms: Vec::new(), tokens, more, is_open: false, classes: HashMap::new() }
    }

    /// The formula over the numbers of its atoms.
    fn formula(
        &mut self,
        columns: Vec<Formula<TokenPredicate>>,
        messages: &[Formula<TextPredicate>],
    ) -> Formula<usize> {
        let mut parts: Vec<Formula<usize>> = Vec::new();
        for formula in columns {
            parts.push(formula.replace(&mut |(position, it)| self.number(Atom::Column(position, it))));
        }
        for formula in messages {
            parts.push(formula.clone().replace(&mut |it| self.number(Atom::Message(it))));
        }
        Formula::And(parts)
    }

    fn number(&mut self, atom: Atom) -> Formula<usize> {
        let at = self.atoms.iter().position(|known| *known == atom).unwrap_or_else(|| {
            self.atoms.push(atom);
            self.atoms.len() - 1
        });
        Formula::literal(at)
    }

    /// The literals of each position.
    fn positions(&self, literals: &[Literal<usize>]) -> BTreeMap<(usize, bool), Vec<Literal<usize>>> {
        let mut all: BTreeMap<(usize, bool), Vec<Literal<usize>>> = BTreeMap::new();
        for (at, is_true) in literals {
            if let Some(Atom::Column(position, _)) = self.atoms.get(*at) {
                all.entry((position.token, position.is_rest)).or_default().push((*at, *is_true));
            }
        }
        all.values_mut().for_each(|list| list.sort_unstable());
        all
    }

    /// A text and a number for which the literals of one position are true.
    fn classes(&mut self, literals: &[Literal<usize>], budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        if let Some(known) = self.classes.get(literals) {
            return Ok(known.clone());
        }
        let mut predicates = Vec::new();
        let mut wanted = Vec::new();
        for (at, is_true) in literals {
            if let Some(Atom::Column(_, predicate)) = self.atoms.get(*at) {
                predicates.push(predicate.clone());
                wanted.push(Some(*is_true));
            }
        }
        let found =
            Partition::new(&predicates, budget)?.classes_with(&wanted, Values::Column, &[], budget)?;
        let found: Vec<Class> = found.into_iter().filter(|class| agree(&wanted, &class.truths)).collect();
        self.classes.insert(literals.to_vec(), found.clone());
        Ok(found)
    }

    /// The predicates on the texts of one position. A comparison with a number is left out; `kind` says what the text is instead.
    fn placed(&self, place: Place, literals: &[Literal<usize>], kind: Kind, out: &mut Vec<PlacedPredicate>) {
        for (at, is_true) in literals {
            if let Some(Atom::Column(_, predicate)) = self.atoms.get(*at)
                && let Some((text, is_equal)) = predicate.column_text()
            {
                out.push((place, text, *is_true == is_equal));
            }
        }
        let number = || TextPredicate::ContainsRegex(NUMBER.to_owned());
        match kind {
            Kind::Any => {}
            Kind::Text => out.push((place, number(), false)),
            Kind::Number => out.push((place, number(), true)),
            Kind::Only(text) => out.push((place, TextPredicate::Equals(text), true)),
        }
    }
}

/// What is known of a text with comparisons with numbers.
enum Kind {
    Any,
    /// It is no number.
    Text,
    Number,
    /// It is this number.
    Only(Vec<u8>),
}

impl Theory<usize> for Cases {
    fn is_possible(&mut self, literals: &[Literal<usize>], budget: &mut Budget) -> Result<bool, Unknown> {
        for list in self.positions(literals).into_values() {
            if self.classes(&list, budget)?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn solve(&mut self, literals: &[Literal<usize>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        let mut is_exact = true;
        for (at, is_true) in literals {
            if let Some(Atom::Message(predicate)) = self.atoms.get(*at) {
                narrow.push((Place::Message, predicate.clone(), *is_true));
            }
        }
        wide.clone_from(&narrow);
        for ((token, is_rest), list) in self.positions(literals) {
            let place = if is_rest { Place::Rest(token) } else { Place::Token(token) };
            let reads_number = list.iter().any(|(at, _)| {
                matches!(self.atoms.get(*at), Some(Atom::Column(_, it)) if it.column_text().is_none())
            });
            if !reads_number {
                self.placed(place, &list, Kind::Any, &mut narrow);
                self.placed(place, &list, Kind::Any, &mut wide);
                continue;
            }
            let classes = self.classes(&list, budget)?;
            let is_text = classes.iter().any(|class| class.kind == ValueKind::Text);
            let number = classes.iter().find(|class| class.kind == ValueKind::Number);
            let kind = match (is_text, number) {
                (true, _) => Kind::Text,
                (false, Some(Class { example: Some(Example::Number(text)), .. })) => {
                    Kind::Only(text.clone().into_bytes())
                }
                _ => Kind::Number,
            };
            is_exact &= is_text && number.is_none();
            self.placed(place, &list, kind, &mut narrow);
            let kind = match (is_text, number.is_some()) {
                (true, true) => Kind::Any,
                (true, false) => Kind::Text,
                (false, _) => Kind::Number,
            };
            self.placed(place, &list, kind, &mut wide);
        }
        if let Some(line) = line_with(&narrow, self.tokens, self.more, budget)? {
            return Ok(Some(line));
        }
        if !is_exact && line_with(&wide, self.tokens, self.more, budget)?.is_some() {
            self.is_open = true;
        }
        Ok(None)
    }
}
