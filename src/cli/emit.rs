//! `cwfilter emit`

use super::Exit;
use crate::FilterPattern;
use crate::metric::{
    AdmissionError, Datapoint, MetricFilter, MissingDimension, SystemFields, Transformation, minute_of,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

/// Show what a metric filter publishes, offline
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter emit --ndjson < requests.ndjson

A request is {\"id\", \"filterPattern\", \"metricTransformations\": [ … ], \"logEvents\": [{\"timestamp\", \"message\"}]}, with the
transformation as in the API; an answer {\"id\", \"datapoints\": [{\"timestamp\", \"value\", \"unit\", \"dimensions\"}]} or
{\"id\", \"error\": {\"code\", \"message\"}}, one a line and in order. Timestamps are milliseconds since 1970; a datapoint has
that of its minute. `emitSystemFieldDimensions` takes the values of `account`, `region` and `logGroupName`.")]
pub(super) struct Args {
    /// Answer one request a line from standard input
    #[arg(long, required = true)]
    ndjson: bool,
    /// What becomes of a matching event without the field of a dimension; nobody measured what AWS does
    #[arg(long, value_enum, default_value_t = Missing::Drop)]
    missing_dimension: Missing,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Missing {
    /// Nothing is published
    Drop,
    /// It is published without the dimension
    Omit,
    /// The answer is an error
    Error,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default)]
    id: serde_json::Value,
    filter_pattern: String,
    metric_transformations: Vec<TransformationEntry>,
    #[serde(default)]
    log_events: Vec<LogEvent>,
    #[serde(default)]
    emit_system_field_dimensions: Vec<String>,
    account: Option<String>,
    region: Option<String>,
    log_group_name: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct TransformationEntry {
    metric_name: String,
    metric_namespace: String,
    metric_value: String,
    default_value: Option<f64>,
    unit: Option<String>,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct LogEvent {
    #[serde(default)]
    timestamp: i64,
    message: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    #[serde(flatten)]
    result: Result_,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Result_ {
    Datapoints(Vec<Point>),
    Error(ServiceError),
}

#[derive(Serialize)]
struct Point {
    timestamp: i64,
    value: f64,
    unit: String,
    dimensions: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ServiceError {
    code: &'static str,
    message: String,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut exit = Exit::Clean;
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (id, result) = match serde_json::from_slice::<Request>(&line) {
            Ok(request) => (request.id.clone(), answer(args, request)),
            Err(error) => {
                exit = Exit::Input;
                let request = serde_json::from_slice::<serde_json::Value>(&line).unwrap_or_default();
                let id = request.get("id").cloned().unwrap_or_default();
                (id, refused("SerializationException", error.to_string()))
            }
        };
        serde_json::to_writer(&mut output, &Answer { id: &id, result })?;
        writeln!(output)?;
        // a client may wait for this answer before it sends the next request
        output.flush()?;
    }
    Ok(exit)
}

fn refused(code: &'static str, message: String) -> Result_ {
    Result_::Error(ServiceError { code, message })
}

fn invalid(error: &AdmissionError) -> Result_ {
    refused("InvalidParameterException", error.to_string())
}

fn answer(args: &Args, request: Request) -> Result_ {
    let shown = format!("{:?}", request.metric_transformations);
    if let Err(error) = crate::metric::check_count(&shown, request.metric_transformations.len()) {
        return invalid(&error);
    }
    let pattern: FilterPattern = match request.filter_pattern.parse() {
        Ok(pattern) => pattern,
        Err(error) => return refused("InvalidParameterException", error.aws_message()),
    };
    let Some(entry) = request.metric_transformations.into_iter().next() else {
        return Result_::Datapoints(Vec::new());
    };
    let system =
        SystemFields { account: request.account, region: request.region, log_group: request.log_group_name };
    let admitted = MetricFilter::with_system_fields(
        pattern,
        entry.transformation(),
        request.emit_system_field_dimensions,
    );
    let filter = match admitted {
        Ok(filter) if args.missing_dimension == Missing::Omit => {
            filter.missing_dimension(MissingDimension::Omit)
        }
        Ok(filter) => filter,
        Err(error) => return invalid(&error),
    };
    let mut points = Vec::new();
    for event in request.log_events {
        match filter.datapoint_in(&event.message, &system) {
            Some(datapoint) => points.push(point(event.timestamp, datapoint)),
            None if args.missing_dimension == Missing::Error && lacks_dimension(&filter, &event.message) => {
                return refused(
                    "MissingDimension",
                    format!("a dimension's field is missing from {}", event.message),
                );
            }
            None => {}
        }
    }
    Result_::Datapoints(points)
}

/// Whether the event would publish something if it had all dimensions.
fn lacks_dimension(filter: &MetricFilter, message: &str) -> bool {
    filter.clone().missing_dimension(MissingDimension::Omit).datapoint(message).is_some()
}

fn point(timestamp: i64, datapoint: Datapoint) -> Point {
    let Datapoint { value, unit, dimensions, .. } = datapoint;
    Point { timestamp: minute_of(timestamp), value, unit, dimensions }
}

impl TransformationEntry {
    fn transformation(self) -> Transformation {
        let mut it = Transformation::new(self.metric_namespace, self.metric_name, self.metric_value);
        it.default = self.default_value;
        it.unit = self.unit;
        it.dimensions = self.dimensions;
        it
    }
}
