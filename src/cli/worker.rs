//! One thread of `cwfilter scan` at one file.

use super::files::Input;
use super::scan::{JSON_VERSION, Scan};
use super::text::{Shape, Text, read_whole};
use crate::cloudtrail::records;
use crate::{Matcher, PatternId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::mpsc::{SendError, SyncSender};

/// What a file, or all of them, came to.
#[derive(Default)]
pub(super) struct Total {
    pub(super) records: u64,
    pub(super) matches: BTreeMap<PatternId, u64>,
    pub(super) failed_inputs: usize,
}

/// What a worker tells of its file, in order.
pub(super) enum Message {
    Lines(Vec<u8>),
    Error(String),
    Done(Total),
}

/// Output is sent when there is so much of it.
const MESSAGE_BYTES: usize = 1 << 16;

/// Nobody listens.
type HungUp = SendError<Message>;

pub(super) struct Worker<'a> {
    scan: &'a Scan<'a>,
    name: String,
    sender: &'a SyncSender<Message>,
    matcher: &'a mut Matcher,
    output: Output,
}

/// What is known of the file so far and not sent yet.
#[derive(Default)]
struct Output {
    total: Total,
    lines: Vec<u8>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        scan: &'a Scan<'a>,
        input: &Input,
        sender: &'a SyncSender<Message>,
        matcher: &'a mut Matcher,
    ) -> Self {
        Worker { scan, name: input.name(), sender, matcher, output: Output::default() }
    }

    /// A file of usual size is taken whole, which is several times as fast; anything unusual goes the way
    /// that knows all shapes and names all damage. So does what no checksum vouches for, until it was
    /// looked through: a damaged record matches nothing, and would be passed over in silence.
    pub(super) fn run(&mut self, input: &Input, text: &mut Text) -> Result<(), HungUp> {
        let progress = self.scan.progress;
        let reader: Box<dyn Read> = match input {
            Input::Stdin => Box::new(progress.count(std::io::stdin())),
            Input::File { path, .. } => match std::fs::File::open(path) {
                Ok(file) => Box::new(progress.count(file)),
                Err(error) => return self.sender.send(Message::Error(format!("cannot read: {error}"))),
            },
        };
        if let Some(rest) = read_whole(reader, text) {
            self.stream(text.bytes().chain(rest))?;
        } else {
            match text.shape() {
                Shape::Delivery if text.is_checked => self.delivery(text)?,
                Shape::Lines if text.is_checked || text.lines().all(|line| self.matcher.is_json(line)) => {
                    self.lines(text);
                }
                _ => self.stream(text.bytes())?,
            }
        }
        let Output { total, lines } = std::mem::take(&mut self.output);
        self.sender.send(Message::Lines(lines))?;
        self.sender.send(Message::Done(total))
    }

    fn delivery(&mut self, text: &Text) -> Result<(), HungUp> {
        let (scan, name, output) = (self.scan, &self.name, &mut self.output);
        let result = self.matcher.scan_records(text.bytes(), |number, place, ids| {
            scan.hits(output, name, number, text.bytes().get(place).unwrap_or_default(), ids);
        });
        match result {
            Ok(count) => self.output.total.records = count,
            Err(error) if error.is_other_shape() => return self.stream(text.bytes()),
            Err(error) => {
                self.output.total.records = error.records();
                self.fail(format!("{error}; the file is damaged from here on"))?;
            }
        }
        Ok(())
    }

    fn lines(&mut self, text: &Text) {
        let mut number = 0;
        for line in text.lines() {
            number += 1;
            let ids = self.matcher.match_event(line);
            if !ids.is_empty() {
                self.scan.hits(&mut self.output, &self.name, number, line, ids);
            }
        }
        self.output.total.records = number;
    }

    fn stream(&mut self, reader: impl Read) -> Result<(), HungUp> {
        for record in records(reader) {
            let record = match record {
                Ok(record) => record,
                Err(error) => return self.fail(format!("{error}; {}", error.help())),
            };
            self.output.total.records += 1;
            let ids = self.matcher.match_event(&record.bytes);
            self.scan.hits(&mut self.output, &self.name, record.number, &record.bytes, ids);
            if self.output.lines.len() > MESSAGE_BYTES {
                self.sender.send(Message::Lines(std::mem::take(&mut self.output.lines)))?;
            }
        }
        Ok(())
    }

    fn fail(&mut self, error: String) -> Result<(), HungUp> {
        self.sender.send(Message::Lines(std::mem::take(&mut self.output.lines)))?;
        self.sender.send(Message::Error(error))
    }
}

impl Scan<'_> {
    fn hits(&self, output: &mut Output, file: &str, number: u64, record: &[u8], ids: &[PatternId]) {
        for id in ids {
            *output.total.matches.entry(*id).or_default() += 1;
            if !self.args.count {
                self.line(&mut output.lines, file, number, record, self.set.name(*id));
            }
        }
    }

    fn line(&self, lines: &mut Vec<u8>, file: &str, record: u64, bytes: &[u8], rule: &str) {
        let head: Head<'_> = serde_json::from_slice(bytes).unwrap_or_default();
        let (time, name) = (text(&head.event_time), text(&head.event_name));
        // writing to memory does not fail
        let _ = if self.args.json {
            let hit = Hit { version: JSON_VERSION, file, record, event_time: time, event_name: name, rule };
            serde_json::to_writer(&mut *lines, &hit).map_err(Into::into).and_then(|()| writeln!(lines))
        } else {
            writeln!(lines, "{file}:{record} {} {} {rule}", time.unwrap_or("-"), name.unwrap_or("-"))
        };
    }
}

/// The fields of a record that are shown with a match.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow)]
    event_time: Option<Shown<'a>>,
    #[serde(borrow)]
    event_name: Option<Shown<'a>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Shown<'a> {
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Other(serde::de::IgnoredAny),
}

fn text<'a>(shown: &'a Option<Shown<'_>>) -> Option<&'a str> {
    match shown {
        Some(Shown::Text(text)) => Some(text),
        Some(Shown::Other(_)) | None => None,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hit<'a> {
    version: u32,
    file: &'a str,
    record: u64,
    event_time: Option<&'a str>,
    event_name: Option<&'a str>,
    rule: &'a str,
}
