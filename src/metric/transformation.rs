//! AWS's `MetricTransformation`.

use std::collections::BTreeMap;

/// AWS's `MetricTransformation`: the metric, the value, the unit and the dimensions that a matching event publishes.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Transformation {
    /// `metricNamespace`
    pub namespace: String,
    /// `metricName`
    pub name: String,
    /// `metricValue`: a number, a selector (`$.latency`), or a column (`$status`, `$3`).
    pub value: String,
    /// `defaultValue`, published once for each event that does not match (observed).
    pub default: Option<f64>,
    /// `unit`, one of [`UNITS`]. If it is `None`, datapoints have the unit `None`.
    pub unit: Option<String>,
    /// `dimensions`: from the name to the selector or column of the value.
    pub dimensions: BTreeMap<String, String>,
}

impl Transformation {
    /// A transformation without default value, unit and dimensions.
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

    /// Sets the default value.
    #[must_use]
    pub fn default_value(mut self, value: f64) -> Self {
        self.default = Some(value);
        self
    }

    /// Sets the unit, one of [`UNITS`].
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Adds a dimension. `selector` is the selector or column of its value.
    #[must_use]
    pub fn dimension(mut self, name: impl Into<String>, selector: impl Into<String>) -> Self {
        self.dimensions.insert(name.into(), selector.into());
        self
    }
}

/// The units of CloudWatch: `StandardUnit` in the API reference.
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
