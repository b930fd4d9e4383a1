//! `cwfilter import`

use super::answer_files;
use super::exit::Exit;
use super::json_output;
use super::rule_files::refusal_of_text;
use super::terminal::{block, say, say_painted};
use super::write::{Destination, Refused, check_distinct};
use cwfilter::import::{
    Imported, Listed, ListedAlarm, ListedComposite, StackFile, adopt, import, read_alarms,
    read_metric_filters,
};
use cwfilter::lint::file::{Finding, check_file};
use cwfilter::plural::counted;
use cwfilter::provision::VERSION;
use cwfilter::report::human;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Convert an account's metric filters and alarms, or Sigma rules, into rule files
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  aws logs describe-metric-filters > filters.json
  aws cloudwatch describe-alarms --alarm-types MetricAlarm CompositeAlarm > alarms.json
  cwfilter import --filters filters.json --alarms alarms.json --output patterns/imported.toml
  cwfilter import --log-group trail --region us-east-1 --output imported.toml --adopt cwfilter.toml
  cwfilter import sigma sigma/rules/cloud/aws/cloudtrail --output patterns/sigma

Without `--alarm-types`, AWS does not list composite alarms. The rules are linted. A note names each setting of the account that a rule file cannot express."
)]
pub(super) struct Args {
    #[cfg(feature = "sigma")]
    #[command(subcommand)]
    from: Option<From>,
    /// The answer of `aws logs describe-metric-filters`, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    filters: Option<PathBuf>,
    /// The answer of `aws cloudwatch describe-alarms`, or `-` for standard input
    #[arg(long, value_name = "FILE", requires = "filters")]
    alarms: Option<PathBuf>,
    /// Ask the account for the filters of this log group, and for the alarms
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "NAME", conflicts_with = "filters", requires = "region")]
    log_group: Option<String>,
    /// The region of the log group
    #[arg(long)]
    region: Option<String>,
    /// Also write a stack's file, in which the rules keep the names that their metric filters and alarms have
    #[arg(long, value_name = "FILE", requires = "output", requires = "region")]
    adopt: Option<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    account: super::provision::Account,
    /// Remove this prefix from the names of metric filters: `STACK.`
    #[arg(long, default_value = "")]
    prefix: String,
    /// Write the rules to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What is imported beside an account.
#[cfg(feature = "sigma")]
#[derive(clap::Subcommand)]
enum From {
    Sigma(super::sigma::import::Args),
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    #[cfg(feature = "sigma")]
    if let Some(From::Sigma(args)) = &args.from {
        return super::sigma::import::run(args);
    }
    json_output::or_json(args.json, || imported(args))
}

fn imported(args: &Args) -> std::io::Result<Exit> {
    let target = match args.output.as_deref().map(Destination::new).transpose() {
        Ok(target) => target,
        Err(error) => return Ok(Refused::from(error).print()),
    };
    let stack = match args.adopt.as_deref().map(Destination::new).transpose() {
        Ok(stack) => stack,
        Err(error) => return Ok(Refused::from(error).print()),
    };
    // rules and stack are what a person edits
    let files = target.iter().chain(&stack).filter_map(Destination::file);
    if let Some(file) = files.filter(|_| args.adopt.is_some()).find(|file| file.exists()) {
        say!(
            "error: {} exists, and `--adopt` writes new files: give another name, or move the file away",
            file.display()
        );
        return Ok(Exit::Usage);
    }
    let answers = args.filters.iter().chain(&args.alarms).map(PathBuf::as_path);
    if let Err(refused) = check_distinct(answers, &[], target.iter().chain(&stack)) {
        return Ok(refused.print());
    }
    let (filters, alarms, composites, mut notes) = match found(args) {
        Ok(found) => found,
        Err(exit) => return Ok(exit),
    };
    let name = args.output.as_deref().unwrap_or(Path::new("imported.toml"));
    let made: Result<(Imported, Option<StackFile>), String> = match (&stack, &args.region) {
        (Some(_), Some(region)) => adopt(&filters, &alarms, &composites, &args.prefix, region, name)
            .map(|(imported, file)| (imported, Some(file))),
        _ => Ok((import(&filters, &alarms, &composites, &args.prefix), None)),
    };
    let (imported, file) = match made {
        Ok(made) => made,
        Err(why) => {
            say!("error: nothing is written: {why}");
            return Ok(Exit::Input);
        }
    };
    let of_file = file.iter().flat_map(|file| file.notes.clone());
    let more = imported.notes.iter().cloned().chain(imported.action_notes(file.as_ref())).chain(of_file);
    let more: Vec<String> = more.collect();
    more.iter().for_each(|note| say!("note: {note}"));
    notes.extend(more);
    if imported.rules == 0 {
        say!("error: no metric filters to import");
        return Ok(Exit::Input);
    }
    if let Some(why) = refusal_of_text(name, imported.toml.clone()) {
        say!("error: nothing is written: the rule file would be refused: {why}");
        return Ok(Exit::Input);
    }
    match &target {
        Some(target) => target.write(&imported.toml)?,
        None if args.json => {}
        None => block(&mut std::io::stdout().lock(), &imported.toml)?,
    }
    if let (Some(stack), Some(file)) = (&stack, &file) {
        stack.write(&file.toml)?;
    }
    let (exit, findings) = lint(&imported, name);
    if args.json {
        let toml = target.is_none().then_some(imported.toml.as_str());
        json_output::print(&Report { version: VERSION, rules: imported.rules, notes, findings, toml })?;
        return Ok(exit);
    }
    let imported = counted(imported.rules, "rule", "rules");
    say!("{imported} imported, {}", counted(findings.len(), "finding", "findings"));
    Ok(exit)
}

/// The rules that were imported.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The number of rules.
    rules: usize,
    /// The settings of the account that the rules do not have.
    notes: Vec<String>,
    /// The findings of the lints in the imported patterns, in words.
    findings: Vec<String>,
    /// The rule file; null with `--output`.
    toml: Option<&'a str>,
}

/// Lints what was imported: the exit code, and the findings in words.
fn lint(imported: &Imported, path: &Path) -> (Exit, Vec<String>) {
    let name = path.display().to_string();
    let patterns = cwfilter::sources::read(Path::new("imported.toml"), &imported.toml).unwrap_or_default();
    let checked = check_file(name, imported.toml.clone(), &patterns);
    let style = super::terminal::style(&std::io::stderr());
    for finding in &checked.findings {
        say_painted(&(human::finding(&checked.path, &checked.text, &finding.diagnostic, style) + "\n\n"));
    }
    let found = checked.findings.iter().filter(|finding| finding.diagnostic.is_finding());
    let words = |it: &Finding| format!("{} [{}]", it.diagnostic.message, it.diagnostic.lint);
    let found: Vec<String> = found.map(words).collect();
    (if found.is_empty() { Exit::Clean } else { Exit::Findings }, found)
}

/// The metric filters, the metric alarms, the composite alarms, and the notes about them, which are printed.
type Found = (Vec<cwfilter::import::MetricFilter>, Vec<ListedAlarm>, Vec<ListedComposite>, Vec<String>);

fn found(args: &Args) -> Result<Found, Exit> {
    #[cfg(feature = "aws")]
    if let (Some(log_group), Some(region)) = (&args.log_group, &args.region) {
        use super::provision::failed;
        use cwfilter::aws::whole_list;
        use cwfilter::provision::Service::{CloudWatch, Logs};
        let client = args.account.client(region)?;
        let types = serde_json::json!({ "AlarmTypes": ["MetricAlarm", "CompositeAlarm"] });
        let of_group = serde_json::json!({ "logGroupName": log_group });
        let list = |service, operation, input| {
            let list = whole_list(&client, service, operation, input).map_err(|error| failed(&error));
            list.map(|list| list.to_string())
        };
        let filters = list(Logs, "DescribeMetricFilters", &of_group)?;
        let alarms = list(CloudWatch, "DescribeAlarms", &types)?;
        let filters = parsed("DescribeMetricFilters", read_metric_filters(&filters))?;
        let alarms = parsed("DescribeAlarms", read_alarms(&alarms))?;
        let notes = [filters.notes, alarms.notes].concat();
        return Ok((filters.items, alarms.items, alarms.composites, notes));
    }
    let Some(filters) = &args.filters else {
        let live = if cfg!(feature = "aws") { ", or `--log-group NAME --region REGION`" } else { "" };
        say!("error: give `--filters FILE`{live}");
        return Err(Exit::Usage);
    };
    if args.alarms.as_ref() == Some(filters) && filters == Path::new("-") {
        say!("error: only one of `--filters` and `--alarms` can be standard input");
        return Err(Exit::Usage);
    }
    let filters = read(filters, &FILTERS, read_metric_filters)?;
    let alarms = args.alarms.as_ref().map(|path| read(path, &ALARMS, read_alarms)).transpose()?;
    let (alarms, composites, notes) =
        alarms.map(|it| (it.items, it.composites, it.notes)).unwrap_or_default();
    Ok((filters.items, alarms, composites, [filters.notes, notes].concat()))
}

/// A command of AWS, and a member of its answer.
type Asked = (&'static str, &'static str);

const FILTERS: Asked = ("aws logs describe-metric-filters", "metricFilters");
const ALARMS: Asked = ("aws cloudwatch describe-alarms", "MetricAlarms");

fn read<T>(
    path: &Path,
    (command, list): &Asked,
    parse: impl Fn(&str) -> Result<Listed<T>, serde_json::Error>,
) -> Result<Listed<T>, Exit> {
    let of = path.display().to_string();
    let text = answer_files::text(path).map_err(|why| {
        say!("error: {of}: {why}");
        Exit::Input
    })?;
    parsed(&of, parse(&text)).inspect_err(|_| say!("help: {}", answer_files::help(&text, command, list)))
}

/// An answer that was read; what it lacks is named.
fn parsed<T>(of: &str, listed: Result<Listed<T>, serde_json::Error>) -> Result<Listed<T>, Exit> {
    let listed = listed.map_err(|why| {
        say!("error: {of}: {why}");
        Exit::Input
    })?;
    listed.notes.iter().for_each(|note| say!("note: {note}"));
    Ok(listed)
}
