//! The log events of a rule test: a table, a record of a file, or a line; and the patches on them.

use super::context::{Context, span};
use super::error::{ROOT_HELP, RuleError};
use super::event;
use super::file::{Expect, ExpectMetric, Origin};
use crate::FilterPattern;
use crate::evidence::{Record, RecordError, records};
use crate::files::{Refusal, below, is_regular};
use crate::limits::EVENTS_PER_TEST;
use crate::metric::SystemFields;
use crate::span::Span;
use crate::spanned::Spanned;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

// the comments of these types are the descriptions of the JSON Schema: an editor shows them

/// A test: log events, and the verdict that the pattern gives for each of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a test's keys")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        rename = "test",
        extend("anyOf" = [{ "required": ["event"] }, { "required": ["events"] }, { "required": ["log"] }, { "required": ["logs"] }])
    )
)]
pub(super) struct TestEntry {
    /// The name of the test.
    pub(super) name: Spanned<String>,
    /// The event: a table of its fields, or the path of a file with one record (`pick` chooses among more).
    event: Option<Spanned<EventEntry>>,
    /// Several events.
    #[serde(default)]
    events: Vec<Spanned<EventEntry>>,
    /// A pattern that selects a record of the event file: the first record that it matches.
    pick: Option<Spanned<String>>,
    /// The event, as a line of text.
    log: Option<String>,
    /// Several log lines.
    #[serde(default)]
    logs: Vec<String>,
    /// Fields that are set, after `without`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Value>"))]
    with: BTreeMap<Spanned<String>, toml::Value>,
    /// Fields that are removed.
    #[serde(default)]
    without: Vec<Spanned<String>>,
    /// Fields that take each value in turn, after `with`; several fields give every combination, at most 10,000 events.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Vec<Value>>"))]
    each: BTreeMap<Spanned<String>, Vec<toml::Value>>,
    /// The verdict.
    pub(super) expect: Expect,
    /// The clause that has to decide the verdict: the opposite outcome of the clause has to give the opposite verdict. A selector, a column, a
    /// term, or a whole condition of the pattern.
    pub(super) because: Option<Spanned<String>>,
    /// The datapoint that each event publishes: a table with `value`, or `"none"` for no datapoint.
    pub(super) metric: Option<ExpectMetric>,
    /// The account of the events.
    account: Option<String>,
    /// The region of the events.
    region: Option<String>,
    /// The log group of the events.
    log_group: Option<String>,
    /// Where the events come from; `"written"` without this key. A test with `with`, `without` or `each` cannot be `"recorded"`.
    origin: Option<Spanned<Origin>>,
}

impl TestEntry {
    pub(super) fn system(&self) -> SystemFields {
        let Self { account, region, log_group, .. } = self;
        SystemFields { account: account.clone(), region: region.clone(), log_group: log_group.clone() }
    }
}

impl Context<'_> {
    /// The origin of a test's events. An event that the test changes is not as it was recorded.
    pub(super) fn origin(&self, entry: &TestEntry) -> Result<Origin, RuleError> {
        let Some(origin) = &entry.origin else { return Ok(Origin::default()) };
        let is_changed = !(entry.with.is_empty() && entry.without.is_empty() && entry.each.is_empty());
        if *origin.get_ref() == Origin::Recorded && is_changed {
            let message = "`with`, `without` and `each` change the event, so that it is not a recorded one";
            return Err(self
                .error(span(origin), message)
                .help_line("leave `origin` out, or write \"written\""));
        }
        Ok(*origin.get_ref())
    }
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline, untagged))]
pub(super) enum EventEntry {
    /// The path of an event file, relative to the folder of the rule file
    File(PathBuf),
    /// The fields of the event
    Inline(#[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, Value>"))] toml::Table),
}

// by hand, so that an error names the value in the table that is wrong
impl<'de> Deserialize<'de> for EventEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = EventEntry;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a table of fields, or the path of an event file")
    }

    fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<EventEntry, E> {
        Ok(EventEntry::File(path.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EventEntry, A::Error> {
        toml::Table::deserialize(MapAccessDeserializer::new(map)).map(EventEntry::Inline)
    }
}

impl Context<'_> {
    /// The messages of a test of the rule with this pattern.
    pub(super) fn messages(
        &self,
        entry: &TestEntry,
        pattern: &FilterPattern,
    ) -> Result<Vec<String>, RuleError> {
        let name = span(&entry.name);
        let lines: Vec<String> = entry.log.iter().chain(&entry.logs).cloned().collect();
        let events: Vec<&Spanned<EventEntry>> = entry.event.iter().chain(&entry.events).collect();
        let has_patches = !(entry.with.is_empty() && entry.without.is_empty() && entry.each.is_empty());
        match (events.is_empty(), lines.is_empty()) {
            (true, true) => {
                Err(self.error(name, "a test needs an `event`, `events`, a `log` line or `logs`"))
            }
            (false, false) => Err(self.error(name, "a test has events or log lines, not both")),
            (true, false) if has_patches || entry.pick.is_some() => {
                Err(self
                    .error(name, "`with`, `without`, `each` and `pick` change an `event`, not a `log` line"))
            }
            (true, false) => Ok(lines),
            (false, true) => {
                let mut messages = Vec::new();
                for event in events {
                    messages.extend(self.event(event, entry, pattern, has_patches)?);
                }
                Ok(messages)
            }
        }
    }

    /// The message of an event without patches.
    pub(super) fn single_event(
        &self,
        event: &Spanned<EventEntry>,
        pattern: &FilterPattern,
    ) -> Result<String, RuleError> {
        match event.get_ref() {
            EventEntry::Inline(table) => self.inline(span(event), table),
            EventEntry::File(file) => self.event_file(span(event), file, pattern, None),
        }
    }

    /// The message of an event that the rule file has.
    fn inline(&self, at: Span, table: &toml::Table) -> Result<String, RuleError> {
        let json = event::json(toml::Value::Table(table.clone())).map_err(|why| self.error(at, why))?;
        Ok(json.to_string())
    }

    /// The messages of an event with its patches: one for each combination of the values in `each`.
    fn event(
        &self,
        event: &Spanned<EventEntry>,
        entry: &TestEntry,
        pattern: &FilterPattern,
        has_patches: bool,
    ) -> Result<Vec<String>, RuleError> {
        let text = match event.get_ref() {
            EventEntry::Inline(table) => self.inline(span(event), table)?,
            EventEntry::File(file) => self.event_file(span(event), file, pattern, entry.pick.as_ref())?,
        };
        if !has_patches {
            return Ok(vec![text]);
        }
        let mut base: Value = serde_json::from_str(&text)
            .map_err(|error| self.error(span(event), format!("invalid JSON: {error}")))?;
        for place in &entry.without {
            let steps = event::path(place.get_ref()).map_err(|why| self.error(span(place), why))?;
            event::remove(&mut base, &steps).map_err(|why| self.error(span(place), why))?;
        }
        for (place, value) in &entry.with {
            self.set(&mut base, place, value)?;
        }
        let mut all = vec![base];
        for (place, values) in &entry.each {
            if values.is_empty() || all.len() * values.len() > EVENTS_PER_TEST {
                let message = format!("`each` makes no events, or more than {EVENTS_PER_TEST}");
                return Err(self.error(span(place), message));
            }
            let mut next = Vec::new();
            for event in &all {
                for value in values {
                    let mut event = event.clone();
                    self.set(&mut event, place, value)?;
                    next.push(event);
                }
            }
            all = next;
        }
        Ok(all.iter().map(Value::to_string).collect())
    }

    fn set(&self, event: &mut Value, place: &Spanned<String>, value: &toml::Value) -> Result<(), RuleError> {
        let steps = event::path(place.get_ref()).map_err(|why| self.error(span(place), why))?;
        let value = event::json(value.clone()).map_err(|why| self.error(span(place), why))?;
        event::set(event, &steps, value).map_err(|why| self.error(span(place), why))
    }

    /// The only record of a file, or the first record that the pattern `pick` matches, as the text that the rule's pattern is matched
    /// against.
    fn event_file(
        &self,
        at: Span,
        file: &Path,
        rule: &FilterPattern,
        pick: Option<&Spanned<String>>,
    ) -> Result<String, RuleError> {
        let unreadable = |why: String| self.error(at, format!("event file `{}`: {why}", file.display()));
        let picks = |place: &Spanned<String>| {
            let pattern: Result<FilterPattern, _> = place.get_ref().parse();
            pattern
                .map_err(|error| self.error(span(place), format!("`pick`: {error}")).help_line(error.help()))
        };
        let pattern = pick.map(picks).transpose()?;
        #[cfg(feature = "packs")]
        if super::packs::is_of_pack(self.path) {
            let bytes = super::packs::event_file(self.path, file)
                .ok_or_else(|| unreadable("it is not in the pack".to_owned()))?;
            return self.picked(bytes, rule, pattern, &unreadable);
        }
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let path = below(self.root.unwrap_or(folder), folder, file).map_err(|refusal| match refusal {
            Refusal::Outside => unreadable(self.outside()).help_line(ROOT_HELP),
            Refusal::Unreadable(error) => unreadable(error.to_string()),
        })?;
        is_regular(&path).map_err(|error| unreadable(error.to_string()))?;
        let picked = match self.texts.and_then(|texts| texts.get(&path)) {
            Some(text) => self.picked(text.as_bytes(), rule, pattern, &unreadable)?,
            None => {
                let file = std::fs::File::open(&path).map_err(|error| unreadable(error.to_string()))?;
                self.picked(file, rule, pattern, &unreadable)?
            }
        };
        self.event_files.borrow_mut().insert(path);
        Ok(picked)
    }

    /// The only record of a file, or the first one that `pattern` matches. The file is read as `scan` reads it for the rule, and what `scan`
    /// refuses is an error: a test without a match would show nothing.
    fn picked(
        &self,
        bytes: impl std::io::Read,
        rule: &FilterPattern,
        pattern: Option<FilterPattern>,
        unreadable: &dyn Fn(String) -> RuleError,
    ) -> Result<String, RuleError> {
        let text = |record: &Record| String::from_utf8_lossy(record.message(rule)).into_owned();
        let mut picked = None;
        let refused = |error: &RecordError| unreadable(error.to_string()).help_line(error.help());
        let mut records = records(std::io::BufReader::new(bytes)).read_by([rule]);
        while let Some(record) = records.next() {
            let record = record.map_err(|error| refused(&error))?;
            if rule.is_match(record.message(rule)) {
                records.matched(&record, std::iter::once(rule));
            }
            let picks = |pick: &FilterPattern| pick.is_match(record.message(pick));
            let is_it = pattern.as_ref().is_none_or(picks);
            match (is_it, &picked, &pattern) {
                (true, Some(_), None) => {
                    return Err(unreadable("more than one record".to_owned())
                        .help_line("`pick = '{ … }'` takes the first record that matches"));
                }
                (true, None, _) => picked = Some(text(&record)),
                _ => {}
            }
        }
        if let Some(error) = records.suspicion(rule.is_json()) {
            return Err(refused(&error));
        }
        let missing = if pattern.is_some() { "`pick` matches no record" } else { "it has no record" };
        picked.ok_or_else(|| unreadable(missing.to_owned()))
    }

    fn outside(&self) -> String {
        match self.root {
            None => "it is outside the rule file's folder".to_owned(),
            Some(root) => format!("it is outside `{}`", root.display()),
        }
    }
}
