//! `cwfilter lint`

use super::baseline::Baseline;
use super::exit::Exit;
use super::output::{Destinations, Format, Outputs};
use super::rewrite::rewrite;
use super::rule_files::refusals;
use super::skipped_entries;
use super::sources::{SourceFile, load};
use super::terminal::{line, say, style};
use cwfilter::analysis::{Bounds, equivalent};
use cwfilter::controls::compared_literally;
use cwfilter::diagnostic::{Applicability, Diagnostic, Fix, REFUSED};
use cwfilter::files::{lines, utf8};
use cwfilter::lint::check;
use cwfilter::lint::file::{
    AlarmCounts, Counts, FileFindings, Finding, NEVER_SILENT, Suppression, check_sources, suppressions,
};
use cwfilter::plural::counted;
use cwfilter::sources::HostedPattern;
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

/// Find mistakes in patterns
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter lint patterns
  cwfilter lint infra/ --output sarif=lint.sarif
  cwfilter lint --pattern '{ $.errorCode != \"AccessDenied\" }'
  cwfilter lint --fix=suggested --diff main.tf
  echo 'ERROR OR FATAL' | cwfilter lint -

Reads rule files (.toml); Terraform and OpenTofu (.tf, .tofu, .tf.json), evaluated with the modules that they call, and
`terraform show -json` of plans and states; CloudFormation, SAM, Serverless, CDK (cdk.out), Ansible and Pulumi (.yml, .yaml,
.json, .template); input files and answers of `aws logs`. A pattern that is not known before deployment is counted as not
checked, with the reference that is missing. Alarms in Terraform and CloudFormation are checked against the metric filters of
all files. `cwfilter explain LINT` explains a lint.")]
pub(super) struct Args {
    /// Files, folders of them, or `-` for one pattern on standard input
    #[arg(default_value = "patterns", value_name = "FILES|DIRS|-")]
    paths: Vec<PathBuf>,
    /// Lint this filter pattern
    #[arg(long, allow_hyphen_values = true, conflicts_with = "fix")]
    pattern: Option<String>,
    /// Read the files as NDJSON; this field of each line is a pattern
    #[arg(long, value_name = "FIELD", conflicts_with_all = ["pattern", "fix"])]
    ndjson_field: Option<String>,
    /// Rewrite the files: `safe` fixes keep the meaning, `suggested` fixes change it to what was likely meant
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    fix: Option<Which>,
    /// Show what `--fix` would change; change nothing
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Do not report this lint
    #[arg(long, value_name = "LINT")]
    allow: Vec<String>,
    #[command(flatten)]
    outputs: Outputs,
    /// Read standard input as the text of a file with this name
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pattern", "fix", "ndjson_field"])]
    stdin_filename: Option<PathBuf>,
    /// Do not report the findings in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings into the file of `--baseline`, and report none
    #[arg(long, requires = "baseline", conflicts_with = "fix")]
    write_baseline: bool,
    /// Do not fail if there are no patterns
    #[arg(long)]
    allow_empty: bool,
    /// Fail if a pattern was found that could not be checked, or a file is too large to be read
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Which {
    Safe,
    Suggested,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    if let Some(unknown) = args.allow.iter().find(|name| cwfilter::lint::catalogue::lint(name).is_none()) {
        say!("error: no lint is named `{unknown}`; `cwfilter explain` lists the lints");
        return Ok(Exit::Usage);
    }
    let targets = match args.outputs.targets() {
        Ok(targets) => targets,
        Err(refused) => return Ok(refused.print()),
    };
    let read =
        |paths: &mut dyn Iterator<Item = &Path>| targets.check(paths).map_err(|refused| refused.print());
    if let Some(pattern) = &args.pattern {
        return finish(args, &targets, vec![bare("pattern", pattern)], Exit::Clean);
    }
    if let Some(path) = &args.stdin_filename {
        let (sources, exit) = super::sources::of_stdin(path);
        return finish(args, &targets, checked(&sources), exit);
    }
    if args.paths == [PathBuf::from("-")] && args.ndjson_field.is_none() {
        let Some(text) = super::patterns::stdin() else { return Ok(Exit::Input) };
        // `echo` adds a newline
        return finish(
            args,
            &targets,
            vec![bare("-", text.strip_suffix('\n').unwrap_or(&text))],
            Exit::Clean,
        );
    }
    if let Some(field) = &args.ndjson_field {
        if let Err(exit) = read(&mut args.paths.iter().map(PathBuf::as_path)) {
            return Ok(exit);
        }
        let (files, exit) = ndjson(&args.paths, field);
        return finish(args, &targets, files, exit);
    }
    let (sources, exit) = load(&args.paths);
    if let Err(exit) = read(&mut sources.iter().map(|source| source.path.as_path())) {
        return Ok(exit);
    }
    match args.fix {
        Some(which) => fix(args, &targets, &sources, which, exit),
        None => finish(args, &targets, checked(&sources), exit),
    }
}

fn bare(path: &str, text: &str) -> FileFindings {
    let findings = check(text).into_iter();
    FileFindings {
        path: path.to_owned(),
        text: text.to_owned(),
        findings: findings.map(|diagnostic| Finding::new("", diagnostic)).collect(),
        counts: Counts::one(),
        unchecked: Vec::new(),
        alarms: AlarmCounts::default(),
        composites: 0,
    }
}

/// Lints each line as a file of its own with the name FILE:LINE.
fn ndjson(paths: &[PathBuf], field: &str) -> (Vec<FileFindings>, Exit) {
    let (mut files, mut exit) = (Vec::new(), Exit::Clean);
    let mut failed = |why: String| {
        say!("error: {why}");
        exit = Exit::Input;
    };
    for path in paths {
        let open = || -> std::io::Result<Box<dyn BufRead>> {
            Ok(if path.as_os_str() == "-" {
                Box::new(std::io::stdin().lock())
            } else {
                Box::new(std::io::BufReader::new(std::fs::File::open(path)?))
            })
        };
        let lines = match open() {
            Ok(reader) => lines(reader),
            Err(error) => {
                failed(format!("{}: cannot read: {error}", path.display()));
                continue;
            }
        };
        for (number, line) in (1..).zip(lines) {
            let name = format!("{}:{number}", path.display());
            // a line that is not UTF-8 is left out; any other error would repeat on every further line
            if let Err(error) = line.as_ref()
                && error.kind() != std::io::ErrorKind::InvalidData
            {
                failed(format!("{name}: cannot read: {error}"));
                break;
            }
            let value = line.and_then(utf8).map_err(|error| error.to_string()).and_then(|line| {
                if line.trim().is_empty() {
                    return Ok(None);
                }
                let value: serde_json::Value =
                    serde_json::from_str(&line).map_err(|error| error.to_string())?;
                let text = value.get(field).and_then(serde_json::Value::as_str).map(str::to_owned);
                text.map(Some).ok_or_else(|| format!("the line has no field `{field}` with a text"))
            });
            match value {
                Ok(Some(text)) => files.push(bare(&name, &text)),
                Ok(None) => {}
                Err(why) => failed(format!("{name}: {why}")),
            }
        }
    }
    (files, exit)
}

fn finish(
    args: &Args,
    targets: &Destinations,
    mut files: Vec<FileFindings>,
    exit: Exit,
) -> std::io::Result<Exit> {
    let is_empty = files.iter().all(is_empty);
    for file in &mut files {
        file.findings.retain(|finding| !args.allow.iter().any(|name| name == finding.diagnostic.lint));
    }
    files.iter_mut().for_each(configured);
    if super::config::is_refused() {
        return Ok(Exit::Usage);
    }
    if args.write_baseline {
        return Ok(exit.max(write_baseline(args, &files)?));
    }
    let old = match without_old(args, &mut files) {
        Ok(old) => old,
        Err(error) => {
            say!("error: {error}");
            return Ok(Exit::Usage);
        }
    };
    let counts = Counts::sum(files.iter().map(|file| &file.counts));
    let alarms = AlarmCounts::sum(files.iter().map(|file| &file.alarms));
    if is_empty && exit == Exit::Clean && !args.allow_empty {
        say!("error: no patterns found; check the paths, or give `--allow-empty`");
        return Ok(Exit::Input);
    }
    let exit = exit.max(args.outputs.write(targets, &files)?);
    if args.outputs.format() == Format::Human {
        summary(&files, &counts, alarms)?;
    } else if counts.not_checked() > 0 {
        say!("{counts}");
    }
    let is_whole =
        !files.iter().any(|file| file.counts.not_checked() > 0 && is_strict(args, Path::new(&file.path)));
    if !is_whole {
        say!("error: with --strict every pattern has to be checked");
    }
    let large = skipped_entries::large();
    let unread: Vec<&PathBuf> = large.iter().filter(|path| is_strict(args, path)).collect();
    for path in &unread {
        say!("error: with --strict every file has to be read: {} is too large", path.display());
    }
    if old > 0 {
        say!("{} in the baseline not reported", counted(old, "finding", "findings"));
    }
    let has_findings =
        files.iter().flat_map(|file| &file.findings).any(|finding| finding.diagnostic.is_finding());
    Ok(exit.max(if has_findings || !is_whole || !unread.is_empty() { Exit::Findings } else { Exit::Clean }))
}

/// Whether each pattern of a file has to be checked.
fn is_strict(args: &Args, path: &Path) -> bool {
    args.strict || super::config::of(path).is_some_and(|config| config.strict)
}

/// Whether a file has nothing to check, and nothing to say about it.
fn is_empty(file: &FileFindings) -> bool {
    file.counts.found + file.alarms.found + file.composites == 0 && file.findings.is_empty()
}

/// Gives the findings of a file the severities of its configuration.
pub(super) fn configured(file: &mut FileFindings) {
    let Some(config) = super::config::of(Path::new(&file.path)) else { return };
    file.findings.retain_mut(|finding| {
        let diagnostic = &mut finding.diagnostic;
        match config.lints.get(diagnostic.lint) {
            // what AWS refuses stays an error
            Some(_) if NEVER_SILENT.contains(&diagnostic.lint) => true,
            Some(None) => false,
            Some(Some(severity)) => {
                diagnostic.severity = *severity;
                true
            }
            None => true,
        }
    });
}

fn write_baseline(args: &Args, files: &[FileFindings]) -> std::io::Result<Exit> {
    let Some(path) = &args.baseline else { return Ok(Exit::Usage) };
    let count = files.iter().flat_map(|file| &file.findings).filter(|it| it.diagnostic.is_finding()).count();
    let text = Baseline::text(path, files).map_err(std::io::Error::other)?;
    let written = super::write::Destination::new(path).and_then(|to| to.write(text));
    Ok(match written {
        Ok(()) => {
            say!("wrote {} into {}", counted(count, "finding", "findings"), path.display());
            Exit::Clean
        }
        Err(error) => Exit::from_output(error),
    })
}

/// Removes the findings that are in a baseline, and returns their number.
fn without_old(args: &Args, files: &mut [FileFindings]) -> Result<usize, String> {
    let mut baselines: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        let configured = || super::config::of(Path::new(&file.path)).and_then(|it| it.baseline.clone());
        if let Some(path) = args.baseline.clone().or_else(configured) {
            baselines.entry(path).or_default().push(at);
        }
    }
    let mut old = 0;
    for (path, at) in baselines {
        let mut baseline = Baseline::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for file in at {
            old += files.get_mut(file).map_or(0, |file| baseline.remove(file));
        }
        let fixed = baseline.fixed(files);
        if fixed > 0 {
            let findings = counted(fixed, "finding of it is", "findings of it are");
            say!("note: {}: {findings} gone; write it again with --write-baseline", path.display());
        }
    }
    Ok(old)
}

fn summary(files: &[FileFindings], counts: &Counts, alarms: AlarmCounts) -> std::io::Result<()> {
    let mut by_lint: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in files.iter().flat_map(|file| &file.findings) {
        *by_lint.entry(finding.diagnostic.lint).or_default() += 1;
    }
    let mut by_lint: Vec<(&str, usize)> = by_lint.into_iter().collect();
    by_lint.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let mut out = std::io::stdout().lock();
    for (name, count) in &by_lint {
        line!(out, "{count:>6}  {name}")?;
    }
    // a pattern or an alarm that was not checked is counted as such
    let is_counted = |name: &str| !matches!(name, "unchecked-pattern" | "unchecked-alarm" | "unread-module");
    let total: usize = by_lint.iter().filter(|(name, _)| is_counted(name)).map(|(_, count)| count).sum();
    let alarms = if alarms.found > 0 { format!("; {alarms}") } else { String::new() };
    line!(out, "{counts}{alarms}; {}", counted(total, "finding", "findings"))
}

/// Rounds of fixes for one pattern. More would mean that two fixes undo each other.
const ROUNDS: usize = 20;

fn fix(
    args: &Args,
    targets: &Destinations,
    sources: &[SourceFile],
    which: Which,
    mut exit: Exit,
) -> std::io::Result<Exit> {
    let mut out = std::io::stdout().lock();
    for source in sources {
        let comments = suppressions(&source.path, &source.text, &source.patterns);
        let rewritten = match rewrite(source, |hosted| fixed(&args.allow, hosted, &comments, which)) {
            Ok(rewritten) => rewritten,
            Err(error) => {
                say!("error: {}:{error}", source.path.display());
                exit = Exit::Input;
                continue;
            }
        };
        rewritten.name_left();
        if args.diff {
            rewritten.diff(&mut out)?;
        } else if rewritten.is_changed() {
            match rewritten.write() {
                Ok(()) => say!("fixed {}", source.path.display()),
                Err(error) => exit = exit.max(Exit::from_output(error)),
            }
        }
        if args.diff && rewritten.is_changed() {
            exit = exit.max(Exit::Findings);
        }
    }
    drop(out);
    if args.diff {
        return Ok(exit);
    }
    // report the findings that remain
    let (sources, loaded) = load(&args.paths);
    let exit = exit.max(loaded);
    let _ = style(&std::io::stdout());
    finish(args, targets, checked(&sources), exit)
}

pub(super) fn checked(sources: &[SourceFile]) -> Vec<FileFindings> {
    let mut files = check_sources(sources);
    refusals(sources, &mut files);
    files
}

/// The pattern after all its fixes; `None` if it does not change.
pub(super) fn fixed(
    allow: &[String],
    hosted: &HostedPattern,
    comments: &[Suppression],
    which: Which,
) -> Option<String> {
    let original = hosted.text.as_ref().ok()?;
    // Security Hub fails any other text
    if compared_literally(original).is_some() {
        return None;
    }
    let is_silent = |lint: &str| {
        allow.iter().any(|name| name == lint)
            || hosted.allow.iter().any(|allow| allow.lint == lint)
            || comments.iter().any(|comment| comment.silences(lint, hosted.literal.start))
    };
    let mut text = original.clone();
    for _ in 0..ROUNDS {
        let found = check(&text);
        let fixes = found.iter().filter(|finding| !is_silent(finding.lint)).filter_map(|finding| {
            let is_wanted =
                |fix: &&Fix| which == Which::Suggested || fix.applicability == Applicability::Safe;
            finding.fix.as_ref().filter(is_wanted)
        });
        let is_better =
            |fix: &&Fix| fix.applicability == Applicability::Safe || !makes_findings(&found, &fix.pattern);
        let fix = fixes.filter(|fix| fix.pattern != text).find(is_better).cloned();
        match fix {
            // a safe fix is applied only if a proof shows that the meaning stays
            Some(fix) if fix.applicability == Applicability::Safe && differs(&text, &fix.pattern) => break,
            Some(fix) => text = fix.pattern,
            None => break,
        }
    }
    if text == *original && text.trim() != text {
        text = text.trim().to_owned();
    }
    (text != *original).then_some(text)
}

/// Whether after a fix there are findings without a fix that were not there, or had one. Such a fix is left to a person: two fixes of one place may
/// need each other.
fn makes_findings(found: &[Diagnostic], fixed: &str) -> bool {
    // what a refused pattern means is found only after it is fixed
    if found.iter().any(|finding| finding.lint == REFUSED) {
        return false;
    }
    let after = check(fixed);
    let is_left = |it: &&Diagnostic| it.is_finding() && it.fix.is_none();
    let number =
        |all: &[Diagnostic], lint: &str| all.iter().filter(is_left).filter(|it| it.lint == lint).count();
    after.iter().filter(is_left).any(|it| number(&after, it.lint) > number(found, it.lint))
}

fn differs(text: &str, fixed: &str) -> bool {
    match (text.trim().parse(), fixed.parse()) {
        (Ok(a), Ok(b)) => !equivalent(&a, &b, &Bounds::default()).is_yes(),
        // a refused pattern has no meaning to keep
        _ => false,
    }
}
