//! The paths that `cwfilter diff --git` and `audit` are given: each file is read once, annotations name it as Git does, and an audit without a
//! judgement says why.

#[path = "audit/program.rs"]
#[allow(dead_code)]
mod program;
#[path = "audit/repository.rs"]
mod repository;

use program::{filters, folder, run};
use repository::commit;
use std::path::PathBuf;

/// A repository with a folder `infra` in a folder `infra`; the pattern of each file has changed.
fn changed(name: &str) -> PathBuf {
    let of = |label: &str, pattern: &str| filters(&[(label, "g", pattern)]);
    let (a, b) = (of("a", "\"ERROR\""), of("b", "\"FATAL\""));
    let here = folder(name, &[("infra/main.tf", &a), ("infra/infra/main.tf", &b)]);
    commit(&here);
    std::fs::write(here.join("infra/main.tf"), of("a", "\"WARN\"")).unwrap();
    std::fs::write(here.join("infra/infra/main.tf"), of("b", "\"WARN\"")).unwrap();
    here
}

#[test]
fn a_file_is_compared_once() {
    let here = changed("diff-paths-once");
    let full = here.display().to_string();
    for paths in [
        &["infra"][..],
        &["infra", "infra"],
        &["./infra", "infra/"],
        &["infra/main.tf", "infra/infra", "."],
        &["infra", "infra/main.tf"],
    ] {
        let found = run(&here, &[&["diff", "--git", "main"], paths].concat());
        assert!(found.stdout.contains("2 pairs compared, 0 equivalent\n"), "{paths:?}: {}", found.stdout);
        assert!(!found.stdout.contains("with this name"), "{paths:?}: {}", found.stdout);
    }
    for paths in [&["infra"][..], &["infra", "infra"], &["infra", "./infra/main.tf", &full]] {
        let found = run(&here, &[&["audit", "--against", "cis-aws"], paths].concat());
        assert!(found.stdout.contains("are covered by 2 patterns"), "{paths:?}: {}", found.stdout);
    }
}

#[test]
fn annotations_name_files_of_the_repository() {
    let here = changed("diff-paths-annotations");
    for (folder, paths) in
        [("", "."), ("", "infra"), ("", "./infra"), ("infra", "."), ("infra", "infra"), ("infra/infra", ".")]
    {
        let found = run(&here.join(folder), &["diff", "--git", "main", "--format", "github", paths]);
        let place = "::error file=infra/infra/main.tf,line=4,title=";
        assert!(found.stdout.contains(place), "{folder} {paths}: {}", found.stdout);
        for line in found.stdout.lines().filter(|line| line.contains("file=")) {
            assert!(line.starts_with("::error file=infra/"), "{folder} {paths}: {line}");
        }
    }
}

/// Patterns that are in the input, and are not judged, are not "no patterns".
#[test]
fn an_audit_without_a_judgement_says_why() {
    let refused = filters(&[("a", "g", "\"{ $.a == 1 }\"")]);
    let unknown = filters(&[("a", "g", "var.pattern")]) + "variable \"pattern\" {}\n";
    for (text, says) in [
        (refused.as_str(), "no filter has a pattern that can be judged"),
        (&unknown, "no filter has a pattern that can be judged"),
        ("locals {}\n", "no patterns found"),
    ] {
        let here = folder("audit-without-judgement", &[("main.tf", text)]);
        let found = run(&here, &["audit", "--against", "cis-aws", "."]);
        assert_eq!(found.code, 3, "{text}: {}", found.stdout);
        let line = format!("error: {says}, so no control was judged");
        assert!(found.stderr.contains(&line), "{text}: {}", found.stderr);
    }
}
