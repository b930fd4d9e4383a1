//! The two forms of an answer: `{"ok":…}` and `{"error":…}`.

use crate::spans::span;
use cwfilter::ParseError;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply<T> {
    Ok(T),
    Error(Failure),
}

/// Why a request has no answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Failure {
    /// AWS refuses the pattern.
    Pattern(Box<Refused>),
    /// AWS refuses the metric filter; `message` is its text.
    Metric {
        message: String,
        /// where the mistake is, and what to write
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<String>,
    },
    /// The patterns make no set.
    Set { message: String },
    /// The request itself is wrong.
    Request { message: String },
}

/// A pattern that AWS refuses, and why.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refused {
    pattern: String,
    /// the pattern's name in a set
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    message: String,
    span: [usize; 2],
    help: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
    aws_message: String,
    filter_log_events_message: String,
}

impl Failure {
    pub(crate) fn request(message: impl Into<String>) -> Self {
        Failure::Request { message: message.into() }
    }

    pub(crate) fn pattern(text: &str, error: &ParseError) -> Self {
        Failure::Pattern(Box::new(Refused {
            pattern: text.to_owned(),
            name: None,
            message: error.kind().to_string(),
            span: span(text, error.span()),
            help: error.help().to_owned(),
            suggestion: error.suggestion().map(str::to_owned),
            aws_message: error.aws_message(),
            filter_log_events_message: error.filter_log_events_message(),
        }))
    }

    pub(crate) fn named(mut self, of: &str) -> Self {
        if let Failure::Pattern(refused) = &mut self {
            refused.name = Some(of.to_owned());
        }
        self
    }
}

/// The answer as JSON.
pub(crate) fn of<T: Serialize>(result: Result<T, Failure>) -> Vec<u8> {
    let reply = match result {
        Ok(answer) => Reply::Ok(answer),
        Err(failure) => Reply::Error(failure),
    };
    // only a map with keys that are no texts could fail, and no answer has one
    serde_json::to_vec(&reply).unwrap_or_default()
}
