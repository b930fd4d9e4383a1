//! A module uses only modules below it, and the files of a folder do not use each other in a circle. The tests read the `use` lines and
//! the paths in the code.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Bottom to top.
const LAYERS: [&str; 51] = [
    "limits",
    "plural",
    "files",
    "span",
    "spanned",
    "cursor",
    "escaped",
    "semantics",
    "number",
    "time",
    "syntax",
    "wildcard",
    "reference",
    "engine",
    "evidence",
    "cloudtrail",
    "hit",
    "diagnostic",
    "explain",
    "analysis",
    "controls",
    "certificate",
    "metric",
    "alarm",
    "schema",
    "metric_settings",
    "sources",
    "lint",
    "rules",
    "simulation",
    "answers",
    "verify",
    "translate",
    "sigma",
    "gate",
    "stack",
    "policy",
    "control_chain",
    "table",
    "aws",
    "resource",
    "account",
    "permissions",
    "chain",
    "provision",
    "plan_report",
    "import",
    "export",
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

/// The modules of the crate that a source names, as `crate::module` or through a re-export of the root.
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
                | "Matcher" | "SetMatches" | "SplitError" => "engine".to_owned(),
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

/// The circles between files of one folder that are allowed, as "folder: files of the circle", without `mod.rs`. A circle that is not
/// listed fails the test, and so does a listed circle that no longer exists.
const KNOWN: [&str; 0] = [];

/// The folders whose `mod.rs` may be in a circle with files of the folder: it uses them, and they use items that it defines. An item that it
/// re-exports counts as an item of its own file.
const KNOWN_THROUGH_MOD: [&str; 0] = [];

/// A module: its path, and the code of its file without comments and tests.
struct Module {
    path: Vec<String>,
    code: String,
}

/// The modules of the crate in the folder `root`. Their paths begin with `prefix`.
fn modules(root: &Path, prefix: &[&str]) -> Vec<Module> {
    let of = |path: PathBuf| {
        let inside = path.strip_prefix(root).unwrap().with_extension("");
        let inside = inside.iter().map(|part| part.to_str().unwrap().to_owned());
        let mut names: Vec<String> = prefix.iter().map(|part| (*part).to_owned()).chain(inside).collect();
        if names.last().is_some_and(|name| matches!(name.as_str(), "mod" | "lib" | "main")) {
            names.pop();
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let code =
            source.split("\n#[cfg(test)]\nmod ").next().unwrap().split("\n#[cfg(all(test").next().unwrap();
        let code = code.lines().map(|line| line.split("//").next().unwrap());
        Module { path: names, code: code.collect::<Vec<_>>().join("\n") }
    };
    // the root of the library re-exports what its users call, and uses all of it
    sources(root).into_iter().map(of).filter(|module| !module.path.is_empty()).collect()
}

/// The paths that code names, each as its segments: `use` trees are spread out, `a::{b, c::D}` is `a::b` and `a::c::D`.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = code;
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(start) = rest.find(is_name) {
        rest = &rest[start..];
        let mut prefix = Vec::new();
        rest = tree(rest, &mut prefix, &mut found);
    }
    found.retain(|path: &Vec<String>| path.len() > 1);
    found
}

/// Reads one path at the start of `text`; returns the text after it.
fn tree<'a>(text: &'a str, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let depth = prefix.len();
    let mut rest = text;
    loop {
        let name = first_name(rest);
        rest = rest.trim_start();
        rest = &rest[name.len()..];
        if !name.is_empty() {
            prefix.push(name);
        }
        match rest.strip_prefix("::") {
            Some(after) if after.starts_with('{') => {
                rest = &after[1..];
                while !rest.is_empty() && !rest.starts_with('}') {
                    let before = rest.len();
                    rest = tree(rest, prefix, found);
                    rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
                    // `as name`, `*`
                    if rest.len() == before {
                        rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
                    }
                }
                rest = rest.strip_prefix('}').unwrap_or(rest);
                break;
            }
            Some(after) if after.starts_with(|c: char| c.is_alphabetic() || c == '_') => rest = after,
            _ => {
                found.push(prefix.clone());
                break;
            }
        }
    }
    prefix.truncate(depth);
    rest
}

/// The re-exports of the `mod.rs` of each folder: the name, and the path of its module.
fn reexports(modules: &[Module]) -> HashMap<Vec<String>, Vec<String>> {
    let mut found = HashMap::new();
    for module in modules {
        for statement in module.code.split(';') {
            let Some(at) = statement.find("use ").filter(|_| statement.contains("pub")) else { continue };
            if !statement[..at].trim_end().ends_with([')', 'b']) {
                continue;
            }
            for path in paths(&statement[at + 4..]) {
                let name = path.last().unwrap().clone();
                found
                    .insert([module.path.clone(), vec![name]].concat(), [module.path.clone(), path].concat());
            }
        }
    }
    found
}

/// A folder, and two of its files: the first uses the second.
type Edge = (String, String, String);

/// The edges between the modules of each folder. `mod` is the folder's own file. `crate::` is the module `root`.
fn edges(modules: &[Module], root: &[&str]) -> BTreeSet<Edge> {
    let known: HashSet<&[String]> = modules.iter().map(|module| module.path.as_slice()).collect();
    let reexports = reexports(modules);
    let mut found = BTreeSet::new();
    for module in modules {
        let own: Vec<&str> = module
            .code
            .split(';')
            .filter(|statement| !statement.contains("pub use ") && !statement.contains(") use "))
            .collect();
        for path in paths(&own.join(";")) {
            let mut target = match path[0].as_str() {
                "crate" => root.iter().map(|part| (*part).to_owned()).collect(),
                "super" | "self" => module.path.clone(),
                child
                    if known.contains([module.path.as_slice(), &[child.to_owned()]].concat().as_slice()) =>
                {
                    module.path.clone()
                }
                _ => continue,
            };
            for segment in &path {
                match segment.as_str() {
                    "crate" | "self" => {}
                    "super" => drop(target.pop()),
                    name => target.push(name.to_owned()),
                }
            }
            // follows re-exports to the file, and then goes from the item to its module
            for _ in 0..8 {
                match reexports.get(&target) {
                    Some(further) if *further != target => target = further.clone(),
                    _ => break,
                }
            }
            while !target.is_empty() && !known.contains(target.as_slice()) {
                target.pop();
            }
            let common = module.path.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if common == 0 || module.path == target {
                continue;
            }
            let node = |path: &[String]| path.get(common).cloned().unwrap_or_else(|| "mod".to_owned());
            found.insert((module.path[..common].join("/"), node(&module.path), node(&target)));
        }
    }
    found
}

/// The circles of one folder: sets of files in which each file leads to each other file.
fn circles(edges: &BTreeSet<Edge>) -> BTreeSet<String> {
    let mut reach: BTreeSet<Edge> = edges.clone();
    loop {
        let further: Vec<_> = reach
            .iter()
            .flat_map(|(folder, a, b)| {
                edges
                    .range((folder.clone(), b.clone(), String::new())..)
                    .take_while(move |(f, from, _)| f == folder && from == b)
                    .map(move |(_, _, c)| (folder.clone(), a.clone(), c.clone()))
            })
            .filter(|edge| !reach.contains(edge))
            .collect();
        if further.is_empty() {
            break;
        }
        reach.extend(further);
    }
    let in_circle = reach.iter().filter(|(_, a, b)| a == b);
    let of = |(folder, a, _): &Edge| {
        let all: Vec<&str> = reach
            .iter()
            .filter(|(f, from, to)| {
                f == folder && from == a && reach.contains(&(f.clone(), to.clone(), from.clone()))
            })
            .map(|(_, _, to)| to.as_str())
            .collect();
        format!("{folder}: {}", all.join(", "))
    };
    in_circle.map(of).collect()
}

#[test]
fn no_files_of_a_folder_use_each_other_in_a_circle() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut edges = edges(&modules(&package.join("src"), &[]), &[]);
    assert!(edges.len() > 100, "the `use` lines of the library were found");
    let of_program = program(package);
    assert!(of_program.len() > 50, "the `use` lines of the program were found");
    edges.extend(of_program);
    let among_files = edges.iter().filter(|(_, from, to)| from != "mod" && to != "mod").cloned().collect();
    let through_mod = circles(&edges).into_iter().filter(|circle| is_through_mod(circle));
    let folders = through_mod.map(|circle| circle.split(':').next().unwrap().to_owned()).collect();
    check("KNOWN", &KNOWN, &circles(&among_files), &edges);
    check("KNOWN_THROUGH_MOD", &KNOWN_THROUGH_MOD, &folders, &edges);
}

/// The edges between the files of the program. Its files are all in one folder, `cli`.
fn program(package: &Path) -> BTreeSet<Edge> {
    edges(&modules(&package.join("cli/src"), &["cli"]), &["cli"])
}

fn is_through_mod(circle: &str) -> bool {
    circle.split([' ', ',']).any(|file| file == "mod")
}

/// Compares the circles with a list, and shows the edges of those that are not listed.
fn check(list: &str, known: &[&str], found: &BTreeSet<String>, edges: &BTreeSet<Edge>) {
    let known: BTreeSet<String> = known.iter().map(|circle| (*circle).to_owned()).collect();
    let shown = |circle: &String| {
        let (folder, files) = circle.split_once(": ").unwrap_or((circle, ""));
        let inside: HashSet<&str> = files.split(", ").collect();
        let is_inside = |file: &str| files.is_empty() || inside.contains(file);
        let uses = edges.iter().filter(|(f, a, b)| f == folder && is_inside(a) && is_inside(b));
        let uses = uses.map(|(_, a, b)| format!("\n    {a} uses {b}"));
        format!("{circle}{}", uses.collect::<String>())
    };
    let new: Vec<String> = found.difference(&known).map(shown).collect();
    assert!(new.is_empty(), "{} circles that are not in {list}:\n{}", new.len(), new.join("\n"));
    let gone: Vec<&String> = known.difference(found).collect();
    assert!(gone.is_empty(), "these circles are gone: take them out of {list}: {gone:?}");
}

/// The reader of paths and the search for circles, on folders that are written here.
#[test]
fn a_circle_is_found() {
    let module = |path: &str, code: &str| Module {
        path: path.split('/').map(str::to_owned).collect(),
        code: code.to_owned(),
    };
    type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);
    let table: [Row; 6] = [
        ("a line", &[("f/a", "use super::b::B;"), ("f/b", "use crate::g::G;"), ("f", "mod a; mod b;")], &[]),
        (
            "two files",
            &[("f/a", "use super::{c::{C}, b};"), ("f/b", "fn x() { super::a::y() }")],
            &["f: a, b"],
        ),
        (
            "a re-export",
            &[("f", "pub use a::A;"), ("f/a", "use crate::f::b::B;"), ("f/b", "use super::A;")],
            &["f: a, b"],
        ),
        (
            "the folder's file",
            &[("f", "use a::A; fn help() {}"), ("f/a", "use super::help;")],
            &["f: a, mod"],
        ),
        (
            "three",
            &[("f/a", "use super::b::X;"), ("f/b", "use super::c::X;"), ("f/c", "use super::a::X;")],
            &["f: a, b, c"],
        ),
        ("a folder", &[("f/a", "use super::b::X;"), ("f/b/d", "use super::super::a::X;")], &["f: a, b"]),
    ];
    for (name, files, expected) in table {
        let mut modules: Vec<Module> = files.iter().map(|(path, code)| module(path, code)).collect();
        modules.push(module("f/b", ""));
        modules.push(module("f/c", ""));
        let expected: BTreeSet<String> = expected.iter().map(|circle| (*circle).to_owned()).collect();
        assert_eq!(circles(&edges(&modules, &[])), expected, "{name}");
    }
}

/// A crate that only matches patterns does not depend on AWS's SDK, a runtime or a command-line parser.
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

/// What plans and makes changes in an account stays small enough to be read at a sitting. The client, which other commands use too, is
/// not part of it.
#[test]
fn the_provisioning_module_is_thin() {
    const LINES: usize = 2_500;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = |folder: &str| std::fs::read_dir(root.join(folder)).unwrap().map(|it| it.unwrap().path());
    let sources = ["provision", "resource", "account"].into_iter().flat_map(files);
    let sources = sources.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let lines = |path: PathBuf| std::fs::read_to_string(path).unwrap().lines().count();
    let all: usize = sources.chain([root.join("permissions.rs")]).map(lines).sum();
    assert!((1_000..LINES).contains(&all), "{all} lines");
}
