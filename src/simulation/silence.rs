//! Why an alarm never went to ALARM although its rule matched.

use super::course::Course;
use crate::alarm::{Alarm, Nearest};
use crate::plural::counted;
use crate::time::civil;

impl Course<'_> {
    /// Why the alarm never went to ALARM although the rule matched, with the evaluation that came closest. `None` if the alarm went to
    /// ALARM, if the rule has none, or if no event matched.
    #[must_use]
    pub fn why_silent(&self) -> Option<String> {
        let alarm = self.alarm.as_ref()?;
        if self.matches == 0 || self.alarms() > 0 {
            return None;
        }
        if let Some(field) = self.lacks {
            return Some(format!("the metric filter needs {field}, which is not given"));
        }
        if self.is_on_transformed_logs {
            return Some(
                "the metric filter reads transformed logs, which cwfilter does not model".to_owned(),
            );
        }
        let unseen = (self.unseen > 0).then(|| {
            let datapoints = counted(self.unseen, "datapoint", "datapoints");
            format!("the alarm does not see {datapoints}: the dimensions or the unit differ from the alarm's")
        });
        let nearest = self.nearest.map(|it| nearest(alarm, &it));
        let told: Vec<String> = unseen.into_iter().chain(nearest).collect();
        if told.is_empty() {
            return Some(
                "no datapoint: no matching event has a number as its metric value, from -2^360 to 2^360"
                    .to_owned(),
            );
        }
        Some(told.join("; "))
    }
}

/// The evaluation that came closest, and what ALARM needs.
fn nearest(alarm: &Alarm, nearest: &Nearest) -> String {
    let (m, n) = (alarm.datapoints_to_alarm.unwrap_or(alarm.evaluation_periods), alarm.evaluation_periods);
    let (year, month, day, hour, minute) = civil(nearest.time.seconds());
    let at = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}Z");
    let Alarm { statistic, threshold, .. } = alarm;
    let sign = alarm.comparison.name();
    match nearest.breaching {
        0 => format!("nearest: {statistic} {} at {at}, {sign} {threshold}", nearest.value),
        count if count >= m && alarm.least_samples().is_some() => {
            let least = alarm.least_samples().unwrap_or_default();
            format!(
                "nearest: {statistic} {} at {at}, but a period has fewer than {least} samples, and `low_sample_percentile` keeps the state",
                nearest.value
            )
        }
        count => {
            let last = if n == 1 { "the last period".to_owned() } else { format!("the last {n} periods") };
            format!("nearest: {count} of {last} at {at}, {m} needed")
        }
    }
}
