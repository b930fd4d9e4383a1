//! `cwfilter mutate`

use super::exit::Exit;
use super::mutate_json::{Report, RuleEntry, VERSION};
use super::patterns::RulePaths;
use super::terminal::{json_pretty_by_name, line, painted, style};
use super::test::Format;
use cwfilter::LineColumn;
use cwfilter::escaped::Escaped;
use cwfilter::plural::counted;
use cwfilter::report::human::Style;
use cwfilter::rules::{Mutant, Mutation, Rule, RuleFile, mutate};
use std::io::Write;

/// Check the tests of rules: do they notice small changes to the patterns?
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter mutate patterns --fail-under 95

A mutant is a pattern with one small change. If no test notices it, it is shown with an event on which the two patterns differ:
add a test with this event. For a rule about CloudTrail, the event is a record that can exist. Mutants that are proved to match the
same events, or the same CloudTrail records, as the pattern are not counted. Those for which no such event and no proof was found are undecided: the score is of the others,
and `at least` is the score if no test notices them. `--verbose` shows both kinds.
Tests with `origin = \"generated\"`, and events that no CloudTrail record can be, are no evidence: what only they notice is not noticed.
A test that fails does not count, and is a finding (exit code 1): run `cwfilter test` first. Timelines are not run on mutants.")]
pub(super) struct Args {
    /// Fail if the tests notice fewer than this percentage of the decided mutants, or if a rule has more undecided mutants than decided ones
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Also show the mutants that are not counted in the score
    #[arg(long, short)]
    verbose: bool,
    /// The form of the report. JSON lists all mutants that no test noticed, and those that are not counted
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    rules: RulePaths,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let files = match args.rules.load() {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let mut out = std::io::stdout().lock();
    let style = style(&out);
    let (mut sum, mut entries) = (Sum::default(), Vec::new());
    for (file, rule) in files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule))) {
        let mutation = mutate(rule);
        sum.add(rule, &mutation);
        if args.format == Format::Json {
            entries.push(RuleEntry::new(file, rule, mutation));
            continue;
        }
        heading(&mut out, file, rule, &mutation)?;
        if mutation.noticed_without_evidence > 0 {
            let count = mutation.noticed_without_evidence;
            line!(
                out,
                "  {count} only by events that are no evidence: generated, or no CloudTrail record can be this"
            )?;
        }
        for mutant in &mutation.survivors {
            shown(&mut out, rule, mutant, style)?;
        }
        for (mutants, why) in [(&mutation.equivalent, "equivalent"), (&mutation.undecided, "undecided")] {
            for mutant in mutants.iter().filter(|_| args.verbose) {
                let joint = if why == "equivalent" { " " } else { ": " };
                let reason =
                    mutant.reason.as_ref().map_or(String::new(), |it| format!("{joint}{}", Escaped(it)));
                line!(out, "{}: not counted, {why}{reason}", place(file, rule))?;
                shown(&mut out, rule, mutant, style)?;
            }
        }
    }
    match args.format {
        Format::Human => line!(out, "{}", sum.text())?,
        Format::Json => json_pretty_by_name(&mut out, &sum.report(&entries))?,
    }
    // what was not measured has not reached a percentage
    let is_under = |least: u8| sum.percent().is_none_or(|percent| percent < f64::from(least));
    let is_below = args.fail_under.is_some_and(|least| is_under(least) || sum.not_measured > 0);
    Ok(if is_below || sum.failing > 0 { Exit::Findings } else { Exit::Clean })
}

/// The lines about a rule before its mutants: the tests that fail, and a score that is not full or says little.
fn heading(out: &mut impl Write, file: &RuleFile, rule: &Rule, mutation: &Mutation) -> std::io::Result<()> {
    let (noticed, all) = mutation.score();
    let place = place(file, rule);
    for test in &mutation.failing {
        line!(
            out,
            "{place}: the test `{}` fails and does not count: run `cwfilter test` first",
            Escaped(test)
        )?;
    }
    if let Some(why) = &mutation.not_cloudtrail {
        line!(out, "{place}: not about CloudTrail, judged over all messages: {}", Escaped(why))?;
    }
    for event in &mutation.impossible {
        let (test, reason) = (Escaped(&event.test), Escaped(event));
        line!(out, "{place}: the test `{test}` is no evidence, no CloudTrail record can be this: {reason}")?;
    }
    if noticed < all {
        let timelines = match rule.timelines.len() {
            0 => String::new(),
            1 => "; the timeline of the rule is not tried".to_owned(),
            count => format!("; the {count} timelines of the rule are not tried"),
        };
        line!(out, "{place}: {noticed} of {all} noticed, {} not noticed{timelines}", all - noticed)?;
    }
    if !mutation.is_measured() {
        let (undecided, not_tried) = (mutation.undecided.len(), mutation.not_tried);
        let open = open(undecided, not_tried);
        let least = percent_text(noticed, all + mutation.open());
        line!(out, "{place}: not measured: {noticed} of {all} decided, {open}: at least {least}")?;
    }
    Ok(())
}

/// The mutants about which nothing is known.
fn open(undecided: usize, not_tried: usize) -> String {
    let parts =
        [(undecided, "undecided"), (not_tried, "not tried")].into_iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// A percentage with one decimal, rounded down: only all of them are 100 %.
fn percent_text(part: usize, all: usize) -> String {
    let tenths = part * 1000 / all.max(1);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// The mutants of all rules, by their fate.
#[derive(Default)]
struct Sum {
    killed: usize,
    recorded: usize,
    all: usize,
    equivalent: usize,
    undecided: usize,
    not_tried: usize,
    timelines: usize,
    /// Tests that fail.
    failing: usize,
    /// Rules with more open mutants than decided ones.
    not_measured: usize,
}

impl Sum {
    fn add(&mut self, rule: &Rule, mutation: &Mutation) {
        let (killed, all) = mutation.score();
        self.killed += killed;
        self.all += all;
        self.recorded += mutation.killed_by_recorded;
        self.equivalent += mutation.equivalent.len();
        self.undecided += mutation.undecided.len();
        self.not_tried += mutation.not_tried;
        self.timelines += rule.timelines.len();
        self.failing += mutation.failing.len();
        self.not_measured += usize::from(!mutation.is_measured());
    }

    /// `None` if no mutant counts.
    fn percent(&self) -> Option<f64> {
        (self.all > 0).then(|| 100.0 * self.killed as f64 / self.all as f64)
    }

    fn report<'a>(&self, rules: &'a [RuleEntry<'a>]) -> Report<'a> {
        Report {
            version: VERSION,
            percent: self.percent(),
            at_least: (self.decided_and_open() > 0)
                .then(|| 100.0 * self.killed as f64 / self.decided_and_open() as f64),
            mutants: self.all,
            noticed: self.killed,
            recorded: self.recorded,
            written: self.killed.saturating_sub(self.recorded),
            equivalent: self.equivalent,
            undecided: self.undecided,
            not_tried: self.not_tried,
            timelines_not_tried: self.timelines,
            rules,
        }
    }

    fn decided_and_open(&self) -> usize {
        self.all + self.undecided + self.not_tried
    }

    fn text(&self) -> String {
        let Sum { killed, recorded, all, equivalent, undecided, not_tried, .. } = self;
        let score = if *all == 0 {
            "none, no mutant counts".to_owned()
        } else {
            let percent = percent_text(*killed, *all);
            format!("{killed} of {all} decided, {percent}; {recorded} of {all} by recorded events")
        };
        let mut text = format!("mutation score: {score}; {equivalent} equivalent, not counted");
        if undecided + not_tried > 0 {
            let least = percent_text(*killed, self.decided_and_open());
            text.push_str(&format!("; {}: at least {least}", open(*undecided, *not_tried)));
        }
        if self.not_measured > 0 {
            let rules = counted(self.not_measured, "rule is", "rules are");
            text.push_str(&format!("; {rules} not measured"));
        }
        if self.failing > 0 {
            let tests = counted(self.failing, "test fails", "tests fail");
            text.push_str(&format!("; {tests}, not counted"));
        }
        if self.timelines > 0 {
            let timelines = counted(self.timelines, "timeline is", "timelines are");
            text.push_str(&format!("; {timelines} not tried"));
        }
        text
    }
}

fn place(file: &RuleFile, rule: &Rule) -> String {
    format!("{}:{}: {}", file.path.display(), LineColumn::of(&file.source, rule.pattern_span.start), rule.id)
}

/// Prints the change as a diff, and the event of the missing test.
fn shown(out: &mut impl Write, rule: &Rule, mutant: &Mutant, style: Style) -> std::io::Result<()> {
    let old = style.paint("31", &format!("- {}", Escaped(rule.pattern.ast())));
    let new = style.paint("32", &format!("+ {}", Escaped(mutant.pattern.ast())));
    line!(out, "  {}", mutant.change)?;
    painted(out, &format!("  {old}\n  {new}\n"))?;
    if let Some(witness) = &mutant.witness {
        let verdict = if rule.pattern.is_match(witness) { "match" } else { "no-match" };
        line!(out, "  a test with `expect = \"{verdict}\"` and this event would notice it: {witness}")?;
    }
    Ok(())
}
