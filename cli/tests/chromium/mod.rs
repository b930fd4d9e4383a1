//! Chromium, installed where it is missing and can be installed.

use std::process::Command;

fn found(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The program's name. `None` if there is none.
pub(crate) fn chromium() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    if let Some(name) = names.into_iter().find(|name| found(name)) {
        return Some(name);
    }
    let install = || Command::new("apt-get").args(["install", "-y", "-q", "chromium"]).output();
    let installed = install().is_ok_and(|output| output.status.success()) || {
        // a fresh machine has no list of packages yet
        let updated = Command::new("apt-get").args(["update", "-q"]).output();
        updated.is_ok_and(|output| output.status.success())
            && install().is_ok_and(|output| output.status.success())
    };
    if installed && found(names[0]) { Some(names[0]) } else { None }
}
