//! The configuration file `.cwfilter.toml`: found in the folder of a file or the nearest one above it.

use super::globs::globs as built;
use super::terminal::say;
use cwfilter::diagnostic::Severity;
use cwfilter::lint::catalogue::lint;
use cwfilter::spanned::Spanned;
use ignore::gitignore::Gitignore;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The name of the file.
pub(super) const NAME: &str = ".cwfilter.toml";

/// A configuration file.
pub(super) struct Config {
    /// Files that are not read.
    pub(super) exclude: Gitignore,
    /// Whether a pattern that could not be checked is a failure.
    pub(super) strict: bool,
    /// The baseline of old findings.
    pub(super) baseline: Option<PathBuf>,
    /// The severities of lints. `None`: the lint is not reported.
    pub(super) lints: BTreeMap<String, Option<Severity>>,
}

// the comments of these types are the descriptions of the JSON Schema: an editor shows them

/// `.cwfilter.toml`: which files are read, and the severities of lints. docs/ci.md is the reference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(title = "Configuration of cwfilter"))]
pub(super) struct Written {
    /// Files that are not read, in the syntax of .gitignore.
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    /// Whether a pattern that could not be checked is a failure.
    #[serde(default)]
    strict: bool,
    /// The file of old findings, which are not reported; relative to the folder of `.cwfilter.toml`.
    baseline: Option<PathBuf>,
    /// The severities of lints, in place of their own.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(transform = describe_lints))]
    lints: BTreeMap<Spanned<LintName>, Level>,
}

/// The name of a lint, or a text that is none.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
struct LintName(String);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for LintName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "lint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = cwfilter::lint::catalogue::LINTS.iter().map(|lint| lint.name).collect();
        schemars::json_schema!({ "type": "string", "enum": names })
    }
}

/// Gives the key of each lint its description.
#[cfg(feature = "schema")]
fn describe_lints(schema: &mut schemars::Schema) {
    let keys = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut);
    for (name, key) in keys.into_iter().flatten() {
        if let (Some(lint), Some(key)) = (lint(name), key.as_object_mut()) {
            key.insert("description".to_owned(), lint.what.into());
        }
    }
}

/// The severity of a lint.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "severity"))]
enum Level {
    /// The lint is not reported.
    Off,
    /// The lint is reported, and the exit code does not change.
    Note,
    /// The lint is reported, and the exit code is 1.
    Warning,
    /// The lint is reported as an error, and the exit code is 1.
    Error,
}

/// The keys of the file, each with its description in the schema.
pub(super) const KEYS: [(&str, &str); 4] = [
    ("exclude", "Files that are not read, in the syntax of .gitignore."),
    ("strict", "Whether a pattern that could not be checked is a failure."),
    (
        "baseline",
        "The file of old findings, which are not reported; relative to the folder of `.cwfilter.toml`.",
    ),
    ("lints", "The severities of lints, in place of their own."),
];

thread_local! {
    /// The texts of configuration files that an editor has open, by their real paths.
    static OPEN: RefCell<HashMap<PathBuf, String>> = RefCell::default();
    /// Errors of configuration files that were not taken yet.
    static REFUSALS: RefCell<Vec<String>> = RefCell::default();
    /// The configuration of each folder.
    static FOLDERS: RefCell<HashMap<PathBuf, Option<Rc<Config>>>> = RefCell::default();
    /// Whether a configuration file was refused.
    static IS_REFUSED: RefCell<bool> = const { RefCell::new(false) };
}

/// Whether a configuration file was refused so far. The error was printed.
pub(super) fn is_refused() -> bool {
    IS_REFUSED.with_borrow(|it| *it)
}

/// The absolute path, with symbolic links of its folder resolved.
pub(super) fn real(path: &Path) -> PathBuf {
    let (folder, name) = match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => (folder, Some(name)),
        _ => (path, None),
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    let folder = folder.unwrap_or_else(|_| path.to_owned());
    name.map_or_else(|| folder.clone(), |name| folder.join(name))
}

/// The configuration of a file: that of its folder, or of the nearest folder above it.
pub(super) fn of(path: &Path) -> Option<Rc<Config>> {
    let path = real(path);
    of_folder(path.parent()?)
}

fn of_folder(folder: &Path) -> Option<Rc<Config>> {
    if let Some(known) = FOLDERS.with_borrow(|known| known.get(folder).cloned()) {
        return known;
    }
    let file = folder.join(NAME);
    let is_there = OPEN.with_borrow(|open| open.contains_key(&file)) || file.is_file();
    let found = if is_there { read(&file) } else { folder.parent().and_then(of_folder) };
    FOLDERS.with_borrow_mut(|known| known.insert(folder.to_owned(), found.clone()));
    found
}

fn read(file: &Path) -> Option<Rc<Config>> {
    match parse(file) {
        Ok(config) => Some(Rc::new(config)),
        Err(error) => {
            say!("error: {}:{error}", file.display());
            IS_REFUSED.set(true);
            refuse(format!("{}:{error}", file.display()));
            None
        }
    }
}

/// Keeps an error for [`refusals`].
pub(super) fn refuse(error: String) {
    REFUSALS.with_borrow_mut(|all| all.push(error));
}

/// The errors of configuration files, and of their baselines, since the last call.
pub(super) fn refusals() -> Vec<String> {
    REFUSALS.take()
}

/// Takes the text of a file that is open in an editor in place of that on the disk; `None` once it is closed.
pub(super) fn set_open(path: &Path, text: Option<&str>) {
    OPEN.with_borrow_mut(|open| match text {
        Some(text) => drop(open.insert(real(path), text.to_owned())),
        None => drop(open.remove(&real(path))),
    });
    forget();
}

/// Reads the configuration files again when they are asked for.
pub(super) fn forget() {
    FOLDERS.with_borrow_mut(HashMap::clear);
    IS_REFUSED.set(false);
}

fn parse(file: &Path) -> Result<Config, String> {
    let text = match OPEN.with_borrow(|open| open.get(file).cloned()) {
        Some(text) => text,
        None => cwfilter::files::text(file).map_err(|error| format!(" cannot read: {error}"))?,
    };
    parse_text(file, &text).map_err(|(at, what)| format!("{}: {what}", cwfilter::Lines::new(&text).place(at)))
}

/// Reads the text of a configuration file. The error has the byte that is wrong.
pub(super) fn parse_text(file: &Path, text: &str) -> Result<Config, (usize, String)> {
    let at = |offset: usize, what: &dyn Display| (offset, what.to_string());
    let written: Written = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        at(start, &error.message().replace('\n', "; "))
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    for glob in &written.exclude {
        built(folder, [glob.get_ref()]).map_err(|error| at(glob.span().start, &error))?;
    }
    let globs = written.exclude.iter().map(Spanned::get_ref);
    let exclude = built(folder, globs).map_err(|error| at(0, &error))?;
    if let Some(unknown) = written.lints.keys().find(|name| lint(&name.get_ref().0).is_none()) {
        let name = &unknown.get_ref().0;
        let what = format!("no lint is named `{name}`; `cwfilter explain` lists the lints");
        return Err(at(unknown.span().start, &what));
    }
    let severity = |level: Level| match level {
        Level::Off => None,
        Level::Note => Some(Severity::Note),
        Level::Warning => Some(Severity::Warning),
        Level::Error => Some(Severity::Error),
    };
    Ok(Config {
        exclude,
        strict: written.strict,
        baseline: written.baseline.map(|path| folder.join(path)),
        lints: written
            .lints
            .into_iter()
            .map(|(name, level)| (name.into_inner().0, severity(level)))
            .collect(),
    })
}
