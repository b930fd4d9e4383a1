//! Amazon SNS: the topic, its policy and its subscriptions.

use super::Client;
use super::error::{AwsError, Called, found, unless};
use crate::provision::policy::{named, replaced};
use crate::provision::resource::{Statements, Subscription, Tags, Topic};
use crate::provision::{Action, Resource, Step, Target};
use aws_sdk_sns::types::Tag;

const NOT_FOUND: &[&str] = &["NotFound", "NotFoundException", "ResourceNotFound"];

impl Client {
    /// The topic, with those statements of its policy that are the stack's.
    pub(super) async fn observe_topic(
        &self,
        stack: &str,
        target: &Target,
        name: &str,
    ) -> Result<Option<Topic>, AwsError> {
        let arn = target.arn("sns", name);
        let Some(policy) = self.topic_policy(&arn).await? else { return Ok(None) };
        let answer = self.sns.list_tags_for_resource().resource_arn(&arn).send().await;
        let answer = found(answer.called("ListTagsForResource"), NOT_FOUND)?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default().into_iter();
        Ok(Some(Topic {
            name: name.to_owned(),
            policy: named(&policy, &format!("cwfilter-{stack}-")),
            document: Some(policy),
            arn,
            tags: tags.map(|tag| (tag.key, tag.value)).collect(),
        }))
    }

    /// None: there is no such topic.
    async fn topic_policy(&self, arn: &str) -> Result<Option<String>, AwsError> {
        let answer = self.sns.get_topic_attributes().topic_arn(arn).send().await;
        let answer = found(answer.called("GetTopicAttributes"), NOT_FOUND)?;
        Ok(answer
            .map(|answer| answer.attributes().and_then(|map| map.get("Policy")).cloned().unwrap_or_default()))
    }

    pub(super) async fn observe_subscriptions(&self, topic: &str) -> Result<Vec<Subscription>, AwsError> {
        let mut subscriptions = Vec::new();
        let mut pages = self.sns.list_subscriptions_by_topic().topic_arn(topic).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.called("ListSubscriptionsByTopic")?;
            subscriptions.extend(page.subscriptions.unwrap_or_default().into_iter().map(|it| Subscription {
                topic: topic.to_owned(),
                protocol: it.protocol.unwrap_or_default(),
                endpoint: it.endpoint.unwrap_or_default(),
                // "PendingConfirmation" stands in its place until somebody confirms, "Deleted" afterwards
                arn: it.subscription_arn.filter(|arn| arn.starts_with("arn:")),
            }));
        }
        Ok(subscriptions)
    }

    pub(super) async fn topic(&self, target: &Target, step: &Step, it: &Topic) -> Result<(), AwsError> {
        self.pace.turn().await;
        match step.action {
            Action::Delete => {
                let request = self.sns.delete_topic().topic_arn(&it.arn);
                return unless(request.send().await.called("DeleteTopic"), NOT_FOUND);
            }
            Action::Create => {
                let request = self.sns.create_topic().name(&it.name).set_tags(Some(tags(&it.tags)?));
                let answer = request.send().await.called("CreateTopic")?;
                if answer.topic_arn() != Some(it.arn.as_str()) {
                    let found = answer.topic_arn().unwrap_or("none");
                    let message =
                        format!("the topic is {found}, and {} in account {}", it.arn, target.account);
                    return Err(AwsError::new("CreateTopic", message));
                }
            }
            Action::Update if step.touches("tags") => {
                let request = self.sns.tag_resource().resource_arn(&it.arn).set_tags(Some(tags(&it.tags)?));
                request.send().await.called("TagResource")?;
            }
            Action::Update => {}
        }
        if !step.touches("policy") {
            return Ok(());
        }
        let before = match &step.before {
            Some(Resource::Topic(before)) => before.policy.clone(),
            _ => Statements::new(),
        };
        self.publish_policy(&before, it).await
    }

    /// Reads the policy, puts the stack's statements into it or takes them out, and writes it: everything else in it stays.
    async fn publish_policy(&self, before: &Statements, it: &Topic) -> Result<(), AwsError> {
        let policy = self.topic_policy(&it.arn).await?.unwrap_or_default();
        let next = replaced(&policy, before, &it.policy)
            .map_err(|message| AwsError::new("SetTopicAttributes", message))?;
        let Some(next) = next else { return Ok(()) };
        self.pace.turn().await;
        let request =
            self.sns.set_topic_attributes().topic_arn(&it.arn).attribute_name("Policy").attribute_value(next);
        request.send().await.called("SetTopicAttributes").map(|_| ())
    }

    pub(super) async fn subscription(&self, action: Action, it: &Subscription) -> Result<(), AwsError> {
        self.pace.turn().await;
        if action == Action::Delete {
            let Some(arn) = &it.arn else { return Ok(()) };
            return unless(
                self.sns.unsubscribe().subscription_arn(arn).send().await.called("Unsubscribe"),
                NOT_FOUND,
            );
        }
        let request = self.sns.subscribe().topic_arn(&it.topic).protocol(&it.protocol).endpoint(&it.endpoint);
        request.return_subscription_arn(true).send().await.called("Subscribe").map(|_| ())
    }
}

fn tags(tags: &Tags) -> Result<Vec<Tag>, AwsError> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    let all: Result<Vec<Tag>, _> = tags.iter().map(tag).collect();
    all.map_err(|error| AwsError::new("TagResource", error.to_string()))
}
