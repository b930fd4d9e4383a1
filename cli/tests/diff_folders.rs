//! `cwfilter diff` of sets: nothing is compared with what only has the same name, and nothing is dropped.

#[path = "audit/program.rs"]
mod program;

use program::{filters, folder, rules, run};

const X: &str = "{ $.a = \"x\" }";
const Y: &str = "{ $.a = \"y\" }";

/// Two folders, each with a rule of the same name in two files: the pair is not the first rule of that name.
#[test]
fn by_path_and_name() {
    let (prod, dev) = (rules(&[("root", X)]), rules(&[("root", Y)]));
    let here = folder(
        "diff-places",
        &[
            ("A/dev/r.toml", &dev),
            ("A/prod/r.toml", &prod),
            ("B/dev/r.toml", &dev),
            ("B/prod/r.toml", &dev),
            ("C/dev/r.toml", &dev),
        ],
    );
    let changed = run(&here, &["diff", "A", "B"]);
    assert_eq!(changed.code, 1, "{}", changed.stdout);
    assert!(
        changed.stdout.contains("prod/r.toml: root: disjoint: no event matches both A and B"),
        "{}",
        changed.stdout
    );
    assert!(changed.stdout.ends_with("2 pairs compared, 1 equivalent\n"), "{}", changed.stdout);
    // only one of the two changed
    let here = folder(
        "diff-changed",
        &[
            ("A/dev/r.toml", &prod),
            ("A/prod/r.toml", &prod),
            ("B/dev/r.toml", &prod),
            ("B/prod/r.toml", &dev),
        ],
    );
    let changed = run(&here, &["diff", "A", "B"]);
    assert!(
        changed.code == 1 && changed.stdout.contains("prod/r.toml: root: disjoint: no event"),
        "{}",
        changed.stdout
    );
    let here =
        folder("diff-places", &[("A/dev/r.toml", &dev), ("A/prod/r.toml", &prod), ("C/dev/r.toml", &dev)]);
    // a rule that moved or is missing is on one side only, also where the other side has one of its name elsewhere
    let gone = run(&here, &["diff", "A/", "C/"]);
    assert_eq!(gone.code, 1);
    assert_eq!(
        gone.stdout,
        "prod/r.toml: root: only in A\ndomain: messages (`--domain json`)\n1 pair compared, 1 equivalent\n"
    );
    let came = run(&here, &["diff", "C", "A"]);
    assert_eq!(
        came.stdout,
        "prod/r.toml: root: only in B\ndomain: messages (`--domain json`)\n1 pair compared, 1 equivalent\n"
    );
    let same = run(&here, &["diff", "A", "A"]);
    assert_eq!(
        (same.code, same.stdout.as_str()),
        (0, "domain: messages (`--domain json`)\n2 pairs compared, 2 equivalent\n")
    );
    // one rule in each folder, called otherwise
    let here =
        folder("diff-lone", &[("A/r.toml", &rules(&[("one", X)])), ("B/r.toml", &rules(&[("two", X)]))]);
    let other = run(&here, &["diff", "A", "B"]);
    assert_eq!(
        (other.code, other.stdout.as_str()),
        (
            1,
            "renamed from r.toml: one to r.toml: two\ndomain: messages (`--domain json`)\n0 pairs compared, 0 equivalent, 1 moved or renamed\n"
        )
    );
}

/// Filters of one name in one file: told apart by log group, then by text, and named.
#[test]
fn twins_are_named_and_all_compared() {
    let answer = |rows: &[(&str, &str, &str)]| {
        let row = |(name, group, pattern): &(&str, &str, &str)| serde_json::json!({ "filterName": name, "logGroupName": group, "filterPattern": pattern, "metricTransformations": [] });
        serde_json::json!({ "metricFilters": rows.iter().map(row).collect::<Vec<_>>() }).to_string()
    };
    let before = answer(&[("root", "prod", X), ("root", "dev", Y), ("root", "test", Y)]);
    let after = answer(&[("root", "dev", Y), ("root", "prod", Y)]);
    let here = folder("diff-twins", &[("a.json", &before), ("b.json", &after)]);
    let found = run(&here, &["diff", "a.json", "b.json"]);
    assert_eq!(found.code, 1, "{}{}", found.stdout, found.stderr);
    assert!(found.stdout.contains("root: A has 3 with this name, B has 2"), "{}", found.stdout);
    assert!(found.stdout.contains("disjoint: no event matches both A and B"), "{}", found.stdout);
    assert!(found.stdout.contains("root: only in A"), "{}", found.stdout);
    assert!(found.stdout.ends_with("2 pairs compared, 1 equivalent\n"), "{}", found.stdout);
    let same = run(&here, &["diff", "a.json", "a.json"]);
    assert_eq!(same.code, 0, "{}", same.stdout);
    assert!(same.stdout.ends_with("3 pairs compared, 3 equivalent\n"), "{}", same.stdout);
    let json: serde_json::Value =
        serde_json::from_str(&run(&here, &["diff", "--json", "a.json", "b.json"]).stdout).unwrap();
    assert_eq!(json["pairs"].as_array().unwrap().len(), 2);
    assert_eq!(json["twins"][0], serde_json::json!({ "name": "root", "in_a": 3, "in_b": 2 }));
    assert_eq!(json["only_in_a"], serde_json::json!(["root"]));
}

/// A pattern that is unknown or cannot be read is reported, and is not equivalent.
#[test]
fn what_was_not_compared_is_said() {
    let known = filters(&[("f", "g", "\"{ $.a = 1 }\""), ("h", "g", "\"{ $.b = 1 }\"")]);
    let variable = filters(&[("f", "g", "var.pattern"), ("h", "g", "\"{ $.b = 1 }\"")]);
    let refused = rules(&[("r", "{ $.a == 1 }"), ("s", X)]);
    let here = folder(
        "diff-unread",
        &[
            ("a.tf", &known),
            ("b.tf", &variable),
            ("r.toml", &refused),
            ("C/r.toml", &refused),
            ("D/r.toml", "not = [toml"),
            ("e.toml", ""),
        ],
    );
    for (a, b, lines) in [
        ("a.tf", "b.tf", "f: not compared; the pattern in B is not known: "),
        ("b.tf", "a.tf", "f: not compared; the pattern in A is not known: "),
        ("r.toml", "r.toml", "r: not compared; the pattern in A is not known: "),
        ("C", "C", "r.toml: r: not compared; the pattern in B is not known: "),
    ] {
        let found = run(&here, &["diff", a, b]);
        assert_eq!(found.code, 3, "{a} {b}: {}", found.stdout);
        assert!(found.stdout.contains(lines), "{a} {b}: {}", found.stdout);
        assert!(found.stdout.contains("1 pair compared, 1 equivalent, "), "{a} {b}: {}", found.stdout);
    }
    for (a, b, error) in [
        ("C", "D", "D could not be read completely, so nothing was compared"),
        ("e.toml", "a.tf", "e.toml contains no patterns"),
        ("a.tf", "missing.tf", "missing.tf: no such file or folder"),
        ("C", "no/such", "no/such: no such file or folder"),
    ] {
        let found = run(&here, &["diff", a, b]);
        assert_eq!((found.code, found.stdout.as_str()), (3, ""), "{a} {b}");
        assert!(found.stderr.contains(error), "{a} {b}: {}", found.stderr);
    }
    let one = run(&here, &["diff", X, "a.tf"]);
    assert_eq!(one.code, 2, "{}", one.stdout);
    assert!(one.stderr.contains("A is one pattern, the other side has 2"), "{}", one.stderr);
}

/// The same on a busy machine: `--budget` counts steps.
#[test]
fn the_budget_is_steps() {
    let here = folder("diff-budget", &[]);
    let (a, b) = (r#"{ $.a = "*ab*cd*" && $.b = "*ef*gh*" }"#, r#"{ $.a = "*ab*" && $.b = "*gh*" }"#);
    let few = run(&here, &["diff", "--budget", "5", a, b]);
    assert!(
        few.code == 1 && few.stdout.contains("unknown: the proof takes too many steps"),
        "{}",
        few.stdout
    );
    let many = run(&here, &["diff", "--budget", "100000", a, b]);
    assert!(many.stdout.contains("A matches less"), "{}", many.stdout);
}

/// The empty pattern matches lines too.
#[test]
fn an_empty_pattern_is_wider_than_json() {
    let here = folder("diff-empty", &[]);
    for empty in ["", " ", "[]"] {
        for json in [X, "{ $.a.b NOT EXISTS || $.a[0] NOT EXISTS }", "{ $.a = x && $.a = y }"] {
            let found = run(&here, &["diff", empty, json]);
            assert!(
                found.code == 1 && found.stdout.starts_with("A matches more"),
                "{empty:?} {json}: {}",
                found.stdout
            );
        }
    }
}
