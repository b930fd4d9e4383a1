//! The terms of all term patterns of a set, searched for in one pass by the automaton of Aho and Corasick
//! (*Efficient String Matching: An Aid to Bibliographic Search*, Communications of the ACM 18, 1975; docs/filter-patterns.md#term-patterns).

use super::ids::TermId;
use crate::syntax::ast::{Node, Term, TermMode};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem::Finder;
use std::collections::HashMap;

/// At most this number of terms is searched for one by one, each by `memchr::memmem`, which is faster than the automaton.
const FEW: usize = 6;

/// The different terms of a set.
#[derive(Debug, Clone, Default)]
pub(crate) struct TermsPlan {
    finders: Vec<Finder<'static>>,
    automaton: Option<AhoCorasick>,
}

/// The terms of one pattern.
#[derive(Debug, Clone, Default)]
pub(crate) struct TermRules {
    pub(crate) required: Vec<TermId>,
    pub(crate) excluded: Vec<TermId>,
    /// Empty unless the pattern has only optional terms: they are ignored if there are others.
    pub(crate) optional: Vec<TermId>,
}

/// Collects terms while patterns are added.
#[derive(Debug, Default)]
pub(crate) struct TermsBuilder {
    numbers: HashMap<String, TermId>,
    texts: Vec<String>,
}

impl TermsBuilder {
    pub(crate) fn add(&mut self, terms: &[Node<Term>]) -> TermRules {
        let mut rules = TermRules::default();
        for Node { item: term, .. } in terms {
            let number = *self.numbers.entry(term.text.clone()).or_insert_with(|| {
                self.texts.push(term.text.clone());
                TermId(self.texts.len() as u32 - 1)
            });
            match term.mode {
                TermMode::Required => rules.required.push(number),
                TermMode::Excluded => rules.excluded.push(number),
                TermMode::Optional => rules.optional.push(number),
            }
        }
        if !(rules.required.is_empty() && rules.excluded.is_empty()) {
            rules.optional.clear();
        }
        rules
    }

    pub(crate) fn build(self) -> TermsPlan {
        let automaton = (self.texts.len() > FEW)
            .then(|| {
                AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&self.texts).ok()
            })
            .flatten();
        let finders = self.texts.iter().map(|text| Finder::new(text.as_bytes()).into_owned()).collect();
        TermsPlan { finders, automaton }
    }
}

impl TermsPlan {
    /// How many different terms there are.
    pub(crate) fn len(&self) -> usize {
        self.finders.len()
    }

    /// Calls `found` for every term that occurs, possibly more than once.
    pub(crate) fn search(&self, message: &[u8], mut found: impl FnMut(TermId)) {
        match &self.automaton {
            Some(automaton) => {
                automaton
                    .find_overlapping_iter(message)
                    .for_each(|occurrence| found(TermId(occurrence.pattern().as_u32())));
            }
            None => (0..)
                .zip(&self.finders)
                .filter(|(_, finder)| finder.find(message).is_some())
                .for_each(|(term, _)| found(TermId(term))),
        }
    }
}

impl TermRules {
    /// The verdict, given which terms occur.
    pub(crate) fn holds(&self, occurs: impl Fn(TermId) -> bool) -> bool {
        let occurs = |term: &TermId| occurs(*term);
        self.required.iter().all(occurs)
            && !self.excluded.iter().any(occurs)
            && (self.optional.is_empty() || self.optional.iter().any(occurs))
    }
}
