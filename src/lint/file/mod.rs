//! Lints of whole files: checks every pattern of a file, the patterns of one file together, and metrics across files.

mod alarms;
mod allowances;
mod comments;
mod counts;
mod cycles;
mod feeds;
mod finding;
mod memo;
mod proofs;

use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::escaped::Escaped;
use crate::limits::REGEX_FILTERS_PER_LOG_GROUP;
use crate::lint::alarm::check_alarm;
use crate::lint::composite::check_composite;
use crate::lint::transformation::check_transformation;
use crate::lint::{LocatedTransformation, has_regex, refused_blanks};
use crate::metric_settings::AlarmResources;
use crate::semantics::Semantics;
use crate::sources::{Completion, HostedPattern, RepeatedKey, SourceFile, Unread, UnreadKind, UnreadModule};
use crate::span::Span;
use crate::syntax::ast::Pattern;
use crate::syntax::{ParseError, parse};
use allowances::Allowances;
pub use comments::{NEVER_SILENT, Suppression, suppressions};
pub use counts::{AlarmCounts, Counts};
use feeds::{Feeds, metric_of};
pub use finding::{FileFindings, Finding, NotChecked};
pub use memo::Memo;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Modules that one note names.
const MODULES_NAMED: usize = 3;

/// Checks all patterns of a file, each alone and all together.
///
/// ```
/// use cwfilter::lint::file::check_file;
/// let text = "[[rule]]\nid = \"a\"\npattern = \"{ $.a != x || $.a != y }\"\n";
/// let patterns = cwfilter::sources::read(std::path::Path::new("rules.toml"), text)?;
/// let checked = check_file("rules.toml".to_owned(), text.to_owned(), &patterns);
/// let finding = checked.findings.iter().find(|finding| finding.diagnostic.lint == "or-of-negations").unwrap();
/// assert_eq!(finding.range(text).0.line, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check_file(path: String, text: String, patterns: &[HostedPattern]) -> FileFindings {
    let memo = Memo::default();
    let mut file = check_patterns(path, text, patterns, &Feeds::of([patterns]), &memo, Allowances::default());
    comments::apply(&mut file, patterns, memo.is_partial());
    file
}

/// As [`check_file`], without the comments that silence lints.
fn check_patterns(
    path: String,
    text: String,
    patterns: &[HostedPattern],
    feeds: &Feeds<'_>,
    memo: &Memo,
    mut allowances: Allowances,
) -> FileFindings {
    let mut findings = Vec::new();
    let mut with_regex = Vec::new();
    let mut shared = shared_metrics(patterns);
    for hosted in patterns {
        let parsed = hosted.text.as_ref().map(|text| (text.as_str(), parse(text, Semantics::default())));
        if let Ok((_, Ok(pattern))) = &parsed
            && hosted.is_counted()
            && !hosted.is_absent()
            && has_regex(pattern)
        {
            with_regex.push(hosted);
        }
        let mut found = check_one(hosted, parsed, feeds, shared.remove(&hosted.literal), memo);
        found.retain(|it| !allowances.silence(hosted, it.diagnostic.lint));
        findings.extend(found);
    }
    regex_filters(&with_regex, &mut findings);
    proofs::check(&path, patterns, memo, |hosted, diagnostic| {
        if !allowances.silence(hosted, diagnostic.lint) {
            findings.push(Finding::new(hosted.name.clone(), diagnostic));
        }
    });
    findings.extend(allowances.idle(patterns, memo.is_partial()));
    findings.sort_by_key(|finding| finding.diagnostic.primary.span.start);
    once(&mut findings);
    FileFindings {
        path,
        text,
        findings,
        counts: Counts::of(patterns),
        alarms: AlarmCounts::default(),
        composites: 0,
        unchecked: not_checked(patterns),
    }
}

/// Checks several files: each alone, and metrics that filters of several files publish to. Alarms are read of each file by itself;
/// [`check_sources`] has those that [`crate::sources::read_all`] evaluated.
#[must_use]
pub fn check_files<'a>(
    files: impl IntoIterator<Item = (String, String, &'a [HostedPattern])>,
) -> Vec<FileFindings> {
    let files = files.into_iter().map(|(path, text, patterns)| {
        let resources = Cow::Owned(crate::sources::alarms(path.as_ref(), &text));
        (path, text, patterns, resources)
    });
    check_all(files, &Memo::default())
}

/// Checks files that were read together: each alone, and the metrics and alarms of all.
#[must_use]
pub fn check_sources(sources: &[SourceFile]) -> Vec<FileFindings> {
    check_sources_with(sources, &Memo::default())
}

/// As [`check_sources`], with the results that `memo` has; those that it does not have are added to it.
#[must_use]
pub fn check_sources_with(sources: &[SourceFile], memo: &Memo) -> Vec<FileFindings> {
    let files = sources.iter().map(|source| {
        let path = source.path.display().to_string();
        (path, source.text.clone(), source.patterns.as_slice(), Cow::Borrowed(&source.resources))
    });
    let mut checked = check_all(files, memo);
    for (file, source) in checked.iter_mut().zip(sources) {
        file.findings.extend(unread_modules(&source.unread_modules).map(|it| Finding::new("", it)));
        file.findings.extend(source.repeated_keys.iter().map(repeated_key));
        file.findings.sort_by_key(|finding| finding.diagnostic.primary.span.start);
    }
    checked
}

/// The findings that need no proof, and those whose proofs `memo` has; and whether these are all findings. For an editor, which shows them
/// while the proofs are made.
#[must_use]
pub fn check_sources_briefly(sources: &[SourceFile], memo: &Memo) -> (Vec<FileFindings>, bool) {
    memo.briefly(|| check_sources_with(sources, memo))
}

/// One note for all parts of a file that were not read.
fn unread_modules(modules: &[UnreadModule]) -> Option<Diagnostic> {
    let first = modules.first()?;
    let is_terraform = first.kind == UnreadKind::TerraformModule;
    let shown = |it: &UnreadModule| match is_terraform {
        true => format!("`{}` (`{}`)", it.name, it.source),
        false => it.to_string(),
    };
    let mut names: Vec<String> = modules.iter().take(MODULES_NAMED).map(shown).collect();
    if let Some(more) = modules.len().checked_sub(MODULES_NAMED).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    let (what, help) = match (is_terraform, modules.len()) {
        (true, 1) => ("a module is", TERRAFORM_HELP),
        (true, _) => ("modules are", TERRAFORM_HELP),
        (false, 1) => ("a part of the stack is", TEMPLATE_HELP),
        (false, _) => ("parts of the stack are", TEMPLATE_HELP),
    };
    let message = format!("{what} not read: {}", names.join(", "));
    let note = Diagnostic::new("unread-module", Severity::Note, first.span, message).in_file(first.span);
    Some(note.help(help))
}

/// How modules are read.
const TERRAFORM_HELP: &str =
    "run `terraform init`, which downloads it, or lint a plan: `terraform show -json`";

/// How parts of a stack are read.
const TEMPLATE_HELP: &str =
    "lint its template, too: `aws cloudformation get-template` has that of a deployed stack";

/// A key that CloudFormation ignores.
fn repeated_key(it: &RepeatedKey) -> Finding {
    let RepeatedKey { key, span, last, .. } = it;
    let message = format!(
        "CloudFormation ignores this `{}`: the same map has the key again in line {last}, and the last one counts",
        Escaped(key)
    );
    let found = Diagnostic::new("repeated-key", Severity::Warning, *span, message).in_file(*span);
    Finding::new("", found.help("remove one of them, or rename it"))
}

/// The path of a file, its text, its patterns and its alarms.
type OfFile<'a> = (String, String, &'a [HostedPattern], Cow<'a, AlarmResources>);

fn check_all<'a>(files: impl Iterator<Item = OfFile<'a>>, memo: &Memo) -> Vec<FileFindings> {
    let mut feeding: HashMap<(String, String), String> = HashMap::new();
    let (mut checked, mut alarms, mut read, mut hosted) =
        (Vec::new(), HashSet::new(), Vec::new(), Vec::new());
    let files: Vec<OfFile<'a>> = files.collect();
    let feeds = Feeds::of(files.iter().map(|(_, _, patterns, _)| *patterns));
    for (path, text, patterns, resources) in files {
        read.push(alarms::Read::new(&path, resources));
        let mut own: HashMap<(String, String), String> = HashMap::new();
        let (mut across, mut allowances) = (Vec::new(), Allowances::default());
        for hosted in patterns.iter().filter(|hosted| hosted.alarm.is_some()) {
            let Some((metric, span)) = metric_of(hosted) else { continue };
            let name = Escaped(&path);
            if let Some(other) = feeding.get(&metric)
                && !allowances.silence(hosted, "shared-metric")
            {
                let message = format!(
                    "`{other}` also publishes to the metric {} {}: the alarm of each rule counts the events of both",
                    metric.0, metric.1
                );
                across.push(Finding::new(hosted.name.clone(), shared_metric(message, span)));
            }
            own.entry(metric).or_insert_with(|| format!("{}` in `{name}", hosted.name));
        }
        for (metric, name) in own {
            feeding.entry(metric).or_insert(name);
        }
        let mut file = check_patterns(path, text, patterns, &feeds, memo, allowances);
        file.findings.extend(across);
        checked.push(file);
        hosted.push(patterns);
        alarms.extend(patterns.iter().filter(|it| it.alarm.is_some()).map(|it| it.name.clone()));
    }
    alarms.extend(
        read.iter().flat_map(|it: &alarms::Read| &it.resources.composites).map(|entry| entry.id.clone()),
    );
    alarms::check(&mut checked, &read);
    cycles::check(&mut checked, &read);
    for ((file, of_file), patterns) in checked.iter_mut().zip(&read).zip(hosted) {
        file.composites = of_file.resources.composites.len();
        for entry in &of_file.resources.composites {
            let found = check_composite(entry, |name| alarms.contains(name)).into_iter();
            file.findings.extend(found.map(|diagnostic| Finding::new(entry.id.clone(), diagnostic)));
        }
        file.findings.sort_by_key(|finding| finding.diagnostic.primary.span.start);
        once(&mut file.findings);
        comments::apply(file, patterns, memo.is_partial());
    }
    checked
}

fn shared_metric(message: String, at: Span) -> Diagnostic {
    Diagnostic::new("shared-metric", Severity::Warning, at, message)
        .in_file(at)
        .help("use another metric name, or remove one of the alarms")
}

fn not_checked(patterns: &[HostedPattern]) -> Vec<NotChecked> {
    let mut seen = HashSet::new();
    let counted = patterns.iter().filter(|hosted| hosted.is_counted());
    counted
        .filter_map(|hosted| {
            let reason = hosted.text.as_ref().err()?.to_string();
            let is_new = seen.insert((hosted.literal, reason.clone()));
            is_new.then(|| NotChecked { pattern: hosted.name.clone(), span: hosted.literal, reason })
        })
        .collect()
}

/// Several filters may share a literal, and a block may make several alarms: what is found in it is reported once.
fn once(findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    findings.retain(|finding| {
        let it = &finding.diagnostic;
        seen.insert((it.lint, it.primary.span, it.message.clone()))
    });
}

/// The text of a pattern and the result of parsing it. `Err` says why the text is not known.
type Parsed<'a> = Result<(&'a str, Result<Pattern, ParseError>), &'a Unread>;

fn check_one(
    hosted: &HostedPattern,
    parsed: Parsed<'_>,
    feeds: &Feeds<'_>,
    shared: Option<Diagnostic>,
    memo: &Memo,
) -> Vec<Finding> {
    let mut found = match parsed {
        Ok((_, parsed)) if !hosted.is_counted() => of_settings(hosted, parsed.as_ref().ok()),
        Ok((text, parsed)) => of_text(hosted, text, parsed, memo),
        Err(_) if !hosted.is_counted() => of_settings(hosted, None),
        Err(unread) => {
            let mut found = vec![not_read(hosted, unread)];
            found.extend(of_completions(hosted, memo));
            found.extend(of_settings(hosted, None));
            found
        }
    };
    found.extend(hosted.alarm.iter().flat_map(|alarm| check_alarm(&feeds.of_metric(hosted), alarm)));
    found.extend(shared);
    let in_file = |diagnostic| Finding {
        uses: hosted.uses.clone(),
        ..Finding::new(hosted.name.clone(), in_file(diagnostic, hosted))
    };
    found.into_iter().map(in_file).collect()
}

fn of_text(
    hosted: &HostedPattern,
    text: &str,
    parsed: Result<Pattern, ParseError>,
    memo: &Memo,
) -> Vec<Diagnostic> {
    let all = |text: &str, pattern: &Pattern| {
        let mut found = memo.check(text, pattern);
        found.extend(of_settings(hosted, Some(pattern)));
        found
    };
    match parsed {
        Ok(pattern) => all(text, &pattern),
        Err(error) => {
            let refusal = Diagnostic::from(&error);
            // the text may be refused only because of white space, such as the newline of a block scalar
            match parse(text.trim(), Semantics::default()) {
                Ok(trimmed) if text.trim() != text => {
                    let leading = text.len() - text.trim_start().len();
                    let rest = all(text.trim(), &trimmed).into_iter().map(|found| shifted(found, leading));
                    let mut blanks = refused_blanks(text, &trimmed);
                    blanks.primary.text = refusal.primary.text;
                    std::iter::once(blanks).chain(rest).collect()
                }
                _ => std::iter::once(refusal).chain(of_settings(hosted, None)).collect(),
            }
        }
    }
}

/// The findings in the metric beside a pattern, which may be unknown.
fn of_settings(hosted: &HostedPattern, pattern: Option<&Pattern>) -> Vec<Diagnostic> {
    let transformation = hosted.transformation.as_ref();
    transformation.map(|it| check_transformation(pattern, it)).unwrap_or_default()
}

/// The finding that says why a pattern is not checked.
fn not_read(hosted: &HostedPattern, unread: &Unread) -> Diagnostic {
    let (severity, message) = match unread.lint {
        "unchecked-pattern" => (Severity::Note, format!("not checked: {}", unread.why)),
        _ => (Severity::Error, unread.why.to_string()),
    };
    let finding = Diagnostic::new(unread.lint, severity, hosted.literal, message).in_file(hosted.literal);
    match unread.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// The findings that all completions of a pattern share: they hold for every text that may be in the parts that are not known.
fn of_completions(hosted: &HostedPattern, memo: &Memo) -> Vec<Diagnostic> {
    let of = |completion: &Completion| -> Vec<Diagnostic> {
        let placed = memo.check_text(&completion.text).into_iter().map(|mut finding| {
            for label in std::iter::once(&mut finding.primary).chain(&mut finding.secondary) {
                if label.location == Location::Pattern {
                    label.span = completion.in_file(label.span);
                    label.location = Location::File;
                }
            }
            // a fix would write the stand-in
            finding.fix = None;
            finding
        });
        placed.collect()
    };
    let mut all = hosted.completions().iter().map(of);
    let Some(first) = all.next() else { return Vec::new() };
    all.fold(first, |mut shared, other| {
        let is_same = |a: &Diagnostic, b: &Diagnostic| {
            a.lint == b.lint && a.message == b.message && a.primary.span == b.primary.span
        };
        shared.retain(|finding| other.iter().any(|it| is_same(finding, it)));
        shared
    })
}

/// Moves the places of a finding by `by` bytes, for a text that was trimmed at its start.
fn shifted(mut diagnostic: Diagnostic, by: usize) -> Diagnostic {
    for label in std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.secondary) {
        if label.location == Location::Pattern {
            label.span = label.span.shifted(by);
        }
    }
    diagnostic
}

fn in_file(mut diagnostic: Diagnostic, hosted: &HostedPattern) -> Diagnostic {
    let to_file = |label: &mut Label| {
        if label.location == Location::Pattern {
            label.span = hosted.in_file(label.span);
            label.location = Location::File;
        }
    };
    to_file(&mut diagnostic.primary);
    diagnostic.secondary.iter_mut().for_each(to_file);
    diagnostic
}

/// Finds patterns with an alarm on a metric to which an earlier pattern with an alarm publishes.
fn shared_metrics(patterns: &[HostedPattern]) -> HashMap<Span, Diagnostic> {
    let mut feeding: HashMap<(&str, &str), &str> = HashMap::new();
    let mut found = HashMap::new();
    for hosted in patterns.iter().filter(|hosted| hosted.alarm.is_some()) {
        let Some(LocatedTransformation { namespace: Some(namespace), name: Some(name), .. }) =
            &hosted.transformation
        else {
            continue;
        };
        let metric = (namespace.text.as_str(), name.text.as_str());
        let Some(other) = feeding.get(&metric) else {
            feeding.insert(metric, &hosted.name);
            continue;
        };
        let message = format!(
            "`{other}` also publishes to the metric {} {}: the alarm of each rule counts the events of both",
            namespace.text, name.text
        );
        found.insert(hosted.literal, shared_metric(message, name.span));
    }
    found
}

/// Finds log groups with more filters with regular expressions than AWS allows.
fn regex_filters(with_regex: &[&HostedPattern], findings: &mut Vec<Finding>) {
    let mut groups: HashMap<&str, usize> = HashMap::new();
    for hosted in with_regex {
        let Some(group) = &hosted.log_group else { continue };
        let count = groups.entry(group).or_default();
        *count += 1;
        if *count > REGEX_FILTERS_PER_LOG_GROUP {
            let message = format!(
                "filter {count} with a regular expression on the log group `{group}`; {REGEX_FILTERS_PER_LOG_GROUP} are allowed"
            );
            let diagnostic =
                Diagnostic::new("regex-filters-in-log-group", Severity::Error, hosted.literal, message)
                    .in_file(hosted.literal)
                    .help("use `||` and `*` instead of a regular expression, or join filters");
            findings.push(Finding::new(hosted.name.clone(), diagnostic));
        }
    }
}
