//! The settings beside a pattern that are compared: its metric, its log group, its destination, and alarms.

use cwfilter::Span;
use cwfilter::control_chain::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainComposite, Placement, Publishes, Setting as Chained,
    without_modules,
};
use cwfilter::lint::{Located, LocatedAlarm, Value};
use cwfilter::plural::counted;
use cwfilter::sources::HostedPattern;
use serde::Serialize;
use std::borrow::Cow;
use std::path::PathBuf;

/// A setting with its value, as it is shown.
pub(super) type Setting = (&'static str, String);

/// An alarm of a file.
#[derive(Clone)]
pub(super) struct NamedAlarm {
    /// The path of the file; empty if a file was named.
    pub(super) place: String,
    pub(super) name: String,
    pub(super) settings: Vec<Setting>,
    /// The names of the alarm and its metric as they are known at deployment: the file may refer to a filter.
    evaluated: Vec<Setting>,
    /// Its file, and the line where it begins, if that is known.
    pub(super) at: Place,
}

impl NamedAlarm {
    /// The settings with the names as they are known at deployment, for a comparison with an alarm that is written otherwise.
    pub(super) fn evaluated(&self) -> Vec<Setting> {
        let of = |(name, value): &Setting| {
            let known = self.evaluated.iter().find(|it| it.0 == *name);
            (*name, known.map_or(value, |it| &it.1).clone())
        };
        self.settings.iter().map(of).collect()
    }
}

/// A file, and a line of it if it is known.
pub(super) type Place = (PathBuf, Option<usize>);

/// A setting that differs.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Change {
    /// The name of the setting.
    pub(super) setting: Cow<'static, str>,
    /// Its value in A.
    pub(super) a: String,
    /// Its value in B.
    pub(super) b: String,
}

impl Change {
    /// Whether the values differ only by the module of Terraform in a reference: after a move into a module they are the same.
    pub(super) fn is_of_module(&self) -> bool {
        without_modules(&self.a) == without_modules(&self.b)
    }

    pub(super) fn sentence(&self) -> String {
        format!("{}: {} -> {}", self.setting, self.a, self.b)
    }
}

/// The value of a setting that is not set.
pub(super) const UNSET: &str = "not set";

/// The value of a setting that is known only at deployment.
const NOT_KNOWN: &str = "not known";

/// Whether a filter is made.
pub(super) const MADE: &str = "made";

/// The value of [`MADE`] of a filter that is.
pub(super) const IS_MADE: &str = "yes";

/// The value of [`MADE`] of a filter that is not.
pub(super) const NOT_MADE: &str = "no";

/// The settings that decide which events reach a filter, and whether it exists. The log group is compared apart.
pub(super) fn decides_events(setting: &str) -> bool {
    matches!(setting, MADE | REGION | CRITERIA | TRANSFORMED)
}

const REGION: &str = "region";
const CRITERIA: &str = "field selection criteria";
const TRANSFORMED: &str = "on transformed logs";

/// Whether a filter is made, its log group, region and metric.
pub(super) fn of_pattern(hosted: &HostedPattern, source: &str) -> Vec<Setting> {
    let made = match hosted.why_open() {
        _ if hosted.is_absent() => NOT_MADE.to_owned(),
        Some(why) => format!("not known: {why}"),
        None => IS_MADE.to_owned(),
    };
    let scope = hosted.scope();
    let group = match scope.log_group.is_set() {
        true => scope.log_group.written().to_owned(),
        false => hosted.log_group.clone().unwrap_or_else(|| NOT_KNOWN.to_owned()),
    };
    let region = match hosted.publishes() {
        Publishes::Metric(published) => published.placement.to_string(),
        _ => Placement::default().to_string(),
    };
    let transformed = scope.on_transformed_logs.map_or(NOT_KNOWN.to_owned(), |it| it.to_string());
    let mut all = vec![
        (MADE, made),
        ("log group", group),
        (REGION, region),
        (CRITERIA, scope.criteria.written().to_owned()),
        (TRANSFORMED, transformed),
    ];
    if scope.destination.is_set() {
        all.push(("destination", scope.destination.written().to_owned()));
        all.push(("role", scope.role.written().to_owned()));
        all.push(("selection criteria", scope.selection.written().to_owned()));
    }
    let Some(metric) = &hosted.transformation else {
        all.push(("metric", UNSET.to_owned()));
        return all;
    };
    let value = |name: &str, located: Option<String>| {
        let known = hosted.metric_settings().iter().find(|(setting, _)| *setting == name);
        known.map_or_else(|| located.unwrap_or(UNSET.to_owned()), |(_, it)| it.written().to_owned())
    };
    let text = |located: &Option<Located>| located.as_ref().map(|it| it.text.clone());
    let default = metric.default.as_ref();
    let default = default.and_then(|it| source.get(it.span.start..it.span.end)).map(str::to_owned);
    all.push(("metric namespace", value("namespace", text(&metric.namespace))));
    all.push(("metric name", value("name", text(&metric.name))));
    all.push(("metric value", value("value", text(&metric.value))));
    all.push(("metric default value", value("default value", default)));
    all.push(("metric unit", value("unit", text(&metric.unit))));
    let dimensions = metric.dimensions.iter().map(|(name, value)| {
        format!("{}={}", name.text, value.as_ref().map_or("not known", |value| &value.text))
    });
    all.push(("metric dimensions", dimensions.collect::<Vec<_>>().join(", ")));
    all
}

/// The name of an alarm in the account.
pub(super) const ALARM_NAME: &str = "alarm name";

/// An alarm, as far as it is read. `chain` is the same alarm with the settings that audits need.
pub(super) fn of_alarm(
    place: &str,
    alarm: &LocatedAlarm,
    chain: Option<&ChainAlarm>,
    source: &str,
    at: Place,
) -> NamedAlarm {
    let value = |value: &Value| {
        value.text().or_else(|| value.expression()).map_or_else(|| UNSET.to_owned(), str::to_owned)
    };
    let written = |span: Span| source.get(span.start..span.end).unwrap_or("not known").to_owned();
    fn known<T: std::fmt::Debug>(value: &Option<T>) -> String {
        value.as_ref().map_or_else(|| "not known".to_owned(), |value| format!("{value:?}"))
    }
    let mut settings = vec![
        (ALARM_NAME, value(&alarm.alarm_name)),
        ("metric namespace", value(&alarm.namespace)),
        ("metric name", value(&alarm.metric_name)),
        ("statistic", known(&alarm.statistic)),
        // the text says more than a value that is not known
        ("period", alarm.period.map_or_else(|| written(alarm.period_span), |it| format!("{it} seconds"))),
        ("threshold", known(&alarm.threshold)),
        ("comparison", known(&alarm.comparison)),
        ("missing data", known(&alarm.missing)),
        ("dimensions", known(&alarm.dimensions)),
        ("has actions", known(&alarm.has_actions)),
        ("actions enabled", known(&alarm.actions_enabled)),
    ];
    settings.extend(chain.into_iter().flat_map(of_chain));
    // the name of the chain has the module
    let name = chain.map_or(&alarm.name, |it| &it.name).clone();
    let names = chain.map(|it| {
        [(ALARM_NAME, &it.alarm_name), ("metric namespace", &it.namespace), ("metric name", &it.metric)]
    });
    let known = |(name, it): (&'static str, &Chained)| it.is_set().then(|| (name, it.written().to_owned()));
    let evaluated = names.into_iter().flatten().filter_map(known).collect();
    NamedAlarm { place: place.to_owned(), name, settings, evaluated, at }
}

/// The evaluation, the unit, the actions and the region of an alarm.
fn of_chain(alarm: &ChainAlarm) -> Vec<Setting> {
    let mut all = match &alarm.settings {
        AlarmSettings::Known(it) => {
            let periods = counted(it.evaluation_periods, "period", "periods");
            let unit = it.unit.as_ref().map_or_else(|| UNSET.to_owned(), ToString::to_string);
            vec![("evaluation", format!("{} of {periods}", it.m())), ("unit", unit)]
        }
        AlarmSettings::Unknown(why) => vec![("evaluation", format!("not known: {why}"))],
        AlarmSettings::Refused(why) => vec![("evaluation", format!("refused: {why}"))],
        AlarmSettings::NotModelled(what) => vec![("evaluation", format!("of {what}, which is not compared"))],
        _ => Vec::new(),
    };
    all.push(("alarm actions", actions(&alarm.actions)));
    all.push(("region", alarm.placement.to_string()));
    all
}

fn actions(actions: &AlarmActions) -> String {
    if let Some(why) = &actions.unknown {
        return format!("not known: {why}");
    }
    match actions.targets.as_slice() {
        [] => UNSET.to_owned(),
        targets => targets.iter().map(Chained::written).collect::<Vec<_>>().join(", "),
    }
}

/// A composite alarm.
pub(super) fn of_composite(place: &str, composite: &ChainComposite, at: Place) -> NamedAlarm {
    let settings = vec![
        ("alarm rule", composite.rule.written().to_owned()),
        ("suppressor", composite.has_suppressor.to_string()),
        ("actions enabled", composite.actions.enabled.map_or(NOT_KNOWN.to_owned(), |it| it.to_string())),
        ("alarm actions", actions(&composite.actions)),
        ("region", composite.placement.to_string()),
    ];
    NamedAlarm { place: place.to_owned(), name: composite.name.clone(), settings, evaluated: Vec::new(), at }
}

/// The settings that differ.
pub(super) fn changes(a: &[Setting], b: &[Setting]) -> Vec<Change> {
    let of = |all: &[Setting], name: &str| {
        all.iter()
            .find(|(setting, _)| *setting == name)
            .map_or_else(|| UNSET.to_owned(), |(_, value)| value.clone())
    };
    let mut names: Vec<&'static str> = a.iter().map(|(name, _)| *name).collect();
    names.extend(b.iter().map(|(name, _)| *name).filter(|name| !a.iter().any(|(other, _)| other == name)));
    let change = |setting| Change { setting: Cow::Borrowed(setting), a: of(a, setting), b: of(b, setting) };
    names.into_iter().map(change).filter(|change| change.a != change.b).collect()
}
