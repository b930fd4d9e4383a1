//! The refusals of `PutMetricFilter`, in AWS's words (docs/filter-patterns.md#metric-filter-admission, docs/filter-patterns.md#limits).

use super::transformation::{Transformation, UNITS};
#[cfg(feature = "rules")]
use crate::limits::FILTER_NAME_CHARACTERS;
use crate::limits::{DIMENSIONS, METRIC_NAME_CHARACTERS, METRIC_VALUE_CHARACTERS};
use crate::number::Decimal;
use crate::syntax::ast::{Pattern, Step};
use crate::syntax::parse_selector;
use std::collections::BTreeSet;

/// The reason why `PutMetricFilter` refuses a metric filter. `Display` prints the message of the `InvalidParameterException`, exactly where
/// it was observed.
///
/// ```
/// use cwfilter::metric::{AdmissionError, MetricFilter, Transformation};
/// let by_user = Transformation::new("App", "Errors", "1").dimension("User", "$.user");
/// let error = MetricFilter::new("ERROR".parse()?, by_user).unwrap_err();
/// assert_eq!(error, AdmissionError::NoDimensions);
/// assert_eq!(error.to_string(), "The specified filter pattern does not support dimensions");
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdmissionError {
    /// A member of the request breaks a constraint.
    #[error(
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: {constraint}"
    )]
    Constraint {
        /// The refused value.
        value: String,
        /// The path of the member in the request.
        field: String,
        /// The constraint.
        constraint: String,
    },
    /// A unit that CloudWatch does not have. AWS does not print the value, and prints the units in another order (recorded).
    #[error("1 validation error detected: Value at '{field}' failed to satisfy constraint: {constraint}")]
    Unit {
        /// The refused value.
        unit: String,
        /// The path of the member in the request.
        field: String,
        /// The constraint.
        constraint: String,
    },
    /// The metric value is neither a number nor a selector without wildcards.
    #[error("Invalid metric transformation: metric value {value} must be a valid number")]
    MetricValue {
        /// The refused value.
        value: String,
    },
    /// The default value is not a number, or infinite: a request cannot have it.
    #[error("Invalid metric transformation: default value {value} must be a valid number")]
    DefaultValue {
        /// The refused value.
        value: String,
    },
    /// The filter has dimensions, and its pattern is a term pattern or a regular expression.
    #[error("The specified filter pattern does not support dimensions")]
    NoDimensions,
    /// The value of a dimension is not a selector, or has a wildcard.
    #[error("Invalid metric transformation: dimension value must be valid selector")]
    DimensionValue,
    /// The filter has more than three dimensions, including system fields.
    #[error("Number of dimensions exceeds the maximum number of dimensions supported per metric filter")]
    TooManyDimensions,
    /// A system field is not one of the three that AWS has.
    #[error(
        "The provided system fields are invalid. The supported system fields are - [@aws.region, @aws.account, @source.log]"
    )]
    SystemField,
    /// The field selection criteria do not parse. [`FieldSelection`](super::FieldSelection) gives the place of the error.
    #[error("The provided field selection criteria is invalid")]
    FieldSelection,
    /// The request does not have exactly one transformation.
    #[error(
        "1 validation error detected: Value at 'metricTransformations' failed to satisfy constraint: {constraint}"
    )]
    Transformations {
        /// The constraint.
        constraint: &'static str,
    },
    /// The transformation has dimensions and a default value.
    #[error("Invalid metric transformation: dimensions and default value are mutually exclusive properties")]
    DimensionsAndDefault,
}

fn constraint(value: &str, field: &str, constraint: String) -> AdmissionError {
    AdmissionError::Constraint { value: value.to_owned(), field: field.to_owned(), constraint }
}

/// Accepts exactly one transformation. AWS does not print the value of a list (recorded).
#[cfg(feature = "rules")]
pub(crate) fn check_count(count: usize) -> Result<(), AdmissionError> {
    match count {
        1 => Ok(()),
        0 => Err(AdmissionError::Transformations {
            constraint: "Member must have length greater than or equal to 1",
        }),
        _ => Err(AdmissionError::Transformations {
            constraint: "Member must have length less than or equal to 1",
        }),
    }
}

/// Accepts names of 1 to 512 characters without `:` and `*`.
#[cfg(feature = "rules")]
pub(crate) fn check_filter_name(name: &str) -> Result<(), AdmissionError> {
    let bound = if name.is_empty() {
        "Member must have length greater than or equal to 1".to_owned()
    } else if name.chars().count() > FILTER_NAME_CHARACTERS {
        format!("Member must have length less than or equal to {FILTER_NAME_CHARACTERS}")
    } else if name.contains([':', '*']) {
        "Member must satisfy regular expression pattern: [^:*]*".to_owned()
    } else {
        return Ok(());
    };
    Err(constraint(name, "filterName", bound))
}

/// The values of `emitSystemFieldDimensions`.
pub(crate) const SYSTEM_FIELDS: [&str; 3] = ["@aws.region", "@aws.account", "@source.log"];

pub(super) fn check(
    pattern: &Pattern,
    it: &Transformation,
    system_fields: &[String],
) -> Result<(), AdmissionError> {
    bounds(it)?;
    value(pattern, &it.value)?;
    if let Some(default) = it.default.filter(|default| !default.is_finite()) {
        return Err(AdmissionError::DefaultValue { value: default.to_string() });
    }
    if system_fields.iter().any(|field| !SYSTEM_FIELDS.contains(&field.as_str())) {
        return Err(AdmissionError::SystemField);
    }
    if it.dimensions.is_empty() && system_fields.is_empty() {
        return Ok(());
    }
    // a field that is listed twice is accepted (recorded), as one dimension
    let distinct: BTreeSet<&String> = system_fields.iter().collect();
    if it.dimensions.len() + distinct.len() > DIMENSIONS {
        return Err(AdmissionError::TooManyDimensions);
    }
    if it.dimensions.is_empty() {
        return Ok(());
    }
    match pattern {
        Pattern::Json(_) | Pattern::Space(_) => {}
        Pattern::Everything | Pattern::Terms(_) | Pattern::Regex(_) => {
            return Err(AdmissionError::NoDimensions);
        }
    }
    if it.default.is_some() {
        return Err(AdmissionError::DimensionsAndDefault);
    }
    let is_valid = |text: &String| is_selector(Some(pattern), text);
    if it.dimensions.values().all(is_valid) { Ok(()) } else { Err(AdmissionError::DimensionValue) }
}

/// The constraints on single members, which the service checks first.
fn bounds(it: &Transformation) -> Result<(), AdmissionError> {
    let at = |field: &str| format!("metricTransformations.1.member.{field}");
    let texts = [("metricName", &it.name), ("metricNamespace", &it.namespace)];
    for (field, text) in texts {
        if text.chars().count() > METRIC_NAME_CHARACTERS {
            let bound = format!("Member must have length less than or equal to {METRIC_NAME_CHARACTERS}");
            return Err(constraint(text, &at(field), bound));
        }
        // a namespace with a colon is accepted (observed, docs/filter-patterns.md#limits)
        if text.contains(['*', '$']) || text.contains(':') && field == "metricName" {
            let bound = "Member must satisfy regular expression pattern: [^:*$]*".to_owned();
            return Err(constraint(text, &at(field), bound));
        }
    }
    if it.value.chars().count() > METRIC_VALUE_CHARACTERS {
        let bound = format!("Member must have length less than or equal to {METRIC_VALUE_CHARACTERS}");
        return Err(constraint(&it.value, &at("metricValue"), bound));
    }
    match &it.unit {
        Some(unit) if !UNITS.contains(&unit.as_str()) => {
            let bound = format!("Member must satisfy enum value set: [{}]", UNITS.join(", "));
            Err(AdmissionError::Unit { unit: unit.clone(), field: at("unit"), constraint: bound })
        }
        _ => Ok(()),
    }
}

fn value(pattern: &Pattern, text: &str) -> Result<(), AdmissionError> {
    if Decimal::parse(text.as_bytes()).is_some() || is_selector(Some(pattern), text) {
        return Ok(());
    }
    Err(AdmissionError::MetricValue { value: text.to_owned() })
}

/// Whether the text is a selector without wildcards, or a column. The pattern does not have to contain it (observed).
pub(crate) fn is_selector(pattern: Option<&Pattern>, text: &str) -> bool {
    if let Some(selector) = parse_selector(text) {
        return !selector.steps.iter().any(Step::is_wildcard);
    }
    match pattern {
        Some(Pattern::Json(_)) => false,
        Some(Pattern::Everything | Pattern::Terms(_) | Pattern::Regex(_) | Pattern::Space(_)) | None => {
            is_column(text)
        }
    }
}

/// Whether the text is `$name` or `$3`.
fn is_column(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
