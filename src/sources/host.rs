//! The formats of files that hold patterns.

use std::path::Path;

/// What a file is read as; its name says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostFormat {
    RuleFile,
    Terraform,
    Json,
    Yaml,
    /// The configuration of this program: it has no patterns.
    Settings,
    /// A program or another text: it is not read.
    Foreign,
}

impl HostFormat {
    pub(super) fn of(path: &Path) -> Self {
        if is_settings(path) {
            return HostFormat::Settings;
        }
        if super::files::is_configuration(path) {
            return HostFormat::Terraform;
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => HostFormat::RuleFile,
            Some("json" | "tfstate") => HostFormat::Json,
            Some(
                "ts" | "js" | "mjs" | "cjs" | "tsx" | "jsx" | "py" | "go" | "java" | "cs" | "rb" | "rs"
                | "kt" | "scala" | "sh" | "ps1" | "md" | "html" | "xml" | "bicep" | "c" | "cpp" | "h" | "php"
                | "lua" | "swift" | "hcl" | "tfvars" | "tfplan",
            ) => HostFormat::Foreign,
            _ => HostFormat::Yaml,
        }
    }

    /// Whether `${…}` in a text may be something else when it is deployed.
    pub(super) fn replaces_variables(self) -> bool {
        matches!(self, HostFormat::Json | HostFormat::Yaml)
    }
}

/// Whether a file is `.cwfilter.toml`, which configures `cwfilter lint`. It is not a rule file.
fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".cwfilter.toml")
}

/// Whether a file of this name may hold patterns.
///
/// ```
/// use cwfilter::sources::is_source;
/// assert!(is_source("main.tf".as_ref()) && !is_source("notes.txt".as_ref()));
/// ```
#[must_use]
pub fn is_source(path: &Path) -> bool {
    if is_settings(path) {
        return false;
    }
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("toml" | "tf" | "tofu" | "yml" | "yaml" | "json" | "template"))
}
