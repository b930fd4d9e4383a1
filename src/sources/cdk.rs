//! The folder that `cdk synth` writes: its manifest names the templates; the other files repeat them.

use super::files::Files;
use std::path::Path;

/// Whether a JSON file of a folder with a manifest of CDK is not one of its templates.
pub(super) fn is_copy(files: &Files<'_>, path: &Path) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !name.ends_with(".json") || !files.in_folder(folder).iter().any(|it| it.ends_with("manifest.json")) {
        return false;
    }
    let Ok(manifest) = files.read(&folder.join("manifest.json")) else { return false };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&files.text(manifest).text) else {
        return false;
    };
    let Some(artifacts) = manifest.get("artifacts").and_then(serde_json::Value::as_object) else {
        return false;
    };
    let is_template = artifacts.values().any(|artifact| {
        artifact.pointer("/properties/templateFile").and_then(serde_json::Value::as_str) == Some(name)
    });
    // a nested stack is an asset, which has this name
    !is_template && !name.ends_with(".nested.template.json")
}
