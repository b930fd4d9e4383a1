//! Commands with `--json`: their own object, or an object with the errors.

use super::exit::Exit;
use super::refusals;
use super::terminal::json;
use cwfilter::provision::VERSION;
use serde_json::{Value, json};

/// Runs a command. With `is_json` the errors are printed as one object if the command prints no JSON of its own.
pub(super) fn or_json(is_json: bool, run: impl FnOnce() -> std::io::Result<Exit>) -> std::io::Result<Exit> {
    if is_json {
        refusals::keep();
    }
    let exit = run()?;
    if let Some(errors) = refusals::taken().filter(|_| exit != Exit::Clean) {
        print(&json!({ "version": VERSION, "errors": errors }))?;
    }
    Ok(exit)
}

/// Prints the JSON of a command; from now on no errors are kept.
pub(super) fn print(report: &Value) -> std::io::Result<()> {
    refusals::taken();
    let text = serde_json::to_string_pretty(report).unwrap_or_default() + "\n";
    json(&mut std::io::stdout().lock(), &text)
}
