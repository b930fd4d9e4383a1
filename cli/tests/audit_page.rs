//! `cwfilter audit --format html`: a page that says what the text says, is escaped, and names the certificate by its hash.

mod chromium;
#[path = "chromium/headless.rs"]
mod headless;
#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;

use chromium::chromium;
use headless::headless;
use program::{folder, rules, run};
use sha2::{Digest, Sha256};

const STOP: &str = r#"{ $.eventName = "StopLogging" }"#;
const HOSTILE: &str = "<img src=x onerror=alert(1)>";

fn page(name: &str) -> (std::path::PathBuf, String) {
    let all = rules(&[("stop", STOP), (HOSTILE, r#"{ $.userIdentity.type = "Root" }"#)]);
    let here = folder(name, &[("r.toml", &all)]);
    let args =
        ["audit", "--against", "cis-aws-6.0", "--certificate", "<b>.json", "--format", "html", "r.toml"];
    let found = run(&here, &args);
    assert_eq!(found.code, 1, "{}", found.stderr);
    (here, found.stdout)
}

#[test]
fn the_page_has_the_judgements_and_the_certificate() {
    let (here, html) = page("audit-page");
    let digest = Sha256::digest(std::fs::read(here.join("<b>.json")).unwrap());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    for part in [
        "<title>cwfilter audit: cis-aws-6.0</title>",
        "partly covered",
        "not covered",
        "5.15 ",
        "UpdateTrail",
        "Not judged: the trail.",
        "&lt;img src=x onerror=alert(1)&gt; (r.toml)",
        "<code>&lt;b&gt;.json</code>",
        digits.as_str(),
        "<dt>Signature</dt>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for part in ["<script", "<img", "<b>.json", "http://", "https://"] {
        assert!(!html.contains(part), "{part}");
    }
    // the judgement on each control is that of the text
    let text = run(&here, &["audit", "--against", "cis-aws-6.0", "--json", "r.toml"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    for control in json["controls"].as_array().unwrap() {
        let (id, judgement) = (control["control"].as_str().unwrap(), control["judgement"].as_str().unwrap());
        let row = html.lines().find(|line| line.starts_with(&format!("<tr><td>{id} "))).unwrap();
        assert!(row.contains(&format!(">{judgement}</b>")), "{id}: {row}");
    }
    let without = run(&here, &["audit", "--against", "cis-aws-6.0", "--format", "html", "r.toml"]);
    assert!(without.stdout.contains("none was written"), "{}", without.stdout);
}

#[test]
fn the_page_in_chromium() {
    let Some(browser) = chromium() else {
        eprintln!("SKIPPED: no Chromium, and no package manager that could install it");
        return;
    };
    let (here, html) = page("audit-page-browser");
    let shot = |name: &str, html: &str| {
        std::fs::write(here.join("page.html"), html).unwrap();
        let picture = here.join(name);
        let output = headless(browser, &here)
            .arg("--window-size=1200,1600")
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("file://{}", here.join("page.html").display()))
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        (std::fs::read(picture).unwrap(), log)
    };
    let (styled, log) = shot("page.png", &html);
    assert!(!log.contains("Content Security Policy"), "{log}");
    // the policy allows the style: without it the page looks different
    let (bare, _) = shot("bare.png", &html.replace("style-src", "x-src"));
    assert_ne!(styled, bare);
}

/// A certificate does not replace a file that was read, also if only its folder is named.
#[test]
fn a_certificate_replaces_no_input() {
    let text = rules(&[("stop", STOP)]);
    let here = folder("audit-target", &[("rules/a.toml", &text), ("other/b.toml", &text)]);
    for args in [
        &["audit", "--against", "cis-aws-6.0", "--certificate", "rules/a.toml", "rules"][..],
        &["diff", "--certificate", "rules/a.toml", "rules", "other"],
        &["diff", "--certificate", "other/b.toml", "rules", "other"],
    ] {
        let found = run(&here, args);
        assert_eq!(found.code, 2, "{args:?}: {}{}", found.stdout, found.stderr);
        for file in ["rules/a.toml", "other/b.toml"] {
            assert_eq!(std::fs::read_to_string(here.join(file)).unwrap(), text, "{args:?}");
        }
    }
}
