//! A worker of `cwfilter scan`: scans one file at a time and sends the results.

use super::events::Seen;
use super::files::Input;
use super::hits::{Batch, Emitter, Notes};
use super::journal::InputVersion;
use super::opener::Opener;
use super::progress::Progress;
use cwfilter::cloudtrail::Scanner;
use cwfilter::files::SkippedEntry;
use cwfilter::limits::PAGE_FAILURES;
use cwfilter::{PatternId, PatternSet};
use std::cell::{Cell, LazyCell};
use std::collections::BTreeMap;
use std::io::Read;

/// What every worker of a scan needs.
pub(super) struct Scan<'a> {
    pub(super) progress: &'a Progress,
    /// Makes the output.
    pub(super) emitter: Emitter<'a>,
    /// A journal is written, which says in which version each file was scanned.
    pub(super) keeps_journal: bool,
    /// The input is a log group whose new events are awaited; hits are printed as they come.
    pub(super) is_following: bool,
}

/// What a worker uses again for its next input.
pub(super) struct Reader {
    scanner: Scanner,
    opener: Opener,
}

impl Reader {
    pub(super) fn new(set: &PatternSet) -> Self {
        Reader { scanner: Scanner::new(set), opener: Opener::default() }
    }
}

/// The result of scanning one file or all files.
#[derive(Default)]
pub(super) struct Total {
    pub(super) records: u64,
    pub(super) matches: BTreeMap<PatternId, u64>,
    pub(super) failed_inputs: usize,
    /// Their first errors, and the number of the others.
    pub(super) failures: (Vec<String>, usize),
    /// Damaged places in inputs that were read.
    pub(super) damages: u64,
    /// Matches that were skipped, or kept although a fact is missing.
    pub(super) notes: Notes,
    /// What was read besides.
    pub(super) seen: Seen,
    /// Inputs whose content shows that they are no files of log events.
    pub(super) other_entries: Vec<SkippedEntry>,
}

impl Total {
    /// An error of an input, ready to print.
    pub(super) fn failure(&mut self, error: String) {
        let (shown, more) = &mut self.failures;
        if shown.len() < PAGE_FAILURES { shown.push(error) } else { *more += 1 }
    }
}

/// A message from a worker about its file; messages keep their order.
pub(super) enum Message {
    /// The file as it was when it was opened.
    Opened(InputVersion),
    Hits(Batch),
    /// Errors of the file, one line for each damaged place.
    Error(String),
    /// The file could not be read to its end.
    Unread,
    /// Further errors of an input that is counted as one that failed.
    #[cfg(feature = "remote")]
    MoreErrors(String),
    /// No further input can be read, such as with credentials that have expired: the scan stops, and can be resumed.
    #[cfg(feature = "remote")]
    Stop(String),
    /// The content shows that it is no file of log events.
    #[cfg(feature = "remote")]
    Other,
    Done(Box<Total>),
    /// The next message is of the next input of the run.
    End,
}

/// Scans the input and sends the results. Fails only if `send` does, because the printer takes no more messages.
pub(super) fn scan_input<E>(
    scan: &Scan<'_>,
    input: &Input,
    mut send: impl FnMut(Message) -> Result<(), E>,
    reader: &mut Reader,
) -> Result<(), E> {
    let Reader { scanner, opener } = reader;
    let reader: Box<dyn Read> = match input {
        Input::Stdin => Box::new(scan.progress.count(std::io::stdin())),
        Input::File { path, .. } => match opener.open(path) {
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
        #[cfg(feature = "remote")]
        Input::Object(object) => {
            let reader = match object.open() {
                Ok(reader) => reader,
                Err(failure) => return send(refused(failure)),
            };
            if super::files::is_other(object, reader.start()) {
                return send(Message::Other);
            }
            send(Message::Opened(InputVersion::of_object(object)))?;
            return scan_remote(scan, input, reader, |reader| reader.failure().cloned(), send, scanner);
        }
        #[cfg(feature = "remote")]
        Input::Group(group) if scan.is_following => match group.follow() {
            Ok(followed) => {
                send(Message::Opened(InputVersion::of_group(group)))?;
                return scan_followed(scan, &input.name(), &followed, send, scanner);
            }
            Err(failure) => return send(refused(failure)),
        },
        #[cfg(feature = "remote")]
        Input::Group(group) => {
            let reader = match group.open() {
                Ok(reader) => reader,
                Err(failure) => return send(refused(failure)),
            };
            send(Message::Opened(InputVersion::of_group(group)))?;
            return scan_remote(scan, input, reader, |reader| reader.failure().cloned(), send, scanner);
        }
    };
    scan_reader(scan, input, reader, send, scanner)
}

#[cfg(feature = "remote")]
fn refused(failure: super::remote::Failure) -> Message {
    match failure.is_of_all {
        true => Message::Stop(failure.message),
        false => Message::Error(format!("cannot read: {}", failure.message)),
    }
}

/// Scans what arrives while it is scanned.
#[cfg(feature = "remote")]
fn scan_remote<E, R: Read>(
    scan: &Scan<'_>,
    input: &Input,
    mut reader: R,
    failure: impl Fn(&R) -> Option<super::remote::Failure>,
    mut send: impl FnMut(Message) -> Result<(), E>,
    scanner: &mut Scanner,
) -> Result<(), E> {
    let mut last = Vec::new();
    let counted = scan.progress.count(&mut reader);
    // what the scan of a part has found stands only if the rest was not refused for a reason of all objects
    scan_reader(
        scan,
        input,
        counted,
        |message| match message {
            Message::Hits(_) => send(message),
            message => {
                last.push(message);
                Ok(())
            }
        },
        scanner,
    )?;
    match failure(&reader).filter(|failure| failure.is_of_all) {
        Some(failure) => send(refused(failure)),
        None => last.into_iter().try_for_each(send),
    }
}

/// Scans until a signal or a failure. What was found until then counts.
#[cfg(feature = "remote")]
fn scan_followed<E>(
    scan: &Scan<'_>,
    name: &str,
    followed: &super::remote::Followed,
    mut send: impl FnMut(Message) -> Result<(), E>,
    scanner: &mut Scanner,
) -> Result<(), E> {
    use super::remote::Next;
    let (mut total, mut is_failed) = (Total::default(), false);
    // the first error makes the input one that was not read as a whole
    let mut fail = |send: &mut dyn FnMut(Message) -> Result<(), E>, why: String| match is_failed {
        true => send(Message::MoreErrors(why)),
        false => {
            is_failed = true;
            send(Message::Error(why))
        }
    };
    super::terminal::say!("{name}: follows; Ctrl-C ends the scan");
    loop {
        let page = match followed.next() {
            Next::Page(page) => page,
            Next::Stopped => break,
            Next::Unread(why) => {
                fail(&mut send, why)?;
                break;
            }
            Next::Failed(failure) => {
                fail(&mut send, format!("cannot read: {}", failure.message))?;
                break;
            }
        };
        let (mut batch, before) = (Batch::default(), total.records + total.damages);
        let scanned = scanner.scan(&page[..], |mut hit| {
            // records are numbered through all pages
            hit.number += before;
            scan.emitter.hits(&mut total.matches, &mut total.notes, &mut batch, name, hit);
            if batch.is_full() { send(Message::Hits(std::mem::take(&mut batch))) } else { Ok(()) }
        })?;
        send(Message::Hits(batch))?;
        total.records += scanned.records;
        total.seen.add(&Seen { skipped: scanned.skipped, texts: scanned.texts, unread: scanned.unread });
        if scanned.damages > 0 {
            total.damages += scanned.damages;
            fail(&mut send, scanned.messages().collect::<Vec<_>>().join("\n"))?;
        }
    }
    send(Message::Done(Box::new(total)))
}

fn scan_reader<E>(
    scan: &Scan<'_>,
    input: &Input,
    reader: impl Read,
    mut send: impl FnMut(Message) -> Result<(), E>,
    scanner: &mut Scanner,
) -> Result<(), E> {
    let name = LazyCell::new(|| input.name());
    let (mut total, mut batch) = (Total::default(), Batch::default());
    let is_failed = Cell::new(false);
    let scanned = scanner.scan(Watched { reader, is_failed: &is_failed }, |hit| {
        scan.emitter.hits(&mut total.matches, &mut total.notes, &mut batch, &name, hit);
        if !batch.is_full() {
            return Ok(());
        }
        send(Message::Hits(std::mem::take(&mut batch)))
    })?;
    total.records = scanned.records;
    total.seen = Seen { skipped: scanned.skipped, texts: scanned.texts, unread: scanned.unread };
    if !batch.is_empty() {
        send(Message::Hits(batch))?;
    }
    if scanned.damages > 0 {
        total.damages = scanned.damages;
        send(Message::Error(scanned.messages().collect::<Vec<_>>().join("\n")))?;
    }
    if is_failed.get() {
        send(Message::Unread)?;
    }
    send(Message::Done(Box::new(total)))
}

/// Notes whether a read failed: what is damaged stays so, and what was not read may be read later.
struct Watched<'c, R> {
    reader: R,
    is_failed: &'c Cell<bool>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer);
        if read.as_ref().is_err_and(|error| error.kind() != std::io::ErrorKind::Interrupted) {
            self.is_failed.set(true);
        }
        read
    }
}
