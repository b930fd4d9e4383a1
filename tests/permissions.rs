//! The policies of `permissions` name what IAM can limit each action to: `permissions.tsv`, with the source of each line.

use cwfilter::aws::CALLS;
use cwfilter::permissions::{Command, permissions};
use cwfilter::stack::Stack;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const STACK: &str = "name = \"s\"\nregion = \"us-east-1\"\naccount = \"123456789012\"\nrules = [\"rules.toml\"]\n\
    log_group = { name = \"trail\", create = true }\ntopic = { name = \"alerts\" }\n";

/// What the ARNs of an action name.
fn kinds(resources: &Value) -> BTreeSet<&str> {
    let all = resources.as_array().unwrap().iter().map(|it| it.as_str().unwrap());
    all.map(|arn| match arn.split(':').collect::<Vec<_>>()[..] {
        ["*"] => "*",
        [_, _, "sns", "us-east-1", "123456789012", "alerts" | "cwfilter-s"] => "topic",
        [_, _, "logs", "us-east-1", "123456789012", "log-group", "trail"] => "log-group",
        [_, _, "logs", "us-east-1", "123456789012", "log-group", "trail", "*"] => "log-group",
        [_, _, "cloudwatch", "us-east-1", "123456789012", "alarm", "s.*"] => "alarm",
        _ => panic!("{arn}"),
    })
    .collect()
}

#[test]
fn each_action_is_limited_to_what_iam_allows() {
    let table: BTreeMap<&str, &str> = include_str!("permissions.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() == 3 && !cells[2].is_empty(), "{line}");
            (cells[0], cells[1])
        })
        .collect();
    let stack = Stack::parse(Path::new("cwfilter.toml"), STACK).unwrap();
    let mut seen = BTreeSet::new();
    for command in Command::ALL {
        let policy: Value = serde_json::from_str(&permissions(&stack, command)).unwrap();
        for statement in policy["Statement"].as_array().unwrap() {
            for action in statement["Action"].as_array().unwrap() {
                let action = action.as_str().unwrap();
                let expected = table.get(action).unwrap_or_else(|| panic!("{action} is not in the table"));
                assert_eq!(
                    kinds(&statement["Resource"]),
                    BTreeSet::from([*expected]),
                    "{command:?} {action}"
                );
                seen.insert(action.to_owned());
            }
        }
    }
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), table.into_keys().collect::<Vec<_>>());
    // anybody may ask who they are
    assert_eq!(seen.len(), CALLS.len() - 1);
}
