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

/// Members of an alarm in the answer of `DescribeAlarms` that no request has: they describe the present state.
const SHOWN: [&str; 8] = [
    "AlarmArn",
    "AlarmConfigurationUpdatedTimestamp",
    "StateValue",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "EvaluationState",
];

/// The same, of composite alarms only.
const SHOWN_OF_COMPOSITES: [&str; 2] = ["ActionsSuppressedBy", "ActionsSuppressedReason"];

/// Whether a member of a metric alarm in the answer of `DescribeAlarms` is read, or describes the present state.
#[must_use]
pub fn is_shown_of_metric_alarm(member: &str) -> bool {
    SHOWN.contains(&member) || is_read(&PUT_METRIC_ALARM, member)
}

/// Whether a member of a composite alarm in the answer of `DescribeAlarms` is read, or describes the present state.
#[must_use]
pub fn is_shown_of_composite_alarm(member: &str) -> bool {
    SHOWN.contains(&member) || SHOWN_OF_COMPOSITES.contains(&member) || is_read(&PUT_COMPOSITE_ALARM, member)
}

fn is_read(request: &[(&str, MemberUse)], member: &str) -> bool {
    // the answer does not show tags
    let is = |(name, it): &(&str, MemberUse)| *name == member && *it != NotModelled && *name != "Tags";
    request.iter().any(is)
}
