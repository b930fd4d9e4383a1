//! The tables of docs/members.md name exactly the members that the library knows, and say of each what the library does.

use cwfilter::alarm::{MemberUse, PUT_COMPOSITE_ALARM, PUT_METRIC_ALARM};
use std::collections::BTreeMap;

/// The members of a section, each with its row's cells.
fn table(section: &str) -> BTreeMap<String, Vec<String>> {
    let page = include_str!("../../docs/members.md");
    let after = page.split_once(&format!("\n## {section}\n")).unwrap().1;
    let rows = after.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with("| `"));
    let mut members = BTreeMap::new();
    for row in rows {
        let cells: Vec<String> =
            row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        for name in cells[0].split('`').skip(1).step_by(2) {
            assert!(members.insert(name.to_owned(), cells.clone()).is_none(), "{name} is there twice");
        }
    }
    members
}

fn check(section: &str, known: &[(&str, MemberUse)]) -> BTreeMap<String, Vec<String>> {
    let table = table(section);
    for (name, _) in known {
        assert!(table.contains_key(*name) || *name == "Tags", "docs/members.md lacks {name} of {section}");
    }
    for name in table.keys() {
        assert!(known.iter().any(|(known, _)| known == name), "{section} has no member {name}");
    }
    table
}

#[test]
fn every_member_of_a_metric_alarm() {
    let table = check("PutMetricAlarm", &PUT_METRIC_ALARM);
    for (name, what) in PUT_METRIC_ALARM {
        let said = &table[name][3];
        let wanted = match what {
            MemberUse::Evaluated => "evaluated",
            MemberUse::Carried => "carried",
            MemberUse::NotModelled => "refused",
            _ => unreachable!(),
        };
        assert!(said.starts_with(wanted), "{name}: docs/members.md says {said:?}, the library {wanted:?}");
    }
}

#[test]
fn every_member_of_a_composite_alarm() {
    check("PutCompositeAlarm", &PUT_COMPOSITE_ALARM);
}
