//! AWS CloudTrail: the trail behind the log group.

use super::Client;
use super::error::{AwsError, Called, found, unless};
use crate::provision::resource::{ManagementEvents, Resource, Tags, Trail};
use crate::provision::{Action, Step, Target, stack};
use aws_sdk_cloudtrail::types::{EventSelector, ReadWriteType, Tag};
use std::time::Duration;

/// A new role is not known everywhere at once.
pub(super) const PROPAGATION: Duration = Duration::from_secs(5);

/// Then the role is not the reason.
const PROPAGATION_ATTEMPTS: usize = 12;

const NO_TRAIL: &[&str] = &["TrailNotFoundException"];

impl Client {
    pub(super) async fn observe_trail(
        &self,
        stack: &str,
        target: &Target,
        trail: &stack::Trail,
    ) -> Result<Vec<Resource>, AwsError> {
        let bucket = self.observe_bucket(stack, &trail.bucket).await?.map(Resource::Bucket);
        let role = self.observe_role(&trail.role).await?.map(Resource::Role);
        let trail = self.observe_the_trail(target, &trail.name).await?.map(Resource::Trail);
        Ok([bucket, role, trail].into_iter().flatten().collect())
    }

    async fn observe_the_trail(&self, target: &Target, name: &str) -> Result<Option<Trail>, AwsError> {
        let answer = self.cloudtrail.get_trail().name(name).send().await.called("GetTrail");
        let Some(it) = found(answer, NO_TRAIL)?.and_then(|answer| answer.trail) else { return Ok(None) };
        let arn = it.trail_arn.clone().unwrap_or_else(|| target.arn("cloudtrail", &format!("trail/{name}")));
        let status = self.cloudtrail.get_trail_status().name(&arn).send().await.called("GetTrailStatus")?;
        let answer = self.cloudtrail.list_tags().resource_id_list(&arn).send().await.called("ListTags")?;
        let lists = answer.resource_tag_list.unwrap_or_default().into_iter();
        let tags = lists.flat_map(|list| list.tags_list.unwrap_or_default());
        Ok(Some(Trail {
            name: name.to_owned(),
            s3_bucket_name: it.s3_bucket_name().unwrap_or_default().to_owned(),
            s3_key_prefix: it.s3_key_prefix().filter(|prefix| !prefix.is_empty()).map(str::to_owned),
            is_multi_region_trail: it.is_multi_region_trail.unwrap_or(false),
            is_organization_trail: it.is_organization_trail.unwrap_or(false),
            log_file_validation_enabled: it.log_file_validation_enabled.unwrap_or(false),
            include_global_service_events: it.include_global_service_events.unwrap_or(false),
            kms_key_id: it.kms_key_id,
            cloud_watch_logs_log_group_arn: it.cloud_watch_logs_log_group_arn,
            cloud_watch_logs_role_arn: it.cloud_watch_logs_role_arn,
            management_events: self.management_events(&arn).await?,
            is_logging: status.is_logging.unwrap_or(false),
            tags: tags.map(|tag| (tag.key, tag.value.unwrap_or_default())).collect(),
        }))
    }

    async fn management_events(&self, trail: &str) -> Result<ManagementEvents, AwsError> {
        let answer = self.cloudtrail.get_event_selectors().trail_name(trail).send().await;
        let answer = answer.called("GetEventSelectors")?;
        if !answer.advanced_event_selectors().is_empty() {
            return Ok(ManagementEvents::Advanced);
        }
        let is_all = |it: &EventSelector| {
            // absent: the API's defaults, which record everything
            it.read_write_type().is_none_or(|it| *it == ReadWriteType::All)
                && it.include_management_events().unwrap_or(true)
        };
        let selectors = answer.event_selectors();
        let all = selectors.is_empty() || selectors.iter().any(is_all);
        Ok(if all { ManagementEvents::All } else { ManagementEvents::Some })
    }

    pub(super) async fn trail(&self, target: &Target, step: &Step, it: &Trail) -> Result<(), AwsError> {
        self.trail_pace.turn().await;
        let name = &it.name;
        match step.action {
            Action::Delete => {
                return unless(
                    self.cloudtrail.delete_trail().name(name).send().await.called("DeleteTrail"),
                    NO_TRAIL,
                );
            }
            Action::Create => self.create_trail(it).await?,
            Action::Update => self.update_trail(target, step, it).await?,
        }
        if step.touches("managementEvents") {
            self.trail_pace.turn().await;
            self.record_all(name).await?;
        }
        if step.touches("isLogging") {
            self.trail_pace.turn().await;
            self.cloudtrail.start_logging().name(name).send().await.called("StartLogging")?;
        }
        Ok(())
    }

    /// IAM answers before it has told CloudTrail of a new role: then another attempt helps.
    async fn create_trail(&self, it: &Trail) -> Result<(), AwsError> {
        let tags = tags(&it.tags, "CreateTrail")?;
        let request = self
            .cloudtrail
            .create_trail()
            .name(&it.name)
            .s3_bucket_name(&it.s3_bucket_name)
            .set_s3_key_prefix(it.s3_key_prefix.clone())
            .is_multi_region_trail(it.is_multi_region_trail)
            .is_organization_trail(it.is_organization_trail)
            .enable_log_file_validation(it.log_file_validation_enabled)
            .include_global_service_events(it.include_global_service_events)
            .set_kms_key_id(it.kms_key_id.clone())
            .set_cloud_watch_logs_log_group_arn(it.cloud_watch_logs_log_group_arn.clone())
            .set_cloud_watch_logs_role_arn(it.cloud_watch_logs_role_arn.clone())
            .set_tags_list(Some(tags));
        let mut attempts = 1;
        loop {
            match request.clone().send().await.called("CreateTrail") {
                Err(error) if is_propagating(&error) && attempts < PROPAGATION_ATTEMPTS => {
                    attempts += 1;
                    tokio::time::sleep(self.propagation).await;
                }
                result => return unless(result, &["TrailAlreadyExistsException"]),
            }
        }
    }

    async fn update_trail(&self, target: &Target, step: &Step, it: &Trail) -> Result<(), AwsError> {
        let is_of_call = |property: &str| !["tags", "managementEvents", "isLogging"].contains(&property);
        if step.changes.iter().any(|change| is_of_call(&change.property)) {
            let request = self
                .cloudtrail
                .update_trail()
                .name(&it.name)
                .s3_bucket_name(&it.s3_bucket_name)
                .s3_key_prefix(it.s3_key_prefix.clone().unwrap_or_default())
                .is_multi_region_trail(it.is_multi_region_trail)
                .is_organization_trail(it.is_organization_trail)
                .enable_log_file_validation(it.log_file_validation_enabled)
                .include_global_service_events(it.include_global_service_events)
                .set_kms_key_id(it.kms_key_id.clone())
                // both or neither
                .set_cloud_watch_logs_log_group_arn(it.cloud_watch_logs_log_group_arn.clone())
                .set_cloud_watch_logs_role_arn(it.cloud_watch_logs_role_arn.clone());
            request.send().await.called("UpdateTrail")?;
        }
        if step.touches("tags") {
            let tags = tags(&it.tags, "AddTags")?;
            let arn = target.arn("cloudtrail", &format!("trail/{}", it.name));
            self.trail_pace.turn().await;
            let request = self.cloudtrail.add_tags().resource_id(arn).set_tags_list(Some(tags));
            request.send().await.called("AddTags")?;
        }
        Ok(())
    }

    /// Selectors that are there keep their data events.
    async fn record_all(&self, name: &str) -> Result<(), AwsError> {
        let answer = self.cloudtrail.get_event_selectors().trail_name(name).send().await;
        let answer = answer.called("GetEventSelectors")?;
        if !answer.advanced_event_selectors().is_empty() {
            return Ok(());
        }
        let mut selectors = answer.event_selectors.unwrap_or_default();
        let mut first =
            if selectors.is_empty() { EventSelector::builder().build() } else { selectors.remove(0) };
        first.read_write_type = Some(ReadWriteType::All);
        first.include_management_events = Some(true);
        selectors.insert(0, first);
        let request =
            self.cloudtrail.put_event_selectors().trail_name(name).set_event_selectors(Some(selectors));
        request.send().await.called("PutEventSelectors").map(|_| ())
    }
}

fn is_propagating(error: &AwsError) -> bool {
    let codes = ["InvalidCloudWatchLogsRoleArnException", "InvalidCloudWatchLogsLogGroupArnException"];
    codes.iter().any(|code| error.is(code)) && error.message.contains("Access denied.")
}

fn tags(tags: &Tags, operation: &'static str) -> Result<Vec<Tag>, AwsError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let all: Result<Vec<Tag>, _> = tags.iter().map(tag).collect();
    all.map_err(|error| AwsError::new(operation, error.to_string()))
}
