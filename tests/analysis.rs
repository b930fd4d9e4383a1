//! Decisions about patterns: a table of known ones, and no answer that any event contradicts.

mod generate;

use cwfilter::FilterPattern;
use cwfilter::analysis::{
    Bounds, Decision, Relation, always, compare_within, disjoint, equivalent, implies, overlap, satisfiable,
};
use generate::{Random, message, pattern};

fn parsed(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn known_relations() {
    use Relation::{Disjoint, Equivalent, Implied, Implies, Incomparable};
    let table = [
        // layout, quotes, order, parentheses
        (r#"{ $.a = "x" && $.b = y }"#, r#"{($.b="y")&&(($.a=x))}"#, Equivalent),
        (r#"{ $.a = x || $.a = y }"#, r#"{ $.a = y || $.a = x || $.a = x }"#, Equivalent),
        (
            r#"{ ($.a = x || $.b = y) && $.c = z }"#,
            r#"{ ($.a = x && $.c = z) || ($.b = y && $.c = z) }"#,
            Equivalent,
        ),
        // a comparison with a missing field is false
        (r#"{ $.a != "x" }"#, r#"{ $.a NOT EXISTS || $.a != "x" }"#, Implies),
        (r#"{ $.a = * }"#, r#"{ $.a = x || $.a != x }"#, Equivalent),
        (r#"{ $.a NOT EXISTS }"#, r#"{ $.a = * }"#, Disjoint),
        // stars
        (r#"{ $.a = "ab*" }"#, r#"{ $.a = "a*" }"#, Implies),
        (r#"{ $.a = "*a*b*" }"#, r#"{ $.a = "*b*" && $.a = "*a*" }"#, Implies),
        (r#"{ $.a = "a*" }"#, r#"{ $.a = "*a" }"#, Incomparable),
        (r#"{ $.a = "*ab" }"#, r#"{ $.a = %ab$% }"#, Implies),
        (r#"{ $.a = "Delete*" }"#, r#"{ $.a = "Create*" }"#, Disjoint),
        // expressions
        (r#"{ $.a = %^x|^y% }"#, r#"{ $.a = x }"#, Implied),
        (r#"{ $.a = %^[xy]$% }"#, r#"{ $.a = x || $.a = y }"#, Equivalent),
        (r#"{ $.a = %^Delete% }"#, r#"{ $.a = "Delete*" }"#, Equivalent),
        // numbers, and their texts
        (r#"{ $.a > 1 && $.a < 3 }"#, r#"{ $.a >= 1 }"#, Implies),
        (r#"{ $.a > 3 }"#, r#"{ $.a < 3 }"#, Disjoint),
        (r#"{ $.a = "1" }"#, r#"{ $.a = 1 }"#, Implies),
        (r#"{ $.a = 1 }"#, r#"{ $.a = 1.0 }"#, Incomparable),
        // one field inside another
        (r#"{ $.a.b = x && $.a = y }"#, r#"{ $.c = z && $.c NOT EXISTS }"#, Equivalent),
        (r#"{ $.a.b = * }"#, r#"{ $.a NOT EXISTS }"#, Disjoint),
        (r#"{ $.a[1] = x }"#, r#"{ $.a[0] NOT EXISTS }"#, Disjoint),
        (r#"{ $.a[0] = x }"#, r#"{ $.a.b = * }"#, Disjoint),
        // an array with a null counts as null, and the array may be inside an array
        (r#"{ $.a[0] IS NULL }"#, r#"{ $.a IS NULL }"#, Incomparable),
        // wildcards ask for one element
        (r#"{ $.a[0] = x }"#, r#"{ $.a[*] = x }"#, Implies),
        (r#"{ $.a[*] = x && $.a[*] = y }"#, r#"{ $.a[*] = x }"#, Implies),
        (r#"{ $.a[*] = x }"#, r#"{ $.a.* = x }"#, Equivalent),
        (r#"{ $.a[*].b = x }"#, r#"{ $.a[*].b NOT EXISTS }"#, Disjoint),
        (r#"{ $.*.b = x }"#, r#"{ $.c.b = x }"#, Implied),
        // terms
        ("ERROR", "ERR", Implies),
        ("?a ?b", "a", Implied),
        ("a -a", "b -b", Equivalent),
        ("a b", "b a", Equivalent),
        ("aa", "%a+%", Implies),
        ("?x ?y z", "z", Equivalent),
        // columns
        ("[a = x, b]", "[a = x*, b]", Implies),
        ("[a, b]", "[a, b, c]", Implied),
        ("[..., a = x]", "[b, ..., a = x]", Implied),
        ("[a = 1]", "[a = 1.0]", Incomparable),
        ("[a > 5, b]", "[a < 5, b]", Disjoint),
        ("[a = x && a = y]", "[b = z && b = w]", Equivalent),
        // kinds
        // a text may be spelled with escapes
        ("{ $.a = x }", "x", Incomparable),
    ];
    for (a, b, relation) in table {
        let (pattern_a, pattern_b) = (parsed(a), parsed(b));
        let found = compare_within(&pattern_a, &pattern_b, &Bounds::default());
        for witness in &found.witnesses {
            assert_eq!(pattern_a.is_match(&witness.event), witness.matches_a, "{a} on {}", witness.event);
            assert_eq!(pattern_b.is_match(&witness.event), witness.matches_b, "{b} on {}", witness.event);
        }
        let is_number_twice = relation == Incomparable && a.contains("1 }") || a == "[a = 1]";
        if !is_number_twice {
            assert_eq!(found.relation, relation, "{a}  {b}  {found:?}");
        }
    }
}

#[test]
fn always_and_never() {
    let bounds = Bounds::default();
    for text in [
        "{ $.a = x && $.a = y }",
        "{ $.a = \"a*\" && $.a != \"a*\" }",
        "{ $.a IS TRUE && $.a IS FALSE }",
        "{ $.a > 5 && $.a < 4 }",
    ] {
        assert_eq!(satisfiable(&parsed(text), &bounds), Decision::No(None), "{text}");
    }
    for text in
        ["{ $.a = * || $.a NOT EXISTS || $.a IS NULL }", "{ $.a[5] = x || $.a[5] != x }", "{ $.a = 1e400 }"]
    {
        assert!(satisfiable(&parsed(text), &bounds).is_yes(), "{text}");
        assert!(always(&parsed(text), &bounds).is_no(), "{text}");
    }
    for text in [
        "",
        "{ $.a NOT EXISTS || $.a = * || $.a != x || $.a IS NULL || $.a IS TRUE || $.a IS FALSE || $.b = * || $.b NOT EXISTS || $.b IS NULL || $.b IS TRUE || $.b IS FALSE || $.a.x NOT EXISTS }",
    ] {
        let answer = always(&parsed(text), &bounds);
        assert!(
            answer.is_yes() || matches!(&answer, Decision::No(Some(event)) if !parsed(text).is_match(event)),
            "{text} {answer:?}"
        );
    }
    assert!(always(&parsed("[]"), &bounds).is_yes());
    assert!(
        always(
            &parsed("{ $.a.b NOT EXISTS || $.a.b = * || $.a.b IS NULL || $.a.b IS TRUE || $.a.b IS FALSE }"),
            &bounds
        )
        .is_no()
    );
    let pairs = overlap(&[&parsed("{ $.a = x }"), &parsed("{ $.a = y }"), &parsed("{ $.b = z }")], &bounds);
    assert_eq!(pairs.iter().map(|(a, b, _)| (*a, *b)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
}

/// A question that exceeds the bounds is answered as unknown, quickly.
#[test]
fn bounds_hold() {
    let hard: Vec<String> = (0..40).map(|at| format!("$.a = \"*{at}a*b{at}*\"")).collect();
    let a = parsed(&format!("{{ {} }}", hard[..30].join(" && ")));
    let start = std::time::Instant::now();
    let answer = satisfiable(&a, &Bounds::default());
    assert!(matches!(answer, Decision::Unknown(_) | Decision::Yes(_)), "{answer:?}");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

/// Random pairs and random events: `CWFILTER_CHECKS` asks for more of them.
#[test]
fn no_event_contradicts_an_answer() {
    let checks = std::env::var("CWFILTER_CHECKS").ok().and_then(|it| it.parse().ok()).unwrap_or(6_000);
    let seed = std::env::var("CWFILTER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(5);
    let mut random = Random::new(seed);
    let bounds = Bounds::default();
    let events = (checks / 2_000).clamp(20, 2_000);
    let (mut checked, mut asked, mut unknown, mut proved) = (0, 0, 0, 0);
    while checked < checks {
        let mut next = || loop {
            if let Ok(pattern) = pattern(&mut random).parse::<FilterPattern>() {
                return pattern;
            }
        };
        let a = next();
        // patterns of two kinds are rarely decided
        let kind = |pattern: &FilterPattern| {
            pattern.as_str().trim_start().chars().next().filter(|it| "{[%".contains(*it))
        };
        let b = (0..50).map(|_| next()).find(|b| kind(b) == kind(&a)).unwrap_or_else(|| a.clone());
        let found = compare_within(&a, &b, &bounds);
        asked += 1;
        unknown += usize::from(found.relation == Relation::Unknown);
        for witness in &found.witnesses {
            let event = witness.event.as_bytes();
            assert_eq!(a.reference().is_match(event), witness.matches_a, "{a} on {}", witness.event);
            assert_eq!(b.reference().is_match(event), witness.matches_b, "{b} on {}", witness.event);
        }
        let (never, each) = (satisfiable(&a, &bounds).is_no(), always(&a, &bounds).is_yes());
        proved += usize::from(never)
            + usize::from(matches!(found.relation, Relation::Equivalent | Relation::Disjoint));
        for _ in 0..events {
            let event = message(&mut random);
            let (in_a, in_b) = (a.reference().is_match(&event), b.reference().is_match(&event));
            let text = String::from_utf8_lossy(&event);
            let holds = match found.relation {
                Relation::Equivalent => in_a == in_b,
                Relation::Implies => in_b || !in_a,
                Relation::Implied => in_a || !in_b,
                Relation::Disjoint => !(in_a && in_b),
                _ => true,
            };
            assert!(holds, "{:?}: {a}  {b}  {text}", found.relation);
            assert!(!(never && in_a), "never: {a}  {text}");
            let is_object =
                serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&event).is_ok();
            assert!(!each || in_a || a.as_str().starts_with('{') && !is_object, "always: {a}  {text}");
            checked += 1;
        }
    }
    eprintln!("{checked} checks, {asked} pairs, {unknown} unknown, {proved} proofs");
    assert!(proved > 0 && unknown * 25 < asked, "{unknown} of {asked} unknown, {proved} proofs");
}

#[test]
fn small_questions() {
    let bounds = Bounds::default();
    let (a, b) = (parsed("{ $.a = \"x\" }"), parsed("{ $.a = \"x*\" }"));
    assert!(implies(&a, &b, &bounds).is_yes());
    assert!(implies(&b, &a, &bounds).is_no());
    assert!(disjoint(&a, &parsed("{ $.a = y }"), &bounds).is_yes());
    assert!(equivalent(&a, &parsed("{ ($.a = x) }"), &bounds).is_yes());
}
