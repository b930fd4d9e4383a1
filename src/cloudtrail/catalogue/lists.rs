//! The fields of records that are arrays.

use super::rows;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How it is known that a field is an array.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListEvidence {
    /// Recorded events of these event sources have an array there.
    Recorded(Vec<&'static str>),
    /// A page of AWS's documentation says so.
    Documented(&'static str),
}

/// Whether the field at a path such as `requestParameters.layers` is an array; elements of arrays have no step. `None` if no
/// source says that it is one.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::list_evidence;
/// assert!(list_evidence("requestParameters.layers").is_some());
/// assert!(list_evidence("userIdentity.type").is_none());
/// ```
#[must_use]
pub fn list_evidence(path: &str) -> Option<&'static ListEvidence> {
    static LISTS: OnceLock<HashMap<&str, ListEvidence>> = OnceLock::new();
    LISTS.get_or_init(read).get(path)
}

fn read() -> HashMap<&'static str, ListEvidence> {
    let of_row = |mut row: std::str::Split<'static, char>| {
        let (kind, path, third) = (row.next()?, row.next()?, row.next()?);
        let recorded = || ListEvidence::Recorded(third.split(' ').collect());
        Some((path, if kind == "recorded" { recorded() } else { ListEvidence::Documented(third) }))
    };
    rows(include_str!("lists.tsv")).filter_map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudtrail::catalogue::recorded_sources;

    #[test]
    fn every_recorded_list_is_a_recorded_field_of_its_sources() {
        let lists = read();
        // `resources` is documented and recorded
        assert_eq!(lists.len() + 1, rows(include_str!("lists.tsv")).count());
        for (path, evidence) in &lists {
            let ListEvidence::Recorded(sources) = evidence else { continue };
            for source in sources {
                assert!(recorded_sources()[source].field(path).is_some(), "{source} {path}");
            }
        }
    }
}
