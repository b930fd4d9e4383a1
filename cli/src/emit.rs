//! `cwfilter emit`

use super::batch;
use super::exit::Exit;
use cwfilter::answers::EmitRequest;
use cwfilter::metric::MissingDimension;

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
    /// What happens to a matching event that lacks the field of a dimension; the behaviour of AWS was not measured
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

impl Missing {
    /// What AWS is assumed to do; `None` if nothing is assumed.
    fn assumed(self) -> Option<MissingDimension> {
        match self {
            Missing::Drop => Some(MissingDimension::Drop),
            Missing::Omit => Some(MissingDimension::Omit),
            Missing::Error => None,
        }
    }
}

impl batch::Request for EmitRequest {
    fn take_id(&mut self) -> serde_json::Value {
        EmitRequest::take_id(self)
    }
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    batch::answer_lines(std::io::stdin().lock(), &mut output, |request: EmitRequest| {
        request.answer(args.missing_dimension.assumed())
    })
}
