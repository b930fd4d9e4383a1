//! What CloudTrail records contain: fields with their types, and event names by event source. The data files are in this folder; each
//! names its origin.

use std::collections::HashMap;
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
    FIELDS.get_or_init(|| include_str!("fields.tsv").lines().filter_map(field_of_line).collect())
}

fn field_of_line(line: &'static str) -> Option<Field> {
    let mut columns = line.split('\t');
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

type Events = HashMap<&'static str, Vec<&'static str>>;

fn by_source() -> &'static Events {
    static SOURCES: OnceLock<Events> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let lines = include_str!("events.tsv").lines().filter_map(|line| line.split_once('\t'));
        lines.map(|(source, names)| (source, names.split(' ').collect())).collect()
    })
}

fn by_name() -> &'static Events {
    static NAMES: OnceLock<Events> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut events = Events::new();
        for (source, names) in by_source() {
            names.iter().for_each(|name| events.entry(name).or_default().push(source));
        }
        events.values_mut().for_each(|sources| sources.sort_unstable());
        events
    })
}

/// The known event sources, such as `iam.amazonaws.com`.
pub fn event_sources() -> impl Iterator<Item = &'static str> {
    by_source().keys().copied()
}

/// The known event names.
pub fn event_names() -> impl Iterator<Item = &'static str> {
    by_name().keys().copied()
}

/// The event names of a source; empty if the source is not known.
#[must_use]
pub fn names_of(source: &str) -> &'static [&'static str] {
    by_source().get(source).map_or(&[], Vec::as_slice)
}

/// The sources that record an event of this name, sorted; empty if the name is not known.
#[must_use]
pub fn sources_of(name: &str) -> &'static [&'static str] {
    by_name().get(name).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_are_read_whole() {
        let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(fields().len(), lines(include_str!("fields.tsv")));
        assert_eq!(event_sources().count(), lines(include_str!("events.tsv")));
        assert!(event_names().count() > 10_000);
        assert_eq!(field("readOnly").map(|field| field.kind), Some(FieldKind::Boolean));
        assert_eq!(sources_of("ConsoleLogin"), ["signin.amazonaws.com"]);
        assert!(names_of("iam.amazonaws.com").contains(&"CreateAccessKey"));
        let parent = |field: &Field| field.path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let orphan =
            fields().iter().find(|child| !parent(child).is_empty() && field(parent(child)).is_none());
        assert_eq!(orphan, None);
    }
}
