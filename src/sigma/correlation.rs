//! Correlations of Sigma that count events, as thresholds of an alarm.

use super::difference::{Difference, DifferenceKind, Direction};
use super::refusal::Refusal;
use crate::sources::DocumentNode;
use rsigma_parser::Timespan;

/// A correlation that an alarm can express.
#[derive(Debug, Clone)]
pub(super) struct Correlation {
    /// The rules whose events are counted: their names, ids or titles, each with its byte.
    pub(super) rules: Vec<(usize, String)>,
    pub(super) alarm: Alarm,
    pub(super) differences: Vec<Difference>,
}

/// The rules that a correlation names, also one that cannot be converted.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) names: Vec<String>,
    /// Whether they also alert by themselves.
    pub(super) generates: bool,
}

/// The rules that the correlation of a document names.
pub(super) fn counted(document: &DocumentNode) -> Counted {
    let section = document.get("correlation");
    let named = section.map(|it| names(it, "rules")).and_then(Result::ok).unwrap_or_default();
    let is_true = |node: Option<&DocumentNode>| node.and_then(DocumentNode::as_text) == Some("true");
    let generates = is_true(document.get("generate")) || is_true(section.and_then(|it| it.get("generate")));
    Counted { names: named.into_iter().map(|(_, name)| name).collect(), generates }
}

/// When the alarm of a rule goes off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alarm {
    /// As a rule file writes it: `5m`.
    pub(super) period: String,
    pub(super) threshold: u64,
}

impl Default for Alarm {
    fn default() -> Self {
        Alarm { period: "5m".to_owned(), threshold: 1 }
    }
}

/// Seconds of the longest period of an alarm. AWS: API reference of `PutMetricAlarm`, one day in one evaluation period.
const LONGEST_PERIOD: u64 = 86_400;

/// Reads the correlation of a document.
pub(super) fn correlation(document: &DocumentNode) -> Result<Correlation, Refusal> {
    let Some(section) = document.get("correlation") else {
        return Err(Refusal::of(document, "the document has no `correlation`"));
    };
    let text = |key: &str| section.get(key).and_then(DocumentNode::as_text);
    let kind = text("type").unwrap_or_default();
    if kind != "event_count" {
        let node = section.get("type").unwrap_or(section);
        let reason = format!(
            "a correlation of type `{}` is not a count of events, and an alarm only counts",
            kind.escape_debug()
        );
        return Err(Refusal::of(node, reason));
    }
    for (key, node) in section.as_map() {
        let name = key.as_text().unwrap_or_default();
        let is_known =
            ["type", "rules", "group-by", "timespan", "timeframe", "condition", "generate"].contains(&name);
        if !is_known {
            return Err(Refusal::of(
                node,
                format!("`{}` of a correlation is not converted", name.escape_debug()),
            ));
        }
    }
    let rules = names(section, "rules")?;
    if rules.is_empty() {
        return Err(Refusal::of(section, "the correlation names no rules"));
    }
    let mut differences = Vec::new();
    let alarm = alarm(section, &mut differences)?;
    let groups = names(section, "group-by")?;
    if let Some((at, _)) = groups.first() {
        let fields: Vec<&str> = groups.iter().map(|(_, field)| field.as_str()).collect();
        let text = format!(
            "the alarm counts all events together, and the Sigma rule those of each `{}`",
            fields.join("`, `")
        );
        differences.push(Difference {
            at: *at,
            kind: DifferenceKind::Group,
            direction: Direction::Wider,
            text,
        });
    }
    if rules.len() > 1 {
        let at = rules.first().map_or(0, |(at, _)| *at);
        let text = "an event that several of the counted rules match is counted once".to_owned();
        differences.push(Difference {
            at,
            kind: DifferenceKind::CountedOnce,
            direction: Direction::Narrower,
            text,
        });
    }
    Ok(Correlation { rules, alarm, differences })
}

fn alarm(section: &DocumentNode, differences: &mut Vec<Difference>) -> Result<Alarm, Refusal> {
    let Some(node) = section.get("timespan").or_else(|| section.get("timeframe")) else {
        return Err(Refusal::of(section, "the correlation has no `timespan`"));
    };
    let written = node.as_text().unwrap_or_default();
    let span = Timespan::parse(written).map_err(|_| {
        Refusal::of(node, format!("`{}` is no time span such as `5m`", written.escape_debug()))
    })?;
    let seconds = span.seconds;
    if seconds == 0 || seconds % 60 != 0 || seconds > LONGEST_PERIOD {
        let reason =
            format!("an alarm counts in whole minutes up to a day, and the time span has {seconds} s");
        return Err(Refusal::of(node, reason));
    }
    let Some(condition) = section.get("condition") else {
        return Err(Refusal::of(section, "the correlation has no `condition`"));
    };
    let [(operator, count)] = condition.as_map() else {
        return Err(Refusal::of(
            condition,
            "an alarm has one threshold, and the condition is not one comparison",
        ));
    };
    let number = count.as_text().and_then(|text| text.parse::<u64>().ok()).filter(|count| *count < 1 << 53);
    let Some(number) = number else {
        return Err(Refusal::of(count, "the threshold is not a whole number"));
    };
    let threshold = match operator.as_text() {
        Some("gte") => number,
        Some("gt") => number + 1,
        _ => {
            return Err(Refusal::of(
                operator,
                "an alarm on a count goes off at `gte` or `gt`; the others hold while nothing happens",
            ));
        }
    };
    let period =
        if seconds % 3600 == 0 { format!("{}h", seconds / 3600) } else { format!("{}m", seconds / 60) };
    if threshold == 0 {
        return Err(Refusal::of(count, "a threshold of 0 is reached without an event"));
    }
    if threshold > 1 {
        let text = format!(
            "the alarm counts in periods of {period} that follow each other: a burst in two of them may stay below the threshold"
        );
        let at = node.span.start;
        differences.push(Difference {
            at,
            kind: DifferenceKind::Window,
            direction: Direction::Narrower,
            text,
        });
    }
    Ok(Alarm { period, threshold })
}

/// A text or a list of texts, each with its byte.
fn names(section: &DocumentNode, key: &str) -> Result<Vec<(usize, String)>, Refusal> {
    let Some(node) = section.get(key) else { return Ok(Vec::new()) };
    let one = |node: &DocumentNode| {
        let text = node.as_text().filter(|text| !text.is_empty());
        text.map(|text| (node.span.start, text.to_owned()))
            .ok_or_else(|| Refusal::of(node, format!("`{key}` is no list of names")))
    };
    let list = node.as_list();
    if list.is_empty() { Ok(vec![one(node)?]) } else { list.iter().map(one).collect() }
}
