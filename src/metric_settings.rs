//! The metric transformation and the alarm beside a pattern, as a file has them: texts with their places.

mod alarm;

pub use alarm::{AlarmResources, Feed, Host, LocatedAlarm, LocatedComposite, LocatedFilter, Value};

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
