//! Queues and functions that topics send to, and the policies that let them: `aws_sqs_queue`, `aws_sqs_queue_policy`, `aws_lambda_function`,
//! `aws_lambda_permission`, and the same of CloudFormation.

use super::chain::Resource;
use super::settings::{address, setting};
use crate::metric_settings::{ChainParts, ChainReceiver, ReceiverPolicy, Setting};
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
                let list = self.value.get("Queues").and_then(Value::as_list).unwrap_or_default().iter();
                let one = ["queue_url", "Queue"].iter().filter_map(|name| self.value.get(name));
                let of = list.chain(one).map(|it| self.reference(it)).collect();
                let policy = ["policy", "PolicyDocument"].iter().find_map(|name| self.value.get(name));
                parts.receiver_policies.extend(policy.map(|policy| self.with_policy(of, policy)));
            }
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
        ChainReceiver { protocol, name, scope, address, open: None }
    }

    fn with_policy(&self, of: Vec<Setting>, policy: &Value) -> ReceiverPolicy {
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
    fn reference(&self, value: &Value) -> Setting {
        let mut found = setting(self.files, Some(value));
        for end in [".url", ".QueueUrl", ".QueueName", ".function_name", ".name"] {
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

/// What a policy has in the place of a text that is not known: the ARN that stands for a resource, or the reason.
fn stand_in(why: &str) -> String {
    address(why).map_or_else(|| ReceiverPolicy::not_known(why), |it| ChainReceiver::stand_in(&it))
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
