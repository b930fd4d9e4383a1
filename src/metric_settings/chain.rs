//! The chain after a metric filter as inputs have it: the metric that a filter publishes, alarms, topics and subscriptions. A setting that is
//! known only at deployment is unknown, with the reason.

use super::listed::ListedResource;
use super::placement::Placement;
use crate::alarm::Alarm;

/// A text of a resource, which may be known only at deployment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Setting {
    /// The text. `None` if it is not set, or not known.
    pub text: Option<String>,
    /// Why the text is not known. Empty if it is known or not set.
    pub why: String,
    /// The text with the reason in the place of each part that is not known.
    pub(crate) written: String,
    /// Equal for two unknown texts that are equal at deployment.
    pub(crate) key: String,
    /// The resource that the text is a reference to, if it is one.
    pub(crate) address: Option<String>,
    /// The part after the last part that is not known.
    pub(crate) tail: String,
}

/// In the reason why a text is not known: it is the account in which the resource is made.
pub(crate) const OWN_ACCOUNT: [&str; 2] = ["`AWS::AccountId`", "`data.aws_caller_identity."];

/// The address of a resource without the key of an instance: `aws_sns_topic.a` for `aws_sns_topic.a["x"]`.
pub(crate) fn without_key(address: &str) -> &str {
    let key = address.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    key.map_or(address, |(resource, _)| resource)
}

/// A part of an ARN that is that of the configuration itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnPart {
    Account,
    Region,
    Partition,
}

impl OwnPart {
    /// A letter for private use, which no policy has.
    const MARK: char = '\u{e000}';

    /// The part that a reference stands for, by the reason why its text is not known.
    pub(crate) fn of(why: &str) -> Option<OwnPart> {
        let (reference, rest) = why.strip_prefix('`')?.split_once('`')?;
        let parts = reference.strip_prefix("data.").map(|data| data.split('.').collect::<Vec<_>>());
        match (reference, parts.as_deref()) {
            ("AWS::AccountId", _) => Some(OwnPart::Account),
            ("AWS::Region", _) => Some(OwnPart::Region),
            ("AWS::Partition", _) => Some(OwnPart::Partition),
            // a data source with another provider has more to say
            _ if rest != " is read when Terraform runs" => None,
            (_, Some(["aws_caller_identity", _, "account_id" | "id"])) => Some(OwnPart::Account),
            (_, Some(["aws_region", _, "name" | "id" | "region"])) => Some(OwnPart::Region),
            (_, Some(["aws_partition", _, "partition" | "id"])) => Some(OwnPart::Partition),
            _ => None,
        }
    }

    /// The text that stands for it in a policy.
    pub(crate) fn stand_in(self) -> String {
        format!("{}{self:?}", Self::MARK)
    }

    /// Whether a text has such a part.
    #[cfg(feature = "provision")]
    pub(crate) fn is_in(text: &str) -> bool {
        text.contains(Self::MARK)
    }
}

impl Setting {
    /// A text that is known.
    #[must_use]
    pub fn known(text: impl Into<String>) -> Self {
        Setting { text: Some(text.into()), ..Setting::default() }
    }

    /// A text that is not known, for this reason. It equals no other text.
    #[must_use]
    pub fn unknown(why: impl Into<String>) -> Self {
        Setting { why: why.into(), ..Setting::default() }
    }

    /// Whether the resource sets the text, known or not.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.text.is_some() || !self.why.is_empty() || self.address.is_some()
    }

    /// Whether both texts are proved to be the same.
    #[must_use]
    pub fn is_same(&self, other: &Setting) -> bool {
        match (&self.text, &other.text) {
            (Some(a), Some(b)) => a == b,
            (None, None) => !self.key.is_empty() && self.key == other.key,
            _ => false,
        }
    }

    /// The text, or why it is not known.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.text.as_deref().unwrap_or(if self.why.is_empty() { "not set" } else { &self.why })
    }

    /// The text, with the reason in the place of each part that is not known; `not set` if it is not.
    #[must_use]
    pub fn written(&self) -> &str {
        if self.text.is_none() && !self.written.is_empty() { &self.written } else { self.shown() }
    }

    /// The name at the end of an ARN, if that part is known.
    #[must_use]
    pub fn name_of_arn(&self) -> Option<&str> {
        let text = self.text.as_deref().filter(|text| text.starts_with("arn:")).unwrap_or(&self.tail);
        text.rsplit_once(':').map(|(_, name)| name).filter(|name| !name.is_empty())
    }
}

/// What a filter publishes.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Publishes {
    /// The input does not say a metric.
    #[default]
    NotSaid,
    /// The input says it, and is not read, for this reason.
    NotRead(String),
    /// Nothing: it is a subscription filter.
    Nothing,
    /// A metric.
    Metric(Box<Published>),
}

/// The metric that a metric filter publishes. `None` for members that are not known.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Published {
    /// `metricNamespace`
    pub namespace: Setting,
    /// `metricName`
    pub metric: Setting,
    /// `metricValue`, if it is a number.
    pub value: Option<f64>,
    /// `defaultValue`; `Some(None)` if it is not set.
    pub default: Option<Option<f64>>,
    /// `unit`: `None` of CloudWatch if it is not set.
    pub unit: Option<String>,
    /// The names of its dimensions.
    pub dimensions: Option<Vec<String>>,
    /// Whether field selection criteria leave out events.
    pub has_criteria: bool,
    /// `applyOnTransformedLogs`. Also if it is not known.
    pub on_transformed_logs: bool,
    /// The region and the account of the filter.
    pub placement: Placement,
    /// The log group, if its name is known.
    pub log_group: Option<String>,
}

/// Why a filter with field selection criteria does not read each event.
pub(crate) const HAS_CRITERIA: &str = "its field selection criteria leave out events, and are not evaluated";
/// Why a filter with `applyOnTransformedLogs` does not read each event.
pub(crate) const IS_TRANSFORMED: &str =
    "it reads events as a log transformer leaves them, which are not known";

impl Published {
    /// Why the filter does not read each event.
    #[must_use]
    pub fn reads_in_part(&self) -> Option<&'static str> {
        match (self.has_criteria, self.on_transformed_logs) {
            (true, _) => Some(HAS_CRITERIA),
            (false, true) => Some(IS_TRANSFORMED),
            (false, false) => None,
        }
    }
}

/// The settings of an alarm.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AlarmSettings {
    /// All are known.
    Known(Box<Alarm>),
    /// One is not known, and why.
    Unknown(String),
    /// CloudWatch refuses them, and why.
    Refused(String),
    /// The alarm watches something else than one metric, such as metric math.
    NotModelled(&'static str),
}

/// What happens when an alarm begins to be in ALARM.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AlarmActions {
    /// `ActionsEnabled`. `None` if it is not known.
    pub enabled: Option<bool>,
    /// `AlarmActions`.
    pub targets: Vec<Setting>,
    /// Why the list is not known.
    pub unknown: Option<String>,
}

/// An alarm.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChainAlarm {
    /// Its name, as a report shows it.
    pub name: String,
    /// `AlarmName`
    pub alarm_name: Setting,
    /// `Namespace`
    pub namespace: Setting,
    /// `MetricName`
    pub metric: Setting,
    /// The names of the dimensions. `None` if they are not known.
    pub dimensions: Option<Vec<String>>,
    /// Its settings.
    pub settings: AlarmSettings,
    /// What it does.
    pub actions: AlarmActions,
    /// The configuration or template whose resources the actions refer to.
    pub(crate) scope: String,
    /// Its region and account.
    pub placement: Placement,
}

/// A composite alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainComposite {
    /// Its name, as a report shows it.
    pub name: String,
    /// `AlarmRule`
    pub rule: Setting,
    /// Whether a suppressor can keep its actions back.
    pub has_suppressor: bool,
    /// What it does.
    pub actions: AlarmActions,
    /// The configuration or template whose resources the actions refer to.
    pub(crate) scope: String,
    /// Its region and account.
    pub placement: Placement,
}

/// An SNS topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainTopic {
    /// Its name or ARN.
    pub name: Setting,
    pub(crate) scope: String,
    /// The resource in its configuration or template.
    pub(crate) address: String,
    /// Its region and account.
    pub placement: Placement,
    /// Why it is not known whether it is made.
    pub(crate) open: Option<String>,
    /// The key that encrypts its messages.
    pub(crate) key: Setting,
    /// The policy that is a member of the topic.
    pub(crate) policy: Option<ReceiverPolicy>,
}

#[cfg(feature = "provision")]
impl ChainTopic {
    /// The topic as a setting that names it.
    pub(crate) fn as_setting(&self) -> Setting {
        match self.address.is_empty() {
            true => self.name.clone(),
            false => Setting { address: Some(self.address.clone()), ..self.name.clone() },
        }
    }
}

/// A key of KMS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainKey {
    /// Its id or ARN.
    pub name: Setting,
    pub(crate) scope: String,
    /// The resource in its configuration or template.
    pub(crate) address: String,
    /// The policy that is a member of the key.
    pub(crate) policy: Option<ReceiverPolicy>,
    /// Why it is not known whether it is made.
    pub(crate) open: Option<String>,
}

/// Another name of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainAlias {
    /// Such as `alias/alarms`.
    pub name: Setting,
    pub(crate) target: Setting,
    pub(crate) scope: String,
    /// The resource in its configuration or template.
    pub(crate) address: String,
}

/// A queue or a function that a topic may send to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainReceiver {
    /// The protocol of its subscriptions: `sqs` or `lambda`.
    pub protocol: &'static str,
    /// Its name or ARN.
    pub name: Setting,
    pub(crate) scope: String,
    /// The resource in its configuration or template.
    pub(crate) address: String,
    /// Why it is not known whether it is made.
    pub(crate) open: Option<String>,
    /// The key that encrypts the messages of a queue.
    pub(crate) key: Setting,
}

impl ChainReceiver {
    /// The ARN that a policy has in the place of a reference to this resource.
    pub(crate) fn stand_in(address: &str) -> String {
        // it is a part of a JSON text
        format!("arn:-:-:-:-:{}", address.replace('"', "'"))
    }
}

/// A policy of a queue, a topic or a key, or a permission of a function as a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceiverPolicy {
    /// The resources that have it.
    pub(crate) of: Vec<Setting>,
    /// The policy as JSON, with [`ChainReceiver::stand_in`] for references. `Err` if it is not known, and why.
    pub(crate) document: Result<String, String>,
    pub(crate) scope: String,
    /// Why it is not known whether it is made.
    pub(crate) open: Option<String>,
}

impl ReceiverPolicy {
    const NOT_KNOWN: &str = "${not known: ";

    /// The text that a policy has in the place of one that is not known. To IAM it is a variable.
    pub(crate) fn not_known(why: &str) -> String {
        let plain = |letter: char| match letter {
            '"' => '\'',
            '\\' => '/',
            '}' => ')',
            letter if letter.is_control() => ' ',
            letter => letter,
        };
        format!("{}{}}}", Self::NOT_KNOWN, why.chars().map(plain).collect::<String>())
    }

    /// The reason why a part of a text is not known.
    #[cfg(feature = "provision")]
    pub(crate) fn why_not_known(text: &str) -> Option<&str> {
        let (_, rest) = text.split_once(Self::NOT_KNOWN)?;
        rest.split_once('}').map(|(why, _)| why)
    }
}

/// Whether a subscription is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confirmation {
    /// It is.
    Confirmed,
    /// It is not, and why.
    Not(&'static str),
    /// The input does not say, and why.
    NotSaid(&'static str),
}

/// A subscription of a topic. `Debug` does not show the endpoint, which may have a secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainSubscription {
    /// `Protocol`, or what the input says instead of a single subscription.
    pub protocol: String,
    /// `Endpoint`, which may have a secret.
    pub(crate) endpoint: Setting,
    /// `TopicArn`
    pub topic: Setting,
    /// `SubscriptionArn`, if it is one; empty if not.
    pub(crate) arn: String,
    /// Whether it is confirmed.
    pub confirmation: Confirmation,
    pub(crate) scope: String,
}

impl ChainSubscription {
    /// The protocol of what the attributes of a topic say about all its subscriptions.
    pub(crate) const OF_TOPIC: &str = "the subscriptions of the topic";
}

impl std::fmt::Debug for ChainSubscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ChainSubscription { protocol, topic, confirmation, .. } = self;
        write!(f, "{protocol} {topic:?} {confirmation:?}")
    }
}

/// The alarms, topics and subscriptions of an input.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ChainParts {
    /// Alarms.
    pub alarms: Vec<ChainAlarm>,
    /// Composite alarms.
    pub composites: Vec<ChainComposite>,
    /// Topics.
    pub topics: Vec<ChainTopic>,
    /// Subscriptions.
    pub subscriptions: Vec<ChainSubscription>,
    /// Queues and functions.
    pub receivers: Vec<ChainReceiver>,
    /// The policies of queues and functions.
    pub receiver_policies: Vec<ReceiverPolicy>,
    /// The policies of topics that are resources of their own.
    pub topic_policies: Vec<ReceiverPolicy>,
    /// Keys of KMS.
    pub keys: Vec<ChainKey>,
    /// Their aliases.
    pub aliases: Vec<ChainAlias>,
    /// The policies of keys that are resources of their own.
    pub key_policies: Vec<ReceiverPolicy>,
    /// Answers of AWS that are only a part of a list.
    pub incomplete: Vec<&'static str>,
    /// Whether an answer lists no subscription. It does not name its topic.
    pub has_empty_list: bool,
    /// The names of log groups with their regions and accounts.
    pub log_groups: Vec<(String, Placement)>,
    /// Parts that are not made.
    pub absent: Vec<NotMade>,
    /// The same resources with all their settings, and policies.
    pub listed: Vec<ListedResource>,
}

/// Parts that are not made, such as with `count = 0`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct NotMade {
    /// The parts.
    pub parts: ChainParts,
    /// Why, such as `not made (count = 0)`.
    pub why: String,
}

impl ChainParts {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == ChainParts::default()
    }

    /// Marks the parts as open: whether they are made is decided at deployment, for this reason.
    pub(crate) fn is_open(&mut self, why: &str) {
        let why = || format!("whether it is made is not known: {why}");
        for alarm in &mut self.alarms {
            alarm.settings = AlarmSettings::Unknown(why());
        }
        for composite in &mut self.composites {
            composite.rule = Setting::unknown(why());
        }
        for topic in &mut self.topics {
            topic.open = Some(why());
        }
        for it in &mut self.receivers {
            it.open = Some(why());
        }
        for key in &mut self.keys {
            key.open = Some(why());
        }
        let policies = self.receiver_policies.iter_mut().chain(&mut self.topic_policies);
        for it in policies.chain(&mut self.key_policies) {
            it.open = Some(why());
        }
        for it in &mut self.subscriptions {
            it.confirmation = Confirmation::NotSaid("whether it is made is decided at deployment");
        }
        for it in &mut self.listed {
            it.settings.push(("made".to_owned(), why()));
        }
    }

    /// These parts as parts that are not made.
    pub(crate) fn not_made(self, why: &str) -> ChainParts {
        if self.is_empty() {
            return self;
        }
        let why = format!("not made ({why})");
        ChainParts { absent: vec![NotMade { parts: self, why }], ..ChainParts::default() }
    }

    /// Adds other parts.
    pub fn extend(&mut self, other: ChainParts) {
        self.alarms.extend(other.alarms);
        self.composites.extend(other.composites);
        self.topics.extend(other.topics);
        self.subscriptions.extend(other.subscriptions);
        self.receivers.extend(other.receivers);
        self.receiver_policies.extend(other.receiver_policies);
        self.topic_policies.extend(other.topic_policies);
        self.keys.extend(other.keys);
        self.aliases.extend(other.aliases);
        self.key_policies.extend(other.key_policies);
        self.incomplete.extend(other.incomplete);
        self.has_empty_list |= other.has_empty_list;
        self.log_groups.extend(other.log_groups);
        self.absent.extend(other.absent);
        self.listed.extend(other.listed);
    }
}
