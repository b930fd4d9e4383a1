//! `test --coverage` lists the fields and values of a pattern that no recorded event has, with the numbers, and nothing else.

use cwfilter::cloudtrail::catalogue::{field, recorded_sources};
use cwfilter::limits::LEAST_RECORDED;
use cwfilter::rules::{self, Loader, NotRecordedKind, Rule};

fn rule(pattern: &str) -> Rule {
    let source = format!("[[rule]]\nid = \"r\"\npattern = '''{pattern}'''\n");
    let file = Loader::new().parse("rules.toml".as_ref(), source);
    file.unwrap_or_else(|errors| panic!("{errors:?}\n{pattern}")).rules.remove(0)
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = include_str!("not_recorded.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

#[test]
fn every_row_lists_what_no_recorded_event_has() {
    for row in rows() {
        let found: Vec<String> = rules::not_recorded(&rule(row[0]))
            .iter()
            .flat_map(|it| [it.condition.clone(), it.to_string()])
            .collect();
        assert_eq!(found, row[1..], "{}", row[0]);
    }
}

#[test]
fn every_statement_holds_for_the_recorded_facts() {
    let mut kinds = [0; 8];
    for found in rows().flat_map(|row| rules::not_recorded(&rule(row[0]))) {
        match found.kind {
            NotRecordedKind::Field { records, sources, .. } => {
                kinds[0] += 1;
                let all = recorded_sources().iter();
                let of = all.filter(|(name, _)| sources.is_empty() || sources.contains(name));
                assert_eq!(of.map(|(_, source)| source.records).sum::<usize>(), records);
                assert!(records >= LEAST_RECORDED);
            }
            NotRecordedKind::Value { records, values, .. } => {
                kinds[1] += 1;
                assert!(records >= LEAST_RECORDED && !values.is_empty());
            }
            NotRecordedKind::Documented { values, .. } => {
                kinds[2] += 1;
                assert!(!values.is_empty());
            }
            NotRecordedKind::TooFew { records, sources } => {
                kinds[3] += 1;
                let of = sources.iter().filter_map(|name| recorded_sources().get(name.as_str()));
                assert_eq!(of.map(|source| source.records).sum::<usize>(), records);
            }
            NotRecordedKind::Name { sources, known } => {
                kinds[4] += 1;
                assert_eq!(sources.is_empty(), known.is_empty());
            }
            NotRecordedKind::Source => kinds[5] += 1,
            NotRecordedKind::Type { path, .. } => {
                kinds[6] += 1;
                assert!(field(&path).is_some(), "{path}");
            }
            NotRecordedKind::Form { .. } => kinds[7] += 1,
            _ => unreachable!("a new kind needs an arm"),
        }
    }
    assert!(kinds.iter().all(|count| *count > 1), "{kinds:?}");
}
