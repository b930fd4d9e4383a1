//! The identity of a metric.

/// A metric, identified by its namespace, name and dimensions. Two filters with the same three publish to one metric.
///
/// ```
/// use cwfilter::alarm::Metric;
/// let metric = Metric::new("App", "Errors");
/// // a datapoint with a dimension belongs to another metric
/// assert!(!metric.has_dimensions(&[("Fn".to_owned(), "x".to_owned())].into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Metric {
    /// `Namespace`
    pub namespace: String,
    /// `MetricName`
    pub name: String,
    /// `Dimensions`: name and value, in the order given.
    pub dimensions: Vec<(String, String)>,
}

impl Metric {
    /// A metric without dimensions.
    #[must_use]
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Metric { namespace: namespace.into(), name: name.into(), dimensions: Vec::new() }
    }

    /// Whether a datapoint with these dimensions belongs to the metric: the dimensions are equal, in any order.
    #[must_use]
    pub fn has_dimensions(&self, dimensions: &std::collections::BTreeMap<String, String>) -> bool {
        let is_there = |(name, value): &(String, String)| dimensions.get(name) == Some(value);
        self.dimensions.len() == dimensions.len() && self.dimensions.iter().all(is_there)
    }

    /// With one more dimension.
    #[must_use]
    pub fn dimension(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.dimensions.push((name.into(), value.into()));
        self
    }
}
