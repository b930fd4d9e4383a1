//! `cwfilter test`

use super::exit::Exit;
use super::patterns::RulePaths;
use super::terminal::{json_pretty_by_name, painted, say, style};
use super::test_json;
use cwfilter::report::human;

/// Run the tests of rule files
#[derive(clap::Args)]
#[command(after_help = "Example:\n  cwfilter test patterns\n\n\
    A rule file is TOML: `[[rule]]` with `id` and `pattern`, `[[rule.test]]` with `name`, `event` or `log`,\n\
    and `expect = \"match\"` or `\"no-match\"`.")]
pub(super) struct Args {
    /// List every test, not only those that fail
    #[arg(long, short)]
    verbose: bool,
    /// Also show which conditions have decided a test, both as true and as false, and which are on fields and values that no recorded
    /// CloudTrail event has. Generated events, and events that no CloudTrail record can be, do not count
    #[arg(long)]
    coverage: bool,
    /// Fail if fewer than this percentage of the conditions' outcomes have decided a test
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Fail if a condition is on a field or a value that no recorded CloudTrail event has, or if too few events of its event source are recorded
    /// to tell
    #[arg(long, requires = "coverage")]
    require_recorded: bool,
    /// The form of the report. JSON tells outcomes from recorded, written and generated events apart
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    rules: RulePaths,
}

/// The form of a report about rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Text for people
    Human,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let files = match args.rules.load() {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let mut stdout = std::io::stdout().lock();
    let report = human::test_run(&files, cwfilter::rules::run_tests, args.verbose, style(&stdout));
    let is_text = args.format == Format::Human;
    if is_text {
        painted(&mut stdout, &report.text)?;
    }
    if let Some(file) = files
        .iter()
        .find(|file| file.rules.iter().any(|rule| rule.tests.is_empty() && rule.timelines.is_empty()))
    {
        say!("note: `cwfilter generate {}` writes tests for rules without tests", file.path.display());
    }
    let mut exit = if report.failed > 0 { Exit::Findings } else { Exit::Clean };
    let coverage = args.coverage.then(|| human::coverage(&files));
    if !is_text {
        json_pretty_by_name(&mut stdout, &test_json::Report::new(&files, &report, coverage.as_ref()))?;
    }
    if let Some(coverage) = coverage {
        if is_text {
            painted(&mut stdout, &coverage.text)?;
        }
        // what was not measured has not reached a percentage
        let is_under = |least: u8| coverage.percent().is_none_or(|percent| percent < f64::from(least));
        let is_unrecorded = args.require_recorded && coverage.not_recorded > 0;
        if is_unrecorded || args.fail_under.is_some_and(is_under) {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}
