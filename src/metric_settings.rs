//! The metric transformation and the alarm beside a pattern, as a file has them: texts with their places.

use crate::span::Span;

/// A text and where it stands in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// The text.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A metric transformation as a file has it; what is not known to the reader is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocatedTransformation {
    /// `metricNamespace`.
    pub namespace: Option<Located>,
    /// `metricName`.
    pub name: Option<Located>,
    /// `metricValue`.
    pub value: Option<Located>,
    /// Where `defaultValue` stands.
    pub default: Option<Span>,
    /// `unit`.
    pub unit: Option<Located>,
    /// `dimensions`: name and selector.
    pub dimensions: Vec<(Located, Located)>,
}

/// An alarm as a rule file has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LocatedAlarm {
    /// The statistic's name.
    pub statistic: Located,
    /// The period, such as `5m`.
    pub period: Located,
    /// The threshold.
    pub threshold: f64,
    /// Its place.
    pub threshold_span: Span,
    /// The comparison, in the API's name or as a sign; `>=` if `None`.
    pub comparison: Option<String>,
    /// The treatment of missing data.
    pub missing: Option<String>,
    /// `defaultValue` of the metric.
    pub default: Option<f64>,
    /// Names of the dimensions that it watches.
    pub dimensions: Vec<String>,
    /// Whether some state has an action.
    pub has_actions: bool,
    /// `ActionsEnabled`
    pub actions_enabled: bool,
}

impl LocatedAlarm {
    /// An alarm with these three; the rest is not set.
    #[must_use]
    pub fn new(statistic: Located, period: Located, threshold: f64, threshold_span: Span) -> Self {
        LocatedAlarm {
            statistic,
            period,
            threshold,
            threshold_span,
            comparison: None,
            missing: None,
            default: None,
            dimensions: Vec::new(),
            has_actions: true,
            actions_enabled: true,
        }
    }
}

/// A composite alarm of a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocatedComposite {
    /// Its id.
    pub id: String,
    /// `AlarmRule`
    pub rule: String,
    /// Where the rule stands.
    pub rule_span: Span,
    /// `ActionsSuppressor`
    pub suppressor: Option<String>,
}

impl LocatedComposite {
    /// A composite alarm without suppressor.
    #[must_use]
    pub fn new(id: impl Into<String>, rule: impl Into<String>, rule_span: Span) -> Self {
        LocatedComposite { id: id.into(), rule: rule.into(), rule_span, suppressor: None }
    }
}
