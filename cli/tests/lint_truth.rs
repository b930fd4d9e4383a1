//! What lints say is true: each kind of mistake with its siblings is found, and correct patterns beside them are not. The tables are in
//! `tests/lint/truth`.

use cwfilter::FilterPattern;
use cwfilter::cloudtrail::catalogue::{Evidence, event_sources, evidence, names_of};
use cwfilter::lint::check;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("tests/lint/truth")
}

fn rows(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn mistakes_are_found_and_correct_patterns_are_not() {
    let mut wrong = Vec::new();
    for row in rows("patterns.tsv") {
        let [pattern, expected, fix @ ..] = row.as_slice() else { panic!("{row:?}") };
        let found = check(pattern);
        let shown: Vec<String> =
            found.iter().map(|found| format!("{} {}", found.severity.name(), found.lint)).collect();
        if expected == "-" && !found.is_empty() || expected != "-" && !shown.contains(expected) {
            wrong.push(format!("{pattern}: {shown:?}, not {expected}"));
        }
        let lint = expected.rsplit(' ').next().unwrap_or_default();
        let fixes: Vec<&str> = found
            .iter()
            .filter(|found| found.lint == lint)
            .filter_map(|found| Some(found.fix.as_ref()?.pattern.as_str()))
            .collect();
        let fix: Vec<&str> = fix.iter().map(String::as_str).collect();
        if expected != "-" && fixes != fix {
            wrong.push(format!("{pattern}: the fix {fixes:?} is not {fix:?}"));
        }
        for fix in fixes {
            assert!(fix.parse::<FilterPattern>().is_ok(), "{fix}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_help_names_the_mistake() {
    for row in rows("help.tsv") {
        let [pattern, has, lacks] = row.as_slice() else { panic!("{row:?}") };
        let help = pattern.parse::<FilterPattern>().unwrap_err().help().to_owned();
        assert!(help.contains(has) && !help.contains(lacks), "{pattern}: {help}");
    }
}

#[test]
fn no_recorded_event_has_a_finding() {
    let mut pairs = 0;
    for source in event_sources() {
        for name in names_of(source) {
            if evidence(source, name) == Some(Evidence::Recorded) {
                let pattern = format!(r#"{{ $.eventSource = "{source}" && $.eventName = "{name}" }}"#);
                assert_eq!(check(&pattern), [], "{pattern}");
                pairs += 1;
            }
        }
    }
    assert!(pairs > 400, "{pairs}");
}

#[test]
fn filters_that_do_the_same_are_duplicates_and_others_are_not() {
    for (name, is_duplicate) in [
        ("duplicate-real.tf", true),
        ("duplicate-value.tf", false),
        ("duplicate-count.tf", false),
        ("duplicate-group.tf", false),
        ("duplicate-sub.tf", false),
        ("duplicate-subs.tf", false),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(["lint", "--format", "ndjson"])
            .arg(folder().join(name))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.contains("\"duplicate-of-rule\""), is_duplicate, "{name}: {text}");
    }
}

/// A correction of what is refused is applied by `--fix=suggested`, all mistakes of a pattern at once.
#[test]
fn refused_patterns_are_corrected_in_the_file() {
    let file = std::env::temp_dir().join(format!("cwfilter-truth-{}.tf", std::process::id()));
    for (before, after) in [
        (r#"{ $.a == \"x\" && $.b == 2 }"#, r#"{ $.a = \"x\" && $.b = 2 }"#),
        (r#"{ $.a = \"x\" AND $.b NOT EXISTS }"#, r#"{ $.a = \"x\" && $.b NOT EXISTS }"#),
        ("{ $.a = 'x' }", r#"{ $.a = \"x\" }"#),
    ] {
        let text = |pattern: &str| {
            format!(
                "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {{\n  name = \"a\"\n  pattern = \"{pattern}\"\n}}\n"
            )
        };
        std::fs::write(&file, text(before)).unwrap();
        Command::new(env!("CARGO_BIN_EXE_cwfilter"))
            .args(["lint", "--fix=suggested"])
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text(after));
    }
    std::fs::remove_file(&file).unwrap();
}
