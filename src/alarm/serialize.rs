//! `Serialize` for the types of AWS's API: names as strings, and an alarm as its request.

use super::expression::{MetricQuery, QuerySource};
use super::metric::Metric;
use super::settings::{Alarm, Comparison, LowSamples, Missing};
use super::state::State;
use super::statistic::Statistic;
use super::timestamp::Timestamp;
use super::window::EvaluationWindow;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

macro_rules! as_text {
    ($($type:ident: $text:expr, $shown:literal;)*) => {
        $(
            #[doc = concat!("As a string, such as `", $shown, "`.")]
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let text: fn(&$type) -> String = $text;
                    serializer.serialize_str(&text(self))
                }
            }
        )*
    };
}

as_text! {
    State: |it| it.name().to_owned(), "ALARM";
    Comparison: |it| it.name().to_owned(), "GreaterThanThreshold";
    Missing: |it| it.name().to_owned(), "notBreaching";
    LowSamples: |it| it.name().to_owned(), "ignore";
    Statistic: |it| it.to_string(), "p99.9";
    Timestamp: |it| it.to_string(), "2026-09-14T11:18:44.401+0000";
}

/// As the request of `PutMetricAlarm`, which [`Alarm::from_request`] reads. An alarm knows which states have actions, and not the ARNs of
/// the actions: they are left out.
///
/// ```
/// use cwfilter::alarm::{Alarm, Statistic};
/// let request = serde_json::to_value(Alarm::new("errors", Statistic::Sum, 300, 1.0)).unwrap();
/// assert_eq!(request["ComparisonOperator"], "GreaterThanOrEqualToThreshold");
/// assert_eq!(Alarm::from_request(&request)?.0.period, 300);
/// # Ok::<(), cwfilter::alarm::AlarmError>(())
/// ```
impl Serialize for Alarm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut request = Map::new();
        let mut set = |name: &str, value: Value| drop(request.insert(name.to_owned(), value));
        set("AlarmName", json!(self.name));
        if let Some(description) = &self.description {
            set("AlarmDescription", json!(description));
        }
        set("ActionsEnabled", json!(self.actions_enabled));
        if self.queries.is_empty() {
            metric(&self.metric).into_iter().for_each(|(name, value)| set(name, value));
            let member = if self.statistic.is_extended() { "ExtendedStatistic" } else { "Statistic" };
            set(member, json!(self.statistic.to_string()));
            set("Period", json!(self.period));
        } else {
            set("Metrics", self.queries.iter().map(query).collect());
        }
        if let Some(unit) = &self.unit {
            set("Unit", json!(unit));
        }
        set("EvaluationPeriods", json!(self.evaluation_periods));
        if let Some(m) = self.datapoints_to_alarm {
            set("DatapointsToAlarm", json!(m));
        }
        set("Threshold", json!(self.threshold));
        set("ComparisonOperator", json!(self.comparison.name()));
        if let Some(missing) = self.missing {
            set("TreatMissingData", json!(missing.name()));
        }
        if let Some(low_samples) = self.low_samples {
            set("EvaluateLowSampleCountPercentile", json!(low_samples.name()));
        }
        if let EvaluationWindow::WallClock { offset } = self.window {
            set("EvaluationWindow", json!({ "WallClockWindow": { "Timezone": zone(offset) } }));
        }
        request.serialize(serializer)
    }
}

fn metric(metric: &Metric) -> [(&'static str, Value); 3] {
    let dimensions = metric.dimensions.iter().map(|(name, value)| json!({ "Name": name, "Value": value }));
    [
        ("Namespace", json!(metric.namespace)),
        ("MetricName", json!(metric.name)),
        ("Dimensions", dimensions.collect()),
    ]
}

/// An entry of `Metrics`.
fn query(query: &MetricQuery) -> Value {
    let mut entry = json!({ "Id": query.id, "ReturnData": query.returns_data });
    let mut set = |name: &str, value: Value| {
        if let Some(members) = entry.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if let Some(label) = &query.label {
        set("Label", json!(label));
    }
    match &query.source {
        QuerySource::Expression { expression, period } => {
            set("Expression", json!(expression.as_str()));
            if let Some(period) = period {
                set("Period", json!(period));
            }
        }
        QuerySource::Metric { metric: of, statistic, period, unit } => {
            let of: Map<String, Value> =
                metric(of).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let mut stat = json!({ "Metric": of, "Period": period, "Stat": statistic.to_string() });
            if let (Some(unit), Some(members)) = (unit, stat.as_object_mut()) {
                members.insert("Unit".to_owned(), json!(unit));
            }
            set("MetricStat", stat);
        }
    }
    entry
}

/// `UTC`, `+05:30`
fn zone(offset: i64) -> String {
    if offset == 0 {
        return "UTC".to_owned();
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
