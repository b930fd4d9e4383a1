//! Visits every record of the inputs.

use super::exit::Exit;
use super::files::{Input, Inputs};
use super::passed_over;
use super::progress::Progress;
use super::terminal::say;
use cwfilter::cloudtrail::{Head, Record, head, records};
use cwfilter::limits::DAMAGES_DESCRIBED;
use cwfilter::plural::counted;
use std::io::{BufReader, Read};

/// A record, with the input and the fields that name it.
pub(super) struct Event<'a> {
    input: &'a Input,
    record: &'a Record,
    head: Head<'a>,
}

impl Event<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.record.bytes
    }

    /// `eventTime`
    pub(super) fn time(&self) -> Option<&str> {
        self.head.event_time.as_deref()
    }

    /// `FILE:RECORD eventTime eventName`
    pub(super) fn label(&self) -> String {
        let (time, name) = (self.time().unwrap_or("-"), self.head.event_name.as_deref().unwrap_or("-"));
        format!("{}:{} {time} {name}", self.input.name(), self.record.number)
    }
}

/// Calls `visit` for every record. Prints an error for each input or place that is damaged or cannot be read; the exit code says
/// whether there were any.
pub(super) fn for_each(inputs: &Inputs, mut visit: impl FnMut(&Event<'_>)) -> Exit {
    inputs.errors.iter().for_each(|error| say!("error: {error}"));
    passed_over::report(&inputs.passed_over);
    let mut exit = if inputs.errors.is_empty() { Exit::Clean } else { Exit::Input };
    let progress = Progress::new(inputs.inputs.iter().map(Input::bytes).sum());
    for input in &inputs.inputs {
        let mut damages = 0;
        let mut damaged = |error: &str| {
            damages += 1;
            if damages <= DAMAGES_DESCRIBED {
                say!("error: {}: {error}", input.name());
            }
            exit = Exit::Input;
        };
        read(input, &progress, &mut visit, &mut damaged);
        if damages > DAMAGES_DESCRIBED {
            let more = counted(damages - DAMAGES_DESCRIBED, "more damaged place", "more damaged places");
            say!("error: {}: {more}", input.name());
        }
    }
    progress.finish();
    exit
}

fn read(
    input: &Input,
    progress: &Progress,
    visit: &mut impl FnMut(&Event<'_>),
    damaged: &mut impl FnMut(&str),
) {
    let reader: Box<dyn Read> = match input {
        Input::Stdin => Box::new(std::io::stdin().lock()),
        Input::File { path, .. } => match std::fs::File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => return damaged(&format!("cannot read: {error}")),
        },
    };
    for record in records(progress.count(reader)) {
        match record {
            Ok(record) => visit(&Event { input, record: &record, head: head(&record.bytes) }),
            Err(error) => damaged(&error.to_string()),
        }
    }
}
