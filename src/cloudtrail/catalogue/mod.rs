//! What CloudTrail records contain: fields with their types, known values of fields, and event names by event source. The data files
//! are in this folder; each names its origin.

mod events;
mod fields;
mod recorded_fields;
mod values;

pub use events::{Evidence, event_names, event_sources, evidence, evidence_of_name, names_of, sources_of};
pub use fields::{Field, FieldKind, Presence, field, fields};
pub use recorded_fields::{RecordedField, RecordedSource, recorded_sources};
pub use values::{KnownValues, known_values};

/// The lines of a data file that are not comments, each split at its tabs.
fn rows(text: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}
