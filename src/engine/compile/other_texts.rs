//! Triggers by `!=`: sets of texts, each with the rules that any other text sets off. One look-up finds the sets that a text is in.

use super::exact_texts::ExactTexts;
use super::ids::RuleId;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct OtherTexts {
    /// the rules of all sets
    all: Vec<RuleId>,
    /// by set
    rules: Vec<Vec<RuleId>>,
    /// the sets that have a text, ascending
    sets: ExactTexts<u32>,
}

impl OtherTexts {
    pub(super) fn new(list: Vec<(Vec<&[u8]>, Vec<RuleId>)>) -> OtherTexts {
        let mut sets: BTreeMap<Box<[u8]>, Vec<u32>> = BTreeMap::new();
        for (number, (texts, _)) in (0..).zip(&list) {
            for text in texts {
                let of_text = sets.entry(Box::from(*text)).or_default();
                if of_text.last() != Some(&number) {
                    of_text.push(number);
                }
            }
        }
        let rules: Vec<Vec<RuleId>> = list.into_iter().map(|(_, rules)| rules).collect();
        OtherTexts { all: rules.concat(), rules, sets: ExactTexts::new(sets) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Calls `fire` with the rules of each set that does not have the text.
    #[inline]
    pub(super) fn fire(&self, text: &[u8], fire: &mut impl FnMut(&[RuleId])) {
        let sets = self.sets.get(text);
        if sets.is_empty() {
            fire(&self.all);
            return;
        }
        let others = (0..).zip(&self.rules).filter(|(number, _)| sets.binary_search(number).is_err());
        others.for_each(|(_, rules)| fire(rules));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_sets_off_the_rules_of_all_sets_without_it() {
        let lists: [&[&[u8]]; 5] = [&[b"a", b"b"], &[b"a"], &[], &[b"", b"a"], &[b"c", b"c"]];
        let rules = (0..).map(|number| vec![RuleId(number), RuleId(number + 10)]);
        let others = OtherTexts::new(lists.iter().map(|texts| texts.to_vec()).zip(rules).collect());
        for text in ["a", "b", "c", "", "another"] {
            let mut fired: Vec<u32> = Vec::new();
            others.fire(text.as_bytes(), &mut |rules| fired.extend(rules.iter().map(|rule| rule.0)));
            let expected = (0..).zip(lists).filter(|(_, texts)| !texts.contains(&text.as_bytes()));
            let expected: Vec<u32> = expected.flat_map(|(number, _)| [number, number + 10]).collect();
            assert_eq!(fired, expected, "{text}");
        }
        assert!(OtherTexts::new(Vec::new()).is_empty() && !others.is_empty());
    }
}
