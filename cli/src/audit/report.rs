//! The reports of an audit: text, JSON, and findings for SARIF and GitHub.

use super::judged::{ControlLink, Judged, Verdict, links};
use super::set::Set;
use crate::terminal::line;
use cwfilter::Span;
use cwfilter::analysis::Relation;
use cwfilter::control_chain::LinkState;
use cwfilter::diagnostic::{Diagnostic, Severity};
use cwfilter::escaped::Escaped;
use cwfilter::lint::file::{AlarmCounts, Counts, FileFindings, Finding};
use cwfilter::plural::counted;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

pub(super) fn summary(judged: &[Judged], set: &Set) -> String {
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
    if !set.parts_elsewhere.is_empty() {
        let parts = counted(set.parts_elsewhere.len(), "module or nested stack", "modules or nested stacks");
        text += &format!("; {parts} not read");
    }
    text
}

/// How many controls are met as a whole.
pub(super) fn chains(judged: &[Judged]) -> String {
    let met = judged.iter().filter(|it| it.is_met()).count();
    let open = judged.iter().filter(|it| it.is_open()).count();
    let broken = judged.iter().filter(|it| it.verdict == Verdict::Broken).count();
    format!(
        "whole controls (filter, metric, alarm, action, subscriber): {met} met; {broken} broken; {open} with links that are not in the input"
    )
}

/// The names of the filters that cover a control.
pub(super) fn by(it: &Judged, set: &Set) -> String {
    let covering = it.covered.by.into_iter().chain(it.covered.together.iter().copied());
    covering.map(|at| set.name(at)).collect::<Vec<_>>().join(", ")
}

/// The links after the filter: those that are met, then a line for each that is broken, then those that are not in the input.
fn write_links(out: &mut impl Write, it: &Judged, set: &Set) -> std::io::Result<()> {
    if it.chain.is_none() {
        return Ok(());
    }
    let all = links(it, &by(it, set));
    let of = |state: LinkState| all.iter().skip(1).filter(move |link| link.1 == state);
    let shown = |(name, _, what): &(ControlLink, LinkState, String)| format!("{name}: {}", Escaped(what));
    for link in of(LinkState::Met) {
        line!(out, "    met: {}", shown(link))?;
    }
    for link in of(LinkState::Broken) {
        line!(out, "    broken: {}", shown(link))?;
    }
    let mut open = of(LinkState::NotInInput);
    if let Some(first) = open.next() {
        let later: String = open.map(|(name, ..)| format!("; {name}")).collect();
        line!(out, "    not in the input: {}{later}", shown(first))?;
    }
    Ok(())
}

pub(super) fn write(out: &mut impl Write, it: &Judged, set: &Set) -> std::io::Result<()> {
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
        Verdict::Broken => line!(out, "{head}the chain after the filter is broken: {by}{on}")?,
        Verdict::NotRead => {
            let why = covered.reason.as_deref().map(|it| format!("; {}", Escaped(it))).unwrap_or_default();
            line!(out, "{head}not read: the patterns that were read do not cover it{on}{why}")?;
        }
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
    write_links(out, it, set)
}

/// A finding for each control that is not covered, or has a link that is not met, at the filter, or at the beginning of the first file.
pub(super) fn findings(judged: &[Judged], set: &Set) -> Vec<FileFindings> {
    let mut found: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
    for it in judged.iter().filter(|it| !it.is_met()) {
        let covering = it.covered.by.or(it.covered.together.first().copied());
        let candidate = covering.and_then(|at| set.candidates.get(at));
        // without a filter of the control, the beginning of the first file
        let first = || set.candidates.first().map(|it| &it.place.0).or(set.files.keys().next());
        let place = candidate.map(|it| it.place.clone()).or_else(|| Some((first()?.clone(), 0)));
        let Some((path, at)) = place else { continue };
        let severity = match it.verdict {
            Verdict::Covered => Severity::Note,
            Verdict::Noise | Verdict::Unknown | Verdict::Partly => Severity::Warning,
            Verdict::Broken | Verdict::NotCovered | Verdict::NotRead => Severity::Error,
        };
        let span = Span::new(at, at);
        let diagnostic = Diagnostic::new("audit", severity, span, message(it, set)).in_file(span);
        let name = candidate.map(|it| it.name.clone()).unwrap_or_default();
        let finding = Finding::new(name, diagnostic);
        found.entry(path).or_default().push(finding);
    }
    let of_file = |(path, (text, counts)): (&PathBuf, &(String, Counts))| {
        let mut findings = found.remove(path).unwrap_or_default();
        findings.sort_by_key(|it| it.diagnostic.primary.span.start);
        FileFindings {
            path: path.display().to_string(),
            text: text.clone(),
            findings,
            counts: *counts,
            unchecked: Vec::new(),
            alarms: AlarmCounts::default(),
            composites: 0,
        }
    };
    set.files.iter().map(of_file).collect()
}

/// The judgement on a control in one line.
fn message(it: &Judged, set: &Set) -> String {
    let control = it.covered.control;
    let mut text = format!("{} {} ({}): {}", control.framework, control.id, control.title, it.verdict.name());
    if let Some(missed) = &it.covered.missed {
        text += &format!("; missed: {missed}");
    }
    if let Some(reason) = &it.covered.reason {
        text += &format!("; {reason}");
    }
    for (link, state, what) in links(it, &by(it, set)) {
        if state != LinkState::Met && (it.chain.is_some() || link == ControlLink::FILTER) {
            text += &format!("; {link} {}: {what}", state.name());
        }
    }
    text
}
