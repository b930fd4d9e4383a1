//! Alarms that name their metric in `Metrics` (`metric_query` in Terraform) without an expression: they are alarms on that metric.

use super::settings::truth;
use crate::sources::value::Value;

/// What an alarm with a list of metrics watches.
pub(crate) enum Metrics {
    /// The alarm has no such list.
    None,
    /// One metric: the alarm with the members of an alarm on a metric.
    One(Value),
    /// Something else, such as metric math.
    Other(&'static str),
}

/// The names of the list, and whether a query returns data if it does not say it: the provider of Terraform then sends `false`.
const LISTS: [(&str, bool); 2] = [("metric_query", false), ("Metrics", true)];

/// The metrics of an evaluated alarm.
pub(crate) fn metrics(alarm: &Value) -> Metrics {
    let list = LISTS.iter().find_map(|(name, returns)| Some((*name, *returns, alarm.get(name)?)));
    let Some((name, returns, list)) = list.filter(|(.., list)| !list.is_null()) else { return Metrics::None };
    match list.as_list() {
        Some([]) => Metrics::None,
        Some([query]) => one(alarm, name, query, returns),
        _ => Metrics::Other("metric math"),
    }
}

/// A member that is set, by its name in Terraform or in the API. A block of Terraform is a list.
fn member<'a>(value: &'a Value, names: [&str; 2]) -> Option<&'a Value> {
    let found = names.iter().find_map(|name| value.get(name))?;
    let found = found.as_list().map_or(Some(found), <[Value]>::first)?;
    Some(found).filter(|it| !it.is_null() && it.as_str() != Some(""))
}

fn one(alarm: &Value, list: &str, query: &Value, returns: bool) -> Metrics {
    let stat = member(query, ["metric", "MetricStat"]);
    let (Some(stat), None) = (stat, member(query, ["expression", "Expression"])) else {
        return Metrics::Other("metric math");
    };
    if member(query, ["account_id", "AccountId"]).is_some() {
        return Metrics::Other("a metric of the account that it names");
    }
    let returned = ["return_data", "ReturnData"].iter().find_map(|name| query.get(name));
    if returned.filter(|it| !it.is_null()).map_or(Some(returns), truth) != Some(true) {
        return Metrics::Other("a metric query that may return no data");
    }
    let metric = member(stat, ["Metric", "Metric"]).unwrap_or(stat);
    let Some(mut members) = alarm.as_map().cloned() else { return Metrics::Other("metric math") };
    members.remove(list);
    // a list, not a block
    let dimensions = ["dimensions", "Dimensions"].iter().find_map(|name| metric.get(name)).cloned();
    for (name, value) in [
        ("namespace", member(metric, ["namespace", "Namespace"]).cloned()),
        ("metric_name", member(metric, ["metric_name", "MetricName"]).cloned()),
        ("dimensions", dimensions),
        ("period", member(stat, ["period", "Period"]).cloned()),
        ("statistic", member(stat, ["stat", "Stat"]).cloned()),
        ("unit", member(stat, ["unit", "Unit"]).cloned()),
    ] {
        match value {
            Some(value) => drop(members.insert(name.to_owned(), value)),
            None => drop(members.remove(name)),
        }
    }
    Metrics::One(Value { address: alarm.address.clone(), ..Value::map(members, alarm.at) })
}
