//! Terraform without a network, for the tests that have it plan.

use std::path::Path;
use std::process::{Command, Output};

/// A mirror of providers, beside the places that Terraform looks at by itself.
const MIRROR: &str = "/opt/tf-plugins";

/// Whether Terraform can plan here. Says loudly that it cannot.
pub(crate) fn is_here() -> bool {
    let has_program = Command::new("terraform").arg("version").output().is_ok_and(|it| it.status.success());
    let is_here = has_program && Path::new(MIRROR).is_dir();
    if !is_here {
        eprintln!("SKIPPED: no `terraform` with the provider hashicorp/aws in {MIRROR} on this machine");
    }
    is_here
}

/// A folder's settings for Terraform: providers come from the mirror.
pub(crate) fn configure(folder: &Path) {
    let mirror = format!("provider_installation {{ filesystem_mirror {{ path = \"{MIRROR}\" }} }}\n");
    std::fs::write(folder.join("terraformrc"), mirror).unwrap();
}

/// Runs Terraform in a folder that `configure` has prepared.
pub(crate) fn terraform(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", folder.join("terraformrc"))
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_IN_AUTOMATION", "1")
        .output()
        .unwrap()
}
