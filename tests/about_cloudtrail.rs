//! Lints about the names and values of CloudTrail are found in patterns about its records, and in no others: `docs/rule-files.md` says when a
//! pattern is about CloudTrail.

/// The lints about names, without the others that a pattern has.
const NAMES: [&str; 6] = [
    "unknown-field",
    "wrong-case-field",
    "unknown-event-name",
    "unknown-event-source",
    "event-name-of-other-source",
    "unknown-value",
];

#[test]
fn names_of_cloudtrail() {
    let mut wrong = String::new();
    let lines = include_str!("about_cloudtrail.tsv").lines().filter(|line| !line.starts_with('#'));
    for (pattern, expected) in lines.map(|line| line.split_once('\t').unwrap_or_else(|| panic!("{line}"))) {
        let all = cwfilter::lint::check(pattern);
        assert!(all.iter().all(|it| it.lint != "refused-pattern"), "{pattern}: {all:?}");
        let mut found: Vec<&str> = all.iter().map(|it| it.lint).filter(|it| NAMES.contains(it)).collect();
        found.sort_unstable();
        let found = if found.is_empty() { "-".to_owned() } else { found.join(",") };
        if found != expected {
            wrong += &format!("{pattern}: {found}, not {expected}\n");
        }
    }
    assert_eq!(wrong, "");
}
