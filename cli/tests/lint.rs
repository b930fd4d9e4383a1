//! Every lint on its own example, every refusal, every kind of file, every format: compared with files under
//! `tests/lint/golden`. `CWFILTER_BLESS=1 cargo test -p cwfilter-cli --test lint` rewrites them.

#[path = "../../tests/generate/mod.rs"]
mod generate;

use cwfilter::FilterPattern;
use cwfilter::diagnostic::{Applicability, Diagnostic};
use cwfilter::lint::catalogue::{LINTS, lint};
use cwfilter::lint::check;
use cwfilter::report::human::{Style, finding};
use generate::{Random, message, pattern};
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("tests/lint")
}

/// Compares with a golden file, or writes it.
fn golden(name: &str, actual: &str) {
    let path = folder().join("golden").join(name);
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "{}; CWFILTER_BLESS=1 rewrites it", path.display());
}

fn shown(text: &str, findings: &[Diagnostic]) -> String {
    let each = findings.iter().map(|found| finding("pattern", text, found, Style::Plain) + "\n");
    format!("{text}\n\n{}", each.collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_lint_finds_its_example_and_not_what_to_use_instead() {
    for lint in LINTS.iter().filter(|lint| !lint.example.is_empty()) {
        let has = |text: &str| check(text).iter().any(|found| found.lint == lint.name);
        assert!(has(lint.example), "{}: {:?}", lint.name, check(lint.example));
        assert!(!has(lint.instead), "{}: {:?}", lint.name, check(lint.instead));
        let findings = check(lint.example);
        golden(&format!("lints/{}.txt", lint.name), &shown(lint.example, &findings));
        let fix = findings.iter().find(|found| found.lint == lint.name).and_then(|found| found.fix.clone());
        assert_eq!(fix.as_ref().map(|fix| fix.applicability), lint.fix, "{}", lint.name);
        if let Some(fix) = fix {
            assert!(!has(&fix.pattern), "{}: the fix {} keeps it", lint.name, fix.pattern);
            assert!(fix.pattern.parse::<FilterPattern>().is_ok(), "{}", fix.pattern);
        }
    }
}

#[test]
fn every_lint_without_an_example_is_found_in_the_files() {
    let output = run(&["lint", "--format", "ndjson", "tests/lint/sources"]);
    for lint in LINTS.iter().filter(|lint| lint.example.is_empty()) {
        let elsewhere = [
            "long-pattern",
            "regex-filters-in-log-group",
            "dimension-without-fields",
            "invalid-dimension",
            "reserved-namespace",
            "numbered-named-column",
            "unguaranteed-metric-value",
            // tests/alarm_lints.rs
            "short-period",
            "alarm-without-dimensions",
            "default-outweighs-matches",
            "threshold-always-holds",
            "threshold-never-reached",
            "shared-metric",
            // tests/template_alarms.rs
            "alarm-on-other-metric",
            "unchecked-alarm",
            "unpublished-dimension",
            // tests/alarm_thresholds.rs
            "unpublished-unit",
            "invalid-threshold",
            "refused-alarm-rule",
            // cli/tests/sources.rs
            "unquoted-pattern",
            "misplaced-filter",
            "unread-module",
            "repeated-key",
            // cli/tests/lint_settings.rs
            "allow-without-reason",
            // cli/tests/members.rs
            "alarm-without-actions",
            "actions-disabled",
            "missing-data-keeps-alarm",
            "composite-unknown-alarm",
            "composite-constant",
            "composite-cycle",
        ];
        let found = output.contains(&format!("\"lint\":\"{}\"", lint.name));
        assert!(found || elsewhere.contains(&lint.name), "{} is in no file", lint.name);
    }
}

#[test]
fn refusals() {
    let list = std::fs::read_to_string(folder().join("refused.txt")).unwrap();
    let mut all = String::new();
    for text in list.lines() {
        let findings = check(text);
        assert_eq!(findings.len(), 1, "{text}");
        assert_eq!(findings[0].lint, "refused-pattern", "{text}");
        all += &(shown(text, &findings) + "\n");
    }
    golden("refused.txt", &all);
}

fn run(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_kind_of_file_in_every_format() {
    for name in ["main.tf", "template.yaml", "serverless.yml", "filters.json", "rules.toml"] {
        golden(&format!("files/{name}.txt"), &run(&["lint", &format!("tests/lint/sources/{name}")]));
        let diff = run(&["lint", "--fix=suggested", "--diff", &format!("tests/lint/sources/{name}")]);
        golden(&format!("files/{name}.diff"), &diff);
    }
    for format in ["json", "ndjson", "sarif", "junit", "github"] {
        let output = run(&["lint", "--format", format, "tests/lint/sources"]);
        golden(&format!("formats/{format}.txt"), &output);
    }
}

#[test]
fn sarif_is_what_its_schema_says() {
    // a lone `]`, which is no regular expression everywhere
    let text = std::fs::read_to_string(folder().join("sarif-2.1.0.json")).unwrap().replace("{2}]?$", "{2}$");
    let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let output = run(&["lint", "--format", "sarif", "tests/lint/sources"]);
    let log: serde_json::Value = serde_json::from_str(&output).unwrap();
    let errors: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert!(log["runs"][0]["results"].as_array().unwrap().len() > 10);
    let mut broken = log;
    broken["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!schema.is_valid(&broken), "the schema is looked at");
}

#[test]
fn safe_fixes_keep_the_meaning() {
    let mut random = Random::new(5);
    let mut fixes = 0;
    for round in 0..800 {
        let text = match round % 4 {
            0 => format!("?{} {}", pattern_of_words(&mut random), pattern_of_words(&mut random)),
            1 => format!("{} - \"{}\"", pattern_of_words(&mut random), pattern_of_words(&mut random)),
            _ => pattern(&mut random).replace(['(', ')'], ""),
        };
        let Ok(before) = text.parse::<FilterPattern>() else { continue };
        for found in check(&text) {
            let Some(fix) = found.fix.filter(|fix| fix.applicability == Applicability::Safe) else {
                continue;
            };
            let after: FilterPattern =
                fix.pattern.parse().unwrap_or_else(|error| panic!("{}: {error}", fix.pattern));
            fixes += 1;
            for _ in 0..40 {
                let message = message(&mut random);
                let text = String::from_utf8_lossy(&message);
                assert_eq!(
                    before.is_match(&message),
                    after.is_match(&message),
                    "{before} → {after} on {text}"
                );
            }
        }
    }
    assert!(fixes > 80, "enough fixes to mean something: {fixes}");
}

fn pattern_of_words(random: &mut Random) -> &'static str {
    random.pick(&["Root", "x", "eventName", "Denied", "1", "type", "a"])
}

#[test]
fn an_explanation_says_what_the_engine_says() {
    let mut random = Random::new(9);
    let (mut checked, mut matched) = (0, 0);
    for _ in 0..2500 {
        let Ok(pattern) = pattern(&mut random).parse::<FilterPattern>() else { continue };
        for _ in 0..8 {
            let message = message(&mut random);
            let explanation = pattern.explain(&message);
            let text = String::from_utf8_lossy(&message);
            assert_eq!(
                explanation.matched(),
                pattern.is_match(&message),
                "{pattern} on {text}\n{explanation}"
            );
            let first = explanation.to_string().lines().next().unwrap_or_default().to_owned();
            assert!(first.starts_with(if explanation.matched() { "match" } else { "no match" }), "{first}");
            for clause in explanation.deciding() {
                let reference = pattern.reference();
                // a clause that occurs twice is negated in both places there
                let is_once = pattern.to_string().matches(clause).count() == 1;
                assert!(!is_once || reference.decides(clause, &message), "{clause} of {pattern} on {text}");
            }
            checked += 1;
            matched += usize::from(explanation.matched());
        }
    }
    assert!(matched * 20 > checked, "{matched} of {checked}");
}

#[test]
fn explanations_of_every_kind() {
    let login = r#"{"eventName":"ConsoleLogin","additionalEventData":{"MFAUsed":"No"},"readOnly":false,"n":null,"l":[1,2]}"#;
    let mut all = String::new();
    for (pattern, message) in [
        (r#"{ $.eventName = "ConsoleLogin" && ($.errorCode != "x" || $.readOnly = "false") }"#, login),
        (r#"{ $.additionalEventData.MFAUsed != "Yes" }"#, login),
        ("{ $.eventName > 5 || $.n = x || $.l = 1 || $.l[*] = 3 || $.additionalEventData = x }", login),
        ("{ $.readOnly IS FALSE && $.eventName NOT EXISTS && $.n IS NULL }", login),
        ("{ $.a = 1 }", "{\"a\":1} trailing"),
        ("{ $.a = 1 }", "[1]"),
        ("ERROR -timeout ?slow", "an ERROR: timeout"),
        ("?ERROR ?FATAL", "all is well"),
        ("%5[0-9]{2}%", "status 503"),
        ("%5[0-9]{2}%", "status 200"),
        ("[ip, user, ..., status = 5*]", "10.0.0.1 alice GET /x 503"),
        ("[ip, user, status = 404]", "10.0.0.1 alice 404 12"),
        ("[a, b, c]", "one two"),
        ("", "anything"),
    ] {
        let parsed: FilterPattern = pattern.parse().unwrap();
        all += &format!("{pattern}\n{message}\n{}\n\n", parsed.explain(message));
    }
    golden("explain.txt", &all);
}

#[test]
fn the_page_of_lints_is_current() {
    let output = Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(["explain", "--all"]).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    // the page of the book is the same; its links begin in `docs`
    let of_book = page.replace("](docs/", "](");
    for (name, page) in [("LINTS.md", &page), ("docs/lints.md", &of_book)] {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(name);
        if std::env::var_os("CWFILTER_BLESS").is_some() {
            std::fs::write(&path, page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), *page, "{name}: CWFILTER_BLESS=1 rewrites it");
    }
    assert!(LINTS.iter().all(|entry| lint(entry.name) == Some(entry)));
}

#[test]
fn the_projects_own_patterns_are_clean_and_in_the_one_layout() {
    for args in [&["lint", "patterns"][..], &["fmt", "--check", "patterns"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(args)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
