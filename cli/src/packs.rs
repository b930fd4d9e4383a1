//! `cwfilter packs`

use super::exit::Exit;
use super::terminal::{json_pretty_by_name, line, say};
use cwfilter::plural::counted;
use cwfilter::rules::{Pack, PackChange, load, packs};
use serde::Serialize;
use std::io::Write;

/// List the rule packs that are a part of the program, with their versions and what changed
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter packs
  cwfilter packs cis-aws
  cwfilter scan --rules pack:cis-aws trail/

`pack:NAME` is a pack wherever a command takes rule files, and in the `rules` of a stack file.")]
pub(super) struct Args {
    /// Show all changes of these packs
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let all = packs();
    if let Some(unknown) = args.names.iter().find(|name| !all.iter().any(|pack| pack.name == **name)) {
        let names: Vec<&str> = all.iter().map(|pack| pack.name).collect();
        say!("error: there is no rule pack `{unknown}`; the packs are {}", names.join(", "));
        return Ok(Exit::Usage);
    }
    let shown: Vec<&Pack> = all
        .iter()
        .filter(|pack| args.names.is_empty() || args.names.iter().any(|it| it == pack.name))
        .collect();
    let mut out = std::io::stdout().lock();
    if args.json {
        let packs: Vec<PackEntry> = shown.iter().map(|pack| PackEntry::new(pack)).collect();
        json_pretty_by_name(&mut out, &packs)?;
        return Ok(Exit::Clean);
    }
    for pack in shown {
        line!(out, "{} {}, {}", pack.name, pack.version, counted(ids(pack).len(), "rule", "rules"))?;
        let most = if args.names.is_empty() { 1 } else { pack.changes.len() };
        for change in pack.changes.iter().take(most) {
            for text in &change.lines {
                line!(out, "  {}: {text}", change.version)?;
            }
        }
    }
    Ok(Exit::Clean)
}

/// The ids of a pack's rules.
fn ids(pack: &Pack) -> Vec<String> {
    let files = load(&[format!("pack:{}", pack.name)]).unwrap_or_default();
    files.into_iter().flat_map(|file| file.rules).map(|rule| rule.id).collect()
}

/// A rule pack in `packs --json`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct PackEntry {
    /// The name, as in `pack:NAME`.
    name: &'static str,
    /// The version of the pack.
    version: &'static str,
    /// The ids of the rules.
    rules: Vec<String>,
    /// The changes by version, the newest first.
    changes: Vec<VersionChanges>,
}

/// The changes of one version of a pack.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct VersionChanges {
    /// The version.
    version: &'static str,
    /// A sentence for each change.
    changes: Vec<&'static str>,
}

impl PackEntry {
    fn new(pack: &Pack) -> Self {
        let change = |it: &PackChange| VersionChanges { version: it.version, changes: it.lines.clone() };
        let changes = pack.changes.iter().map(change).collect();
        PackEntry { name: pack.name, version: pack.version, rules: ids(pack), changes }
    }
}
