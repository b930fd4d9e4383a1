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

/// What every worker of a scan needs.
pub(super) struct Scan<'a> {
    pub(super) progress: &'a Progress,
    /// Makes the output.
    pub(super) emitter: Emitter<'a>,
    /// A journal is written, which says in which version each file was scanned.
    pub(super) keeps_journal: bool,
}

/// The result of scanning one file or all files.
#[derive(Default)]
pub(super) struct Total {
    pub(super) records: u64,
    pub(super) matches: BTreeMap<PatternId, u64>,
    pub(super) failed_inputs: usize,
    /// Damaged places in inputs that were read.
    pub(super) damages: u64,
    /// Matches that were skipped, or kept although a fact is missing.
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
    Done(Box<Total>),
}

/// Scans the input and sends the results. Fails only if `send` does, because the printer takes no more messages.
pub(super) fn scan_input<E>(
    scan: &Scan<'_>,
    input: &Input,
    mut send: impl FnMut(Message) -> Result<(), E>,
    scanner: &mut Scanner,
) -> Result<(), E> {
    let reader: Box<dyn Read> = match input {
        Input::Stdin => Box::new(scan.progress.count(std::io::stdin())),
        Input::File { path, .. } => match std::fs::File::open(path) {
            Ok(file) => {
                if scan.keeps_journal
                    && let Ok(metadata) = file.metadata()
                {
                    send(Message::Opened(InputVersion::of(&metadata)))?;
                }
                Box::new(scan.progress.count(file))
            }
            Err(error) => return send(Message::Error(format!("cannot read: {error}"))),
        },
    };
    let (name, mut total, mut batch) = (input.name(), Total::default(), Batch::default());
    let scanned = scanner.scan(reader, |hit| {
        scan.emitter.hits(&mut total.matches, &mut total.notes, &mut batch, &name, hit);
        if !batch.is_full() {
            return Ok(());
        }
        send(Message::Hits(std::mem::take(&mut batch)))
    })?;
    total.records = scanned.records;
    total.seen = Seen { skipped: scanned.skipped, texts: scanned.texts };
    send(Message::Hits(batch))?;
    if scanned.damages > 0 {
        total.damages = scanned.damages;
        send(Message::Error(scanned.messages().collect::<Vec<_>>().join("\n")))?;
    }
    send(Message::Done(Box::new(total)))
}
