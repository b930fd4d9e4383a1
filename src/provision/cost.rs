//! What a stack costs in a month.

use crate::resource::{Kind, Resource, is_empty};
use serde::Serialize;
use std::collections::BTreeSet;

/// Prices in US dollars a month. AWS: "Amazon CloudWatch pricing", us-east-1, read in November 2026: the first 10,000 custom metrics,
/// alarms on metrics with periods of at least a minute and of less, composite alarms.
const METRIC: f64 = 0.30;
const ALARM: f64 = 0.10;
const FAST_ALARM: f64 = 0.30;
const COMPOSITE_ALARM: f64 = 0.50;

/// The custom metrics and alarms of a stack, and their price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cost {
    /// Custom metrics, each counted once. A metric with dimensions costs once for each combination of values, which is not known.
    pub metrics: usize,
    /// Metrics with dimensions among them.
    pub with_dimensions: usize,
    /// Alarms, composite alarms included.
    pub alarms: usize,
    /// US dollars a month, at least.
    pub dollars: f64,
}

/// The cost of these resources.
#[must_use]
pub fn cost(resources: &[Resource]) -> Cost {
    let filters = resources.iter().filter(|it| it.kind == Kind::MetricFilter);
    let names = |it: &Resource| (it.text("metricNamespace"), it.text("metricName"));
    let has_dimensions = |it: &&Resource| {
        ["dimensions", "emitSystemFieldDimensions"].iter().any(|name| !is_empty(&it.get(name)))
    };
    let metrics: BTreeSet<_> = filters.clone().map(names).collect();
    let with_dimensions: BTreeSet<_> = filters.filter(has_dimensions).map(names).collect();
    let price = |it: &Resource| match it.kind {
        Kind::Alarm if it.get("Period").as_u64().is_some_and(|period| period < 60) => Some(FAST_ALARM),
        Kind::Alarm => Some(ALARM),
        Kind::CompositeAlarm => Some(COMPOSITE_ALARM),
        _ => None,
    };
    let prices: Vec<f64> = resources.iter().filter_map(price).collect();
    #[allow(clippy::cast_precision_loss)]
    let dollars = metrics.len() as f64 * METRIC + prices.iter().sum::<f64>();
    Cost { metrics: metrics.len(), with_dimensions: with_dimensions.len(), alarms: prices.len(), dollars }
}
