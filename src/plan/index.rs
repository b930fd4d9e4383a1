//! For each field: which patterns can a value set off? A pattern is run only when one of its triggers
//! fired, and a trigger is only a necessary condition: the pattern's program is the judge.

use super::starts::Starts;
use super::test::{Kind, TestPlan, ValuePlan};
use crate::number::{Decimal, compare};
use crate::syntax::ast::Order;
use crate::wildcard::WildcardPattern;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::bytes::{RegexSet, RegexSetBuilder};
use std::collections::{BTreeMap, HashMap};

/// Number of a pattern among those that are triggered.
pub(crate) type Posting = u32;

/// What the values of one field set off.
#[derive(Debug, Default)]
pub(crate) struct Triggers {
    texts: TextIndex,
    /// unquoted numbers, ascending
    numbers: Vec<(Box<str>, Vec<Posting>)>,
    /// bounds of `>` and `>=`, ascending
    lower: Vec<(Box<str>, Vec<Posting>)>,
    /// bounds of `<` and `<=`, ascending
    upper: Vec<(Box<str>, Vec<Posting>)>,
    wildcards: Wildcards,
    regexes: Regexes,
    /// any string or number
    present: Vec<Posting>,
    /// any string or number but this text
    others: Vec<(Box<[u8]>, Vec<Posting>)>,
    is_null: Vec<Posting>,
    is_true: Vec<Posting>,
    is_false: Vec<Posting>,
    /// for a text, nothing but `texts` is to be looked up
    is_texts_only: bool,
}

impl Triggers {
    /// Prepares the triggers of one field.
    pub(crate) fn new<'a>(tests: impl Iterator<Item = (&'a TestPlan, Posting)>) -> Triggers {
        let mut triggers = Triggers::default();
        let mut texts: BTreeMap<Box<[u8]>, Vec<Posting>> = BTreeMap::new();
        let mut others: BTreeMap<Box<[u8]>, Vec<Posting>> = BTreeMap::new();
        for (test, posting) in tests {
            match test {
                TestPlan::Compare { equal: true, value } => match value {
                    ValuePlan::Text(text) => texts.entry(text.clone()).or_default().push(posting),
                    ValuePlan::Number(number) => {
                        texts.entry(number.as_bytes().into()).or_default().push(posting);
                        triggers.numbers.push((number.clone(), vec![posting]));
                    }
                    ValuePlan::Wildcard { text, pattern } => triggers.wildcards.add(text, pattern, posting),
                    ValuePlan::Regex { body, regex } => triggers.regexes.add(body, regex, posting),
                    ValuePlan::Any => triggers.present.push(posting),
                    ValuePlan::Never => {}
                },
                TestPlan::Compare { equal: false, value: ValuePlan::Text(text) } => {
                    others.entry(text.clone()).or_default().push(posting);
                }
                TestPlan::Compare { equal: false, .. } => triggers.present.push(posting),
                TestPlan::Order(Order::Greater | Order::GreaterOrEqual, number) => {
                    triggers.lower.push((number.clone(), vec![posting]));
                }
                TestPlan::Order(Order::Less | Order::LessOrEqual, number) => {
                    triggers.upper.push((number.clone(), vec![posting]));
                }
                TestPlan::IsNull => triggers.is_null.push(posting),
                TestPlan::IsTrue => triggers.is_true.push(posting),
                TestPlan::IsFalse => triggers.is_false.push(posting),
                // fires on no value: such a clause is never chosen as a trigger
                TestPlan::NotExists => {}
            }
        }
        for list in [&mut triggers.numbers, &mut triggers.lower, &mut triggers.upper] {
            list.sort_by(|(a, _), (b, _)| by_value(a.as_bytes(), b));
        }
        triggers.texts = TextIndex::new(texts);
        triggers.others = others.into_iter().collect();
        triggers.wildcards.build();
        triggers.regexes.build();
        triggers.is_texts_only = triggers.present.is_empty()
            && triggers.others.is_empty()
            && triggers.wildcards.patterns.is_empty()
            && triggers.regexes.each.is_empty();
        triggers
    }

    /// Calls `fire` with the patterns that a value of this kind and text can set off.
    #[inline]
    pub(crate) fn fire(&self, kind: Kind, text: &[u8], fire: &mut impl FnMut(&[Posting])) {
        match kind {
            Kind::Text => self.fire_text(text, fire),
            Kind::Number => {
                self.fire_text(text, fire);
                self.fire_number(text, fire);
            }
            // an array may hold null; the program looks
            Kind::Null | Kind::Array => fire(&self.is_null),
            Kind::True => fire(&self.is_true),
            Kind::False => fire(&self.is_false),
            Kind::Object => {}
        }
    }

    /// Whether a value of this kind and text can set off any pattern.
    #[inline]
    pub(crate) fn can_fire(&self, kind: Kind, text: &[u8]) -> bool {
        if kind == Kind::Text && self.is_texts_only {
            return !self.texts.get(text).is_empty();
        }
        let mut any = false;
        self.fire(kind, text, &mut |postings| any |= !postings.is_empty());
        any
    }

    /// The text that alone fires, if there is only one.
    pub(crate) fn only_text(&self) -> Option<&[u8]> {
        let lists = [&self.numbers, &self.lower, &self.upper].iter().all(|list| list.is_empty());
        let kinds = [&self.is_null, &self.is_true, &self.is_false].iter().all(|list| list.is_empty());
        let mut texts = self.texts.iter();
        let only = texts.next().filter(|_| self.is_texts_only && lists && kinds);
        only.filter(|_| texts.next().is_none())
    }

    /// How a string that fires begins; none when it may begin in any way.
    pub(crate) fn starts(&self) -> Option<Starts> {
        if !self.present.is_empty() || !self.others.is_empty() || !self.regexes.each.is_empty() {
            return None;
        }
        let mut starts = Starts::new();
        let wildcards =
            self.wildcards.patterns.iter().all(|(_, pattern, _)| starts.add(pattern.prefix(), false));
        let texts = self.texts.iter().all(|text| starts.add(text, true));
        (wildcards && texts).then_some(starts)
    }

    #[inline]
    fn fire_text(&self, text: &[u8], fire: &mut impl FnMut(&[Posting])) {
        fire(self.texts.get(text));
        if self.is_texts_only {
            return;
        }
        fire(&self.present);
        let others = self.others.iter().filter(|(but, _)| **but != *text);
        others.for_each(|(_, postings)| fire(postings));
        self.wildcards.fire(text, fire);
        self.regexes.fire(text, fire);
    }

    fn fire_number(&self, source: &[u8], fire: &mut impl FnMut(&[Posting])) {
        let below = |list: &[(Box<str>, Vec<Posting>)]| {
            list.partition_point(|(bound, _)| by_value(source, bound).is_gt())
        };
        let through = |list: &[(Box<str>, Vec<Posting>)]| {
            list.partition_point(|(bound, _)| by_value(source, bound).is_ge())
        };
        let mut all =
            |list: &[(Box<str>, Vec<Posting>)]| list.iter().for_each(|(_, postings)| fire(postings));
        all(self.numbers.get(below(&self.numbers)..through(&self.numbers)).unwrap_or_default());
        all(self.lower.get(..through(&self.lower)).unwrap_or_default());
        all(self.upper.get(below(&self.upper)..).unwrap_or_default());
    }
}

/// The order of a number's text against a bound; what is no number stands before all.
fn by_value(source: &[u8], bound: &str) -> std::cmp::Ordering {
    match (Decimal::parse(source), Decimal::parse(bound.as_bytes())) {
        (Some(value), Some(bound)) => compare(&value, &bound),
        _ => std::cmp::Ordering::Less,
    }
}

/// Texts with stars. Up to a few are tried one by one; many go through one `GlobSet`, whose globs are
/// the necessary condition: what the observed algorithm matches, a glob matches too.
#[derive(Debug, Default)]
struct Wildcards {
    patterns: Vec<(Box<str>, WildcardPattern, Vec<Posting>)>,
    /// Where in `patterns` a text stands.
    known: HashMap<Box<str>, usize>,
    globs: Option<GlobSet>,
}

const FEW_WILDCARDS: usize = 24;

impl Wildcards {
    fn add(&mut self, text: &str, pattern: &WildcardPattern, posting: Posting) {
        let next = self.patterns.len();
        let place = *self.known.entry(text.into()).or_insert(next);
        match self.patterns.get_mut(place) {
            Some((_, _, postings)) => postings.push(posting),
            None => self.patterns.push((text.into(), pattern.clone(), vec![posting])),
        }
    }

    fn build(&mut self) {
        if self.patterns.len() <= FEW_WILDCARDS {
            return;
        }
        let mut set = GlobSetBuilder::new();
        for (text, ..) in &self.patterns {
            match GlobBuilder::new(&glob(text)).literal_separator(false).backslash_escape(true).build() {
                Ok(glob) => set.add(glob),
                Err(_) => return,
            };
        }
        self.globs = set.build().ok();
    }

    #[inline]
    fn fire(&self, text: &[u8], fire: &mut impl FnMut(&[Posting])) {
        let mut judge = |(_, pattern, postings): &(Box<str>, WildcardPattern, Vec<Posting>)| {
            if pattern.is_match(text) {
                fire(postings);
            }
        };
        match self.globs.as_ref().map(|globs| (globs, std::str::from_utf8(text))) {
            Some((globs, Ok(path))) => {
                for index in globs.matches(path) {
                    self.patterns.get(index).into_iter().for_each(&mut judge);
                }
            }
            // a path is text; what is none is tried one by one
            Some((_, Err(_))) | None => self.patterns.iter().for_each(judge),
        }
    }
}

/// The same text as a glob: only stars are special, and two are one.
fn glob(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' if out.ends_with('*') && !out.ends_with("\\*") => {}
            '*' => out.push('*'),
            '?' | '[' | ']' | '{' | '}' | '!' | '\\' | ',' => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out
}

/// Regular expressions, one pass for all of them.
#[derive(Debug, Default)]
struct Regexes {
    each: Vec<(regex::bytes::Regex, Vec<Posting>)>,
    /// Where in `each` a body stands.
    known: HashMap<Box<str>, usize>,
    set: Option<RegexSet>,
}

impl Regexes {
    fn add(&mut self, body: &str, regex: &regex::bytes::Regex, posting: Posting) {
        let next = self.each.len();
        let place = *self.known.entry(body.into()).or_insert(next);
        match self.each.get_mut(place) {
            Some((_, postings)) => postings.push(posting),
            None => self.each.push((regex.clone(), vec![posting])),
        }
    }

    fn build(&mut self) {
        // a set too large for its automaton is tried one by one
        if self.each.len() > 1 {
            self.set = RegexSetBuilder::new(self.each.iter().map(|(regex, _)| regex.as_str())).build().ok();
        }
    }

    #[inline]
    fn fire(&self, text: &[u8], fire: &mut impl FnMut(&[Posting])) {
        match &self.set {
            Some(set) => {
                for index in &set.matches(text) {
                    if let Some((_, postings)) = self.each.get(index) {
                        fire(postings);
                    }
                }
            }
            None => {
                for (regex, postings) in &self.each {
                    if regex.is_match(text) {
                        fire(postings);
                    }
                }
            }
        }
    }
}

/// Texts to postings, one look-up however many there are.
#[derive(Debug, Default)]
pub(crate) struct TextIndex {
    /// open addressing; the size is a power of two, half of it free
    slots: Vec<TextSlot>,
    texts: Vec<u8>,
    postings: Vec<Posting>,
}

#[derive(Debug, Clone, Copy, Default)]
struct TextSlot {
    hash: u32,
    /// none when 0
    count: u32,
    first: u32,
    text: u32,
    length: u32,
}

impl TextIndex {
    fn new(entries: BTreeMap<Box<[u8]>, Vec<Posting>>) -> TextIndex {
        let mut index = TextIndex::default();
        if entries.is_empty() {
            return index;
        }
        let size = (entries.len() * 2).next_power_of_two();
        index.slots.resize(size, TextSlot::default());
        for (text, postings) in entries {
            let entry = TextSlot {
                hash: hash(&text),
                count: postings.len() as u32,
                first: index.postings.len() as u32,
                text: index.texts.len() as u32,
                length: text.len() as u32,
            };
            index.postings.extend(postings);
            index.texts.extend_from_slice(&text);
            let mut at = entry.hash as usize;
            while let Some(slot) = index.slots.get_mut(at & (size - 1)) {
                if slot.count == 0 {
                    *slot = entry;
                    break;
                }
                at += 1;
            }
        }
        index
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let texts = self.slots.iter().filter(|slot| slot.count > 0);
        texts.filter_map(|slot| self.texts.get(slot.text as usize..(slot.text + slot.length) as usize))
    }

    /// The postings of a text; none for one that no pattern asks for.
    #[inline]
    pub(crate) fn get(&self, text: &[u8]) -> &[Posting] {
        let Some(mask) = self.slots.len().checked_sub(1) else { return &[] };
        let hash = hash(text);
        let mut at = hash as usize;
        loop {
            let Some(slot) = self.slots.get(at & mask).filter(|slot| slot.count > 0) else { return &[] };
            if slot.hash == hash
                && self.texts.get(slot.text as usize..(slot.text + slot.length) as usize) == Some(text)
            {
                return self
                    .postings
                    .get(slot.first as usize..(slot.first + slot.count) as usize)
                    .unwrap_or_default();
            }
            at += 1;
        }
    }
}

/// Of the length and the first and last eight bytes: enough to tell field values apart.
#[inline]
fn hash(text: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
    };
    let mixed = (first ^ (text.len() as u64).rotate_left(56)).wrapping_mul(FACTOR);
    ((mixed ^ mixed >> 29 ^ last).wrapping_mul(FACTOR) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::Wildcard;

    #[test]
    fn a_glob_set_lets_everything_through_that_the_observed_algorithm_matches() {
        let texts = [
            "*.", "*.html", "a*", "*/x", "a/*/c", "**", "*a**b", "[*]", "{a,b}*", "!*", "\\*", "*?", "*é",
            "-*-",
        ];
        let many: Vec<String> =
            texts.iter().map(|text| (*text).to_owned()).chain((0..30).map(|n| format!("z{n}*"))).collect();
        let mut wildcards = Wildcards::default();
        for (posting, text) in many.iter().enumerate() {
            wildcards.add(text, &WildcardPattern::new(text, Wildcard::Observed), posting as u32);
        }
        wildcards.build();
        assert!(wildcards.globs.is_some());
        let values = [
            "foo.", ".", "..", "x.html", "a/b/c", "a/", "/x", "", "[q]", "{a,b}c", "!", "\\q", "q?", "qé",
            "a\nb", "--", "z7", ".html", "a/.html",
        ];
        for value in values {
            let mut fired = Vec::new();
            wildcards.fire(value.as_bytes(), &mut |postings| fired.extend_from_slice(postings));
            fired.sort_unstable();
            let expected: Vec<u32> = (0..many.len() as u32)
                .filter(|at| {
                    WildcardPattern::new(&many[*at as usize], Wildcard::Observed).is_match(value.as_bytes())
                })
                .collect();
            assert_eq!(fired, expected, "{value}");
        }
    }

    #[test]
    fn numbers_fire_by_value() {
        let tests = [
            TestPlan::Compare { equal: true, value: ValuePlan::Number("1.0".into()) },
            TestPlan::Order(Order::Greater, "5".into()),
            TestPlan::Order(Order::GreaterOrEqual, "10".into()),
            TestPlan::Order(Order::Less, "-1".into()),
            TestPlan::Order(Order::LessOrEqual, "10".into()),
        ];
        let triggers = Triggers::new(tests.iter().zip(0..));
        for (source, expected) in [
            ("1", vec![0, 4]),
            ("10", vec![1, 2, 4]),
            ("-2", vec![3, 4]),
            ("99", vec![1, 2]),
            ("7e0", vec![1, 4]),
        ] {
            let mut fired = Vec::new();
            triggers.fire(Kind::Number, source.as_bytes(), &mut |postings| fired.extend_from_slice(postings));
            fired.sort_unstable();
            assert_eq!(fired, expected, "{source}");
        }
    }
}
