//! Whether the chain is alive: a trail delivers to the log group, alarms act, CloudWatch may publish, and a subscriber gets the
//! message. Everything is read only.

use super::calls::CallError;
use super::observe::{Observed, TrailFacts};
use super::policy;
use super::resource::{Kind, Resource, is_empty};
use crate::stack::{Stack, redacted};
use serde::Serialize;
use serde_json::Value;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The link of the chain: `trail`, `topic`, `subscription`, `alarm`.
    pub link: &'static str,
    /// Whether events do not get through; otherwise it could not be checked, or a person should know.
    pub is_dead: bool,
    /// What was found.
    pub message: String,
}

/// The checks of all links.
pub(super) fn findings(stack: &Stack, wanted: &[Resource], observed: &Observed) -> Vec<Finding> {
    let mut checks = Checks { stack, wanted, observed, found: Vec::new() };
    checks.trails();
    checks.topic();
    checks.subscriptions();
    checks.alarms();
    checks.found
}

struct Checks<'a> {
    stack: &'a Stack,
    wanted: &'a [Resource],
    observed: &'a Observed,
    found: Vec<Finding>,
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl Checks<'_> {
    fn dead(&mut self, link: &'static str, message: String) {
        self.found.push(Finding { link, is_dead: true, message });
    }

    fn note(&mut self, link: &'static str, message: String) {
        self.found.push(Finding { link, is_dead: false, message });
    }

    fn unknown(&mut self, link: &'static str, error: &CallError) {
        self.note(link, format!("not checked: {error}"));
    }

    fn patterns(&self) -> impl Iterator<Item = (&str, String)> {
        let filters = self.wanted.iter().filter(|it| it.kind == Kind::MetricFilter);
        filters.map(|it| (it.rule.as_str(), it.text("filterPattern")))
    }

    /// Whether the rules look at CloudTrail's records.
    fn is_cloudtrail(&self) -> bool {
        const FIELDS: [&str; 4] = ["$.eventName", "$.eventSource", "$.userIdentity", "$.eventType"];
        self.stack.trail.is_some()
            || self.patterns().any(|(_, it)| FIELDS.iter().any(|field| it.contains(field)))
    }

    fn trails(&mut self) {
        let group = &self.stack.log_group.name;
        match &self.observed.facts.trails {
            None => {}
            Some(Err(error)) => self.unknown("trail", error),
            Some(Ok(trails)) if trails.is_empty() && !self.is_cloudtrail() => {}
            Some(Ok(trails)) if trails.is_empty() => {
                let message = format!("no trail of this region delivers to the log group `{group}`");
                self.dead("trail", message);
            }
            Some(Ok(trails)) => {
                // one trail that delivers everything is enough
                let checked: Vec<Vec<Finding>> = trails.iter().map(|it| self.trail(it)).collect();
                let is_alive = |found: &&Vec<Finding>| !found.iter().any(|it| it.is_dead);
                let best = checked.iter().find(is_alive).map_or_else(|| checked.concat(), Clone::clone);
                self.found.extend(best);
            }
        }
    }

    fn trail(&self, trail: &TrailFacts) -> Vec<Finding> {
        let mut found = Vec::new();
        let name = &trail.name;
        let mut say = |is_dead, message: String| found.push(Finding { link: "trail", is_dead, message });
        match &trail.status {
            Err(error) => say(false, format!("not checked: {error}")),
            Ok(status) => {
                if status.get("IsLogging") != Some(&Value::Bool(true)) {
                    say(true, format!("the trail `{name}` does not log"));
                }
                let error = text(status, "LatestCloudWatchLogsDeliveryError");
                if !error.is_empty() {
                    say(true, format!("the trail `{name}` cannot deliver to CloudWatch Logs: {error}"));
                }
                let error = text(status, "LatestDeliveryError");
                if !error.is_empty() {
                    say(false, format!("the trail `{name}` cannot deliver to its bucket: {error}"));
                }
            }
        }
        match &trail.selectors {
            Err(error) => say(false, format!("not checked: {error}")),
            Ok(selectors) => {
                for why in self.not_recorded(selectors) {
                    say(true, format!("the trail `{name}` does not record {why}"));
                }
            }
        }
        found
    }

    /// Management events that the rules look at and no selector takes.
    fn not_recorded(&self, selectors: &Value) -> Vec<String> {
        let list = |name: &str| selectors.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let (plain, advanced) = (list("EventSelectors"), list("AdvancedEventSelectors"));
        let all: Vec<Recorded> = match advanced.is_empty() {
            true if plain.is_empty() => return Vec::new(),
            true => plain.iter().filter_map(Recorded::of_selector).collect(),
            false => advanced.iter().filter_map(Recorded::of_advanced).collect(),
        };
        if all.is_empty() {
            return vec!["management events, which the rules look at".to_owned()];
        }
        let mut missing = Vec::new();
        let takes = |is_read: bool| all.iter().any(|it| it.only_reads.is_none_or(|only| only == is_read));
        for (is_read, words) in [(true, "reading calls"), (false, "writing calls")] {
            if takes(is_read) {
                continue;
            }
            let rules = self.patterns().filter(|(_, pattern)| names(pattern, is_read));
            let rules: Vec<&str> = rules.map(|(rule, _)| rule).collect();
            if !rules.is_empty() {
                missing.push(format!("{words}, which {} look at", rules.join(", ")));
            }
        }
        let excluded = all.iter().flat_map(|it| &it.excluded);
        for source in excluded.filter(|source| all.iter().all(|it| it.excluded.contains(source))) {
            let rules = self.patterns().filter(|(_, pattern)| pattern.contains(source.as_str()));
            let rules: Vec<&str> = rules.map(|(rule, _)| rule).collect();
            if !rules.is_empty() {
                missing.push(format!("events of {source}, which {} look at", rules.join(", ")));
            }
        }
        missing
    }

    fn topic(&mut self) {
        let Some(arn) = self.stack.topic_arn(&self.observed.target) else {
            if self.wanted.iter().any(|it| it.kind == Kind::Alarm) {
                self.dead("topic", "the stack has no topic: its alarms notify no one".to_owned());
            }
            return;
        };
        let attributes = match &self.observed.facts.topic {
            Some(Ok(Some(attributes))) => attributes.clone(),
            Some(Ok(None)) if self.wanted.iter().any(|it| it.kind == Kind::Topic) => return,
            Some(Ok(None)) => return self.dead("topic", format!("the topic {arn} does not exist")),
            Some(Err(error)) => return self.unknown("topic", &error.clone()),
            None => return,
        };
        let policy_text = text(&attributes, "Policy");
        let is_repaired = self
            .observed
            .resources
            .iter()
            .any(|it| it.kind == Kind::Topic && it.text("TopicArn") == arn && self.observed.is_ours(it));
        match policy::lets_cloudwatch(policy_text, "sns:publish", &self.observed.target) {
            Some(true) => {}
            Some(false) if is_repaired => {
                self.note("topic", format!("the policy of {arn} does not let alarms publish; `apply` repairs it"));
            }
            Some(false) => self.dead("topic", format!("the policy of {arn} does not let alarms of this account publish")),
            None => self.note("topic", format!("whether alarms may publish is not known: conditions in the policy of {arn} are not modelled")),
        }
        for sid in policy::public(policy_text) {
            self.note(
                "topic",
                format!("the statement `{sid}` of the policy of {arn} lets anybody use the topic"),
            );
        }
        self.key(&arn, text(&attributes, "KmsMasterKeyId"));
    }

    fn key(&mut self, topic: &str, key: &str) {
        if key == "alias/aws/sns" {
            let why = "CloudWatch may not use it, and so cannot publish";
            self.dead("topic", format!("{topic} is encrypted with the key of AWS for SNS: {why}"));
        }
        let Some([state, key_policy]) = &self.observed.facts.key else { return };
        match state {
            Err(error) => self.unknown("topic", error),
            Ok(answer) => {
                let metadata = answer.get("KeyMetadata").cloned().unwrap_or_default();
                let state = text(&metadata, "KeyState");
                if !matches!(state, "" | "Enabled") {
                    self.dead("topic", format!("the key {key} of {topic} is in the state {state}"));
                }
            }
        }
        match key_policy {
            Err(error) => self.unknown("topic", error),
            Ok(answer) => {
                let policy_text = text(answer, "Policy");
                let may = |action| {
                    policy::lets_cloudwatch(policy_text, action, &self.observed.target) != Some(false)
                };
                if !["kms:decrypt", "kms:generatedatakey"].into_iter().all(may) {
                    let why = "does not let cloudwatch.amazonaws.com decrypt and generate data keys";
                    self.dead("topic", format!("the policy of the key {key} of {topic} {why}"));
                }
            }
        }
    }

    fn subscriptions(&mut self) {
        let Some(Ok(Some(_))) = &self.observed.facts.topic else { return };
        let (mut reached, mut is_unknown) = (0, false);
        let wanted = |it: &Resource| self.wanted.iter().any(|wanted| wanted.is(it));
        let arn = self.stack.topic_arn(&self.observed.target).unwrap_or_default();
        let all = self
            .observed
            .resources
            .iter()
            .filter(|it| it.kind == Kind::Subscription && it.text("TopicArn") == arn);
        let foreign: Vec<String> = all.filter(|it| !wanted(it)).map(|it| it.name.clone()).collect();
        for (subscription, attributes) in self.observed.facts.subscriptions.clone() {
            let shown =
                format!("{} {}", text(&subscription, "Protocol"), redacted(text(&subscription, "Endpoint")));
            let attributes = match attributes {
                None => continue,
                Some(Err(error)) => {
                    is_unknown = true;
                    self.unknown("subscription", &error);
                    continue;
                }
                Some(Ok(answer)) => answer.get("Attributes").cloned().unwrap_or_default(),
            };
            let filter = text(&attributes, "FilterPolicy");
            match (filter, text(&attributes, "FilterPolicyScope")) {
                ("" | "{}", _) => reached += 1,
                (_, "MessageBody") => {
                    is_unknown = true;
                    self.note(
                        "subscription",
                        format!(
                            "{shown} has a filter policy on the message, which is not modelled: {filter}"
                        ),
                    );
                }
                // messages of alarms have no attributes
                _ => self.note(
                    "subscription",
                    format!(
                        "{shown} gets no message of an alarm: its filter policy wants attributes: {filter}"
                    ),
                ),
            }
        }
        if reached == 0 && !is_unknown {
            self.dead(
                "subscription",
                format!("no confirmed subscription of {arn} gets the messages of alarms"),
            );
        }
        if !foreign.is_empty() {
            self.note("subscription", format!("others subscribe to {arn}: {}", foreign.join(", ")));
        }
    }

    fn alarms(&mut self) {
        let mut found = Vec::new();
        for it in self.wanted.iter().filter(|it| it.kind == Kind::Alarm) {
            let mut say = |is_dead, message: String| found.push(Finding { link: "alarm", is_dead, message });
            let filter =
                self.wanted.iter().find(|filter| filter.kind == Kind::MetricFilter && filter.rule == it.rule);
            let unit = it.text("Unit");
            let of_filter = filter.map(|filter| filter.text("unit")).unwrap_or_default();
            if !unit.is_empty() && unit != of_filter {
                say(
                    true,
                    format!(
                        "`{}` looks at the unit {unit}, and its metric filter publishes {of_filter}",
                        it.name
                    ),
                );
            }
            if it.get("ActionsEnabled") == Value::Bool(false) {
                say(false, format!("the actions of `{}` are disabled by its rule", it.name));
            } else if is_empty(&it.get("AlarmActions")) && self.stack.topic.is_some() {
                say(false, format!("`{}` does nothing when it goes to ALARM", it.name));
            }
            let Some(now) = self.observed.facts.alarms.get(&it.name) else { continue };
            if text(now, "StateValue") == "ALARM" {
                say(false, format!("`{}` is in ALARM and rings again only after another state", it.name));
            }
            for name in unmodelled(now) {
                say(false, format!("`{}` has `{name}`, which is not modelled", it.name));
            }
        }
        self.found.extend(found);
    }
}

/// Members of an alarm that are neither in the table nor a description of its state.
fn unmodelled(alarm: &Value) -> Vec<String> {
    const KNOWN: [&str; 10] = [
        "AlarmName",
        "AlarmArn",
        "AlarmConfigurationUpdatedTimestamp",
        "StateValue",
        "StateReason",
        "StateReasonData",
        "StateUpdatedTimestamp",
        "StateTransitionedTimestamp",
        "EvaluationState",
        "Tags",
    ];
    let members = super::resource::schema(Kind::Alarm).map(|schema| schema.members).unwrap_or_default();
    let is_known = |name: &str| KNOWN.contains(&name) || members.iter().any(|member| member.name() == name);
    let names = alarm.as_object().into_iter().flatten().filter(|(_, value)| !is_empty(value));
    names.map(|(name, _)| name.clone()).filter(|name| !is_known(name)).collect()
}

/// Whether a pattern names a call that reads (or, if `is_read` is false, a call that writes), by the beginning of its name.
fn names(pattern: &str, is_read: bool) -> bool {
    const READS: [&str; 6] = ["Get", "List", "Describe", "Head", "Lookup", "Search"];
    let mut quoted = pattern.split("$.eventName").skip(1);
    quoted.any(|rest| {
        let name = rest.split('"').nth(1).unwrap_or_default();
        let is = READS.iter().any(|start| name.starts_with(start));
        !name.is_empty() && !name.starts_with('*') && is == is_read
    })
}

/// The management events that a selector takes.
struct Recorded {
    /// `Some(true)`: only reads, `Some(false)`: only writes.
    only_reads: Option<bool>,
    /// Event sources that it leaves out.
    excluded: Vec<String>,
}

impl Recorded {
    fn of_selector(it: &Value) -> Option<Self> {
        if it.get("IncludeManagementEvents") == Some(&Value::Bool(false)) {
            return None;
        }
        let only_reads = match text(it, "ReadWriteType") {
            "ReadOnly" => Some(true),
            "WriteOnly" => Some(false),
            _ => None,
        };
        let excluded =
            it.get("ExcludeManagementEventSources").and_then(Value::as_array).into_iter().flatten();
        Some(Recorded {
            only_reads,
            excluded: excluded.filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        })
    }

    fn of_advanced(it: &Value) -> Option<Self> {
        let fields = it.get("FieldSelectors").and_then(Value::as_array)?;
        let texts = |field: &str, operator: &str| -> Vec<String> {
            let found = fields
                .iter()
                .find(|it| text(it, "Field") == field)
                .and_then(|it| it.get(operator)?.as_array());
            found.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        };
        if texts("eventCategory", "Equals") != ["Management"] {
            return None;
        }
        let only_reads = match texts("readOnly", "Equals").first().map(String::as_str) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        };
        Some(Recorded { only_reads, excluded: texts("eventSource", "NotEquals") })
    }
}
