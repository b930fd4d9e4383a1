//! The simulation's page in headless Chromium. Where there is no Chromium, Debian's package is installed; where
//! that is not possible either, the test says so and is skipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn found(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn chromium() -> Option<&'static str> {
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

fn browse(browser: &str, folder: &Path, args: &[&str], page: &Path) -> Output {
    let profile = folder.join("profile");
    Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,1400"])
        // nothing outside is asked for, and nothing outside would answer
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap()
}

#[test]
fn the_page_opens_in_a_browser() {
    let Some(browser) = chromium() else {
        eprintln!("SKIPPED: no Chromium, and no package manager that could install it");
        return;
    };
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let events = folder.join("events.ndjson");
    let event = |minute: u32, name: &str| {
        format!(
            "{{\"eventTime\":\"2026-03-04T10:{minute:02}:00Z\",\"eventSource\":\"cloudtrail.amazonaws.com\",\"eventName\":\"{name}\"}}\n"
        )
    };
    let quiet: String = (0..60).map(|minute| event(minute, "LookupEvents")).collect();
    std::fs::write(
        &events,
        quiet + &event(7, "StopLogging") + &event(41, "DeleteTrail<script>") + &event(42, "DeleteTrail"),
    )
    .unwrap();
    let page = folder.join("page.html");
    let simulated = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(["simulate", "--rules", "patterns/cis-aws", "--html"])
        .args([&page, &events])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(simulated.status.success(), "{}", String::from_utf8_lossy(&simulated.stderr));

    let dom = String::from_utf8(browse(browser, &folder, &["--dump-dom"], &page).stdout).unwrap();
    assert!(dom.contains("2 notifications would have been sent"), "{dom}");
    // what the browser made of it: a chart with two marks, each behind something that keys can open
    assert_eq!(dom.matches("<circle").count(), 2);
    assert_eq!(dom.matches("<details><summary>2026-03-04").count(), 2);
    assert!(
        dom.contains("href=\"#cis-cloudtrail-changes\"") && dom.contains("id=\"cis-cloudtrail-changes\"")
    );
    // the script that sorts the table, and none from the events
    assert_eq!(dom.matches("<script").count(), 1);
    for part in [
        "All times are UTC",
        "2026-03: notifications per day",
        "class=\"legend\"",
        "in 1 of 1 period",
        "1 input",
    ] {
        assert!(dom.contains(part), "{part}");
    }

    let shot = |name: &str, args: &[&str]| {
        let path = folder.join(name);
        let to = format!("--screenshot={}", path.display());
        browse(browser, &folder, &[&[to.as_str()], args].concat(), &page);
        std::fs::read(path).unwrap()
    };
    let (light, dark) = (shot("light.png", &[]), shot("dark.png", &["--force-dark-mode"]));
    assert!(light.starts_with(b"\x89PNG") && light.len() > 10_000, "{} bytes", light.len());
    assert_ne!(light, dark, "the page follows the colour scheme");
}
