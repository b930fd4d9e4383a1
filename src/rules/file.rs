//! What stands in a rule file.

use super::composite::Composite;
use super::fires::Fires;
use crate::engine::FilterPattern;
use crate::metric::{
    AdmissionError, FieldSelection, FieldSelectionError, MetricFilter, SystemFields, Transformation,
};
use crate::span::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A rule file that was read and whose patterns parse.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleFile {
    /// Where it is; event files are relative to its folder.
    pub path: PathBuf,
    /// Its text; all spans count its bytes.
    pub source: String,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
    /// Its composite alarms, in order.
    pub composites: Vec<Composite>,
    /// The real paths of the event files that its tests read.
    pub event_files: Vec<PathBuf>,
}

/// A filter pattern with a name and tests.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rule {
    /// Unique among all loaded rules.
    pub id: String,
    /// Where the id stands.
    pub id_span: Span,
    /// One line for people.
    pub title: Option<String>,
    /// Why the rule is as it is.
    pub description: Option<String>,
    /// The pattern.
    pub pattern: FilterPattern,
    /// Where the pattern's string stands, quotes included.
    pub pattern_span: Span,
    /// Controls that this rule is for, as `framework/control`.
    pub covers: Vec<String>,
    /// Addresses of what the rule rests on.
    pub references: Vec<String>,
    /// What a match counts as.
    pub metric: Option<RuleMetric>,
    /// When the metric alarms.
    pub alarm: Option<RuleAlarm>,
    /// How often it is expected to fire over an archive (`cwfilter backtest`).
    pub fires: Option<Fires>,
    /// Lints that are right to be silent here.
    pub allow: Vec<Allow>,
    /// Its tests, in order.
    pub tests: Vec<RuleTest>,
    /// Tests of its alarm, in order.
    pub timelines: Vec<Timeline>,
}

impl Rule {
    /// The metric filter that the rule becomes; none for a rule without a metric.
    ///
    /// # Errors
    /// What `PutMetricFilter` refuses, in AWS's words. The rules of a file that was read are taken.
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

    /// Its `fieldSelectionCriteria`, parsed; `None` if it has none.
    ///
    /// # Errors
    /// Criteria that AWS refuses.
    #[must_use]
    pub fn field_selection(&self) -> Option<Result<FieldSelection, FieldSelectionError>> {
        self.field_selection_criteria.as_deref().map(str::parse)
    }
}

/// The metric transformation of a rule, AWS's `MetricTransformation`, and the members of `PutMetricFilter` beside it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleMetric {
    /// `metricNamespace`.
    pub namespace: String,
    /// `metricName`.
    pub name: String,
    /// `metricValue`: a number, `$.selector`, `$column` or `$n`.
    pub value: String,
    /// `defaultValue`, published for every event that does not match.
    pub default: Option<f64>,
    /// `unit`.
    pub unit: Option<String>,
    /// `dimensions`, name to selector.
    pub dimensions: BTreeMap<String, String>,
    /// `fieldSelectionCriteria`: which log groups' events the filter looks at.
    pub field_selection_criteria: Option<String>,
    /// `emitSystemFieldDimensions`: `@aws.account`, `@aws.region`, `@source.log`.
    pub emit_system_field_dimensions: Vec<String>,
    /// `applyOnTransformedLogs`. No transformer is modelled: such a filter publishes nothing here.
    pub apply_on_transformed_logs: bool,
}

/// The alarm on a rule's metric.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleAlarm {
    /// `Sum`, `SampleCount`, `Average`, `Minimum`, `Maximum`, or an extended statistic such as `p90` or `TM(10%:90%)`.
    pub statistic: String,
    /// Length of a period: `60s`, `5m`, `1h`.
    pub period: String,
    /// Compared with the statistic.
    pub threshold: f64,
    /// How it is compared; `>=` when absent.
    pub comparison: Option<String>,
    /// M of N: `1 of 1`.
    pub evaluate: Option<String>,
    /// What a period without data counts as: `missing`, `ignore`, `breaching`, `notBreaching`.
    pub missing: Option<String>,
    /// The states whose beginning is published; `ALARM` when absent.
    pub notify: Option<Vec<String>>,
    /// `false`: nothing is published.
    pub actions_enabled: Option<bool>,
    /// `Dimensions`, name to value: the one metric of those with dimensions that the alarm watches.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
    /// `Unit`: datapoints with another unit are not seen.
    pub unit: Option<String>,
    /// `EvaluateLowSampleCountPercentile`: `evaluate` or `ignore`.
    pub low_sample_percentile: Option<String>,
    /// `EvaluationWindow`: `sliding`, `wall clock` or `wall clock +05:30`.
    pub window: Option<String>,
}

/// A lint that is switched off for one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Allow {
    /// The lint's name.
    pub lint: String,
    /// Why it does not apply.
    pub reason: String,
}

/// One event and what the rule has to say of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleTest {
    /// What the event is.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The log events' messages, patches applied; the test holds for each.
    pub messages: Vec<String>,
    /// The verdict.
    pub expect: Expect,
    /// The clause that has to decide: were its outcome the other, so would be the verdict.
    pub because: Option<String>,
    /// What each event publishes.
    pub metric: Option<ExpectMetric>,
    /// The system fields of the events' log group: `account`, `region` and `log_group` of the test.
    pub system: SystemFields,
}

/// What an event is expected to publish.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ExpectMetric {
    /// `"none"`: no datapoint.
    NoDatapoint(NoDatapoint),
    /// A datapoint.
    Datapoint(ExpectDatapoint),
}

/// The word for no datapoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum NoDatapoint {
    /// `none`
    #[serde(rename = "none")]
    None,
}

/// A datapoint as far as a test says something of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectDatapoint {
    /// Its value.
    pub value: f64,
    /// Its unit, if that matters.
    pub unit: Option<String>,
    /// Its dimensions, if they matter.
    pub dimensions: Option<BTreeMap<String, String>>,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Expect {
    /// The pattern matches.
    #[serde(rename = "match")]
    Match,
    /// The pattern does not match.
    #[serde(rename = "no-match")]
    NoMatch,
}

/// Events and what becomes of the alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeline {
    /// What it is.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Seconds from the start, and the message.
    pub events: Vec<(i64, String)>,
    /// Seconds that are watched.
    pub until: i64,
    /// Changes such as `ALARM at 15m`, by the minute of the evaluation, in order; that the alarm knows at first that all is well is none.
    pub alarm: Vec<String>,
    /// How many messages are sent.
    pub notifications: Option<usize>,
    /// The system fields of the events' log group.
    pub system: SystemFields,
}
