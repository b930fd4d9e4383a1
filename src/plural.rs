//! Numbers of things in texts for people.

use std::fmt::Display;

/// A number with its noun: the singular for exactly one, otherwise the plural.
///
/// ```
/// use cwfilter::plural::counted;
///
/// assert_eq!(counted(0, "match", "matches"), "0 matches");
/// assert_eq!(counted(1, "match", "matches"), "1 match");
/// assert_eq!(counted(2_u64, "match", "matches"), "2 matches");
/// ```
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}
