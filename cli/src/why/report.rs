//! The JSON of `cwfilter why`.

use super::super::refusals::Refusal;
use super::events::{Found, Hit};
use super::message::Message;
use super::queries::{Insights, Queries};
use cwfilter::alarm::alarm_page;
use cwfilter::provision::VERSION;
use cwfilter::rules::Rule;
use cwfilter::time::rfc3339;
use serde::Serialize;

/// Without files: the queries for the events.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AlarmQueries<'a> {
    #[serde(flatten)]
    pub(super) about: About<'a>,
    /// One entry for each rule and window.
    pub(super) queries: Vec<QueriesEntry<'a>>,
}

/// With files: the events.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AlarmEvents<'a> {
    #[serde(flatten)]
    about: About<'a>,
    /// The matches of the files, by window.
    events: Vec<EventEntry<'a>>,
    /// The number of records that were read.
    records: usize,
    /// The number of copies of events, which count once.
    copies: usize,
    /// The number of matches without a time: it is not known whether a window has them.
    without_time: usize,
    /// Files and records that were not read: nothing is known of their events.
    errors: Vec<Refusal>,
}

/// The alarm, its rules and the windows.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct About<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The name of the alarm.
    alarm: &'a str,
    /// The time of the change to ALARM.
    since: String,
    /// The rules whose metric the alarm watches.
    rules: Vec<RuleEntry<'a>>,
    /// The times whose events the alarm saw.
    windows: Vec<Window>,
    /// Whether the reason names no datapoint: the window is then an estimate from the alarm's periods.
    windows_are_estimated: bool,
    /// Whether the alarm rings for a low value: events that are missing made it ring.
    rings_for_less: bool,
    /// The alarm's page in the console; null if the message has no region.
    console: Option<String>,
}

/// A rule.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct RuleEntry<'a> {
    /// The id of the rule.
    id: &'a str,
    /// The pattern.
    pattern: &'a str,
}

/// A period of the alarm.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Window {
    /// The first moment.
    start: String,
    /// The first moment after the window.
    end: String,
    /// The value of the window's datapoint in the message's reason; null if the reason names none.
    datapoint: Option<f64>,
}

/// A match with the alarm's dimensions.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EventEntry<'a> {
    /// The place and time of the event, and its name.
    event: &'a str,
    /// The value that the metric filter publishes for it.
    value: f64,
    /// The index in `windows`.
    window: usize,
    /// Whether it is in the 15 minutes before the window.
    is_earlier: bool,
}

/// What asks CloudWatch Logs for the events of a rule in a window.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct QueriesEntry<'a> {
    /// The id of the rule.
    rule: &'a str,
    /// The start of the window.
    start: String,
    /// The end of the window.
    end: String,
    /// The command that calls `FilterLogEvents` with the pattern.
    filter_log_events: &'a str,
    /// The pattern as a query of Logs Insights, or the reason why there is none.
    logs_insights: InsightsEntry<'a>,
}

/// A query of Logs Insights, or the reason why there is none.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum InsightsEntry<'a> {
    /// The query.
    Query {
        /// The query.
        query: &'a str,
        /// The command that calls `StartQuery`.
        command: &'a str,
        /// The page of the console with the query; null if the message has no region.
        console: Option<&'a str>,
        /// What the query does otherwise.
        notes: &'a [String],
    },
    /// There is no query.
    Refused {
        /// The reason.
        refusal: &'a str,
    },
}

impl<'a> About<'a> {
    /// What the text for people begins with.
    pub(super) fn new(message: &'a Message, rules: &[&'a Rule]) -> Self {
        let window = |(at, (start, end)): (usize, (i64, i64))| {
            let datapoint = message.datapoints.get(at).map(|(_, value)| *value);
            Window { start: rfc3339(start), end: rfc3339(end), datapoint }
        };
        let page = message.region.as_ref().zip(message.console);
        About {
            version: VERSION,
            alarm: &message.alarm,
            since: rfc3339(message.changed),
            rules: rules
                .iter()
                .map(|rule| RuleEntry { id: &rule.id, pattern: rule.pattern.as_str() })
                .collect(),
            windows: message.windows().into_iter().enumerate().map(window).collect(),
            windows_are_estimated: message.datapoints.is_empty(),
            rings_for_less: message.rings_for_less,
            console: page.map(|(region, host)| alarm_page(host, region, &message.alarm)),
        }
    }
}

impl<'a> AlarmEvents<'a> {
    pub(super) fn new(about: About<'a>, found: &'a Found, errors: Vec<Refusal>) -> Self {
        let event = |hit: &'a Hit| {
            let Hit { window, is_earlier, label, value } = hit;
            EventEntry { event: label, value: *value, window: *window, is_earlier: *is_earlier }
        };
        AlarmEvents {
            about,
            events: found.hits.iter().map(event).collect(),
            records: found.records,
            copies: found.copies,
            without_time: found.timeless,
            errors,
        }
    }
}

impl<'a> QueriesEntry<'a> {
    pub(super) fn new(queries: &'a Queries) -> Self {
        let Queries { rule, window: (start, end), filter_log_events, insights } = queries;
        let logs_insights = match insights {
            Ok(Insights { query, command, page, notes }) => {
                InsightsEntry::Query { query, command, console: page.as_deref(), notes }
            }
            Err(reason) => InsightsEntry::Refused { refusal: reason },
        };
        QueriesEntry { rule, start: rfc3339(*start), end: rfc3339(*end), filter_log_events, logs_insights }
    }
}
