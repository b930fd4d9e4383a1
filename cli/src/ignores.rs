//! Which entries of folders are not read: those that `.gitignore` names, and those that `--exclude` or a configuration file excludes.

use super::config::{self, Config};
use super::globs::globs;
use super::options::options;
use cwfilter::files::Reason;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The ignore files that were read so far.
#[derive(Default)]
pub(super) struct Ignores {
    /// The `.gitignore` of each folder, and whether the folder is the root of a repository.
    folders: RefCell<HashMap<PathBuf, Rc<Folder>>>,
    excluded: Option<Gitignore>,
}

struct Folder {
    ignored: Vec<Gitignore>,
    is_root: bool,
}

/// Whether a path or a folder above it is among the globs.
fn is_among(globs: &Gitignore, path: &Path, is_folder: bool) -> bool {
    path.starts_with(globs.path()) && globs.matched_path_or_any_parents(path, is_folder).is_ignore()
}

impl Ignores {
    /// With the globs of `--exclude`, which are relative to the working directory.
    pub(super) fn new() -> Result<Self, String> {
        let here = std::env::current_dir().map_err(|error| format!("the working directory: {error}"))?;
        let excluded = globs(&here, &options().exclude).map_err(|error| format!("--exclude: {error}"))?;
        Ok(Ignores { excluded: Some(excluded), ..Ignores::default() })
    }

    /// Whether a file or folder is excluded. This holds for named files, too, because pre-commit names every changed file.
    pub(super) fn is_excluded(&self, path: &Path, is_folder: bool) -> bool {
        let path = config::real(path);
        let by_file = |config: &Config| is_among(&config.exclude, &path, is_folder);
        self.excluded.as_ref().is_some_and(|globs| is_among(globs, &path, is_folder))
            || config::of(&path).is_some_and(|config| by_file(&config))
    }

    /// Why an entry of a walked folder is not read.
    pub(super) fn reason(&self, path: &Path, is_folder: bool) -> Option<Reason> {
        if self.is_excluded(path, is_folder) {
            return Some(Reason::Excluded);
        }
        (!options().no_ignore && self.is_ignored(&config::real(path), is_folder)).then_some(Reason::Ignored)
    }

    /// Whether Git ignores the path. The `.gitignore` that is nearest to the path decides.
    fn is_ignored(&self, path: &Path, is_folder: bool) -> bool {
        let mut nearest = None;
        for folder in path.ancestors().skip(1) {
            let folder = self.folder(folder);
            for globs in &folder.ignored {
                match globs.matched(path, is_folder) {
                    Match::None => {}
                    found => nearest = nearest.or(Some(found.is_ignore())),
                }
            }
            if folder.is_root {
                return nearest == Some(true);
            }
        }
        // outside a repository, `.gitignore` has no meaning
        false
    }

    fn folder(&self, path: &Path) -> Rc<Folder> {
        if let Some(known) = self.folders.borrow().get(path) {
            return Rc::clone(known);
        }
        let is_root = path.join(".git").exists();
        let names = [path.join(".gitignore"), path.join(".git/info/exclude")];
        let read = |name: &PathBuf| {
            let mut builder = GitignoreBuilder::new(path);
            // a line that is no glob is left out, as Git does
            let _ = builder.add(name);
            builder.build().ok()
        };
        let ignored = names.iter().filter(|name| name.is_file()).filter_map(read).collect();
        let found = Rc::new(Folder { ignored, is_root });
        self.folders.borrow_mut().insert(path.to_owned(), Rc::clone(&found));
        found
    }
}
