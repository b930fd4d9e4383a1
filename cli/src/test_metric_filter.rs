//! `cwfilter test-metric-filter`: answers as `aws logs test-metric-filter` does, without AWS.

use super::batch::{self, INVALID, ServiceError};
use super::exit::Exit;
use super::terminal::{json, say, say_painted, style};
use cwfilter::FilterPattern;
use cwfilter::limits::TEST_MESSAGES;
use cwfilter::report::human;
use serde::{Deserialize, Serialize, Serializer};

/// Answer as `aws logs test-metric-filter` does, offline
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter test-metric-filter --filter-pattern '[ip, ..., status = 4*]' \\
      --log-event-messages '10.0.0.1 GET /x 404' '10.0.0.1 GET / 200'
  cwfilter test-metric-filter --cli-input-json file://request.json
  cwfilter test-metric-filter --ndjson < requests.ndjson

With --ndjson, each line of standard input is a request {\"id\", \"filterPattern\", \"logEventMessages\"}.
Each line of standard output is its answer: {\"id\", \"matches\"} or {\"id\", \"error\": {\"code\", \"message\"}}.
AWS's limits on the number and length of messages do not apply to --ndjson.")]
pub(super) struct Args {
    /// The filter pattern
    #[arg(long, allow_hyphen_values = true)]
    filter_pattern: Option<String>,
    /// Log event messages, 1 to 50; one argument that begins with `[` is read as a JSON array
    #[arg(long, num_args = 1..)]
    log_event_messages: Option<Vec<String>>,
    /// The request as JSON text or file://PATH; other options override it
    #[arg(long)]
    cli_input_json: Option<String>,
    /// Answer the requests on standard input, one per line
    #[arg(long, conflicts_with_all = ["filter_pattern", "log_event_messages", "cli_input_json"])]
    ndjson: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    filter_pattern: Option<String>,
    log_event_messages: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BatchRequest {
    filter_pattern: String,
    log_event_messages: Vec<String>,
}

/// The answer of `TestMetricFilter`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Response {
    /// The messages that match.
    matches: Vec<Match>,
}

/// A message that matches.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Match {
    /// The number of the message, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    event_number: usize,
    /// The message.
    event_message: String,
    /// The values of the fields that the pattern names.
    #[serde(serialize_with = "as_map")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    extracted_values: Vec<(String, String)>,
}

fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

pub(super) fn run(args: Args) -> std::io::Result<Exit> {
    if args.ndjson {
        let mut output = std::io::BufWriter::new(std::io::stdout().lock());
        return batch::answer_lines(std::io::stdin().lock(), &mut output, answer);
    }
    let request = match request(args) {
        Ok(request) => request,
        Err(why) => {
            say!("error: {why}");
            return Ok(Exit::Usage);
        }
    };
    let (Some(text), Some(messages)) = (request.filter_pattern, request.log_event_messages) else {
        say!("error: the following arguments are required: --filter-pattern, --log-event-messages");
        return Ok(Exit::Usage);
    };
    if let Some(why) = outside_bounds(&messages) {
        return Ok(refuse(&why));
    }
    let pattern: FilterPattern = match text.parse() {
        Ok(pattern) => pattern,
        Err(error) => {
            let exit = refuse(&error.aws_message());
            let shown = human::parse_error(&text, &error, style(&std::io::stderr()));
            say_painted(&format!("\n{shown}\n"));
            return Ok(exit);
        }
    };
    let answer = Response { matches: matches(&pattern, messages) };
    // the AWS command line indents by four spaces
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut text = Vec::new();
    answer.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))?;
    json(&mut std::io::stdout().lock(), &(String::from_utf8_lossy(&text) + "\n"))?;
    Ok(Exit::Clean)
}

fn refuse(message: &str) -> Exit {
    say!("An error occurred ({INVALID}) when calling the TestMetricFilter operation: {message}");
    Exit::Usage
}

/// Combines the options with `--cli-input-json`. Options take precedence, as in the AWS command line.
fn request(args: Args) -> Result<Request, String> {
    let base = match args.cli_input_json {
        None => Request::default(),
        Some(text) => {
            let json = match text.strip_prefix("file://") {
                Some(path) => cwfilter::files::text(path.as_ref())
                    .map_err(|error| format!("cannot read {path}: {error}"))?,
                None => text,
            };
            serde_json::from_str(&json).map_err(|error| format!("--cli-input-json: {error}"))?
        }
    };
    let messages = match args.log_event_messages.as_deref() {
        Some([only]) if only.starts_with('[') => serde_json::from_str(only).ok().or(args.log_event_messages),
        _ => args.log_event_messages,
    };
    Ok(Request {
        filter_pattern: args.filter_pattern.or(base.filter_pattern),
        log_event_messages: messages.or(base.log_event_messages),
    })
}

/// Checks the limits of a request (API reference of `TestMetricFilter`).
fn outside_bounds(messages: &[String]) -> Option<String> {
    let failed = |value: String, constraint: String| {
        Some(format!(
            "1 validation error detected: Value '{value}' at 'logEventMessages' failed to satisfy constraint: \
             Member must have length {constraint}"
        ))
    };
    match messages.len() {
        0 => failed("[]".to_owned(), "greater than or equal to 1".to_owned()),
        many if many > TEST_MESSAGES => {
            failed(format!("[{}]", messages.join(", ")), format!("less than or equal to {TEST_MESSAGES}"))
        }
        _ if messages.iter().any(String::is_empty) => {
            failed(format!("[{}]", messages.join(", ")), "greater than or equal to 1".to_owned())
        }
        _ => None,
    }
}

fn matches(pattern: &FilterPattern, messages: Vec<String>) -> Vec<Match> {
    let numbered = messages.into_iter().enumerate();
    numbered
        .filter_map(|(at, message)| {
            let extracted_values = pattern.extract(&message)?;
            // observed: counted from 1, though the documentation's samples count from 0
            Some(Match { event_number: at + 1, event_message: message, extracted_values })
        })
        .collect()
}

fn answer(request: BatchRequest) -> Result<Response, ServiceError> {
    match request.filter_pattern.parse::<FilterPattern>() {
        Ok(pattern) => Ok(Response { matches: matches(&pattern, request.log_event_messages) }),
        Err(error) => Err(ServiceError::invalid(error.aws_message())),
    }
}
