//! `cwfilter emit`

use super::batch;
use super::exit::Exit;
use cwfilter::answers::EmitRequest;
use cwfilter::metric::MissingDimension;

/// Compute the datapoints that a metric filter publishes, offline
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter emit --ndjson < requests.ndjson

Each line of standard input is a request, each line of standard output its answer, in the same order. A request is
{\"id\", \"filterPattern\", \"metricTransformations\": [ … ], \"logEvents\": [{\"timestamp\", \"message\"}]}, with the transformation
as in the API. An answer is {\"id\", \"datapoints\": [{\"timestamp\", \"value\", \"unit\", \"dimensions\"}]} or
{\"id\", \"error\": {\"code\", \"message\"}}. Timestamps are milliseconds since 1970; a datapoint has the timestamp of its minute.
`emitSystemFieldDimensions` and `fieldSelectionCriteria` use the request's `account`, `region` and `logGroupName`.
With `applyOnTransformedLogs` nothing is published, because transformers are not modelled. `filterName` is checked.
An unknown member is an error.")]
pub(super) struct Args {
    /// Answer the requests on standard input, one per line
    #[arg(long, required = true)]
    ndjson: bool,
    /// What to do with a matching event that has no field for a dimension; it is not known what AWS does
    #[arg(long, value_enum, default_value_t = Missing::Drop)]
    missing_dimension: Missing,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Missing {
    /// Publish nothing
    Drop,
    /// Publish without the dimension
    Omit,
    /// Answer with an error
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

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    batch::answer_lines(std::io::stdin().lock(), &mut output, |request: EmitRequest| {
        request.answer(args.missing_dimension.assumed())
    })
}
