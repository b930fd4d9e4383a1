//! The description of a compiled set, for `cwfilter explain --plan`.

use super::compile::{Description, RuleDescription};
use super::pattern::FilterPattern;
use super::prefilter::{NeedleDescription, NoPrefilter};
use super::session::Compiled;
use crate::plural::counted;
use std::fmt::{Display, Formatter};

/// The compiled form of a [`PatternSet`](crate::PatternSet), for readers. The format of the text is not stable.
///
/// ```
/// let set = cwfilter::PatternSet::builder().add("stopped", "{ $.eventName = StopLogging }".parse()?).build()?;
/// assert!(set.describe().to_string().contains("trigger   $.eventName = \"StopLogging\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDescription {
    names: Vec<String>,
    description: Description,
    prefilter: Result<Vec<NeedleDescription>, NoPrefilter>,
}

impl PlanDescription {
    pub(super) fn new(
        names: Vec<String>,
        patterns: &[FilterPattern],
        compiled: &Compiled,
    ) -> PlanDescription {
        let description =
            Description::new(patterns.iter().map(|pattern| (pattern.ast(), pattern.semantics())));
        PlanDescription { names, description, prefilter: compiled.describe_prefilter() }
    }

    fn name(&self, rule: &RuleDescription) -> &str {
        self.names.get(rule.pattern.index()).map_or("", String::as_str)
    }

    /// Rules that run for every event, by name. They switch the prefilter off for the whole set.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder()
    ///     .add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?)
    ///     .add("no-error", "{ $.errorCode NOT EXISTS }".parse()?)
    ///     .build()?;
    /// assert_eq!(set.describe().untriggered().collect::<Vec<_>>(), ["no-error"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn untriggered(&self) -> impl Iterator<Item = &str> {
        self.description.rules.iter().filter(|rule| rule.triggers.is_none()).map(|rule| self.name(rule))
    }
}

impl Display for PlanDescription {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Description { rules, predicates, trie } = &self.description;
        let shared = predicates.iter().filter(|(_, count)| *count > 1).count();
        let predicate_count = counted(predicates.len(), "predicate", "predicates");
        writeln!(f, "{}, {predicate_count}, {shared} of them shared", counted(rules.len(), "rule", "rules"))?;
        writeln!(f)?;
        self.print_prefilter(f)?;
        writeln!(f, "\nkeys that the structural pass follows\n{trie}")?;
        for rule in rules {
            writeln!(f, "rule {}", self.name(rule).escape_debug())?;
            print_rule(rule, f)?;
        }
        if shared > 0 {
            writeln!(f, "\nshared predicates, evaluated once for each event")?;
        }
        for (predicate, count) in predicates.iter().filter(|(_, count)| *count > 1) {
            writeln!(f, "  {count:>4} rules  {predicate}")?;
        }
        Ok(())
    }
}

fn print_rule(rule: &RuleDescription, f: &mut Formatter<'_>) -> std::fmt::Result {
    match rule.triggers.as_deref() {
        None => writeln!(f, "  trigger   none: runs for every event")?,
        Some([]) => writeln!(f, "  trigger   none: never runs")?,
        Some([first, more @ ..]) => {
            writeln!(f, "  trigger   {first}")?;
            more.iter().try_for_each(|trigger| writeln!(f, "       or   {trigger}"))?;
        }
    }
    match &rule.remaining {
        Some(remaining) => writeln!(f, "  then ask  {remaining}"),
        None => writeln!(f, "  then ask  nothing: the trigger decides"),
    }
}

impl PlanDescription {
    fn print_prefilter(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match &self.prefilter {
            Ok(needles) => {
                writeln!(f, "prefilter: on, an event without one of these texts is not parsed")?;
                needles.iter().try_for_each(|needle| print_needle(needle, f))
            }
            Err(reason) => {
                writeln!(f, "prefilter: off, every event is parsed: {reason}")?;
                self.untriggered()
                    .try_for_each(|name| writeln!(f, "  runs for every event: {}", name.escape_debug()))
            }
        }
    }
}

/// A byte of a needle; `\u{…}` if it does not print.
fn shown(byte: char) -> String {
    if byte.is_ascii_graphic() { byte.to_string() } else { byte.escape_unicode().to_string() }
}

fn print_needle(needle: &NeedleDescription, f: &mut Formatter<'_>) -> std::fmt::Result {
    let (first, second, distance) = needle.pair;
    let kind = if needle.is_value { "a value" } else { "a key" };
    let filter = if needle.has_prefix_filter { ", prefix filter on its value" } else { "" };
    writeln!(
        f,
        "  {:<24} {kind}{filter}; found by `{}` and `{}`, {distance} apart",
        needle.text,
        shown(first),
        shown(second)
    )
}
