//! Every way to match that has to give the same answers.

use cwfilter::{FilterPattern, Matcher, PatternSet};

/// Matchers of the patterns, with every instruction set, with and without the prefilter.
pub(crate) fn matchers(patterns: &[FilterPattern]) -> Vec<(String, Matcher)> {
    let mut all = Vec::new();
    for name in PatternSet::instruction_sets() {
        let numbered = patterns.iter().enumerate();
        let builder = numbered.fold(PatternSet::builder().instruction_set(name), |builder, (at, pattern)| {
            builder.add(at.to_string(), pattern.clone())
        });
        for (layer, builder) in [("prefilter", builder.clone()), ("structural", builder.structural())] {
            let set = builder.build().expect("the names differ");
            all.push((format!("{name}, {layer}"), set.matcher()));
        }
    }
    all
}
