//! The fields of a hit by name.

use super::facts::Facts;
use super::severity::Severity;
use crate::evidence::Envelope;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::str::FromStr;

/// The version of a hit as JSON; it grows when a member changes its meaning or goes. Version 1 had `file`, `record`, `eventTime`,
/// `eventName` and `rule` only.
pub const VERSION: u32 = 2;

/// A record that a rule matches, and where it is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Hit<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The rule's severity, if it has one.
    pub severity: Option<Severity>,
    /// The file, as people know it.
    pub file: &'a str,
    /// The record's number in the file, from 1.
    pub record: u64,
    /// What the record says.
    pub facts: &'a Facts<'a>,
    /// What the record's container says about it.
    pub envelope: Option<&'a Envelope>,
}

impl<'a> Hit<'a> {
    /// A hit of a rule without a severity.
    #[must_use]
    pub fn new(rule: &'a str, file: &'a str, record: u64, facts: &'a Facts<'a>) -> Self {
        Hit { rule, severity: None, file, record, facts, envelope: None }
    }

    /// With the severity of its rule.
    #[must_use]
    pub fn with_severity(self, severity: Option<Severity>) -> Self {
        Hit { severity, ..self }
    }

    /// With what the record's container says.
    #[must_use]
    pub fn with_envelope(self, envelope: &'a Envelope) -> Self {
        Hit { envelope: Some(envelope), ..self }
    }

    /// The hit as a JSON object with its version and these fields; a field that the hit does not have is null.
    ///
    /// ```
    /// use cwfilter::hit::{Field, Hit, facts};
    /// let facts = facts(br#"{"eventName":"StopLogging"}"#);
    /// let hit = Hit::new("stopped", "a.json", 7, &facts);
    /// let json = serde_json::to_string(&hit.json(&[Field::EventName, Field::Record])).unwrap();
    /// assert_eq!(json, r#"{"version":2,"eventName":"StopLogging","record":7}"#);
    /// ```
    #[must_use]
    pub fn json<'f>(&'f self, fields: &'f [Field]) -> impl Serialize + 'f {
        Json { hit: self, fields }
    }

    /// The value of a field as text; `None` if the hit does not have it.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        let facts = self.facts;
        let of_record = match field {
            Field::EventTime => &facts.event_time,
            Field::EventSource => &facts.event_source,
            Field::EventName => &facts.event_name,
            Field::Who => &facts.who,
            Field::InvokedBy => &facts.invoked_by,
            Field::SourceIpAddress => &facts.source_ip_address,
            Field::AwsRegion => &facts.aws_region,
            Field::Account => &facts.account,
            Field::ErrorCode => &facts.error_code,
            Field::UserAgent => &facts.user_agent,
            Field::EventId => &facts.event_id,
            Field::Rule => return Some(self.rule.into()),
            Field::Severity => return self.severity.map(|severity| severity.name().into()),
            Field::File => return Some(self.file.into()),
            Field::Record => return Some(self.record.to_string().into()),
            Field::LogGroup => return self.envelope?.log_group.as_deref().map(Cow::Borrowed),
            Field::LogStream => return self.envelope?.log_stream.as_deref().map(Cow::Borrowed),
            Field::Timestamp => return self.envelope?.time.map(|time| time.to_string().into()),
            Field::LogEventId => return self.envelope?.event_id.as_deref().map(Cow::Borrowed),
        };
        of_record.as_deref().map(Cow::Borrowed)
    }
}

struct Json<'f, 'a> {
    hit: &'f Hit<'a>,
    fields: &'f [Field],
}

impl Serialize for Json<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len() + 1))?;
        map.serialize_entry("version", &VERSION)?;
        for field in self.fields {
            match field {
                Field::Record => map.serialize_entry(field.name(), &self.hit.record)?,
                Field::Timestamp => {
                    map.serialize_entry(field.name(), &self.hit.envelope.and_then(|it| it.time))?;
                }
                _ => map.serialize_entry(field.name(), &self.hit.text(*field))?,
            }
        }
        map.end()
    }
}

/// Of the JSON object of a hit: each field can be chosen or left out.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Hit<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Hit".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut members = serde_json::Map::new();
        let about = "The version of the form. It increases if a member changes its meaning or is removed.";
        members.insert("version".to_owned(), serde_json::json!({ "const": VERSION, "description": about }));
        for field in Field::ALL {
            let mut schema = field.schema(generator);
            schema.insert("description".to_owned(), field.what().into());
            members.insert(field.name().to_owned(), schema.to_value());
        }
        schemars::json_schema!({
            "description": "A record and a rule that matches it.",
            "type": "object",
            "properties": members,
            "required": ["version"],
        })
    }
}

#[cfg(feature = "schema")]
impl Field {
    /// The schema of its value in JSON.
    fn schema(self, generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        match self {
            Field::Record => generator.subschema_for::<std::num::NonZeroU64>(),
            Field::Timestamp => generator.subschema_for::<Option<i64>>(),
            Field::Severity => generator.subschema_for::<Option<Severity>>(),
            Field::Rule | Field::File => generator.subschema_for::<String>(),
            _ => generator.subschema_for::<Option<String>>(),
        }
    }
}

macro_rules! fields {
    ($($field:ident $name:literal $what:literal,)*) => {
        /// A field of a hit. Its name is that of CloudTrail where there is one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = $what] $field,)*
        }

        impl Field {
            /// All fields, in the order in which they are shown.
            pub const ALL: [Field; [$($name),*].len()] = [$(Field::$field),*];

            /// Its name in outputs, such as `eventTime`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Field::$field => $name,)*
                }
            }

            /// A description of the field, on one line.
            #[must_use]
            pub fn what(self) -> &'static str {
                match self {
                    $(Field::$field => $what,)*
                }
            }
        }
    };
}

fields! {
    EventTime "eventTime" "When it happened, UTC.",
    EventSource "eventSource" "The service that was called.",
    EventName "eventName" "The call.",
    Rule "rule" "The rule that matches.",
    Severity "severity" "The severity of the rule.",
    Who "who" "Who did it: an ARN, or type and name.",
    InvokedBy "invokedBy" "The service that called on behalf of `who`.",
    SourceIpAddress "sourceIPAddress" "The address of the caller, or the name of a service.",
    AwsRegion "awsRegion" "The region.",
    Account "account" "The account whose trail has the record.",
    ErrorCode "errorCode" "Why AWS refused the call.",
    UserAgent "userAgent" "The program of the caller, as it names itself.",
    EventId "eventID" "CloudTrail's id of the event.",
    File "file" "The file.",
    Record "record" "The record's number in the file, from 1.",
    LogGroup "logGroup" "The log group, if the container names it.",
    LogStream "logStream" "The log stream.",
    Timestamp "timestamp" "The time of the log event, in milliseconds since 1970.",
    LogEventId "logEventId" "The id of the log event.",
}

impl FromStr for Field {
    type Err = String;

    /// Reads a name, without regard to case.
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(text));
        known.ok_or_else(|| {
            let names: Vec<&str> = Field::ALL.into_iter().map(Field::name).collect();
            format!("no field `{text}`: {}", names.join(", "))
        })
    }
}
