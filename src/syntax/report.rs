//! A refusal with its place under a caret, as text without colours.

use super::error::ParseError;
use crate::escaped::{Escaped, pictured};
use crate::limits::REPORT_CHARACTERS;
use std::fmt::Write;
use std::ops::Range;

impl ParseError {
    /// The error as a person reads it: the message, the line of the pattern with carets below the place, the help, and what
    /// AWS answers. `text` is the pattern that was parsed.
    ///
    /// Plain text of several lines, without a newline at the end; hidden characters are shown by visible ones. Of a long line
    /// only the part around the place is shown. A caret is as wide as one character, so that it is off after characters that
    /// take two columns of a terminal. The text is no stable format. `report::human` (feature `report`) has colours.
    ///
    /// ```
    /// let text = "{ $.level = ERROR AND $.code = 5 }";
    /// let error = text.parse::<cwfilter::FilterPattern>().unwrap_err();
    /// assert_eq!(error.report(text), "\
    /// error: expected `&&`, `||` or the end of the pattern, found `AND`
    ///   |
    /// 1 | { $.level = ERROR AND $.code = 5 }
    ///   |                   ^^^
    ///   = help: write `&&`
    ///   = AWS: Invalid metric filter pattern");
    /// ```
    #[must_use]
    pub fn report(&self, text: &str) -> String {
        let mut places = [self.span().start, self.span().end];
        let text = pictured(text, &mut places);
        let [start, end] = places.map(|place| text.floor_char_boundary(place));
        let line = line_of(&text, start);
        let number = text.get(..line.start).unwrap_or_default().matches('\n').count() + 1;
        let shown = around(&text, line, start);
        let [before, marked] = [shown.start..start, start..end.clamp(start, shown.end)]
            .map(|range| text.get(range).unwrap_or_default());
        // a tab is as wide as the tab above it
        let indent: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let carets = "^".repeat(marked.chars().count().max(1));
        let [more_before, more_after] =
            [shown.start > line_start(&text, start), shown.end < line_end(&text, start)]
                .map(|is| if is { "…" } else { "" });
        let indent = if more_before.is_empty() { indent } else { format!(" {indent}") };
        let excerpt = text.get(shown).unwrap_or_default();
        let margin = " ".repeat(number.to_string().len());
        let mut out = format!("error: {}\n", Escaped(self.kind()));
        let _ = writeln!(
            out,
            "{margin} |\n{number} | {more_before}{excerpt}{more_after}\n{margin} | {indent}{carets}"
        );
        let _ = write!(
            out,
            "{margin} = help: {}\n{margin} = AWS: {}",
            Escaped(self.help()),
            Escaped(first(&self.aws_message()))
        );
        out
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |length| at + length)
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    line_start(text, at)..line_end(text, at)
}

/// The part of a line that is shown: all of it, or so much around a place that it has at most [`REPORT_CHARACTERS`].
fn around(text: &str, line: Range<usize>, at: usize) -> Range<usize> {
    let (before, after) =
        (text.get(line.start..at).unwrap_or_default(), text.get(at..line.end).unwrap_or_default());
    if before.chars().count() + after.chars().count() <= REPORT_CHARACTERS {
        return line;
    }
    let half = REPORT_CHARACTERS / 2;
    let start =
        before.char_indices().rev().nth(half - 1).map_or(line.start, |(offset, _)| line.start + offset);
    let end = after.char_indices().nth(half).map_or(line.end, |(offset, _)| at + offset);
    start..end
}

/// The first characters of a message: AWS repeats the whole pattern in some.
fn first(message: &str) -> String {
    match message.char_indices().nth(REPORT_CHARACTERS) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
