//! The JSON of an audit.

use super::judged::{ControlLink, Judged, Verdict, links};
use super::report::by;
use super::set::Set;
use cwfilter::analysis::{Domain, Relation};
use cwfilter::control_chain::LinkState;
use serde::Serialize;

/// The version of the form.
const VERSION: u32 = 3;

/// The judgement on each control.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report<'a> {
    /// The version of the form. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    version: u32,
    /// The events that the proofs are about.
    domain: Domain,
    /// The number of entries of folders that were not read.
    skipped_entries: usize,
    /// The controls of the framework.
    controls: Vec<ControlEntry<'a>>,
    /// Inputs and patterns that are not judged, and modules and nested stacks that are in another place.
    not_read: Vec<String>,
    /// Patterns that AWS refuses.
    refused: &'a [String],
    /// Filters that are not made.
    absent: &'a [String],
    /// Filters that may not be made, or may not read each event.
    open: Vec<String>,
}

/// The judgement on a control.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ControlEntry<'a> {
    /// The name of the framework.
    framework: &'a str,
    /// The number of the control.
    control: &'a str,
    /// The title of the control.
    title: &'a str,
    /// Whether it is covered, and each link is met.
    met: bool,
    /// The links from the filter to a subscriber.
    links: Vec<LinkEntry>,
    /// The judgement.
    judgement: Verdict,
    /// The filter that covers it; null if no single filter does.
    by: Option<&'a str>,
    /// The filters that cover it together.
    together: Vec<&'a str>,
    /// The log group, if the filters are on several; null if not.
    log_group: Option<&'a str>,
    /// The relation of the filter `by` and the pattern of the control; null if it is not known.
    relation: Option<Relation>,
    /// Whether the text of the filter `by` is exactly that of the control.
    same_text: bool,
    /// The pattern of the control.
    text: &'a str,
    /// An everyday event that is matched, too; null if there is none.
    noise: Option<&'a str>,
    /// An event of the control that is missed; null if none was found.
    missed: Option<&'a str>,
    /// The number of typical events of the control.
    typical_events: usize,
    /// The number of those that are matched.
    typical_events_matched: usize,
    /// Why the judgement is unknown; null if it is known.
    reason: Option<&'a str>,
}

/// The judgement on a link.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct LinkEntry {
    /// The link.
    link: ControlLink,
    /// Its state.
    state: LinkState,
    /// What the link is if it is met; otherwise why it is not.
    what: String,
}

impl<'a> Report<'a> {
    pub(super) fn new(domain: Domain, judged: &'a [Judged], set: &'a Set) -> Self {
        Report {
            version: VERSION,
            domain,
            skipped_entries: crate::skipped_entries::count(),
            controls: judged.iter().map(|it| ControlEntry::new(it, set)).collect(),
            not_read: set.not_read(),
            refused: &set.refused,
            absent: &set.absent,
            open: set.open(),
        }
    }
}

impl<'a> ControlEntry<'a> {
    fn new(it: &'a Judged, set: &'a Set) -> Self {
        let Judged { covered, verdict, group, .. } = it;
        let links = links(it, &by(it, set)).into_iter();
        ControlEntry {
            framework: covered.control.framework,
            control: &covered.control.id,
            title: covered.control.title,
            met: it.is_met(),
            links: links.map(|(link, state, what)| LinkEntry { link, state, what }).collect(),
            judgement: *verdict,
            by: covered.by.map(|at| set.name(at)),
            together: covered.together.iter().map(|at| set.name(*at)).collect(),
            log_group: group.as_deref(),
            relation: covered.relation,
            same_text: covered.is_literal,
            text: covered.control.text,
            noise: covered.noise,
            missed: covered.missed.as_deref(),
            typical_events: covered.typical.0,
            typical_events_matched: covered.typical.1,
            reason: covered.reason.as_deref(),
        }
    }
}
