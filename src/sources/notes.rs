//! Texts for this program in JSON, which has no comments: the key `//`, which Terraform's JSON syntax has for comments, and
//! `"Metadata": { "cwfilter": "…" }` of a CloudFormation resource.

use super::document::DocumentNode;
use super::json;
use crate::span::Span;

/// A text for this program in a JSON document.
pub(crate) struct Note {
    pub(crate) text: String,
    /// The place of the text.
    pub(crate) span: Span,
    /// The object that it is about.
    pub(crate) scope: Span,
}

/// The notes of a JSON text; none if it is no JSON.
pub(crate) fn notes(text: &str) -> Vec<Note> {
    let mut found = Vec::new();
    if let Ok(document) = json::read(text) {
        let mut rest = vec![&document];
        while let Some(node) = rest.pop() {
            found.extend(of_object(node));
            rest.extend(node.as_list());
            rest.extend(node.as_map().iter().map(|(_, value)| value));
        }
    }
    found.sort_by_key(|note| note.span.start);
    found
}

fn of_object(node: &DocumentNode) -> impl Iterator<Item = Note> {
    let metadata = node.get("Metadata").and_then(|metadata| metadata.get("cwfilter"));
    let texts = [node.get("//"), metadata].into_iter().flatten();
    texts.filter_map(|value| {
        Some(Note { text: value.as_text()?.to_owned(), span: value.span, scope: node.span })
    })
}
