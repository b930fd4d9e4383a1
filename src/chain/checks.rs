//! The checks: a trail delivers to the log group, alarms act, CloudWatch may publish, and a subscriber gets the message.

use super::selectors::gaps;
use crate::account::Observed;
use crate::aws::{CallError, Service, text};
use crate::resource::{Kind, Resource};
use crate::stack::Stack;
use serde::Serialize;
use serde_json::{Value, json};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The link of the chain: `trail`, `topic`, `subscription`, `alarm`.
    pub link: &'static str,
    /// Whether the events of a rule certainly do not get through as the account is now; otherwise it could not be checked, or a person
    /// should know.
    pub is_dead: bool,
    /// Whether `apply` repairs it.
    pub is_repaired: bool,
    /// What was found.
    pub message: String,
}

/// The checks of all links.
pub(crate) fn findings(stack: &Stack, wanted: &[Resource], observed: &Observed) -> Vec<Finding> {
    let mut checks = Checks { stack, wanted, observed, found: Vec::new() };
    if observed.has_chain {
        checks.trails();
    }
    match stack.topic_arn(&observed.target) {
        None if wanted.iter().any(|it| it.kind == Kind::Alarm) => {
            checks.dead("topic", "the stack has no topic: its alarms notify no one");
        }
        Some(arn) if observed.has_chain => checks.topic(&arn),
        _ => {}
    }
    checks.rules();
    checks.found
}

pub(super) struct Checks<'a> {
    pub(super) stack: &'a Stack,
    pub(super) wanted: &'a [Resource],
    pub(super) observed: &'a Observed,
    found: Vec<Finding>,
}

impl<'a> Checks<'a> {
    fn find(&mut self, link: &'static str, [is_dead, is_repaired]: [bool; 2], message: impl Into<String>) {
        self.found.push(Finding { link, is_dead, is_repaired, message: message.into() });
    }

    pub(super) fn dead(&mut self, link: &'static str, message: impl Into<String>) {
        self.find(link, [true, false], message);
    }

    /// What `apply` repairs keeps no events from people before the stack is deployed.
    pub(super) fn repaired(&mut self, link: &'static str, message: impl Into<String>) {
        let is_dead = self.is_deployed();
        self.find(link, [is_dead, true], message);
    }

    pub(super) fn note(&mut self, link: &'static str, message: impl Into<String>) {
        self.find(link, [false, false], message);
    }

    /// The answer to a read; an error is a note, and an answer that is not known yet is none.
    pub(super) fn read(
        &mut self,
        link: &'static str,
        service: Service,
        operation: &'static str,
        input: Value,
    ) -> Option<&'a Value> {
        self.answer(link, self.observed.reads.one(service, operation, input)?)
    }

    pub(super) fn answer(
        &mut self,
        link: &'static str,
        answer: Result<&'a Value, &CallError>,
    ) -> Option<&'a Value> {
        answer.map_err(|error| self.note(link, format!("not checked: {error}"))).ok()
    }

    pub(super) fn filters(&self) -> Vec<&'a Resource> {
        self.wanted.iter().filter(|it| it.kind == Kind::MetricFilter).collect()
    }

    fn trails(&mut self) {
        /// Fields of CloudTrail's records.
        const FIELDS: [&str; 4] = ["$.eventName", "$.eventSource", "$.userIdentity", "$.eventType"];
        let group = &self.stack.log_group;
        if let Some(source) = &group.fed_by {
            return self.note(
                "trail",
                format!("not checked: the stack's file says that `{}` is fed by {source}", group.name),
            );
        }
        let input = json!({ "includeShadowTrails": true });
        let trails =
            self.observed.reads.list(Service::CloudTrail, "DescribeTrails", input.clone(), "trailList");
        let trails = trails.unwrap_or_default();
        if self.read("trail", Service::CloudTrail, "DescribeTrails", input).is_none() {
            return;
        }
        let arn = self.observed.target.arn("logs", &format!("log-group:{}", group.name));
        let delivers = |it: &&Value| {
            let group = text(it, "CloudWatchLogsLogGroupArn");
            group.trim_end_matches('*').trim_end_matches(':') == arn
        };
        let before = std::mem::take(&mut self.found);
        let mut checked: Vec<Vec<Finding>> = Vec::new();
        for trail in trails.iter().copied().filter(delivers) {
            self.trail(text(trail, "Name"), text(trail, "TrailARN"));
            checked.push(std::mem::take(&mut self.found));
        }
        self.found = before;
        let is_of_trail = |it: &&Resource| {
            let pattern = it.text("filterPattern");
            FIELDS.iter().any(|field| pattern.contains(field))
        };
        if checked.is_empty() && (self.filters().iter().any(is_of_trail) || self.stack.trail.is_some()) {
            let elsewhere = elsewhere(&trails, &group.name);
            self.dead(
                "trail",
                format!("no trail of this region delivers to the log group `{}`{elsewhere}", group.name),
            );
        }
        // one trail that delivers everything is enough
        let is_alive = |found: &&Vec<Finding>| !found.iter().any(|it| it.is_dead);
        let best = checked.iter().find(is_alive).cloned();
        self.found.extend(best.unwrap_or_else(|| checked.concat()));
    }

    fn trail(&mut self, name: &str, arn: &str) {
        let status = self.read("trail", Service::CloudTrail, "GetTrailStatus", json!({ "Name": arn }));
        if let Some(status) = status {
            if status.get("IsLogging") != Some(&Value::Bool(true)) {
                self.dead("trail", format!("the trail `{name}` does not log"));
            }
            match text(status, "LatestCloudWatchLogsDeliveryError") {
                "" => {}
                error => self
                    .dead("trail", format!("the trail `{name}` cannot deliver to CloudWatch Logs: {error}")),
            }
            match text(status, "LatestDeliveryError") {
                "" => {}
                error => {
                    self.note("trail", format!("the trail `{name}` cannot deliver to its bucket: {error}"))
                }
            }
        }
        let selectors =
            self.read("trail", Service::CloudTrail, "GetEventSelectors", json!({ "TrailName": arn }));
        let Some(gaps) = selectors.map(|it| gaps(it, &self.filters())) else { return };
        for what in gaps.missing {
            self.dead("trail", format!("the trail `{name}` does not record {what}"));
        }
        for part in gaps.unmodelled {
            self.note("trail", format!("the trail `{name}` has a selector on {part}, which is not modelled"));
        }
    }
}

/// Where a trail delivers instead: to a log group of this name in another region or account, or to another log group. A trail delivers to
/// its home region only (CloudTrail User Guide, "Sending events to CloudWatch Logs").
fn elsewhere(trails: &[&Value], group: &str) -> String {
    let target = |trail: &Value| {
        let arn = text(trail, "CloudWatchLogsLogGroupArn").to_owned();
        let mut parts = arn.split(':').skip(3).map(str::to_owned);
        let (region, account) = (parts.next()?, parts.next()?);
        Some((text(trail, "Name").to_owned(), region, account, parts.nth(1)?))
    };
    let mut targets: Vec<_> = trails.iter().filter_map(|trail| target(trail)).collect();
    targets.sort_by_key(|(.., name)| name != group);
    let shown = targets.first().map(|(trail, region, account, name)| {
        format!("; the trail `{trail}` delivers to `{name}` in {region} of account {account}")
    });
    shown.unwrap_or_default()
}
