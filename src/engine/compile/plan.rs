//! The plan of a set: its patterns by kind, with shared selectors, predicates and terms.

use super::branches::{BranchProgram, Clauses};
use super::columns::ColumnsPlan;
use super::ids::{PathId, PatternId, PredicateId, ProgramId, RuleId};
use super::key_trie::{NodeId, Tree, Trie};
use super::predicate::{PredicatePlan, ValuePlan};
use super::terms::{TermRules, TermsBuilder, TermsPlan};
use super::trigger::{PathPredicate, Trigger, TriggerPlan};
use super::trigger_index::Triggers;
use crate::semantics::{Semantics, Wildcard};
use crate::syntax::ast::{Condition, Expr, Pattern, Selector, Step};
use crate::syntax::regex::{CompiledRegex, compile};
use std::collections::{BTreeMap, HashMap};

/// The compiled patterns of a set, by kind.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) everything: Vec<PatternId>,
    pub(crate) json: JsonPlan,
    pub(crate) terms: TermsPlan,
    pub(crate) term_rules: Vec<(PatternId, TermRules)>,
    pub(crate) regexes: Vec<(PatternId, CompiledRegex)>,
    pub(crate) columns: Vec<(PatternId, ColumnsPlan)>,
}

/// The JSON patterns of a set.
#[derive(Debug)]
pub(crate) struct JsonPlan {
    pub(crate) trie: Trie,
    pub(crate) predicates: Vec<FieldPredicate>,
    pub(crate) rules: Vec<JsonRule>,
    /// the clauses that are asked after a rule was set off
    pub(crate) programs: Vec<BranchProgram>,
    /// the nodes that have triggers, ascending
    pub(crate) triggers: Vec<(NodeId, Triggers)>,
    /// rules without a trigger, which run for every event
    pub(crate) always: Vec<RuleId>,
    /// the last key of every triggered field
    pub(crate) trigger_keys: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct JsonRule {
    pub(crate) pattern: PatternId,
    pub(crate) program: ProgramId,
    /// whether the rule is set off at most once by a message
    pub(crate) fires_once: bool,
}

/// A predicate of a field; patterns that ask the same share it.
#[derive(Debug)]
pub(crate) struct FieldPredicate {
    pub(crate) node: NodeId,
    /// the selector's steps below the node; empty if it has only keys
    pub(crate) rest: Box<[PathStep]>,
    pub(crate) predicate: PredicatePlan,
}

/// A step that the trie does not follow (docs/filter-patterns.md#selectors).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum PathStep {
    Key(Box<str>),
    Index(usize),
    /// `.*` and `[*]`, which mean the same
    Any,
}

impl Plan {
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = (&'a Pattern, Semantics)>) -> Plan {
        let mut json = JsonBuilder::default();
        let mut terms = TermsBuilder::default();
        let mut plan = Plan {
            everything: Vec::new(),
            json: JsonBuilder::default().build(),
            terms: TermsPlan::default(),
            term_rules: Vec::new(),
            regexes: Vec::new(),
            columns: Vec::new(),
        };
        for (id, (pattern, semantics)) in (0..).map(PatternId).zip(patterns) {
            match pattern {
                Pattern::Everything => plan.everything.push(id),
                Pattern::Terms(list) => plan.term_rules.push((id, terms.add(list))),
                Pattern::Regex(regex) => {
                    let compiled = compile(&regex.item).ok();
                    debug_assert!(
                        compiled.is_some(),
                        "the parser accepted a regular expression that does not compile"
                    );
                    plan.regexes.extend(compiled.map(|regex| (id, regex)));
                }
                Pattern::Space(fields) => plan.columns.push((id, ColumnsPlan::new(fields, semantics))),
                Pattern::Json(expr) => json.add(id, &expr.item, semantics),
            }
        }
        plan.terms = terms.build();
        plan.json = json.build();
        plan
    }
}

/// A selector: the keys that the trie follows, and the other steps.
pub(super) type Path = (Vec<String>, Box<[PathStep]>);

#[derive(Default)]
pub(super) struct JsonBuilder {
    pub(super) paths: HashMap<Path, PathId>,
    pub(super) predicates: Vec<PathPredicate>,
    /// predicates by path and condition
    known: HashMap<Vec<u8>, PredicateId>,
    identity: Vec<u8>,
    pub(super) rules: Vec<(PatternId, Clauses)>,
}

impl JsonBuilder {
    pub(super) fn add(&mut self, pattern: PatternId, expr: &Expr<Condition>, semantics: Semantics) {
        let clauses = Clauses::new(expr, &mut |condition| self.intern(condition, semantics));
        self.rules.push((pattern, clauses));
    }

    fn intern(&mut self, condition: &Condition, semantics: Semantics) -> PredicateId {
        let next = PathId(self.paths.len() as u32);
        let path = *self.paths.entry(path(&condition.selector.item)).or_insert(next);
        let predicate = PredicatePlan::new(&condition.predicate.item, semantics);
        self.identity.clear();
        self.identity.extend_from_slice(&path.0.to_le_bytes());
        self.identity.push(u8::from(semantics.wildcard_algorithm() == Wildcard::Glob));
        predicate.identify(&mut self.identity);
        if let Some(known) = self.known.get(&self.identity) {
            return *known;
        }
        let next = PredicateId(self.predicates.len() as u32);
        self.predicates.push((path, predicate));
        self.known.insert(self.identity.clone(), next);
        next
    }

    fn build(self) -> JsonPlan {
        let empty = Path::default();
        let mut tree = Tree::default();
        self.paths.keys().for_each(|(keys, _)| tree.insert(keys.iter().map(String::as_str)));
        let trie = Trie::new(&tree);
        let mut places: Vec<(NodeId, &Path)> = vec![(0, &empty); self.paths.len()];
        for (path, number) in &self.paths {
            if let Some(place) = places.get_mut(number.index()) {
                *place = (trie.find(path.0.iter().map(String::as_str)), path);
            }
        }
        let trigger_plans = self.trigger_plans();
        let mut fired: BTreeMap<NodeId, BTreeMap<Trigger, Vec<RuleId>>> = BTreeMap::new();
        let mut rules = Vec::with_capacity(self.rules.len());
        let mut programs: HashMap<BranchProgram, ProgramId> = HashMap::new();
        let mut always = Vec::new();
        let mut trigger_keys = Vec::new();
        for ((rule, (pattern, clauses)), trigger_plan) in
            (0..).map(RuleId).zip(&self.rules).zip(trigger_plans)
        {
            let fires_once = trigger_plan.as_ref().is_none_or(|plan| plan.fires_once(&self.predicates));
            let branches = match trigger_plan {
                Some(trigger_plan) => {
                    for trigger in trigger_plan.triggers {
                        let path = trigger.path(&self.predicates);
                        let Some((node, (keys, _))) = path.and_then(|path| places.get(path.index())) else {
                            debug_assert!(false, "a trigger was dropped: its rule would never run");
                            continue;
                        };
                        trigger_keys.extend(keys.last().cloned());
                        fired.entry(*node).or_default().entry(trigger).or_default().push(rule);
                    }
                    BranchProgram::new(trigger_plan.rest.as_ref().unwrap_or(clauses))
                }
                None => {
                    always.push(rule);
                    BranchProgram::new(clauses)
                }
            };
            let next = ProgramId(programs.len() as u32);
            let program = *programs.entry(branches).or_insert(next);
            rules.push(JsonRule { pattern: *pattern, program, fires_once });
        }
        trigger_keys.sort();
        trigger_keys.dedup();
        let predicates = &self.predicates;
        let triggers = fired.into_iter().map(|(node, triggers)| {
            let fires = triggers.into_iter().map(|(trigger, rules)| (trigger.fires(predicates), rules));
            (node, Triggers::new(fires))
        });
        let triggers = triggers.collect();
        let predicates = self.predicates.into_iter().map(|(path, predicate)| {
            let place = places.get(path.index()).copied();
            debug_assert!(place.is_some(), "a predicate has no selector");
            let (node, (_, rest)) = place.unwrap_or((0, &empty));
            FieldPredicate { node, rest: rest.clone(), predicate }
        });
        let mut programs: Vec<(BranchProgram, ProgramId)> = programs.into_iter().collect();
        programs.sort_unstable_by_key(|(_, id)| *id);
        let programs = programs.into_iter().map(|(program, _)| program).collect();
        JsonPlan { predicates: predicates.collect(), trie, rules, programs, triggers, always, trigger_keys }
    }

    /// The trigger of each rule; `None` for a rule that has to run for every event.
    pub(super) fn trigger_plans(&self) -> Vec<Option<TriggerPlan>> {
        let costs = self.costs();
        self.rules.iter().map(|(_, clauses)| TriggerPlan::new(clauses, &costs, &self.predicates)).collect()
    }

    /// How often each predicate is expected to be true; `None` if no value can set it off. The more different texts the set
    /// compares a field with, the more values the field is expected to have, and the less often each text.
    fn costs(&self) -> Vec<Option<f64>> {
        let mut texts = vec![0u32; self.paths.len()];
        for (path, predicate) in &self.predicates {
            if let (PredicatePlan::Compare { equal: true, value: ValuePlan::Text(_) }, Some(count)) =
                (predicate, texts.get_mut(path.index()))
            {
                *count += 1;
            }
        }
        let mut followed = vec![false; self.paths.len()];
        for ((_, rest), number) in &self.paths {
            if let Some(followed) = followed.get_mut(number.index()) {
                *followed = rest.is_empty();
            }
        }
        let cost = |(path, predicate): &PathPredicate| {
            let count = f64::from(texts.get(path.index()).copied().unwrap_or_default());
            let cost = match predicate {
                PredicatePlan::NotExists => return None,
                PredicatePlan::Compare { equal: true, value } => match value {
                    ValuePlan::Text(_) => (1.0 + count).powf(-1.5),
                    ValuePlan::Number(_) | ValuePlan::Wildcard { .. } => 0.1,
                    ValuePlan::Regex { .. } => 0.2,
                    ValuePlan::Any => 1.0,
                    ValuePlan::Never => 0.0,
                },
                PredicatePlan::Compare { equal: false, .. } => 1.0,
                PredicatePlan::Order(..)
                | PredicatePlan::IsNull
                | PredicatePlan::IsTrue
                | PredicatePlan::IsFalse => 0.4,
            };
            followed.get(path.index()).copied().unwrap_or_default().then_some(cost)
        };
        self.predicates.iter().map(cost).collect()
    }
}

fn path(selector: &Selector) -> Path {
    let is_key = |step: &&Step| matches!(step, Step::Key(_) | Step::QuotedKey(_));
    let keys: Vec<String> = selector
        .steps
        .iter()
        .take_while(is_key)
        .filter_map(|step| match step {
            Step::Key(key) | Step::QuotedKey(key) => Some(key.clone()),
            Step::Index(_) | Step::AnyKey | Step::AnyIndex => None,
        })
        .collect();
    let rest = selector.steps.iter().skip(keys.len()).map(|step| match step {
        Step::Key(key) | Step::QuotedKey(key) => PathStep::Key(key.as_str().into()),
        Step::Index(index) => PathStep::Index(*index),
        Step::AnyKey | Step::AnyIndex => PathStep::Any,
    });
    let rest = rest.collect();
    (keys, rest)
}
