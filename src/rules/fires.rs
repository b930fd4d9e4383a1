//! The expected number of matches of a rule in an archive.

use crate::syntax::ast::Order;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A bound on the number of matches in an archive: `0`, `>=1`, `<=3/day`.
///
/// ```
/// use cwfilter::rules::Fires;
/// let bound: Fires = "<=3/day".parse()?;
/// assert!(bound.holds(5, [3, 2]));
/// assert!(!bound.holds(5, [1, 4]));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fires {
    /// `None` for an exact number.
    comparison: Option<Order>,
    count: u64,
    is_daily: bool,
}

impl Fires {
    /// Whether the numbers of matches are within the bound. `total` is the number in the whole archive, `days` the number on each day.
    #[must_use]
    pub fn holds(&self, total: u64, days: impl IntoIterator<Item = u64>) -> bool {
        let one = |count: u64| match self.comparison {
            None => count == self.count,
            Some(order) => order.holds(count.cmp(&self.count)),
        };
        if self.is_daily { days.into_iter().all(one) } else { one(total) }
    }
}

impl FromStr for Fires {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rest, is_daily) = match text.trim().strip_suffix("/day") {
            Some(rest) => (rest, true),
            None => (text.trim(), false),
        };
        let signs = [
            (">=", Some(Order::GreaterOrEqual)),
            ("<=", Some(Order::LessOrEqual)),
            (">", Some(Order::Greater)),
            ("<", Some(Order::Less)),
            ("=", None),
        ];
        let sign = signs.into_iter().find_map(|(sign, order)| Some((rest.strip_prefix(sign)?, order)));
        let (digits, comparison) = sign.unwrap_or((rest, None));
        let count = digits.trim().parse().map_err(|_| format!("`{text}` is not a bound"))?;
        match (comparison, count) {
            (Some(Order::Less), 0) => return Err(format!("`{text}` never holds: no number is below 0")),
            (Some(Order::GreaterOrEqual), 0) => {
                return Err(format!("`{text}` always holds, so that nothing is checked"));
            }
            _ => {}
        }
        Ok(Fires { comparison, count, is_daily })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Fires {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "fires".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let pattern = r"^\s*(>=|<=|>|<|=)?\s*\+?[0-9]+\s*(/day)?\s*$";
        schemars::json_schema!({ "type": "string", "pattern": pattern })
    }
}

impl Display for Fires {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let sign = match self.comparison {
            None => "",
            Some(Order::Less) => "<",
            Some(Order::LessOrEqual) => "<=",
            Some(Order::Greater) => ">",
            Some(Order::GreaterOrEqual) => ">=",
        };
        write!(f, "{sign}{}{}", self.count, if self.is_daily { "/day" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        for (text, total, days, expected) in [
            ("0", 0, vec![0], true),
            ("0", 1, vec![1], false),
            (">=1", 1, vec![0, 1], true),
            ("<=3/day", 6, vec![3, 3], true),
            ("<=3/day", 4, vec![0, 4], false),
            ("> 0 /day", 4, vec![0, 4], false),
            ("=2", 2, vec![1, 1], true),
            ("<2", 2, vec![2], false),
        ] {
            let text = text.replace(" /", "/");
            let fires: Fires = text.parse().unwrap();
            assert_eq!(fires.holds(total, days), expected, "{text}");
            assert_eq!(fires.to_string().parse::<Fires>().unwrap(), fires);
        }
        for text in ["", "x", ">=", "1/week", "-1", "=>1", "<0", ">=0", "< 0/day", ">=0/day"] {
            assert!(text.parse::<Fires>().is_err(), "{text}");
        }
    }
}
