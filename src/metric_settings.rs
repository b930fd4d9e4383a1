//! Metric transformations and alarms as a file has them: texts with their places. The lints of files read them.

mod alarm;
#[cfg(feature = "sources")]
mod chain;
#[cfg(feature = "sources")]
mod listed;
#[cfg(feature = "sources")]
mod placement;

pub use alarm::{AlarmResources, Feed, Host, LocatedAlarm, LocatedComposite, LocatedFilter, Value};
#[cfg(feature = "sources")]
pub use chain::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainAlias, ChainComposite, ChainKey, ChainParts, ChainReceiver,
    ChainSubscription, ChainTopic, Confirmation, NotMade, Published, Publishes, ReceiverPolicy, Setting,
};
#[cfg(feature = "sources")]
pub(crate) use chain::{HAS_CRITERIA, IS_TRANSFORMED, OWN_ACCOUNT, OwnPart, without_key};
#[cfg(feature = "sources")]
pub use listed::{ListedResource, without_modules};
#[cfg(feature = "sources")]
pub use placement::Placement;

use crate::span::Span;

/// A text and its place in a file.
///
/// ```
/// use cwfilter::Span;
/// use cwfilter::lint::Located;
/// let unit = Located { text: "Count".to_owned(), span: Span::new(7, 12) };
/// assert_eq!(unit.span.of("unit = Count"), unit.text);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// The text.
    pub text: String,
    /// The place of the text, in bytes.
    pub span: Span,
}

/// A metric transformation of a file. A member is `None` if the file does not set it, or computes it at deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocatedTransformation {
    /// `metricNamespace`.
    pub namespace: Option<Located>,
    /// `metricName`.
    pub name: Option<Located>,
    /// `metricValue`.
    pub value: Option<Located>,
    /// `defaultValue`. The text is empty if the file computes it at deployment.
    pub default: Option<Located>,
    /// `unit`.
    pub unit: Option<Located>,
    /// `dimensions`: the name and the selector of each. A selector is `None` if the file computes it at deployment.
    pub dimensions: Vec<(Located, Option<Located>)>,
}
