//! `controls::audit` over variants of the filters of CIS, and over the texts that each version publishes.

use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Domain};
use cwfilter::controls::{Covered, audit_control, control};

/// The rows of a table without comments and header.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

/// Judges a control by patterns.
fn judged(version: &str, subject: &str, patterns: &[FilterPattern]) -> Covered {
    let framework = if version == "security-hub" { version.to_owned() } else { format!("cis-aws-{version}") };
    let chapter = match version {
        "1.2" => "3",
        "6.0" => "5",
        _ => "4",
    };
    let id =
        subject.strip_prefix('4').map_or_else(|| subject.to_owned(), |number| format!("{chapter}{number}"));
    let control = control(&format!("{framework}/{id}")).unwrap_or_else(|| panic!("{framework} has no {id}"));
    audit_control(control, patterns, &Bounds::default().in_domain(Domain::CloudTrail))
}

/// What a judgement rests on.
fn shown(it: &Covered) -> String {
    format!("{:?} {:?} by {:?} {:?} {:?}", it.missed, it.noise, it.by, it.together, it.reason)
}

/// The text that a version publishes covers the control of this version. Only the text of 4.1 in 1.3 to 1.5 matches nearly every event.
#[test]
fn published_texts_are_right_for_their_version() {
    let mut count = 0;
    for row in rows(include_str!("controls/published.tsv")) {
        let [versions, subject, judgement, text] = row[..] else { panic!("{row:?}") };
        let pattern: FilterPattern = text.parse().unwrap_or_else(|why| panic!("{versions} {subject}: {why}"));
        for version in versions.split(' ') {
            count += 1;
            let found = judged(version, subject, std::slice::from_ref(&pattern));
            assert_eq!(found.judgement().name(), judgement, "{version} {subject}: {}", shown(&found));
        }
    }
    assert!(count > 120, "{count}");
}

/// Forty variants of the filters: the judgement on each, with its reason in the table.
#[test]
fn variants_are_judged() {
    let (mut count, mut wrong) = (0, Vec::new());
    for row in rows(include_str!("controls/variants.tsv")) {
        let [version, subject, judgement, shows, why, texts] = row[..] else { panic!("{row:?}") };
        count += 1;
        let patterns: Vec<FilterPattern> = texts
            .split(" ;; ")
            .map(|text| text.parse().unwrap_or_else(|error| panic!("{text}: {error}")))
            .collect();
        let found = judged(version, subject, &patterns);
        let shown = shown(&found);
        if found.judgement().name() != judgement || shows != "-" && !shown.contains(shows) {
            wrong.push(format!("{version} {subject} {why}: {} {shown}", found.judgement().name()));
        }
        if let Some(event) = &found.missed {
            assert!(found.control.pattern.is_match(event), "{version} {subject}: {event}");
            assert!(!patterns.iter().any(|it| it.is_match(event)), "{version} {subject}: {event}");
        }
        if let Some(event) = found.noise {
            assert!(patterns.iter().any(|it| it.is_match(event)), "{version} {subject}: {event}");
            assert!(!found.control.pattern.is_match(event), "{version} {subject}: {event}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 40, "{count}");
}
