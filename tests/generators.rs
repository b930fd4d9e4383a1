//! The random generators make every construct of the language. A property test does not check a construct that the generators never make.

#![allow(dead_code, reason = "the generators serve other tests, too")]

#[path = "generate/mod.rs"]
mod generate;
#[path = "generate/tree.rs"]
mod tree;

use cwfilter::FilterPattern;
use cwfilter::syntax::ast::Pattern;
use cwfilter::syntax::kinds;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::HashMap;

/// The names that `patterns` contain fewer than five times.
fn rare(patterns: impl Iterator<Item = Pattern>) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for pattern in patterns {
        kinds::of(&pattern).into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
    }
    let all = kinds::all();
    assert!(counts.keys().all(|name| all.contains(name)), "{counts:?}");
    all.into_iter().filter(|name| counts.get(name).copied().unwrap_or_default() < 5).collect()
}

#[test]
fn the_generator_of_texts_makes_everything() {
    let mut random = generate::Random::new(1);
    let texts = (0..20_000).map(|_| generate::pattern(&mut random));
    let parsed = texts.filter_map(|text| text.parse::<FilterPattern>().ok());
    assert_eq!(rare(parsed.map(|pattern| pattern.ast().clone())), Vec::<String>::new());
}

/// Counts the trees after their text was parsed, so that a construct counts only if the parser knows it.
#[test]
fn the_generator_of_trees_makes_everything() {
    let mut runner = TestRunner::deterministic();
    let strategy = tree::pattern();
    let trees =
        (0..4_000).map(|_| strategy.new_tree(&mut runner).expect("the generator makes a tree").current());
    let parsed = trees.filter_map(|tree| tree.to_string().parse::<FilterPattern>().ok());
    assert_eq!(rare(parsed.map(|pattern| pattern.ast().clone())), Vec::<String>::new());
}
