//! All ways to match a message, which have to give the same verdict.

use cwfilter::{FilterPattern, Matcher, PatternSet};

/// Matchers of the patterns, with every instruction set, with and without the prefilter.
pub(crate) fn matchers(patterns: &[FilterPattern]) -> Vec<(String, Matcher)> {
    let mut all = Vec::new();
    for name in PatternSet::instruction_sets() {
        let mut builder = PatternSet::builder();
        builder.instruction_set(name);
        builder.extend(patterns.iter().enumerate().map(|(at, pattern)| (at.to_string(), pattern.clone())));
        for layer in ["prefilter", "structural"] {
            if layer == "structural" {
                builder.structural();
            }
            let set = builder.build().expect("the names differ");
            all.push((format!("{name}, {layer}"), set.matcher()));
        }
    }
    all
}
