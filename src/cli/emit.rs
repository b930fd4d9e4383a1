//! `cwfilter emit`

use super::Exit;
use super::batch::{self, ServiceError};
use crate::metric::{
    AdmissionError, Datapoint, MetricFilter, MissingDimension, SystemFields, Transformation, minute_of,
};
use crate::{FilterPattern, ParseError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
struct Answer {
    datapoints: Vec<Point>,
}

#[derive(Serialize)]
struct Point {
    timestamp: i64,
    value: f64,
    unit: String,
    dimensions: BTreeMap<String, String>,
}

impl batch::Request for Request {
    fn take_id(&mut self) -> serde_json::Value {
        self.id.take()
    }
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    batch::answer_lines(std::io::stdin().lock(), &mut output, |request| answer(args, request))
}

fn invalid(error: AdmissionError) -> ServiceError {
    ServiceError::invalid(error.to_string())
}

fn answer(args: &Args, request: Request) -> Result<Answer, ServiceError> {
    let shown = format!("{:?}", request.metric_transformations);
    crate::metric::check_count(&shown, request.metric_transformations.len()).map_err(invalid)?;
    let pattern: FilterPattern = request
        .filter_pattern
        .parse()
        .map_err(|error: ParseError| ServiceError::invalid(error.aws_message()))?;
    let mut datapoints = Vec::new();
    let Some(entry) = request.metric_transformations.into_iter().next() else {
        return Ok(Answer { datapoints });
    };
    let system =
        SystemFields { account: request.account, region: request.region, log_group: request.log_group_name };
    let fields = request.emit_system_field_dimensions;
    let mut filter =
        MetricFilter::with_system_fields(pattern, entry.transformation(), fields).map_err(invalid)?;
    if args.missing_dimension == Missing::Omit {
        filter = filter.missing_dimension(MissingDimension::Omit);
    }
    for event in request.log_events {
        match filter.datapoint_in(&event.message, &system) {
            Some(datapoint) => datapoints.push(point(event.timestamp, datapoint)),
            None if args.missing_dimension == Missing::Error && lacks_dimension(&filter, &event.message) => {
                let message = format!("a dimension's field is missing from {}", event.message);
                return Err(ServiceError::new("MissingDimension", message));
            }
            None => {}
        }
    }
    Ok(Answer { datapoints })
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
