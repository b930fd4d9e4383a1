//! The techniques of MITRE ATT&CK for Enterprise, version 19 (April 2026): 222 techniques and 475 sub-techniques.
//!
//! Version 19 split the tactic Defense Evasion. The techniques under T1562, Impair Defenses, got numbers of their own, T1685 to T1690, and a few others moved.
//! `techniques.tsv` has an id on each line with its name, or, for an id that moved, with the id that it has now.

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
}

/// The technique that has an id, or had it before [`ATTACK_VERSION`]. `None` if ATT&CK has no such technique.
#[must_use]
pub fn technique(id: &str) -> Option<Technique> {
    let (id, name, moved_to) = row(id)?;
    if moved_to.is_empty() {
        return Some(Technique { id, name, moved_to: None });
    }
    let (_, name, _) = row(moved_to)?;
    Some(Technique { id, name, moved_to: Some(moved_to) })
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
        for (id, name, moved_to) in rows.iter().filter(|(_, _, moved_to)| !moved_to.is_empty()) {
            assert!(name.is_empty() && row(moved_to).is_some_and(|(_, name, _)| !name.is_empty()), "{id}");
        }
        assert!(rows.is_sorted());
    }
}
