//! Patterns as values: compared, hashed, converted, and written and read by `serde`; refusals as reports.

use cwfilter::{FilterPattern, Keywords, PatternSet, PatternSetBuilder, Semantics, SetError, Wildcard};
use std::collections::HashSet;

fn parsed(text: &str) -> FilterPattern {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
#[allow(
    clippy::mutable_key_type,
    reason = "the compiled form, made when first needed, is no part of the hash"
)]
fn patterns_are_equal_by_text_and_semantics() {
    let glob = Semantics::default().wildcard(Wildcard::Glob);
    let any_case = Semantics::default().keywords(Keywords::AnyCase);
    let patterns = [
        parsed("{ $.a = x* }"),
        parsed("{$.a = x*}"),
        FilterPattern::with_semantics("{ $.a = x* }", glob).unwrap(),
        FilterPattern::with_semantics("{ $.a = x* }", any_case).unwrap(),
        parsed(""),
        parsed(" "),
    ];
    for (at, one) in patterns.iter().enumerate() {
        for (other_at, other) in patterns.iter().enumerate() {
            assert_eq!(one == other, at == other_at, "{one} and {other}");
        }
        let again = FilterPattern::with_semantics(one.as_str(), one.semantics()).unwrap();
        assert_eq!(&again, one);
        // compiled state and matches are not part of the value
        assert_eq!(one.is_match("x"), again.is_match("x"));
        assert_eq!(one, &again.clone());
    }
    let set: HashSet<FilterPattern> = patterns.iter().cloned().chain(patterns.iter().cloned()).collect();
    assert_eq!(set.len(), patterns.len());
}

#[test]
fn a_pattern_is_its_text_for_serde() {
    for text in ["", "ERROR -\"timed out\"", "{ $.a = \"\\u00e9\" }", "[ip, ..., s = 4*]", "%^5\\d\\d%"] {
        let json = serde_json::to_string(&parsed(text)).unwrap();
        assert_eq!(json, serde_json::to_string(text).unwrap());
        assert_eq!(serde_json::from_str::<FilterPattern>(&json).unwrap(), parsed(text));
        assert_eq!(FilterPattern::try_from(text), FilterPattern::try_from(text.to_owned()));
    }
    for (json, says) in [
        (r#""{ $.a = 1 AND $.b = 2 }""#, "write `&&`"),
        ("1", "expected the text of a filter pattern"),
        ("null", "expected the text of a filter pattern"),
    ] {
        let error = serde_json::from_str::<FilterPattern>(json).unwrap_err().to_string();
        assert!(error.contains(says), "{json}: {error}");
    }
}

#[test]
fn a_set_is_built_by_chain_loop_and_iterator() {
    let pairs = || [("a", parsed("A")), ("b", parsed("B"))];
    let chain = PatternSet::builder().add("a", parsed("A")).add("b", parsed("B")).build().unwrap();
    let mut builder = PatternSet::builder();
    for (name, pattern) in pairs() {
        builder.add(name, pattern);
    }
    let mut extended = PatternSetBuilder::default();
    extended.extend(pairs());
    let collected: PatternSetBuilder = pairs().into_iter().collect();
    let sets = [
        chain,
        builder.build().unwrap(),
        extended.build().unwrap(),
        collected.build().unwrap(),
        PatternSet::try_from_iter(pairs()).unwrap(),
    ];
    for set in &sets {
        for (event, names) in [("A", vec!["a"]), ("A B", vec!["a", "b"]), ("c", vec![])] {
            assert_eq!(set.matches(event).map(|id| set.name(id)).collect::<Vec<_>>(), names);
            assert_eq!(set.is_match(event), !names.is_empty());
            assert_eq!(set.matches(event).collect::<Vec<_>>(), set.matcher().match_event(event.as_bytes()));
        }
        let ids: Vec<_> = set.ids().map(|id| set.pattern(id).cloned()).collect();
        assert_eq!(ids, [Some(parsed("A")), Some(parsed("B"))]);
        assert_eq!(set.id("b").map(|id| id.index()), Some(1));
    }
    // the builder keeps the patterns that it has
    builder.add("c", parsed("c"));
    assert_eq!((builder.build().unwrap().len(), sets[1].len()), (3, 2));
    let twice = PatternSet::try_from_iter(pairs().into_iter().chain(pairs()));
    assert_eq!(twice.unwrap_err(), SetError::DuplicateName { name: "a".to_owned() });
}

#[test]
fn matches_of_two_sets_live_side_by_side() {
    let one = PatternSet::try_from_iter([("a", parsed("A")), ("b", parsed("B"))]).unwrap();
    let other = PatternSet::try_from_iter([("b", parsed("B"))]).unwrap();
    let mut first = one.matches("A B");
    let second = other.matches("A B");
    assert_eq!((first.len(), second.len()), (2, 1));
    assert_eq!(first.next().map(|id| one.name(id)), Some("a"));
    assert_eq!((first.as_slice().len(), first.size_hint()), (1, (1, Some(1))));
    assert!(parsed("B").is_match("A B"), "while both are alive");
    let outside = std::thread::scope(|scope| scope.spawn(|| one.matches("A")).join().unwrap());
    drop(second);
    assert_eq!(first.chain(outside).map(|id| one.name(id)).collect::<Vec<_>>(), ["b", "a"]);
}

/// Patterns that are refused, and the report.
const REPORTS: [(&str, &str); 6] = [
    (
        "{ $.user = 'root' }",
        "error: invalid character(s) in `'`\n  |\n1 | { $.user = 'root' }\n  |            ^\n",
    ),
    // the place is on a later line, and after tabs and characters of several bytes
    (
        "{ $.a = 1 &&\n\t$.b = \"é\" AND $.c = 1 }",
        "\n  |\n2 | \t$.b = \"é\" AND $.c = 1 }\n  | \t          ^^^\n",
    ),
    // the place is the end of the text
    ("{ $.a = 1", "\n  |\n1 | { $.a = 1\n"),
    ("{ $.a = 1 && }", "\n  |\n1 | { $.a = 1 && }\n  |              ^\n"),
    // hidden characters are shown by visible ones
    ("{ $.a = \u{1b}[31m }", "\n  |\n1 | { $.a = \u{241b}[31m }\n  |         ^"),
    ("[a, b = 1 && c = 2, \u{202e}]", "\n  |\n1 | [a, b = 1 && c = 2, \u{fffd}]\n"),
];

#[test]
fn a_report_has_the_line_carets_and_help() {
    for (text, shows) in REPORTS {
        let error = text.parse::<FilterPattern>().expect_err(text);
        let report = error.report(text);
        assert!(report.contains(shows), "{text:?}\n{report}");
        assert!(report.starts_with("error: "), "{report}");
        assert!(report.contains("\n  = help: ") && report.contains("\n  = AWS: "), "{report}");
    }
}

#[test]
fn a_report_of_a_long_line_shows_the_part_around_the_place() {
    let long = |before: usize, after: usize| {
        format!("{{ $.a = \"{}\" AND $.{} = 2 }}", "é".repeat(before), "y".repeat(after))
    };
    for (before, after) in [(300, 300), (1, 400), (400, 1), (0x1000, 0x1000)] {
        let text = long(before, after);
        let error = text.parse::<FilterPattern>().unwrap_err();
        let report = error.report(&text);
        let lines: Vec<&str> = report.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() < 200), "{report}");
        if before + after < 0x1000 {
            let below = lines[3].find('^').map(|at| lines[2].chars().skip(at).take(3).collect::<String>());
            assert_eq!(below.as_deref(), Some("AND"), "{report}");
        }
    }
    // a text that differs from the parsed text: no panic
    let error = long(3, 3).parse::<FilterPattern>().unwrap_err();
    for text in ["", "é", "{ $.", "\n\n\n", "ééééééééééééééééé"] {
        assert!(error.report(text).starts_with("error: "));
    }
}
