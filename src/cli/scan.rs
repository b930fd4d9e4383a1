//! `cwfilter scan`

use super::Exit;
use super::files::{Input, find};
use super::patterns::{pattern, rule_files};
use super::progress::Progress;
use crate::FilterPattern;
use crate::cloudtrail::records;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

/// Show which rule matches which event of an archive
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter scan --rules patterns trail/
  cwfilter scan --pattern '{ $.errorCode = \"AccessDenied*\" }' --count trail.json.gz
  aws s3 cp s3://BUCKET/KEY - | cwfilter scan --rules patterns --json -

Reads delivery files, NDJSON, single records, arrays of records and EventBridge events, plain or gzip.
A line of output is FILE:RECORD eventTime eventName RULE; records count from 1 in their file.")]
pub(super) struct Args {
    /// Rule files, or folders of them
    #[arg(long, required_unless_present = "pattern", num_args = 1)]
    rules: Vec<PathBuf>,
    /// A filter pattern; it is called `pattern` in the output
    #[arg(long, conflicts_with = "rules", allow_hyphen_values = true)]
    pattern: Option<String>,
    /// Event files, folders of them, or `-` for standard input
    #[arg(required = true, value_name = "FILES|DIRS|-")]
    inputs: Vec<PathBuf>,
    /// Print only how many events each rule matches
    #[arg(long)]
    count: bool,
    /// Print JSON: an object a line, or one object with --count
    #[arg(long)]
    json: bool,
    /// Finding no rules or no event files is no error
    #[arg(long)]
    allow_empty: bool,
    /// Worker threads; all cores when absent
    #[arg(long)]
    threads: Option<usize>,
}

/// The version of the JSON output.
const JSON_VERSION: u32 = 1;

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let rules = match rules(args) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let found = find(&args.inputs);
    for error in &found.errors {
        eprintln!("error: {error}");
    }
    if found.inputs.is_empty() && found.errors.is_empty() && !args.allow_empty {
        eprintln!(
            "error: no event files (*.json, *.jsonl, *.ndjson, *.log, each also .gz); `--allow-empty` makes this no error"
        );
        return Ok(Exit::Input);
    }
    let progress = Progress::new(found.inputs.iter().map(Input::bytes).sum());
    let scan = Scan { args, rules: &rules, progress: &progress };
    let mut output = BufWriter::new(std::io::stdout().lock());
    let total = scan.all(&found.inputs, &mut output);
    progress.finish();
    let mut total = total?;
    total.failed_inputs += found.errors.len();
    if args.count {
        scan.print_counts(&total, &mut output)?;
    }
    output.flush()?;
    let skipped = [(found.digests, "digest files skipped"), (found.other, "other files skipped")];
    for (count, what) in skipped.into_iter().filter(|(count, _)| *count > 0) {
        eprintln!("{count} {what}");
    }
    eprintln!(
        "{} records in {} inputs, {} matches{}",
        total.records,
        found.inputs.len(),
        total.matches.values().sum::<u64>(),
        if total.failed_inputs > 0 {
            format!(", {} inputs damaged or unreadable", total.failed_inputs)
        } else {
            String::new()
        }
    );
    Ok(match total.failed_inputs {
        0 if total.matches.is_empty() => Exit::Clean,
        0 => Exit::Findings,
        _ => Exit::Input,
    })
}

fn rules(args: &Args) -> Result<Vec<(String, FilterPattern)>, Exit> {
    match &args.pattern {
        Some(text) => Ok(vec![("pattern".to_owned(), pattern(text)?)]),
        None => {
            let files = rule_files(&args.rules, args.allow_empty)?;
            Ok(files.into_iter().flat_map(|file| file.rules).map(|rule| (rule.id, rule.pattern)).collect())
        }
    }
}

struct Scan<'a> {
    args: &'a Args,
    rules: &'a [(String, FilterPattern)],
    progress: &'a Progress,
}

/// What a file, or all of them, came to.
#[derive(Default)]
struct Total {
    records: u64,
    /// by rule, in the order of the rules
    matches: BTreeMap<usize, u64>,
    failed_inputs: usize,
}

/// What a worker tells of its file, in order.
enum Message {
    Lines(Vec<u8>),
    Error(String),
    Done(Total),
}

/// Lines of output that a worker may be ahead of the printer, in messages.
const AHEAD: usize = 64;
const MESSAGE_BYTES: usize = 1 << 16;

impl Scan<'_> {
    /// Workers take the files in order, each with a bounded channel; the printer empties the channels
    /// in the same order, so that the output is that of one thread and memory is bounded.
    fn all(&self, inputs: &[Input], output: &mut impl Write) -> std::io::Result<Total> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.args.threads.unwrap_or(cores).clamp(1, inputs.len().max(1));
        let (announce, announced) = channel::<(&Input, Receiver<Message>)>();
        let queue = Mutex::new((inputs.iter(), announce));
        let queue = &queue;
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(move || {
                    while let Some((input, sender)) = next_input(queue) {
                        // a printer that failed has hung up: nobody wants the rest
                        if self.one(input, &sender).is_err() {
                            return;
                        }
                    }
                });
            }
            let mut total = Total::default();
            for _ in inputs {
                let Ok((input, messages)) = announced.recv() else { break };
                self.print(input, messages, &mut total, output)?;
            }
            Ok(total)
        })
    }

    fn print(
        &self,
        input: &Input,
        messages: Receiver<Message>,
        total: &mut Total,
        output: &mut impl Write,
    ) -> std::io::Result<()> {
        for message in messages {
            match message {
                Message::Lines(lines) => output.write_all(&lines)?,
                Message::Error(error) => {
                    output.flush()?;
                    eprintln!("error: {}: {error}", input.name());
                    total.failed_inputs += 1;
                }
                Message::Done(file) => {
                    total.records += file.records;
                    for (rule, count) in file.matches {
                        *total.matches.entry(rule).or_default() += count;
                    }
                }
            }
        }
        Ok(())
    }

    fn one(
        &self,
        input: &Input,
        sender: &SyncSender<Message>,
    ) -> Result<(), std::sync::mpsc::SendError<Message>> {
        let mut total = Total::default();
        let mut lines = Vec::new();
        let reader: Box<dyn Read> = match input {
            Input::Stdin => Box::new(self.progress.count(std::io::stdin())),
            Input::File { path, .. } => match std::fs::File::open(path) {
                Ok(file) => Box::new(self.progress.count(file)),
                Err(error) => return sender.send(Message::Error(format!("cannot read: {error}"))),
            },
        };
        let name = input.name();
        for record in records(reader) {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    sender.send(Message::Lines(std::mem::take(&mut lines)))?;
                    sender.send(Message::Error(format!("{error}; {}", error.help())))?;
                    break;
                }
            };
            total.records += 1;
            for (index, (rule, pattern)) in self.rules.iter().enumerate() {
                if pattern.is_match(&record.bytes) {
                    *total.matches.entry(index).or_default() += 1;
                    if !self.args.count {
                        self.line(&mut lines, &name, record.number, &record.bytes, rule);
                    }
                }
            }
            if lines.len() > MESSAGE_BYTES {
                sender.send(Message::Lines(std::mem::take(&mut lines)))?;
            }
        }
        sender.send(Message::Lines(lines))?;
        sender.send(Message::Done(total))
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

    fn print_counts(&self, total: &Total, output: &mut impl Write) -> std::io::Result<()> {
        let counts = self
            .rules
            .iter()
            .enumerate()
            .map(|(index, (rule, _))| (rule.as_str(), total.matches.get(&index).copied().unwrap_or(0)));
        if self.args.json {
            let matches: BTreeMap<&str, u64> = counts.collect();
            let failed = total.failed_inputs;
            let counts =
                Counts { version: JSON_VERSION, records: total.records, failed_inputs: failed, matches };
            serde_json::to_writer(&mut *output, &counts)?;
            return writeln!(output);
        }
        for (rule, count) in counts {
            writeln!(output, "{count:>10} {rule}")?;
        }
        Ok(())
    }
}

type Queue<'q, 'i> =
    Mutex<(std::slice::Iter<'i, Input>, std::sync::mpsc::Sender<(&'i Input, Receiver<Message>)>)>;

/// Takes the next input and tells the printer of it, under one lock so that the order is the same.
fn next_input<'i>(queue: &Queue<'_, 'i>) -> Option<(&'i Input, SyncSender<Message>)> {
    let mut queue = queue.lock().ok()?;
    let input = queue.0.next()?;
    let (sender, receiver) = sync_channel(AHEAD);
    queue.1.send((input, receiver)).ok()?;
    Some((input, sender))
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts<'a> {
    version: u32,
    records: u64,
    failed_inputs: usize,
    matches: BTreeMap<&'a str, u64>,
}
