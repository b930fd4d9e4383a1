//! The data of a rule file.

use super::composite::Composite;
use super::fires::Fires;
use crate::engine::FilterPattern;
use crate::hit::Severity;
use crate::metric::{
    AdmissionError, FieldSelection, FieldSelectionError, MetricFilter, SystemFields, Transformation,
};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A rule file that was read without an error.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleFile {
    /// The path of the file. Event files are relative to its folder.
    pub path: PathBuf,
    /// The text of the file. All spans are byte ranges of it.
    pub source: String,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// The composite alarms, in the order of the file.
    pub composites: Vec<Composite>,
    /// The event files that the tests name: their paths without symbolic links, sorted.
    pub event_files: Vec<PathBuf>,
}

/// A filter pattern with an id, and with its tests, metric and alarm (`[[rule]]`).
///
/// ```
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "errors"
///     pattern = "ERROR"
///     metric = { namespace = "App", name = "Errors", value = "1" }
///     alarm = { statistic = "Sum", period = "5m", threshold = 1 }
/// "#.to_owned()).unwrap();
/// let rule = &file.rules[0];
/// assert!(rule.pattern.is_match("ERROR: disk full"));
/// assert_eq!(rule.id_span.of(&file.source), "\"errors\"");
/// assert_eq!(rule.alarm_settings().unwrap().unwrap().period, 300);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rule {
    /// The id, unique among the rules and composite alarms that are loaded together.
    pub id: String,
    /// The place of the id's string, with its quotes.
    pub id_span: Span,
    /// One line for people.
    pub title: Option<String>,
    /// What a match means, and the reason for the rule.
    pub description: Option<String>,
    /// Who else does this, and how to keep the rule quiet about it.
    pub false_positives: Vec<String>,
    /// The first steps of the response to a match, in their order.
    pub response: Vec<String>,
    /// How much a match matters.
    pub severity: Option<Severity>,
    /// The pattern.
    pub pattern: FilterPattern,
    /// The place of the pattern's string, with its quotes.
    pub pattern_span: Span,
    /// The controls that the rule implements, as `framework/control`; see [`controls`](crate::controls).
    pub covers: Vec<String>,
    /// Addresses of documents.
    pub references: Vec<String>,
    /// The metric that the rule's metric filter publishes.
    pub metric: Option<RuleMetric>,
    /// The alarm on the metric.
    pub alarm: Option<RuleAlarm>,
    /// The expected number of matches in an archive (`cwfilter backtest`).
    pub fires: Option<Fires>,
    /// The lints that are switched off for this rule.
    pub allow: Vec<Allow>,
    /// The tests, in the order of the file.
    pub tests: Vec<RuleTest>,
    /// The tests of the alarm, in the order of the file.
    pub timelines: Vec<Timeline>,
}

impl Rule {
    /// The metric filter of the rule. `None` if the rule has no metric.
    ///
    /// ```
    /// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
    ///     [[rule]]
    ///     id = "latency"
    ///     pattern = "{ $.latency = * }"
    ///     metric = { namespace = "Web", name = "Latency", value = "$.latency", unit = "Milliseconds" }
    /// "#.to_owned()).unwrap();
    /// let filter = file.rules[0].metric_filter().unwrap()?;
    /// assert_eq!(filter.datapoint(r#"{"latency":11.5}"#).unwrap().value, 11.5);
    /// # Ok::<(), cwfilter::metric::AdmissionError>(())
    /// ```
    ///
    /// # Errors
    /// The error of `PutMetricFilter`, in AWS's words. A rule from a file that was read has none.
    pub fn metric_filter(&self) -> Option<Result<MetricFilter, AdmissionError>> {
        let metric = self.metric.as_ref()?;
        let mut it = Transformation::new(&metric.namespace, &metric.name, &metric.value);
        (it.default, it.unit, it.dimensions) =
            (metric.default, metric.unit.clone(), metric.dimensions.clone());
        let fields = metric.emit_system_field_dimensions.clone();
        let filter = MetricFilter::with_system_fields(self.pattern.clone(), it, fields);
        let filter = filter.map(|filter| filter.on_transformed_logs(metric.apply_on_transformed_logs));
        Some(filter.and_then(|filter| match metric.field_selection() {
            None => Ok(filter),
            Some(Ok(selection)) => Ok(filter.field_selection(selection)),
            Some(Err(_)) => Err(AdmissionError::FieldSelection),
        }))
    }
}

impl RuleMetric {
    /// A metric without the optional members.
    ///
    /// ```
    /// use cwfilter::rules::RuleMetric;
    /// let metric = RuleMetric::new("Security", "StoppedTrails", "1");
    /// assert!(metric.unit.is_none() && metric.dimensions.is_empty());
    /// ```
    #[must_use]
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        RuleMetric {
            namespace: namespace.into(),
            name: name.into(),
            value: value.into(),
            default: None,
            unit: None,
            dimensions: BTreeMap::new(),
            field_selection_criteria: None,
            emit_system_field_dimensions: Vec::new(),
            apply_on_transformed_logs: false,
        }
    }

    /// The field selection criteria, parsed. `None` if the metric has none.
    ///
    /// # Errors
    /// If AWS refuses the criteria.
    #[must_use]
    pub fn field_selection(&self) -> Option<Result<FieldSelection, FieldSelectionError>> {
        self.field_selection_criteria.as_deref().map(str::parse)
    }
}

/// The `metric` of a rule: AWS's `MetricTransformation`, and the other members of `PutMetricFilter`.
/// [`Rule::metric_filter`] makes a metric filter of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleMetric {
    /// `metricNamespace`.
    pub namespace: String,
    /// `metricName`.
    pub name: String,
    /// `metricValue`: a number, a selector (`$.latency`), or a column (`$status`, `$3`).
    pub value: String,
    /// `defaultValue`, published for each event that does not match.
    pub default: Option<f64>,
    /// `unit`.
    pub unit: Option<String>,
    /// `dimensions`: from the name to the selector or column of the value.
    pub dimensions: BTreeMap<String, String>,
    /// `fieldSelectionCriteria`: the accounts and regions whose events the filter reads.
    pub field_selection_criteria: Option<String>,
    /// `emitSystemFieldDimensions`: `@aws.account`, `@aws.region`, `@source.log`.
    pub emit_system_field_dimensions: Vec<String>,
    /// `applyOnTransformedLogs`. No log transformer is modelled, so that the filter publishes nothing here.
    pub apply_on_transformed_logs: bool,
}

// an editor shows the comments of the types below that have a JSON Schema

/// The alarm on the metric, as texts. [`Rule::alarm_settings`] makes an alarm of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with an alarm's keys")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "alarm", description = "The alarm on the metric")
)]
#[non_exhaustive]
pub struct RuleAlarm {
    /// `Sum`, `SampleCount`, `Average`, `Minimum`, `Maximum`, or an extended statistic such as `p90` or `TM(10%:90%)`.
    pub statistic: String,
    /// The length of a period: a number and `s`, `m`, `h`, `d` or `w`, such as `60s`, `5m`, `1h`, `1d`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = crate::time::DURATION)))]
    pub period: String,
    /// The number that the statistic is compared with.
    pub threshold: f64,
    /// The comparison of the statistic with the threshold, as a sign or as AWS's name for it; `>=` if it is not given.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::alarm::Comparison>", extend("default" = ">=")))]
    pub comparison: Option<String>,
    /// M of N: `2 of 3` means that 2 of the last 3 periods have to breach the threshold; `1 of 1` if it is not given.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = M_OF_N), extend("default" = "1 of 1")))]
    pub evaluate: Option<String>,
    /// `TreatMissingData`, the state of a period without data: `missing`, `ignore`, `breaching` or `notBreaching`; `missing` if it is not given.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::alarm::Missing>", extend("default" = "missing")))]
    pub missing: Option<String>,
    /// The states whose start is published; only `ALARM` if it is not given.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<crate::alarm::State>>", extend("default" = ["ALARM"])))]
    pub notify: Option<Vec<String>>,
    /// `ActionsEnabled`: if `false`, nothing is published; `true` if it is not given.
    #[cfg_attr(feature = "schema", schemars(extend("default" = true)))]
    pub actions_enabled: Option<bool>,
    /// `Dimensions`, from name to value. The alarm watches the metric that has exactly these dimensions.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
    /// `Unit`: the alarm does not see datapoints that have another unit.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = crate::metric::UNITS)))]
    pub unit: Option<String>,
    /// `EvaluateLowSampleCountPercentile`: `evaluate` or `ignore`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::alarm::LowSamples>"))]
    pub low_sample_percentile: Option<String>,
    /// `EvaluationWindow`: `sliding`, `wall clock` or `wall clock +05:30`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^(sliding|wall clock( .+)?)$")))]
    pub window: Option<String>,
}

/// The regular expression of the texts that `evaluate` of an alarm takes.
#[cfg(feature = "schema")]
const M_OF_N: &str = r"^\s*\+?[0-9]+\s* of \s*\+?[0-9]+\s*$";

/// A lint that is switched off for one rule (`allow`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `lint` and `reason`")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "allow"))]
#[non_exhaustive]
pub struct Allow {
    /// The name of the lint.
    pub lint: String,
    /// The reason why the lint does not apply.
    pub reason: String,
}

/// A test of a rule (`[[rule.test]]`): one or more log events, and the verdict that the pattern has to give for each of them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleTest {
    /// The name of the test.
    pub name: String,
    /// The place of the name's string, with its quotes.
    pub span: Span,
    /// The messages of the log events, after the patches `with`, `without` and `each`.
    pub messages: Vec<String>,
    /// The expected verdict.
    pub expect: Expect,
    /// The clause that has to decide: the opposite outcome of the clause has to give the opposite verdict.
    pub because: Option<String>,
    /// The datapoint that each event has to publish. `None` if the test does not check it.
    pub metric: Option<ExpectMetric>,
    /// The account, region and log group of the events: `account`, `region` and `log_group` of the test.
    pub system: SystemFields,
    /// Where the events come from.
    pub origin: Origin,
}

/// Where the events of a test come from (`origin`), the strongest evidence first.
///
/// ```
/// use cwfilter::rules::Origin;
/// let file = cwfilter::rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "errors"
///     pattern = "ERROR"
///     [[rule.test]]
///     name = "a full disk"
///     log = "ERROR: disk full"
///     expect = "match"
///     origin = "recorded"
/// "#.to_owned()).unwrap();
/// assert_eq!(file.rules[0].tests[0].origin, Origin::Recorded);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[non_exhaustive]
pub enum Origin {
    /// A service wrote the event: it is copied from a log without a change of its fields.
    Recorded,
    /// A person wrote the event, or changed a recorded one. Also that of a test without `origin`.
    #[default]
    Written,
    /// `cwfilter generate` made the event from the pattern. It shows what the pattern does, and not that this is what is meant: coverage
    /// and mutation do not count it.
    Generated,
}

/// The datapoint that a test expects.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected a table with `value`, or `\"none\"`")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[non_exhaustive]
pub enum ExpectMetric {
    /// `"none"`: no datapoint.
    NoDatapoint(NoDatapoint),
    /// A table: a datapoint with these members.
    Datapoint(ExpectDatapoint),
}

/// The text `"none"`, by which a test expects no datapoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
pub enum NoDatapoint {
    /// `none`
    #[serde(rename = "none")]
    None,
}

/// The members of a datapoint that a test checks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with a datapoint's keys")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "datapoint"))]
#[non_exhaustive]
pub struct ExpectDatapoint {
    /// The value.
    pub value: f64,
    /// The unit; not checked if it is not given.
    pub unit: Option<String>,
    /// The dimensions, from name to value; not checked if they are not given.
    pub dimensions: Option<BTreeMap<String, String>>,
}

/// The verdict that a test expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
pub enum Expect {
    /// The pattern matches.
    #[serde(rename = "match")]
    Match,
    /// The pattern does not match.
    #[serde(rename = "no-match")]
    NoMatch,
}

/// A test of a rule's alarm (`[[rule.timeline]]`): events with their times, and the state changes that have to follow.
/// [`Timeline::run`] runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeline {
    /// The name of the test.
    pub name: String,
    /// The place of the name's string, with its quotes.
    pub span: Span,
    /// The events: seconds from the start of the timeline, and the message.
    pub events: Vec<(i64, String)>,
    /// The time that the alarm is watched, in seconds.
    pub until: i64,
    /// The expected changes to and from `ALARM`, in order, such as `ALARM at 15m`. The time is the minute of the evaluation. The first change
    /// from `INSUFFICIENT_DATA` to `OK` is not listed.
    pub alarm: Vec<String>,
    /// The expected number of messages. `None` if the test does not check it.
    pub notifications: Option<usize>,
    /// The account, region and log group of the events.
    pub system: SystemFields,
}
