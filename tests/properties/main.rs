//! The properties of the fuzz targets on random inputs, and on every input that once broke one.

#[path = "../generate/mod.rs"]
mod generate;
mod holds;

use cwfilter::FilterPattern;
use flate2::write::GzEncoder;
use generate::{Random, message, pattern};
use holds::PROPERTIES;
use proptest::prelude::*;
use std::io::Write;
use std::path::Path;

/// An input as the target reads it, before bytes of it are changed.
fn input(target: &str, random: &mut Random) -> Vec<u8> {
    let pattern_and = |random: &mut Random, rest: &[&str]| {
        let lines = [&[pattern(random).as_str()], rest].concat().join("\n");
        [lines.as_bytes(), b"\n", &message(random)].concat()
    };
    match target {
        "parse_never_panics" => pattern(random).into_bytes(),
        "print_parse_roundtrip" => (0..4).flat_map(|_| random.next().to_le_bytes()).collect(),
        "engine_equals_reference" | "explain_equals_match" | "fix_keeps_meaning" => pattern_and(random, &[]),
        "emit_never_panics" => {
            let value = random.pick(&["1", "$.a", "$1", "$c0", "$.items[0].a", "-0.5e3", "x", "$.['x.y']"]);
            let dimension = random.pick(&["$.userIdentity.type", "$c1", "$.*", "$.a[*]", ""]);
            pattern_and(random, &[value, dimension])
        }
        "implies_is_sound" => {
            let other = pattern(random);
            pattern_and(random, &[&other])
        }
        "set_equals_each" => {
            let patterns: Vec<String> = (0..random.below(6)).map(|_| pattern(random) + "\n").collect();
            [patterns.concat().as_bytes(), b"\n", &message(random)].concat()
        }
        "scanner_equals_serde_json" | "delivery_file" => delivery(target, random),
        "rule_file" => rules(random).into_bytes(),
        "terraform_source" => source(random).into_bytes(),
        other => panic!("no inputs for {other}"),
    }
}

fn delivery(target: &str, random: &mut Random) -> Vec<u8> {
    let records: Vec<Vec<u8>> = (0..random.below(4)).map(|_| message(random)).collect();
    let joint = random.pick(&[",", "\n", " , "]);
    let joined = records.join(joint.as_bytes());
    let text = match random.below(4) {
        0 => joined,
        1 => [b"[", joined.as_slice(), b"]"].concat(),
        _ => [b"{\"Records\":[", joined.as_slice(), b"]}"].concat(),
    };
    if target == "delivery_file" && random.below(3) == 0 {
        let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&text).expect("memory takes it");
        return gzip.finish().expect("memory takes it");
    }
    text
}

fn rules(random: &mut Random) -> String {
    let rule = |at: usize, random: &mut Random| {
        let event = String::from_utf8_lossy(&message(random)).replace('\'', "");
        let expect = random.pick(&["match", "no-match", "maybe"]);
        format!(
            "[[rule]]\nid = \"r{at}\"\npattern = '''{}'''\n[[rule.test]]\nname = \"a\"\nlog = '''{event}'''\nexpect = \"{expect}\"\n",
            pattern(random)
        )
    };
    (0..1 + random.below(3)).map(|at| rule(at, random)).collect()
}

fn source(random: &mut Random) -> String {
    let text = pattern(random);
    let json = serde_json::to_string(&text).expect("a text is JSON");
    match random.below(5) {
        0 => format!("resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  pattern = {json}\n}}\n"),
        1 => format!("[[rule]]\nid = \"a\"\npattern = '{text}'\n"),
        2 => format!("[[rule]]\nid = \"a\"\npattern = {json}\n"),
        3 => format!("{{\"metricFilters\":[{{\"filterName\":\"a\",\"filterPattern\":{json}}}]}}"),
        _ => format!(
            "Resources:\n  A:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      FilterPattern: '{}'\n",
            text.replace('\'', "''")
        ),
    }
}

/// Puts bytes in, in the place of others, or takes some away.
fn change(input: &mut Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) {
    for (place, kind, byte) in changes {
        let at = place.index(input.len() + 1);
        match (kind % 3, input.get_mut(at)) {
            (0, Some(old)) => *old = *byte,
            (1, Some(_)) => drop(input.remove(at)),
            _ => input.insert(at, *byte),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_property_holds_on_random_inputs(
        seed in any::<u64>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 0..3),
    ) {
        for (target, holds) in PROPERTIES {
            let mut input = input(target, &mut Random::new(seed));
            change(&mut input, &changes);
            let result = std::panic::catch_unwind(|| holds(&input));
            prop_assert!(result.is_ok(), "{target} on {:?}", String::from_utf8_lossy(&input));
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[{\\[%\"'$.?* a-z0-9=!<>&|(),\\]}éISNOT-]{0,60}") {
        holds::parse_never_panics(text.as_bytes());
    }
}

#[test]
fn random_inputs_mean_something() {
    let mut random = Random::new(1);
    let inputs = (0..200).map(|_| input("parse_never_panics", &mut random));
    let parse = inputs.filter(|it| String::from_utf8_lossy(it).parse::<FilterPattern>().is_ok()).count();
    assert!(parse > 150, "{parse}");
}

#[test]
fn every_input_that_was_found_is_mended() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    // the published crate comes without
    if !fuzz.is_dir() {
        return;
    }
    for entry in std::fs::read_dir(fuzz.join("regressions")).expect("the folder is there") {
        let path = entry.expect("it is listed").path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| path.is_dir()) else {
            continue;
        };
        let (_, holds) =
            PROPERTIES.into_iter().find(|(target, _)| *target == name).expect("a target's folder");
        for found in std::fs::read_dir(&path).expect("it is a folder") {
            let found = found.expect("it is listed").path();
            println!("{}", found.display());
            holds(&std::fs::read(found).expect("it is readable"));
        }
    }
}
