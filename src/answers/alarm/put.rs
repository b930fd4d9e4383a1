//! Samples in a request, in the form of `PutMetricData`.

use super::answer::{at, wrong};
use crate::alarm::{Metric, Sample, Timestamp};
use crate::answers::ServiceError;
use crate::limits::METRIC_VALUE;
use crate::metric::UNITS;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt::Formatter;

/// One entry of `PutMetricData`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutEntry {
    timestamp: Option<String>,
    value: Option<f64>,
    values: Option<Vec<f64>>,
    counts: Option<Vec<f64>>,
    statistic_values: Option<StatisticValues>,
    unit: Option<String>,
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

/// The metric that a put is for, if the alarm watches several: its name, or its identity.
enum PutMetric {
    Name(String),
    Metric(MetricEntry),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MetricEntry {
    namespace: Option<String>,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<DimensionEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DimensionEntry {
    name: String,
    value: String,
}

impl<'de> Deserialize<'de> for PutMetric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PutMetricVisitor)
    }
}

struct PutMetricVisitor;

impl<'de> Visitor<'de> for PutMetricVisitor {
    type Value = PutMetric;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<PutMetric, E> {
        Ok(PutMetric::Name(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<PutMetric, A::Error> {
        MetricEntry::deserialize(MapAccessDeserializer::new(members)).map(PutMetric::Metric)
    }
}

/// A put whose members are checked.
pub(super) struct Put {
    pub(super) timestamp: Option<Timestamp>,
    pub(super) samples: Vec<Sample>,
    pub(super) unit: Option<String>,
    metric: Option<PutMetric>,
}

/// Checks the puts of a request.
pub(super) fn checked(puts: Vec<PutEntry>) -> Result<Vec<Put>, ServiceError> {
    puts.into_iter().enumerate().map(|(number, put)| put.checked(&format!("puts[{number}]"))).collect()
}

impl PutEntry {
    fn checked(self, place: &str) -> Result<Put, ServiceError> {
        if let Some(unit) = self.unit.as_deref().filter(|unit| !UNITS.contains(unit)) {
            return Err(wrong(format!("{place}.unit: no unit `{unit}`; the units are {}", UNITS.join(", "))));
        }
        let timestamp = self.timestamp.as_deref().map(str::parse).transpose();
        let timestamp = timestamp.map_err(at(format!("{place}.timestamp")))?;
        let samples = self.samples(place)?;
        Ok(Put { timestamp, samples, unit: self.unit, metric: self.metric })
    }

    fn samples(&self, place: &str) -> Result<Vec<Sample>, ServiceError> {
        if self.counts.is_some() && self.values.is_none() {
            return Err(wrong(format!("{place}: `counts` are given without `values`")));
        }
        match (self.value, &self.values, &self.statistic_values) {
            (Some(value), None, None) => {
                in_range(value, &format!("{place}.value"))?;
                Ok(vec![value.into()])
            }
            (None, Some(values), None) => counted(values, self.counts.as_deref(), place),
            (None, None, Some(set)) => Ok(vec![set.sample(&format!("{place}.statisticValues"))?]),
            (None, None, None) => {
                Err(wrong(format!("{place}: one of `value`, `values` and `statisticValues` is required")))
            }
            _ => {
                Err(wrong(format!("{place}: only one of `value`, `values` and `statisticValues` is allowed")))
            }
        }
    }
}

fn counted(values: &[f64], counts: Option<&[f64]>, place: &str) -> Result<Vec<Sample>, ServiceError> {
    if values.is_empty() {
        return Err(wrong(format!("{place}.values: the list is empty")));
    }
    if counts.is_some_and(|counts| counts.len() != values.len()) {
        return Err(wrong(format!(
            "{place}: The parameters Values and Counts must have the same number of entries"
        )));
    }
    let mut samples = Vec::with_capacity(values.len());
    for (number, value) in values.iter().enumerate() {
        in_range(*value, &format!("{place}.values[{number}]"))?;
        let count = counts.and_then(|counts| counts.get(number).copied()).unwrap_or(1.0);
        let shown = format!("{place}.counts[{number}]");
        in_range(count, &shown)?;
        // a count of zero is accepted (recorded)
        if count < 0.0 {
            return Err(wrong(format!("{shown}: the count {count} is negative")));
        }
        samples.push(Sample::Value { value: *value, count });
    }
    Ok(samples)
}

impl StatisticValues {
    /// The sum may be outside of `sampleCount` times the minimum and the maximum: AWS accepts it (recorded).
    fn sample(&self, place: &str) -> Result<Sample, ServiceError> {
        let StatisticValues { sample_count: count, sum, minimum, maximum } = *self;
        for (name, number) in
            [("sampleCount", count), ("sum", sum), ("minimum", minimum), ("maximum", maximum)]
        {
            in_range(number, &format!("{place}.{name}"))?;
        }
        if count <= 0.0 {
            return Err(wrong(format!("{place}.sampleCount: {count} is not greater than 0")));
        }
        if minimum > maximum {
            return Err(wrong(format!(
                "{place}: the minimum {minimum} is greater than the maximum {maximum}"
            )));
        }
        Ok(Sample::StatisticSet { count, sum, minimum, maximum })
    }
}

fn in_range(number: f64, place: &str) -> Result<(), ServiceError> {
    // NaN is not in the range
    if number.abs() <= METRIC_VALUE {
        return Ok(());
    }
    Err(wrong(format!("{place}: {number:e} is outside of the range from -2^360 to 2^360 of PutMetricData")))
}

impl Put {
    /// Whether the put is for this metric. A put without a metric is for every metric of the alarm.
    pub(super) fn is_for(&self, metric: &Metric) -> bool {
        match &self.metric {
            None => true,
            Some(PutMetric::Name(name)) => *name == metric.name,
            Some(PutMetric::Metric(entry)) => {
                let mut own: Vec<_> =
                    entry.dimensions.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
                let mut wanted = metric.dimensions.clone();
                own.sort();
                wanted.sort();
                entry.namespace.as_ref().is_none_or(|namespace| *namespace == metric.namespace)
                    && entry.metric_name == metric.name
                    && own == wanted
            }
        }
    }
}
