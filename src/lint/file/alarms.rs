//! Alarms in the files of one run: which metric filters publish to the metric of an alarm, and what follows from it.
//!
//! An alarm is checked against the filters of all files. That no filter publishes to its metric is a warning only if nothing else
//! explains it: all metrics of the folder are known, and a filter of the folder publishes to a similar metric that no alarm watches.
//! Otherwise another module, another stack or an application may publish to the metric: a note says that the alarm is not checked
//! against datapoints. Metrics of AWS's own namespaces have no note; the number of checked alarms leaves them out.

use super::finding::{FileFindings, Finding};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::alarm::check_alarm;
use crate::metric_settings::{
    AlarmResources, Feed, Host, LocatedAlarm, LocatedComposite, LocatedFilter, Value,
};
use crate::plural::counted;
use crate::span::Span;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The alarms of a file, and the folder of the file.
pub(super) struct Read<'r> {
    folder: PathBuf,
    pub(super) resources: Cow<'r, AlarmResources>,
}

impl<'r> Read<'r> {
    pub(super) fn new(path: &str, resources: Cow<'r, AlarmResources>) -> Self {
        let folder = Path::new(path).parent().map(Path::to_owned).unwrap_or_default();
        Read { folder, resources }
    }
}

/// Adds the findings of the alarms of each file. Alarms of rule files are checked with their patterns.
pub(super) fn check(files: &mut [FileFindings], read: &[Read<'_>]) {
    let all: Vec<&LocatedFilter> = read.iter().flat_map(|it| &it.resources.filters).collect();
    let mut folders: HashMap<&Path, Folder<'_>> = HashMap::new();
    for of_file in read {
        folders.entry(&of_file.folder).or_default().add(&of_file.resources);
    }
    for (file, of_file) in files.iter_mut().zip(read) {
        let Some(folder) = folders.get(of_file.folder.as_path()) else { continue };
        let mut unchecked: HashMap<Span, (usize, usize)> = HashMap::new();
        for alarm in &of_file.resources.alarms {
            let Checked { is_checked, found } = folder.check(alarm, &all);
            file.alarms.found += 1;
            file.alarms.checked += usize::from(is_checked);
            for diagnostic in found {
                if diagnostic.lint == "unchecked-alarm" {
                    let first = (file.findings.len(), 0);
                    let (_, more) =
                        unchecked.entry(diagnostic.primary.span).and_modify(|it| it.1 += 1).or_insert(first);
                    // a block with `count` or `for_each` has one note
                    if *more > 0 {
                        continue;
                    }
                }
                file.findings.push(Finding::new(alarm.name.clone(), diagnostic));
            }
        }
        for (at, more) in unchecked.into_values().filter(|(_, more)| *more > 0) {
            if let Some(finding) = file.findings.get_mut(at) {
                finding.diagnostic.message +=
                    &format!(", and {} more of this block", counted(more, "alarm", "alarms"));
            }
        }
    }
    let composites = read.iter().flat_map(|it| &it.resources.composites);
    let children: HashSet<String> =
        composites.filter(|it| it.host == Host::RuleFile).flat_map(children).collect();
    for file in files {
        let is_child = |it: &Finding| children.contains(it.pattern.as_str());
        file.findings.retain(|it| it.diagnostic.lint != "alarm-without-actions" || !is_child(it));
    }
}

/// The alarms that the rule of a composite alarm names.
pub(super) fn children(composite: &LocatedComposite) -> Vec<String> {
    let rule = composite.rule.as_ref().and_then(|rule| rule.parse::<crate::alarm::AlarmRule>().ok());
    rule.iter().flat_map(|rule| rule.alarms()).map(|name| name.to_string()).collect()
}

/// What the files of one folder have.
#[derive(Default)]
struct Folder<'a> {
    filters: Vec<&'a LocatedFilter>,
    alarms: Vec<&'a LocatedAlarm>,
    composites: Vec<&'a LocatedComposite>,
}

/// The findings of an alarm, and whether its datapoints are known.
struct Checked {
    is_checked: bool,
    found: Vec<Diagnostic>,
}

/// How an alarm's metric is related to the filters.
enum Fed<'a> {
    /// These filters publish to it.
    By(Vec<&'a LocatedFilter>),
    /// No filter publishes to it, but this one publishes to a metric that was probably meant.
    Not(&'a LocatedFilter),
    /// Not known.
    Unknown,
}

impl<'a> Folder<'a> {
    fn add(&mut self, resources: &'a AlarmResources) {
        self.filters.extend(&resources.filters);
        self.alarms.extend(&resources.alarms);
        self.composites.extend(&resources.composites);
    }

    fn check(&self, alarm: &LocatedAlarm, all: &[&'a LocatedFilter]) -> Checked {
        let note = |message: String| {
            Diagnostic::new("unchecked-alarm", Severity::Note, alarm.span, message).in_file(alarm.span)
        };
        if let Some(what) = alarm.unmodelled {
            let found = vec![note(format!("not checked: the alarm watches {what}"))];
            return Checked { is_checked: false, found };
        }
        if alarm.namespace.text().is_some_and(|namespace| namespace.starts_with("AWS/")) {
            return Checked { is_checked: false, found: Vec::new() };
        }
        let (is_checked, mut found) = match self.fed(alarm, all) {
            Fed::By(filters) => {
                let feeds: Vec<&Feed> = filters.iter().map(|filter| &filter.feed).collect();
                (true, check_alarm(&feeds, alarm))
            }
            Fed::Not(filter) => {
                let mut found = vec![not_fed(alarm, filter)];
                found.extend(check_alarm(&[], alarm));
                (true, found)
            }
            Fed::Unknown => {
                let mut found = vec![note(unknown(alarm))];
                // a folder without filters may be about anything
                if !self.filters.is_empty() {
                    found.extend(check_alarm(&[], alarm));
                }
                (false, found)
            }
        };
        if self.has_parent(alarm) {
            found.retain(|it| it.lint != "alarm-without-actions");
        }
        Checked { is_checked, found }
    }

    fn fed(&self, alarm: &LocatedAlarm, all: &[&'a LocatedFilter]) -> Fed<'a> {
        if let Some((filter, member)) = self.reference(&alarm.metric_name) {
            let has_namespace = match self.reference(&alarm.namespace) {
                Some((other, Member::Namespace)) => other.resource == filter.resource,
                _ => differs(&alarm.namespace, &filter.namespace) != Some(true),
            };
            return match member {
                Member::Metric if has_namespace => Fed::By(vec![filter]),
                Member::Name if filter.name.is_same(&filter.metric_name) && has_namespace => {
                    Fed::By(vec![filter])
                }
                Member::Name if differs(&filter.name, &filter.metric_name) == Some(true) => Fed::Not(filter),
                Member::Metric if !has_namespace => Fed::Not(filter),
                Member::Namespace | Member::Metric | Member::Name => Fed::Unknown,
            };
        }
        let feeds = |filter: &LocatedFilter| {
            let namespace = match self.reference(&alarm.namespace) {
                Some((other, Member::Namespace)) => other.namespace.is_same(&filter.namespace),
                _ => alarm.namespace.is_same(&filter.namespace),
            };
            namespace && alarm.metric_name.is_same(&filter.metric_name)
        };
        let is_known = alarm.namespace.text().is_some() && alarm.metric_name.text().is_some();
        // an expression is the same only within its module
        let among = if is_known { all } else { &self.filters };
        let by: Vec<&LocatedFilter> = among.iter().copied().filter(|filter| feeds(filter)).collect();
        if !by.is_empty() {
            return Fed::By(by);
        }
        self.meant(alarm).map_or(Fed::Unknown, Fed::Not)
    }

    /// The filter whose metric was probably meant by an alarm on a metric to which no filter publishes.
    fn meant(&self, alarm: &LocatedAlarm) -> Option<&'a LocatedFilter> {
        let (namespace, name) = (alarm.namespace.text()?, alarm.metric_name.text()?);
        let all_are_known = self
            .filters
            .iter()
            .all(|filter| filter.namespace.text().is_some() && filter.metric_name.text().is_some());
        if !all_are_known {
            return None;
        }
        let is_watched = |filter: &LocatedFilter| {
            self.alarms.iter().any(|other| {
                let is_on = other.namespace.is_same(&filter.namespace)
                    && other.metric_name.is_same(&filter.metric_name);
                is_on || other.unmodelled.is_some() || other.metric_name.text().is_none()
            })
        };
        let mut meant = self.filters.iter().copied().filter(|filter| {
            let (other_namespace, other) =
                (filter.namespace.text().unwrap_or_default(), filter.metric_name.text().unwrap_or_default());
            let filter_name = filter.name.text().unwrap_or_default();
            let is_similar = is_like(name, other) || name == filter_name || is_named_as(alarm, filter);
            namespace == other_namespace && is_similar || name == other && is_like(namespace, other_namespace)
        });
        meant.find(|filter| !is_watched(filter))
    }

    /// The filter, and which member of it, that a value refers to.
    fn reference(&self, value: &Value) -> Option<(&'a LocatedFilter, Member)> {
        let expression = value.expression()?;
        let (resource, member) = terraform(expression).or_else(|| cloudformation(expression))?;
        let filter = self.filters.iter().copied().find(|filter| filter.resource == resource)?;
        Some((filter, member))
    }

    /// Whether a composite alarm names the alarm, or may name it: then it needs no actions of its own.
    fn has_parent(&self, alarm: &LocatedAlarm) -> bool {
        self.composites.iter().any(|composite| {
            let is_named = |name: &str| composite.written.contains(name);
            composite.rule.is_none() || is_named(&alarm.name) || alarm.alarm_name.text().is_some_and(is_named)
        })
    }
}

/// A member of a metric filter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    /// `filterName`
    Name,
    /// `metricName`
    Metric,
    /// `metricNamespace`
    Namespace,
}

/// `aws_cloudwatch_log_metric_filter.x[0].metric_transformation[0].name`
fn terraform(expression: &str) -> Option<(String, Member)> {
    let inner = expression.trim_matches('"');
    let inner = inner.strip_prefix("${").and_then(|it| it.strip_suffix('}')).unwrap_or(inner);
    let mut path = String::new();
    let mut depth = 0_usize;
    for character in inner.chars().filter(|it| !it.is_whitespace()) {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => path.push(character),
            _ => {}
        }
    }
    let path = path.strip_prefix("aws_cloudwatch_log_metric_filter.")?;
    let parts: Vec<&str> = path.split('.').filter(|part| !matches!(*part, "0" | "*")).collect();
    let member = match parts.get(1..)? {
        ["id" | "name"] => Member::Name,
        ["metric_transformation", "name"] => Member::Metric,
        ["metric_transformation", "namespace"] => Member::Namespace,
        _ => return None,
    };
    parts.first().map(|resource| ((*resource).to_owned(), member))
}

/// `!Ref Filter`: the name of the filter.
fn cloudformation(expression: &str) -> Option<(String, Member)> {
    expression.strip_prefix("!Ref ").map(|resource| (resource.trim().to_owned(), Member::Name))
}

/// Whether two values differ. `None` if that is not known. A name that is not set is made at deployment.
fn differs(value: &Value, other: &Value) -> Option<bool> {
    match (value, other) {
        (Value::Text(a), Value::Text(b)) => Some(a.text != b.text),
        (Value::Unset, Value::Text(_)) => Some(true),
        _ => value.is_same(other).then_some(false),
    }
}

/// Whether two names are probably meant to be the same: they differ in case, separators, a few letters or an added word.
fn is_like(name: &str, other: &str) -> bool {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (plain(name), plain(other));
    let shorter = a.len().min(b.len());
    let text = |characters: &[char]| characters.iter().collect::<String>();
    let is_part = shorter >= 4 && (text(&a).contains(&text(&b)) || text(&b).contains(&text(&a)));
    is_part || distance(&a, &b) <= shorter / 4
}

/// Whether an alarm and a filter have one name, but for words such as `alarm`.
fn is_named_as(alarm: &LocatedAlarm, filter: &LocatedFilter) -> bool {
    const WORDS: [&str; 7] = ["alarm", "metric", "filter", "cloudwatch", "cw", "log", "on"];
    let words = |name: &str| -> Vec<String> {
        let mut words = vec![String::new()];
        let mut is_lower = false;
        for character in name.chars() {
            if !character.is_alphanumeric() || is_lower && character.is_uppercase() {
                words.push(String::new());
            }
            is_lower = character.is_lowercase();
            let word = words.last_mut().into_iter().filter(|_| character.is_alphanumeric());
            word.for_each(|word| word.extend(character.to_lowercase()));
        }
        words.retain(|word| !word.is_empty() && !WORDS.contains(&word.as_str()));
        words
    };
    let of_alarm = [Some(alarm.name.as_str()), alarm.alarm_name.text()];
    let of_filter = [Some(filter.resource.as_str()), filter.name.text()];
    let names: Vec<_> = of_filter.into_iter().flatten().map(words).collect();
    of_alarm.into_iter().flatten().map(words).any(|name| !name.is_empty() && names.contains(&name))
}

/// Levenshtein's edit distance. Names have at most 255 characters.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, character) in a.iter().enumerate() {
        let mut next = vec![at + 1];
        for (place, other) in b.iter().enumerate() {
            let of = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let replaced = of(&row, place) + usize::from(character != other);
            next.push(replaced.min(of(&row, place + 1) + 1).min(of(&next, place) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Why an alarm is not compared with datapoints.
fn unknown(alarm: &LocatedAlarm) -> String {
    let (namespace, name) = (&alarm.namespace, &alarm.metric_name);
    if matches!((namespace, name), (Value::Unset, _) | (_, Value::Unset)) {
        return "not checked: the metric of the alarm is not known".to_owned();
    }
    let metric = format!("{} {}", shown(namespace, ""), shown(name, ""));
    if namespace.text().is_some() && name.text().is_some() {
        return format!(
            "not checked: no metric filter of these files publishes to the metric {metric} of the alarm"
        );
    }
    format!("not checked: the metric {metric} of the alarm is computed at deployment")
}

fn shown(value: &Value, when_unset: &str) -> String {
    value.text().or(value.expression()).unwrap_or(when_unset).to_owned()
}

fn not_fed(alarm: &LocatedAlarm, filter: &LocatedFilter) -> Diagnostic {
    let at = alarm.metric_name.span().unwrap_or(alarm.span);
    let message = format!(
        "no metric filter of these files publishes to the metric {} {} of the alarm; `{}` publishes to {} {}",
        shown(&alarm.namespace, ""),
        shown(&alarm.metric_name, ""),
        filter.resource,
        shown(&filter.namespace, ""),
        shown(&filter.metric_name, ""),
    );
    let help = match alarm.host {
        Host::Terraform => format!(
            "write `metric_name = aws_cloudwatch_log_metric_filter.{}.metric_transformation[0].name`, and the filter's namespace",
            filter.resource
        ),
        _ => "write the metric name and the namespace of the filter's metric transformation".to_owned(),
    };
    Diagnostic::new("alarm-on-other-metric", Severity::Warning, at, message).in_file(at).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_meant_to_be_the_same() {
        for (a, b, is) in [
            ("RootUsage", "rootUsage", true),
            ("root-usage", "RootUsage", true),
            ("RootUsageCount", "RootUsage", true),
            ("UnauthorisedCalls", "UnauthorizedCalls", true),
            ("QueueDepth", "ErrorCount", false),
            ("Errors", "Throttles", false),
            ("", "Errors", false),
        ] {
            assert_eq!(is_like(a, b), is, "{a} {b}");
        }
    }

    #[test]
    fn members_of_filters_in_expressions() {
        for (expression, wanted) in [
            ("aws_cloudwatch_log_metric_filter.a.id", Some(("a", Member::Name))),
            ("\"${aws_cloudwatch_log_metric_filter.a.name}\"", Some(("a", Member::Name))),
            (
                "aws_cloudwatch_log_metric_filter.a[each.key].metric_transformation[0].name",
                Some(("a", Member::Metric)),
            ),
            (
                "aws_cloudwatch_log_metric_filter.a.metric_transformation.0.namespace",
                Some(("a", Member::Namespace)),
            ),
            ("aws_cloudwatch_log_metric_filter.a.pattern", None),
            ("var.name", None),
        ] {
            let found = terraform(expression);
            assert!(found == wanted.map(|(name, member)| (name.to_owned(), member)), "{expression}");
        }
        assert!(cloudformation("!Ref A") == Some(("A".to_owned(), Member::Name)));
    }
}
