//! Shows or writes files in which patterns were replaced.

use super::rule_files::refused_after;
use super::sources::SourceFile;
use super::terminal::{block, say};
use super::write;
use cwfilter::escaped::Escaped;
use cwfilter::sources::{HostedPattern, NotRewritten};
use similar::TextDiff;
use std::io::Write;

/// A file's text with some of its patterns replaced.
pub(super) struct Rewritten<'a> {
    source: &'a SourceFile,
    text: String,
    /// Patterns that were not replaced, because the file's syntax cannot hold the new ones.
    pub(super) left: Vec<NotRewritten<'a>>,
}

/// Calls `new` for each pattern and replaces those for which it returns one. It is an error, with the place, if anything else in the
/// file would change, or if a valid rule file would be refused.
pub(super) fn rewrite<'a>(
    source: &'a SourceFile,
    new: impl Fn(&HostedPattern) -> Option<String>,
) -> Result<Rewritten<'a>, String> {
    let rewritten = cwfilter::sources::rewrite(&source.path, &source.text, &source.patterns, new);
    let rewritten = rewritten.map_err(|error| error.to_string())?;
    if let Some(why) = refused_after(source, &rewritten.text) {
        return Err(format!(
            " with the new patterns the file would be refused, so it is left as it is: {why}"
        ));
    }
    Ok(Rewritten { source, text: rewritten.text, left: rewritten.left })
}

impl Rewritten<'_> {
    /// The file's new text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is_changed(&self) -> bool {
        self.text != self.source.text
    }

    /// Prints the patterns that were not replaced, with the reason.
    pub(super) fn name_left(&self) {
        let lines = cwfilter::Lines::new(&self.source.text);
        for NotRewritten { pattern, why, .. } in &self.left {
            let path = self.source.path.display();
            let place = lines.place(pattern.literal.start);
            say!("note: {path}:{place}: `{}` is left as it is: {why}", pattern.name);
        }
    }

    /// Prints the changes as a patch.
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
