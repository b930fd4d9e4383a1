//! What a container says about a log event.

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
}

impl Envelope {
    /// An envelope that says nothing.
    pub(crate) const EMPTY: Envelope =
        Envelope { log_group: None, log_stream: None, time: None, event_id: None };

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
