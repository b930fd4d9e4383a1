//! `cwfilter audit`

mod judged;
mod set;

use super::exit::Exit;
use super::terminal::{json_pretty, line, say};
use cwfilter::analysis::{Bounds, Domain, Relation};
use cwfilter::certificate::Certificate;
use cwfilter::controls::FRAMEWORKS;
use cwfilter::escaped::Escaped;
use cwfilter::limits::PROOF_STEPS;
use cwfilter::plural::counted;
use judged::{Judged, Verdict, judge};
use serde_json::json;
use set::Set;
use std::io::Write;
use std::path::PathBuf;

/// Prove which controls of a framework the patterns cover
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cwfilter audit --against cis-aws-6.0 patterns
  cwfilter audit --against security-hub infra/

Each control has one judgement:
  covered              one pattern, or several of one log group together, match every event of the control
  covered with noise   they also match everyday events that no control is about: an alarm on them rings all day
  partly covered       they match some typical events of the control; an event that is missed is printed
  not covered          they match none of its typical events; an event that is missed is printed
  unknown              neither was proved; the reason is printed
  not read             an input or the text of a pattern is not known, and nothing else covers the control
The layout of a pattern does not matter. Security Hub is different: it compares texts, and fails a pattern that means the same but
is written differently; the text to write is then printed.
Exit codes by the worst judgement: 3 not read, 1 not covered, 6 partly covered, 8 unknown, 7 covered with noise, 0 covered.")]
pub(super) struct Args {
    /// The framework: security-hub, cis-aws-VERSION (1.2 to 6.0), or cis-aws, which is version 5.0
    #[arg(long, value_name = "FRAMEWORK", value_parser = FRAMEWORKS)]
    against: String,
    /// Files or folders with patterns
    #[arg(default_value = "patterns")]
    paths: Vec<PathBuf>,
    /// Write a certificate of the proofs, which `cwfilter check` checks
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
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

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let target = match super::check::target(args.certificate.as_deref(), &args.paths) {
        Ok(target) => target,
        Err(exit) => return Ok(exit),
    };
    if target.is_some() && args.against == "security-hub" {
        say!(
            "error: Security Hub compares texts, so that there is no proof; audit against cis-aws for a certificate"
        );
        return Ok(Exit::Usage);
    }
    let set = Set::read(&args.paths);
    for what in &set.refused {
        say!("error: {what}");
    }
    for what in &set.unread {
        say!("error: not judged: {what}");
    }
    for what in &set.absent {
        say!("note: {what}");
    }
    if set.candidates.is_empty() {
        say!("error: no patterns found, so no control was judged; check the paths");
        return Ok(Exit::Input);
    }
    let bounds = Bounds::default().with_steps(args.budget).in_domain(args.domain);
    let judged = judge(&args.against, &set, &bounds);
    if let Some(target) = target {
        let mut certificate = Certificate::new(&bounds);
        certificate.not_read.extend(set.unread.iter().chain(&set.refused).cloned());
        certificate.answers.extend(judged.iter().map(|it| it.answer.clone()));
        super::check::write(&target, &certificate)?;
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let entries: Vec<_> = judged.iter().map(|it| entry(it, &set)).collect();
        let all = json!({
            "version": 2,
            "domain": args.domain,
            "judged": "patterns",
            "skippedEntries": super::skipped_entries::count(),
            "controls": entries,
            "notRead": set.unread,
            "refused": set.refused,
            "absent": set.absent,
        });
        json_pretty(&mut out, &all)?;
    } else {
        judged.iter().try_for_each(|it| write(&mut out, it, &set))?;
        line!(
            out,
            "judged: the patterns of the filters, not their metrics, alarms, actions and subscribers"
        )?;
        line!(out, "domain: {}", super::diff::described(args.domain))?;
        line!(out, "{}", summary(&judged, &set))?;
    }
    if !set.unread.is_empty() || !set.refused.is_empty() {
        return Ok(Exit::Input);
    }
    Ok(judged.iter().map(|it| it.verdict).max().map_or(Exit::Clean, Verdict::exit))
}

fn summary(judged: &[Judged], set: &Set) -> String {
    let count = |which: Verdict| judged.iter().filter(|it| it.verdict == which).count();
    let mut text = format!(
        "{} of {} covered by {}",
        count(Verdict::Covered),
        counted(judged.len(), "control is", "controls are"),
        counted(set.candidates.len(), "pattern", "patterns")
    );
    for verdict in Verdict::ALL.into_iter().skip(1).filter(|it| count(*it) > 0) {
        text += &format!("; {} {}", count(verdict), verdict.name());
    }
    if !set.unread.is_empty() {
        text +=
            &format!("; {} not read", counted(set.unread.len(), "input or pattern", "inputs or patterns"));
    }
    text
}

fn write(out: &mut impl Write, it: &Judged, set: &Set) -> std::io::Result<()> {
    let Judged { covered, verdict, group, .. } = it;
    let control = covered.control;
    let head = format!("{} {:<13} {}: ", verdict.sign(), control.id, control.title);
    let names = |all: &[usize]| -> String {
        let names: Vec<String> = all.iter().map(|at| Escaped(set.name(*at)).to_string()).collect();
        names.join(", ")
    };
    let on = group.as_ref().map_or_else(String::new, |group| format!(" on log group {}", Escaped(group)));
    let by = match (covered.by, covered.relation) {
        (Some(at), Some(Relation::Equivalent)) if covered.is_literal => {
            format!("{}, the same text", names(&[at]))
        }
        (Some(at), Some(Relation::Equivalent)) => format!("{} means the same", names(&[at])),
        (Some(at), Some(_)) => format!("{} matches more", names(&[at])),
        (Some(at), None) => format!("{} covers it, and may match more", names(&[at])),
        (None, _) => format!("{} cover it together", names(&covered.together)),
    };
    match verdict {
        Verdict::Covered | Verdict::Noise => line!(out, "{head}{by}{on}")?,
        // Security Hub: the events may be covered, the text is not
        _ if covered.by.is_some() || !covered.together.is_empty() => {
            line!(out, "{head}not the text: {by}{on}")?
        }
        Verdict::Unknown => {
            line!(out, "{head}unknown{on}: {}", Escaped(covered.reason.as_deref().unwrap_or_default()))?
        }
        Verdict::Partly => {
            let (all, matched) = covered.typical;
            line!(out, "{head}partly: {matched} of its {all} typical events are matched{on}")?;
        }
        Verdict::NotCovered => line!(out, "{head}no pattern covers it{on}")?,
        Verdict::NotRead => line!(out, "{head}not read: the patterns that were read do not cover it{on}")?,
    }
    if let Some(event) = covered.noise.filter(|_| *verdict == Verdict::Noise) {
        line!(out, "    noise: an everyday event matches, too: {event}")?;
    }
    if let Some(event) = &covered.missed {
        line!(out, "    missed: {}", Escaped(event))?;
    }
    if control.framework == "security-hub" && !covered.is_literal {
        line!(out, "    Security Hub compares texts: write {}", control.text)?;
    }
    for (at, why) in &covered.unknown {
        line!(out, "    unknown for {}: {}", names(&[*at]), Escaped(why))?;
    }
    Ok(())
}

fn entry(it: &Judged, set: &Set) -> serde_json::Value {
    let Judged { covered, verdict, group, .. } = it;
    let together: Vec<&str> = covered.together.iter().map(|at| set.name(*at)).collect();
    json!({
        "framework": covered.control.framework,
        "control": covered.control.id,
        "title": covered.control.title,
        "met": *verdict == Verdict::Covered,
        "judgement": verdict.name(),
        "by": covered.by.map(|at| set.name(at)),
        "together": together,
        "logGroup": group,
        "relation": covered.relation,
        "sameText": covered.is_literal,
        "text": covered.control.text,
        "noise": covered.noise,
        "missed": covered.missed,
        "typicalEvents": covered.typical.0,
        "typicalEventsMatched": covered.typical.1,
        "reason": covered.reason,
    })
}
