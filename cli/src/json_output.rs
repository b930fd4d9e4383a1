//! Commands with `--json`: their own object, or an object with the errors.

use super::exit::Exit;
use super::refusals;
use super::terminal::json_pretty_by_name;
use cwfilter::provision::VERSION;
use refusals::Refusal;
use serde::Serialize;

/// The command ended before its result.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Errors {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// Why nothing could be done.
    errors: Vec<Refusal>,
}

/// Runs a command. With `is_json` the errors are printed as one object if the command prints no JSON of its own.
pub(super) fn or_json(is_json: bool, run: impl FnOnce() -> std::io::Result<Exit>) -> std::io::Result<Exit> {
    if is_json {
        refusals::keep();
    }
    let exit = run()?;
    if let Some(errors) = refusals::taken().filter(|_| exit != Exit::Clean) {
        print(&Errors { version: VERSION, errors })?;
    }
    Ok(exit)
}

/// Prints the JSON of a command; from now on no errors are kept.
pub(super) fn print(report: &impl Serialize) -> std::io::Result<()> {
    refusals::taken();
    json_pretty_by_name(&mut std::io::stdout().lock(), report)
}
