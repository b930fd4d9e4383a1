//! `cwfilter audit`

use super::Exit;
use super::sources::load;
use super::terminal::{json_pretty, line, say};
use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Relation};
use cwfilter::controls::{Covered, FRAMEWORKS, audit};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Prove which controls of a framework some pattern covers
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter audit --against cis-aws patterns
  cwfilter audit --against security-hub infra/

A control is covered by a pattern that matches every event the control asks for, whatever its layout. Security Hub compares
texts: there a pattern that means the same and is written otherwise fails, and the text to write is printed.")]
pub(super) struct Args {
    /// Which controls: cis-aws or security-hub
    #[arg(long, value_name = "FRAMEWORK", value_parser = FRAMEWORKS)]
    against: String,
    /// Files or folders with patterns
    #[arg(default_value = "patterns")]
    paths: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let (sources, exit) = load(&args.paths);
    let (mut names, mut patterns) = (Vec::new(), Vec::<FilterPattern>::new());
    for source in &sources {
        for hosted in &source.patterns {
            // AWS never sees one that it refuses; the tools trim
            if let Ok(Ok(pattern)) = hosted.text.as_ref().map(|text| text.trim().parse()) {
                names.push(format!("{} ({})", hosted.name, source.path.display()));
                patterns.push(pattern);
            }
        }
    }
    if patterns.is_empty() {
        say!("error: no patterns found");
        return Ok(Exit::Input);
    }
    let found = audit(&args.against, &patterns, &Bounds::default());
    let mut out = std::io::stdout().lock();
    if args.json {
        let entries: Vec<_> = found.iter().map(|it| entry(it, &names)).collect();
        json_pretty(
            &mut out,
            &json!({ "version": 1, "passedOver": super::passed_over::count(), "controls": entries }),
        )?;
    } else {
        found.iter().try_for_each(|it| write(&mut out, it, &names))?;
        let covered = found.iter().filter(|it| is_met(it)).count();
        line!(out, "{covered} of {} controls are met by {} patterns", found.len(), patterns.len())?;
    }
    let is_whole = found.iter().all(is_met);
    Ok(exit.max(if is_whole { Exit::Clean } else { Exit::Findings }))
}

/// Security Hub looks at the text alone.
fn is_met(it: &Covered) -> bool {
    it.by.is_some() && (it.control.framework != "security-hub" || it.is_literal)
}

fn write(out: &mut impl Write, it: &Covered, names: &[String]) -> std::io::Result<()> {
    let control = &it.control;
    let name = it.by.and_then(|at| names.get(at));
    let sign = if is_met(it) { "✓" } else { "✗" };
    let head = format!("{sign} {:<13} {}: ", control.id, control.title);
    match (name, it.relation) {
        (Some(name), Some(Relation::Equivalent)) if it.is_literal => {
            line!(out, "{head}{name}, the same text")?
        }
        (Some(name), Some(Relation::Equivalent)) => line!(out, "{head}{name} means the same")?,
        (Some(name), _) => line!(out, "{head}{name} matches more")?,
        (None, _) => {
            line!(out, "{head}no pattern covers it")?;
            if let Some(event) = &it.missed {
                line!(out, "    such as {event}")?;
            }
        }
    }
    if control.framework == "security-hub" && !it.is_literal {
        line!(out, "    Security Hub compares texts; write {}", control.text)?;
    }
    for (at, why) in &it.unknown {
        line!(out, "    unknown of {}: {why}", names.get(*at).map_or("", String::as_str))?;
    }
    Ok(())
}

fn entry(it: &Covered, names: &[String]) -> serde_json::Value {
    json!({
        "framework": it.control.framework,
        "control": it.control.id,
        "title": it.control.title,
        "met": is_met(it),
        "by": it.by.and_then(|at| names.get(at)),
        "relation": it.relation,
        "sameText": it.is_literal,
        "text": it.control.text,
        "missed": it.missed,
    })
}
