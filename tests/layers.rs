//! A module uses only modules below it: the order of the house, read off the `use` lines.

use std::path::{Path, PathBuf};

/// Bottom to top.
const LAYERS: [&str; 28] = [
    "limits",
    "files",
    "span",
    "escaped",
    "semantics",
    "number",
    "time",
    "syntax",
    "wildcard",
    "reference",
    "engine",
    "cloudtrail",
    "diagnostic",
    "explain",
    "analysis",
    "controls",
    "metric",
    "alarm",
    "metric_settings",
    "sources",
    "lint",
    "rules",
    "simulation",
    "answers",
    "provision",
    "report",
    "testing",
    "lib",
];

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| *layer == module)
        .unwrap_or_else(|| panic!("`{module}` has no place in the order"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules of the crate that a source names: `crate::module`, and what the root re-exports.
fn uses(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in code {
        for after in line.split("crate::").skip(1) {
            let names = match after.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').map(first_name).collect(),
                None => vec![first_name(after)],
            };
            found.extend(names.into_iter().map(|name| match name.as_str() {
                "FilterPattern" | "PatternSet" | "PatternSetBuilder" | "SetError" | "PatternId"
                | "Matcher" | "SplitError" => "engine".to_owned(),
                "ParseError" | "ErrorKind" => "syntax".to_owned(),
                "Semantics" | "Wildcard" | "Keywords" => "semantics".to_owned(),
                "Span" | "LineColumn" => "span".to_owned(),
                _ => name,
            }));
        }
    }
    found
}

fn first_name(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn no_module_uses_one_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut edges = 0;
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).unwrap();
        let module =
            inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if module == "main" {
            continue;
        }
        for used in uses(&std::fs::read_to_string(&path).unwrap()) {
            edges += 1;
            assert!(layer(&used) <= layer(module), "{} uses `{used}`, which is above it", inside.display());
        }
    }
    assert!(edges > 30, "the `use` lines were found");
}

/// Whoever only matches patterns downloads nothing of AWS, and no runtime.
#[test]
fn the_library_alone_has_light_dependencies() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "cwfilter",
            "--locked",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.starts_with("cwfilter "), "{tree}");
    let heavy = ["aws-", "tokio", "hyper", "rustls", "clap", "toml"];
    let found: Vec<&str> =
        tree.lines().filter(|line| heavy.iter().any(|name| line.starts_with(name))).collect();
    assert!(found.is_empty(), "{found:?}");
}
