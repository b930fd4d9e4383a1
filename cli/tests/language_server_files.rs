//! The language server and several files: literals in another Terraform file, alarms of other rule files, event files and configurations that
//! are open, stack files, and rule files in which one rule is refused.

#[path = "language_server/client.rs"]
mod client;

use client::Client;
use serde_json::{Value, json};
use std::path::Path;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language_server/project/more");

fn started(name: &str) -> Client {
    let mut client = Client::start(&format!("files-{name}"), Path::new(PROJECT));
    client.send(json!({ "method": "initialize", "params": { "capabilities": {} } }));
    client.answer();
    client.send(json!({ "method": "initialized", "params": {} }));
    client
}

fn write(client: &Client, file: &str, text: &str) {
    let path = client.folder().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn open(client: &mut Client, file: &str, text: &str) {
    let document = json!({ "uri": client.uri(file), "languageId": "toml", "version": 1, "text": text });
    client.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
}

fn change(client: &mut Client, file: &str, text: &str) {
    let params = json!({ "textDocument": { "uri": client.uri(file), "version": 2 }, "contentChanges": [{ "text": text }] });
    client.send(json!({ "method": "textDocument/didChange", "params": params }));
}

fn close(client: &mut Client, file: &str) {
    let params = json!({ "textDocument": { "uri": client.uri(file) } });
    client.send(json!({ "method": "textDocument/didClose", "params": params }));
}

#[track_caller]
fn found(client: &mut Client, file: &str, lints: Value) {
    client.wait_for(file, &lints).unwrap_or_else(|last| panic!("{file}: wanted {lints}, found {last:#}"));
}

fn asked(client: &mut Client, method: &str, file: &str, more: Value) -> Value {
    let mut params = json!({ "textDocument": { "uri": client.uri(file) } });
    for (key, value) in more.as_object().unwrap() {
        params[key] = value.clone();
    }
    client.send(json!({ "method": method, "params": params }));
    client.answer()["result"].clone()
}

fn run(client: &mut Client, command: &str, arguments: Value) -> Value {
    client.send(json!({ "method": "workspace/executeCommand", "params": { "command": command, "arguments": arguments } }));
    client.answer()
}

fn filter(name: &str, pattern: &str) -> String {
    format!(
        "resource \"aws_cloudwatch_log_metric_filter\" \"{name}\" {{\n  name = \"{name}\"\n  log_group_name = \"g\"\n  pattern = {pattern}\n  \
         metric_transformation {{\n    name = \"{name}\"\n    namespace = \"N\"\n    value = \"1\"\n  }}\n}}\n"
    )
}

#[test]
fn a_literal_of_another_terraform_file_is_checked_where_it_is() {
    let mut client = started("terraform");
    let locals = "locals {\n  p = \"{ $.a = 1 || $.b = 2 && $.c = 3 }\"\n}\n";
    let variable = "variable \"v\" {\n  default = \"{ $.eventName == \\\"A\\\" }\"\n}\n";
    let main = filter("x", "local.p") + &filter("y", "var.v");
    for (file, text) in [("tf/main.tf", &*main), ("tf/locals.tf", locals), ("tf/variables.tf", variable)] {
        write(&client, file, text);
    }
    // only the file with the resource is open
    open(&mut client, "tf/main.tf", &main);
    found(&mut client, "tf/main.tf", json!([]));
    found(&mut client, "tf/locals.tf", json!(["mixed-and-or"]));
    found(&mut client, "tf/variables.tf", json!(["refused-pattern"]));
    // it is closed again, and only the file with the literal is open
    close(&mut client, "tf/main.tf");
    found(&mut client, "tf/locals.tf", json!([]));
    open(&mut client, "tf/locals.tf", locals);
    found(&mut client, "tf/locals.tf", json!(["mixed-and-or"]));
    let place = json!({ "position": { "line": 1, "character": 11 } });
    let hover = asked(&mut client, "textDocument/hover", "tf/locals.tf", place.clone());
    assert!(hover["contents"]["value"].as_str().unwrap().contains("`$.a` is `1`"), "{hover}");
    let completed = asked(&mut client, "textDocument/completion", "tf/locals.tf", place);
    assert!(
        completed["items"].as_array().unwrap().iter().any(|it| it["label"] == "$.eventName"),
        "{completed}"
    );
    let range = json!({ "start": { "line": 1, "character": 8 }, "end": { "line": 1, "character": 60 } });
    let actions = asked(
        &mut client,
        "textDocument/codeAction",
        "tf/locals.tf",
        json!({ "range": range, "context": { "diagnostics": [] } }),
    );
    assert!(actions.to_string().contains("Fix `mixed-and-or`"), "{actions}");
    // from the reference to the literal
    open(&mut client, "tf/main.tf", &main);
    let place = json!({ "position": { "line": 3, "character": 20 } });
    let definition = asked(&mut client, "textDocument/definition", "tf/main.tf", place);
    let start = json!({ "line": 1, "character": 6 });
    assert_eq!(
        (&definition[0]["uri"], &definition[0]["range"]["start"]),
        (&json!(client.uri("tf/locals.tf")), &start)
    );
    // the text in the editor counts for the other file
    change(&mut client, "tf/main.tf", &filter("y", "var.v"));
    found(&mut client, "tf/locals.tf", json!([]));
    assert_eq!(client.end(), Some(0));
}

fn alarm(id: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\npattern = 'ERROR'\nmetric = {{ namespace = \"N\", name = \"{id}\", value = \"1\" }}\n\
         alarm = {{ statistic = \"Sum\", period = \"5m\", threshold = 1, missing = \"notBreaching\" }}\n"
    )
}

#[test]
fn findings_follow_changes_of_other_files() {
    let mut client = started("stale");
    let composite = "[[composite]]\nid = \"c\"\nrule = \"ALARM(zz)\"\n";
    write(&client, "s/b.toml", &alarm("zz"));
    write(&client, "s/c.toml", composite);
    open(&mut client, "s/c.toml", composite);
    open(&mut client, "s/b.toml", &alarm("zz"));
    found(&mut client, "s/c.toml", json!([]));
    change(&mut client, "s/b.toml", &alarm("yy"));
    found(&mut client, "s/c.toml", json!(["composite-unknown-alarm"]));
    // closed without saving: the file on the disk counts
    close(&mut client, "s/b.toml");
    found(&mut client, "s/c.toml", json!([]));
    // a file that cannot be read may have the alarm
    open(&mut client, "s/b.toml", "[[rule]]\nid = \"zz");
    found(&mut client, "s/c.toml", json!(["-"]));
    assert_eq!(client.end(), Some(0));
}

#[test]
fn tests_read_event_files_as_the_editor_has_them() {
    let mut client = started("events");
    let rules = "[[rule]]\nid = \"a\"\npattern = '{ $.a = 2 }'\n[[rule.test]]\nname = \"t\"\nevent = \"e.json\"\nexpect = \"match\"\n";
    write(&client, "e/r.toml", rules);
    write(&client, "e/e.json", "{\"a\":1}");
    open(&mut client, "e/r.toml", rules);
    let arguments = json!([client.uri("e/r.toml"), "a", "t", 0]);
    let answer = run(&mut client, "cwfilter.explainWithEvent", arguments.clone());
    assert!(answer["result"]["summary"].as_str().unwrap().ends_with("no match"), "{answer}");
    open(&mut client, "e/e.json", "{\"a\":2}");
    for (command, end) in
        [("cwfilter.explainWithEvent", "match"), ("cwfilter.runTests", "1 passed, 0 failed")]
    {
        let answer = run(&mut client, command, arguments.clone());
        let summary = answer["result"]["summary"].as_str().unwrap();
        assert!(summary.ends_with(end) && !summary.contains("no match"), "{answer}");
    }
    change(&mut client, "e/e.json", "{\"a\":3}");
    let answer = run(&mut client, "cwfilter.runTests", arguments.clone());
    assert!(answer["result"]["summary"].as_str().unwrap().ends_with("0 passed, 1 failed"), "{answer}");
    close(&mut client, "e/e.json");
    let answer = run(&mut client, "cwfilter.explainWithEvent", arguments);
    assert!(answer["result"]["summary"].as_str().unwrap().ends_with("no match"), "{answer}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_configuration_holds_with_its_exclusions_and_its_baseline() {
    let mut client = started("settings");
    let rules = "[[rule]]\nid = \"a\"\npattern = '{ $.a = 1 || $.a = 1 }'\n";
    write(&client, "s/r.toml", rules);
    write(&client, "s/old.toml", rules);
    write(&client, "s/.cwfilter.toml", "baseline = \"old.json\"\n");
    let folder = client.folder().join("s");
    let mut lint = std::process::Command::new(env!("CARGO_BIN_EXE_cwfilter"));
    lint.args(["lint", "old.toml", "--baseline", "old.json", "--write-baseline"]).current_dir(&folder);
    assert!(lint.status().unwrap().success());
    open(&mut client, "s/r.toml", rules);
    open(&mut client, "s/old.toml", rules);
    found(&mut client, "s/r.toml", json!(["clause-subsumed"]));
    found(&mut client, "s/old.toml", json!([]));
    // not saved yet
    open(&mut client, "s/.cwfilter.toml", "exclude = [\"r.*\"]\n");
    found(&mut client, "s/r.toml", json!([]));
    found(&mut client, "s/old.toml", json!(["clause-subsumed"]));
    change(&mut client, "s/.cwfilter.toml", "[lints]\nclause-subsumed = \"off\"\n");
    found(&mut client, "s/old.toml", json!([]));
    // what is wrong with it is shown once, and it does not hold
    change(&mut client, "s/.cwfilter.toml", "exclude = 1\n");
    let message = client.notification("window/showMessage");
    let text = message["message"].as_str().unwrap();
    assert!(text.contains(".cwfilter.toml:1:") && message["type"] == 1, "{message}");
    found(&mut client, "s/r.toml", json!(["clause-subsumed"]));
    close(&mut client, "s/.cwfilter.toml");
    found(&mut client, "s/old.toml", json!([]));
    assert_eq!(client.end(), Some(0));
}

const STACK: &str =
    "name = \"s\"\nregion = \"us-east-1\"\nrules = [\"rules\"]\nSKIP\n[log_group]\nname = \"g\"\n";

#[test]
fn a_stack_is_checked_with_its_rules() {
    let mut client = started("stack");
    write(&client, "k/rules/r.toml", &alarm("a"));
    let rows = [
        ("", None),
        ("skip = [\"a\"]", None),
        ("skip = [\"a\", \"nope\"]", Some((3, 13, "`skip` names `nope`, and no rule has this id"))),
        ("[names.nope]\nalarm = \"x\"", Some((3, 0, "`names` names `nope`, and no rule has this id"))),
    ];
    for (line, wanted) in rows {
        let text = STACK.replace("SKIP", line);
        write(&client, "k/cwfilter.toml", &text);
        open(&mut client, "k/cwfilter.toml", &text);
        let all = client.notification("textDocument/publishDiagnostics")["diagnostics"].clone();
        let first = all.get(0).map(|it| {
            let start = &it["range"]["start"];
            (
                start["line"].as_u64().unwrap(),
                start["character"].as_u64().unwrap(),
                it["message"].as_str().unwrap(),
            )
        });
        assert_eq!(first, wanted, "{line}: {all}");
        close(&mut client, "k/cwfilter.toml");
        client.notification("textDocument/publishDiagnostics");
    }
    let text = STACK.replace("SKIP", "").replace("\"rules\"", "\"nope\"");
    open(&mut client, "k/cwfilter.toml", &text);
    let all = client.notification("textDocument/publishDiagnostics")["diagnostics"].clone();
    assert!(all[0]["message"].as_str().unwrap().contains("nope: cannot read"), "{all}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_refused_rule_leaves_the_others_as_they_are() {
    let mut client = started("partial");
    let test = |expect: &str, a: u8| {
        format!("[[rule.test]]\nname = \"t\"\nevent = {{ a = {a} }}\nexpect = \"{expect}\"\n")
    };
    let rules = "[[rule]]\nid = \"refused\"\npattern = '{ $.a == 1 }'\n".to_owned()
        + &test("match", 1)
        + "[[rule]]\nid = \"fine\"\npattern = '{ $.a = 1 }'\n"
        + &test("match", 1)
        + &test("no-match", 2);
    write(&client, "p/r.toml", &rules);
    open(&mut client, "p/r.toml", &rules);
    let lenses = asked(&mut client, "textDocument/codeLens", "p/r.toml", json!({}));
    let lenses: Vec<&Value> = lenses.as_array().unwrap().iter().map(|it| &it["command"]).collect();
    let titles: Vec<&str> = lenses.iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["run 2 tests", "explain with event", "explain with event"]);
    // the tests have one name
    for (lens, end) in lenses[1..].iter().zip([": match", ": no match"]) {
        let answer = run(&mut client, lens["command"].as_str().unwrap(), lens["arguments"].clone());
        assert!(answer["result"]["summary"].as_str().unwrap().ends_with(end), "{answer}");
    }
    let symbols = asked(&mut client, "textDocument/documentSymbol", "p/r.toml", json!({}));
    assert_eq!(symbols[0]["name"], "fine");
    assert_eq!(symbols[0]["selectionRange"]["start"]["line"], 8);
    let range =
        json!({ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } } });
    let inlays = asked(&mut client, "textDocument/inlayHint", "p/r.toml", range);
    assert_eq!(inlays[0]["label"], "coverage 2 of 2", "{inlays}");
    assert_eq!(client.end(), Some(0));
}
