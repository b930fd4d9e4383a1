//! The techniques of MITRE ATT&CK for Enterprise, version 19 (April 2026): 222 techniques and 475 sub-techniques.
//!
//! Version 19 split the tactic Defense Evasion. The techniques under T1562, Impair Defenses, got numbers of their own, T1685 to T1690, and a few others moved.
//! `techniques.tsv` has an id on each line with its name, or, for an id that was revoked, with the id that it has now; `deprecated` says that no other id
//! replaces it. The ids that version 18.1 has or had, their names and their replacements are those of MITRE's STIX files; what version 19 changed is from its
//! release notes.

/// The version of ATT&CK that the ids are checked against.
pub const ATTACK_VERSION: &str = "19";

const TABLE: &str = include_str!("techniques.tsv");

/// A technique or sub-technique of ATT&CK.
///
/// ```
/// use cwfilter::controls::technique;
/// let found = technique("T1685.002").unwrap();
/// assert_eq!((found.name, found.moved_to), ("Disable or Modify Cloud Log", None));
/// assert_eq!(technique("T1562.008").unwrap().moved_to, Some("T1685.002"));
/// assert!(technique("T1064").unwrap().is_deprecated);
/// assert!(technique("T9999").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Technique {
    /// The id, such as `T1685.002`.
    pub id: &'static str,
    /// The name. For an id that moved, the name of the technique that it is now.
    pub name: &'static str,
    /// The id that the technique has now. `None` if the id is current.
    pub moved_to: Option<&'static str>,
    /// Whether ATT&CK has withdrawn the technique without a replacement.
    pub is_deprecated: bool,
}

/// The third field of an id that no other id replaces.
const DEPRECATED: &str = "deprecated";

/// The technique that has an id, or had it before [`ATTACK_VERSION`]. `None` if ATT&CK has no such technique.
#[must_use]
pub fn technique(id: &str) -> Option<Technique> {
    let (id, name, moved_to) = row(id)?;
    if moved_to.is_empty() || moved_to == DEPRECATED {
        return Some(Technique { id, name, moved_to: None, is_deprecated: moved_to == DEPRECATED });
    }
    let (_, name, _) = row(moved_to)?;
    Some(Technique { id, name, moved_to: Some(moved_to), is_deprecated: false })
}

fn row(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    TABLE.lines().find_map(|line| {
        let mut fields = line.split('\t');
        let found = fields.next().filter(|found| *found == id)?;
        Some((found, fields.next()?, fields.next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of the release notes of April 2026.
    #[test]
    fn the_table_has_the_techniques_of_version_19() {
        let rows: Vec<_> = TABLE.lines().filter_map(|line| row(line.split('\t').next()?)).collect();
        assert_eq!(rows.len(), TABLE.lines().count());
        let current = rows.iter().filter(|(_, _, moved_to)| moved_to.is_empty());
        let (parts, whole): (Vec<_>, Vec<_>) = current.map(|row| row.0).partition(|id| id.contains('.'));
        assert_eq!((whole.len(), parts.len()), (222, 475));
        let (withdrawn, moved): (Vec<_>, Vec<_>) = rows
            .iter()
            .filter(|(_, _, moved_to)| !moved_to.is_empty())
            .partition(|(_, _, moved_to)| *moved_to == DEPRECATED);
        // the STIX file of version 18.1 has 132 revoked ids and 12 deprecated ones; version 19 revoked 17 more
        assert_eq!((moved.len(), withdrawn.len()), (149, 12));
        for (id, name, moved_to) in moved {
            // the id that it has now, without a step between
            let is_current = row(moved_to).is_some_and(|(_, name, next)| !name.is_empty() && next.is_empty());
            assert!(name.is_empty() && is_current, "{id}");
        }
        assert!(withdrawn.iter().all(|(_, name, _)| !name.is_empty()));
        assert!(rows.is_sorted());
    }
}
