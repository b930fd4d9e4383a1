//! CloudFormation, SAM, Serverless, `describe-metric-filters` and `describe-subscription-filters`: patterns in what YAML and
//! JSON are read to.

use super::align::{Align, Escapes};
use super::literal::{Block, Style};
use super::tree::{Form, Kind, Node, compare};
use super::{Change, HostedPattern, SourceError, json, newline_of, yaml};
use crate::metric_settings::LocatedTransformation;
use crate::span::Span;
use std::collections::HashMap;

pub(super) fn read(text: &str, is_json: bool) -> Result<Vec<HostedPattern>, SourceError> {
    let documents = documents(text, is_json)?;
    let anchors = Anchors::new(&documents);
    let mut found = Vec::new();
    for document in &documents {
        Visit { file: text, anchors: &anchors }.node(document, "", &mut found);
    }
    refuse_shared(&anchors, &mut found);
    Ok(found)
}

/// A template of any name may be JSON, which YAML's readers do not read in full.
pub(super) fn documents(text: &str, is_json: bool) -> Result<Vec<Node>, SourceError> {
    let refused = match text.trim_start().starts_with(['{', '[']) || is_json {
        true => match json::read(text) {
            Ok(document) => return Ok(vec![document]),
            Err(error) => Some(error),
        },
        false => None,
    };
    match refused {
        Some(error) if is_json => Err(error),
        _ => yaml::read(text),
    }
}

pub(super) fn same(
    before: &str,
    after: &str,
    changes: &HashMap<Span, &Change>,
    is_json: bool,
) -> Result<(), usize> {
    let read = |text| documents(text, is_json);
    let old = read(before).map_err(|error| error.offset)?;
    // the place in what is not written would be of no use
    let new = read(after).map_err(|_| 0_usize)?;
    if old.len() != new.len() {
        return Err(0);
    }
    old.iter().zip(&new).try_for_each(|(old, new)| compare(old, new, changes))
}

/// YAML's anchors: what they are on, and how often they are used.
#[derive(Default)]
struct Anchors<'a> {
    nodes: HashMap<usize, &'a Node>,
    uses: HashMap<usize, usize>,
}

impl<'a> Anchors<'a> {
    fn new(documents: &'a [Node]) -> Self {
        let mut anchors = Anchors::default();
        documents.iter().for_each(|document| anchors.add(document));
        anchors
    }

    fn add(&mut self, node: &'a Node) {
        if node.anchor > 0 {
            self.nodes.insert(node.anchor, node);
        }
        match &node.kind {
            Kind::Scalar(..) => {}
            Kind::Alias(anchor) => *self.uses.entry(*anchor).or_default() += 1,
            Kind::List(list) => list.iter().for_each(|item| self.add(item)),
            Kind::Map(map) => map.iter().for_each(|(key, value)| {
                self.add(key);
                self.add(value);
            }),
        }
    }
}

/// A pattern that an alias puts elsewhere too, where it is no pattern, is not rewritten.
fn refuse_shared(anchors: &Anchors<'_>, found: &mut [HostedPattern]) {
    let mut aliases: HashMap<Span, usize> = HashMap::new();
    for anchored in found.iter().filter_map(|hosted| hosted.alias_of) {
        *aliases.entry(anchored).or_default() += 1;
    }
    for (anchor, uses) in &anchors.uses {
        let Some(node) = anchors.nodes.get(anchor) else { continue };
        if *uses > aliases.get(&node.span).copied().unwrap_or(0) {
            for hosted in found.iter_mut().filter(|hosted| hosted.literal == node.span) {
                hosted.style =
                    Style::Fixed("an alias puts its text where it is no pattern, which would change too");
            }
        }
    }
}

struct Visit<'a> {
    file: &'a str,
    anchors: &'a Anchors<'a>,
}

impl Visit<'_> {
    /// Looks for everything that has a filter pattern, at any depth. `name` is the nearest key above.
    fn node(&self, node: &Node, name: &str, found: &mut Vec<HostedPattern>) {
        match &node.kind {
            Kind::Scalar(..) | Kind::Alias(_) => {}
            Kind::List(list) => list.iter().for_each(|item| self.node(item, name, found)),
            Kind::Map(map) => {
                found.extend(self.filter(node, name));
                found.extend(self.serverless(node, name));
                for (key, value) in map {
                    let key = key.as_text().unwrap_or_default();
                    // what only says what something is gives no name
                    let is_structure =
                        matches!(key, "Properties" | "Events" | "events" | "metricFilters" | "cloudwatchLog");
                    self.node(value, if is_structure { name } else { key }, found);
                }
            }
        }
    }

    fn filter(&self, node: &Node, name: &str) -> Option<HostedPattern> {
        let pattern = node.either("FilterPattern")?;
        let filter_name = node.either("FilterName").and_then(Node::as_text);
        let mut hosted = self.hosted(filter_name.unwrap_or(name), pattern);
        hosted.log_group = node.either("LogGroupName").and_then(Node::as_text).map(str::to_owned);
        hosted.transformation = node.either("MetricTransformations").map(|list| transformation(list.first()));
        Some(hosted)
    }

    /// `cloudwatchLog: { logGroup: …, filter: … }`
    fn serverless(&self, node: &Node, name: &str) -> Option<HostedPattern> {
        let event = node.get("cloudwatchLog")?;
        let mut hosted = self.hosted(name, event.get("filter")?);
        hosted.log_group = event.get("logGroup").and_then(Node::as_text).map(str::to_owned);
        Some(hosted)
    }

    fn hosted(&self, name: &str, pattern: &Node) -> HostedPattern {
        let Kind::Alias(anchor) = pattern.kind else { return hosted(self.file, name, pattern) };
        let Some(anchored) = self.anchors.nodes.get(&anchor) else { return hosted(self.file, name, pattern) };
        let mut hosted = hosted(self.file, name, anchored);
        hosted.literal = pattern.span;
        hosted.alias_of = Some(anchored.span);
        hosted.style = Style::Fixed("it is an alias, whose text is where its anchor is");
        hosted
    }
}

fn hosted(file: &str, name: &str, pattern: &Node) -> HostedPattern {
    const INTRINSIC: &str = "it is put together when the template is deployed";
    let Kind::Scalar(text, form) = &pattern.kind else {
        return HostedPattern::unchecked(name.to_owned(), pattern.span, INTRINSIC);
    };
    // `!Sub` and Serverless write `${…}`; without one the text is what it is
    if pattern.is_tagged() && pattern.tag.as_deref() != Some("!Sub") || text.contains("${") {
        return HostedPattern::unchecked(name.to_owned(), pattern.span, INTRINSIC);
    }
    let literal = pattern.span;
    let written = literal.of(file);
    let (escapes, style, body) = match form {
        Form::Double => (Escapes::Backslash, Style::Backslash, literal.within(1, 1)),
        Form::Single => (Escapes::Doubled, Style::Doubled, literal.within(1, 1)),
        Form::Plain => (Escapes::None, Style::Plain, literal),
        Form::Literal | Form::Folded => {
            let header = written.find('\n').map_or(written.len(), |end| end + 1);
            (Escapes::None, block(file, written, text, *form == Form::Folded), literal.within(header, 0))
        }
    };
    let align = Align::new(file, body, text, escapes);
    HostedPattern::new(name.to_owned(), literal, text.clone(), align, style)
}

/// A block scalar's header and indentation, as its literal has them.
fn block(file: &str, literal: &str, text: &str, is_folded: bool) -> Style {
    let (header, body) = literal.split_once('\n').unwrap_or((literal, ""));
    let after = header.trim_end_matches('\r').get(1..).unwrap_or_default();
    let comment = after.trim_start_matches(|it: char| it.is_ascii_digit() || "+-".contains(it));
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let Some(first) = body.lines().find(|line| !line.trim().is_empty()) else {
        return Style::Fixed("the block is empty");
    };
    // with a digit, blanks may be part of the text
    let own = text.lines().find(|line| !line.trim().is_empty()).map_or(0, blanks);
    Style::Block(Block {
        is_folded,
        indicator: after.chars().filter(char::is_ascii_digit).take(1).collect::<String>(),
        comment: comment.to_owned(),
        indent: " ".repeat(blanks(first).saturating_sub(own)),
        newline: newline_of(file, literal),
    })
}

fn transformation(node: &Node) -> LocatedTransformation {
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
    LocatedTransformation {
        namespace: text("MetricNamespace"),
        name: text("MetricName"),
        value: text("MetricValue"),
        default: node.either("DefaultValue").map(|default| default.span),
        unit: text("Unit"),
        dimensions,
    }
}
