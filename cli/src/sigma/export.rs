//! `cwfilter export sigma`

use crate::exit::Exit;
use crate::patterns::{EmptyRules, untested_rule_files};
use crate::terminal::{block, say};
use crate::write::{Destination, create_folder};
use cwfilter::plural::counted;
use cwfilter::sigma::export;
use std::path::PathBuf;

/// Write rules as Sigma rules
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter export sigma patterns --output sigma
  cwfilter export sigma rules.toml > rules.yml

A rule whose pattern Sigma cannot express is reported with the reason, and the others are written. A note says where the Sigma rule
matches other events than the pattern. docs/sigma.md has the details.

Exit codes: 0 all rules are written, 1 some are refused.")]
pub(crate) struct Args {
    /// Rule files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write one Sigma file for each rule into this folder instead of standard output
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Do not print a note for each difference between a Sigma rule and its pattern
    #[arg(long)]
    quiet: bool,
}

pub(crate) fn run(args: &Args) -> std::io::Result<Exit> {
    let files = match untested_rule_files(&args.paths, EmptyRules::Refused) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    if let Some(folder) = &args.output {
        create_folder(folder)?;
    }
    let (mut written, mut refused) = (Vec::new(), 0);
    for (file, rule) in files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule))) {
        let exported = match export(rule) {
            Ok(exported) => exported,
            Err(reason) => {
                say!("refused: {}: `{}`: {reason}", file.path.display(), rule.id);
                refused += 1;
                continue;
            }
        };
        if !args.quiet {
            for difference in &exported.differences {
                say!("note: {}: `{}`: {}", file.path.display(), rule.id, difference.text);
            }
        }
        written.push(exported.yaml.clone());
        if let Some(folder) = &args.output {
            // ids are unique; other characters than these have no place in a file's name
            let name = rule.id.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_");
            Destination::new(&folder.join(format!("{name}.yml")))?.write(&exported.yaml)?;
        }
    }
    if args.output.is_none() && !written.is_empty() {
        block(&mut std::io::stdout().lock(), &written.join("---\n"))?;
    }
    say!("{} written, {refused} refused", counted(written.len(), "Sigma rule", "Sigma rules"));
    Ok(if refused > 0 { Exit::Findings } else { Exit::Clean })
}
