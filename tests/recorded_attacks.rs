//! Recorded attacks ring: the alarms of `patterns/` over the runs of `recorded_attacks/`, and the rules that match further recorded shapes.
//! `CWFILTER_BLESS=1` rewrites the lists of alarms and rules; read the difference before you commit it.

use cwfilter::rules::{Rule, RuleFile, load};
use cwfilter::simulation::Simulation;
use cwfilter::time::parse;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded_attacks")
}

fn packs() -> Vec<RuleFile> {
    load(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns")])
        .unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// The rules that are counted. The pack `security-hub` has the texts that Security Hub compares, and repeats `cis-aws`.
fn counted(files: &[RuleFile]) -> Vec<&Rule> {
    files.iter().flat_map(|file| &file.rules).filter(|rule| !rule.id.starts_with("hub-")).collect()
}

fn lines(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Compares the file with the lines that the rules give, or writes it.
fn agrees(name: &str, lines: &[String]) {
    let (path, text) = (folder().join(name), lines.join("\n") + "\n");
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    for (line, kept) in lines.iter().zip(kept.lines()) {
        assert_eq!(line, kept, "{name}: CWFILTER_BLESS=1 writes it");
    }
    assert_eq!(text, kept, "{name}: CWFILTER_BLESS=1 writes it");
}

/// The rules whose alarms ring when these events are replayed at their times.
fn alarms(rules: &[&Rule], events: &[Value]) -> BTreeSet<String> {
    let mut simulation = Simulation::new(rules.iter().copied()).unwrap();
    for event in events {
        let time = parse(event["eventTime"].as_str().unwrap()).unwrap();
        simulation.add(Some(time), event.to_string().as_bytes(), String::new);
    }
    let rung = simulation.courses().into_iter().filter(|course| course.alarms() > 0);
    rung.map(|course| course.rule.id.clone()).collect()
}

#[test]
fn every_recorded_technique_rings() {
    let files = packs();
    let rules = counted(&files);
    let mut runs: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines("runs.jsonl") {
        runs.entry(line["technique"].as_str().unwrap().to_owned()).or_default().push(line["event"].clone());
    }
    let table = std::fs::read_to_string(folder().join("techniques.tsv")).unwrap();
    let mut written = vec!["technique\trecords\talarms\treason".to_owned()];
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [technique, records, _, reason] = fields[..] else { panic!("four fields: {line}") };
        let events = runs.remove(technique).unwrap_or_else(|| panic!("no records of {technique}"));
        let rung = alarms(&rules, &events);
        assert_eq!(
            rung.is_empty(),
            !reason.is_empty(),
            "{technique}: {rung:?} rang, and the reason is `{reason}`"
        );
        let rung: Vec<String> = rung.into_iter().collect();
        written.push(format!("{technique}\t{records}\t{}\t{reason}", rung.join(" ")));
    }
    assert!(runs.is_empty(), "techniques that the table lacks: {:?}", runs.keys());
    assert_eq!(written.len(), 36, "35 techniques");
    agrees("techniques.tsv", &written);
}

/// A rule about an attack is not about the tool: no alarm rests on the name of Stratus Red Team.
#[test]
fn no_run_is_found_by_the_name_of_its_tool() {
    for line in lines("runs.jsonl") {
        let agent = line["event"]["userAgent"].as_str().unwrap_or_default();
        assert!(!agent.contains("stratus"), "{agent}");
    }
}

#[test]
fn recorded_shapes_match_the_rules_that_are_listed() {
    let files = packs();
    let rules: Vec<&Rule> = counted(&files).into_iter().filter(|rule| !rule.id.starts_with("cis-")).collect();
    let (mut written, mut matched) = (Vec::new(), 0);
    for mut line in lines("shapes.jsonl") {
        let event = line["event"].to_string();
        let found = rules.iter().filter(|rule| rule.pattern.is_match(&event));
        line["rules"] = found.map(|rule| Value::from(rule.id.as_str())).collect();
        matched += usize::from(line["rules"] != Value::Array(Vec::new()));
        written.push(line.to_string());
    }
    assert!(matched > 150, "{matched} shapes match a rule");
    agrees("shapes.jsonl", &written);
}

/// Real ids never get into the project.
#[test]
fn the_ids_are_those_of_the_documentation() {
    for name in ["runs.jsonl", "shapes.jsonl"] {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            let is_account = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
            assert!(!is_account || word == "123456789012", "{name}: {word}");
            let is_key = word.len() == 20 && (word.starts_with("AKIA") || word.starts_with("ASIA"));
            assert!(!is_key || word == "AKIAIOSFODNN7EXAMPLE", "{name}: {word}");
        }
    }
}
