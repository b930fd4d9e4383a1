//! The JSON Schemas of `docs/schemas` have the keys of the types, and accept every file of the project.

use cwfilter::lint::catalogue::LINTS;
use cwfilter::stack::Stack;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("docs/schemas").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The keys that a reader names when it refuses the key `zzz`.
fn expected(message: &str) -> BTreeSet<String> {
    let (_, list) = message.split_once("`zzz`, expected").unwrap_or_else(|| panic!("{message}"));
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn keys(table: &Value) -> BTreeSet<String> {
    table["properties"].as_object().unwrap().keys().cloned().collect()
}

const RULE: &str = "[[rule]]\nid = \"a\"\npattern = \"x\"\n";
const COMPOSITE: &str = "[[composite]]\nid = \"a\"\nrule = \"ALARM(b)\"\n";
const STACK: &str = "name = \"a\"\nregion = \"us-east-1\"\nrules = [\"r\"]\n";

#[test]
fn the_schema_of_rule_files_has_the_keys_of_the_reader() {
    let schema = schema("rule-file.json");
    let tables = [
        ("", "zzz = 1\n".to_owned()),
        ("rule", "[[rule]]\nzzz = 1\n".to_owned()),
        ("metric", format!("{RULE}metric = {{ zzz = 1 }}\n")),
        ("alarm", format!("{RULE}alarm = {{ zzz = 1 }}\n")),
        ("allow", format!("{RULE}allow = [{{ zzz = 1 }}]\n")),
        ("test", format!("{RULE}[[rule.test]]\nzzz = 1\n")),
        ("timeline", format!("{RULE}[[rule.timeline]]\nzzz = 1\n")),
        ("expectation", format!("{RULE}[[rule.timeline]]\nexpect = {{ zzz = 1 }}\n")),
        ("composite", "[[composite]]\nzzz = 1\n".to_owned()),
        ("suppressor", format!("{COMPOSITE}suppressor = {{ zzz = 1 }}\n")),
        ("compositeTest", format!("{COMPOSITE}[[composite.test]]\nzzz = 1\n")),
        ("compositeTimeline", format!("{COMPOSITE}[[composite.timeline]]\nzzz = 1\n")),
        ("change", format!("{COMPOSITE}[[composite.timeline]]\nchange = [{{ zzz = 1 }}]\n")),
    ];
    for (name, text) in tables {
        let errors = cwfilter::rules::parse(Path::new("rules.toml"), text).unwrap_err();
        let table = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        assert_eq!(keys(table), expected(errors[0].message()), "{name}");
    }
}

#[test]
fn the_schema_of_stack_files_has_the_keys_of_the_reader() {
    let schema = schema("stack-file.json");
    let tables = [
        ("", "zzz = 1\n".to_owned()),
        ("log_group", format!("{STACK}[log_group]\nzzz = 1\n")),
        ("topic", format!("{STACK}[topic]\nzzz = 1\n")),
        ("subscription", format!("{STACK}[[topic.subscription]]\nzzz = 1\n")),
        ("trail", format!("{STACK}[trail]\nzzz = 1\n")),
        ("alarm", format!("{STACK}[alarm]\nzzz = 1\n")),
        ("names", format!("{STACK}[names.a]\nzzz = 1\n")),
    ];
    for (name, text) in tables {
        let errors = Stack::parse(Path::new("cwfilter.toml"), &text).unwrap_err();
        let table = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        assert_eq!(keys(table), expected(errors[0].message()), "{name}");
    }
}

#[test]
fn the_schema_of_the_configuration_has_every_lint() {
    let schema = schema("configuration.json");
    assert_eq!(keys(&schema["properties"]["lints"]), LINTS.map(|lint| lint.name.to_owned()).into());
}

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn the_files_of_the_project_are_what_the_schemas_say() {
    let mut files = Vec::new();
    for folder in ["patterns", "examples", "cli/src/init/files", "cli/tests/language_server/project"] {
        toml_files(&root().join(folder), &mut files);
    }
    let (rules, stacks) = (schema("rule-file.json"), schema("stack-file.json"));
    let (rules, stacks) =
        (jsonschema::validator_for(&rules).unwrap(), jsonschema::validator_for(&stacks).unwrap());
    let mut tried = (0, 0);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let value: toml::Value = toml::from_str(&text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        let validator = match text.contains("[[rule]]") || text.contains("[[composite]]") {
            true => {
                tried.0 += 1;
                &rules
            }
            false if value.get("log_group").is_some() => {
                tried.1 += 1;
                &stacks
            }
            false => continue,
        };
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
    assert!(tried.0 >= 12 && tried.1 >= 2, "{tried:?}");
    // and what is wrong is refused
    for (text, validator) in [("[[rule]]\nid = 1\npattern = \"x\"\n", &rules), ("name = \"a\"\n", &stacks)] {
        let value: toml::Value = toml::from_str(text).unwrap();
        assert!(!validator.is_valid(&serde_json::to_value(value).unwrap()), "{text}");
    }
}
