//! Searches an event that can exist and that tells a changed pattern from the pattern of the rule.
//!
//! First come events near those of the tests and of generated tests, then those whose changed field has a value on which the changed
//! condition differs, then the [analysis](crate::analysis): it finds an event, proves that none exists, or gives up. If the pattern is
//! about CloudTrail, only whole records count whose fields have values that CloudTrail writes, and the analysis is asked about records.

use super::operators::Changed;
use super::values_of::{self, Shown};
use crate::FilterPattern;
use crate::analysis::{Domain, event_with};
use crate::limits::{MUTATION_EVENTS, MUTATION_STEPS, MUTATION_TRIES, PROOF_STEPS};
use crate::reference::Reference;
use crate::rules::file::Rule;
use crate::rules::generate::{completed, generate_about, usual_values};
use crate::rules::neighbours::neighbours;
use crate::rules::record::Records;
use crate::rules::subject::Subject;
use std::collections::HashSet;

/// Where a mutant is equivalent that differs from the pattern on other messages.
pub(super) const OVER_RECORDS: &str = "over CloudTrail records";

/// What is known about a mutant that no test noticed.
pub(super) enum Fate {
    /// An event on which the two patterns differ.
    Differs(String),
    /// The two patterns match the same events; or, if there is a reason, the same CloudTrail records.
    Equivalent(Option<String>),
    /// Neither is known, and why.
    Open(String),
}

/// The search for one rule. Its bounds hold for all mutants of the rule together.
pub(super) struct Search<'a> {
    rule: &'a Rule,
    reference: Reference,
    records: Option<Records>,
    /// The events of the tests and of generated tests; as whole records, if the pattern is about CloudTrail.
    bases: Vec<String>,
    /// Events near the bases, each with the verdict of the rule's pattern. `None` if they were not needed yet.
    near: Option<Vec<(String, bool)>>,
    is_prepared: bool,
    tries: usize,
    steps: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(rule: &'a Rule) -> Self {
        Search {
            rule,
            reference: rule.pattern.reference(),
            records: None,
            bases: Vec::new(),
            near: None,
            is_prepared: false,
            tries: MUTATION_TRIES,
            steps: MUTATION_STEPS,
        }
    }

    pub(super) fn fate(&mut self, changed: &Changed, mutant: &FilterPattern) -> Fate {
        self.prepare();
        let reference = mutant.reference();
        let mut impossible = None;
        if let Some((old, new)) = &changed.condition {
            let semantics = self.rule.pattern.semantics();
            let of_records = self.records.is_some();
            let (events, is_all) = match values_of::shown(old, new, &self.bases, of_records, semantics) {
                Shown::Events(events, is_all) => (events, is_all),
                Shown::Same(why) => return Fate::Equivalent(Some(why)),
                Shown::Unknown(why) => return Fate::Open(why),
            };
            for event in events {
                let matches = self.rule.pattern.is_match(&event);
                match self.differs(&event, matches, mutant, &reference) {
                    Ok(true) => return Fate::Differs(event),
                    Ok(false) => {}
                    Err(why) => impossible = impossible.or(Some(why)),
                }
            }
            if is_all {
                let why = "no known record has a name on which it differs".to_owned();
                return Fate::Open(impossible.map_or(why.clone(), |fault| format!("{why}: {fault}")));
            }
        }
        let near = self.near();
        let mut found = None;
        for (event, matches) in &near {
            if self.tries == 0 {
                break;
            }
            match self.differs(event, *matches, mutant, &reference) {
                Ok(true) => {
                    found = Some(event.clone());
                    break;
                }
                Ok(false) => {}
                Err(why) => impossible = impossible.or(Some(why)),
            }
        }
        self.near = Some(near);
        match found {
            Some(event) => Fate::Differs(event),
            None => self.proved(mutant, &reference, impossible),
        }
    }

    /// Finds the events of the tests and of generated tests.
    fn prepare(&mut self) {
        if self.is_prepared {
            return;
        }
        self.is_prepared = true;
        let written: Vec<String> =
            self.rule.tests.iter().flat_map(|test| test.messages.iter().cloned()).collect();
        let generated = generate_about(&self.rule.pattern, Subject::of_rule(self.rule))
            .tests
            .into_iter()
            .map(|test| test.message);
        let all: Vec<String> = written.into_iter().chain(generated).collect();
        self.records = Records::of_rule(self.rule).ok();
        let whole = |event: &String| match &self.records {
            Some(_) => completed(event).map(|event| event.to_string()),
            None => Some(event.clone()),
        };
        let mut seen = HashSet::new();
        self.bases = all.iter().filter_map(whole).filter(|event| seen.insert(event.clone())).collect();
    }

    /// Takes the events near the bases, which are made once.
    fn near(&mut self) -> Vec<(String, bool)> {
        if let Some(near) = self.near.take() {
            return near;
        }
        let pattern = &self.rule.pattern;
        let bases = self.bases.iter().map(String::as_str);
        let mut near = neighbours(bases, pattern.ast(), usual_values, MUTATION_EVENTS);
        near.retain(|event| !event.is_empty());
        let judged = |event: String| {
            let matches = pattern.is_match(&event);
            (event, matches)
        };
        near.into_iter().map(judged).collect()
    }

    /// Whether the patterns differ on an event that can exist. `Err` if they differ on it and it cannot exist, and why.
    fn differs(
        &mut self,
        event: &str,
        matches: bool,
        mutant: &FilterPattern,
        reference: &Reference,
    ) -> Result<bool, String> {
        self.tries = self.tries.saturating_sub(1);
        let message = event.as_bytes();
        if mutant.is_match(event) == matches
            || self.reference.is_match(message) != matches
            || reference.is_match(message) == matches
        {
            return Ok(false);
        }
        match &self.records {
            Some(records) => records.check(event).map(|()| true),
            None => Ok(true),
        }
    }

    /// What a proof says.
    fn proved(
        &mut self,
        mutant: &FilterPattern,
        reference: &Reference,
        mut impossible: Option<String>,
    ) -> Fate {
        let (facts, shapes) = match &self.records {
            Some(records) => {
                records.facts(&[self.rule.pattern.ast(), mutant.ast()], self.rule.pattern.semantics())
            }
            None => Default::default(),
        };
        // with the usual shapes of texts the witness is realistic; they are no facts, and a proof must not use them
        if !shapes.is_empty() {
            let all: Vec<_> =
                facts.iter().cloned().chain(shapes.into_iter().map(|shape| (shape, true))).collect();
            if let Ok(Some(event)) = self.asked(mutant, reference, &all, &mut impossible) {
                return Fate::Differs(event);
            }
        }
        match self.asked(mutant, reference, &facts, &mut impossible) {
            Ok(Some(event)) => Fate::Differs(event),
            Ok(None) => Fate::Equivalent(self.where_equivalent(mutant)),
            Err(why) => Fate::Open(match impossible {
                Some(fault) => {
                    format!("no record that can exist was found; on one that cannot, it differs: {fault}")
                }
                None => why,
            }),
        }
    }

    /// On which events a mutant is equivalent that is so on events that satisfy the facts. `None` if on all messages.
    fn where_equivalent(&mut self, mutant: &FilterPattern) -> Option<String> {
        self.records.as_ref()?;
        let rule = &self.rule.pattern;
        let mut is_same = |domain| {
            [true, false].into_iter().all(|matches| {
                let wanted = [(rule, matches), (mutant, !matches)];
                let (found, spent) = event_with(&wanted, domain, PROOF_STEPS.min(self.steps));
                self.steps = self.steps.saturating_sub(spent);
                matches!(found, Ok(None))
            })
        };
        match () {
            () if is_same(Domain::Json) => None,
            () if is_same(Domain::CloudTrail) => Some(OVER_RECORDS.to_owned()),
            () => Some(format!("{OVER_RECORDS} with the fields that nearly all records have")),
        }
    }

    /// As [`asked_of`](Self::asked_of), of CloudTrail records if the pattern is about them; of all messages if no answer about records is found.
    fn asked(
        &mut self,
        mutant: &FilterPattern,
        reference: &Reference,
        facts: &[(FilterPattern, bool)],
        impossible: &mut Option<String>,
    ) -> Result<Option<String>, String> {
        if self.records.is_some()
            && let Ok(found) = self.asked_of(Domain::CloudTrail, mutant, reference, facts, impossible)
        {
            return Ok(found);
        }
        self.asked_of(Domain::Json, mutant, reference, facts, impossible)
    }

    /// An event that can exist, satisfies the facts, and shows a difference. `None` if no event of the domain that satisfies the facts shows one;
    /// `Err` if none was found, and why.
    fn asked_of(
        &mut self,
        domain: Domain,
        mutant: &FilterPattern,
        reference: &Reference,
        facts: &[(FilterPattern, bool)],
        impossible: &mut Option<String>,
    ) -> Result<Option<String>, String> {
        let mut open = None;
        for matches in [true, false] {
            let mut wanted = vec![(&self.rule.pattern, matches), (mutant, !matches)];
            wanted.extend(facts.iter().map(|(pattern, is)| (pattern, *is)));
            let (found, spent) = event_with(&wanted, domain, PROOF_STEPS.min(self.steps));
            self.steps = self.steps.saturating_sub(spent);
            let event = match found {
                Ok(Some(event)) => event,
                Ok(None) => continue,
                Err(unknown) => {
                    open = Some(unknown.to_string());
                    continue;
                }
            };
            if event.is_empty() {
                open = Some("only on an empty message, which CloudWatch Logs does not take".to_owned());
                continue;
            }
            open = Some("the event that was found does not show it".to_owned());
            let whole = self.records.as_ref().and_then(|_| completed(&event)).map(|it| it.to_string());
            for event in whole.into_iter().chain([event]) {
                let matches = self.rule.pattern.is_match(&event);
                match self.differs(&event, matches, mutant, reference) {
                    Ok(true) => return Ok(Some(event)),
                    Ok(false) => {}
                    Err(why) => *impossible = impossible.take().or(Some(why)),
                }
            }
        }
        open.map_or(Ok(None), Err)
    }
}
