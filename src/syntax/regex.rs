//! The restricted regular expressions of filter patterns (spec §4).

use super::ast::Regex;
use crate::limits::REGEX_BYTES;
use regex::bytes;

/// Compiles the expression for a search anywhere in a text. `\d`, `\s`, `\w` and `\b` are ASCII, `.` takes
/// any character but a newline, `^` and `$` are the ends of the text.
pub(crate) fn compile(regex: &Regex) -> Result<bytes::Regex, regex::Error> {
    bytes::RegexBuilder::new(&ascii_classes(&regex.body))
        .size_limit(REGEX_BYTES)
        .dfa_size_limit(REGEX_BYTES)
        .build()
}

/// Why the expression does not compile, on one line.
pub(super) fn refusal(regex: &Regex) -> Option<String> {
    let error = compile(regex).err()?;
    let text = error.to_string();
    let reason = text.lines().next_back().unwrap_or_default().trim().trim_start_matches("error: ");
    Some(reason.to_owned())
}

/// Spells the Perl classes and word boundaries out in ASCII, so that only they lose their Unicode meaning.
pub(crate) fn ascii_classes(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16);
    let mut class = Class::default();
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            class.read(character);
            out.push(character);
            continue;
        }
        let escaped = characters.next();
        match escaped {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('s') => out.push_str(r"[\t\n\x0b\x0c\r ]"),
            Some('S') => out.push_str(r"[^\t\n\x0b\x0c\r ]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            // a class holds no boundary: the expression does not compile
            Some('b') if class.depth == 0 => out.push_str(r"(?-u:\b)"),
            // bytes inside a character have no word byte beside them; `(?:\b|\B)` holds only between characters
            Some('B') if class.depth == 0 => out.push_str(r"(?:(?-u:\B)(?:\b|\B))"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
        class.begins = None;
    }
    out
}

/// Whether a place of an expression is inside `[ … ]`, which may be nested.
#[derive(Default)]
struct Class {
    depth: usize,
    /// The last character, if only `[` or `[^` is before this place, where `]` is a character.
    begins: Option<char>,
}

impl Class {
    fn read(&mut self, character: char) {
        let before = self.begins.take();
        match character {
            '[' => {
                self.depth += 1;
                self.begins = Some(character);
            }
            '^' if before == Some('[') => self.begins = Some(character),
            ']' if before.is_none() => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ascii_and_the_dot_is_a_character() {
        for (body, text, found) in [
            (r"^\d+$", "123", true),
            (r"^\d+$", "١٢٣", false),
            (r"^[\w.]+$", "a.b_1", true),
            (r"^[^\w]$", "é", true),
            (r"^.$", "é", true),
            (r"^\S$", "\u{a0}", true),
            (r"a.b", "a\nb", false),
            (r"^b", "a\nb", false),
            (r"\x28", "(", true),
        ] {
            let regex = compile(&Regex { body: body.to_owned() }).unwrap();
            assert_eq!(regex.is_match(text.as_bytes()), found, "{body} on {text}");
        }
    }

    #[test]
    fn a_repetition_that_would_take_the_memory_is_refused() {
        assert!(refusal(&Regex { body: "[a-z]{1000}{1000}".to_owned() }).is_some());
    }
}
