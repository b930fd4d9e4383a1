//! Alarms that name their metric in `Metrics` (`metric_query` in Terraform) without an expression: they are alarms on that metric.

use super::settings::truth;
use crate::metric_settings::OWN_ACCOUNT;
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
    let Some(queries) = list.as_list() else { return Metrics::Other("metric math") };
    if queries.iter().any(|query| member(query, ["expression", "Expression"]).is_some()) {
        return Metrics::Other("metric math");
    }
    let returned = |query: &&Value| returns_data(query, returns);
    match queries.iter().filter(|query| returned(query) != Some(false)).collect::<Vec<_>>().as_slice() {
        _ if queries.is_empty() => Metrics::None,
        [query] if returned(query) == Some(true) => one(alarm, name, query),
        [] | [_] => Metrics::Other("a metric query that may return no data"),
        _ => Metrics::Other("metric math"),
    }
}

/// Whether the alarm compares the data of a query. `None` if it is not known.
fn returns_data(query: &Value, by_default: bool) -> Option<bool> {
    let said = ["return_data", "ReturnData"].iter().find_map(|name| query.get(name));
    said.filter(|it| !it.is_null()).map_or(Some(by_default), truth)
}

/// A member that is set, by its name in Terraform or in the API. A block of Terraform is a list.
fn member<'a>(value: &'a Value, names: [&str; 2]) -> Option<&'a Value> {
    let found = names.iter().find_map(|name| value.get(name))?;
    let found = found.as_list().map_or(Some(found), <[Value]>::first)?;
    Some(found).filter(|it| !it.is_null() && it.as_str() != Some(""))
}

/// Whether the account that a query names is that of the alarm, as the ARN of the alarm or a reference to the own account says it.
fn is_own_account(account: &Value, alarm: &Value) -> bool {
    let arn = ["AlarmArn", "arn"].iter().find_map(|name| alarm.get(name)).and_then(Value::to_string);
    let own = arn.as_deref().and_then(|arn| arn.split(':').nth(4));
    let said = account.to_string();
    said.is_some() && said.as_deref() == own || is_reference_to_own_account(account)
}

/// Whether a value is the account in which the resource is made: `AWS::AccountId`, or `data.aws_caller_identity`.
pub(crate) fn is_reference_to_own_account(account: &Value) -> bool {
    let why =
        account.to_text().and_then(|text| (text.pieces.len() == 1).then(|| text.first_hole().cloned())?);
    why.is_some_and(|why| OWN_ACCOUNT.iter().any(|own| why.contains(own)))
}

fn one(alarm: &Value, list: &str, query: &Value) -> Metrics {
    let Some(stat) = member(query, ["metric", "MetricStat"]) else { return Metrics::Other("metric math") };
    if member(query, ["account_id", "AccountId"]).is_some_and(|it| !is_own_account(it, alarm)) {
        return Metrics::Other("a metric of the account that it names");
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
