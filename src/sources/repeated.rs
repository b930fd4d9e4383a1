//! Keys that a map has several times.
//!
//! CloudFormation takes the last value of such a key, in YAML and in JSON: `validate-template` accepts the template, and `get-template-summary`
//! gives the last value (github.com/go-to-k/cdk-real-drift/pull/1133, measured on AWS). Other readers refuse the map, or take another value.

use super::document::{Content, DocumentNode};
use super::error::SourceError;
use crate::span::{LineColumn, Span};
use std::collections::{HashMap, HashSet};

/// A key of a CloudFormation template whose value CloudFormation ignores, because the same map has the key again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepeatedKey {
    /// The key.
    pub key: String,
    /// The ignored key.
    pub span: Span,
    /// The line of the last one, which counts; the first line is 1.
    pub last: usize,
}

/// YAML 1.1's merge key, which a map may have several times.
const MERGE: &str = "<<";

/// Refuses a document with a map that has a key several times: neither value can be checked.
pub(super) fn refuse_repeated(file: &str, document: &DocumentNode) -> Result<(), SourceError> {
    let mut rest = vec![document];
    while let Some(node) = rest.pop() {
        let mut keys = HashSet::new();
        for key in node.as_map().iter().map(|(key, _)| key) {
            let Some(text) = key.as_text() else { continue };
            if text != MERGE && !keys.insert(text) {
                let message = format!("the key `{}` is there twice in one map", text.escape_debug());
                return Err(SourceError::new(file, key.span.start, message)
                    .help("remove one: readers differ in which of the two they take"));
            }
        }
        rest.extend(node.as_list());
        rest.extend(node.as_map().iter().flat_map(|(key, value)| [key, value]));
    }
    Ok(())
}

/// Whether a document is a CloudFormation template: it names the format, or a resource has a type of AWS or a custom one.
pub(super) fn is_template(document: &DocumentNode) -> bool {
    let is_type = |text: &str| ["AWS::", "Custom::"].iter().any(|start| text.starts_with(start));
    let all = document.as_map().iter().filter(|(key, _)| key.as_text() == Some("Resources"));
    let mut resources = all.flat_map(|(_, all)| all.as_map());
    let is_resource = |it: &DocumentNode| it.get("Type").and_then(DocumentNode::as_text).is_some_and(is_type);
    document.get("AWSTemplateFormatVersion").is_some() || resources.any(|(_, it)| is_resource(it))
}

/// Removes all values but the last of each key, and adds the keys of the removed ones.
pub(super) fn drop_repeated(file: &str, node: &mut DocumentNode, found: &mut Vec<RepeatedKey>) {
    match &mut node.content {
        Content::Mapping(map) => {
            let key_of = |key: &DocumentNode| key.as_text().filter(|it| *it != MERGE).map(str::to_owned);
            let last: HashMap<String, Span> =
                map.iter().filter_map(|(key, _)| Some((key_of(key)?, key.span))).collect();
            map.retain(|(key, _)| {
                let Some(text) = key_of(key) else { return true };
                let Some(last) = last.get(&text).filter(|last| **last != key.span) else { return true };
                let last = LineColumn::of(file, last.start).line;
                found.push(RepeatedKey { key: text, span: key.span, last });
                false
            });
            map.iter_mut().for_each(|(_, value)| drop_repeated(file, value, found));
        }
        Content::Sequence(list) => list.iter_mut().for_each(|item| drop_repeated(file, item, found)),
        Content::Scalar(..) | Content::Alias(_) => {}
    }
}
