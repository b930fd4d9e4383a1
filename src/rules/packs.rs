//! Rule packs that are a part of the program. `pack:NAME` names one wherever rules are read.
//!
//! ```
//! let rules = cwfilter::rules::load(&["pack:cis-aws"]).unwrap();
//! assert!(rules[0].rules.len() > 10);
//! let packs = cwfilter::rules::packs();
//! assert!(packs.iter().any(|pack| pack.name == "cis-aws" && !pack.version.is_empty()));
//! ```

use super::error::RuleError;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

/// The folder of packs, as it was when the program was built.
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/patterns");

/// The beginning of the name of a pack where a path is expected.
const PREFIX: &str = "pack:";

/// A pack of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pack {
    /// Its name: `cis-aws`.
    pub name: &'static str,
    /// The version of the newest change; empty if `patterns/CHANGELOG.md` has none.
    pub version: &'static str,
    /// The changes, the newest first.
    pub changes: Vec<PackChange>,
}

/// What a version of a pack changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackChange {
    /// The version.
    pub version: &'static str,
    /// What changed, each on one line.
    pub lines: Vec<&'static str>,
}

/// All packs, sorted by name.
#[must_use]
pub fn packs() -> Vec<Pack> {
    let log = FILES.get_file("CHANGELOG.md").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let mut names: Vec<&str> = FILES.dirs().filter_map(|dir| dir.path().to_str()).collect();
    names.sort_unstable();
    let pack = |name| {
        let changes = changes(log, name);
        Pack { name, version: changes.first().map_or("", |change| change.version), changes }
    };
    names.into_iter().map(pack).collect()
}

/// The changes of a pack: `## NAME VERSION`, and lines that begin with `- `.
fn changes(log: &'static str, name: &str) -> Vec<PackChange> {
    let mut found: Vec<PackChange> = Vec::new();
    let mut is_of_pack = false;
    for line in log.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let (of, version) = heading.split_once(' ').unwrap_or((heading, ""));
            is_of_pack = of == name;
            if is_of_pack {
                found.push(PackChange { version, lines: Vec::new() });
            }
        } else if let (true, Some(text), Some(change)) =
            (is_of_pack, line.strip_prefix("- "), found.last_mut())
        {
            change.lines.push(text);
        }
    }
    found
}

/// The rule files of the pack that a path names, each with its text. `None` if the path is not `pack:NAME`.
///
/// # Errors
/// If there is no pack of this name.
#[must_use]
pub fn pack_sources(path: &Path) -> Option<Result<Vec<(PathBuf, String)>, RuleError>> {
    let name = path.to_str()?.strip_prefix(PREFIX)?;
    let Some(dir) = FILES.get_dir(name).filter(|_| !name.contains('/')) else {
        let names: Vec<&str> = packs().iter().map(|pack| pack.name).collect();
        let error = RuleError::new(path, "there is no rule pack of this name");
        return Some(Err(error.help_line(format!("the packs are {}", names.join(", ")))));
    };
    let mut files: Vec<(PathBuf, String)> = dir
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|file| {
            let path = Path::new(&format!("{PREFIX}{name}")).join(file.path().file_name()?);
            Some((path, file.contents_utf8()?.to_owned()))
        })
        .collect();
    files.sort();
    Some(Ok(files))
}

/// The event file that a rule file of a pack names. `None` if the rule file is not of a pack, or names no file of it.
pub(super) fn event_file(rule_file: &Path, named: &Path) -> Option<&'static [u8]> {
    let inside = rule_file.to_str()?.strip_prefix(PREFIX)?;
    let path = Path::new(inside).parent()?.join(named);
    FILES.get_file(path).map(include_dir::File::contents)
}

/// Whether a path is inside a pack.
pub(super) fn is_of_pack(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with(PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_has_a_version_and_what_changed() {
        for pack in packs() {
            assert!(
                !pack.version.is_empty() && !pack.changes[0].lines.is_empty(),
                "{}: add it to patterns/CHANGELOG.md",
                pack.name
            );
            let numbers = pack.version.split('.').filter(|part| part.parse::<u32>().is_ok()).count();
            assert_eq!(numbers, 3, "{}: {}", pack.name, pack.version);
        }
    }

    #[test]
    fn a_pack_is_loaded_as_its_folder_is() {
        for pack in packs() {
            let of_pack = super::super::load(&[format!("pack:{}", pack.name)]).unwrap();
            let of_folder =
                super::super::load(&[format!("{}/patterns/{}", env!("CARGO_MANIFEST_DIR"), pack.name)])
                    .unwrap();
            assert_eq!(of_pack.len(), of_folder.len(), "{}", pack.name);
            for (a, b) in of_pack.iter().zip(&of_folder) {
                assert_eq!((&a.source, a.rules.len()), (&b.source, b.rules.len()));
                let messages = |rules: &[super::super::Rule]| -> Vec<String> {
                    rules
                        .iter()
                        .flat_map(|rule| rule.tests.iter().flat_map(|test| test.messages.clone()))
                        .collect()
                };
                assert_eq!(messages(&a.rules), messages(&b.rules), "{}", pack.name);
            }
        }
    }

    #[test]
    fn an_unknown_pack_is_an_error_that_lists_the_packs() {
        for name in ["pack:nothing", "pack:", "pack:../src", "pack:cis-aws/events"] {
            let errors = super::super::load(&[name]).unwrap_err();
            assert!(errors[0].message().contains("no rule pack"), "{name}: {errors:?}");
            assert!(errors[0].help().unwrap_or_default().contains("cis-aws"), "{name}");
        }
    }
}
