//! Two patterns that were compared.

use super::super::direction::Direction;
use super::super::pairing::NamedPattern;
use super::super::settings::{Change, IS_MADE, MADE, changes};
use cwfilter::analysis::{Comparison, Relation, Witness};
use cwfilter::escaped::Escaped;
use serde::Serialize;

/// Two patterns that were compared.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Pair {
    /// The name of the pattern.
    pub(super) name: String,
    /// The path, if folders are compared.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) place: String,
    #[serde(flatten)]
    pub(super) comparison: Comparison,
    /// Settings beside the pattern that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) settings: Vec<Change>,
    #[serde(skip)]
    pub(super) of_a: NamedPattern,
    #[serde(skip)]
    pub(super) of_b: NamedPattern,
    #[serde(skip)]
    pub(super) is_twin: bool,
}

impl Pair {
    pub(super) fn new(
        of_a: &NamedPattern,
        of_b: &NamedPattern,
        comparison: Comparison,
        is_twin: bool,
    ) -> Pair {
        Pair {
            name: of_a.name.clone(),
            place: of_a.place.clone(),
            comparison,
            settings: changes(&of_a.settings, &of_b.settings),
            of_a: of_a.clone(),
            of_b: of_b.clone(),
            is_twin,
        }
    }

    pub(super) fn direction(&self) -> Direction {
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
    pub(super) fn sentences(&self) -> Vec<String> {
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
