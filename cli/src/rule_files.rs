//! Rule files that `test` refuses: their patterns do not count as checked.

use super::options::loader;
use super::sources::SourceFile;
use cwfilter::Span;
use cwfilter::diagnostic::{Diagnostic, REFUSED, Severity};
use cwfilter::lint::file::{FileFindings, Finding, NotChecked};

/// Adds what `cwfilter test` says about a rule file to its findings.
pub(super) fn refusals(source: &SourceFile, file: &mut FileFindings) {
    let is_rule_file = source.path.extension().is_some_and(|extension| extension == "toml")
        && (!source.patterns.is_empty() || source.text.contains("[[rule"));
    if !is_rule_file {
        return;
    }
    let Err(errors) = loader().parse(&source.path, source.text.clone()) else { return };
    // a pattern that AWS refuses is a finding already
    let refused: Vec<_> = file.findings.iter().filter(|it| it.diagnostic.lint == REFUSED).cloned().collect();
    let is_reported = |at: usize| {
        let mut literals = source.patterns.iter().map(|it| it.literal);
        let literal = literals.find(|literal| literal.start <= at && at <= literal.end);
        let is_in = |span: Span| literal.is_some_and(|it| it.start <= span.start && span.start <= it.end);
        refused.iter().any(|finding| is_in(finding.diagnostic.primary.span))
    };
    let mut reasons = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or_default();
        if error.span().is_some_and(|span| is_reported(span.start)) {
            continue;
        }
        let message = format!("`cwfilter test` refuses the file: {}", error.message());
        let finding =
            Diagnostic::new("refused-rule-file", Severity::Error, span, message.clone()).in_file(span);
        let finding = match error.help() {
            Some(help) => finding.help(help),
            None => finding,
        };
        file.findings.push(Finding::new("", finding));
        reasons.push(message);
    }
    let Some(reason) = reasons.into_iter().next() else { return };
    file.counts = file.counts.unchecked();
    let checked = source.patterns.iter().filter(|hosted| hosted.text.is_ok());
    file.unchecked.extend(checked.map(|hosted| NotChecked {
        pattern: hosted.name.clone(),
        span: hosted.literal,
        reason: reason.clone(),
    }));
    file.findings.sort_by_key(|finding| finding.diagnostic.primary.span.start);
}
