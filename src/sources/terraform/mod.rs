//! Terraform and OpenTofu: the folders of a configuration are evaluated, and the filters that they would make are read.

mod convert;
mod evaluate;
mod expand;
mod expansion;
mod functions;
mod kinds;
mod references;
mod resources;
mod same;
mod scope;
mod syntax;
mod template;

use super::error::SourceError;
use super::files::Files;
use super::filter::Found;
use super::value::FileId;
pub(super) use same::same;
use scope::Evaluator;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
pub(super) use syntax::is_configuration;

/// The patterns of all Terraform folders, and the files that could not be read.
pub(super) fn read(files: &Files<'_>) -> (Vec<Found>, Vec<(FileId, SourceError)>) {
    let evaluator = Evaluator::new(files);
    let named = files.all();
    let folders: BTreeSet<PathBuf> = named
        .iter()
        .filter(|file| file.is_named && is_configuration(&file.path))
        .map(|file| super::files::normal(file.path.parent().unwrap_or(Path::new(""))))
        .collect();
    let (mut called, mut roots) = (Vec::new(), Vec::new());
    for folder in &folders {
        let root = evaluator.root(folder);
        let mut walk = resources::Walk::new(&evaluator);
        walk.instance(&root);
        called.extend(walk.called);
        roots.push(walk.own);
    }
    let errors = evaluator.modules().into_iter().flat_map(|module| module.errors.clone()).collect();
    (merged(files, called, roots.into_iter().flatten().collect()), errors)
}

/// A folder is read by itself, with its defaults, and once for each call. What only a call makes known is not reported as unknown.
fn merged(
    files: &Files<'_>,
    mut called: Vec<resources::Filter>,
    mut own: Vec<resources::Filter>,
) -> Vec<Found> {
    // of a file that is not named only what a named one leads to
    let is_named = |filter: &resources::Filter| files.text(filter.from).is_named;
    called.retain(is_named);
    own.retain(is_named);
    let known: HashSet<_> =
        called.iter().filter(|it| it.is_known()).map(resources::Filter::definition).collect();
    let is_called: HashSet<_> = called.iter().map(resources::Filter::definition).collect();
    let own = own.into_iter().map(|mut filter| {
        // with its defaults it is not deployed
        filter.settings.is_absent |= is_called.contains(&filter.definition());
        filter
    });
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for filter in own.filter(|it| it.is_known() || !known.contains(&it.definition())).chain(called) {
        if seen.insert(filter.identity()) {
            super::filter::add(files, filter.settings, &mut found);
        }
    }
    found
}
