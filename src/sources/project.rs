//! Reads the files of one run together: a value may be in another file than the filter.

use super::document::Content;
use super::error::SourceError;
use super::files::{Files, NoFiles, ReadFiles};
use super::host::HostFormat;
use super::hosted::{HostedPattern, Unread, UnreadModule};
use super::repeated::RepeatedKey;
use super::value::FileId;
use super::{cdk, rule_file, template, terraform};
use crate::metric_settings::AlarmResources;
use crate::span::Span;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A file with its patterns.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SourceFile {
    /// Its path as it was given.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The patterns whose literals are in it.
    pub patterns: Vec<HostedPattern>,
    /// Its alarms, with the metric filters that they may watch: each instance once.
    pub resources: AlarmResources,
    /// Modules, nested stacks and other parts of the file that are in another place and were not read.
    pub unread_modules: Vec<UnreadModule>,
    /// Keys of a CloudFormation template that CloudFormation ignores, because the same map has them again.
    pub repeated_keys: Vec<RepeatedKey>,
    /// Whether the caller named it. The others hold texts that a named file uses.
    pub is_named: bool,
}

/// What was read of several files.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Sources {
    /// In the order that they were given; then those that they name, if they hold patterns.
    pub files: Vec<SourceFile>,
    /// Files that are not what their names say, and files that Terraform reads with a named one and that cannot be read.
    pub errors: Vec<(PathBuf, SourceError)>,
}

/// Reads files together. A Terraform folder is evaluated with the modules that it calls; `reader` gives the files that are not among
/// `named`.
///
/// ```
/// use cwfilter::sources::{NoFiles, read_all};
/// let locals = ("locals.tf".into(), "locals {\n  stop = \"{ $.eventName == \\\"StopLogging\\\" }\"\n}\n".to_owned());
/// let filter = ("main.tf".into(), "resource \"aws_cloudwatch_log_metric_filter\" \"a\" {\n  pattern = local.stop\n}\n".to_owned());
/// let sources = read_all([locals, filter], &NoFiles);
/// assert_eq!(sources.files[0].patterns[0].uses[0].what, "local.stop");
/// ```
#[must_use]
pub fn read_all(named: impl IntoIterator<Item = (PathBuf, String)>, reader: &dyn ReadFiles) -> Sources {
    let files = Files::new(reader);
    let ids: Vec<FileId> = named.into_iter().map(|(path, text)| files.add(&path, &text, true)).collect();
    let mut found: HashMap<FileId, Vec<HostedPattern>> = HashMap::new();
    let mut errors: HashMap<FileId, SourceError> = HashMap::new();
    let mut resources: HashMap<FileId, AlarmResources> = HashMap::new();
    let read = terraform::read(&files);
    for (file, error) in read.errors {
        match unfilled(&files.text(file).text, &error).filter(|patterns| !patterns.is_empty()) {
            Some(patterns) => found.entry(file).or_default().extend(patterns),
            None => drop(errors.insert(file, error)),
        }
    }
    let mut unread: HashMap<FileId, Vec<UnreadModule>> = HashMap::new();
    for (file, module) in read.unread {
        unread.entry(file).or_default().push(module);
    }
    for (file, hosted) in read.patterns {
        found.entry(file).or_default().push(hosted);
    }
    for (file, more) in read.resources {
        resources.entry(file).or_default().extend(more);
    }
    let mut repeated: HashMap<FileId, Vec<RepeatedKey>> = HashMap::new();
    for id in &ids {
        let keys = repeated.entry(*id).or_default();
        let modules = unread.entry(*id).or_default();
        match of_file(&files, *id, resources.entry(*id).or_default(), keys, modules) {
            Ok(patterns) => {
                patterns.into_iter().for_each(|(file, it)| found.entry(file).or_default().push(it))
            }
            Err(error) => drop(errors.insert(*id, error)),
        }
    }
    let unreadable = read.unreadable.into_iter();
    let unreadable =
        unreadable.map(|(path, why)| (path, SourceError::new("", 0, format!("cannot read: {why}"))));
    let mut sources = Sources { errors: unreadable.collect(), ..Sources::default() };
    for (id, file) in files.all().iter().enumerate() {
        if let Some(error) = errors.remove(&id) {
            // a file that a named one leads to: what it makes is not known
            sources.errors.push((file.path.clone(), error.shifted(file.mark)));
            continue;
        }
        let mut patterns = found.remove(&id).unwrap_or_default();
        if !file.is_named && patterns.is_empty() {
            continue;
        }
        let text = if file.mark > 0 { format!("\u{feff}{}", file.text) } else { file.text.clone() };
        patterns.iter_mut().for_each(|hosted| hosted.shift(file.mark));
        patterns.sort_by_key(|hosted| hosted.literal.start);
        let mut resources = resources.remove(&id).unwrap_or_default();
        resources.shift(file.mark);
        let mut unread_modules = unread.remove(&id).unwrap_or_default();
        unread_modules.iter_mut().for_each(|module| module.span = module.span.shifted(file.mark));
        let mut repeated_keys = repeated.remove(&id).unwrap_or_default();
        repeated_keys.iter_mut().for_each(|key| key.span = key.span.shifted(file.mark));
        let (path, is_named) = (file.path.clone(), file.is_named);
        sources.files.push(SourceFile {
            path,
            text,
            patterns,
            resources,
            unread_modules,
            repeated_keys,
            is_named,
        });
    }
    sources
}

/// The patterns of one file, which is read by itself.
pub(super) fn read_one(path: &Path, text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    let mut sources = read_all([(path.to_owned(), text.to_owned())], &NoFiles);
    match sources.errors.pop() {
        Some((_, error)) => Err(error),
        None => Ok(sources.files.into_iter().flat_map(|file| file.patterns).collect()),
    }
}

/// The patterns of a file that is not a part of a Terraform configuration.
fn of_file(
    files: &Files<'_>,
    id: FileId,
    resources: &mut AlarmResources,
    repeated: &mut Vec<RepeatedKey>,
    unread: &mut Vec<UnreadModule>,
) -> Result<Vec<(FileId, HostedPattern)>, SourceError> {
    let file = files.text(id);
    if file.text.starts_with(LFS_POINTER) {
        let error = SourceError::new(&file.text, 0, "a pointer of Git LFS, and not the file");
        return Err(error.help("run `git lfs pull`"));
    }
    let read = match HostFormat::of(&file.path) {
        HostFormat::Terraform => return Ok(Vec::new()),
        HostFormat::Settings => return Ok(Vec::new()),
        HostFormat::RuleFile => {
            resources.composites = rule_file::composites(&file.text);
            return Ok(rule_file::read(&file.text)?.into_iter().map(|hosted| (id, hosted)).collect());
        }
        HostFormat::Foreign => return Err(foreign(&file.text, &file.path)),
        _ if cdk::is_copy(files, &file.path) => return Ok(Vec::new()),
        HostFormat::Json => template::read(files, id, true, resources, repeated, unread),
        HostFormat::Yaml => template::read(files, id, false, resources, repeated, unread),
    };
    let read = read.map(|found| if found.is_empty() { unstructured(&file.text, id) } else { found });
    read.or_else(|error| match unfilled(&file.text, &error) {
        Some(patterns) => Ok(patterns.into_iter().map(|hosted| (id, hosted)).collect()),
        None => Err(error),
    })
}

/// How a pointer of Git LFS begins (git-lfs, docs/spec.md).
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/";

fn foreign(text: &str, path: &Path) -> SourceError {
    let name = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    SourceError::new(text, 0, format!("a .{name} file is not read"))
        .help("write out what it deploys, such as with `cdk synth` or `terraform show -json`, and name that")
}

/// Words of files that have to do with filters.
const WORDS: [&str; 6] = [
    "filterpattern",
    "filter_pattern",
    "metricfilter",
    "metric_filter",
    "subscription_filter",
    "cloudwatchlog",
];

/// A file that YAML reads as one long text, such as a template of Terraform: nothing in it was looked at.
fn unstructured(text: &str, id: FileId) -> Vec<(FileId, HostedPattern)> {
    let lower = text.to_lowercase();
    let is_text = || {
        let documents = Files::documents(text, false).unwrap_or_default();
        documents.iter().all(|it| matches!(it.content, Content::Scalar(..)))
    };
    if !WORDS.iter().any(|word| lower.contains(word)) || !is_text() {
        return Vec::new();
    }
    let unread = Unread::unknown("the file is neither a map nor a list of YAML or JSON");
    vec![(id, HostedPattern::unread(String::new(), Span::new(0, 0), unread))]
}

/// A file that becomes YAML or Terraform only when a template language has filled it in. It is not read; whether it has to do with filters is told by
/// its words.
fn unfilled(text: &str, error: &SourceError) -> Option<Vec<HostedPattern>> {
    if !["{{", "{%", "<%"].iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let lower = text.to_lowercase();
    if !WORDS.iter().any(|word| lower.contains(word)) {
        return Some(Vec::new());
    }
    let why = format!("the file is a template that is filled in first: {}", error.message);
    let span = Span::new(error.offset.min(text.len()), error.offset.min(text.len()));
    Some(vec![HostedPattern::unread(String::new(), span, Unread::unknown(why))])
}
