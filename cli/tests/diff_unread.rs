//! `cwfilter diff` when a part of a side cannot be read: the rest is compared, and what was not read is counted and named.

#[path = "audit/program.rs"]
mod program;
#[path = "audit/repository.rs"]
mod repository;

use program::{filters, folder, rules, run};
use repository::commit;
use std::process::Command;

const X: &str = "{ $.a = \"x\" }";
const Y: &str = "{ $.a = \"y\" }";

/// A repository whose first commit has the files.
fn repository(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let here = folder(name, files);
    commit(&here);
    here
}

#[test]
fn a_file_that_is_not_read_is_counted() {
    let (x, y) = (rules(&[("x", X)]), rules(&[("y", Y)]));
    let broken = "not = [toml";
    let here = folder(
        "diff-unread-file",
        &[
            ("A/x.toml", &x),
            ("A/y.toml", &y),
            ("B/x.toml", &y.replace("\"y\"\n", "\"x\"\n")),
            ("B/y.toml", broken),
            ("C/x.toml", broken),
            ("C/y.toml", broken),
            ("D/y.toml", &y),
            ("D/z.toml", broken),
        ],
    );
    for (a, b, says) in [
        ("A", "B", "y.toml: y: not compared; the pattern in B is not known: the file could not be read"),
        ("A", "B", "y.toml could not be read in B: no answer is about it"),
        ("A", "B", "1 pair compared, 0 equivalent, 1 not compared, 1 file or folder not read"),
        ("B", "A", "y.toml: y: not compared; the pattern in A is not known: the file could not be read"),
        ("B", "B", "1 pair compared, 1 equivalent, 2 files or folders not read"),
        // what is in files that were read is on one side only
        ("A", "D", "x.toml: x: only in A"),
        ("A", "D", "1 pair compared, 1 equivalent, 1 file or folder not read"),
    ] {
        let found = run(&here, &["diff", a, b]);
        assert_eq!(found.code, 3, "{a} {b}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.contains(says), "{a} {b}: {says}: {}", found.stdout);
        assert!(!found.stdout.contains("y: only in"), "{a} {b}: {}", found.stdout);
    }
    let none = run(&here, &["diff", "A", "C"]);
    assert_eq!((none.code, none.stdout.as_str()), (3, ""));
    let json = run(&here, &["diff", "--json", "A", "B"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["not_read"], serde_json::json!([{ "name": "y.toml", "side": "B" }]));
    let github = run(&here, &["diff", "--format", "github", "A", "B"]).stdout;
    assert!(github.contains("::error title=y.toml::y.toml could not be read in B"), "{github}");
    let certified = run(&here, &["diff", "--certificate", "c.json", "A", "B"]);
    assert_eq!(certified.code, 3);
    let checked = run(&here, &["check", "c.json"]);
    assert!(checked.stdout.contains("y.toml could not be read in B"), "{}", checked.stdout);
}

/// Messages about files of the revision name them as git does, and not by a temporary path.
#[test]
fn files_of_a_revision_have_their_names() {
    let unknown = filters(&[("f", "g", "file(\"missing.tpl\")")]);
    let here = repository(
        "diff-revision",
        &[
            ("infra/r.toml", "not = [toml"),
            ("infra/main.tf", &unknown),
            ("infra/same.toml", &rules(&[("x", X)])),
        ],
    );
    std::fs::write(here.join("infra/r.toml"), rules(&[("y", Y)])).unwrap();
    for (place, paths) in [(here.clone(), "infra"), (here.join("infra"), ".")] {
        let found = run(&place, &["diff", "--git", "main", paths]);
        let all = format!("{}{}", found.stdout, found.stderr);
        assert_eq!(found.code, 3, "{all}");
        assert!(found.stderr.contains("error: main:infra/r.toml:1:"), "{all}");
        assert!(found.stdout.contains("r.toml could not be read in A"), "{all}");
        assert!(!all.contains("/tmp") && !all.contains("cwfilter-"), "{all}");
        assert!(!all.contains("y: only in"), "{all}");
    }
}

/// Values of variables, texts of other files, and modules above the named folder are read of both sides.
#[test]
fn a_revision_has_what_its_configuration_reads() {
    let filter = |pattern: &str| filters(&[("f", "g", pattern)]);
    let variable = format!("variable \"p\" {{\n  default = \"default\"\n}}\n{}", filter("var.p"));
    let here = repository(
        "diff-beside",
        &[
            ("var/main.tf", &variable),
            ("var/terraform.tfvars", "p = \"ERROR\"\n"),
            ("text/main.tf", &filter("file(\"${path.module}/patterns/p.tpl\")")),
            ("text/patterns/p.tpl", "ERROR"),
            ("module/live/main.tf", "module \"m\" {\n  source = \"../m\"\n  p = \"ERROR\"\n}\n"),
            ("module/m/main.tf", &format!("variable \"p\" {{}}\n{}", filter("var.p"))),
        ],
    );
    for paths in ["var", "text", "module/live"] {
        let found = run(&here, &["diff", "--git", "main", paths]);
        assert_eq!(found.code, 0, "{paths}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.ends_with("1 pair compared, 1 equivalent\n"), "{paths}: {}", found.stdout);
    }
    std::fs::write(here.join("var/terraform.tfvars"), "p = \"FATAL\"\n").unwrap();
    std::fs::write(here.join("text/patterns/p.tpl"), "FATAL").unwrap();
    for paths in ["var", "text"] {
        let found = run(&here, &["diff", "--git", "main", paths]);
        assert_eq!(found.code, 1, "{paths}: {}{}", found.stdout, found.stderr);
        assert!(found.stdout.contains("this change stops matching events like ERROR"), "{}", found.stdout);
    }
}

/// How entries of one name are paired is said only if something about them differs.
#[test]
fn twins_that_are_the_same_are_not_named() {
    let answer = |patterns: &[&str]| {
        let row = |pattern: &&str| serde_json::json!({ "filterName": "root", "logGroupName": "g", "filterPattern": pattern, "metricTransformations": [] });
        serde_json::json!({ "metricFilters": patterns.iter().map(row).collect::<Vec<_>>() }).to_string()
    };
    let here = folder(
        "diff-same-twins",
        &[
            ("a.json", &answer(&[X, Y])),
            ("b.json", &answer(&[Y, X])),
            ("c.json", &answer(&[X, X])),
            ("d.json", &answer(&[X])),
        ],
    );
    for (a, b, is_named) in [
        ("a.json", "a.json", false),
        ("a.json", "b.json", false),
        ("a.json", "c.json", true),
        ("a.json", "d.json", true),
    ] {
        for format in ["human", "json", "github"] {
            let found = run(&here, &["diff", "--format", format, a, b]);
            let says = ["with this name", "\"in_b\""].iter().any(|it| found.stdout.contains(it));
            assert_eq!(says, is_named, "{a} {b}: {}", found.stdout);
            assert_eq!(found.code, i32::from(is_named), "{a} {b}");
        }
    }
}

/// Pointers of Git LFS, links and other odd files are named, and never taken for files without patterns.
#[test]
fn odd_files_of_a_revision() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12\n";
    let here = repository(
        "diff-odd",
        &[("a/r.toml", &rules(&[("x", X)])), ("a/t.yaml", pointer), ("a/t.json", pointer)],
    );
    let found = run(&here, &["diff", "--git", "main"]);
    assert_eq!(found.code, 3, "{}{}", found.stdout, found.stderr);
    assert!(
        found
            .stderr
            .contains("main:a/t.yaml:1:1: a pointer of Git LFS, and not the file; run `git lfs pull`"),
        "{}",
        found.stderr
    );
    assert!(
        found.stdout.contains("1 pair compared, 1 equivalent, 4 files or folders not read"),
        "{}",
        found.stdout
    );
    // the `.git` of the working tree, and nothing of the revision
    assert_eq!(found.stderr.matches("third-party").count(), 1, "{}", found.stderr);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("a", here.join("link")).unwrap();
        for path in ["link", "link/r.toml", "./link"] {
            let found = run(&here, &["diff", "--git", "main", path]);
            assert_eq!(found.code, 2, "{path}: {}", found.stdout);
            assert!(found.stderr.contains("link is a symbolic link"), "{path}: {}", found.stderr);
        }
    }
    // a name that is only on one side was not paired
    let twice = format!("{}{}", filters(&[("f", "g", "\"ERROR\"")]), "");
    let twice = format!("{twice}{}", twice.replace("\"f\" {", "\"e\" {"));
    let here = repository("diff-new-twins", &[("a/r.toml", &rules(&[("x", X)]))]);
    std::fs::write(here.join("a/main.tf"), twice).unwrap();
    let found = run(&here, &["diff", "--git", "main"]);
    assert!(found.code == 1 && !found.stdout.contains("with this name"), "{}", found.stdout);
    // annotations have the path in the repository, from every folder
    for (place, paths) in [(here.clone(), "."), (here.clone(), "a"), (here.join("a"), ".")] {
        let found = run(&place, &["diff", "--git", "main", "--format", "github", paths]);
        assert!(found.stdout.contains("::error file=a/main.tf,line="), "{paths}: {}", found.stdout);
    }
    let without = Command::new(env!("CARGO_BIN_EXE_cwfilter"))
        .args(["diff", "--git", "main"])
        .env("PATH", "/nonexistent")
        .current_dir(&here)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&without.stderr).into_owned();
    assert!(without.status.code() == Some(3) && said.contains("cannot run git"), "{said}");
}
