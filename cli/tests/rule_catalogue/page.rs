//! The page of a pack: each rule with what it means, who else does it, the first steps, its cost and its trigger chart.

use crate::chart;
use crate::traffic::Month;
use cwfilter::controls::technique;
use cwfilter::rules::{Rule, RuleFile};
use std::collections::BTreeMap;

/// The list prices of CloudWatch in us-east-1, in cents a month: a custom metric, and an alarm of standard resolution.
/// <https://aws.amazon.com/cloudwatch/pricing/>
const METRIC_CENTS: u32 = 30;
const ALARM_CENTS: u32 = 10;

/// The cost of a rule in cents a month.
pub fn cents(rule: &Rule) -> u32 {
    rule.metric.as_ref().map_or(0, |_| METRIC_CENTS) + rule.alarm.as_ref().map_or(0, |_| ALARM_CENTS)
}

pub fn dollars(cents: u32) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

pub fn of_pack(pack: &str, file: &RuleFile, months: &[Month], noisy: &BTreeMap<&str, &str>) -> String {
    let subject: Vec<&str> = file.source.lines().map_while(|line| line.strip_prefix("# ")).collect();
    let mut page = format!("# {pack}\n\n{}\n\n", subject.join("\n"));
    page += &format!("Written from `patterns/{pack}/rules.toml`; [all packs](../rules.md).\n");
    for rule in &file.rules {
        page += &of_rule(rule, months, noisy);
    }
    page
}

fn of_rule(rule: &Rule, months: &[Month], noisy: &BTreeMap<&str, &str>) -> String {
    let mut text = format!("\n## {}\n", rule.id);
    for paragraph in [&rule.title, &rule.description].into_iter().flatten() {
        text += &format!("\n{}\n", paragraph.trim());
    }
    text += &format!("\n```text\n{}\n```\n", rule.pattern.as_str().trim());
    let severity = rule.severity.map(|severity| format!("Severity: {severity}. ")).unwrap_or_default();
    text += &format!("\n{severity}{}\n", alarm(rule));
    if !rule.covers.is_empty() {
        text += &format!(
            "\nCovers: {}.\n",
            rule.covers.iter().map(|name| control(name)).collect::<Vec<_>>().join(", ")
        );
    }
    text += &list("False positives", &rule.false_positives, false);
    text += &list("First steps", &rule.response, true);
    if !rule.references.is_empty() {
        let links: Vec<String> = rule.references.iter().map(|link| format!("- <{link}>")).collect();
        text += &format!("\nReferences:\n\n{}\n", links.join("\n"));
    }
    let lines: Vec<String> = months
        .iter()
        .map(|month| chart::line(month.account, month.days(&rule.id), month.alarms(&rule.id)))
        .collect();
    text += &format!("\n```text\n{}\n```\n", lines.join("\n"));
    if let Some(reason) = noisy.get(rule.id.as_str()) {
        text += &format!("\nMore than one alarm a day: {reason}\n");
    }
    text
}

fn alarm(rule: &Rule) -> String {
    let Some(alarm) = &rule.alarm else { return String::new() };
    let comparison = alarm.comparison.as_deref().unwrap_or(">=");
    let evaluate = alarm.evaluate.as_ref().map(|it| format!(", {it} datapoints")).unwrap_or_default();
    format!(
        "Alarm: `{} {comparison} {}`, period {}{evaluate}. Cost: {} a month.",
        alarm.statistic,
        alarm.threshold,
        alarm.period,
        dollars(cents(rule))
    )
}

/// A control with the name of its technique, if it is one of ATT&CK.
fn control(name: &str) -> String {
    let found = name.strip_prefix("attack/").and_then(technique);
    found.map_or_else(|| format!("`{name}`"), |technique| format!("`{name}` {}", technique.name))
}

fn list(title: &str, entries: &[String], is_numbered: bool) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let sign = |number: usize| if is_numbered { format!("{number}.") } else { "-".to_owned() };
    let lines = (1..).zip(entries).map(|(number, entry)| format!("{} {}\n", sign(number), entry.trim()));
    format!("\n{title}:\n\n{}", lines.collect::<String>())
}
