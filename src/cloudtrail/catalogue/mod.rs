//! What CloudTrail records contain: fields with their types, known values of fields, and event names by event source. The data files
//! are in this folder; each names its origin.

mod events;
mod fields;
mod forms;
mod lists;
mod recorded_fields;
mod requests;
mod values;

pub(crate) use super::is_account;
pub use events::{Evidence, event_names, event_sources, evidence, evidence_of_name, names_of, sources_of};
pub use fields::{Field, FieldKind, Presence, field, fields};
pub(crate) use forms::{is_event_time, is_recorded_region};
pub use lists::{ListEvidence, list_evidence};
pub use recorded_fields::{RecordedField, RecordedSource, recorded_sources};
pub use requests::{RecordedRequest, recorded_request};
pub use values::{KnownValues, known_values};

/// A number that changes with the data: FNV-1a of all data files, with 64 bits.
pub(crate) fn fingerprint() -> u64 {
    let files = [
        include_str!("events.tsv"),
        include_str!("actions.tsv"),
        include_str!("origins.tsv"),
        include_str!("recorded.tsv"),
        include_str!("fields.tsv"),
        include_str!("values.tsv"),
    ];
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    files.iter().flat_map(|file| file.bytes()).fold(0xcbf2_9ce4_8422_2325, add)
}

/// The lines of a data file that are not comments, each split at its tabs.
fn rows(text: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}
