//! What `PutMetricFilter` refuses, in AWS's words (docs/filter-patterns.md#metric-filter-admission, docs/filter-patterns.md#limits).

use super::transformation::{Transformation, UNITS};
#[cfg(feature = "rules")]
use crate::limits::FILTER_NAME_CHARACTERS;
use crate::limits::{DIMENSIONS, METRIC_NAME_CHARACTERS, METRIC_VALUE_CHARACTERS};
use crate::number::Decimal;
use crate::syntax::ast::{Pattern, Step};
use crate::syntax::parse_selector;
use std::collections::BTreeSet;

/// A metric filter that AWS would refuse; `Display` is the message of the `InvalidParameterException`, to
/// the letter where it was observed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdmissionError {
    /// A field breaks a bound of the request.
    #[error(
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: {constraint}"
    )]
    Constraint {
        /// What was given.
        value: String,
        /// Where.
        field: String,
        /// What it should be.
        constraint: String,
    },
    /// A unit that is none. AWS prints neither the value, nor the set in this order (recorded).
    #[error("1 validation error detected: Value at '{field}' failed to satisfy constraint: {constraint}")]
    Unit {
        /// What was given.
        unit: String,
        /// Where.
        field: String,
        /// What it should be.
        constraint: String,
    },
    /// The metric value is neither a number nor a selector without wildcard.
    #[error("Invalid metric transformation: metric value {value} must be a valid number")]
    MetricValue {
        /// What was given.
        value: String,
    },
    /// Dimensions on a pattern of terms or a regular expression.
    #[error("The specified filter pattern does not support dimensions")]
    NoDimensions,
    /// A dimension's value is no selector, or has a wildcard.
    #[error("Invalid metric transformation: dimension value must be valid selector")]
    DimensionValue,
    /// More than three, those of system fields included.
    #[error("Number of dimensions exceeds the maximum number of dimensions supported per metric filter")]
    TooManyDimensions,
    /// A system field other than the three that there are.
    #[error(
        "The provided system fields are invalid. The supported system fields are - [@aws.region, @aws.account, @source.log]"
    )]
    SystemField,
    /// Criteria that are none; [`FieldSelection`](super::FieldSelection) says where.
    #[error("The provided field selection criteria is invalid")]
    FieldSelection,
    /// Not exactly one transformation.
    #[error(
        "1 validation error detected: Value at 'metricTransformations' failed to satisfy constraint: {constraint}"
    )]
    Transformations {
        /// What it should be.
        constraint: &'static str,
    },
    /// Dimensions and a default value.
    #[error("Invalid metric transformation: dimensions and default value are mutually exclusive properties")]
    DimensionsAndDefault,
}

fn constraint(value: &str, field: &str, constraint: String) -> AdmissionError {
    AdmissionError::Constraint { value: value.to_owned(), field: field.to_owned(), constraint }
}

/// Exactly one transformation is taken. AWS does not print the value of a list (recorded).
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

/// 1 to 512 characters without `:` and `*`.
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

/// The fields that `emitSystemFieldDimensions` takes.
const SYSTEM_FIELDS: [&str; 3] = ["@aws.region", "@aws.account", "@source.log"];

pub(super) fn check(
    pattern: &Pattern,
    it: &Transformation,
    system_fields: &[String],
) -> Result<(), AdmissionError> {
    bounds(it)?;
    value(pattern, &it.value)?;
    if system_fields.iter().any(|field| !SYSTEM_FIELDS.contains(&field.as_str())) {
        return Err(AdmissionError::SystemField);
    }
    if it.dimensions.is_empty() && system_fields.is_empty() {
        return Ok(());
    }
    // one that is named twice is taken (recorded) and is one dimension
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
    let is_valid = |text: &String| is_selector(pattern, text);
    if it.dimensions.values().all(is_valid) { Ok(()) } else { Err(AdmissionError::DimensionValue) }
}

/// What the service checks before it looks at the request as a whole.
fn bounds(it: &Transformation) -> Result<(), AdmissionError> {
    let at = |field: &str| format!("metricTransformations.1.member.{field}");
    let texts = [("metricName", &it.name), ("metricNamespace", &it.namespace)];
    for (field, text) in texts {
        if text.chars().count() > METRIC_NAME_CHARACTERS {
            let bound = format!("Member must have length less than or equal to {METRIC_NAME_CHARACTERS}");
            return Err(constraint(text, &at(field), bound));
        }
        // a namespace with a colon was seen to be taken (docs/filter-patterns.md#limits)
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
    if Decimal::parse(text.as_bytes()).is_some() || is_selector(pattern, text) {
        return Ok(());
    }
    Err(AdmissionError::MetricValue { value: text.to_owned() })
}

/// `$.field` without wildcard, or a column. Whether the pattern asks for it does not matter (observed).
fn is_selector(pattern: &Pattern, text: &str) -> bool {
    if let Some(selector) = parse_selector(text) {
        return !selector.steps.iter().any(Step::is_wildcard);
    }
    match pattern {
        Pattern::Json(_) => false,
        Pattern::Everything | Pattern::Terms(_) | Pattern::Regex(_) | Pattern::Space(_) => is_column(text),
    }
}

/// `$name` or `$n`.
fn is_column(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
