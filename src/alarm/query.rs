//! The readings of an alarm on a metric query.

use super::evaluate::Period;
use super::expression::{MetricQuery, QuerySource};
use super::metric::Metric;
use super::series::{Reading, Series};
use super::settings::Alarm;
use super::timestamp::Timestamp;

impl Alarm {
    /// The periods that begin at `starts`, with the readings of the alarm's metric or query. `series` has the samples
    /// of each metric that it needs.
    #[must_use]
    pub fn periods_of<'a>(
        &self,
        starts: &[Timestamp],
        series: impl Fn(&Metric) -> Option<&'a Series>,
    ) -> Vec<Period> {
        let reading = |start: Timestamp| {
            if self.queries.is_empty() {
                return series(&self.metric)?.reading(self, start);
            }
            let watched = self.queries.iter().position(|query| query.returns_data)?;
            let value = values(&self.queries, &series, start).get(watched).copied()??;
            Some(Reading::new(value, 0.0))
        };
        starts.iter().map(|start| (*start, reading(*start))).collect()
    }
}

/// The values of the entries of `Metrics` for one period, in their order. An expression may name entries after it:
/// after as many passes as there are entries every value is known, unless expressions name each other in a
/// circle.
fn values<'a>(
    queries: &[MetricQuery],
    series: &impl Fn(&Metric) -> Option<&'a Series>,
    start: Timestamp,
) -> Vec<Option<f64>> {
    let metric = |query: &MetricQuery| match &query.source {
        QuerySource::Metric { metric, statistic, period, .. } => {
            series(metric)?.samples(start, *period).statistic(*statistic)
        }
        QuerySource::Expression { .. } => None,
    };
    let mut values: Vec<Option<f64>> = queries.iter().map(metric).collect();
    let first = values.iter().flatten().next().copied();
    for _ in queries {
        let before = values.clone();
        let by_id = |id: &str| before.get(queries.iter().position(|query| query.id == id)?).copied()?;
        for (query, value) in queries.iter().zip(&mut values) {
            if let QuerySource::Expression { expression, .. } = &query.source {
                *value = expression.value(&by_id, first);
            }
        }
    }
    values
}
