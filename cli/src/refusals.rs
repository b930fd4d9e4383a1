//! The errors of a run as one JSON object, for commands with `--json` that end before they print their own.

use cwfilter::rules::RuleError;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard};

/// `None` if no command asks for JSON.
static ERRORS: Mutex<Option<Vec<Value>>> = Mutex::new(None);

fn errors() -> MutexGuard<'static, Option<Vec<Value>>> {
    ERRORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A line that was said: errors are kept, and a help is that of the error before it.
pub(super) fn said(line: &str) {
    let mut errors = errors();
    let Some(errors) = errors.as_mut() else { return };
    if let Some(message) = line.strip_prefix("error: ") {
        errors.push(json!({ "message": message }));
    } else if let (Some(help), Some(error)) = (line.strip_prefix("help: "), errors.last_mut()) {
        error["help"] = json!(help);
    }
}

/// An error of a rule file or a stack's file.
pub(super) fn refused(error: &RuleError) {
    if let Some(errors) = errors().as_mut() {
        errors.push(of_file(error));
    }
}

/// An error with its place.
pub(super) fn of_file(error: &RuleError) -> Value {
    let line = error.span().map(|span| cwfilter::LineColumn::of(error.source_text(), span.start).line);
    json!({ "path": error.path().display().to_string(), "line": line, "message": error.message(), "help": error.help() })
}

/// From now on errors are kept.
pub(super) fn keep() {
    *errors() = Some(Vec::new());
}

/// The errors that were kept; `None` if the command has printed its own JSON.
pub(super) fn taken() -> Option<Vec<Value>> {
    errors().take()
}
