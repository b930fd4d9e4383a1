//! Quick fixes, fixes of the whole file, comments that silence a lint, and the layout.

use super::super::fmt::layout;
use super::super::lint::{Which, fixed};
use super::diagnostics::{Depth, findings, of_finding};
use super::view::{Failure, View};
use cwfilter::Span;
use cwfilter::diagnostic::Applicability;
use cwfilter::lint::file::{Finding, Memo, NEVER_SILENT, suppressions};
use cwfilter::sources::{HostedPattern, SourceError, rewrite};
use lsp_server::ErrorCode;
use lsp_types::{CodeAction, CodeActionKind, CodeActionParams, TextEdit, WorkspaceEdit};
use std::collections::HashMap;

const SAFE: &str = "source.fixAll.cwfilter";
const SUGGESTED: &str = "source.cwfilter.fixAllSuggested";
pub(super) const KINDS: [&str; 3] = ["quickfix", SAFE, SUGGESTED];

/// The actions for a range. An editor may ask for kinds; `source` is also `source.fixAll.cwfilter`.
pub(super) fn actions(view: &View<'_>, memo: &Memo, params: &CodeActionParams) -> Vec<CodeAction> {
    let wanted = |kind: &str| {
        let asked = params.context.only.as_ref();
        asked.is_none_or(|only| {
            only.iter().any(|it| kind == it.as_str() || kind.starts_with(&format!("{}.", it.as_str())))
        })
    };
    let mut all = Vec::new();
    if wanted("quickfix") {
        let span = view.span(params.range);
        let touches = |it: &Span| it.start <= span.end && span.start <= it.end;
        let (found, _) = findings(view, memo, Depth::Brief);
        for finding in found.iter().filter(|finding| touches(&finding.diagnostic.primary.span)) {
            all.extend(fix(view, finding));
            all.extend(silence(view, finding));
        }
    }
    for (kind, which, title) in [
        (SAFE, Which::Safe, "Apply all safe fixes of this file"),
        (SUGGESTED, Which::Suggested, "Apply all fixes of this file, also those that change the meaning"),
    ] {
        if wanted(kind) {
            all.extend(fix_all(view, kind, which, title));
        }
    }
    all
}

/// The new text of the file as one edit of what differs. `None` if nothing differs.
fn edit(view: &View<'_>, new: &str) -> Option<TextEdit> {
    let old = view.document.text.as_str();
    let same = old.char_indices().zip(new.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    let start = same.unwrap_or(old.len().min(new.len()));
    let (rest, fresh) = (old.get(start..)?, new.get(start..)?);
    if rest.is_empty() && fresh.is_empty() {
        return None;
    }
    let tail: usize = rest
        .chars()
        .rev()
        .zip(fresh.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let span = Span::new(start, old.len() - tail);
    Some(TextEdit { range: view.range(span), new_text: fresh.get(..fresh.len() - tail)?.to_owned() })
}

/// Replaces patterns of the document.
fn replaced(
    view: &View<'_>,
    new: impl Fn(&HostedPattern) -> Option<String>,
) -> Result<Option<TextEdit>, SourceError> {
    let Some(source) = view.analysis.own() else { return Ok(None) };
    let rewritten = rewrite(&source.path, &source.text, &source.patterns, new)?;
    Ok(edit(view, &rewritten.text))
}

fn changes(view: &View<'_>, edits: Vec<TextEdit>) -> WorkspaceEdit {
    // the key of the map is compared by its text, which does not change
    #[allow(clippy::mutable_key_type)]
    let changes = HashMap::from([(view.document.uri.clone(), edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

/// The fix of one finding.
fn fix(view: &View<'_>, finding: &Finding) -> Option<CodeAction> {
    let fix = finding.diagnostic.fix.as_ref()?;
    let pattern = view.analysis.pattern_at(finding.diagnostic.primary.span.start)?;
    let is_it = |hosted: &HostedPattern| hosted.literal == pattern.literal;
    let edit = replaced(view, |hosted| is_it(hosted).then(|| fix.pattern.clone())).ok()??;
    let is_safe = fix.applicability == Applicability::Safe;
    let effect = if is_safe { "keeps the meaning" } else { "changes the meaning" };
    Some(CodeAction {
        title: format!("Fix `{}` ({effect}): {}", finding.diagnostic.lint, shortened(&fix.pattern)),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![of_finding(view, &finding.diagnostic)]),
        edit: Some(changes(view, vec![edit])),
        is_preferred: Some(is_safe),
        ..CodeAction::default()
    })
}

/// A pattern for a menu.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 100;
    let text = text.replace(char::is_whitespace, " ");
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A comment that silences a lint. It has no reason yet, and silences nothing until a person writes one.
fn silence(view: &View<'_>, finding: &Finding) -> Option<CodeAction> {
    let (lint, text) = (finding.diagnostic.lint, &view.document.text);
    let is_json =
        view.document.path.extension().is_some_and(|it| it == "json") || text.trim_start().starts_with('{');
    if is_json || NEVER_SILENT.contains(&lint) {
        return None;
    }
    let pattern = view.analysis.pattern_at(finding.diagnostic.primary.span.start)?;
    let before = text.get(..pattern.literal.start)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?;
    let indent: String = line.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
    let at = view.range(Span::new(start, start));
    let edit = TextEdit { range: at, new_text: format!("{indent}# cwfilter: allow({lint}) \n") };
    Some(CodeAction {
        title: format!("Silence `{lint}` here with a comment: write the reason after it"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![of_finding(view, &finding.diagnostic)]),
        edit: Some(changes(view, vec![edit])),
        ..CodeAction::default()
    })
}

fn fix_all(view: &View<'_>, kind: &'static str, which: Which, title: &str) -> Option<CodeAction> {
    let source = view.analysis.own()?;
    let comments = suppressions(&source.path, &source.text, &source.patterns);
    let edit = replaced(view, |hosted| fixed(&[], hosted, &comments, which)).ok()??;
    Some(CodeAction {
        title: title.to_owned(),
        kind: Some(CodeActionKind::from(kind.to_owned())),
        edit: Some(changes(view, vec![edit])),
        ..CodeAction::default()
    })
}

/// The edits that give all patterns the layout of `cwfilter fmt`.
pub(super) fn format(view: &View<'_>) -> Result<Vec<TextEdit>, Failure> {
    let refused = |error: SourceError| Failure::new(ErrorCode::RequestFailed, error.to_string());
    Ok(replaced(view, layout).map_err(refused)?.into_iter().collect())
}
