//! What the program prints, on both streams together.

#[path = "streams.rs"]
mod streams;

use std::path::Path;

pub(crate) use streams::folder;

/// The exit code and everything that was printed.
pub(crate) fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let (code, out, err) = streams::run(folder, args);
    (code, out + &err)
}
