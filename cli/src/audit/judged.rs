//! The judgement on each control, over all log groups: that of the patterns, and that of what follows them.

use super::set::{Group, Set};
use crate::exit::Exit;
use cwfilter::FilterPattern;
use cwfilter::analysis::Bounds;
use cwfilter::certificate::{Answer, CHAIN_BROKEN, CertifiedLink, NOT_READ};
use cwfilter::control_chain::{Chain, Link, LinkState};
use cwfilter::controls::{Covered, Judgement, audit, audit_control};
use serde::{Serialize, Serializer};
use std::fmt::{Display, Formatter};

/// A control with the judgement on it.
pub(super) struct Judged {
    /// The answer of the log group that covers the control best. Its indexes are those of the set.
    pub(super) covered: Covered,
    pub(super) verdict: Verdict,
    /// What follows the filters that cover the control. `None` if none does.
    pub(super) chain: Option<Chain>,
    /// The log group, if the filters are on several.
    pub(super) group: Option<String>,
    /// The questions and links that the judgement rests on.
    answer: Answer,
}

/// A link of the chain from a filter to a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum ControlLink {
    Filter(FilterLink),
    AfterFilter(Link),
}

/// The first link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum FilterLink {
    /// A filter covers the control.
    Filter,
}

impl ControlLink {
    pub(super) const FILTER: ControlLink = ControlLink::Filter(FilterLink::Filter);

    pub(super) fn name(self) -> &'static str {
        match self {
            ControlLink::Filter(_) => "filter",
            ControlLink::AfterFilter(link) => link.name(),
        }
    }
}

impl Display for ControlLink {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The verdict on a control, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Covered,
    Noise,
    Unknown,
    Partly,
    /// A pattern covers it, and no alarm reaches a subscriber.
    Broken,
    NotCovered,
    /// A pattern that was not read could cover it.
    NotRead,
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Verdict {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Verdict".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": Verdict::ALL.map(Verdict::name) })
    }
}

impl Verdict {
    /// All, in the order of the summary.
    pub(super) const ALL: [Verdict; 7] = [
        Verdict::Covered,
        Verdict::Noise,
        Verdict::Broken,
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
            Verdict::Broken => CHAIN_BROKEN,
            Verdict::NotCovered => Judgement::NotCovered.name(),
            Verdict::NotRead => NOT_READ,
        }
    }

    pub(super) fn sign(self) -> char {
        match self {
            Verdict::Covered => '✓',
            Verdict::Noise => '!',
            Verdict::Partly => '◐',
            Verdict::Broken | Verdict::NotCovered => '✗',
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
            Verdict::Broken => Exit::DeadChain,
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

    /// Whether patterns cover the control.
    fn is_covered(self) -> bool {
        matches!(self, Verdict::Covered | Verdict::Noise)
    }
}

impl Judged {
    /// Whether the whole of the control is in the input, and works.
    pub(super) fn is_met(&self) -> bool {
        self.verdict == Verdict::Covered && self.chain.as_ref().is_some_and(|it| it.worst() == LinkState::Met)
    }

    /// Whether a pattern covers the control, and a link after it is not in the input.
    pub(super) fn is_open(&self) -> bool {
        self.verdict.is_covered() && self.chain.as_ref().is_none_or(|it| it.worst() == LinkState::NotInInput)
    }

    /// The judgement with all that is needed to derive it again.
    pub(super) fn answer(&self) -> Answer {
        let mut answer = self.answer.clone();
        self.verdict.name().clone_into(&mut answer.answer);
        let links = self.chain.iter().flat_map(|chain| &chain.links);
        answer.links =
            links.map(|it| CertifiedLink::new(it.link.name(), it.state.name(), &it.what)).collect();
        answer
    }

    /// Smaller is better.
    fn rank(&self) -> (Verdict, Option<(LinkState, usize)>) {
        (self.verdict, self.chain.as_ref().map(Chain::rank))
    }
}

/// Judges each control by the log group whose filters cover it best.
pub(super) fn judge(framework: &str, set: &Set, bounds: &Bounds) -> Vec<Judged> {
    let chains: Vec<Chain> = set.candidates.iter().map(|it| set.chain(it)).collect();
    let mut best: Vec<Judged> = Vec::new();
    for group in set.groups() {
        let of_group = GroupJudge { set, chains: &chains, bounds, group }.controls(framework);
        if best.is_empty() {
            best = of_group;
            continue;
        }
        for (best, other) in best.iter_mut().zip(of_group) {
            if other.rank() < best.rank() {
                *best = other;
            }
        }
    }
    for it in &mut best {
        // what was not read could cover a control that nothing else covers
        if it.verdict > Verdict::Noise && !set.unread.is_empty() {
            it.verdict = Verdict::NotRead;
        } else if let Some(part) = set.parts_elsewhere.first().filter(|_| it.verdict > Verdict::Noise) {
            it.verdict = Verdict::NotRead;
            it.covered.reason.get_or_insert_with(|| format!("a part of the input may cover it: {part}"));
        }
    }
    best
}

/// Judges the controls by the filters of one log group.
struct GroupJudge<'a> {
    set: &'a Set,
    /// What follows each candidate.
    chains: &'a [Chain],
    bounds: &'a Bounds,
    group: Group,
}

impl GroupJudge<'_> {
    fn controls(&self, framework: &str) -> Vec<Judged> {
        let members = &self.group.members;
        // filters that may not be made, or may not read each event, cover nothing for sure
        let is_made = |at: &usize| self.set.candidates.get(*at).is_some_and(|it| it.open.is_none());
        let made: Vec<usize> = members.iter().copied().filter(is_made).collect();
        let all = audit(framework, &self.patterns(&made), self.bounds);
        let judged = all.into_iter().map(|covered| self.with_chain(self.judged(covered, &made), &made));
        judged.map(|it| if made.len() < members.len() { self.with_open(it) } else { it }).collect()
    }

    /// The judgement that also counts filters that may not be made, or may not read each event: unknown if the control is covered only with them.
    fn with_open(&self, first: Judged) -> Judged {
        let members = &self.group.members;
        if first.verdict.is_covered() || first.verdict == Verdict::Broken {
            return first;
        }
        let found = audit_control(first.covered.control, &self.patterns(members), self.bounds);
        let found = self.judged(found, members);
        if !found.verdict.is_covered() {
            return first;
        }
        let by = found.covered.by.into_iter().chain(found.covered.together);
        let open = by
            .filter_map(|at| self.set.candidates.get(at))
            .filter_map(|it| Some((&it.name, it.open.as_ref()?)));
        let reasons: Vec<String> =
            open.map(|(name, why)| format!("{name} would cover it, and {why}")).collect();
        let mut open = Judged { verdict: Verdict::Unknown, ..first };
        (open.covered.reason, open.covered.missed) = (reasons.first().cloned(), None);
        open.answer.open = reasons;
        open
    }

    fn patterns(&self, members: &[usize]) -> Vec<FilterPattern> {
        let members = members.iter().filter_map(|at| self.set.candidates.get(*at));
        members.map(|it| it.pattern.clone()).collect()
    }

    /// An answer about these candidates.
    fn judged(&self, mut covered: Covered, members: &[usize]) -> Judged {
        let patterns = self.patterns(members);
        let mut answer = Answer::of_control(&covered, &patterns.iter().collect::<Vec<_>>());
        let of_set = |at: &usize| members.get(*at).copied();
        covered.by = covered.by.as_ref().and_then(of_set);
        covered.each = covered.each.iter().filter_map(of_set).collect();
        covered.together = covered.together.iter().filter_map(of_set).collect();
        covered.unknown =
            covered.unknown.iter().filter_map(|(at, why)| Some((of_set(at)?, why.clone()))).collect();
        // filters of different log groups do not add up
        if covered.by.is_none()
            && let Some(why) = self.set.why_not_one_group(&covered.together)
        {
            covered.together.clear();
            answer.open.push(why.clone());
            (covered.reason, covered.noise) = (Some(why), None);
        }
        let verdict = Verdict::of(&covered);
        let chain = verdict.is_covered().then(|| self.chain(&covered)).flatten();
        Judged { verdict, covered, chain, group: self.group.name.clone(), answer }
    }

    /// What follows the filters that cover a control.
    fn chain(&self, covered: &Covered) -> Option<Chain> {
        let by: Vec<usize> = covered.by.into_iter().chain(covered.together.iter().copied()).collect();
        Chain::all(by.iter().filter_map(|at| self.chains.get(*at)))
    }

    /// The judgement by other filters, if a link after those of the judgement is broken, or not in the input.
    fn with_chain(&self, first: Judged, made: &[usize]) -> Judged {
        let Some(chain) = first.chain.as_ref().filter(|it| it.worst() != LinkState::Met) else {
            return first;
        };
        let control = first.covered.control;
        let at_most = |worst: LinkState| -> Option<Judged> {
            let is_good = |at: &usize| self.chains.get(*at).is_some_and(|it| it.worst() <= worst);
            let members: Vec<usize> = made.iter().copied().filter(is_good).collect();
            if members.is_empty() || members.len() == made.len() {
                return None;
            }
            let found = audit_control(control, &self.patterns(&members), self.bounds);
            let found = self.judged(found, &members);
            (found.verdict <= first.verdict
                || found.verdict.is_covered() && chain.worst() == LinkState::Broken)
                .then_some(found)
                .filter(|it| it.verdict.is_covered())
        };
        if let Some(met) = at_most(LinkState::Met).filter(|it| it.verdict <= first.verdict) {
            return met;
        }
        if chain.worst() != LinkState::Broken {
            return first;
        }
        match at_most(LinkState::NotInInput) {
            Some(other) => other,
            None => Judged { verdict: Verdict::Broken, ..first },
        }
    }
}

/// The links of a judgement: the filter, and what follows it.
pub(super) fn links(it: &Judged, by: &str) -> Vec<(ControlLink, LinkState, String)> {
    let covers = it.verdict.is_covered() || it.verdict == Verdict::Broken;
    let filter = match it.verdict {
        _ if covers => (LinkState::Met, by.to_owned()),
        Verdict::NotRead => {
            (LinkState::NotInInput, "a pattern that was not read may cover the control".to_owned())
        }
        Verdict::Unknown => {
            (LinkState::NotInInput, "whether a filter covers the control is unknown".to_owned())
        }
        Verdict::Partly => (LinkState::Broken, "the filters miss events of the control".to_owned()),
        _ => (LinkState::Broken, "no filter covers the control".to_owned()),
    };
    let mut links = vec![(ControlLink::FILTER, filter.0, filter.1)];
    match &it.chain {
        Some(chain) => {
            links.extend(
                chain.links.iter().map(|it| (ControlLink::AfterFilter(it.link), it.state, it.what.clone())),
            );
        }
        None => links.extend(Link::ALL.into_iter().map(|link| {
            (
                ControlLink::AfterFilter(link),
                LinkState::NotInInput,
                "it is not known which filter the control has".to_owned(),
            )
        })),
    }
    links
}
