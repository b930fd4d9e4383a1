//! SARIF 2.1.0, which code-scanning services read.

use crate::diagnostic::{Label, Severity};
use crate::lint::catalogue::{LINTS, Lint};
use crate::lint::file::{Counts, FileFindings, Finding};
use crate::sources::Reference;
use crate::span::{Lines, Span};
use serde_json::{Value, json};

/// The findings of all files as one SARIF log, and all lints as its rules.
#[must_use]
pub fn log(files: &[FileFindings]) -> String {
    let results: Vec<Value> = files
        .iter()
        .flat_map(|file| {
            let lines = Lines::new(&file.text);
            file.findings.iter().map(move |finding| result(file, &lines, finding))
        })
        .collect();
    let counts = Counts::sum(files.iter().map(|file| &file.counts));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cwfilter",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": LINTS.iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "patterns": counts.found,
                "checked": counts.checked,
                "notChecked": counts.not_checked(),
                "files": counts.files,
            },
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn rule(lint: &Lint) -> Value {
    let mut help = format!("{}\n\n{}", lint.why, lint.evidence);
    if !lint.example.is_empty() {
        help = format!("{help}\n\nInstead of\n{}\nwrite\n{}", lint.example, lint.instead);
    }
    json!({
        "id": lint.name,
        "shortDescription": { "text": lint.what },
        "fullDescription": { "text": lint.why },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(lint.severity) },
    })
}

fn result(file: &FileFindings, lines: &Lines<'_>, finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let text = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({
        "ruleId": diagnostic.lint,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [location(file, lines, &diagnostic.primary)],
    });
    if let Some(index) = LINTS.iter().position(|lint| lint.name == diagnostic.lint) {
        add(&mut result, "ruleIndex", json!(index));
    }
    if !diagnostic.secondary.is_empty() || !finding.uses.is_empty() {
        let mut related: Vec<Value> =
            diagnostic.secondary.iter().map(|label| location(file, lines, label)).collect();
        related.extend(finding.uses.iter().map(reference));
        add(&mut result, "relatedLocations", json!(related));
    }
    result
}

fn add(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = object {
        map.insert(key.to_owned(), value);
    }
}

fn location(file: &FileFindings, lines: &Lines<'_>, label: &Label) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&file.path) },
            "region": region(lines, label.span),
        },
    });
    if !label.text.is_empty() {
        add(&mut location, "message", json!({ "text": label.text }));
    }
    location
}

/// A reference that leads to the literal, which may be in another file.
fn reference(it: &Reference) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&it.path) },
            "region": { "startLine": it.place.line, "startColumn": it.place.column },
        },
        "message": { "text": format!("used as {}", it.what) },
    })
}

fn region(lines: &Lines<'_>, span: Span) -> Value {
    let (start, end) = (lines.place(span.start), lines.place(span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    if path == "-" { "stdin".to_owned() } else { out }
}
