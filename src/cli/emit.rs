//! `cwfilter emit`

use super::Exit;
use super::batch::{self, ServiceError};
use super::metric_filter_request::MetricFilterRequest;
use crate::metric::{Datapoint, MetricFilter, MissingDimension, SystemFields, minute_of};
use serde::Serialize;
use std::collections::BTreeMap;

/// Show what a metric filter publishes, offline
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter emit --ndjson < requests.ndjson

A request is {\"id\", \"filterPattern\", \"metricTransformations\": [ … ], \"logEvents\": [{\"timestamp\", \"message\"}]}, with the
transformation as in the API; an answer {\"id\", \"datapoints\": [{\"timestamp\", \"value\", \"unit\", \"dimensions\"}]} or
{\"id\", \"error\": {\"code\", \"message\"}}, one a line and in order. Timestamps are milliseconds since 1970; a datapoint has
that of its minute. `emitSystemFieldDimensions` and `fieldSelectionCriteria` take the values of `account`, `region` and
`logGroupName`. With `applyOnTransformedLogs` nothing is published: no transformer is modelled. `filterName` is checked.
A member that is not known is an error.")]
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

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    batch::answer_lines(std::io::stdin().lock(), &mut output, |request| answer(args, request))
}

fn answer(args: &Args, mut request: MetricFilterRequest) -> Result<Answer, ServiceError> {
    let events = std::mem::take(&mut request.log_events);
    let system = request.system_fields();
    let mut filter = request.filter(&system)?;
    if args.missing_dimension == Missing::Omit {
        filter = filter.missing_dimension(MissingDimension::Omit);
    }
    let mut datapoints = Vec::new();
    for event in events {
        match filter.datapoint_in(&event.message, &system) {
            Some(datapoint) => datapoints.push(point(event.timestamp, datapoint)),
            None if args.missing_dimension == Missing::Error
                && lacks_dimension(&filter, &event.message, &system) =>
            {
                let message = format!("a dimension's field is missing from {}", event.message);
                return Err(ServiceError::new("MissingDimension", message));
            }
            None => {}
        }
    }
    Ok(Answer { datapoints })
}

/// Whether the event would publish something if it had all dimensions.
fn lacks_dimension(filter: &MetricFilter, message: &str, system: &SystemFields) -> bool {
    filter.clone().missing_dimension(MissingDimension::Omit).datapoint_in(message, system).is_some()
}

fn point(timestamp: i64, datapoint: Datapoint) -> Point {
    let Datapoint { value, unit, dimensions, .. } = datapoint;
    Point { timestamp: minute_of(timestamp), value, unit, dimensions }
}
