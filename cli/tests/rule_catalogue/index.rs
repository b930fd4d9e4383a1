//! `docs/rules.md`: the packs, how to quiet a rule, and a table of false alarms for each pack.

use crate::page::{cents, dollars};
use crate::traffic::Month;
use cwfilter::rules::RuleFile;
use std::collections::BTreeMap;

const HEAD: &str = include_str!("head.txt");

pub fn page(packs: &[(String, RuleFile)], months: &[Month], noisy: &BTreeMap<&str, &str>) -> String {
    let mut page =
        format!("{HEAD}\n## Packs\n\n| pack | rules | cost a month | about |\n|---|---|---|---|\n");
    for (pack, file) in packs {
        let about = file.source.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        let cost: u32 = file.rules.iter().map(cents).sum();
        let count = file.rules.len();
        page += &format!("| [{pack}](rules/{pack}.md) | {count} | {} | {about} |\n", dollars(cost));
    }
    page += "\n## False alarms\n\nAlarms in a month of ordinary traffic, for each kind of account. Every one of them is a false alarm.\n";
    for (pack, file) in packs {
        let names: Vec<&str> = months.iter().map(|month| month.account).collect();
        page += &format!(
            "\n### {pack}\n\n| rule | severity | {} | reason |\n|---|---|{}---|\n",
            names.join(" | "),
            "---|".repeat(names.len())
        );
        for rule in &file.rules {
            let alarms: Vec<String> = months.iter().map(|month| month.alarms(&rule.id).to_string()).collect();
            let severity = rule.severity.map(|severity| severity.to_string()).unwrap_or_default();
            let reason = noisy.get(rule.id.as_str()).copied().unwrap_or_default();
            page += &format!(
                "| [{0}](rules/{pack}.md#{0}) | {severity} | {1} | {reason} |\n",
                rule.id,
                alarms.join(" | ")
            );
        }
        let sums: Vec<String> = months
            .iter()
            .map(|month| file.rules.iter().map(|rule| month.alarms(&rule.id)).sum::<usize>().to_string())
            .collect();
        page += &format!("| all rules of the pack | | {} | |\n", sums.join(" | "));
    }
    page
}
