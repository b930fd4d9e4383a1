//! Generates tests for a rule that has none. For each condition of the pattern they have an event that matches because of the
//! condition, and an event that does not match because of it.
//!
//! [`assign`] goes down from the root to the condition: on the way, the other parts of an `&&` have to be true and those of an `||`
//! false. Each field then has a list of conditions with their outcomes, and [`Candidates`] searches for a value that satisfies
//! all of them. In `{ $.a = 1 && ($.b = 2 || $.c = 3) }`, for `$.b = 2` to decide: `$.a = 1` is true and `$.c = 3` is false.

use super::candidates::{Candidates, Wish};
use super::coverage::conditions;
use super::event;
use super::toml_text::{inline, literal};
use crate::FilterPattern;
use crate::cloudtrail::catalogue::sources_of;
use crate::semantics::Semantics;
use crate::syntax::ast::{
    ColumnCondition, Condition, Expr, Field, Node, Pattern, Selector, Step, Term, TermMode,
};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::fmt::Write;

/// A generated test: an event and the verdict on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedTest {
    /// The name of the test.
    pub name: String,
    /// The message of the log event.
    pub message: String,
    /// The verdict: whether the pattern matches the event.
    pub matches: bool,
    /// The condition that decides the verdict.
    pub because: String,
}

/// Generates tests that cover the conditions of a pattern in the sense of [`coverage`](super::coverage()). Each verdict is checked with
/// the engine and with the reference evaluator. A condition has no test if no event can make it decide, or if the search does not find
/// such an event.
///
/// ```
/// use cwfilter::{FilterPattern, rules};
/// let pattern: FilterPattern = r#"{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }"#.parse()?;
/// let tests = rules::generate(&pattern);
/// let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
/// assert_eq!(names[..2], [r#"by $.eventName = "StopLogging""#, r#"not by $.eventName = "StopLogging""#]);
/// assert!(tests.iter().all(|test| pattern.is_match(&test.message) == test.matches));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn generate(pattern: &FilterPattern) -> Vec<GeneratedTest> {
    let mut tests: Vec<GeneratedTest> = Vec::new();
    let reference = pattern.reference();
    let mut memory = Memory { semantics: pattern.semantics(), fields: HashMap::new() };
    for leaf in 0..conditions(pattern.ast()).len() {
        for matches in [true, false] {
            let Some(message) = message(pattern, leaf, matches, &mut memory) else { continue };
            let explanation = pattern.explain(&message);
            let Some(clause) = explanation
                .clauses()
                .get(leaf)
                .filter(|clause| clause.decides)
                .map(|clause| clause.text.to_owned())
            else {
                continue;
            };
            let name = if matches { format!("by {clause}") } else { format!("not by {clause}") };
            // one event may show several conditions to be false: each of them is a test
            let is_new = tests.iter().all(|test| test.message != message || test.because != clause);
            let is_so = explanation.matched() == matches && reference.is_match(message.as_bytes()) == matches;
            if is_so && is_new {
                tests.push(GeneratedTest { name, message, matches, because: clause });
            }
        }
    }
    tests
}

/// The candidates of each field and column, kept for all tests of a pattern.
struct Memory {
    semantics: Semantics,
    fields: HashMap<String, Candidates>,
}

/// The name of a field, its selector, and its conditions with their required outcomes.
type AskedField<'a> = (String, Selector, Vec<(&'a Condition, bool)>);

fn message(pattern: &FilterPattern, leaf: usize, matches: bool, memory: &mut Memory) -> Option<String> {
    match pattern.ast() {
        Pattern::Json(expr) => {
            let mut wanted = Vec::new();
            assign(expr, leaf, matches, &mut 0, &mut wanted);
            json_event(&wanted, memory).map(|event| event.to_string())
        }
        Pattern::Terms(terms) => Some(line(terms, leaf, matches)),
        Pattern::Space(fields) => columns(fields, leaf, matches, memory),
        Pattern::Everything | Pattern::Regex(_) => None,
    }
}

/// A condition and its required outcome.
type Wanted<'a, C> = (&'a C, bool);

/// Assigns outcomes with which the condition number `leaf` decides the verdict and has the outcome `outcome`. `next` is the number of
/// the first condition of `expr`.
fn assign<'a, C>(
    expr: &'a Node<Expr<C>>,
    leaf: usize,
    outcome: bool,
    next: &mut usize,
    wanted: &mut Vec<Wanted<'a, C>>,
) {
    match &expr.item {
        Expr::Condition(condition) => {
            wanted.push((condition, outcome));
            *next += 1;
        }
        Expr::Group(inner) => assign(inner, leaf, outcome, next, wanted),
        Expr::And(parts) => assign_parts(parts, true, leaf, outcome, next, wanted),
        Expr::Or(parts) => assign_parts(parts, false, leaf, outcome, next, wanted),
    }
}

/// As [`assign`], for the parts of an `&&` or an `||`. `neutral` is the outcome of the parts without the leaf.
fn assign_parts<'a, C>(
    parts: &'a [Node<Expr<C>>],
    neutral: bool,
    leaf: usize,
    outcome: bool,
    next: &mut usize,
    wanted: &mut Vec<Wanted<'a, C>>,
) {
    for part in parts {
        let end = *next + leaves(part);
        if (*next..end).contains(&leaf) {
            assign(part, leaf, outcome, next, wanted);
        } else {
            settle(part, neutral, wanted);
            *next = end;
        }
    }
}

/// Assigns outcomes that make a part without the leaf true or false. For an `&&` to be false, and an `||` to be true, one condition is enough.
fn settle<'a, C>(expr: &'a Node<Expr<C>>, outcome: bool, wanted: &mut Vec<Wanted<'a, C>>) {
    let (parts, takes_all) = match &expr.item {
        Expr::Condition(condition) => return wanted.push((condition, outcome)),
        Expr::Group(inner) => return settle(inner, outcome, wanted),
        Expr::And(parts) => (parts, outcome),
        Expr::Or(parts) => (parts, !outcome),
    };
    let parts = parts.iter().take(if takes_all { parts.len() } else { 1 });
    parts.for_each(|part| settle(part, outcome, wanted));
}

fn leaves<C>(expr: &Node<Expr<C>>) -> usize {
    let mut count = 0;
    expr.item.for_each(&mut |_| count += 1);
    count
}

/// An event whose fields give all conditions their required outcomes. If a field of CloudTrail is among them, the event is a whole record,
/// with ids from AWS's documentation.
fn json_event(wanted: &[Wanted<'_, Condition>], memory: &mut Memory) -> Option<Json> {
    let any = any_key(wanted);
    let mut fields: Vec<AskedField<'_>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (condition, outcome) in wanted {
        let selector = plain(&condition.selector.item, &any);
        let name = selector.to_string();
        let at = *places.entry(name.clone()).or_insert_with(|| {
            fields.push((name, selector, Vec::new()));
            fields.len() - 1
        });
        if let Some((_, _, wishes)) = fields.get_mut(at) {
            wishes.push((condition, *outcome));
        }
    }
    let is_record = fields.iter().any(|(_, selector, _)| {
        let first = selector.steps.first().and_then(Step::key);
        first.is_some_and(|key| matches!(key, "eventName" | "eventSource" | "userIdentity" | "errorCode"))
    });
    let mut event = if is_record { record() } else { json!({}) };
    for (name, selector, wishes) in &fields {
        match value(name, &selector.steps, wishes, memory)? {
            Some(value) => event::set(&mut event, &selector.steps, value).ok()?,
            None => {
                let _ = event::remove(&mut event, &selector.steps);
            }
        }
    }
    let asks = |name: &str| places.contains_key(name);
    if asks("$.eventName") && !asks("$.eventSource") {
        let source = event.get("eventName").and_then(Json::as_str).map(sources_of).and_then(<[_]>::first);
        if let (Some(source), Json::Object(object)) = (source, &mut event) {
            object.insert("eventSource".to_owned(), (*source).into());
        }
    }
    Some(event)
}

fn record() -> Json {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::123456789012:user/alice",
            "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "alice"
        },
        "eventTime": "2026-03-04T10:15:30Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "GetUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.27.0",
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012"
    })
}

/// A key that no condition contains, to replace `.*`.
fn any_key(wanted: &[Wanted<'_, Condition>]) -> String {
    let steps = || wanted.iter().flat_map(|(condition, _)| &condition.selector.item.steps);
    let is_named = |name: &str| steps().any(|step| step.key() == Some(name));
    let mut name = "any".to_owned();
    while is_named(&name) {
        name.push('_');
    }
    name
}

/// The selector with `[0]` for `[*]`, and the key `any` for `.*`.
fn plain(selector: &Selector, any: &str) -> Selector {
    let step = |step: &Step| match step {
        Step::AnyIndex => Step::Index(0),
        Step::AnyKey => Step::Key(any.to_owned()),
        Step::Key(_) | Step::QuotedKey(_) | Step::Index(_) => step.clone(),
    };
    Selector { steps: selector.steps.iter().map(step).collect() }
}

/// A value of one field that gives its conditions the required outcomes. The inner `None`: the event must not have the field.
fn value(
    name: &str,
    steps: &[Step],
    wishes: &[(&Condition, bool)],
    memory: &mut Memory,
) -> Option<Option<Json>> {
    let semantics = memory.semantics;
    let field = memory.fields.entry(name.to_owned()).or_insert_with(|| {
        let steps = steps.to_vec();
        Candidates::new(move |value| {
            let mut event = json!({});
            if let Some(value) = value {
                event::set(&mut event, &steps, value.clone()).ok()?;
            }
            Some(event.to_string())
        })
    });
    let number = |(condition, outcome): &(&Condition, bool)| {
        let predicate = &condition.predicate.item;
        Some((field.condition(predicate, &format!("{{ {name} {predicate} }}"), semantics)?, *outcome))
    };
    let numbers: Vec<Wish> = wishes.iter().map(number).collect::<Option<_>>()?;
    // values that conditions compare with come first, other values after them
    let mut order = Vec::new();
    for (condition, _) in numbers.iter().filter(|(_, outcome)| *outcome) {
        order.extend_from_slice(field.telling(*condition));
    }
    let others = ["other".into(), true.into(), false.into(), 7.into(), Json::Null];
    let plain = usual(name).iter().map(|text| Json::from(*text)).chain(others);
    order.extend(plain.map(|value| field.value(Some(value))));
    for (condition, _) in &numbers {
        order.extend_from_slice(field.telling(*condition));
    }
    order.push(field.value(None));
    field.first(&order, &numbers)
}

/// The values that CloudTrail writes most often into a field.
fn usual(selector: &str) -> &'static [&'static str] {
    match selector {
        "$.eventName" => &["DescribeInstances", "GetUser"],
        "$.eventSource" => &["ec2.amazonaws.com", "s3.amazonaws.com"],
        "$.eventType" => &["AwsApiCall", "AwsConsoleSignIn"],
        "$.userIdentity.type" => &["IAMUser", "AssumedRole", "Root"],
        "$.userIdentity.invokedBy" => &["cloudformation.amazonaws.com"],
        "$.errorCode" => &["AccessDenied", "Client.UnauthorizedOperation"],
        "$.sourceIPAddress" => &["203.0.113.10"],
        "$.awsRegion" => &["us-east-1", "eu-west-1"],
        _ => &[],
    }
}

/// A line with the terms that give the verdict.
fn line(terms: &[Node<Term>], leaf: usize, matches: bool) -> String {
    let all_optional = terms.iter().all(|term| term.item.mode == TermMode::Optional);
    let occurs = |(at, term): (usize, &Node<Term>)| {
        let outcome = if at == leaf { matches } else { !all_optional };
        let occurs = match term.item.mode {
            TermMode::Excluded => !outcome,
            TermMode::Required => outcome,
            TermMode::Optional => outcome && all_optional,
        };
        occurs.then(|| term.item.text.clone())
    };
    let words: Vec<String> = terms.iter().enumerate().filter_map(occurs).collect();
    if words.is_empty() { "an event".to_owned() } else { words.join(" ") }
}

/// A line whose columns give the verdict.
fn columns(fields: &[Node<Field>], leaf: usize, matches: bool, memory: &mut Memory) -> Option<String> {
    let mut next = 0;
    let mut texts = Vec::new();
    for field in fields {
        let condition = match &field.item {
            Field::Conditioned { condition, .. } => condition,
            Field::Unnamed | Field::Named(_) => {
                texts.push("-".to_owned());
                continue;
            }
            Field::Ellipsis => continue,
        };
        let count = leaves(condition);
        let mut wanted = Vec::new();
        if (next..next + count).contains(&leaf) {
            assign(condition, leaf - next, matches, &mut 0, &mut wanted);
        } else {
            settle(condition, true, &mut wanted);
        }
        next += count;
        texts.push(column(&wanted, memory)?);
    }
    Some(texts.join(" "))
}

fn column(wanted: &[Wanted<'_, ColumnCondition>], memory: &mut Memory) -> Option<String> {
    let semantics = memory.semantics;
    let name = wanted.first().map(|(condition, _)| condition.name.item.clone()).unwrap_or_default();
    let column = memory.fields.entry(name).or_insert_with(|| Candidates::new(|value| value.map(token)));
    let number = |(condition, outcome): &Wanted<'_, ColumnCondition>| {
        Some((column.condition(&condition.predicate.item, &format!("[{condition}]"), semantics)?, *outcome))
    };
    let numbers: Vec<Wish> = wanted.iter().map(number).collect::<Option<_>>()?;
    let mut order = Vec::new();
    for (condition, _) in &numbers {
        order.extend_from_slice(column.telling(*condition));
    }
    order.extend(["other", "7"].map(|value| column.value(Some(value.into()))));
    column.first(&order, &numbers)?.as_ref().map(token)
}

/// A value as the text of a column.
fn token(value: &Json) -> String {
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.contains(' ') || text.is_empty() { format!("\"{text}\"") } else { text }
}

/// The tests as text for a rule file, to be put after the rule.
///
/// ```
/// use cwfilter::rules::{generate, to_toml};
/// let text = to_toml(&generate(&"ERROR".parse()?));
/// assert!(text.starts_with("\n[[rule.test]]\nname = \"by ERROR\"\nlog = \"ERROR\"\nexpect = \"match\"\n"));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn to_toml(tests: &[GeneratedTest]) -> String {
    let mut out = String::new();
    for test in tests {
        let expect = if test.matches { "match" } else { "no-match" };
        let _ = write!(
            out,
            "\n[[rule.test]]\nname = {}\n{}\nexpect = \"{expect}\"\nbecause = {}\n",
            literal(&test.name),
            event_line(&test.message),
            literal(&test.because),
        );
    }
    out
}

/// The event as a table. An event with a null is written as a line, because TOML has no null.
fn event_line(message: &str) -> String {
    let event: Result<Json, _> = serde_json::from_str(message);
    match event.ok().filter(Json::is_object).and_then(|event| toml::Value::try_from(event).ok()) {
        Some(table) => format!("event = {}", inline(&table)),
        None => format!("log = {}", literal(message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_covered_both_ways() {
        for text in [
            r#"{ $.eventSource = "iam.amazonaws.com" && ($.eventName = "CreateUser" || $.eventName = "DeleteUser") && $.errorCode NOT EXISTS }"#,
            r#"{ $.eventName = "ConsoleLogin" && ($.additionalEventData.MFAUsed != "Yes" || $.additionalEventData.MFAUsed NOT EXISTS) }"#,
            r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#,
            r#"{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*") && $.eventName != "HeadBucket" }"#,
            "{ $.readOnly IS FALSE && $.n IS NULL && $.bytes > 10 && $.items[*].id = 5 }",
            "ERROR -timeout",
            "?ERROR ?FATAL",
            r#"[ip, user, status = 4* && status != 404, bytes > 1000, ...]"#,
        ] {
            let pattern: FilterPattern = text.parse().unwrap();
            let tests = generate(&pattern);
            for (at, matches) in (0..conditions(pattern.ast()).len()).flat_map(|at| [(at, true), (at, false)])
            {
                let covered = tests.iter().any(|test| {
                    let explanation = pattern.explain(&test.message);
                    explanation.matched() == matches
                        && explanation.clauses().get(at).is_some_and(|clause| clause.decides)
                });
                assert!(covered, "{text}: condition {at}, {matches}: {tests:#?}");
            }
        }
    }
}
