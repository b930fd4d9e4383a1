//! What comes with the crate: few crates without features, licences that deny.toml allows, compilers that `rust-version` promises.

use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::process::Command;

fn cargo(args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a package needs with some features, without what only its tests need: name and version.
fn tree(package: &str, features: &str) -> BTreeSet<String> {
    let text = cargo(&[
        "tree",
        "--locked",
        "--package",
        package,
        features,
        "--edges=normal,build",
        "--prefix=none",
        "--format={p}",
    ]);
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.is_empty()).map(words).collect()
}

/// The packages of a tree, with all that their manifests say.
fn packages(package: &str, features: &str) -> Vec<Value> {
    let tree = tree(package, features);
    let text = cargo(&["metadata", "--locked", "--all-features", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&text).unwrap();
    let name = |it: &Value| format!("{} v{}", it["name"].as_str().unwrap(), it["version"].as_str().unwrap());
    let all = metadata["packages"].as_array().unwrap().iter();
    all.filter(|it| tree.contains(&name(it))).cloned().collect()
}

#[test]
fn without_features_the_crate_brings_few_others() {
    let tree = tree("cwfilter", "--no-default-features");
    let names: BTreeSet<&str> = tree.iter().filter_map(|it| it.split(' ').next()).collect();
    let expected = [
        "aho-corasick",
        "bstr",
        "cwfilter",
        "globset",
        "itoa",
        "memchr",
        "nom",
        "proc-macro2",
        "quote",
        "regex",
        "regex-automata",
        "regex-syntax",
        "serde",
        "serde_core",
        "serde_json",
        "syn",
        "thiserror",
        "thiserror-impl",
        "unicode-ident",
        "zmij",
    ];
    assert_eq!(names, BTreeSet::from(expected));
}

/// Whether the allowed licences satisfy an SPDX expression.
fn is_allowed(expression: &str, allowed: &HashSet<&str>) -> bool {
    let plain = expression.replace('/', " OR ");
    let part = |text: &str| allowed.contains(text.trim_matches(['(', ')', ' ']));
    // no package here nests further than this
    match plain.contains(") AND") || plain.contains("AND (") {
        true => plain.split(" AND ").all(|all| all.split(" OR ").any(part)),
        false => plain.split(" OR ").any(|any| any.split(" AND ").all(part)),
    }
}

#[test]
fn licences_are_those_that_are_allowed() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("allow = [")).skip(1).collect();
    let mut allowed: HashSet<&str> = lines
        .iter()
        .take_while(|line| **line != "]")
        .map(|line| line.trim_matches([' ', '"', ',']))
        .collect();
    allowed.insert("BlueOak-1.0.0");
    let packages = packages("cwfilter-cli", "--all-features");
    assert!(packages.len() > 100 && allowed.contains("MIT"));
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence, &allowed), "{}: {licence}", package["name"]);
    }
    assert!(!is_allowed("GPL-3.0", &allowed) && !is_allowed("MIT AND GPL-3.0", &allowed));
}

#[test]
fn dependencies_take_the_compiler_that_is_promised() {
    let minor = |version: &str| -> u32 { version.split('.').nth(1).unwrap().parse().unwrap() };
    let promised = minor(env!("CARGO_PKG_RUST_VERSION"));
    // the SDK's crates want a newer one, CONTRIBUTING.md says so
    for package in ["cwfilter", "cwfilter-cli"] {
        for package in packages(package, "--no-default-features") {
            let wanted = package["rust_version"].as_str().map_or(0, minor);
            assert!(wanted <= promised, "{} wants 1.{wanted}", package["name"]);
        }
    }
}
