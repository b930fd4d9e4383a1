//! A pattern with its transformation, and what it publishes.

use super::admission::{self, AdmissionError};
use super::selection::FieldSelection;
use super::system_fields::SystemFields;
use super::transformation::Transformation;
use crate::FilterPattern;
use crate::number::Decimal;
use crate::reference::text_of;
use crate::syntax::ast::Selector;
use crate::syntax::parse_selector;
use std::collections::BTreeMap;

/// A metric filter that AWS would take.
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

/// Where a value or a dimension is taken from.
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

/// One published value, without its time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Datapoint {
    /// The value.
    pub value: f64,
    /// One of [`UNITS`](super::UNITS).
    pub unit: String,
    /// Name to text.
    pub dimensions: BTreeMap<String, String>,
}

/// What becomes of a matching event without the field of a dimension. Nobody measured what AWS does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MissingDimension {
    /// Nothing is published.
    #[default]
    Drop,
    /// It is published without this dimension.
    Omit,
}

impl MetricFilter {
    /// Puts a pattern and a transformation together.
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
    /// What `PutMetricFilter` refuses, in AWS's words.
    pub fn new(pattern: FilterPattern, transformation: Transformation) -> Result<Self, AdmissionError> {
        Self::with_system_fields(pattern, transformation, Vec::new())
    }

    /// The same with `emitSystemFieldDimensions`, such as `@aws.account`; they count as dimensions.
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

    /// With `fieldSelectionCriteria`: other events publish nothing, not even the default.
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

    /// With `applyOnTransformedLogs`. No transformer is modelled, and without one such a filter publishes nothing
    /// (recorded).
    #[must_use]
    pub fn on_transformed_logs(mut self, is: bool) -> Self {
        self.is_on_transformed_logs = is;
        self
    }

    /// With another treatment of missing dimensions.
    #[must_use]
    pub fn missing_dimension(mut self, missing: MissingDimension) -> Self {
        self.missing = missing;
        self
    }

    /// Its pattern.
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

    /// Its transformation.
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

    /// Its field selection criteria.
    #[must_use]
    pub fn selection(&self) -> Option<&FieldSelection> {
        self.selection.as_ref()
    }

    /// What a log event publishes: the value of a match, or the default for an event that does not match.
    /// A match whose value is no number publishes nothing (docs/filter-patterns.md#metric-filter-emission).
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

    /// The same with the system fields of the event's log group.
    #[must_use]
    pub fn datapoint_in(&self, message: impl AsRef<[u8]>, system: &SystemFields) -> Option<Datapoint> {
        let message = message.as_ref();
        let is_selected = self.selection.as_ref().is_none_or(|selection| selection.selects(system));
        if self.is_on_transformed_logs || !is_selected {
            return None;
        }
        if !self.pattern.is_match(message) {
            return self.transformation.default.map(|value| self.default_datapoint(value, system));
        }
        self.datapoint_of_match(message, system)
    }

    fn default_datapoint(&self, value: f64, system: &SystemFields) -> Datapoint {
        Datapoint { value, unit: self.unit(), dimensions: self.system_dimensions(system) }
    }

    /// What an event that does not match publishes; `None` without a default, and if the filter does not look at the
    /// log group.
    #[must_use]
    pub fn default_in(&self, system: &SystemFields) -> Option<Datapoint> {
        let is_seen =
            !self.is_on_transformed_logs && self.selection.as_ref().is_none_or(|it| it.selects(system));
        let default = self.transformation.default.filter(|_| is_seen);
        default.map(|value| self.default_datapoint(value, system))
    }

    /// The same as [`datapoint_in`](MetricFilter::datapoint_in) for an event that is known to match, without matching again.
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

    /// The text of a string or number, or of a column, of a message that matches.
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

/// A number, or a text that is one. What is beyond a double is none: CloudWatch takes no infinite value.
fn number(text: &str) -> Option<f64> {
    Decimal::parse(text.as_bytes())?;
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}
