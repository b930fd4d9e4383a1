//! The account, region and log group of a log event.

/// What `emitSystemFieldDimensions` adds to every datapoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemFields {
    /// `@aws.account`
    pub account: Option<String>,
    /// `@aws.region`
    pub region: Option<String>,
    /// `@source.log`: the log group's name.
    pub log_group: Option<String>,
}

impl SystemFields {
    /// The field of this name, such as `@aws.account`; `None` if it is not known.
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
