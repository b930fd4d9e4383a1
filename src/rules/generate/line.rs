//! The line of a generated test: terms and columns.

use super::assign::{Wanted, assign, leaves, settle};
use super::proof::Questions;
use super::search::{Asked, Form, value};
use super::usual;
use crate::rules::candidates::{Candidates, Wish};
use crate::semantics::Semantics;
use crate::syntax::ast::{ColumnCondition, Field, Node, Term, TermMode};
use serde_json::Value as Json;
use std::collections::HashMap;

/// A line with the terms that give the verdict.
pub(super) fn of_terms(terms: &[Node<Term>], leaf: usize, matches: bool) -> String {
    let all_optional = terms.iter().all(|term| term.item.mode == TermMode::Optional);
    let occurs = |(at, term): (usize, &Node<Term>)| {
        let outcome = if at == leaf { matches } else { !all_optional };
        let occurs = match term.item.mode {
            TermMode::Excluded => !outcome,
            TermMode::Required => outcome,
            TermMode::Optional => outcome && all_optional,
        };
        occurs.then(|| term.item.text.clone())
    };
    let words: Vec<String> = terms.iter().enumerate().filter_map(occurs).collect();
    if words.is_empty() { "an event".to_owned() } else { words.join(" ") }
}

/// The candidates of each column, kept for all tests of a pattern.
pub(super) struct Columns {
    semantics: Semantics,
    known: HashMap<String, Candidates>,
}

impl Columns {
    pub(super) fn new(semantics: Semantics) -> Self {
        Columns { semantics, known: HashMap::new() }
    }

    /// A line whose columns give the verdict.
    pub(super) fn line(
        &mut self,
        fields: &[Node<Field>],
        leaf: usize,
        matches: bool,
        questions: &mut Questions,
    ) -> Option<String> {
        if !matches && fields.iter().all(|field| field.item.condition().is_none()) {
            // one column: too few, or one of any number
            return Some("event".to_owned());
        }
        let mut next = 0;
        let mut texts = Vec::new();
        for field in fields {
            let condition = match &field.item {
                Field::Conditioned { condition, .. } => condition,
                Field::Named(name) => {
                    let value = usual::values(name).first().copied().unwrap_or("-");
                    texts.push(token(&value.into()));
                    continue;
                }
                Field::Unnamed => {
                    texts.push("-".to_owned());
                    continue;
                }
                Field::Ellipsis => continue,
            };
            let count = leaves(condition);
            let wanted = match leaf.checked_sub(next).filter(|leaf| *leaf < count) {
                Some(leaf) => assign(condition, leaf, matches),
                None => {
                    let mut wanted = Vec::new();
                    settle(condition, true, &mut wanted);
                    wanted
                }
            };
            next += count;
            texts.push(self.column(&wanted, questions)?);
        }
        Some(texts.join(" "))
    }

    fn column(
        &mut self,
        wanted: &[Wanted<'_, ColumnCondition>],
        questions: &mut Questions,
    ) -> Option<String> {
        let semantics = self.semantics;
        let name = wanted.first().map(|(condition, _)| condition.name.item.clone()).unwrap_or_default();
        let column =
            self.known.entry(name.clone()).or_insert_with(|| Candidates::new(|value| value.map(token)));
        let number = |(condition, outcome): &Wanted<'_, ColumnCondition>| {
            Some((
                column.condition(&condition.predicate.item, &format!("[{condition}]"), semantics)?,
                *outcome,
            ))
        };
        let numbers: Vec<Wish> = wanted.iter().map(number).collect::<Option<_>>()?;
        let predicates = wanted.iter().map(|(it, outcome)| (&it.predicate.item, *outcome)).collect();
        let asked = Asked { name: &name, predicates, wishes: numbers, is_usual: true };
        let shaped = |shape: &str| format!("[x = %{shape}%]");
        let found = |line: &str| Some(Json::from(line.trim_matches('"')));
        let form = Form { shaped: &shaped, value: &found, may_be_missing: false };
        value(column, &asked, &form, questions)?.as_ref().map(token)
    }
}

/// A value as the text of a column.
fn token(value: &Json) -> String {
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.contains(' ') || text.is_empty() { format!("\"{text}\"") } else { text }
}
