//! In which case AWS writes a value. Sigma ignores case, filter patterns do not.

use super::fields::{Target, recorded_values};
use super::glob::Glob;
use crate::cloudtrail::catalogue::{Evidence, event_names, evidence_of_name, known_values};
use crate::limits::SIGMA_SPELLINGS;
use std::collections::BTreeSet;

/// How a text is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spelling {
    /// AWS writes it in one of these forms, and in no other.
    Known(Vec<Glob>),
    /// A name that AWS chooses, and that is in no catalogue: it is compared as the rule writes it.
    AsWritten(Glob),
    /// It may be written in any case.
    Free(Glob),
}

/// Fields that AWS writes in lower case.
const LOWER: [&str; 2] = ["eventSource", "awsRegion"];

/// Fields whose values are names that AWS chooses.
const NAMES: [&str; 6] = [
    "eventName",
    "eventType",
    "eventCategory",
    "errorCode",
    "userIdentity.type",
    "userIdentity.sessionContext.sessionIssuer.type",
];

/// How AWS writes the text in the values of a field.
pub(super) fn spelling(target: &Target, glob: &Glob) -> Spelling {
    if !glob.has_letters() {
        return known(vec![glob.clone()], glob);
    }
    if LOWER.contains(&target.name.as_str()) {
        return known(vec![glob.lowered()], glob);
    }
    // JSON's own words
    if glob
        .as_text()
        .is_some_and(|text| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"))
    {
        return Spelling::Known(vec![glob.lowered()]);
    }
    let spelled: BTreeSet<Glob> = values(&target.name).filter_map(|value| glob.spelled_as(value)).collect();
    match spelled.len() {
        0 if NAMES.contains(&target.name.as_str()) && glob.value().is_some() => {
            Spelling::AsWritten(glob.clone())
        }
        1..=SIGMA_SPELLINGS => known(spelled.into_iter().collect(), glob),
        _ => Spelling::Free(glob.clone()),
    }
}

/// Known spellings, if a value of a filter pattern can write them and finds what the text finds.
fn known(spellings: Vec<Glob>, glob: &Glob) -> Spelling {
    if glob.value().is_none() || glob.depends_on_first_occurrence() {
        return Spelling::Free(glob.clone());
    }
    Spelling::Known(spellings)
}

/// The known values of a field.
fn values(path: &str) -> Box<dyn Iterator<Item = &'static str>> {
    if path == "eventName" {
        // names that are only actions of policies or test data may be misspelt
        let is_event =
            |name: &&str| !matches!(evidence_of_name(name), Some(Evidence::Action | Evidence::Written));
        return Box::new(event_names().filter(is_event));
    }
    let known = known_values(path).map(|known| known.values.as_slice()).unwrap_or_default();
    Box::new(known.iter().copied().chain(recorded_values(path).iter().copied()))
}
