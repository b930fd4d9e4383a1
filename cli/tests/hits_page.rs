//! The page that `scan --html` writes, in headless Chromium: complete, escaped, and with nothing but its own script.

mod chromium;
#[path = "chromium/headless.rs"]
mod headless;
#[path = "support/program.rs"]
mod support;

use chromium::chromium;
use headless::headless;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use support::{folder, program, write};

/// Markup, an attribute's end, a script's end, colours of a terminal, bidirectional controls.
const HOSTILE: &str = "<img src=x onerror=alert(1)>\"'></script></style></pre></title><script>document.title='owned'</script>&amp;\u{1b}[31m\u{202e}\u{2028}";

/// Four deliveries: an event, its copy, one with hostile text in every field, one without a time.
fn evidence(root: &Path) {
    let rules = "[[rule]]\nid = \"stopped\"\ntitle = \"A trail was stopped <b>\"\nseverity = \"high\"\npattern = '{ $.eventName = \"StopLogging\" }'\n\
        [[rule]]\nid = \"any\"\npattern = '{ $.eventName = \"*\" }'\n";
    write(root, "rules.toml", rules);
    let event = json!({
        "eventTime": "2026-03-04T10:15:30Z", "eventName": "StopLogging", "eventSource": "cloudtrail.amazonaws.com", "eventID": "e-1",
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/alice" }, "sourceIPAddress": "203.0.113.7",
        "requestParameters": { "name": "trail", "n": 1 },
    });
    let h = HOSTILE;
    let hostile = json!({
        "eventTime": "2026-03-04T11:00:00Z", "eventName": h, "eventSource": h, "eventID": h, "awsRegion": h, "errorCode": h, "userAgent": h,
        "userIdentity": { "type": h, "userName": h, "invokedBy": h }, "sourceIPAddress": h, "recipientAccountId": h, h: h,
    });
    write(root, "trail/a.json", json!({ "Records": [event, hostile] }).to_string());
    write(root, "trail/b.json", json!({ "Records": [event, { "eventName": "Untimed" }] }).to_string());
    write(root, &format!("trail/{}.json", "<script>x&"), "{\"eventName\":");
}

fn page(root: &Path, more: &[&str]) -> String {
    let ran =
        program(root, &[&["scan", "--rules", "rules.toml", "--html", "page.html", "trail"], more].concat());
    // the cut file is an error
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    std::fs::read_to_string(root.join("page.html")).unwrap()
}

/// What the file holds, without a browser.
#[test]
fn the_page_is_complete_and_escaped() {
    let root = folder("hits-page");
    evidence(&root);
    let html = page(&root, &[]);
    for part in [
        "<h1>4 hits of 2 rules</h1>",
        "4 records in 3 inputs. First seen <b>2026-03-04T10:15:30Z</b>, last seen <b>2026-03-04T11:00:00Z</b>.",
        "2 copies of hits, delivered again, are not shown twice.",
        "<p>Asked for: all times, accounts and regions.</p>\n<section><h2>What this page does not cover</h2>\n",
        "this page does not cover all of the evidence.</p>\n<ul><li><code>trail/&lt;script&gt;x&amp;.json: ",
        "<p>1 hit has no time, and no place in a drawing over time.</p>",
        "<tr><td><i>(none)</i></td><td class=\"number\">1</td><td class=\"time\">-</td><td class=\"time\">-</td></tr>",
        "<p class=\"warn\">1 input is damaged or unreadable: this page does not cover all of the evidence.</p>",
        "<span class=\"badge high\">high</span><br><small>A trail was stopped &lt;b&gt;</small>",
        "<small>and 1 copy</small>",
        "decided by: `$.eventName = &quot;StopLogging&quot;`",
        "  &quot;requestParameters&quot;: {\n    &quot;n&quot;: 1,\n    &quot;name&quot;: &quot;trail&quot;\n  }",
        "<dt>record</dt><dd>1</dd>",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
        "trail/&lt;script&gt;x&amp;.json",
    ] {
        assert!(html.contains(part), "{part}");
    }
    // the page's own script, and no markup from data; nothing is fetched
    assert_eq!(html.matches("<script").count(), 1);
    for raw in [
        "<img",
        "onerror=alert(1)>\"",
        "\u{1b}",
        "\u{202e}",
        "\u{2028}",
        "http://",
        "https://",
        "src=\"",
        "href=",
    ] {
        assert!(!html.contains(raw), "{raw:?}");
    }
    // attributes end where the page ends them
    let who = html.lines().find(|line| line.contains("data-who=\"&lt;img")).unwrap();
    assert!(who.ends_with("\">"), "{who}");
}

/// The other outputs do not change with a page, and the page is written although the reader of standard output is gone.
#[test]
fn the_page_comes_beside_every_format() {
    let root = folder("hits-page-formats");
    evidence(&root);
    for format in [
        &["--format", "ndjson"][..],
        &["--format", "json"],
        &["--format", "csv"],
        &["--summary"],
        &["--raw"],
        &[],
    ] {
        let without = program(&root, &[&["scan", "--rules", "rules.toml", "trail"], format].concat());
        let with = program(
            &root,
            &[&["scan", "--rules", "rules.toml", "--html", "page.html", "trail"], format].concat(),
        );
        assert_eq!((without.code, &without.stdout), (with.code, &with.stdout), "{format:?}");
        assert!(
            std::fs::read_to_string(root.join("page.html")).unwrap().contains("<h1>4 hits of 2 rules</h1>"),
            "{format:?}"
        );
        std::fs::remove_file(root.join("page.html")).unwrap();
    }
    let none = program(
        &root,
        &["scan", "--pattern", "{ $.eventName = None }", "--html", "none.html", "trail/a.json"],
    );
    assert_eq!(none.code, Some(0), "{}", none.stderr);
    assert!(std::fs::read_to_string(root.join("none.html")).unwrap().contains("<h1>0 hits of 0 rules</h1>"));
    let closed = Command::new("sh")
        .args(["-c", "\"$0\" scan --rules rules.toml --html page.html trail/a.json trail/a.json | true; test -s page.html"])
        .arg(env!("CARGO_BIN_EXE_cwfilter"))
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(closed.status.success(), "{}", String::from_utf8_lossy(&closed.stderr));
    for (args, why) in [
        (&["--html", "trail/a.json"][..], "same file as"),
        (&["--html", "x.html", "--output", "x.html"], "same file as"),
        (&["--html", "none/x.html"], "cannot write"),
        (&["--html", "x.html", "--json"], "cannot be used with"),
        (&["--html", "x.html", "--count"], "cannot be used with"),
        (&["--html", "x.html", "--output", "y", "--resume"], "cannot be used with"),
    ] {
        let refused = program(&root, &[&["scan", "--rules", "rules.toml", "trail"], args].concat());
        assert_eq!(refused.code, Some(2), "{args:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(why), "{args:?}: {}", refused.stderr);
    }
}

/// What the answer is about, and what it is not about: errors first, each reason once.
#[test]
fn the_page_says_what_it_does_not_cover() {
    let root = folder("hits-page-uncovered");
    evidence(&root);
    let name = "111122223333_CloudTrail_eu-west-1_20260304T1015Z_x.json";
    write(&root, &format!("trail/{name}"), "{\"eventName\":\"Elsewhere\"}");
    write(&root, "trail/lines.log", "not JSON\n");
    write(&root, "trail/notes.txt", "Dear diary\n");
    let asked = ["--since", "2026-03-04 10:30", "--region", "US-EAST-1", "none.json"];
    let html = page(&root, &asked);
    let (_, rest) = html.split_once("<p>Asked for: ").unwrap();
    let (asked_for, rest) =
        rest.split_once("</p>\n<section><h2>What this page does not cover</h2>\n").unwrap();
    assert_eq!(
        asked_for,
        "<b>from 2026-03-04T10:30:00Z on; region us-east-1</b> (<code>--since &#39;2026-03-04 10:30&#39; --region US-EAST-1</code>)."
    );
    let (mut section, after) = rest.split_once("</section>").unwrap();
    assert!(!after.contains("class=\"warn\""), "all limits are at the top");
    for part in [
        "<p class=\"warn\">2 inputs are damaged or unreadable: this page does not cover all of the evidence.</p>",
        "<ul><li><code>none.json: cannot read: ",
        "<li><code>trail/&lt;script&gt;x&amp;.json: ",
        "<p class=\"warn\">1 file of other regions skipped by name</p>",
        "<p class=\"warn\">matching records skipped: 2 before --since, ",
        "<p class=\"warn\">1 record is a line of text, which no JSON pattern matches</p>",
        "<p class=\"warn\">1 other entry in folders not read</p>",
    ] {
        let (_, rest) = section.split_once(part).unwrap_or_else(|| panic!("{part}: {section}"));
        section = rest;
    }
    // a page that covers all says nothing of the kind
    let ran = program(&root, &["scan", "--rules", "rules.toml", "--html", "all.html", "trail/b.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(!std::fs::read_to_string(root.join("all.html")).unwrap().contains("does not cover"));
}

/// More errors than a page lists are counted.
#[test]
fn errors_on_a_page_have_a_bound() {
    let root = folder("hits-page-errors");
    let bound = cwfilter::limits::PAGE_FAILURES;
    for at in 0..bound + 3 {
        write(&root, &format!("trail/{at}.json"), "{\"eventName\":");
    }
    let ran = program(&root, &["scan", "--pattern", "{ $.a = 1 }", "--html", "page.html", "trail"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let html = std::fs::read_to_string(root.join("page.html")).unwrap();
    assert!(
        html.contains(&format!("{} inputs are damaged", bound + 3)) && html.contains("and 3 more errors")
    );
    assert_eq!(html.matches("<li><code>trail/").count(), bound + 20, "errors, and the inputs");
}

/// More hits than a page shows are counted, at its top.
#[test]
fn a_page_has_a_bound() {
    let root = folder("hits-page-bound");
    write(&root, "a.ndjson", "{\"eventName\":\"X\"}\n".repeat(cwfilter::limits::PAGE_HITS + 3));
    let long = format!("{{\"eventName\":\"X\",\"a\":\"{}\"}}", "é".repeat(1 << 20));
    write(&root, "0.json", long);
    let ran = program(
        &root,
        &[
            "scan",
            "--pattern",
            "{ $.eventName = X }",
            "--html",
            "page.html",
            "--summary",
            "0.json",
            "a.ndjson",
        ],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let html = std::fs::read_to_string(root.join("page.html")).unwrap();
    let top = html.split_once("</section>").unwrap().0;
    let shown = "<p class=\"warn\">5000 hits are shown in full; 4 more are counted in the tables only.";
    assert!(top.contains(shown), "{}", &html[..2000]);
    assert!(html.contains("The first 5000 hits are shown; 4 more are counted above."), "{}", &html[..2000]);
    assert!(html.contains("… (cut here)") && html.len() < 8 << 20, "{}", html.len());
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = chromium() else {
        eprintln!("SKIPPED: no Chromium, and no package manager that could install it");
        return;
    };
    let root = folder("hits-page-browser");
    evidence(&root);
    page(&root, &[]);
    let browse = |args: &[&str]| {
        headless(browser, &root)
            .args(args)
            .arg(format!("file://{}", root.join("page.html").display()))
            .output()
            .unwrap()
    };
    let output = browse(&["--dump-dom"]);
    let dom = String::from_utf8(output.stdout).unwrap();
    // the script ran, so the policy allows it: the controls are shown and the hits counted
    assert!(dom.contains("<output>4 of 4 shown</output>"), "{dom}");
    assert!(dom.contains("<div class=\"controls\">"), "{dom}");
    assert!(dom.contains("<title>cwfilter scan</title>"), "no script of the data ran");
    assert_eq!((dom.matches("<script").count(), dom.matches("<img").count()), (1, 0));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(!log.contains("Content Security Policy"), "the policy refused something: {log}");
    let shot = |name: &str, args: &[&str]| {
        let path = root.join(name);
        let to = format!("--screenshot={}", path.display());
        browse(&[&[to.as_str()], args].concat());
        std::fs::read(path).unwrap()
    };
    let light = shot("light.png", &["--window-size=1200,1400"]);
    let dark = shot("dark.png", &["--window-size=1200,1400", "--force-dark-mode"]);
    assert!(light.starts_with(b"\x89PNG") && light.len() > 10_000, "{} bytes", light.len());
    assert_ne!(light, dark, "the page follows the colour scheme");
    // the style is applied, which the policy has to allow: without it the page is as plain as any
    let bare = std::fs::read_to_string(root.join("page.html")).unwrap().replace("style-src", "x-src");
    write(&root, "page.html", bare);
    assert_ne!(light, shot("bare.png", &["--window-size=1200,1400"]), "the style is applied");
}
