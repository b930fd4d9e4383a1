//! Metric filters: from a log event to the datapoint that it publishes (docs/filter-patterns.md#metrics).
//!
//! ```text
//!            ┌─ FieldSelection ─── account, region ──► not selected: nothing is published
//! log event ─┼─ FilterPattern ──── no match ─────────► the default value, if there is one
//!            └─ Transformation ─── match ────────────► value, unit, dimensions; nothing if the value is not a number
//! ```
//!
//! [`MetricFilter`] is one filter, [`MetricFilterSet`] the filters of a log group, whose patterns are matched together.
//! [`AdmissionError`] is a refusal of `PutMetricFilter`.
//!
//! ```
//! use cwfilter::metric::{MetricFilter, Transformation};
//! let transformation = Transformation::new("Web", "Latency", "$.latency").unit("Milliseconds");
//! let filter = MetricFilter::new(r#"{ $.latency = * }"#.parse()?, transformation)?;
//! let datapoint = filter.datapoint(r#"{"latency":"11.5"}"#).unwrap();
//! assert_eq!((datapoint.value, datapoint.unit.as_str()), (11.5, "Milliseconds"));
//! assert_eq!(filter.datapoint(r#"{"latency":"banana"}"#), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admission;
mod filter;
mod filter_set;
mod selection;
mod system_fields;
mod transformation;

pub use admission::AdmissionError;
#[cfg(all(feature = "rules", feature = "schema"))]
pub(crate) use admission::SYSTEM_FIELDS;
#[cfg(feature = "lint")]
pub(crate) use admission::is_selector;
#[cfg(feature = "rules")]
pub(crate) use admission::{check_count, check_filter_name};
pub use filter::{Datapoint, MetricFilter, MissingDimension};
pub use filter_set::MetricFilterSet;
pub use selection::{FieldSelection, FieldSelectionError};
pub use system_fields::SystemFields;
pub use transformation::{Transformation, UNITS};

/// The start of the minute of a timestamp. CloudWatch stores a datapoint at this time, also if the event arrives late (observed,
/// docs/filter-patterns.md#metric-filter-emission). Both numbers are milliseconds since 1970.
///
/// ```
/// assert_eq!(cwfilter::metric::minute_of(90_500), 60_000);
/// ```
#[must_use]
pub fn minute_of(timestamp: i64) -> i64 {
    const MINUTE: i64 = 60_000;
    timestamp - timestamp.rem_euclid(MINUTE)
}
