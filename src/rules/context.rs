//! What every reader of a part of a rule file needs: the file, and errors with their place.

use super::error::RuleError;
use crate::span::Span;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::Spanned;

pub(super) struct Context<'a> {
    pub(super) path: &'a Path,
    /// Where named files lie; below the rule file's folder if `None`.
    pub(super) root: Option<&'a Path>,
    pub(super) source: &'a str,
    /// The real paths of the event files that were read.
    pub(super) event_files: RefCell<BTreeSet<PathBuf>>,
}

impl Context<'_> {
    pub(super) fn error(&self, span: Span, message: impl Into<String>) -> RuleError {
        RuleError::new(self.path, message).at(self.source, span)
    }
}

pub(super) fn span<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}

pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(word, candidate);
    candidates
        .filter(|candidate| likeness(candidate) > 0.75)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

/// The error of a TOML reader, with its place.
pub(crate) fn toml_error(path: &Path, source: &str, error: &toml::de::Error) -> RuleError {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    let mut result = RuleError::new(path, message.clone());
    if let Some(span) = error.span() {
        result = result.at(source, Span::new(span.start, span.end));
    }
    // serde: unknown field `patern`, expected one of `id`, `title`
    let mut quoted = message.split('`').skip(1).step_by(2);
    match (message.starts_with("unknown "), quoted.next()) {
        (true, Some(unknown)) => match nearest(unknown, quoted) {
            Some(known) => result.help_line(format!("did you mean `{known}`?")),
            None => result,
        },
        _ => result,
    }
}
