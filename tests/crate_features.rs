//! The tables of crate features, in `docs/library.md` and on the front page of the API's docs, list the features of `Cargo.toml`.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The features, each with the features that it includes.
fn features() -> BTreeMap<String, BTreeSet<String>> {
    let arguments = ["metadata", "--no-deps", "--locked", "--offline", "--format-version=1"];
    let output =
        Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|it| it["name"] == "cwfilter").unwrap();
    let included = |all: &Value| {
        let names = all.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
        names.filter(|it| !it.contains([':', '/'])).collect()
    };
    let all = package["features"].as_object().unwrap().iter();
    all.filter(|(name, _)| *name != "default").map(|(name, all)| (name.clone(), included(all))).collect()
}

/// The names in backticks of a cell.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows after a heading, as cells without the outer bars.
fn table(file: &str, heading: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let lines = text.lines().map(|line| line.trim_start_matches("//!").trim());
    let rows = lines.skip_while(|line| *line != heading).skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|line| line.trim_matches('|').split('|').map(str::to_owned).collect()).collect()
}

#[test]
fn the_tables_list_each_feature() {
    let features = features();
    assert!(features.len() > 10, "{features:?}");
    for (file, heading) in [("docs/library.md", "## Crate features"), ("src/lib.rs", "# Crate features")] {
        let rows = table(file, heading);
        let listed: BTreeSet<String> = rows.iter().flat_map(|row| names(&row[0])).collect();
        assert_eq!(listed, features.keys().cloned().collect(), "{file}");
        for row in rows.iter().filter(|row| row.len() > 2) {
            for name in names(&row[0]) {
                assert_eq!(names(&row[2]), features[&name], "{file}: {name}");
            }
        }
    }
}
