//! The part that talks to AWS. Async first; [`blocking`] is for programs without a runtime.
//!
//! ```no_run
//! use cwfilter::provision::{Options, Stack, aws::Client, desired, gate, plan};
//!
//! # async fn push(config: &aws_config::SdkConfig) -> Result<(), Box<dyn std::error::Error>> {
//! let stack = Stack::load("cwfilter.toml".as_ref()).map_err(|errors| errors[0].clone())?;
//! let rules = stack.load_rules().map_err(|errors| errors[0].clone())?;
//! assert!(gate(&rules).is_empty());
//! let client = Client::new(config);
//! let observed = client.observe(&stack).await?;
//! let wanted = desired(&stack, &rules, &observed.place).map_err(|errors| errors[0].clone())?;
//! let plan = plan(&stack.name, &wanted, &observed, &Options::default());
//! for report in client.apply(&plan, |report| println!("{} {:?}", report.name, report.outcome)).await {
//!     // done, failed or skipped
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`observe`](Client::observe) needs `sts:GetCallerIdentity`, `logs:DescribeLogGroups`, `logs:DescribeMetricFilters`,
//! `logs:ListTagsForResource`, `cloudwatch:DescribeAlarms`, `cloudwatch:ListTagsForResource`, `sns:GetTopicAttributes`,
//! `sns:ListTagsForResource` and `sns:ListSubscriptionsByTopic`; with a trail also `s3:ListBucket`, `s3:GetBucketPolicy`,
//! `s3:GetBucketTagging`, `s3:GetBucketPublicAccessBlock`, `iam:GetRole`, `iam:GetRolePolicy`, `cloudtrail:GetTrail`,
//! `cloudtrail:GetTrailStatus`, `cloudtrail:GetEventSelectors` and `cloudtrail:ListTags`. [`apply`](Client::apply) needs the
//! writing calls of the steps it does, and `iam:PassRole` for a trail's role.

/// The SDK's crates in the versions that this crate is built with, for callers that configure clients of their own.
pub mod sdk {
    pub use aws_config;
    #[cfg(feature = "aws-trail")]
    pub use aws_sdk_cloudtrail;
    pub use aws_sdk_cloudwatch;
    pub use aws_sdk_cloudwatchlogs;
    #[cfg(feature = "aws-trail")]
    pub use aws_sdk_iam;
    #[cfg(feature = "aws-trail")]
    pub use aws_sdk_s3;
    pub use aws_sdk_sns;
    pub use aws_sdk_sts;
    pub use tokio;
}

mod alarms;
mod apply;
pub mod blocking;
#[cfg(feature = "aws-trail")]
mod bucket;
mod error;
mod logs;
mod observe;
mod pace;
mod retry;
#[cfg(feature = "aws-trail")]
mod role;
mod sns;
#[cfg(feature = "aws-trail")]
mod trail;

pub use apply::{Outcome, StepReport};
pub use error::AwsError;
pub use retry::LogsRetry;

#[cfg(feature = "aws-trail")]
use crate::limits::CLOUDTRAIL_WRITES_PER_SECOND;
use crate::limits::WRITES_PER_SECOND;
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use pace::Pace;
use std::time::Duration;

/// The services of one account and region.
#[derive(Debug)]
pub struct Client {
    logs: aws_sdk_cloudwatchlogs::Client,
    cloudwatch: aws_sdk_cloudwatch::Client,
    sns: aws_sdk_sns::Client,
    sts: aws_sdk_sts::Client,
    #[cfg(feature = "aws-trail")]
    s3: aws_sdk_s3::Client,
    #[cfg(feature = "aws-trail")]
    iam: aws_sdk_iam::Client,
    #[cfg(feature = "aws-trail")]
    cloudtrail: aws_sdk_cloudtrail::Client,
    pace: Pace,
    #[cfg(feature = "aws-trail")]
    trail_pace: Pace,
    #[cfg(feature = "aws-trail")]
    propagation: Duration,
}

impl Client {
    /// With credentials, region, endpoints, retries and timeouts of `config`; an attempt that has no timeout there gets
    /// one of 30 seconds.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let config = with_timeout(config);
        let logs = aws_sdk_cloudwatchlogs::config::Builder::from(&config).retry_classifier(LogsRetry).build();
        Client {
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(logs),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&config),
            sns: aws_sdk_sns::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            #[cfg(feature = "aws-trail")]
            s3: bucket::s3(&config),
            #[cfg(feature = "aws-trail")]
            iam: aws_sdk_iam::Client::new(&config),
            #[cfg(feature = "aws-trail")]
            cloudtrail: aws_sdk_cloudtrail::Client::new(&config),
            pace: Pace::per_second(WRITES_PER_SECOND),
            #[cfg(feature = "aws-trail")]
            trail_pace: Pace::per_second(CLOUDTRAIL_WRITES_PER_SECOND),
            #[cfg(feature = "aws-trail")]
            propagation: trail::PROPAGATION,
        }
    }

    /// With so many writes a second, in place of 3 (1 for CloudTrail).
    #[must_use]
    pub fn writes_per_second(mut self, writes: f64) -> Self {
        self.pace = Pace::per_second(writes);
        #[cfg(feature = "aws-trail")]
        {
            self.trail_pace = Pace::per_second(writes);
        }
        self
    }

    /// Waits for so long between attempts to make a trail whose role is not known everywhere yet, in place of 5 seconds.
    #[cfg(feature = "aws-trail")]
    #[must_use]
    pub fn propagation_wait(mut self, wait: Duration) -> Self {
        self.propagation = wait;
        self
    }
}

fn with_timeout(config: &SdkConfig) -> SdkConfig {
    const ATTEMPT: Duration = Duration::from_secs(30);
    if config.timeout_config().is_some_and(|it| it.operation_attempt_timeout().is_some()) {
        return config.clone();
    }
    let timeouts = config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
    let timeouts = timeouts.into_builder().operation_attempt_timeout(ATTEMPT).build();
    config.clone().into_builder().timeout_config(timeouts).build()
}
