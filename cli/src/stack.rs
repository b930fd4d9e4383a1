//! Loads the stack that a command works on.

use super::exit::Exit;
use super::options::loader;
use super::skipped_entries;
use super::terminal::{say_painted, style};
use cwfilter::provision::{Kind, Stack};
use cwfilter::report::human;
use cwfilter::rules::{RuleError, RuleFile};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct StackFile {
    /// The stack file
    #[arg(long, value_name = "FILE", default_value = "cwfilter.toml")]
    stack: PathBuf,
}

impl StackFile {
    /// The stack and its rules; all errors are printed.
    pub(super) fn load(&self) -> Result<(Stack, Vec<RuleFile>), Exit> {
        load(&self.stack)
    }
}

/// A stack and its rules; all errors are printed.
pub(super) fn load(path: &Path) -> Result<(Stack, Vec<RuleFile>), Exit> {
    let stack = Stack::load(path).map_err(|errors| refuse(&errors))?;
    let loaded = stack.load_rules_with(&loader()).map_err(|errors| refuse(&errors))?;
    skipped_entries::report_of_rules(&loaded.skipped_entries);
    Ok((stack, loaded.files))
}

/// Prints errors with their places.
pub(super) fn refuse(errors: &[RuleError]) -> Exit {
    print(errors);
    // an error without a place is a file that could not be read
    if errors.iter().any(|error| error.span().is_none()) { Exit::Input } else { Exit::Usage }
}

pub(super) fn print(errors: &[RuleError]) {
    let style = style(&std::io::stderr());
    for error in errors {
        super::refusals::refused(error);
        say_painted(&(human::rule_error(error, style) + "\n\n"));
    }
}

/// Parses the name of a kind of resource in an option.
pub(super) fn kind(text: &str) -> Result<Kind, String> {
    let names: Vec<String> = Kind::all().map(|kind| kind.option()).collect();
    let found = Kind::all().find(|kind| kind.option() == text);
    found.ok_or_else(|| format!("unknown kind `{text}`; the kinds are {}", names.join(", ")))
}
