//! The trail behind the log group: S3 bucket, IAM role, CloudTrail.

use super::Client;
use super::apply::touches;
use super::error::{AwsError, Called, found, unless};
use crate::provision::policy::{named, replaced};
use crate::provision::resource::{Bucket, ManagementEvents, Resource, Role, Statements, Tags, Trail};
use crate::provision::{Action, Place, Step, stack};
use aws_config::SdkConfig;
use aws_sdk_cloudtrail::types::{EventSelector, ReadWriteType, Tag as TrailTag};
use aws_sdk_iam::types::Tag as RoleTag;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, PublicAccessBlockConfiguration, Tag as BucketTag,
    Tagging,
};
use serde_json::Value;
use std::time::Duration;

/// A new role is not known everywhere at once.
pub(super) const PROPAGATION: Duration = Duration::from_secs(5);

/// Then the role is not the reason.
const PROPAGATION_ATTEMPTS: usize = 12;

const NO_BUCKET: &[&str] = &["NoSuchBucket", "NotFound"];
const NO_ROLE: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];
const NO_TRAIL: &[&str] = &["TrailNotFoundException"];

/// A client that also finds the buckets of a server which has no name for each.
pub(super) fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let has_endpoint = std::env::var_os("AWS_ENDPOINT_URL_S3").is_some() || config.endpoint_url().is_some();
    let builder = aws_sdk_s3::config::Builder::from(config).force_path_style(has_endpoint);
    aws_sdk_s3::Client::from_conf(builder.build())
}

impl Client {
    pub(super) async fn observe_trail(
        &self,
        stack: &str,
        place: &Place,
        trail: &stack::Trail,
    ) -> Result<Vec<Resource>, AwsError> {
        let bucket = self.observe_bucket(stack, &trail.bucket).await?.map(Resource::Bucket);
        let role = self.observe_role(&trail.role).await?.map(Resource::Role);
        let trail = self.observe_the_trail(place, &trail.name).await?.map(Resource::Trail);
        Ok([bucket, role, trail].into_iter().flatten().collect())
    }

    async fn observe_bucket(&self, stack: &str, name: &str) -> Result<Option<Bucket>, AwsError> {
        let answer = self.s3.head_bucket().bucket(name).send().await.called("HeadBucket");
        if found(answer, NO_BUCKET)?.is_none() {
            return Ok(None);
        }
        let answer =
            self.s3.get_public_access_block().bucket(name).send().await.called("GetPublicAccessBlock");
        let block = found(answer, &["NoSuchPublicAccessBlockConfiguration"])?;
        let block = block.and_then(|answer| answer.public_access_block_configuration).is_some_and(|it| {
            [it.block_public_acls, it.ignore_public_acls, it.block_public_policy, it.restrict_public_buckets]
                .iter()
                .all(|setting| *setting == Some(true))
        });
        let policy = self.bucket_policy(name).await?;
        let tags = self.bucket_tags(name).await?;
        Ok(Some(Bucket {
            name: name.to_owned(),
            block_public_access: Some(block),
            policy: named(&policy, &format!("cwfilter-{stack}-")),
            document: Some(policy),
            tags,
        }))
    }

    async fn bucket_tags(&self, name: &str) -> Result<Tags, AwsError> {
        let answer = self.s3.get_bucket_tagging().bucket(name).send().await.called("GetBucketTagging");
        let tags = found(answer, &["NoSuchTagSet"])?.map(|answer| answer.tag_set).unwrap_or_default();
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }

    async fn bucket_policy(&self, name: &str) -> Result<String, AwsError> {
        let answer = self.s3.get_bucket_policy().bucket(name).send().await.called("GetBucketPolicy");
        let answer = found(answer, &["NoSuchBucketPolicy"])?;
        Ok(answer.and_then(|answer| answer.policy).unwrap_or_default())
    }

    pub(super) async fn bucket(&self, place: &Place, step: &Step, it: &Bucket) -> Result<(), AwsError> {
        self.pace.turn().await;
        let name = &it.name;
        if step.action == Action::Delete {
            return unless(
                self.s3.delete_bucket().bucket(name).send().await.called("DeleteBucket"),
                NO_BUCKET,
            );
        }
        if step.action == Action::Create {
            self.create_bucket(place, it).await?;
        }
        // first of all: what is not tagged counts as somebody else's in the next run
        if touches(step, "tags") {
            self.tag_bucket(it).await?;
        }
        if it.block_public_access == Some(true) && touches(step, "blockPublicAccess") {
            let block = PublicAccessBlockConfiguration::builder()
                .block_public_acls(true)
                .ignore_public_acls(true)
                .block_public_policy(true)
                .restrict_public_buckets(true);
            let request = self.s3.put_public_access_block().bucket(name);
            let request = request.public_access_block_configuration(block.build());
            request.send().await.called("PutPublicAccessBlock")?;
        }
        if touches(step, "policy") {
            self.put_bucket_policy(step, it).await?;
        }
        Ok(())
    }

    async fn create_bucket(&self, place: &Place, it: &Bucket) -> Result<(), AwsError> {
        // us-east-1 is the one region that must not be named
        let region =
            (place.region != "us-east-1").then(|| BucketLocationConstraint::from(place.region.as_str()));
        let tags = bucket_tags(&it.tags, "CreateBucket")?;
        let configuration =
            CreateBucketConfiguration::builder().set_location_constraint(region).set_tags(Some(tags)).build();
        let request = self.s3.create_bucket().bucket(&it.name).create_bucket_configuration(configuration);
        unless(request.send().await.called("CreateBucket"), &["BucketAlreadyOwnedByYou"])
    }

    /// The tags of others stay: the call replaces all.
    async fn tag_bucket(&self, it: &Bucket) -> Result<(), AwsError> {
        let mut all = self.bucket_tags(&it.name).await?;
        all.extend(it.tags.clone());
        let tags = bucket_tags(&all, "PutBucketTagging")?;
        let tagging = Tagging::builder().set_tag_set(Some(tags)).build();
        let tagging = tagging.map_err(|error| AwsError::new("PutBucketTagging", error.to_string()))?;
        let request = self.s3.put_bucket_tagging().bucket(&it.name).tagging(tagging);
        request.send().await.called("PutBucketTagging").map(|_| ())
    }

    async fn put_bucket_policy(&self, step: &Step, it: &Bucket) -> Result<(), AwsError> {
        let before = match &step.before {
            Some(Resource::Bucket(before)) => before.policy.clone(),
            _ => Statements::new(),
        };
        let policy = self.bucket_policy(&it.name).await?;
        let next = replaced(&policy, &before, &it.policy)
            .map_err(|message| AwsError::new("PutBucketPolicy", message))?;
        match next {
            None => Ok(()),
            Some(text) if text.is_empty() => {
                let answer = self.s3.delete_bucket_policy().bucket(&it.name).send().await;
                answer.called("DeleteBucketPolicy").map(|_| ())
            }
            Some(text) => {
                let answer = self.s3.put_bucket_policy().bucket(&it.name).policy(text).send().await;
                answer.called("PutBucketPolicy").map(|_| ())
            }
        }
    }

    async fn observe_role(&self, name: &str) -> Result<Option<Role>, AwsError> {
        let answer = self.iam.get_role().role_name(name).send().await.called("GetRole");
        let Some(role) = found(answer, NO_ROLE)?.and_then(|answer| answer.role) else { return Ok(None) };
        let answer = self.iam.get_role_policy().role_name(name).policy_name(Role::POLICY).send().await;
        let policy = found(answer.called("GetRolePolicy"), NO_ROLE)?;
        Ok(Some(Role {
            name: name.to_owned(),
            assume_role_policy_document: document(&role.assume_role_policy_document.unwrap_or_default()),
            policy_document: policy.map(|answer| document(&answer.policy_document)),
            tags: role.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect(),
        }))
    }

    pub(super) async fn role(&self, _: &Place, step: &Step, it: &Role) -> Result<(), AwsError> {
        self.pace.turn().await;
        let name = &it.name;
        let trust = it.assume_role_policy_document.to_string();
        match step.action {
            Action::Delete => {
                let answer =
                    self.iam.delete_role_policy().role_name(name).policy_name(Role::POLICY).send().await;
                unless(answer.called("DeleteRolePolicy"), NO_ROLE)?;
                return unless(
                    self.iam.delete_role().role_name(name).send().await.called("DeleteRole"),
                    NO_ROLE,
                );
            }
            Action::Create => {
                let request = self.iam.create_role().role_name(name).assume_role_policy_document(trust);
                let request = request.set_tags(Some(role_tags(&it.tags)?));
                unless(request.send().await.called("CreateRole"), &["EntityAlreadyExists"])?;
            }
            Action::Update => {
                if touches(step, "assumeRolePolicyDocument") {
                    let request = self.iam.update_assume_role_policy().role_name(name).policy_document(trust);
                    request.send().await.called("UpdateAssumeRolePolicy")?;
                }
                if touches(step, "tags") {
                    let request = self.iam.tag_role().role_name(name).set_tags(Some(role_tags(&it.tags)?));
                    request.send().await.called("TagRole")?;
                }
            }
        }
        match it.policy_document.as_ref().filter(|_| touches(step, "policyDocument")) {
            None => Ok(()),
            Some(policy) => {
                let request = self.iam.put_role_policy().role_name(name).policy_name(Role::POLICY);
                request.policy_document(policy.to_string()).send().await.called("PutRolePolicy").map(|_| ())
            }
        }
    }

    async fn observe_the_trail(&self, place: &Place, name: &str) -> Result<Option<Trail>, AwsError> {
        let answer = self.cloudtrail.get_trail().name(name).send().await.called("GetTrail");
        let Some(it) = found(answer, NO_TRAIL)?.and_then(|answer| answer.trail) else { return Ok(None) };
        let arn = it.trail_arn.clone().unwrap_or_else(|| place.arn("cloudtrail", &format!("trail/{name}")));
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

    pub(super) async fn trail(&self, place: &Place, step: &Step, it: &Trail) -> Result<(), AwsError> {
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
            Action::Update => self.update_trail(place, step, it).await?,
        }
        if touches(step, "managementEvents") {
            self.trail_pace.turn().await;
            self.record_all(name).await?;
        }
        if touches(step, "isLogging") {
            self.trail_pace.turn().await;
            self.cloudtrail.start_logging().name(name).send().await.called("StartLogging")?;
        }
        Ok(())
    }

    /// IAM answers before it has told CloudTrail of a new role: then another attempt helps.
    async fn create_trail(&self, it: &Trail) -> Result<(), AwsError> {
        let tag = |(key, value): (&String, &String)| TrailTag::builder().key(key).value(value).build();
        let tags: Result<Vec<TrailTag>, _> = it.tags.iter().map(tag).collect();
        let tags = tags.map_err(|error| AwsError::new("CreateTrail", error.to_string()))?;
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

    async fn update_trail(&self, place: &Place, step: &Step, it: &Trail) -> Result<(), AwsError> {
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
        if touches(step, "tags") {
            let tag = |(key, value): (&String, &String)| TrailTag::builder().key(key).value(value).build();
            let tags: Result<Vec<TrailTag>, _> = it.tags.iter().map(tag).collect();
            let tags = tags.map_err(|error| AwsError::new("AddTags", error.to_string()))?;
            let arn = place.arn("cloudtrail", &format!("trail/{}", it.name));
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

fn bucket_tags(tags: &Tags, operation: &'static str) -> Result<Vec<BucketTag>, AwsError> {
    let tag = |(key, value): (&String, &String)| BucketTag::builder().key(key).value(value).build();
    let all: Result<Vec<BucketTag>, _> = tags.iter().map(tag).collect();
    all.map_err(|error| AwsError::new(operation, error.to_string()))
}

fn role_tags(tags: &Tags) -> Result<Vec<RoleTag>, AwsError> {
    let tag = |(key, value): (&String, &String)| RoleTag::builder().key(key).value(value).build();
    let all: Result<Vec<RoleTag>, _> = tags.iter().map(tag).collect();
    all.map_err(|error| AwsError::new("TagRole", error.to_string()))
}

/// IAM answers with percent signs.
fn document(encoded: &str) -> Value {
    serde_json::from_str(&decoded(encoded)).unwrap_or_else(|_| Value::String(encoded.to_owned()))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, code.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn percent_signs() {
        for (encoded, text) in
            [("%7B%22a%22%3A1%7D", "{\"a\":1}"), ("a%2", "a%2"), ("%zz%C3%A9", "%zzé"), ("", "")]
        {
            assert_eq!(decoded(encoded), text);
        }
    }
}
