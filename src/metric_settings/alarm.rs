//! Alarms, composite alarms and the metric filters that publish to them, as rule files, Terraform and CloudFormation have them: one
//! table for the lints. A member that is computed at deployment is unknown, and no lint draws conclusions from it.

use super::Located;
#[cfg(feature = "sources")]
use super::chain::ChainParts;
use crate::alarm::{Comparison, Missing, Statistic};
use crate::span::Span;

/// The kind of file. Each kind has its own names for the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Host {
    /// cwfilter's rule files.
    #[default]
    RuleFile,
    /// Terraform.
    Terraform,
    /// CloudFormation and SAM templates.
    CloudFormation,
}

/// A text member of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Value {
    /// It is not set.
    #[default]
    Unset,
    /// A text.
    Text(Located),
    /// An expression that is evaluated at deployment, as it is written.
    Expression(Located),
}

impl Value {
    /// The text, if it is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(located) => Some(&located.text),
            Value::Unset | Value::Expression(_) => None,
        }
    }

    /// The expression as it is written.
    #[must_use]
    pub fn expression(&self) -> Option<&str> {
        match self {
            Value::Expression(located) => Some(&located.text),
            Value::Unset | Value::Text(_) => None,
        }
    }

    /// Its place.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Value::Text(located) | Value::Expression(located) => Some(located.span),
            Value::Unset => None,
        }
    }

    /// Whether both are the same text, or the same expression.
    #[must_use]
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) | (Value::Expression(a), Value::Expression(b)) => {
                a.text == b.text
            }
            _ => false,
        }
    }

    fn shift(&mut self, by: usize) {
        if let Value::Text(located) | Value::Expression(located) = self {
            located.span = located.span.shifted(by);
        }
    }
}

/// What a metric filter publishes. `None` for members that are unknown.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Feed {
    /// `metricValue`, if it is a number.
    pub value: Option<f64>,
    /// `defaultValue`; `Some(None)` if it is not set.
    pub default: Option<Option<f64>>,
    /// `unit`: `None` of CloudWatch if it is not set.
    pub unit: Option<String>,
    /// The names of its dimensions, with those of `emitSystemFieldDimensions`.
    pub dimensions: Option<Vec<String>>,
}

/// A metric filter.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct LocatedFilter {
    /// The name of the resource, by which other resources refer to it.
    pub resource: String,
    /// `filterName`
    pub name: Value,
    /// `metricNamespace`
    pub namespace: Value,
    /// `metricName`
    pub metric_name: Value,
    /// What it publishes.
    pub feed: Feed,
}

/// An alarm on a metric. `None` for members that are unknown; members that are not set have CloudWatch's default.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct LocatedAlarm {
    /// The kind of file.
    pub host: Host,
    /// The id of its rule, or the name of its resource.
    pub name: String,
    /// `AlarmName`
    pub alarm_name: Value,
    /// Its place in the file, for findings without a better place.
    pub span: Span,
    /// `Namespace`. Not set in rule files, where the rule's metric is meant.
    pub namespace: Value,
    /// `MetricName`. Not set in rule files.
    pub metric_name: Value,
    /// The statistic.
    pub statistic: Option<Statistic>,
    /// The period in seconds.
    pub period: Option<u64>,
    /// The place of the period.
    pub period_span: Span,
    /// The threshold. NaN if it is a text that is no number.
    pub threshold: Option<f64>,
    /// The place of the threshold.
    pub threshold_span: Span,
    /// The comparison.
    pub comparison: Option<Comparison>,
    /// The treatment of missing data.
    pub missing: Option<Missing>,
    /// Names of the dimensions that it watches.
    pub dimensions: Option<Vec<String>>,
    /// `Unit`: it sees datapoints with this unit only.
    pub unit: Value,
    /// Whether some state has an action.
    pub has_actions: Option<bool>,
    /// `ActionsEnabled`
    pub actions_enabled: Option<bool>,
    /// What the alarm watches instead of one metric, such as metric math. Such an alarm is not checked.
    pub unmodelled: Option<&'static str>,
}

impl LocatedAlarm {
    /// An alarm at a place, with CloudWatch's defaults for members that need not be set.
    #[must_use]
    pub fn new(host: Host, name: impl Into<String>, span: Span) -> Self {
        LocatedAlarm {
            host,
            name: name.into(),
            span,
            missing: Some(Missing::Missing),
            dimensions: Some(Vec::new()),
            has_actions: Some(true),
            actions_enabled: Some(true),
            ..LocatedAlarm::default()
        }
    }

    /// Moves its places by this many bytes.
    pub fn shift(&mut self, by: usize) {
        for span in [&mut self.span, &mut self.period_span, &mut self.threshold_span] {
            *span = span.shifted(by);
        }
        [&mut self.alarm_name, &mut self.namespace, &mut self.metric_name, &mut self.unit]
            .into_iter()
            .for_each(|it| it.shift(by));
    }
}

/// A composite alarm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LocatedComposite {
    /// The kind of file.
    pub host: Host,
    /// Its id, or the name of its resource.
    pub id: String,
    /// `AlarmName`, if it is known. Not set in rule files, where it follows from the id.
    pub alarm_name: Option<String>,
    /// `AlarmRule`. In templates, each reference to another resource is replaced by a name. `None` if it is unknown.
    pub rule: Option<String>,
    /// The rule as it is written.
    pub written: String,
    /// The place of the rule.
    pub rule_span: Span,
    /// `ActionsSuppressor`, in rule files.
    pub suppressor: Option<String>,
    /// Whether some state has an action. `None` if it is unknown.
    pub has_actions: Option<bool>,
    /// `ActionsEnabled`. `None` if it is unknown.
    pub actions_enabled: Option<bool>,
}

impl LocatedComposite {
    /// A composite alarm of a rule file, without a suppressor.
    #[must_use]
    pub fn new(id: impl Into<String>, rule: impl Into<String>, rule_span: Span) -> Self {
        let rule = rule.into();
        LocatedComposite {
            host: Host::RuleFile,
            id: id.into(),
            alarm_name: None,
            written: rule.clone(),
            rule: Some(rule),
            rule_span,
            suppressor: None,
            has_actions: Some(true),
            actions_enabled: Some(true),
        }
    }
}

/// The alarms of a file, and its metric filters as far as alarms need them.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct AlarmResources {
    /// Alarms on metrics.
    pub alarms: Vec<LocatedAlarm>,
    /// Composite alarms.
    pub composites: Vec<LocatedComposite>,
    /// Metric filters.
    pub filters: Vec<LocatedFilter>,
    /// What follows metric filters, for audits.
    #[cfg(feature = "sources")]
    pub chain: ChainParts,
}

impl AlarmResources {
    /// Adds the resources of another part of the file.
    #[cfg(feature = "sources")]
    pub(crate) fn extend(&mut self, other: AlarmResources) {
        self.alarms.extend(other.alarms);
        self.composites.extend(other.composites);
        self.filters.extend(other.filters);
        self.chain.extend(other.chain);
    }

    /// Moves all places by this many bytes.
    pub fn shift(&mut self, by: usize) {
        self.alarms.iter_mut().for_each(|alarm| alarm.shift(by));
        self.composites.iter_mut().for_each(|it| it.rule_span = it.rule_span.shifted(by));
    }
}
