//! The API's `MetricTransformation`.

use std::collections::BTreeMap;

/// What a match counts as.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Transformation {
    /// `metricNamespace`
    pub namespace: String,
    /// `metricName`
    pub name: String,
    /// `metricValue`: a number, `$.selector`, `$column` or `$n`.
    pub value: String,
    /// `defaultValue`: published once for every event that does not match (observed).
    pub default: Option<f64>,
    /// `unit`; `None` when absent.
    pub unit: Option<String>,
    /// `dimensions`: name to selector.
    pub dimensions: BTreeMap<String, String>,
}

impl Transformation {
    /// A transformation without default, unit and dimensions.
    ///
    /// ```
    /// use cwfilter::metric::Transformation;
    /// let latency = Transformation::new("Web", "Latency", "$.latency").unit("Milliseconds").dimension("Path", "$.path");
    /// assert_eq!(latency.unit.as_deref(), Some("Milliseconds"));
    /// ```
    #[must_use]
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        Transformation {
            namespace: namespace.into(),
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }

    /// With a default value.
    #[must_use]
    pub fn default_value(mut self, value: f64) -> Self {
        self.default = Some(value);
        self
    }

    /// With a unit, one of [`UNITS`].
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// With a dimension.
    #[must_use]
    pub fn dimension(mut self, name: impl Into<String>, selector: impl Into<String>) -> Self {
        self.dimensions.insert(name.into(), selector.into());
        self
    }
}

/// `StandardUnit` of the CloudWatch API.
pub const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];
