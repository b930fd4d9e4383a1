//! Loads the rules and patterns that the command line names.

use super::exit::Exit;
use super::options::loader;
use super::refusals;
use super::skipped_entries;
use super::terminal::{say, say_painted, style};
use cwfilter::FilterPattern;
use cwfilter::files::{bounded, utf8};
use cwfilter::report::human;
use cwfilter::rules::{Loader, RuleFile};
use std::path::PathBuf;

/// The rule files that a command works on.
#[derive(clap::Args)]
pub(super) struct RulePaths {
    /// Rule files, or folders of them
    #[arg(default_value = "patterns")]
    paths: Vec<PathBuf>,
    /// Do not fail if there are no rules
    #[arg(long)]
    allow_empty: bool,
}

/// Whether a command goes on without rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EmptyRules {
    Allowed,
    /// The command has `--allow-empty`, which was not given.
    NotAsked,
    /// The command has no such option.
    Refused,
}

impl EmptyRules {
    /// For a command with `--allow-empty`.
    pub(super) fn asked(allow_empty: bool) -> Self {
        if allow_empty { EmptyRules::Allowed } else { EmptyRules::NotAsked }
    }
}

impl RulePaths {
    /// Loads them; all errors are printed.
    pub(super) fn load(&self) -> Result<Vec<RuleFile>, Exit> {
        rule_files(&self.paths, EmptyRules::asked(self.allow_empty))
    }
}

/// Loads rule files; all errors are printed.
pub(super) fn rule_files(paths: &[PathBuf], empty: EmptyRules) -> Result<Vec<RuleFile>, Exit> {
    load(&loader(), paths, empty)
}

/// As [`rule_files`], without the tests: for commands that run none.
pub(super) fn untested_rule_files(paths: &[PathBuf], empty: EmptyRules) -> Result<Vec<RuleFile>, Exit> {
    load(&loader().without_tests(), paths, empty)
}

fn load(loader: &Loader, paths: &[PathBuf], empty: EmptyRules) -> Result<Vec<RuleFile>, Exit> {
    let stderr = std::io::stderr();
    let loaded = loader.load(paths).map_err(|errors| {
        for error in &errors {
            refusals::refused(error);
            say_painted(&(human::rule_error(error, style(&stderr)) + "\n\n"));
        }
        // an error without a place is a file that could not be read
        if errors.iter().any(|error| error.span().is_none()) { Exit::Input } else { Exit::Usage }
    })?;
    skipped_entries::report_of_rules(&loaded.skipped_entries);
    let files = loaded.files;
    let is_empty = files.iter().all(|file| file.rules.is_empty() && file.composites.is_empty());
    if is_empty && empty != EmptyRules::Allowed {
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let help = if empty == EmptyRules::NotAsked { ", or give `--allow-empty`" } else { "" };
        say!("error: no rules in {}; check the paths{help}", paths.join(", "));
        return Err(Exit::Usage);
    }
    Ok(files)
}

/// Reads the text on standard input; an error is printed.
pub(super) fn stdin() -> Option<String> {
    match bounded(std::io::stdin()).and_then(utf8) {
        Ok(text) => Some(text),
        Err(error) => {
            say!("error: -: cannot read: {error}");
            None
        }
    }
}

/// Parses a pattern given on the command line; an error is printed.
pub(super) fn pattern(text: &str) -> Result<FilterPattern, Exit> {
    text.parse().map_err(|error| {
        say_painted(&(human::parse_error(text, &error, style(&std::io::stderr())) + "\n"));
        Exit::Usage
    })
}
