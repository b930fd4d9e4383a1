//! What YAML and JSON are read to, in the words of the YAML specification: nodes with a scalar, a sequence, a mapping or an alias.

use super::replacement::Replacement;
use crate::span::Span;
use std::collections::HashMap;

/// A node with its place.
#[derive(Debug, Clone)]
pub(crate) struct DocumentNode {
    /// A scalar's quotes or block header are in it; its anchor and tag are not.
    pub(crate) span: Span,
    pub(crate) tag: Option<String>,
    /// YAML's number of the anchor; 0 if it has none.
    pub(super) anchor: usize,
    pub(crate) content: Content,
}

impl DocumentNode {
    /// A mapping without members, which no document has.
    pub(super) fn empty() -> Self {
        DocumentNode { span: Span::default(), tag: None, anchor: 0, content: Content::Mapping(Vec::new()) }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Scalar(String, ScalarForm),
    Sequence(Vec<DocumentNode>),
    Mapping(Vec<(DocumentNode, DocumentNode)>),
    /// Of the anchor with this number.
    Alias(usize),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScalarForm {
    /// YAML without quotes; JSON's numbers, `true`, `false` and `null`.
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// The tag of what is a text anyway.
const TEXT: &str = "tag:yaml.org,2002:str";

impl DocumentNode {
    pub(crate) fn get(&self, key: &str) -> Option<&DocumentNode> {
        let Content::Mapping(map) = &self.content else { return None };
        map.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
    }

    /// One of two spellings: CloudFormation's and the API's.
    pub(super) fn either(&self, name: &str) -> Option<&DocumentNode> {
        let lower: String =
            name.chars().take(1).flat_map(char::to_lowercase).chain(name.chars().skip(1)).collect();
        self.get(name).or_else(|| self.get(&lower))
    }

    /// Whether there is a tag that may make something else of the text.
    pub(crate) fn is_tagged(&self) -> bool {
        self.tag.as_deref().is_some_and(|tag| tag != TEXT)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(text, _) if !self.is_tagged() => Some(text),
            Content::Scalar(..) | Content::Sequence(_) | Content::Mapping(_) | Content::Alias(_) => None,
        }
    }

    pub(crate) fn as_map(&self) -> &[(DocumentNode, DocumentNode)] {
        match &self.content {
            Content::Mapping(map) => map,
            Content::Scalar(..) | Content::Sequence(_) | Content::Alias(_) => &[],
        }
    }

    pub(crate) fn as_list(&self) -> &[DocumentNode] {
        match &self.content {
            Content::Sequence(list) => list,
            Content::Scalar(..) | Content::Mapping(_) | Content::Alias(_) => &[],
        }
    }
}

/// Whether two documents are the same but for the literals that are replaced; else the place of the difference in the old one.
pub(super) fn compare(
    before: &DocumentNode,
    after: &DocumentNode,
    replacements: &HashMap<Span, &Replacement>,
) -> Result<(), usize> {
    let differs = Err(before.span.start);
    if before.tag != after.tag || before.anchor != after.anchor {
        return differs;
    }
    match (&before.content, &after.content) {
        (Content::Scalar(text, form), Content::Scalar(new, new_form)) => {
            let is_same = match replacements.get(&before.span) {
                Some(replacement) => replacement.is_made(after.span, new),
                None => text == new && form == new_form,
            };
            if is_same { Ok(()) } else { differs }
        }
        (Content::Alias(a), Content::Alias(b)) if a == b => Ok(()),
        (Content::Sequence(a), Content::Sequence(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|(a, b)| compare(a, b, replacements))
        }
        (Content::Mapping(a), Content::Mapping(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|((key, value), (new_key, new))| {
                compare(key, new_key, replacements).and_then(|()| compare(value, new, replacements))
            })
        }
        (Content::Scalar(..) | Content::Sequence(_) | Content::Mapping(_) | Content::Alias(_), _) => differs,
    }
}
