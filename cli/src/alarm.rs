//! `cwfilter alarm`

use super::batch;
use super::exit::Exit;
use cwfilter::answers::AlarmRequest;

/// Compute what an alarm would do, offline
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter alarm --ndjson < requests.ndjson

Each line of standard input is a request, each line of standard output its answer, in the same order.
A request has `id`, `op` and the members of the operation:
  evaluate    alarm (PutMetricAlarm), puts [{timestamp, value | values, counts | statisticValues, unit, metric}],
              prior {state, reason, reasonData}, at, slotsLeftOut (metric queries)  → state, reason, reasonData
  statistics  puts, statistics [\"p90\", …]                                           → statistics {name: value}
  composite   rule, existing [names], name, account, region                         → nothing, or an error
              rule, children {name: {state, since}}                                 → state, reasonData
  admit       operation PutMetricAlarm | PutMetricFilter, request, existing         → nothing, or an error
  notify      channel sns, alarm, account, region, transition {from, to, reason, time, configurationUpdated,
              triggeringChildren [{arn, state, since}]}                             → message, subject, sms, email
An answer is {\"id\", …} or {\"id\", \"error\": {\"code\", \"message\"}} with AWS's code and message. Times are ISO 8601.
Of metric math only arithmetic is modelled; anomaly detection and PromQL are not. An alarm that uses them gets an error.")]
pub(super) struct Args {
    /// Answer the requests on standard input, one per line
    #[arg(long, required = true)]
    ndjson: bool,
}

pub(super) fn run(_: &Args) -> std::io::Result<Exit> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    batch::answer_lines(std::io::stdin().lock(), &mut output, |request: AlarmRequest| request.answer())
}
