//! What the program prints, on both streams together.

#[path = "scratch.rs"]
mod scratch;

use std::path::Path;
use std::process::Command;

pub(crate) use scratch::folder;

/// The exit code and everything that was printed.
pub(crate) fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}
