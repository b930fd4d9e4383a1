//! Reads Sigma's YAML: one document at a time, with the place of each part. Field modifiers and conditions are parsed by `rsigma-parser`.

use super::refusal::Refusal;
use super::scalar::{Placed, value};
use crate::limits::{SIGMA_CONDITION_CHARACTERS, SIGMA_CONDITION_NESTING};
use crate::sources::{Content, DocumentNode};
use rsigma_parser::{ConditionExpr, FieldSpec, Modifier, parse_condition, parse_field_spec};

/// What a document says about its rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// The byte where the document begins.
    pub(super) at: usize,
    pub(super) title: String,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) author: Option<String>,
    pub(super) license: Option<String>,
    pub(super) level: Option<String>,
    pub(super) references: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) false_positives: Vec<String>,
    /// The log source as `product/category/service`; empty if there is none.
    pub(super) log_source: String,
}

/// A comparison of one field: `field|modifiers: values`.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) at: usize,
    pub(super) field: String,
    pub(super) modifiers: Vec<Modifier>,
    pub(super) values: Vec<Placed>,
}

impl Item {
    pub(super) fn has(&self, modifier: Modifier) -> bool {
        self.modifiers.contains(&modifier)
    }
}

/// A named part of `detection`.
#[derive(Debug, Clone)]
pub(super) enum Detection {
    Item(Item),
    All(Vec<Detection>),
    Any(Vec<Detection>),
}

/// What `detection` says.
#[derive(Debug, Clone, Default)]
pub(super) struct Detections {
    /// In the order of the file.
    pub(super) named: Vec<(String, Detection)>,
    /// A rule matches if one of them holds.
    pub(super) conditions: Vec<(usize, ConditionExpr)>,
}

/// The facts of a document, as far as they can be read.
pub(super) fn facts(document: &DocumentNode) -> Facts {
    let text = |key: &str| document.get(key).and_then(DocumentNode::as_text).map(str::to_owned);
    let list = |key: &str| {
        let found = document.get(key);
        let one = found.and_then(DocumentNode::as_text).filter(|text| !text.is_empty());
        let many = found.map(DocumentNode::as_list).unwrap_or_default().iter();
        one.into_iter().chain(many.filter_map(DocumentNode::as_text)).map(str::to_owned).collect()
    };
    let source = document.get("logsource");
    let part = |key: &str| source.and_then(|it| it.get(key)).and_then(DocumentNode::as_text);
    Facts {
        at: document.span.start,
        title: text("title").unwrap_or_default(),
        id: text("id"),
        name: text("name"),
        description: text("description"),
        author: text("author"),
        license: text("license"),
        level: text("level"),
        references: list("references"),
        tags: list("tags"),
        false_positives: list("falsepositives"),
        log_source: ["product", "category", "service"]
            .into_iter()
            .filter_map(part)
            .collect::<Vec<_>>()
            .join("/"),
    }
}

/// The section `detection` of a document.
pub(super) fn detections(text: &str, document: &DocumentNode) -> Result<Detections, Refusal> {
    let Some(section) = document.get("detection") else {
        return Err(Refusal::of(document, "the rule has no `detection`"));
    };
    if section.as_map().is_empty() {
        return Err(Refusal::of(section, "`detection` is not a map of named detections"));
    }
    let mut found = Detections::default();
    for (key, node) in section.as_map() {
        match name(key)? {
            "condition" => found.conditions = conditions(text, node)?,
            // the time frame of an old aggregation, which `condition` refuses
            "timeframe" => {
                return Err(Refusal::of(
                    key,
                    "`timeframe` belongs to an aggregation, which is not a condition of an event",
                )
                .help("write a correlation rule of type `event_count`"));
            }
            name => found.named.push((name.to_owned(), detection(node)?)),
        }
    }
    if found.conditions.is_empty() {
        return Err(Refusal::of(section, "`detection` has no `condition`"));
    }
    Ok(found)
}

fn name(key: &DocumentNode) -> Result<&str, Refusal> {
    match key.as_text() {
        Some("<<") => {
            Err(Refusal::of(key, "a merge of YAML (`<<`) is not read").help("write the fields out"))
        }
        Some(text) => Ok(text),
        None => Err(Refusal::of(key, "a key that is not a text")),
    }
}

fn detection(node: &DocumentNode) -> Result<Detection, Refusal> {
    match &node.content {
        Content::Mapping(map) if !map.is_empty() => {
            map.iter().map(|(key, value)| item(key, value)).collect::<Result<_, _>>().map(Detection::All)
        }
        Content::Sequence(list) if list.iter().any(|it| matches!(it.content, Content::Mapping(_))) => {
            let maps = list.iter().map(|it| match it.content {
                Content::Mapping(_) => detection(it),
                _ => Err(Refusal::of(it, "keywords and fields are mixed in one list")),
            });
            maps.collect::<Result<_, _>>().map(Detection::Any)
        }
        Content::Alias(_) => Err(Refusal::of(node, "an alias of YAML is not read").help("write the fields out")),
        Content::Mapping(_) => Err(Refusal::of(node, "the detection is empty, so that it has no meaning")),
        Content::Sequence(list) if list.is_empty() => {
            Err(Refusal::of(node, "the detection is empty, so that it has no meaning"))
        }
        Content::Sequence(_) | Content::Scalar(..) => Err(Refusal::of(
            node,
            "keywords are searched in the values of all fields, and a filter pattern compares named fields",
        )
        .help("name the fields, or write a pattern of terms by hand: it also matches keys, and the case is that of the term")),
    }
}

fn item(key: &DocumentNode, node: &DocumentNode) -> Result<Detection, Refusal> {
    let written = name(key)?;
    let FieldSpec { name: field, modifiers } =
        parse_field_spec(written).map_err(|error| Refusal::of(key, format!("`{written}`: {error}")))?;
    let Some(field) = field else {
        return Err(Refusal::of(
            key,
            "a comparison without a field is a keyword, which a filter pattern over fields cannot search",
        ));
    };
    let is_regex = modifiers.contains(&Modifier::Re);
    let values: Vec<Placed> = match &node.content {
        Content::Sequence(list) if list.is_empty() => {
            return Err(Refusal::of(node, format!("`{written}` has an empty list, which no value is in")));
        }
        Content::Sequence(list) => list.iter().map(|it| value(it, is_regex)).collect::<Result<_, _>>()?,
        Content::Mapping(_) => {
            return Err(Refusal::of(node, format!("`{written}` has a map as its value"))
                .help("name the inner field with its path: `outer.inner`"));
        }
        Content::Scalar(..) | Content::Alias(_) => vec![value(node, is_regex)?],
    };
    Ok(Detection::Item(Item { at: key.span.start, field, modifiers, values }))
}

fn conditions(text: &str, node: &DocumentNode) -> Result<Vec<(usize, ConditionExpr)>, Refusal> {
    let list = node.as_list();
    let nodes: Vec<&DocumentNode> = if list.is_empty() { vec![node] } else { list.iter().collect() };
    nodes.into_iter().map(|node| Ok((node.span.start, condition(text, node)?))).collect()
}

/// Parses a condition. Its length and its nesting are bounded first, because the parser calls itself for each level.
fn condition(text: &str, node: &DocumentNode) -> Result<ConditionExpr, Refusal> {
    let Some(written) = node.as_text() else {
        return Err(Refusal::of(node, "`condition` is not a text"));
    };
    let characters = written.chars().count();
    if characters > SIGMA_CONDITION_CHARACTERS {
        return Err(Refusal::of(
            node,
            format!(
                "the condition has {characters} characters; at most {SIGMA_CONDITION_CHARACTERS} are read"
            ),
        ));
    }
    let negations =
        written.split(|c: char| !c.is_alphanumeric()).filter(|word| word.eq_ignore_ascii_case("not")).count();
    let nesting = written.matches('(').count().max(negations);
    if nesting > SIGMA_CONDITION_NESTING {
        let most = SIGMA_CONDITION_NESTING;
        return Err(Refusal::of(node, format!("the condition has more than {most} parentheses or `not`")));
    }
    if written.contains('|') {
        return Err(Refusal::of(node, "an aggregation after `|` is not a condition of an event")
            .help("write a correlation rule of type `event_count`"));
    }
    parse_condition(written.trim()).map_err(|error| {
        let place = error.location().map_or(0, |at| at.col.saturating_sub(1) as usize);
        // the place inside a text of one line without escapes; else the beginning
        let inside = node.span.of(text).find(written.trim()).map_or(0, |start| start + place);
        let reason =
            error.to_string().lines().last().unwrap_or_default().trim_start_matches([' ', '=']).to_owned();
        Refusal::new(node.span.start + inside, format!("the condition cannot be read: {reason}"))
    })
}
