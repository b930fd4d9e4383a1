//! Answers the requests of an API: one per line, in order.

use super::exit::Exit;
use super::terminal::{json_line, say};
use cwfilter::answers::{read_members, request_line};
use cwfilter::files::lines;
use cwfilter::plural::counted;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::io::{BufRead, Write};

pub(super) use cwfilter::answers::ServiceError;

/// The error code that AWS uses for nearly every refusal.
pub(super) const INVALID: &str = "InvalidParameterException";

/// A line of the output.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct AnswerLine<'a, T> {
    /// The id of the request, as it was given; null if the line is no request.
    id: &'a Value,
    #[serde(flatten)]
    result: Outcome<T>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Outcome<T> {
    Good(T),
    Refused {
        /// The error with which AWS answers.
        error: ServiceError,
    },
}

/// Answers every line of `input`. A line that is not a request gets an error, and the exit code is then that of an input that cannot be
/// parsed.
pub(super) fn answer_lines<Q: DeserializeOwned, T: Serialize>(
    input: impl BufRead,
    output: &mut impl Write,
    answer: impl Fn(Q) -> Result<T, ServiceError>,
) -> std::io::Result<Exit> {
    let (mut exit, mut blank) = (Exit::Clean, 0);
    for line in lines(input) {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                say!("error: -: cannot read: {error}");
                return Ok(Exit::Input);
            }
        };
        if line.trim_ascii().is_empty() {
            blank += 1;
            continue;
        }
        let (id, request) = identified(&line);
        let result = match request.and_then(read_members) {
            Ok(request) => answer(request),
            Err(error) => {
                exit = Exit::Input;
                Err(error)
            }
        };
        let result = match result {
            Ok(good) => Outcome::Good(good),
            Err(error) => Outcome::Refused { error },
        };
        json_line(output, &AnswerLine { id: &id, result })?;
        // a client may wait for this answer before it sends the next request
        output.flush()?;
    }
    if blank > 0 {
        say!(
            "note: {}, and {} no answer",
            counted(blank, "line is blank", "lines are blank"),
            if blank == 1 { "has" } else { "have" }
        );
    }
    Ok(exit)
}

/// The `id` of a request, which its answer repeats, and the other members.
fn identified(line: &[u8]) -> (Value, Result<Value, ServiceError>) {
    match request_line(line) {
        Ok(mut request) => {
            let id = request.as_object_mut().and_then(|members| members.remove("id")).unwrap_or_default();
            (id, Ok(request))
        }
        Err(error) => {
            let request: Value = serde_json::from_slice(line).unwrap_or_default();
            (request.get("id").cloned().unwrap_or_default(), Err(error))
        }
    }
}
