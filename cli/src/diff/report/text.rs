//! What differs between two sides, as text for people.

use super::super::settings::Change;
use super::changed::Changed;
use super::{NotCompared, Report, Twins};
use crate::terminal::{line, painted, style};
use cwfilter::FilterPattern;
use cwfilter::analysis::{Comparison, Domain, Relation};
use cwfilter::escaped::Escaped;
use cwfilter::report::human::Style;
use std::io::Write;

impl Report {
    /// `is_change`: A is an earlier version of B.
    pub(crate) fn human(&self, out: &mut impl Write, is_change: bool) -> std::io::Result<()> {
        let style = style(&std::io::stdout());
        for pair in self.pairs.iter().filter(|pair| pair.direction().is_changed) {
            let lines = match pair.is_twin {
                true => format!(" (line {} of A, {} of B)", pair.of_a.line, pair.of_b.line),
                false => String::new(),
            };
            let title = format!("{}{lines}", pair.of_a.title());
            let (Ok(a), Ok(b)) = (&pair.of_a.pattern, &pair.of_b.pattern) else { continue };
            if is_change {
                let what: String = pair.sentences().iter().map(|it| format!("  {it}\n")).collect();
                painted(out, &format!("{}\n{what}", style.paint("1", &format!("{}:", Escaped(&title)))))?;
            } else {
                painted(out, &one(&title, a, b, &pair.comparison, style))?;
            }
            if pair.of_a.is_absent() && pair.of_b.is_absent() && !is_change {
                line!(out, "  the filter is not made in A and in B")?;
            }
            for Change { setting, a, b } in &pair.settings {
                line!(out, "  {setting}: {} -> {}", Escaped(a), Escaped(b))?;
            }
        }
        self.summary(out)
    }

    fn summary(&self, out: &mut impl Write) -> std::io::Result<()> {
        for Twins { name, in_a, in_b } in &self.twins {
            let name = Escaped(name);
            line!(
                out,
                "{name}: A has {in_a} with this name, B has {in_b}; paired by log group, text and order"
            )?;
        }
        for moved in &self.moved {
            line!(out, "{}", Escaped(moved.sentence()))?;
            for Change { setting, a, b } in &moved.settings {
                line!(out, "  {setting}: {} -> {}", Escaped(a), Escaped(b))?;
            }
        }
        for (set, is_in_a) in [("A", true), ("B", false)] {
            for it in self.lone.iter().filter(|it| it.is_in_a == is_in_a) {
                line!(out, "{}: only in {set}", Escaped(it.title()))?;
            }
        }
        for Changed { kind, name, only_in, moved_from, settings, .. } in self.changed() {
            let name = Escaped(name);
            match (only_in, moved_from) {
                (Some(side), _) => line!(out, "{kind} {name}: only in {side}")?,
                (None, Some(from)) => {
                    line!(out, "{kind} moved or renamed from {} to {name}", Escaped(from))?;
                }
                (None, None) => line!(out, "{kind} {name}:")?,
            }
            for Change { setting, a, b } in settings {
                line!(out, "  {}: {} -> {}", Escaped(setting), Escaped(a), Escaped(b))?;
            }
        }
        for NotCompared { name, side, reason } in &self.not_compared {
            let (name, reason) = (Escaped(name), Escaped(reason));
            line!(out, "{name}: not compared; the pattern in {side} is not known: {reason}")?;
        }
        for unread in &self.not_read {
            line!(out, "{}", Escaped(unread.text()))?;
        }
        line!(out, "domain: {}", described(self.domain))?;
        line!(out, "{}", self.counts())
    }
}

/// The events of a domain, and its name.
pub(crate) fn described(domain: Domain) -> String {
    format!("{} (`--domain {domain}`)", domain.events())
}

/// The relation of two patterns, with the events that show it.
pub(crate) fn one(
    name: &str,
    a: &FilterPattern,
    b: &FilterPattern,
    comparison: &Comparison,
    style: Style,
) -> String {
    let what = match comparison.relation {
        Relation::Equivalent => "equivalent: A and B match the same events".to_owned(),
        Relation::Implies => "A matches less: B matches every event that A matches, and more".to_owned(),
        Relation::Implied => "A matches more: it matches every event that B matches, and more".to_owned(),
        Relation::Incomparable => "A and B each match events that the other does not match".to_owned(),
        Relation::Disjoint => "disjoint: no event matches both A and B".to_owned(),
        Relation::Unknown => {
            let known = comparison.exists.known().map(|it| format!("{it}: ")).unwrap_or_default();
            format!("unknown: {known}{}", comparison.reason.as_deref().unwrap_or_default())
        }
    };
    let name = if name.is_empty() { String::new() } else { format!("{}: ", Escaped(name)) };
    let mut text = format!("{name}{}\n", style.paint("1", &Escaped(&what).to_string()));
    if let (Relation::Incomparable, Some(reason)) = (comparison.relation, &comparison.reason) {
        text += &format!("  unknown whether an event matches both: {}\n", Escaped(reason));
    }
    for witness in comparison.witnesses.iter().filter(|witness| witness.matches_a != witness.matches_b) {
        let (which, other) = if witness.matches_a { ("A", b) } else { ("B", a) };
        text += &format!("  only {which} matches {}\n", Escaped(&witness.event));
        let tree = other.explain(&witness.event).to_string();
        text += &tree.lines().map(|line| format!("    {line}\n")).collect::<String>();
    }
    text
}
