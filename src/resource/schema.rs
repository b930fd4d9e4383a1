//! The kinds of resource, their members and their calls. Requests, differences and templates are derived from `kinds.tsv`, `members.tsv`
//! and `writes.tsv`.

use crate::aws::Service;
use crate::table::{rows, variant};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::LazyLock;

/// The kinds of resource, in the order in which they are created; they are deleted in the opposite order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// An S3 bucket: in templates only.
    Bucket,
    /// A log group.
    LogGroup,
    /// An IAM role: in templates only.
    Role,
    /// A CloudTrail trail: in templates only.
    Trail,
    /// An SNS topic.
    Topic,
    /// A subscription of the topic.
    Subscription,
    /// The list of the stack's metric filters, which cannot be tagged: tags of a topic without subscribers.
    Record,
    /// A metric filter.
    MetricFilter,
    /// A metric alarm.
    Alarm,
    /// A composite alarm.
    CompositeAlarm,
}

impl Kind {
    /// All, in the order in which they are created.
    pub fn all() -> impl Iterator<Item = Kind> {
        SCHEMAS.iter().map(|schema| schema.kind)
    }

    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.schema().map_or("", |schema| schema.words)
    }

    /// The kind as options name it: `log-group`.
    #[must_use]
    pub fn option(self) -> String {
        self.words().replace(' ', "-")
    }

    /// Whether the resource belongs to one rule.
    pub(crate) fn is_of_rule(self) -> bool {
        matches!(self, Kind::MetricFilter | Kind::Alarm | Kind::CompositeAlarm)
    }

    /// The row of the kind.
    pub(crate) fn schema(self) -> Option<&'static Schema> {
        SCHEMAS.iter().find(|schema| schema.kind == self)
    }

    pub(crate) fn members(self) -> &'static [Member] {
        self.schema().map(|schema| schema.members.as_slice()).unwrap_or_default()
    }

    /// The kinds that it cannot do without.
    pub(crate) fn needs(self, other: Kind) -> bool {
        self.schema().is_some_and(|schema| schema.needs.contains(&other))
    }
}

/// How a member is written and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// As it is.
    Plain,
    /// A number, which Terraform takes as a text.
    Number,
    /// A list of ARNs, in any order.
    Actions,
    /// The name of a log group, which a template refers to.
    LogGroup,
    /// A map, which CloudFormation writes as a list of `Key` and `Value`.
    Map,
    /// A map, which the API and CloudFormation write as a list of `Name` and `Value`.
    Dimensions,
    /// The rule of a composite alarm, compared by its meaning.
    Rule,
    /// The stack's own statement of a policy; the rest of the policy belongs to others.
    Policy,
    /// A member that AWS decides about once the resource exists.
    Creation,
}

/// A row of `members.tsv`. The three names are JSON pointers; an empty one says that it cannot be written there.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) api: &'static str,
    pub(crate) cloudformation: &'static str,
    pub(crate) terraform: &'static str,
    /// The value if it is not set, unless it is that of another member.
    pub(crate) absent: Value,
    pub(crate) absent_as: Option<&'static str>,
    pub(crate) form: Form,
}

impl Member {
    fn of_row([_, api, cloudformation, terraform, absent, form]: [&'static str; 6]) -> Option<Self> {
        let absent_as = absent.strip_prefix('=');
        let absent = if absent_as.is_some() { Value::Null } else { serde_json::from_str(absent).ok()? };
        Some(Member { api, cloudformation, terraform, absent, absent_as, form: variant(form)? })
    }

    /// AWS's name, without what is around it.
    pub(crate) fn name(&self) -> &'static str {
        self.api.rsplit('/').next().unwrap_or(self.api)
    }
}

/// A row of `writes.tsv`: a call with a template of its input.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) when: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) input: Value,
}

/// A row of `kinds.tsv` with its members and its calls.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) kind: Kind,
    pub(crate) words: &'static str,
    pub(crate) service: Service,
    /// The member with the name.
    pub(crate) name: [&'static str; 3],
    pub(crate) cloudformation: &'static str,
    pub(crate) terraform: &'static str,
    needs: Vec<Kind>,
    pub(crate) members: Vec<Member>,
    pub(crate) writes: Vec<Write>,
}

static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    let kind = |words: &str| variant::<Kind>(&words.replace(' ', "-"));
    let schema = |[words, service, api, cf, tf, cloudformation, terraform, needs]: [&'static str; 8]| {
        let kebab = words.replace(' ', "-");
        let members = rows(include_str!("members.tsv")).filter(|[of, ..]: &[&str; 6]| *of == kebab);
        let writes = rows(include_str!("writes.tsv")).filter(|[of, ..]: &[&str; 4]| *of == kebab);
        let write = |[_, when, operation, input]: [&'static str; 4]| {
            Some(Write { when, operation, input: serde_json::from_str(input).ok()? })
        };
        Some(Schema {
            kind: kind(words)?,
            words,
            service: variant(service)?,
            name: [api, cf, tf],
            cloudformation,
            terraform,
            needs: needs.split(',').filter_map(kind).collect(),
            members: members.filter_map(Member::of_row).collect(),
            writes: writes.filter_map(write).collect(),
        })
    };
    rows(include_str!("kinds.tsv")).filter_map(schema).collect()
});

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_is_read() {
        let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(super::SCHEMAS.len(), lines(include_str!("kinds.tsv")));
        let members: usize = super::SCHEMAS.iter().map(|schema| schema.members.len()).sum();
        assert_eq!(members, lines(include_str!("members.tsv")));
        let writes: usize = super::SCHEMAS.iter().map(|schema| schema.writes.len()).sum();
        assert_eq!(writes, lines(include_str!("writes.tsv")));
        assert_eq!(crate::aws::CALLS.len(), lines(include_str!("../aws/calls.tsv")));
    }
}
