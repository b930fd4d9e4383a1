//! Replaces patterns of a file, and checks that nothing else has changed.

use super::error::SourceError;
use super::files::mark_of;
use super::host::HostFormat;
use super::hosted::HostedPattern;
use super::project::read_one;
use super::replacement::Replacement;
use super::rule_file::Because;
use super::{rule_file, template, terraform};
use crate::semantics::Semantics;
use crate::span::Span;
use crate::syntax::clauses::{clause_after, clause_named};
use crate::syntax::parse;
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
    let mut edits: Vec<Edit> = Vec::new();
    let format = HostFormat::of(path);
    // the spans of patterns count the byte order mark
    let mark = mark_of(text);
    let becauses = match format {
        HostFormat::RuleFile => rule_file::becauses(text.get(mark..).unwrap_or_default()),
        _ => HashMap::new(),
    };
    let mut at = 0;
    for pattern in sorted {
        let old = match &pattern.text {
            Ok(old) => old,
            Err(unread) => {
                rewritten.left.push(NotRewritten { pattern, why: unread.why.clone() });
                continue;
            }
        };
        let Some(intended) = new(pattern) else { continue };
        let written = match pattern.literal_for(&intended) {
            // one literal of several filters
            Ok(_) if is_changed(&edits, pattern, &intended) => continue,
            Ok(_) if pattern.literal.start < at => Err("it is part of another pattern".into()),
            Ok(_) if format.replaces_variables() && intended.contains("${") => {
                Err("the new text has `${`, which is replaced when the template is deployed".into())
            }
            other => other,
        };
        let tests = becauses.get(&unmarked(pattern.literal, mark)).map(Vec::as_slice).unwrap_or_default();
        let with_tests = written.and_then(|literal| Ok((literal, of_tests(tests, old, &intended, mark)?)));
        match with_tests {
            Ok((written, of_tests)) => {
                at = pattern.literal.end;
                edits.push(Edit { literal: pattern.literal, written, text: intended });
                edits.extend(of_tests);
            }
            Err(_) if has_alias(&edits, pattern, &intended) => {}
            Err(why) => rewritten.left.push(NotRewritten { pattern, why }),
        }
    }
    edits.sort_by_key(|edit| edit.literal.start);
    let changes = applied(text, edits, &mut rewritten.text);
    if !changes.is_empty() {
        verify(path, text, &rewritten.text, &changes)?;
    }
    Ok(rewritten)
}

/// A literal and what is written in its place.
struct Edit {
    literal: Span,
    written: String,
    text: String,
}

/// Writes the text with the edits, which are in the order of their places.
fn applied(text: &str, edits: Vec<Edit>, out: &mut String) -> Vec<Replacement> {
    let mut at = 0;
    let mut changes = Vec::new();
    for Edit { literal, written, text: intended } in edits {
        out.push_str(text.get(at..literal.start).unwrap_or_default());
        let start = out.len();
        out.push_str(&written);
        at = literal.end;
        changes.push(Replacement { literal, written: Span::new(start, out.len()), text: intended });
    }
    out.push_str(text.get(at..).unwrap_or_default());
    changes
}

/// The edits of tests that name a clause (`because`) which has another text in the new pattern. It is an error if the new pattern has
/// no such clause: the rule file would be refused.
fn of_tests(tests: &[Because], old: &str, new: &str, mark: usize) -> Result<Vec<Edit>, Cow<'static, str>> {
    let parsed = |text: &str| parse(text.trim(), Semantics::default()).ok();
    // the clauses of a pattern that AWS refuses are not known
    let (Some(old), Some(new)) = (parsed(old), parsed(new)) else { return Ok(Vec::new()) };
    let mut edits = Vec::new();
    for because in tests {
        // a test that names no clause is refused already
        let Some(name) = clause_named(&old, &because.clause) else { continue };
        let Some(text) = clause_after(&old, &new, &because.clause) else {
            return Err(
                format!("a test has `because` with `{name}`, which the new pattern does not have").into()
            );
        };
        if text != name {
            let literal = Span::new(because.literal.start + mark, because.literal.end + mark);
            edits.push(Edit { literal, written: because.literal_for(&text)?, text });
        }
    }
    Ok(edits)
}

fn unmarked(span: Span, mark: usize) -> Span {
    Span::new(span.start.saturating_sub(mark), span.end.saturating_sub(mark))
}

/// Whether the pattern's literal has the intended text already.
fn is_changed(changes: &[Edit], pattern: &HostedPattern, intended: &str) -> bool {
    changes.iter().any(|change| change.literal == pattern.literal && change.text == intended)
}

/// Whether the pattern's text is that of an anchor, which has the intended text already.
fn has_alias(changes: &[Edit], pattern: &HostedPattern, intended: &str) -> bool {
    changes.iter().any(|change| Some(change.literal) == pattern.alias_of && change.text == intended)
}

/// Reads both texts, and compares the documents and the patterns in them.
fn verify(path: &Path, text: &str, new: &str, changes: &[Replacement]) -> Result<(), SourceError> {
    let refused = |at: usize| {
        let message = "rewriting would change more than the pattern, so the file is left as it is";
        SourceError::new(text, at, message).help("write the pattern as one quoted text, or change it by hand")
    };
    let mark = mark_of(text);
    let shifted = changes.iter().map(|change| Replacement {
        literal: unmarked(change.literal, mark),
        written: unmarked(change.written, mark),
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
