//! Options of every subcommand.

use cwfilter::rules::Loader;
use std::path::PathBuf;
use std::sync::OnceLock;

#[derive(clap::Args, Debug, Clone, Default)]
pub(super) struct Options {
    /// Print more: also name the entries of folders that are skipped, with the reason
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// Let rule files and stacks name files anywhere below DIR, not only below their own folder
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
}

static OPTIONS: OnceLock<Options> = OnceLock::new();

/// Keeps the options for the rest of the run.
pub(super) fn set(options: Options) {
    let _ = OPTIONS.set(options);
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
