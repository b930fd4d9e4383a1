//! Samples in a request, in the form of `PutMetricData`.

use super::answer::wrong;
use crate::alarm::{Metric, Sample};
use crate::answers::ServiceError;
use serde::Deserialize;

/// One entry of `PutMetricData`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Put {
    pub(super) timestamp: Option<String>,
    value: Option<f64>,
    values: Option<Vec<f64>>,
    counts: Option<Vec<f64>>,
    statistic_values: Option<StatisticValues>,
    pub(super) unit: Option<String>,
    metric: Option<PutMetric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatisticValues {
    sample_count: f64,
    sum: f64,
    minimum: f64,
    maximum: f64,
}

/// The metric that a put is for, if the alarm watches several.
#[derive(Deserialize)]
#[serde(untagged)]
enum PutMetric {
    Name(String),
    #[serde(rename_all = "PascalCase")]
    Metric {
        namespace: Option<String>,
        metric_name: String,
        #[serde(default)]
        dimensions: Vec<DimensionEntry>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DimensionEntry {
    name: String,
    value: String,
}

impl Put {
    pub(super) fn samples(&self) -> Result<Vec<Sample>, ServiceError> {
        let mut samples: Vec<Sample> = self.value.map(Sample::from).into_iter().collect();
        let values = self.values.as_deref().unwrap_or_default();
        let counts = self.counts.as_deref();
        if counts.is_some_and(|counts| counts.len() != values.len()) {
            return Err(wrong("The parameters Values and Counts must have the same number of entries"));
        }
        for (at, value) in values.iter().enumerate() {
            let count = counts.and_then(|counts| counts.get(at).copied()).unwrap_or(1.0);
            samples.push(Sample::Value { value: *value, count });
        }
        samples.extend(self.statistic_values.as_ref().map(|set| Sample::StatisticSet {
            count: set.sample_count,
            sum: set.sum,
            minimum: set.minimum,
            maximum: set.maximum,
        }));
        Ok(samples)
    }

    /// Whether the put is for this metric. A put without a metric is for every metric of the alarm.
    pub(super) fn is_for(&self, metric: &Metric) -> bool {
        match &self.metric {
            None => true,
            Some(PutMetric::Name(name)) => *name == metric.name,
            Some(PutMetric::Metric { namespace, metric_name, dimensions }) => {
                let mut own: Vec<_> =
                    dimensions.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
                let mut wanted = metric.dimensions.clone();
                own.sort();
                wanted.sort();
                namespace.as_ref().is_none_or(|namespace| *namespace == metric.namespace)
                    && *metric_name == metric.name
                    && own == wanted
            }
        }
    }
}
