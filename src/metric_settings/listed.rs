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
    /// Equal for two resources whose settings are all the same, in one run of the program; also if one is in a module of Terraform and the other
    /// one is not, so that their references to resources of their own module have other addresses.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = std::collections::hash_map::DefaultHasher::new();
        for (name, value) in self.settings.iter().chain(&self.secrets) {
            (name, without_modules(value)).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The names of settings whose values differ, although they are shown alike.
    #[must_use]
    pub fn hidden_changes(&self, other: &ListedResource) -> Vec<&str> {
        let is_same = |(name, value): &&(String, String)| {
            other
                .secrets
                .iter()
                .find(|it| it.0 == *name)
                .is_none_or(|it| without_modules(&it.1) == without_modules(value))
        };
        self.secrets.iter().filter(|it| !is_same(it)).map(|it| it.0.as_str()).collect()
    }
}

impl std::fmt::Debug for ListedResource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}", self.kind, self.name, self.settings)
    }
}

/// A text without the addresses of modules in it: `aws_sns_topic.a` for `module.m["x"].aws_sns_topic.a`.
#[must_use]
pub fn without_modules(text: &str) -> String {
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(MODULE) {
        out += before;
        let is_start = !out.ends_with(|it: char| is_name(it) || it == '.');
        match is_start.then(|| after_module(after, is_name)).flatten() {
            Some(after) => rest = after,
            None => {
                out += MODULE;
                rest = after;
            }
        }
    }
    out + rest
}

const MODULE: &str = "module.";

/// The text after the name of a module, its key and a dot.
fn after_module(text: &str, is_name: impl Fn(char) -> bool) -> Option<&str> {
    let rest = text.trim_start_matches(is_name);
    let rest = if rest.starts_with('[') { rest.split_once(']')?.1 } else { rest };
    rest.strip_prefix('.').filter(|_| !text.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::without_modules;

    #[test]
    fn addresses_without_modules() {
        for (text, expected) in [
            ("module.m.root", "root"),
            ("module.a.module.b.aws_sns_topic.t", "aws_sns_topic.t"),
            ("module.a[\"k.v\"].root", "root"),
            (
                "[`module.m.aws_sns_topic.a.arn` is known only when], module.x.y",
                "[`aws_sns_topic.a.arn` is known only when], y",
            ),
            ("my_module.a.b", "my_module.a.b"),
            ("a.module.b.c", "a.module.b.c"),
            ("module.", "module."),
            ("module.m", "module.m"),
        ] {
            assert_eq!(without_modules(text), expected, "{text}");
        }
    }
}
