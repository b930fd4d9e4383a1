//! Many texts with stars, matched at once. Tables by suffix or prefix find the patterns that a value may fit; patterns with a star
//! at both ends are in one `globset::GlobSet`, an automaton. Both are necessary conditions; then the pattern itself is compared
//! (docs/filter-patterns.md#wildcards).

use super::exact_texts::ExactTexts;
use super::ids::RuleId;
use crate::wildcard::WildcardPattern;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;

/// A pattern's index in `Wildcards::patterns`.
type WildcardIndex = u32;

#[derive(Debug, Default)]
pub(super) struct Wildcards {
    patterns: Vec<(WildcardPattern, Vec<RuleId>)>,
    suffixes: Vec<AffixIndex>,
    prefixes: Vec<AffixIndex>,
    /// with stars at both ends
    open: Vec<WildcardIndex>,
    /// the patterns of `open`, if they are more than [`FEW`]
    globs: Option<GlobSet>,
}

/// Patterns by suffix, or by prefix; all of one length.
#[derive(Debug)]
struct AffixIndex {
    length: usize,
    /// indices in `patterns`
    indices: ExactTexts<WildcardIndex>,
}

/// Bytes of a prefix or suffix that are looked up: the number of bytes that the hash reads.
const LONGEST_AFFIX: usize = 8;

/// At most this number of patterns is tried one by one.
const FEW: usize = 24;

impl Wildcards {
    pub(super) fn new(list: Vec<(Box<str>, WildcardPattern, Vec<RuleId>)>) -> Wildcards {
        let mut wildcards = Wildcards::default();
        let mut open = Vec::new();
        let (mut suffixes, mut prefixes) = (ByLength::default(), ByLength::default());
        for (index, (text, pattern, rules)) in (0..).zip(list) {
            match (pattern.prefix(), pattern.suffix()) {
                ([], []) => {
                    open.push(text);
                    wildcards.open.push(index);
                }
                (prefix, []) => add(&mut prefixes, prefix.get(..LONGEST_AFFIX).unwrap_or(prefix), index),
                (_, suffix) => {
                    add(&mut suffixes, suffix.last_chunk::<LONGEST_AFFIX>().map_or(suffix, |end| end), index)
                }
            }
            wildcards.patterns.push((pattern, rules));
        }
        wildcards.suffixes = affixes(suffixes);
        wildcards.prefixes = affixes(prefixes);
        wildcards.globs = if open.len() > FEW { glob_set(&open) } else { None };
        wildcards
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The text before the first star of each pattern.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &[u8]> {
        self.patterns.iter().map(|(pattern, _)| pattern.prefix())
    }

    /// Calls `fire` with the rules of each pattern that the text fits. `found` is reused memory.
    #[inline]
    pub(super) fn fire(&self, text: &[u8], found: &mut Vec<usize>, fire: &mut impl FnMut(&[RuleId])) {
        let mut compare = |index: &WildcardIndex| match self.patterns.get(*index as usize) {
            Some((pattern, rules)) if pattern.is_match(text) => fire(rules),
            _ => {}
        };
        for affixes in &self.suffixes {
            let end = text.len().checked_sub(affixes.length).and_then(|from| text.get(from..));
            end.into_iter().flat_map(|end| affixes.indices.get(end)).for_each(&mut compare);
        }
        for affixes in &self.prefixes {
            let start = text.get(..affixes.length);
            start.into_iter().flat_map(|start| affixes.indices.get(start)).for_each(&mut compare);
        }
        match self.globs.as_ref().and_then(|globs| Some((globs, std::str::from_utf8(text).ok()?))) {
            Some((globs, path)) => {
                globs.matches_into(path, found);
                found.iter().filter_map(|index| self.open.get(*index)).for_each(compare);
            }
            // a `GlobSet` takes only UTF-8; other values are compared with each pattern
            None => self.open.iter().for_each(compare),
        }
    }
}

/// Affixes and the patterns that have them, by the affixes' length.
type ByLength = BTreeMap<usize, BTreeMap<Box<[u8]>, Vec<WildcardIndex>>>;

fn add(affixes: &mut ByLength, affix: &[u8], index: WildcardIndex) {
    affixes.entry(affix.len()).or_default().entry(affix.into()).or_default().push(index);
}

fn affixes(by_length: ByLength) -> Vec<AffixIndex> {
    by_length
        .into_iter()
        .map(|(length, affixes)| AffixIndex { length, indices: ExactTexts::new(affixes) })
        .collect()
}

/// `None` if the patterns are too many for `globset`.
fn glob_set(texts: &[Box<str>]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for text in texts {
        set.add(GlobBuilder::new(&glob(text)).literal_separator(false).backslash_escape(true).build().ok()?);
    }
    set.build().ok()
}

/// The text as a glob, in which only stars are special and several stars are one.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::Wildcard;

    #[test]
    fn everything_fires_that_the_observed_algorithm_matches() {
        let texts = [
            "*.",
            "*.html",
            "a*",
            "*/x",
            "a/*/c",
            "**",
            "*a**b",
            "[*]",
            "{a,b}*",
            "!*",
            "\\*",
            "*?",
            "*é",
            "-*-",
            "*longer than eight",
            "longer than eight*",
            "*eight",
            "*a*",
            "*\n*",
            "*é*",
        ];
        let open = (0..30).map(|number| format!("*z{number}*"));
        let few: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let many: Vec<String> = few.iter().cloned().chain(open).collect();
        let values = [
            "foo.",
            ".",
            "..",
            "x.html",
            "a/b/c",
            "a/",
            "/x",
            "",
            "[q]",
            "{a,b}c",
            "!",
            "\\q",
            "q?",
            "qé",
            "a\nb",
            "--",
            "z7",
            ".html",
            "a/.html",
            "longer than eight",
            "no longer than eight",
            "eight",
            "aé",
            "-z12-",
        ];
        for (list, has_globs) in [(few, false), (many, true)] {
            let patterns: Vec<WildcardPattern> =
                list.iter().map(|text| WildcardPattern::new(text, Wildcard::Observed)).collect();
            let with_rules = list.iter().zip(&patterns).zip(0..);
            let wildcards = Wildcards::new(
                with_rules
                    .map(|((text, pattern), rule)| {
                        (text.as_str().into(), pattern.clone(), vec![RuleId(rule)])
                    })
                    .collect(),
            );
            assert_eq!(wildcards.globs.is_some(), has_globs);
            for value in values {
                let mut fired = Vec::new();
                wildcards.fire(value.as_bytes(), &mut Vec::new(), &mut |rules| {
                    fired.extend(rules.iter().map(|rule| rule.0))
                });
                fired.sort_unstable();
                let expected: Vec<u32> = (0..)
                    .zip(&patterns)
                    .filter(|(_, pattern)| pattern.is_match(value.as_bytes()))
                    .map(|(at, _)| at)
                    .collect();
                assert_eq!(fired, expected, "{value}");
            }
        }
    }
}
