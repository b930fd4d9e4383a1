//! The errors of a run as one JSON object, for commands with `--json` that end before they print their own.

use cwfilter::rules::RuleError;
use serde::Serialize;
use std::sync::{Mutex, MutexGuard};

/// An error.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Refusal {
    Said(Said),
    OfFile(OfFile),
}

/// An error as it is on standard error.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Said {
    /// What is wrong.
    pub(super) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<String>,
}

/// An error of a rule file or a stack file.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct OfFile {
    /// The file.
    path: String,
    /// The line, from 1; null if the error is about the whole file.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    line: Option<usize>,
    /// What is wrong.
    message: String,
    /// What to do about it.
    help: Option<String>,
}

/// `None` if no command asks for JSON.
static ERRORS: Mutex<Option<Vec<Refusal>>> = Mutex::new(None);

fn errors() -> MutexGuard<'static, Option<Vec<Refusal>>> {
    ERRORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A line that was said: errors are kept, and a help is that of the error before it.
pub(super) fn said(line: &str) {
    let mut errors = errors();
    let Some(errors) = errors.as_mut() else { return };
    if let Some(message) = line.strip_prefix("error: ") {
        errors.push(Refusal::Said(Said { message: message.to_owned(), help: None }));
    } else if let (Some(of_last), Some(error)) = (line.strip_prefix("help: "), errors.last_mut()) {
        let (Refusal::Said(Said { help, .. }) | Refusal::OfFile(OfFile { help, .. })) = error;
        *help = Some(of_last.to_owned());
    }
}

/// An error of a rule file or a stack's file.
pub(super) fn refused(error: &RuleError) {
    if let Some(errors) = errors().as_mut() {
        errors.push(Refusal::OfFile(OfFile::new(error)));
    }
}

impl OfFile {
    /// An error with its place.
    pub(super) fn new(error: &RuleError) -> Self {
        OfFile {
            path: error.path().display().to_string(),
            line: error.span().map(|span| cwfilter::LineColumn::of(error.source_text(), span.start).line),
            message: error.message().to_owned(),
            help: error.help().map(str::to_owned),
        }
    }
}

/// From now on errors are kept.
pub(super) fn keep() {
    *errors() = Some(Vec::new());
}

/// The errors that were kept; `None` if the command has printed its own JSON.
pub(super) fn taken() -> Option<Vec<Refusal>> {
    errors().take()
}
