//! Files with new patterns, shown or written.

use super::sources::Source;
use super::terminal::{block, say};
use super::write;
use cwfilter::escaped::Escaped;
use cwfilter::sources::{HostedPattern, Left, SourceError};
use similar::TextDiff;
use std::io::Write;

/// A file's text with some of its patterns replaced.
pub(super) struct Rewritten<'a> {
    source: &'a Source,
    text: String,
    /// Patterns that could not be written the way the file has them.
    pub(super) left: Vec<Left<'a>>,
}

/// Asks for a new pattern for each. Nothing but the patterns may change: then there is an error instead, which says where.
pub(super) fn rewrite<'a>(
    source: &'a Source,
    new: impl Fn(&HostedPattern) -> Option<String>,
) -> Result<Rewritten<'a>, SourceError> {
    let rewritten = cwfilter::sources::rewrite(&source.path, &source.text, &source.patterns, new)?;
    Ok(Rewritten { source, text: rewritten.text, left: rewritten.left })
}

impl Rewritten<'_> {
    pub(super) fn is_changed(&self) -> bool {
        self.text != self.source.text
    }

    /// Says which patterns were left as they are, and why.
    pub(super) fn name_left(&self) {
        let lines = cwfilter::Lines::new(&self.source.text);
        for Left { pattern, why, .. } in &self.left {
            let path = self.source.path.display();
            let place = lines.place(pattern.literal.start);
            say!("note: {path}:{place}: `{}` is left as it is: {why}", pattern.name);
        }
    }

    /// What would change, as a patch.
    pub(super) fn diff(&self, out: &mut impl Write) -> std::io::Result<()> {
        let path = self.source.path.display().to_string();
        let diff = TextDiff::from_lines(&self.source.text, &self.text);
        let (a, b) = (Escaped(format!("a/{path}")).to_string(), Escaped(format!("b/{path}")).to_string());
        block(out, &diff.unified_diff().header(&a, &b).to_string())
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
