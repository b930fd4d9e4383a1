//! `cwfilter import`

use super::exit::Exit;
use super::terminal::{block, say, say_painted};
use super::write::{Destination, Refused, check_distinct};
use cwfilter::lint::file::check_file;
use cwfilter::plural::counted;
use cwfilter::provision::import::{
    Imported, Listed, ListedAlarm, ListedComposite, import, read_alarms, read_metric_filters,
};
use cwfilter::provision::resource::MetricFilter;
use cwfilter::report::human;
use std::path::{Path, PathBuf};

/// Convert an account's metric filters and alarms into a rule file
#[derive(clap::Args)]
#[command(after_help = "Examples:
  aws logs describe-metric-filters > filters.json
  aws cloudwatch describe-alarms --alarm-types MetricAlarm CompositeAlarm > alarms.json
  cwfilter import --filters filters.json --alarms alarms.json --output patterns/imported.toml

Without `--alarm-types`, AWS does not list composite alarms. The rules are linted. A note names each setting of the account that a rule file cannot express.")]
pub(super) struct Args {
    /// The answer of `aws logs describe-metric-filters`
    #[arg(long, value_name = "FILE")]
    filters: Option<PathBuf>,
    /// The answer of `aws cloudwatch describe-alarms`
    #[arg(long, value_name = "FILE", requires = "filters")]
    alarms: Option<PathBuf>,
    /// Ask the account for the filters of this log group, and for the alarms
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "NAME", conflicts_with = "filters", requires = "region")]
    log_group: Option<String>,
    /// The region of the log group
    #[cfg(feature = "aws")]
    #[arg(long)]
    region: Option<String>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    account: super::provision::Account,
    /// Remove this prefix from the names of metric filters: `STACK.`
    #[arg(long, default_value = "")]
    prefix: String,
    /// Write the rules to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let target = match args.output.as_deref().map(Destination::new).transpose() {
        Ok(target) => target,
        Err(error) => return Ok(Refused::from(error).print()),
    };
    let answers = args.filters.iter().chain(&args.alarms).map(PathBuf::as_path);
    if let Err(refused) = check_distinct(answers, &[], &target) {
        return Ok(refused.print());
    }
    let (filters, alarms, composites) = match found(args) {
        Ok(found) => found,
        Err(exit) => return Ok(exit),
    };
    let imported = import(&filters, &alarms, &composites, &args.prefix);
    imported.notes.iter().for_each(|note| say!("note: {note}"));
    if imported.rules == 0 {
        say!("error: no metric filters to import");
        return Ok(Exit::Input);
    }
    match &target {
        Some(target) => target.write(&imported.toml)?,
        None => block(&mut std::io::stdout().lock(), &imported.toml)?,
    }
    let name = args.output.as_deref().unwrap_or(Path::new("imported.toml"));
    Ok(lint(&imported, name))
}

fn lint(imported: &Imported, path: &Path) -> Exit {
    let name = path.display().to_string();
    let patterns = cwfilter::sources::read(Path::new("imported.toml"), &imported.toml).unwrap_or_default();
    let checked = check_file(name, imported.toml.clone(), &patterns);
    let style = super::terminal::style(&std::io::stderr());
    for finding in &checked.findings {
        say_painted(&(human::finding(&checked.path, &checked.text, &finding.diagnostic, style) + "\n\n"));
    }
    let count = checked.findings.iter().filter(|finding| finding.diagnostic.is_finding()).count();
    let rules = counted(imported.rules, "rule", "rules");
    say!("{rules} imported, {}", counted(count, "finding", "findings"));
    if count > 0 { Exit::Findings } else { Exit::Clean }
}

/// The metric filters, the metric alarms and the composite alarms.
type Found = (Vec<MetricFilter>, Vec<ListedAlarm>, Vec<ListedComposite>);

fn found(args: &Args) -> Result<Found, Exit> {
    #[cfg(feature = "aws")]
    if let (Some(log_group), Some(region)) = (&args.log_group, &args.region) {
        let client = args.account.client(region)?;
        let failed = |error| super::provision::failed(&error);
        let filters = client.block_on(|client| client.metric_filters(log_group)).map_err(failed)?;
        let target = client.block_on(|client| client.target(region)).map_err(failed)?;
        let alarms = client.block_on(|client| client.alarms(&target, None)).map_err(failed)?;
        return Ok((filters, alarms.into_iter().map(ListedAlarm::from).collect(), Vec::new()));
    }
    let Some(filters) = &args.filters else {
        let live = if cfg!(feature = "aws") { ", or `--log-group NAME --region REGION`" } else { "" };
        say!("error: give `--filters FILE`{live}");
        return Err(Exit::Usage);
    };
    let filters = read(filters, read_metric_filters)?.items;
    let alarms = args.alarms.as_ref().map(|path| read(path, read_alarms)).transpose()?;
    let (alarms, composites) = alarms.map(|it| (it.items, it.composites)).unwrap_or_default();
    Ok((filters, alarms, composites))
}

fn read<T>(
    path: &Path,
    parse: impl Fn(&str) -> Result<Listed<T>, serde_json::Error>,
) -> Result<Listed<T>, Exit> {
    let text = cwfilter::files::text(path).map_err(|error| error.to_string());
    let listed = text.and_then(|text| parse(&text).map_err(|error| error.to_string())).map_err(|why| {
        say!("error: {}: {why}", path.display());
        Exit::Input
    })?;
    listed.notes.iter().for_each(|note| say!("note: {note}"));
    Ok(listed)
}
