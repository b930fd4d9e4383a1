//! Replaces patterns of a file, and checks that nothing else has changed.

use super::error::SourceError;
use super::files::mark_of;
use super::host::HostFormat;
use super::hosted::HostedPattern;
use super::project::read_one;
use super::replacement::Replacement;
use super::{rule_file, template, terraform};
use crate::span::Span;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// A file's text with some of its patterns replaced.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rewritten<'a> {
    /// The new text.
    pub text: String,
    /// Patterns that cannot be replaced, and those that are not known before deployment.
    pub left: Vec<NotRewritten<'a>>,
}

/// A pattern that is left as it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NotRewritten<'a> {
    /// The pattern.
    pub pattern: &'a HostedPattern,
    /// Why it cannot be replaced.
    pub why: Cow<'static, str>,
}

/// Replaces patterns of a file that [`read`](super::read) has read. The result is read again by the format's own parser.
///
/// ```
/// let text = "FilterPattern: &p '{$.a=1}'  # all\n";
/// let patterns = cwfilter::sources::read("t.yaml".as_ref(), text)?;
/// let new = |_: &_| Some("{ $.a = 1 }".to_owned());
/// let rewritten = cwfilter::sources::rewrite("t.yaml".as_ref(), text, &patterns, new)?;
/// assert_eq!(rewritten.text, "FilterPattern: &p '{ $.a = 1 }'  # all\n");
/// # Ok::<(), cwfilter::sources::SourceError>(())
/// ```
///
/// # Errors
/// If anything except the patterns would change; the error has the place in the old text.
pub fn rewrite<'a>(
    path: &Path,
    text: &str,
    patterns: &'a [HostedPattern],
    new: impl Fn(&HostedPattern) -> Option<String>,
) -> Result<Rewritten<'a>, SourceError> {
    let mut sorted: Vec<&HostedPattern> = patterns.iter().filter(|pattern| pattern.is_counted()).collect();
    sorted.sort_by_key(|pattern| pattern.literal.start);
    let mut rewritten = Rewritten { text: String::new(), left: Vec::new() };
    let mut changes: Vec<Replacement> = Vec::new();
    let format = HostFormat::of(path);
    let mut at = 0;
    for pattern in sorted {
        if let Err(unread) = &pattern.text {
            rewritten.left.push(NotRewritten { pattern, why: unread.why.clone() });
            continue;
        }
        let Some(intended) = new(pattern) else { continue };
        let written = match pattern.literal_for(&intended) {
            // one literal of several filters
            Ok(_) if is_changed(&changes, pattern, &intended) => continue,
            Ok(_) if pattern.literal.start < at => Err("it is part of another pattern".into()),
            Ok(_) if format.replaces_variables() && intended.contains("${") => {
                Err("the new text has `${`, which is replaced when the template is deployed".into())
            }
            other => other,
        };
        match written {
            Ok(literal) => {
                rewritten.text.push_str(text.get(at..pattern.literal.start).unwrap_or_default());
                let start = rewritten.text.len();
                rewritten.text.push_str(&literal);
                at = pattern.literal.end;
                let written = Span::new(start, rewritten.text.len());
                changes.push(Replacement { literal: pattern.literal, written, text: intended });
            }
            Err(_) if has_alias(&changes, pattern, &intended) => {}
            Err(why) => rewritten.left.push(NotRewritten { pattern, why }),
        }
    }
    rewritten.text.push_str(text.get(at..).unwrap_or_default());
    if !changes.is_empty() {
        verify(path, text, &rewritten.text, &changes)?;
    }
    Ok(rewritten)
}

/// Whether the pattern's literal has the intended text already.
fn is_changed(changes: &[Replacement], pattern: &HostedPattern, intended: &str) -> bool {
    changes.iter().any(|change| change.literal == pattern.literal && change.text == intended)
}

/// Whether the pattern's text is that of an anchor, which has the intended text already.
fn has_alias(changes: &[Replacement], pattern: &HostedPattern, intended: &str) -> bool {
    changes.iter().any(|change| Some(change.literal) == pattern.alias_of && change.text == intended)
}

/// Reads both texts, and compares the documents and the patterns in them.
fn verify(path: &Path, text: &str, new: &str, changes: &[Replacement]) -> Result<(), SourceError> {
    let refused = |at: usize| {
        let message = "rewriting would change more than the pattern, so the file is left as it is";
        SourceError::new(text, at, message).help("write the pattern as one quoted text, or change it by hand")
    };
    let mark = mark_of(text);
    let unmarked = |span: Span| Span::new(span.start.saturating_sub(mark), span.end.saturating_sub(mark));
    let shifted = changes.iter().map(|change| Replacement {
        literal: unmarked(change.literal),
        written: unmarked(change.written),
        text: change.text.clone(),
    });
    let shifted: Vec<Replacement> = shifted.collect();
    let by_span: HashMap<Span, &Replacement> =
        shifted.iter().map(|change| (change.literal, change)).collect();
    let before = text.get(mark..).unwrap_or_default();
    let after = new.get(mark..).unwrap_or_default();
    let same = match HostFormat::of(path) {
        HostFormat::RuleFile => rule_file::same(before, after, &by_span),
        HostFormat::Terraform if path.extension().is_some_and(|extension| extension == "json") => {
            template::same(before, after, &by_span, true)
        }
        HostFormat::Terraform => terraform::same(before, after, &by_span),
        HostFormat::Json => template::same(before, after, &by_span, true),
        HostFormat::Yaml => template::same(before, after, &by_span, false),
        HostFormat::Foreign | HostFormat::Settings => Err(0),
    };
    same.map_err(|at| refused(if at == 0 { first(changes) } else { at + mark }))?;
    let read = |text| read_one(path, text).map_err(|_| refused(first(changes)));
    is_read_alike(&read(text)?, &read(new)?, changes).map_err(refused)
}

fn first(changes: &[Replacement]) -> usize {
    changes.first().map_or(0, |change| change.literal.start)
}

/// Whether the same patterns are found, the changed ones with their new text.
fn is_read_alike(
    before: &[HostedPattern],
    after: &[HostedPattern],
    changes: &[Replacement],
) -> Result<(), usize> {
    if before.len() != after.len() {
        return Err(first(changes));
    }
    let intended: HashMap<Span, &str> =
        changes.iter().map(|change| (change.literal, change.text.as_str())).collect();
    let unix = |text: &str| text.replace("\r\n", "\n");
    for (old, new) in before.iter().zip(after) {
        let changed = intended.get(&old.alias_of.unwrap_or(old.literal));
        let is_same = match (changed, &old.text, &new.text) {
            (Some(intended), _, Ok(text)) => unix(intended) == unix(text),
            (None, old, new) => old == new,
            (Some(_), _, Err(_)) => false,
        };
        if !is_same || old.name != new.name {
            return Err(old.literal.start);
        }
    }
    Ok(())
}
