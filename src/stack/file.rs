//! `cwfilter.toml`: one stack, as its file describes it.

use super::entry::{Names, StackEntry, SubscriptionEntry, TopicEntry};
use super::{checks, endpoint};
use crate::files::{Refusal, below, text};
use crate::rules::{Loaded, Loader, ROOT_HELP, RuleAlarm, RuleError, RuleFile, toml_error};
use crate::span::Span;
use crate::spanned::Spanned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    /// Where each of `skip` is.
    skip_spans: Vec<Span>,
    /// Where the table of each of `names` is.
    name_spans: Vec<Span>,
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

/// The JSON Schema of a stack file, generated from the types that the file is read into: `docs/schemas/stack-file.json`.
///
/// ```
/// let schema = cwfilter::stack::schema();
/// assert_eq!(schema.get("title").unwrap(), "Stack file of cwfilter");
/// ```
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> schemars::Schema {
    crate::schema::of_toml_file::<StackEntry>()
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
        let errors = checks::errors(path, &shown, &entry);
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
            skip_spans: entry.skip.iter().map(|it| span(&it.span())).collect(),
            name_spans: entry.names.values().map(|it| span(&it.span())).collect(),
            names: entry.names.into_iter().map(|(rule, names)| (rule, names.into_inner())).collect(),
            log_group,
            rule_spans: entry.rules.get_ref().iter().map(|it| span(&it.span())).collect(),
            rules: entry.rules.into_inner().into_iter().map(Spanned::into_inner).collect(),
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
        let skip = self.skip.iter().zip(&self.skip_spans);
        let skipped = skip.filter(|(id, _)| !has(id)).map(|(id, at)| ("skip", id, at));
        let ids = |file: &RuleFile| -> Vec<String> {
            let composites = file.composites.iter().map(|it| it.id.clone());
            file.rules.iter().map(|it| it.id.clone()).chain(composites).collect()
        };
        let ids: Vec<String> = loaded.files.iter().flat_map(ids).collect();
        let names = self.names.keys().zip(&self.name_spans);
        let named = names.filter(|(id, _)| !ids.contains(id)).map(|(id, at)| ("names", id, at));
        let errors: Vec<RuleError> = skipped
            .chain(named)
            .map(|(key, id, at)| {
                let message = format!("`{key}` names `{id}`, and no rule has this id");
                RuleError::new(&self.path, message).at(&self.source, *at)
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
            // a pack is a part of the program
            if cfg!(feature = "packs") && named.to_str().is_some_and(|named| named.starts_with("pack:")) {
                paths.push(named.clone());
                continue;
            }
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
