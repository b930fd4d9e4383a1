//! The program `cwfilter`: one file for each subcommand. The binary and the Python wheel use [`run`], and the wheel also
//! [`lint_paths`].

#[macro_use]
mod no_std_print;

mod alarm;
mod answer_files;
mod audit;
mod backtest;
mod baseline;
mod batch;
mod check;
mod completions;
mod config;
mod diff;
mod disk;
mod dry_run;
mod emit;
mod events;
mod exit;
mod explain;
mod explain_events;
mod export;
mod files;
mod fmt;
mod generate;
mod globs;
mod hits;
mod identity;
mod ignores;
mod import;
mod init;
mod interrupt;
mod journal;
mod json_output;
mod lint;
mod linted;
mod lsp;
mod man;
mod mutate;
mod mutate_json;
mod notifications;
mod opener;
mod options;
mod output;
mod packs;
mod patterns;
mod permissions;
#[cfg(any(feature = "aws", all(test, feature = "schema")))]
mod plan_json;
mod progress;
#[cfg(feature = "aws")]
mod provision;
mod refusals;
#[cfg(feature = "remote")]
mod remote;
mod rewrite;
#[cfg(feature = "aws")]
mod ring;
mod rule_files;
mod scan;
#[cfg(all(test, feature = "schema"))]
mod schemas;
#[cfg(feature = "sigma")]
mod sigma;
mod simulate;
mod skipped_entries;
mod sources;
mod stack;
mod terminal;
mod test;
mod test_json;
mod test_metric_filter;
mod translate;
mod verify;
mod why;
#[cfg(not(feature = "aws"))]
mod without_aws;
mod worker;
mod write;

pub use linted::{Linted, lint_paths};

use exit::Exit;

use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;

/// Test CloudWatch Logs filter patterns before they are deployed.
#[derive(Parser)]
#[command(name = "cwfilter", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    options: options::Options,
}

const AFTER_HELP: &str = "\
Examples:
  cwfilter init security
  cwfilter test patterns
  cwfilter lint patterns
  cwfilter explain '{ $.a != \"x\" }' '{\"b\":1}'
  cwfilter scan --rules patterns trail/
  cwfilter scan --pattern '{ $.eventName = \"ConsoleLogin\" }' trail.json.gz
  cwfilter export terraform --stack examples/stack/cwfilter.toml --root .
  cwfilter test-metric-filter --filter-pattern 'ERROR' --log-event-messages 'ERROR one' 'fine'

Exit codes: 0 nothing to report, 1 findings or failed tests, 2 wrong usage or configuration,
3 an input could not be read or parsed, or an output could not be written. If the reader closes the pipe: 0.";

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Test(test::Args),
    Mutate(mutate::Args),
    Generate(generate::Args),
    Lint(lint::Args),
    Explain(explain::Args),
    Fmt(fmt::Args),
    Lsp(lsp::Args),
    Scan(scan::Args),
    Backtest(backtest::Args),
    Simulate(simulate::Args),
    TestMetricFilter(test_metric_filter::Args),
    Translate(translate::Args),
    Emit(emit::Args),
    Alarm(alarm::Args),
    #[cfg(feature = "aws")]
    Plan(provision::PlanArgs),
    #[cfg(feature = "aws")]
    Apply(provision::ApplyArgs),
    #[cfg(feature = "aws")]
    Destroy(provision::DestroyArgs),
    #[cfg(feature = "aws")]
    Ring(ring::RingArgs),
    #[cfg(not(feature = "aws"))]
    Plan(without_aws::Args),
    #[cfg(not(feature = "aws"))]
    Apply(without_aws::Args),
    #[cfg(not(feature = "aws"))]
    Destroy(without_aws::Args),
    #[cfg(not(feature = "aws"))]
    Ring(without_aws::Args),
    Permissions(permissions::Args),
    Diff(diff::Args),
    Audit(audit::Args),
    Check(check::Args),
    Verify(verify::Args),
    Why(why::Args),
    Import(import::Args),
    Export(export::Args),
    Packs(packs::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// Whether the command reads patterns wherever they are, so that files can be left out.
    fn walks(&self) -> bool {
        matches!(self, Command::Lint(_) | Command::Fmt(_) | Command::Audit(_) | Command::Diff(_))
    }
}

/// Runs the program and returns its exit code. The first argument is the program's name.
///
/// It is written for a process of its own: it listens for signals, keeps settings in globals, and may end the process.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let exit = match Cli::try_parse_from(arguments) {
        Ok(cli) if cli.options.limits_files() && !cli.command.walks() => {
            terminal::say!("error: --exclude and --no-ignore are for `lint`, `fmt`, `audit` and `diff`");
            Ok(Exit::Usage)
        }
        Ok(cli) => {
            options::set(cli.options);
            dispatch(cli.command)
        }
        Err(shown) => help(&shown),
    };
    // at the end of the process, an error of the last buffered bytes would go unnoticed
    let flushed = |exit| std::io::stdout().flush().map(|()| exit);
    exit.and_then(flushed).unwrap_or_else(Exit::from_output).code()
}

/// Prints the help, the version, or the error in the arguments.
fn help(shown: &clap::Error) -> std::io::Result<Exit> {
    if shown.use_stderr() {
        // the error quotes arguments, which a script may take from data
        let is_coloured = terminal::style(&std::io::stderr()) == cwfilter::report::human::Style::Coloured;
        let text = shown.render();
        terminal::say_painted(&if is_coloured { text.ansi().to_string() } else { text.to_string() });
        return Ok(Exit::Usage);
    }
    shown.print().map(|()| Exit::Clean)
}

fn dispatch(command: Command) -> std::io::Result<Exit> {
    match command {
        Command::Init(args) => init::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Mutate(args) => mutate::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Lsp(args) => lsp::run(&args),
        Command::Scan(args) => scan::run(&args),
        Command::TestMetricFilter(args) => test_metric_filter::run(args),
        Command::Translate(args) => translate::run(&args),
        Command::Backtest(args) => backtest::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Emit(args) => emit::run(&args),
        Command::Alarm(args) => alarm::run(&args),
        #[cfg(feature = "aws")]
        Command::Plan(args) => provision::plan(&args),
        #[cfg(feature = "aws")]
        Command::Apply(args) => provision::apply(&args),
        #[cfg(feature = "aws")]
        Command::Destroy(args) => provision::destroy(&args),
        #[cfg(feature = "aws")]
        Command::Ring(args) => ring::ring(&args),
        #[cfg(not(feature = "aws"))]
        Command::Plan(args) => without_aws::run("plan", &args),
        #[cfg(not(feature = "aws"))]
        Command::Apply(args) => without_aws::run("apply", &args),
        #[cfg(not(feature = "aws"))]
        Command::Destroy(args) => without_aws::run("destroy", &args),
        #[cfg(not(feature = "aws"))]
        Command::Ring(args) => without_aws::run("ring", &args),
        Command::Permissions(args) => permissions::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Packs(args) => packs::run(&args),
        Command::Completions(args) => completions::run(&args, Cli::command()),
        Command::Man(args) => man::run(&args, Cli::command()),
    }
}
