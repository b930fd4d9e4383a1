//! The project's own rule files. Only what lints look at is read; `cwfilter test` refuses the rest.

use super::{Align, Allowance, Escapes, HostedPattern, Quoting, SourceError};
use crate::lint::{AlarmEntry, Located, Transformation};
use crate::span::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    rule: Vec<Rule>,
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
}

#[derive(Deserialize)]
struct Alarm {
    statistic: Option<Spanned<String>>,
    period: Option<Spanned<String>>,
    threshold: Option<Spanned<f64>>,
    comparison: Option<String>,
    missing: Option<String>,
}

#[derive(Deserialize)]
struct Allow {
    lint: Spanned<String>,
}

pub(super) fn read(text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        SourceError::new(text, error.span().map_or(0, |span| span.start), message)
    })?;
    Ok(file.rule.into_iter().filter_map(|rule| rule.hosted(text)).collect())
}

impl Rule {
    fn hosted(self, file: &str) -> Option<HostedPattern> {
        let pattern = self.pattern?;
        let literal = span(&pattern);
        let written = literal.of(file);
        let (escapes, quoting) = match written.as_bytes() {
            [b'\'', b'\'', b'\'', ..] => (Escapes::None, Quoting::Literal(3)),
            [b'\'', ..] => (Escapes::None, Quoting::Literal(1)),
            _ => (Escapes::Backslash, Quoting::Backslash),
        };
        let value = pattern.into_inner();
        let mut hosted =
            HostedPattern::new(file, self.id.unwrap_or_default(), literal, value, escapes, quoting);
        // a newline right behind three quotes is not part of the value
        if written.starts_with("'''\n") || written.starts_with("\"\"\"\n") {
            let body = Span::new(literal.start + 4, literal.end);
            hosted.align = Align::new(file, body, hosted.text.as_deref().unwrap_or_default(), escapes);
        }
        let default = self.metric.as_ref().and_then(|metric| metric.default.as_ref()).and_then(number);
        hosted.alarm = self.alarm.and_then(|alarm| alarm.entry(default));
        hosted.transformation = self.metric.map(Metric::transformation);
        let allow = self.allow.into_iter();
        hosted.allow =
            allow.map(|allow| Allowance { span: span(&allow.lint), lint: allow.lint.into_inner() }).collect();
        hosted.covers = self.covers.into_iter().map(located).collect();
        Some(hosted)
    }
}

impl Metric {
    fn transformation(self) -> Transformation {
        Transformation {
            namespace: self.namespace.map(located),
            name: self.name.map(located),
            value: self.value.map(located),
            default: self.default.map(|default| span(&default)),
            unit: self.unit.map(located),
            dimensions: self
                .dimensions
                .into_iter()
                .map(|(name, field)| (located(name), located(field)))
                .collect(),
        }
    }
}

impl Alarm {
    fn entry(self, default: Option<f64>) -> Option<AlarmEntry> {
        let threshold = self.threshold?;
        let (statistic, period) = (located(self.statistic?), located(self.period?));
        let mut entry = AlarmEntry::new(statistic, period, *threshold.get_ref(), span(&threshold));
        (entry.comparison, entry.missing, entry.default) = (self.comparison, self.missing, default);
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
