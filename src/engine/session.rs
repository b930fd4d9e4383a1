//! Runs a compiled set over one message, with memory that is reused from message to message.

use super::order::Order;
use super::prefilter::{Candidate, NeedleDescription, NeedleSet, NoPrefilter, Sampler};
use crate::engine::columns::{Token, rest_from, tokenize};
use crate::engine::compile::{
    JsonPlan, NodeId, PathStep, PatternId, Plan, PredicateId, PredicatePlan, ProgramId, RuleId, TermId,
    ValueKind,
};
use crate::engine::json::text::{
    elements, kind, members, number, skip_blanks, string_end, string_end_on, unescape,
};
use crate::engine::json::{StructureChunk, ValueOffsets, is_json_object, scan};
use crate::engine::simd::InstructionSet;

/// A plan, the instructions to run it on, and its needles.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) plan: Plan,
    instructions: InstructionSet,
    /// for the prefilter
    search_instructions: InstructionSet,
    needles: Result<NeedleSet, NoPrefilter>,
}

impl Compiled {
    pub(crate) fn new(plan: Plan) -> Compiled {
        let needles = NeedleSet::new(&plan.json);
        Compiled {
            plan,
            instructions: InstructionSet::detect(),
            search_instructions: InstructionSet::for_search(),
            needles,
        }
    }

    /// The same on other instructions, and with or without the prefilter: for tests and benchmarks.
    pub(crate) fn with(mut self, instructions: Option<InstructionSet>, prefilter: bool) -> Compiled {
        self.instructions = instructions.unwrap_or(self.instructions);
        self.search_instructions = instructions.unwrap_or(self.search_instructions);
        if !prefilter {
            self.needles = Err(NoPrefilter::SwitchedOff);
        }
        self
    }

    /// The needles of the prefilter, or why there is no prefilter.
    pub(crate) fn describe_prefilter(&self) -> Result<Vec<NeedleDescription>, NoPrefilter> {
        let needles = self.needles.as_ref().map_err(Clone::clone)?;
        if self.skips_lines().is_none() {
            return Err(NoPrefilter::OtherKinds);
        }
        Ok(needles.describe())
    }

    pub(crate) fn instructions(&self) -> InstructionSet {
        self.instructions
    }

    /// The needles, if a line without one of them matches no pattern at all.
    fn skips_lines(&self) -> Option<&NeedleSet> {
        let plan = &self.plan;
        let others = plan.everything.len() + plan.term_rules.len() + plan.regexes.len() + plan.columns.len();
        self.needles.as_ref().ok().filter(|_| others == 0)
    }
}

/// Working memory. It belongs to no plan: its entries have the epoch of their message.
#[derive(Debug, Default)]
pub(crate) struct Session {
    epoch: u32,
    /// the patterns that match, ascending
    pub(crate) matched: Vec<PatternId>,
    order: Order,
    offsets: ValueOffsets,
    chunk: StructureChunk,
    /// by node
    texts: Vec<CachedValue>,
    /// by predicate: twice the epoch, plus the outcome
    outcomes: Vec<u64>,
    /// the same by program
    programs: Vec<u64>,
    /// the rules that one field's value set off
    fired: Vec<RuleId>,
    /// the globs that a value matches
    globs: Vec<usize>,
    /// by rule: the last epoch in which it matched
    ran: Vec<u32>,
    /// by term: the last epoch in which it occurred
    terms: Vec<u32>,
    /// decoded strings
    arena: Vec<u8>,
    nesting: Vec<u64>,
    tokens: Vec<Token>,
    members: Members,
    pub(crate) sampler: Sampler,
}

/// A field's value, decoded in the message of this epoch.
#[derive(Debug, Clone, Copy)]
struct CachedValue {
    epoch: u32,
    value: Value,
}

/// A value: its type, and the range of a string's or number's text.
#[derive(Debug, Clone, Copy)]
struct Value {
    kind: ValueKind,
    start: usize,
    end: usize,
    decoded: bool,
}

impl Default for CachedValue {
    fn default() -> Self {
        CachedValue { epoch: 0, value: Value { kind: ValueKind::Null, start: 0, end: 0, decoded: false } }
    }
}

/// A key of an object that a wildcard reads, and its value's offset.
#[derive(Debug, Clone, Copy)]
struct MemberKey {
    key: (usize, usize),
    decoded: bool,
    at: usize,
}

/// The members of the object that a wildcard read last, without earlier ones of the same key: several patterns read all members of
/// the same object.
#[derive(Debug, Default)]
struct Members {
    epoch: u32,
    object: usize,
    /// with the hash of each key
    keys: Vec<(u64, MemberKey)>,
}

impl Session {
    /// Finds the patterns that match the message. A message that `next_candidate` found is not searched again, and a message that
    /// is proved to be JSON is not checked again.
    pub(crate) fn run(&mut self, compiled: &Compiled, message: &[u8], was_found: bool, is_proved: bool) {
        self.matched.clear();
        let plan = &compiled.plan;
        if !plan.json.rules.is_empty() && (was_found || self.is_candidate(compiled, message)) {
            self.run_json(compiled, message, is_proved);
        }
        self.matched.extend_from_slice(&plan.everything);
        self.run_terms(plan, message);
        let regexes = plan.regexes.iter().filter(|(_, regex)| regex.is_match(message));
        self.matched.extend(regexes.map(|(pattern, _)| *pattern));
        self.run_columns(plan, message);
        self.order.restore(&mut self.matched);
    }

    /// The first line of `text`, from `from` on, that some pattern may match; `None` if every line has to be tried. The caller
    /// reports the outcome to the sampler.
    pub(crate) fn next_candidate(
        &mut self,
        compiled: &Compiled,
        text: &[u8],
        from: usize,
    ) -> Option<Candidate> {
        let needles = compiled.skips_lines()?;
        if !self.sampler.is_on() {
            return None;
        }
        Some(needles.next(compiled.search_instructions, &compiled.plan.json, text, from))
    }

    fn is_candidate(&mut self, compiled: &Compiled, message: &[u8]) -> bool {
        match &compiled.needles {
            Ok(needles) if self.sampler.is_on() => {
                let is = needles.is_candidate(compiled.search_instructions, &compiled.plan.json, message);
                self.sampler.count(1, u32::from(is));
                is
            }
            _ => true,
        }
    }

    #[inline(never)]
    fn run_json(&mut self, compiled: &Compiled, message: &[u8], is_proved: bool) {
        let plan = &compiled.plan.json;
        if !scan(compiled.instructions, &plan.trie, &mut self.offsets, &mut self.chunk, message) {
            return;
        }
        self.begin(plan);
        let mut fields = Fields {
            message,
            plan,
            instructions: compiled.instructions,
            epoch: self.epoch,
            offsets: &self.offsets,
            texts: &mut self.texts,
            outcomes: &mut self.outcomes,
            programs: &mut self.programs,
            arena: &mut self.arena,
            members: &mut self.members,
        };
        let mut run = |rules: &[RuleId], fields: &mut Fields<'_>| {
            for id in rules {
                let Some(rule) = plan.rules.get(id.index()) else {
                    debug_assert!(false, "a rule that was set off is not in the plan");
                    continue;
                };
                if !fields.program_holds(rule.program) {
                    continue;
                }
                if !rule.fires_once {
                    let Some(ran) = self.ran.get_mut(id.index()) else {
                        debug_assert!(false, "a rule that was set off has no place: it would not run");
                        continue;
                    };
                    if std::mem::replace(ran, fields.epoch) == fields.epoch {
                        continue;
                    }
                }
                self.matched.push(rule.pattern);
            }
        };
        for (node, triggers) in &plan.triggers {
            let Some(at) = fields.offsets.get(*node) else { continue };
            // a plain string that only equal texts can set off: nothing is decoded, and most values are in no rule
            if let Some(texts) = triggers.texts_only()
                && let Some(text) = fields.plain_text(at)
            {
                run(texts.get(text), &mut fields);
                continue;
            }
            let Some(value) = fields.field(*node) else { continue };
            // collected first: a rule that runs may decode other values into the arena
            self.fired.clear();
            let fired = &mut |rules: &[RuleId]| self.fired.extend_from_slice(rules);
            triggers.fire(value.kind, fields.text(value), &mut self.globs, fired);
            run(&self.fired, &mut fields);
        }
        run(&plan.always, &mut fields);
        if !is_proved
            && !self.matched.is_empty()
            && !is_json_object(compiled.instructions, message, &mut self.nesting)
        {
            self.matched.clear();
        }
    }

    pub(crate) fn is_json(&mut self, compiled: &Compiled, message: &[u8]) -> bool {
        is_json_object(compiled.instructions, message, &mut self.nesting)
    }

    fn begin(&mut self, plan: &JsonPlan) {
        self.next_epoch();
        self.arena.clear();
        grow(&mut self.texts, plan.trie.len());
        grow(&mut self.outcomes, plan.predicates.len());
        grow(&mut self.programs, plan.programs.len());
        grow(&mut self.ran, plan.rules.len());
    }

    fn next_epoch(&mut self) {
        if self.epoch == u32::MAX {
            self.texts.clear();
            self.outcomes.clear();
            self.programs.clear();
            self.ran.clear();
            self.terms.clear();
            self.members.epoch = 0;
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    fn run_terms(&mut self, plan: &Plan, message: &[u8]) {
        if plan.term_rules.is_empty() {
            return;
        }
        self.next_epoch();
        grow(&mut self.terms, plan.terms.len());
        let (terms, epoch) = (&mut self.terms, self.epoch);
        plan.terms.search(message, |term| {
            let seen = terms.get_mut(term.index());
            debug_assert!(seen.is_some(), "a term that occurs is not in the plan");
            if let Some(seen) = seen {
                *seen = epoch;
            }
        });
        let occurs = |term: TermId| terms.get(term.index()) == Some(&epoch);
        let matching = plan.term_rules.iter().filter(|(_, rules)| rules.holds(occurs));
        self.matched.extend(matching.map(|(pattern, _)| *pattern));
    }

    fn run_columns(&mut self, plan: &Plan, message: &[u8]) {
        if plan.columns.is_empty() {
            return;
        }
        tokenize(message, &mut self.tokens);
        let tokens = &self.tokens;
        let matching = plan.columns.iter().filter(|(_, columns)| {
            columns
                .align(tokens.len())
                .is_some_and(|align| columns.holds(align, |token, rest| column(message, tokens, token, rest)))
        });
        self.matched.extend(matching.map(|(pattern, _)| *pattern));
    }

    /// The columns of a matching message (docs/filter-patterns.md#extracted-values), as (name, text).
    pub(crate) fn extract(&mut self, plan: &Plan, message: &[u8]) -> Vec<(String, String)> {
        let Some((_, columns)) = plan.columns.first() else { return Vec::new() };
        tokenize(message, &mut self.tokens);
        let tokens = &self.tokens;
        let Some(align) = columns.align(tokens.len()) else { return Vec::new() };
        let text = |token, rest| String::from_utf8_lossy(column(message, tokens, token, rest)).into_owned();
        let named = columns.extracted(align, tokens.len()).into_iter();
        named.map(|(name, token, rest)| (name, text(token, rest))).collect()
    }
}

fn grow<T: Default + Clone>(list: &mut Vec<T>, length: usize) {
    if list.len() < length {
        list.resize(length, T::default());
    }
}

/// Equal for equal keys: the last eight bytes and the length, which tell most keys of an object apart.
fn hash(key: &[u8]) -> u64 {
    let end = key.iter().rev().take(8).fold(0, |end, byte| end << 8 | u64::from(*byte));
    end ^ (key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn column<'a>(message: &'a [u8], tokens: &[Token], token: usize, rest: bool) -> &'a [u8] {
    match tokens.get(token) {
        Some(token) if rest => rest_from(message, token),
        Some(token) => token.text(message),
        None => &[],
    }
}

/// An outcome of the message with this epoch. A cell has the epoch of the message that wrote it, and in its last bit the outcome.
#[inline]
fn remembered(cells: &[u64], index: usize, epoch: u32) -> Option<bool> {
    cells.get(index).filter(|cell| **cell >> 1 == u64::from(epoch)).map(|cell| cell & 1 == 1)
}

#[inline]
fn remember(cells: &mut [u64], index: usize, epoch: u32, outcome: bool) {
    if let Some(cell) = cells.get_mut(index) {
        *cell = u64::from(epoch) << 1 | u64::from(outcome);
    }
}

/// The fields of one message, decoded when a predicate reads them.
struct Fields<'a> {
    message: &'a [u8],
    plan: &'a JsonPlan,
    instructions: InstructionSet,
    epoch: u32,
    offsets: &'a ValueOffsets,
    texts: &'a mut Vec<CachedValue>,
    outcomes: &'a mut Vec<u64>,
    programs: &'a mut Vec<u64>,
    arena: &'a mut Vec<u8>,
    members: &'a mut Members,
}

impl<'a> Fields<'a> {
    /// The outcome of a program, evaluated at most once for a message.
    #[inline]
    fn program_holds(&mut self, id: ProgramId) -> bool {
        if let Some(outcome) = remembered(self.programs, id.index(), self.epoch) {
            return outcome;
        }
        let plan = self.plan;
        let Some(program) = plan.programs.get(id.index()) else {
            debug_assert!(false, "a rule's program is not in the plan");
            return false;
        };
        let outcome = program.evaluate(|predicate| self.holds(predicate));
        remember(self.programs, id.index(), self.epoch, outcome);
        outcome
    }

    /// The outcome of a predicate, evaluated at most once for a message.
    #[inline]
    fn holds(&mut self, predicate: PredicateId) -> bool {
        if let Some(outcome) = remembered(self.outcomes, predicate.index(), self.epoch) {
            return outcome;
        }
        let outcome = self.evaluate(predicate);
        remember(self.outcomes, predicate.index(), self.epoch, outcome);
        outcome
    }

    fn evaluate(&mut self, predicate: PredicateId) -> bool {
        let plan = self.plan;
        let Some(field) = plan.predicates.get(predicate.index()) else {
            debug_assert!(false, "a predicate that is asked is not in the plan");
            return false;
        };
        if field.rest.is_empty() {
            return match self.field(field.node) {
                None => field.predicate.holds_for_missing(),
                Some(value) => self.value_holds(value, &field.predicate),
            };
        }
        let Some(at) = self.offsets.get(field.node) else {
            return field.predicate.holds_for_missing();
        };
        let at = skip_blanks(self.message, at);
        match &field.predicate {
            PredicatePlan::NotExists => !self.any(at, &field.rest, &mut |_, _| true),
            predicate @ (PredicatePlan::Compare { .. }
            | PredicatePlan::Order(..)
            | PredicatePlan::IsNull
            | PredicatePlan::IsTrue
            | PredicatePlan::IsFalse) => self.any(at, &field.rest, &mut |fields, at| {
                fields.value(at).is_some_and(|value| fields.value_holds(value, predicate))
            }),
        }
    }

    /// The value of a node, decoded at most once for a message.
    #[inline]
    fn field(&mut self, node: NodeId) -> Option<Value> {
        let at = self.offsets.get(node)?;
        if let Some(cached) = self.texts.get(node as usize).filter(|cached| cached.epoch == self.epoch) {
            return Some(cached.value);
        }
        let value = self.value(skip_blanks(self.message, at))?;
        if let Some(cached) = self.texts.get_mut(node as usize) {
            *cached = CachedValue { epoch: self.epoch, value };
        }
        Some(value)
    }

    /// The text of the string at `at`, if it has no escapes and no blanks are before it.
    #[inline]
    fn plain_text(&self, at: usize) -> Option<&'a [u8]> {
        if self.message.get(at) != Some(&b'"') {
            return None;
        }
        match string_end_on(self.instructions, self.message, at)? {
            (end, false) => self.message.get(at + 1..end),
            (_, true) => None,
        }
    }

    fn value(&mut self, at: usize) -> Option<Value> {
        let kind = kind(*self.message.get(at)?)?;
        let (start, end, decoded) = match kind {
            ValueKind::Text => match string_end_on(self.instructions, self.message, at)? {
                (end, false) => (at + 1, end, false),
                (end, true) => {
                    let start = self.arena.len();
                    unescape(self.message.get(at + 1..end)?, self.arena);
                    (start, self.arena.len(), true)
                }
            },
            ValueKind::Number => (at, at + number(self.message, at).len(), false),
            ValueKind::True | ValueKind::False | ValueKind::Null | ValueKind::Array | ValueKind::Object => {
                (at, at, false)
            }
        };
        Some(Value { kind, start, end, decoded })
    }

    fn text(&self, value: Value) -> &[u8] {
        let from = if value.decoded { self.arena.as_slice() } else { self.message };
        from.get(value.start..value.end).unwrap_or_default()
    }

    /// The truth table of docs/filter-patterns.md#conditions for a value that exists.
    fn value_holds(&self, value: Value, predicate: &PredicatePlan) -> bool {
        match predicate {
            PredicatePlan::Compare { .. } | PredicatePlan::Order(..) => match value.kind {
                ValueKind::Text => predicate.holds_for_text(self.text(value)),
                ValueKind::Number => predicate.holds_for_number(self.text(value)),
                ValueKind::True
                | ValueKind::False
                | ValueKind::Null
                | ValueKind::Array
                | ValueKind::Object => false,
            },
            PredicatePlan::IsNull => match value.kind {
                ValueKind::Null => true,
                ValueKind::Array => {
                    elements(self.message, value.start).any(|at| self.message.get(at) == Some(&b'n'))
                }
                ValueKind::Text
                | ValueKind::Number
                | ValueKind::True
                | ValueKind::False
                | ValueKind::Object => false,
            },
            PredicatePlan::IsTrue => value.kind == ValueKind::True,
            PredicatePlan::IsFalse => value.kind == ValueKind::False,
            PredicatePlan::NotExists => false,
        }
    }

    /// Whether `found` is true of some value at the end of the path from the value at `at` (docs/filter-patterns.md#selectors).
    fn any(&mut self, at: usize, rest: &[PathStep], found: &mut dyn FnMut(&mut Self, usize) -> bool) -> bool {
        let Some((step, rest)) = rest.split_first() else { return found(self, at) };
        match (step, self.message.get(at)) {
            (PathStep::Key(key), Some(b'{')) => {
                let value = self.last_member(at, key.as_bytes());
                value.is_some_and(|value| self.any(value, rest, found))
            }
            (PathStep::Index(index), Some(b'[')) => {
                let element = elements(self.message, at).nth(*index);
                element.is_some_and(|element| self.any(element, rest, found))
            }
            (PathStep::Any, Some(b'[')) => {
                let message = self.message;
                elements(message, at).any(|element| self.any(element, rest, found))
            }
            (PathStep::Any, Some(b'{')) => self.any_member(at, rest, found),
            _ => false,
        }
    }

    /// The value of a key; if the key occurs twice, the last value.
    fn last_member(&mut self, object: usize, key: &[u8]) -> Option<usize> {
        let message = self.message;
        let mut last = None;
        for (quote, value) in members(message, object) {
            let member = self.member_key(quote, value)?;
            if self.key_text(&member) == key {
                last = Some(value);
            }
        }
        last
    }

    fn any_member(
        &mut self,
        object: usize,
        rest: &[PathStep],
        found: &mut dyn FnMut(&mut Self, usize) -> bool,
    ) -> bool {
        // a selector has at most one wildcard, so the list is in use only once at a time
        let mut members = std::mem::take(self.members);
        if (members.epoch, members.object) != (self.epoch, object) {
            self.read_members(object, &mut members.keys);
            (members.epoch, members.object) = (self.epoch, object);
        }
        let any = members.keys.iter().any(|(_, member)| self.any(member.at, rest, found));
        *self.members = members;
        any
    }

    /// The members of an object; if a key occurs twice, the last one.
    fn read_members(&mut self, object: usize, keys: &mut Vec<(u64, MemberKey)>) {
        keys.clear();
        for (quote, value) in members(self.message, object) {
            if let Some(member) = self.member_key(quote, value) {
                keys.push((hash(self.key_text(&member)), member));
            }
        }
        // sorted so that equal keys are neighbours, the last one first
        keys.sort_unstable_by(|(hash_a, a), (hash_b, b)| {
            let by_text = || self.key_text(a).cmp(self.key_text(b)).then(b.at.cmp(&a.at));
            hash_a.cmp(hash_b).then_with(by_text)
        });
        keys.dedup_by(|later, kept| later.0 == kept.0 && self.key_text(&later.1) == self.key_text(&kept.1));
    }

    fn member_key(&mut self, quote: usize, at: usize) -> Option<MemberKey> {
        let (end, has_escapes) = string_end(self.message, quote)?;
        if !has_escapes {
            return Some(MemberKey { key: (quote + 1, end), decoded: false, at });
        }
        let start = self.arena.len();
        unescape(self.message.get(quote + 1..end)?, self.arena);
        Some(MemberKey { key: (start, self.arena.len()), decoded: true, at })
    }

    fn key_text(&self, member: &MemberKey) -> &[u8] {
        let from = if member.decoded { self.arena.as_slice() } else { self.message };
        from.get(member.key.0..member.key.1).unwrap_or_default()
    }
}
