//! What the rules of all files publish to each metric.

use crate::metric_settings::{Feed, LocatedTransformation};
use crate::sources::HostedPattern;
use crate::span::Span;
use std::collections::HashMap;

/// What the filters of all files publish to each metric, known by its namespace and name.
pub(super) struct Feeds<'a>(HashMap<(String, String), Vec<&'a Feed>>);

impl<'a> Feeds<'a> {
    pub(super) fn of(files: impl IntoIterator<Item = &'a [HostedPattern]>) -> Self {
        let mut feeds: HashMap<_, Vec<&Feed>> = HashMap::new();
        for hosted in files.into_iter().flatten() {
            if let Some((metric, _)) = metric_of(hosted) {
                feeds.entry(metric).or_default().push(&hosted.feed);
            }
        }
        Feeds(feeds)
    }

    /// What is published to the metric of a rule: by the rule, and by others that have the same metric.
    pub(super) fn of_metric<'b>(&'b self, hosted: &'b HostedPattern) -> Vec<&'b Feed> {
        let others = metric_of(hosted).and_then(|(metric, _)| self.0.get(&metric));
        others.map_or_else(|| vec![&hosted.feed], |feeds| feeds.iter().map(|feed| &**feed).collect())
    }
}

/// Namespace and name of the pattern's metric, and the place of the name.
pub(super) fn metric_of(hosted: &HostedPattern) -> Option<((String, String), Span)> {
    match &hosted.transformation {
        Some(LocatedTransformation { namespace: Some(namespace), name: Some(name), .. }) => {
            Some(((namespace.text.clone(), name.text.clone()), name.span))
        }
        _ => None,
    }
}
