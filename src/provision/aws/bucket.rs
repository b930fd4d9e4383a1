//! Amazon S3: the bucket that a trail writes its files to.

use super::Client;
use super::error::{AwsError, Called, found, unless};
use crate::provision::policy::{named, replaced};
use crate::provision::resource::{Bucket, Resource, Statements, Tags};
use crate::provision::{Action, Step, Target};
use aws_config::SdkConfig;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, PublicAccessBlockConfiguration, Tag, Tagging,
};

const NO_BUCKET: &[&str] = &["NoSuchBucket", "NotFound"];

/// A client that also finds the buckets of a server which has no name for each.
pub(super) fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let has_endpoint = std::env::var_os("AWS_ENDPOINT_URL_S3").is_some() || config.endpoint_url().is_some();
    let builder = aws_sdk_s3::config::Builder::from(config).force_path_style(has_endpoint);
    aws_sdk_s3::Client::from_conf(builder.build())
}

impl Client {
    pub(super) async fn observe_bucket(&self, stack: &str, name: &str) -> Result<Option<Bucket>, AwsError> {
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

    pub(super) async fn bucket(&self, target: &Target, step: &Step, it: &Bucket) -> Result<(), AwsError> {
        self.pace.turn().await;
        let name = &it.name;
        if step.action == Action::Delete {
            return unless(
                self.s3.delete_bucket().bucket(name).send().await.called("DeleteBucket"),
                NO_BUCKET,
            );
        }
        if step.action == Action::Create {
            self.create_bucket(target, it).await?;
        }
        // first of all: what is not tagged counts as somebody else's in the next run
        if step.touches("tags") {
            self.tag_bucket(it).await?;
        }
        if it.block_public_access == Some(true) && step.touches("blockPublicAccess") {
            let block = PublicAccessBlockConfiguration::builder()
                .block_public_acls(true)
                .ignore_public_acls(true)
                .block_public_policy(true)
                .restrict_public_buckets(true);
            let request = self.s3.put_public_access_block().bucket(name);
            let request = request.public_access_block_configuration(block.build());
            request.send().await.called("PutPublicAccessBlock")?;
        }
        if step.touches("policy") {
            self.put_bucket_policy(step, it).await?;
        }
        Ok(())
    }

    async fn create_bucket(&self, target: &Target, it: &Bucket) -> Result<(), AwsError> {
        // us-east-1 is the one region that must not be named
        let region =
            (target.region != "us-east-1").then(|| BucketLocationConstraint::from(target.region.as_str()));
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
}

fn bucket_tags(tags: &Tags, operation: &'static str) -> Result<Vec<Tag>, AwsError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let all: Result<Vec<Tag>, _> = tags.iter().map(tag).collect();
    all.map_err(|error| AwsError::new(operation, error.to_string()))
}
