//! Rule files: a command that writes one leaves it valid, `lint` says what `test` refuses, and a test that cannot fail is refused.

#[path = "support/scratch.rs"]
mod scratch;

use std::path::Path;
use std::process::{Command, Output};

fn cwfilter(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output: Output =
        Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Writes the files of a case, each as its name and its text.
fn files(folder: &Path, files: &[(&str, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

const A: &str = "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\n";
const B: &str = "[[rule]]\nid = \"b\"\npattern = '{ $.errorCode != \"x\" }'\n";
const TEST_OF_B: &str = "[[rule.test]]\nname = \"t\"\nevent = { errorCode = \"y\" }\nexpect = \"match\"\n";

#[test]
fn generated_tests_leave_the_file_valid_or_untouched() {
    let folder = scratch::folder("generate-truth");
    // the text, and whether it is written
    let cases = [
        ("rule = [ { id = \"a\", pattern = \"ERROR\" } ]\n".to_owned(), false),
        (format!("{A}test = []\n"), false),
        ("[[rule]]\npattern = \"ERROR\"\ntest = [\n]\nid = \"a\"\n".to_owned(), false),
        (A.to_owned(), true),
        (A.trim_end().to_owned(), true),
        (A.replace('\n', "\r\n"), true),
        (format!("{A}\n# of b\n{B}"), true),
        (format!("{A}# of a\n\n{B}"), true),
        (
            format!(
                "{A}[rule.metric]\nnamespace = \"N\"\nname = \"[[rule]]\"\nvalue = \"1\"\n\n[[ rule ]]{}",
                &B[8..]
            ),
            true,
        ),
        (format!("{A}allow = [\n  {{ lint = \"unknown-key\", reason = \"r\" }},\n]\n{B}"), true),
        (format!("[[composite]]\nid = \"c\"\nrule = \"ALARM(a)\"\n{A}"), true),
    ];
    for (text, is_written) in cases {
        files(&folder, &[("r.toml", text.clone())]);
        let (code, said) = cwfilter(&folder, &["generate", "--write", "r.toml"]);
        let after = std::fs::read_to_string(folder.join("r.toml")).unwrap();
        assert_eq!(after != text, is_written, "{text}\n{said}");
        assert_eq!(code == Some(2) && said.contains("nothing is written"), !is_written, "{text}\n{said}");
        let (tested, said) = cwfilter(&folder, &["test", "r.toml"]);
        assert_eq!(tested, Some(0), "{after}\n{said}");
        let lone = after.matches('\n').count() - after.matches("\r\n").count();
        assert!(lone == 0 || lone == after.matches('\n').count(), "mixed line ends: {after:?}");
    }
}

#[test]
fn generated_tests_stay_before_the_comments_of_the_next_rule() {
    let folder = scratch::folder("generate-comments");
    let comment = "# cwfilter: allow(not-equal-on-optional-field) ticket 12\n";
    for between in
        [comment.to_owned(), format!("\n{comment}"), format!("{comment}\n"), format!("\n{comment}\n")]
    {
        files(&folder, &[("c.toml", format!("{A}{between}{B}{TEST_OF_B}"))]);
        let before = cwfilter(&folder, &["lint", "c.toml"]);
        let (_, said) = cwfilter(&folder, &["generate", "--write", "c.toml"]);
        assert!(said.contains("wrote tests"), "{said}");
        let lines = |(_, said): (Option<i32>, String)| said.lines().last().unwrap_or_default().to_owned();
        assert_eq!(lines(cwfilter(&folder, &["lint", "c.toml"])), lines(before), "{between}");
    }
}

#[test]
fn an_empty_message_is_not_proposed() {
    let folder = scratch::folder("generate-empty");
    for pattern in ["[]", "[...]", "[a]", ""] {
        let (_, said) = cwfilter(&folder, &["generate", "--pattern", pattern]);
        assert!(!said.contains("log = \"\""), "{pattern}: {said}");
    }
}

#[test]
fn a_rewritten_pattern_keeps_the_clauses_of_its_tests() {
    let folder = scratch::folder("because");
    let rule = |pattern: &str, because: &str| {
        let event = "event = { readOnly = \"true\", a = \"x\" }";
        format!(
            "[[rule]]\nid = \"a\"\npattern = {pattern}\n[[rule.test]]\nname = \"t\"\n{event}\nexpect = \"match\"\nbecause = {because}\n"
        )
    };
    // command, pattern, clause; pattern and clause afterwards
    let cases = [
        (&["fmt"][..], r#"'{$.a="x"}'"#, r#"'$.a="x"'"#, r#"'{ $.a = "x" }'"#, r#"'$.a="x"'"#),
        (&["fmt"], r#"'{$.a="x"}'"#, r#"'$.a = "x"'"#, r#"'{ $.a = "x" }'"#, r#"'$.a = "x"'"#),
        (
            &["lint", "--fix=suggested"],
            r#"'{ $.readOnly = "true" }'"#,
            r#"'$.readOnly = "true"'"#,
            "'{ $.readOnly IS TRUE }'",
            "'$.readOnly IS TRUE'",
        ),
        (
            &["lint", "--fix=suggested"],
            r#""{ $.readOnly = \"true\" }""#,
            r#""$.readOnly=\"true\"""#,
            r#""{ $.readOnly IS TRUE }""#,
            r#""$.readOnly IS TRUE""#,
        ),
        (
            &["lint", "--fix=suggested"],
            r#"'{ $.readOnly = "true" }'"#,
            "'$.readOnly'",
            "'{ $.readOnly IS TRUE }'",
            "'$.readOnly'",
        ),
    ];
    for (command, pattern, because, fixed, named) in cases {
        files(&folder, &[("f.toml", rule(pattern, because))]);
        let (code, said) = cwfilter(&folder, &["test", "f.toml"]);
        assert_eq!(code, Some(0), "{because}: {said}");
        let (_, said) = cwfilter(&folder, &[command, &["f.toml"]].concat());
        assert_eq!(std::fs::read_to_string(folder.join("f.toml")).unwrap(), rule(fixed, named), "{said}");
        let (code, said) = cwfilter(&folder, &["test", "f.toml"]);
        assert!(code < Some(2), "{because}: {said}");
    }
}

#[test]
fn lint_reports_what_test_refuses() {
    let folder = scratch::folder("lint-truth-of-rule-files");
    let composite = |id: &str, rule: &str| format!("[[composite]]\nid = \"{id}\"\n{rule}\n");
    // files, and what is said
    let cases: Vec<(Vec<(&str, String)>, &str)> = vec![
        (vec![("d.toml", format!("{A}{A}"))], "rule id `a` is already used"),
        (vec![("d.toml", A.to_owned()), ("e.toml", A.to_owned())], "rule id `a` is already used"),
        (
            vec![("d.toml", format!("{A}{}", composite("a", "rule = \"ALARM(b)\"")))],
            "rule id `a` is already used",
        ),
        (vec![("x.toml", composite("c", "rule = \"ALRM(a) and\""))], "refuses the file"),
        (vec![("x.toml", composite("c", "rule = \"ALARM(c)\""))], "names its own alarm"),
        (
            vec![(
                "x.toml",
                composite(
                    "c",
                    "rule = \"ALARM(a)\"\n[[composite.test]]\nname = \"t\"\nstates = { b = \"ALARM\" }\nexpect = \"OK\"",
                ),
            )],
            "does not name the alarm `b`",
        ),
        (vec![("x.toml", composite("c", "rul = \"ALARM(a)\""))], "rul"),
        (
            vec![("typo.toml", "[[rule]]\nid = \"a\"\npatern = \"ERROR\"\n".to_owned())],
            "did you mean `pattern`?",
        ),
        (
            vec![("inline.toml", "rule = [ { id = \"a\", patern = \"ERROR\" } ]\n".to_owned())],
            "did you mean `pattern`?",
        ),
    ];
    for (number, (texts, message)) in cases.into_iter().enumerate() {
        let folder = folder.join(number.to_string());
        files(&folder, &texts);
        let (tested, said) = cwfilter(&folder, &["test", "."]);
        assert_eq!(tested, Some(2), "{said}");
        for args in [&["lint", "--strict", "."][..], &["lint", "--strict", texts[0].0]] {
            if texts.len() > 1 && args[2] != "." {
                continue;
            }
            let (code, said) = cwfilter(&folder, args);
            assert!(matches!(code, Some(1 | 3)), "{args:?}: {said}");
            assert!(said.contains(message), "{args:?}: {message} in\n{said}");
            assert!(!said.contains("no patterns found"), "{args:?}: {said}");
        }
    }
}

#[test]
fn a_file_of_composite_alarms_is_not_empty() {
    let folder = scratch::folder("composites-alone");
    files(&folder, &[("c.toml", "[[composite]]\nid = \"c\"\nrule = \"ALARM(a)\"\n".to_owned())]);
    let (code, said) = cwfilter(&folder, &["lint", "c.toml"]);
    assert!(code < Some(2) && !said.contains("no patterns found"), "{said}");
    // what is not a rule file is still nothing
    files(&folder, &[("Cargo.toml", "[package]\nname = \"rules\"\n".to_owned())]);
    let (code, said) = cwfilter(&folder, &["lint", "Cargo.toml"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("no patterns found"), "{said}");
    files(&folder, &[("typo.toml", A.replace("pattern", "patern")), ("ok.toml", A.to_owned())]);
    let (_, said) = cwfilter(&folder, &["diff", "ok.toml", "typo.toml"]);
    assert!(said.contains("did you mean `pattern`?"), "{said}");
}

#[test]
fn a_test_that_cannot_fail_and_a_value_that_no_event_has_are_refused() {
    let folder = scratch::folder("refused-tests");
    let timeline = |missing: &str, lines: &str| {
        let metric = "metric = { namespace = \"N\", name = \"m\", value = \"1\" }";
        let alarm = format!(
            "alarm = {{ statistic = \"Sum\", period = \"1m\", threshold = 1, missing = \"{missing}\" }}"
        );
        format!(
            "{A}{metric}\n{alarm}\n[[rule.timeline]]\nname = \"t\"\nevent = {{ m = \"ERROR\" }}\n{lines}\n"
        )
    };
    let test = |event: &str| format!("{A}[[rule.test]]\nname = \"t\"\n{event}\nexpect = \"no-match\"\n");
    let composite = |lines: &str| {
        format!(
            "[[composite]]\nid = \"c\"\nrule = \"ALARM(a)\"\n[[composite.timeline]]\nname = \"t\"\n{lines}\nexpect = {{ alarm = [] }}\n"
        )
    };
    let change = "change = [ { at = \"5m\", alarm = \"a\", state = \"ALARM\" } ]";
    // the text, and what is said; nothing for a valid file
    let cases = [
        (timeline("missing", "at = [\"5m\"]\nuntil = \"2m\"\nexpect = {}"), "after the end of the timeline"),
        (
            timeline("missing", "at = [\"1m+1mx9\"]\nuntil = \"2m\"\nexpect = {}"),
            "after the end of the timeline",
        ),
        (timeline("missing", "at = []\nuntil = \"2m\"\nexpect = {}"), "`at` is empty"),
        (timeline("missing", "at = [\"0s\"]\nuntil = \"0s\"\nexpect = {}"), "cannot fail"),
        (timeline("breaching", "at = []\nuntil = \"9m\"\nexpect = { alarm = [\"ALARM at 1m\"] }"), ""),
        (
            timeline("missing", "at = [\"1m\"]\nuntil = \"9m\"\nexpect = { alarm = [], notifications = -1 }"),
            "a whole number that is not negative",
        ),
        (composite(&format!("{change}\nuntil = \"2m\"")), "after the end of the timeline"),
        (test("event = { a = nan }"), "JSON has no `NaN`"),
        (test("event = { a = [ { b = -inf } ] }"), "JSON has no `-inf`"),
        (test("event = { a = 1 }\nwith = { a = nan }"), "JSON has no `NaN`"),
        (test("event = { a = 1 }\neach = { a = [inf] }"), "JSON has no `inf`"),
        (test("event = { a = 9223372036854775808 }"), "64 bits"),
        (test("event = { a = 99999999999999999999999999 }"), "64 bits"),
        (test("event = { a = 1 }\nwith = { a = 9223372036854775808 }"), "64 bits"),
        (test("event = 1"), "a table of fields, or the path of an event file"),
        (test("event = { a = 9223372036854775807 }"), ""),
        (test(&format!("event = {{ a{} = 1 }}", ".a".repeat(20_000))), ":6:"),
        (format!("{A}fires = \"<0\"\n"), "never holds"),
        (format!("{A}fires = \">=0/day\"\n"), "always holds"),
        (format!("{A}fires = \"<=0\"\n"), ""),
    ];
    for (text, message) in cases {
        files(&folder, &[("r.toml", text.clone())]);
        let (code, said) = cwfilter(&folder, &["test", "r.toml"]);
        let text: String = text.chars().take(600).collect();
        assert_eq!(code == Some(2), !message.is_empty(), "{text}\n{said}");
        assert!(said.contains(message), "{text}\n{said}");
    }
}

#[test]
fn a_hint_names_an_option_that_the_command_has() {
    let folder = scratch::folder("empty-rules");
    std::fs::create_dir_all(folder.join("empty")).unwrap();
    files(&folder, &[("a.log", "x\n".to_owned())]);
    let cases = [
        (&["simulate", "--rules", "empty", "a.log"][..], false),
        (&["backtest", "--rules", "empty", "a.log"], false),
        (&["explain", "--plan", "--rules", "empty"], false),
        (&["translate", "--rules", "empty", "--to", "sql"], false),
        (&["scan", "--rules", "empty", "a.log"], true),
        (&["test", "empty"], true),
    ];
    for (args, has_option) in cases {
        let (_, said) = cwfilter(&folder, args);
        assert_eq!(said.contains("--allow-empty"), has_option, "{args:?}: {said}");
    }
}

#[test]
fn strict_lint_fails_for_a_file_that_is_too_large() {
    let folder = scratch::folder("large-rules");
    let large = format!("{A}# {}\n", "x".repeat(9 << 20));
    files(&folder, &[("rules/large.toml", large), ("rules/b.toml", A.replace("\"a\"", "\"s\""))]);
    assert_eq!(cwfilter(&folder, &["lint", "rules"]).0, Some(0));
    let (code, said) = cwfilter(&folder, &["lint", "--strict", "rules"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("with --strict every file has to be read"), "{said}");
}
