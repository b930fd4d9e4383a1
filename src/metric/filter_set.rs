//! Many metric filters, whose patterns are matched together.

use super::filter::{Datapoint, MetricFilter};
use super::system_fields::SystemFields;
use crate::{PatternId, PatternSet, SetError};

/// The metric filters of a log group, each with a name. Their patterns are matched together, once for each event.
///
/// A set publishes the same datapoints as its filters, each with [`MetricFilter::datapoint`].
///
/// ```
/// use cwfilter::metric::{MetricFilter, MetricFilterSet, Transformation};
/// let latency = Transformation::new("Web", "Latency", "$.latency").unit("Milliseconds");
/// let errors = Transformation::new("Web", "Errors", "1").default_value(0.0);
/// let set = MetricFilterSet::new([
///     ("latency", MetricFilter::new("{ $.latency = * }".parse()?, latency)?),
///     ("errors", MetricFilter::new("{ $.status >= 500 }".parse()?, errors)?),
/// ])?;
/// let values = |event| -> Vec<(&str, f64)> {
///     set.datapoints(event).into_iter().map(|(id, point)| (set.name(id), point.value)).collect()
/// };
/// assert_eq!(values(r#"{"latency":11.5,"status":503}"#), [("latency", 11.5), ("errors", 1.0)]);
/// assert_eq!(values(r#"{"latency":11.5,"status":200}"#), [("latency", 11.5), ("errors", 0.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct MetricFilterSet {
    patterns: PatternSet,
    filters: Vec<MetricFilter>,
    /// The filters that publish a default for an event that does not match.
    with_default: Vec<PatternId>,
}

impl MetricFilterSet {
    /// Compiles a set of pairs of a name and a metric filter.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, MetricFilterSet, Transformation};
    /// let filter = MetricFilter::new("ERROR".parse()?, Transformation::new("App", "Errors", "1"))?;
    /// assert!(MetricFilterSet::new([("errors", filter.clone()), ("errors", filter)]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`PatternSetBuilder::build`](crate::PatternSetBuilder::build), such as for two filters of one name.
    pub fn new<N: Into<String>>(
        filters: impl IntoIterator<Item = (N, MetricFilter)>,
    ) -> Result<Self, SetError> {
        let (names, filters): (Vec<N>, Vec<MetricFilter>) = filters.into_iter().unzip();
        let patterns = filters.iter().map(|filter| filter.pattern().clone());
        let patterns = PatternSet::try_from_iter(names.into_iter().zip(patterns))?;
        let defaults = patterns.ids().zip(&filters).filter(|(_, it)| it.transformation().default.is_some());
        let with_default = defaults.map(|(id, _)| id).collect();
        Ok(MetricFilterSet { patterns, filters, with_default })
    }

    /// The datapoints that a log event publishes, in the order of the filters: at most one for each filter.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, MetricFilterSet, Transformation};
    /// let filter = MetricFilter::new("ERROR".parse()?, Transformation::new("App", "Errors", "1"))?;
    /// let set = MetricFilterSet::new([("errors", filter)])?;
    /// assert_eq!(set.datapoints("ERROR: disk full").first().map(|(_, point)| point.value), Some(1.0));
    /// assert!(set.datapoints("all is well").is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn datapoints(&self, message: impl AsRef<[u8]>) -> Vec<(PatternId, Datapoint)> {
        self.datapoints_in(message, &SystemFields::default())
    }

    /// As [`datapoints`](MetricFilterSet::datapoints), with the account, region and log group of the event.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, MetricFilterSet, SystemFields, Transformation};
    /// let only_there = r#"@aws.region = "eu-west-1""#.parse()?;
    /// let filter = MetricFilter::new("ERROR".parse()?, Transformation::new("App", "Errors", "1"))?;
    /// let set = MetricFilterSet::new([("errors", filter.field_selection(only_there))])?;
    /// let system = SystemFields { region: Some("us-east-1".into()), ..SystemFields::default() };
    /// assert!(set.datapoints_in("ERROR: disk full", &system).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn datapoints_in(
        &self,
        message: impl AsRef<[u8]>,
        system: &SystemFields,
    ) -> Vec<(PatternId, Datapoint)> {
        let message = message.as_ref();
        let matches = self.patterns.matches(message);
        let matching = matches.as_slice();
        let of_match = |id: PatternId| self.filter(id)?.datapoint_of_match(message, system);
        let mut points: Vec<_> = matching.iter().filter_map(|id| Some((*id, of_match(*id)?))).collect();
        // sorted, as the ids of the matching patterns are
        let others = self.with_default.iter().filter(|id| matching.binary_search(id).is_err());
        points.extend(others.filter_map(|id| Some((*id, self.filter(*id)?.default_in(system)?))));
        points.sort_by_key(|(id, _)| *id);
        points
    }

    /// The filter with this id. `None` if the id is from a larger set.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, MetricFilterSet, Transformation};
    /// let filter = MetricFilter::new("ERROR".parse()?, Transformation::new("App", "Errors", "1"))?;
    /// let set = MetricFilterSet::new([("errors", filter)])?;
    /// let (id, _) = &set.datapoints("ERROR")[0];
    /// assert_eq!(set.filter(*id).map(|filter| filter.transformation().name.as_str()), Some("Errors"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn filter(&self, id: PatternId) -> Option<&MetricFilter> {
        self.filters.get(id.index())
    }

    /// The name of a filter. Empty if the id is from a larger set.
    #[must_use]
    pub fn name(&self, id: PatternId) -> &str {
        self.patterns.name(id)
    }

    /// The patterns of the filters, with the same names and ids.
    #[must_use]
    pub fn patterns(&self) -> &PatternSet {
        &self.patterns
    }
}
