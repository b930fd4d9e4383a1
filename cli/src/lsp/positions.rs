//! From bytes of a text to the positions of the protocol, and back.

use cwfilter::Span;
use lsp_types::{Position, PositionEncodingKind, Range};

/// The unit of a position's column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// What an editor has that offers nothing else.
    #[default]
    Utf16,
}

impl Encoding {
    /// The best of those that an editor offers: bytes, because the library counts bytes.
    pub(super) fn of(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) { Encoding::Utf8 } else { Encoding::Utf16 }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
        }
    }
}

/// The lines of a text.
#[derive(Debug, Clone)]
pub(super) struct Positions {
    /// The first byte of each line.
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Positions {
    pub(super) fn new(text: &str, encoding: Encoding) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Positions { starts, encoding }
    }

    /// The text of a line without its end.
    fn line<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let Some(start) = self.starts.get(line) else { return "" };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let line = text.get(*start..end).unwrap_or_default();
        line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
    }

    /// The byte at a position. A column after the end of its line is the end of the line, a line after the last one the end of the text.
    pub(super) fn offset(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize) else { return text.len() };
        let line = self.line(text, position.line as usize);
        let mut column = 0;
        for (at, character) in line.char_indices() {
            column += self.encoding.width(character);
            if column > position.character as usize {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The position of a byte.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.line(text, line);
        let before = before.get(..offset - start).unwrap_or(before);
        let column: usize = before.chars().map(|character| self.encoding.width(character)).sum();
        Position::new(u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    pub(super) fn range(&self, text: &str, span: Span) -> Range {
        Range::new(self.position(text, span.start), self.position(text, span.end.max(span.start)))
    }

    /// The bytes of a range.
    pub(super) fn span(&self, text: &str, range: Range) -> Span {
        let (start, end) = (self.offset(text, range.start), self.offset(text, range.end));
        Span::new(start.min(end), end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_from_its_position() {
        for text in ["", "a", "\n", "a\u{1f600}b\n\u{e9}\r\nc", "\u{feff}x\n"] {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let positions = Positions::new(text, encoding);
                for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                    // the newline of Windows is one place
                    let is_inside = text.get(..offset).unwrap().ends_with('\r')
                        && text.get(offset..).unwrap().starts_with('\n');
                    let expected = if is_inside { offset - 1 } else { offset };
                    let position = positions.position(text, offset);
                    assert_eq!(positions.offset(text, position), expected, "{text:?} {offset} {position:?}");
                }
                assert_eq!(positions.offset(text, Position::new(99, 0)), text.len());
            }
        }
        assert_eq!(Positions::new("\u{1f600}b", Encoding::Utf16).position("\u{1f600}b", 4).character, 2);
    }
}
