//! `cwfilter mutate`

use super::exit::Exit;
use super::mutate_json::{Report, RuleEntry, VERSION};
use super::patterns::RulePaths;
use super::terminal::{json_pretty_by_name, line, painted, style};
use super::test::Format;
use cwfilter::LineColumn;
use cwfilter::escaped::Escaped;
use cwfilter::report::human::Style;
use cwfilter::rules::{Mutant, Mutation, Rule, RuleFile, mutate};
use std::io::Write;

/// Check the tests of rules: do they notice small changes to the patterns?
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter mutate patterns --fail-under 95

A mutant is a pattern with one small change. If no test notices it, it is shown with an event on which the two patterns differ:
add a test with this event. For a rule about CloudTrail, the event is a record that can exist. Mutants that are proved to match the
same events as the pattern are not counted, and neither are those for which no such event and no proof was found; `--verbose` shows both.
Tests with `origin = \"generated\"`, and events that CloudTrail does not write, are no evidence: what only they notice is not noticed.")]
pub(super) struct Args {
    /// Fail if the tests notice fewer than this percentage of the mutants
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
        let score = mutation.score();
        sum.add(&mutation);
        if args.format == Format::Json {
            entries.push(RuleEntry::new(file, rule, mutation));
            continue;
        }
        if score.0 < score.1 {
            let count = score.1 - score.0;
            line!(out, "{}: {} of {} noticed, {count} not noticed", place(file, rule), score.0, score.1)?;
        }
        if mutation.noticed_without_evidence > 0 {
            let count = mutation.noticed_without_evidence;
            line!(
                out,
                "  {count} only by events that are no evidence: generated, or not written by CloudTrail"
            )?;
        }
        for mutant in &mutation.survivors {
            shown(&mut out, rule, mutant, style)?;
        }
        for (mutants, why) in [(&mutation.equivalent, "equivalent"), (&mutation.undecided, "undecided")] {
            for mutant in mutants.iter().filter(|_| args.verbose) {
                let reason = mutant.reason.as_ref().map_or(String::new(), |it| format!(": {}", Escaped(it)));
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
    Ok(if args.fail_under.is_some_and(is_under) { Exit::Findings } else { Exit::Clean })
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
}

impl Sum {
    fn add(&mut self, mutation: &Mutation) {
        let (killed, all) = mutation.score();
        self.killed += killed;
        self.all += all;
        self.recorded += mutation.killed_by_recorded;
        self.equivalent += mutation.equivalent.len();
        self.undecided += mutation.undecided.len();
        self.not_tried += mutation.not_tried;
    }

    /// `None` if no mutant counts.
    fn percent(&self) -> Option<f64> {
        (self.all > 0).then(|| 100.0 * self.killed as f64 / self.all as f64)
    }

    fn report<'a>(&self, rules: &'a [RuleEntry<'a>]) -> Report<'a> {
        Report {
            version: VERSION,
            percent: self.percent(),
            mutants: self.all,
            noticed: self.killed,
            recorded: self.recorded,
            written: self.killed.saturating_sub(self.recorded),
            equivalent: self.equivalent,
            undecided: self.undecided,
            not_tried: self.not_tried,
            rules,
        }
    }

    fn text(&self) -> String {
        let Sum { killed, recorded, all, equivalent, undecided, not_tried } = self;
        let score = match self.percent() {
            Some(percent) => {
                format!("{killed} of {all}, {percent:.1} %; {recorded} of {all} by recorded events")
            }
            None => "none, no mutant counts".to_owned(),
        };
        let open = if *undecided == 0 { String::new() } else { format!(", {undecided} undecided") };
        let rest = if *not_tried == 0 { String::new() } else { format!("; {not_tried} changes not tried") };
        format!("mutation score: {score}; {equivalent} equivalent, not counted{open}{rest}")
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
