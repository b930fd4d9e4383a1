//! Answers that a bound leaves open: what is known of them is said, a larger budget decides them, and they are rare.

#[allow(dead_code)]
#[path = "differential/families.rs"]
mod families;
#[allow(dead_code)]
mod generate;
#[allow(dead_code)]
#[path = "differential/hostile.rs"]
mod hostile;

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Comparison, Decision, Relation, compare_within, satisfiable};
use cwfilter::limits::PROOF_STEPS;
use generate::Random;
use std::collections::BTreeMap;

fn read(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn compared(a: &str, b: &str, bounds: &Bounds) -> Comparison {
    let (a, b) = (read(a), read(b));
    let found = compare_within(&a, &b, bounds);
    for witness in &found.witnesses {
        let event = witness.event.as_bytes();
        assert_eq!(a.reference().is_match(event), witness.matches_a, "{a} on {}", witness.event);
        assert_eq!(b.reference().is_match(event), witness.matches_b, "{b} on {}", witness.event);
    }
    found
}

/// More steps raise every other bound: array indexes, also beside wildcards, and the size of an automaton.
#[test]
fn a_larger_budget_decides() {
    let dots = (1..10).map(|tens| format!("%{}x%", ".".repeat(40 * tens)));
    let dots = dots
        .into_iter()
        .find(|text| matches!(satisfiable(&read(text), &Bounds::default()), Decision::Unknown(_)));
    let dots = dots.expect("a large automaton");
    // each of the three wildcards is replaced by each of these elements: more selectors than `WILDCARD_COPIES`
    let keys: Vec<String> = (0..112_u8)
        .map(|at| format!("$.{}{}=1", char::from(b'a' + at / 26), char::from(b'a' + at % 26)))
        .collect();
    let copies = format!("{{ $.*.x=1 && $.*.y=1 && $.*.z=1 && ({}) }}", keys.join("||"));
    for (text, factor) in [
        (copies.as_str(), 2),
        ("{ $.a[13] = 1 }", 2),
        ("{ $.a[700] = 1 }", 64),
        ("{ $.a[*] = 1 && $.a[20] = 2 }", 2),
        (dots.as_str(), 64),
    ] {
        let pattern = read(text);
        let few = satisfiable(&pattern, &Bounds::default());
        assert!(matches!(few, Decision::Unknown(_)), "{text}: {few:?}");
        let more = satisfiable(&pattern, &Bounds::default().with_steps(factor * PROOF_STEPS));
        let Decision::Yes(Some(event)) = &more else { panic!("{text}: {more:?}") };
        assert!(pattern.reference().is_match(event.as_bytes()), "{text} on {event}");
    }
    let pair = ("{ $.a[13] = 1 && $.b = x }", "{ $.a[13] = 1 }");
    assert_eq!(compared(pair.0, pair.1, &Bounds::default()).relation, Relation::Unknown);
    assert_eq!(
        compared(pair.0, pair.1, &Bounds::default().with_steps(2 * PROOF_STEPS)).relation,
        Relation::Implies
    );
    // no budget makes an array without end
    let far = satisfiable(&read("{ $.a[999999999] = 1 }"), &Bounds::default().with_steps(usize::MAX));
    assert!(matches!(far, Decision::Unknown(_)), "{far:?}");
}

/// A wildcard pattern that is hard to find a text for.
const HARD: &str = r#"$.a = "*a*b*c*d*" && $.a = "*d*c*b*a*" && $.a = "*e*f*g*h*" && $.a = "*h*g*f*e*" && $.a = "*i*j*k*" && $.a = "*k*j*i*""#;

/// One direction is proved while the other one is open: the answer has the proof.
#[test]
fn half_a_proof_is_said() {
    let (a, b) = (format!("{{ {HARD} && $.b = x }}"), format!("{{ {HARD} }}"));
    let open = (0..40).map(|more| 6_000 + 5 * more).find_map(|steps| {
        let found = compared(&a, &b, &Bounds::default().with_steps(steps));
        (found.exists.only_a == Some(false) && found.exists.only_b.is_none()).then_some(found)
    });
    let found = open.expect("some number of steps proves one direction only");
    assert_eq!((found.relation, found.reason.is_some()), (Relation::Unknown, true));
    let known = "B matches every event that A matches; whether it matches more is open";
    assert_eq!(found.exists.known(), Some(known));
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["exists"]["only_a"], false);
    assert_eq!(json["exists"]["only_b"], serde_json::Value::Null);
    assert_eq!(compared(&a, &b, &Bounds::default()).relation, Relation::Implies);
}

/// Columns that are counted from the end, in lines with many tokens; terms and expressions that a column implies.
#[test]
fn columns_from_the_end_in_long_lines() {
    use Relation::{Disjoint, Equivalent, Implied, Implies, Incomparable};
    let of_ten = "[a, b = %^[a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+$%]";
    for (a, b, expected) in [
        // ten words, and the last one is a column from the end
        (of_ten, "[..., y = zz]", Incomparable),
        (of_ten, "[..., y = 1]", Disjoint),
        ("[a, b = %^[a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ zz$%]", "[..., y = zz]", Incomparable),
        ("x", "[..., c = x]", Implied),
        ("%x%", "[a, ..., c = x || c = xy]", Implied),
        ("%[0-9]%", "[..., c = 404, d]", Implied),
        ("-x", "[..., c = x]", Disjoint),
        ("x", "[..., c = y]", Incomparable),
        ("%^[x ]*$%", "[..., c = y]", Disjoint),
        ("%^[a-z] [a-z] [a-z] [a-z] [a-z] [a-z] [a-z] [a-z]$%", "[a = x, ..., y, c = y]", Incomparable),
        ("[..., c = x, d]", "[..., c = x, e]", Equivalent),
        // the key is a digit, however it is spelled
        ("{ $.1.* != 0 }", "%[0-9]%", Implies),
        ("{ $.someFloat < 100.0 }", r"%\w+%", Implies),
        ("{ $.ab NOT EXISTS }", "%a%", Incomparable),
        ("{ $.ab = 1 || $.b = 1 }", "%a%", Incomparable),
        // as `b`
        ("{ $.ab = 1 }", "%b%", Incomparable),
    ] {
        assert_eq!(compared(a, b, &Bounds::default()).relation, expected, "{a}  {b}");
    }
}

/// At most two of a hundred pairs are unknown, and at most one pair of each kind: a small sample cannot tell less.
#[test]
fn unknown_answers_are_rare() {
    let mut random = Random::new(7);
    let mut counts: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for (name, a, b) in families::pairs(&mut random, 8) {
        let (Ok(of_a), Ok(of_b)) = (a.parse::<FilterPattern>(), b.parse::<FilterPattern>()) else { continue };
        let (pairs, unknown) = counts.entry(name).or_default();
        *pairs += 1;
        if compare_within(&of_a, &of_b, &Bounds::default()).relation == Relation::Unknown {
            unknown.push(format!("{a}    {b}"));
        }
    }
    assert!(counts.len() > 25, "{} kinds", counts.len());
    let (mut all, mut all_unknown) = (0, 0);
    for (name, (pairs, unknown)) in counts {
        assert!(unknown.len() <= (pairs / 50).max(1), "{name}: {} of {pairs}: {unknown:?}", unknown.len());
        all += pairs;
        all_unknown += unknown.len();
    }
    assert!(100 * all_unknown <= 2 * all, "{all_unknown} of {all}");
}
