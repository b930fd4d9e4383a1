//! `cwfilter backtest`

use super::events::{Event, IN_WHAT_WAS_READ, Visited, for_each};
use super::exit::Exit;
use super::files::find;
use super::hits::Skips;
use super::patterns::{EmptyRules, untested_rule_files};
use super::terminal::{json_line_by_name, line, say};
use cwfilter::evidence::RecordMatcher;
use cwfilter::plural::counted;
use cwfilter::rules::{Rule, RuleFile};
use cwfilter::time::parse;
use cwfilter::{FilterPattern, PatternId, PatternSet};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::PathBuf;

/// Count the matches of rules in an archive, and compare them with expectations or older rules
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter backtest --rules patterns trail/
  cwfilter backtest --rules patterns --against old/patterns trail/

A rule states how often it should fire: `fires = \"0\"`, `\">=1\"` or `\"<=3/day\"`. The exit code is 1 if a rule is outside its bounds.
With --against, rules with the same id are compared: the events that the new version gains and loses.")]
pub(super) struct Args {
    /// Rule files, or folders of them
    #[arg(long, required = true, num_args = 1)]
    rules: Vec<PathBuf>,
    /// Rule files of the older version to compare with
    #[arg(long, value_name = "OLD", num_args = 1)]
    against: Vec<PathBuf>,
    /// Event files, folders of them, or `-` for standard input
    #[arg(required = true, value_name = "FILES|DIRS|-")]
    inputs: Vec<PathBuf>,
    /// The number of gained and lost events to show for each rule
    #[arg(long, default_value_t = 3, value_name = "COUNT")]
    examples: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Also show rules that never matched
    #[arg(long, short)]
    verbose: bool,
}

/// The version of the JSON output.
const JSON_VERSION: u32 = 1;

/// The column of events without a time.
const NO_TIME: &str = "no time";

/// The matches of one rule.
#[derive(Default)]
struct Tally {
    days: BTreeMap<String, u64>,
    total: u64,
    gained: Difference,
    lost: Difference,
}

/// Events that only one version of a rule matches.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Difference {
    /// The number of events.
    #[serde(rename = "events")]
    count: u64,
    /// The first ones, `FILE:RECORD eventTime eventName`.
    examples: Vec<String>,
}

/// The number of matches by rule and day.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = JSON_VERSION)))]
    version: u32,
    /// The number of records that were read.
    records: u64,
    /// The number of inputs that are damaged or could not be read: the answer is not about their rest.
    failed_inputs: usize,
    /// The number of damaged places.
    damages: u64,
    /// The number of entries of folders that are not evidence files.
    skipped_entries: usize,
    /// The number of records that are lines of text, which no JSON pattern matches.
    texts: u64,
    /// The number of JSON records without a member that a JSON pattern reads.
    unread: u64,
    /// What the inputs contain beside log events; null if there is nothing else.
    skipped: Option<Skips>,
    /// Whether all of the inputs was read: an event at least, no damage, and nothing that was skipped, is partial, is a line of text or has no
    /// member that a JSON pattern reads. If false, a rule with no matches has none in what was read.
    of_all: bool,
    /// The number of records by day; `no time` has records without a valid `eventTime`.
    days: &'a BTreeMap<String, u64>,
    /// The rules by id.
    rules: BTreeMap<&'a str, RuleEntry<'a>>,
    /// With `--against`: the ids of old rules that the new version lacks; their events are not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_in_old: Option<Vec<&'a str>>,
}

/// The matches of a rule.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct RuleEntry<'a> {
    /// The number of matches.
    fires: u64,
    /// The number of matches by day.
    days: &'a BTreeMap<String, u64>,
    /// The member `fires` of the rule; null if it has none.
    expected: Option<String>,
    /// Whether the number of matches is as expected.
    within_bounds: bool,
    /// With `--against`, if both versions have the rule: events that only the new version matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    gained: Option<&'a Difference>,
    /// With `--against`, if both versions have the rule: events that only the old version matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<&'a Difference>,
}

impl Difference {
    fn add(&mut self, example: impl FnOnce() -> String, most: usize) {
        self.count += 1;
        if self.examples.len() < most {
            self.examples.push(example());
        }
    }
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let loaded = untested_rule_files(&args.rules, EmptyRules::Refused).and_then(|new| {
        let old = if args.against.is_empty() {
            Vec::new()
        } else {
            untested_rule_files(&args.against, EmptyRules::Refused)?
        };
        Ok((new, old))
    });
    let (new, old) = match loaded {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let Some(mut backtest) = Backtest::new(args, &new, &old) else { return Ok(Exit::Usage) };
    let mut found = find(&args.inputs);
    found.once();
    if found.inputs.is_empty() && found.errors.is_empty() {
        super::skipped_entries::report(&found.skipped_entries);
        say!("error: no event files (*.json, *.jsonl, *.ndjson, *.log, each also .gz); check the paths");
        return Ok(Exit::Input);
    }
    let rules = new.iter().chain(&old).flat_map(|file| &file.rules);
    let patterns: Vec<FilterPattern> = rules.map(|rule| rule.pattern.clone()).collect();
    let visited = for_each(&found, &patterns, |event| backtest.add(event));
    let exit = visited.exit();
    let mut out = std::io::stdout().lock();
    let is_outside =
        if args.json { backtest.json(&visited, &mut out)? } else { backtest.table(&visited, &mut out)? };
    Ok(exit.max(if is_outside { Exit::Findings } else { Exit::Clean }))
}

struct Backtest<'a> {
    args: &'a Args,
    rules: Vec<&'a Rule>,
    new: RecordMatcher,
    /// The old version, and for each rule its id there.
    old: Option<(RecordMatcher, Vec<Option<PatternId>>)>,
    /// The ids of old rules that the new version lacks.
    only_in_old: Vec<&'a str>,
    tallies: Vec<Tally>,
    /// All days that have records.
    days: BTreeMap<String, u64>,
    records: u64,
}

fn set(files: &[RuleFile]) -> Option<PatternSet> {
    let rules = files.iter().flat_map(|file| &file.rules);
    match PatternSet::try_from_iter(rules.map(|rule| (rule.id.clone(), rule.pattern.clone()))) {
        Ok(set) => Some(set),
        Err(error) => {
            say!("error: {error}");
            None
        }
    }
}

impl<'a> Backtest<'a> {
    fn new(args: &'a Args, new: &'a [RuleFile], old_files: &'a [RuleFile]) -> Option<Self> {
        let rules: Vec<_> = new.iter().flat_map(|file| &file.rules).collect();
        let tallies = rules.iter().map(|_| Tally::default()).collect();
        let old = if args.against.is_empty() {
            None
        } else {
            let set = set(old_files)?;
            let ids: HashMap<&str, PatternId> = set.ids().map(|id| (set.name(id), id)).collect();
            let of_rules = rules.iter().map(|rule| ids.get(rule.id.as_str()).copied()).collect();
            Some((RecordMatcher::new(&set), of_rules))
        };
        let ids: HashSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let of_old = old_files.iter().flat_map(|file| &file.rules).map(|rule| rule.id.as_str());
        let only_in_old = of_old.filter(|id| !ids.contains(id)).collect();
        let new = RecordMatcher::new(&set(new)?);
        Some(Backtest { args, rules, new, old, only_in_old, tallies, days: BTreeMap::new(), records: 0 })
    }

    /// Counts the event. Returns whether a rule matches it.
    fn add(&mut self, event: &Event<'_>) -> bool {
        // an `eventTime` that is not a time, such as the 31st of February, belongs to no day
        let time = event.time().filter(|time| parse(time).is_some());
        let day =
            time.and_then(|time| Some(time.get(..10)?.to_owned())).unwrap_or_else(|| NO_TIME.to_owned());
        self.records += 1;
        *self.days.entry(day.clone()).or_default() += 1;
        let fired: Vec<usize> = self.new.matches(event.record()).iter().map(|id| id.index()).collect();
        for at in &fired {
            if let Some(tally) = self.tallies.get_mut(*at) {
                tally.total += 1;
                *tally.days.entry(day.clone()).or_default() += 1;
            }
        }
        let Some((matcher, ids)) = &mut self.old else { return !fired.is_empty() };
        let before = matcher.matches(event.record());
        for (at, (id, tally)) in ids.iter().zip(&mut self.tallies).enumerate() {
            let Some(id) = id else { continue };
            match (fired.contains(&at), before.contains(id)) {
                (true, false) => tally.gained.add(|| event.label(), self.args.examples),
                (false, true) => tally.lost.add(|| event.label(), self.args.examples),
                _ => {}
            }
        }
        !fired.is_empty() || !before.is_empty()
    }

    fn is_outside(&self, rule: &Rule, tally: &Tally) -> bool {
        let daily = self.days.keys().map(|day| tally.days.get(day).copied().unwrap_or_default());
        rule.fires.is_some_and(|fires| !fires.holds(tally.total, daily))
    }

    /// Prints a line for each rule and a column for each day. Returns whether a rule is outside its bounds.
    fn table(&self, visited: &Visited, out: &mut impl Write) -> std::io::Result<bool> {
        let mut any = false;
        let width = self.rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        let days: Vec<&str> = self.days.keys().map(String::as_str).collect();
        // a table of more days would be too wide
        let columns = if days.len() <= 14 { days.as_slice() } else { &[] };
        let head: String = columns.iter().map(|day| format!(" {:>10}", day)).collect();
        line!(out, "{:width$} {:>8}{head}", "rule", "all")?;
        for (rule, tally) in self.rules.iter().zip(&self.tallies) {
            let is_outside = self.is_outside(rule, tally);
            any |= is_outside;
            if tally.total == 0 && !is_outside && !self.args.verbose && tally.lost.count == 0 {
                continue;
            }
            let cell = |day: &&str| format!(" {:>10}", tally.days.get(*day).copied().unwrap_or_default());
            let cells: String = columns.iter().map(cell).collect();
            let note = match (is_outside, rule.fires) {
                (true, Some(fires)) => format!("  expected {fires}"),
                _ => String::new(),
            };
            line!(out, "{:width$} {:>8}{cells}{note}", rule.id, tally.total)?;
            for (sign, difference) in [('+', &tally.gained), ('-', &tally.lost)] {
                if difference.count > 0 {
                    let what = if sign == '+' { "gained" } else { "lost" };
                    line!(out, "  {sign} {} {what}", counted(difference.count, "event", "events"))?;
                    difference.examples.iter().try_for_each(|example| line!(out, "    {example}"))?;
                }
            }
        }
        let silent = self.tallies.iter().filter(|tally| tally.total == 0).count();
        line!(
            out,
            "{} of {}, {silent} of {} never matched{}",
            counted(self.records, "record", "records"),
            counted(days.iter().filter(|day| **day != NO_TIME).count(), "day", "days"),
            counted(self.rules.len(), "rule", "rules"),
            if visited.is_of_all() { "" } else { IN_WHAT_WAS_READ }
        )?;
        self.not_compared(out)?;
        if let Some(untimed) = self.days.get(NO_TIME) {
            let records = counted(*untimed, "record", "records");
            line!(out, "{records} without a valid `eventTime`, counted under `{NO_TIME}`")?;
        }
        Ok(any)
    }

    /// Whether the old version has the rule at this place. `None` without `--against`.
    fn is_in_old(&self, at: usize) -> Option<bool> {
        let (_, ids) = self.old.as_ref()?;
        Some(ids.get(at).is_some_and(Option::is_some))
    }

    /// Names the rules that only one version has: their events are not compared.
    fn not_compared(&self, out: &mut impl Write) -> std::io::Result<()> {
        let only_in_new = self.rules.iter().enumerate().filter(|(at, _)| self.is_in_old(*at) == Some(false));
        let only_in_new: Vec<&str> = only_in_new.map(|(_, rule)| rule.id.as_str()).collect();
        for (which, ids) in [("new", &only_in_new), ("old", &self.only_in_old)] {
            if !ids.is_empty() {
                line!(out, "only in the {which} version, not compared ({}): {}", ids.len(), ids.join(", "))?;
            }
        }
        Ok(())
    }

    fn json(&'a self, visited: &Visited, out: &mut impl Write) -> std::io::Result<bool> {
        let entry = |(at, (rule, tally)): (usize, (&&'a Rule, &'a Tally))| {
            let compared = |it| Some(it).filter(|_| self.is_in_old(at) == Some(true));
            let entry = RuleEntry {
                fires: tally.total,
                days: &tally.days,
                expected: rule.fires.map(|fires| fires.to_string()),
                within_bounds: !self.is_outside(rule, tally),
                gained: compared(&tally.gained),
                lost: compared(&tally.lost),
            };
            (rule.id.as_str(), entry)
        };
        let rules: BTreeMap<&str, RuleEntry<'_>> =
            self.rules.iter().zip(&self.tallies).enumerate().map(entry).collect();
        let is_outside = rules.values().any(|it| !it.within_bounds);
        let skipped_entries = super::skipped_entries::count();
        let Backtest { records, days, .. } = self;
        let report = Report {
            version: JSON_VERSION,
            records: *records,
            failed_inputs: visited.failed_inputs,
            damages: visited.damages,
            skipped_entries,
            texts: visited.seen.texts,
            unread: visited.seen.unread,
            skipped: Skips::of(&visited.seen),
            of_all: visited.is_of_all(),
            days,
            rules,
            only_in_old: self.old.is_some().then(|| self.only_in_old.clone()),
        };
        json_line_by_name(out, &report)?;
        Ok(is_outside)
    }
}
