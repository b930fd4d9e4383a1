//! The account of an alarm, and the name of its region in messages.

/// The account and the region of an alarm.
///
/// ```
/// use cwfilter::alarm::Account;
/// let account = Account::default(); // AWS's documentation account
/// assert_eq!(account.alarm_arn("errors"), "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors");
/// assert_eq!(account.region_name(), "US East (N. Virginia)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Such as `us-east-1`.
    pub region: String,
}

impl Default for Account {
    /// AWS's documentation account in us-east-1.
    fn default() -> Self {
        Account::new("123456789012", "us-east-1")
    }
}

impl Account {
    /// An account and a region.
    #[must_use]
    pub fn new(id: impl Into<String>, region: impl Into<String>) -> Self {
        Account { id: id.into(), region: region.into() }
    }

    /// The ARN of an alarm.
    #[must_use]
    pub fn alarm_arn(&self, name: &str) -> String {
        self.arn("cloudwatch", &format!("alarm:{name}"))
    }

    /// The ARN of an SNS topic.
    #[must_use]
    pub fn topic_arn(&self, name: &str) -> String {
        self.arn("sns", name)
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        let partition = match self.region.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:{service}:{}:{}:{resource}", self.region, self.id)
    }

    /// The region's name in messages, such as `US East (N. Virginia)`; its code if the name is not known here.
    #[must_use]
    pub fn region_name(&self) -> &str {
        let found = REGIONS.iter().find(|(code, _)| *code == self.region);
        found.map_or(self.region.as_str(), |(_, name)| name)
    }
}

/// Names as in messages: N. Virginia recorded, the others as published by others.
const REGIONS: [(&str, &str); 17] = [
    ("us-east-1", "US East (N. Virginia)"),
    ("us-east-2", "US East (Ohio)"),
    ("us-west-1", "US West (N. California)"),
    ("us-west-2", "US West (Oregon)"),
    ("ca-central-1", "Canada (Central)"),
    ("eu-west-1", "EU (Ireland)"),
    ("eu-west-2", "EU (London)"),
    ("eu-west-3", "EU (Paris)"),
    ("eu-central-1", "EU (Frankfurt)"),
    ("eu-north-1", "EU (Stockholm)"),
    ("eu-south-1", "EU (Milan)"),
    ("ap-south-1", "Asia Pacific (Mumbai)"),
    ("ap-southeast-1", "Asia Pacific (Singapore)"),
    ("ap-southeast-2", "Asia Pacific (Sydney)"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)"),
    ("ap-northeast-2", "Asia Pacific (Seoul)"),
    ("sa-east-1", "South America (Sao Paulo)"),
];
