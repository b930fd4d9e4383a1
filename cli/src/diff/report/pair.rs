//! Two patterns that were compared.

use super::super::direction::Direction;
use super::super::pairing::NamedPattern;
use super::super::settings::{Change, IS_MADE, MADE, NOT_MADE, changes};
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
        if self.of_a.is_absent() || self.of_b.is_absent() {
            // the pattern decides nothing; whether the filter is made does
            (all.is_looser, all.is_tighter) = (false, false);
        }
        if let Some(made) = self.settings.iter().find(|it| it.setting == MADE) {
            // a filter that is not made matches nothing
            all.is_tighter |= made.a != NOT_MADE && made.b != IS_MADE;
            all.is_looser |= made.b != NOT_MADE && made.a != IS_MADE;
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
        let is_made = !self.of_a.is_absent() && !self.of_b.is_absent();
        let only = |it: &&Witness| is_made && it.matches_a != it.matches_b;
        for Witness { event, matches_a, .. } in self.comparison.witnesses.iter().filter(only) {
            let what = if *matches_a { "stops matching" } else { "begins to match" };
            let events = format!("events like {}", Escaped(event));
            all.push(format!("this change {what} {events}"));
        }
        match (self.of_a.is_absent(), self.of_b.is_absent()) {
            (false, true) => all.push("this change stops making the filter: it matches no event".to_owned()),
            (true, false) => all.push("this change begins to make the filter".to_owned()),
            (true, true) => all.push("the filter is not made before or after this change".to_owned()),
            (false, false) => {}
        }
        if relation == Relation::Equivalent {
            all.push("the pattern matches the same events".to_owned());
        }
        all
    }
}
