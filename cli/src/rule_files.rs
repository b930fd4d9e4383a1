//! Rule files that `test` refuses: their patterns do not count as checked.

use super::options::loader;
use super::sources::SourceFile;
use cwfilter::diagnostic::{Diagnostic, REFUSED, Severity};
use cwfilter::lint::file::{FileFindings, Finding, NotChecked};
use cwfilter::rules::{RuleError, RuleFile, duplicate_ids};
use cwfilter::{FilterPattern, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Adds what `cwfilter test` says about rule files to their findings.
pub(super) fn refusals(sources: &[SourceFile], files: &mut [FileFindings]) {
    let mut folders: BTreeMap<&Path, Vec<RuleFile>> = BTreeMap::new();
    for (source, file) in sources.iter().zip(files.iter_mut()).filter(|(source, _)| is_rule_file(source)) {
        match loader().parse(&source.path, source.text.clone()) {
            Ok(rules) => folders.entry(source.path.parent().unwrap_or(&source.path)).or_default().push(rules),
            Err(errors) => refusals_of(source, file, &errors),
        }
    }
    // the files of one folder are loaded together; those of different folders may be of different stacks
    let mut repeated: BTreeMap<PathBuf, Vec<RuleError>> = BTreeMap::new();
    for error in folders.values().flat_map(|files| duplicate_ids(files)) {
        repeated.entry(error.path().to_owned()).or_default().push(error);
    }
    for (source, file) in sources.iter().zip(files) {
        if let Some(errors) = repeated.get(&source.path) {
            refusals_of(source, file, errors);
        }
    }
}

/// Whether a file was meant as a rule file.
fn is_rule_file(source: &SourceFile) -> bool {
    if !is_toml(&source.path) {
        return false;
    }
    if !source.patterns.is_empty() || !source.resources.composites.is_empty() {
        return true;
    }
    let text = source.text.as_str();
    let is_misspelt = text.contains("[[rule") && text.contains("pattern");
    let has_lists = || match text.trim_start_matches('\u{feff}').parse::<toml::Table>() {
        Ok(table) => {
            ["rule", "composite"].iter().any(|key| table.get(*key).is_some_and(toml::Value::is_array))
        }
        Err(_) => ["[[rule]]", "[[composite]]"].iter().any(|header| text.contains(header)),
    };
    is_misspelt || (["rule", "composite"].iter().any(|word| text.contains(word)) && has_lists())
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

/// Why `cwfilter test` refuses a file. `None` if it takes it, or if it is not a rule file.
pub(super) fn why_refused(path: &Path) -> Option<String> {
    let text = Some(path).filter(|path| is_toml(path)).and_then(|path| cwfilter::files::text(path).ok())?;
    refusal_of_text(path, text)
}

/// Why the text is not a rule file.
pub(super) fn refusal_of_text(path: &Path, text: String) -> Option<String> {
    let errors = loader().parse(path, text).err()?;
    Some(errors.first().map_or_else(|| "it is not a rule file".to_owned(), ToString::to_string))
}

/// Why a rule file that is valid would no longer be, or would have other rules.
pub(super) fn refused_after(source: &SourceFile, text: &str) -> Option<String> {
    if text == source.text || !is_toml(&source.path) {
        return None;
    }
    let old = loader().parse(&source.path, source.text.clone()).ok()?;
    let ids = |file: &RuleFile| -> Vec<String> {
        let rules = file.rules.iter().map(|rule| rule.id.clone());
        rules.chain(file.composites.iter().map(|it| it.id.clone())).collect()
    };
    match loader().parse(&source.path, text.to_owned()) {
        Ok(new) => (ids(&old) != ids(&new)).then(|| "it has other rules".to_owned()),
        Err(errors) => Some(errors.first().map(ToString::to_string).unwrap_or_default()),
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
