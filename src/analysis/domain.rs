//! The events that a question is about.

use serde::Serialize;

/// The events that a question is about. The answer holds for these events only.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::analysis::{Bounds, Domain, Relation, compare_within};
/// let short = FilterPattern::try_from("{ $.eventName = StopLogging }")?;
/// let long = FilterPattern::try_from(
///     r#"{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = StopLogging }"#,
/// )?;
/// let messages = compare_within(&short, &long, &Bounds::default());
/// let records = compare_within(&short, &long, &Bounds::default().in_domain(Domain::CloudTrail));
/// assert_eq!((messages.relation, records.relation), (Relation::Implied, Relation::Equivalent));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Domain {
    /// All messages: every JSON object, and every line of text.
    #[default]
    Json,
    /// CloudTrail records: JSON objects for which this is assumed:
    ///
    /// * types: a field of the catalogue ([`fields`](crate::cloudtrail::catalogue::fields)) has its type, is null or is missing;
    /// * presence: `eventVersion`, `eventTime`, `awsRegion`, `eventID` and `eventType` are texts in each record; so are `eventName` and
    ///   `eventSource`, except in Insights events and aggregated events;
    /// * values: a field whose values the catalogue knows completely ([`KnownValues::is_closed`](crate::cloudtrail::catalogue::KnownValues))
    ///   has one of them;
    /// * sources: an event name that was recorded, or is an operation of a service model, comes from one of the sources that the
    ///   catalogue has for it ([`sources_of`](crate::cloudtrail::catalogue::sources_of)). Nothing is assumed about other names: a name
    ///   that the catalogue does not have can come from any source;
    /// * sign-in: `ConsoleLogin` and its siblings have the event type `AwsConsoleSignIn`;
    /// * texts: no key occurs twice in an object, and letters and digits are written as they are, without an escape.
    ///
    /// The form of other texts, such as times and Regions, is not fixed; a witness has an ordinary one if the patterns allow it.
    CloudTrail,
}

impl Domain {
    /// All domains.
    pub const ALL: [Domain; 2] = [Domain::Json, Domain::CloudTrail];

    /// The name: `json` or `cloudtrail`.
    ///
    /// ```
    /// assert_eq!(cwfilter::analysis::Domain::CloudTrail.name(), "cloudtrail");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Domain::Json => "json",
            Domain::CloudTrail => "cloudtrail",
        }
    }

    /// The version of what is assumed about the events. That of CloudTrail records has a fingerprint of the catalogue.
    ///
    /// ```
    /// use cwfilter::analysis::Domain;
    /// assert_eq!(Domain::Json.version(), "1");
    /// assert!(Domain::CloudTrail.version().starts_with("2-"));
    /// ```
    #[must_use]
    pub fn version(self) -> String {
        match self {
            Domain::Json => "1".to_owned(),
            Domain::CloudTrail => format!("2-{:016x}", crate::cloudtrail::catalogue::fingerprint()),
        }
    }

    /// What the events of the domain are: `messages` or `CloudTrail records`.
    #[must_use]
    pub fn events(self) -> &'static str {
        match self {
            Domain::Json => "messages",
            Domain::CloudTrail => "CloudTrail records",
        }
    }
}

/// The text is not the name of a domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no domain: write `json` or `cloudtrail`")]
pub struct UnknownDomain(String);

impl std::str::FromStr for Domain {
    type Err = UnknownDomain;

    fn from_str(text: &str) -> Result<Self, UnknownDomain> {
        let is_named = |domain: &Domain| domain.name() == text;
        Domain::ALL.into_iter().find(is_named).ok_or_else(|| UnknownDomain(text.to_owned()))
    }
}

impl std::fmt::Display for Domain {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}
