//! How severe a hit is.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// How much a hit of a rule matters, as its author says. The levels are those of Sigma and of AWS Security Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Expected in daily work; worth a record only.
    Informational,
    /// Seldom an attack.
    Low,
    /// Look at it today.
    Medium,
    /// Look at it now.
    High,
    /// Somebody has to act now.
    Critical,
}

impl Severity {
    /// All levels, the least first.
    pub const ALL: [Severity; 5] =
        [Severity::Informational, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// Its name in rule files and outputs, such as `high`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Informational => "informational",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    /// Reads a name.
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Severity::ALL.into_iter().find(|level| level.name() == text);
        known.ok_or_else(|| format!("no severity `{text}`: informational, low, medium, high, critical"))
    }
}

impl serde::Serialize for Severity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Severity {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
