//! `docs/rules.md` and `docs/rules/`, the pages of the rules of `patterns/`, agree with the rule files and with a simulated month of ordinary traffic.
//! `CWFILTER_BLESS=1 cargo test -p cwfilter-cli --test rule_catalogue` writes them. With `CWFILTER_TRAFFIC=FILE`, a table such as `traffic.tsv`, the
//! test `own_rates` prints the alarms of another account's month.

mod chart;
mod index;
mod page;
mod traffic;

use cwfilter::hit::Severity;
use cwfilter::rules::{Rule, RuleFile, load};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use traffic::Month;

/// More alarms than this in the month of an account need a reason in `noisy.tsv`: more than one a day.
const MOST_ALARMS: usize = traffic::DAYS;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn packs() -> Vec<(String, RuleFile)> {
    let mut files = load(&[root().join("patterns")]).unwrap_or_else(|errors| panic!("{errors:?}"));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let name = |file: &RuleFile| {
        let folder = file.path.parent().and_then(Path::file_name).unwrap();
        folder.to_string_lossy().into_owned()
    };
    files.into_iter().map(|file| (name(&file), file)).collect()
}

/// The reasons of rules that ring more than once a day in one of the accounts, by rule.
fn noisy() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("noisy.tsv").lines().skip(1);
    lines.map(|line| line.split_once('\t').unwrap_or_else(|| panic!("two fields: {line}"))).collect()
}

/// Compares a page with its file, or writes it.
fn agrees(name: &str, page: &str) {
    let path = root().join("docs").join(name);
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept != page {
        let differ = kept.lines().zip(page.lines()).find(|(kept, new)| kept != new);
        panic!("docs/{name}: CWFILTER_BLESS=1 writes it; first difference: {differ:?}");
    }
}

#[test]
fn the_pages_of_rules_are_current() {
    let packs = packs();
    let rules: Vec<&Rule> = packs.iter().flat_map(|(_, file)| &file.rules).collect();
    assert!(rules.len() > 150, "{} rules", rules.len());
    let months: Vec<Month> =
        traffic::ACCOUNTS.iter().map(|account| traffic::month(account, &rules, traffic::RATES)).collect();
    let noisy = noisy();
    let most = |rule: &Rule| months.iter().map(|month| month.alarms(&rule.id)).max().unwrap();
    let is_listed = |rule: &Rule| noisy.contains_key(rule.id.as_str());
    let wrong = rules.iter().filter(|rule| (most(rule) > MOST_ALARMS) != is_listed(rule));
    let wrong: Vec<(&str, usize)> = wrong.map(|rule| (rule.id.as_str(), most(rule))).collect();
    assert!(
        wrong.is_empty(),
        "noisy.tsv has to have the rules with more than {MOST_ALARMS} alarms: {wrong:?}"
    );
    let critical = rules.iter().filter(|rule| rule.severity == Some(Severity::Critical));
    for rule in critical {
        assert_eq!(most(rule), 0, "{}: ordinary traffic rings a rule of critical severity", rule.id);
    }
    assert!(
        noisy.keys().all(|id| rules.iter().any(|rule| rule.id == *id)),
        "noisy.tsv names a rule that does not exist"
    );
    for (pack, file) in &packs {
        agrees(&format!("rules/{pack}.md"), &page::of_pack(pack, file, &months, &noisy));
    }
    agrees("rules.md", &index::page(&packs, &months, &noisy));
}

/// Each basis of a rate is explained on the page.
#[test]
fn each_basis_of_a_rate_is_explained() {
    for basis in traffic::BASES {
        assert!(include_str!("head.txt").contains(&format!("\n| `{basis}` |")), "{basis}");
    }
}

/// The alarms of a month with the rates of a reader: `CWFILTER_TRAFFIC=FILE cargo test -p cwfilter-cli --test rule_catalogue own_rates -- --nocapture`.
#[test]
fn own_rates() {
    let rates = match std::env::var_os("CWFILTER_TRAFFIC") {
        Some(path) => std::fs::read_to_string(path).unwrap(),
        // a table of one row: a trail that is stopped each day
        None => {
            let row = "deploy\tcloudtrail\tStopLogging\t1\t10\t0\t0\tdaily\t{}";
            format!("{}\n{row}\n", traffic::RATES.lines().next().unwrap())
        }
    };
    let packs = packs();
    let rules: Vec<&Rule> = packs.iter().flat_map(|(_, file)| &file.rules).collect();
    let months: Vec<Month> =
        traffic::ACCOUNTS.iter().map(|account| traffic::month(account, &rules, &rates)).collect();
    let mut rung = Vec::new();
    for rule in &rules {
        let alarms: Vec<String> = months.iter().map(|month| month.alarms(&rule.id).to_string()).collect();
        if alarms.iter().any(|count| count != "0") {
            rung.push(format!("{}\t{}", rule.id, alarms.join("\t")));
        }
    }
    println!("rule\t{}\n{}", traffic::ACCOUNTS.join("\t"), rung.join("\n"));
    if std::env::var_os("CWFILTER_TRAFFIC").is_none() {
        let rows: Vec<&str> = rung.iter().filter_map(|row| row.split('\t').next()).collect();
        assert_eq!(rows, ["cis-cloudtrail-changes", "trail-stopped-or-deleted", "hub-cloudtrail-changes"]);
    }
}
