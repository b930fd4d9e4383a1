//! Questions to the analysis: is there an event, or a value, with these outcomes?

use super::assign::{leaves, parts};
use crate::FilterPattern;
use crate::analysis::{Domain, Unknown, event_with};
use crate::limits::{BRIEF_PROOF_STEPS, GENERATION_STEPS, PROOF_STEPS};
use crate::semantics::Semantics;
use crate::syntax::ast::{Field, Node, Pattern, Term, TermMode};

/// Patterns, and whether an event must match each.
type Outcomes = Vec<(Pattern, bool)>;

/// Asks questions until their steps are used up.
pub(super) struct Questions {
    semantics: Semantics,
    /// Which events are asked for.
    domain: Domain,
    steps: usize,
}

impl Questions {
    pub(super) fn new(semantics: Semantics, domain: Domain) -> Self {
        Questions { semantics, domain, steps: GENERATION_STEPS }
    }

    /// An event that gives the condition number `leaf` the outcome with which it decides that the pattern matches, or that it does
    /// not. `None` if no such event exists.
    pub(super) fn event(
        &mut self,
        pattern: &Pattern,
        leaf: usize,
        matches: bool,
    ) -> Result<Option<String>, String> {
        let outcomes = outcomes(pattern, leaf, matches)?;
        let compiled: Vec<(FilterPattern, bool)> = outcomes
            .into_iter()
            .map(|(part, wanted)| (FilterPattern::of_ast(part, self.semantics), wanted))
            .collect();
        let wanted: Vec<_> = compiled.iter().map(|(pattern, wanted)| (pattern, *wanted)).collect();
        self.ask(&wanted, self.domain, PROOF_STEPS).map_err(|why| why.to_string())
    }

    /// An event which the patterns match or do not match as wanted; a brief search. `None` if none exists or none was found.
    pub(super) fn brief(&mut self, wanted: &[(&FilterPattern, bool)]) -> Option<String> {
        self.ask(wanted, Domain::Json, BRIEF_PROOF_STEPS).ok().flatten()
    }

    fn ask(
        &mut self,
        wanted: &[(&FilterPattern, bool)],
        domain: Domain,
        steps: usize,
    ) -> Result<Option<String>, Unknown> {
        let (found, spent) = event_with(wanted, domain, steps.min(self.steps));
        self.steps = self.steps.saturating_sub(spent);
        found
    }
}

/// The patterns that an event has to match, or not, so that the condition number `leaf` decides the verdict. `Err` if the condition
/// never decides, and why.
fn outcomes(pattern: &Pattern, leaf: usize, matches: bool) -> Result<Outcomes, String> {
    match pattern {
        Pattern::Json(expr) => {
            let parts = parts(expr, leaf, matches).into_iter();
            Ok(parts.map(|(part, wanted)| (Pattern::Json(part.clone()), wanted)).collect())
        }
        Pattern::Terms(terms) => of_terms(terms, leaf, matches),
        Pattern::Space(fields) => Ok(of_columns(fields, leaf, matches)),
        Pattern::Everything | Pattern::Regex(_) => Ok(vec![(pattern.clone(), matches)]),
    }
}

fn of_terms(terms: &[Node<Term>], leaf: usize, matches: bool) -> Result<Outcomes, String> {
    let all_optional = terms.iter().all(|term| term.item.mode == TermMode::Optional);
    let mut outcomes = Outcomes::new();
    for (at, term) in terms.iter().enumerate() {
        let outcome = if at == leaf { matches } else { !all_optional };
        let occurs = match term.item.mode {
            TermMode::Excluded => !outcome,
            TermMode::Required => outcome,
            TermMode::Optional if all_optional => outcome,
            TermMode::Optional if at == leaf => {
                return Err("it never decides: AWS ignores `?` beside terms without it".to_owned());
            }
            TermMode::Optional => continue,
        };
        let phrase = Node::new(term.span, Term::phrase(term.item.text.clone()));
        outcomes.push((Pattern::Terms(vec![phrase]), occurs));
    }
    Ok(outcomes)
}

/// The columns of a line are those of the pattern, and the conditions have outcomes.
fn of_columns(fields: &[Node<Field>], leaf: usize, matches: bool) -> Outcomes {
    let mut outcomes = Outcomes::new();
    let bare = |field: &Field| match field {
        Field::Conditioned { name, .. } => Field::Named(name.clone()),
        other => other.clone(),
    };
    let all: Vec<Node<Field>> = fields.iter().map(|it| Node::new(it.span, bare(&it.item))).collect();
    if fields.iter().all(|field| field.item.condition().is_none()) {
        return vec![(Pattern::Space(all), matches)];
    }
    let mut first = 0;
    for (at, field) in fields.iter().enumerate() {
        let Field::Conditioned { name, condition } = &field.item else { continue };
        let count = leaves(condition);
        let wanted = match leaf.checked_sub(first).filter(|leaf| *leaf < count) {
            Some(leaf) => parts(condition, leaf, matches),
            None => vec![(condition, true)],
        };
        first += count;
        for (part, wanted) in wanted {
            let mut columns = all.clone();
            if let Some(column) = columns.get_mut(at) {
                column.item = Field::Conditioned { name: name.clone(), condition: part.clone() };
            }
            outcomes.push((Pattern::Space(columns), wanted));
        }
    }
    outcomes.push((Pattern::Space(all), true));
    outcomes
}
