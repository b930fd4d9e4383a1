//! An account in memory: it answers the calls of the provisioning module as AWS's API reference says.
#![allow(dead_code, unreachable_pub)]

use cwfilter::provision::{Account, CallError, Request, Service};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub const ID: &str = "123456789012";
pub const REGION: &str = "us-east-1";

/// Entries of a page, fewer than AWS's, so that lists have pages; `State::page` changes it.
const PAGE: usize = 5;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    pub description: Map<String, Value>,
    pub tags: Map<String, Value>,
    pub filters: BTreeMap<String, Value>,
    pub subscription_filters: Vec<Value>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Topic {
    pub attributes: Map<String, Value>,
    pub tags: Map<String, Value>,
    pub subscriptions: BTreeMap<String, Value>,
}

/// What the account holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    pub groups: BTreeMap<String, Group>,
    pub alarms: BTreeMap<String, Value>,
    pub alarm_tags: BTreeMap<String, Map<String, Value>>,
    pub topics: BTreeMap<String, Topic>,
    pub trails: Vec<Value>,
    pub trail_status: Value,
    pub selectors: Value,
    pub keys: BTreeMap<String, Value>,
    pub history: Vec<Value>,
    /// Entries of a page; 0: five.
    pub page: usize,
    /// Alarms are listed from the last to the first: AWS documents no order.
    pub backwards: bool,
}

#[derive(Default)]
pub struct Memory {
    pub state: RefCell<State>,
    /// The calls, in order.
    pub seen: RefCell<Vec<String>>,
    /// Batches of calls: what a client waits for in a row.
    pub waits: RefCell<usize>,
    /// An operation that is refused, and the code.
    pub refuses: RefCell<Option<(&'static str, &'static str)>>,
    /// Fails every call after this number of calls, as if the process had been killed.
    pub calls_left: RefCell<Option<usize>>,
}

pub fn topic_arn(name: &str) -> String {
    format!("arn:aws:sns:{REGION}:{ID}:{name}")
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn missing(operation: &str) -> CallError {
    CallError::answered(operation, "ResourceNotFoundException", "it does not exist")
}

fn pairs(tags: &Map<String, Value>) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

fn set(tags: &mut Map<String, Value>, list: &Value) {
    for it in list.as_array().into_iter().flatten() {
        tags.insert(text(it, "Key"), it["Value"].clone());
    }
}

/// A page of a list.
fn page(size: usize, all: Vec<Value>, input: &Value, token: &str, names: &str) -> Value {
    let size = if size == 0 { PAGE } else { size };
    let start: usize = input[token].as_str().map_or(0, |it| it.parse().unwrap());
    let end = (start + size).min(all.len());
    let mut answer = json!({ names: all[start.min(end)..end] });
    if end < all.len() {
        answer[token] = json!(end.to_string());
    }
    answer
}

impl Memory {
    pub fn with(state: State) -> Self {
        Memory { state: RefCell::new(state), ..Memory::default() }
    }

    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    pub fn take_seen(&self) -> Vec<String> {
        *self.waits.borrow_mut() = 0;
        std::mem::take(&mut self.seen.borrow_mut())
    }

    fn one(&self, request: &Request) -> Result<Value, CallError> {
        let operation = request.operation;
        if let Some(left) = &mut *self.calls_left.borrow_mut() {
            if *left == 0 {
                return Err(CallError::answered(operation, "ExpiredToken", "killed"));
            }
            *left -= 1;
        }
        self.seen.borrow_mut().push(operation.to_owned());
        if let Some((_, code)) = self.refuses.borrow().filter(|(refused, _)| *refused == operation) {
            return Err(CallError::answered(operation, code, "refused by the test"));
        }
        let state = &mut *self.state.borrow_mut();
        match request.service {
            Service::Sts => Ok(json!({ "Account": ID, "Arn": format!("arn:aws:iam::{ID}:root") })),
            Service::Logs => state.logs(operation, &request.input),
            Service::CloudWatch => state.cloudwatch(operation, &request.input),
            Service::Sns => state.sns(operation, &request.input),
            Service::Tagging => Ok(state.tagged(&request.input)),
            Service::CloudTrail => Ok(match operation {
                "DescribeTrails" => json!({ "trailList": state.trails }),
                "GetTrailStatus" => state.trail_status.clone(),
                _ => state.selectors.clone(),
            }),
            // API reference of `GetKeyPolicy`: a key's id or ARN, no alias
            Service::Kms
                if operation == "GetKeyPolicy" && text(&request.input, "KeyId").contains("alias/") =>
            {
                Err(CallError::answered(operation, "InvalidArnException", "an alias is no key"))
            }
            Service::Kms => state.keys.get(operation).cloned().ok_or_else(|| missing(operation)),
            other => panic!("{other:?}"),
        }
    }
}

impl Account for Memory {
    fn calls(&self, requests: &[Request]) -> Vec<Result<Value, CallError>> {
        *self.waits.borrow_mut() += usize::from(!requests.is_empty());
        requests.iter().map(|request| self.one(request)).collect()
    }
}

impl State {
    fn logs(&mut self, operation: &str, input: &Value) -> Result<Value, CallError> {
        let name = text(input, "logGroupName");
        let of_arn = |arn: String| arn.rsplit("log-group:").next().unwrap_or_default().to_owned();
        match operation {
            "DescribeLogGroups" => {
                let prefix = text(input, "logGroupNamePrefix");
                let groups = self.groups.iter().filter(|(name, _)| name.starts_with(&prefix));
                let all = groups.map(|(name, group)| {
                    let mut entry = group.description.clone();
                    entry.insert("logGroupName".into(), json!(name));
                    Value::Object(entry)
                });
                Ok(page(self.page, all.collect(), input, "nextToken", "logGroups"))
            }
            "CreateLogGroup" if self.groups.contains_key(&name) => {
                Err(CallError::answered(operation, "ResourceAlreadyExistsException", "it exists"))
            }
            "CreateLogGroup" => {
                let mut group = Group {
                    tags: input["tags"].as_object().cloned().unwrap_or_default(),
                    ..Group::default()
                };
                if input["kmsKeyId"].is_string() {
                    group.description.insert("kmsKeyId".into(), input["kmsKeyId"].clone());
                }
                self.groups.insert(name, group);
                Ok(json!({}))
            }
            "ListTagsForResource" => {
                let group =
                    self.groups.get(&of_arn(text(input, "resourceArn"))).ok_or_else(|| missing(operation))?;
                Ok(json!({ "tags": group.tags }))
            }
            "TagResource" => {
                let group = self
                    .groups
                    .get_mut(&of_arn(text(input, "resourceArn")))
                    .ok_or_else(|| missing(operation))?;
                group.tags.extend(input["tags"].as_object().cloned().unwrap_or_default());
                Ok(json!({}))
            }
            _ => self.in_group(operation, &name, input),
        }
    }

    fn in_group(&mut self, operation: &str, name: &str, input: &Value) -> Result<Value, CallError> {
        let size = self.page;
        let Some(group) = self.groups.get_mut(name) else { return Err(missing(operation)) };
        match operation {
            "DescribeMetricFilters" => {
                return Ok(page(
                    size,
                    group.filters.values().cloned().collect(),
                    input,
                    "nextToken",
                    "metricFilters",
                ));
            }
            "DescribeSubscriptionFilters" => {
                return Ok(json!({ "subscriptionFilters": group.subscription_filters }));
            }
            "PutRetentionPolicy" => {
                group.description.insert("retentionInDays".into(), input["retentionInDays"].clone());
            }
            "AssociateKmsKey" => drop(group.description.insert("kmsKeyId".into(), input["kmsKeyId"].clone())),
            "PutMetricFilter" => {
                let mut filter = input.clone();
                filter["creationTime"] = json!(1);
                if filter["applyOnTransformedLogs"].is_null() {
                    filter["applyOnTransformedLogs"] = json!(false);
                }
                // AWS leaves it out
                if filter["metricTransformations"][0]["unit"] == "None" {
                    filter["metricTransformations"][0].as_object_mut().unwrap().remove("unit");
                }
                group.filters.insert(text(input, "filterName"), filter);
            }
            "DeleteMetricFilter" => {
                group.filters.remove(&text(input, "filterName")).ok_or_else(|| missing(operation))?;
            }
            "DeleteLogGroup" => drop(self.groups.remove(name)),
            other => panic!("{other}"),
        }
        Ok(json!({}))
    }

    fn cloudwatch(&mut self, operation: &str, input: &Value) -> Result<Value, CallError> {
        let name = text(input, "AlarmName");
        let of_arn = |arn: String| arn.split(":alarm:").nth(1).unwrap_or_default().to_owned();
        match operation {
            "DescribeAlarms" => {
                let prefix = input["AlarmNamePrefix"].as_str();
                let names = input["AlarmNames"].as_array();
                let action = input["ActionPrefix"].as_str();
                let is_asked = |name: &str| match (prefix, names) {
                    _ if action.is_some() => self.alarms[name]["AlarmActions"][0].as_str() == action,
                    (Some(prefix), _) => name.starts_with(prefix),
                    (None, Some(names)) => names.iter().any(|it| it == name),
                    (None, None) => true,
                };
                let mut asked: Vec<Value> =
                    self.alarms.iter().filter(|(name, _)| is_asked(name)).map(|(_, it)| it.clone()).collect();
                if self.backwards {
                    asked.reverse();
                }
                let mut answer = page(self.page, asked, input, "NextToken", "All");
                let all = answer["All"].take();
                let is_composite = |it: &&Value| it["AlarmRule"].is_string();
                let all = all.as_array().unwrap();
                answer["CompositeAlarms"] = all.iter().filter(is_composite).cloned().collect();
                answer["MetricAlarms"] = all.iter().filter(|it| !is_composite(it)).cloned().collect();
                Ok(answer)
            }
            "PutMetricAlarm" | "PutCompositeAlarm" => {
                let mut alarm = input.clone();
                let tags = alarm.as_object_mut().unwrap().remove("Tags").unwrap_or_default();
                // an update ignores tags and leaves the state
                if !self.alarms.contains_key(&name) {
                    set(self.alarm_tags.entry(name.clone()).or_default(), &tags);
                }
                let state = self
                    .alarms
                    .get(&name)
                    .map_or_else(|| json!("INSUFFICIENT_DATA"), |it| it["StateValue"].clone());
                alarm["StateValue"] = state;
                self.alarms.insert(name, alarm);
                Ok(json!({}))
            }
            "ListTagsForResource" => {
                let tags = self
                    .alarm_tags
                    .get(&of_arn(text(input, "ResourceARN")))
                    .ok_or_else(|| missing(operation))?;
                Ok(json!({ "Tags": pairs(tags) }))
            }
            "TagResource" => {
                let tags = self
                    .alarm_tags
                    .get_mut(&of_arn(text(input, "ResourceARN")))
                    .ok_or_else(|| missing(operation))?;
                set(tags, &input["Tags"]);
                Ok(json!({}))
            }
            "DeleteAlarms" => {
                for name in input["AlarmNames"].as_array().unwrap() {
                    self.alarms.remove(name.as_str().unwrap()).ok_or_else(|| missing(operation))?;
                    self.alarm_tags.remove(name.as_str().unwrap());
                }
                Ok(json!({}))
            }
            "SetAlarmState" => {
                let alarm = self.alarms.get_mut(&name).ok_or_else(|| missing(operation))?;
                alarm["StateValue"] = input["StateValue"].clone();
                if input["StateValue"] == "ALARM" {
                    let summary = format!("Successfully executed action {}", alarm["AlarmActions"][0]);
                    self.history.push(json!({ "HistoryItemType": "Action", "HistorySummary": summary, "Timestamp": self.history.len() }));
                }
                Ok(json!({}))
            }
            "DescribeAlarmHistory" => Ok(json!({ "AlarmHistoryItems": self.history })),
            other => panic!("{other}"),
        }
    }

    fn sns(&mut self, operation: &str, input: &Value) -> Result<Value, CallError> {
        if operation == "CreateTopic" {
            let arn = topic_arn(&text(input, "Name"));
            let mut tags = Map::new();
            set(&mut tags, &input["Tags"]);
            if self.topics.get(&arn).is_some_and(|topic| topic.tags != tags) {
                let message = "Invalid parameter: Tags Reason: Topic already exists with different tags";
                return Err(CallError::answered(operation, "InvalidParameter", message));
            }
            let topic = self.topics.entry(arn.clone()).or_default();
            topic.attributes.insert("TopicArn".into(), json!(arn));
            if topic.attributes.get("Policy").is_none() {
                topic.attributes.insert("Policy".into(), json!(default_policy(&arn)));
                set(&mut topic.tags, &input["Tags"]);
            }
            return Ok(json!({ "TopicArn": arn }));
        }
        if matches!(operation, "GetSubscriptionAttributes" | "SetSubscriptionAttributes") {
            let arn = text(input, "SubscriptionArn");
            let topic = self.topics.values_mut().find(|topic| topic.subscriptions.contains_key(&arn));
            let topic = topic.ok_or_else(|| missing(operation))?;
            if operation == "SetSubscriptionAttributes" {
                let it = topic.subscriptions.get_mut(&arn).unwrap();
                it["Attributes"][text(input, "AttributeName")] = input["AttributeValue"].clone();
                return Ok(json!({}));
            }
            return Ok(json!({ "Attributes": topic.subscriptions[&arn]["Attributes"] }));
        }
        let arn = ["TopicArn", "ResourceArn"]
            .iter()
            .map(|name| text(input, name))
            .find(|it| !it.is_empty())
            .unwrap();
        let size = self.page;
        let Some(topic) = self.topics.get_mut(&arn) else { return Err(missing(operation)) };
        match operation {
            "GetTopicAttributes" => return Ok(json!({ "Attributes": topic.attributes })),
            "ListTagsForResource" => return Ok(json!({ "Tags": pairs(&topic.tags) })),
            "ListSubscriptionsByTopic" => {
                return Ok(page(
                    size,
                    topic.subscriptions.values().cloned().collect(),
                    input,
                    "NextToken",
                    "Subscriptions",
                ));
            }
            "SetTopicAttributes" => {
                drop(topic.attributes.insert(text(input, "AttributeName"), input["AttributeValue"].clone()));
            }
            "TagResource" => {
                set(&mut topic.tags, &input["Tags"]);
                assert!(
                    topic.tags.len() <= 50 && topic.tags.values().all(|it| it.as_str().unwrap().len() <= 256)
                );
            }
            "UntagResource" => {
                topic.tags.retain(|key, _| !input["TagKeys"].as_array().unwrap().contains(&json!(key)))
            }
            "DeleteTopic" => drop(self.topics.remove(&arn)),
            "Subscribe" => {
                let id = format!("{arn}:{}{}", text(input, "Protocol"), text(input, "Endpoint").len());
                let entry = json!({
                    "SubscriptionArn": id, "Protocol": input["Protocol"], "Endpoint": input["Endpoint"], "TopicArn": arn, "Attributes": {},
                });
                topic.subscriptions.insert(id, entry);
            }
            other => panic!("{other}"),
        }
        Ok(json!({}))
    }

    fn tagged(&self, input: &Value) -> Value {
        let key = text(&input["TagFilters"][0], "Key");
        let values = input["TagFilters"][0]["Values"].as_array().unwrap();
        let is_tagged = |tags: &&Map<String, Value>| tags.get(&key).is_some_and(|it| values.contains(it));
        let alarms = self
            .alarm_tags
            .iter()
            .map(|(name, tags)| (format!("arn:aws:cloudwatch:{REGION}:{ID}:alarm:{name}"), tags));
        let topics = self.topics.iter().map(|(arn, topic)| (arn.clone(), &topic.tags));
        let all = alarms.chain(topics).filter(|(_, tags)| is_tagged(tags));
        let all = all.map(|(arn, tags)| json!({ "ResourceARN": arn, "Tags": pairs(tags) }));
        page(self.page, all.collect(), input, "PaginationToken", "ResourceTagMappingList")
    }
}

/// The policy that SNS gives a new topic.
pub fn default_policy(arn: &str) -> String {
    json!({
        "Version": "2008-10-17", "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": { "AWS": "*" },
            "Action": ["SNS:GetTopicAttributes", "SNS:Publish", "SNS:Subscribe"], "Resource": arn,
            "Condition": { "StringEquals": { "AWS:SourceOwner": ID } },
        }],
    })
    .to_string()
}
