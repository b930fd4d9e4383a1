//! The file that is being read, and errors with their place in it. Every reader of a part of a rule file uses it.

use super::error::RuleError;
use crate::limits::TOML_DEPTH;
use crate::span::Span;
use crate::spanned::Spanned;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rule file that is being read. Each file of this folder that reads a part adds a method.
pub(super) struct Context<'a> {
    pub(super) path: &'a Path,
    /// The folder that named files have to be in; the rule file's folder if `None`.
    pub(super) root: Option<&'a Path>,
    pub(super) source: &'a str,
    /// The same text, for the errors; made for the first one.
    pub(super) shared_source: OnceCell<Arc<str>>,
    /// The event files that were read: their paths without symbolic links.
    pub(super) event_files: RefCell<BTreeSet<PathBuf>>,
    /// Texts of event files that are taken in place of those on the disk.
    pub(super) texts: Option<&'a HashMap<PathBuf, String>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(path: &'a Path, root: Option<&'a Path>, source: &'a str) -> Self {
        Context {
            path,
            root,
            source,
            shared_source: OnceCell::default(),
            event_files: RefCell::default(),
            texts: None,
        }
    }

    pub(super) fn error(&self, span: Span, message: impl Into<String>) -> RuleError {
        let source = self.shared_source.get_or_init(|| self.source.into());
        RuleError::new(self.path, message).at_shared(source.clone(), span)
    }
}

impl Context<'_> {
    /// Refuses an empty id.
    pub(super) fn check_id(&self, id: &Spanned<String>) -> Result<(), RuleError> {
        if !id.get_ref().trim().is_empty() {
            return Ok(());
        }
        let error = self.error(span(id), "the id is empty");
        Err(error.help_line("it becomes the name of an alarm and of a metric filter"))
    }
}

pub(super) fn span<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}

/// The candidate that is most like a misspelt word. `None` if no candidate is close to it.
pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(word, candidate);
    candidates
        .filter(|candidate| likeness(candidate) > 0.75)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

/// The error of the TOML parser, at its place, with a suggestion for a misspelt key.
pub(crate) fn toml_error(path: &Path, source: &str, error: &toml::de::Error) -> RuleError {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    // serde's word for a value of a Rust `enum`
    let message = plain(&message.replacen("unknown variant", "unknown value", 1));
    let mut result = RuleError::new(path, message.clone());
    if let Some(span) = error.span() {
        result = result.at(source, Span::new(span.start, span.end));
    } else if let Some(deep) = deep_key(source).filter(|_| message.starts_with("recursion limit")) {
        // a key of many parts has no place in the error
        result = result.at(source, deep);
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

/// serde's message without Rust's names of types.
fn plain(message: &str) -> String {
    let is_large = |end: &str| message.contains(end);
    if ["u64 value was too large", "` as i128", "` as u128"].into_iter().any(is_large) {
        return "an integer of an event has at most 64 bits, with its sign".to_owned();
    }
    let words = [
        ("expected usize", "expected a whole number that is not negative"),
        ("expected u64", "expected a whole number that is not negative"),
        ("expected u32", "expected a whole number that is not negative"),
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
    ];
    match words.into_iter().find(|(word, _)| message.ends_with(word)) {
        Some((word, plain)) => message.replacen(word, plain, 1),
        None => message.to_owned(),
    }
}

/// The first line that may have a key of too many parts.
fn deep_key(source: &str) -> Option<Span> {
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        if line.bytes().filter(|byte| *byte == b'.').count() >= TOML_DEPTH as usize {
            return Some(Span::new(start, start + 1));
        }
        start += line.len();
    }
    None
}
