//! From a place in the value of a TOML string to the place in the file.

use crate::span::Span;

/// The place in `source` of the bytes `span` of a string's value. `literal` is the place of the string, with its quotes. In literal strings
/// (`'…'`) each byte of the value is a byte of the source; in basic strings (`"…"`) an escape is longer than its value.
pub(super) fn in_file(source: &str, literal: Span, span: Span) -> Span {
    let text = literal.of(source);
    let (open, is_basic) = match text {
        _ if text.starts_with("'''") => (3, false),
        _ if text.starts_with("\"\"\"") => (3, true),
        _ => (1, text.starts_with('"')),
    };
    let body = text.get(open..text.len().saturating_sub(open)).unwrap_or_default();
    // a newline directly after three quotes is not part of the value
    let skipped = if open == 3 { body.len() - strip_newline(body).len() } else { 0 };
    let body = body.get(skipped..).unwrap_or_default();
    let from = literal.start + open + skipped;
    let place = |offset| from + if is_basic { source_offset(body, offset) } else { offset.min(body.len()) };
    Span::new(place(span.start), place(span.end))
}

fn strip_newline(body: &str) -> &str {
    body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(body)
}

/// The offset in the body of a basic string at which `offset` bytes of its value end.
fn source_offset(body: &str, offset: usize) -> usize {
    let (mut at, mut value) = (0, 0);
    while value < offset && at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let (width, meaning) = piece(rest);
        at += width;
        value += meaning;
    }
    at
}

/// The bytes of the first character or escape, and the bytes of its value.
fn piece(rest: &str) -> (usize, usize) {
    let mut characters = rest.chars();
    let first = characters.next().map_or(1, char::len_utf8);
    if !rest.starts_with('\\') {
        return (first, first);
    }
    let hex = |digits: usize| {
        let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (2 + digits, code.and_then(char::from_u32).map_or(1, char::len_utf8))
    };
    match characters.next() {
        Some('x') => hex(2),
        Some('u') => hex(4),
        Some('U') => hex(8),
        Some(blank) if blank.is_whitespace() => {
            let tail = rest.get(1..).unwrap_or_default();
            (rest.len() - tail.trim_start().len(), 0)
        }
        Some(other) => (1 + other.len_utf8(), 1),
        None => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_inside_every_kind_of_string() {
        for source in [
            "pattern = '{ $.a = @ }'",
            "pattern = '''{ $.a = @ }'''",
            "pattern = '''\n{ $.a = @ }'''",
            r#"pattern = "{ $.\"a\\\" = @ }""#,
            "pattern = \"\"\"\n{ $.a \\\n   = \\u00e9 @ }\"\"\"",
        ] {
            #[derive(serde::Deserialize)]
            struct File {
                pattern: toml::Spanned<String>,
            }
            let file: File = toml::from_str(source).unwrap();
            let literal = Span::new(file.pattern.span().start, file.pattern.span().end);
            let at = file.pattern.get_ref().find('@').unwrap();
            assert_eq!(in_file(source, literal, Span::new(at, at + 1)).of(source), "@", "{source}");
        }
    }
}
