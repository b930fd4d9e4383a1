//! An alarm from the JSON of `PutMetricAlarm`.

use super::actions::Actions;
use super::composite::{CompositeAlarm, Suppressor};
use super::error::AlarmError;
use super::expression::{MetricQuery, QuerySource};
use super::members::{MemberUse, PUT_COMPOSITE_ALARM, PUT_METRIC_ALARM};
use super::metric::Metric;
use super::settings::Alarm;
use super::statistic::Statistic;
use super::window::EvaluationWindow;
use serde_json::Value;

impl Alarm {
    /// The alarm that a `PutMetricAlarm` request describes, and its actions.
    ///
    /// Only what is needed to evaluate is required, not the name. Whether AWS takes the request is another
    /// question: see [`admit_metric_alarm`](super::admit_metric_alarm).
    ///
    /// ```
    /// use cwfilter::alarm::Alarm;
    /// let (alarm, actions) = Alarm::from_request(&serde_json::json!({
    ///     "AlarmName": "errors", "Namespace": "App", "MetricName": "Errors", "Statistic": "Sum", "Period": 300,
    ///     "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    /// }))?;
    /// assert_eq!((alarm.name.as_str(), alarm.period, actions.alarm.len()), ("errors", 300, 0));
    /// # Ok::<(), cwfilter::alarm::AlarmError>(())
    /// ```
    ///
    /// # Errors
    /// A member that is lacking, has the wrong type or value, is not known, or is not modelled (anomaly
    /// detection, PromQL, most of metric math), by name.
    pub fn from_request(request: &Value) -> Result<(Alarm, Actions), AlarmError> {
        let request = Request(request);
        request.check_members(&PUT_METRIC_ALARM)?;
        let queries = request.queries()?;
        let statistic = match queries.iter().find(|query| query.returns_data) {
            Some(query) => query.statistic(),
            None => request.statistic()?,
        };
        let period = match queries.iter().find_map(MetricQuery::period) {
            Some(period) => period,
            None => request.required("Period", Value::as_u64)?,
        };
        let threshold = request.required("Threshold", Value::as_f64)?;
        let name = request.text("AlarmName")?.unwrap_or_default();
        let mut alarm = Alarm::new(name, statistic, period, threshold);
        alarm.queries = queries;
        alarm.description = request.text("AlarmDescription")?.map(str::to_owned);
        alarm.metric = request.metric()?;
        alarm.unit = request.text("Unit")?.map(str::to_owned);
        alarm.comparison = request.required("ComparisonOperator", Value::as_str)?.parse()?;
        alarm.evaluation_periods = request.required("EvaluationPeriods", count)?;
        alarm.datapoints_to_alarm = request.optional("DatapointsToAlarm", count)?;
        alarm.missing = request.text("TreatMissingData")?.map(str::parse).transpose()?;
        alarm.low_samples = request.text("EvaluateLowSampleCountPercentile")?.map(str::parse).transpose()?;
        alarm.window = request.window()?;
        alarm.actions_enabled = request.optional("ActionsEnabled", Value::as_bool)?.unwrap_or(true);
        let actions = request.actions()?;
        alarm.actions = actions.states();
        alarm.check()?;
        Ok((alarm, actions))
    }
}

impl CompositeAlarm {
    /// The alarm that a `PutCompositeAlarm` request describes, and its actions.
    ///
    /// # Errors
    /// A member that is lacking, has the wrong type, or is not known.
    pub fn from_request(request: &Value) -> Result<(CompositeAlarm, Actions), AlarmError> {
        let request = Request(request);
        request.check_members(&PUT_COMPOSITE_ALARM)?;
        let name = request.text("AlarmName")?.unwrap_or_default();
        let mut alarm = CompositeAlarm::new(name, request.required("AlarmRule", Value::as_str)?);
        alarm.description = request.text("AlarmDescription")?.map(str::to_owned);
        if let Some(suppressor) = request.text("ActionsSuppressor")? {
            let period = |member: &str| request.required(member, Value::as_i64);
            alarm.suppressor = Some(Suppressor::new(
                suppressor,
                period("ActionsSuppressorWaitPeriod")?,
                period("ActionsSuppressorExtensionPeriod")?,
            ));
        }
        alarm.actions_enabled = request.optional("ActionsEnabled", Value::as_bool)?.unwrap_or(true);
        Ok((alarm, request.actions()?))
    }
}

fn count(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

struct Request<'a>(&'a Value);

impl<'a> Request<'a> {
    /// Refuses a member that is not modelled, and one that is not known.
    fn check_members(&self, known: &[(&str, MemberUse)]) -> Result<(), AlarmError> {
        let Some(members) = self.0.as_object() else {
            return Err(AlarmError::Member { member: "alarm".to_owned() });
        };
        let use_of = |member: &str| known.iter().find(|(name, _)| *name == member).map(|(_, it)| *it);
        let mut unknown = None;
        for member in members.keys() {
            match use_of(member) {
                Some(MemberUse::NotModelled) => {
                    return Err(AlarmError::NotModelled { what: member.clone() });
                }
                Some(MemberUse::Evaluated | MemberUse::Carried) => {}
                None => unknown = unknown.or_else(|| Some(member.clone())),
            }
        }
        unknown.map_or(Ok(()), |text| Err(AlarmError::Unknown { what: "member", text }))
    }

    fn actions(&self) -> Result<Actions, AlarmError> {
        Ok(Actions {
            ok: self.texts("OKActions")?,
            alarm: self.texts("AlarmActions")?,
            insufficient_data: self.texts("InsufficientDataActions")?,
        })
    }

    fn optional<T>(
        &self,
        member: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, AlarmError> {
        match self.0.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                read(value).map(Some).ok_or_else(|| AlarmError::Member { member: member.to_owned() })
            }
        }
    }

    fn required<T>(&self, member: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<T, AlarmError> {
        self.optional(member, read)?.ok_or_else(|| AlarmError::Member { member: member.to_owned() })
    }

    fn text(&self, member: &str) -> Result<Option<&'a str>, AlarmError> {
        self.optional(member, Value::as_str)
    }

    fn texts(&self, member: &str) -> Result<Vec<String>, AlarmError> {
        let read = |value: &Value| {
            value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        };
        Ok(self.optional(member, read)?.unwrap_or_default())
    }

    fn metric(&self) -> Result<Metric, AlarmError> {
        let mut metric = Metric::new(
            self.text("Namespace")?.unwrap_or_default(),
            self.text("MetricName")?.unwrap_or_default(),
        );
        metric.dimensions = self.optional("Dimensions", dimensions)?.unwrap_or_default();
        Ok(metric)
    }

    fn statistic(&self) -> Result<Statistic, AlarmError> {
        match (self.text("Statistic")?, self.text("ExtendedStatistic")?) {
            (Some(name), None) | (None, Some(name)) => name.parse(),
            _ => Err(AlarmError::Member { member: "Statistic".to_owned() }),
        }
    }

    fn window(&self) -> Result<EvaluationWindow, AlarmError> {
        let Some(window) = self.0.get("EvaluationWindow") else { return Ok(EvaluationWindow::Sliding) };
        let Some(clock) = window.get("WallClockWindow") else {
            let is_sliding = window.get("SlidingWindow").is_some();
            let wrong = || AlarmError::Member { member: "EvaluationWindow".to_owned() };
            return is_sliding.then_some(EvaluationWindow::Sliding).ok_or_else(wrong);
        };
        let zone = clock.get("Timezone").and_then(Value::as_str).unwrap_or("UTC");
        let not_modelled = || AlarmError::NotModelled { what: format!("the time zone {zone}") };
        EvaluationWindow::wall_clock(zone).ok_or_else(not_modelled)
    }

    fn queries(&self) -> Result<Vec<MetricQuery>, AlarmError> {
        let entries = self.optional("Metrics", Value::as_array)?;
        entries.into_iter().flatten().map(|entry| Request(entry).query()).collect()
    }

    fn query(&self) -> Result<MetricQuery, AlarmError> {
        let id = self.required("Id", Value::as_str)?;
        let returns_data = self.optional("ReturnData", Value::as_bool)?.unwrap_or(true);
        let label = self.text("Label")?.map(str::to_owned);
        if let Some(text) = self.text("Expression")? {
            let not_modelled =
                |_| AlarmError::NotModelled { what: format!("the metric expression `{text}`") };
            let expression = text.parse().map_err(not_modelled)?;
            let period = self.optional("Period", Value::as_u64)?;
            return Ok(MetricQuery::new(id, QuerySource::Expression { expression, period }, returns_data)
                .label(label));
        }
        let stat = Request(self.required("MetricStat", Some)?);
        let metric = Request(stat.required("Metric", Some)?).metric()?;
        let statistic = stat.required("Stat", Value::as_str)?.parse()?;
        let period = stat.required("Period", Value::as_u64)?;
        let unit = stat.text("Unit")?.map(str::to_owned);
        let source = QuerySource::Metric { metric, statistic, period, unit };
        Ok(MetricQuery::new(id, source, returns_data).label(label))
    }
}

/// `[{"Name": …, "Value": …}]`
fn dimensions(value: &Value) -> Option<Vec<(String, String)>> {
    let text = |item: &Value, member: &str| Some(item.get(member)?.as_str()?.to_owned());
    value.as_array()?.iter().map(|item| Some((text(item, "Name")?, text(item, "Value")?))).collect()
}
