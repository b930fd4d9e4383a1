//! Whether a topic may send to a queue or a function that is subscribed to it. Confirmed is not enough: the policy of the receiver has to let
//! the topic send (SNS developer guide, "Fanout to Amazon SQS queues" and "Fanout to Lambda functions").

use super::asked::Writer;
use super::keys::{Encrypted, usable};
use super::links::LinkState;
use crate::metric_settings::{
    ChainParts, ChainReceiver, ChainSubscription, OwnPart, ReceiverPolicy, Setting,
};
use crate::policy::{Request, Verdict, verdict};

const SNS: &str = "sns.amazonaws.com";

/// `Err` with the state of the link and the reason, if it is not shown that a message of the topic reaches the endpoint.
pub(super) fn delivery(
    it: &ChainSubscription,
    topic: &Setting,
    scope: &str,
    parts: &ChainParts,
) -> Result<(), (LinkState, String)> {
    let open = |why: String| Err((LinkState::NotInInput, why));
    let (what, action) = match it.protocol.as_str() {
        "sqs" => ("queue", "sqs:SendMessage"),
        "lambda" => ("function", "lambda:InvokeFunction"),
        "firehose" => {
            return open("whether its role lets the topic write to the stream is not judged".to_owned());
        }
        _ => return Ok(()),
    };
    let mut of_kind = parts.receivers.iter().filter(|receiver| receiver.protocol == it.protocol);
    let receiver = of_kind.find(|receiver| is_it(&it.endpoint, &it.scope, receiver));
    let policies: Vec<&ReceiverPolicy> =
        parts.receiver_policies.iter().filter(|policy| is_of(policy, it, receiver)).collect();
    if let Some(why) = receiver.and_then(|it| it.open.as_ref()) {
        return open(format!("its {what}: {why}"));
    }
    if policies.is_empty() {
        return open(match receiver {
            None => format!("its {what} is not in the input, and neither is the policy of it"),
            Some(_) => format!("no policy that lets the topic send to the {what} is in the input"),
        });
    }
    let sources = spellings(&it.topic, &it.scope, parts).chain(spellings(topic, scope, parts));
    let mut sources: Vec<String> = sources.collect();
    sources.sort();
    sources.dedup();
    let resources: Vec<String> = arns(&it.endpoint, receiver).collect();
    // a function has a policy for each permission, and one of them is enough
    let mut best: Option<(LinkState, String)> = None;
    for policy in policies {
        let Err(found) = judged(policy, action, &sources, &resources, what) else {
            return readable(receiver, &sources, parts);
        };
        if best.as_ref().is_none_or(|known| found.0 < known.0) {
            best = Some(found);
        }
    }
    best.map_or(Ok(()), Err)
}

/// Whether SNS may use the key of a queue.
fn readable(
    receiver: Option<&ChainReceiver>,
    sources: &[String],
    parts: &ChainParts,
) -> Result<(), (LinkState, String)> {
    let Some(receiver) = receiver else { return Ok(()) };
    let it = Encrypted { what: "the queue", key: &receiver.key, scope: &receiver.scope };
    let of = |source: &String| {
        let account = account_of(source);
        let by = Writer { name: "SNS", service: SNS, source, account: &account };
        usable(&it, by, parts)
    };
    // a topic has several spellings, and a policy has one of them
    let found: Vec<_> = sources.iter().map(of).collect();
    let best = found.into_iter().min_by_key(|it| it.as_ref().err().map(|(state, _)| *state));
    best.unwrap_or(Ok(()))
}

/// The account of a topic: that of the configuration that it is a part of.
fn account_of(source: &str) -> String {
    match source.starts_with(&ChainReceiver::stand_in("")) {
        true => OwnPart::Account.stand_in(),
        false => source.split(':').nth(4).unwrap_or_default().to_owned(),
    }
}

fn judged(
    policy: &ReceiverPolicy,
    action: &str,
    sources: &[String],
    resources: &[String],
    what: &str,
) -> Result<(), (LinkState, String)> {
    let open = |why: String| Err((LinkState::NotInInput, why));
    if let Some(why) = &policy.open {
        return open(format!("the policy of the {what}: {why}"));
    }
    let document = match &policy.document {
        Ok(document) => document,
        Err(why) => return open(format!("the policy of the {what} is not known: {why}")),
    };
    let mut verdicts = Vec::new();
    for source in sources {
        let account = account_of(source);
        for resource in resources {
            let request = Request { service: SNS, action, resource, source, account: &account };
            verdicts.push(verdict(document, request));
        }
    }
    // a resource has several spellings, and the policy has one of them
    let is_denied = verdicts.iter().any(|it| matches!(it, Verdict::Denied(_)));
    if !is_denied && verdicts.contains(&Verdict::Allowed) {
        return Ok(());
    }
    let unknown = verdicts.iter().find(|it| matches!(it, Verdict::Unknown(_)));
    if let Some(Verdict::Unknown(part)) = unknown.filter(|_| !is_denied) {
        return open(format!("whether the policy of the {what} lets the topic send is not known: {part}"));
    }
    let is_known = |arn: &String| arn.starts_with("arn:") && !arn.contains(":-:");
    let is_whole = !document.contains("arn:-:")
        && matches!((sources, resources), ([source], [resource]) if is_known(source) && is_known(resource));
    let why = format!("the policy of the {what} does not let the topic send");
    match is_whole {
        true => Err((LinkState::Broken, why)),
        false => open(format!("{why}, as far as the input says")),
    }
}

/// Whether a setting names a queue or a function.
fn is_it(setting: &Setting, scope: &str, receiver: &ChainReceiver) -> bool {
    let is_address = setting.address.as_ref() == Some(&receiver.address) && scope == receiver.scope;
    let name = receiver.name.text.as_deref();
    let is_arn = || arn_of(setting).is_some_and(|arn| Some(arn.as_str()) == name);
    // the name of a resource of the configuration, and an ARN or a name for it
    let is_name = || {
        let own = name.filter(|name| !name.starts_with("arn:"));
        let said = setting.text.as_deref().map(|text| text.rsplit([':', '/']).next().unwrap_or(text));
        own.is_some() && own == said
    };
    !receiver.address.is_empty() && is_address || is_arn() || is_name()
}

/// Whether a policy is that of the endpoint of a subscription.
fn is_of(policy: &ReceiverPolicy, it: &ChainSubscription, receiver: Option<&ChainReceiver>) -> bool {
    policy.of.iter().any(|of| {
        let is_same = of.is_same(&it.endpoint)
            || of.address.is_some() && of.address == it.endpoint.address && policy.scope == it.scope
            || arn_of(of).is_some() && arn_of(of) == arn_of(&it.endpoint);
        is_same || receiver.is_some_and(|receiver| is_it(of, &policy.scope, receiver))
    })
}

/// An ARN, or the ARN of the queue of a URL.
fn arn_of(setting: &Setting) -> Option<String> {
    let text = setting.text.as_deref()?;
    if text.starts_with("arn:") {
        return Some(text.to_owned());
    }
    let (host, path) = text.strip_prefix("https://sqs.")?.split_once('/')?;
    let ((region, domain), (account, name)) = (host.split_once('.')?, path.split_once('/')?);
    let partition = if domain.ends_with(".cn") { "aws-cn" } else { "aws" };
    Some(format!("arn:{partition}:sqs:{region}:{account}:{name}"))
}

/// How a policy may name the endpoint.
fn arns(endpoint: &Setting, receiver: Option<&ChainReceiver>) -> impl Iterator<Item = String> {
    let address = endpoint.address.as_deref().or(receiver.map(|it| it.address.as_str()));
    let stand_in = address.filter(|it| !it.is_empty()).map(ChainReceiver::stand_in);
    let name = receiver.and_then(|it| arn_of(&it.name));
    let mut all: Vec<String> = arn_of(endpoint).into_iter().chain(stand_in).chain(name).collect();
    all.dedup();
    all.into_iter()
}

/// How a policy may name a topic: its ARN, a reference to it, or its name with parts that are not known.
pub(super) fn spellings(topic: &Setting, scope: &str, parts: &ChainParts) -> impl Iterator<Item = String> {
    let mut all: Vec<String> = topic.text.iter().cloned().collect();
    let known =
        parts.topics.iter().find(|it| Some(&it.address) == topic.address.as_ref() && it.scope == scope);
    all.extend(topic.address.as_deref().map(ChainReceiver::stand_in));
    if let Some(name) = known.and_then(|it| it.name.text.as_deref()) {
        all.push(if name.starts_with("arn:") { name.to_owned() } else { format!("arn:-:sns:-:-:{name}") });
    }
    let declared = parts.topics.iter().filter(|it| {
        !it.address.is_empty()
            && Some(it.name.text.as_ref()) == Some(topic.text.as_ref())
            && topic.text.is_some()
    });
    all.extend(declared.map(|it| ChainReceiver::stand_in(&it.address)));
    all.into_iter()
}
