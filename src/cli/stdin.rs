//! Standard input as a text.

use super::Exit;
use std::io::Read;

/// Reads all of it; an error is printed.
pub(super) fn text() -> Result<String, Exit> {
    let mut text = String::new();
    match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(unreadable(&error)),
    }
}

/// Prints why standard input cannot be read.
pub(super) fn unreadable(error: &std::io::Error) -> Exit {
    eprintln!("error: -: cannot read: {error}");
    Exit::Input
}
