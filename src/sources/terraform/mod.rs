//! Terraform and OpenTofu: the folders of a configuration are evaluated, and the filters that they would make are read.

mod alarm;
mod convert;
mod downloaded;
mod evaluate;
mod expand;
mod expansion;
mod functions;
mod kinds;
mod policy_document;
mod providers;
mod references;
mod resources;
mod same;
mod scope;
mod shared;
mod syntax;
mod template;

use super::error::SourceError;
use super::files::{Files, is_configuration};
use super::filter::Found;
use super::hosted::{UnreadKind, UnreadModule};
use super::made::Made;
use super::value::FileId;
use crate::metric_settings::AlarmResources;
pub(super) use same::same;
use scope::Evaluator;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// What was read of all Terraform folders.
pub(super) struct Read {
    pub(super) patterns: Vec<Found>,
    /// Each instance of an alarm or of a filter.
    pub(super) resources: Vec<(FileId, AlarmResources)>,
    /// Modules that are not on the disk and may make filters.
    pub(super) unread: Vec<(FileId, UnreadModule)>,
    /// The files that could not be read.
    pub(super) errors: Vec<(FileId, SourceError)>,
    /// The files without a text, and why: they are not in UTF-8, or outside the project.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

pub(super) fn read(files: &Files<'_>) -> Read {
    let evaluator = Evaluator::new(files);
    let named = files.all();
    let folders: BTreeSet<PathBuf> = named
        .iter()
        .filter(|file| file.is_named && is_configuration(&file.path))
        .map(|file| super::files::normal(file.path.parent().unwrap_or(Path::new(""))))
        .collect();
    let (mut called, mut roots, mut resources) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unread, mut read, mut shared) = (Vec::new(), HashSet::new(), shared::Shared::default());
    let (mut folders_called, mut walked) = (HashSet::new(), Vec::new());
    for folder in &folders {
        let root = evaluator.root(folder);
        let mut walk = resources::Walk::new(&evaluator);
        walk.instance(&root);
        shared.look_through(&evaluator, &root, walk.own.iter().chain(&walk.called).map(|it| &it.settings));
        unread.extend(std::mem::take(&mut walk.unread));
        read.extend(std::mem::take(&mut walk.read));
        folders_called.extend(std::mem::take(&mut walk.folders));
        walked.push((folder, walk));
    }
    for (folder, mut walk) in walked {
        roots.push(walk.own);
        // what a called folder calls in turn counts as its callers see it, too
        if folders_called.contains(folder) {
            roots.push(walk.called);
            walk.resources.iter_mut().for_each(|it| it.is_called = false);
        } else {
            called.extend(walk.called);
        }
        resources.extend(walk.resources);
    }
    let modules = evaluator.modules();
    let errors = modules.iter().flat_map(|module| module.errors.clone()).collect();
    let unreadable: BTreeSet<_> = modules.iter().flat_map(|module| module.unreadable.clone()).collect();
    let unreadable = unreadable.into_iter().collect();
    // what a folder that is evaluated by itself does not have, its caller may have
    let mut own: Vec<resources::Filter> = roots.into_iter().flatten().collect();
    own.retain(|filter| !read.contains(&filter.definition().0));
    unread.retain(|it| files.text(it.at.file).is_named && !read.contains(&it.at));
    let mut patterns = merged(files, called, own);
    for (file, hosted) in &mut patterns {
        shared.protect(*file, hosted);
    }
    Read {
        patterns,
        resources: merged_resources(files, resources),
        unread: by_file(unread),
        errors,
        unreadable,
    }
}

/// The modules of each file, each block once.
fn by_file(unread: Vec<resources::UnreadCall>) -> Vec<(FileId, UnreadModule)> {
    let mut seen = HashSet::new();
    let new = unread.into_iter().filter(|it| seen.insert(it.at));
    let kind = UnreadKind::TerraformModule;
    new.map(|it| (it.at.file, UnreadModule { kind, name: it.name, source: it.source, span: it.at.span }))
        .collect()
}

/// A block of a module that is called counts as its callers see it. Instances that are the same in all that is checked are one.
fn merged_resources(
    files: &Files<'_>,
    mut read: Vec<resources::AlarmBlock>,
) -> Vec<(FileId, AlarmResources)> {
    read.retain(|it| files.text(it.from).is_named);
    let called: HashSet<_> = read.iter().filter(|it| it.is_called).map(|it| it.block).collect();
    let mut seen = HashSet::new();
    read.retain(|it| it.is_called || !called.contains(&it.block));
    for it in &mut read {
        let chain = std::mem::take(&mut it.resources.chain);
        let is_new = seen.insert((it.block, format!("{:?}", it.resources)));
        // an audit needs each instance
        it.resources = AlarmResources {
            chain,
            ..if is_new { std::mem::take(&mut it.resources) } else { AlarmResources::default() }
        };
    }
    read.into_iter().map(|it| (it.block.file, it.resources)).collect()
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
        if is_called.contains(&filter.definition()) {
            filter.settings.made = Made::ByCalls;
        }
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
