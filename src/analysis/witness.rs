//! Finds an event that given patterns match or do not match. Each kind of pattern has its own search. The reference evaluator checks
//! each event before it is returned.

use super::automaton::TextPredicate;
use super::budget::{Bounds, Budget};
use super::decision::Unknown;
use super::domain::Domain;
use super::fields::Fields;
use super::formula::Formula;
use super::line::{self, Lines};
use super::normal::normal_form;
use super::search::search;
use super::{columns, guesses, message, ordinary, records, spelling, tree};
use crate::FilterPattern;
use crate::limits::{KIND_CASES, NAMES_TRIED, WHOLE_PROOF_STEPS};
use crate::reference::Reference;
use crate::semantics::Semantics;
use crate::syntax::ast::{Condition, Expr, Node, Pattern};

/// A pattern, and whether it is to match.
type Constraint<'a> = (&'a FilterPattern, bool);

type Json<'a> = (&'a Expr<Condition>, Semantics, bool);

/// The constraints by the kinds of their patterns. Patterns that match every message are left out.
#[derive(Clone, Default)]
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
            let tried = budget.raised(NAMES_TRIED);
            let holds = |event: &String| {
                let event = ordinary::completed(event.clone(), tried, matches);
                domain.contains(&event) && matches(&event)
            };
            let found = kinds.find(wanted, budget, holds)?;
            Ok(found.map(|event| ordinary::completed(event, tried, matches)))
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
            ([], [], columns) if !is_json => {
                let found =
                    budget.within(budget.raised(WHOLE_PROOF_STEPS), |budget| columns::solve(columns, budget));
                match found {
                    Ok(columns::Found::Unsatisfiable) => return Ok(None),
                    Ok(columns::Found::Candidates(lines)) => {
                        if let Some(line) = lines.into_iter().find(&holds) {
                            return Ok(Some(line));
                        }
                    }
                    Err(Unknown::Budget(_)) => {}
                    Err(why) => return Err(why),
                }
                if let Some(line) = self.guessed(wanted, budget, &holds) {
                    return Ok(Some(line));
                }
                match line::solve(columns, &[], budget)? {
                    Lines::Unsatisfiable => Ok(None),
                    Lines::Candidate(line) if holds(&line) => Ok(Some(line)),
                    Lines::Candidate(_) | Lines::Open => Err(Unknown::Witness),
                }
            }
            _ => self.of_cases(wanted, budget, &holds),
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
        let (formula, paths) = tree::without_wildcards(formula, budget)?;
        let (mut tree, formula) = tree::Tree::new(formula, &paths, budget)?;
        if self.domain == Domain::CloudTrail {
            tree.set_shapes(records::shape);
        }
        let mut fields = Fields::new(&tree, budget)?;
        match budget.within(budget.raised(WHOLE_PROOF_STEPS), |budget| fields.solve_whole(&formula, budget)) {
            Err(Unknown::Budget(_)) => search(formula, &mut fields, budget),
            decided => decided,
        }
    }

    /// Constraints of several kinds: all at once, then by the alternatives of the JSON patterns that are wanted.
    fn of_cases(
        &self,
        wanted: &[Constraint<'_>],
        budget: &mut Budget,
        holds: &impl Fn(&String) -> bool,
    ) -> Result<Option<String>, Unknown> {
        let mut cases = vec![self.clone()];
        let (mut left, mut is_open) = (budget.raised(KIND_CASES), false);
        while let Some(case) = cases.pop() {
            match case.of_several(wanted, budget, holds) {
                Ok(None) => {}
                Err(Unknown::Kinds) if left > 0 => {
                    let parts = case.divided();
                    is_open |= parts.is_empty();
                    left = left.saturating_sub(parts.len());
                    cases.extend(parts);
                }
                Err(Unknown::Kinds) => is_open = true,
                decided => return decided,
            }
        }
        if is_open { Err(Unknown::Kinds) } else { Ok(None) }
    }

    /// The alternatives of the first `||` of a JSON pattern that is wanted. Empty if there is none.
    fn divided(&self) -> Vec<Self> {
        let mut json: Vec<_> = self.json.clone();
        while let Some(at) = json.iter().position(|it| it.2 && !matches!(it.0, Expr::Condition(_))) {
            let (expr, semantics, _) = json.remove(at);
            match expr {
                Expr::Or(parts) => {
                    let with = |part: &'a Node<Expr<Condition>>| {
                        let mut json = json.clone();
                        json.push((&part.item, semantics, true));
                        Kinds { json, ..self.clone() }
                    };
                    return parts.iter().map(with).collect();
                }
                Expr::And(parts) => json.extend(parts.iter().map(|part| (&part.item, semantics, true))),
                Expr::Group(inner) => json.push((&inner.item, semantics, true)),
                Expr::Condition(_) => return Vec::new(),
            }
        }
        Vec::new()
    }

    /// Constraints of several kinds.
    ///
    /// 1. If the JSON patterns alone, or the other patterns alone, have no solution, there is none. If an object is wanted, the others
    ///    have to match a text that begins and ends as an object.
    /// 2. A solution of the others is tried, and then the spellings of a solution of the JSON patterns, with one member more.
    fn of_several(
        &self,
        wanted: &[Constraint<'_>],
        budget: &mut Budget,
        holds: impl Fn(&String) -> bool,
    ) -> Result<Option<String>, Unknown> {
        let is_record = self.domain == Domain::CloudTrail;
        let is_object = is_record || self.json.iter().any(|(.., wanted)| *wanted);
        let of_json = self.of_json(budget);
        if is_object && matches!(of_json, Ok(None)) {
            return Ok(None);
        }
        let frame = if is_object {
            let is_empty = !is_record
                && wanted.iter().all(|(it, wanted)| {
                    !matches!(it.ast(), Pattern::Json(_)) || it.reference().is_match(b"{}") == *wanted
                });
            spelling::frame(is_empty)
        } else {
            Vec::new()
        };
        if !is_object
            && !self.columns.is_empty()
            && let Some(line) = self.guessed(wanted, budget, &holds)
        {
            return Ok(Some(line));
        }
        // a part of the steps for each question
        let share = budget.left() / 3;
        let mut candidates = match budget.within(share, |budget| self.of_texts(&frame, budget)) {
            Ok(Lines::Unsatisfiable) => return Ok(None),
            Ok(Lines::Candidate(line)) => vec![line],
            Ok(Lines::Open) | Err(_) => Vec::new(),
        };
        if let Some(found) = candidates.pop().filter(&holds) {
            return Ok(Some(found));
        }
        let event = of_json.ok().flatten().unwrap_or_else(|| "{}".to_owned());
        for spelled in spelling::of_event(&event, !is_record) {
            let share = budget.left() / 2;
            let found = budget.within(share, |budget| self.of_texts(&[spelled], budget));
            if let Ok(Lines::Candidate(line)) = found
                && holds(&line)
            {
                return Ok(Some(line));
            }
        }
        let lines = guesses::texts(wanted, budget);
        let mut others = vec![event.clone()];
        others.extend(if is_object {
            guesses::with_texts(&event, &lines)
        } else {
            guesses::mixed(&lines, budget)
        });
        if let Some(event) = others.into_iter().find(holds) {
            return Ok(Some(event));
        }
        let wanted = self.json.iter().filter(|(.., wanted)| *wanted);
        let keys: Vec<String> = wanted.flat_map(|(expr, ..)| spelling::keys(expr)).collect();
        if !keys.is_empty() {
            let all: Vec<String> = frame.into_iter().chain(keys).collect();
            if let Ok(Lines::Unsatisfiable) = self.of_texts(&all, budget) {
                return Ok(None);
            }
        }
        Err(Unknown::Kinds)
    }

    /// A line that matches one of the patterns, with texts of the others in columns that have no condition.
    fn guessed(
        &self,
        wanted: &[Constraint<'_>],
        budget: &Budget,
        holds: impl Fn(&String) -> bool,
    ) -> Option<String> {
        let mut lines = Vec::new();
        for one in self.columns.iter().filter(|(_, wanted)| *wanted) {
            // without a share of the steps: a few hundred are enough for one pattern
            let mut few = budget.apart(WHOLE_PROOF_STEPS);
            if let Ok(columns::Found::Candidates(found)) = columns::solve(&[*one], &mut few) {
                lines.extend(found);
            }
        }
        let texts = guesses::texts(wanted, budget);
        let with_words = guesses::with_words(&lines, &texts, budget);
        with_words.into_iter().chain(guesses::mixed(&texts, budget)).find(holds)
    }

    /// A text for the patterns that are not JSON patterns, which also contains the expressions.
    fn of_texts(&self, expressions: &[String], budget: &mut Budget) -> Result<Lines, Unknown> {
        let expression = |body: &String| Formula::literal(TextPredicate::ContainsRegex(body.clone()));
        let mut messages: Vec<_> = expressions.iter().map(expression).collect();
        messages.extend(self.messages.iter().cloned());
        if self.columns.is_empty() {
            return Ok(match of_messages(&messages, budget)? {
                Some(text) => Lines::Candidate(text),
                None => Lines::Unsatisfiable,
            });
        }
        line::solve(&self.columns, &messages, budget)
    }
}

fn of_messages(formulas: &[Formula<TextPredicate>], budget: &mut Budget) -> Result<Option<String>, Unknown> {
    message::solve(&Formula::And(formulas.to_vec()), budget)
}
