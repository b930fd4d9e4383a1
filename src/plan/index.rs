//! For each field: which patterns can a value set off? A pattern is run only when one of its triggers
//! fired, and a trigger is only a necessary condition: the pattern's program is the judge.

use super::starts::Starts;
use super::test::{Kind, TestPlan, ValuePlan};
use super::texts::TextIndex;
use super::trie::equal;
use super::wildcards::Wildcards;
use crate::number::{Decimal, compare};
use crate::syntax::ast::Order;
use crate::syntax::regex::{CompiledRegex, ascii_classes};
use regex::bytes::{RegexSet, RegexSetBuilder};
use std::collections::BTreeMap;

/// Number of a pattern among those that are triggered.
pub(crate) type Posting = u32;

type Texts = Box<[Box<[u8]>]>;

/// What values fire a trigger.
pub(super) enum Fires<'a> {
    /// those of which the test is true; not for `!=` with a text
    On(&'a TestPlan),
    /// strings and numbers that are none of these texts
    NoneOf(Vec<&'a [u8]>),
}

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
    /// any string or number but these texts
    others: Vec<(Texts, Vec<Posting>)>,
    is_null: Vec<Posting>,
    is_true: Vec<Posting>,
    is_false: Vec<Posting>,
    /// for a text, nothing but `texts` is to be looked up
    is_texts_only: bool,
}

impl Triggers {
    /// Prepares the triggers of one field, each with the patterns that it sets off.
    pub(super) fn new<'a>(fires: impl Iterator<Item = (Fires<'a>, Vec<Posting>)>) -> Triggers {
        let mut triggers = Triggers::default();
        let mut texts: BTreeMap<Box<[u8]>, Vec<Posting>> = BTreeMap::new();
        let mut wildcards = Vec::new();
        for (fires, postings) in fires {
            let test = match fires {
                Fires::On(test) => test,
                Fires::NoneOf(texts) => {
                    triggers.others.push((texts.into_iter().map(Box::from).collect(), postings));
                    continue;
                }
            };
            match test {
                TestPlan::Compare { equal: true, value } => match value {
                    ValuePlan::Text(text) => texts.entry(text.clone()).or_default().extend(postings),
                    ValuePlan::Number(number) => {
                        texts.entry(number.as_bytes().into()).or_default().extend(&postings);
                        triggers.numbers.push((number.clone(), postings));
                    }
                    ValuePlan::Wildcard { text, pattern } => {
                        wildcards.push((text.clone(), pattern.clone(), postings));
                    }
                    ValuePlan::Regex { regex, body } => {
                        triggers.regexes.each.push((regex.clone(), body.clone(), postings));
                    }
                    ValuePlan::Any => triggers.present.extend(postings),
                    ValuePlan::Never => {}
                },
                TestPlan::Compare { equal: false, .. } => triggers.present.extend(postings),
                TestPlan::Order(Order::Greater | Order::GreaterOrEqual, number) => {
                    triggers.lower.push((number.clone(), postings));
                }
                TestPlan::Order(Order::Less | Order::LessOrEqual, number) => {
                    triggers.upper.push((number.clone(), postings));
                }
                TestPlan::IsNull => triggers.is_null.extend(postings),
                TestPlan::IsTrue => triggers.is_true.extend(postings),
                TestPlan::IsFalse => triggers.is_false.extend(postings),
                // fires on no value: such a clause is never chosen as a trigger
                TestPlan::NotExists => {}
            }
        }
        for list in [&mut triggers.numbers, &mut triggers.lower, &mut triggers.upper] {
            list.sort_by(|(a, _), (b, _)| by_value(a.as_bytes(), b));
        }
        triggers.texts = TextIndex::new(texts);
        triggers.wildcards = Wildcards::new(wildcards);
        triggers.regexes.build();
        triggers.is_texts_only = triggers.present.is_empty()
            && triggers.others.is_empty()
            && triggers.wildcards.is_empty()
            && triggers.regexes.each.is_empty();
        triggers
    }

    /// Calls `fire` with the patterns that a value of this kind and text can set off. `found` is memory to
    /// work with.
    #[inline]
    pub(crate) fn fire(
        &self,
        kind: Kind,
        text: &[u8],
        found: &mut Vec<usize>,
        fire: &mut impl FnMut(&[Posting]),
    ) {
        match kind {
            Kind::Text => self.fire_text(text, found, fire),
            Kind::Number => {
                self.fire_text(text, found, fire);
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
        self.fire(kind, text, &mut Vec::new(), &mut |postings| any |= !postings.is_empty());
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
        let wildcards = self.wildcards.prefixes().all(|prefix| starts.add(prefix, false));
        let texts = self.texts.iter().all(|text| starts.add(text, true));
        (wildcards && texts).then_some(starts)
    }

    #[inline]
    fn fire_text(&self, text: &[u8], found: &mut Vec<usize>, fire: &mut impl FnMut(&[Posting])) {
        fire(self.texts.get(text));
        if self.is_texts_only {
            return;
        }
        fire(&self.present);
        let others = self.others.iter().filter(|(but, _)| !but.iter().any(|but| equal(but, text)));
        others.for_each(|(_, postings)| fire(postings));
        self.wildcards.fire(text, found, fire);
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

/// Regular expressions, one pass for all of them.
#[derive(Debug, Default)]
struct Regexes {
    each: Vec<(CompiledRegex, Box<str>, Vec<Posting>)>,
    set: Option<RegexSet>,
}

impl Regexes {
    fn build(&mut self) {
        // a set too large for its automaton is tried one by one
        if self.each.len() > 1 {
            self.set =
                RegexSetBuilder::new(self.each.iter().map(|(_, body, _)| ascii_classes(body))).build().ok();
        }
    }

    #[inline]
    fn fire(&self, text: &[u8], fire: &mut impl FnMut(&[Posting])) {
        match &self.set {
            Some(set) => {
                for index in &set.matches(text) {
                    if let Some((.., postings)) = self.each.get(index) {
                        fire(postings);
                    }
                }
            }
            None => {
                for (regex, _, postings) in &self.each {
                    if regex.is_match(text) {
                        fire(postings);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fire_by_value() {
        let tests = [
            TestPlan::Compare { equal: true, value: ValuePlan::Number("1.0".into()) },
            TestPlan::Order(Order::Greater, "5".into()),
            TestPlan::Order(Order::GreaterOrEqual, "10".into()),
            TestPlan::Order(Order::Less, "-1".into()),
            TestPlan::Order(Order::LessOrEqual, "10".into()),
        ];
        let triggers = Triggers::new(tests.iter().map(Fires::On).zip((0..).map(|posting| vec![posting])));
        for (source, expected) in [
            ("1", vec![0, 4]),
            ("10", vec![1, 2, 4]),
            ("-2", vec![3, 4]),
            ("99", vec![1, 2]),
            ("7e0", vec![1, 4]),
        ] {
            let mut fired = Vec::new();
            triggers.fire(Kind::Number, source.as_bytes(), &mut Vec::new(), &mut |postings| {
                fired.extend_from_slice(postings)
            });
            fired.sort_unstable();
            assert_eq!(fired, expected, "{source}");
        }
    }
}
