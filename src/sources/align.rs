//! From a byte of a literal's value to the byte of the file that it is written as.

use crate::span::Span;

/// Which byte of the file each byte of a value is written as.
#[derive(Debug, Clone, Default)]
pub(super) struct Align {
    /// one more than the value has bytes
    places: Vec<usize>,
}

/// How a literal writes what it cannot write plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    None,
    /// `\n`, `\"`, `\u00e9` …
    Backslash,
    /// The same, and `$${`, `%%{`.
    Hcl,
    /// `''` for `'`.
    Doubled,
}

impl Align {
    /// Walks the value and its source side by side. Blanks that only the source has are passed over:
    /// indentation, folded lines.
    pub(super) fn new(file: &str, literal: Span, value: &str, escapes: Escapes) -> Align {
        let source = literal.of(file);
        let body = opening(source);
        let mut at = body;
        let mut places = Vec::with_capacity(value.len() + 1);
        for character in value.chars() {
            let (start, end) = piece(source, at, character, escapes).unwrap_or((at, at));
            let bytes = character.len_utf8();
            places.extend(std::iter::repeat_n(literal.start + start, bytes));
            at = end;
        }
        places.push(literal.start + at.min(source.len()));
        Align { places }
    }

    pub(super) fn in_file(&self, span: Span) -> Span {
        let last = self.places.last().copied().unwrap_or_default();
        let place = |at: usize| self.places.get(at).copied().unwrap_or(last);
        let start = place(span.start);
        Span::new(start, place(span.end).max(start))
    }
}

/// The length of what opens the literal: quotes, a block scalar's or heredoc's first line.
fn opening(source: &str) -> usize {
    let line = || source.find('\n').map_or(source.len(), |end| end + 1);
    match source.as_bytes() {
        [b'"', b'"', b'"', ..] | [b'\'', b'\'', b'\'', ..] => 3,
        [b'"' | b'\'', ..] => 1,
        [b'<', b'<', ..] | [b'|' | b'>', ..] => line(),
        _ => 0,
    }
}

/// Where the next piece of source that means `character` begins and ends.
fn piece(source: &str, mut at: usize, character: char, escapes: Escapes) -> Option<(usize, usize)> {
    loop {
        let rest = source.get(at..)?;
        let first = rest.chars().next()?;
        let end = at + first.len_utf8();
        let escaped = match escapes {
            Escapes::Backslash | Escapes::Hcl if first == '\\' => backslash(rest),
            Escapes::Hcl if rest.starts_with("$${") || rest.starts_with("%%{") => Some((first, 2)),
            Escapes::Doubled if rest.starts_with("''") => Some(('\'', 2)),
            _ => None,
        };
        match escaped {
            Some((meaning, width)) if meaning == character => return Some((at, at + width)),
            Some((_, width)) => at += width.max(1),
            None if first == character => return Some((at, end)),
            // a folded newline is written as a blank's worth of white space
            None if first.is_whitespace() && character == ' ' => {
                return Some((at, at + rest.len() - rest.trim_start().len()));
            }
            None if first.is_whitespace() => at = end,
            None => return None,
        }
    }
}

/// What a backslash and the characters behind it mean, and how many bytes they are.
fn backslash(rest: &str) -> Option<(char, usize)> {
    let second = rest.chars().nth(1)?;
    let hex = |digits: usize| {
        let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(code).unwrap_or('\u{fffd}'), 2 + digits))
    };
    match second {
        'n' => Some(('\n', 2)),
        't' => Some(('\t', 2)),
        'r' => Some(('\r', 2)),
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        // a line that goes on: means nothing
        '\n' | '\r' => Some(('\0', rest.len() - rest.get(1..)?.trim_start().len())),
        other => Some((other, 1 + other.len_utf8())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_every_kind_of_literal() {
        let value = "{ $.a = \"é@\" }";
        for (source, escapes) in [
            (r#"'{ $.a = "é@" }'"#, Escapes::None),
            (r#"'''{ $.a = "é@" }'''"#, Escapes::None),
            (r#""{ $.a = \"\u00e9@\" }""#, Escapes::Backslash),
            (r#""{ $.a = \"é@\" }""#, Escapes::Hcl),
            ("<<-EOT\n    { $.a = \"é@\" }\n  EOT", Escapes::None),
            (">-\n    { $.a =\n      \"é@\" }\n", Escapes::None),
            (r#"{ $.a = "é@" }"#, Escapes::None),
        ] {
            let file = format!("before: {source} after");
            let literal = Span::new(8, 8 + source.len());
            let align = Align::new(&file, literal, value, escapes);
            let at = value.find('@').unwrap();
            assert_eq!(align.in_file(Span::new(at, at + 1)).of(&file), "@", "{source}");
            let dollar = value.find('$').unwrap();
            assert_eq!(align.in_file(Span::new(dollar, dollar + 3)).of(&file), "$.a", "{source}");
        }
    }
}
