//! What the program prints, on each stream.

#[path = "scratch.rs"]
mod scratch;

use std::path::Path;
use std::process::Command;

pub(crate) use scratch::folder;

/// Exit code, standard output and standard error.
pub(crate) fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
