//! A metric filter: a pattern, a transformation, and the datapoint that they publish for an event.

use super::admission::{self, AdmissionError};
use super::selection::FieldSelection;
use super::system_fields::SystemFields;
use super::transformation::Transformation;
use crate::FilterPattern;
use crate::number::{Decimal, is_metric_value};
use crate::reference::text_of;
use crate::syntax::ast::Selector;
use crate::syntax::parse_selector;
use std::collections::BTreeMap;

/// A metric filter that `PutMetricFilter` accepts. The [module page](super) has an example.
#[derive(Debug, Clone)]
pub struct MetricFilter {
    pattern: FilterPattern,
    transformation: Transformation,
    value: Source,
    dimensions: Vec<(String, Source)>,
    system_fields: Vec<String>,
    missing: MissingDimension,
    selection: Option<FieldSelection>,
    is_on_transformed_logs: bool,
}

/// The source of a value or of a dimension.
#[derive(Debug, Clone)]
enum Source {
    Number(f64),
    Field(Selector),
    Column(String),
}

impl Source {
    fn new(text: &str) -> Self {
        if let Some(number) = number(text) {
            return Source::Number(number);
        }
        parse_selector(text).map_or_else(|| Source::Column(text.to_owned()), Source::Field)
    }
}

/// A published value, without its time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Datapoint {
    /// The value.
    pub value: f64,
    /// One of [`UNITS`](super::UNITS).
    pub unit: String,
    /// The dimensions, from name to value.
    pub dimensions: BTreeMap<String, String>,
}

/// The treatment of a matching event that lacks the field of a dimension. The behaviour of AWS has not been observed.
///
/// ```
/// use cwfilter::metric::{MetricFilter, MissingDimension, Transformation};
/// let by_user = Transformation::new("App", "Logins", "1").dimension("User", "$.user");
/// let filter = MetricFilter::new("{ $.login IS TRUE }".parse()?, by_user)?;
/// assert_eq!(filter.datapoint(r#"{"login":true}"#), None);
/// let filter = filter.missing_dimension(MissingDimension::Omit);
/// assert!(filter.datapoint(r#"{"login":true}"#).unwrap().dimensions.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MissingDimension {
    /// The event publishes nothing.
    #[default]
    Drop,
    /// The datapoint is published without this dimension.
    Omit,
}

impl MetricFilter {
    /// A metric filter with this pattern and transformation.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, Transformation};
    /// let transformation = Transformation::new("App", "Bytes", "$.bytes");
    /// let filter = MetricFilter::new("{ $.bytes = * }".parse()?, transformation)?;
    /// assert_eq!(filter.datapoint(r#"{"bytes":12}"#).map(|point| point.value), Some(12.0));
    /// let refused = MetricFilter::new("ERROR".parse()?, Transformation::new("App", "Errors", "many"));
    /// assert_eq!(refused.unwrap_err().to_string(), "Invalid metric transformation: metric value many must be a valid number");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If `PutMetricFilter` refuses the filter, in AWS's words.
    pub fn new(pattern: FilterPattern, transformation: Transformation) -> Result<Self, AdmissionError> {
        Self::with_system_fields(pattern, transformation, Vec::new())
    }

    /// As [`new`](MetricFilter::new), with `emitSystemFieldDimensions`: `@aws.account`, `@aws.region`, `@source.log`. They count as dimensions.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, SystemFields, Transformation};
    /// let errors = Transformation::new("App", "Errors", "1");
    /// let filter = MetricFilter::with_system_fields("ERROR".parse()?, errors, vec!["@aws.region".to_owned()])?;
    /// let system = SystemFields { region: Some("eu-west-1".to_owned()), ..SystemFields::default() };
    /// let point = filter.datapoint_in("ERROR: disk full", &system).unwrap();
    /// assert_eq!(point.dimensions["@aws.region"], "eu-west-1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](MetricFilter::new).
    pub fn with_system_fields(
        pattern: FilterPattern,
        transformation: Transformation,
        system_fields: Vec<String>,
    ) -> Result<Self, AdmissionError> {
        admission::check(pattern.ast(), &transformation, &system_fields)?;
        let value = Source::new(&transformation.value);
        let sources = transformation.dimensions.iter();
        let dimensions = sources.map(|(name, selector)| (name.clone(), Source::new(selector))).collect();
        let missing = MissingDimension::default();
        Ok(MetricFilter {
            pattern,
            transformation,
            value,
            dimensions,
            system_fields,
            missing,
            selection: None,
            is_on_transformed_logs: false,
        })
    }

    /// Sets `fieldSelectionCriteria`. An event that they do not select publishes nothing, not even the default value.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, Transformation};
    /// let transformation = Transformation::new("App", "Bytes", "$.bytes");
    /// let filter = MetricFilter::new("{ $.bytes = * }".parse()?, transformation)?;
    /// use cwfilter::metric::SystemFields;
    /// let filter = filter.field_selection(r#"@aws.region = "eu-west-1""#.parse()?);
    /// let system = SystemFields { region: Some("us-east-1".into()), ..SystemFields::default() };
    /// assert_eq!(filter.datapoint_in(r#"{"bytes":12}"#, &system), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn field_selection(mut self, selection: FieldSelection) -> Self {
        self.selection = Some(selection);
        self
    }

    /// Sets `applyOnTransformedLogs`. If it is set, the filter publishes nothing: no log transformer is modelled, and without one AWS
    /// publishes nothing either (recorded).
    #[must_use]
    pub fn on_transformed_logs(mut self, is: bool) -> Self {
        self.is_on_transformed_logs = is;
        self
    }

    /// Sets the treatment of events that lack the field of a dimension.
    #[must_use]
    pub fn missing_dimension(mut self, missing: MissingDimension) -> Self {
        self.missing = missing;
        self
    }

    /// The pattern.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, Transformation};
    /// let transformation = Transformation::new("App", "Bytes", "$.bytes");
    /// let filter = MetricFilter::new("{ $.bytes = * }".parse()?, transformation)?;
    /// assert_eq!(filter.pattern().as_str(), "{ $.bytes = * }");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn pattern(&self) -> &FilterPattern {
        &self.pattern
    }

    /// The transformation.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, Transformation};
    /// let transformation = Transformation::new("App", "Bytes", "$.bytes");
    /// let filter = MetricFilter::new("{ $.bytes = * }".parse()?, transformation)?;
    /// assert_eq!(filter.transformation().name, "Bytes");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn transformation(&self) -> &Transformation {
        &self.transformation
    }

    /// The field selection criteria. `None` if the filter has none.
    #[must_use]
    pub fn selection(&self) -> Option<&FieldSelection> {
        self.selection.as_ref()
    }

    /// The datapoint that a log event publishes: the value if the event matches, otherwise the default value. `None` if nothing is
    /// published. A matching event whose value is not a number publishes nothing (docs/filter-patterns.md#metric-filter-emission).
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, Transformation};
    /// let transformation = Transformation::new("App", "Bytes", "$.bytes").default_value(0.0);
    /// let filter = MetricFilter::new("{ $.bytes = * }".parse()?, transformation)?;
    /// let value = |event| filter.datapoint(event).map(|point| point.value);
    /// assert_eq!(value(r#"{"bytes":12}"#), Some(12.0));
    /// assert_eq!(value(r#"{"bytes":"many"}"#), None);
    /// assert_eq!(value("{}"), Some(0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn datapoint(&self, message: impl AsRef<[u8]>) -> Option<Datapoint> {
        self.datapoint_in(message, &SystemFields::default())
    }

    /// As [`datapoint`](MetricFilter::datapoint), with the account, region and log group of the event.
    #[must_use]
    pub fn datapoint_in(&self, message: impl AsRef<[u8]>, system: &SystemFields) -> Option<Datapoint> {
        let message = message.as_ref();
        let is_selected = self.selection.as_ref().is_none_or(|selection| selection.selects(system));
        if self.is_on_transformed_logs || !is_selected {
            return None;
        }
        if !self.pattern.is_match(message) {
            return self.default().map(|value| self.default_datapoint(value, system));
        }
        self.datapoint_of_match(message, system)
    }

    /// The default value, if CloudWatch has it as a value.
    fn default(&self) -> Option<f64> {
        self.transformation.default.filter(|value| is_metric_value(*value))
    }

    fn default_datapoint(&self, value: f64, system: &SystemFields) -> Datapoint {
        Datapoint { value, unit: self.unit(), dimensions: self.system_dimensions(system) }
    }

    /// The datapoint that an event publishes if it does not match. `None` if the filter has no default value, or does not select the
    /// account and region.
    ///
    /// ```
    /// use cwfilter::metric::{MetricFilter, SystemFields, Transformation};
    /// let errors = Transformation::new("App", "Errors", "1").default_value(0.0);
    /// let filter = MetricFilter::new("ERROR".parse()?, errors)?;
    /// assert_eq!(filter.default_in(&SystemFields::default()), filter.datapoint("all is well"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn default_in(&self, system: &SystemFields) -> Option<Datapoint> {
        let is_seen =
            !self.is_on_transformed_logs && self.selection.as_ref().is_none_or(|it| it.selects(system));
        self.default().filter(|_| is_seen).map(|value| self.default_datapoint(value, system))
    }

    /// As [`datapoint_in`](MetricFilter::datapoint_in), for an event that is known to match: the pattern is not matched again.
    #[must_use]
    pub fn datapoint_of_match(&self, message: &[u8], system: &SystemFields) -> Option<Datapoint> {
        let is_selected = self.selection.as_ref().is_none_or(|selection| selection.selects(system));
        if self.is_on_transformed_logs || !is_selected {
            return None;
        }
        let value = match &self.value {
            Source::Number(value) => *value,
            source => number(&self.text(source, message)?)?,
        };
        let mut dimensions = self.system_dimensions(system);
        for (name, source) in &self.dimensions {
            match (self.text(source, message), self.missing) {
                (Some(text), _) => {
                    dimensions.insert(name.clone(), text);
                }
                (None, MissingDimension::Omit) => {}
                (None, MissingDimension::Drop) => return None,
            }
        }
        Some(Datapoint { value, unit: self.unit(), dimensions })
    }

    fn unit(&self) -> String {
        self.transformation.unit.clone().unwrap_or_else(|| "None".to_owned())
    }

    fn system_dimensions(&self, system: &SystemFields) -> BTreeMap<String, String> {
        let fields = self.system_fields.iter();
        fields.filter_map(|name| Some((name.clone(), system.get(name)?.to_owned()))).collect()
    }

    /// The text of a field that is a string or a number, or of a column. The message matches the pattern.
    fn text(&self, source: &Source, message: &[u8]) -> Option<String> {
        match source {
            Source::Number(_) => None,
            Source::Field(selector) => text_of(selector, message),
            Source::Column(name) => {
                let columns = self.pattern.extract_of_match(message);
                columns.into_iter().find(|(column, _)| column == name).map(|(_, text)| text)
            }
        }
    }
}

/// The number that a text spells. `None` if it is out of the range of CloudWatch's values.
fn number(text: &str) -> Option<f64> {
    Decimal::parse(text.as_bytes())?;
    text.parse::<f64>().ok().filter(|value| is_metric_value(*value))
}
