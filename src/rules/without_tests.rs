//! A rule file without its tests, for commands that run none: most of a file of imported rules is tests.

use crate::limits::TOML_DEPTH;
use std::path::PathBuf;
use toml_parser::decoder::Encoding;
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::{EventReceiver, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span};

/// The text of a rule file without tests.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WithoutTests {
    /// The text, with spaces in place of the sections of tests: the places of the rest do not change.
    pub(super) text: String,
    /// The event files that the tests name, as they are written.
    pub(super) event_files: Vec<PathBuf>,
}

/// Replaces the sections `[[rule.test]]`, `[[rule.timeline]]` and those of composite alarms by spaces. `None` if a section is not TOML, so that the
/// reader of the whole text says where, or if a table's name has quotes.
///
/// The syntax of the sections is checked: a string that does not end must not hide the rules after it. Keys and values are not.
pub(super) fn without_tests(text: &str) -> Option<WithoutTests> {
    let source = Source::new(text);
    let (mut sections, mut section) = (Sections::new(source), Vec::new());
    // the open brackets, and whether only white space is before the token on its line
    let (mut open, mut starts_line) = (0_u32, true);
    for token in source.lex() {
        let kind = token.kind();
        if kind == TokenKind::LeftSquareBracket && starts_line && open == 0 {
            sections.end(&section)?;
            section.clear();
        }
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => open += 1,
            // a bracket that closes nothing is an error of its section
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => open = open.saturating_sub(1),
            _ => {}
        }
        starts_line = match kind {
            TokenKind::Newline => true,
            TokenKind::Whitespace => starts_line,
            _ => false,
        };
        section.push(token);
    }
    sections.end(&section)?;
    sections.finish()
}

/// The text so far.
struct Sections<'a> {
    source: Source<'a>,
    out: String,
    /// Where the text that is not in `out` begins.
    rest: usize,
    event_files: Vec<PathBuf>,
}

impl<'a> Sections<'a> {
    fn new(source: Source<'a>) -> Self {
        let out = String::with_capacity(source.input().len());
        Sections { source, out, rest: 0, event_files: Vec::new() }
    }

    /// Adds a section: a table's name in brackets, and what follows it. `None` if it has to be read with the whole text.
    fn end(&mut self, section: &[Token]) -> Option<()> {
        let (Some(first), Some(last)) = (section.first(), section.last()) else { return Some(()) };
        if !self.is_of_test(section)? {
            return Some(());
        }
        let mut contents = Contents { source: self.source, key: None, event_files: Vec::new() };
        let mut error: Option<ParseError> = None;
        let mut checked = ValidateWhitespace::new(&mut contents, self.source);
        parse_document(section, &mut RecursionGuard::new(&mut checked, TOML_DEPTH), &mut error);
        if error.is_some() {
            return None;
        }
        self.event_files.append(&mut contents.event_files);
        let (start, end) = (first.span().start(), last.span().end());
        self.out.push_str(self.source.input().get(self.rest..start)?);
        self.out.extend(std::iter::repeat_n(' ', end - start));
        self.rest = end;
        Some(())
    }

    /// Whether a section is a test's, or a part of one. `None` if its name has quotes.
    fn is_of_test(&self, section: &[Token]) -> Option<bool> {
        let mut tokens = section.iter().filter(|token| token.kind() != TokenKind::Whitespace).peekable();
        let mut brackets = 0;
        while tokens.next_if(|token| token.kind() == TokenKind::LeftSquareBracket).is_some() {
            brackets += 1;
        }
        if brackets == 0 {
            return Some(false);
        }
        let mut names = ["", ""];
        for name in &mut names {
            let Some(token) = tokens.next() else { break };
            match token.kind() {
                TokenKind::Atom => {
                    *name = self.source.input().get(token.span().start()..token.span().end())?
                }
                TokenKind::BasicString | TokenKind::LiteralString => return None,
                _ => break,
            }
            if tokens.next_if(|token| token.kind() == TokenKind::Dot).is_none() {
                break;
            }
        }
        Some(matches!(names, ["rule" | "composite", "test" | "timeline"]))
    }

    fn finish(mut self) -> Option<WithoutTests> {
        self.out.push_str(self.source.input().get(self.rest..)?);
        Some(WithoutTests { text: self.out, event_files: self.event_files })
    }
}

/// Checks the strings of a section, and collects the names of event files.
struct Contents<'a> {
    source: Source<'a>,
    /// The last key.
    key: Option<Span>,
    event_files: Vec<PathBuf>,
}

impl EventReceiver for Contents<'_> {
    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        self.key = Some(span);
        if let Some(raw) = self.source.get(span) {
            Raw::new_unchecked(raw.as_str(), encoding, span).decode_key(&mut (), error);
        }
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let Some(raw) = self.source.get(span) else { return };
        let raw = Raw::new_unchecked(raw.as_str(), encoding, span);
        let key = self.key.and_then(|key| self.source.get(key));
        if encoding.is_some() && key.is_some_and(|key| matches!(key.as_str(), "event" | "events")) {
            let mut path = String::new();
            let _ = raw.decode_scalar(&mut path, error);
            self.event_files.push(path.into());
        } else {
            let _ = raw.decode_scalar(&mut (), error);
        }
    }
}
