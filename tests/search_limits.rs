//! Limits of the searches for events: of a proof, of the generation of tests, and of mutation. What is beyond them is answered in another
//! way, or counted.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Relation, compare};
use cwfilter::certificate::Certificate;
use cwfilter::limits::*;
use cwfilter::rules::{Loader, generate_all, mutate};

fn read(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What the check of a certificate says that claims that no event matches all of these patterns.
fn asked(patterns: Vec<String>) -> String {
    let (a, b) = (read("{ $.a = x }"), read("{ $.a = \"x*\" }"));
    let mut certificate = Certificate::new(&Bounds::default());
    certificate.add_comparison("one", &a, &b, &compare(&a, &b));
    certificate.answers[0].questions.truncate(1);
    certificate.answers[0].questions[0].matched = patterns;
    certificate.answers[0].questions[0].unmatched = Vec::new();
    let found = certificate.check().expect("the certificate is checked");
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Wildcard selectors that one pattern may have.
const WILDCARDS: usize = 3;

/// WILDCARD_CONDITIONS and WILDCARD_COPIES: `n` conditions on one wildcard are replaced by conditions on `n` keys and `n` indexes.
#[test]
fn conditions_on_wildcards() {
    let patterns = |conditions: usize| {
        let all: Vec<String> = (0..conditions).map(|at| format!("$.*={at}")).collect();
        all.chunks(WILDCARDS).map(|some| format!("{{{}}}", some.join("||"))).collect::<Vec<_>>()
    };
    let beyond = (1..).find(|n| 2 * n * n > WILDCARD_CONDITIONS.max(WILDCARD_COPIES * n)).unwrap_or(0);
    for (conditions, is_beyond) in [(2 * WILDCARDS, false), (beyond, true)] {
        let said = asked(patterns(conditions));
        assert_eq!(said.contains("too many elements for wildcards"), is_beyond, "{conditions}: {said}");
        assert_eq!(said.contains("there is an event"), !is_beyond, "{conditions}: {said}");
    }
}

/// WHOLE_PROOF_STEPS: a question with more classes of values than the first attempt lists is divided into cases, also by a lint.
#[test]
fn a_question_that_is_divided_into_cases() {
    const { assert!(WHOLE_PROOF_STEPS < BRIEF_PROOF_STEPS && BRIEF_PROOF_STEPS < PROOF_STEPS) };
    let sums = |names: &str| {
        let all: Vec<String> = names
            .chars()
            .map(|name| format!("($.{name} = \"*{name}1*\" || $.{name} = \"*{name}2*\" || $.x{name} = 1)"))
            .collect();
        format!("{{ {} }}", all.join(" && "))
    };
    // each field has at least two classes, so that the classes of all fields together are more than these
    let classes = 2_usize.pow(14);
    assert!(classes > WHOLE_PROOF_STEPS);
    let (a, b) = (read(&sums("abcdefg")), read(&sums("abcdef")));
    assert_eq!(compare(&a, &b).relation, Relation::Implies);
    assert_eq!(compare(&b, &a).relation, Relation::Implied);
}

/// GENERATION_STEPS: of a pattern with many conditions that are hard to meet together, each verdict has a test or is missing with a reason.
#[test]
fn tests_beyond_the_steps_are_named() {
    const { assert!(GENERATION_STEPS >= PROOF_STEPS) };
    let count = 24;
    let hard: Vec<String> = (0..count).map(|at| format!("$.a != \"*{at}*x*{}*y*{at}*\"", at + 1)).collect();
    let found = generate_all(&read(&format!("{{ {} }}", hard.join(" && "))));
    for condition in &hard {
        for matches in [true, false] {
            let has_test = found.tests.iter().any(|it| it.matches == matches && it.because == *condition);
            let missing = found.missing.iter().find(|it| it.matches == matches && it.condition == *condition);
            assert!(has_test != missing.is_some_and(|it| !it.why.is_empty()), "{condition} {matches}");
        }
    }
}

/// MUTATION_EVENTS, MUTATION_TRIES, MUTATION_STEPS: with more events near those of the tests than are made, each change is counted.
#[test]
fn changes_with_many_events() {
    const { assert!(MUTATION_STEPS >= 10 * PROOF_STEPS && MUTATION_TRIES >= 100 * MUTATION_EVENTS) };
    let fields: String = (0..60).map(|at| format!(", f{at} = \"v{at}\"")).collect();
    let mut text = String::from("[[rule]]\nid = \"r\"\npattern = '{ $.a = \"xyz\" && $.b != \"n*\" }'\n");
    for at in 0..=MUTATION_EVENTS / 60 {
        text += &format!(
            "[[rule.test]]\nname = \"n{at}\"\nevent = {{ a = \"q{at}\", b = \"c\"{fields} }}\nexpect = \"no-match\"\n"
        );
    }
    let file = Loader::new().parse("rules.toml".as_ref(), text).unwrap_or_else(|errors| panic!("{errors:?}"));
    let found = mutate(&file.rules[0]);
    let (killed, counted) = found.score();
    assert!(counted > 5 && killed < counted, "no test has the value: {killed} of {counted}");
    assert_eq!((found.not_tried, found.undecided.len()), (0, 0), "{:?}", found.undecided);
}
