//! An alarm from the JSON of `PutMetricAlarm`.

use super::actions::Actions;
use super::composite::{CompositeAlarm, Suppressor};
use super::error::AlarmError;
use super::expression::{MetricQuery, QuerySource};
use super::members::{MemberUse, PUT_COMPOSITE_ALARM, PUT_METRIC_ALARM};
use super::metric::Metric;
use super::settings::Alarm;
use super::shape::{check_shape, mismatch};
use super::statistic::Statistic;
use super::window::EvaluationWindow;
use serde_json::Value;
use std::str::FromStr;

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
        let request = Request::new(request)?;
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
        let missing = || AlarmError::Member { member: "ComparisonOperator".to_owned() };
        alarm.comparison = request.parsed("ComparisonOperator")?.ok_or_else(missing)?;
        alarm.evaluation_periods = request.required("EvaluationPeriods", count)?;
        alarm.datapoints_to_alarm = request.optional("DatapointsToAlarm", count)?;
        alarm.missing = request.parsed("TreatMissingData")?;
        alarm.low_samples = request.parsed("EvaluateLowSampleCountPercentile")?;
        alarm.window = request.window()?;
        alarm.actions_enabled = request.optional("ActionsEnabled", Value::as_bool)?.unwrap_or(true);
        let actions = request.actions()?;
        alarm.actions = actions.states();
        alarm.check().map_err(|error| {
            let member = match error {
                AlarmError::Period(_) if alarm.queries.is_empty() => "Period",
                AlarmError::Period(_) => "Metrics",
                AlarmError::MOfN { .. } => "DatapointsToAlarm",
                AlarmError::Threshold(_) => "Threshold",
                _ => "EvaluationPeriods",
            };
            in_member(member.to_owned())(error)
        })?;
        Ok((alarm, actions))
    }
}

impl CompositeAlarm {
    /// The alarm that a `PutCompositeAlarm` request describes, and its actions.
    ///
    /// # Errors
    /// A member that is lacking, has the wrong type, or is not known.
    pub fn from_request(request: &Value) -> Result<(CompositeAlarm, Actions), AlarmError> {
        let request = Request::new(request)?;
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

/// A request, or an object in it.
struct Request<'a> {
    value: &'a Value,
    /// The path of its members, up to the point: empty, or such as `Metrics[0].`.
    path: String,
}

/// The members that exclude `Metrics` (API reference of `PutMetricAlarm`).
const EXCLUDED_BY_METRICS: [&str; 7] =
    ["MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit"];

impl<'a> Request<'a> {
    /// A request whose members have their types.
    fn new(value: &'a Value) -> Result<Self, AlarmError> {
        check_shape(value)?;
        Ok(Request { value, path: String::new() })
    }

    /// Refuses a member that is not known, and one that is not modelled.
    fn check_members(&self, known: &[(&str, MemberUse)]) -> Result<(), AlarmError> {
        let use_of = |member: &str| known.iter().find(|(name, _)| *name == member).map(|(_, it)| *it);
        let members = || self.value.as_object().into_iter().flatten().map(|(member, _)| member);
        if let Some(member) = members().find(|member| use_of(member).is_none()) {
            return Err(AlarmError::Unknown { what: "member", text: member.clone() });
        }
        match members().find(|member| use_of(member) == Some(MemberUse::NotModelled)) {
            Some(member) => Err(AlarmError::NotModelled { what: member.clone() }),
            None => Ok(()),
        }
    }

    fn actions(&self) -> Result<Actions, AlarmError> {
        Ok(Actions {
            ok: self.texts("OKActions")?,
            alarm: self.texts("AlarmActions")?,
            insufficient_data: self.texts("InsufficientDataActions")?,
        })
    }

    fn has(&self, member: &str) -> bool {
        self.value.get(member).is_some_and(|value| !value.is_null())
    }

    fn path_of(&self, member: &str) -> String {
        format!("{}{member}", self.path)
    }

    fn optional<T>(
        &self,
        member: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, AlarmError> {
        match self.value.get(member) {
            None | Some(Value::Null) => Ok(None),
            // the types are checked: only the sign of a number can be wrong
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| mismatch(&self.path_of(member), "a whole number from 0", value)),
        }
    }

    fn required<T>(&self, member: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<T, AlarmError> {
        self.optional(member, read)?.ok_or_else(|| AlarmError::Member { member: self.path_of(member) })
    }

    fn text(&self, member: &str) -> Result<Option<&'a str>, AlarmError> {
        self.optional(member, Value::as_str)
    }

    /// Parses the text of a member, if it is there.
    fn parsed<T: FromStr<Err = AlarmError>>(&self, member: &str) -> Result<Option<T>, AlarmError> {
        self.text(member)?.map(str::parse).transpose().map_err(in_member(self.path_of(member)))
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
        match (self.parsed("Statistic")?, self.parsed("ExtendedStatistic")?) {
            (Some(statistic), None) | (None, Some(statistic)) => Ok(statistic),
            (None, None) => Err(AlarmError::Member { member: "Statistic or ExtendedStatistic".to_owned() }),
            _ => Err(AlarmError::Together { first: "Statistic", second: "ExtendedStatistic" }),
        }
    }

    fn window(&self) -> Result<EvaluationWindow, AlarmError> {
        let Some(window) = self.optional("EvaluationWindow", Some)? else {
            return Ok(EvaluationWindow::Sliding);
        };
        let window = Request { value: window, path: "EvaluationWindow.".to_owned() };
        match (window.has("SlidingWindow"), window.optional("WallClockWindow", Some)?) {
            (true, None) => Ok(EvaluationWindow::Sliding),
            (false, None) => {
                Err(AlarmError::Member { member: window.path_of("SlidingWindow or WallClockWindow") })
            }
            (true, Some(_)) => {
                Err(AlarmError::Together { first: "SlidingWindow", second: "WallClockWindow" })
            }
            (false, Some(clock)) => {
                let zone = clock.get("Timezone").and_then(Value::as_str).unwrap_or("UTC");
                let not_modelled = || AlarmError::NotModelled { what: format!("the time zone {zone}") };
                EvaluationWindow::wall_clock(zone).ok_or_else(not_modelled)
            }
        }
    }

    fn queries(&self) -> Result<Vec<MetricQuery>, AlarmError> {
        let Some(entries) = self.optional("Metrics", Value::as_array)? else { return Ok(Vec::new()) };
        // `DescribeAlarms` answers with empty `Dimensions` beside `Metrics` (recorded)
        let is_empty =
            |member: &str| self.value.get(member).and_then(Value::as_array).is_some_and(Vec::is_empty);
        if let Some(first) =
            EXCLUDED_BY_METRICS.into_iter().find(|member| self.has(member) && !is_empty(member))
        {
            return Err(AlarmError::Together { first, second: "Metrics" });
        }
        if entries.is_empty() {
            return Err(AlarmError::Empty { member: "Metrics".to_owned() });
        }
        let entry = |(at, value)| Request { value, path: format!("Metrics[{at}].") };
        let queries: Vec<MetricQuery> =
            entries.iter().enumerate().map(|it| entry(it).query()).collect::<Result<_, _>>()?;
        check_queries(&queries)?;
        Ok(queries)
    }

    fn query(&self) -> Result<MetricQuery, AlarmError> {
        let id = self.required("Id", Value::as_str)?;
        let returns_data = self.optional("ReturnData", Value::as_bool)?.unwrap_or(true);
        let label = self.text("Label")?.map(str::to_owned);
        if let Some(text) = self.text("Expression")? {
            if self.has("MetricStat") {
                return Err(AlarmError::Together { first: "Expression", second: "MetricStat" });
            }
            let not_modelled =
                |_| AlarmError::NotModelled { what: format!("the metric expression `{text}`") };
            let expression = text.parse().map_err(not_modelled)?;
            let period = self.optional("Period", Value::as_u64)?;
            return Ok(MetricQuery::new(id, QuerySource::Expression { expression, period }, returns_data)
                .label(label));
        }
        let stat = self.object("MetricStat")?;
        let metric = stat.object("Metric")?.metric()?;
        let missing = || AlarmError::Member { member: stat.path_of("Stat") };
        let statistic = stat.parsed("Stat")?.ok_or_else(missing)?;
        let period = stat.required("Period", Value::as_u64)?;
        let unit = stat.text("Unit")?.map(str::to_owned);
        let source = QuerySource::Metric { metric, statistic, period, unit };
        Ok(MetricQuery::new(id, source, returns_data).label(label))
    }

    /// The object that a member is.
    fn object(&self, member: &str) -> Result<Request<'a>, AlarmError> {
        Ok(Request { value: self.required(member, Some)?, path: format!("{}.", self.path_of(member)) })
    }
}

/// Checks that ids are told apart, that expressions have ids that exist, and that one entry is compared with the threshold (API reference of
/// `MetricDataQuery`).
fn check_queries(queries: &[MetricQuery]) -> Result<(), AlarmError> {
    for (at, query) in queries.iter().enumerate() {
        let member = |name: &str| format!("Metrics[{at}].{name}");
        if queries.iter().take(at).any(|other| other.id == query.id) {
            return Err(AlarmError::Twice { member: member("Id"), id: query.id.clone() });
        }
        let QuerySource::Expression { expression, .. } = &query.source else { continue };
        let is_known = |id: &&str| *id != query.id && queries.iter().any(|other| other.id == *id);
        if let Some(id) = expression.ids().into_iter().find(|id| !is_known(id)) {
            let error = AlarmError::Unknown { what: "other entry with the id", text: id.to_owned() };
            return Err(in_member(member("Expression"))(error));
        }
    }
    match queries.iter().filter(|query| query.returns_data).count() {
        1 => Ok(()),
        count => Err(AlarmError::ReturnData(count)),
    }
}

fn in_member(member: String) -> impl FnOnce(AlarmError) -> AlarmError {
    |error| AlarmError::Value { member, error: Box::new(error) }
}

/// `[{"Name": …, "Value": …}]`
fn dimensions(value: &Value) -> Option<Vec<(String, String)>> {
    let text = |item: &Value, member: &str| Some(item.get(member)?.as_str()?.to_owned());
    value.as_array()?.iter().map(|item| Some((text(item, "Name")?, text(item, "Value")?))).collect()
}
