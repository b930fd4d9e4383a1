//! The log events that `cwfilter explain` is asked about. Files are read as `scan` reads them, and what `scan` refuses is an error: "no
//! match" is said only of a log event that was read.

use super::exit::Exit;
use super::terminal::{block, line, say};
use cwfilter::FilterPattern;
use cwfilter::evidence::{Record, RecordError, RecordErrorKind, Records, records};
use cwfilter::plural::counted;
use std::io::{BufReader, Read, Result, Write};
use std::path::Path;

/// Explains the verdict about the event of the command line: a text, `@FILE`, `@FILE:RECORD`, or `-` for standard input.
pub(super) fn explain(event: &str, pattern: &FilterPattern, out: &mut impl Write) -> Result<Exit> {
    let Some(name) = event.strip_prefix('@').or_else(|| (event == "-").then_some(event)) else {
        if Path::new(event).is_file() {
            say!("note: `{event}` is read as the text of the event; `@{event}` reads the file of this name");
        }
        let matched = verdict(pattern, event.as_bytes(), out)?;
        return Ok(if matched { Exit::Clean } else { Exit::Findings });
    };
    let numbered = name.rsplit_once(':').and_then(|(path, number)| Some((path, number.parse().ok()?)));
    let (path, number) = match numbered.filter(|_| !Path::new(name).exists()) {
        Some((path, number)) => (path, Some(number)),
        None => (name, None),
    };
    if number == Some(0) {
        return refused(&format!("@{name}: records are numbered from 1"));
    }
    let reader = match open(path) {
        Ok(reader) => reader,
        Err(why) => return refused(&format!("{path}: cannot read: {why}")),
    };
    let file = EventFile { path, pattern, records: records(reader).read_by([pattern]) };
    match number {
        Some(number) => file.one_of(number, out),
        None => file.whole(out),
    }
}

fn open(path: &str) -> Result<Box<dyn Read>> {
    if path == "-" && !Path::new(path).exists() {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(BufReader::new(file)))
}

fn refused(why: &str) -> Result<Exit> {
    say!("error: {why}");
    Ok(Exit::Input)
}

/// Prints the explanation; whether the pattern matches.
fn verdict(pattern: &FilterPattern, message: &[u8], out: &mut impl Write) -> Result<bool> {
    let explanation = pattern.explain(message);
    block(out, &format!("{explanation}\n"))?;
    Ok(explanation.matched())
}

/// An error with what to do about it.
fn helped(error: &RecordError) -> String {
    format!("{error}; {}", error.help())
}

/// A file of log events that is read for one pattern.
struct EventFile<'a> {
    path: &'a str,
    pattern: &'a FilterPattern,
    records: Records<'a>,
}

impl EventFile<'_> {
    /// Explains the only record of the file, or each line of a text.
    fn whole(mut self, out: &mut impl Write) -> Result<Exit> {
        let path = self.path;
        let first = match self.records.next() {
            Some(Ok(first)) => first,
            Some(Err(error)) => return refused(&format!("{path}: {}", helped(&error))),
            None => {
                self.records.skipped().texts().for_each(|text| say!("note: {path}: {text}"));
                return refused(&format!("{path} has no record"));
            }
        };
        match self.records.next() {
            None => {
                let matched = self.explained(&first, out)?;
                Ok(self.end(matched, Exit::Clean))
            }
            Some(Err(error)) => refused(&format!("{path}: {}", helped(&error))),
            Some(Ok(_)) if first.is_json => {
                refused(&format!("{path} holds several records: `@{path}:1` is its first one"))
            }
            Some(Ok(second)) => self.lines([first, second], out),
        }
    }

    /// Explains each line of a text, which is a log event, under its place.
    fn lines(mut self, first: [Record; 2], out: &mut impl Write) -> Result<Exit> {
        let (mut matched, mut exit) = (false, Exit::Clean);
        let mut before = first.into_iter().map(Ok);
        while let Some(next) = before.next().or_else(|| self.records.next()) {
            match next {
                Ok(record) => {
                    line!(out, "{}:{}", self.path, record.number)?;
                    matched |= self.explained(&record, out)?;
                }
                Err(error) => exit = refused(&format!("{}: {}", self.path, helped(&error)))?,
            }
        }
        Ok(self.end(matched, exit))
    }

    fn explained(&mut self, record: &Record, out: &mut impl Write) -> Result<bool> {
        let matched = verdict(self.pattern, record.message(self.pattern), out)?;
        if matched {
            self.records.matched(record, std::iter::once(self.pattern));
        }
        Ok(matched)
    }

    /// Says what is doubtful about the file, which was read to its end.
    fn end(&self, matched: bool, exit: Exit) -> Exit {
        self.records.skipped().texts().for_each(|text| say!("note: {}: {text}", self.path));
        if let Some(error) = self.records.suspicion(self.pattern.is_json()) {
            say!("error: {}: {}", self.path, helped(&error));
            return Exit::Input;
        }
        exit.max(if matched { Exit::Clean } else { Exit::Findings })
    }

    /// Explains the record with this number.
    fn one_of(mut self, number: u64, out: &mut impl Write) -> Result<Exit> {
        let (mut last, mut damage) = (0, None);
        let found = loop {
            match self.records.next() {
                Some(Ok(record)) if record.number == number => break Some(record),
                Some(Ok(record)) => {
                    last = record.number;
                    if last > number {
                        break None;
                    }
                }
                Some(Err(error)) => damage = Some(error),
                None => break None,
            }
        };
        let path = self.path;
        let Some(record) = found else {
            return refused(&match damage {
                // the damaged place may be this record
                Some(error) => format!("{path}: {}", helped(&error)),
                None if last > number => format!("{path} has no record {number}"),
                None => {
                    format!("{path} has {}; records are numbered from 1", counted(last, "record", "records"))
                }
            });
        };
        if self.explained(&record, out)? {
            return Ok(Exit::Clean);
        }
        if let Some(error) = self.doubt_of(&record) {
            say!("error: @{path}:{number}: {}", helped(&error));
            return Ok(Exit::Input);
        }
        Ok(Exit::Findings)
    }

    /// Why this record may not be what it is taken for. What `scan` says of the other records of the file is no error of this one.
    fn doubt_of(&mut self, record: &Record) -> Option<RecordError> {
        let has_json = self.pattern.is_json();
        // whether any record of the file is readable is known at its end
        self.records.by_ref().for_each(drop);
        let of_file = self.records.suspicion(has_json)?;
        let is_of_this = match of_file.kind() {
            RecordErrorKind::Unread { .. } => true,
            RecordErrorKind::OtherForm { number, .. } | RecordErrorKind::ChangedMember { number, .. } => {
                *number == record.number
            }
            _ => false,
        };
        if is_of_this {
            return Some(of_file);
        }
        let mut alone = records(&record.bytes[..]).read_by([self.pattern]);
        alone.by_ref().for_each(drop);
        alone.suspicion(has_json)
    }
}
