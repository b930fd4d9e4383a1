//! Random pairs of patterns, and for each answer about them hundreds of events that were made to contradict it.
//!
//! `CWFILTER_CHECKS` is the number of pairs of each test (default 10,000 in a release build, 1,000 in others, which take ten times as
//! long for a pair); `CWFILTER_SEED` chooses other pairs.

#[allow(dead_code)]
#[path = "differential/families.rs"]
mod families;
mod generate;
#[path = "differential/hostile.rs"]
mod hostile;
#[path = "differential/records.rs"]
mod records;

use cwfilter::analysis::{Bounds, Decision, Domain, Relation, compare_within, satisfiable, union};
use cwfilter::reference::Reference;
use cwfilter::{FilterPattern, Semantics, Wildcard};
use generate::Random;
use std::collections::BTreeMap;

fn number(variable: &str, or: usize) -> usize {
    std::env::var(variable).ok().and_then(|it| it.parse().ok()).unwrap_or(or)
}

/// The pairs of each test.
const PAIRS: usize = if cfg!(debug_assertions) { 1_000 } else { 10_000 };

/// Of one question, so that those without an answer do not take all the time.
const STEPS: usize = 20_000;

/// A pattern and its kind, read with either semantics.
struct Made {
    pattern: FilterPattern,
    reference: Reference,
    kind: &'static str,
}

impl Made {
    fn new(pattern: FilterPattern) -> Self {
        let kind = match pattern.as_str().trim_start().chars().next() {
            None => "empty",
            Some('{') => "json",
            Some('[') => "space",
            Some('%') => "regex",
            Some(_) => "terms",
        };
        Made { reference: pattern.reference(), pattern, kind }
    }

    fn random(random: &mut Random) -> Self {
        loop {
            let text = hostile::pattern(random);
            let wildcard = if random.below(3) == 0 { Wildcard::Glob } else { Wildcard::Observed };
            if let Ok(pattern) = FilterPattern::with_semantics(&text, Semantics::default().wildcard(wildcard))
            {
                return Made::new(pattern);
            }
        }
    }

    fn is_match(&self, event: &[u8]) -> bool {
        self.reference.is_match(event)
    }
}

/// Pairs, unknown ones and proofs.
#[derive(Default)]
struct Count {
    pairs: usize,
    unknown: usize,
    proved: usize,
    events: usize,
}

#[test]
fn no_event_contradicts_an_answer() {
    let pairs = number("CWFILTER_CHECKS", PAIRS);
    let mut random = Random::new(number("CWFILTER_SEED", 11) as u64);
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for _ in 0..pairs {
        let a = Made::random(&mut random);
        // half of the pairs are of one kind, and often the second is the first with a change
        let b = match random.below(4) {
            0 => Made::random(&mut random),
            1 => hostile::changed(&mut random, a.pattern.as_str())
                .and_then(|text| FilterPattern::with_semantics(&text, a.pattern.semantics()).ok())
                .map_or_else(|| Made::random(&mut random), Made::new),
            _ => (0..50)
                .map(|_| Made::random(&mut random))
                .find(|b| b.kind == a.kind)
                .unwrap_or_else(|| Made::random(&mut random)),
        };
        let kinds = if a.kind <= b.kind { (a.kind, b.kind) } else { (b.kind, a.kind) };
        check(&mut random, &a, &b, Domain::Json, counts.entry(kinds).or_default());
    }
    print(&counts, pairs);
}

/// Pairs of public patterns, in the same layout and in another.
#[test]
fn no_event_contradicts_an_answer_about_public_patterns() {
    let pairs = number("CWFILTER_CHECKS", PAIRS);
    let mut random = Random::new(number("CWFILTER_SEED", 11) as u64);
    let public = families::public();
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    let mut made = 0;
    while made < pairs {
        let (kind, text) = &public[random.below(public.len())];
        let other = match random.below(4) {
            0 => families::relaid(&mut random, text),
            1 => hostile::changed(&mut random, text),
            2 => Some(public[random.below(public.len())].1.clone()),
            _ => {
                let of_kind: Vec<_> = public.iter().filter(|other| other.0 == *kind).collect();
                Some(of_kind[random.below(of_kind.len())].1.clone())
            }
        };
        let Some(b) = other.and_then(|other| other.parse().ok()) else { continue };
        let (a, b) = (Made::new(text.parse().expect("it parsed")), Made::new(b));
        let kinds = if a.kind <= b.kind { (a.kind, b.kind) } else { (b.kind, a.kind) };
        let domain = if random.below(4) == 0 { Domain::CloudTrail } else { Domain::Json };
        check(&mut random, &a, &b, domain, counts.entry(kinds).or_default());
        made += 1;
    }
    print(&counts, pairs);
}

/// Pairs of patterns about CloudTrail records, over records.
#[test]
fn no_record_contradicts_an_answer() {
    let pairs = number("CWFILTER_CHECKS", PAIRS);
    let mut random = Random::new(number("CWFILTER_SEED", 11) as u64);
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    let mut made = 0;
    while made < pairs {
        let parsed = |random: &mut Random| records::pattern(random).parse().map(Made::new);
        let (Ok(a), Ok(b)) = (parsed(&mut random), parsed(&mut random)) else { continue };
        check(&mut random, &a, &b, Domain::CloudTrail, counts.entry(("records", "records")).or_default());
        made += 1;
    }
    print(&counts, pairs);
}

fn print(counts: &BTreeMap<(&str, &str), Count>, pairs: usize) {
    let mut proved = 0;
    for ((a, b), count) in counts {
        let Count { pairs, unknown, proved: of_kind, events } = count;
        println!(
            "{a:>7} and {b:<7} {pairs:>7} pairs {unknown:>6} unknown {of_kind:>6} proofs {events:>9} events"
        );
        proved += of_kind;
    }
    assert!(proved > pairs / 20, "{proved} proofs: nothing was tried");
}

fn check(random: &mut Random, a: &Made, b: &Made, domain: Domain, count: &mut Count) {
    let bounds = Bounds::default().with_steps(STEPS).in_domain(domain);
    let found = compare_within(&a.pattern, &b.pattern, &bounds);
    let name = || {
        format!("{} [{:?}]  {} [{:?}]", a.pattern, a.pattern.semantics(), b.pattern, b.pattern.semantics())
    };
    if random.below(10) == 0 {
        assert_eq!(found, compare_within(&a.pattern, &b.pattern, &bounds), "twice the same: {}", name());
    }
    for witness in &found.witnesses {
        assert!(domain.contains(&witness.event), "{} on no event of {domain}: {}", name(), witness.event);
        let event = witness.event.as_bytes();
        assert_eq!(a.is_match(event), witness.matches_a, "{} on {}", name(), witness.event);
        assert_eq!(b.is_match(event), witness.matches_b, "{} on {}", name(), witness.event);
    }
    let alone = satisfiable(&a.pattern, &bounds);
    if let Decision::Yes(Some(event)) = &alone {
        assert!(a.is_match(event.as_bytes()), "{} does not match {event}", a.pattern);
    }
    let both = union(&a.pattern, &[&b.pattern], &bounds);
    if let Decision::No(Some(event)) = &both.decision {
        assert!(a.is_match(event.as_bytes()) && !b.is_match(event.as_bytes()), "{} on {event}", name());
    }
    count.pairs += 1;
    count.unknown += usize::from(found.relation == Relation::Unknown);
    let is_proof = alone.is_no() || !matches!(found.relation, Relation::Unknown | Relation::Incomparable);
    count.proved += usize::from(is_proof);
    if !is_proof && !both.decision.is_yes() {
        return;
    }
    let witnesses: Vec<&str> = found.witnesses.iter().map(|it| it.event.as_str()).collect();
    let mut events = hostile::events(random, &[a.pattern.as_str(), b.pattern.as_str()], &witnesses);
    if domain == Domain::CloudTrail {
        events.extend((0..150).map(|_| records::record(random)));
        events.retain(|event| domain.contains(event));
    }
    for event in events {
        let (in_a, in_b) = (a.is_match(event.as_bytes()), b.is_match(event.as_bytes()));
        let holds = match found.relation {
            Relation::Equivalent => in_a == in_b,
            Relation::Implies => in_b || !in_a,
            Relation::Implied => in_a || !in_b,
            Relation::Disjoint => !(in_a && in_b),
            _ => true,
        };
        assert!(holds, "{:?}: {}  {event}", found.relation, name());
        assert!(!(alone.is_no() && in_a), "never: {}  {event}", a.pattern);
        assert!(!(both.decision.is_yes() && in_a && !in_b), "covered: {}  {event}", name());
        count.events += 1;
    }
}

/// The generator produces every kind of pair that it is meant to produce.
#[test]
fn all_kinds_are_tried() {
    let mut random = Random::new(3);
    let texts: Vec<String> = (0..3_000).map(|_| hostile::pattern(&mut random)).collect();
    for part in [
        "key1",
        "key2",
        "['']",
        ".*",
        "[*]",
        "NOT EXISTS",
        "IS NULL",
        "IS TRUE",
        "!=",
        "<=",
        "%",
        "[...",
        "...]",
        "[]",
        "?",
        "-\"",
        " || ",
        " && ",
        ".0",
        "[0]",
        "\"*",
    ] {
        assert!(texts.iter().any(|text| text.contains(part)), "{part} never occurs");
    }
    assert!(texts.iter().any(String::is_empty) && texts.iter().any(|text| text == "\" \""));
}
