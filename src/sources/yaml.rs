//! YAML and JSON: CloudFormation, SAM, Serverless, `describe-metric-filters` and `describe-subscription-filters`.

use super::{Escapes, HostedPattern, Quoting, SourceError};
use crate::limits::TEMPLATE_NESTING;
use crate::lint::{Located, Transformation};
use crate::span::Span;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

/// A value with its place.
#[derive(Debug)]
struct Node {
    span: Span,
    is_tagged: bool,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Scalar(String, ScalarStyle),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Alias,
}

pub(super) fn read(text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let mut reader = Reader { parser: Parser::new_from_str(text), text, offsets: Offsets::new(text) };
    let mut found = Vec::new();
    while let Some(document) = reader.document()? {
        visit(text, &document, "", &mut found);
    }
    Ok(found)
}

/// The parser counts characters; files are cut by bytes.
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

    fn document(&mut self) -> Result<Option<Node>, SourceError> {
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamEnd => return Ok(None),
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                other => return self.node(other, span, 0).map(Some),
            }
        }
        Ok(None)
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, SourceError> {
        if depth > TEMPLATE_NESTING {
            return Err(SourceError::new(
                self.text,
                span.start,
                format!("nested more than {TEMPLATE_NESTING} deep"),
            ));
        }
        let (is_tagged, kind) = match event {
            Event::Scalar(text, style, _, tag) => (tag.is_some(), Kind::Scalar(text.into_owned(), style)),
            Event::SequenceStart(_, tag) => {
                let mut list = Vec::new();
                while let Some((event, span)) = self.next()? {
                    if event == Event::SequenceEnd {
                        break;
                    }
                    list.push(self.node(event, span, depth + 1)?);
                }
                (tag.is_some(), Kind::List(list))
            }
            Event::MappingStart(_, tag) => {
                let mut map = Vec::new();
                while let Some((event, span)) = self.next()? {
                    if event == Event::MappingEnd {
                        break;
                    }
                    let key = self.node(event, span, depth + 1)?;
                    let Some((event, span)) = self.next()? else { break };
                    map.push((key, self.node(event, span, depth + 1)?));
                }
                (tag.is_some(), Kind::Map(map))
            }
            _ => (false, Kind::Alias),
        };
        Ok(Node { span, is_tagged, kind })
    }
}

impl Node {
    fn get(&self, key: &str) -> Option<&Node> {
        let Kind::Map(map) = &self.kind else { return None };
        map.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
    }

    /// One of two spellings: CloudFormation's and the API's.
    fn either(&self, name: &str) -> Option<&Node> {
        let lower: String =
            name.chars().take(1).flat_map(char::to_lowercase).chain(name.chars().skip(1)).collect();
        self.get(name).or_else(|| self.get(&lower))
    }

    fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, _) if !self.is_tagged => Some(text),
            _ => None,
        }
    }

    fn located(&self) -> Option<Located> {
        self.as_text().map(|text| Located { text: text.to_owned(), span: self.span })
    }

    fn first(&self) -> &Node {
        match &self.kind {
            Kind::List(list) => list.first().unwrap_or(self),
            _ => self,
        }
    }
}

/// Looks for everything that has a filter pattern, at any depth. `name` is the nearest key above.
fn visit(file: &str, node: &Node, name: &str, found: &mut Vec<HostedPattern>) {
    match &node.kind {
        Kind::Scalar(..) | Kind::Alias => {}
        Kind::List(list) => list.iter().for_each(|item| visit(file, item, name, found)),
        Kind::Map(map) => {
            found.extend(filter(file, node, name));
            found.extend(serverless(file, node, name));
            for (key, value) in map {
                let key = key.as_text().unwrap_or_default();
                // what only says what something is gives no name
                let is_structure =
                    matches!(key, "Properties" | "Events" | "events" | "metricFilters" | "cloudwatchLog");
                visit(file, value, if is_structure { name } else { key }, found);
            }
        }
    }
}

fn filter(file: &str, node: &Node, name: &str) -> Option<HostedPattern> {
    let pattern = node.either("FilterPattern")?;
    let filter_name = node.either("FilterName").and_then(Node::as_text);
    let mut hosted = hosted(file, filter_name.unwrap_or(name), pattern);
    hosted.log_group = node.either("LogGroupName").and_then(Node::as_text).map(str::to_owned);
    hosted.transformation = node.either("MetricTransformations").map(|list| transformation(list.first()));
    Some(hosted)
}

/// `cloudwatchLog: { logGroup: …, filter: … }`
fn serverless(file: &str, node: &Node, name: &str) -> Option<HostedPattern> {
    let event = node.get("cloudwatchLog")?;
    let mut hosted = hosted(file, name, event.get("filter")?);
    hosted.log_group = event.get("logGroup").and_then(Node::as_text).map(str::to_owned);
    Some(hosted)
}

fn hosted(file: &str, name: &str, pattern: &Node) -> HostedPattern {
    const INTRINSIC: &str = "it is put together when the template is deployed";
    let Kind::Scalar(text, style) = &pattern.kind else {
        return HostedPattern::unchecked(name.to_owned(), pattern.span, INTRINSIC);
    };
    // `!Sub` and Serverless write `${…}`; without one the text is what it is
    if pattern.is_tagged && !is_text_tag(file, pattern.span) || text.contains("${") {
        return HostedPattern::unchecked(name.to_owned(), pattern.span, INTRINSIC);
    }
    let (escapes, quoting) = match style {
        ScalarStyle::DoubleQuoted => (Escapes::Backslash, Quoting::Backslash),
        ScalarStyle::SingleQuoted => (Escapes::Doubled, Quoting::Doubled),
        ScalarStyle::Plain => (Escapes::None, Quoting::Doubled),
        ScalarStyle::Literal | ScalarStyle::Folded => (Escapes::None, Quoting::Fixed),
    };
    HostedPattern::new(file, name.to_owned(), pattern.span, text.clone(), escapes, quoting)
}

/// `!Sub` in front of a text without variables.
fn is_text_tag(file: &str, span: Span) -> bool {
    let before = file.get(..span.start).unwrap_or_default().trim_end();
    before.ends_with("!Sub") || file.get(span.start..).is_some_and(|text| text.starts_with("!Sub"))
}

fn transformation(node: &Node) -> Transformation {
    let text = |name: &str| node.either(name).and_then(Node::located);
    let dimensions = match node.either("Dimensions").map(|dimensions| &dimensions.kind) {
        Some(Kind::List(list)) => list
            .iter()
            .filter_map(|item| {
                item.either("Key").and_then(Node::located).zip(item.either("Value").and_then(Node::located))
            })
            .collect(),
        Some(Kind::Map(map)) => {
            map.iter().filter_map(|(key, value)| key.located().zip(value.located())).collect()
        }
        _ => Vec::new(),
    };
    Transformation {
        namespace: text("MetricNamespace"),
        name: text("MetricName"),
        value: text("MetricValue"),
        default: node.either("DefaultValue").map(|default| default.span),
        unit: text("Unit"),
        dimensions,
    }
}
