//! The language server, driven by a client that replays sessions: `language_server/*.jsonl`. A line is a step:
//!
//! * `{"send": MESSAGE}` sends a message; a request gets the next id. `{"open": FILE, "language": NAME}` opens a file of the project,
//!   `{"raw": TEXT}` sends bytes.
//! * `{"answer": VALUE}` is what the answer to the last request has at least: each member of an object, and each element of an array
//!   in any order. `{"refused": CODE}` is the code of its error, `{"exactly": VALUE}` its whole result.
//! * `{"found": FILE, "lints": [...]}` waits until exactly these lints are published for a file.
//!
//! `$URI` is the URI of the project's folder, which is a copy. The recording is left in `target/tmp/language-server`.

#[path = "language_server/client.rs"]
mod client;

use client::Client;
use serde_json::{Value, json};
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language_server");

/// Whether `found` has everything that `wanted` has.
fn has(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| found.get(key).is_some_and(|it| has(it, value)))
        }
        (Value::Array(found), Value::Array(wanted)) => {
            wanted.iter().all(|value| found.iter().any(|it| has(it, value)))
        }
        // a part of a longer text
        (Value::String(found), Value::String(wanted)) => match wanted.strip_prefix('~') {
            Some(part) => found.contains(part),
            None => found == wanted,
        },
        _ => found == wanted,
    }
}

/// Replays a session, and gives its recording.
fn replay(name: &str) -> Vec<String> {
    let mut client = Client::start(name, &Path::new(FOLDER).join("project"));
    let session = std::fs::read_to_string(format!("{FOLDER}/{name}.jsonl")).unwrap();
    let session = session.replace("$URI", client.uri("").trim_end_matches('/'));
    for (line, number) in session.lines().zip(1..) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let step: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}:{number}: {error}"));
        let told = |what: &str, found: &Value| panic!("{name}:{number}: {what}\n{line}\nfound {found:#}");
        if let Some(message) = step.get("send") {
            client.send(message.clone());
        } else if let Some(file) = step["open"].as_str() {
            client.open(file, step["language"].as_str().unwrap());
        } else if let Some(text) = step["raw"].as_str() {
            client.raw(text.as_bytes());
        } else if let Some(wanted) = step.get("answer") {
            let answer = client.answer();
            if answer["result"].is_null() != wanted.is_null() || !has(&answer["result"], wanted) {
                told("another answer", &answer);
            }
        } else if let Some(wanted) = step.get("exactly") {
            let answer = client.answer();
            if answer["result"] != *wanted {
                told("another answer", &answer);
            }
        } else if let Some(code) = step.get("refused") {
            let answer = client.answer();
            if answer["error"]["code"] != *code {
                told("another error", &answer);
            }
        } else if let Some(file) = step["found"].as_str() {
            client.wait_for(file, &step["lints"]).unwrap_or_else(|last| told("other findings", &last));
        } else {
            panic!("{name}:{number}: no such step");
        }
    }
    let recording = client.recording();
    assert_eq!(client.end(), Some(0), "{name}: the server ends in order");
    recording
}

/// The messages of the client in a recording.
fn sent(recording: &str) -> Vec<&str> {
    recording.lines().filter_map(|line| line.split_once(" ms > ")).map(|(_, message)| message).collect()
}

/// `recording.txt` has the messages of this session, with the answers and times of the program that wrote it: `CWFILTER_BLESS=1`.
#[test]
fn a_session_with_every_request() {
    let recording = replay("session").join("\n") + "\n";
    let path = format!("{FOLDER}/recording.txt");
    if std::env::var_os("CWFILTER_BLESS").is_some() {
        std::fs::write(&path, &recording).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(sent(&recording), sent(&kept), "recording.txt is of another session");
    assert!(kept.contains(" ms < "), "it has answers");
}

/// A composite alarm may name the rule of another file of its folder.
#[test]
fn rules_of_other_files_are_found() {
    drop(replay("folder"));
}

#[test]
fn malformed_messages_and_wrong_requests() {
    drop(replay("malformed"));
}

#[test]
fn an_unclosed_frame_and_a_header_without_length_end_the_server_with_an_error() {
    for bytes in ["Content-Length: 10\r\n\r\n{}", "Content-Type: x\r\n\r\n", "{}\n"] {
        let mut client = Client::start("frames", &Path::new(FOLDER).join("project"));
        client.raw(bytes.as_bytes());
        assert_eq!(client.end_of_input(), Some(3), "{bytes:?}");
    }
    let mut client = Client::start("frames", &Path::new(FOLDER).join("project"));
    assert_eq!(client.end_of_input(), Some(0));
}

/// Any text, cut and changed anywhere, gets an answer to each request.
#[test]
fn no_place_of_no_text_takes_the_server_down() {
    let mut client = Client::start("places", &Path::new(FOLDER).join("project"));
    client.send(json!({ "method": "initialize", "params": { "capabilities": {} } }));
    client.answer();
    client.send(json!({ "method": "initialized", "params": {} }));
    for (file, language) in [("rules.toml", "toml"), ("main.tf", "terraform"), ("template.yaml", "yaml")] {
        client.open(file, language);
        let text = std::fs::read_to_string(format!("{FOLDER}/project/{file}")).unwrap();
        let step = if cfg!(debug_assertions) { 29 } else { 3 };
        for at in (0..=text.len()).step_by(step).filter(|at| text.is_char_boundary(*at)) {
            let line = text[..at].matches('\n').count();
            let column = text[..at].rsplit('\n').next().unwrap().encode_utf16().count();
            // the text ends here: what a person typed so far
            let changes = json!([{ "text": &text[..at] }]);
            client.send(json!({ "method": "textDocument/didChange", "params": {
                "textDocument": { "uri": client.uri(file), "version": at + 2 }, "contentChanges": changes } }));
            let place = json!({ "textDocument": { "uri": client.uri(file) }, "position": { "line": line, "character": column } });
            for method in ["hover", "completion", "definition"] {
                client.send(json!({ "method": format!("textDocument/{method}"), "params": place }));
                let answer = client.answer();
                assert!(answer.get("error").is_none(), "{file} {at} {method}: {answer}");
            }
        }
    }
    assert_eq!(client.end(), Some(0));
}
