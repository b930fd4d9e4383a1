//! The kinds of elements that an array of log events may have.

/// What the elements of an array are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elements {
    /// Objects that say themselves what they are: records of CloudTrail, of SQS, Kinesis, Elasticsearch …
    Objects,
    /// The elements of `Records`, before the first one was read. An array has records of one service: the first one decides.
    Records,
    /// Records of Firehose, which have their payload in `data`.
    Firehose,
    /// Log events themselves.
    Bare,
    /// Log events: `message`, `timestamp` and more.
    LogEvents,
    /// Rows of Logs Insights: arrays of `{"field":…,"value":…}`.
    Insights,
    /// Rows of CloudTrail Lake: arrays of objects with one member.
    Lake,
    /// Rows of Splunk: objects with the event's text in `_raw`.
    Splunk,
    /// The same of a search that was not finished.
    Previews,
    /// Rows of Athena: `{"Data":[{"VarCharValue":…}]}`, the first one with the names of the columns.
    Athena,
}
