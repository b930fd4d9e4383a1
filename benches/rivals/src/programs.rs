//! The rules for `benches/rivals/programs.py`, in the language of each program, and cwfilter as one of these programs, which
//! `stages.py` runs under callgrind.

use crate::archive::jq;
use crate::engines::set;
use crate::support::{Clause, Rule, rules};
use serde_json::json;
use std::path::Path;

/// Writes the rules for jq, for a program in Python and for chDB.
pub fn write(folder: &Path, count: usize) {
    let rules = rules(count);
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write("rules.jq", jq(&rules, "."));
    write("rules.json", json!(rules.iter().map(neutral).collect::<Vec<_>>()).to_string());
    write("rules-chdb.sql", chdb(&rules));
}

/// The rule's name and its alternatives, each a list of clauses: an operator, the keys of a path, and texts.
fn neutral(rule: &Rule) -> serde_json::Value {
    let clause = |clause: &Clause| match clause {
        Clause::AnyOf(path, texts) => json!(["any_of", keys(path), texts]),
        Clause::Like(path, texts) => json!(["like", keys(path), texts]),
        Clause::NoneOf(path, texts) => json!(["none_of", keys(path), texts]),
        Clause::Missing(path) => json!(["missing", keys(path), []]),
    };
    let alternatives = rule.alternatives.iter().map(|all| all.iter().map(clause).collect::<Vec<_>>());
    json!([rule.name, alternatives.collect::<Vec<_>>()])
}

fn keys(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// A query that counts the lines of each rule; `FILE` is replaced.
fn chdb(rules: &[Rule]) -> String {
    let count = |rule: &Rule| {
        let all = |clauses: &Vec<Clause>| {
            format!("({})", clauses.iter().map(chdb_clause).collect::<Vec<_>>().join(" AND "))
        };
        let any: Vec<String> = rule.alternatives.iter().map(all).collect();
        format!("countIf({}) AS \"{}\"", any.join(" OR "), rule.name)
    };
    format!(
        "SELECT {}\nFROM file('FILE', 'LineAsString', 'line String')\n",
        rules.iter().map(count).collect::<Vec<_>>().join(",\n")
    )
}

fn chdb_clause(clause: &Clause) -> String {
    let (Clause::AnyOf(path, _) | Clause::Like(path, _) | Clause::NoneOf(path, _) | Clause::Missing(path)) =
        clause;
    let keys: Vec<String> = keys(path).iter().map(|key| format!("'{key}'")).collect();
    let (has, value) = (
        format!("JSONHas(line, {})", keys.join(", ")),
        format!("JSONExtractString(line, {})", keys.join(", ")),
    );
    let list = |texts: &[String]| texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ");
    match clause {
        Clause::AnyOf(_, texts) => format!("{value} IN ({})", list(texts)),
        Clause::Like(_, texts) => {
            let tests = texts.iter().map(|text| format!("{value} LIKE '{}'", text.replace('*', "%")));
            format!("({})", tests.collect::<Vec<_>>().join(" OR "))
        }
        Clause::NoneOf(_, texts) => format!("({has} AND {value} NOT IN ({}))", list(texts)),
        Clause::Missing(_) => format!("NOT {has}"),
    }
}

/// Matches a file of lines, several times over; prints the number of records for each rule. `CWFILTER_STRUCTURAL` disables the prefilter.
pub fn count(events: &Path, patterns: usize, repetitions: usize) {
    let rules = rules(patterns);
    let mut builder = set(&rules);
    if std::env::var_os("CWFILTER_STRUCTURAL").is_some() {
        builder.structural();
    }
    let mut matcher = builder.build().unwrap().matcher();
    let events = std::fs::read(events).unwrap();
    let mut counts = vec![0u64; rules.len()];
    for _ in 0..repetitions {
        matcher.scan_ndjson(&events, |_, ids| ids.iter().for_each(|id| counts[id.index()] += 1));
    }
    for (rule, count) in rules.iter().zip(counts) {
        println!("{count} {}", rule.name);
    }
}
