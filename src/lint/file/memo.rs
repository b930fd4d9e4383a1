//! Results of checks, kept by the text of the pattern, so that an editor does not check an unchanged pattern again.

use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, Domain, equivalent, satisfiable};
use crate::controls::{Control, matches_all_of};
use crate::diagnostic::Diagnostic;
use crate::limits::MEMO_ENTRIES;
use crate::lint::{check_pattern, check_without_proofs};
use crate::semantics::Semantics;
use crate::syntax::ast::Pattern;
use crate::syntax::parse;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::Hash;

/// Results that depend on the text of patterns only. Each is computed once.
///
/// ```
/// use cwfilter::lint::file::{Memo, check_sources_briefly, check_sources_with};
/// let text = "[[rule]]\nid = \"a\"\npattern = '{ $.a = 1 && $.a = 2 }'\n".to_owned();
/// let sources = cwfilter::sources::read_all([("rules.toml".into(), text)], &cwfilter::sources::NoFiles);
/// let memo = Memo::default();
/// let (brief, is_complete) = check_sources_briefly(&sources.files, &memo);
/// assert!(brief[0].findings.is_empty() && !is_complete);
/// assert_eq!(check_sources_with(&sources.files, &memo)[0].findings[0].diagnostic.lint, "never-matches");
/// // the proof is known now
/// assert!(check_sources_briefly(&sources.files, &memo).1);
/// ```
#[derive(Debug, Default)]
pub struct Memo {
    checks: Table<String, Vec<Diagnostic>>,
    examples: Table<String, Option<String>>,
    /// The control's framework and number, and the rule's pattern.
    implied: Table<(String, String), Decision>,
    equivalent: Table<(String, String), bool>,
    /// Whether a result that is not known is left out.
    is_brief: Cell<bool>,
    /// Whether a result was left out.
    is_partial: Cell<bool>,
}

/// Known results, at most [`MEMO_ENTRIES`].
#[derive(Debug)]
struct Table<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Table(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Table<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        self.0.borrow().get(key).cloned()
    }

    fn add(&self, key: K, value: V) -> V {
        let mut known = self.0.borrow_mut();
        if known.len() >= MEMO_ENTRIES {
            known.clear();
        }
        known.insert(key, value.clone());
        value
    }
}

impl Memo {
    /// Whether the findings in this pattern are known. A pattern that AWS refuses needs no proof.
    #[must_use]
    pub fn knows(&self, text: &str) -> bool {
        let text = text.trim();
        self.checks.0.borrow().contains_key(text) || parse(text, Semantics::default()).is_err()
    }

    /// Checks one pattern, and keeps its findings.
    pub fn learn(&self, text: &str) {
        if let Ok(pattern) = parse(text.trim(), Semantics::default()) {
            self.check(text.trim(), &pattern);
        }
    }

    /// Calls `work` with results left out that are not known. Returns its value, and whether none was left out.
    pub(super) fn briefly<T>(&self, work: impl FnOnce() -> T) -> (T, bool) {
        self.is_brief.set(true);
        self.is_partial.set(false);
        let value = work();
        self.is_brief.set(false);
        (value, !self.is_partial.replace(false))
    }

    /// Whether a result was left out.
    pub(super) fn is_partial(&self) -> bool {
        self.is_partial.get()
    }

    fn leave_out(&self) -> bool {
        if self.is_brief.get() {
            self.is_partial.set(true);
        }
        self.is_brief.get()
    }

    /// The findings in a pattern.
    pub(super) fn check(&self, text: &str, pattern: &Pattern) -> Vec<Diagnostic> {
        let key = text.to_owned();
        if let Some(known) = self.checks.get(&key) {
            return known;
        }
        match self.leave_out() {
            true => check_without_proofs(text, pattern),
            false => self.checks.add(key, check_pattern(text, pattern)),
        }
    }

    /// The findings in a text.
    pub(super) fn check_text(&self, text: &str) -> Vec<Diagnostic> {
        match parse(text, Semantics::default()) {
            Ok(pattern) => self.check(text, &pattern),
            Err(error) => vec![Diagnostic::from(&error)],
        }
    }

    /// An event that the pattern matches.
    pub(super) fn example(&self, pattern: &FilterPattern) -> Option<String> {
        let key = pattern.as_str().to_owned();
        if let Some(known) = self.examples.get(&key) {
            return known;
        }
        if self.leave_out() {
            return None;
        }
        let example = match satisfiable(pattern, &Bounds::brief()) {
            Decision::Yes(event) => event,
            _ => None,
        };
        self.examples.add(key, example)
    }

    /// Whether the pattern matches every CloudTrail record that the control requires. `None` if that is left out.
    pub(super) fn covers(&self, control: &Control, pattern: &FilterPattern) -> Option<Decision> {
        let key = (format!("{}/{}", control.framework, control.id), pattern.as_str().to_owned());
        if let Some(known) = self.implied.get(&key) {
            return Some(known);
        }
        if self.leave_out() {
            return None;
        }
        // the controls are about CloudTrail records
        let bounds = Bounds::default().in_domain(Domain::CloudTrail);
        Some(self.implied.add(key, matches_all_of(control, pattern, &bounds)))
    }

    /// Whether it is proved that two patterns match the same events.
    pub(super) fn are_equivalent(&self, pattern: &FilterPattern, other: &FilterPattern) -> bool {
        let key = (pattern.as_str().to_owned(), other.as_str().to_owned());
        if let Some(known) = self.equivalent.get(&key) {
            return known;
        }
        if self.leave_out() {
            return false;
        }
        self.equivalent.add(key, equivalent(pattern, other, &Bounds::brief()).is_yes())
    }
}
