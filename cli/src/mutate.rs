//! `cwfilter mutate`

use super::exit::Exit;
use super::patterns::RulePaths;
use super::terminal::{line, painted, style};
use cwfilter::LineColumn;
use cwfilter::escaped::Escaped;
use cwfilter::report::human::Style;
use cwfilter::rules::{Mutant, Rule, RuleFile, mutate};
use std::io::Write;

/// Check the tests of rules: do they notice small changes to the patterns?
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter mutate patterns --fail-under 95

A mutant is a pattern with one small change. If no test notices it, it is shown with an event on which the two patterns differ:
add a test with this event. If no event near the events of the tests shows a difference, the mutant probably means the same as
the pattern; such mutants are counted separately.")]
pub(super) struct Args {
    /// Fail if the tests notice fewer than this percentage of the mutants
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Also show the mutants that are not counted in the score
    #[arg(long, short)]
    verbose: bool,
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
    let (mut killed, mut all, mut aside, mut undecided) = (0, 0, 0, 0);
    for (file, rule) in files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule))) {
        let mutation = mutate(rule);
        let score = mutation.score();
        (killed, all, aside) = (killed + score.0, all + score.1, aside + mutation.equivalent.len());
        if !mutation.survivors.is_empty() {
            let count = mutation.survivors.len();
            line!(out, "{}: {} of {} noticed, {count} not noticed", place(file, rule), score.0, score.1)?;
        }
        for mutant in &mutation.survivors {
            shown(&mut out, rule, mutant, style)?;
        }
        for (mutants, why) in [(&mutation.equivalent, "equivalent"), (&mutation.undecided, "undecided")] {
            for mutant in mutants.iter().filter(|_| args.verbose) {
                line!(out, "{}: not counted, {why}", place(file, rule))?;
                shown(&mut out, rule, mutant, style)?;
            }
        }
        undecided += mutation.undecided.len();
    }
    let percent = if all == 0 { 100.0 } else { 100.0 * killed as f64 / all as f64 };
    let open = if undecided == 0 { String::new() } else { format!(", {undecided} undecided") };
    line!(out, "mutation score: {killed} of {all}, {percent:.1} %; {aside} equivalent, not counted{open}")?;
    let is_under = args.fail_under.is_some_and(|least| percent < f64::from(least));
    Ok(if is_under { Exit::Findings } else { Exit::Clean })
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
