//! The fields of CloudTrail records.

use super::rows;
use std::sync::OnceLock;

/// A field of a CloudTrail record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Keys from the record's root, joined by dots; elements of arrays have no step.
    pub path: &'static str,
    /// Its type.
    pub kind: FieldKind,
    /// How often records contain it.
    pub presence: Presence,
}

/// The JSON type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A string, numbers and booleans in quotes included.
    String,
    /// A number.
    Number,
    /// `true` or `false` without quotes.
    Boolean,
    /// An object whose fields are known.
    Object,
    /// An array of objects whose fields are known.
    Array,
    /// A value whose type and fields depend on the service.
    Any,
}

/// How often records contain a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Presence {
    /// In nearly all records.
    Always,
    /// Missing from some kinds of record.
    Usually,
    /// Only in some kinds of record.
    Sometimes,
}

/// All known fields.
#[must_use]
pub fn fields() -> &'static [Field] {
    static FIELDS: OnceLock<Vec<Field>> = OnceLock::new();
    FIELDS.get_or_init(|| rows(include_str!("fields.tsv")).filter_map(field_of_row).collect())
}

fn field_of_row(mut columns: std::str::Split<'static, char>) -> Option<Field> {
    let (path, kind, presence) = (columns.next()?, columns.next()?, columns.next()?);
    let kind = match kind {
        "string" => FieldKind::String,
        "number" => FieldKind::Number,
        "boolean" => FieldKind::Boolean,
        "object" => FieldKind::Object,
        "array" => FieldKind::Array,
        _ => FieldKind::Any,
    };
    let presence = match presence {
        "always" => Presence::Always,
        "usually" => Presence::Usually,
        _ => Presence::Sometimes,
    };
    Some(Field { path, kind, presence })
}

/// The field at a path such as `userIdentity.type`.
#[must_use]
pub fn field(path: &str) -> Option<Field> {
    fields().iter().find(|field| field.path == path).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_parent() {
        assert_eq!(fields().len(), rows(include_str!("fields.tsv")).count());
        assert_eq!(field("readOnly").map(|field| field.kind), Some(FieldKind::Boolean));
        let parent = |field: &Field| field.path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let orphan =
            fields().iter().find(|child| !parent(child).is_empty() && field(parent(child)).is_none());
        assert_eq!(orphan, None);
    }
}
