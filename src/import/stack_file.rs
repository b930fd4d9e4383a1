//! A stack's file for imported rules: the next plan finds their metric filters and alarms under the names that they have.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A stack's file, and the settings that it cannot express.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StackFile {
    /// The file.
    pub toml: String,
    /// Settings of the account that a stack's file cannot express.
    pub notes: Vec<String>,
    /// The ARN of its topic.
    pub topic: Option<String>,
}

#[derive(Serialize)]
struct File<'a> {
    name: String,
    region: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    rules: [&'a Path; 1],
    log_group: Named<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<Topic<'a>>,
    names: BTreeMap<&'a str, Names<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Topic<'a> {
    arn: &'a str,
}

#[derive(Serialize)]
struct Names<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    metric_filter: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm: Option<&'a str>,
}

/// The names that the resources of an imported rule or composite alarm have in the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedNames {
    /// The rule's id.
    pub rule: String,
    /// Its log group; empty for a composite alarm.
    pub log_group: String,
    /// Its metric filter; empty for a composite alarm.
    pub metric_filter: String,
    /// Its alarm.
    pub alarm: Option<String>,
    /// The ARNs of the topics that the alarm publishes to.
    pub topics: Vec<String>,
}

/// A name for the stack of a log group's filters: stacks of one account need different names.
fn stack_name(group: &str) -> String {
    /// Characters of a stack's name.
    const NAME_CHARACTERS: usize = 64;
    let word = group.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let name = format!("imported-{}", word.collect::<Vec<_>>().join("-"));
    name.chars().take(NAME_CHARACTERS).collect()
}

/// A stack's file that gives imported rules their names.
pub(super) fn stack_file(all: &[ImportedNames], region: &str, rules: &Path) -> Result<StackFile, String> {
    let groups = all.iter().map(|it| it.log_group.as_str()).filter(|group| !group.is_empty());
    let groups: BTreeSet<&str> = groups.collect();
    let mut groups = groups.into_iter();
    let (Some(group), None) = (groups.next(), groups.next()) else {
        return Err("the metric filters belong to several log groups, and a stack has one".to_owned());
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().flat_map(|it| &it.topics).for_each(|arn| *counts.entry(arn).or_default() += 1);
    let topic = counts.iter().max_by_key(|(_, count)| **count).map(|(arn, _)| *arn);
    let others = counts.keys().filter(|arn| Some(**arn) != topic);
    let notes = others.map(|arn| format!("alarms publish to {arn}, too, and a stack has one topic"));
    let names = all
        .iter()
        .map(|it| (it.rule.as_str(), Names { metric_filter: &it.metric_filter, alarm: it.alarm.as_deref() }));
    let file = File {
        name: stack_name(group),
        region,
        account: topic.and_then(|arn| arn.split(':').nth(4)),
        rules: [rules.file_name().map_or(rules, Path::new)],
        log_group: Named { name: group },
        topic: topic.map(|arn| Topic { arn }),
        names: names.collect(),
    };
    let toml = toml::to_string_pretty(&file).map_err(|error| error.to_string())?;
    Ok(StackFile { toml, notes: notes.collect(), topic: topic.map(str::to_owned) })
}
