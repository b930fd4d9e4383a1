//! Where a name is defined: the rule of an id, the file of an event, the literal of a pattern; and where a rule is used.

use super::analysis::siblings;
use super::positions::Positions;
use super::uri;
use super::view::View;
use cwfilter::Span;
use cwfilter::escaped::Escaped;
use cwfilter::limits::LSP_RULE_FILES;
use cwfilter::rules::parse;
use lsp_types::{Location, Position, Range};

/// The text in quotes at a byte of the document, and its place.
fn quoted(text: &str, offset: usize) -> Option<(&str, Span)> {
    let start = text.get(..offset)?.rfind(['"', '\'', '\n'])? + 1;
    let rest = text.get(start..)?;
    let end = start + rest.find(['"', '\'', '\n'])?;
    let is_quoted = text.get(..start)?.ends_with(['"', '\'']);
    (is_quoted && end >= offset).then(|| text.get(start..end).map(|it| (it, Span::new(start, end))))?
}

/// A word of letters, digits, `-` and `_`.
fn word(text: &str, offset: usize) -> Option<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let before = text.get(..offset)?;
    let start =
        before.len() - before.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let rest = text.get(offset..)?;
    let end = offset + rest.chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    text.get(start..end).filter(|word| !word.is_empty())
}

/// The error says that not all rule files were searched.
pub(super) fn definition(view: &View<'_>, position: Position) -> Result<Vec<Location>, String> {
    let (text, offset) = (view.document.text.as_str(), view.offset(position));
    if let Some(found) = reference(view, offset) {
        return Ok(vec![found]);
    }
    let quoted = quoted(text, offset);
    if let Some((path, _)) = quoted
        && let Some(found) = event_file(view, path)
    {
        return Ok(vec![found]);
    }
    if let Some((clause, span)) = quoted
        && let Some(found) = clause_of(view, clause, span)
    {
        return Ok(vec![found]);
    }
    for id in [quoted.map(|(text, _)| text), word(text, offset)].into_iter().flatten() {
        if let Some(found) = rule(view, id)? {
            return Ok(vec![found]);
        }
    }
    Ok(Vec::new())
}

/// The event file that a test names. A path that leads out of the folder is not followed.
fn event_file(view: &View<'_>, path: &str) -> Option<Location> {
    let folder = view.document.path.parent()?;
    let path = cwfilter::files::below(folder, folder, std::path::Path::new(path)).ok()?;
    path.is_file().then(|| Some(Location::new(uri::of(&path)?, Range::default())))?
}

/// From `because` to the clause in the pattern of its rule.
fn clause_of(view: &View<'_>, clause: &str, at: Span) -> Option<Location> {
    let file = view.analysis.rule_file()?;
    let rule = file.rules.iter().rev().find(|rule| rule.pattern_span.start < at.start)?;
    let pattern = rule.pattern_span.of(&file.source);
    let inside = pattern.find(clause)?;
    let start = rule.pattern_span.start + inside;
    (at.start > rule.pattern_span.end)
        .then(|| Location::new(view.document.uri.clone(), view.range(Span::new(start, start + clause.len()))))
}

/// The rule or composite alarm of an id: in the document, or in a rule file of its folder or below.
fn rule(view: &View<'_>, id: &str) -> Result<Option<Location>, String> {
    let found = |file: &cwfilter::rules::RuleFile| {
        let rules = file.rules.iter().map(|rule| (&rule.id, rule.id_span));
        let all = rules.chain(file.composites.iter().map(|it| (&it.id, it.id_span)));
        let mut spans = all.filter(|(own, _)| *own == id).map(|(_, span)| span);
        spans.next()
    };
    if let Some(span) = view.analysis.rule_file().and_then(found) {
        return Ok(Some(Location::new(view.document.uri.clone(), view.range(span))));
    }
    if !view.document.is_file || view.document.path.extension().is_none_or(|it| it != "toml") {
        return Ok(None);
    }
    let (others, is_all) = siblings(&view.document.path);
    for path in others {
        let text = cwfilter::files::text(&path).unwrap_or_default();
        if !text.contains(id) {
            continue;
        }
        let Ok(file) = parse(&path, text) else { continue };
        if let Some(span) = found(&file) {
            let range = view.document.other(&file.source).range(&file.source, span);
            return Ok(uri::of(&path).map(|uri| Location::new(uri, range)));
        }
    }
    match is_all {
        true => Ok(None),
        false => Err(format!(
            "the first {LSP_RULE_FILES} rule files of the folder do not define `{}`, and the server does not search the rest",
            Escaped(id)
        )),
    }
}

/// From a reference such as `local.pattern` to the literal that it leads to.
fn reference(view: &View<'_>, offset: usize) -> Option<Location> {
    let place = cwfilter::Lines::new(&view.document.text).place(offset);
    let own = view.document.path.display().to_string();
    for source in &view.analysis.sources {
        // the block around the reference is not what the reference leads to
        let is_around = |literal: Span| {
            source.path == view.document.path && (literal.start..=literal.end).contains(&offset)
        };
        for hosted in source.patterns.iter().filter(|hosted| !is_around(hosted.literal)) {
            let is_here = hosted.uses.iter().any(|use_| {
                let columns = use_.place.column..=use_.place.column + use_.what.chars().count();
                use_.path == own && use_.place.line == place.line && columns.contains(&place.column)
            });
            if is_here {
                let positions: Positions = view.document.other(&source.text);
                return Some(Location::new(
                    uri::of(&source.path)?,
                    positions.range(&source.text, hosted.literal),
                ));
            }
        }
    }
    None
}

/// The places of the document that name the rule at the cursor, and its tests.
pub(super) fn references(view: &View<'_>, position: Position) -> Vec<Location> {
    let (text, offset) = (view.document.text.as_str(), view.offset(position));
    let Some(file) = view.analysis.rule_file() else { return Vec::new() };
    let Some(id) = word(text, offset) else { return Vec::new() };
    let is_known =
        file.rules.iter().any(|rule| rule.id == id) || file.composites.iter().any(|it| it.id == id);
    if !is_known {
        return Vec::new();
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let is_word = |at: usize| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + id.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    let named = text.match_indices(id).map(|(at, _)| at).filter(|at| is_word(*at));
    let named = named.map(|at| Span::new(at, at + id.len()));
    let tests = file
        .rules
        .iter()
        .filter(|rule| rule.id == id)
        .flat_map(|rule| rule.tests.iter().map(|test| test.span));
    let mut spans: Vec<Span> = named.chain(tests).collect();
    spans.sort_unstable();
    spans.into_iter().map(|span| Location::new(view.document.uri.clone(), view.range(span))).collect()
}
