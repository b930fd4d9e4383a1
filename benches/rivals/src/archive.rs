//! The input of `benches/scan/run`: one archive of delivery files, the rules in the language of each program, and two programs to
//! compare with: one that only inflates, and one around the library of rsigma.

use crate::engines::sigma;
use crate::support::{Clause, Rule, records, rules};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The sizes of the rule sets.
const SETS: [usize; 2] = [15, 100];
/// The seed of the records.
const SEED: u64 = 1;

/// Writes `count` records as delivery files of `each` records below `folder/archive-EACH`.
pub fn write(folder: &Path, count: usize, each: usize) {
    let text = records(SEED, count);
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let archive = folder.join(format!("archive-{each}"));
    for (number, part) in lines.chunks(each).enumerate() {
        // a folder a day, as trails have
        let day = archive.join(format!(
            "AWSLogs/123456789012/CloudTrail/us-east-1/2026/{:02}/{:02}",
            1 + number / 5600 % 12,
            1 + number / 200 % 28
        ));
        std::fs::create_dir_all(&day).unwrap();
        let name = format!("123456789012_CloudTrail_us-east-1_20260304T0000Z_{number:016}.json.gz");
        let mut encoder =
            GzEncoder::new(std::fs::File::create(day.join(name)).unwrap(), Compression::default());
        encoder.write_all(b"{\"Records\":[").unwrap();
        encoder.write_all(&part.join(&b","[..])).unwrap();
        encoder.write_all(b"]}").unwrap();
        encoder.finish().unwrap();
    }
}

/// Writes the rule sets in each program's language.
pub fn write_rules(folder: &Path) {
    for count in SETS {
        let rules = rules(count);
        let toml =
            |rule: &Rule| format!("[[rule]]\nid = \"{}\"\npattern = '''{}'''\n\n", rule.name, rule.pattern());
        let write = |ending: &str, text: String| {
            std::fs::write(folder.join(format!("rules-{count}.{ending}")), text).unwrap()
        };
        write("toml", rules.iter().map(toml).collect());
        write("jq", jq(&rules, ".Records[]"));
        write("sql", sql(&rules));
        write("regex", regex(&rules));
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Prints the name of each rule that one of `records` matches.
pub fn jq(rules: &[Rule], records: &str) -> String {
    let tests = rules.iter().map(|rule| {
        let any: Vec<String> = rule
            .alternatives
            .iter()
            .map(|all| format!("({})", all.iter().map(jq_clause).collect::<Vec<_>>().join(" and ")))
            .collect();
        format!("(if {} then {} else empty end)", any.join(" or "), quoted(&rule.name))
    });
    format!("{records} | ({})\n", tests.collect::<Vec<_>>().join(",\n"))
}

fn jq_clause(clause: &Clause) -> String {
    let list = |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(",");
    match clause {
        Clause::AnyOf(path, texts) => format!("(.{path} | IN({}))", list(texts)),
        Clause::Like(path, texts) => {
            let tests = texts.iter().map(|text| match (text.strip_prefix('*'), text.strip_suffix('*')) {
                (Some(end), _) => format!("endswith({})", quoted(end)),
                (_, Some(start)) => format!("startswith({})", quoted(start)),
                _ => format!(". == {}", quoted(text)),
            });
            format!("(.{path} | type == \"string\" and ({}))", tests.collect::<Vec<_>>().join(" or "))
        }
        Clause::NoneOf(path, texts) => format!("(.{path} | . != null and (IN({}) | not))", list(texts)),
        Clause::Missing(path) => format!("(.{path} == null)"),
    }
}

/// A query for DuckDB that counts the records of each rule; `FILES` is replaced.
fn sql(rules: &[Rule]) -> String {
    let mut columns = Columns::default();
    let mut counts = Vec::new();
    for rule in rules {
        let mut any = Vec::new();
        for clauses in &rule.alternatives {
            let all: Vec<String> = clauses.iter().map(|clause| sql_clause(clause, &mut columns)).collect();
            any.push(format!("({})", all.join(" AND ")));
        }
        counts.push(format!("count(*) FILTER (WHERE {}) AS \"{}\"", any.join(" OR "), rule.name));
    }
    format!(
        "SELECT {}\nFROM (SELECT unnest(Records) AS r FROM read_json('FILES', format = 'unstructured', maximum_object_size = 268435456, columns = {{Records: '{}[]'}}))\n",
        counts.join(",\n"),
        columns.of_struct()
    )
}

/// The members that the rules read.
#[derive(Default)]
struct Columns(BTreeMap<&'static str, Columns>);

impl Columns {
    fn add(&mut self, path: &'static str) {
        if let Some((first, rest)) = path.split_once('.') {
            self.0.entry(first).or_default().add(rest);
        } else {
            self.0.entry(path).or_default();
        }
    }

    fn of_struct(&self) -> String {
        let mut text = String::new();
        for (name, inside) in &self.0 {
            let kind = match (inside.0.is_empty(), *name) {
                (true, "resources") => "JSON".to_owned(),
                (true, _) => "VARCHAR".to_owned(),
                (false, _) => inside.of_struct(),
            };
            let comma = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{comma}\"{name}\" {kind}");
        }
        format!("STRUCT({text})")
    }
}

fn sql_clause(clause: &Clause, columns: &mut Columns) -> String {
    let list = |texts: &[String]| texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ");
    let (Clause::AnyOf(path, _) | Clause::Like(path, _) | Clause::NoneOf(path, _) | Clause::Missing(path)) =
        clause;
    columns.add(path);
    match clause {
        Clause::AnyOf(path, texts) => format!("r.{path} IN ({})", list(texts)),
        Clause::Like(path, texts) => {
            let tests = texts.iter().map(|text| format!("r.{path} LIKE '{}'", text.replace('*', "%")));
            format!("({})", tests.collect::<Vec<_>>().join(" OR "))
        }
        Clause::NoneOf(path, texts) => format!("r.{path} NOT IN ({})", list(texts)),
        Clause::Missing(path) => format!("r.{path} IS NULL"),
    }
}

/// The names of calls that the rules watch, for a search without JSON.
fn regex(rules: &[Rule]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for clause in rules.iter().flat_map(|rule| &rule.alternatives).flatten() {
        if let Clause::AnyOf("eventName", texts) = clause {
            names.extend(texts.iter().map(String::as_str));
        }
    }
    names.sort_unstable();
    names.dedup();
    format!("\"eventName\":\"(?:{})\"\n", names.join("|"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let list = if entry.file_type().unwrap().is_dir() { &mut folders } else { &mut found };
            list.push(entry.path());
        }
    }
    found.sort();
    found
}

/// Reads each file of an archive and inflates it with libdeflate in one call, and nothing more.
pub fn inflate(archive: &Path) {
    let mut inflater = libdeflater::Decompressor::new();
    let (mut stored, mut text, mut all) = (Vec::new(), Vec::new(), 0);
    for file in files(archive) {
        stored.clear();
        std::fs::File::open(file).unwrap().read_to_end(&mut stored).unwrap();
        let length = u32::from_le_bytes(stored[stored.len() - 4..].try_into().unwrap()) as usize;
        if text.len() < length {
            text.resize(length, 0);
        }
        all += inflater.gzip_decompress(&stored, &mut text[..length]).unwrap();
    }
    println!("{all} bytes");
}

/// Matches an archive with rsigma's library; prints the number of records for each rule.
pub fn rsigma(archive: &Path, count: usize) {
    let rules = rules(count);
    let yaml: Vec<String> = rules.iter().enumerate().map(|(index, rule)| sigma(index, rule)).collect();
    let collection = rsigma_parser::parse_sigma_yaml(&yaml.join("---\n")).unwrap();
    let mut engine = rsigma_eval::Engine::new();
    engine.add_collection(&collection).unwrap();
    let mut counts = vec![0u64; rules.len()];
    for file in files(archive) {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_end(&mut text).unwrap();
        let mut file: serde_json::Value = serde_json::from_slice(&text).unwrap();
        for record in file["Records"].as_array_mut().unwrap() {
            for result in engine.evaluate(&rsigma_eval::event::JsonEvent::borrow(record)) {
                counts[result.header.rule_title.parse::<usize>().unwrap()] += 1;
            }
        }
    }
    for (rule, count) in rules.iter().zip(counts) {
        println!("{count} {}", rule.name);
    }
}
