//! A worker of `cwfilter scan`: scans one file at a time and sends the results.

use super::files::Input;
use super::journal::InputVersion;
use super::progress::Progress;
use super::terminal::{json_line, line};
use cwfilter::cloudtrail::{Envelope, Hit, Scanner, head};
use cwfilter::{PatternId, PatternSet};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::mpsc::{SendError, SyncSender};

/// The version of the JSON output.
pub(super) const JSON_VERSION: u32 = 1;

/// What every worker of a scan needs.
pub(super) struct Scan<'a> {
    pub(super) set: &'a PatternSet,
    pub(super) progress: &'a Progress,
    /// The output is JSON.
    pub(super) json: bool,
    /// Only counts are printed.
    pub(super) count: bool,
}

/// The result of scanning one file or all files.
#[derive(Default)]
pub(super) struct Total {
    pub(super) records: u64,
    pub(super) matches: BTreeMap<PatternId, u64>,
    pub(super) failed_inputs: usize,
    /// Damaged places in inputs that were read.
    pub(super) damages: u64,
}

/// A message from a worker about its file; messages keep their order.
pub(super) enum Message {
    /// The file as it was when it was opened.
    Opened(InputVersion),
    Lines(Vec<u8>),
    /// Errors of the file, one line for each damaged place.
    Error(String),
    Done(Total),
}

/// A worker sends its output after it has buffered this many bytes.
const MESSAGE_BYTES: usize = 1 << 16;

/// The printer no longer receives messages.
type HungUp = SendError<Message>;

/// Scans the input and sends the results.
pub(super) fn scan_input(
    scan: &Scan<'_>,
    input: &Input,
    sender: &SyncSender<Message>,
    scanner: &mut Scanner,
) -> Result<(), HungUp> {
    let reader: Box<dyn Read> = match input {
        Input::Stdin => Box::new(scan.progress.count(std::io::stdin())),
        Input::File { path, .. } => match std::fs::File::open(path) {
            Ok(file) => {
                if let Ok(metadata) = file.metadata() {
                    sender.send(Message::Opened(InputVersion::of(&metadata)))?;
                }
                Box::new(scan.progress.count(file))
            }
            Err(error) => return sender.send(Message::Error(format!("cannot read: {error}"))),
        },
    };
    let (name, mut total, mut lines) = (input.name(), Total::default(), Vec::new());
    let scanned = scanner.scan(reader, |hit| {
        scan.hits(&mut total, &mut lines, &name, hit);
        if lines.len() < MESSAGE_BYTES {
            return Ok(());
        }
        sender.send(Message::Lines(std::mem::take(&mut lines)))
    })?;
    total.records = scanned.records;
    sender.send(Message::Lines(lines))?;
    if scanned.damages > 0 {
        total.damages = scanned.damages;
        sender.send(Message::Error(scanned.messages().collect::<Vec<_>>().join("\n")))?;
    }
    sender.send(Message::Done(total))
}

impl Scan<'_> {
    fn hits(&self, total: &mut Total, lines: &mut Vec<u8>, file: &str, hit: Hit<'_>) {
        for id in hit.ids {
            *total.matches.entry(*id).or_default() += 1;
            if !self.count {
                self.line(lines, file, hit, self.set.name(*id));
            }
        }
    }

    fn line(&self, lines: &mut Vec<u8>, file: &str, hit: Hit<'_>, rule: &str) {
        let head = head(hit.record);
        let (event_time, event_name) = (head.event_time.as_deref(), head.event_name.as_deref());
        let Envelope { log_group, log_stream, event_id, time, .. } = hit.envelope;
        let (log_group, log_stream) = (log_group.as_deref(), log_stream.as_deref());
        let record = hit.number;
        // writing to memory does not fail
        let _ = if self.json {
            let line = Line {
                version: JSON_VERSION,
                file,
                record,
                event_time,
                event_name,
                rule,
                log_group,
                log_stream,
                timestamp: *time,
                log_event_id: event_id.as_deref(),
            };
            json_line(lines, &line)
        } else {
            let (time, name) = (event_time.unwrap_or("-"), event_name.unwrap_or("-"));
            line!(lines, "{file}:{record} {time} {name} {rule}")
        };
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    version: u32,
    file: &'a str,
    record: u64,
    event_time: Option<&'a str>,
    event_name: Option<&'a str>,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_stream: Option<&'a str>,
    /// milliseconds since 1970
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_event_id: Option<&'a str>,
}
