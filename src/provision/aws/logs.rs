//! CloudWatch Logs: the log group, its metric filters, and `TestMetricFilter`.

use super::Client;
use super::error::{AwsError, Called, found, unless};
use crate::provision::resource::{LogGroup, MetricFilter, Tags};
use crate::provision::{Action, Step, Target};
use aws_sdk_cloudwatchlogs::types::{MetricFilter as SdkMetricFilter, MetricTransformation, StandardUnit};
use std::collections::BTreeMap;

const NOT_FOUND: &[&str] = &["ResourceNotFoundException"];

/// A match as `TestMetricFilter` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// Which message, from 1.
    pub event_number: i64,
    /// Name to text.
    pub extracted_values: BTreeMap<String, String>,
}

impl Client {
    /// Asks AWS which of the messages (1 to 50) a pattern matches.
    ///
    /// # Errors
    /// What AWS says of a pattern that it refuses has the code `InvalidParameterException`.
    pub async fn test_metric_filter(
        &self,
        pattern: &str,
        messages: &[String],
    ) -> Result<Vec<Match>, AwsError> {
        self.pace.turn().await;
        let request = self.logs.test_metric_filter().filter_pattern(pattern);
        let answer = request
            .set_log_event_messages(Some(messages.to_vec()))
            .send()
            .await
            .called("TestMetricFilter")?;
        let matches = answer.matches().iter().map(|it| Match {
            event_number: it.event_number(),
            extracted_values: it.extracted_values().cloned().unwrap_or_default().into_iter().collect(),
        });
        Ok(matches.collect())
    }

    pub(super) async fn observe_log_group(
        &self,
        target: &Target,
        name: &str,
    ) -> Result<Option<LogGroup>, AwsError> {
        let mut pages = self.logs.describe_log_groups().log_group_name_prefix(name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.called("DescribeLogGroups")?;
            if let Some(it) = page.log_groups().iter().find(|it| it.log_group_name() == Some(name)) {
                return Ok(Some(LogGroup {
                    name: name.to_owned(),
                    retention_in_days: it.retention_in_days(),
                    kms_key_id: it.kms_key_id().map(str::to_owned),
                    tags: self.log_group_tags(target, name).await?,
                }));
            }
        }
        Ok(None)
    }

    async fn log_group_tags(&self, target: &Target, name: &str) -> Result<Tags, AwsError> {
        let arn = target.arn("logs", &format!("log-group:{name}"));
        let answer = self.logs.list_tags_for_resource().resource_arn(arn).send().await;
        let tags = found(answer.called("ListTagsForResource"), NOT_FOUND)?;
        Ok(tags.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect())
    }

    /// All metric filters of a log group, also those of others.
    ///
    /// # Errors
    /// When AWS cannot be asked; a log group that does not exist has none.
    pub async fn metric_filters(&self, log_group: &str) -> Result<Vec<MetricFilter>, AwsError> {
        let mut filters = Vec::new();
        let mut pages = self.logs.describe_metric_filters().log_group_name(log_group).into_paginator().send();
        while let Some(page) = pages.next().await {
            let Some(page) = found(page.called("DescribeMetricFilters"), NOT_FOUND)? else { break };
            filters.extend(
                page.metric_filters.unwrap_or_default().into_iter().map(|it| observed(it, log_group)),
            );
        }
        Ok(filters)
    }

    pub(super) async fn metric_filter(&self, action: Action, it: &MetricFilter) -> Result<(), AwsError> {
        self.pace.turn().await;
        if action == Action::Delete {
            let request =
                self.logs.delete_metric_filter().log_group_name(&it.log_group).filter_name(&it.name);
            return unless(request.send().await.called("DeleteMetricFilter"), NOT_FOUND);
        }
        let dimensions = (!it.dimensions.is_empty()).then(|| it.dimensions.clone().into_iter().collect());
        let transformation = MetricTransformation::builder()
            .metric_namespace(&it.metric_namespace)
            .metric_name(&it.metric_name)
            .metric_value(&it.metric_value)
            .set_default_value(it.default_value)
            .set_dimensions(dimensions)
            .unit(StandardUnit::from(it.unit.as_str()))
            .build()
            .map_err(|error| AwsError::new("PutMetricFilter", error.to_string()))?;
        let request = self.logs.put_metric_filter().log_group_name(&it.log_group).filter_name(&it.name);
        let request = request.filter_pattern(&it.filter_pattern).metric_transformations(transformation);
        request.send().await.called("PutMetricFilter").map(|_| ())
    }

    pub(super) async fn log_group(
        &self,
        target: &Target,
        step: &Step,
        it: &LogGroup,
    ) -> Result<(), AwsError> {
        self.pace.turn().await;
        if step.action == Action::Delete {
            let request = self.logs.delete_log_group().log_group_name(&it.name);
            return unless(request.send().await.called("DeleteLogGroup"), NOT_FOUND);
        }
        if step.action == Action::Create {
            let request =
                self.logs.create_log_group().log_group_name(&it.name).set_kms_key_id(it.kms_key_id.clone());
            let request = request.set_tags(Some(it.tags.clone().into_iter().collect()));
            unless(request.send().await.called("CreateLogGroup"), &["ResourceAlreadyExistsException"])?;
        } else {
            self.log_group_settings(target, step, it).await?;
        }
        match it.retention_in_days.filter(|_| step.touches("retentionInDays")) {
            None => Ok(()),
            Some(days) => {
                self.pace.turn().await;
                let request =
                    self.logs.put_retention_policy().log_group_name(&it.name).retention_in_days(days);
                request.send().await.called("PutRetentionPolicy").map(|_| ())
            }
        }
    }

    async fn log_group_settings(&self, target: &Target, step: &Step, it: &LogGroup) -> Result<(), AwsError> {
        if let Some(key) = it.kms_key_id.as_ref().filter(|_| step.touches("kmsKeyId")) {
            let request = self.logs.associate_kms_key().log_group_name(&it.name).kms_key_id(key);
            request.send().await.called("AssociateKmsKey")?;
        }
        if step.touches("tags") {
            let arn = target.arn("logs", &format!("log-group:{}", it.name));
            let request = self.logs.tag_resource().resource_arn(arn);
            let request = request.set_tags(Some(it.tags.clone().into_iter().collect()));
            request.send().await.called("TagResource")?;
        }
        Ok(())
    }
}

/// Absent means the same as the default that AWS leaves out of its answers.
fn observed(it: SdkMetricFilter, log_group: &str) -> MetricFilter {
    let transformation = it.metric_transformations.unwrap_or_default().into_iter().next();
    let mut filter = MetricFilter {
        name: it.filter_name.unwrap_or_default(),
        log_group: log_group.to_owned(),
        filter_pattern: it.filter_pattern.unwrap_or_default(),
        metric_namespace: String::new(),
        metric_name: String::new(),
        metric_value: String::new(),
        default_value: None,
        unit: "None".to_owned(),
        dimensions: BTreeMap::new(),
        apply_on_transformed_logs: it.apply_on_transformed_logs,
        field_selection_criteria: it.field_selection_criteria.filter(|text| !text.is_empty()),
        emit_system_field_dimensions: it.emit_system_field_dimensions.unwrap_or_default(),
    };
    if let Some(found) = transformation {
        filter.metric_namespace = found.metric_namespace;
        filter.metric_name = found.metric_name;
        filter.metric_value = found.metric_value;
        filter.default_value = found.default_value;
        filter.unit = found.unit.map_or_else(|| "None".to_owned(), |unit| unit.as_str().to_owned());
        filter.dimensions = found.dimensions.unwrap_or_default().into_iter().collect();
    }
    filter
}
