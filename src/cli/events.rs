//! Every record of the inputs, one by one.

use super::files::{Input, Inputs};
use super::progress::Progress;
use super::terminal::say;
use super::{Exit, passed_over};
use crate::cloudtrail::{Head, Record, head, records};
use std::io::{BufReader, Read};

/// A record and what people know it by.
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

/// Calls `visit` for every record. What cannot be read is printed, and the exit code says so.
pub(super) fn for_each(inputs: &Inputs, mut visit: impl FnMut(&Event<'_>)) -> Exit {
    inputs.errors.iter().for_each(|error| say!("error: {error}"));
    passed_over::report(&inputs.passed_over);
    let mut exit = if inputs.errors.is_empty() { Exit::Clean } else { Exit::Input };
    let progress = Progress::new(inputs.inputs.iter().map(Input::bytes).sum());
    for input in &inputs.inputs {
        if let Err(error) = read(input, &progress, &mut visit) {
            say!("error: {}: {error}", input.name());
            exit = Exit::Input;
        }
    }
    progress.finish();
    exit
}

fn read(input: &Input, progress: &Progress, visit: &mut impl FnMut(&Event<'_>)) -> Result<(), String> {
    let reader: Box<dyn Read> = match input {
        Input::Stdin => Box::new(std::io::stdin().lock()),
        Input::File { path, .. } => Box::new(BufReader::new(
            std::fs::File::open(path).map_err(|error| format!("cannot read: {error}"))?,
        )),
    };
    for record in records(progress.count(reader)) {
        let record = record.map_err(|error| error.to_string())?;
        visit(&Event { input, record: &record, head: head(&record.bytes) });
    }
    Ok(())
}
