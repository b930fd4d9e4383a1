//! Changes of patterns that are nearly as long as AWS allows: none is dropped without being counted.

use cwfilter::limits::PATTERN_CHARACTERS;
use cwfilter::rules::{self, Loader, Mutation};

fn mutation(pattern: &str) -> Mutation {
    // one event decides most mutants, so that the test is quick
    let text = format!(
        "[[rule]]\nid = \"r\"\npattern = \'\'\'{pattern}\'\'\'\n[[rule.test]]\nname = \"n\"\nevent = {{ zz = 1 }}\nexpect = \"no-match\"\n"
    );
    let file = Loader::new().parse("rules.toml".as_ref(), text);
    rules::mutate(&file.unwrap_or_else(|errors| panic!("{errors:?}")).rules.remove(0))
}

/// A pattern with as many of the clauses as fit.
fn longest(clause: impl Fn(usize) -> String, joint: &str) -> String {
    let mut text = clause(0);
    for at in 1.. {
        let more = format!("{text}{joint}{}", clause(at));
        if more.len() + 4 > PATTERN_CHARACTERS {
            break;
        }
        text = more;
    }
    format!("{{{text}}}")
}

/// The pattern with a longer last value, so that it has as many characters as a pattern may have.
fn full(pattern: &str) -> String {
    let missing = PATTERN_CHARACTERS - pattern.len();
    pattern.replace("\"}", &format!("{}\"}}", "x".repeat(missing)))
}

#[test]
fn changes_of_the_longest_patterns_are_tried_or_counted() {
    let long = "aFieldWithALongNameThatAnApplicationOnceChose";
    for (pattern, fewest, all_fit) in [
        // printed with blanks, it is longer than a pattern may be
        (longest(|at| format!("$.{long}{at}=1"), "||"), 60, true),
        // a longer text for a clause does not fit
        (full(&longest(|at| format!("$.{long}{at}=\"abcdefgh\""), "||")), 40, false),
    ] {
        let found = mutation(&pattern);
        let tried = found.score().1 + found.equivalent.len() + found.undecided.len();
        assert!(tried >= fewest, "{tried} tried, {} not tried: {pattern}", found.not_tried);
        assert_eq!(found.not_tried == 0, all_fit, "{tried} tried, {} not tried: {pattern}", found.not_tried);
    }
}
