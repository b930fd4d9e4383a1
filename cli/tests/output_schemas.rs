//! Every JSON output has a JSON Schema in `docs/schemas/output`, and is what its schema says. The runs are in `output_schemas/runs.tsv`. Schemas
//! allow no other members, so that a new member needs its line there; and each member of a schema is in some output, so that a member
//! that is gone has to go there, too.

#[path = "../../tests/support/schema_members.rs"]
mod schema_members;
#[path = "support/scratch.rs"]
mod scratch;

use schema_members::{errors, had, named};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/output_schemas");
/// The schemas of `plan`, `apply`, `destroy` and `ring`, which need an account: `tests/plan_schema.rs`, `tests/ring.rs` and
/// `tests/provision` hold their outputs against them.
const OF_ACCOUNTS: [&str; 2] = ["plan", "ring"];
/// Outputs in the form of others, and inputs: the words of an option's help that speak of JSON.
const NOT_OURS: [(&str, &str); 3] = [
    ("lint", "--ndjson-field"),
    ("test-metric-filter", "--cli-input-json"),
    ("simulate", "--notification-format"),
];

/// Members that no run here has: the name of the schema, the path, and why.
const UNSEEN: [(&str, &str, &str); 4] = [
    ("import", ".errors[].help", "only an account is refused with a help"),
    ("import", ".errors[].line", "no rule file is read, and all commands have one type of error"),
    ("import", ".errors[].path", "no rule file is read, and all commands have one type of error"),
    ("scan-count", ".prefixesNotListed", "only of `s3://`; a test in cli/tests/remote/main.rs has it"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schemas() -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(root().join("docs/schemas/output")).unwrap();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), serde_json::from_str(&text).unwrap())
    };
    files.map(|entry| read(entry.unwrap().path())).collect()
}

struct Row {
    schema: String,
    is_lines: bool,
    /// The file that has the output, if it is not standard output.
    file: Option<String>,
    stdin: String,
    arguments: Vec<String>,
}

/// Splits a command line; double quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    quoted
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(format!("{FOLDER}/runs.tsv")).unwrap();
    let is_here = |line: &&str| cfg!(feature = "aws") || !line.contains("\tring ");
    let lines = table.lines().filter(|line| !line.starts_with('#')).filter(is_here);
    let row = |line: &str| {
        let [schema, kind, stdin, arguments] = line.split('\t').collect::<Vec<_>>().try_into().expect(line);
        let (kind, file) =
            kind.split_once('+').map_or((kind, None), |(kind, file)| (kind, Some(file.to_owned())));
        assert!(["document", "lines"].contains(&kind), "{line}");
        Row {
            schema: schema.to_owned(),
            is_lines: kind == "lines",
            file,
            stdin: stdin.to_owned(),
            arguments: words(arguments),
        }
    };
    lines.map(row).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        match entry.path() {
            path if path.is_dir() => copy(&path, &to),
            path => drop(std::fs::copy(path, to).unwrap()),
        }
    }
}

fn program(folder: &Path, row: &Row) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    command.args(&row.arguments).current_dir(folder);
    match row.stdin.as_str() {
        "-" => command.stdin(Stdio::null()),
        file => command.stdin(File::open(folder.join(file)).unwrap()),
    };
    command.output().unwrap()
}

/// The JSON values of a run.
fn values(folder: &Path, row: &Row) -> Vec<Value> {
    let output = program(folder, row);
    let text = match &row.file {
        Some(file) => std::fs::read_to_string(folder.join(file))
            .unwrap_or_else(|error| panic!("{:?}: {file}: {error}", row.arguments)),
        None => String::from_utf8(output.stdout).unwrap(),
    };
    let read = |text: &str| {
        let told = String::from_utf8_lossy(&output.stderr);
        serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{:?}: {error}\n{text}\n{told}", row.arguments))
    };
    let values: Vec<Value> = if row.is_lines { text.lines().map(read).collect() } else { vec![read(&text)] };
    assert!(
        !values.is_empty(),
        "{:?}: no output: {}",
        row.arguments,
        String::from_utf8_lossy(&output.stderr)
    );
    values
}

#[test]
fn each_output_is_what_its_schema_says() {
    let folder = scratch::folder("output-schemas");
    copy(&Path::new(FOLDER).join("data"), &folder);
    let schemas = schemas();
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let rows = rows();
    for row in &rows {
        let schema = schemas.get(&row.schema).unwrap_or_else(|| panic!("there is no schema {}", row.schema));
        jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{}: {error}", row.schema));
        let validator = jsonschema::validator_for(schema).unwrap();
        for value in values(&folder, row) {
            let errors = errors(&validator, &value);
            assert!(errors.is_empty(), "{}: {:?}\n{errors:#?}\n{value:#}", row.schema, row.arguments);
            had(schema, schema, &value, "", seen.entry(&row.schema).or_default());
        }
    }
    let mut unseen = Vec::new();
    for (name, schema) in schemas.iter().filter(|(name, _)| !OF_ACCOUNTS.contains(&name.as_str())) {
        let mut all = BTreeSet::new();
        named(schema, schema, "", &mut all);
        let seen = seen.get(name.as_str()).unwrap_or_else(|| panic!("no run has the schema {name}"));
        unseen.extend(all.difference(seen).map(|path| (name.clone(), path.clone())));
    }
    let known = UNSEEN.map(|(name, path, _)| (name.to_owned(), path.to_owned()));
    assert_eq!(unseen, known, "no output has these members of schemas");
}

/// The subcommands that the program lists.
fn subcommands() -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_cwfilter")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<String> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ").filter(|it| !it.starts_with(' ')))
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    assert!(names.len() > 20, "{help}");
    names
}

/// The options of a subcommand that print JSON, as `--json` or `--format ndjson`.
fn json_options(subcommand: &str) -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_cwfilter")).args([subcommand, "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (mut option, mut found) = (String::new(), Vec::new());
    for line in help.lines().map(str::trim) {
        if let Some(at) = line.find("--").filter(|at| *at < 5 && line.starts_with('-')) {
            option = line[at..].split([' ', '=', '[']).next().unwrap().to_owned();
            if option.contains("json") {
                found.push(option.clone());
            }
        } else if let Some(value) = ["json", "ndjson"].iter().find(|it| line.starts_with(&format!("- {it}:")))
        {
            found.push(format!("{option} {value}"));
        }
    }
    let is_ours =
        |it: &String| !NOT_OURS.iter().any(|(of, option)| *of == subcommand && it.starts_with(option));
    found.retain(is_ours);
    found
}

#[test]
fn each_option_for_json_has_a_schema() {
    let rows = rows();
    let mut asked = 0;
    for subcommand in subcommands() {
        for option in json_options(&subcommand) {
            asked += 1;
            let is_tried =
                |row: &Row| row.arguments[0] == subcommand && row.arguments.join(" ").contains(&option);
            let needs_account = ["plan", "apply", "destroy"].contains(&subcommand.as_str());
            assert!(needs_account || rows.iter().any(is_tried), "{subcommand} {option}: no run in runs.tsv");
        }
    }
    assert!(asked >= 15, "{asked}");
}

/// The page about outputs links each schema.
#[test]
fn the_docs_list_each_schema() {
    let page = std::fs::read_to_string(root().join("docs/output.md")).unwrap();
    let linked: BTreeSet<&str> =
        page.split("schemas/output/").skip(1).filter_map(|it| it.split(".json)").next()).collect();
    let schemas = schemas();
    assert_eq!(linked, schemas.keys().map(String::as_str).collect());
    for (name, schema) in &schemas {
        // `scan --format json` of the title
        let title = schema["title"].as_str().unwrap();
        assert!(page.contains(title), "{name}: {title}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
    }
}
