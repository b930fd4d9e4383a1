//! Texts with stars, many at once. How a value begins and ends tells which of them it may fit; those that
//! begin and end with a star go through one `GlobSet`. Both are necessary conditions, also of the observed
//! algorithm, which is the judge (docs/filter-patterns.md#wildcards).

use super::exact_texts::ExactTexts;
use super::ids::RuleId;
use crate::wildcard::WildcardPattern;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;

/// A pattern's place in `Wildcards::patterns`.
type Place = u32;

#[derive(Debug, Default)]
pub(super) struct Wildcards {
    patterns: Vec<(WildcardPattern, Vec<RuleId>)>,
    suffixes: Vec<AffixIndex>,
    prefixes: Vec<AffixIndex>,
    /// with stars at both ends
    open: Vec<Place>,
    /// of `open`, when they are many
    globs: Option<GlobSet>,
}

/// Patterns by how a text that fits ends, or begins; all of one length.
#[derive(Debug)]
struct AffixIndex {
    length: usize,
    /// to places in `patterns`
    places: ExactTexts<Place>,
}

/// Bytes of an end that are looked at: as many as are hashed.
const LONGEST_AFFIX: usize = 8;

/// Up to so many are tried one by one.
const FEW: usize = 24;

impl Wildcards {
    pub(super) fn new(list: Vec<(Box<str>, WildcardPattern, Vec<RuleId>)>) -> Wildcards {
        let mut wildcards = Wildcards::default();
        let mut open = Vec::new();
        let (mut suffixes, mut prefixes) = (ByLength::default(), ByLength::default());
        for (place, (text, pattern, rules)) in (0..).zip(list) {
            match (pattern.prefix(), pattern.suffix()) {
                ([], []) => {
                    open.push(text);
                    wildcards.open.push(place);
                }
                (prefix, []) => add(&mut prefixes, prefix.get(..LONGEST_AFFIX).unwrap_or(prefix), place),
                (_, suffix) => {
                    add(&mut suffixes, suffix.last_chunk::<LONGEST_AFFIX>().map_or(suffix, |end| end), place)
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

    /// What stands before the first star of each.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &[u8]> {
        self.patterns.iter().map(|(pattern, _)| pattern.prefix())
    }

    /// `found` is memory to work with.
    #[inline]
    pub(super) fn fire(&self, text: &[u8], found: &mut Vec<usize>, fire: &mut impl FnMut(&[RuleId])) {
        let mut judge = |place: &Place| match self.patterns.get(*place as usize) {
            Some((pattern, rules)) if pattern.is_match(text) => fire(rules),
            _ => {}
        };
        for affixes in &self.suffixes {
            let end = text.len().checked_sub(affixes.length).and_then(|from| text.get(from..));
            end.into_iter().flat_map(|end| affixes.places.get(end)).for_each(&mut judge);
        }
        for affixes in &self.prefixes {
            let start = text.get(..affixes.length);
            start.into_iter().flat_map(|start| affixes.places.get(start)).for_each(&mut judge);
        }
        match self.globs.as_ref().and_then(|globs| Some((globs, std::str::from_utf8(text).ok()?))) {
            Some((globs, path)) => {
                globs.matches_into(path, found);
                found.iter().filter_map(|index| self.open.get(*index)).for_each(judge);
            }
            // a path is text; what is none is tried one by one
            None => self.open.iter().for_each(judge),
        }
    }
}

/// Ends to places of patterns, by the ends' length.
type ByLength = BTreeMap<usize, BTreeMap<Box<[u8]>, Vec<Place>>>;

fn add(affixes: &mut ByLength, end: &[u8], place: Place) {
    affixes.entry(end.len()).or_default().entry(end.into()).or_default().push(place);
}

fn affixes(by_length: ByLength) -> Vec<AffixIndex> {
    by_length
        .into_iter()
        .map(|(length, affixes)| AffixIndex { length, places: ExactTexts::new(affixes) })
        .collect()
}

/// None when the set is too large for `globset`.
fn glob_set(texts: &[Box<str>]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for text in texts {
        set.add(GlobBuilder::new(&glob(text)).literal_separator(false).backslash_escape(true).build().ok()?);
    }
    set.build().ok()
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
