//! What YAML and JSON are read to.

use super::{Change, SourceError};
use crate::metric_settings::Located;
use crate::span::Span;
use std::collections::{HashMap, HashSet};

/// A value with its place.
#[derive(Debug)]
pub(super) struct Node {
    /// A scalar's quotes or block header are in it; its anchor and tag are not.
    pub(super) span: Span,
    pub(super) tag: Option<String>,
    /// YAML's number of the anchor; 0 if it has none.
    pub(super) anchor: usize,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar(String, Form),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// Of the anchor with this number.
    Alias(usize),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// YAML without quotes; JSON's numbers, `true`, `false` and `null`.
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// The tag of what is a text anyway.
const TEXT: &str = "tag:yaml.org,2002:str";

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Kind::Map(map) = &self.kind else { return None };
        map.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
    }

    /// One of two spellings: CloudFormation's and the API's.
    pub(super) fn either(&self, name: &str) -> Option<&Node> {
        let lower: String =
            name.chars().take(1).flat_map(char::to_lowercase).chain(name.chars().skip(1)).collect();
        self.get(name).or_else(|| self.get(&lower))
    }

    /// Whether there is a tag that may make something else of the text.
    pub(super) fn is_tagged(&self) -> bool {
        self.tag.as_deref().is_some_and(|tag| tag != TEXT)
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, _) if !self.is_tagged() => Some(text),
            _ => None,
        }
    }

    pub(super) fn located(&self) -> Option<Located> {
        self.as_text().map(|text| Located { text: text.to_owned(), span: self.span })
    }

    pub(super) fn first(&self) -> &Node {
        match &self.kind {
            Kind::List(list) => list.first().unwrap_or(self),
            _ => self,
        }
    }
}

/// Readers differ in which of two values of one key they take, so that neither can be checked.
pub(super) fn refuse_duplicates(file: &str, map: &[(Node, Node)]) -> Result<(), SourceError> {
    let mut keys = HashSet::new();
    for (key, _) in map {
        let Some(text) = key.as_text() else { continue };
        // YAML 1.1's merge may be there more than once
        if text != "<<" && !keys.insert(text) {
            let message = format!("the key `{}` is there twice in one map", text.escape_debug());
            return Err(SourceError::new(file, key.span.start, message)
                .help("remove one: readers differ in which of the two they take"));
        }
    }
    Ok(())
}

/// Whether two documents are the same but for what was meant to change; else where the old one is not.
pub(super) fn compare(before: &Node, after: &Node, changes: &HashMap<Span, &Change>) -> Result<(), usize> {
    let differs = Err(before.span.start);
    if before.tag != after.tag || before.anchor != after.anchor {
        return differs;
    }
    match (&before.kind, &after.kind) {
        (Kind::Scalar(text, form), Kind::Scalar(new, new_form)) => {
            let is_same = match changes.get(&before.span) {
                Some(change) => change.is_made(after.span, new),
                None => text == new && form == new_form,
            };
            if is_same { Ok(()) } else { differs }
        }
        (Kind::Alias(a), Kind::Alias(b)) if a == b => Ok(()),
        (Kind::List(a), Kind::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|(a, b)| compare(a, b, changes))
        }
        (Kind::Map(a), Kind::Map(b)) if a.len() == b.len() => {
            a.iter().zip(b).try_for_each(|((key, value), (new_key, new))| {
                compare(key, new_key, changes).and_then(|()| compare(value, new, changes))
            })
        }
        _ => differs,
    }
}
