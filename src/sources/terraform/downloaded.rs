//! Modules that `terraform init` downloaded: `.terraform/modules/modules.json` in the root module's folder names the folder of each.

use crate::sources::files::{Files, normal};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where Terraform and OpenTofu write it.
const MANIFEST: &str = ".terraform/modules/modules.json";

/// A module that was downloaded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Downloaded {
    /// The folder as the manifest writes it: that is what `path.module` gives.
    pub(super) path: PathBuf,
    /// The same as a path that can be read.
    pub(super) folder: PathBuf,
    /// The source for which it was downloaded.
    source: String,
}

impl Downloaded {
    /// Whether it is what the source asks for. Terraform writes a source of a registry with the name of the registry.
    pub(super) fn is_of(&self, source: &str) -> bool {
        self.source == source || self.source.ends_with(&format!("/{source}"))
    }
}

/// The downloaded modules by their calls: `a.b` is the call `b` in the module that the root module calls `a`.
pub(super) fn modules(files: &Files<'_>, root: &Path) -> HashMap<String, Downloaded> {
    let Ok(file) = files.read(&root.join(MANIFEST)) else { return HashMap::new() };
    let text = |entry: &Json, key: &str| entry.get(key).and_then(Json::as_str).map(str::to_owned);
    let Ok(manifest) = serde_json::from_str::<Json>(&files.text(file).text) else { return HashMap::new() };
    let entries = manifest.get("Modules").and_then(Json::as_array).into_iter().flatten();
    let read = entries.filter_map(|entry| {
        let (key, source) = (text(entry, "Key")?, text(entry, "Source")?);
        let path = PathBuf::from(text(entry, "Dir")?.replace('\\', "/"));
        Some((key, Downloaded { folder: normal(&root.join(&path)), path, source }))
    });
    read.collect()
}
