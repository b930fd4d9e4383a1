//! How pages are opened in tests.

use std::path::Path;
use std::process::Command;

/// The browser without a window, with a profile below the folder. Nothing outside is asked for, and nothing outside would answer.
pub(crate) fn headless(browser: &str, folder: &Path) -> Command {
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()));
    command
}
