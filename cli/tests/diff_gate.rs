//! `cwfilter diff` as a gate: against a git revision, for one kind of change, as annotations, with the settings beside a pattern.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;
#[path = "audit/repository.rs"]
mod repository;

use program::{Run, folder, rules, run};
use repository::commit;
use std::process::Command;

const ALL: &str = r#"{ $.eventName = "StopLogging" || $.eventName = "DeleteTrail" }"#;
const STOP: &str = r#"{ $.eventName = "StopLogging" }"#;
const OTHER: &str = r#"{ $.eventName = "UpdateTrail" }"#;

/// A repository whose first commit has the files.
fn repository(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let here = folder(name, files);
    commit(&here);
    here
}

#[test]
fn each_change_fails_for_its_kind() {
    let of = |pattern: &str| rules(&[("trail", pattern)]);
    let two = format!("{}{}", of(ALL), rules(&[("more", OTHER)]));
    let metric = |value: &str| {
        format!("{}[rule.metric]\nnamespace = \"Security\"\nname = \"trail\"\nvalue = \"{value}\"\n", of(ALL))
    };
    let alarm = |threshold: u8| {
        format!(
            "{}[rule.alarm]\nstatistic = \"Sum\"\nperiod = \"5m\"\nthreshold = {threshold}\n",
            metric("1")
        )
    };
    // before, after, exit codes of --fail-on looser, tighter, any, and without it
    for (name, before, after, codes, says) in [
        ("same", of(ALL), of(&ALL.replace([' ', '"'], "")), [0, 0, 0, 0], "1 pair compared, 1 equivalent"),
        (
            "tighter",
            of(ALL),
            of(STOP),
            [0, 1, 1, 1],
            "this change stops matching events like {\"eventName\":\"DeleteTrail\"}",
        ),
        (
            "looser",
            of(STOP),
            of(ALL),
            [1, 0, 1, 1],
            "this change begins to match events like {\"eventName\":\"DeleteTrail\"}",
        ),
        (
            "both",
            of(STOP),
            of(OTHER),
            [1, 1, 1, 1],
            "this change stops matching events like {\"eventName\":\"StopLogging\"}",
        ),
        ("new", of(ALL), two.clone(), [1, 0, 1, 1], "infra/r.toml: more: only in B"),
        ("gone", two, of(ALL), [0, 1, 1, 1], "infra/r.toml: more: only in A"),
        ("metric", metric("1"), metric("0"), [0, 0, 1, 1], "metric value: 1 -> 0"),
        ("alarm", alarm(1), alarm(5), [0, 0, 1, 1], "threshold: 1.0 -> 5.0"),
        ("no alarm", alarm(1), metric("1"), [0, 0, 1, 1], "alarm infra/r.toml: trail: only in A"),
        (
            "period",
            alarm(1),
            alarm(1).replace("5m", "1h"),
            [0, 0, 1, 1],
            "period: 300 seconds -> 3600 seconds",
        ),
        ("refused", of(ALL), of("{ $.a == 1 }"), [3, 3, 3, 3], "1 not compared"),
    ] {
        let here = repository(
            &format!("gate-{}", name.replace(' ', "-")),
            &[("infra/r.toml", &before), ("b/r.toml", &after)],
        );
        std::fs::write(here.join("infra/r.toml"), &after).unwrap();
        for (kind, code) in ["looser", "tighter", "any"].into_iter().zip(codes) {
            let found = run(&here, &["diff", "--git", "main", "--fail-on", kind, "--", "infra/"]);
            assert_eq!(found.code, code, "{name} {kind}: {}{}", found.stdout, found.stderr);
            assert!(found.stdout.contains(says), "{name}: {}", found.stdout);
        }
        let found = run(&here, &["diff", "--git", "main"]);
        assert_eq!(found.code, codes[3], "{name}: {}{}", found.stdout, found.stderr);
        // the same from a folder of the repository
        let inner = run(&here.join("infra"), &["diff", "--git", "main"]);
        assert_eq!(inner.code, codes[3], "{name}: {}{}", inner.stdout, inner.stderr);
    }
}

#[test]
fn annotations_have_the_file_and_the_line() {
    let here = repository("gate-github", &[("infra/r.toml", &rules(&[("trail", ALL), ("gone", OTHER)]))]);
    std::fs::write(here.join("infra/r.toml"), rules(&[("trail", STOP), ("50%: new", ALL)])).unwrap();
    let found = run(&here, &["diff", "--git", "HEAD", "--format", "github", "--fail-on", "tighter", "infra"]);
    assert_eq!(found.code, 1, "{}{}", found.stdout, found.stderr);
    let expected = "::error file=infra/r.toml,line=4,title=infra/r.toml%3A trail::this change stops matching events like {\"eventName\":\"DeleteTrail\"}\n\
        ::error title=infra/r.toml%3A gone::the pattern is gone: this change stops matching its events\n\
        ::notice file=infra/r.toml,line=8,title=infra/r.toml%3A 50%25%3A new::the pattern is new\n\
        ::notice title=cwfilter diff::1 pair compared, 0 equivalent; domain: messages (`--domain json`)\n";
    assert_eq!(found.stdout, expected);
    // without git: the working tree is B
    let here = folder(
        "gate-github-files",
        &[("a.toml", &rules(&[("trail", ALL)])), ("b.toml", &rules(&[("trail", STOP)]))],
    );
    let found = run(&here, &["diff", "--format", "github", "a.toml", "b.toml"]);
    assert!(
        found.code == 1 && found.stdout.starts_with("::error file=b.toml,line=4,title=trail::"),
        "{}",
        found.stdout
    );
}

/// Errors of git, and paths that are on one side only.
#[test]
fn what_git_does_not_have() {
    let here = repository(
        "gate-errors",
        &[
            ("infra/r.toml", &rules(&[("trail", ALL)])),
            ("old/o.toml", &rules(&[("o", STOP)])),
            ("docs/x.md", "x"),
        ],
    );
    std::fs::create_dir(here.join("new")).unwrap();
    std::fs::write(here.join("new/n.toml"), rules(&[("n", STOP)])).unwrap();
    std::fs::remove_dir_all(here.join("old")).unwrap();
    let diff = |args: &[&str]| -> Run { run(&here, &[&["diff", "--git"], args].concat()) };
    for (args, code, says) in [
        (&["main", "old"][..], 1, "old/o.toml: o: only in A"),
        (&["main", "new"], 1, "new/n.toml: n: only in B"),
        (&["main", "infra", "new"], 1, "1 pair compared, 1 equivalent"),
        (&["no-such-revision"], 3, "`no-such-revision` is not a revision"),
        (&["--git=--output=x"], 2, ""),
        (&["main", "neither"], 3, "neither: neither the working tree nor main has it"),
        (&["main", "docs"], 3, "has a pattern in docs"),
        (&["main", "../x"], 2, "a path has to be below the working directory"),
        (&["main", "/tmp"], 2, "a path has to be below the working directory"),
    ] {
        let found = diff(args);
        assert_eq!(found.code, code, "{args:?}: {}{}", found.stdout, found.stderr);
        assert!(
            format!("{}{}", found.stdout, found.stderr).contains(says),
            "{args:?}: {}{}",
            found.stdout,
            found.stderr
        );
    }
    // a file that Git ignores or that is excluded is on no side
    std::fs::write(here.join("new/n.toml"), rules(&[("n", OTHER)])).unwrap();
    let found = diff(&["main", "--exclude", "old/**", "--exclude", "new/**"]);
    assert_eq!(
        (found.code, found.stdout.contains("only in")),
        (0, false),
        "{}{}",
        found.stdout,
        found.stderr
    );
    let outside = folder("gate-outside", &[("r.toml", &rules(&[("trail", ALL)]))]);
    let outside = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(["diff", "--git", "main"])
        .env("GIT_CEILING_DIRECTORIES", outside.parent().unwrap())
        .current_dir(&outside)
        .output()
        .unwrap();
    assert_eq!(outside.status.code(), Some(3));
    assert!(!outside.stderr.is_empty());
    let none = run(&here, &["diff", "infra"]);
    assert!(none.code == 2 && none.stderr.contains("1 argument was given"), "{}", none.stderr);
}
