//! The program, run in a folder of the test's own.

#[path = "../support/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

/// Writes the files into a new folder.
pub(crate) fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = scratch::folder(name);
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
    }
    folder
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Run {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cwfilter")).args(args).current_dir(folder).output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().expect("the program ended by itself"),
    }
}

/// A rule file with these rules: id and pattern.
pub(crate) fn rules(rules: &[(&str, &str)]) -> String {
    let rule = |(id, pattern): &(&str, &str)| {
        format!("[[rule]]\nid = \"{id}\"\ntitle = \"t\"\npattern = '''{pattern}'''\n")
    };
    rules.iter().map(rule).collect()
}

/// A Terraform file with these filters: label, log group, pattern (an expression of HCL).
pub(crate) fn filters(filters: &[(&str, &str, &str)]) -> String {
    let filter = |(label, group, pattern): &(&str, &str, &str)| {
        format!(
            "resource \"aws_cloudwatch_log_metric_filter\" \"{label}\" {{\n  name = \"{label}\"\n  log_group_name = \"{group}\"\n  pattern = {pattern}\n}}\n"
        )
    };
    filters.iter().map(filter).collect()
}
