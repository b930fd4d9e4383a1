//! Finds an event that given patterns match or do not match. Each kind of pattern has its own search. The reference evaluator checks
//! each event before it is returned.

use super::automaton::TextPredicate;
use super::budget::{Bounds, Budget};
use super::decision::Unknown;
use super::domain::Domain;
use super::fields::Fields;
use super::formula::Formula;
use super::normal::normal_form;
use super::search::search;
use super::{columns, message, records, tree};
use crate::FilterPattern;
use crate::limits::WHOLE_PROOF_STEPS;
use crate::reference::Reference;
use crate::semantics::Semantics;
use crate::syntax::ast::{Expr, Node, Pattern, Term};

/// A pattern, and whether it is to match.
type Constraint<'a> = (&'a FilterPattern, bool);

type Json<'a> = (&'a Expr<crate::syntax::ast::Condition>, Semantics, bool);

/// The constraints by the kinds of their patterns. Patterns that match every message are left out.
#[derive(Default)]
struct Kinds<'a> {
    json: Vec<Json<'a>>,
    messages: Vec<Formula<TextPredicate>>,
    columns: Vec<(columns::Columns<'a>, bool)>,
    /// a pattern that matches every message was left out
    has_everything: bool,
    domain: Domain,
}

/// Finds an event of the domain that satisfies all constraints. `None` if no event exists.
pub(super) fn find_witness(
    wanted: &[Constraint<'_>],
    domain: Domain,
    budget: &mut Budget,
) -> Result<Option<String>, Unknown> {
    if contradicts_itself(wanted) {
        return Ok(None);
    }
    let Some(kinds) = Kinds::of(wanted, domain) else { return Ok(None) };
    let references: Vec<(Reference, bool)> =
        wanted.iter().map(|(pattern, wanted)| (pattern.reference(), *wanted)).collect();
    let matches =
        |event: &String| references.iter().all(|(it, wanted)| it.is_match(event.as_bytes()) == *wanted);
    match domain {
        Domain::Json => kinds.find(wanted, budget, matches),
        Domain::CloudTrail => {
            let holds = |event: &String| {
                let event = records::completed(event.clone(), matches);
                domain.contains(&event) && matches(&event)
            };
            let found = kinds.find(wanted, budget, holds)?;
            Ok(found.map(|event| records::completed(event, matches)))
        }
    }
}

/// The same with a new budget.
pub(super) fn find_witness_within(
    wanted: &[Constraint<'_>],
    bounds: &Bounds,
) -> Result<Option<String>, Unknown> {
    find_witness(wanted, bounds.domain, &mut Budget::new(bounds))
}

/// Checks a witness with the reference evaluator. It confirms every event that a search of JSON or messages finds, unless one of the
/// two is wrong. Among CloudTrail records, a name that the search made up may be that of an event of another source.
fn checked(
    found: Option<String>,
    domain: Domain,
    holds: impl Fn(&String) -> bool,
) -> Result<Option<String>, Unknown> {
    match found {
        Some(event) if !holds(&event) => {
            debug_assert!(domain != Domain::Json, "the reference evaluator refuses the witness {event}");
            Err(Unknown::Witness)
        }
        found => Ok(found),
    }
}

/// Whether one pattern is to match and not to match, whatever its layout.
fn contradicts_itself(wanted: &[Constraint<'_>]) -> bool {
    let meaning =
        |(it, wanted): &Constraint<'_>| ((normal_form(it.ast()), it.semantics().of_evaluation()), *wanted);
    let all: Vec<_> = wanted.iter().map(meaning).collect();
    all.iter().any(|(yes, wanted)| *wanted && all.iter().any(|(no, wanted)| !wanted && yes == no))
}

impl<'a> Kinds<'a> {
    /// `None` if a pattern that matches every message is not to match.
    fn of(wanted: &[Constraint<'a>], domain: Domain) -> Option<Self> {
        let mut kinds = Kinds { domain, ..Kinds::default() };
        for (pattern, wanted) in wanted {
            let semantics = pattern.semantics();
            match pattern.ast() {
                Pattern::Json(expr) => kinds.json.push((&expr.item, semantics, *wanted)),
                Pattern::Space(fields) if !fields.is_empty() => {
                    kinds.columns.push(((fields.as_slice(), semantics.of_evaluation()), *wanted));
                }
                other => match message::formula(other) {
                    Some(formula) => kinds.messages.push(formula.with_sign(*wanted)),
                    // an empty pattern, or `[]`
                    None if *wanted => kinds.has_everything = true,
                    None => return None,
                },
            }
        }
        Some(kinds)
    }

    /// Finds an event. `holds` checks it.
    fn find(
        &self,
        wanted: &[Constraint<'_>],
        budget: &mut Budget,
        holds: impl Fn(&String) -> bool,
    ) -> Result<Option<String>, Unknown> {
        let is_json = self.domain == Domain::CloudTrail;
        match (self.json.as_slice(), self.messages.as_slice(), self.columns.as_slice()) {
            ([], [], []) if !is_json => Ok(Some("{}".to_owned()).filter(holds)),
            (json, [], []) => {
                let found = self.of_json(budget);
                // with a pattern that matches every message, messages that are not JSON count, too; no JSON pattern matches them
                if self.has_everything
                    && !is_json
                    && json.iter().all(|(.., wanted)| !wanted)
                    && !matches!(found, Ok(Some(_)))
                {
                    return Ok(Some("x".to_owned()).filter(holds));
                }
                checked(found?, self.domain, holds)
            }
            ([], messages, []) if !is_json => checked(of_messages(messages, budget)?, self.domain, holds),
            ([], [], columns) if !is_json => match columns::solve(columns, 0, budget)? {
                columns::Found::Unsatisfiable => Ok(None),
                columns::Found::Candidates(lines) => {
                    lines.into_iter().find(holds).map(Some).ok_or(Unknown::Witness)
                }
            },
            _ => self.of_several(wanted, budget, holds),
        }
    }

    fn of_json(&self, budget: &mut Budget) -> Result<Option<String>, Unknown> {
        let parts = self
            .json
            .iter()
            .map(|(expr, semantics, wanted)| tree::formula(expr, *semantics).with_sign(*wanted));
        let mut formula = Formula::And(parts.collect());
        if self.domain == Domain::CloudTrail {
            formula = Formula::And(vec![records::axioms(&formula), formula]);
        }
        let (formula, paths) = tree::without_wildcards(formula)?;
        let (mut tree, formula) = tree::Tree::new(formula, &paths)?;
        if self.domain == Domain::CloudTrail {
            tree.set_shapes(records::shape);
        }
        let mut fields = Fields::new(&tree)?;
        match budget.within(WHOLE_PROOF_STEPS, |budget| fields.solve_whole(&formula, budget)) {
            Err(Unknown::Budget(_)) => search(formula, &mut fields, budget),
            decided => decided,
        }
    }

    /// Constraints of several kinds. If one kind alone has no solution, there is none. Otherwise the solutions of each kind, and
    /// combinations of them, are candidates.
    fn of_several(
        &self,
        wanted: &[Constraint<'_>],
        budget: &mut Budget,
        holds: impl Fn(&String) -> bool,
    ) -> Result<Option<String>, Unknown> {
        let is_object = self.domain == Domain::CloudTrail || self.json.iter().any(|(.., wanted)| *wanted);
        let of_json = self.of_json(budget);
        let of_messages = of_messages(&self.messages, budget);
        let of_columns = columns::solve(&self.columns, usize::from(is_object), budget);
        let objects_lack_it = || {
            let all = Formula::And(self.messages.clone());
            message::value_with(&all, &["{", "}"]) == Some(false)
        };
        // no JSON pattern matches a message that is not an object
        if is_object && (matches!(of_json, Ok(None)) || objects_lack_it())
            || !self.messages.is_empty() && matches!(of_messages, Ok(None))
            || !self.columns.is_empty() && matches!(of_columns, Ok(columns::Found::Unsatisfiable))
        {
            return Ok(None);
        }
        let mut events: Vec<String> = of_json.into_iter().flatten().collect();
        events.push("{}".to_owned());
        let mut lines: Vec<String> = of_messages.into_iter().flatten().collect();
        if let Ok(columns::Found::Candidates(found)) = of_columns {
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

/// The texts of all terms, each alone and all in one line.
fn terms_of(wanted: &[Constraint<'_>]) -> Vec<String> {
    let terms = |it: &Constraint<'_>| match it.0.ast() {
        Pattern::Terms(terms) => terms.clone(),
        Pattern::Everything | Pattern::Json(_) | Pattern::Regex(_) | Pattern::Space(_) => Vec::new(),
    };
    let text = |term: Node<Term>| term.item.text;
    let texts: Vec<String> = wanted.iter().flat_map(terms).map(text).collect();
    let all = texts.join(" ");
    texts.into_iter().chain([all]).collect()
}

/// The object with each of the texts in an additional field, with and without blanks. Blanks make several tokens.
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

/// The lines, and all pairs of them in one line.
fn mixed(lines: &[String]) -> Vec<String> {
    let pairs = lines.iter().flat_map(|first| lines.iter().map(move |second| format!("{first} {second}")));
    let quoted =
        lines.iter().flat_map(|first| lines.iter().map(move |second| format!("{first} \"{second}\"")));
    lines.iter().cloned().chain(pairs).chain(quoted).collect()
}

fn of_messages(formulas: &[Formula<TextPredicate>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
    message::solve(&Formula::And(formulas.to_vec()), budget)
}
