//! The events of files that made the alarm ring.

use super::super::events::{Event, for_each};
use super::super::exit::Exit;
use super::super::files::find;
use super::super::hits::copies::Copies;
use super::super::simulate::seconds;
use super::super::skipped_entries;
use super::super::terminal::{line, say};
use super::message::{Message, range};
use cwfilter::hit::{CopyKey, facts};
use cwfilter::limits::EVENTS_REMEMBERED;
use cwfilter::metric::MetricFilter;
use cwfilter::plural::counted;
use cwfilter::rules::Rule;
use cwfilter::time::parse;
use std::io::Write;
use std::path::PathBuf;

/// CloudTrail usually delivers within 5 minutes, and nearly always within 15 (docs/alarms.md).
const LATE_SECONDS: i64 = 15 * 60;

/// The files, and how their events count.
#[derive(clap::Args)]
pub(super) struct Files {
    /// Event files, or folders of them
    #[arg(value_name = "FILES|DIRS")]
    pub(super) inputs: Vec<PathBuf>,
    /// Time from an event to its delivery: `90s`, `2m`, `1h`
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = seconds, allow_hyphen_values = true)]
    delay: i64,
    /// Count each copy of an event
    #[arg(long)]
    keep_duplicates: bool,
}

/// A match with the alarm's dimensions.
pub(super) struct Hit {
    pub(super) window: usize,
    /// Whether its time is before the window.
    pub(super) is_earlier: bool,
    pub(super) label: String,
    pub(super) value: f64,
}

/// What the files have.
#[derive(Default)]
pub(super) struct Found {
    pub(super) hits: Vec<Hit>,
    pub(super) records: usize,
    pub(super) timeless: usize,
    pub(super) copies: usize,
}

impl Files {
    pub(super) fn search(&self, message: &Message, rules: &[&Rule]) -> Result<(Found, Exit), Exit> {
        let mut filters = Vec::new();
        for rule in rules {
            match rule.metric_filter() {
                Some(Ok(filter)) => filters.push(filter),
                Some(Err(error)) => {
                    say!("error: `{}`: {error}", rule.id);
                    return Err(Exit::Usage);
                }
                None => {}
            }
        }
        let mut inputs = find(&self.inputs);
        inputs.once();
        if inputs.inputs.is_empty() && inputs.errors.is_empty() {
            skipped_entries::report(&inputs.skipped_entries);
            say!("error: no event files (*.json, *.jsonl, *.ndjson, *.log, each also .gz); check the paths");
            return Err(Exit::Input);
        }
        let patterns: Vec<_> = rules.iter().map(|rule| rule.pattern.clone()).collect();
        let (mut found, mut copies) = (Found::default(), Copies::with_room(EVENTS_REMEMBERED));
        let visited = for_each(&inputs, &patterns, |event| {
            found.records += 1;
            let is_match =
                filters.iter().any(|it| it.pattern().is_match(event.record().message(it.pattern())));
            if is_match {
                match self.keep_duplicates || copies.is_new(CopyKey::of_event(&facts(&event.record().bytes)))
                {
                    true => found.add(event, &filters, message, self.delay),
                    false => found.copies += 1,
                }
            }
            is_match
        });
        found.hits.sort_by_key(|hit| (hit.window, !hit.is_earlier));
        Ok((found, visited.exit()))
    }
}

impl Found {
    /// The number of matches in a window.
    fn number(&self) -> usize {
        self.hits.iter().filter(|hit| !hit.is_earlier).count()
    }

    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        for Hit { is_earlier, label, value, .. } in &self.hits {
            line!(out, "{}  {label}, value {value}", if *is_earlier { "earlier" } else { "event  " })?;
        }
        let copies = match self.copies {
            0 => String::new(),
            copies => format!(", and {} left out", counted(copies, "copy", "copies")),
        };
        let records = counted(self.records, "record", "records");
        line!(out, "{} found in {records}{copies}", counted(self.number(), "event", "events"))
    }

    /// Says what is not known, and where the files do not explain the message. `exit`: how the files were read.
    pub(super) fn judge(&self, message: &Message, exit: Exit) -> Exit {
        if self.timeless > 0 {
            say!(
                "error: {} without a time, so that it is not known whether the window has it",
                counted(self.timeless, "match", "matches")
            );
        }
        // of files that were not read, nothing is known
        if exit == Exit::Clean {
            self.compare(message);
        }
        let own = match (self.timeless, self.number()) {
            (1.., _) => Exit::Input,
            (0, 0) => Exit::Findings,
            _ => Exit::Clean,
        };
        exit.max(own)
    }

    fn add(&mut self, event: &Event<'_>, filters: &[MetricFilter], message: &Message, delay: i64) {
        let windows = message.windows();
        for filter in filters {
            let record = event.record().message(filter.pattern());
            if !filter.pattern().is_match(record) {
                continue;
            }
            let Some(time) = event.time().as_deref().and_then(parse) else {
                self.timeless += 1;
                continue;
            };
            let time = time.saturating_add(delay);
            let place =
                |late: i64| windows.iter().position(|(start, end)| (*start - late..*end).contains(&time));
            let Some((window, is_earlier)) =
                place(0).map(|at| (at, false)).or_else(|| place(LATE_SECONDS).map(|at| (at, true)))
            else {
                continue;
            };
            let Some(datapoint) = filter.datapoint(record) else { continue };
            let has = |(name, value): &(String, String)| {
                datapoint.dimensions.iter().any(|(n, v)| n == name && v == value)
            };
            if datapoint.dimensions.len() == message.dimensions.len() && message.dimensions.iter().all(has) {
                self.hits.push(Hit { window, is_earlier, label: event.label(), value: datapoint.value });
            }
        }
    }

    /// Says where the files do not explain the message.
    fn compare(&self, message: &Message) {
        let windows = message.windows();
        for (at, (_, value)) in message.datapoints.iter().enumerate().filter(|_| message.is_sum) {
            let of_window = self.hits.iter().filter(|hit| hit.window == at && !hit.is_earlier);
            let sum: f64 = of_window.fold(0.0, |sum, hit| sum + hit.value);
            if sum != *value {
                let of = windows.get(at).map_or(String::new(), |window| range(*window));
                say!("note: {of}: the values add up to {sum}, and the datapoint is {value}");
            }
        }
        let earlier = self.hits.iter().filter(|hit| hit.is_earlier).count();
        if earlier > 0 {
            say!(
                "note: {} in the 15 minutes before a window: an event counts when CloudTrail delivers it; `--delay` moves events",
                counted(earlier, "match is", "matches are")
            );
        } else if self.hits.is_empty() {
            say!("note: the files have no such event in the window; the log group may have others");
        }
    }
}
