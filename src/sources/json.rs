//! JSON: `serde_json` checks the text, and a walk over its tokens finds the places of keys and values.

use super::document::{Content, DocumentNode, ScalarForm};
use super::error::SourceError;
use super::repeated::refuse_repeated;
use crate::limits::TEMPLATE_NESTING;
use crate::span::Span;
use serde::de::IgnoredAny;

pub(super) fn read(text: &str) -> Result<DocumentNode, SourceError> {
    let document = read_repeated(text)?;
    refuse_repeated(text, &document)?;
    Ok(document)
}

/// As [`read`], with all values of a key that is there several times.
pub(super) fn read_repeated(text: &str) -> Result<DocumentNode, SourceError> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| refused(text, &error))?;
    let mut walk = Walk { text, at: 0 };
    walk.value(0)
}

/// An error of the reader with its place.
fn refused(text: &str, error: &serde_json::Error) -> SourceError {
    let said = error.to_string();
    let message = said.split(" at line ").next().unwrap_or_default();
    let line = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let mut at = (line + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let rest = text.get(at..).unwrap_or_default();
    if message.starts_with("control character") {
        at += rest.find(|it: char| u32::from(it) < 0x20).unwrap_or(0);
        let error = SourceError::new(text, at, "a control character in a string");
        return error.help("write it as an escape, such as `\\t` or `\\u0007`");
    }
    let error = SourceError::new(text, at, message);
    if rest.starts_with("//") || rest.starts_with("/*") {
        return error.help("JSON has no comments");
    }
    match message {
        "invalid escape" => error.help("a backslash is written `\\\\`"),
        "trailing characters" => error.help("a file holds one JSON value"),
        _ if rest.starts_with(['}', ']']) && before(text, at).ends_with(',') => {
            error.help("remove the comma")
        }
        _ => error,
    }
}

fn before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default().trim_end()
}

/// Walks over a text that is valid JSON.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips the byte if it is next.
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<DocumentNode, SourceError> {
        if depth > TEMPLATE_NESTING {
            let message = format!("nested more than {TEMPLATE_NESTING} deep");
            return Err(SourceError::new(self.text, self.at, message));
        }
        let first = self.peek();
        let start = self.at;
        let kind = match first {
            Some(b'{') => Content::Mapping(self.map(depth)?),
            Some(b'[') => Content::Sequence(self.list(depth)?),
            Some(b'"') => Content::Scalar(self.string()?, ScalarForm::Double),
            _ => Content::Scalar(self.bare(), ScalarForm::Plain),
        };
        Ok(DocumentNode { span: Span::new(start, self.at), tag: None, anchor: 0, content: kind })
    }

    fn map(&mut self, depth: usize) -> Result<Vec<(DocumentNode, DocumentNode)>, SourceError> {
        let mut map = Vec::new();
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b'}') {
            let key = self.value(depth + 1)?;
            self.takes(b':');
            map.push((key, self.value(depth + 1)?));
            self.takes(b',');
        }
        self.takes(b'}');
        Ok(map)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<DocumentNode>, SourceError> {
        let mut list = Vec::new();
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b']') {
            list.push(self.value(depth + 1)?);
            self.takes(b',');
        }
        self.takes(b']');
        Ok(list)
    }

    fn string(&mut self) -> Result<String, SourceError> {
        let start = self.at;
        let mut bytes = self.text.as_bytes().get(start..).unwrap_or_default().iter().enumerate().skip(1);
        let mut length = 1;
        while let Some((at, byte)) = bytes.next() {
            length = at + 1;
            match byte {
                b'"' => break,
                b'\\' => drop(bytes.next()),
                _ => {}
            }
        }
        self.at = start + length;
        let literal = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(literal).map_err(|error| match lone_surrogate(literal) {
            Some(at) => {
                SourceError::new(self.text, start + at, "half of a surrogate pair, which is no character")
                    .help("write both halves, such as `\\ud83d\\ude00`, or the character itself")
            }
            None => SourceError::new(self.text, start, error.to_string()),
        })
    }

    /// A number, `true`, `false` or `null`.
    fn bare(&mut self) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let ends = |it: char| matches!(it, ',' | ']' | '}' | ' ' | '\t' | '\n' | '\r');
        let word = rest.split(ends).next().unwrap_or_default();
        // at least one byte, so that the walk ends
        self.at += word.len().max(1);
        word.to_owned()
    }
}

/// The place of a surrogate (`\ud800` … `\udfff`) without its other half.
fn lone_surrogate(literal: &str) -> Option<usize> {
    let code = |at: usize| {
        let digits = literal.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while let Some(next) = literal.get(at..)?.find('\\') {
        at += next;
        match code(at) {
            Some(0xd800..=0xdbff) if matches!(code(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => return Some(at),
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    None
}
