//! The JSON of `cwfilter mutate`. Evidence is told apart: recorded, written and generated events.

use crate::test_json::ImpossibleEntry;
use cwfilter::rules::{Mutant, Mutation, Rule, RuleFile};
use serde::Serialize;

/// The version of the form.
pub(super) const VERSION: u32 = 1;

/// The mutants of all rules.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    pub(super) version: u32,
    /// The percentage of mutants that a test notices; null if no mutant counts.
    pub(super) percent: Option<f64>,
    /// The percentage if no test notices the mutants that are undecided or not tried; null if there is no mutant.
    pub(super) at_least: Option<f64>,
    /// The number of mutants that count.
    pub(super) mutants: usize,
    /// The number of those that a test notices.
    pub(super) noticed: usize,
    /// The number of those that recorded events notice.
    pub(super) recorded: usize,
    /// The number of those that only events written by hand notice.
    pub(super) written: usize,
    /// The number of mutants that are proved to match the same events; they do not count.
    pub(super) equivalent: usize,
    /// The number of mutants for which no proof and no event was found; they do not count.
    pub(super) undecided: usize,
    /// The number of changes beyond the limit.
    pub(super) not_tried: usize,
    /// The number of timelines; they are not run on mutants.
    pub(super) timelines_not_tried: usize,
    /// The rules.
    pub(super) rules: &'a [RuleEntry<'a>],
}

/// The mutants of a rule.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleEntry<'a> {
    /// The rule file.
    file: String,
    /// The id of the rule.
    rule: &'a str,
    /// The number of mutants that count.
    mutants: usize,
    /// The number of those that a test notices.
    noticed: usize,
    /// The number of those that recorded events notice.
    recorded: usize,
    /// The number of those that only events written by hand notice.
    written: usize,
    /// The number of mutants that only generated events, or events that CloudTrail does not write, notice.
    without_evidence: usize,
    /// The mutants that no test notices.
    not_noticed: Vec<MutantEntry>,
    /// The mutants that are proved to match the same events; they do not count.
    equivalent: Vec<MutantEntry>,
    /// The mutants for which no proof and no event was found; they do not count.
    undecided: Vec<MutantEntry>,
    /// The number of changes beyond the limit.
    not_tried: usize,
    /// Whether the score says something: no more mutants are undecided or not tried than count.
    is_measured: bool,
    /// The names of the tests that fail with the rule's pattern; they do not count.
    failing: Vec<String>,
    /// The tests with events that no CloudTrail record can be; these events do not count.
    impossible: Vec<ImpossibleEntry>,
    /// Why the rule is not about CloudTrail, although its pattern has a key of its records: it is judged over all messages. Null otherwise.
    not_cloud_trail: Option<String>,
    /// The number of timelines of the rule; they are not run on mutants.
    timelines_not_tried: usize,
}

/// A pattern with one small change.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct MutantEntry {
    /// The small change.
    change: &'static str,
    /// The changed pattern.
    pattern: String,
    /// An event on which the two patterns differ; null if none was found.
    witness: Option<String>,
    /// The events on which it is equivalent, or why it is not decided; null if it is equivalent on all messages, or not noticed.
    reason: Option<String>,
}

impl<'a> RuleEntry<'a> {
    /// The mutants of a rule, by their fate.
    pub(super) fn new(file: &RuleFile, rule: &'a Rule, it: Mutation) -> Self {
        let (noticed, mutants) = it.score();
        let entries = |all: Vec<Mutant>| all.into_iter().map(MutantEntry::new).collect();
        RuleEntry {
            file: file.path.display().to_string(),
            rule: &rule.id,
            mutants,
            noticed,
            recorded: it.killed_by_recorded,
            written: noticed.saturating_sub(it.killed_by_recorded),
            without_evidence: it.noticed_without_evidence,
            is_measured: it.is_measured(),
            timelines_not_tried: rule.timelines.len(),
            not_noticed: entries(it.survivors),
            equivalent: entries(it.equivalent),
            undecided: entries(it.undecided),
            not_tried: it.not_tried,
            failing: it.failing,
            not_cloud_trail: it.not_cloudtrail,
            impossible: it.impossible.into_iter().map(ImpossibleEntry::new).collect(),
        }
    }
}

impl MutantEntry {
    fn new(it: Mutant) -> Self {
        let pattern = it.pattern.as_str().to_owned();
        MutantEntry { change: it.change, pattern, witness: it.witness, reason: it.reason }
    }
}
