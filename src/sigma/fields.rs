//! From the name of a field in Sigma to a selector, with what is known of the field's values.

use crate::cloudtrail::catalogue::{
    FieldKind, field as documented, known_values, list_evidence, recorded_sources,
};
use crate::limits::WILDCARDS_PER_SELECTOR;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A field as a filter pattern reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The field's name in Sigma.
    pub(super) name: String,
    /// Selects the values that are compared.
    pub(super) selector: String,
    /// Selects the field itself, which may be an array.
    pub(super) whole: String,
    pub(super) kind: Kind,
    /// Whether the field, or one above it, is an array.
    pub(super) is_in_list: bool,
    /// Whether the field itself is an array.
    pub(super) is_list: bool,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Texts: CloudTrail's documentation says so.
    Text,
    Number,
    Boolean,
    /// Objects, or arrays of objects, in all recorded events.
    Object,
    /// Recorded events have it, and it is no object there.
    Recorded,
    /// No recorded event has it.
    NotRecorded,
}

/// The selector of a field.
///
/// # Errors
/// The reason why no selector can be written.
pub(super) fn target(name: &str) -> Result<Target, String> {
    let mut selector = "$".to_owned();
    let mut whole = selector.clone();
    let mut path = String::new();
    let (mut lists, mut is_list) = (0, false);
    for key in name.split('.') {
        if key.contains('[') {
            return Err(format!(
                "`{name}`: the brackets of Sigma 3 select elements of arrays, and are not converted"
            ));
        }
        if key.is_empty() || key.contains(['\'', '"', '\\', '\n']) {
            return Err(format!("`{}` is no name of a field that a selector can write", name.escape_debug()));
        }
        path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let step = if is_plain { format!(".{key}") } else { format!(".['{key}']") };
        selector.push_str(&step);
        whole.clone_from(&selector);
        is_list = list_evidence(&path).is_some();
        if is_list {
            lists += 1;
            selector.push_str("[*]");
        }
    }
    if lists > WILDCARDS_PER_SELECTOR {
        return Err(format!("`{name}` is in a list inside a list, and a selector takes one `[*]`"));
    }
    // one list above the field: the field itself cannot be selected without the wildcard
    Ok(Target { name: name.to_owned(), selector, whole, kind: kind(&path), is_in_list: lists > 0, is_list })
}

fn kind(path: &str) -> Kind {
    match documented(path).map(|field| field.kind) {
        Some(FieldKind::String) => return Kind::Text,
        Some(FieldKind::Number) => return Kind::Number,
        Some(FieldKind::Boolean) => return Kind::Boolean,
        Some(FieldKind::Object | FieldKind::Array) => return Kind::Object,
        _ => {}
    }
    match recorded_kinds().get(path) {
        Some(RecordedKind::Objects) => Kind::Object,
        Some(RecordedKind::Values) => Kind::Recorded,
        None if known_values(path).is_some() => Kind::Recorded,
        None => Kind::NotRecorded,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordedKind {
    /// Fields are below it, in every event source that has it.
    Objects,
    Values,
}

fn recorded_kinds() -> &'static BTreeMap<&'static str, RecordedKind> {
    static KINDS: OnceLock<BTreeMap<&str, RecordedKind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let mut kinds = BTreeMap::new();
        for source in recorded_sources().values() {
            let paths: BTreeSet<&str> = source.paths().collect();
            let parents: BTreeSet<&str> = paths
                .iter()
                .flat_map(|path| path.match_indices('.').filter_map(|(at, _)| path.get(..at)))
                .collect();
            for path in paths {
                let kind = if parents.contains(path) { RecordedKind::Objects } else { RecordedKind::Values };
                kinds
                    .entry(path)
                    .and_modify(|known| {
                        if kind == RecordedKind::Values {
                            *known = kind;
                        }
                    })
                    .or_insert(kind);
            }
        }
        // most records of a source may have null there
        for root in ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"] {
            kinds.insert(root, RecordedKind::Objects);
        }
        kinds
    })
}

/// The values that recorded events have at a path, if they are few words.
pub(super) fn recorded_values(path: &str) -> &'static BTreeSet<&'static str> {
    static VALUES: OnceLock<BTreeMap<&str, BTreeSet<&str>>> = OnceLock::new();
    static NONE: BTreeSet<&str> = BTreeSet::new();
    let all = VALUES.get_or_init(|| {
        let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for source in recorded_sources().values() {
            for path in source.paths() {
                let found = source.field(path).map(|field| field.values.as_slice()).unwrap_or_default();
                values.entry(path).or_default().extend(found.iter().map(|(value, _)| *value));
            }
        }
        values
    });
    all.get(path).unwrap_or(&NONE)
}
