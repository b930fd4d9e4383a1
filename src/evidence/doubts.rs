//! The records of an input that may not be what they are taken for, by their form.
//!
//! A pattern that matches such a record, and reads a field of it, is written for records of this form: they are no error then. Records of
//! another form in the same input stay one.

use super::error::{Location, RecordError, RecordErrorKind};
use super::record::{reads_key, reads_member};
use super::suspicion::{is_unmarked, suspicion, suspicion_of_encoding, suspicion_of_json, suspicion_of_text};
use super::values::object;
use crate::engine::FilterPattern;
use crate::limits::DOUBTFUL_FORMS;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What is doubtful about an input.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// the first record of each form, at most [`DOUBTFUL_FORMS`]
    doubts: Vec<Doubt>,
    /// forms that patterns are written for
    understood: Vec<u64>,
}

#[derive(Debug)]
struct Doubt {
    form: u64,
    kind: RecordErrorKind,
    /// only patterns of JSON cannot read it
    is_of_text: bool,
    /// no pattern is asked about it: it is not part of a log event
    is_beside: bool,
}

impl Doubts {
    /// Looks at a record that was read.
    pub(super) fn look(&mut self, record: &[u8], is_json: bool) {
        // every further form would have its own error, and an input has one
        if self.doubts.len() >= DOUBTFUL_FORMS {
            return;
        }
        let Some((kind, is_of_text)) = doubt(record, is_json) else { return };
        let form = form(record, &kind);
        if self.doubts.iter().all(|doubt| doubt.form != form) {
            self.doubts.push(Doubt { form, kind, is_of_text, is_beside: false });
        }
    }

    /// Takes note of what is not read of a container.
    pub(super) fn not_taken(&mut self, kind: RecordErrorKind) {
        let form = form(b"", &kind);
        if self.doubts.len() < DOUBTFUL_FORMS && self.doubts.iter().all(|doubt| doubt.form != form) {
            self.doubts.push(Doubt { form, kind, is_of_text: false, is_beside: true });
        }
    }

    /// Whether nothing is doubtful so far.
    pub(super) fn is_empty(&self) -> bool {
        self.doubts.is_empty()
    }

    /// Takes note that the patterns match the record.
    pub(super) fn matched<'p>(
        &mut self,
        record: &[u8],
        is_json: bool,
        mut patterns: impl Iterator<Item = &'p FilterPattern>,
    ) {
        if self.understood.len() >= DOUBTFUL_FORMS {
            return;
        }
        let Some((kind, _)) = doubt(record, is_json) else { return };
        let form = form(record, &kind);
        let is_for = |pattern: &FilterPattern| match &kind {
            RecordErrorKind::Beside { member, .. } => reads_key(pattern, member),
            _ => reads_member(pattern, record),
        };
        if !self.understood.contains(&form) && patterns.any(is_for) {
            self.understood.push(form);
        }
    }

    /// Adds what is known of a part of the input.
    pub(super) fn merge(&mut self, part: Doubts) {
        let Doubts { doubts, understood } = part;
        for doubt in doubts {
            if self.doubts.len() < DOUBTFUL_FORMS && self.doubts.iter().all(|it| it.form != doubt.form) {
                self.doubts.push(doubt);
            }
        }
        let room = DOUBTFUL_FORMS.saturating_sub(self.understood.len());
        self.understood.extend(understood.into_iter().take(room));
    }

    /// The first doubt about a form that no pattern is written for, also if a part of the input understands it. `has_json`: some pattern
    /// is a JSON pattern.
    pub(super) fn first(&self, has_json: bool) -> Option<RecordError> {
        let is_open = |doubt: &&Doubt| match doubt.is_beside {
            true => true,
            false => (has_json || !doubt.is_of_text) && !self.understood.contains(&doubt.form),
        };
        let open = self.doubts.iter().find(is_open)?;
        Some(RecordError::new(open.kind.clone(), Location::START))
    }
}

/// Why a record may not be what it is taken for, and whether only JSON patterns cannot read it.
fn doubt(record: &[u8], is_json: bool) -> Option<(RecordErrorKind, bool)> {
    if is_unmarked(record) {
        let encoded = if is_json { None } else { suspicion_of_encoding(record) };
        return encoded.map(|kind| (kind, true));
    }
    if let Some(kind) = suspicion(record) {
        // the text of a message is read as a whole
        let is_of_text = matches!(kind, RecordErrorKind::Beside { .. });
        return Some((kind, is_of_text));
    }
    let of_text = || suspicion_of_text(record).or_else(|| suspicion_of_encoding(record));
    let of_form = if is_json { suspicion_of_json(record) } else { of_text() };
    of_form.map(|kind| (kind, true))
}

/// The form of a doubtful record: what it may be, and the names of its members in any order.
fn form(record: &[u8], kind: &RecordErrorKind) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(kind).hash(&mut hasher);
    if let RecordErrorKind::Foreign { what, .. } = kind {
        what.hash(&mut hasher);
    }
    let name = |key: &str| {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    };
    let names = object(record, 0).map(|(key, _)| name(&key));
    names.fold(0, u64::wrapping_add).hash(&mut hasher);
    hasher.finish()
}
