//! `lint --fix=suggested` makes no finding that is left: two fixes of one place may need each other.

#[path = "support/scratch.rs"]
mod scratch;

use std::process::Command;

/// A pattern, and what becomes of it.
const PATTERNS: [(&str, &str); 4] = [
    (
        r#"{ ($.errorCode != "A") || ($.errorCode != "B") }"#,
        r#"{ ($.errorCode != "A") && ($.errorCode != "B") }"#,
    ),
    (r#"{ $.errorCode != "A" || $.errorCode != "B" }"#, r#"{ $.errorCode != "A" && $.errorCode != "B" }"#),
    // alone, the fix is applied
    (r#"{ $.word != "A" }"#, r#"{ $.word NOT EXISTS || $.word IS NULL || $.word != "A" }"#),
    // a refused pattern is fixed first
    (r#"{ $.a == 1 }"#, r#"{ $.a = 1 }"#),
];

#[test]
fn a_fix_leaves_no_finding_that_it_made() {
    let folder = scratch::folder("lint-fixes");
    for (at, (before, after)) in PATTERNS.iter().enumerate() {
        let file = folder.join(format!("{at}.toml"));
        let rule = |pattern: &str| format!("[[rule]]\nid = \"a\"\npattern = '{pattern}'\n");
        std::fs::write(&file, rule(before)).unwrap();
        let lint = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
            let output = command.arg("lint").args(args).arg(&file).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let names = |told: &str| -> Vec<String> {
            let summary = told.lines().filter(|line| line.starts_with("     "));
            summary.filter_map(|line| Some(line.split_whitespace().nth(1)?.to_owned())).collect()
        };
        let old = names(&lint(&[]));
        lint(&["--fix=suggested"]);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), rule(after), "{before}");
        for name in names(&lint(&[])) {
            assert!(old.contains(&name), "{before}: the fix made {name}");
        }
    }
}
