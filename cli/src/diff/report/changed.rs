//! Alarms and other resources that differ, as the reports for people show them.

use super::super::alarms::AlarmChange;
use super::super::resources::ResourceChange;
use super::super::settings::{Change, Place};
use super::super::side_name::SideName;
use super::Report;

/// An alarm or another resource that differs, or that only one side has.
pub(super) struct Changed<'a> {
    pub(super) kind: &'static str,
    pub(super) name: &'a str,
    /// The side, if only one has it.
    pub(super) only_in: Option<SideName>,
    /// What it is called in A, if it was moved or renamed.
    pub(super) moved_from: Option<&'a str>,
    pub(super) settings: &'a [Change],
    /// Where it is in B.
    pub(super) at: Option<&'a Place>,
}

impl Report {
    /// First the alarms, then the other resources.
    pub(super) fn changed(&self) -> impl Iterator<Item = Changed<'_>> {
        let alarms =
            self.alarms.iter().map(|AlarmChange { name, only_in, moved_from, settings, at }| Changed {
                kind: "alarm",
                name,
                only_in: *only_in,
                moved_from: moved_from.as_deref(),
                settings,
                at: at.as_ref(),
            });
        let others =
            self.resources.iter().map(|ResourceChange { kind, name, only_in, moved_from, settings, at }| {
                let (only_in, moved_from) = (*only_in, moved_from.as_deref());
                Changed { kind, name, only_in, moved_from, settings, at: at.as_ref() }
            });
        alarms.chain(others)
    }
}
