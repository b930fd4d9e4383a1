//! Proofs that were wrong once: made-up keys that are named elsewhere, other semantics than the pattern's, the empty pattern.

use cwfilter::analysis::{Bounds, Decision, Relation, Unknown, compare_within, implies, satisfiable, union};
use cwfilter::{FilterPattern, Semantics, Wildcard};

fn read(text: &str, wildcard: Wildcard) -> FilterPattern {
    let semantics = Semantics::default().wildcard(wildcard);
    FilterPattern::with_semantics(text, semantics).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The relation, and its mirror image the other way round; every witness is what the reference evaluator says.
fn relation(a: &FilterPattern, b: &FilterPattern) -> Relation {
    let found = compare_within(a, b, &Bounds::default());
    for witness in &found.witnesses {
        let event = witness.event.as_bytes();
        assert_eq!(a.reference().is_match(event), witness.matches_a, "{a} on {}", witness.event);
        assert_eq!(b.reference().is_match(event), witness.matches_b, "{b} on {}", witness.event);
    }
    let mirrored = match compare_within(b, a, &Bounds::default()).relation {
        Relation::Implies => Relation::Implied,
        Relation::Implied => Relation::Implies,
        other => other,
    };
    assert_eq!(found.relation, mirrored, "{a}  {b}");
    found.relation
}

/// A key that represents all other keys is not a key that the patterns name, at any place.
#[test]
fn a_made_up_key_is_no_named_one() {
    use Relation::{Disjoint, Implied, Incomparable};
    for (a, b, expected, both) in [
        ("{ $.a[*] = 1 }", "{ $.a.key1 IS NULL }", Incomparable, Some(r#"{"a":{"key1":null,"b":1}}"#)),
        ("{ $.a.* = x }", "{ $.a.key1 = y }", Incomparable, Some(r#"{"a":{"key1":"y","b":"x"}}"#)),
        (
            "{ $.* = x }",
            "{ $.key1 = y && $.key2 = y }",
            Incomparable,
            Some(r#"{"key1":"y","key2":"y","b":"x"}"#),
        ),
        ("{ $.*.b = x }", "{ $.key1.b = y }", Incomparable, Some(r#"{"key1":{"b":"y"},"c":{"b":"x"}}"#)),
        (
            "{ $.*.key1 = x }",
            "{ $.key1.key2 = y }",
            Incomparable,
            Some(r#"{"key1":{"key2":"y"},"c":{"key1":"x"}}"#),
        ),
        ("{ $.a[*] = x }", "{ $.a[0] = y && $.a[1] = y }", Incomparable, Some(r#"{"a":["y","y","x"]}"#)),
        ("{ $.* = x }", "{ $.key1 = x }", Implied, None),
        ("{ $.a.* NOT EXISTS }", "{ $.a.key1 = * }", Disjoint, None),
        ("{ $.a[*] = x }", "{ $.a IS NULL }", Incomparable, Some(r#"{"a":["x",null]}"#)),
        // an element that no selector names is one more for the wildcard
        ("{ $.a[*] = x || $.a[1] NOT EXISTS }", "{ $.a IS NULL }", Incomparable, Some(r#"{"a":["x",null]}"#)),
        (
            "{ $.a[0] = 1 && $.a.* = x }",
            "{ $.a IS NULL && $.a[0] = 1 }",
            Incomparable,
            Some(r#"{"a":[1,"x",null]}"#),
        ),
        ("{ $.a[*] IS NULL || $.a[1] NOT EXISTS }", "{ $.a IS NULL || $.a[*] IS NULL }", Implied, None),
        ("{ $.a IS NULL && $.a[*] IS NULL }", "{ $.a IS NULL && $.a[0] = 1 }", Implied, None),
    ] {
        let (a, b) = (read(a, Wildcard::Observed), read(b, Wildcard::Observed));
        assert_eq!(relation(&a, &b), expected, "{a}  {b}");
        if let Some(event) = both {
            assert!(a.is_match(event) && b.is_match(event), "{a}  {b}  {event}");
        }
    }
    for text in [
        r#"{ $.* = "x" && $.key1 = "y" }"#,
        r#"{ $.* = "x" && $.key1 = "y" && $.key2 = "y" && $.key3 = "y" }"#,
        r#"{ $.a.* = "x" && $.a.key1 IS NULL }"#,
    ] {
        let pattern = read(text, Wildcard::Observed);
        assert!(satisfiable(&pattern, &Bounds::default()).is_yes(), "{text}");
        #[cfg(feature = "lint")]
        assert!(cwfilter::lint::check(text).iter().all(|it| it.lint != "never-matches"), "{text}");
    }
}

/// Each pattern is taken as it was read.
#[test]
fn proofs_follow_the_semantics() {
    use Relation::{Equivalent, Implied, Implies};
    use Wildcard::{Glob, Observed};
    for (a, of_a, b, of_b, expected) in [
        // as observed the text between the stars and the end is sought once
        (r#"{ $.a = "*xx" }"#, Observed, r#"{ $.a = "*xx" }"#, Glob, Implies),
        (r#"{ $.a = "*xx" }"#, Glob, r#"{ $.a = %xx$% }"#, Glob, Equivalent),
        (r#"{ $.a = "*xx" }"#, Observed, r#"{ $.a = %xx$% }"#, Observed, Implies),
        (r#"{ $.a = "x*" }"#, Observed, r#"{ $.a = "x*" }"#, Glob, Equivalent),
        (r#"{ $.a = "x*x" }"#, Glob, r#"{ $.a = "x*x" }"#, Glob, Equivalent),
        (r#"{ $.a != "*xx" }"#, Observed, r#"{ $.a != "*xx" }"#, Glob, Implied),
        ("[a = *xx]", Observed, "[a = *xx]", Glob, Implies),
        ("[a = *x*xy, b]", Glob, "[a = *x*xy, b]", Observed, Implied),
    ] {
        assert_eq!(relation(&read(a, of_a), &read(b, of_b)), expected, "{a} {of_a:?}  {b} {of_b:?}");
    }
    // keywords only say how a text is read
    let lower = Semantics::default().keywords(cwfilter::Keywords::AnyCase);
    let lower = FilterPattern::with_semantics("{ $.a is null }", lower).unwrap();
    assert_eq!(relation(&lower, &read("{ $.a IS NULL }", Wildcard::Observed)), Equivalent);
    // in one pattern: `*xx` twice in the text
    let text = r#"{ $.a = "*xyx" && $.a = "*yx*" && $.a = "xyxyx" }"#;
    assert!(satisfiable(&read(text, Glob), &Bounds::default()).is_yes());
    assert!(satisfiable(&read(text, Observed), &Bounds::default()).is_no());
    #[cfg(feature = "lint")]
    {
        let finds = |wildcard| {
            let pattern = read(text, wildcard);
            let found = cwfilter::lint::check_pattern_with(text, pattern.ast(), pattern.semantics());
            found.iter().any(|it| it.lint == "never-matches")
        };
        assert!(finds(Observed) && !finds(Glob));
    }
}

/// Messages count that are no JSON; a line matches no JSON pattern.
#[test]
fn the_empty_pattern_and_other_kinds() {
    use Relation::{Disjoint, Equivalent, Implied, Implies, Incomparable};
    // what holds a `b` is no array
    let every_object = "{ $.a.b NOT EXISTS || $.a[0] NOT EXISTS }";
    let never = "{ $.a = x && $.a = y }";
    for (a, b, expected) in [
        ("", "", Equivalent),
        ("", " ", Equivalent),
        ("", "[]", Equivalent),
        ("", "{ $.a = x }", Implied),
        (" ", "{ $.a = x }", Implied),
        ("[]", "{ $.a = x }", Implied),
        ("", every_object, Implied),
        ("[]", every_object, Implied),
        ("", never, Implied),
        ("", "x", Implied),
        ("", "[a]", Implied),
        ("", "%.*%", Equivalent),
        ("", "?a ?b", Implied),
        // a blank has to occur
        ("\" \"", "{ $.a = x }", Incomparable),
        // every object has both braces
        ("\"{\"", "{ $.a = x }", Implied),
        ("-\"{\"", "{ $.a = x }", Disjoint),
        ("\"{\" \"}\"", every_object, Implied),
        // every object is a column at least
        ("[a]", "{ $.a = x }", Implied),
        ("x -x", "{ $.a = x }", Implies),
        (never, "x", Implies),
        (never, "x -x", Equivalent),
        ("x -x", "[a > 1 && a < 1]", Equivalent),
        ("x", "{ $.a = y }", Incomparable),
        ("x", "[a = x, b]", Implied),
        ("%x%", "{ $.a = y }", Incomparable),
        ("[a, b]", "{ $.a = y }", Incomparable),
    ] {
        let (a, b) = (read(a, Wildcard::Observed), read(b, Wildcard::Observed));
        assert_eq!(relation(&a, &b), expected, "{a:?}  {b:?}");
    }
}

/// A bound is a number of steps: too few are unknown, and the same question has the same answer every time.
#[test]
fn bounds_are_steps() {
    let a = read(r#"{ $.a = "*ab*cd*" && $.b = "*ef*gh*" || $.c[*] = "*x" }"#, Wildcard::Observed);
    let b = read(r#"{ $.a = "*ab*" && $.b = "*gh*" || $.c[*] = %x$% }"#, Wildcard::Observed);
    let mut known = false;
    for steps in (0..14).map(|power| 1 << power) {
        let bounds = Bounds::default().with_steps(steps);
        let answers: Vec<Decision> = (0..3).map(|_| implies(&a, &b, &bounds)).collect();
        assert!(answers.iter().all(|it| *it == answers[0]), "{steps}: {answers:?}");
        match &answers[0] {
            Decision::Unknown(Unknown::Budget(_)) => assert!(!known, "{steps} steps know less than fewer"),
            answer => {
                assert!(answer.is_yes(), "{answer:?}");
                known = true;
            }
        }
    }
    assert!(known);
    // no clock anywhere in the proofs, nor in what asks them
    for folder in ["src/analysis", "src/lint", "src/lint/file", "src/rules"] {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                !text.contains("Instant") && !text.contains("SystemTime"),
                "{} looks at a clock",
                path.display()
            );
        }
    }
}

#[test]
fn several_patterns_together() {
    let read = |text: &str| read(text, Wildcard::Observed);
    let a = read("{ $.a = x || $.a = y || $.b[*] = z }");
    let parts = [
        read("{ $.a = x }"),
        read("x"),
        read("{ $.a = y && $.c = * }"),
        read("{ $.b[*] = z }"),
        read(r#"{ $.a = "y*" }"#),
    ];
    let all: Vec<&FilterPattern> = parts.iter().collect();
    let found = union(&a, &all, &Bounds::default());
    assert!(found.decision.is_yes() && found.by.contains(&0) && found.by.contains(&3), "{found:?}");
    let Decision::No(Some(event)) = union(&a, &all[..3], &Bounds::default()).decision else {
        panic!("it is covered")
    };
    assert!(a.is_match(&event) && parts[..3].iter().all(|it| !it.is_match(&event)), "{event}");
    assert!(union(&a, &[], &Bounds::default()).decision.is_no());
    assert!(union(&read("{ $.a = x && $.a = y }"), &[], &Bounds::default()).decision.is_yes());
}
