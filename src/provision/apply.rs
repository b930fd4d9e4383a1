//! Carries out a plan: the record first, each kind after the kinds that it needs.

use super::calls::{Account, CallError, Request, Service, found};
use super::plan::{Action, Plan, Step};
use super::policy;
use super::record;
use super::resource::{Kind, Resource, schema};
use crate::stack::redacted;
use serde::Serialize;
use serde_json::{Value, json};

/// The outcome of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is not done, or not completely.
    Failed(CallError),
    /// It was not tried.
    Skipped(String),
}

/// A step and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StepReport {
    /// What was to be done.
    pub action: Action,
    /// To which kind.
    pub kind: Kind,
    /// The resource's name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// Steps that are carried out together. Ours: a person sees progress, and the calls to two services overlap.
const STEPS_AT_ONCE: usize = 12;

/// Carries out all steps in order, and continues after a failure, unless the credentials are refused; `each` gets the report of every
/// step. A plan with refusals is not begun: every step fails.
pub fn apply(account: &dyn Account, plan: &Plan, mut each: impl FnMut(&StepReport)) -> Vec<StepReport> {
    let mut reports: Vec<StepReport> = Vec::new();
    let mut rest = plan.steps.as_slice();
    while let Some(first) = rest.first() {
        // steps that do not depend on each other: metric filters and metric alarms, or deletions of one kind
        let is_with_first = |it: &&Step| match (first.action, it.action) {
            (Action::Delete, Action::Delete) => it.resource.kind == first.resource.kind,
            (Action::Delete, _) | (_, Action::Delete) => false,
            _ => [first, *it].iter().all(|it| matches!(it.resource.kind, Kind::MetricFilter | Kind::Alarm)),
        };
        let together = rest.iter().take(STEPS_AT_ONCE).take_while(is_with_first).count().max(1);
        let (now, later) = rest.split_at(together);
        rest = later;
        let before = |step: &Step| match (plan.refusals.first(), skipped(step, &reports)) {
            (Some(refusal), _) => Some(Outcome::Failed(CallError::new("plan", refusal))),
            (None, Some(why)) => Some(Outcome::Skipped(why)),
            (None, None) => None,
        };
        let known: Vec<Option<Outcome>> = now.iter().map(before).collect();
        let open: Vec<&Step> =
            now.iter().zip(&known).filter(|(_, it)| it.is_none()).map(|(step, _)| step).collect();
        let mut results = carry_out(account, plan, &open).into_iter();
        for (step, known) in now.iter().zip(known) {
            let outcome = known.unwrap_or_else(|| match results.next() {
                Some(Err(error)) => Outcome::Failed(without_secrets(error, &step.resource)),
                _ => Outcome::Done,
            });
            let Resource { kind, name, .. } = &step.resource;
            let report = StepReport { action: step.action, kind: *kind, name: name.clone(), outcome };
            each(&report);
            reports.push(report);
        }
    }
    reports
}

/// Services quote what they refuse.
fn without_secrets(mut error: CallError, it: &Resource) -> CallError {
    if !it.endpoint.is_empty() {
        error.message = error.message.replace(&it.endpoint, &redacted(&it.endpoint));
    }
    error
}

/// The kinds that a kind cannot do without.
fn needs(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::MetricFilter => &[Kind::LogGroup, Kind::Record],
        Kind::Subscription | Kind::Alarm => &[Kind::Topic],
        Kind::CompositeAlarm => &[Kind::Topic, Kind::Alarm],
        _ => &[],
    }
}

/// Why a step is not tried: what it needs failed, or no call can succeed any more. A deletion waits for what needs it.
fn skipped(step: &Step, reports: &[StepReport]) -> Option<String> {
    let mut failed = reports.iter().filter(|report| report.outcome != Outcome::Done);
    let kind = step.resource.kind;
    failed.find_map(|report| match (&report.outcome, step.action, report.action) {
        (Outcome::Failed(error), ..) if error.is_of_credentials() => {
            Some("the credentials are not valid any more".to_owned())
        }
        (_, Action::Delete, Action::Delete) => {
            let is_needed = needs(report.kind).contains(&kind) && (kind != Kind::Alarm);
            is_needed.then(|| format!("the {} that needs it is still there", report.kind.words()))
        }
        // the record lists what is still there
        (_, Action::Update, Action::Delete) if kind == Kind::Record && report.kind == Kind::MetricFilter => {
            Some("a metric filter is still there".to_owned())
        }
        // what exists can be used, though a change of it failed; a record has to be complete
        (_, Action::Create | Action::Update, Action::Update) if report.kind == Kind::Record => {
            needs(kind).contains(&Kind::Record).then(|| "its record failed".to_owned())
        }
        (_, Action::Create | Action::Update, Action::Create) => {
            needs(kind).contains(&report.kind).then(|| format!("its {} failed", report.kind.words()))
        }
        // deletions make room for nothing; but what was to replace them has to be there
        (_, Action::Delete, Action::Create) if report.kind == kind => {
            Some(format!("the {} that replaces it failed", kind.words()))
        }
        _ => None,
    })
}

/// Makes the calls of the steps: the first of each together, then the second, and so on.
fn carry_out(account: &dyn Account, plan: &Plan, steps: &[&Step]) -> Vec<Result<(), CallError>> {
    let mut results: Vec<Result<(), CallError>> = steps.iter().map(|_| Ok(())).collect();
    let requests: Vec<Vec<Request>> = steps.iter().map(|step| requests(plan, step)).collect();
    for round in 0..requests.iter().map(Vec::len).max().unwrap_or_default() {
        let due = requests.iter().zip(&results).enumerate().filter(|(_, (_, result))| result.is_ok());
        let due: Vec<(usize, &Request)> =
            due.filter_map(|(at, (all, _))| Some((at, all.get(round)?))).collect();
        let calls: Vec<Request> = due.iter().map(|(_, request)| (*request).clone()).collect();
        for ((at, request), answer) in due.iter().zip(account.calls(&calls)) {
            if let (Some(result), Err(error)) = (results.get_mut(*at), accepted(request, answer)) {
                *result = Err(error);
            }
        }
    }
    for (step, result) in steps.iter().zip(&mut results) {
        if result.is_ok()
            && step.resource.kind == Kind::Topic
            && step.action != Action::Delete
            && step.touches("Policy")
        {
            *result = publish_policy(account, &step.resource);
        }
    }
    results
}

/// An answer that says that it was done before is as good as done.
fn accepted(request: &Request, answer: Result<Value, CallError>) -> Result<(), CallError> {
    let is_delete = request.operation.starts_with("Delete") || request.operation == "Unsubscribe";
    match answer {
        Ok(_) => Ok(()),
        Err(error) if is_delete && error.is_missing() => Ok(()),
        Err(error) if error.code.as_deref() == Some("ResourceAlreadyExistsException") => Ok(()),
        Err(error) => Err(error),
    }
}

/// Tags as a list of pairs, as CloudWatch and SNS take them.
fn listed(tags: &super::resource::Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// The calls of a step, one after the other.
fn requests(plan: &Plan, step: &Step) -> Vec<Request> {
    let it = &step.resource;
    let Some(schema) = schema(it.kind) else { return Vec::new() };
    let request = |operation, input| Request::new(schema.service, operation, input);
    let arn = |name: &str| plan.target.arn("sns", name);
    if step.action == Action::Delete {
        let input = match it.kind {
            Kind::MetricFilter => json!({ "logGroupName": it.get("logGroupName"), "filterName": it.name }),
            Kind::Alarm | Kind::CompositeAlarm => json!({ "AlarmNames": [it.name] }),
            Kind::LogGroup => json!({ "logGroupName": it.name }),
            Kind::Subscription => json!({ "SubscriptionArn": it.arn }),
            _ => json!({ "TopicArn": arn(&it.name) }),
        };
        return vec![request(schema.delete, input)];
    }
    let is_create = step.action == Action::Create;
    let differs =
        step.changes.iter().any(|change| !["Tags", super::plan::OWNER].contains(&change.property.as_str()));
    match it.kind {
        Kind::MetricFilter => Vec::from_iter((is_create || differs).then(|| request(schema.put, it.input()))),
        Kind::Alarm | Kind::CompositeAlarm => {
            let mut input = it.input();
            if is_create {
                super::resource::put(&mut input, "/Tags", listed(&it.tags));
            }
            let resource = plan.target.arn("cloudwatch", &format!("alarm:{}", it.name));
            // an update ignores tags
            let tag = json!({ "ResourceARN": resource, "Tags": listed(&it.tags) });
            let put = (is_create || differs).then(|| request(schema.put, input));
            let tags = (!is_create && step.touches("Tags")).then(|| request("TagResource", tag));
            put.into_iter().chain(tags).collect()
        }
        Kind::LogGroup => log_group(plan, step),
        Kind::Topic | Kind::Record => topic(step, &arn(&it.name)),
        Kind::Subscription => {
            let input = json!({
                "TopicArn": it.get("TopicArn"), "Protocol": it.get("Protocol"), "Endpoint": it.endpoint, "ReturnSubscriptionArn": true,
            });
            vec![request(schema.put, input)]
        }
        Kind::Bucket | Kind::Role | Kind::Trail => Vec::new(),
    }
}

fn log_group(plan: &Plan, step: &Step) -> Vec<Request> {
    let it = &step.resource;
    let name = &it.name;
    let request = |operation, input| Request::new(Service::Logs, operation, input);
    let mut requests = Vec::new();
    if step.action == Action::Create {
        let mut input = json!({ "logGroupName": name, "tags": it.tags });
        if let Some(key) = it.properties.get("kmsKeyId") {
            super::resource::put(&mut input, "/kmsKeyId", key.clone());
        }
        requests.push(request("CreateLogGroup", input));
    } else {
        if step.touches("kmsKeyId") {
            requests.push(request(
                "AssociateKmsKey",
                json!({ "logGroupName": name, "kmsKeyId": it.get("kmsKeyId") }),
            ));
        }
        if step.touches("Tags") {
            let arn = plan.target.arn("logs", &format!("log-group:{name}"));
            requests.push(request("TagResource", json!({ "resourceArn": arn, "tags": it.tags })));
        }
    }
    if let Some(days) = it.properties.get("retentionInDays").filter(|_| step.touches("retentionInDays")) {
        requests
            .push(request("PutRetentionPolicy", json!({ "logGroupName": name, "retentionInDays": days })));
    }
    requests
}

fn topic(step: &Step, arn: &str) -> Vec<Request> {
    let it = &step.resource;
    let request = |operation, input| Request::new(Service::Sns, operation, input);
    let mut requests = Vec::new();
    if step.action == Action::Create {
        requests.push(request("CreateTopic", json!({ "Name": it.name, "Tags": listed(&it.tags) })));
    } else if step.touches("Tags") || it.kind == Kind::Record {
        requests.push(request("TagResource", json!({ "ResourceArn": arn, "Tags": listed(&it.tags) })));
    }
    let surplus = record::surplus(&step.tags, &it.tags);
    if it.kind == Kind::Record && !surplus.is_empty() {
        requests.push(request("UntagResource", json!({ "ResourceArn": arn, "TagKeys": surplus })));
    }
    if let Some(key) = it.properties.get("KmsMasterKeyId").filter(|_| step.touches("KmsMasterKeyId")) {
        let input = json!({ "TopicArn": arn, "AttributeName": "KmsMasterKeyId", "AttributeValue": key });
        requests.push(request("SetTopicAttributes", input));
    }
    requests
}

/// Reads the topic's policy, puts the stack's statement into it, writes it, and reads it back: everything else in it stays, and a
/// concurrent writer that lost the statement is noticed.
fn publish_policy(account: &dyn Account, it: &Resource) -> Result<(), CallError> {
    /// Writers that are at work at the same moment take turns; ours.
    const ATTEMPTS: usize = 3;
    let (arn, statement) = (it.get("TopicArn"), it.get("Policy"));
    let refused = |message: String| CallError::new("SetTopicAttributes", message);
    for attempt in 0..=ATTEMPTS {
        let answer = found(account.call(Service::Sns, "GetTopicAttributes", json!({ "TopicArn": arn })))?;
        let answer = answer.unwrap_or_default();
        let policy = answer.pointer("/Attributes/Policy").and_then(Value::as_str).unwrap_or_default();
        let Some(next) = policy::with(policy, &statement).map_err(refused)? else { return Ok(()) };
        if attempt == ATTEMPTS {
            break;
        }
        let input = json!({ "TopicArn": arn, "AttributeName": "Policy", "AttributeValue": next });
        account.call(Service::Sns, "SetTopicAttributes", input)?;
    }
    Err(refused(
        "the statement that lets alarms publish is lost each time: another writer is at work".to_owned(),
    ))
}
