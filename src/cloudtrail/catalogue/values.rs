//! The values that CloudTrail writes into fields, as far as they are known.

use super::rows;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What is known of the values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownValues {
    /// Values that occur.
    pub values: Vec<&'static str>,
    /// Whether no other values occur.
    pub is_closed: bool,
    /// Values that patterns compare with and that do not occur, each with the value that does.
    pub mistaken: Vec<(&'static str, &'static str)>,
}

/// The known values of the field at a path such as `userIdentity.type`. `None` for a field that has other values in every account.
///
/// ```
/// use cwfilter::cloudtrail::catalogue::known_values;
/// let known = known_values("additionalEventData.MFAUsed").unwrap();
/// assert!(known.is_closed && known.values == ["Yes", "No"]);
/// assert!(known_values("userIdentity.userName").is_none());
/// ```
#[must_use]
pub fn known_values(path: &str) -> Option<&'static KnownValues> {
    static VALUES: OnceLock<HashMap<&str, KnownValues>> = OnceLock::new();
    VALUES.get_or_init(read).get(path)
}

fn read() -> HashMap<&'static str, KnownValues> {
    let mut found = HashMap::new();
    for mut row in rows(include_str!("values.tsv")) {
        let (Some(path), Some(list)) = (row.next(), row.next()) else { continue };
        let empty = || KnownValues { values: Vec::new(), is_closed: false, mistaken: Vec::new() };
        let known: &mut KnownValues = found.entry(path).or_insert_with(empty);
        match list {
            "mistaken" => {
                while let (Some(wrong), Some(right)) = (row.next(), row.next()) {
                    known.mistaken.push((wrong, right));
                }
            }
            _ => {
                known.is_closed = list == "closed";
                known.values.extend(row);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistaken_value_has_one_that_occurs() {
        let all = read();
        assert!(all.len() > 10);
        for (path, known) in &all {
            for (wrong, right) in &known.mistaken {
                assert!(known.values.contains(right), "{path}: {right}");
                assert!(!known.values.contains(wrong), "{path}: {wrong}");
            }
            assert!(!known.values.is_empty(), "{path}");
        }
        assert!(
            rows(include_str!("values.tsv"))
                .all(|mut row| { matches!(row.nth(1), Some("closed" | "open" | "mistaken")) })
        );
    }
}
