//! Globs of the command line and of configuration files.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::Path;

/// Globs, in the syntax of `.gitignore`, that are relative to a folder.
pub(super) fn globs<'a>(
    folder: &Path,
    lines: impl IntoIterator<Item = &'a String>,
) -> Result<Gitignore, ignore::Error> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in lines {
        builder.add_line(None, line)?;
    }
    builder.build()
}
