//! The account and region that a stack is deployed to.

/// The partition, region and account that a stack is deployed to: the parts of its ARNs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The region, such as `us-east-1`.
    pub region: String,
    /// The account id, twelve digits.
    pub account: String,
}

impl Target {
    /// An account and region of the `aws` partition.
    #[must_use]
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Target { partition: "aws".to_owned(), region: region.into(), account: account.into() }
    }

    /// Sets the partition.
    #[must_use]
    pub fn partition(mut self, partition: impl Into<String>) -> Self {
        self.partition = partition.into();
        self
    }

    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        let Target { partition, region, account } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// An ARN without a region, for IAM.
    pub(crate) fn global_arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}::{}:{resource}", self.partition, self.account)
    }
}
