//! A worker of `cwfilter scan`: scans one file at a time and sends the results.

use super::events::Seen;
use super::files::Input;
use super::hits::{Batch, Emitter, Notes};
use super::journal::InputVersion;
use super::progress::Progress;
use cwfilter::PatternId;
use cwfilter::cloudtrail::Scanner;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::mpsc::{SendError, SyncSender};

/// What every worker of a scan needs.
pub(super) struct Scan<'a> {
    pub(super) progress: &'a Progress,
    /// Makes the output.
    pub(super) emitter: Emitter<'a>,
}

/// The result of scanning one file or all files.
#[derive(Default)]
pub(super) struct Total {
    pub(super) records: u64,
    pub(super) matches: BTreeMap<PatternId, u64>,
    pub(super) failed_inputs: usize,
    /// Damaged places in inputs that were read.
    pub(super) damages: u64,
    /// What was passed over.
    pub(super) notes: Notes,
    /// What was read besides.
    pub(super) seen: Seen,
}

/// A message from a worker about its file; messages keep their order.
pub(super) enum Message {
    /// The file as it was when it was opened.
    Opened(InputVersion),
    Hits(Batch),
    /// Errors of the file, one line for each damaged place.
    Error(String),
    Done(Total),
}

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
    let (name, mut total, mut batch) = (input.name(), Total::default(), Batch::default());
    let scanned = scanner.scan(reader, |hit| {
        scan.emitter.hits(&mut total.matches, &mut total.notes, &mut batch, &name, hit);
        if !batch.is_full() {
            return Ok(());
        }
        sender.send(Message::Hits(std::mem::take(&mut batch)))
    })?;
    total.records = scanned.records;
    total.seen = Seen { skipped: scanned.skipped, texts: scanned.texts };
    sender.send(Message::Hits(batch))?;
    if scanned.damages > 0 {
        total.damages = scanned.damages;
        sender.send(Message::Error(scanned.messages().collect::<Vec<_>>().join("\n")))?;
    }
    sender.send(Message::Done(total))
}
