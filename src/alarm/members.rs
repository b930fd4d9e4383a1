//! The members of the requests that make alarms, and what this crate does with each: one list for reading requests, for `import` and
//! for docs/members.md.

/// How a member of a request is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberUse {
    /// Its effect is computed.
    Evaluated,
    /// It is kept and shown. It has no effect on the evaluation.
    Carried,
    /// It is refused by name: an alarm with it is never evaluated as if it were not there.
    NotModelled,
}

use MemberUse::{Carried, Evaluated, NotModelled};

/// The members of `PutMetricAlarm` (service model of CloudWatch, 2026).
///
/// ```
/// use cwfilter::alarm::{MemberUse, PUT_METRIC_ALARM};
/// assert!(PUT_METRIC_ALARM.contains(&("TreatMissingData", MemberUse::Evaluated)));
/// ```
pub const PUT_METRIC_ALARM: [(&str, MemberUse); 27] = [
    ("AlarmName", Carried),
    ("AlarmDescription", Carried),
    ("ActionsEnabled", Evaluated),
    ("OKActions", Carried),
    ("AlarmActions", Carried),
    ("InsufficientDataActions", Carried),
    ("MetricName", Evaluated),
    ("Namespace", Evaluated),
    ("Statistic", Evaluated),
    ("ExtendedStatistic", Evaluated),
    ("Dimensions", Evaluated),
    ("Period", Evaluated),
    ("Unit", Evaluated),
    ("EvaluationPeriods", Evaluated),
    ("DatapointsToAlarm", Evaluated),
    ("Threshold", Evaluated),
    ("ComparisonOperator", Evaluated),
    ("TreatMissingData", Evaluated),
    ("EvaluateLowSampleCountPercentile", Evaluated),
    ("EvaluationWindow", Evaluated),
    ("Metrics", Evaluated),
    ("Tags", Carried),
    ("ThresholdMetricId", NotModelled),
    ("EvaluationCriteria", NotModelled),
    ("EvaluationInterval", NotModelled),
    ("WarmUpConfiguration", NotModelled),
    ("ActionConfiguration", NotModelled),
];

/// The members of `PutCompositeAlarm` (API reference).
pub const PUT_COMPOSITE_ALARM: [(&str, MemberUse); 11] = [
    ("AlarmName", Carried),
    ("AlarmDescription", Carried),
    ("AlarmRule", Evaluated),
    ("ActionsEnabled", Evaluated),
    ("OKActions", Carried),
    ("AlarmActions", Carried),
    ("InsufficientDataActions", Carried),
    ("ActionsSuppressor", Evaluated),
    ("ActionsSuppressorWaitPeriod", Evaluated),
    ("ActionsSuppressorExtensionPeriod", Evaluated),
    ("Tags", Carried),
];
