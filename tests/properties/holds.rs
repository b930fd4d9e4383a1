//! What holds for every input: the fuzz targets try it on bytes, `cargo test` on random inputs and on all that was found.

#[path = "../generate/matchers.rs"]
mod matchers;
#[path = "../generate/tree.rs"]
mod tree;

use cwfilter::analysis::{Bounds, Relation, compare_within};
use cwfilter::cloudtrail::{Scanner, records};
use cwfilter::diagnostic::Applicability;
use cwfilter::metric::{MetricFilter, MissingDimension, Transformation};
use cwfilter::syntax::ast::Pattern;
use cwfilter::{FilterPattern, PatternSet, lint, rules, sources};
use matchers::matchers;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::value::RawValue;
use std::path::Path;

/// A property, and the name of its fuzz target.
pub(crate) type Property = (&'static str, fn(&[u8]));

/// All properties.
pub(crate) const PROPERTIES: [Property; 12] = [
    ("parse_never_panics", parse_never_panics),
    ("print_parse_roundtrip", print_parse_roundtrip),
    ("engine_equals_reference", engine_equals_reference),
    ("set_equals_each", set_equals_each),
    ("scanner_equals_serde_json", scanner_equals_serde_json),
    ("explain_equals_match", explain_equals_match),
    ("fix_keeps_meaning", fix_keeps_meaning),
    ("implies_is_sound", implies_is_sound),
    ("rule_file", rule_file),
    ("delivery_file", delivery_file),
    ("terraform_source", terraform_source),
    ("emit_never_panics", emit_never_panics),
];

/// The first line and the rest.
fn line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[]),
    }
}

fn parsed(text: &[u8]) -> Option<FilterPattern> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A text parses, prints and parses again to the same, or is refused with a place in it, a help line and AWS's text.
pub(crate) fn parse_never_panics(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.parse::<FilterPattern>() {
        Ok(pattern) => {
            let printed = pattern.ast().to_string();
            match printed.parse::<FilterPattern>() {
                Ok(again) => assert_eq!(again.ast(), pattern.ast()),
                // the one-line layout may be longer than the original
                Err(error) => assert!(printed.chars().count() > 1024, "{printed}: {error}"),
            }
        }
        Err(error) => {
            assert!(text.get(error.span().range()).is_some(), "the place is in the text");
            assert!(!error.help().is_empty() && !error.aws_message().is_empty());
        }
    }
}

/// A tree grown from 32 bytes: printed and parsed again it is the same tree.
pub(crate) fn print_parse_roundtrip(data: &[u8]) {
    // not passed through: after the end of the bytes a strategy draws zeros, and it would reject some of them for ever
    let mut seed = [0; 32];
    seed.iter_mut().zip(data).for_each(|(to, from)| *to = *from);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    if let Ok(grown) = tree::pattern().new_tree(&mut runner) {
        prints_and_parses(&grown.current());
    }
}

fn prints_and_parses(pattern: &Pattern) {
    let printed = pattern.to_string();
    if tree::is_within_budget(&printed) {
        let parsed: FilterPattern = printed.parse().unwrap_or_else(|error| panic!("{printed}: {error}"));
        assert_eq!(parsed.ast(), pattern, "{printed}");
    }
}

/// A pattern in the first line, a message after it: every match path gives the reference evaluator's verdict.
pub(crate) fn engine_equals_reference(data: &[u8]) {
    let (text, message) = line(data);
    let Some(pattern) = parsed(text) else { return };
    let expected = pattern.reference().is_match(message);
    assert_eq!(pattern.is_match(message), expected);
    let lines = message.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let matching: Vec<&[u8]> = lines.filter(|line| pattern.reference().is_match(line)).collect();
    for (name, mut matcher) in matchers(&[pattern]) {
        assert_eq!(matcher.is_match(message), expected, "{name}");
        let mut found = Vec::new();
        matcher.scan_ndjson(message, |place, _| found.push(&message[place]));
        assert_eq!(found, matching, "{name}, as lines");
    }
}

/// Patterns line by line, an empty line, a message: together they answer as each alone.
pub(crate) fn set_equals_each(data: &[u8]) {
    let (mut patterns, mut rest) = (Vec::new(), data);
    loop {
        let (text, after) = line(rest);
        rest = after;
        if text.is_empty() {
            break;
        }
        patterns.extend(parsed(text));
    }
    let expected: Vec<usize> = (0..patterns.len()).filter(|at| patterns[*at].is_match(rest)).collect();
    for (name, mut matcher) in matchers(&patterns) {
        let found: Vec<usize> = matcher.matches(rest).map(|id| id.index()).collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// The scanner agrees with serde_json on which texts are whole JSON objects, and on the places of a delivery file's records.
pub(crate) fn scanner_equals_serde_json(data: &[u8]) {
    let object: Option<&RawValue> = serde_json::from_slice(data).ok();
    let is_object = object.is_some_and(|it| it.get().starts_with('{'));
    let everything: FilterPattern = "".parse().expect("nothing is a pattern");
    for (name, mut matcher) in matchers(&[everything]) {
        assert_eq!(matcher.is_json(data), is_object, "{name}");
        let mut places = Vec::new();
        let count = matcher.scan_records(data, |_, place, _| places.push(place));
        let Some(records) = object.and_then(|it| only_records(it.get())) else { continue };
        let found: Vec<&[u8]> = places.into_iter().map(|place| &data[place]).collect();
        let expected: Vec<&[u8]> = records.iter().map(|record| record.get().as_bytes()).collect();
        assert_eq!(count, Ok(expected.len() as u64), "{name}");
        assert_eq!(found, expected, "{name}");
    }
}

/// The records of an object whose only key is `Records`, without escapes, if all records are objects.
fn only_records(text: &str) -> Option<Vec<&RawValue>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct DeliveryFile<'a> {
        #[serde(rename = "Records", borrow)]
        records: Vec<&'a RawValue>,
    }
    let is_plain = text[1..].trim_ascii_start().starts_with("\"Records\"");
    let file: DeliveryFile<'_> = serde_json::from_str(text).ok().filter(|_| is_plain)?;
    file.records.iter().all(|record| record.get().starts_with('{')).then_some(file.records)
}

/// A pattern in the first line, a message after it: the explanation's verdict is that of matching.
pub(crate) fn explain_equals_match(data: &[u8]) {
    let (text, message) = line(data);
    let Some(pattern) = parsed(text) else { return };
    let explanation = pattern.explain(message);
    assert_eq!(explanation.matched(), pattern.is_match(message));
    assert!(!explanation.to_string().is_empty());
    // what decides is a clause that is there
    let clauses = explanation.clauses();
    assert!(explanation.deciding().iter().all(|text| clauses.iter().any(|clause| clause.text == *text)));
}

/// A pattern in the first line, a message after it: fixes are patterns, and safe ones have the same verdict.
pub(crate) fn fix_keeps_meaning(data: &[u8]) {
    let (text, message) = line(data);
    let Ok(text) = std::str::from_utf8(text) else { return };
    let pattern = text.parse::<FilterPattern>().ok();
    for finding in lint::check(text) {
        let Some(fix) = finding.fix else { continue };
        let fixed: Result<FilterPattern, _> = fix.pattern.parse();
        match (&pattern, fixed) {
            (Some(pattern), Ok(fixed)) if fix.applicability == Applicability::Safe => {
                assert_eq!(pattern.is_match(message), fixed.is_match(message), "{fixed}");
            }
            (_, Ok(_)) => {}
            // a fix is not cut down to AWS's limits
            (_, Err(error)) => {
                assert!(error.aws_message() != "Invalid metric filter pattern", "{}", fix.pattern)
            }
        }
    }
}

/// Two patterns, a line each, and a message: no answer about the patterns is contradicted by the message.
pub(crate) fn implies_is_sound(data: &[u8]) {
    let (first, rest) = line(data);
    let (second, event) = line(rest);
    let (Some(a), Some(b)) = (parsed(first), parsed(second)) else { return };
    let found = compare_within(&a, &b, &Bounds::default());
    for witness in &found.witnesses {
        let event = witness.event.as_bytes();
        assert_eq!(a.reference().is_match(event), witness.matches_a);
        assert_eq!(b.reference().is_match(event), witness.matches_b);
    }
    let (in_a, in_b) = (a.reference().is_match(event), b.reference().is_match(event));
    assert!(match found.relation {
        Relation::Equivalent => in_a == in_b,
        Relation::Implies => in_b || !in_a,
        Relation::Implied => in_a || !in_b,
        Relation::Disjoint => !(in_a && in_b),
        _ => true,
    });
}

/// A rule file is read and its tests run, or every error has a place in it.
pub(crate) fn rule_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match rules::parse(Path::new("fuzz/rules.toml"), text.to_owned()) {
        Ok(file) => file.rules.iter().for_each(|rule| {
            assert_eq!(rules::run_tests(rule).len(), rule.tests.len());
        }),
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!(error.span().is_none_or(|span| text.get(span.range()).is_some()), "{error}");
            }
        }
    }
}

/// Every record that `is_json` calls JSON is a JSON object, and no other record is one; errors have places in the text, and whole files are
/// read the same.
pub(crate) fn delivery_file(data: &[u8]) {
    let (mut number, mut count, mut errors) = (0, 0u64, Vec::new());
    for record in records(data) {
        match record {
            Ok(record) => {
                count += 1;
                assert!(record.number > number, "numbers go up");
                number = record.number;
                // a damaged array may look like a line of text: `[-` begins no JSON value
                let value = serde_json::from_slice::<&RawValue>(&record.bytes);
                let is_object = value.is_ok_and(|value| value.get().starts_with('{'));
                assert_eq!(record.is_json, is_object, "{}", String::from_utf8_lossy(&record.bytes));
            }
            Err(error) => errors.push(error.to_string()),
        }
        assert!(errors.len() <= data.len() + 1, "each error takes a byte");
    }
    let set = PatternSet::builder().build().expect("an empty set is one");
    let scanned = Scanner::new(&set).scan(data, |_| Ok::<(), ()>(())).expect("no visit fails");
    let described: Vec<String> = scanned.errors.iter().map(ToString::to_string).collect();
    assert_eq!((scanned.records, scanned.damages), (count, errors.len() as u64));
    assert!(errors.starts_with(&described));
    if !data.starts_with(&[0x1f, 0x8b])
        && let Ok(whole) = set.matcher().scan_records(data, |_, _, _| {})
    {
        assert_eq!((whole, errors.len()), (count, 0));
    }
}

/// A file with patterns, of any kind: places are inside the file, and a rewritten literal reads as the same text.
pub(crate) fn terraform_source(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for name in ["main.tf", "template.yaml", "rules.toml", "filters.json"] {
        match sources::read(Path::new(name), text) {
            Ok(patterns) => patterns.iter().for_each(|hosted| is_hosted(name, text, hosted)),
            Err(error) => assert!(text.get(error.offset..).is_some(), "{name}: {error}"),
        }
    }
}

fn is_hosted(name: &str, text: &str, hosted: &sources::HostedPattern) {
    assert!(text.get(hosted.literal.range()).is_some(), "{name}");
    let Ok(pattern) = &hosted.text else { return };
    for (at, character) in pattern.char_indices() {
        let span = hosted.in_file(cwfilter::Span::new(at, at + character.len_utf8()));
        assert!(text.get(span.range()).is_some(), "{name}: {at} of {pattern}");
    }
    let Ok(literal) = hosted.literal_for(pattern) else { return };
    let range = hosted.literal.range();
    let written = [&text[..range.start], &literal, &text[range.end..]].concat();
    let again = sources::read(Path::new(name), &written).unwrap_or_else(|error| panic!("{written}: {error}"));
    // lines end as those of the file do
    let unix = |it: &sources::HostedPattern| it.text.as_ref().map(|text| text.replace("\r\n", "\n")).ok();
    let is_it =
        |it: &sources::HostedPattern| it.literal.range().start == range.start && unix(it) == unix(hosted);
    assert!(again.iter().any(is_it), "{name}: {written}");
}

/// Pattern, metric value and a dimension's value, a line each, and a message: what is published has a finite value, and
/// only where the pattern matches.
pub(crate) fn emit_never_panics(data: &[u8]) {
    let (text, rest) = line(data);
    let (value, rest) = line(rest);
    let (dimension, message) = line(rest);
    let Some(pattern) = parsed(text) else { return };
    let (Ok(value), Ok(dimension)) = (std::str::from_utf8(value), std::str::from_utf8(dimension)) else {
        return;
    };
    let plain = Transformation::new("Namespace", "Name", value);
    for transformation in [plain.clone(), plain.dimension("Dimension", dimension)] {
        match MetricFilter::new(pattern.clone(), transformation) {
            Ok(filter) => {
                let filter = filter.missing_dimension(MissingDimension::Omit);
                if let Some(point) = filter.datapoint(message) {
                    assert!(point.value.is_finite() && pattern.is_match(message));
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
