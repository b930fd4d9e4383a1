//! YAML with the place of each scalar as it is written, quotes included.

use super::document::{Content, DocumentNode, ScalarForm};
use super::error::SourceError;
#[cfg(feature = "sigma")]
use super::repeated::refuse_repeated;
use crate::limits::TEMPLATE_NESTING;
use crate::span::Span;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

#[cfg(feature = "sigma")]
pub(crate) fn read(text: &str) -> Result<Vec<DocumentNode>, SourceError> {
    let documents = read_repeated(text)?;
    documents.iter().try_for_each(|document| refuse_repeated(text, document))?;
    Ok(documents)
}

/// The documents, with all values of a key that is there several times.
pub(super) fn read_repeated(text: &str) -> Result<Vec<DocumentNode>, SourceError> {
    let mut reader = Reader { parser: Parser::new_from_str(text), text, offsets: Offsets::new(text) };
    let mut documents = Vec::new();
    while let Some(document) = reader.document()? {
        documents.push(document);
    }
    Ok(documents)
}

/// Converts the parser's places, which count characters, to bytes.
struct Offsets(Option<Vec<usize>>);

impl Offsets {
    fn new(text: &str) -> Self {
        let offsets = || text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Offsets((!text.is_ascii()).then(offsets))
    }

    fn byte(&self, character: usize) -> usize {
        self.0.as_ref().map_or(character, |offsets| offsets.get(character).copied().unwrap_or(usize::MAX))
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    text: &'a str,
    offsets: Offsets,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, SourceError> {
        let next = self.parser.next().transpose().map_err(|error: ScanError| {
            let at = self.offsets.byte(error.marker().index());
            SourceError::new(self.text, at, error.info())
        })?;
        Ok(next.map(|(event, span)| {
            let byte = |index| self.offsets.byte(index).min(self.text.len());
            let (start, end) = (byte(span.start.index()), byte(span.end.index()));
            (event, Span::new(start, end.max(start)))
        }))
    }

    fn document(&mut self) -> Result<Option<DocumentNode>, SourceError> {
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamEnd => return Ok(None),
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                other => return self.node(other, span, 0).map(Some),
            }
        }
        Ok(None)
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<DocumentNode, SourceError> {
        if depth > TEMPLATE_NESTING {
            return Err(SourceError::new(
                self.text,
                span.start,
                format!("nested more than {TEMPLATE_NESTING} deep"),
            ));
        }
        let text = self.text;
        let (properties, kind) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let properties = Properties { anchor, tag: tag.as_deref().map(name) };
                let has_properties = anchor > 0 || tag.is_some();
                let span = scalar(text, span, style, has_properties);
                return Ok(properties.node(span, Content::Scalar(value.into_owned(), form(style))));
            }
            Event::SequenceStart(anchor, tag) => {
                let mut list = Vec::new();
                while let Some((event, span)) = self.next()? {
                    if event == Event::SequenceEnd {
                        break;
                    }
                    list.push(self.node(event, span, depth + 1)?);
                }
                (Properties { anchor, tag: tag.as_deref().map(name) }, Content::Sequence(list))
            }
            Event::MappingStart(anchor, tag) => {
                let mut map = Vec::new();
                while let Some((event, span)) = self.next()? {
                    if event == Event::MappingEnd {
                        break;
                    }
                    let key = self.node(event, span, depth + 1)?;
                    let Some((event, span)) = self.next()? else { break };
                    map.push((key, self.node(event, span, depth + 1)?));
                }
                (Properties { anchor, tag: tag.as_deref().map(name) }, Content::Mapping(map))
            }
            Event::Alias(anchor) => (Properties { anchor: 0, tag: None }, Content::Alias(anchor)),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err(SourceError::new(text, span.start, "a value is missing")),
        };
        Ok(properties.node(span, kind))
    }
}

struct Properties {
    anchor: usize,
    tag: Option<String>,
}

impl Properties {
    fn node(self, span: Span, content: Content) -> DocumentNode {
        DocumentNode { span, tag: self.tag, anchor: self.anchor, content }
    }
}

fn name(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

fn form(style: ScalarStyle) -> ScalarForm {
    match style {
        ScalarStyle::Plain => ScalarForm::Plain,
        ScalarStyle::SingleQuoted => ScalarForm::Single,
        ScalarStyle::DoubleQuoted => ScalarForm::Double,
        ScalarStyle::Literal => ScalarForm::Literal,
        ScalarStyle::Folded => ScalarForm::Folded,
    }
}

/// The place of a scalar as it is written. The parser's span begins with anchor and tag, or with a block's text, and may end late.
fn scalar(text: &str, span: Span, style: ScalarStyle, has_properties: bool) -> Span {
    let start = if has_properties { span.start + properties(span.of(text)) } else { span.start };
    let rest = text.get(start..).unwrap_or_default();
    match style {
        ScalarStyle::Plain => {
            let written = text.get(start..span.end).unwrap_or_default();
            Span::new(start, start + written.trim_end().len())
        }
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Span::new(start, start + quoted(rest)),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let start =
                if rest.starts_with(['|', '>']) && has_properties { start } else { header(text, start) };
            Span::new(start, start + block(text.get(start..).unwrap_or_default()))
        }
    }
}

/// The length of anchor, tag, and the blanks and comments after them.
fn properties(source: &str) -> usize {
    let mut rest = source;
    loop {
        rest = rest.trim_start();
        let ends = match rest.as_bytes().first() {
            Some(b'#') => rest.find('\n'),
            Some(b'&' | b'!') => rest.find(char::is_whitespace),
            _ => break,
        };
        rest = ends.and_then(|end| rest.get(end..)).unwrap_or_default();
    }
    source.len() - rest.len()
}

/// The length of a quoted text, quotes included.
fn quoted(rest: &str) -> usize {
    let mut characters = rest.char_indices().peekable();
    let Some((_, quote)) = characters.next() else { return 0 };
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '"' {
            characters.next();
        } else if character == quote {
            let is_doubled = quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == quote);
            if !is_doubled {
                return at + 1;
            }
            characters.next();
        }
    }
    rest.len()
}

/// The place of the header of the block whose text begins at `start`: the end of the last line before it that is not blank.
fn header(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    let above = before.get(..before.rfind('\n').map_or(0, |end| end + 1)).unwrap_or_default().trim_end();
    let line = above.rfind('\n').map_or(0, |end| end + 1);
    let candidates = above.get(line..).unwrap_or_default().match_indices(['|', '>']);
    let is_header = |rest: &str| {
        let after = rest.get(1..).unwrap_or_default();
        let after = after.trim_start_matches(|it: char| it.is_ascii_digit() || "+-".contains(it));
        after.trim_start().is_empty() || after.starts_with([' ', '\t']) && after.trim_start().starts_with('#')
    };
    let mut headers =
        candidates.map(|(at, _)| line + at).filter(|at| is_header(above.get(*at..).unwrap_or_default()));
    headers.next().unwrap_or(start)
}

/// The length of a block scalar, without the end of its last line that is not blank.
fn block(rest: &str) -> usize {
    let mut lines = rest.split_inclusive('\n');
    let header = lines.next().unwrap_or_default();
    let mut at = header.len();
    let mut end = header.trim_end().len();
    let mut indent = None;
    for line in lines {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if !line.trim().is_empty() {
            // with an indentation digit the text may begin with blanks; no line has fewer blanks than the first
            let least = *indent.get_or_insert(blanks);
            if blanks < least {
                break;
            }
            end = at + line.trim_end_matches(['\n', '\r']).len();
        }
        at += line.len();
    }
    end
}
