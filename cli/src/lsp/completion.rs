//! Completion: selectors, values and operators inside patterns; lints, controls and keys outside.
//!
//! The text before the cursor decides, because a file is seldom readable while it is typed.

use super::hover::{of_event, sources};
use super::joined::joined;
use super::keys::{keys, settings};
use super::lists;
use super::proposal::Proposal;
use super::view::View;
use cwfilter::Span;
use cwfilter::cloudtrail::catalogue::{
    FieldKind, event_names, event_sources, evidence_of_name, field, fields, known_values, names_of,
    recorded_sources,
};
use cwfilter::controls::{FRAMEWORKS, controls};
use cwfilter::limits::{LSP_COMPLETIONS, LSP_LINES_BEFORE};
use cwfilter::lint::catalogue::LINTS;
use cwfilter::plural::counted;
use cwfilter::rules::SCHEMA;
use cwfilter::stack::SCHEMA as STACK;
use cwfilter::syntax::ast::{Condition, Pattern};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionTextEdit, Documentation, MarkupContent,
    MarkupKind, Position, TextEdit,
};

pub(super) fn completion(view: &View<'_>, position: Position) -> CompletionList {
    let offset = view.offset(position);
    let before = view.document.text.get(..offset).unwrap_or_default();
    let (typed, proposals) = match in_pattern(view, before) {
        Some(pattern) => of_pattern(pattern, before, view),
        None => outside(view, before),
    };
    let span = Span::new(offset - typed.len(), offset);
    let plain = |text: &str| without_elements(text.trim_start_matches(['"', '\\'])).to_lowercase();
    let is_match = |it: &Proposal| plain(&it.text).contains(&plain(typed));
    // an editor compares with what is typed, which may have no steps into arrays
    let compared = |text: &str| if typed.contains('[') { text.to_owned() } else { without_elements(text) };
    let mut matching: Vec<Proposal> = proposals.into_iter().filter(is_match).collect();
    let is_incomplete = matching.len() > LSP_COMPLETIONS;
    matching.truncate(LSP_COMPLETIONS);
    let item = |(order, it): (usize, Proposal)| CompletionItem {
        label: it.text.trim_matches(['"', '\\']).to_owned(),
        kind: Some(it.kind),
        detail: (!it.detail.is_empty()).then_some(it.detail),
        documentation: (!it.about.is_empty()).then_some(Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: it.about,
        })),
        sort_text: Some(format!("{order:05}")),
        filter_text: Some(compared(&it.text)),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: view.range(span), new_text: it.text })),
        ..CompletionItem::default()
    };
    CompletionList { is_incomplete, items: matching.into_iter().enumerate().map(item).collect() }
}

/// A selector without its steps into arrays.
fn without_elements(text: &str) -> String {
    text.replace("[*]", "")
}

/// The start of a pattern up to the cursor. `None` if the cursor is not in a pattern.
fn in_pattern<'a>(view: &View<'_>, before: &'a str) -> Option<&'a str> {
    let offset = before.len();
    if let Some(hosted) = view.analysis.pattern_at(offset) {
        return before.get(hosted.literal.start..).filter(|text| !text.is_empty());
    }
    // the file cannot be read: the nearest key of a pattern, if its text has not ended
    let mut start = offset;
    for _ in 0..LSP_LINES_BEFORE {
        let line_start = before.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let line = before.get(line_start..start)?;
        if let Some(at) = after_key(line) {
            return before.get(line_start + at..).filter(|text| is_open(text, line));
        }
        start = line_start.checked_sub(1)?;
    }
    None
}

/// Whether the literal at the start of the text, which ends at the cursor, has not ended. `line` is the line with the key.
fn is_open(text: &str, line: &str) -> bool {
    let trimmed = text.trim_start_matches([' ', '\t']);
    for quotes in ["'''", "\"\"\""] {
        if let Some(rest) = trimmed.strip_prefix(quotes) {
            return !rest.contains(quotes);
        }
    }
    let first = trimmed.lines().next().unwrap_or_default();
    let rest = trimmed.get(first.len()..).unwrap_or_default();
    if let Some(end) = first.strip_prefix("<<") {
        let end = end.trim_start_matches('-').trim();
        return !rest.is_empty() && !rest.lines().any(|line| line.trim() == end);
    }
    if first.starts_with(['|', '>']) {
        // a block of YAML is deeper than its key
        let depth = |line: &str| line.len() - line.trim_start().len();
        let mut lines = rest.lines().skip(1).filter(|line| !line.trim().is_empty());
        return !rest.is_empty() && lines.all(|it| depth(it) > depth(line));
    }
    // a pattern with quotes that are not escaped is typed in one line
    let is_pattern = first.contains(['{', '[']);
    rest.is_empty() && is_pattern && !["}'", "}\"", "]'", "]\""].iter().any(|end| first.contains(end))
}

/// The byte after `pattern =`, `FilterPattern:` and the like.
fn after_key(line: &str) -> Option<usize> {
    let lower = line.to_lowercase();
    let at = lower.rfind("pattern")? + "pattern".len();
    let rest = lower.get(at..)?.trim_start_matches(['"', '\'', ' ', '\t']);
    rest.starts_with(['=', ':']).then(|| line.len() - rest.len() + 1)
}

/// Proposals inside a pattern, and the text that they replace.
fn of_pattern<'a>(pattern: &str, before: &'a str, view: &View<'_>) -> (&'a str, Vec<Proposal>) {
    let is_selector = |c: char| c.is_ascii_alphanumeric() || "$._-[]*'".contains(c);
    let word = tail(before, is_selector);
    let conditions = conditions_of(pattern, rest(view, before.len()));
    let conditions: Vec<&Condition> = conditions.iter().collect();
    let about = sources(&conditions);
    if let Some(at) = word.rfind('$') {
        return (word.get(at..).unwrap_or(word), selectors(&about));
    }
    let value = tail(before, |c| !c.is_whitespace() && !"=<>()&|{},".contains(c));
    let head = before.get(..before.len() - value.len()).unwrap_or_default().trim_end();
    if let Some(head) = head.strip_suffix('=') {
        let selector = tail(head.trim_end_matches('!').trim_end(), is_selector);
        // quotes of the pattern have escapes where the literal has the same quotes
        let is_escaped = pattern.trim_start().starts_with('"') && !pattern.trim_start().starts_with("\"\"\"");
        let quote = if is_escaped { "\\\"" } else { "\"" };
        // an editor has closed a quote already
        let is_closed = view.document.text.get(before.len()..).is_some_and(|rest| rest.starts_with(quote));
        let close = if value.starts_with(['"', '\\']) && is_closed { "" } else { quote };
        let quoted = |it: Proposal| Proposal { text: format!("{quote}{}{close}", it.text), ..it };
        return (value, values(selector, &about).into_iter().map(quoted).collect());
    }
    let after = tail(head, is_selector);
    match after.starts_with('$') {
        true => (value, operators()),
        false => (value, Vec::new()),
    }
}

/// The last characters for which `is` holds.
fn tail(text: &str, is: impl Fn(char) -> bool) -> &str {
    let start = text
        .rfind(|c| !is(c))
        .map_or(0, |at| at + text.get(at..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8));
    text.get(start..).unwrap_or_default()
}

/// The rest of the pattern after the cursor: of its literal, or of the line if the file cannot be read.
fn rest<'a>(view: &View<'a>, offset: usize) -> &'a str {
    let text = view.document.text.get(offset..).unwrap_or_default();
    match view.analysis.pattern_at(offset) {
        Some(hosted) => text.get(..hosted.literal.end.saturating_sub(offset)).unwrap_or_default(),
        None => text.lines().next().unwrap_or_default(),
    }
}

/// The comparisons that can be read in a pattern and hold together with the one at the cursor.
fn conditions_of(before: &str, after: &str) -> Vec<Condition> {
    let plain = |text: &str| text.replace("\\\"", "\"");
    let before = plain(before).trim_start_matches([' ', '\t']).to_owned();
    // the quotes of the literal are no part of the pattern
    let pattern = before.trim_start_matches(['\'', '"']).to_owned();
    let cursor = pattern.len();
    let pattern = pattern + &plain(after);
    let parts = joined(&pattern, cursor).into_iter().map(|part| part.trim().trim_end_matches(['\'', ',']));
    let parse =
        |part: &str| cwfilter::syntax::parse(&format!("{{ {part} }}"), cwfilter::Semantics::default());
    let mut found = Vec::new();
    for parsed in parts.filter_map(|part| parse(part).ok()) {
        if let Pattern::Json(expr) = parsed {
            expr.item.for_each(&mut |condition: &Condition| found.push(condition.clone()));
        }
    }
    found
}

fn selectors(about: &[String]) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = Vec::new();
    let own = fields().iter().filter(|field| field.kind != FieldKind::Object);
    for field in own {
        let kind = format!("{:?}", field.kind).to_lowercase();
        let selector = lists::selector(field.path, None, false);
        found.push(Proposal::new(selector, kind, CompletionItemKind::FIELD));
    }
    for source in about {
        let Some(recorded) = recorded_sources().get(source.as_str()) else { continue };
        let mut paths: Vec<(usize, &str)> = recorded
            .paths()
            .filter(|path| !path.contains('*') && field(path).is_none())
            .filter_map(|path| Some((recorded.field(path)?.records, path)))
            .collect();
        paths.sort_by_key(|(records, path)| (std::cmp::Reverse(*records), *path));
        let proposal = |(records, path): (usize, &str)| {
            let detail = format!(
                "in {records} of {} of {source}",
                counted(recorded.records, "recorded event", "recorded events")
            );
            let has_fields =
                recorded.paths().any(|it| it.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')));
            let selector = lists::selector(path, Some(source), !has_fields);
            Proposal::new(selector, detail, CompletionItemKind::FIELD)
        };
        found.extend(paths.into_iter().map(proposal));
    }
    found
}

fn values(selector: &str, about: &[String]) -> Vec<Proposal> {
    let path = without_elements(selector);
    let path = path.trim_start_matches("$.");
    let constant = |text: &str, detail: String| Proposal::new(text, detail, CompletionItemKind::CONSTANT);
    match path {
        "eventName" if about.iter().any(|source| !names_of(source).is_empty()) => {
            let of = |source: &String| {
                let names = names_of(source)
                    .iter()
                    .map(|name| Proposal { about: of_event(source, name), ..constant(name, source.clone()) });
                names.collect::<Vec<_>>()
            };
            about.iter().flat_map(of).collect()
        }
        "eventName" => {
            let mut names: Vec<&str> = event_names().collect();
            // names that CloudTrail was seen to record come first
            names.sort_unstable_by_key(|name| (evidence_of_name(name), *name));
            names.into_iter().map(|name| constant(name, String::new())).collect()
        }
        "eventSource" => {
            let mut sources: Vec<&str> = event_sources().collect();
            sources.sort_unstable();
            sources.into_iter().map(|source| constant(source, String::new())).collect()
        }
        _ => {
            let known = known_values(path).map(|known| known.values.as_slice()).unwrap_or_default();
            let mut found: Vec<Proposal> = known.iter().map(|value| constant(value, String::new())).collect();
            for source in about {
                let recorded = recorded_sources().get(source.as_str()).and_then(|it| it.field(path));
                let values = recorded.map(|it| it.values.as_slice()).unwrap_or_default();
                let new = values.iter().filter(|(value, _)| !known.contains(value));
                found.extend(new.map(|(value, count)| {
                    constant(
                        value,
                        format!("{} of {source}", counted(*count, "recorded event", "recorded events")),
                    )
                }));
            }
            found
        }
    }
}

fn operators() -> Vec<Proposal> {
    let all = [
        ("=", "equal; `*` in the value is any text"),
        ("!=", "exists and differs"),
        ("NOT EXISTS", "the field is missing"),
        ("IS NULL", "the value is null"),
        ("IS TRUE", "the boolean true"),
        ("IS FALSE", "the boolean false"),
        (">", "a number greater than"),
        (">=", "a number of at least"),
        ("<", "a number less than"),
        ("<=", "a number of at most"),
    ];
    all.iter().map(|(text, detail)| Proposal::new(*text, *detail, CompletionItemKind::OPERATOR)).collect()
}

/// Proposals outside patterns: lints, controls, keys of rule files.
fn outside<'a>(view: &View<'_>, before: &'a str) -> (&'a str, Vec<Proposal>) {
    let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or_default();
    let word = tail(before, |c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let head = line.get(..line.len() - word.len().min(line.len())).unwrap_or_default().trim_end();
    let is_settings = view.document.path.file_name().is_some_and(|name| name == super::super::config::NAME);
    let is_comment =
        head.rfind("cwfilter: allow(").is_some_and(|at| !head.get(at..).unwrap_or_default().contains(')'));
    let is_allow = head.ends_with("lint = \"") || head.ends_with("lint = '");
    let in_lints = is_settings && head.is_empty() && before.contains("[lints]");
    if is_comment || is_allow || in_lints {
        let lint = |it: &cwfilter::lint::catalogue::Lint| Proposal {
            about: format!("{} {}", it.what, it.why),
            ..Proposal::new(it.name, it.severity.name(), CompletionItemKind::ENUM_MEMBER)
        };
        return (word, LINTS.iter().map(lint).collect());
    }
    if is_settings {
        let is_top = head.is_empty() && !before.contains("\n[") && !before.starts_with('[');
        return (word, if is_top { settings() } else { Vec::new() });
    }
    let path = &view.document.path;
    if !view.analysis.is_rule_file() && path.extension().is_none_or(|it| it != "toml") {
        return (word, Vec::new());
    }
    if super::diagnostics::is_stack(view) {
        return (word, keys(STACK, before, head));
    }
    if line.trim_start().starts_with("covers") && head.ends_with(['"', '\'']) {
        let of = |framework: &&'static str| {
            let named = controls(framework).map(|it| {
                Proposal::new(format!("{framework}/{}", it.id), it.title, CompletionItemKind::REFERENCE)
            });
            named.collect::<Vec<_>>()
        };
        return (word, FRAMEWORKS.iter().flat_map(of).collect());
    }
    (word, keys(SCHEMA, before, head))
}
