//! From the evaluated settings of a filter to a pattern with its places.

use super::alarm;
use super::align::Align;
use super::files::Files;
use super::hosted::{Completion, EventScope, HostedPattern, Reference, Unread};
use super::literal::LiteralSyntax;
use super::made::Made;
use super::value::{Data, FileId, Origin, Place, Text, Value};
use crate::metric_settings::{Located, LocatedTransformation, Placement, Published, Publishes, Setting};
use crate::span::{LineColumn, Span};

/// The settings of one filter.
pub(super) struct FilterSettings {
    pub(super) name: String,
    pub(super) pattern: Value,
    pub(super) log_group: Option<Value>,
    pub(super) metric: Option<MetricSettings>,
    /// The filter itself: findings about its settings are in this file.
    pub(super) at: Place,
    /// Whether the host takes white space off the ends of the pattern.
    pub(super) is_trimmed: bool,
    /// Whether such a filter is made.
    pub(super) made: Made,
    /// The provider as it is written, which may be of another region; empty if there is none.
    pub(super) provider: String,
    /// The region and the account of the filter.
    pub(super) placement: Placement,
    pub(super) scope: FilterScope,
}

/// The events that a filter is about, and what it publishes beside its metric transformation.
#[derive(Default)]
pub(super) struct FilterScope {
    /// Whether it is a subscription filter, which publishes no metric.
    pub(super) is_subscription: bool,
    /// `emitSystemFieldDimensions`
    pub(super) system_fields: Option<Value>,
    /// `fieldSelectionCriteria`
    pub(super) criteria: Option<Value>,
    /// `applyOnTransformedLogs`
    pub(super) on_transformed_logs: Option<Value>,
    /// `destinationArn` of a subscription filter; the document of an account policy.
    pub(super) destination: Option<Value>,
    /// `selectionCriteria` of an account policy.
    pub(super) selection: Option<Value>,
    /// `roleArn` of a subscription filter.
    pub(super) role: Option<Value>,
}

/// The settings of a metric transformation.
#[derive(Default)]
pub(super) struct MetricSettings {
    pub(super) namespace: Option<Value>,
    pub(super) name: Option<Value>,
    pub(super) value: Option<Value>,
    pub(super) default: Option<Value>,
    pub(super) unit: Option<Value>,
    pub(super) dimensions: Option<Value>,
}

/// A pattern and the file that it is in.
pub(super) type Found = (FileId, HostedPattern);

/// Texts that take the place of what is not known: a word, a number, a condition, nothing. A finding that all of them share holds for
/// every text that may be there.
const STAND_INS: [&str; 4] = ["x", "1", "$.x = 1", ""];

/// Adds the pattern where its literal is, and the settings of the filter in the file of the filter.
pub(super) fn add(files: &Files<'_>, settings: FilterSettings, found: &mut Vec<Found>) {
    let home = files.outer(settings.at);
    let (file, mut hosted) = pattern(files, &settings);
    hosted.log_group = settings.log_group.as_ref().and_then(Value::to_string);
    hosted.group_key = group_key(&settings);
    hosted.uses = references(files, &settings.pattern);
    hosted.made = settings.made.clone();
    hosted.scope = event_scope(files, &settings);
    hosted.metric_settings = settings.metric.as_ref().map_or_else(Vec::new, |it| metric_settings(files, it));
    hosted.publishes = publishes(files, &settings, &hosted.scope);
    let transformation = settings.metric.as_ref().map(|metric| transformation(files, metric, home));
    if file == home.file {
        hosted.transformation = transformation;
    } else if transformation.is_some() {
        // the places of the settings are in another file than the pattern
        let fixed = LiteralSyntax::Fixed("its literal is in another file".into());
        let mut own = HostedPattern {
            literal: home.span,
            align: Align::uniform(home.span, hosted.text.as_ref().map_or(0, String::len)),
            syntax: fixed,
            transformation,
            is_settings: true,
            ..hosted.clone()
        };
        own.completions.clear();
        found.push((home.file, own));
    }
    found.push((file, hosted));
}

/// The members of a metric transformation, by their names in reports.
fn metric_settings(files: &Files<'_>, metric: &MetricSettings) -> Vec<(&'static str, Setting)> {
    let members = [
        ("namespace", &metric.namespace),
        ("name", &metric.name),
        ("value", &metric.value),
        ("default value", &metric.default),
        ("unit", &metric.unit),
    ];
    members.map(|(name, value)| (name, alarm::setting(files, value.as_ref()))).into()
}

/// Which events the filter reads, and where it sends them.
fn event_scope(files: &Files<'_>, settings: &FilterSettings) -> EventScope {
    let scope = &settings.scope;
    let text = |value: &Option<Value>| {
        // an empty text is not set
        let value = value.as_ref().filter(|it| it.as_str().is_none_or(|text| !text.trim().is_empty()));
        alarm::setting(files, value)
    };
    EventScope {
        criteria: text(&scope.criteria),
        on_transformed_logs: match &scope.on_transformed_logs {
            None => Some(false),
            Some(value) if value.is_null() => Some(false),
            Some(value) => alarm::truth(value),
        },
        log_group: text(&settings.log_group),
        destination: text(&scope.destination),
        selection: text(&scope.selection),
        role: text(&scope.role),
    }
}

/// What the filter publishes.
fn publishes(files: &Files<'_>, settings: &FilterSettings, events: &EventScope) -> Publishes {
    let scope = &settings.scope;
    if scope.is_subscription {
        return Publishes::Nothing;
    }
    let Some(metric) = &settings.metric else { return Publishes::NotSaid };
    let text = |value: &Option<Value>| alarm::setting(files, value.as_ref());
    let number = |value: &Option<Value>| alarm::parsed(value.as_ref(), "value");
    let mut published = Published::default();
    (published.namespace, published.metric) = (text(&metric.namespace), text(&metric.name));
    if !published.namespace.is_set() && !published.metric.is_set() {
        return Publishes::NotSaid;
    }
    published.placement = settings.placement.clone();
    published.log_group = settings.log_group.as_ref().and_then(Value::to_string);
    published.value = number(&metric.value).ok().flatten();
    published.default = number(&metric.default).ok();
    published.unit = match alarm::parsed::<String>(metric.unit.as_ref(), "unit") {
        Ok(unit) => Some(unit.unwrap_or_else(|| "None".to_owned())),
        Err(_) => None,
    };
    let system = alarm::texts(scope.system_fields.as_ref());
    let own = alarm::dimensions(metric.dimensions.as_ref(), &["Key", "key"]);
    published.dimensions = own.zip(system).map(|(own, system)| [own, system].concat());
    published.has_criteria = events.criteria.is_set();
    published.on_transformed_logs = events.on_transformed_logs != Some(false);
    Publishes::Metric(Box::new(published))
}

/// What tells the filter's log group from those of other filters, also if the name is not known: the parts that are known, and the
/// references that are missing.
fn group_key(settings: &FilterSettings) -> String {
    let mut key = format!("{}\u{0}", settings.provider);
    let Some(group) = &settings.log_group else { return key };
    let mut start = 0;
    let text = group.to_text().unwrap_or_else(|| Text::hole("no text".into(), group.at));
    for piece in &text.pieces {
        match &piece.origin {
            Origin::Hole(why, place) => {
                key += &format!("\u{0}{why}\u{0}");
                // a reason that names no reference may be that of another group, too
                if !why.contains('`') {
                    key += &format!("{place:?}");
                }
            }
            Origin::Literal(..) | Origin::Computed(_) => {
                key += text.string.get(start..start + piece.length).unwrap_or_default();
                start += piece.length;
            }
        }
    }
    key
}

fn pattern(files: &Files<'_>, settings: &FilterSettings) -> Found {
    let value = &settings.pattern;
    let at = files.outer(value.at);
    let name = settings.name.clone();
    let unread = |unread| (at.file, HostedPattern::unread(name.clone(), at.span, unread));
    let text = match &value.data {
        Data::Unknown(why) => return unread(Unread::unknown(why.to_string())),
        Data::List(_) | Data::Map(_) => {
            return unread(Unread {
                lint: "unquoted-pattern",
                why: format!("the pattern is {}, not a text", value.kind()).into(),
                help: Some("put the pattern into quotes"),
            });
        }
        Data::Null if value.uses.is_empty() => {
            return unread(Unread {
                lint: "unquoted-pattern",
                why: "the pattern is null, not a text".into(),
                help: Some("write `\"\"` for a filter that matches every event"),
            });
        }
        Data::Null => return unread(Unread::unknown("the pattern is null here")),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) => value.to_text().unwrap_or_default(),
    };
    let text = if settings.is_trimmed { text.trimmed() } else { text };
    if let Some(why) = text.first_hole() {
        let (file, mut hosted) = unread(Unread::unknown(why.to_string()));
        hosted.completions = STAND_INS.map(|with| completed(files, &text, at, with)).into();
        return (file, hosted);
    }
    if let Some((literal, start)) = text.as_literal()
        && files.outer(literal.at) == literal.at
    {
        let align = files.align(literal).skip(start);
        let fixed = value.fixed.map(|why| LiteralSyntax::Fixed(why.into()));
        let syntax = match files.text(literal.at.file).is_named {
            true => fixed.unwrap_or_else(|| literal.syntax.clone()),
            false => LiteralSyntax::Fixed("its file is not among those that are named".into()),
        };
        let hosted = HostedPattern::new(name, literal.at.span, text.string.clone(), align, syntax);
        return (literal.at.file, hosted);
    }
    let align = aligned(files, &text, at, "");
    let syntax = LiteralSyntax::Fixed("it is put together from several texts".into());
    (at.file, HostedPattern::new(name, at.span, text.string.clone(), align, syntax))
}

/// Where each part of a text is in a file; a part of another file is at the place of the whole.
fn aligned(files: &Files<'_>, text: &Text, at: Place, stand_in: &str) -> Align {
    let here = |place: Place| {
        let place = files.outer(place);
        if place.file == at.file { place.span } else { at.span }
    };
    let parts = text.pieces.iter().map(|piece| match &piece.origin {
        Origin::Literal(literal, start)
            if files.outer(literal.at) == literal.at && literal.at.file == at.file =>
        {
            (files.align(literal).skip(*start), piece.length)
        }
        Origin::Literal(literal, _) => (Align::uniform(here(literal.at), piece.length), piece.length),
        Origin::Computed(place) => (Align::uniform(here(*place), piece.length), piece.length),
        Origin::Hole(_, place) => (Align::uniform(here(*place), stand_in.len()), stand_in.len()),
    });
    Align::joined(parts, at.span.end)
}

fn completed(files: &Files<'_>, text: &Text, at: Place, stand_in: &str) -> Completion {
    let (mut out, mut start) = (String::new(), 0);
    for piece in &text.pieces {
        match &piece.origin {
            Origin::Hole(..) => out += stand_in,
            Origin::Literal(..) | Origin::Computed(_) => {
                out += text.string.get(start..start + piece.length).unwrap_or_default();
                start += piece.length;
            }
        }
    }
    Completion::new(out, aligned(files, text, at, stand_in))
}

fn references(files: &Files<'_>, value: &Value) -> Vec<Reference> {
    let one = |it: &super::value::Use| {
        let at = files.outer(it.at);
        let file = files.text(at.file);
        Reference {
            path: file.path.display().to_string(),
            place: LineColumn::of(&file.text, at.span.start),
            what: it.what.to_string(),
        }
    };
    value.uses.iter().map(one).collect()
}

fn transformation(files: &Files<'_>, metric: &MetricSettings, home: Place) -> LocatedTransformation {
    let span = |value: &Value| span_in(files, value, home);
    let located = |value: &Value| value.to_string().map(|text| Located { text, span: span(value) });
    let text = |value: &Option<Value>| value.as_ref().and_then(located);
    let given = |value: &&Value| !value.is_null();
    LocatedTransformation {
        namespace: text(&metric.namespace),
        name: text(&metric.name),
        value: text(&metric.value),
        default: metric
            .default
            .as_ref()
            .filter(given)
            .map(|value| Located { text: value.to_string().unwrap_or_default(), span: span(value) }),
        unit: text(&metric.unit),
        dimensions: metric.dimensions.as_ref().map_or_else(Vec::new, |it| dimensions(it, &span, &located)),
    }
}

/// Names and values; a value that is not known is counted all the same.
fn dimensions(
    value: &Value,
    span: &dyn Fn(&Value) -> Span,
    located: &dyn Fn(&Value) -> Option<Located>,
) -> Vec<(Located, Option<Located>)> {
    let either = |item: &Value, names: [&str; 2]| names.iter().find_map(|name| item.get(name).cloned());
    match &value.data {
        Data::Map(map) => map
            .iter()
            .map(|(name, item)| (Located { text: name.clone(), span: span(item) }, located(item)))
            .collect(),
        Data::List(list) => list
            .iter()
            .map(|item| {
                let name = either(item, ["Key", "key"]).and_then(|key| located(&key));
                let name = name.unwrap_or_else(|| Located { text: String::new(), span: span(item) });
                (name, either(item, ["Value", "value"]).and_then(|value| located(&value)))
            })
            .collect(),
        Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => Vec::new(),
    }
}

/// The place of a value in the filter's file: its literal, or the first reference to it.
fn span_in(files: &Files<'_>, value: &Value, home: Place) -> Span {
    let places = std::iter::once(value.at).chain(value.uses.iter().map(|it| it.at));
    let mut places = places.map(|place| files.outer(place)).filter(|place| place.file == home.file);
    places.next().map_or(home.span, |place| place.span)
}
