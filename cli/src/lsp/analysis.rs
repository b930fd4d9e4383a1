//! What the library reads in a document: its patterns with their places, and the rules of a rule file.

use super::super::disk::Disk;
use super::super::options::loader;
use super::partial::fine_rules;
use cwfilter::limits::{LSP_RULE_FILES, NAMED_FILES, SOURCE_BYTES};
use cwfilter::rules::{RuleError, RuleFile, rule_files};
use cwfilter::sources::{HostedPattern, NoFiles, ReadFiles, SourceError, SourceFile, is_source, read_all};
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What one version of a document holds.
pub(super) struct Analysis {
    path: PathBuf,
    /// The document, and the files that hold texts which it uses.
    pub(super) sources: Vec<SourceFile>,
    pub(super) errors: Vec<(PathBuf, SourceError)>,
    /// Why nothing was read.
    pub(super) refused: Option<String>,
    /// Whether all rule files were read that may define an alarm of the document.
    pub(super) has_all_siblings: bool,
    text: String,
    rules: OnceCell<Option<Result<RuleFile, Vec<RuleError>>>>,
    /// The rules that are fine, if others are refused.
    fine: OnceCell<Option<RuleFile>>,
    /// Texts of event files that are open.
    events: HashMap<PathBuf, String>,
    /// The files that were read, or that would have been.
    asked: HashSet<PathBuf>,
}

/// The disk, with the texts of open documents in place of those of the files.
struct Overlay<'a> {
    disk: Disk,
    open: &'a HashMap<PathBuf, String>,
    asked: RefCell<HashSet<PathBuf>>,
}

impl ReadFiles for Overlay<'_> {
    fn text(&self, path: &Path) -> Result<String, String> {
        self.asked.borrow_mut().insert(path.to_owned());
        self.open.get(path).map_or_else(|| self.disk.text(path), |text| Ok(text.clone()))
    }

    fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        self.disk.files_in(folder)
    }
}

/// The paths of the other rule files of a file's folder and below, and whether these are all: no more than [`LSP_RULE_FILES`] are read.
pub(super) fn siblings(path: &Path) -> (Vec<PathBuf>, bool) {
    let mut others = path.parent().and_then(|folder| rule_files(folder).ok()).unwrap_or_default();
    others.retain(|other| other != path);
    let is_all = others.len() <= LSP_RULE_FILES;
    others.truncate(LSP_RULE_FILES);
    (others, is_all)
}

/// Whether a file of this name is a part of a Terraform configuration.
fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|ending| name.ends_with(ending))
}

/// The other files of a Terraform folder: a filter of one has the literal of another.
fn configuration(path: &Path, overlay: &Overlay<'_>) -> Vec<(PathBuf, String)> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let open = overlay.open.keys().filter(|open| open.parent() == Some(folder)).cloned();
    let mut others: Vec<PathBuf> = overlay.disk.files_in(folder).into_iter().chain(open).collect();
    others.retain(|other| other != path && is_configuration(other));
    others.sort();
    others.dedup();
    let read = |path: PathBuf| overlay.text(&path).ok().map(|text| (path, text));
    others.into_iter().take(NAMED_FILES).filter_map(read).collect()
}

/// The open files that the tests of a rule file may name, by their real paths.
fn events(path: &Path, text: &str, open: &HashMap<PathBuf, String>) -> HashMap<PathBuf, String> {
    let is_named = |other: &Path| {
        let name = other.file_name().and_then(|name| name.to_str());
        other != path && name.is_some_and(|name| text.contains(name))
    };
    let named = open.iter().filter(|(other, _)| is_named(other));
    named.filter_map(|(other, text)| Some((other.canonicalize().ok()?, text.clone()))).collect()
}

/// The texts of rule files.
fn texts(paths: Vec<PathBuf>, open: &HashMap<PathBuf, String>) -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| {
        let text = open.get(&path).cloned().or_else(|| cwfilter::files::text(&path).ok())?;
        text.contains("[[").then_some((path, text))
    };
    paths.into_iter().filter_map(read).collect()
}

impl Analysis {
    /// Reads a document. `open` has the texts of all open files; a document that is no file is read by itself.
    pub(super) fn of(path: &Path, text: &str, is_file: bool, open: &HashMap<PathBuf, String>) -> Self {
        let mut analysis = Analysis {
            path: path.to_owned(),
            sources: Vec::new(),
            errors: Vec::new(),
            refused: None,
            has_all_siblings: true,
            text: text.to_owned(),
            rules: OnceCell::new(),
            fine: OnceCell::new(),
            events: HashMap::new(),
            asked: HashSet::new(),
        };
        if is_file && analysis.is_rule_file() {
            analysis.events = events(path, text, open);
        }
        if text.len() as u64 > SOURCE_BYTES {
            analysis.refused =
                Some(format!("not checked: the file is larger than {} MiB", SOURCE_BYTES >> 20));
        } else if is_source(path) {
            let mut named = vec![(path.to_owned(), text.to_owned())];
            // a composite alarm names rules of other files
            if is_file && text.contains("[[composite") && analysis.is_rule_file() {
                let (others, is_all) = siblings(path);
                analysis.has_all_siblings = is_all;
                analysis.asked.extend(others.iter().cloned());
                named.extend(texts(others, open));
            }
            let read = match is_file {
                true => {
                    let disk = Disk::of(&[path.to_owned()]);
                    let overlay = Overlay { disk, open, asked: RefCell::default() };
                    if is_configuration(path) {
                        named.extend(configuration(path, &overlay));
                    }
                    let read = read_all(named, &overlay);
                    analysis.asked.extend(overlay.asked.into_inner());
                    read
                }
                false => read_all(named, &NoFiles),
            };
            (analysis.sources, analysis.errors) = (read.files, read.errors);
        }
        analysis
    }

    /// The document as a file with patterns. `None` if it could not be read.
    pub(super) fn own(&self) -> Option<&SourceFile> {
        self.sources.iter().find(|source| source.path == self.path)
    }

    /// The patterns of the document.
    pub(super) fn patterns(&self) -> &[HostedPattern] {
        self.own().map_or(&[], |source| &source.patterns)
    }

    /// The pattern whose literal has this byte.
    pub(super) fn pattern_at(&self, offset: usize) -> Option<&HostedPattern> {
        let mut patterns = self.patterns().iter().filter(|hosted| hosted.is_counted());
        patterns.find(|hosted| (hosted.literal.start..=hosted.literal.end).contains(&offset))
    }

    /// Whether this is a rule file.
    pub(super) fn is_rule_file(&self) -> bool {
        let is_toml = self.path.extension().is_some_and(|extension| extension == "toml");
        is_toml && (self.text.contains("[[rule") || self.text.contains("[[composite"))
    }

    /// The rules of a rule file, or why `cwfilter test` refuses it. `None` for another file.
    pub(super) fn rules(&self) -> Option<&Result<RuleFile, Vec<RuleError>>> {
        let loader = || loader().texts(self.events.clone());
        let read = || self.is_rule_file().then(|| loader().parse(&self.path, self.text.clone()));
        self.rules.get_or_init(read).as_ref()
    }

    /// The rules of a rule file, without those that have an error.
    pub(super) fn rule_file(&self) -> Option<&RuleFile> {
        let errors = match self.rules()? {
            Ok(file) => return Some(file),
            Err(errors) => errors,
        };
        let loader = || loader().texts(self.events.clone());
        let read = || fine_rules(&loader(), &self.path, &self.text, errors);
        self.fine.get_or_init(read).as_ref()
    }

    /// Whether the document may use another file: its text, its patterns or its rules.
    pub(super) fn uses(&self, other: &Path) -> bool {
        let name = other.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_toml = |path: &Path| path.extension().is_some_and(|it| it == "toml");
        // the `rules` of a stack may be a folder
        let is_of_stack = || is_toml(&self.path) && !self.is_rule_file() && is_toml(other);
        self.asked.contains(other) || self.text.contains(name) || is_of_stack()
    }
}
