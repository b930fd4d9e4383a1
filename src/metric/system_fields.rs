//! The account, region and log group of a log event.

/// The system fields of a log event: where it is from. `emitSystemFieldDimensions` adds them to datapoints, and
/// [`FieldSelection`](super::FieldSelection) selects by them.
///
/// ```
/// use cwfilter::metric::SystemFields;
/// let system = SystemFields { region: Some("us-east-1".to_owned()), ..SystemFields::default() };
/// assert_eq!(system.get("@aws.region"), Some("us-east-1"));
/// assert_eq!(system.get("@aws.account"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemFields {
    /// `@aws.account`, such as `123456789012`.
    pub account: Option<String>,
    /// `@aws.region`, such as `us-east-1`.
    pub region: Option<String>,
    /// `@source.log`, the name of the log group.
    pub log_group: Option<String>,
}

impl SystemFields {
    /// The value of the field of this name, such as `@aws.account`. `None` if the value, or the name, is not known.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        match name {
            "@aws.account" => self.account.as_deref(),
            "@aws.region" => self.region.as_deref(),
            "@source.log" => self.log_group.as_deref(),
            _ => None,
        }
    }
}
