//! Maps each byte of a literal's value to the bytes of the file that write it.

use crate::span::Span;

/// For each byte of a value: the bytes of the file that write it.
#[derive(Debug, Clone, Default)]
pub(super) struct Align {
    /// the start and the end of the source of the byte's character; the list has one entry more than the value has bytes
    pieces: Vec<(usize, usize)>,
}

/// The escapes of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    None,
    /// `\n`, `\"`, `\u00e9` …
    Backslash,
    /// Backslash escapes, and `$${`, `%%{`.
    Hcl,
    /// `$${`, `%%{`.
    Template,
    /// `''` for `'`.
    Doubled,
}

impl Align {
    /// Walks the value and its source (the text between the literal's quotes) side by side. Blanks that only
    /// the source has are skipped: indentation and folded lines.
    pub(super) fn new(file: &str, body: Span, value: &str, escapes: Escapes) -> Align {
        let source = body.of(file);
        let (mut at, mut is_lost) = (0, false);
        let mut pieces = Vec::with_capacity(value.len() + 1);
        for character in value.chars() {
            let piece = if is_lost { None } else { piece(source, at, character, escapes) };
            is_lost = piece.is_none();
            let (start, end) = piece.unwrap_or((at, at));
            let in_file = (body.start + start, body.start + end);
            pieces.extend(std::iter::repeat_n(in_file, character.len_utf8()));
            at = end;
        }
        let end = body.start + at.min(source.len());
        pieces.push((end, end));
        Align { pieces }
    }

    /// For a value of several parts, one after the other; each part has its length in bytes.
    pub(super) fn joined(parts: impl IntoIterator<Item = (Align, usize)>, end: usize) -> Align {
        let mut pieces = Vec::new();
        for (part, length) in parts {
            pieces.extend(part.pieces.into_iter().take(length));
        }
        let end = pieces.last().map_or(end, |(_, end)| *end);
        pieces.push((end, end));
        Align { pieces }
    }

    /// For a text that is written as itself.
    pub(super) fn uniform(span: Span, length: usize) -> Align {
        Align { pieces: vec![(span.start, span.end); length + 1] }
    }

    /// For the value without its first bytes.
    pub(super) fn skip(mut self, bytes: usize) -> Align {
        self.pieces.drain(..bytes.min(self.pieces.len()));
        self
    }

    /// For a file with `by` more bytes before the literal.
    pub(super) fn shift(&mut self, by: usize) {
        for (start, end) in &mut self.pieces {
            *start += by;
            *end += by;
        }
    }

    pub(super) fn in_file(&self, span: Span) -> Span {
        let last = self.pieces.last().copied().unwrap_or_default();
        let piece = |at: usize| self.pieces.get(at).copied().unwrap_or(last);
        let (start, _) = piece(span.start);
        // what the source has between two characters belongs to neither
        let end = if span.end > span.start { piece(span.end - 1).1 } else { start };
        Span::new(start, end.max(start))
    }
}

/// The meaning of an escape, and its length in bytes.
struct Escape {
    /// `None` if the escape has no character: the line continues.
    meaning: Option<char>,
    width: usize,
}

/// The start and the end of the next source of `character`.
fn piece(source: &str, mut at: usize, character: char, escapes: Escapes) -> Option<(usize, usize)> {
    loop {
        let rest = source.get(at..)?;
        let first = rest.chars().next()?;
        let end = at + first.len_utf8();
        let doubled = |meaning| Some(Escape { meaning: Some(meaning), width: 2 });
        let escape = match escapes {
            Escapes::Backslash | Escapes::Hcl if first == '\\' => backslash(rest),
            Escapes::Hcl | Escapes::Template if rest.starts_with("$${") || rest.starts_with("%%{") => {
                doubled(first)
            }
            Escapes::Doubled if rest.starts_with("''") => doubled('\''),
            _ => None,
        };
        match escape {
            Some(Escape { meaning: Some(meaning), width }) => {
                return (meaning == character).then_some((at, at + width));
            }
            Some(Escape { meaning: None, width }) => at += width.max(1),
            None if first == character => return Some((at, end)),
            None if character == '\n' && rest.starts_with("\r\n") => return Some((at, at + 2)),
            // a folded newline is written as a blank's worth of white space
            None if first.is_whitespace() && character == ' ' => {
                return Some((at, at + rest.len() - rest.trim_start().len()));
            }
            None if first.is_whitespace() => at = end,
            None => return None,
        }
    }
}

/// A backslash and the escape after it, by the rules of all four formats: an escape that two formats have means the same in both.
fn backslash(rest: &str) -> Option<Escape> {
    let second = rest.chars().nth(1)?;
    let code = |from: usize, digits: usize| u32::from_str_radix(rest.get(from..from + digits)?, 16).ok();
    let hex = |digits: usize| {
        let first = code(2, digits)?;
        // JSON: two escapes for one character
        if digits == 4 && (0xd800..0xdc00).contains(&first) && rest.get(6..8) == Some("\\u") {
            let second = code(8, 4).filter(|code| (0xdc00..0xe000).contains(code))?;
            let both = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Some(Escape { meaning: char::from_u32(both), width: 12 });
        }
        Some(Escape { meaning: Some(char::from_u32(first).unwrap_or('\u{fffd}')), width: 2 + digits })
    };
    let meaning = match second {
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        // a continued line: TOML allows blanks in front of the newline
        '\n' | '\r' | ' ' | '\t' => {
            let blanks = rest.get(1..)?;
            let line = blanks.trim_start_matches([' ', '\t']);
            if second.is_ascii_control() && second != '\t' || line.starts_with(['\n', '\r']) {
                return Some(Escape { meaning: None, width: 1 + blanks.len() - blanks.trim_start().len() });
            }
            second
        }
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    };
    Some(Escape { meaning: Some(meaning), width: 1 + second.len_utf8() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_every_kind_of_literal() {
        let value = "{ $.a = \"é😀@\" }";
        for (source, escapes) in [
            (r#"{ $.a = "é😀@" }"#, Escapes::None),
            (r#"{ $.a = \"\u00e9\ud83d\ude00@\" }"#, Escapes::Backslash),
            (r#"{ $.a = \"\u00e9\U0001f600@\" }"#, Escapes::Backslash),
            (r#"{ $.a = \"é😀@\" }"#, Escapes::Hcl),
            ("    { $.a = \"é😀@\" }\n", Escapes::Template),
            ("    { $.a =\n      \"é😀@\" }\n", Escapes::None),
            ("{ $.a \\\n   = \\\"é😀@\\\" }", Escapes::Backslash),
        ] {
            let file = format!("before: {source} after");
            let align = Align::new(&file, Span::new(8, 8 + source.len()), value, escapes);
            let at = value.find('@').unwrap();
            assert_eq!(align.in_file(Span::new(at, at + 1)).of(&file), "@", "{source}");
            let dollar = value.find('$').unwrap();
            assert_eq!(align.in_file(Span::new(dollar, dollar + 3)).of(&file), "$.a", "{source}");
        }
    }
}
