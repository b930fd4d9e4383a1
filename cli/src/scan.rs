//! `cwfilter scan`

use super::dry_run;
use super::exit::Exit;
use super::files::{Input, Inputs, fetch, find_in};
use super::hits::{
    Answer, AnswerArgs, Counts, Emitter, JSON_VERSION, Plan, Selected, Shape, SkippedFiles, Skips, Taken,
    Totals, skip,
};
use super::journal::{self, Head, InputVersion, JournalEntry, OutputFile};
use super::patterns::{EmptyRules, pattern, untested_rule_files};
use super::progress::Progress;
use super::skipped_entries;
use super::terminal::{json_line, line, say};
use super::worker::{Message, Reader, Scan, Total, scan_input};
use super::write::{Destination, Refused, Stream, check_distinct};
#[cfg(feature = "remote")]
use cwfilter::files::{Reason, SkippedEntry};
use cwfilter::hit::Severity;
use cwfilter::limits::{PAGE_FAILURES, THREADS};
use cwfilter::plural::counted;
use cwfilter::report::hits::PageNotes;
use cwfilter::{FilterPattern, PatternSet};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::io::{BufWriter, IsTerminal, StdoutLock, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SendError, SyncSender, channel, sync_channel};

/// Show which rule matches which event of an archive
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["rules", "pattern"]).required(true))]
#[command(after_help = "Examples:
  cwfilter scan --rules patterns trail/
  cwfilter scan --pattern '{ $.errorCode = \"AccessDenied*\" }' --count trail.json.gz
  aws s3 cp s3://BUCKET/KEY - | cwfilter scan --rules patterns --json -
  cwfilter scan --rules patterns --since 2026-03-01 --until 2026-03-08 --account 123456789012 AWSLogs/
  cwfilter scan --rules patterns --since 2026-03-01 --dry-run s3://BUCKET/AWSLogs/
  cwfilter scan --rules patterns --follow --format ndjson logs:aws-cloudtrail-logs
  cwfilter scan --rules patterns --format csv --output hits.csv trail/
  cwfilter scan --rules patterns --summary --html report.html trail/
  cwfilter scan --rules patterns --format ndjson --output hits.ndjson --resume trail/

Reads CloudTrail delivery files, NDJSON, single records, arrays of records, EventBridge events, answers of AWS's command line
(lookup-events, filter-log-events, Logs Insights, CloudTrail Lake, Athena, SQS, Kinesis), payloads of subscriptions, exports of Splunk and
Elasticsearch, CSV and lines of text; plain or as gzip, Zstandard, tar, zip or base64. Evidence in a form that is not read is an error.
docs/evidence.md has the list.
Each line of output is FILE:RECORD eventTime eventName RULE, then further fields by name. RECORD is the number of the record in its
file, from 1. An event that was delivered more than once is one hit; `--json` and `--count` are of all records that match. All times
are UTC. --since, --until, --account and --region are compared with the names of CloudTrail's files before the files are opened.")]
pub(super) struct Args {
    /// Rule files, or folders of them
    #[arg(long, num_args = 1)]
    rules: Vec<PathBuf>,
    /// A filter pattern; the output names it `pattern`
    #[arg(long, allow_hyphen_values = true)]
    pattern: Option<String>,
    /// Event files, folders of them, objects of S3, log groups, or `-` for standard input
    #[arg(required = true, value_name = "FILES|DIRS|s3://BUCKET/PREFIX|logs:GROUP|-")]
    inputs: Vec<PathBuf>,
    /// Wait for new events of one log group, from now or from --since on, until Ctrl-C or SIGTERM
    #[arg(long, conflicts_with_all = ["resume", "dry_run", "until"])]
    follow: bool,
    /// Let CloudWatch Logs leave out the log events of logs:GROUP that no rule matches; they are neither counted nor checked
    #[arg(long)]
    push_down: bool,
    /// Only say how much would be read, and what the requests to S3 cost
    #[arg(long)]
    dry_run: bool,
    /// Print only the number of events that each rule matches
    #[arg(long)]
    pub(super) count: bool,
    /// Print JSON of version 1: one object per line, or with --count one object
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    answer: AnswerArgs,
    /// Do not fail if there are no rules or no event files
    #[arg(long)]
    allow_empty: bool,
    /// Write to a file, which appears only after it is complete
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Continue an interrupted scan to the same output file
    #[arg(long, requires = "output")]
    resume: bool,
    /// Worker threads, 1 to 512 [default: one for each core]
    #[arg(long, value_parser = threads)]
    threads: Option<usize>,
}

/// A number of threads within its limit.
fn threads(text: &str) -> Result<usize, String> {
    let count = text.parse::<usize>().ok().filter(|count| (1..=THREADS).contains(count));
    count.ok_or_else(|| format!("give a number from 1 to {THREADS}"))
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let plan = match args.answer.plan(args.json, args.count, args.resume, now()) {
        Ok(plan) => plan,
        Err(why) => {
            say!("error: {why}");
            return Ok(Exit::Usage);
        }
    };
    if args.follow && !is_one_group(&args.inputs) {
        say!("error: `--follow` needs one log group, logs:GROUP, and no other input");
        return Ok(Exit::Usage);
    }
    let rules = match rules(args) {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    // a progress bar and a dry run need the lengths
    let has_lengths = args.dry_run || std::io::stderr().is_terminal();
    let mut found = find_in(&args.inputs, &plan.selection, has_lengths);
    if args.allow_empty {
        found.empty.drain(..).for_each(|note| say!("note: {note}"));
    }
    found.errors.append(&mut found.empty);
    found.once();
    for error in &found.errors {
        say!("error: {error}");
    }
    skipped_entries::report(&found.skipped_entries);
    if found.inputs.is_empty() && found.errors.is_empty() && !args.allow_empty {
        say!(
            "error: no event files (JSON, text or CSV by name or content, also compressed); check the paths, or give `--allow-empty`"
        );
        return Ok(Exit::Input);
    }
    if args.push_down
        && let Err(why) = found.push_down(rules.set.ids().filter_map(|id| rules.set.pattern(id)))
    {
        say!("error: `--push-down`: {why}");
        return Ok(Exit::Usage);
    }
    if args.dry_run {
        return dry_run::say(&mut found, &plan, args.allow_empty);
    }
    let Opened { mut sink, done, page } = match open(args, &plan, &rules, &found) {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused.print()),
    };
    let skipped = skip(&mut found.inputs, &plan);
    let mut answer = Answer::new(&plan, &rules.set, &rules.severities);
    answer.titles(rules.set.ids().map(|id| {
        let title = rules.titles.get(id.index()).and_then(Option::as_deref);
        (rules.set.name(id), title)
    }));
    answer.begin(sink.written(), &mut sink)?;
    done.entries.iter().for_each(|entry| answer.remember(&entry.hits));
    let mut total = done.total(&rules.set);
    let mut taken = done.counts();
    let todo: Vec<&Input> = found.inputs.iter().filter(|input| !take(&mut taken, input)).collect();
    if let Err(why) = fetch(todo.iter().copied()) {
        say!("error: {why}");
        return Ok(Exit::Input);
    }
    let progress = Progress::new(todo.iter().map(|input| input.bytes()).sum());
    let is_terminal = args.output.is_none() && std::io::stdout().is_terminal();
    let emitter = Emitter { plan: &plan, set: &rules.set, severities: &rules.severities, is_terminal };
    let scan = Scan {
        progress: &progress,
        emitter,
        keeps_journal: matches!(sink, Sink::File(_)),
        is_following: args.follow,
    };
    scan.all(&todo, args.threads, &mut total, &mut answer, &mut sink)?;
    progress.finish();
    skipped_entries::report(&total.other_entries);
    let inputs = found.inputs.len() + done.gone.len() - total.other_entries.len();
    total.failed_inputs += found.errors.len();
    if args.count {
        print_counts(&total, &rules.set, &plan, &skipped, &found, &mut sink)?;
    }
    let totals = Totals {
        records: total.records,
        inputs,
        failed_inputs: total.failed_inputs,
        damages: total.damages,
        skipped_entries: skipped_entries::count(),
        skipped_files: &skipped.counts,
        prefixes_not_listed: found.prefixes_not_listed(),
        texts: total.seen.texts,
        unread: total.seen.unread,
        skipped: Skips::of(&total.seen),
        matches: total.matches.iter().map(|(id, count)| (rules.set.name(*id), *count)).collect(),
    };
    answer.end(&totals, &total.notes, &mut sink)?;
    sink.close()?;
    let has_json = rules.set.ids().filter_map(|id| rules.set.pattern(id)).any(FilterPattern::is_json);
    total.seen.report(has_json);
    total.notes.say();
    if args.push_down {
        say!("note: {NOT_FETCHED}");
    }
    say_total(&total, inputs);
    let exit = match total.failed_inputs {
        _ if skipped.refuses(args.allow_empty) => Exit::Input,
        0 if total.matches.is_empty() => Exit::Clean,
        0 => Exit::Findings,
        _ => Exit::Input,
    };
    let Some(page) = page else { return Ok(exit) };
    let written = answer
        .page(&page_notes(args, total, has_json, &found, skipped, &plan))
        .map_or(Ok(()), |html| page.write(html));
    Ok(written.map_or_else(Exit::from_output, |()| exit))
}

fn is_one_group(inputs: &[PathBuf]) -> bool {
    matches!(inputs, [input] if input.to_str().is_some_and(|input| input.starts_with("logs:")))
}

/// Of `--push-down`.
const NOT_FETCHED: &str =
    "log events that no rule matches were not fetched; those in forms that are not read are among them";

/// What a page says of its inputs, and what it does not cover.
fn page_notes(
    args: &Args,
    total: Total,
    has_json: bool,
    found: &Inputs,
    skipped: SkippedFiles,
    plan: &Plan,
) -> PageNotes {
    let (mut failures, mut more) = total.failures;
    // paths that could not be read come before all that was read
    let before = found.errors.iter().take(PAGE_FAILURES);
    more += found.errors.len() - before.len();
    failures.splice(0..0, before.cloned());
    if more > 0 {
        failures.push(format!("and {}", counted(more, "more error", "more errors")));
    }
    let mut limits: Vec<String> = skipped.all.into_iter().collect();
    limits.extend(found.not_listed().iter().cloned());
    limits.extend(skipped.sentences.into_iter().chain(total.notes.sentences()));
    limits.extend(total.seen.notes(has_json));
    if let passed @ 1.. = skipped_entries::count() {
        limits.push(format!("{} in folders not read", counted(passed, "other entry", "other entries")));
    }
    limits.extend(args.push_down.then(|| NOT_FETCHED.to_owned()));
    let inputs = found.inputs.iter().map(Input::name).collect();
    let mut notes = PageNotes::new(inputs, total.records, Some(now()), limits);
    (notes.failed_inputs, notes.failures) = (total.failed_inputs, failures);
    notes.selected = plan.selected.as_ref().map(Selected::words);
    notes.given = plan.selected.as_ref().map(|selected| selected.given.clone());
    notes
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}

fn say_total(total: &Total, inputs: usize) {
    let copies = match total.notes.copies() {
        0 => String::new(),
        copies => format!(" and {} of them", counted(copies, "copy", "copies")),
    };
    let damaged = match (total.failed_inputs, total.damages) {
        (0, _) => String::new(),
        (failed, 0) => format!(", {} damaged or unreadable", counted(failed, "input", "inputs")),
        (failed, places) => format!(
            ", {} damaged or unreadable ({})",
            counted(failed, "input", "inputs"),
            counted(places, "damaged place", "damaged places")
        ),
    };
    say!(
        "{} in {}, {}{copies}{damaged}",
        counted(total.records, "record", "records"),
        counted(inputs, "input", "inputs"),
        counted(total.matches.values().sum::<u64>(), "match", "matches")
    );
}

/// The rules of a scan.
struct Rules {
    set: PatternSet,
    /// Names and patterns.
    texts: Vec<(String, String)>,
    /// The files that they are from.
    files: Vec<PathBuf>,
    /// By the index of the rule, as are the titles.
    severities: Vec<Option<Severity>>,
    titles: Vec<Option<String>>,
}

fn rules(args: &Args) -> Result<Rules, Exit> {
    let files = if args.pattern.is_none() {
        untested_rule_files(&args.rules, EmptyRules::asked(args.allow_empty))?
    } else {
        Vec::new()
    };
    let paths = files.iter().map(|file| file.path.clone()).collect();
    let (mut severities, mut titles) = (Vec::new(), Vec::new());
    let named: Vec<(String, FilterPattern)> = match &args.pattern {
        Some(text) => vec![("pattern".to_owned(), pattern(text)?)],
        None => {
            let rules = files.into_iter().flat_map(|file| file.rules);
            let named = |rule: cwfilter::rules::Rule| {
                severities.push(rule.severity);
                titles.push(rule.title);
                (rule.id, rule.pattern)
            };
            rules.map(named).collect()
        }
    };
    let texts = named.iter().map(|(name, pattern)| (name.clone(), pattern.as_str().to_owned())).collect();
    match PatternSet::try_from_iter(named) {
        Ok(set) => Ok(Rules { set, texts, files: paths, severities, titles }),
        Err(error) => {
            say!("error: {error}");
            Err(Exit::Usage)
        }
    }
}

/// What is written to.
struct Opened {
    sink: Sink,
    done: Done,
    page: Option<Destination>,
}

/// Opens the outputs, and reads what an earlier scan has done.
fn open(args: &Args, plan: &Plan, rules: &Rules, inputs: &Inputs) -> Result<Opened, Refused> {
    let target = args.output.as_deref().map(Destination::new).transpose()?;
    let page = args.answer.html.as_deref().map(Destination::new).transpose()?;
    let companions = target.as_ref().map(journal::companions).unwrap_or_default();
    check_distinct(
        inputs.paths().chain(rules.files.iter().map(PathBuf::as_path)),
        &companions,
        target.iter().chain(&page),
    )?;
    let (sink, done) = sink(args, plan, rules, inputs, target)?;
    Ok(Opened { sink: if page.is_some() { sink.beside_page() } else { sink }, done, page })
}

fn sink(
    args: &Args,
    plan: &Plan,
    rules: &Rules,
    inputs: &Inputs,
    target: Option<Destination>,
) -> Result<(Sink, Done), Refused> {
    let Some(target) = target else {
        return Ok((Sink::Stdout(BufWriter::new(std::io::stdout().lock())), Done::default()));
    };
    let Some(path) = target.file() else {
        if args.resume {
            return Err(Refused::usage(
                "only a scan to a regular file can be resumed: name one with `--output`, or omit `--resume`",
            ));
        }
        return Ok((Sink::Stream(BufWriter::new(target.stream()?)), Done::default()));
    };
    if args.resume && inputs.inputs.contains(&Input::Stdin) {
        return Err(Refused::usage(
            "a scan of standard input cannot be resumed: name files, or omit `--resume`",
        ));
    }
    let head = Head {
        version: journal::VERSION,
        output: JSON_VERSION,
        answer: plan.key(),
        inputs: args.inputs.iter().map(|path| journal::path_key(path)).collect(),
        rules: rules.texts.clone(),
    };
    let is_read = |input: &&Input| **input == Input::Stdin || plan.selection.of_file(&input.name()).is_none();
    let found: Vec<String> = inputs.inputs.iter().filter(is_read).map(journal::key).collect();
    let now: HashSet<String> = if args.resume { found.iter().cloned().collect() } else { HashSet::new() };
    let (file, entries, before) = OutputFile::open(path, &head, args.resume, found)?;
    let gone = before.into_iter().filter(|input| !now.contains(input)).collect();
    let done = Done { entries, gone };
    let scanned: HashMap<&str, &JournalEntry> =
        done.entries.iter().rev().map(|entry| (entry.input.as_str(), entry)).collect();
    for input in inputs.inputs.iter().filter(|_| !scanned.is_empty()) {
        let scanned = scanned.get(journal::key(input).as_str());
        if scanned.is_some_and(|entry| entry.version != InputVersion::now(input)) {
            let name = input.name();
            return Err(Refused::usage(format!(
                "{name} has changed since it was scanned; delete {} to start a new scan",
                journal::beside(path, "journal").display()
            )));
        }
    }
    Ok((Sink::File(file), done))
}

/// The inputs that an earlier run has read to their ends.
#[derive(Default)]
struct Done {
    entries: Vec<JournalEntry>,
    /// Inputs that it found, and that are not there any more.
    gone: Vec<String>,
}

impl Done {
    /// How many times an earlier run has finished each input, because a command line may name an input twice.
    fn counts(&self) -> HashMap<&str, usize> {
        let mut counts = HashMap::new();
        for entry in &self.entries {
            *counts.entry(entry.input.as_str()).or_default() += 1;
        }
        counts
    }

    /// The totals of the finished inputs. Prints their errors again.
    fn total(&self, set: &PatternSet) -> Total {
        let mut total = Total::default();
        for entry in &self.entries {
            if let Some(errors) = &entry.error {
                say_errors(&entry.input, errors, &mut total);
                total.failed_inputs += 1;
            }
            total.damages += entry.damages;
            total.seen.add(&entry.seen);
            total.records += entry.records;
            total.notes.merge(&entry.notes);
            for id in set.ids() {
                if let Some(count) = entry.matches.get(set.name(id)) {
                    *total.matches.entry(id).or_default() += count;
                }
            }
        }
        let read = self.counts();
        for input in &self.gone {
            if read.contains_key(input.as_str()) {
                say!("note: {input} was read before, and is gone; what was found in it stands");
                continue;
            }
            say_errors(input, "cannot read: it was there when the scan began, and is gone", &mut total);
            total.failed_inputs += 1;
        }
        total
    }
}

/// Whether an earlier run has finished the input; counts it as taken.
fn take(done: &mut HashMap<&str, usize>, input: &Input) -> bool {
    if done.is_empty() {
        return false;
    }
    match done.get_mut(journal::key(input).as_str()) {
        Some(left @ 1..) => {
            *left -= 1;
            true
        }
        _ => false,
    }
}

/// Standard output, a file, or a device or FIFO that `--output` names.
enum Sink {
    Stdout(BufWriter<StdoutLock<'static>>),
    Stream(BufWriter<Stream>),
    File(OutputFile),
    /// A stream that may close before the page is written: the scan continues without it.
    BesidePage {
        out: Box<dyn Write>,
        is_closed: bool,
    },
}

/// A closed pipe is noted, and is no error.
fn beside(is_closed: &mut bool, written: std::io::Result<()>) -> std::io::Result<()> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            *is_closed = true;
            Ok(())
        }
        other => other,
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Sink::Stdout(out) => out.write(bytes),
            Sink::Stream(out) => out.write(bytes),
            Sink::File(file) => file.write(bytes),
            Sink::BesidePage { is_closed: true, .. } => Ok(bytes.len()),
            Sink::BesidePage { out, is_closed } => {
                beside(is_closed, out.write_all(bytes)).map(|()| bytes.len())
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Sink::Stdout(out) => out.flush(),
            Sink::Stream(out) => out.flush(),
            Sink::File(file) => file.flush(),
            Sink::BesidePage { is_closed: true, .. } => Ok(()),
            Sink::BesidePage { out, is_closed } => beside(is_closed, out.flush()),
        }
    }
}

impl Sink {
    /// For a scan that writes a page, too.
    fn beside_page(self) -> Sink {
        let out: Box<dyn Write> = match self {
            Sink::Stdout(out) => Box::new(out),
            Sink::Stream(out) => Box::new(out),
            other => return other,
        };
        Sink::BesidePage { out, is_closed: false }
    }

    /// Bytes that an interrupted scan wrote.
    fn written(&self) -> u64 {
        match self {
            Sink::Stdout(_) | Sink::Stream(_) | Sink::BesidePage { .. } => 0,
            Sink::File(file) => file.written(),
        }
    }

    fn finished(&mut self, entry: JournalEntry) -> std::io::Result<()> {
        match self {
            Sink::Stdout(_) | Sink::Stream(_) | Sink::BesidePage { .. } => Ok(()),
            Sink::File(file) => file.finished(entry),
        }
    }

    fn close(self) -> std::io::Result<()> {
        match self {
            Sink::Stdout(mut out) => out.flush(),
            Sink::Stream(mut out) => out.flush(),
            Sink::File(file) => file.close(),
            mut beside @ Sink::BesidePage { .. } => beside.flush(),
        }
    }
}

/// Messages that a worker may send before the printer has read them.
const AHEAD: usize = 64;

impl Scan<'_> {
    /// Workers take runs of files in order, and each run has a bounded channel. The printer reads the channels in the same order.
    /// The output is therefore the same as with one thread, and memory is bounded.
    fn all(
        &self,
        inputs: &[&Input],
        threads: Option<usize>,
        total: &mut Total,
        answer: &mut Answer<'_>,
        sink: &mut Sink,
    ) -> std::io::Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.unwrap_or(cores).clamp(1, inputs.len().max(1));
        if threads == 1 {
            return self.in_line(inputs, total, answer, sink);
        }
        let (announce, announced) = channel::<(&[&Input], Receiver<Vec<Message>>)>();
        let queue = Mutex::new((inputs, announce));
        let queue = &queue;
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(move || {
                    let mut reader = Reader::new(self.emitter.set);
                    while let Some((run, sender)) = next_inputs(queue, threads) {
                        let mut outbox = Outbox { sender, waiting: Vec::new() };
                        let scanned = run.iter().try_for_each(|input| {
                            scan_input(self, input, |message| outbox.send(message), &mut reader)?;
                            outbox.send(Message::End)
                        });
                        // the printer has failed and closed the channel: no further output is needed
                        if scanned.and_then(|()| outbox.flush()).is_err() {
                            return;
                        }
                    }
                });
            }
            let mut left = inputs.len();
            while left > 0 {
                let Ok((run, messages)) = announced.recv() else { break };
                let mut messages = messages.into_iter().flatten();
                for input in run {
                    left -= 1;
                    if let Err(error) = self.print(input, &mut messages, total, answer, sink) {
                        self.give_up(error, input, left);
                    }
                }
            }
        });
        Ok(())
    }

    /// Scans and prints in this thread: handing small files to another one costs more than scanning them.
    fn in_line(
        &self,
        inputs: &[&Input],
        total: &mut Total,
        answer: &mut Answer<'_>,
        sink: &mut Sink,
    ) -> std::io::Result<()> {
        let mut reader = Reader::new(self.emitter.set);
        for (at, input) in inputs.iter().enumerate() {
            let mut printer = Printer::new(self, input, total, answer, sink);
            let scanned = scan_input(self, input, |message| printer.print(message), &mut reader);
            if let Err(error) = scanned.and_then(|()| printer.finish()) {
                self.give_up(error, input, inputs.len() - at - 1);
            }
        }
        Ok(())
    }

    /// Ends the process after an error of the output. Returning would wait for the workers, and a worker may wait forever: for
    /// standard input, for a FIFO or for its own channel.
    fn give_up(&self, error: std::io::Error, input: &Input, more: usize) -> ! {
        self.progress.finish();
        if error.kind() != std::io::ErrorKind::BrokenPipe {
            let more = counted(more, "more input is", "more inputs are");
            say!("note: the output ends within {}; {more} not in it", input.name());
        }
        std::process::exit(Exit::from_output(error).code().into());
    }

    fn print(
        &self,
        input: &Input,
        messages: &mut impl Iterator<Item = Message>,
        total: &mut Total,
        answer: &mut Answer<'_>,
        sink: &mut Sink,
    ) -> std::io::Result<()> {
        let mut printer = Printer::new(self, input, total, answer, sink);
        let mut of_input = messages.take_while(|message| !matches!(message, Message::End));
        of_input.try_for_each(|message| printer.print(message))?;
        printer.finish()
    }
}

/// Prints the messages about one input, and adds it up.
struct Printer<'p, 'a> {
    set: &'p PatternSet,
    input: &'p Input,
    name: OnceCell<String>,
    total: &'p mut Total,
    answer: &'p mut Answer<'a>,
    sink: &'p mut Sink,
    taken: Taken,
    keeps_keys: bool,
    is_following: bool,
    entry: JournalEntry,
    is_done: bool,
    is_other: bool,
}

impl<'p, 'a> Printer<'p, 'a> {
    fn new(
        scan: &'p Scan<'_>,
        input: &'p Input,
        total: &'p mut Total,
        answer: &'p mut Answer<'a>,
        sink: &'p mut Sink,
    ) -> Self {
        Printer {
            set: scan.emitter.set,
            input,
            name: OnceCell::new(),
            total,
            answer,
            keeps_keys: scan.keeps_journal,
            is_following: scan.is_following,
            sink,
            taken: Taken::default(),
            entry: JournalEntry {
                input: if scan.keeps_journal { journal::key(input) } else { String::new() },
                ..JournalEntry::default()
            },
            is_done: false,
            is_other: false,
        }
    }

    fn print(&mut self, message: Message) -> std::io::Result<()> {
        let Printer { total, taken, entry, .. } = self;
        // most files of an archive have no hits, and no other need of a name
        let name = || self.name.get_or_init(|| self.input.name()).as_str();
        match message {
            Message::Hits(batch) => {
                self.answer.take(name(), &batch, self.keeps_keys, taken, self.sink)?;
                if self.is_following {
                    self.sink.flush()?;
                }
            }
            Message::Error(errors) => {
                self.sink.flush()?;
                say_errors(name(), &errors, total);
                total.failed_inputs += 1;
                entry.error = Some(errors);
            }
            Message::Unread => entry.is_unread = true,
            #[cfg(feature = "remote")]
            Message::MoreErrors(errors) => say_errors(name(), &errors, total),
            #[cfg(feature = "remote")]
            Message::Stop(why) => {
                self.sink.flush()?;
                let how = if self.keeps_keys {
                    "`--resume` continues the scan"
                } else {
                    "with `--output` and `--resume` a scan can be continued"
                };
                return Err(std::io::Error::other(format!("{}: {why}; {how}", name())));
            }
            #[cfg(feature = "remote")]
            Message::Other => {
                self.is_other = true;
                let path = PathBuf::from(name());
                total.other_entries.push(SkippedEntry::new(path, Reason::Other));
            }
            Message::End => {}
            Message::Opened(version) => entry.version = Some(version),
            Message::Done(file) => {
                let file = *file;
                self.is_done = true;
                total.records += file.records;
                entry.records = file.records;
                total.damages += file.damages;
                entry.damages = file.damages;
                file.seen.name(name);
                total.seen.add(&file.seen);
                entry.seen = file.seen;
                entry.notes = file.notes;
                entry.hits = std::mem::take(&mut taken.keys);
                for (rule, count) in taken.without_copies(file.matches, &mut entry.notes) {
                    *total.matches.entry(rule).or_default() += count;
                    entry.matches.insert(self.set.name(rule).to_owned(), count);
                }
                total.notes.merge(&entry.notes);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> std::io::Result<()> {
        if self.is_other {
            // a scan that is resumed looks at it again
            return Ok(());
        }
        if !self.is_done && self.entry.error.is_none() {
            return Err(std::io::Error::other(format!(
                "{}: a worker thread stopped before this input was finished; please report this as a bug",
                self.input.name()
            )));
        }
        // it could not be opened
        self.entry.is_unread |= !self.is_done;
        self.sink.finished(self.entry)
    }
}

/// Prints errors of an input, one a line, and keeps them for a page.
fn say_errors(input: &str, errors: &str, total: &mut Total) {
    for error in errors.lines() {
        say!("error: {input}: {error}");
        total.failure(format!("{input}: {error}"));
    }
}

fn print_counts(
    total: &Total,
    set: &PatternSet,
    plan: &Plan,
    skipped: &SkippedFiles,
    found: &Inputs,
    output: &mut impl Write,
) -> std::io::Result<()> {
    let counts = set.ids().map(|id| (set.name(id), total.matches.get(&id).copied().unwrap_or(0)));
    if plan.shape == Shape::CountJson {
        let counts = Counts {
            version: JSON_VERSION,
            records: total.records,
            failed_inputs: total.failed_inputs,
            damages: total.damages,
            skipped_entries: skipped_entries::count(),
            selection: plan.selected.as_ref(),
            skipped_files: skipped.counts.clone(),
            prefixes_not_listed: found.prefixes_not_listed(),
            skipped_matches: total.notes.skipped_matches(),
            texts: total.seen.texts,
            unread: total.seen.unread,
            skipped: Skips::of(&total.seen),
            matches: counts.collect(),
        };
        return json_line(output, &counts);
    }
    for (rule, count) in counts {
        line!(output, "{count:>10} {rule}")?;
    }
    Ok(())
}

/// The messages of a run. Those that print nothing wait for the next one that does: waking the printer costs more than a small file.
struct Outbox {
    sender: SyncSender<Vec<Message>>,
    waiting: Vec<Message>,
}

impl Outbox {
    fn send(&mut self, message: Message) -> Result<(), SendError<Vec<Message>>> {
        let is_quiet = matches!(message, Message::Opened(_) | Message::Done(_) | Message::End);
        self.waiting.push(message);
        if is_quiet && self.waiting.len() < RUN { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), SendError<Vec<Message>>> {
        if self.waiting.is_empty() { Ok(()) } else { self.sender.send(std::mem::take(&mut self.waiting)) }
    }
}

/// The inputs that are left, and the way to announce those that are taken.
type Queue<'q, 'i> =
    Mutex<(&'q [&'i Input], std::sync::mpsc::Sender<(&'q [&'i Input], Receiver<Vec<Message>>)>)>;

/// Files that a worker takes at once. A channel for each small file costs more than its scan.
const RUN: usize = 64;
/// The least number of runs for each worker. With fewer, one worker may end long after the others.
const RUNS_OF_WORKER: usize = 16;

/// Takes the next inputs and announces them to the printer. One lock covers both, so that the printer sees the same order. Objects of S3
/// are taken one at a time: they are fetched in order, and a worker would wait for its own run.
fn next_inputs<'q, 'i>(
    queue: &Queue<'q, 'i>,
    threads: usize,
) -> Option<(&'q [&'i Input], SyncSender<Vec<Message>>)> {
    let mut queue = queue.lock().ok()?;
    let most = (queue.0.len() / (threads * RUNS_OF_WORKER)).clamp(1, RUN);
    let files = queue.0.iter().take(most).take_while(|input| matches!(input, Input::File { .. })).count();
    let (run, rest) = queue.0.split_at_checked(files.max(1))?;
    let (sender, receiver) = sync_channel(AHEAD);
    queue.1.send((run, receiver)).ok()?;
    queue.0 = rest;
    Some((run, sender))
}
