//! `cwfilter mutate`

use super::exit::Exit;
use super::patterns::RulePaths;
use super::terminal::{line, painted, style};
use cwfilter::LineColumn;
use cwfilter::escaped::Escaped;
use cwfilter::report::human::Style;
use cwfilter::rules::{Mutant, Rule, RuleFile, mutate};
use std::io::Write;

/// Change patterns in small ways and see whether the tests notice
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter mutate patterns --fail-under 95

A mutant that no test notices is shown with an event that would tell it from the pattern: the test that is missing. Mutants
that no event near the tests' own tells from the pattern are likely the same in other words; they are counted apart.")]
pub(super) struct Args {
    /// Fail if the tests notice less than this percentage of the mutants
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Also show the mutants that are set aside
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
            line!(out, "{}: {} of {} noticed, {count} survive", place(file, rule), score.0, score.1)?;
        }
        for mutant in &mutation.survivors {
            shown(&mut out, rule, mutant, style)?;
        }
        for (mutants, why) in [(&mutation.equivalent, "equivalent"), (&mutation.undecided, "undecided")] {
            for mutant in mutants.iter().filter(|_| args.verbose) {
                line!(out, "{}: set aside, {why}", place(file, rule))?;
                shown(&mut out, rule, mutant, style)?;
            }
        }
        undecided += mutation.undecided.len();
    }
    let percent = if all == 0 { 100.0 } else { 100.0 * killed as f64 / all as f64 };
    let open = if undecided == 0 { String::new() } else { format!(", {undecided} undecided") };
    line!(out, "mutation score: {killed} of {all}, {percent:.1} %; {aside} set aside as equivalent{open}")?;
    let is_under = args.fail_under.is_some_and(|least| percent < f64::from(least));
    Ok(if is_under { Exit::Findings } else { Exit::Clean })
}

fn place(file: &RuleFile, rule: &Rule) -> String {
    format!("{}:{}: {}", file.path.display(), LineColumn::of(&file.source, rule.pattern_span.start), rule.id)
}

/// The change as a diff, and the event that a test is missing for.
fn shown(out: &mut impl Write, rule: &Rule, mutant: &Mutant, style: Style) -> std::io::Result<()> {
    let old = style.paint("31", &format!("- {}", Escaped(rule.pattern.ast())));
    let new = style.paint("32", &format!("+ {}", Escaped(mutant.pattern.ast())));
    line!(out, "  {}", mutant.change)?;
    painted(out, &format!("  {old}\n  {new}\n"))?;
    if let Some(witness) = &mutant.witness {
        let verdict = if rule.pattern.is_match(witness) { "match" } else { "no-match" };
        line!(out, "  a test that expects {verdict} of this event would notice: {witness}")?;
    }
    Ok(())
}
