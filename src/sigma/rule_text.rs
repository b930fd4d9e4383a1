//! An imported rule as the text of a rule file, with generated tests.

use super::correlation::Alarm;
use super::difference::{Difference, Direction};
use super::read::Facts;
use crate::FilterPattern;
use crate::controls::{ATTACK_VERSION, technique};
use crate::limits::SIGMA_TEXT_CHARACTERS;
use crate::rules::{generate_all, literal, to_toml};
use std::fmt::Write;

/// What a rule file says of an imported rule.
pub(super) struct RuleText<'a> {
    pub(super) id: &'a str,
    pub(super) facts: &'a Facts,
    pub(super) pattern: &'a FilterPattern,
    pub(super) alarm: &'a Alarm,
    pub(super) differences: &'a [Difference],
    pub(super) namespace: &'a str,
}

/// The severities of a rule file, which are those of Sigma.
const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];

impl RuleText<'_> {
    /// The text, and how many tests could not be generated.
    pub(super) fn toml(&self) -> (String, usize) {
        let mut out = format!("[[rule]]\nid = {}\n", literal(self.id));
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(out, "{key} = {value}");
        };
        let title = one_line(&self.facts.title);
        if !title.is_empty() {
            line("title", &literal(&title));
        }
        let level = self.facts.level.as_deref().filter(|level| LEVELS.contains(level));
        if let Some(level) = level {
            line("severity", &literal(level));
        }
        let (techniques, unknown) = self.techniques();
        line("description", &literal(&self.description(&unknown)));
        line("pattern", &literal(self.pattern.as_str()));
        line("covers", &list(&techniques));
        let one_lines = |texts: &[String]| texts.iter().map(|text| one_line(text)).collect::<Vec<_>>();
        let mut false_positives = one_lines(&self.facts.false_positives);
        false_positives.extend(self.wider());
        line("false_positives", &list(&false_positives));
        line("references", &list(&self.facts.references.iter().map(|it| short(it)).collect::<Vec<_>>()));
        let name = camel(self.id);
        line(
            "metric",
            &format!(
                "{{ namespace = {}, name = {}, value = \"1\", default = 0 }}",
                literal(self.namespace),
                literal(&name)
            ),
        );
        let Alarm { period, threshold } = self.alarm;
        line(
            "alarm",
            &format!(
                "{{ statistic = \"Sum\", period = \"{period}\", threshold = {threshold}, evaluate = \"1 of 1\", missing = \"notBreaching\" }}"
            ),
        );
        let generated = generate_all(self.pattern);
        (out + &to_toml(&generated.tests), generated.missing.len())
    }

    /// The rule's description, where it comes from, and how the pattern differs.
    fn description(&self, unknown_techniques: &[String]) -> String {
        let facts = self.facts;
        let mut out = String::new();
        if let Some(text) = facts.description.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let _ = writeln!(out, "{}", short(text));
        }
        let id = facts.id.as_deref().map_or(String::new(), |id| format!(" {}", one_line(id)));
        let author =
            facts.author.as_deref().map_or(String::new(), |author| format!(", by {}", one_line(author)));
        let license =
            facts.license.as_deref().map_or(String::new(), |it| format!(", license {}", one_line(it)));
        let _ = writeln!(out, "Imported from the Sigma rule{id}{author}{license}.");
        for id in unknown_techniques {
            let _ = writeln!(out, "The rule names {id}, which ATT&CK {ATTACK_VERSION} does not have.");
        }
        for difference in self.differences {
            let direction = match difference.direction {
                Direction::Narrower => "Narrower",
                Direction::Wider => "Wider",
            };
            let _ = writeln!(out, "{direction} than the Sigma rule: {}.", one_line(&difference.text));
        }
        let mut lines: Vec<&str> = out.lines().map(str::trim_end).collect();
        lines.push("");
        lines.join("\n")
    }

    /// What the alarm rings for and the Sigma rule does not: false positives of this rule alone.
    fn wider(&self) -> Vec<String> {
        let mut found = Vec::new();
        for it in self.differences.iter().filter(|it| it.direction == Direction::Wider) {
            let text = format!("The Sigma rule does not ring here: {}.", one_line(&it.text));
            if !found.contains(&text) {
                found.push(text);
            }
        }
        found
    }

    /// The techniques of the current ATT&CK, and the ids that it does not have: `attack.t1562.008` is `attack/T1685.002`, because
    /// that technique moved.
    fn techniques(&self) -> (Vec<String>, Vec<String>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for tag in &self.facts.tags {
            let Some(id) = tag.strip_prefix("attack.t").or_else(|| tag.strip_prefix("attack.T")) else {
                continue;
            };
            if id.len() < 4 || !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                continue;
            }
            let id = format!("T{id}");
            let (list, id) = match technique(&id) {
                Some(found) if !found.is_deprecated => {
                    (&mut known, format!("attack/{}", found.moved_to.unwrap_or(found.id)))
                }
                _ => (&mut unknown, id),
            };
            if !list.contains(&id) {
                list.push(id);
            }
        }
        (known, unknown)
    }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| literal(text)).collect::<Vec<_>>().join(", "))
}

/// A text of the rule, at most [`SIGMA_TEXT_CHARACTERS`] of it.
fn short(text: &str) -> String {
    if text.chars().count() <= SIGMA_TEXT_CHARACTERS {
        return text.to_owned();
    }
    text.chars().take(SIGMA_TEXT_CHARACTERS).chain(['…']).collect()
}

fn one_line(text: &str) -> String {
    short(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `trail-stopped` as `TrailStopped`.
fn camel(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    id.split(|c: char| !c.is_ascii_alphanumeric()).map(word).collect()
}

/// The id of a rule: lower case, digits and hyphens.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
        // names of metrics have at most 255 characters, file names too
        if out.len() >= 120 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}
