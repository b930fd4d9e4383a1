//! How a set of patterns covers the controls of a framework.

use super::catalogue::{Control, controls};
use super::events::{everyday, typical};
use super::terms::contain;
use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, Relation, find_event, implies, satisfiable, union};
use crate::reference::Reference;
use serde::Serialize;

/// The judgement on a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Judgement {
    /// The patterns match every event of the control.
    #[serde(rename = "covered")]
    Covered,
    /// The patterns match every event of the control, and everyday events that no control is about: an alarm on them rings all day.
    #[serde(rename = "covered with noise")]
    CoveredWithNoise,
    /// The patterns match some typical events of the control, and miss another event of it.
    #[serde(rename = "partly covered")]
    PartlyCovered,
    /// The patterns match no typical event of the control.
    #[serde(rename = "not covered")]
    NotCovered,
    /// Neither was proved.
    #[serde(rename = "unknown")]
    Unknown,
}

impl Judgement {
    /// The name: `covered`, `covered with noise`, `partly covered`, `not covered` or `unknown`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Judgement::Covered => "covered",
            Judgement::CoveredWithNoise => "covered with noise",
            Judgement::PartlyCovered => "partly covered",
            Judgement::NotCovered => "not covered",
            Judgement::Unknown => "unknown",
        }
    }
}

/// How a set of patterns covers a control.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Covered {
    /// The control.
    pub control: &'static Control,
    /// The index of the pattern that matches every event of the control. `None` if no single pattern is proved to do so. Of several, the
    /// one with the text of the control, or that means the same, or that matches no everyday event.
    pub by: Option<usize>,
    /// The indexes of all patterns that match every event of the control.
    pub each: Vec<usize>,
    /// [`Equivalent`](Relation::Equivalent) if the pattern `by` matches only events of the control, [`Implies`](Relation::Implies) if it
    /// also matches other events. `None` if that is not known.
    pub relation: Option<Relation>,
    /// Whether the text of the pattern `by` is exactly the text of the control.
    pub is_literal: bool,
    /// The indexes of patterns that together, but not singly, match every event of the control.
    pub together: Vec<usize>,
    /// An everyday event that a covering pattern matches, though no control is about it.
    pub noise: Option<&'static str>,
    /// An event of the control that no pattern of the set matches, as the reference evaluator confirms.
    pub missed: Option<String>,
    /// The number of typical events of the control, and the number of those that a pattern matches.
    pub typical: (usize, usize),
    /// The reason why it is not known whether the control is covered.
    pub reason: Option<String>,
    /// The indexes of patterns about which nothing was proved, with the reasons. Empty if the control is covered or an event is missed.
    pub unknown: Vec<(usize, String)>,
}

impl Covered {
    /// The judgement on the control.
    #[must_use]
    pub fn judgement(&self) -> Judgement {
        match (self.by.is_some() || !self.together.is_empty(), &self.missed) {
            (true, _) if self.noise.is_some() => Judgement::CoveredWithNoise,
            (true, _) => Judgement::Covered,
            (false, None) => Judgement::Unknown,
            (false, Some(_)) if self.typical.1 > 0 => Judgement::PartlyCovered,
            (false, Some(_)) => Judgement::NotCovered,
        }
    }
}

/// A pattern of the set.
struct Candidate<'a> {
    pattern: &'a FilterPattern,
    reference: Reference,
    /// An everyday event that it matches.
    noise: Option<&'static str>,
}

/// Finds for each control of a framework the pattern that covers it: that matches every event which the control's pattern matches. The
/// result depends only on the patterns and the bounds, not on the speed of the machine. The [module page](super) has an example.
#[must_use]
pub fn audit(framework: &str, patterns: &[FilterPattern], bounds: &Bounds) -> Vec<Covered> {
    let all = candidates(patterns);
    controls(framework).map(|control| covered(control, &all, bounds)).collect()
}

/// Finds the pattern that covers one control, as [`audit`] does for all controls of a framework.
///
/// ```
/// use cwfilter::analysis::Bounds;
/// use cwfilter::controls::{Judgement, audit_control, control};
/// let any = [r#"{ $.eventName = "*" }"#.parse()?];
/// let found = audit_control(control("cis-aws-5.0/4.5").unwrap(), &any, &Bounds::default());
/// assert_eq!(found.judgement(), Judgement::CoveredWithNoise);
/// assert!(found.noise.unwrap().contains("DescribeInstances"));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn audit_control(control: &'static Control, patterns: &[FilterPattern], bounds: &Bounds) -> Covered {
    covered(control, &candidates(patterns), bounds)
}

/// An everyday event that the pattern matches, though no control is about it: a read, a call of a service, a throttled call or a sign-in with
/// MFA. A pattern that covers a control and matches one covers it [with noise](Judgement::CoveredWithNoise).
///
/// ```
/// use cwfilter::controls::everyday_event;
/// assert!(everyday_event(&r#"{ $.eventName = "*" }"#.parse()?).unwrap().contains("DescribeInstances"));
/// assert_eq!(everyday_event(&r#"{ $.eventName = "StopLogging" }"#.parse()?), None);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn everyday_event(pattern: &FilterPattern) -> Option<&'static str> {
    first_everyday(&pattern.reference())
}

fn first_everyday(reference: &Reference) -> Option<&'static str> {
    everyday().map(|it| it.record.as_str()).find(|event| reference.is_match(event.as_bytes()))
}

fn candidates(patterns: &[FilterPattern]) -> Vec<Candidate<'_>> {
    let candidate = |pattern| {
        let reference = FilterPattern::reference(pattern);
        let noise = first_everyday(&reference);
        Candidate { pattern, reference, noise }
    };
    patterns.iter().map(candidate).collect()
}

fn covered(control: &'static Control, all: &[Candidate<'_>], bounds: &Bounds) -> Covered {
    let mut found = Covered {
        control,
        by: None,
        each: Vec::new(),
        relation: None,
        is_literal: false,
        together: Vec::new(),
        noise: None,
        missed: None,
        typical: typical_events(control, all),
        reason: None,
        unknown: Vec::new(),
    };
    single(&mut found, all, bounds);
    if found.by.is_none() {
        together(&mut found, all, bounds);
    } else if found.noise.is_some() {
        quiet_together(&mut found, all, bounds);
    }
    if found.by.is_some() || !found.together.is_empty() || found.missed.is_some() {
        found.unknown.clear();
    }
    found
}

/// The judgement on a control if these patterns miss one of its events.
pub(crate) fn judged_by_typical(control: &Control, patterns: &[FilterPattern]) -> Judgement {
    match typical_events(control, &candidates(patterns)) {
        (_, 0) => Judgement::NotCovered,
        _ => Judgement::PartlyCovered,
    }
}

/// The number of typical events of the control, and the number of those that a pattern matches.
fn typical_events(control: &Control, all: &[Candidate<'_>]) -> (usize, usize) {
    let events: Vec<&[u8]> = typical(&control.subject)
        .map(|it| it.record.as_bytes())
        .filter(|event| control.pattern.is_match(event))
        .collect();
    let is_matched = |event: &&&[u8]| all.iter().any(|it| it.reference.is_match(event));
    (events.len(), events.iter().filter(is_matched).count())
}

/// Whether the pattern matches every event of the control.
pub(crate) fn matches_all_of(control: &Control, pattern: &FilterPattern, bounds: &Bounds) -> Decision {
    if contain(&control.pattern, &[pattern], bounds.domain) {
        return Decision::Yes(None);
    }
    implies(&control.pattern, pattern, bounds)
}

/// Finds the patterns that cover the control singly, and the best of them.
fn single(found: &mut Covered, all: &[Candidate<'_>], bounds: &Bounds) {
    let control = found.control;
    // events of the control: a pattern that misses one of them does not cover the control, and no proof is needed
    let mut events: Vec<String> = match satisfiable(&control.pattern, bounds) {
        Decision::Yes(event) => event.into_iter().collect(),
        _ => Vec::new(),
    };
    let mut best = (false, false, false);
    for (at, Candidate { pattern, reference, noise }) in all.iter().enumerate() {
        if events.iter().any(|event| !reference.is_match(event.as_bytes())) {
            continue;
        }
        match matches_all_of(control, pattern, bounds) {
            Decision::Yes(_) => found.each.push(at),
            Decision::No(event) => {
                events.extend(event);
                continue;
            }
            Decision::Unknown(why) => {
                found.unknown.push((at, why.to_string()));
                continue;
            }
        }
        let is_literal = pattern.as_str() == control.text;
        let relation = match implies(pattern, &control.pattern, bounds) {
            Decision::Yes(_) => Some(Relation::Equivalent),
            Decision::No(_) => Some(Relation::Implies),
            Decision::Unknown(_) => None,
        };
        let merit = (is_literal, relation == Some(Relation::Equivalent), noise.is_none());
        if found.by.is_none() || merit > best {
            best = merit;
            (found.by, found.relation, found.is_literal, found.noise) =
                (Some(at), relation, is_literal, *noise);
        }
    }
}

/// Finds out whether several patterns together cover the control; if they do not, an event that all of them miss.
fn together(found: &mut Covered, all: &[Candidate<'_>], bounds: &Bounds) {
    let patterns: Vec<&FilterPattern> = all.iter().map(|it| it.pattern).collect();
    if contain(&found.control.pattern, &patterns, bounds.domain) {
        found.together = needed_terms(found.control, all, bounds);
        found.noise = found.together.iter().filter_map(|at| all.get(*at)).find_map(|it| it.noise);
        return;
    }
    let union = union(&found.control.pattern, &patterns, bounds);
    match union.decision {
        Decision::Yes(_) => {
            found.noise = union.by.iter().filter_map(|at| all.get(*at)).find_map(|it| it.noise);
            found.together = union.by;
        }
        Decision::No(event) => found.missed = event,
        // all patterns in one question, which has steps of its own; it is the question of the certificate
        Decision::Unknown(_) => match find_event(&[&found.control.pattern], &patterns, bounds) {
            Decision::Yes(event) => found.missed = event,
            Decision::No(_) => {
                found.noise = all.iter().find_map(|it| it.noise);
                found.together = (0..all.len()).collect();
            }
            Decision::Unknown(why) => found.reason = Some(why.to_string()),
        },
    }
    if found.noise.is_some() {
        quiet_together(found, all, bounds);
    }
}

/// The indexes of term patterns without which the others do not cover the control.
fn needed_terms(control: &Control, all: &[Candidate<'_>], bounds: &Bounds) -> Vec<usize> {
    let is_covered = |by: &[usize]| {
        let by = by.iter().filter_map(|at| all.get(*at)).map(|it| it.pattern);
        contain(&control.pattern, &by.collect::<Vec<_>>(), bounds.domain)
    };
    // usually only few are about the control
    let events: Vec<&str> = typical(&control.subject).map(|it| it.record.as_str()).collect();
    let is_about = |it: &Candidate<'_>| events.iter().any(|event| it.reference.is_match(event.as_bytes()));
    let about = all.iter().enumerate().filter(|(_, it)| is_about(it)).map(|(at, _)| at).collect();
    let mut needed: Vec<usize> = Some(about).filter(|it: &Vec<usize>| is_covered(it)).unwrap_or_default();
    if needed.is_empty() {
        return (0..all.len()).collect();
    }
    for at in needed.clone() {
        let rest: Vec<usize> = needed.iter().copied().filter(|it| *it != at).collect();
        if is_covered(&rest) {
            needed = rest;
        }
    }
    needed
}

/// If patterns that match no everyday event cover the control together, the noise of another pattern does not matter.
fn quiet_together(found: &mut Covered, all: &[Candidate<'_>], bounds: &Bounds) {
    let quiet: Vec<usize> =
        all.iter().enumerate().filter(|(_, it)| it.noise.is_none()).map(|(at, _)| at).collect();
    let patterns: Vec<&FilterPattern> =
        quiet.iter().filter_map(|at| all.get(*at)).map(|it| it.pattern).collect();
    let union = union(&found.control.pattern, &patterns, bounds);
    if union.decision.is_yes() {
        found.together = union.by.iter().filter_map(|at| quiet.get(*at)).copied().collect();
        (found.by, found.relation, found.is_literal, found.noise) = (None, None, false, None);
    }
}
