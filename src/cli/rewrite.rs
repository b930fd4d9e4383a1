//! New patterns in the place of old ones.

use super::sources::Source;
use super::write;
use crate::sources::HostedPattern;
use similar::TextDiff;
use std::io::Write;

/// A file's text with some of its patterns replaced.
pub(super) struct Rewritten<'a> {
    source: &'a Source,
    text: String,
    /// Patterns that could not be written the way the file has them.
    pub(super) left: Vec<&'a HostedPattern>,
}

/// Asks for a new pattern for each.
pub(super) fn rewrite<'a>(
    source: &'a Source,
    new: impl Fn(&HostedPattern) -> Option<String>,
) -> Rewritten<'a> {
    let mut rewritten = Rewritten { source, text: String::new(), left: Vec::new() };
    let mut patterns: Vec<&HostedPattern> = source.patterns.iter().collect();
    patterns.sort_by_key(|pattern| pattern.literal.start);
    let mut at = 0;
    for hosted in patterns {
        let Some(pattern) = new(hosted) else { continue };
        match hosted.literal_for(&pattern) {
            Some(literal) if hosted.literal.start >= at => {
                rewritten.text.push_str(source.text.get(at..hosted.literal.start).unwrap_or_default());
                rewritten.text.push_str(&literal);
                at = hosted.literal.end;
            }
            _ => rewritten.left.push(hosted),
        }
    }
    rewritten.text.push_str(source.text.get(at..).unwrap_or_default());
    rewritten
}

impl Rewritten<'_> {
    pub(super) fn is_changed(&self) -> bool {
        self.text != self.source.text
    }

    /// What would change, as a patch.
    pub(super) fn diff(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let path = self.source.path.display().to_string();
        let diff = TextDiff::from_lines(&self.source.text, &self.text);
        write!(out, "{}", diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")))
    }

    /// Replaces the file, unless it has changed since it was read.
    pub(super) fn write(&self) -> std::io::Result<()> {
        if self.is_changed() {
            write::rewrite(&self.source.path, &self.source.text, &self.text)
        } else {
            Ok(())
        }
    }
}
