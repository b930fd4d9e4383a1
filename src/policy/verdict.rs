//! Whether a policy lets a service do something, such as CloudWatch for an alarm: the logic of IAM, as far as it is known what the request says.
//!
//! IAM User Guide, "Policy evaluation logic": a statement that denies wins, and without one that allows nothing is allowed. `None` is
//! the answer to a question about an element or a condition that is not modelled.

use super::document::{many, statements};
use crate::metric_settings::{ChainReceiver, OwnPart, ReceiverPolicy};
use crate::semantics::Wildcard;
use crate::wildcard::WildcardPattern;
use serde_json::Value;

/// Of an ARN.
const ARN_PARTS: usize = 6;

/// The service principal of CloudWatch's alarms.
pub(crate) const CLOUDWATCH: &str = "cloudwatch.amazonaws.com";

/// A request that a service makes for a resource: CloudWatch for an alarm, SNS for a topic.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The principal of the service.
    pub(crate) service: &'a str,
    /// As `sns:Publish`.
    pub(crate) action: &'a str,
    /// The ARN of the topic, the key or the queue; empty if it is not known.
    pub(crate) resource: &'a str,
    /// The ARN of the alarm or the topic.
    pub(crate) source: &'a str,
    /// Its account.
    pub(crate) account: &'a str,
}

/// The answer of a policy to a request, with the statements that decide it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// A statement denies it, whatever other statements say.
    Denied(String),
    /// No statement allows it.
    NotAllowed,
    /// A statement has an element or a condition that is not known or not modelled.
    Unknown(Open),
    Allowed,
}

/// A statement that is not known as a whole, or not modelled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Open {
    pub(crate) statement: String,
    /// Why a part of it is not known. `None` if it is not modelled.
    pub(crate) why: Option<String>,
}

impl Open {
    fn of(number: usize, statement: &Value) -> Self {
        Open { statement: name(number, statement), why: why_not_known(statement) }
    }
}

impl std::fmt::Display for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let statement = &self.statement;
        match &self.why {
            Some(why) => write!(f, "{statement} has a part that is not known: {why}"),
            None => write!(f, "{statement} has a part that is not judged"),
        }
    }
}

/// Why a part of a statement is not known.
fn why_not_known(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => ReceiverPolicy::why_not_known(text).map(str::to_owned),
        Value::Array(list) => list.iter().find_map(why_not_known),
        Value::Object(map) => map.values().find_map(why_not_known),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The verdict of a policy.
pub(crate) fn verdict(policy: &str, request: Request<'_>) -> Verdict {
    let Some(statements) = statements(policy) else {
        return Verdict::Unknown(Open { statement: "the text".to_owned(), why: None });
    };
    let (mut is_allowed, mut unknown_allow, mut unknown_deny) = (false, None, None);
    for (number, statement) in (1..).zip(&statements) {
        let holds = applies(statement, request);
        match (statement.get("Effect").and_then(Value::as_str), holds) {
            (Some("Deny"), Some(true)) => return Verdict::Denied(name(number, statement)),
            (Some("Allow"), Some(true)) => is_allowed = true,
            (Some("Allow"), None) => unknown_allow = Some(Open::of(number, statement)),
            (Some("Deny"), None) => unknown_deny = Some(Open::of(number, statement)),
            // it may be the one or the other
            (Some(effect), Some(true) | None) if effect.contains("${") => {
                unknown_allow = Some(Open::of(number, statement));
                unknown_deny.clone_from(&unknown_allow);
            }
            _ => {}
        }
    }
    let unknown = if is_allowed { unknown_deny } else { unknown_allow };
    unknown.map_or(if is_allowed { Verdict::Allowed } else { Verdict::NotAllowed }, Verdict::Unknown)
}

/// A statement, as a sentence names it.
fn name(number: usize, statement: &Value) -> String {
    match statement.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty()) {
        Some(sid) => format!("the statement `{sid}`"),
        None => format!("statement {number}, which has no `Sid`,"),
    }
}

fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let answers: Vec<_> = answers.into_iter().collect();
    if answers.contains(&Some(false)) {
        Some(false)
    } else {
        answers.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
    }
}

fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    all(answers.into_iter().map(|it| Some(!it?))).map(|it| !it)
}

/// Whether a statement is about a request.
fn applies(statement: &Value, request: Request<'_>) -> Option<bool> {
    let action = |value: &Value| like(value, request.action, true);
    let resource = |value: &Value| like(value, request.resource, false);
    let conditions = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let conditions = conditions.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| condition(operator, &key.to_ascii_lowercase(), values, request))
    });
    let elements = [
        element(statement, "Action", Some(false), action),
        element(statement, "Principal", Some(false), |it| is_principal(it, request.service)),
        // the policy's own resource
        element(statement, "Resource", Some(true), resource),
    ];
    all(elements.into_iter().chain(conditions))
}

/// Whether an element of a statement or its negation, such as `NotAction`, takes a request.
fn element(
    statement: &Value,
    name: &str,
    absent: Option<bool>,
    is: impl Fn(&Value) -> Option<bool>,
) -> Option<bool> {
    let one = |name: &str| statement.get(name).map(|value| any(many(Some(value)).into_iter().map(&is)));
    match (one(name), one(&format!("Not{name}"))) {
        (Some(is), None) => is,
        (None, Some(is)) => Some(!is?),
        (None, None) => absent,
        // AWS refuses both
        (Some(_), Some(_)) => None,
    }
}

/// Whether a principal is this service, or all. `{"AWS": "*"}` is all, too.
pub(super) fn is_principal(principal: &Value, service: &str) -> Option<bool> {
    let has = |kind: &str, name: &str| many(principal.get(kind)).into_iter().any(|it| it == name);
    let is = principal == "*" || has("AWS", "*") || has("Service", "*") || has("Service", service);
    // one that is not known may be all
    let is_open = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("${"));
    let mut types = principal.as_object().into_iter().flat_map(|it| it.values());
    let is_known = !is_open(principal) && !types.any(|list| many(Some(list)).into_iter().any(is_open));
    (is || is_known).then_some(is)
}

/// Whether a text is as a pattern with `*` says; variables and `?` are not modelled.
fn like(pattern: &Value, text: &str, ignores_case: bool) -> Option<bool> {
    let pattern = pattern.as_str()?;
    let case = |text: &str| if ignores_case { text.to_ascii_lowercase() } else { text.to_owned() };
    let is =
        |pattern: &str| WildcardPattern::new(&case(pattern), Wildcard::Glob).is_match(case(text).as_bytes());
    match pattern {
        _ if pattern.contains("${") => None,
        "*" => Some(true),
        _ if text.is_empty() => None,
        // `*` takes all that `?` takes, and more
        _ if pattern.contains('?') => Some(false).filter(|_| !is(&pattern.replace('?', "*"))),
        _ if is(pattern) => Some(true),
        _ => by_parts(pattern, text, is_open_part(pattern) || is_open_part(text)),
    }
}

/// Whether a text has a part that is known only at deployment. Such a part stands for a text.
fn is_open_part(text: &str) -> bool {
    OwnPart::is_in(text) || text.split(':').any(|part| part == "-")
}

/// Whether a pattern takes a text, if it does not take the stand-ins that one of them has.
fn by_parts(pattern: &str, text: &str, is_open: bool) -> Option<bool> {
    let of_resource = |it: &str| it.starts_with(&ChainReceiver::stand_in(""));
    match (is_open, of_resource(pattern), of_resource(text)) {
        // two resources of a configuration
        (false, ..) | (true, true, true) => return Some(false),
        (true, true, false) | (true, false, true) => return None,
        (true, false, false) => {}
    }
    let (patterns, texts): (Vec<&str>, Vec<&str>) =
        (pattern.splitn(ARN_PARTS, ':').collect(), text.splitn(ARN_PARTS, ':').collect());
    if patterns.len() < ARN_PARTS || texts.len() < ARN_PARTS {
        return None;
    }
    let part = |(at, (pattern, text)): (usize, (&&str, &&str))| {
        let is = WildcardPattern::new(pattern, Wildcard::Glob).is_match(text.as_bytes());
        let is_open = is_open_part(pattern) || is_open_part(text);
        // the partition follows from the region
        (is || at == 1 && is_open).then_some(true).or((!is_open).then_some(false))
    };
    all(patterns.iter().zip(&texts).enumerate().map(part))
}

/// Whether a condition holds. Modelled are the keys that requests of services have (IAM User Guide, "AWS global condition context keys"; SNS:
/// `aws:SourceOwner` of the default policy) and operators on texts, ARNs and booleans.
fn condition(operator: &str, key: &str, values: &Value, request: Request<'_>) -> Option<bool> {
    let text = match key {
        "aws:sourcearn" => request.source,
        "aws:sourceaccount" | "aws:sourceowner" => request.account,
        "aws:securetransport" | "aws:principalisawsservice" => "true",
        "aws:principalservicename" => request.service,
        _ => return None,
    };
    // for a key that is there with one value these say the same
    let operator = operator.rsplit(':').next().unwrap_or_default();
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    let positive = operator.replacen("Not", "", 1);
    let one = |value: &Value| {
        let bare = match value {
            Value::Bool(it) => Value::String(it.to_string()),
            other => other.clone(),
        };
        let literal = bare.as_str().filter(|it| !it.contains("${"));
        match positive.as_str() {
            "StringEquals" => literal.and_then(|it| equals(it, text)),
            "StringEqualsIgnoreCase" => {
                literal.and_then(|it| equals(&it.to_ascii_lowercase(), &text.to_ascii_lowercase()))
            }
            "Bool" => literal.map(|it| it.eq_ignore_ascii_case(text)),
            "StringLike" => like(&bare, text, false),
            "ArnEquals" | "ArnLike" => arn_like(&bare, text),
            // the key is there
            "Null" => literal.map(|it| it == "false"),
            _ => None,
        }
    };
    let is = any(many(Some(values)).into_iter().map(one))?;
    Some(is == (positive == operator))
}

/// Whether two texts are equal. `None` if one of them is known only at deployment.
fn equals(value: &str, text: &str) -> Option<bool> {
    let is_known = !text.is_empty() && !is_open_part(text) && !is_open_part(value);
    (value == text).then_some(true).or(is_known.then_some(false))
}

/// The six parts of an ARN are compared one by one (IAM User Guide, "ARN condition operators").
fn arn_like(pattern: &Value, arn: &str) -> Option<bool> {
    let whole = like(pattern, arn, false);
    let parts = |text: &str| text.splitn(ARN_PARTS, ':').map(Value::from).collect::<Vec<_>>();
    let patterns = parts(pattern.as_str()?);
    if patterns.len() < ARN_PARTS {
        // what AWS makes of fewer parts is not documented
        return whole.filter(|is| !is || pattern == "*");
    }
    if is_open_part(arn) || pattern.as_str().is_some_and(is_open_part) {
        return whole;
    }
    let texts = arn.splitn(ARN_PARTS, ':');
    all(patterns.iter().zip(texts).map(|(pattern, text)| like(pattern, text, false)))
}
