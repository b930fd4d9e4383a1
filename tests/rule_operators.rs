//! Generated tests and mutants know every operator of the language. A new operator has no row here, and the test fails.

use cwfilter::FilterPattern;
use cwfilter::rules::{self, GeneratedTest, Loader, Mutation};
use cwfilter::syntax::ast::Pattern;
use cwfilter::syntax::kinds;
use std::collections::HashSet;

/// Patterns with every operator, and changes that mutation makes to each.
const ROWS: &[(&str, &[&str])] = &[
    ("ERROR -\"timed out\"", &["drop a clause", "flip an operator", "change a literal's case"]),
    ("?ERROR ?FATAL", &["drop a clause", "flip an operator", "change a literal's case"]),
    ("{ $.a.['b c'] = 1 }", &["flip an operator", "change a number", "replace a selector"]),
    ("{ $.items[0].id != 5 }", &["flip an operator", "change a number", "replace a selector"]),
    ("{ $.items[*].id = 5 }", &["flip an operator", "change a number", "replace a selector"]),
    ("{ $.a.*.b = \"x\" }", &["flip an operator", "change a literal's case", "replace a selector"]),
    ("{ $.a != \"x*\" }", &["narrow a wildcard", "widen a wildcard"]),
    ("{ $.a = x }", &["flip an operator", "change a literal's case"]),
    ("{ $.a != x }", &["flip an operator", "change a literal's case"]),
    ("{ $.a = %^x$% }", &["flip an operator"]),
    ("{ $.a != %^x$% }", &["flip an operator"]),
    ("{ $.a < 10 }", &["flip an operator"]),
    ("{ $.a <= 10 }", &["flip an operator"]),
    ("{ $.a > 10 }", &["flip an operator"]),
    ("{ $.a >= 10 }", &["flip an operator"]),
    ("{ $.a IS NULL }", &["flip an operator"]),
    ("{ $.a IS TRUE }", &["flip an operator"]),
    ("{ $.a IS FALSE }", &["flip an operator"]),
    ("{ $.a NOT EXISTS }", &["negate NOT EXISTS"]),
    ("{ $.a = 1 && ($.b = 2 || $.c = 3) }", &["swap && and ||", "drop a clause"]),
    ("[ip, , status = 404, ...]", &["drop a clause", "flip an operator", "change a number"]),
    ("[ip, status != 404]", &["flip an operator", "change a number"]),
    ("[ip, status = 4* && (status != \"40*\" || status = 404)]", &["swap && and ||", "narrow a wildcard"]),
    ("[ip = \"x\", status != x]", &["flip an operator"]),
    ("[agent = %^x$%, path != %^x$%]", &["flip an operator"]),
    ("[bytes < 10]", &["flip an operator"]),
    ("[bytes <= 10]", &["flip an operator"]),
    ("[bytes > 10]", &["flip an operator"]),
    ("[bytes >= 10]", &["flip an operator"]),
];

/// Kinds of pattern without a condition that a test or a mutant could be about.
const WITHOUT_CONDITION: [&str; 2] = ["pattern everything", "pattern regex"];

fn pattern(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn the_rows_have_every_operator() {
    let found: HashSet<String> = ROWS.iter().flat_map(|(text, _)| kinds::of(pattern(text).ast())).collect();
    let lacking = kinds::all().into_iter().filter(|name| !found.contains(name));
    assert_eq!(lacking.collect::<Vec<_>>(), WITHOUT_CONDITION);
}

/// The number of conditions of a pattern: words, or comparisons of fields and columns.
fn conditions(pattern: &Pattern) -> usize {
    let mut count = 0;
    match pattern {
        Pattern::Terms(terms) => count = terms.len(),
        Pattern::Json(expr) => expr.item.for_each(&mut |_| count += 1),
        Pattern::Space(fields) => fields
            .iter()
            .filter_map(|field| field.item.condition())
            .for_each(|condition| condition.item.for_each(&mut |_| count += 1)),
        other => panic!("{other:?} is not in the rows"),
    }
    count
}

#[test]
fn every_condition_has_a_test_for_each_outcome() {
    for (text, _) in ROWS {
        let pattern = pattern(text);
        let tests = rules::generate(&pattern);
        for at in 0..conditions(pattern.ast()) {
            for matches in [true, false] {
                let decides = |test: &GeneratedTest| {
                    let explanation = pattern.explain(&test.message);
                    explanation.matched() == matches
                        && explanation.clauses().get(at).is_some_and(|clause| clause.decides)
                };
                assert!(tests.iter().any(decides), "{text}: condition {at}, {matches}: {tests:#?}");
            }
        }
    }
}

/// The mutants of a rule that has no tests, so that none is killed.
fn mutation(text: &str) -> Mutation {
    let source = format!("[[rule]]\nid = \"r\"\npattern = '''{text}'''\n");
    let file = Loader::new().parse("rules.toml".as_ref(), source);
    rules::mutate(&file.unwrap_or_else(|errors| panic!("{errors:?}")).rules[0])
}

#[test]
fn every_operator_is_mutated() {
    for (text, changes) in ROWS {
        let mutation = mutation(text);
        let survivors: HashSet<&str> = mutation.survivors.iter().map(|mutant| mutant.change).collect();
        let lacking: Vec<_> = changes.iter().filter(|change| !survivors.contains(*change)).collect();
        assert!(lacking.is_empty(), "{text}: {lacking:?}: {mutation:#?}");
        let unwitnessed = mutation.survivors.iter().find(|mutant| mutant.witness.is_none());
        assert!(unwitnessed.is_none(), "{text}: {unwitnessed:?}");
    }
}
