//! What `lint` and `fmt` read and report, as ignore files, options, `.cwfilter.toml`, comments and baselines say: a table of folders.

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A pattern with one error for `cwfilter lint`, as each file format writes it.
const YAML: &str = "Resources:\n  A:\n    Type: AWS::Logs::MetricFilter\n    Properties:\n      FilterPattern: '{ $.a = x && $.a = y }'\n";
const TERRAFORM: &str =
    "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = \"{ $.a = x && $.a = y }\"\n}\n";
const UNKNOWN: &str = "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = var.pattern\n}\n";
const RULE: &str = "[[rule]]\nid = \"a\"\npattern = '{ $.a = x && $.a = y }'\n";
/// The lint of these patterns.
const LINT: &str = "never-matches";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, args: &str, stdin: &str, environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
        command.args(args.split_whitespace()).current_dir(self.path());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // a command that does not read its input may have ended
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `file:line lint severity` of each finding, without the lints of the settings beside the pattern.
fn findings(output: &Output) -> Vec<String> {
    let shown = |line: &str| {
        let it: Value = serde_json::from_str(line).unwrap();
        let severity = it["severity"].as_str()?;
        let file = it["file"].as_str()?.trim_start_matches("./").to_owned();
        Some(format!("{file}:{} {} {severity}", it["line"], it["lint"].as_str()?))
    };
    text(&output.stdout).lines().filter_map(shown).collect()
}

struct Case {
    name: &'static str,
    files: Vec<(&'static str, &'static str)>,
    args: &'static str,
    findings: &'static [&'static str],
    exit: i32,
    /// A part of standard error.
    says: &'static str,
}

fn assert_cases(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        let folder = Folder::new(&case.files);
        let output = folder.run(&format!("lint --format ndjson {}", case.args), "", &[]);
        let (found, errors) = (findings(&output), text(&output.stderr));
        let is_right =
            found == case.findings && output.status.code() == Some(case.exit) && errors.contains(case.says);
        if !is_right {
            wrong.push(format!("{}: {:?} {found:?}\n{errors}", case.name, output.status.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! case {
    ($name:literal, [$($file:expr),*], $args:literal, $findings:expr, $exit:literal, $says:literal) => {
        Case { name: $name, files: vec![$($file),*], args: $args, findings: &$findings, exit: $exit, says: $says }
    };
}

const GIT: (&str, &str) = (".git/HEAD", "");
const A: &str = "a.yaml:5 never-matches warning";
const GENERATED: &str = "gen/b.yaml:5 never-matches warning";

#[test]
fn ignored_and_excluded_files_are_not_read() {
    let (a, b, config) =
        (("a.yaml", YAML), ("gen/b.yaml", YAML), (".cwfilter.toml", "exclude = [\"gen/\"]\n"));
    let ignore = (".gitignore", "gen/\n");
    assert_cases(vec![
        case!("all", [a, b], ".", [A, GENERATED], 1, ""),
        case!("ignored", [GIT, a, b, ignore], ".", [A], 1, "1 entry that .gitignore names skipped"),
        case!("outside a repository", [a, b, ignore], ".", [A, GENERATED], 1, ""),
        case!("--no-ignore", [GIT, a, b, ignore], "--no-ignore .", [A, GENERATED], 1, ""),
        case!("named", [GIT, a, b, ignore], "gen/b.yaml", [GENERATED], 1, ""),
        case!(
            "a nearer file",
            [GIT, a, b, (".gitignore", "*.yaml\n"), ("gen/.gitignore", "!b.yaml\n")],
            ".",
            [GENERATED],
            1,
            ""
        ),
        case!("of this clone", [GIT, a, b, (".git/info/exclude", "a.yaml\n")], ".", [GENERATED], 1, ""),
        case!("--exclude", [a, b], "--exclude gen .", [A], 1, "1 excluded entry skipped"),
        case!(
            "--exclude twice",
            [a, b],
            "--exclude gen --exclude a.yaml --allow-empty .",
            [],
            0,
            "2 excluded entries skipped"
        ),
        case!(
            "--exclude of a named file",
            [a, b],
            "--exclude gen a.yaml gen/b.yaml",
            [A],
            1,
            "1 excluded entry skipped"
        ),
        case!("--exclude of no glob", [a], "--exclude {x .", [], 2, "--exclude: error parsing glob '{x'"),
        case!("configured", [a, b, config], ".", [A], 1, "1 excluded entry skipped"),
        case!("configured, named", [a, b, config], "gen/b.yaml", [], 3, "no patterns found"),
    ]);
}

#[test]
fn the_configuration_is_found_upward() {
    let file = ("in/a.yaml", YAML);
    let unknown = ("in/a.tf", UNKNOWN);
    assert_cases(vec![
        case!("no configuration", [file], "in", ["in/a.yaml:5 never-matches warning"], 1, ""),
        case!("off", [file, (".cwfilter.toml", "[lints]\nnever-matches = \"off\"\n")], "in", [], 0, ""),
        case!(
            "error",
            [file, (".cwfilter.toml", "[lints]\nnever-matches = \"error\"\n")],
            "in",
            ["in/a.yaml:5 never-matches error"],
            1,
            ""
        ),
        case!(
            "note",
            [file, (".cwfilter.toml", "[lints]\nnever-matches = \"note\"\n")],
            "in",
            ["in/a.yaml:5 never-matches note"],
            0,
            ""
        ),
        case!(
            "the nearest only",
            [file, (".cwfilter.toml", "[lints]\nnever-matches = \"off\"\n"), ("in/.cwfilter.toml", "")],
            "in",
            ["in/a.yaml:5 never-matches warning"],
            1,
            ""
        ),
        case!(
            "not a rule file",
            [file, ("in/.cwfilter.toml", "")],
            "in/.cwfilter.toml --allow-empty",
            [],
            0,
            ""
        ),
        case!(
            "unknown key",
            [file, (".cwfilter.toml", "strict = true\nstrikt = true\n")],
            "in",
            [],
            2,
            ".cwfilter.toml:2:1: unknown field `strikt`"
        ),
        case!(
            "unknown lint",
            [file, (".cwfilter.toml", "[lints]\nno-lint = \"off\"\n")],
            "in",
            [],
            2,
            ".cwfilter.toml:2:1: no lint is named `no-lint`"
        ),
        case!(
            "unknown severity",
            [file, (".cwfilter.toml", "[lints]\nnever-matches = \"loud\"\n")],
            "in",
            [],
            2,
            ".cwfilter.toml:2:17: unknown variant `loud`"
        ),
        case!(
            "no glob",
            [file, (".cwfilter.toml", "exclude = [\"a\", \"{x\"]\n")],
            "in",
            [],
            2,
            ".cwfilter.toml:1:17: error parsing glob '{x'"
        ),
        case!("no TOML", [file, (".cwfilter.toml", "strict\n")], "in", [], 2, ".cwfilter.toml:1:7: "),
        case!("not strict", [unknown], "in", ["in/a.tf:2 unchecked-pattern note"], 0, ""),
        case!(
            "strict",
            [unknown, (".cwfilter.toml", "strict = true\n")],
            "in",
            ["in/a.tf:2 unchecked-pattern note"],
            1,
            "every pattern has to be checked"
        ),
        case!(
            "strict elsewhere",
            [unknown, ("b/.cwfilter.toml", "strict = true\n")],
            "in",
            ["in/a.tf:2 unchecked-pattern note"],
            0,
            ""
        ),
    ]);
    let folder = Folder::new(&[("a.yaml", YAML), (".cwfilter.toml", "strikt = true\n")]);
    assert_eq!(folder.run("fmt --check .", "", &[]).status.code(), Some(2), "fmt reads it, too");
    assert_eq!(folder.run("test --exclude a .", "", &[]).status.code(), Some(2), "test does not exclude");
}

#[test]
fn comments_silence_a_lint_with_a_reason() {
    // file, text, what is left
    let cases: &[(&str, String, &[&str])] = &[
        ("a.yaml", above(YAML, "      Filter", "# cwfilter: allow(never-matches) the vendor's text"), &[]),
        ("a.yaml", above(YAML, "  A:", "# cwfilter: allow(never-matches) the vendor's text"), &[]),
        ("a.yaml", after(YAML, "y }'", " # cwfilter: allow(never-matches): the vendor's text"), &[]),
        (
            "a.yaml",
            after(YAML, "y }'", " # cwfilter: allow(never-matches)"),
            &["5 never-matches warning", "5 allow-without-reason warning"],
        ),
        (
            "a.yaml",
            after(YAML, "y }'", " # cwfilter: allow(long-pattern) long"),
            &["5 never-matches warning", "5 unused-allow warning"],
        ),
        (
            "a.yaml",
            after(
                YAML,
                "Filter\n",
                "    # cwfilter: allow(never-matches) above another property\n    X: y\n",
            ),
            &["4 unused-allow warning", "7 never-matches warning"],
        ),
        (
            "a.yaml",
            after(YAML, "y }'", " # cwfilter: allow(no-lint) why"),
            &["5 never-matches warning", "5 unknown-lint warning"],
        ),
        (
            "a.yaml",
            after(YAML, "y }'", " # cwfilter: allow(never-matches, long-pattern) why"),
            &["5 unused-allow warning"],
        ),
        // a text is no comment
        (
            "a.yaml",
            YAML.replace("y }", "\"# cwfilter: allow(never-matches) why\" }"),
            &["5 never-matches warning"],
        ),
        ("a.tf", after(TERRAFORM, "y }\"", " # cwfilter: allow(never-matches) why"), &[]),
        ("a.tf", after(TERRAFORM, "y }\"", " // cwfilter: allow(never-matches) why"), &[]),
        ("a.tf", format!("# cwfilter: allow(never-matches) why\n{TERRAFORM}"), &[]),
        (
            "a.tf",
            format!("# cwfilter: allow(never-matches)\n{TERRAFORM}"),
            &["1 allow-without-reason warning", "3 never-matches warning"],
        ),
        (
            "a.tf",
            format!("# cwfilter: allow(long-pattern) why\n{TERRAFORM}"),
            &["1 unused-allow warning", "3 never-matches warning"],
        ),
        ("a.toml", after(RULE, "y }'", " # cwfilter: allow(never-matches) why"), &[]),
        ("a.toml", format!("# cwfilter: allow(never-matches) why\n{RULE}"), &[]),
        (
            "a.toml",
            format!("# cwfilter: allow(never-matches)\n{RULE}"),
            &["1 allow-without-reason warning", "4 never-matches warning"],
        ),
        (
            "a.toml",
            format!("# cwfilter: allow(long-pattern) why\n{RULE}"),
            &["1 unused-allow warning", "4 never-matches warning"],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, text, left) in cases {
        let folder = Folder::new(&[(name, text)]);
        let output = folder.run(&format!("lint --format ndjson {name}"), "", &[]);
        let left: Vec<String> = left.iter().map(|it| format!("{name}:{it}")).collect();
        let found = findings(&output);
        if found != left || output.status.code() != Some(i32::from(!left.is_empty())) {
            wrong.push(format!("{text}{found:?}\n{}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text with a comment on a line of its own above the line that begins so.
fn above(text: &str, line: &str, comment: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    text.replacen(line, &format!("{indent}{comment}\n{line}"), 1)
}

/// The text with something more after a part of it.
fn after(text: &str, part: &str, more: &str) -> String {
    assert!(text.contains(part));
    text.replacen(part, &format!("{part}{more}"), 1)
}

#[test]
fn a_comment_also_keeps_a_fix_away() {
    let pattern = YAML.replace("$.a = x && $.a = y", "$.a != x || $.a != y");
    let allow = " # cwfilter: allow(or-of-negations, not-equal-on-optional-field) the vendor's text";
    let silenced = after(&pattern, "y }'", allow);
    for (text, is_fixed) in [(&pattern, true), (&silenced, false)] {
        let folder = Folder::new(&[("a.yaml", text)]);
        folder.run("lint --fix=suggested a.yaml", "", &[]);
        let fixed = std::fs::read_to_string(folder.path().join("a.yaml")).unwrap();
        assert_eq!(fixed != *text, is_fixed, "{fixed}");
    }
}

#[test]
fn standard_input_is_read_as_a_file_of_that_name() {
    let folder = Folder::new(&[("in/.cwfilter.toml", "[lints]\nnever-matches = \"error\"\n")]);
    for (name, text, line) in [("a.yaml", YAML, 5), ("a.tf", TERRAFORM, 2), ("a.toml", RULE, 3)] {
        let output = folder.run(&format!("lint --format ndjson --stdin-filename {name}"), text, &[]);
        assert_eq!(findings(&output), [format!("{name}:{line} {LINT} warning")]);
        let output = folder.run(&format!("lint --format ndjson --stdin-filename in/{name}"), text, &[]);
        assert_eq!(findings(&output), [format!("in/{name}:{line} {LINT} error")], "its configuration");
        let loose = text.replace("$.a = x", "$.a=x");
        let output = folder.run(&format!("fmt --stdin-filename {name}"), &loose, &[]);
        assert_eq!(self::text(&output.stdout), text);
        assert_eq!(output.status.code(), Some(0));
        let output = folder.run(&format!("fmt --check --stdin-filename {name}"), &loose, &[]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        let output = folder.run(&format!("fmt --check --stdin-filename {name}"), text, &[]);
        assert_eq!(output.status.code(), Some(0));
    }
    for command in ["lint", "fmt"] {
        let output = folder.run(&format!("{command} --stdin-filename a.json"), "{", &[]);
        assert_eq!(output.status.code(), Some(3));
        assert!(text(&output.stderr).contains("a.json:1:"), "{}", text(&output.stderr));
    }
}

#[test]
fn colours_follow_the_option_then_the_environment() {
    let folder = Folder::new(&[("a.yaml", YAML)]);
    // arguments, environment, whether there are colours; standard output is no terminal
    type Variables = &'static [(&'static str, &'static str)];
    let cases: [(&str, Variables, bool); 10] = [
        ("", &[], false),
        ("--color auto", &[], false),
        ("--color always", &[], true),
        ("--color never", &[], false),
        ("--color always", &[("NO_COLOR", "1")], true),
        ("--color never", &[("CLICOLOR_FORCE", "1")], false),
        ("", &[("CLICOLOR_FORCE", "1")], true),
        ("", &[("CLICOLOR_FORCE", "0")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
    ];
    for (args, environment, is_coloured) in cases {
        let output = folder.run(&format!("lint a.yaml {args}"), "", environment);
        assert_eq!(text(&output.stdout).contains('\u{1b}'), is_coloured, "{args} {environment:?}");
        let json = folder.run(&format!("lint --format json a.yaml {args}"), "", environment);
        assert!(!text(&json.stdout).contains('\u{1b}'), "{args} {environment:?}");
    }
}

#[test]
fn a_baseline_hides_old_findings_only() {
    let folder = Folder::new(&[("a.yaml", YAML)]);
    let lint = |args: &str| {
        let output = folder.run(&format!("lint --format ndjson {args} ."), "", &[]);
        (output.status.code().unwrap(), findings(&output), text(&output.stderr))
    };
    let (exit, found, errors) = lint("--baseline old.baseline --write-baseline");
    assert_eq!((exit, found.len()), (0, 0), "{errors}");
    assert!(errors.contains("wrote 1 finding into old.baseline"), "{errors}");
    let (exit, found, errors) = lint("--baseline old.baseline");
    assert_eq!((exit, found.len()), (0, 0), "{errors}");
    assert!(errors.contains("1 finding in the baseline not reported"), "{errors}");

    // the same finding on another line is old, a second one is new
    std::fs::write(folder.path().join("a.yaml"), format!("# moved\n{YAML}")).unwrap();
    assert_eq!(lint("--baseline old.baseline").0, 0);
    let second = YAML.replace("Resources:\n", "").replace("  A:", "  B:");
    std::fs::write(folder.path().join("a.yaml"), format!("{YAML}{second}")).unwrap();
    let (exit, found, _) = lint("--baseline old.baseline");
    assert_eq!((exit, found), (1, vec!["a.yaml:9 never-matches warning".to_owned()]));

    // one of two equal findings is new
    let optional = YAML.replace("$.a = x && $.a = y", "$.a != x");
    std::fs::write(folder.path().join("a.yaml"), &optional).unwrap();
    assert_eq!(lint("--baseline two.baseline --write-baseline").0, 0);
    std::fs::write(folder.path().join("a.yaml"), optional.replace("$.a != x", "$.a != x && $.a != y"))
        .unwrap();
    let (exit, found, errors) = lint("--baseline two.baseline");
    assert_eq!((exit, found.len()), (1, 1), "{found:?} {errors}");
    std::fs::write(folder.path().join("a.yaml"), format!("{YAML}{second}")).unwrap();

    // the configuration names it, relative to itself
    std::fs::write(folder.path().join(".cwfilter.toml"), "baseline = \"old.baseline\"\n").unwrap();
    assert_eq!(lint("").1.len(), 1);
    // what is gone is said
    std::fs::write(folder.path().join("a.yaml"), YAML.replace("$.a = y", "$.b = y")).unwrap();
    let (exit, _, errors) = lint("");
    assert_eq!(exit, 0);
    assert!(errors.contains("1 finding of it is gone"), "{errors}");

    for (text, why) in [("{", "not a baseline"), ("{\"version\":2,\"findings\":[]}", "version 2")] {
        std::fs::write(folder.path().join("old.baseline"), text).unwrap();
        let (exit, _, errors) = lint("");
        assert!(exit == 2 && errors.contains(why), "{errors}");
    }
    assert_eq!(lint("--write-baseline").0, 2, "it needs the file's name");
}
