//! CloudWatch: metric alarms.

use super::Client;
use super::error::{AwsError, Called, found, unless};
use crate::provision::resource::{Alarm, Tags};
use crate::provision::{Action, Step, Target};
use aws_sdk_cloudwatch::types::{AlarmType, ComparisonOperator, Dimension, MetricAlarm, Statistic, Tag};

const NOT_FOUND: &[&str] = &["ResourceNotFoundException", "ResourceNotFound"];

impl Client {
    /// All metric alarms whose name begins with a prefix. Alarms on expressions are left out.
    ///
    /// # Errors
    /// When AWS cannot be asked.
    pub async fn alarms(&self, target: &Target, prefix: Option<&str>) -> Result<Vec<Alarm>, AwsError> {
        let mut alarms = Vec::new();
        let request = self.cloudwatch.describe_alarms().set_alarm_name_prefix(prefix.map(str::to_owned));
        let mut pages = request.alarm_types(AlarmType::MetricAlarm).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.called("DescribeAlarms")?;
            for it in page.metric_alarms.unwrap_or_default() {
                let name = it.alarm_name.clone().unwrap_or_default();
                // an emulator may know no prefix
                if it.metric_name.is_none() || !name.starts_with(prefix.unwrap_or_default()) {
                    continue;
                }
                let tags = if prefix.is_some() { self.alarm_tags(target, &name).await? } else { Tags::new() };
                alarms.push(observed(it, name, tags));
            }
        }
        Ok(alarms)
    }

    async fn alarm_tags(&self, target: &Target, name: &str) -> Result<Tags, AwsError> {
        let arn = target.arn("cloudwatch", &format!("alarm:{name}"));
        let answer = self.cloudwatch.list_tags_for_resource().resource_arn(arn).send().await;
        let tags = found(answer.called("ListTagsForResource"), NOT_FOUND)?;
        let tags = tags.and_then(|answer| answer.tags).unwrap_or_default().into_iter();
        Ok(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect())
    }

    pub(super) async fn alarm(&self, target: &Target, step: &Step, it: &Alarm) -> Result<(), AwsError> {
        self.pace.turn().await;
        if step.action == Action::Delete {
            let request = self.cloudwatch.delete_alarms().alarm_names(&it.name);
            return unless(request.send().await.called("DeleteAlarms"), NOT_FOUND);
        }
        let is_extended = it.has_extended_statistic();
        let is_create = step.action == Action::Create;
        let dimension =
            |(name, value): (&String, &String)| Dimension::builder().name(name).value(value).build();
        let request = self.cloudwatch.put_metric_alarm().alarm_name(&it.name);
        let request = request
            .alarm_description(&it.alarm_description)
            .namespace(&it.namespace)
            .metric_name(&it.metric_name)
            .set_dimensions(Some(it.dimensions.iter().map(dimension).collect()))
            .set_statistic((!is_extended).then(|| Statistic::from(it.statistic.as_str())))
            .set_extended_statistic(is_extended.then(|| it.statistic.clone()))
            .period(it.period)
            .threshold(it.threshold)
            .comparison_operator(ComparisonOperator::from(it.comparison_operator.as_str()))
            .evaluation_periods(it.evaluation_periods)
            .datapoints_to_alarm(it.datapoints_to_alarm)
            .treat_missing_data(&it.treat_missing_data)
            .actions_enabled(it.actions_enabled)
            .set_alarm_actions(Some(it.alarm_actions.clone()))
            .set_ok_actions(Some(it.ok_actions.clone()))
            .set_insufficient_data_actions(Some(it.insufficient_data_actions.clone()))
            // an update ignores them
            .set_tags(is_create.then(|| tags(&it.tags)));
        request.send().await.called("PutMetricAlarm")?;
        if is_create || !step.touches("tags") {
            return Ok(());
        }
        self.pace.turn().await;
        let arn = target.arn("cloudwatch", &format!("alarm:{}", it.name));
        let request = self.cloudwatch.tag_resource().resource_arn(arn).set_tags(Some(tags(&it.tags)));
        request.send().await.called("TagResource").map(|_| ())
    }
}

fn tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Absent means the same as the default that AWS leaves out of its answers.
fn observed(it: MetricAlarm, name: String, tags: Tags) -> Alarm {
    let evaluation_periods = it.evaluation_periods.unwrap_or(1);
    let dimensions = it.dimensions.unwrap_or_default().into_iter();
    Alarm {
        name,
        alarm_description: it.alarm_description.unwrap_or_default(),
        namespace: it.namespace.unwrap_or_default(),
        metric_name: it.metric_name.unwrap_or_default(),
        dimensions: dimensions.filter_map(|it| Some((it.name?, it.value.unwrap_or_default()))).collect(),
        statistic: it
            .statistic
            .map(|statistic| statistic.as_str().to_owned())
            .or(it.extended_statistic)
            .unwrap_or_default(),
        period: it.period.unwrap_or_default(),
        threshold: it.threshold.unwrap_or_default(),
        comparison_operator: it.comparison_operator.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        evaluation_periods,
        datapoints_to_alarm: it.datapoints_to_alarm.unwrap_or(evaluation_periods),
        treat_missing_data: it.treat_missing_data.unwrap_or_else(|| "missing".to_owned()),
        actions_enabled: it.actions_enabled.unwrap_or(true),
        alarm_actions: it.alarm_actions.unwrap_or_default(),
        ok_actions: it.ok_actions.unwrap_or_default(),
        insufficient_data_actions: it.insufficient_data_actions.unwrap_or_default(),
        tags,
    }
}
