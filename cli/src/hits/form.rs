//! Writes a hit in each form.

use super::args::Shape;
use crate::terminal::{json_line, line};
use cwfilter::escaped::Escaped;
use cwfilter::hit::{Field, Hit};
use std::borrow::Cow;
use std::io::Write;

/// The fields that a line for people names, after the file, the record, the time, the event and the rule.
const NAMED: [Field; 13] = [
    Field::Severity,
    Field::Who,
    Field::InvokedBy,
    Field::SourceIpAddress,
    Field::AwsRegion,
    Field::Account,
    Field::ErrorCode,
    Field::UserAgent,
    Field::EventId,
    Field::LogGroup,
    Field::LogStream,
    Field::Timestamp,
    Field::LogEventId,
];

/// Appends a hit. Writing to memory does not fail.
pub(super) fn write(out: &mut Vec<u8>, shape: Shape, fields: &[Field], hit: &Hit<'_>) {
    let _ = match shape {
        Shape::Line => person(out, hit),
        Shape::Fields => {
            let values: Vec<String> = fields.iter().map(|field| value(hit, *field)).collect();
            line!(out, "{}", values.join(" "))
        }
        Shape::Json | Shape::Ndjson => json_line(out, &hit.json(fields)),
        Shape::Csv => {
            let cells: Vec<String> =
                fields.iter().map(|field| cell(&hit.text(*field).unwrap_or_default())).collect();
            // each cell is escaped
            out.write_all((cells.join(",") + "\n").as_bytes())
        }
        _ => Ok(()),
    };
}

/// The first line of a table.
pub(super) fn header(fields: &[Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    names.join(",") + "\n"
}

fn person(out: &mut Vec<u8>, hit: &Hit<'_>) -> std::io::Result<()> {
    let mut text = String::with_capacity(USUAL_LINE);
    for part in [hit.file, ":", &hit.record.to_string(), " "] {
        text += part;
    }
    for field in [Field::EventTime, Field::EventName] {
        push(&mut text, hit.text(field).as_deref());
        text.push(' ');
    }
    text += hit.rule;
    for field in NAMED {
        let Some(found) = hit.text(field) else { continue };
        for part in [" ", field.name(), "="] {
            text += part;
        }
        push(&mut text, Some(&found));
    }
    line!(out, "{text}")
}

/// Bytes of a usual line.
const USUAL_LINE: usize = 512;

fn value(hit: &Hit<'_>, field: Field) -> String {
    let mut value = String::new();
    push(&mut value, hit.text(field).as_deref());
    value
}

/// Appends a value to a line with others: in quotes if it is not one word, so that no value can be taken for another field.
fn push(line: &mut String, value: Option<&str>) {
    let Some(text) = value else { return line.push('-') };
    let is_word = |c: char| !c.is_whitespace() && !matches!(c, '"' | '\\');
    if text.chars().all(is_word) && !text.is_empty() {
        return line.push_str(text);
    }
    line.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            line.push('\\');
        }
        line.push(c);
    }
    line.push('"');
}

/// A cell of a table, by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises
/// ("CSV Injection"), also after blanks, which some programs drop, and with the full-width signs of East Asian editions.
fn cell(text: &str) -> String {
    let begins = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let is_formula = begins(text) || begins(text.trim_start());
    let shown = Escaped(text).to_string();
    let quoted = shown.replace('"', "\"\"");
    match is_formula {
        true => format!("\"'{quoted}\""),
        false if shown.contains([',', '"', '\n', '\r', ';']) => format!("\"{quoted}\""),
        false => shown,
    }
}

/// Writes a record unchanged; on a terminal with escapes, so that it cannot control the terminal.
pub(super) fn raw(out: &mut Vec<u8>, record: &[u8], is_terminal: bool) {
    let text = String::from_utf8_lossy(record);
    match is_terminal {
        false => out.extend_from_slice(record),
        true if record.first() == Some(&b'{') => out.extend(cwfilter::escaped::json_text(&text).bytes()),
        true => out.extend(Cow::<str>::from(cwfilter::escaped::EscapedLines(&text).to_string()).bytes()),
    }
    out.push(b'\n');
}
