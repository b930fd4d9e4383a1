//! Finds and reads rule files.

use super::error::{ROOT_HELP, RuleError};
use super::file::RuleFile;
use super::load::{already_used, parse_below, parse_rules};
use crate::files::{Reason, Refusal, SkippedEntry, below, text, walk};
use crate::span::Span;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Reads rule files, and limits where the files that they name may be.
///
/// A rule file may come from a person who is not trusted, such as the author of a pull request, and errors and failed tests
/// show the contents of event files. Therefore the files that a rule file names have to be below its own folder, and a symbolic link in
/// a folder of rule files must not lead out of the folder. [`root`](Loader::root) replaces both folders.
///
/// ```no_run
/// use cwfilter::rules::Loader;
/// // rules in `checkout/rules`, their events in `checkout/events`
/// let loaded = Loader::new().root("checkout").load(&["checkout/rules"]);
/// # drop(loaded);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Loader {
    root: Option<PathBuf>,
    leaves_out_tests: bool,
    texts: HashMap<PathBuf, String>,
}

/// The rule files that a [`Loader`] read, and the paths that it did not read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Loaded {
    /// The rule files, in the order of the paths, and within a folder sorted by name.
    pub files: Vec<RuleFile>,
    /// The entries of the folders that were not read, with the reason. Event files of the tests were read and are not listed.
    pub skipped_entries: Vec<SkippedEntry>,
}

impl Loader {
    /// A loader that allows event files below the folder of each rule file.
    #[must_use]
    pub fn new() -> Self {
        Loader::default()
    }

    /// Allows files below `folder`, and only there.
    #[must_use]
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = Some(folder.into());
        self
    }

    /// Leaves out the tests and timelines of rules and of composite alarms. Their lists are empty, and their event files are not read. Their
    /// sections have to be valid TOML, but their keys and values are not checked. Imported rule files consist mostly of tests: they load several
    /// times faster without them.
    ///
    /// ```
    /// use cwfilter::rules::Loader;
    /// let text = "[[rule]]\nid = \"errors\"\npattern = \"ERROR\"\n[[rule.test]]\nname = \"no event\"\nexpect = \"match\"\n";
    /// assert!(Loader::new().parse("rules.toml".as_ref(), text.to_owned()).is_err());
    /// let file = Loader::new().without_tests().parse("rules.toml".as_ref(), text.to_owned()).unwrap();
    /// assert!(file.rules[0].tests.is_empty());
    /// ```
    #[must_use]
    pub fn without_tests(mut self) -> Self {
        self.leaves_out_tests = true;
        self
    }

    /// Takes these texts of event files in place of those on the disk, such as the texts of files that an editor has not saved. The paths
    /// have no symbolic links. A file that does not exist is still an error.
    #[must_use]
    pub fn texts(mut self, texts: HashMap<PathBuf, String>) -> Self {
        self.texts = texts;
        self
    }

    /// The folder that [`root`](Loader::root) set.
    #[cfg(feature = "provision")]
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Reads all rule files at or below the paths. `pack:NAME` is a pack that is a part of the program, with the feature `packs`. In a folder it reads the regular files `*.toml`; a path itself may also name a FIFO.
    ///
    /// # Errors
    /// All errors of all files: a file that cannot be read or parsed, a link that leads outside, an id that is used twice.
    pub fn load<P: AsRef<Path>>(&self, paths: &[P]) -> Result<Loaded, Vec<RuleError>> {
        let (mut loaded, mut errors) = (Loaded::default(), Vec::new());
        for path in paths {
            #[cfg(feature = "packs")]
            if let Some(pack) = super::packs::pack_sources(path.as_ref()) {
                match pack {
                    Ok(sources) => {
                        for (path, source) in sources {
                            match self.parse(&path, source) {
                                Ok(file) => loaded.files.push(file),
                                Err(more) => errors.extend(more),
                            }
                        }
                    }
                    Err(error) => errors.push(error),
                }
                continue;
            }
            let (files, mut skipped_entries) = match self.rule_files(path.as_ref()) {
                Ok(found) => found,
                Err(more) => {
                    errors.extend(more);
                    continue;
                }
            };
            let first = loaded.files.len();
            let is_named = |file: &Path| file == path.as_ref();
            for path in files {
                match text(&path) {
                    Err(error) => errors.push(unreadable(&path, &error)),
                    Ok(source) if is_stack_file(&source) && !is_named(&path) => {
                        skipped_entries.push(SkippedEntry { path, reason: Reason::Other });
                    }
                    Ok(source) if is_stack_file(&source) => {
                        let help = "its `rules` name the rule files; `cwfilter plan --stack FILE` reads it";
                        errors.push(
                            RuleError::new(&path, "it is a stack's file, not a rule file")
                                .at(&source, Span::new(0, 0))
                                .help_line(help),
                        );
                    }
                    Ok(source) => match self.parse(&path, source) {
                        Ok(file) => loaded.files.push(file),
                        Err(more) => errors.extend(more),
                    },
                }
            }
            without_event_files(&mut skipped_entries, loaded.files.get(first..).unwrap_or_default());
            loaded.skipped_entries.extend(skipped_entries);
        }
        errors.extend(duplicate_ids(&loaded.files));
        if errors.is_empty() { Ok(loaded) } else { Err(errors) }
    }

    /// Reads one rule file from its text. Event files are relative to the folder of `path`.
    ///
    /// ```
    /// use cwfilter::rules::Loader;
    /// let text = "[[rule]]\nid = \"errors\"\npattern = \"ERROR\"\n";
    /// let file = Loader::new().parse("rules.toml".as_ref(), text.to_owned()).unwrap();
    /// assert_eq!(file.rules[0].pattern.as_str(), "ERROR");
    /// ```
    ///
    /// # Errors
    /// All errors of the file, each with its place.
    pub fn parse(&self, path: &Path, source: String) -> Result<RuleFile, Vec<RuleError>> {
        if self.leaves_out_tests {
            parse_rules(path, source)
        } else {
            parse_below(self.root.as_deref(), &self.texts, path, source)
        }
    }

    /// The rule files at or below a path, and the entries that are skipped.
    fn rule_files(&self, path: &Path) -> Result<(Vec<PathBuf>, Vec<SkippedEntry>), Vec<RuleError>> {
        let metadata = std::fs::metadata(path).map_err(|error| vec![unreadable(path, &error)])?;
        if !metadata.is_dir() {
            return Ok((vec![path.to_owned()], Vec::new()));
        }
        let mut walked = walk(path, |_| true);
        walked.refuse_dead_links(is_rule_file);
        let mut errors: Vec<RuleError> =
            walked.errors.iter().map(|(path, error)| unreadable(path, error)).collect();
        walked.keep(|file| (!is_rule_file(&file.path)).then_some(Reason::Other));
        let root = self.root.as_deref().unwrap_or(path);
        for link in walked.files.iter().filter(|file| file.is_link) {
            match below(root, Path::new(""), &link.path) {
                Ok(_) => {}
                Err(Refusal::Unreadable(error)) => errors.push(unreadable(&link.path, &error)),
                Err(Refusal::Outside) => {
                    let message = format!("it is a symbolic link that leads out of `{}`", root.display());
                    errors.push(RuleError::new(&link.path, message).help_line(ROOT_HELP));
                }
            }
        }
        if errors.is_empty() {
            Ok((walked.files.into_iter().map(|file| file.path).collect(), walked.skipped_entries))
        } else {
            Err(errors)
        }
    }
}

fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
        && path.file_name().is_none_or(|name| name != ".cwfilter.toml")
}

/// Whether a text is a stack's file, which may be in the folder of the rules that it names.
fn is_stack_file(source: &str) -> bool {
    // a test may name a log group, too
    source.contains("log_group")
        && !source.lines().any(|line| line.starts_with("[[rule"))
        && source.parse::<toml::Table>().is_ok_and(|table| {
            let has = |key| table.contains_key(key);
            ["name", "region", "rules", "log_group"].into_iter().all(has) && !has("rule")
        })
}

fn unreadable(path: &Path, error: &std::io::Error) -> RuleError {
    RuleError::new(path, format!("cannot read: {error}"))
}

/// Removes the event files that tests name from the list of what was skipped.
fn without_event_files(skipped_entries: &mut Vec<SkippedEntry>, files: &[RuleFile]) {
    let read: HashSet<&PathBuf> = files.iter().flat_map(|file| &file.event_files).collect();
    if !read.is_empty() {
        skipped_entries.retain(|it| {
            it.reason != Reason::Other || !it.path.canonicalize().is_ok_and(|real| read.contains(&real))
        });
    }
}

/// The paths of the rule files at or below `path`: the path itself, or all regular files `*.toml` in a folder and below it, sorted by name.
///
/// # Errors
/// If the path or a folder below it cannot be read, or a symbolic link leads out of it.
pub fn rule_files(path: &Path) -> Result<Vec<PathBuf>, RuleError> {
    match Loader::new().rule_files(path) {
        Ok((files, _)) => Ok(files),
        Err(errors) => Err(errors.into_iter().next().unwrap_or_else(|| RuleError::new(path, "cannot read"))),
    }
}

/// Reads all rule files at or below the paths, as [`Loader::load`] does without a root.
///
/// ```no_run
/// let files = cwfilter::rules::load(&["patterns"]).unwrap();
/// println!("{} rules", files.iter().map(|file| file.rules.len()).sum::<usize>());
/// ```
///
/// # Errors
/// All errors of all files.
pub fn load<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<RuleFile>, Vec<RuleError>> {
    Loader::new().load(paths).map(|loaded| loaded.files)
}

/// Reads one rule file from its text, as [`Loader::parse`] does without a root.
///
/// # Errors
/// All errors of the file, each with its place.
pub fn parse(path: &Path, source: String) -> Result<RuleFile, Vec<RuleError>> {
    Loader::new().parse(path, source)
}

/// The ids that several files have. Files whose rules are used together must not share one.
#[must_use]
pub fn duplicate_ids(files: &[RuleFile]) -> Vec<RuleError> {
    let mut seen: HashMap<&str, &Path> = HashMap::new();
    let mut errors = Vec::new();
    for file in files {
        let rules = file.rules.iter().map(|rule| (rule.id.as_str(), rule.id_span));
        let composites = file.composites.iter().map(|composite| (composite.id.as_str(), composite.id_span));
        for (id, at) in rules.chain(composites) {
            let Some(first) = seen.insert(id, &file.path) else { continue };
            errors.push(RuleError::new(&file.path, already_used(id, first)).at(&file.source, at));
        }
    }
    errors
}
