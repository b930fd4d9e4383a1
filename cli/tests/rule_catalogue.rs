//! `docs/rules.md`, the catalogue of the rules of `patterns/`, agrees with the rule files.
//! `CWFILTER_BLESS=1 cargo test -p cwfilter-cli --test rule_catalogue` writes it.

use cwfilter::rules::{Rule, load};
use std::path::Path;

fn page(root: &Path) -> String {
    let mut files = load(&[root.join("patterns")]).unwrap_or_else(|errors| panic!("{errors:?}"));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut page =
        "# Rules\n\nThe rules of `patterns/`, written from the rule files by a test of the program.\n"
            .to_owned();
    for file in &files {
        let pack = Path::new(&file.path).parent().and_then(Path::file_name).unwrap_or_default();
        page += &format!("\n## {}\n", pack.to_string_lossy());
        file.rules.iter().for_each(|rule| page += &entry(rule));
    }
    page
}

fn entry(rule: &Rule) -> String {
    let mut text = format!("\n### {}\n", rule.id);
    for paragraph in [&rule.title, &rule.description].into_iter().flatten() {
        text += &format!("\n{}\n", paragraph.trim());
    }
    text += &format!("\n```text\n{}\n```\n", rule.pattern.as_str().trim());
    if let Some(severity) = rule.severity {
        text += &format!("\nSeverity: {severity}.\n");
    }
    if !rule.covers.is_empty() {
        text += &format!("\nCovers: `{}`.\n", rule.covers.join("`, `"));
    }
    if let Some(alarm) = &rule.alarm {
        let comparison = alarm.comparison.as_deref().unwrap_or(">=");
        text += &format!(
            "\nAlarm: `{} {comparison} {}`, period {}",
            alarm.statistic, alarm.threshold, alarm.period
        );
        if let Some(evaluate) = &alarm.evaluate {
            text += &format!(", {evaluate} datapoints");
        }
        text += ".\n";
    }
    text
}

#[test]
fn the_page_of_rules_is_current() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let (page, path) = (page(root), root.join("docs/rules.md"));
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(page.matches("\n### ").count() > 20, "the rule files were read");
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "CWFILTER_BLESS=1 writes it");
}
