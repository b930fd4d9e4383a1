//! Rule files that `test` refuses: their patterns do not count as checked.

use super::options::loader;
use super::sources::SourceFile;
use cwfilter::diagnostic::{Diagnostic, REFUSED, Severity};
use cwfilter::lint::file::{FileFindings, Finding, NotChecked};
use cwfilter::rules::RuleError;
use cwfilter::{FilterPattern, Span};

/// Adds what `cwfilter test` says about a rule file to its findings.
pub(super) fn refusals(source: &SourceFile, file: &mut FileFindings) {
    let is_rule_file = source.path.extension().is_some_and(|extension| extension == "toml")
        && (!source.patterns.is_empty() || source.text.contains("[[rule"));
    if is_rule_file && let Err(errors) = loader().parse(&source.path, source.text.clone()) {
        refusals_of(source, file, &errors);
    }
}

/// Why the rules of a file with patterns are not read: `cwfilter test` refuses it. `None` if it reads them, or the file is no rule file. A
/// pattern that AWS refuses is reported by itself.
pub(super) fn refusal(source: &SourceFile) -> Option<String> {
    let is_rule_file = source.path.extension().is_some_and(|extension| extension == "toml");
    let mut texts =
        source.patterns.iter().filter(|it| it.is_counted()).filter_map(|it| it.text.as_ref().ok());
    let is_parsed = |text: &String| text.trim().parse::<FilterPattern>().is_ok();
    let is_rule_file = is_rule_file && !source.patterns.is_empty() && texts.all(is_parsed);
    let errors = is_rule_file.then(|| loader().parse(&source.path, source.text.clone()).err()).flatten()?;
    let first = errors.first().map(RuleError::message).unwrap_or_default();
    Some(format!("`cwfilter test` refuses the file: {first}"))
}

/// The same, if the errors are known.
pub(super) fn refusals_of(source: &SourceFile, file: &mut FileFindings, errors: &[RuleError]) {
    let refused = refused_literals(source, file);
    let is_reported = |at: usize| {
        let before = refused.partition_point(|literal| literal.start <= at);
        before.checked_sub(1).and_then(|index| refused.get(index)).is_some_and(|literal| at <= literal.end)
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

/// The literals with a pattern that AWS refuses, in order: these are findings already.
fn refused_literals(source: &SourceFile, file: &FileFindings) -> Vec<Span> {
    let mut literals: Vec<Span> = source.patterns.iter().map(|it| it.literal).collect();
    literals.sort_unstable_by_key(|literal| (literal.start, literal.end));
    let refusals = file.findings.iter().filter(|it| it.diagnostic.lint == REFUSED);
    let mut starts: Vec<usize> = refusals.map(|it| it.diagnostic.primary.span.start).collect();
    starts.sort_unstable();
    let is_refused = |literal: &Span| {
        let first = starts.partition_point(|start| *start < literal.start);
        starts.get(first).is_some_and(|start| *start <= literal.end)
    };
    literals.retain(is_refused);
    literals
}
