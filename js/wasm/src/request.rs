//! Requests as JSON: everything that is not about the raw bytes of an event.

use crate::objects::{self, Object, Objects, Set};
use crate::reply::{Failure, of};
use crate::spans::{Finding, span};
use cwfilter::analysis::{Bounds, Domain, compare_within};
use cwfilter::metric::{
    FieldSelection, MetricFilter, MissingDimension, SystemFields, Transformation, minute_of,
};
use cwfilter::syntax::ast::Pattern;
use cwfilter::{FilterPattern, PatternSet};
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum Request<'a> {
    Version,
    /// makes a pattern
    Pattern {
        text: Cow<'a, str>,
    },
    /// makes a set of pairs of name and text
    Set {
        patterns: Vec<(String, String)>,
        /// instead of the best ones; for tests
        instructions: Option<String>,
    },
    /// makes a metric filter
    Metric(Box<Metric>),
    Free {
        object: u32,
    },
    Lint {
        text: Cow<'a, str>,
    },
    Compare {
        a: Cow<'a, str>,
        b: Cow<'a, str>,
        domain: Option<String>,
        steps: Option<usize>,
    },
}

/// `PutMetricFilter`'s members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Metric {
    pattern: String,
    namespace: String,
    name: String,
    value: String,
    default_value: Option<f64>,
    unit: Option<String>,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
    #[serde(default)]
    system_fields: Vec<String>,
    field_selection: Option<String>,
    #[serde(default)]
    on_transformed_logs: bool,
    missing_dimension: Option<Missing>,
}

/// What is done with a matching event that lacks the field of a dimension, which has not been observed on AWS.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Missing {
    Drop,
    Omit,
    Error,
}

/// Where and when an event is from.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct System {
    /// in milliseconds since 1970
    timestamp: Option<i64>,
    account: Option<String>,
    region: Option<String>,
    log_group: Option<String>,
}

/// The answer to the request.
pub(crate) fn answer(objects: &mut Objects, request: &[u8]) -> Vec<u8> {
    let request = match serde_json::from_slice(request) {
        Ok(request) => request,
        Err(error) => return of::<()>(Err(Failure::request(error.to_string()))),
    };
    match request {
        Request::Version => of(Ok(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "objects": objects.len(),
            "instructionSets": PatternSet::instruction_sets(),
        }))),
        Request::Pattern { text } => of(parse(&text).map(|pattern| pattern_of(objects, pattern))),
        Request::Set { patterns, instructions } => of(set(objects, &patterns, instructions)),
        Request::Metric(metric) => of(metric_filter(objects, *metric)),
        Request::Free { object } => {
            objects.remove(object);
            of(Ok(()))
        }
        Request::Lint { text } => {
            let found = cwfilter::lint::check(&text);
            of(Ok(found.iter().map(|finding| Finding::new(&text, finding)).collect::<Vec<_>>()))
        }
        Request::Compare { a, b, domain, steps } => of(compare(&a, &b, domain.as_deref(), steps)),
    }
}

fn parse(text: &str) -> Result<FilterPattern, Failure> {
    text.parse().map_err(|error| Failure::pattern(text, &error))
}

fn pattern_of(objects: &mut Objects, pattern: FilterPattern) -> Value {
    let kind = match pattern.ast() {
        Pattern::Everything => "everything",
        Pattern::Terms(_) => "terms",
        Pattern::Regex(_) => "regex",
        Pattern::Json(_) => "json",
        Pattern::Space(_) => "space",
        _ => "other",
    };
    let canonical = pattern.ast().to_string();
    json!({ "object": objects.add(Object::Pattern(pattern)), "kind": kind, "canonical": canonical })
}

fn set(
    objects: &mut Objects,
    patterns: &[(String, String)],
    instructions: Option<String>,
) -> Result<Value, Failure> {
    let mut builder = PatternSet::builder();
    if let Some(name) = instructions {
        builder.instruction_set(name);
    }
    for (name, text) in patterns {
        builder.add(name, parse(text).map_err(|failure| failure.named(name))?);
    }
    let set = builder.build().map_err(|error| Failure::Set { message: error.to_string() })?;
    Ok(json!({ "object": objects.add(Object::Set(Box::new(Set::new(&set)))) }))
}

fn metric_filter(objects: &mut Objects, metric: Metric) -> Result<Value, Failure> {
    let mut transformation = Transformation::new(metric.namespace, metric.name, metric.value);
    transformation.default = metric.default_value;
    transformation.unit = metric.unit;
    transformation.dimensions = metric.dimensions;
    let pattern = parse(&metric.pattern)?;
    let filter = MetricFilter::with_system_fields(pattern, transformation, metric.system_fields)
        .map_err(|error| Failure::Metric { message: error.to_string(), help: None })?
        .on_transformed_logs(metric.on_transformed_logs);
    let assumed = match metric.missing_dimension {
        None | Some(Missing::Drop) => Some(MissingDimension::Drop),
        Some(Missing::Omit) => Some(MissingDimension::Omit),
        Some(Missing::Error) => None,
    };
    let filter = filter.missing_dimension(assumed.unwrap_or_default());
    let filter = match metric.field_selection {
        Some(text) => filter.field_selection(selection(&text)?),
        None => filter,
    };
    let metric = objects::Metric { filter, assumed };
    Ok(json!({ "object": objects.add(Object::Metric(Box::new(metric))) }))
}

fn selection(text: &str) -> Result<FieldSelection, Failure> {
    text.parse().map_err(|error: cwfilter::metric::FieldSelectionError| {
        let [start, _] = span(text, error.span());
        let help = Some(format!("character {start}: {}", error.help()));
        Failure::Metric { message: error.aws_message().to_owned(), help }
    })
}

/// What the metric filter publishes for an event.
pub(crate) fn emit(
    objects: &mut Objects,
    object: u32,
    event: &[u8],
    system: &[u8],
) -> Result<Option<Value>, Failure> {
    let objects::Metric { filter, assumed } = objects.metric(object)?;
    let System { timestamp, account, region, log_group } = match system {
        [] => System::default(),
        text => serde_json::from_slice(text).map_err(|error| Failure::request(error.to_string()))?,
    };
    if timestamp.is_some_and(|time| time < 0) {
        return Err(Failure::request("`timestamp` is negative: it is in milliseconds since 1970"));
    }
    let system = SystemFields { account, region, log_group };
    if let Some(field) = filter.selection().and_then(|selection| selection.lacks(&system)) {
        let message = format!("the field selection criteria need {field}: pass `account` and `region`");
        return Err(Failure::request(message));
    }
    let point = filter.datapoint_in(event, &system);
    let omitting = || filter.clone().missing_dimension(MissingDimension::Omit);
    if point.is_none() && assumed.is_none() && omitting().datapoint_in(event, &system).is_some() {
        return Err(Failure::request("the event lacks the field of a dimension"));
    }
    let Transformation { namespace, name, .. } = filter.transformation();
    Ok(point.map(|point| {
        json!({
            "namespace": namespace, "name": name,
            "timestamp": timestamp.map(minute_of),
            "value": point.value, "unit": point.unit, "dimensions": point.dimensions,
        })
    }))
}

/// The verdict, the text for a terminal, the tree, and the clauses that decide.
pub(crate) fn explanation(pattern: &FilterPattern, event: &[u8]) -> Value {
    let why = pattern.explain(event);
    json!({
        "matched": why.matched(), "reason": why.reason(), "tree": why.tree(), "deciding": why.deciding(),
        "text": why.to_string(),
    })
}

fn compare(a: &str, b: &str, domain: Option<&str>, steps: Option<usize>) -> Result<Value, Failure> {
    let (a, b) = (parse(a).map_err(|it| it.named("a"))?, parse(b).map_err(|it| it.named("b"))?);
    let mut bounds = Bounds::default();
    if let Some(domain) = domain {
        let known = domain.parse::<Domain>().map_err(|error| Failure::request(error.to_string()))?;
        bounds = bounds.in_domain(known);
    }
    if let Some(steps) = steps {
        bounds = bounds.with_steps(steps);
    }
    serde_json::to_value(compare_within(&a, &b, &bounds)).map_err(|error| Failure::request(error.to_string()))
}
