//! `cwfilter import sigma`

use super::files::{find, read};
use crate::exit::Exit;
use crate::rule_files::refusal_of_text;
use crate::terminal::{block, say};
use crate::write::{Destination, check_distinct, create_folder};
use cwfilter::limits::{METRIC_FILTERS_PER_LOG_GROUP, REGEX_FILTERS_PER_LOG_GROUP};
use cwfilter::plural::counted;
use cwfilter::sigma::{ImportedFile, ImportedRule, Importer, RefusedRule};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Convert Sigma rules for CloudTrail into rule files with tests
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter import sigma sigma/rules/cloud/aws/cloudtrail --output patterns/sigma
  cwfilter import sigma rule.yml > rule.toml
  cwfilter import sigma rules/ --output sigma.toml --regexes 0

A rule is converted if a filter pattern can say it. Where the pattern differs, a note and the rule's description say how. A rule that
cannot be converted is reported with the place and the reason, and the others are converted. docs/sigma.md has the details.

Exit codes: 0 all rules for CloudTrail are converted, 1 some are refused, 3 a file could not be read.")]
pub(crate) struct Args {
    /// Sigma files, and folders of files `*.yml` and `*.yaml`; `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write one rule file (`*.toml`), or into a folder one rule file for each Sigma file, instead of standard output
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Regular expressions in a pattern, which make it ignore case: 0, 1 or 2. A log group takes 5 filters that have some
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=2))]
    regexes: u8,
    /// The namespace of the rules' metrics
    #[arg(long, value_name = "NAME", default_value = "Sigma")]
    namespace: String,
    /// Do not print a note for each difference between a pattern and its Sigma rule
    #[arg(long)]
    quiet: bool,
}

/// What became of all rules.
#[derive(Default)]
struct Totals {
    files: usize,
    unreadable: usize,
    rules: usize,
    with_differences: usize,
    with_regexes: usize,
    refused: usize,
    counted: usize,
    missing_tests: usize,
    other_sources: BTreeMap<String, usize>,
}

pub(crate) fn run(args: &Args) -> std::io::Result<Exit> {
    let is_file = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let target = match args
        .output
        .as_ref()
        .filter(|path| is_file(path))
        .map(|path| Destination::new(path))
        .transpose()
    {
        Ok(target) => target,
        Err(error) => return Ok(crate::write::Refused::from(error).print()),
    };
    if let Err(refused) = check_distinct(args.paths.iter().map(PathBuf::as_path), &[], target.iter()) {
        return Ok(refused.print());
    }
    let folder = args.output.as_deref().filter(|_| target.is_none());
    let found = find(&args.paths);
    found.errors.iter().for_each(|error| say!("error: {error}"));
    let mut totals = Totals { unreadable: found.errors.len(), ..Totals::default() };
    let mut importer = Importer::new().regexes(usize::from(args.regexes)).namespace(&args.namespace);
    let mut all = String::new();
    let mut names = Names::default();
    if let Some(folder) = folder {
        create_folder(folder)?;
    }
    for path in &found.paths {
        let text = match read(path) {
            Ok(text) => text,
            Err(error) => {
                say!("error: {}: cannot read: {error}", path.display());
                totals.unreadable += 1;
                continue;
            }
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file = importer.import(&stem, &text);
        totals.add(&file);
        report(path, &file, args.quiet);
        if file.rules.is_empty() {
            continue;
        }
        let toml = rule_file(path, &file.rules);
        if folder.is_some()
            && let Some(why) = refusal_of_text(path, toml.clone())
        {
            say!("error: {}: nothing is written: the rule file would be refused: {why}", path.display());
            totals.unreadable += 1;
            continue;
        }
        match folder {
            Some(folder) => Destination::new(&folder.join(names.unique(&stem)))?.write(&toml)?,
            None => all.push_str(&toml),
        }
    }
    if totals.rules > 0 {
        if let Some(path) = args.output.as_deref().filter(|_| target.is_some())
            && let Some(why) = refusal_of_text(path, all.clone())
        {
            say!("error: nothing is written: the rule file would be refused: {why}");
            return Ok(Exit::Input);
        }
        match &target {
            Some(target) => target.write(&all)?,
            None if folder.is_none() => block(&mut std::io::stdout().lock(), &all)?,
            None => {}
        }
    }
    totals.report();
    Ok(totals.exit())
}

/// The rules of one Sigma file as a rule file.
fn rule_file(path: &Path, rules: &[ImportedRule]) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.escape_debug();
    let rules: Vec<&str> = rules.iter().map(|rule| rule.toml.as_str()).collect();
    format!("# Imported from the Sigma file {name}\n\n{}\n", rules.join("\n"))
}

fn report(path: &Path, file: &ImportedFile, is_quiet: bool) {
    let path = path.display();
    for RefusedRule { title, at, reason, help, .. } in &file.refused {
        let of = if title.is_empty() { String::new() } else { format!(" `{title}`") };
        say!("refused{of}: {path}:{at}: {reason}");
        if let Some(help) = help {
            say!("  help: {help}");
        }
    }
    if is_quiet {
        return;
    }
    for rule in &file.rules {
        for difference in &rule.differences {
            say!(
                "note: {path}: `{}` is {} than the Sigma rule: {}",
                rule.id,
                difference.direction.name(),
                difference.text
            );
        }
    }
}

/// Names of rule files, each used once.
#[derive(Default)]
struct Names(std::collections::HashSet<String>);

impl Names {
    fn unique(&mut self, stem: &str) -> String {
        let mut name = format!("{stem}.toml");
        for number in 2..=self.0.len() + 2 {
            if self.0.insert(name.clone()) {
                break;
            }
            name = format!("{stem}-{number}.toml");
        }
        name
    }
}

impl Totals {
    fn add(&mut self, file: &ImportedFile) {
        self.files += 1;
        self.rules += file.rules.len();
        self.with_differences += file.rules.iter().filter(|rule| !rule.differences.is_empty()).count();
        self.with_regexes += file.rules.iter().filter(|rule| rule.regexes > 0).count();
        self.missing_tests += file.rules.iter().map(|rule| rule.missing_tests).sum::<usize>();
        self.refused += file.refused.len();
        self.counted += file.counted;
        for source in &file.other_sources {
            *self.other_sources.entry(source.clone()).or_default() += 1;
        }
    }

    fn report(&self) {
        let files = counted(self.files, "file", "files");
        let rules = counted(self.rules, "rule", "rules");
        let differ = counted(self.with_differences, "of them differs", "of them differ");
        say!("{files} read: {rules} converted, {differ} in a way that is noted; {} refused", self.refused);
        if self.counted > 0 {
            say!(
                "{} counted by correlations, and have no rule of their own",
                counted(self.counted, "rule is", "rules are")
            );
        }
        for (source, count) in &self.other_sources {
            let source = if source.is_empty() { "without a log source" } else { source };
            say!(
                "{} not about CloudTrail, and not converted: {source}",
                counted(*count, "rule is", "rules are")
            );
        }
        if self.missing_tests > 0 {
            say!("{} could not be generated", counted(self.missing_tests, "test", "tests"));
        }
        if self.with_regexes > REGEX_FILTERS_PER_LOG_GROUP {
            let rules = counted(self.with_regexes, "rule has", "rules have");
            say!(
                "note: {rules} regular expressions, and a log group takes {REGEX_FILTERS_PER_LOG_GROUP} filters with some; `--regexes 0` makes none"
            );
        }
        if self.rules > METRIC_FILTERS_PER_LOG_GROUP {
            say!(
                "note: a log group takes {METRIC_FILTERS_PER_LOG_GROUP} metric filters: choose among the rules"
            );
        }
    }

    fn exit(&self) -> Exit {
        if self.unreadable > 0 {
            Exit::Input
        } else if self.rules == 0 && self.refused == 0 {
            say!("error: no Sigma rules for CloudTrail to import");
            Exit::Input
        } else if self.refused > 0 {
            Exit::Findings
        } else {
            Exit::Clean
        }
    }
}
