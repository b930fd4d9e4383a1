//! The triggers of one field, as an index from a value to the rules that it sets off. Its cost hardly depends on the number of
//! rules: texts are in a hash table, wildcards in tables by prefix and suffix, bounds sorted, regular expressions in one set.
//! A trigger is only a necessary condition; the rule's branches decide.

use super::equal::equal;
use super::exact_texts::ExactTexts;
use super::ids::RuleId;
use super::predicate::{PredicatePlan, ValueKind, ValuePlan};
use super::prefix_filter::PrefixFilter;
use super::wildcards::Wildcards;
use crate::number::{Decimal, compare};
use crate::syntax::ast::Order;
use crate::syntax::regex::{CompiledRegex, ascii_classes};
use regex::bytes::{RegexSet, RegexSetBuilder};
use std::collections::BTreeMap;

type Texts = Box<[Box<[u8]>]>;

/// The values that fire a trigger.
pub(super) enum Fires<'a> {
    /// the values for which the predicate is true; not for `!=` with a text
    On(&'a PredicatePlan),
    /// strings and numbers that differ from all these texts
    NoneOf(Vec<&'a [u8]>),
}

/// The rules that the values of one field set off.
#[derive(Debug, Default)]
pub(crate) struct Triggers {
    texts: ExactTexts<RuleId>,
    /// unquoted numbers, ascending
    numbers: Vec<(Box<str>, Vec<RuleId>)>,
    /// bounds of `>` and `>=`, ascending
    lower: Vec<(Box<str>, Vec<RuleId>)>,
    /// bounds of `<` and `<=`, ascending
    upper: Vec<(Box<str>, Vec<RuleId>)>,
    wildcards: Wildcards,
    regexes: Regexes,
    /// any string or number
    present: Vec<RuleId>,
    /// any string or number except these texts
    others: Vec<(Texts, Vec<RuleId>)>,
    is_null: Vec<RuleId>,
    is_true: Vec<RuleId>,
    is_false: Vec<RuleId>,
    /// whether a string can set off only the rules in `texts`
    is_texts_only: bool,
}

impl Triggers {
    /// Prepares the triggers of one field, each with the patterns that it sets off.
    pub(super) fn new<'a>(fires: impl Iterator<Item = (Fires<'a>, Vec<RuleId>)>) -> Triggers {
        let mut triggers = Triggers::default();
        let mut texts: BTreeMap<Box<[u8]>, Vec<RuleId>> = BTreeMap::new();
        let mut wildcards = Vec::new();
        for (fires, rules) in fires {
            let predicate = match fires {
                Fires::On(predicate) => predicate,
                Fires::NoneOf(texts) => {
                    triggers.others.push((texts.into_iter().map(Box::from).collect(), rules));
                    continue;
                }
            };
            match predicate {
                PredicatePlan::Compare { equal: true, value } => match value {
                    ValuePlan::Text(text) => texts.entry(text.clone()).or_default().extend(rules),
                    ValuePlan::Number(number) => {
                        texts.entry(number.as_bytes().into()).or_default().extend(&rules);
                        triggers.numbers.push((number.clone(), rules));
                    }
                    ValuePlan::Wildcard { text, pattern } => {
                        wildcards.push((text.clone(), pattern.clone(), rules));
                    }
                    ValuePlan::Regex { regex, body } => {
                        triggers.regexes.each.push((regex.clone(), body.clone(), rules));
                    }
                    ValuePlan::Any => triggers.present.extend(rules),
                    // no value equals it, and none sets it off
                    ValuePlan::Never => {}
                },
                PredicatePlan::Compare { equal: false, .. } => triggers.present.extend(rules),
                PredicatePlan::Order(Order::Greater | Order::GreaterOrEqual, number) => {
                    triggers.lower.push((number.clone(), rules));
                }
                PredicatePlan::Order(Order::Less | Order::LessOrEqual, number) => {
                    triggers.upper.push((number.clone(), rules));
                }
                PredicatePlan::IsNull => triggers.is_null.extend(rules),
                PredicatePlan::IsTrue => triggers.is_true.extend(rules),
                PredicatePlan::IsFalse => triggers.is_false.extend(rules),
                PredicatePlan::NotExists => {
                    debug_assert!(false, "NOT EXISTS is no trigger: its rule would never run");
                }
            }
        }
        for list in [&mut triggers.numbers, &mut triggers.lower, &mut triggers.upper] {
            list.sort_by(|(a, _), (b, _)| by_value(a.as_bytes(), b));
        }
        triggers.texts = ExactTexts::new(texts);
        triggers.wildcards = Wildcards::new(wildcards);
        triggers.regexes.build();
        triggers.is_texts_only = triggers.is_texts_only();
        triggers
    }

    /// Whether a string can fire only the rules in `texts`.
    fn is_texts_only(&self) -> bool {
        let Triggers {
            wildcards,
            regexes,
            present,
            others,
            texts: _,
            // strings do not fire these
            numbers: _,
            lower: _,
            upper: _,
            is_null: _,
            is_true: _,
            is_false: _,
            is_texts_only: _,
        } = self;
        present.is_empty() && others.is_empty() && wildcards.is_empty() && regexes.each.is_empty()
    }

    /// Calls `fire` with the patterns that a value of this kind and text can set off. `found` is reused memory.
    #[inline]
    pub(crate) fn fire(
        &self,
        kind: ValueKind,
        text: &[u8],
        found: &mut Vec<usize>,
        fire: &mut impl FnMut(&[RuleId]),
    ) {
        match kind {
            ValueKind::Text => self.fire_text(text, found, fire),
            ValueKind::Number => {
                self.fire_text(text, found, fire);
                self.fire_number(text, fire);
            }
            // an array may hold null, and the branches decide
            ValueKind::Null | ValueKind::Array => fire(&self.is_null),
            ValueKind::True => fire(&self.is_true),
            ValueKind::False => fire(&self.is_false),
            ValueKind::Object => {}
        }
    }

    /// The texts that set off rules, if no string fires another trigger.
    #[inline]
    pub(crate) fn texts_only(&self) -> Option<&ExactTexts<RuleId>> {
        self.is_texts_only.then_some(&self.texts)
    }

    /// Whether a value of this kind and text can set off any pattern.
    #[inline]
    pub(crate) fn can_fire(&self, kind: ValueKind, text: &[u8]) -> bool {
        if kind == ValueKind::Text && self.is_texts_only {
            return !self.texts.get(text).is_empty();
        }
        let mut any = false;
        self.fire(kind, text, &mut Vec::new(), &mut |rules| any |= !rules.is_empty());
        any
    }

    /// The text that fires, if no other value does. Every list is named, so that a new list does not compile until it is considered.
    pub(crate) fn only_text(&self) -> Option<&[u8]> {
        let Triggers {
            texts,
            numbers,
            lower,
            upper,
            is_null,
            is_true,
            is_false,
            is_texts_only,
            // if one of these is not empty, `is_texts_only` is false
            wildcards: _,
            regexes: _,
            present: _,
            others: _,
        } = self;
        let lists = [numbers, lower, upper].iter().all(|list| list.is_empty());
        let kinds = [is_null, is_true, is_false].iter().all(|list| list.is_empty());
        let mut texts = texts.iter();
        let only = texts.next().filter(|_| *is_texts_only && lists && kinds);
        only.filter(|_| texts.next().is_none())
    }

    /// The prefixes of the strings that fire; `None` if a string with any prefix may fire.
    pub(crate) fn prefixes(&self) -> Option<PrefixFilter> {
        let Triggers {
            texts,
            wildcards,
            regexes,
            present,
            others,
            // strings do not fire these
            numbers: _,
            lower: _,
            upper: _,
            is_null: _,
            is_true: _,
            is_false: _,
            is_texts_only: _,
        } = self;
        if !present.is_empty() || !others.is_empty() || !regexes.each.is_empty() {
            return None;
        }
        let mut filter = PrefixFilter::new();
        let wildcards = wildcards.prefixes().all(|prefix| filter.add(prefix, false));
        let texts = texts.iter().all(|text| filter.add(text, true));
        (wildcards && texts).then_some(filter)
    }

    #[inline]
    fn fire_text(&self, text: &[u8], found: &mut Vec<usize>, fire: &mut impl FnMut(&[RuleId])) {
        fire(self.texts.get(text));
        if self.is_texts_only {
            return;
        }
        fire(&self.present);
        let others = self.others.iter().filter(|(but, _)| !but.iter().any(|but| equal(but, text)));
        others.for_each(|(_, rules)| fire(rules));
        if !self.wildcards.is_empty() {
            self.wildcards.fire(text, found, fire);
        }
        if !self.regexes.each.is_empty() {
            self.regexes.fire(text, fire);
        }
    }

    fn fire_number(&self, source: &[u8], fire: &mut impl FnMut(&[RuleId])) {
        let below = |list: &[(Box<str>, Vec<RuleId>)]| {
            list.partition_point(|(bound, _)| by_value(source, bound).is_gt())
        };
        let through = |list: &[(Box<str>, Vec<RuleId>)]| {
            list.partition_point(|(bound, _)| by_value(source, bound).is_ge())
        };
        let mut all = |list: &[(Box<str>, Vec<RuleId>)]| list.iter().for_each(|(_, rules)| fire(rules));
        all(self.numbers.get(below(&self.numbers)..through(&self.numbers)).unwrap_or_default());
        all(self.lower.get(..through(&self.lower)).unwrap_or_default());
        all(self.upper.get(below(&self.upper)..).unwrap_or_default());
    }
}

/// Compares a number's text with a bound. A text that is no number is less than every bound.
fn by_value(source: &[u8], bound: &str) -> std::cmp::Ordering {
    match (Decimal::parse(source), Decimal::parse(bound.as_bytes())) {
        (Some(value), Some(bound)) => compare(&value, &bound),
        _ => std::cmp::Ordering::Less,
    }
}

/// Regular expressions, matched in one pass.
#[derive(Debug, Default)]
struct Regexes {
    each: Vec<(CompiledRegex, Box<str>, Vec<RuleId>)>,
    set: Option<RegexSet>,
}

impl Regexes {
    fn build(&mut self) {
        // if the set is too large for one automaton, each expression is matched alone
        if self.each.len() > 1 {
            self.set =
                RegexSetBuilder::new(self.each.iter().map(|(_, body, _)| ascii_classes(body))).build().ok();
        }
    }

    #[inline]
    fn fire(&self, text: &[u8], fire: &mut impl FnMut(&[RuleId])) {
        match &self.set {
            Some(set) => {
                for index in &set.matches(text) {
                    if let Some((.., rules)) = self.each.get(index) {
                        fire(rules);
                    }
                }
            }
            None => {
                for (regex, _, rules) in &self.each {
                    if regex.is_match(text) {
                        fire(rules);
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
        let predicates = [
            PredicatePlan::Compare { equal: true, value: ValuePlan::Number("1.0".into()) },
            PredicatePlan::Order(Order::Greater, "5".into()),
            PredicatePlan::Order(Order::GreaterOrEqual, "10".into()),
            PredicatePlan::Order(Order::Less, "-1".into()),
            PredicatePlan::Order(Order::LessOrEqual, "10".into()),
        ];
        let triggers =
            Triggers::new(predicates.iter().map(Fires::On).zip((0..).map(|rule| vec![RuleId(rule)])));
        for (source, expected) in [
            ("1", vec![0, 4]),
            ("10", vec![1, 2, 4]),
            ("-2", vec![3, 4]),
            ("99", vec![1, 2]),
            ("7e0", vec![1, 4]),
        ] {
            let mut fired = Vec::new();
            triggers.fire(ValueKind::Number, source.as_bytes(), &mut Vec::new(), &mut |rules| {
                fired.extend(rules.iter().map(|rule| rule.0))
            });
            fired.sort_unstable();
            assert_eq!(fired, expected, "{source}");
        }
    }
}
