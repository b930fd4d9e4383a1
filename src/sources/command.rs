//! Patterns in commands: `aws logs put-metric-filter --filter-pattern '…'` in a task of Ansible, a document of SSM or a build file, and
//! `filter_pattern='…'` of an Ansible module. A program that makes filters is not read, but it is named.

use super::document::DocumentNode;
use super::placeholder::{filled, first};
use super::value::{Place, Text, Value};

/// Options of the AWS CLI that take a pattern.
const OPTIONS: [&str; 3] = ["--filter-pattern", "--log-event-filter-pattern", "--filter-pattern="];

/// The module of Ansible, whose arguments may be one text.
const MODULE: &str = "cloudwatchlogs_log_group_metric_filter";

/// How programs write the calls that make filters, in lower case without `_`.
const CALLS: [&str; 2] = ["putmetricfilter", "putsubscriptionfilter"];

/// The values of options in a list of arguments: `["aws", "logs", "put-metric-filter", "--filter-pattern", "…"]`.
pub(super) fn arguments(list: &[DocumentNode]) -> impl Iterator<Item = &DocumentNode> {
    list.windows(2).filter_map(|pair| match pair {
        [option, value] if option.as_text().is_some_and(|it| OPTIONS.contains(&it.trim())) => Some(value),
        _ => None,
    })
}

/// The patterns in a text that is a command, each with its quotes removed as a shell does it.
pub(super) fn patterns(text: &Text, at: Place, key: &str) -> Vec<Value> {
    let whole = text.string.as_str();
    let mut found = Vec::new();
    for option in [OPTIONS[0], OPTIONS[1]] {
        for (start, _) in whole.match_indices(option) {
            let after = start + option.len();
            // an option alone is followed by its value in a list
            let rest = whole.get(after..).unwrap_or_default();
            if rest.starts_with([' ', '=', '\t', '\n', '\\']) && !rest.trim().is_empty() {
                found.push(word(text, after + usize::from(rest.starts_with('=')), at));
            }
        }
    }
    if key.ends_with(MODULE) || whole.contains(MODULE) {
        let option = "filter_pattern=";
        found.extend(whole.match_indices(option).map(|(start, _)| word(text, start + option.len(), at)));
    }
    if found.is_empty() && is_program(whole) {
        found.push(Value::unknown("it is in a program, which is not read", at));
    }
    found
}

/// Whether a text calls the API with a pattern.
fn is_program(text: &str) -> bool {
    if !text.contains("ilter") {
        return false;
    }
    let plain = text.to_lowercase().replace('_', "");
    CALLS.iter().any(|call| plain.contains(call)) && plain.contains("filterpattern")
}

/// One word of a shell from a byte on. What the shell fills in is not known.
fn word(text: &Text, start: usize, at: Place) -> Value {
    let whole = text.string.as_str();
    let mut out = Text::default();
    let mut position = start;
    let rest = |position: usize| whole.get(position..).unwrap_or_default();
    // blanks, and line breaks with a backslash before them
    while let Some(next) = rest(position).chars().next() {
        match next {
            ' ' | '\t' | '\n' | '\r' => position += 1,
            '\\' if rest(position + 1).trim_start_matches('\r').starts_with('\n') => position += 1,
            _ => break,
        }
    }
    if rest(position).starts_with("{{") && first(rest(position)).is_some_and(|range| range.start == 0) {
        let range = first(rest(position)).unwrap_or_default();
        let written = rest(position).get(range).unwrap_or_default();
        return Value::unknown(format!("the placeholder `{written}` is filled in before deployment"), at);
    }
    let unknown = |why: &str| Value::unknown(why.to_owned(), at);
    let mut quote = None;
    while let Some(next) = rest(position).chars().next() {
        let end = position + next.len_utf8();
        match (quote, next) {
            (None, ' ' | '\t' | '\n' | '\r' | ';' | '|' | '&' | ')' | '>' | '<') => break,
            (None, '\'' | '"') => quote = Some(next),
            (Some(open), _) if open == next => quote = None,
            (Some('\''), _) => out.push(&text.slice(position, end)),
            (_, '$') if rest(end).starts_with(|it: char| it.is_alphanumeric() || "_({@*#?".contains(it)) => {
                return unknown("the shell fills in a part of it");
            }
            (_, '`') => return unknown("the shell fills in a part of it"),
            (None, '{' | '(' | '[' | '*' | '?') => {
                return unknown("it is without quotes in a shell's command");
            }
            (_, '\\') => {
                let Some(escaped) = rest(end).chars().next() else { break };
                let after = end + escaped.len_utf8();
                // between double quotes, a backslash before any other character stays
                let is_plain = quote.is_some() && !"$`\"\\\n".contains(escaped);
                let from = if is_plain { position } else { end };
                if escaped != '\n' {
                    out.push(&text.slice(from, after));
                }
                position = after;
                continue;
            }
            _ => out.push(&text.slice(position, end)),
        }
        position = end;
    }
    if quote.is_some() {
        return unknown("its quotes are not closed in the command");
    }
    let mut fill = |written: &str| Err(format!("the placeholder `{written}` is filled in before deployment"));
    Value::text(filled(&merged(out), at, &mut fill), at)
}

/// The text with neighbouring parts of one literal as one part.
fn merged(text: Text) -> Text {
    let mut out = Text { string: text.string, ..Text::default() };
    for piece in text.pieces {
        let joins = out.pieces.last().is_some_and(|last| last.is_followed_by(&piece));
        match out.pieces.last_mut() {
            Some(last) if joins => last.length += piece.length,
            _ => out.pieces.push(piece),
        }
    }
    out
}
