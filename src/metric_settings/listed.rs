//! Alarms, topics, policies and subscriptions with all settings that an input has for them, for comparisons.

use std::hash::{Hash, Hasher};

/// A resource with all its settings.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedResource {
    /// What it is: `alarm`, `composite alarm`, `topic`, `topic policy`, `data protection policy`, `subscription`, or attributes of one.
    pub kind: &'static str,
    /// Its name, as a report shows it.
    pub name: String,
    /// The name without the key of an instance: that of an alarm in [`ChainParts`](super::ChainParts).
    pub alarm: String,
    /// The settings in the order of their names, with their values as they may be shown.
    pub settings: Vec<(String, String)>,
    /// The names of settings with a part that is not known: the reason is shown in its place.
    pub unknown: Vec<String>,
    /// Settings with values that are never shown, because they may have secrets.
    pub(crate) secrets: Vec<(String, String)>,
}

impl ListedResource {
    /// Equal for two resources whose settings are all the same, in one run of the program.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = std::collections::hash_map::DefaultHasher::new();
        (&self.settings, &self.secrets).hash(&mut hasher);
        hasher.finish()
    }

    /// The names of settings whose values differ, although they are shown alike.
    #[must_use]
    pub fn hidden_changes(&self, other: &ListedResource) -> Vec<&str> {
        let is_same = |(name, value): &&(String, String)| {
            other.secrets.iter().find(|it| it.0 == *name).is_none_or(|it| it.1 == *value)
        };
        self.secrets.iter().filter(|it| !is_same(it)).map(|it| it.0.as_str()).collect()
    }
}

impl std::fmt::Debug for ListedResource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}", self.kind, self.name, self.settings)
    }
}
