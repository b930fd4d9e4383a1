//! The judgement on each control, over all log groups.

use super::set::{Group, Set};
use crate::exit::Exit;
use cwfilter::FilterPattern;
use cwfilter::analysis::Bounds;
use cwfilter::certificate::Answer;
use cwfilter::controls::{Covered, Judgement, audit};

/// A control with the judgement on it.
pub(super) struct Judged {
    /// The answer of the log group that covers the control best. Its indexes are those of the set.
    pub(super) covered: Covered,
    pub(super) verdict: Verdict,
    /// The log group, if the filters are on several.
    pub(super) group: Option<String>,
    /// The questions that the judgement rests on.
    pub(super) answer: Answer,
}

/// The verdict on a control, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Covered,
    Noise,
    Unknown,
    Partly,
    NotCovered,
    /// A pattern that was not read could cover it.
    NotRead,
}

impl Verdict {
    /// All, in the order of the summary.
    pub(super) const ALL: [Verdict; 6] = [
        Verdict::Covered,
        Verdict::Noise,
        Verdict::Partly,
        Verdict::NotCovered,
        Verdict::Unknown,
        Verdict::NotRead,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Verdict::Covered => Judgement::Covered.name(),
            Verdict::Noise => Judgement::CoveredWithNoise.name(),
            Verdict::Unknown => Judgement::Unknown.name(),
            Verdict::Partly => Judgement::PartlyCovered.name(),
            Verdict::NotCovered => Judgement::NotCovered.name(),
            Verdict::NotRead => "not read",
        }
    }

    pub(super) fn sign(self) -> char {
        match self {
            Verdict::Covered => '✓',
            Verdict::Noise => '!',
            Verdict::Partly => '◐',
            Verdict::NotCovered => '✗',
            Verdict::Unknown | Verdict::NotRead => '?',
        }
    }

    /// The exit code if this is the worst verdict.
    pub(super) fn exit(self) -> Exit {
        match self {
            Verdict::Covered => Exit::Clean,
            Verdict::Noise => Exit::CoveredWithNoise,
            Verdict::Unknown => Exit::UnknownCoverage,
            Verdict::Partly => Exit::PartlyCovered,
            Verdict::NotCovered => Exit::Findings,
            Verdict::NotRead => Exit::Input,
        }
    }

    fn of(it: &Covered) -> Verdict {
        // Security Hub compares only the text
        if it.control.framework == "security-hub" {
            return if it.is_literal { Verdict::Covered } else { Verdict::NotCovered };
        }
        match it.judgement() {
            Judgement::Covered => Verdict::Covered,
            Judgement::CoveredWithNoise => Verdict::Noise,
            Judgement::PartlyCovered => Verdict::Partly,
            Judgement::NotCovered => Verdict::NotCovered,
            _ => Verdict::Unknown,
        }
    }
}

/// Judges each control by the log group whose filters cover it best.
pub(super) fn judge(framework: &str, set: &Set, bounds: &Bounds) -> Vec<Judged> {
    let mut best: Vec<Judged> = Vec::new();
    for group in set.groups() {
        let of_group = of_group(framework, set, group, bounds);
        if best.is_empty() {
            best = of_group;
            continue;
        }
        for (best, other) in best.iter_mut().zip(of_group) {
            if other.verdict < best.verdict {
                *best = other;
            }
        }
    }
    for it in &mut best {
        // what was not read could cover a control that nothing else covers
        if it.verdict > Verdict::Noise && !set.unread.is_empty() {
            it.verdict = Verdict::NotRead;
        }
    }
    best
}

fn of_group(framework: &str, set: &Set, group: Group, bounds: &Bounds) -> Vec<Judged> {
    let members = group.members.iter().filter_map(|at| set.candidates.get(*at));
    let patterns: Vec<FilterPattern> = members.map(|it| it.pattern.clone()).collect();
    let of_set = |at: &usize| group.members.get(*at).copied();
    let judged = |mut covered: Covered| {
        let answer = Answer::of_control(&covered, &patterns.iter().collect::<Vec<_>>());
        covered.by = covered.by.as_ref().and_then(of_set);
        covered.each = covered.each.iter().filter_map(of_set).collect();
        covered.together = covered.together.iter().filter_map(of_set).collect();
        covered.unknown =
            covered.unknown.iter().filter_map(|(at, why)| Some((of_set(at)?, why.clone()))).collect();
        Judged { verdict: Verdict::of(&covered), covered, group: group.name.clone(), answer }
    };
    audit(framework, &patterns, bounds).into_iter().map(judged).collect()
}
