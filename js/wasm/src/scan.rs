//! Files of log events.

use crate::objects::Set;
use cwfilter::evidence::{Envelope, RecordError, Skipped};
use cwfilter::hit::{Field, facts};
use cwfilter::limits::DAMAGES_DESCRIBED;
use serde::Serialize;
use std::convert::Infallible;

/// What a file came to.
#[derive(Serialize)]
pub(crate) struct Scanned {
    records: u64,
    hits: Vec<Hit>,
    /// a line for each place that was not read, and one for records that no pattern can match
    errors: Vec<String>,
    damages: u64,
    /// what was read and is not a log event
    skipped: Vec<String>,
}

/// A record that some patterns match.
#[derive(Serialize)]
struct Hit {
    record: u64,
    /// the indexes of the patterns in the set
    patterns: Vec<usize>,
    facts: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

/// The fields of a hit that are about the record and its container.
fn shown() -> impl Iterator<Item = Field> {
    let others = [Field::Rule, Field::Severity, Field::File, Field::Record, Field::Timestamp];
    Field::ALL.into_iter().filter(move |field| !others.contains(field))
}

fn facts_of(record: &[u8], envelope: &Envelope) -> serde_json::Map<String, serde_json::Value> {
    let facts = facts(record);
    let hit = cwfilter::hit::Hit::new("", "", 0, &facts).with_envelope(envelope);
    let mut members = serde_json::Map::new();
    for field in shown() {
        if let Some(text) = hit.text(field) {
            members.insert(field.name().to_owned(), text.into_owned().into());
        }
    }
    if let Some(time) = envelope.time {
        members.insert(Field::Timestamp.name().to_owned(), time.into());
    }
    members
}

pub(crate) fn scan(set: &mut Set, file: &[u8], with_events: bool) -> Scanned {
    let mut hits = Vec::new();
    let Ok(scanned) = set.scanner.scan(file, |hit| {
        hits.push(Hit {
            record: hit.number,
            patterns: hit.ids.iter().map(|id| id.index()).collect(),
            facts: facts_of(hit.record, hit.envelope),
            event: with_events.then(|| String::from_utf8_lossy(hit.record).into_owned()),
        });
        Ok::<(), Infallible>(())
    });
    let mut errors: Vec<String> = scanned.messages().collect();
    if set.is_json_only && scanned.texts > 0 {
        let texts = match scanned.texts {
            1 => "1 record is a line of text".to_owned(),
            texts => format!("{texts} records are lines of text"),
        };
        errors.push(format!("{texts}, which no JSON pattern matches"));
    }
    let skipped = scanned.skipped.texts().collect();
    Scanned { records: scanned.records, hits, errors, damages: scanned.damages, skipped }
}

/// The log events of a file.
#[derive(Default, Serialize)]
pub(crate) struct Records {
    events: Vec<Event>,
    /// whether the file may have more events than the limit
    more: bool,
    errors: Vec<String>,
    /// why the events may not be what they were taken for, such as records of OCSF
    doubts: Vec<String>,
    skipped: Vec<String>,
}

#[derive(Serialize)]
struct Event {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
}

/// The first log events of a file, with what keeps others from being read.
pub(crate) fn records(file: &[u8], limit: usize) -> Records {
    let mut read = Records::default();
    let mut undescribed = 0_u64;
    let mut records = cwfilter::evidence::records(file);
    let shown = |error: &RecordError| format!("{error}; {}", error.help());
    for record in records.by_ref() {
        match record {
            Ok(_) if read.events.len() >= limit => {
                read.more = true;
                break;
            }
            Ok(record) => {
                let message = String::from_utf8_lossy(&record.bytes).into_owned();
                read.events.push(Event { message, timestamp: record.envelope.time });
            }
            Err(error) if read.errors.len() < DAMAGES_DESCRIBED => read.errors.push(shown(&error)),
            Err(_) => undescribed += 1,
        }
    }
    if undescribed > 0 {
        read.errors.push(format!("more damaged places: {undescribed}"));
    }
    // patterns of every kind may be meant
    read.doubts.extend(records.suspicion(true).as_ref().map(shown));
    read.skipped = texts(records.skipped());
    read
}

fn texts(skipped: Skipped) -> Vec<String> {
    skipped.texts().collect()
}
