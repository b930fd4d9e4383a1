//! Which fields of records are arrays: a selector finds nothing in an array unless it has a step into it.

use cwfilter::cloudtrail::catalogue::{FieldKind, ListEvidence, field, list_evidence};
use cwfilter::syntax::ast::{Selector, Step};

/// Whether the field at a path is an array in the events of a source, or in all events if the source is not known.
fn is_list(path: &str, source: Option<&str>) -> bool {
    if field(path).is_some_and(|field| field.kind == FieldKind::Array) {
        return true;
    }
    match list_evidence(path) {
        Some(ListEvidence::Recorded(sources)) => source.is_some_and(|source| sources.contains(&source)),
        Some(_) => true,
        None => false,
    }
}

/// The selector of a path, with `[*]` after each array that it leads through. `is_value`: also after an array at its end, whose elements are the
/// values.
pub(super) fn selector(path: &str, source: Option<&str>, is_value: bool) -> String {
    let mut text = "$".to_owned();
    let mut end = 0;
    for key in path.split('.') {
        end += key.len();
        let is_last = end == path.len();
        text += &step(key);
        if (!is_last || is_value) && path.get(..end).is_some_and(|it| is_list(it, source)) {
            text += "[*]";
        }
        end += 1;
    }
    text
}

/// A step by a key, as a pattern has it.
fn step(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    match !key.is_empty() && key.bytes().all(is_plain) {
        true => format!(".{key}"),
        false => format!(".['{key}']"),
    }
}

/// The first array that a selector steps through by a key, as if it was an object.
pub(super) fn crossed(selector: &Selector, source: Option<&str>) -> Option<String> {
    let mut path = String::new();
    let mut steps = selector.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let Some(key) = step.key() else { continue };
        if !path.is_empty() {
            path.push('.');
        }
        path += key;
        if steps.peek().is_some_and(|next| next.key().is_some()) && is_list(&path, source) {
            return Some(path);
        }
    }
    None
}

/// Whether the selector has one element of an array only: how many events have this element is not recorded.
pub(super) fn has_index(selector: &Selector) -> bool {
    selector.steps.iter().any(|step| matches!(step, Step::Index(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_get_a_step() {
        let rows = [
            ("resources.ARN", None, "$.resources[*].ARN"),
            ("resources", None, "$.resources"),
            ("userIdentity.type", None, "$.userIdentity.type"),
            ("requestParameters.tags.key", Some("iam.amazonaws.com"), "$.requestParameters.tags[*].key"),
            // of this source no array is recorded there
            ("requestParameters.tags.key", Some("nowhere.amazonaws.com"), "$.requestParameters.tags.key"),
            ("a.aws:SourceIp", None, "$.a.['aws:SourceIp']"),
        ];
        for (path, source, wanted) in rows {
            assert_eq!(selector(path, source, false), wanted);
        }
    }
}
