//! Findings as diagnostics of the protocol.

use super::super::baseline::Baseline;
use super::super::config;
use super::super::ignores::Ignores;
use super::super::lint::configured;
use super::super::options::loader;
use super::super::rule_files::refusals_of;
use super::view::View;
use cwfilter::diagnostic::{Diagnostic as Found, Severity};
use cwfilter::limits::LSP_RULE_FILES;
use cwfilter::lint::file::{FileFindings, Finding, Memo, check_sources_briefly, check_sources_with};
use cwfilter::stack::Stack;
use cwfilter::{Span, escaped};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString,
};

/// Words of files that have to do with filters. A file without them that cannot be read is not ours.
const WORDS: [&str; 5] =
    ["filterpattern", "filter_pattern", "metricfilter", "metric_filter", "subscription_filter"];

/// Which findings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Those that need no proof, and those whose proofs are known.
    Brief,
    All,
}

/// The findings in the document, and whether these are all.
pub(super) fn findings(view: &View<'_>, memo: &Memo, depth: Depth) -> (Vec<Finding>, bool) {
    if is_excluded(view) {
        return (Vec::new(), true);
    }
    let sources = &view.analysis.sources;
    let (checked, is_complete) = match depth {
        Depth::Brief => check_sources_briefly(sources, memo),
        Depth::All => (check_sources_with(sources, memo), true),
    };
    let mut found = Vec::new();
    for (mut file, source) in
        checked.into_iter().zip(sources).filter(|(_, source)| source.path == view.document.path)
    {
        if let Some(Err(errors)) = view.analysis.rules() {
            refusals_of(source, &mut file, errors);
        }
        if view.document.is_file {
            configured(&mut file);
            without_old(view, &mut file);
        }
        found.extend(file.findings);
    }
    let is_unread =
        |(path, _): &(std::path::PathBuf, cwfilter::sources::SourceError)| *path != view.document.path;
    if !view.analysis.has_all_siblings || view.analysis.errors.iter().any(is_unread) {
        // a file that was not read may have the alarm
        found.retain(|it| it.diagnostic.lint != "composite-unknown-alarm");
    }
    (found, is_complete)
}

/// Removes the findings that are in the baseline of the configuration.
fn without_old(view: &View<'_>, file: &mut FileFindings) {
    let Some(path) = config::of(&view.document.path).and_then(|it| it.baseline.clone()) else { return };
    match Baseline::read(&path) {
        Ok(mut baseline) => drop(baseline.remove(file)),
        Err(error) => config::refuse(format!("{}: {error}", path.display())),
    }
}

/// Whether `.cwfilter.toml` or `--exclude` excludes the document.
fn is_excluded(view: &View<'_>) -> bool {
    let path = &view.document.path;
    view.document.is_file && Ignores::new().is_ok_and(|ignores| ignores.is_excluded(path, false))
}

/// The diagnostics of the document, and whether these are all.
pub(super) fn diagnostics(view: &View<'_>, memo: &Memo, depth: Depth) -> (Vec<Diagnostic>, bool) {
    if is_excluded(view) {
        return (Vec::new(), true);
    }
    if let Some(why) = &view.analysis.refused {
        return (vec![plain(view, Span::default(), DiagnosticSeverity::WARNING, why.clone())], true);
    }
    let (found, is_complete) = findings(view, memo, depth);
    let mut all: Vec<Diagnostic> = found.iter().map(|it| of_finding(view, &it.diagnostic)).collect();
    all.extend(unreadable(view));
    all.extend(unread_siblings(view));
    all.extend(other_files(view));
    (all, is_complete)
}

/// The findings of a file that is not open, from the analysis of a document that uses it.
pub(super) fn of_file(view: &View<'_>, memo: &Memo, depth: Depth) -> Vec<Diagnostic> {
    findings(view, memo, depth).0.iter().map(|it| of_finding(view, &it.diagnostic)).collect()
}

/// What keeps the document, or a file that it uses, from being read.
fn unreadable(view: &View<'_>) -> Vec<Diagnostic> {
    let lower = view.document.text.to_lowercase();
    let is_ours = WORDS.iter().any(|word| lower.contains(word)) || view.analysis.is_rule_file();
    if !is_ours {
        return Vec::new();
    }
    let of = |(path, error): &(std::path::PathBuf, cwfilter::sources::SourceError)| {
        let help = error.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        if *path == view.document.path {
            let span = Span::new(error.offset, error.offset);
            let message = format!("nothing in this file is checked: {}{help}", error.message);
            return plain(view, span, DiagnosticSeverity::ERROR, message);
        }
        let message = format!("{}: {error}", path.display());
        plain(view, Span::default(), DiagnosticSeverity::WARNING, message)
    };
    view.analysis.errors.iter().map(of).collect()
}

/// What is not checked, because not all rule files of the folder were read.
fn unread_siblings(view: &View<'_>) -> Option<Diagnostic> {
    let message = format!(
        "the folder has more than {LSP_RULE_FILES} other rule files: the composite alarms of this file are checked with the first \
         {LSP_RULE_FILES}, and alarms that these do not define are not reported; `cwfilter lint` reads all files"
    );
    let is_told = !view.analysis.has_all_siblings;
    is_told.then(|| plain(view, Span::default(), DiagnosticSeverity::INFORMATION, message))
}

/// Errors of the files of this program that have no patterns: its configuration, and stack files.
fn other_files(view: &View<'_>) -> Vec<Diagnostic> {
    let (path, text) = (&view.document.path, &view.document.text);
    let name = path.file_name().unwrap_or_default();
    if name == super::super::config::NAME {
        let error = super::super::config::parse_text(path, text).err();
        let of = |(at, why): (usize, String)| plain(view, Span::new(at, at), DiagnosticSeverity::ERROR, why);
        return error.map(of).into_iter().collect();
    }
    if !is_stack(view) {
        return Vec::new();
    }
    let stack = Stack::parse(path, text);
    let rules = |stack: Stack| match view.document.is_file {
        true => stack.load_rules_with(&loader()).err().unwrap_or_default(),
        false => Vec::new(),
    };
    let errors = stack.map_or_else(|errors| errors, rules);
    let of = |error: &cwfilter::rules::RuleError| {
        let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let message = format!("{}{help}", error.message());
        if error.path() != path {
            // the error of a rule file that the stack names
            let message = format!("{}: {message}", error.path().display());
            return plain(view, Span::default(), DiagnosticSeverity::ERROR, message);
        }
        plain(view, error.span().unwrap_or_default(), DiagnosticSeverity::ERROR, message)
    };
    errors.iter().map(of).collect()
}

/// Whether the document is the file of a stack.
pub(super) fn is_stack(view: &View<'_>) -> bool {
    let (path, text) = (&view.document.path, &view.document.text);
    let is_named =
        path.file_name().is_some_and(|name| name == "cwfilter.toml") || text.contains("\n[log_group]");
    is_named && !view.analysis.is_rule_file() && path.extension().is_some_and(|it| it == "toml")
}

fn plain(view: &View<'_>, span: Span, severity: DiagnosticSeverity, message: String) -> Diagnostic {
    Diagnostic {
        range: view.range(span),
        severity: Some(severity),
        source: Some("cwfilter".to_owned()),
        message: shown(&message),
        ..Diagnostic::default()
    }
}

/// A text of data, without characters that command an editor's list.
fn shown(text: &str) -> String {
    escaped::EscapedLines(text).to_string()
}

pub(super) fn of_finding(view: &View<'_>, found: &Found) -> Diagnostic {
    let severity = match found.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        _ => DiagnosticSeverity::INFORMATION,
    };
    let mut message = found.message.clone();
    if !found.primary.text.is_empty() {
        message += &format!("\n{}", found.primary.text);
    }
    if let Some(help) = &found.help {
        message += &format!("\nhelp: {help}");
    }
    let related = found.secondary.iter().map(|label| DiagnosticRelatedInformation {
        location: Location::new(view.document.uri.clone(), view.range(label.span)),
        message: shown(&label.text),
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let is_idle = matches!(found.lint, "clause-subsumed" | "clause-never-decides");
    Diagnostic {
        code: Some(NumberOrString::String(found.lint.to_owned())),
        related_information: (!related.is_empty()).then_some(related),
        tags: is_idle.then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..plain(view, found.primary.span, severity, message)
    }
}
