//! An event about which given patterns say given things. Each kind of pattern has a search of its own; what a search finds is
//! shown to the reference evaluator before anybody sees it.

use super::automaton::TextPredicate;
use super::budget::{Bounds, Budget};
use super::decision::Unknown;
use super::formula::Formula;
use super::{columns, message, search, tree};
use crate::FilterPattern;
use crate::reference::Reference;
use crate::semantics::Semantics;
use crate::syntax::ast::{Expr, Node, Pattern, Term};

/// A pattern and what it is to say.
type Wanted<'a> = (&'a FilterPattern, bool);

type Json<'a> = (&'a Expr<crate::syntax::ast::Condition>, Semantics, bool);

/// The patterns of a question by their kinds. Patterns that match everything are left out.
#[derive(Default)]
struct Kinds<'a> {
    json: Vec<Json<'a>>,
    messages: Vec<Formula<TextPredicate>>,
    columns: Vec<(columns::Columns<'a>, bool)>,
    /// some pattern is left out
    has_everything: bool,
}

/// An event of which the patterns say this; `None` if there is none.
pub(super) fn example(wanted: &[Wanted<'_>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
    if contradicts_itself(wanted) {
        return Ok(None);
    }
    let Some(kinds) = Kinds::of(wanted) else { return Ok(None) };
    let references: Vec<(Reference, bool)> =
        wanted.iter().map(|(pattern, wanted)| (pattern.reference(), *wanted)).collect();
    let holds =
        |event: &String| references.iter().all(|(it, wanted)| it.is_match(event.as_bytes()) == *wanted);
    match (kinds.json.as_slice(), kinds.messages.as_slice(), kinds.columns.as_slice()) {
        ([], [], []) => Ok(Some("{}".to_owned()).filter(holds)),
        (json, [], []) => {
            let found = of_json(json, budget);
            // what matches everything makes all messages count, also those that are no JSON: no JSON pattern matches them
            if kinds.has_everything
                && json.iter().all(|(.., wanted)| !wanted)
                && !matches!(found, Ok(Some(_)))
            {
                return Ok(Some("x".to_owned()).filter(holds));
            }
            checked(found?, holds)
        }
        ([], messages, []) => checked(of_messages(messages, budget)?, holds),
        ([], [], columns) => match columns::search(columns, 0, budget)? {
            columns::Found::Nothing => Ok(None),
            columns::Found::Perhaps(lines) => lines.into_iter().find(holds).map(Some).ok_or(Unknown::Witness),
        },
        _ => kinds.of_several(wanted, budget, holds),
    }
}

/// The same, with a new budget.
pub(super) fn seek(wanted: &[Wanted<'_>], bounds: &Bounds) -> Result<Option<String>, Unknown> {
    example(wanted, &mut Budget::new(bounds))
}

/// The reference evaluator has the last word. What a search of JSON or of messages finds is never refused by it, unless one of
/// the two is wrong.
fn checked(found: Option<String>, holds: impl Fn(&String) -> bool) -> Result<Option<String>, Unknown> {
    match found {
        Some(event) if !holds(&event) => {
            debug_assert!(false, "the reference evaluator refuses the witness {event}");
            Err(Unknown::Witness)
        }
        found => Ok(found),
    }
}

/// Whether one pattern is wanted both to match and not to match: the layout and the quotes do not count.
fn contradicts_itself(wanted: &[Wanted<'_>]) -> bool {
    let meaning = |it: &FilterPattern| (it.ast().to_string(), it.semantics().of_evaluation());
    let (yes, no): (Vec<_>, Vec<_>) = wanted.iter().partition(|(_, wanted)| *wanted);
    yes.iter().any(|(yes, _)| no.iter().any(|(no, _)| meaning(yes) == meaning(no)))
}

impl<'a> Kinds<'a> {
    /// `None` if a pattern that matches everything is to match nothing.
    fn of(wanted: &[Wanted<'a>]) -> Option<Self> {
        let mut kinds = Kinds::default();
        for (pattern, wanted) in wanted {
            let semantics = pattern.semantics();
            match pattern.ast() {
                Pattern::Json(expr) => kinds.json.push((&expr.item, semantics, *wanted)),
                Pattern::Space(fields) if !fields.is_empty() => {
                    kinds.columns.push(((fields.as_slice(), semantics.of_evaluation()), *wanted));
                }
                other => match message::formula(other) {
                    Some(formula) => kinds.messages.push(formula.signed(*wanted)),
                    // no text at all, or `[]`
                    None if *wanted => kinds.has_everything = true,
                    None => return None,
                },
            }
        }
        Some(kinds)
    }

    /// JSON, terms and columns side by side: what one kind alone makes impossible is impossible. Otherwise an event is sought
    /// among those that each kind alone asks for, and what can be put together from them.
    fn of_several(
        &self,
        wanted: &[Wanted<'_>],
        budget: &mut Budget,
        holds: impl Fn(&String) -> bool,
    ) -> Result<Option<String>, Unknown> {
        let is_object = self.json.iter().any(|(.., wanted)| *wanted);
        let of_json = of_json(&self.json, budget);
        let of_messages = of_messages(&self.messages, budget);
        let of_columns = columns::search(&self.columns, usize::from(is_object), budget);
        let objects_lack_it = || {
            let all = Formula::And(self.messages.clone());
            message::value_with(&all, &["{", "}"]) == Some(false)
        };
        // what is no object is matched by no JSON pattern
        if is_object && (matches!(of_json, Ok(None)) || objects_lack_it())
            || !self.messages.is_empty() && matches!(of_messages, Ok(None))
            || !self.columns.is_empty() && matches!(of_columns, Ok(columns::Found::Nothing))
        {
            return Ok(None);
        }
        let mut events: Vec<String> = of_json.into_iter().flatten().collect();
        events.push("{}".to_owned());
        let mut lines: Vec<String> = of_messages.into_iter().flatten().collect();
        if let Ok(columns::Found::Perhaps(found)) = of_columns {
            lines.extend(found);
        }
        lines.extend(terms_of(wanted));
        lines.extend(["x".to_owned(), "x y z".to_owned()]);
        let mut candidates = if is_object {
            events.iter().flat_map(|it| with_texts(it, &lines)).collect()
        } else {
            mixed(&lines)
        };
        candidates.splice(0..0, events);
        candidates.into_iter().find(holds).map(Some).ok_or(Unknown::Kinds)
    }
}

/// The texts of the terms, each alone and all in one line.
fn terms_of(wanted: &[Wanted<'_>]) -> Vec<String> {
    let terms = |it: &Wanted<'_>| match it.0.ast() {
        Pattern::Terms(terms) => terms.clone(),
        _ => Vec::new(),
    };
    let text = |term: Node<Term>| term.item.text;
    let texts: Vec<String> = wanted.iter().flat_map(terms).map(text).collect();
    let all = texts.join(" ");
    texts.into_iter().chain([all]).collect()
}

/// An object with each of the texts in one more field, and with blanks, which make several tokens of it.
fn with_texts(object: &str, texts: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let Some(rest) = object.strip_prefix('{') else { return all };
    let comma = if rest == "}" { "" } else { ", " };
    for text in texts {
        let text = serde_json::Value::from(text.as_str());
        all.push(format!("{{\"message\":{text}{}{rest}", comma.trim_end()));
        all.push(format!("{{ \"message\": {text}{comma}{rest}"));
    }
    all.push(format!("{{ {rest}"));
    all.push(format!("{{ {} }}", rest.strip_suffix('}').unwrap_or(rest)));
    all
}

/// The lines, and two of them in one.
fn mixed(lines: &[String]) -> Vec<String> {
    let pairs = lines.iter().flat_map(|first| lines.iter().map(move |second| format!("{first} {second}")));
    let quoted =
        lines.iter().flat_map(|first| lines.iter().map(move |second| format!("{first} \"{second}\"")));
    lines.iter().cloned().chain(pairs).chain(quoted).collect()
}

fn of_json(patterns: &[Json<'_>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
    let parts =
        patterns.iter().map(|(expr, semantics, wanted)| tree::formula(expr, *semantics).signed(*wanted));
    let (formula, ways) = tree::without_wildcards(Formula::And(parts.collect()))?;
    let (tree, formula) = tree::Tree::new(formula, &ways)?;
    search::Search::new(&tree, &formula, budget)?.run()
}

fn of_messages(formulas: &[Formula<TextPredicate>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
    message::search(&Formula::And(formulas.to_vec()), budget)
}
