//! What is completed where: `language_server/completions.tsv` has a file, a text with the cursor at `¦`, what is offered, and what is not.

#[path = "language_server/client.rs"]
mod client;

use client::Client;
use serde_json::{Value, json};
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language_server");

fn started(name: &str) -> Client {
    let mut client = Client::start(&format!("completion-{name}"), &Path::new(FOLDER).join("project/more"));
    client.send(json!({ "method": "initialize", "params": { "capabilities": {} } }));
    client.answer();
    client.send(json!({ "method": "initialized", "params": {} }));
    client
}

fn at(client: &mut Client, method: &str, file: &str, marked: &str) -> Value {
    let (before, after) = marked.split_once('¦').unwrap();
    let document = json!({ "uri": client.uri(file), "languageId": "toml", "version": 1, "text": format!("{before}{after}") });
    client.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    let place = json!({ "textDocument": { "uri": client.uri(file) }, "position": { "line": line, "character": column } });
    client.send(json!({ "method": method, "params": place }));
    let answer = client.answer()["result"].clone();
    let closed = json!({ "textDocument": { "uri": client.uri(file) } });
    client.send(json!({ "method": "textDocument/didClose", "params": closed }));
    answer
}

#[test]
fn what_is_completed_where() {
    let mut client = started("table");
    let table = std::fs::read_to_string(format!("{FOLDER}/completions.tsv")).unwrap();
    let mut failed = Vec::new();
    for row in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [file, text, wanted, unwanted] = columns[..] else { panic!("{row}") };
        let answer = at(&mut client, "textDocument/completion", file, &text.replace("\\n", "\n"));
        let labels: Vec<&str> =
            answer["items"].as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap()).collect();
        let has = |label: &str| labels.contains(&label);
        let is_right = match wanted {
            "-" => labels.is_empty(),
            _ => wanted.split(' ').all(has),
        };
        if !is_right || unwanted.split(' ').any(has) {
            failed.push(format!("{row}\n  offered {:?}", &labels[..labels.len().min(8)]));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(client.end(), Some(0));
}

/// A count is that of the selector as it is written.
#[test]
fn a_selector_through_an_array_is_not_confirmed() {
    let mut client = started("arrays");
    let rule = "[[rule]]\nid = \"a\"\npattern = '{ PATTERN }'\n";
    let rows = [
        (
            "$.eventSource = \"kms.amazonaws.com\" && $.resources.AR¦N = \"x\"",
            "Write `$.resources[*].ARN`",
            "` have it",
        ),
        (
            "$.eventSource = \"kms.amazonaws.com\" && $.resources[*].AR¦N = \"x\"",
            " have it.",
            "finds nothing",
        ),
        (
            "$.eventSource = \"kms.amazonaws.com\" && $.resources[0].AR¦N = \"x\"",
            " have it in some element.",
            "finds nothing",
        ),
        (
            "$.resources.AR¦N = \"x\"",
            "`resources` is an array: `$.resources.ARN` finds nothing in it",
            "` have it",
        ),
        (
            "$.eventSource = \"iam.amazonaws.com\" && $.requestParameters.tags.ke¦y = \"x\"",
            "Write `$.requestParameters.tags[*].key`",
            "` have it",
        ),
        ("$.userIdentity.ty¦pe = \"Root\"", "CloudTrail field", "finds nothing"),
    ];
    for (pattern, wanted, unwanted) in rows {
        let hover = at(&mut client, "textDocument/hover", "h.toml", &rule.replace("PATTERN", pattern));
        let text = hover["contents"]["value"].as_str().unwrap();
        assert!(text.contains(wanted) && !text.contains(unwanted), "{pattern}: {text}");
    }
    assert_eq!(client.end(), Some(0));
}

/// The keys of `.cwfilter.toml` that are offered are those of the schema, with its descriptions.
#[test]
fn the_keys_of_the_configuration_are_those_of_the_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas/configuration.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let mut wanted: Vec<(String, String)> = Vec::new();
    for (key, it) in schema["properties"].as_object().unwrap() {
        wanted.push((key.clone(), it["description"].as_str().unwrap().to_owned()));
    }
    let mut client = started("settings");
    let answer = at(&mut client, "textDocument/completion", ".cwfilter.toml", "¦");
    let of = |it: &Value| {
        (it["label"].as_str().unwrap().to_owned(), it["documentation"]["value"].as_str().unwrap().to_owned())
    };
    let mut found: Vec<(String, String)> = answer["items"].as_array().unwrap().iter().map(of).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    assert_eq!(client.end(), Some(0));
}
