//! `cwfilter.toml`: one stack, as its file describes it.

use super::{endpoint, names};
use crate::files::{Refusal, below, text};
use crate::rules::{Loaded, Loader, ROOT_HELP, RuleAlarm, RuleError, RuleFile, toml_error};
use crate::span::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What belongs together in one account and region: rules on a log group, their metrics and alarms, who is told, and, for templates,
/// the trail that fills the log group.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stack {
    /// The stack's name. Metric filters and alarms are called `NAME.RULE`, everything else is tagged with it.
    pub name: String,
    /// Such as `us-east-1`.
    pub region: String,
    /// The account that the stack belongs to. Credentials of another one are refused.
    pub account: Option<String>,
    /// Earlier names of the stack: resources that were created under them are replaced.
    pub was: Vec<String>,
    /// Names of metric filters and alarms that differ from `NAME.RULE`, by the id of the rule.
    pub names: BTreeMap<String, Names>,
    /// The log group that the filters are on.
    pub log_group: LogGroup,
    /// Rule files, or folders of them, as the file has them: relative to its folder.
    pub rules: Vec<PathBuf>,
    /// Ids of rules that are left out.
    pub skip: Vec<String>,
    /// The namespace of all metrics, in place of the rules' own.
    pub namespace: Option<String>,
    /// The alarm of rules that have none.
    pub alarm: Option<RuleAlarm>,
    /// Where alarms go.
    pub topic: Option<Topic>,
    /// The trail that fills the log group. Templates create it; `apply` only checks it.
    pub trail: Option<Trail>,
    /// The stack's file.
    pub path: PathBuf,
    /// The file's text, with asterisks for secrets.
    source: String,
    /// Texts of the file that may hold any character, and where they are.
    places: Places,
    /// Where each of `rules` is in the file.
    rule_spans: Vec<Span>,
}

/// A log group.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// Whether the stack creates it, and so decides about its retention and key.
    pub create: bool,
    /// Days for which events are kept; `None`: for ever.
    pub retention_days: Option<i32>,
    /// The ARN of a KMS key.
    pub kms_key: Option<String>,
    /// Who delivers events, where no trail of this account and region does: trails are not checked then.
    pub fed_by: Option<String>,
}

/// An SNS topic.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its ARN, if it belongs to another account or stack: it is used and never changed.
    pub arn: Option<String>,
    /// The ARN of a KMS key that encrypts messages.
    pub kms_key: Option<String>,
    /// Who is told.
    pub subscriptions: Vec<Subscription>,
}

/// Names that a rule's resources have in the account, where they are not `STACK.RULE`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Names {
    /// The name of the metric filter.
    pub metric_filter: Option<String>,
    /// The name of the alarm.
    pub alarm: Option<String>,
}

/// A subscriber of a topic. `Debug` shows it without the endpoint's secret parts.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscription {
    /// `email`, `email-json`, `sms`, `https`, `http`, `sqs` or `lambda`.
    pub protocol: String,
    /// An address, a number such as `+15555550100`, an URL or an ARN.
    pub endpoint: String,
}

/// A CloudTrail trail with its bucket and role.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Trail {
    /// Its name.
    pub name: String,
    /// The S3 bucket that the files go to.
    pub bucket: String,
    /// In front of `AWSLogs/`.
    pub prefix: Option<String>,
    /// Events of all regions.
    pub multi_region: bool,
    /// The organisation's id, for a trail of all its accounts.
    pub organization: Option<String>,
    /// A KMS key that encrypts the files.
    pub kms_key: Option<String>,
    /// The IAM role by which CloudTrail writes to the log group.
    pub role: String,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("protocol", &self.protocol)
            .field("endpoint", &endpoint::redacted(&self.endpoint))
            .finish()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StackEntry {
    name: Spanned<String>,
    region: Spanned<String>,
    account: Option<Spanned<String>>,
    #[serde(default)]
    was: Vec<Spanned<String>>,
    #[serde(default)]
    names: BTreeMap<String, Spanned<Names>>,
    rules: Vec<Spanned<PathBuf>>,
    #[serde(default)]
    skip: Vec<Spanned<String>>,
    namespace: Option<Spanned<String>>,
    log_group: LogGroupEntry,
    alarm: Option<Spanned<RuleAlarm>>,
    topic: Option<TopicEntry>,
    trail: Option<TrailEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogGroupEntry {
    name: Spanned<String>,
    #[serde(default)]
    create: bool,
    retention_days: Option<Spanned<i32>>,
    kms_key: Option<Spanned<String>>,
    fed_by: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    name: Option<Spanned<String>>,
    arn: Option<Spanned<String>>,
    kms_key: Option<Spanned<String>>,
    #[serde(default)]
    subscription: Vec<Spanned<SubscriptionEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubscriptionEntry {
    protocol: Spanned<String>,
    endpoint: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrailEntry {
    name: Spanned<String>,
    bucket: Spanned<String>,
    prefix: Option<Spanned<String>>,
    #[serde(default = "yes")]
    multi_region: bool,
    organization: Option<Spanned<String>>,
    kms_key: Option<Spanned<String>>,
    role: Spanned<String>,
}

fn yes() -> bool {
    true
}

impl Stack {
    /// Reads a stack's file from its text.
    ///
    /// # Errors
    /// All errors, each with the place of its character.
    pub fn parse(path: &Path, source: &str) -> Result<Stack, Vec<RuleError>> {
        // errors quote their line
        let mut shown = endpoint::masked(source);
        let entry: StackEntry = toml::from_str(source).map_err(|error| {
            if let Some(span) = error.span() {
                let literal = source.get(span.clone()).unwrap_or_default();
                endpoint::mask_literal(&mut shown, span, literal);
            }
            vec![toml_error(path, &shown, &error).map_message(endpoint::masked_message)]
        })?;
        for it in entry.topic.iter().flat_map(|topic| &topic.subscription) {
            let SubscriptionEntry { protocol, endpoint } = it.get_ref();
            for text in [protocol, endpoint] {
                endpoint::mask_literal(&mut shown, text.span(), text.get_ref());
            }
        }
        let errors = Checks { path, source: &shown, errors: Vec::new() }.all(&entry);
        if !errors.is_empty() {
            return Err(errors);
        }
        let places = places(&entry);
        let inner = Spanned::into_inner;
        let topic = entry.topic.map(|topic| Topic {
            name: topic_name(&topic),
            arn: topic.arn.map(inner),
            kms_key: topic.kms_key.map(inner),
            subscriptions: topic.subscription.into_iter().map(|it| subscription(it.into_inner())).collect(),
        });
        let trail = entry.trail.map(|trail| Trail {
            name: trail.name.into_inner(),
            bucket: trail.bucket.into_inner(),
            prefix: trail.prefix.map(inner),
            multi_region: trail.multi_region,
            organization: trail.organization.map(inner),
            kms_key: trail.kms_key.map(inner),
            role: trail.role.into_inner(),
        });
        let log_group = LogGroup {
            name: entry.log_group.name.into_inner(),
            create: entry.log_group.create,
            retention_days: entry.log_group.retention_days.map(Spanned::into_inner),
            kms_key: entry.log_group.kms_key.map(inner),
            fed_by: entry.log_group.fed_by.map(inner),
        };
        Ok(Stack {
            name: entry.name.into_inner(),
            region: entry.region.into_inner(),
            account: entry.account.map(inner),
            was: entry.was.into_iter().map(inner).collect(),
            names: entry.names.into_iter().map(|(rule, names)| (rule, names.into_inner())).collect(),
            log_group,
            rule_spans: entry.rules.iter().map(|it| span(&it.span())).collect(),
            rules: entry.rules.into_iter().map(Spanned::into_inner).collect(),
            skip: entry.skip.into_iter().map(inner).collect(),
            namespace: entry.namespace.map(inner),
            alarm: entry.alarm.map(Spanned::into_inner),
            topic,
            trail,
            path: path.to_owned(),
            source: shown,
            places,
        })
    }

    /// An error about a text that the stack's file has; at the text, where it is one of those that AWS does not limit.
    pub(crate) fn refuse(&self, text: &str, message: String, help: &str) -> RuleError {
        let place = self.places.0.iter().find(|(member, _)| text.contains(member.as_str()));
        let span = place.map_or(Span::new(0, 0), |(_, span)| *span);
        RuleError::new(&self.path, message).at(&self.source, span).help_line(help)
    }

    /// Reads a stack's file.
    ///
    /// # Errors
    /// When it cannot be read, and as [`parse`](Stack::parse).
    pub fn load(path: &Path) -> Result<Stack, Vec<RuleError>> {
        let source =
            text(path).map_err(|error| {
                let error = RuleError::new(path, format!("cannot read: {error}"));
                vec![error.help_line(
                    "`--stack FILE` names the stack's file; `examples/stack/cwfilter.toml` is one",
                )]
            })?;
        Stack::parse(path, &source)
    }

    /// Loads the stack's rules, without those that it skips. They lie below the stack's folder.
    ///
    /// # Errors
    /// As [`rules::load`](crate::rules::load); a skipped id that no rule has is an error too.
    pub fn load_rules(&self) -> Result<Vec<RuleFile>, Vec<RuleError>> {
        self.load_rules_with(&Loader::new()).map(|loaded| loaded.files)
    }

    /// Loads the stack's rules, without those that it skips. They lie below the loader's root, or below the stack's folder if it
    /// has none.
    ///
    /// # Errors
    /// As [`Loader::load`]; a skipped id that no rule has is an error too.
    pub fn load_rules_with(&self, loader: &Loader) -> Result<Loaded, Vec<RuleError>> {
        let mut loaded = loader.load(&self.rule_paths(loader)?)?;
        let has = |id: &String| loaded.files.iter().flat_map(|file| &file.rules).any(|rule| rule.id == *id);
        let unknown = self.skip.iter().filter(|id| !has(id));
        let skipped = unknown.map(|id| ("skip", id));
        let ids = |file: &RuleFile| -> Vec<String> {
            let composites = file.composites.iter().map(|it| it.id.clone());
            file.rules.iter().map(|it| it.id.clone()).chain(composites).collect()
        };
        let ids: Vec<String> = loaded.files.iter().flat_map(ids).collect();
        let named = self.names.keys().filter(|id| !ids.contains(id)).map(|id| ("names", id));
        let errors: Vec<RuleError> = skipped
            .chain(named)
            .map(|(key, id)| {
                RuleError::new(&self.path, format!("`{key}` names `{id}`, and no rule has this id"))
            })
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        for file in &mut loaded.files {
            file.rules.retain(|rule| !self.skip.contains(&rule.id));
        }
        Ok(loaded)
    }

    /// The paths of the rule files, each below the root.
    fn rule_paths(&self, loader: &Loader) -> Result<Vec<PathBuf>, Vec<RuleError>> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let root = loader.folder().unwrap_or(folder);
        let (mut paths, mut errors) = (Vec::new(), Vec::new());
        for (at, named) in self.rules.iter().enumerate() {
            let error = |what: String| {
                let error = RuleError::new(&self.path, what);
                self.rule_spans.get(at).map_or(error.clone(), |span| error.at(&self.source, *span))
            };
            match below(root, folder, named) {
                Ok(_) => paths.push(folder.join(named)),
                Err(Refusal::Outside) => {
                    let root = match loader.folder() {
                        None => "the stack's folder".to_owned(),
                        Some(root) => format!("`{}`", root.display()),
                    };
                    let message = format!("`{}` lies outside {root}", named.display());
                    errors.push(error(message).help_line(ROOT_HELP));
                }
                // the loader says why
                Err(Refusal::Unreadable(_)) => paths.push(folder.join(named)),
            }
        }
        if errors.is_empty() { Ok(paths) } else { Err(errors) }
    }

    /// The beginning of the names of the stack's metric filters and alarms.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}.", self.name)
    }

    /// The names that the stack has and had.
    pub(crate) fn all_names(&self) -> Vec<String> {
        std::iter::once(&self.name).chain(&self.was).cloned().collect()
    }

    /// The name of a rule's metric filter.
    #[must_use]
    pub fn metric_filter_name(&self, rule: &str) -> String {
        let named = self.names.get(rule).and_then(|names| names.metric_filter.clone());
        named.unwrap_or_else(|| self.prefix() + rule)
    }

    /// The name of the alarm of a rule or composite alarm.
    #[must_use]
    pub fn alarm_name(&self, rule: &str) -> String {
        let named = self.names.get(rule).and_then(|names| names.alarm.clone());
        named.unwrap_or_else(|| self.prefix() + rule)
    }

    /// The ARN of the topic that alarms publish to.
    #[must_use]
    pub fn topic_arn(&self, target: &super::target::Target) -> Option<String> {
        let topic = self.topic.as_ref()?;
        Some(topic.arn.clone().unwrap_or_else(|| target.arn("sns", &topic.name)))
    }
}

/// Texts with their places; `Debug` shows the places alone, for a text may be a secret.
#[derive(Clone)]
struct Places(Vec<(String, Span)>);

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(_, span)| span)).finish()
    }
}

fn places(entry: &StackEntry) -> Places {
    let topic = entry.topic.iter().flat_map(|topic| &topic.subscription).map(|it| &it.get_ref().endpoint);
    let of_topic = entry.topic.as_ref().and_then(|it| it.kms_key.as_ref());
    let keys =
        [entry.log_group.kms_key.as_ref(), entry.trail.as_ref().and_then(|it| it.kms_key.as_ref()), of_topic];
    let texts = topic.chain(entry.namespace.as_ref()).chain(keys.into_iter().flatten());
    Places(texts.map(|it| (it.get_ref().clone(), Span::new(it.span().start, it.span().end))).collect())
}

fn span(range: &std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// The topic's name: as it is given, or the last part of its ARN.
fn topic_name(topic: &TopicEntry) -> String {
    let mut of_arn = topic.arn.iter().filter_map(|arn| arn.get_ref().rsplit(':').next());
    topic.name.as_ref().map(|name| name.get_ref().as_str()).or(of_arn.next()).unwrap_or_default().to_owned()
}

fn subscription(entry: SubscriptionEntry) -> Subscription {
    Subscription { protocol: entry.protocol.into_inner(), endpoint: entry.endpoint.into_inner() }
}

/// Values that AWS would refuse.
struct Checks<'a> {
    path: &'a Path,
    source: &'a str,
    errors: Vec<RuleError>,
}

impl Checks<'_> {
    fn refuse(&mut self, span: std::ops::Range<usize>, what: &str, help: &str) {
        let span = Span::new(span.start, span.end);
        self.errors.push(RuleError::new(self.path, what).at(self.source, span).help_line(help));
    }

    fn name(&mut self, what: &str, text: &Spanned<String>, name: &names::Name) {
        if !(name.is_valid)(text.get_ref()) {
            let message = format!("`{}` is no {what}", endpoint::quoted(text.get_ref()));
            self.refuse(text.span(), &message, name.rule);
        }
    }

    fn optional(&mut self, what: &str, text: Option<&Spanned<String>>, name: &names::Name) {
        if let Some(text) = text {
            self.name(what, text, name);
        }
    }

    fn all(mut self, entry: &StackEntry) -> Vec<RuleError> {
        self.name("name of a stack", &entry.name, &names::STACK);
        self.name("region", &entry.region, &names::REGION);
        self.optional("metric namespace", entry.namespace.as_ref(), &names::NAMESPACE);
        self.optional("account id", entry.account.as_ref(), &names::ACCOUNT);
        for name in &entry.was {
            self.name("name of a stack", name, &names::STACK);
        }
        for names in entry.names.values() {
            let Names { metric_filter, alarm } = names.get_ref();
            for (what, name, rule) in [
                ("name of a metric filter", metric_filter, names::FILTER),
                ("name of an alarm", alarm, names::ALARM),
            ] {
                if let Some(name) = name.as_ref().filter(|name| !(rule.is_valid)(name)) {
                    self.refuse(names.span(), &format!("`{name}` is no {what}"), rule.rule);
                }
            }
        }
        let group = &entry.log_group;
        self.name("name of a log group", &group.name, &names::LOG_GROUP);
        self.optional("KMS key", group.kms_key.as_ref(), &names::KMS_KEY);
        let settings =
            [group.retention_days.as_ref().map(|it| it.span()), group.kms_key.as_ref().map(|it| it.span())];
        if let Some(span) = settings.into_iter().flatten().next().filter(|_| !group.create) {
            let help = "with `create = true` the stack creates the log group and decides; otherwise take the setting out";
            self.refuse(
                span,
                "the stack does not create the log group, and so does not change its settings",
                help,
            );
        }
        if let Some(blank) = group.fed_by.as_ref().filter(|it| it.get_ref().trim().is_empty()) {
            let help = "such as `fed_by = \"the organisation's trail in account 210987654321\"`";
            self.refuse(blank.span(), "`fed_by` does not say who delivers the events", help);
        }
        if let Some(days) = &group.retention_days
            && !names::RETENTION_DAYS.contains(days.get_ref())
        {
            let help = format!("CloudWatch Logs takes {:?}", names::RETENTION_DAYS);
            self.refuse(days.span(), &format!("{} days cannot be kept", days.get_ref()), &help);
        }
        if entry.rules.is_empty() {
            let name = entry.name.span();
            self.refuse(name, "the stack has no rules", "write `rules = [\"patterns\"]`");
        }
        if let Some(alarm) = &entry.alarm
            && let Err(error) = alarm.get_ref().settings("")
        {
            self.refuse(alarm.span(), &error.to_string(), "the keys are those of a rule's `alarm`");
        }
        if let Some(topic) = &entry.topic {
            self.topic(topic);
        }
        if let Some(trail) = &entry.trail {
            self.trail(trail);
        }
        self.errors
    }

    fn topic(&mut self, topic: &TopicEntry) {
        self.optional("name of a topic", topic.name.as_ref(), &names::TOPIC);
        self.optional("ARN of a topic", topic.arn.as_ref(), &names::TOPIC_ARN);
        self.optional("KMS key", topic.kms_key.as_ref(), &names::KMS_KEY);
        match (&topic.name, &topic.arn) {
            (Some(name), Some(_)) => {
                self.refuse(
                    name.span(),
                    "the topic has a name and an ARN",
                    "a name: the stack's topic; an ARN: another's",
                );
            }
            (None, None) => {
                self.refuse(0..0, "the topic has no name", "write `name`, or `arn` of another's topic")
            }
            (None, Some(arn)) if topic.kms_key.is_some() || !topic.subscription.is_empty() => {
                let help =
                    "its owner subscribes and encrypts; give the topic a `name` to have one of the stack";
                self.refuse(arn.span(), "the stack does not change a topic that it names by ARN", help);
            }
            _ => {}
        }
        for (at, it) in topic.subscription.iter().enumerate() {
            let SubscriptionEntry { protocol, endpoint } = it.get_ref();
            match names::endpoint(protocol.get_ref()) {
                None => self.refuse(
                    protocol.span(),
                    &format!("no protocol `{}`", endpoint::quoted(protocol.get_ref())),
                    names::PROTOCOLS,
                ),
                Some(name) => {
                    self.name(&format!("endpoint for `{}`", protocol.get_ref()), endpoint, &name);
                }
            }
            let same = |other: &Spanned<SubscriptionEntry>| {
                other.get_ref().protocol.get_ref() == protocol.get_ref()
                    && other.get_ref().endpoint.get_ref() == endpoint.get_ref()
            };
            if topic.subscription.iter().take(at).any(same) {
                self.refuse(it.span(), "the subscription is here twice", "take one of them out");
            }
        }
    }

    fn trail(&mut self, trail: &TrailEntry) {
        self.name("name of a trail", &trail.name, &names::TRAIL);
        self.name("name of a bucket", &trail.bucket, &names::BUCKET);
        self.name("name of a role", &trail.role, &names::ROLE);
        self.optional("prefix", trail.prefix.as_ref(), &names::PREFIX);
        self.optional("id of an organisation", trail.organization.as_ref(), &names::ORGANIZATION);
        self.optional("KMS key", trail.kms_key.as_ref(), &names::KMS_KEY);
    }
}
