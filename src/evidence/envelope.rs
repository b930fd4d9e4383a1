//! What a container says about a log event.

use std::sync::Arc;

/// What the container of a log event says about the event. Every member is `None` if the container does not say it: delivery files and
/// NDJSON say nothing.
///
/// ```
/// let envelope = cwfilter::evidence::Envelope::default();
/// assert_eq!(envelope.log_group, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// The name of the log group, such as `aws-cloudtrail-logs`. Live Tail gives `ACCOUNT:NAME`, and other answers an ARN.
    pub log_group: Option<String>,
    /// The name of the log stream.
    pub log_stream: Option<String>,
    /// The timestamp of the log event, in milliseconds since 1970-01-01T00:00:00Z. CloudWatch Logs sets it to the time of delivery for
    /// CloudTrail, which is minutes after the record's `eventTime`.
    pub time: Option<i64>,
    /// The id of the log event in CloudWatch Logs, or of the record in the answer of `lookup-events`.
    pub event_id: Option<String>,
    /// The path of the file in the archive that holds the record; archives inside archives are separated by `/`.
    pub member: Option<Arc<str>>,
}

impl Envelope {
    /// An envelope that says nothing.
    pub(crate) const EMPTY: Envelope =
        Envelope { log_group: None, log_stream: None, time: None, event_id: None, member: None };

    /// This envelope, completed from an outer one.
    pub(super) fn within(mut self, outer: &Envelope) -> Envelope {
        self.log_group = self.log_group.or_else(|| outer.log_group.clone());
        self.log_stream = self.log_stream.or_else(|| outer.log_stream.clone());
        self.time = self.time.or(outer.time);
        self.event_id = self.event_id.or_else(|| outer.event_id.clone());
        self.member = self.member.or_else(|| outer.member.clone());
        self
    }

    /// Whether the container says nothing.
    ///
    /// ```
    /// assert!(cwfilter::evidence::Envelope::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Envelope::EMPTY
    }
}
