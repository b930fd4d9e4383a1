//! The limits of the language server: what is at a limit is answered, and what is beyond gets an error in words. A server that is asked for
//! too much goes on; only a header that does not end stops it, because the next message cannot be found.

#[path = "language_server/client.rs"]
mod client;

use client::Client;
use cwfilter::limits::{
    LSP_COMPLETIONS, LSP_DOCUMENTS, LSP_HEADER_BYTES, LSP_LINES_BEFORE, LSP_MESSAGE_BYTES, LSP_RULE_FILES,
    SOURCE_BYTES,
};
use serde_json::{Value, json};
use std::path::Path;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language_server/project");

fn started(name: &str) -> Client {
    let mut client = Client::start(&format!("limits-{name}"), Path::new(PROJECT));
    client.send(json!({ "method": "initialize", "params": { "capabilities": {} } }));
    client.answer();
    client.send(json!({ "method": "initialized", "params": {} }));
    client
}

fn open(client: &mut Client, file: &str, text: &str) {
    let document = json!({ "uri": client.uri(file), "languageId": "toml", "version": 1, "text": text });
    client.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
}

/// `LSP_HEADER_BYTES`
#[test]
fn a_header_has_a_limit() {
    let request = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    let length = format!("Content-Length: {}\r\n", request.len());
    let padded = |bytes: usize| {
        let rest = bytes - length.len() - "X: \r\n\r\n".len();
        format!("{length}X: {}\r\n\r\n{request}", "x".repeat(rest))
    };
    let mut client = Client::start("limits-header", Path::new(PROJECT));
    client.raw(padded(LSP_HEADER_BYTES).as_bytes());
    assert!(client.answer()["result"]["capabilities"].is_object());
    assert_eq!(client.end(), Some(0));

    let mut client = Client::start("limits-header", Path::new(PROJECT));
    client.raw(padded(LSP_HEADER_BYTES + 1).as_bytes());
    assert_eq!(client.end_of_input(), Some(3));
    assert_eq!(client.recording(), [""; 0], "no part of it is taken for a message");
}

/// `LSP_MESSAGE_BYTES`
#[test]
fn a_message_has_a_limit() {
    let mut client = started("message");
    let head = r#"{"jsonrpc":"2.0","id":90,"method":"workspace/symbols"}"#;
    for (bytes, code, word) in
        [(LSP_MESSAGE_BYTES, -32601, "no method"), (LSP_MESSAGE_BYTES + 1, -32600, "larger than 64 MiB")]
    {
        let text = head.to_owned() + &" ".repeat(bytes - head.len());
        client.raw(format!("Content-Length: {bytes}\r\n\r\n{text}").as_bytes());
        let answer = client.answer();
        assert_eq!(answer["error"]["code"], code, "{bytes}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(word), "{answer}");
    }
    assert_eq!(client.end(), Some(0), "the server went on");
}

/// `LSP_DOCUMENTS`
#[test]
fn open_documents_have_a_limit() {
    let mut client = started("documents");
    let rule = "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\n";
    for number in 0..LSP_DOCUMENTS {
        open(&mut client, &format!("{number}.txt"), rule);
    }
    open(&mut client, "beyond.toml", rule);
    let told = client.notification("window/logMessage");
    let wanted = format!("more than {LSP_DOCUMENTS} documents are open: this one is not checked");
    assert_eq!(told["message"], format!("textDocument/didOpen: {wanted}"));
    // after another one was closed, it is checked
    client.send(json!({ "method": "textDocument/didClose", "params": { "textDocument": { "uri": client.uri("0.txt") } } }));
    open(
        &mut client,
        "beyond.toml",
        "[[rule]]\nid = \"a\"\npattern = \"\"\"{ $.a != x || $.a != y }\"\"\"\n",
    );
    let optional = "not-equal-on-optional-field";
    client.wait_for("beyond.toml", &json!([optional, "or-of-negations", optional])).unwrap();
    assert_eq!(client.end(), Some(0));
}

/// `LSP_COMPLETIONS`
#[test]
fn completions_have_a_limit_and_say_so() {
    let mut client = started("completions");
    let lines = ["[[rule]]", "id = \"a\"", "pattern = '{ $.eventName = \"\" }'", ""];
    open(&mut client, "many.toml", &lines.join("\n"));
    let mut ask = |text: &str, version: u32| {
        let line = format!("pattern = '{{ $.eventName = \"{text}\" }}'");
        let column = line.find("\" }").unwrap();
        let changed = [lines[0], lines[1], &line, ""].join("\n");
        client.send(json!({ "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": client.uri("many.toml"), "version": version }, "contentChanges": [{ "text": changed }] } }));
        client.send(json!({ "method": "textDocument/completion", "params": {
            "textDocument": { "uri": client.uri("many.toml") }, "position": { "line": 2, "character": column } } }));
        let list: Value = client.answer()["result"].clone();
        (list["isIncomplete"] == true, list["items"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(ask("", 2), (true, LSP_COMPLETIONS));
    let (is_incomplete, few) = ask("StopLogg", 3);
    assert!(!is_incomplete && (1..LSP_COMPLETIONS).contains(&few), "{few}");
    assert_eq!(client.end(), Some(0));
}

/// `SOURCE_BYTES`
#[test]
fn a_document_has_a_limit() {
    let mut client = started("document");
    let rule = "[[rule]]\nid = \"a\"\npattern = \"ERROR\"\n#";
    let length = usize::try_from(SOURCE_BYTES).unwrap() - rule.len();
    open(&mut client, "at.toml", &(rule.to_owned() + &"x".repeat(length)));
    client.wait_for("at.toml", &json!([])).unwrap();
    open(&mut client, "beyond.toml", &(rule.to_owned() + &"x".repeat(length + 1)));
    let found = loop {
        let published = client.notification("textDocument/publishDiagnostics");
        if published["uri"] == client.uri("beyond.toml") {
            break published;
        }
    };
    let message = found["diagnostics"][0]["message"].as_str().unwrap_or_else(|| panic!("{found}"));
    assert!(message.contains("not checked") && message.contains("8 MiB"), "{message}");
    assert_eq!(client.end(), Some(0));
}

/// `LSP_LINES_BEFORE`: a pattern whose key is on one of the last lines before the cursor is completed while the file cannot be read.
#[test]
fn lines_before_the_cursor_have_a_limit() {
    let mut client = started("lines-before");
    open(&mut client, "open.toml", "");
    let mut proposals = |lines: usize, version: u32| {
        // the text has no end, so that the file cannot be read
        let pattern = format!("pattern = \"\"\"{{ $.eventName = x{} || $.", "\n".repeat(lines - 1));
        let changed = format!("[[rule]]\nid = \"a\"\n{pattern}");
        let last = changed.lines().last().unwrap().len();
        let document = json!({ "uri": client.uri("open.toml"), "version": version });
        client.send(json!({ "method": "textDocument/didChange", "params": {
            "textDocument": document, "contentChanges": [{ "text": changed }] } }));
        client.send(json!({ "method": "textDocument/completion", "params": {
            "textDocument": document, "position": { "line": lines + 1, "character": last } } }));
        client.answer()["result"]["items"].as_array().map_or(0, Vec::len)
    };
    assert!(proposals(1, 2) > 0);
    assert!(proposals(LSP_LINES_BEFORE, 3) > 0);
    assert_eq!(proposals(LSP_LINES_BEFORE + 1, 4), 0);
    assert_eq!(client.end(), Some(0));
}

/// `LSP_RULE_FILES`: rules of files beyond the limit are not searched, and no finding says that they do not exist.
#[test]
fn rule_files_of_a_folder_have_a_limit() {
    let composite = "[[composite]]\nid = \"both\"\nrule = \"ALARM(last)\"\n";
    let position = json!({ "line": 2, "character": "rule = \"ALARM(l".len() });
    for (others, is_beyond) in [(LSP_RULE_FILES, false), (LSP_RULE_FILES + 1, true)] {
        let mut client = started(&format!("rule-files-{others}"));
        let folder = client.folder().join("many");
        std::fs::create_dir(&folder).unwrap();
        for number in 1..others {
            let text = format!("[[rule]]\nid = \"r{number}\"\npattern = \"ERROR\"\n");
            std::fs::write(folder.join(format!("r{number:04}.toml")), text).unwrap();
        }
        // the last one in the order of names
        let last = "[[rule]]\nid = \"last\"\npattern = \"ERROR\"\nmetric = { namespace = \"N\", name = \"last\", value = \"1\" }\n\
            alarm = { statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }\n";
        std::fs::write(folder.join("z.toml"), last).unwrap();
        open(&mut client, "many/a.toml", composite);
        let found = loop {
            let published = client.notification("textDocument/publishDiagnostics");
            if published["uri"] == client.uri("many/a.toml") {
                break published["diagnostics"].clone();
            }
        };
        client.send(json!({ "method": "textDocument/definition", "params": {
            "textDocument": { "uri": client.uri("many/a.toml") }, "position": position } }));
        let answer = client.answer();
        if is_beyond {
            let message = format!("the folder has more than {LSP_RULE_FILES} other rule files");
            assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
            assert!(found[0]["message"].as_str().unwrap().starts_with(&message), "{found}");
            let error = answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{answer}"));
            assert!(error.contains(&format!("{LSP_RULE_FILES} rule files")), "{error}");
        } else {
            assert_eq!(found, json!([]));
            assert_eq!(answer["result"][0]["uri"], client.uri("many/z.toml"), "{answer}");
        }
        assert_eq!(client.end(), Some(0));
    }
}
