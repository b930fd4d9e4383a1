//! Options of every subcommand.

use cwfilter::limits::LEAST_PROOF_STEPS;
use cwfilter::rules::Loader;
use std::path::PathBuf;
use std::sync::OnceLock;

/// When the output has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(clap::Args, Debug, Clone, Default)]
pub(super) struct Options {
    /// Print more: also name the entries of folders that are skipped, with the reason
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// Colours: `auto` is yes on a terminal, unless NO_COLOR is set; CLICOLOR_FORCE is yes
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,
    /// `lint`, `fmt`, `audit`, `diff`: do not read files that match this glob, in the syntax of .gitignore; may be given several times
    #[arg(long, global = true, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// `lint`, `fmt`, `audit`, `diff`: also read files that .gitignore names
    #[arg(long, global = true)]
    pub(super) no_ignore: bool,
    /// Let rule files and stacks name files anywhere below DIR, not only below their own folder
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
}

static OPTIONS: OnceLock<Options> = OnceLock::new();

/// Keeps the options for the rest of the run.
pub(super) fn set(options: Options) {
    let _ = OPTIONS.set(options);
}

impl Options {
    /// Whether an option limits which files of patterns are read.
    pub(super) fn limits_files(&self) -> bool {
        !self.exclude.is_empty() || self.no_ignore
    }
}

/// The options of this run.
pub(super) fn options() -> &'static Options {
    OPTIONS.get_or_init(Options::default)
}

/// Reads rule files as the options say.
pub(super) fn loader() -> Loader {
    match &options().root {
        None => Loader::new(),
        Some(root) => Loader::new().root(root),
    }
}

/// The steps of one proof.
pub(super) fn proof_steps(text: &str) -> Result<usize, String> {
    let steps: usize = text.parse().map_err(|error| format!("{error}"))?;
    match steps < LEAST_PROOF_STEPS {
        true => Err(format!("a search takes at least {LEAST_PROOF_STEPS} steps")),
        false => Ok(steps),
    }
}
