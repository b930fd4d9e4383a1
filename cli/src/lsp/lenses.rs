//! Code lenses: run the tests of a rule, explain the verdict on the event of a test.

use super::commands::{EXPLAIN, RUN_TESTS};
use super::view::View;
use cwfilter::plural::counted;
use lsp_types::{CodeLens, Command};
use serde_json::{Value, json};

pub(super) fn lenses(view: &View<'_>) -> Vec<CodeLens> {
    let Some(file) = view.analysis.rule_file() else { return Vec::new() };
    let uri = view.document.uri.as_str();
    let lens = |span, title: String, command: &str, arguments: Vec<Value>| CodeLens {
        range: view.range(span),
        command: Some(Command::new(title, command.to_owned(), Some(arguments))),
        data: None,
    };
    let mut all = Vec::new();
    for rule in &file.rules {
        let count = rule.tests.len() + rule.timelines.len();
        if count > 0 {
            let title = format!("run {}", counted(count, "test", "tests"));
            all.push(lens(rule.id_span, title, RUN_TESTS, vec![json!(uri), json!(rule.id)]));
        }
        for (number, test) in rule.tests.iter().enumerate() {
            let arguments = vec![json!(uri), json!(rule.id), json!(test.name), json!(number)];
            all.push(lens(test.span, "explain with event".to_owned(), EXPLAIN, arguments));
        }
    }
    all
}
