//! What the account holds of a stack.

use super::Client;
use super::error::{AwsError, Called};
use crate::provision::{Observed, Resource, Stack, Target};

/// What to say where the feature `aws-trail` is missing.
#[cfg(not(feature = "aws-trail"))]
pub(super) fn no_trail() -> AwsError {
    AwsError::new(
        "plan",
        "the stack has a trail, and this build cannot make one: build with the feature `aws-trail`",
    )
}

impl Client {
    /// Which account the credentials belong to.
    ///
    /// # Errors
    /// When there are no credentials, or STS refuses them.
    pub async fn target(&self, region: &str) -> Result<Target, AwsError> {
        let answer = self.sts.get_caller_identity().send().await.called("GetCallerIdentity")?;
        let account =
            answer.account().ok_or_else(|| AwsError::new("GetCallerIdentity", "no account in the answer"))?;
        let partition = answer.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
        Ok(Target::new(account, region).partition(partition))
    }

    /// Reads what the account holds of a stack. Nothing is written.
    ///
    /// # Errors
    /// The first call that fails.
    pub async fn observe(&self, stack: &Stack) -> Result<Observed, AwsError> {
        let target = self.target(&stack.region).await?;
        let mut observed = Observed::nothing(target.clone());
        if let Some(group) = self.observe_log_group(&target, &stack.log_group.name).await? {
            observed.resources.push(Resource::LogGroup(group));
            let filters = self.metric_filters(&stack.log_group.name).await?;
            observed.filters =
                filters.iter().map(|it| (it.name.clone(), it.filter_pattern.clone())).collect();
            let ours = filters.into_iter().filter(|it| it.name.starts_with(&stack.prefix()));
            observed.resources.extend(ours.map(Resource::MetricFilter));
        }
        if let Some(topic) = &stack.topic
            && let Some(it) = self.observe_topic(&stack.name, &target, &topic.name).await?
        {
            let subscriptions = self.observe_subscriptions(&it.arn).await?;
            observed.resources.push(Resource::Topic(it));
            observed.resources.extend(subscriptions.into_iter().map(Resource::Subscription));
        }
        if let Some(trail) = &stack.trail {
            #[cfg(feature = "aws-trail")]
            observed.resources.extend(self.observe_trail(&stack.name, &target, trail).await?);
            #[cfg(not(feature = "aws-trail"))]
            {
                let _ = trail;
                return Err(no_trail());
            }
        }
        let alarms = self.alarms(&target, Some(&stack.prefix())).await?;
        observed.resources.extend(alarms.into_iter().map(Resource::Alarm));
        observed.resources.sort_by_key(|it| (it.kind(), it.name()));
        Ok(observed)
    }
}
