//! The baseline: findings that were there before, and are not reported again. A finding is known by its file, its lint, its pattern and
//! its message, not by its line.

use super::config::real;
use cwfilter::lint::file::{FileFindings, Finding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a finding is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    path: String,
    lint: String,
    pattern: String,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    count: usize,
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

/// The version of the file's format.
const VERSION: u32 = 1;

/// Old findings, each with the number of times that it was there.
pub(super) struct Baseline {
    folder: PathBuf,
    left: BTreeMap<Key, usize>,
}

impl Baseline {
    /// A baseline without findings, for a file at this path.
    fn empty(path: &Path) -> Self {
        let folder = real(path).parent().map(Path::to_owned).unwrap_or_default();
        Baseline { folder, left: BTreeMap::new() }
    }

    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = cwfilter::files::text(path).map_err(|error| format!("cannot read: {error}"))?;
        let written: Written =
            serde_json::from_str(&text).map_err(|error| format!("not a baseline: {error}"))?;
        if written.version != VERSION {
            return Err(format!("version {} of the baseline is not known", written.version));
        }
        let mut baseline = Baseline::empty(path);
        for Entry { key, count } in written.findings {
            *baseline.left.entry(key).or_default() += count;
        }
        Ok(baseline)
    }

    /// The findings as the text of a baseline at this path.
    pub(super) fn text(path: &Path, files: &[FileFindings]) -> serde_json::Result<String> {
        let mut baseline = Baseline::empty(path);
        for file in files {
            for finding in file.findings.iter().filter(|finding| finding.diagnostic.is_finding()) {
                *baseline.left.entry(baseline.key(file, finding)).or_default() += 1;
            }
        }
        let findings = baseline.left.into_iter().map(|(key, count)| Entry { key, count }).collect();
        Ok(serde_json::to_string_pretty(&Written { version: VERSION, findings })? + "\n")
    }

    fn key(&self, file: &FileFindings, finding: &Finding) -> Key {
        let path = real(Path::new(&file.path));
        let relative = path.strip_prefix(&self.folder).unwrap_or(&path);
        Key {
            path: relative.display().to_string().replace('\\', "/"),
            lint: finding.diagnostic.lint.to_owned(),
            pattern: finding.pattern.clone(),
            message: finding.diagnostic.message.clone(),
        }
    }

    /// Removes the old findings of a file, and returns their number.
    pub(super) fn remove(&mut self, file: &mut FileFindings) -> usize {
        let found = std::mem::take(&mut file.findings);
        let before = found.len();
        for finding in found {
            let key = self.key(file, &finding);
            match self.left.get_mut(&key).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => file.findings.push(finding),
            }
        }
        before - file.findings.len()
    }

    /// Old findings that are there no more, among the files that were read.
    pub(super) fn fixed(&self, files: &[FileFindings]) -> usize {
        let name = |file: &FileFindings| {
            let path = real(Path::new(&file.path));
            path.strip_prefix(&self.folder).unwrap_or(&path).display().to_string().replace('\\', "/")
        };
        let read: Vec<String> = files.iter().map(name).collect();
        self.left.iter().filter(|(key, _)| read.contains(&key.path)).map(|(_, count)| count).sum()
    }
}
