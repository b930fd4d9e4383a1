//! Places in a text: spans of bytes, and line and column for people.

use std::ops::Range;

/// A range of bytes in a text. The end is not included.
///
/// ```
/// let span = cwfilter::Span::new(2, 5);
/// assert_eq!(span.of("{ $.a = 1 }"), "$.a");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The smallest span that contains both.
    ///
    /// ```
    /// use cwfilter::Span;
    /// assert_eq!(Span::new(2, 5).to(Span::new(8, 9)), Span::new(2, 9));
    /// ```
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span, `by` bytes further on.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Span { start: self.start + by, end: self.end + by }
    }

    /// The span without `opening` bytes at its start and `closing` bytes at its end.
    #[cfg(feature = "sources")]
    pub(crate) fn within(self, opening: usize, closing: usize) -> Self {
        let end = self.end.saturating_sub(closing).max(self.start);
        Span { start: (self.start + opening).min(end), end }
    }

    /// The text of the span; empty if the span is outside `text` or splits a character.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// As a range of bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A place for people: line and column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "analysis", derive(serde::Serialize))]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode code points), from 1.
    pub column: usize,
}

impl LineColumn {
    /// The line and column of byte `offset` of `text`. An offset past the end counts as the end.
    ///
    /// ```
    /// let at = cwfilter::LineColumn::of("a\nbé c", 6);
    /// assert_eq!((at.line, at.column), (2, 4));
    /// ```
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        // a byte order mark does not count as a column
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let line_start = before.rfind('\n').map_or(mark, |at| at + 1);
        LineColumn {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        }
    }
}

/// An index of the lines of a text. It is built once; each look-up is then a binary search instead of a count from the beginning.
///
/// ```
/// let lines = cwfilter::Lines::new("a\nb");
/// assert_eq!(lines.line(2), 2);
/// assert_eq!(lines.place(2).to_string(), "2:1");
/// ```
#[cfg(feature = "report")]
#[derive(Debug)]
pub struct Lines<'a> {
    pub(crate) text: &'a str,
    /// The offset of the first byte of each line.
    starts: Vec<usize>,
}

#[cfg(feature = "report")]
impl<'a> Lines<'a> {
    /// Builds the index of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The line of byte `offset`, counted from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The offset of the first byte of a line; the end of the text if there is no such line.
    pub(crate) fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(self.text.len())
    }

    /// The line and column of byte `offset`; the same as [`LineColumn::of`].
    #[must_use]
    pub fn place(&self, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self.start(line);
        let of_line = self.text.get(start..).unwrap_or_default();
        let place = LineColumn::of(of_line, offset.saturating_sub(start));
        // `LineColumn::of` skips the byte order mark: it is at the start of the first line
        LineColumn { line, column: place.column }
    }
}

impl std::fmt::Display for LineColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(all(test, feature = "report"))]
mod tests {
    use super::{LineColumn, Lines};

    #[test]
    fn lines_say_the_same_as_counting() {
        for text in ["", "a", "\n", "a\nb\u{e9} c\n\nd", "\u{feff}a\nb", "a\r\nb\n"] {
            let lines = Lines::new(text);
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                assert_eq!(lines.place(offset), LineColumn::of(text, offset), "{text:?} at {offset}");
            }
        }
    }
}
