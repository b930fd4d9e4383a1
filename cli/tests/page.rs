//! The simulation's page in headless Chromium. Where there is no Chromium, Debian's package is installed; where
//! that is not possible either, the test says so and is skipped.

mod chromium;
#[path = "chromium/headless.rs"]
mod headless;

use chromium::chromium;
use headless::headless;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn browse(browser: &str, folder: &Path, args: &[&str], page: &Path) -> Output {
    browse_at("1000,1400", browser, folder, args, page)
}

/// In a window of this size.
fn browse_at(size: &str, browser: &str, folder: &Path, args: &[&str], page: &Path) -> Output {
    headless(browser, folder)
        .arg(format!("--window-size={size}"))
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
    // the page in the browser: a chart with two marks; the keyboard can open each of them
    assert_eq!(dom.matches("<path class=\"mark\"").count(), 2);
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

/// A page with two rules that match, one of them in two composite alarms.
fn page_with_composites(folder: &Path) -> PathBuf {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap();
    let rule = |id: &str, threshold: u32| {
        format!(
            "[[rule]]\nid = \"{id}\"\npattern = '{{ $.word = \"{id}\" }}'\n\
             metric = {{ namespace = \"App\", name = \"{id}\", value = \"1\" }}\n\
             alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = {threshold}, missing = \"notBreaching\" }}\n\n"
        )
    };
    let rules = rule("aRuleWithANameThatIsLongerThanAPhoneIsWideAndHasNoHyphenAtWhichALineMayBreak", 1)
        + &rule("b", 100)
        + "[[composite]]\nid = \"both\"\nrule = \"ALARM(b) AND ALARM(aRuleWithANameThatIsLongerThanAPhoneIsWideAndHasNoHyphenAtWhichALineMayBreak)\"\n\
           [[composite]]\nid = \"either\"\nrule = \"ALARM(b) OR ALARM(aRuleWithANameThatIsLongerThanAPhoneIsWideAndHasNoHyphenAtWhichALineMayBreak)\"\n";
    std::fs::write(folder.join("r.toml"), rules).unwrap();
    let event = |minute: u32, word: &str| {
        format!(
            "{{\"eventTime\":\"2026-03-04T10:{minute:02}:00Z\",\"eventName\":\"E\",\"word\":\"{word}\"}}\n"
        )
    };
    // b has more events and no notification
    let mut events: String = (0..12).map(|minute| event(minute, "b")).collect();
    events += &event(20, "aRuleWithANameThatIsLongerThanAPhoneIsWideAndHasNoHyphenAtWhichALineMayBreak");
    std::fs::write(folder.join("e.ndjson"), events).unwrap();
    let simulated = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(["simulate", "--rules", "r.toml", "--html", "page.html", "e.ndjson"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(simulated.status.success(), "{}", String::from_utf8_lossy(&simulated.stderr));
    folder.join("page.html")
}

/// The text of the page after a script of the test ran in it. The script writes its findings into the title.
fn after(browser: &str, folder: &Path, page: &Path, size: &str, script: &str) -> String {
    let text = std::fs::read_to_string(page).unwrap();
    let probed = folder.join("probed.html");
    std::fs::write(&probed, text.replace("</body>", &format!("<script>{script}</script></body>"))).unwrap();
    String::from_utf8(browse_at(size, browser, folder, &["--dump-dom"], &probed).stdout).unwrap()
}

fn title(dom: &str) -> &str {
    dom.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0
}

#[test]
fn a_click_on_a_heading_sorts_the_table() {
    let Some(browser) = chromium() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page-sort");
    let page = page_with_composites(&folder);
    let order = |clicks: &str| {
        let script = format!(
            "const b=document.querySelectorAll('th button');{clicks}\
             document.title=[...document.querySelectorAll('table:not(.month) tbody tr')].map(r=>r.cells[0].textContent[0]).join('')\
             +' '+[...document.querySelectorAll('th[aria-sort]')].map(h=>h.textContent+':'+h.getAttribute('aria-sort')).join()"
        );
        title(&after(browser, &folder, &page, "1000,1400", &script)).to_owned()
    };
    // the composite alarms `both` and `either`, which have no events of their own, and the two rules
    assert_eq!(order(""), "beab ");
    assert_eq!(order("b[3].click();"), "babe events:descending");
    assert_eq!(order("b[3].click();b[3].click();"), "beab events:ascending");
    assert_eq!(order("b[3].click();b[2].click();"), "aebb notifications:descending");
    assert_eq!(order("b[0].click();"), "ebba rule:descending");
}

#[test]
fn nothing_scrolls_sideways_and_texts_keep_their_size() {
    let Some(browser) = chromium() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page-phone");
    let page = page_with_composites(&folder);
    // a window of a headless browser is at least 500 wide, so the page itself is made narrow; written are what goes beyond its right
    // edge and the smallest text
    let script = |width: u32| {
        format!(
            "document.documentElement.style.width='{width}px';const all=[...document.querySelectorAll('main *')];\
             const sizes=all.filter(e=>[...e.childNodes].some(n=>n.nodeType===3&&n.data.trim())&&!e.closest('svg'))\
             .map(e=>parseFloat(getComputedStyle(e).fontSize));\
             document.title=Math.max(0,...all.map(e=>Math.round(e.getBoundingClientRect().right)-{width}))+' '+Math.min(...sizes)"
        )
    };
    for width in [390, 1200] {
        let dom = after(browser, &folder, &page, "1200,800", &script(width));
        let found: Vec<f64> = title(&dom).split(' ').map(|number| number.parse().unwrap()).collect();
        assert!(found[0] == 0.0 && found[1] >= 12.0, "{width}: {found:?}");
        // the charts are stretched: a text in them would be, too
        assert!(!dom.contains("<text"), "{width}");
        // a chart for each composite alarm, with a row for itself and for each of its alarms
        assert_eq!(dom.matches("in ALARM over time").count(), 6);
    }
}
