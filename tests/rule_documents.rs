//! Every rule of `patterns/` is a document: what a match means, who else does it, the first steps, and techniques of the current ATT&CK.

use cwfilter::controls::{ATTACK_VERSION, technique};
use cwfilter::rules::{Expect, Rule, load, parse};
use std::collections::BTreeSet;
use std::path::Path;

/// The most characters of a text that is read on a telephone.
const LONGEST_TITLE: usize = 90;

fn texts(rule: &Rule) -> Vec<&str> {
    let lists = rule.false_positives.iter().chain(&rule.response);
    rule.title.iter().chain(&rule.description).chain(lists).map(String::as_str).collect()
}

#[test]
fn every_rule_says_what_it_means_and_what_to_do() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let files = load(&[packs]).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut metrics = BTreeSet::new();
    for rule in files.iter().flat_map(|file| &file.rules) {
        let id = &rule.id;
        assert!(
            rule.title.as_ref().is_some_and(|title| title.chars().count() <= LONGEST_TITLE),
            "{id}: title"
        );
        assert!(rule.description.is_some() && rule.severity.is_some(), "{id}: description, severity");
        assert!(
            !rule.false_positives.is_empty() && !rule.response.is_empty(),
            "{id}: false_positives, response"
        );
        assert!(texts(rule).iter().all(|text| text.trim().len() > 5), "{id}: an empty text");
        assert!(
            !rule.references.is_empty() && rule.references.iter().all(|it| it.starts_with("https://")),
            "{id}"
        );
        let metric = rule.metric.as_ref().unwrap_or_else(|| panic!("{id}: metric"));
        assert!(
            rule.alarm.is_some() && metrics.insert((&metric.namespace, &metric.name)),
            "{id}: a metric of its own"
        );
        let verdicts: Vec<Expect> = rule.tests.iter().map(|test| test.expect).collect();
        assert!(verdicts.contains(&Expect::Match) && verdicts.contains(&Expect::NoMatch), "{id}: tests");
    }
}

#[test]
fn techniques_are_those_of_the_current_version() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let files = load(&[packs]).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut found = BTreeSet::new();
    for rule in files.iter().flat_map(|file| &file.rules) {
        let ids = rule.covers.iter().filter_map(|name| name.strip_prefix("attack/"));
        for it in ids.map(|id| (id, technique(id))) {
            let current = it.1.is_some_and(|technique| technique.moved_to.is_none());
            assert!(current, "{}: {} is no technique of ATT&CK {ATTACK_VERSION}: {:?}", rule.id, it.0, it.1);
            found.insert(it.0);
        }
    }
    assert!(found.len() > 50, "{} techniques", found.len());
}

#[test]
fn the_keys_are_lists_of_texts() {
    let file = |keys: &str| {
        let text = format!("[[rule]]\nid = \"r\"\npattern = \"ERROR\"\n{keys}\n");
        parse("rules.toml".as_ref(), text)
    };
    let read = file("false_positives = [\"a\", \"b\"]\nresponse = [\"c\"]").unwrap();
    assert_eq!(
        (&read.rules[0].false_positives[..], &read.rules[0].response[..]),
        (&["a".to_owned(), "b".into()][..], &["c".to_owned()][..])
    );
    let absent = file("").unwrap();
    assert!(absent.rules[0].false_positives.is_empty() && absent.rules[0].response.is_empty());
    for (keys, expected) in [
        ("response = \"call the owner\"", "invalid type: string \"call the owner\", expected a sequence"),
        ("response = [1]", "invalid type: integer `1`, expected a string"),
        ("false_positives = true", "invalid type: boolean `true`, expected a sequence"),
        ("falsepositives = []", "unknown field `falsepositives`"),
        ("false_positives = []\nfalse_positives = []", "duplicate key"),
    ] {
        let errors = file(keys).unwrap_err();
        let error = errors[0].to_string();
        assert!(error.contains(expected), "{keys}: {error}");
        assert!(error.contains("rules.toml:4") || error.contains("rules.toml:5"), "{keys}: {error}");
    }
}
