//! Queues and functions that topics send to, the keys of topics, and the policies of all: `aws_sqs_queue`, `aws_sqs_queue_policy`,
//! `aws_lambda_function`, `aws_lambda_permission`, `aws_sns_topic_policy`, `aws_kms_key`, and the same of CloudFormation.

use super::chain::{AFTER_APPLY, Resource};
use super::settings::{address, setting};
use crate::metric_settings::{
    ChainAlias, ChainKey, ChainParts, ChainReceiver, OwnPart, ReceiverPolicy, Setting,
};
use crate::sources::value::{Data, Origin, Text, Value};
use serde_json::{Value as Json, json};

/// Whether a type of resource is read here.
pub(crate) fn is_receiver(kind: &str) -> bool {
    matches!(
        kind,
        "aws_sqs_queue"
            | "aws_sqs_queue_policy"
            | "aws_lambda_function"
            | "aws_lambda_permission"
            | "AWS::SQS::Queue"
            | "AWS::SQS::QueuePolicy"
            | "AWS::SQS::QueueInlinePolicy"
            | "AWS::Lambda::Function"
            | "AWS::Serverless::Function"
            | "AWS::Lambda::Permission"
            | "aws_sns_topic_policy"
            | "AWS::SNS::TopicPolicy"
            | "AWS::SNS::TopicInlinePolicy"
            | "aws_kms_key"
            | "aws_kms_key_policy"
            | "aws_kms_alias"
            | "AWS::KMS::Key"
            | "AWS::KMS::Alias"
    )
}

impl Resource<'_> {
    /// Adds a receiver or a policy to the parts.
    pub(crate) fn receiver(&self, kind: &str, parts: &mut ChainParts) {
        match kind {
            "aws_sqs_queue" | "AWS::SQS::Queue" => {
                parts.receivers.push(self.as_receiver("sqs", &["arn", "name", "QueueName"]));
                if let Some(policy) = self.value.get("policy").filter(|it| !it.is_null()) {
                    let own = Setting { address: Some(self.address.clone()), ..self.queue() };
                    parts.receiver_policies.push(self.with_policy(vec![own], policy));
                }
            }
            "aws_lambda_function" | "AWS::Lambda::Function" | "AWS::Serverless::Function" => {
                parts.receivers.push(self.as_receiver("lambda", &["arn", "function_name", "FunctionName"]));
            }
            "aws_sqs_queue_policy" | "AWS::SQS::QueuePolicy" | "AWS::SQS::QueueInlinePolicy" => {
                parts.receiver_policies.extend(self.policy_of("Queues", &["queue_url", "Queue"]));
            }
            "aws_sns_topic_policy" | "AWS::SNS::TopicPolicy" | "AWS::SNS::TopicInlinePolicy" => {
                parts.topic_policies.extend(self.policy_of("Topics", &["arn", "TopicArn"]));
            }
            "aws_kms_key_policy" => parts.key_policies.extend(self.policy_of("", &["key_id"])),
            "aws_kms_key" | "AWS::KMS::Key" => parts.keys.push(self.key()),
            "aws_kms_alias" | "AWS::KMS::Alias" => parts.aliases.push(self.alias()),
            _ => parts.receiver_policies.extend(self.permission()),
        }
    }

    /// What `get-queue-attributes` says.
    pub(super) fn queue_attributes(&self, parts: &mut ChainParts) {
        parts.receivers.push(self.as_receiver("sqs", &["QueueArn"]));
        if let Some(policy) = self.value.get("Policy") {
            parts.receiver_policies.push(self.with_policy(vec![self.queue()], policy));
        }
    }

    fn queue(&self) -> Setting {
        ["arn", "QueueArn"]
            .iter()
            .find_map(|name| self.value.get(name))
            .map(|it| self.reference(it))
            .unwrap_or_default()
    }

    fn as_receiver(&self, protocol: &'static str, names: &[&str]) -> ChainReceiver {
        let name = names.iter().filter_map(|name| self.value.get(name)).find(|it| !it.is_null());
        let name = setting(self.files, name);
        let (scope, address) = (self.scope.clone(), self.address.clone());
        let key = if protocol == "sqs" { self.key_of_messages() } else { Setting::default() };
        ChainReceiver { protocol, name, scope, address, open: None, key }
    }

    /// A policy that is a resource of its own: the names of a list of resources, or of one, that have it.
    fn policy_of(&self, list: &str, one: &[&str]) -> Option<ReceiverPolicy> {
        let list = self.value.get(list).and_then(Value::as_list).unwrap_or_default().iter();
        let one = one.iter().filter_map(|name| self.value.get(name));
        let of: Vec<Setting> = list.chain(one).map(|it| self.reference(it)).collect();
        let policy = ["policy", "PolicyDocument"].iter().find_map(|name| self.value.get(name));
        let open = || {
            let document = Err(AFTER_APPLY.to_owned());
            ReceiverPolicy {
                document,
                ..self.with_policy(Vec::new(), &Value::new(Data::Null, self.value.at))
            }
        };
        let read =
            policy.map(|policy| self.with_policy(Vec::new(), policy)).or_else(|| self.is_plan.then(open));
        read.map(|read| ReceiverPolicy { of, ..read })
    }

    fn key(&self) -> ChainKey {
        let name = ["arn", "key_id"].iter().find_map(|name| self.value.get(name)).filter(|it| !it.is_null());
        let policy = ["policy", "KeyPolicy"].iter().find_map(|name| self.value.get(name));
        ChainKey {
            name: setting(self.files, name),
            scope: self.scope.clone(),
            address: self.address.clone(),
            policy: policy.filter(|it| !it.is_null()).map(|policy| self.with_policy(Vec::new(), policy)),
            open: None,
        }
    }

    fn alias(&self) -> ChainAlias {
        let get = |names: [&str; 2]| names.iter().find_map(|name| self.value.get(name));
        let target = get(["target_key_id", "TargetKeyId"]).map(|it| self.reference(it));
        ChainAlias {
            name: setting(self.files, get(["name", "AliasName"])),
            target: target.unwrap_or_default(),
            scope: self.scope.clone(),
            address: self.address.clone(),
        }
    }

    pub(super) fn with_policy(&self, of: Vec<Setting>, policy: &Value) -> ReceiverPolicy {
        let document = document(policy).map(|it| it.to_string());
        ReceiverPolicy { of, document, scope: self.scope.clone(), open: None }
    }

    /// A permission of a function as a policy.
    fn permission(&self) -> Option<ReceiverPolicy> {
        let get = |of_terraform: &str, of_aws: &str| {
            self.value.get(of_terraform).or_else(|| self.value.get(of_aws)).filter(|it| !it.is_null())
        };
        let text = |value: Option<&Value>| value.map_or(Json::Null, plain);
        let function = get("function_name", "FunctionName")?;
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": { "Service": text(get("principal", "Principal")) },
            "Action": text(get("action", "Action")),
        });
        let mut conditions = serde_json::Map::new();
        if let Some(arn) = get("source_arn", "SourceArn") {
            conditions.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": plain(arn) }));
        }
        if let Some(account) = get("source_account", "SourceAccount") {
            conditions.insert("StringEquals".to_owned(), json!({ "AWS:SourceAccount": plain(account) }));
        }
        if let Some(object) = statement.as_object_mut() {
            object.insert("Condition".to_owned(), conditions.into());
        }
        let document = Ok(json!({ "Statement": [statement] }).to_string());
        Some(ReceiverPolicy {
            of: vec![self.reference(function)],
            document,
            scope: self.scope.clone(),
            open: None,
        })
    }

    /// A reference to a queue or a function, also by its URL or its name.
    pub(super) fn reference(&self, value: &Value) -> Setting {
        let mut found = setting(self.files, Some(value));
        for end in [".url", ".QueueUrl", ".QueueName", ".function_name", ".name", ".key_id", ".KeyId"] {
            found.address = found.address.map(|it| it.strip_suffix(end).unwrap_or(&it).to_owned());
        }
        found
    }
}

/// Reads a policy, and replaces each reference to a resource by an ARN that stands for it. `Err` with the reason if the policy is not known.
fn document(policy: &Value) -> Result<Json, String> {
    match &policy.data {
        Data::Unknown(why) => Err(why.to_string()),
        Data::Text(text) => match &text.encodes {
            Some(value) => Ok(plain(value)),
            None => match (text.first_hole(), text.string.is_empty()) {
                (Some(why), true) => Err(why.to_string()),
                _ => serde_json::from_str(&filled(text)).map_err(|_| match text.first_hole() {
                    Some(why) => why.to_string(),
                    None => "it is no JSON".to_owned(),
                }),
            },
        },
        Data::Map(_) => Ok(plain(policy)),
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::List(_) => Err("it is no JSON".to_owned()),
    }
}

fn plain(value: &Value) -> Json {
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(it) => (*it).into(),
        Data::Number(it) => (*it).into(),
        Data::Text(text) => filled(text).into(),
        Data::List(list) => list.iter().map(plain).collect(),
        Data::Map(map) => map.iter().map(|(key, value)| (key.clone(), plain(value))).collect(),
        Data::Unknown(why) => stand_in(why).into(),
    }
}

/// What a policy has in the place of a text that is not known: what stands for the own account, region or partition, the ARN that stands for
/// a resource, or the reason.
fn stand_in(why: &str) -> String {
    let own = OwnPart::of(why).map(OwnPart::stand_in);
    let reference = || address(why).map(|it| ChainReceiver::stand_in(&it));
    own.or_else(reference).unwrap_or_else(|| ReceiverPolicy::not_known(why))
}

/// The text, with each reference replaced by the ARN that stands for its resource.
fn filled(text: &Text) -> String {
    let (mut out, mut start) = (String::new(), 0);
    for piece in &text.pieces {
        match &piece.origin {
            Origin::Hole(why, _) => {
                out += &stand_in(why);
            }
            Origin::Literal(..) | Origin::Computed(_) => {
                out += text.string.get(start..start + piece.length).unwrap_or_default();
                start += piece.length;
            }
        }
    }
    out
}
