//! Every match path of the crate.

use cwfilter::{FilterPattern, PatternSet};

/// A path to a verdict. All paths must give the same verdict.
pub(crate) type MatchPath = (&'static str, fn(&FilterPattern, &str) -> bool);

/// All match paths.
pub(crate) const MATCH_PATHS: &[MatchPath] = &[
    ("reference", |pattern, message| pattern.reference().is_match(message.as_bytes())),
    ("FilterPattern::is_match", |pattern, message| pattern.is_match(message)),
    ("FilterPattern::explain", |pattern, message| pattern.explain(message).matched()),
    ("FilterPattern::extract", |pattern, message| pattern.extract(message).is_some()),
    ("PatternSet", |pattern, message| in_a_set(pattern, message, None)),
    ("PatternSet, portable", |pattern, message| in_a_set(pattern, message, Some("portable"))),
    ("reparsed from the printed AST", |pattern, message| {
        let printed: FilterPattern = pattern.ast().to_string().parse().expect("what was printed parses");
        printed.is_match(message)
    }),
];

/// In a set with other patterns that read the same fields.
fn in_a_set(pattern: &FilterPattern, message: &str, instructions: Option<&str>) -> bool {
    let other = |text: &str| text.parse().expect("the pattern parses");
    let mut builder = PatternSet::builder();
    builder
        .add("json", other("{ $.v.x = 1 || $.a = *b* || $.v NOT EXISTS }"))
        .add("the one", pattern.clone())
        .add("terms", other("ERROR -x"))
        .add("space", other("[a, ..., b]"));
    if let Some(name) = instructions {
        builder.instruction_set(name).structural();
    }
    let set = builder.build().expect("the names differ");
    set.matcher().matches(message).any(|id| set.name(id) == "the one")
}
