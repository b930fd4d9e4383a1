//! Visits every record of the inputs.

use super::exit::Exit;
use super::files::{Input, Inputs, fetch};
use super::options::options;
use super::progress::Progress;
use super::skipped_entries;
use super::terminal::say;
use cwfilter::FilterPattern;
use cwfilter::cloudtrail::{Head, head};
use cwfilter::evidence::{Record, Skipped, records};
#[cfg(feature = "remote")]
use cwfilter::files::{Reason, SkippedEntry};
use cwfilter::limits::{DAMAGES_DESCRIBED, PAGE_FAILURES};
use cwfilter::plural::counted;
use cwfilter::time::rfc3339;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;

/// A record, with the input and the fields that name it.
pub(super) struct Event<'a> {
    input: &'a Input,
    record: &'a Record,
    head: Head<'a>,
}

impl Event<'_> {
    pub(super) fn record(&self) -> &Record {
        self.record
    }

    /// `eventTime`; without it the timestamp of the log event.
    pub(super) fn time(&self) -> Option<Cow<'_, str>> {
        let of_event = || self.record.envelope.time.map(|time| rfc3339(time.div_euclid(1000)).into());
        self.head.event_time.as_deref().map(Cow::Borrowed).or_else(of_event)
    }

    /// `FILE:RECORD eventTime eventName`
    pub(super) fn label(&self) -> String {
        let time = self.time().unwrap_or("-".into());
        let name = self.head.event_name.as_deref().unwrap_or("-");
        format!("{}:{} {time} {name}", self.input.name(), self.record.number)
    }
}

/// What became of the inputs.
#[derive(Debug, Default)]
pub(super) struct Visited {
    /// the number of inputs that are damaged or could not be read
    pub(super) failed_inputs: usize,
    /// the number of damaged places
    pub(super) damages: u64,
    pub(super) seen: Seen,
    /// records that were read
    records: u64,
    /// some pattern is a JSON pattern
    has_json: bool,
    /// errors for a page, and the number of further ones
    failures: (Vec<String>, usize),
}

impl Visited {
    /// The exit code: whether something could not be read. An input that was read and has no records is no error.
    pub(super) fn exit(&self) -> Exit {
        if self.failed_inputs == 0 { Exit::Clean } else { Exit::Input }
    }

    /// Prints an error and keeps it for a page.
    fn failed(&mut self, error: String) {
        say!("error: {error}");
        let (shown, more) = &mut self.failures;
        if shown.len() < PAGE_FAILURES { shown.push(error) } else { *more += 1 }
    }

    /// Whether all of the inputs was read, and there was something to read. If not, a rule without a match may match the rest.
    pub(super) fn is_of_all(&self) -> bool {
        self.failed_inputs == 0 && self.limits().is_empty()
    }

    /// The errors, one line each.
    pub(super) fn failures(&self) -> Vec<String> {
        let (shown, more) = &self.failures;
        let rest = (*more > 0).then(|| format!("and {}", counted(*more, "more error", "more errors")));
        shown.iter().cloned().chain(rest).collect()
    }

    /// What else was not read or cannot match: a sentence for each.
    pub(super) fn limits(&self) -> Vec<String> {
        let empty = (self.records == 0).then(|| "no event was read".to_owned());
        let of_folders = Some(skipped_entries::count()).filter(|count| *count > 0);
        let of_folders = of_folders
            .map(|count| format!("{} in folders not read", counted(count, "other entry", "other entries")));
        self.seen.notes(self.has_json).chain(of_folders).chain(empty).collect()
    }
}

/// What follows "never matched" if [not all was read](Visited::is_of_all).
pub(super) const IN_WHAT_WAS_READ: &str = " in what was read";

/// Calls `visit` for every record, which returns whether one of the patterns matches it. Prints an error for each input or place that is
/// damaged or cannot be read.
pub(super) fn for_each(
    inputs: &Inputs,
    patterns: &[FilterPattern],
    mut visit: impl FnMut(&Event<'_>) -> bool,
) -> Visited {
    let mut records = 0;
    let mut visit = |event: &Event<'_>| {
        records += 1;
        visit(event)
    };
    let has_json = patterns.iter().any(FilterPattern::is_json);
    let mut visited = Visited { failed_inputs: inputs.errors.len(), has_json, ..Visited::default() };
    inputs.errors.iter().for_each(|error| visited.failed(error.clone()));
    skipped_entries::report(&inputs.skipped_entries);
    if let Err(why) = fetch(inputs.inputs.iter()) {
        visited.failed(why);
        visited.failed_inputs += inputs.inputs.len();
        return visited;
    }
    let progress = Progress::new(inputs.inputs.iter().map(Input::bytes).sum());
    for (at, input) in inputs.inputs.iter().enumerate() {
        let (mut damages, mut is_unreadable) = (0, false);
        let mut seen = Seen::default();
        let mut failed = |failure: Failure<'_>| {
            match failure {
                Failure::Unreadable(_) => is_unreadable = true,
                Failure::Damaged(_) => damages += 1,
            }
            let (Failure::Unreadable(error) | Failure::Damaged(error)) = failure;
            if damages <= DAMAGES_DESCRIBED {
                visited.failed(format!("{}: {error}", input.name()));
            }
        };
        let goes_on = read(input, patterns, &progress, &mut visit, &mut failed, &mut seen);
        visited.seen.add(&seen);
        if damages > DAMAGES_DESCRIBED {
            let more = counted(damages - DAMAGES_DESCRIBED, "more damaged place", "more damaged places");
            visited.failed(format!("{}: {more}", input.name()));
        }
        visited.failed_inputs += usize::from(is_unreadable || damages > 0);
        visited.damages += damages as u64;
        if goes_on.is_break() {
            let more = inputs.inputs.len() - at - 1;
            visited.failed(format!("{} not read either", counted(more, "more input is", "more inputs are")));
            visited.failed_inputs += more;
            break;
        }
    }
    progress.finish();
    visited.seen.report(has_json);
    visited.records = records;
    visited
}

/// What was read besides records that patterns match.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "[u64; 8]", from = "[u64; 8]")]
pub(super) struct Seen {
    pub(super) skipped: Skipped,
    /// records that are text
    pub(super) texts: u64,
    /// JSON records without a member that a JSON pattern reads
    pub(super) unread: u64,
}

impl From<Seen> for [u64; 8] {
    fn from(seen: Seen) -> Self {
        let Skipped { control_messages, notices, digests, archive_files, partial_answers, previews, .. } =
            seen.skipped;
        [
            seen.texts,
            control_messages,
            notices,
            digests,
            archive_files,
            partial_answers,
            seen.unread,
            previews,
        ]
    }
}

impl From<[u64; 8]> for Seen {
    fn from(counts: [u64; 8]) -> Self {
        let [texts, control_messages, notices, digests, archive_files, partial_answers, unread, previews] =
            counts;
        let mut skipped = Skipped::default();
        skipped.control_messages = control_messages;
        skipped.notices = notices;
        skipped.digests = digests;
        skipped.archive_files = archive_files;
        skipped.partial_answers = partial_answers;
        skipped.previews = previews;
        Seen { skipped, texts, unread }
    }
}

impl Seen {
    pub(super) fn add(&mut self, other: &Seen) {
        self.skipped.merge(other.skipped);
        self.texts += other.texts;
        self.unread += other.unread;
    }

    /// Prints what this input has besides records, under `--verbose`.
    pub(super) fn name<'n>(&self, input: impl Fn() -> &'n str) {
        if options().verbose {
            let input = input();
            self.skipped.texts().for_each(|text| say!("note: {input}: {text}"));
        }
    }

    /// Prints what was read and is no record, and how many records are text if JSON patterns were matched.
    pub(super) fn report(&self, has_json: bool) {
        self.notes(has_json).for_each(|note| say!("{note}"));
    }

    /// What was read and is no record, and what patterns of JSON cannot match: a sentence for each count that is not zero.
    pub(super) fn notes(&self, has_json: bool) -> impl Iterator<Item = String> {
        let texts = (self.texts > 0 && has_json).then(|| {
            let texts = counted(self.texts, "record is a line of text", "records are lines of text");
            format!("{texts}, which no JSON pattern matches")
        });
        let unread = (self.unread > 0).then(|| {
            let unread = counted(self.unread, "record has", "records have");
            format!("{unread} no member that a JSON pattern reads, or only part of a record of CloudTrail")
        });
        self.skipped.texts().chain(texts).chain(unread)
    }
}

/// Why an input is not read as a whole.
enum Failure<'a> {
    /// It cannot be opened.
    Unreadable(&'a str),
    /// A place in it is damaged.
    Damaged(&'a str),
}

/// Breaks if no other input can be read either.
fn read(
    input: &Input,
    patterns: &[FilterPattern],
    progress: &Progress,
    visit: &mut impl FnMut(&Event<'_>) -> bool,
    failed: &mut impl FnMut(Failure<'_>),
    seen: &mut Seen,
) -> ControlFlow<()> {
    let reader: Box<dyn Read> = match input {
        Input::Stdin => Box::new(std::io::stdin().lock()),
        Input::File { path, .. } => match std::fs::File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                failed(Failure::Unreadable(&format!("cannot read: {error}")));
                return ControlFlow::Continue(());
            }
        },
        #[cfg(feature = "remote")]
        Input::Object(object) => match object.open() {
            Ok(reader) if super::files::is_other(object, reader.start()) => {
                let entry = SkippedEntry::new(input.name().into(), Reason::Other);
                skipped_entries::report(&[entry]);
                return ControlFlow::Continue(());
            }
            Ok(reader) => Box::new(reader),
            Err(failure) => {
                failed(Failure::Unreadable(&format!("cannot read: {}", failure.message)));
                let is_last = failure.is_of_all;
                return if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
        },
        #[cfg(feature = "remote")]
        Input::Group(group) => match group.open() {
            Ok(reader) => Box::new(reader),
            Err(failure) => {
                failed(Failure::Unreadable(&format!("cannot read: {}", failure.message)));
                let is_last = failure.is_of_all;
                return if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
        },
    };
    let mut records = records(progress.count(reader)).read_by(patterns);
    let mut found = Seen::default();
    while let Some(record) = records.next() {
        match record {
            Ok(record) => {
                found.texts += u64::from(!record.is_json);
                if visit(&Event { input, record: &record, head: head(&record.bytes) }) {
                    let matching = |pattern: &&FilterPattern| pattern.is_match(record.message(pattern));
                    records.matched(&record, patterns.iter().filter(matching));
                }
            }
            Err(error) => failed(Failure::Damaged(&format!("{error}; {}", error.help()))),
        }
    }
    found.skipped = records.skipped();
    found.unread = records.unread();
    let name = input.name();
    found.name(|| &name);
    seen.add(&found);
    if let Some(error) = records.suspicion(patterns.iter().any(FilterPattern::is_json)) {
        failed(Failure::Damaged(&format!("{error}; {}", error.help())));
    }
    ControlFlow::Continue(())
}
