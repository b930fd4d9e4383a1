//! `cwfilter audit`

use super::exit::Exit;
use super::sources::load;
use super::terminal::{json_pretty, line, say};
use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Domain, Relation};
use cwfilter::controls::{Covered, FRAMEWORKS, audit};
use cwfilter::limits::PROOF_STEPS;
use cwfilter::plural::counted;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Prove which controls of a framework the patterns cover
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter audit --against cis-aws patterns
  cwfilter audit --against security-hub infra/

A control is covered if one pattern, or several together, match every event that the control's pattern matches. The layout of a
pattern does not matter. Security Hub is different: it compares texts, and fails a pattern that means the same but is written
differently; the text to write is then printed. For a control that is not covered, an event is printed that the control matches
and no pattern does. If an input could not be read, or the text of a pattern is not known, a control that is not covered is
not judged, and the exit code is 3.")]
pub(super) struct Args {
    /// The framework: cis-aws or security-hub
    #[arg(long, value_name = "FRAMEWORK", value_parser = FRAMEWORKS)]
    against: String,
    /// Files or folders with patterns
    #[arg(default_value = "patterns")]
    paths: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Steps that one proof may take, about a microsecond each
    #[arg(long, value_name = "STEPS", default_value_t = PROOF_STEPS)]
    budget: usize,
    /// The events that the proofs are about: cloudtrail (CloudTrail records) or json (all messages)
    #[arg(long, value_name = "DOMAIN", default_value_t = Domain::CloudTrail)]
    domain: Domain,
}

/// The patterns that were read, and what could not be read.
struct Set {
    names: Vec<String>,
    patterns: Vec<FilterPattern>,
    /// Inputs that could not be read, and patterns whose text is not known. They may cover any control.
    unread: Vec<String>,
    /// Patterns that AWS refuses: they cover nothing.
    refused: Vec<String>,
}

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let set = read(&args.paths);
    for what in &set.refused {
        say!("error: {what}");
    }
    for what in &set.unread {
        say!("error: not judged: {what}");
    }
    if set.patterns.is_empty() {
        say!("error: no patterns found, so no control was judged; check the paths");
        return Ok(Exit::Input);
    }
    let bounds = Bounds::default().with_steps(args.budget).in_domain(args.domain);
    let found = audit(&args.against, &set.patterns, &bounds);
    let judged: Vec<Judgement> = found.iter().map(|it| judgement(it, &set)).collect();
    let mut out = std::io::stdout().lock();
    if args.json {
        let entries: Vec<_> =
            found.iter().zip(&judged).map(|(it, judged)| entry(it, *judged, &set.names)).collect();
        let all = json!({
            "version": 1,
            "domain": args.domain,
            "skippedEntries": super::skipped_entries::count(),
            "controls": entries,
            "notRead": set.unread,
            "refused": set.refused,
        });
        json_pretty(&mut out, &all)?;
    } else {
        found.iter().zip(&judged).try_for_each(|(it, judged)| write(&mut out, it, *judged, &set.names))?;
        line!(out, "domain: {}", super::diff::described(args.domain))?;
        line!(out, "{}", summary(&judged, &set))?;
    }
    let is_read = set.unread.is_empty() && set.refused.is_empty();
    let is_met = judged.iter().all(|it| *it == Judgement::Met);
    let exit = if is_met { Exit::Clean } else { Exit::Findings };
    Ok(exit.max(if is_read { Exit::Clean } else { Exit::Input }))
}

fn read(paths: &[PathBuf]) -> Set {
    let mut set = Set { names: Vec::new(), patterns: Vec::new(), unread: Vec::new(), refused: Vec::new() };
    for path in paths {
        let (sources, exit) = load(std::slice::from_ref(path));
        if exit != Exit::Clean {
            set.unread.push(format!("{}: could not be read completely", path.display()));
        } else if sources.iter().all(|source| source.patterns.is_empty()) {
            set.unread.push(format!("{}: contains no patterns", path.display()));
        }
        for source in &sources {
            let lines = cwfilter::Lines::new(&source.text);
            for hosted in source.patterns.iter().filter(|hosted| hosted.is_counted()) {
                let place = || format!("{}:{}", source.path.display(), lines.place(hosted.literal.start));
                let name = format!("{} ({})", hosted.name, source.path.display());
                match hosted.text.as_ref().map(|text| text.trim().parse()) {
                    Ok(Ok(pattern)) => {
                        set.names.push(name);
                        set.patterns.push(pattern);
                    }
                    Ok(Err(error)) => {
                        set.refused.push(format!("{}: `{}`: AWS refuses it: {error}", place(), hosted.name))
                    }
                    Err(why) => set.unread.push(format!("{}: `{}`: {why}", place(), hosted.name)),
                }
            }
        }
    }
    set
}

/// The verdict on a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Met,
    NotMet,
    /// Neither was proved.
    Unknown,
    /// A pattern that was not read could cover it.
    NotJudged,
}

impl Judgement {
    fn name(self) -> &'static str {
        match self {
            Judgement::Met => "met",
            Judgement::NotMet => "not met",
            Judgement::Unknown => "unknown",
            Judgement::NotJudged => "not judged",
        }
    }
}

fn judgement(it: &Covered, set: &Set) -> Judgement {
    // Security Hub compares only the text
    let is_met = match it.control.framework {
        "security-hub" => it.is_literal,
        _ => it.by.is_some() || !it.together.is_empty(),
    };
    match is_met {
        true => Judgement::Met,
        false if !set.unread.is_empty() => Judgement::NotJudged,
        false if it.control.framework != "security-hub" && it.missed.is_none() => Judgement::Unknown,
        false => Judgement::NotMet,
    }
}

fn summary(judged: &[Judgement], set: &Set) -> String {
    let count = |which: Judgement| judged.iter().filter(|it| **it == which).count();
    let mut text = format!(
        "{} of {} met by {}",
        count(Judgement::Met),
        counted(judged.len(), "control is", "controls are"),
        counted(set.patterns.len(), "pattern", "patterns")
    );
    if !set.unread.is_empty() {
        text += &format!("; {} not read", set.unread.len());
    }
    if count(Judgement::Unknown) > 0 {
        text += &format!("; {} unknown", count(Judgement::Unknown));
    }
    if count(Judgement::NotJudged) > 0 {
        text += &format!("; {} not judged because an input could not be read", count(Judgement::NotJudged));
    }
    text
}

fn write(out: &mut impl Write, it: &Covered, judged: Judgement, names: &[String]) -> std::io::Result<()> {
    let control = &it.control;
    let name = |at: &usize| names.get(*at).map_or("", String::as_str);
    let sign = match judged {
        Judgement::Met => "✓",
        Judgement::NotMet => "✗",
        Judgement::Unknown | Judgement::NotJudged => "?",
    };
    let head = format!("{sign} {:<13} {}: ", control.id, control.title);
    match (it.by.as_ref().map(name), it.relation) {
        (Some(name), Some(Relation::Equivalent)) if it.is_literal => {
            line!(out, "{head}{name}, the same text")?
        }
        (Some(name), Some(Relation::Equivalent)) => line!(out, "{head}{name} means the same")?,
        (Some(name), Some(_)) => line!(out, "{head}{name} matches more")?,
        (Some(name), None) => line!(out, "{head}{name} covers it, and may match more")?,
        (None, _) if !it.together.is_empty() => {
            let names: Vec<&str> = it.together.iter().map(name).collect();
            line!(out, "{head}{} cover it together", names.join(", "))?;
        }
        (None, _) => match &it.missed {
            Some(event) if judged == Judgement::NotJudged => {
                line!(out, "{head}not judged: the patterns that were read do not cover it")?;
                line!(out, "    example: {event}")?;
            }
            Some(event) => {
                line!(out, "{head}no pattern covers it")?;
                line!(out, "    example: {event}")?;
            }
            None => line!(out, "{head}unknown: {}", it.reason.as_deref().unwrap_or_default())?,
        },
    }
    if control.framework == "security-hub" && !it.is_literal {
        line!(out, "    Security Hub compares texts: write {}", control.text)?;
    }
    for (at, why) in &it.unknown {
        line!(out, "    unknown for {}: {why}", name(at))?;
    }
    Ok(())
}

fn entry(it: &Covered, judged: Judgement, names: &[String]) -> serde_json::Value {
    let together: Vec<_> = it.together.iter().filter_map(|at| names.get(*at)).collect();
    json!({
        "framework": it.control.framework,
        "control": it.control.id,
        "title": it.control.title,
        "met": judged == Judgement::Met,
        "judgement": judged.name(),
        "by": it.by.and_then(|at| names.get(at)),
        "together": together,
        "relation": it.relation,
        "sameText": it.is_literal,
        "text": it.control.text,
        "missed": it.missed,
        "reason": it.reason,
    })
}
