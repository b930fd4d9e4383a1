//! The project's own rule files. This reads only what the lints need; `cwfilter test` refuses files that are wrong elsewhere.

use super::align::{Align, Escapes};
use super::error::SourceError;
use super::hosted::{Allowance, EventScope, HostedPattern};
use super::literal::LiteralSyntax;
use super::replacement::{Replacement, newline_of};
use crate::alarm::{Comparison, Missing};
use crate::metric_settings::{
    Feed, Host, Located, LocatedAlarm, LocatedComposite, LocatedTransformation, Setting, Value,
};
use crate::number::Decimal;
use crate::span::Span;
use crate::time::duration;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    rule: Vec<Rule>,
    #[serde(default)]
    composite: Vec<Composite>,
}

#[derive(Deserialize)]
struct Composite {
    id: String,
    rule: Spanned<String>,
    suppressor: Option<Suppressor>,
    notify: Option<Vec<String>>,
    actions_enabled: Option<bool>,
}

#[derive(Deserialize)]
struct Suppressor {
    alarm: String,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    id: Option<String>,
    pattern: Option<Spanned<String>>,
    metric: Option<Metric>,
    alarm: Option<Alarm>,
    #[serde(default)]
    covers: Vec<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Allow>,
}

#[derive(Deserialize)]
struct Metric {
    namespace: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    value: Option<Spanned<String>>,
    default: Option<Spanned<toml::Value>>,
    unit: Option<Spanned<String>>,
    #[serde(default)]
    dimensions: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    emit_system_field_dimensions: Vec<String>,
    field_selection_criteria: Option<toml::Value>,
    apply_on_transformed_logs: Option<toml::Value>,
}

#[derive(Deserialize)]
struct Alarm {
    statistic: Option<Spanned<String>>,
    period: Option<Spanned<String>>,
    threshold: Option<Spanned<f64>>,
    comparison: Option<String>,
    missing: Option<String>,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
    unit: Option<Spanned<String>>,
    notify: Option<Vec<String>>,
    actions_enabled: Option<bool>,
}

#[derive(Deserialize)]
struct Allow {
    lint: Spanned<String>,
}

pub(super) fn read(text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let file: File = toml::from_str(text).map_err(|error| refused(text, &error))?;
    Ok(file.rule.into_iter().filter_map(|rule| rule.hosted(text)).collect())
}

/// The composite alarms of a rule file. A text that is not a rule file has none.
pub(super) fn composites(text: &str) -> Vec<LocatedComposite> {
    let file = toml::from_str::<File>(text);
    let entries = file.map(|file| file.composite).unwrap_or_default().into_iter();
    entries
        .map(|it| {
            let mut entry = LocatedComposite::new(it.id, it.rule.get_ref().as_str(), span(&it.rule));
            entry.suppressor = it.suppressor.map(|suppressor| suppressor.alarm);
            entry.has_actions = Some(it.notify.is_none_or(|states| !states.is_empty()));
            entry.actions_enabled = Some(it.actions_enabled.unwrap_or(true));
            entry
        })
        .collect()
}

fn refused(text: &str, error: &toml::de::Error) -> SourceError {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    SourceError::new(text, error.span().map_or(0, |span| span.start), message)
}

pub(super) fn same(
    before: &str,
    after: &str,
    replacements: &HashMap<Span, &Replacement>,
) -> Result<(), usize> {
    let old = DeTable::parse(before).map_err(|error| refused(before, &error).offset)?;
    let new = DeTable::parse(after).map_err(|_| 0_usize)?;
    tables(old.get_ref(), new.get_ref(), 0, replacements)
}

fn tables(
    old: &DeTable<'_>,
    new: &DeTable<'_>,
    at: usize,
    replacements: &HashMap<Span, &Replacement>,
) -> Result<(), usize> {
    if old.len() != new.len() {
        return Err(at);
    }
    // both are in the order of their keys
    let mut pairs = old.iter().zip(new.iter());
    pairs.try_for_each(|((key, old), (new_key, new))| {
        if key.get_ref() == new_key.get_ref() {
            values(old, new, replacements)
        } else {
            Err(key.span().start)
        }
    })
}

fn values(
    old: &Spanned<DeValue<'_>>,
    new: &Spanned<DeValue<'_>>,
    replacements: &HashMap<Span, &Replacement>,
) -> Result<(), usize> {
    let is_same = match (old.get_ref(), new.get_ref()) {
        (DeValue::String(text), DeValue::String(other)) => match replacements.get(&span(old)) {
            Some(change) => change.is_made(span(new), other),
            None => text == other,
        },
        (DeValue::Integer(a), DeValue::Integer(b)) => a.as_str() == b.as_str() && a.radix() == b.radix(),
        (DeValue::Float(a), DeValue::Float(b)) => a.as_str() == b.as_str(),
        (DeValue::Boolean(a), DeValue::Boolean(b)) => a == b,
        (DeValue::Datetime(a), DeValue::Datetime(b)) => a == b,
        (DeValue::Array(a), DeValue::Array(b)) if a.len() == b.len() => {
            return a.iter().zip(b.iter()).try_for_each(|(a, b)| values(a, b, replacements));
        }
        (DeValue::Table(a), DeValue::Table(b)) => {
            return tables(a, b, old.span().start, replacements);
        }
        _ => false,
    };
    if is_same { Ok(()) } else { Err(old.span().start) }
}

/// How a string of the file is written: its escapes, the length of its quotes, and the syntax of a new text in its place.
fn syntax_of(file: &str, written: &str) -> (Escapes, usize, LiteralSyntax) {
    let newline = newline_of(file, written);
    match written.as_bytes() {
        [b'\'', b'\'', b'\'', ..] if written.len() >= 6 => {
            (Escapes::None, 3, LiteralSyntax::Literals { newline })
        }
        [b'\'', ..] => (Escapes::None, 1, LiteralSyntax::Literal),
        [b'"', b'"', b'"', ..] if written.len() >= 6 => {
            (Escapes::Backslash, 3, LiteralSyntax::Basic { newline })
        }
        _ => (Escapes::Backslash, 1, LiteralSyntax::Backslash),
    }
}

/// The `because` of a test: its literal, and the clause that it names.
pub(super) struct Because {
    pub(super) literal: Span,
    pub(super) clause: String,
    syntax: LiteralSyntax,
}

impl Because {
    /// The literal for another clause.
    pub(super) fn literal_for(&self, clause: &str) -> Result<String, Cow<'static, str>> {
        self.syntax.write(clause)
    }
}

/// The `because` of the tests of each rule, by the literal of the rule's pattern. A text that is not a rule file has none.
pub(super) fn becauses(text: &str) -> HashMap<Span, Vec<Because>> {
    let Ok(file) = DeTable::parse(text) else { return HashMap::new() };
    let list = |value: Option<&Spanned<DeValue<'_>>>, read: &mut dyn FnMut(&DeTable<'_>)| {
        let Some(DeValue::Array(values)) = value.map(Spanned::get_ref) else { return };
        for value in values.iter() {
            if let DeValue::Table(table) = value.get_ref() {
                read(table);
            }
        }
    };
    let mut all = HashMap::new();
    list(file.get_ref().get("rule"), &mut |rule| {
        let Some(pattern) = rule.get("pattern").map(span) else { return };
        let mut found = Vec::new();
        list(rule.get("test"), &mut |test| {
            if let Some(because) = test.get("because")
                && let DeValue::String(clause) = because.get_ref()
            {
                let literal = span(because);
                let (_, _, syntax) = syntax_of(text, literal.of(text));
                found.push(Because { literal, clause: clause.to_string(), syntax });
            }
        });
        all.insert(pattern, found);
    });
    all
}

impl Rule {
    fn hosted(self, file: &str) -> Option<HostedPattern> {
        let pattern = self.pattern?;
        let literal = span(&pattern);
        let written = literal.of(file);
        let (escapes, quotes, style) = syntax_of(file, written);
        // a newline just after three quotes is not part of the value
        let first = match written.get(quotes..) {
            Some(body) if quotes == 3 && body.starts_with("\r\n") => 2,
            Some(body) if quotes == 3 && body.starts_with('\n') => 1,
            _ => 0,
        };
        let value = pattern.into_inner();
        let align = Align::new(file, literal.within(quotes + first, quotes), &value, escapes);
        let mut hosted = HostedPattern::new(self.id.unwrap_or_default(), literal, value, align, style);
        hosted.feed = self.metric.as_ref().map(Metric::feed).unwrap_or_default();
        hosted.scope = self.metric.as_ref().map_or(hosted.scope, Metric::scope);
        hosted.alarm = self.alarm.and_then(|alarm| alarm.entry(&hosted.name));
        hosted.transformation = self.metric.map(Metric::transformation);
        let allow = self.allow.into_iter();
        hosted.allow =
            allow.map(|allow| Allowance { span: span(&allow.lint), lint: allow.lint.into_inner() }).collect();
        hosted.covers = self.covers.into_iter().map(located).collect();
        Some(hosted)
    }
}

impl Metric {
    /// Which events the filter reads.
    fn scope(&self) -> EventScope {
        let criteria = match &self.field_selection_criteria {
            None => Setting::default(),
            Some(toml::Value::String(text)) if text.trim().is_empty() => Setting::default(),
            Some(toml::Value::String(text)) => Setting::known(text),
            Some(other) => Setting::unknown(format!("it is {}, not a text", other.type_str())),
        };
        let on_transformed_logs = match &self.apply_on_transformed_logs {
            None => Some(false),
            Some(value) => value.as_bool(),
        };
        EventScope { criteria, on_transformed_logs, ..EventScope::default() }
    }

    fn feed(&self) -> Feed {
        let number_of = |text: &str| Decimal::parse(text.as_bytes()).and_then(|_| text.parse().ok());
        Feed {
            value: self.value.as_ref().and_then(|value| number_of(value.get_ref())),
            default: match &self.default {
                None => Some(None),
                Some(default) => number(default).map(Some),
            },
            unit: Some(self.unit.as_ref().map_or_else(|| "None".to_owned(), |unit| unit.get_ref().clone())),
            dimensions: Some(
                self.dimensions
                    .keys()
                    .map(Spanned::get_ref)
                    .chain(&self.emit_system_field_dimensions)
                    .cloned()
                    .collect(),
            ),
        }
    }

    fn transformation(self) -> LocatedTransformation {
        LocatedTransformation {
            namespace: self.namespace.map(located),
            name: self.name.map(located),
            value: self.value.map(located),
            default: self.default.map(|default| Located {
                text: number(&default).map_or_else(String::new, |number| number.to_string()),
                span: span(&default),
            }),
            unit: self.unit.map(located),
            dimensions: self
                .dimensions
                .into_iter()
                .map(|(name, field)| (located(name), Some(located(field))))
                .collect(),
        }
    }
}

impl Alarm {
    fn entry(self, name: &str) -> Option<LocatedAlarm> {
        let threshold = self.threshold?;
        let (statistic, period) = (self.statistic?, self.period?);
        let mut entry = LocatedAlarm::new(Host::RuleFile, name, span(&statistic));
        entry.statistic = statistic.get_ref().parse().ok();
        entry.period = duration(period.get_ref()).map(i64::unsigned_abs);
        (entry.period_span, entry.threshold_span) = (span(&period), span(&threshold));
        entry.threshold = Some(*threshold.get_ref());
        entry.comparison = match &self.comparison {
            None => Some(Comparison::GreaterOrEqual),
            Some(text) => text.parse().ok(),
        };
        entry.missing = match &self.missing {
            None => Some(Missing::Missing),
            Some(text) => text.parse().ok(),
        };
        entry.dimensions = Some(self.dimensions.into_keys().collect());
        entry.unit = self.unit.map_or(Value::Unset, |unit| Value::Text(located(unit)));
        entry.has_actions = Some(self.notify.is_none_or(|states| !states.is_empty()));
        entry.actions_enabled = Some(self.actions_enabled.unwrap_or(true));
        Some(entry)
    }
}

fn number(value: &Spanned<toml::Value>) -> Option<f64> {
    let value = value.get_ref();
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

fn located(text: Spanned<String>) -> Located {
    Located { span: span(&text), text: text.into_inner() }
}

fn span<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}
