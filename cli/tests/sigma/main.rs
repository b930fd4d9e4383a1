//! Imported Sigma rules against an evaluator of Sigma, `rsigma-eval`: on the same events both give the same verdict, but for the differences
//! that the import names. The rules under `rules/` have each modifier; `CWFILTER_SIGMA=FOLDER CWFILTER_EVENTS=FILE.jsonl,…` adds those of
//! others, and recorded events.

#[path = "../support/program.rs"]
mod program;

mod command;
mod events;
mod export;
mod refusals;
mod verify;
mod wider;

use std::path::{Path, PathBuf};

/// All files with this extension below a folder, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sigma/rules")
}
