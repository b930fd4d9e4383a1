//! What differs between two sides, as text, JSON and annotations.

use super::direction::{Direction, FailOn};
use super::pairing::{NamedPattern, Pairs};
use super::settings::{AlarmChange, Change, IS_MADE, MADE, NamedAlarm, alarm_changes, changes};
use super::side::Side;
use crate::exit::Exit;
use crate::terminal::{line, painted, style};
use cwfilter::FilterPattern;
use cwfilter::analysis::{Bounds, Comparison, Domain, Relation, Witness, compare_within};
use cwfilter::certificate::Certificate;
use cwfilter::escaped::{Escaped, EscapedLines};
use cwfilter::plural::counted;
use cwfilter::report::human::Style;
use serde::Serialize;
use std::collections::HashSet;
use std::io::Write;

#[derive(Serialize)]
pub(super) struct Report {
    /// The events that all comparisons are about.
    domain: Domain,
    pairs: Vec<Pair>,
    only_in_a: Vec<String>,
    only_in_b: Vec<String>,
    not_compared: Vec<NotCompared>,
    /// Files and folders that could not be read.
    not_read: Vec<NotRead>,
    twins: Vec<Twins>,
    alarms: Vec<AlarmChange>,
    /// Entries of folders that were not read.
    skipped_entries: usize,
    /// The places of the patterns that are only on one side.
    #[serde(skip)]
    lone: Vec<Lone>,
}

#[derive(Serialize)]
struct Pair {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
    #[serde(flatten)]
    comparison: Comparison,
    /// Settings beside the pattern that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settings: Vec<Change>,
    #[serde(skip)]
    of_a: NamedPattern,
    #[serde(skip)]
    of_b: NamedPattern,
    #[serde(skip)]
    is_twin: bool,
}

struct Lone {
    entry: NamedPattern,
    is_in_a: bool,
}

#[derive(Serialize)]
struct NotCompared {
    name: String,
    side: &'static str,
    reason: String,
}

/// A file or folder that could not be read.
#[derive(Serialize)]
struct NotRead {
    name: String,
    side: &'static str,
}

/// A name that occurs several times in one file.
#[derive(Serialize)]
struct Twins {
    name: String,
    in_a: usize,
    in_b: usize,
}

impl Report {
    pub(super) fn new(a: &Side, b: &Side, pairs: &Pairs, bounds: &Bounds) -> Report {
        let twins: HashSet<(&str, &str)> = pairs.twins.iter().map(|(twin, ..)| key(twin)).collect();
        let compared = |(of_a, of_b): &(usize, usize)| {
            let (of_a, of_b) = (a.entries.get(*of_a)?, b.entries.get(*of_b)?);
            let (Ok(pattern), Ok(other)) = (&of_a.pattern, &of_b.pattern) else { return None };
            Some(Pair {
                name: of_a.name.clone(),
                place: of_a.place.clone(),
                comparison: compare_within(pattern, other, bounds),
                settings: changes(&of_a.settings, &of_b.settings),
                is_twin: twins.contains(&key(of_a)),
                of_a: of_a.clone(),
                of_b: of_b.clone(),
            })
        };
        let mut not_compared: Vec<NotCompared> =
            [("A", &a.entries), ("B", &b.entries)].into_iter().flat_map(unread).collect();
        let mut lone = |side: &Side, other: (&'static str, &Side), places: &[usize]| -> Vec<Lone> {
            // patterns that could not be read are reported separately
            let read =
                places.iter().filter_map(|at| side.entries.get(*at)).filter(|entry| entry.pattern.is_ok());
            let (gone, only): (Vec<_>, Vec<_>) = read.partition(|entry| other.1.is_unread(&entry.place));
            let reason = || "the file could not be read".to_owned();
            not_compared.extend(gone.into_iter().map(|entry| NotCompared {
                name: entry.title(),
                side: other.0,
                reason: reason(),
            }));
            only.into_iter().map(|entry| Lone { entry: entry.clone(), is_in_a: other.0 == "B" }).collect()
        };
        let mut all = lone(a, ("B", b), &pairs.only_in_a);
        all.extend(lone(b, ("A", a), &pairs.only_in_b));
        let titles =
            |is_in_a| all.iter().filter(|it| it.is_in_a == is_in_a).map(|it| it.entry.title()).collect();
        let compared: Vec<Pair> = pairs.pairs.iter().filter_map(compared).collect();
        // how twins are paired does not matter if all pairs are the same
        let changed = compared.iter().filter(|pair| pair.direction().is_changed).map(|pair| &pair.of_a);
        let changed: HashSet<(&str, &str)> = changed.chain(all.iter().map(|it| &it.entry)).map(key).collect();
        let is_paired = |(entry, in_a, in_b): &&(NamedPattern, usize, usize)| {
            *in_a.min(in_b) > 0 && changed.contains(&key(entry))
        };
        let twins = pairs.twins.iter().filter(is_paired);
        let alarms = |side: &Side, other: &Side| -> Vec<NamedAlarm> {
            side.alarms.iter().filter(|alarm| !other.is_unread(&alarm.place)).cloned().collect()
        };
        let not_read = |(side, it): (&'static str, &Side)| -> Vec<NotRead> {
            it.unread.iter().map(|name| NotRead { name: name.clone(), side }).collect()
        };
        Report {
            domain: bounds.domain,
            only_in_a: titles(true),
            only_in_b: titles(false),
            not_compared,
            not_read: [("A", a), ("B", b)].into_iter().flat_map(not_read).collect(),
            twins: twins
                .map(|(entry, in_a, in_b)| Twins { name: entry.title(), in_a: *in_a, in_b: *in_b })
                .collect(),
            alarms: alarm_changes(&alarms(a, b), &alarms(b, a)),
            pairs: compared,
            skipped_entries: crate::skipped_entries::count(),
            lone: all,
        }
    }

    /// The exit code. A pattern that could not be compared is never *nothing differs*.
    pub(super) fn exit(&self, fail_on: Option<FailOn>) -> Exit {
        if !self.not_compared.is_empty() || !self.not_read.is_empty() {
            return Exit::Input;
        }
        let is_alarm = Direction { is_changed: !self.alarms.is_empty(), ..Direction::default() };
        let mut all = self.pairs.iter().map(Pair::direction);
        let fails = all.any(|it| it.fails(fail_on))
            || self.lone.iter().any(|it| it.direction().fails(fail_on))
            || is_alarm.fails(fail_on);
        if fails { Exit::Findings } else { Exit::Clean }
    }

    /// The proofs, with the names of what was not compared.
    pub(super) fn certificate(&self, bounds: &Bounds) -> Certificate {
        let mut certificate = Certificate::new(bounds);
        let one = |it: &NotCompared| format!("{} in {}: {}", it.name, it.side, it.reason);
        certificate.not_read.extend(self.not_compared.iter().map(one));
        certificate.not_read.extend(self.not_read.iter().map(NotRead::text));
        for pair in &self.pairs {
            if let (Ok(a), Ok(b)) = (&pair.of_a.pattern, &pair.of_b.pattern) {
                certificate.add_comparison(&pair.of_a.title(), a, b, &pair.comparison);
            }
        }
        certificate
    }

    /// `is_change`: A is an earlier version of B.
    pub(super) fn human(&self, out: &mut impl Write, is_change: bool) -> std::io::Result<()> {
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
                painted(out, &human(&title, a, b, &pair.comparison, style))?;
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
        for (set, names) in [("A", &self.only_in_a), ("B", &self.only_in_b)] {
            for name in names {
                line!(out, "{}: only in {set}", Escaped(name))?;
            }
        }
        for AlarmChange { name, only_in, settings } in &self.alarms {
            match only_in {
                Some(side) => line!(out, "alarm {}: only in {side}", Escaped(name))?,
                None => line!(out, "alarm {}:", Escaped(name))?,
            }
            for Change { setting, a, b } in settings {
                line!(out, "  {setting}: {} -> {}", Escaped(a), Escaped(b))?;
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

    fn counts(&self) -> String {
        let is_same = |pair: &&Pair| pair.comparison.relation == Relation::Equivalent;
        let same = self.pairs.iter().filter(is_same).count();
        let open = self.not_compared.len();
        let open = if open == 0 { String::new() } else { format!(", {open} not compared") };
        let pairs = counted(self.pairs.len(), "pair", "pairs");
        let unread = match self.not_read.len() {
            0 => String::new(),
            count => format!(", {} not read", counted(count, "file or folder", "files or folders")),
        };
        format!("{pairs} compared, {same} equivalent{open}{unread}")
    }

    /// Annotations of GitHub Actions: an error for each change that fails, a notice for each other change.
    pub(super) fn github(&self, out: &mut impl Write, fail_on: Option<FailOn>) -> std::io::Result<()> {
        let level = |direction: Direction| if direction.fails(fail_on) { "error" } else { "notice" };
        for pair in self.pairs.iter().filter(|pair| pair.direction().is_changed) {
            let mut text = pair.sentences();
            text.extend(pair.settings.iter().map(|it| format!("{}: {} -> {}", it.setting, it.a, it.b)));
            annotation(out, level(pair.direction()), Some(&pair.of_b), &pair.of_b.title(), &text.join("\n"))?;
        }
        for it in &self.lone {
            let (place, text) = match it.is_in_a {
                true => (None, "the pattern is gone: this change stops matching its events"),
                false => (Some(&it.entry), "the pattern is new"),
            };
            annotation(out, level(it.direction()), place, &it.entry.title(), text)?;
        }
        let is_alarm = Direction { is_changed: true, ..Direction::default() };
        for AlarmChange { name, only_in, settings } in &self.alarms {
            let mut text: Vec<String> = only_in.iter().map(|side| format!("only in {side}")).collect();
            text.extend(settings.iter().map(|it| format!("{}: {} -> {}", it.setting, it.a, it.b)));
            annotation(out, level(is_alarm), None, &format!("alarm {name}"), &text.join("\n"))?;
        }
        for NotCompared { name, side, reason } in &self.not_compared {
            annotation(
                out,
                "error",
                None,
                name,
                &format!("not compared; the pattern in {side} is not known: {reason}"),
            )?;
        }
        for unread in &self.not_read {
            annotation(out, "error", None, &unread.name, &unread.text())?;
        }
        for Twins { name, in_a, in_b } in &self.twins {
            let text =
                format!("A has {in_a} with this name, B has {in_b}; paired by log group, text and order");
            annotation(out, "notice", None, name, &text)?;
        }
        let text = format!("{}; domain: {}", self.counts(), described(self.domain));
        annotation(out, "notice", None, "cwfilter diff", &text)
    }
}

/// One workflow command.
fn annotation(
    out: &mut impl Write,
    level: &str,
    place: Option<&NamedPattern>,
    title: &str,
    text: &str,
) -> std::io::Result<()> {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(&Escaped(text).to_string()).replace(':', "%3A").replace(',', "%2C");
    let place = place.map_or_else(String::new, |entry| {
        format!("file={},line={},", property(&entry.file.display().to_string()), entry.line)
    });
    let text = data(&EscapedLines(text).to_string());
    // the parts are escaped, and the line is a command on purpose
    out.write_all(format!("::{level} {place}title={}::{text}\n", property(title)).as_bytes())
}

impl Pair {
    fn direction(&self) -> Direction {
        let mut all = Direction::of(&self.comparison);
        all.is_changed |= !self.settings.is_empty();
        if let Some(made) = self.settings.iter().find(|it| it.setting == MADE) {
            // a filter that is not made matches nothing
            all.is_tighter |= made.b != IS_MADE;
            all.is_looser |= made.a != IS_MADE;
        }
        all
    }

    /// What the change of an earlier version A to B does.
    fn sentences(&self) -> Vec<String> {
        let relation = self.comparison.relation;
        let mut all = Vec::new();
        if relation == Relation::Unknown {
            let why = self.comparison.reason.as_deref().unwrap_or_default();
            all.push(format!("it is not known what this change does: {}", Escaped(why)));
        }
        let only = |it: &&Witness| it.matches_a != it.matches_b;
        for Witness { event, matches_a, .. } in self.comparison.witnesses.iter().filter(only) {
            let what = if *matches_a { "stops matching" } else { "begins to match" };
            let events = format!("events like {}", Escaped(event));
            all.push(format!("this change {what} {events}"));
        }
        if self.settings.iter().any(|it| it.setting == MADE && it.b == "no") {
            all.push("this change stops making the filter: it matches no event".to_owned());
        }
        if relation == Relation::Equivalent {
            all.push("the pattern matches the same events".to_owned());
        }
        all
    }
}

impl NotRead {
    fn text(&self) -> String {
        format!("{} could not be read in {}: no answer is about it", self.name, self.side)
    }
}

/// What twins have in common.
fn key(entry: &NamedPattern) -> (&str, &str) {
    (&entry.place, &entry.name)
}

impl Lone {
    fn direction(&self) -> Direction {
        Direction { is_looser: !self.is_in_a, is_tighter: self.is_in_a, is_changed: true }
    }
}

fn unread((side, entries): (&'static str, &Vec<NamedPattern>)) -> Vec<NotCompared> {
    let why = |entry: &NamedPattern| {
        let reason = entry.pattern.as_ref().err()?.clone();
        Some(NotCompared { name: entry.title(), side, reason })
    };
    entries.iter().filter_map(why).collect()
}

/// The events of a domain, and its name.
pub(crate) fn described(domain: Domain) -> String {
    format!("{} (`--domain {domain}`)", domain.events())
}

pub(super) fn human(
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
