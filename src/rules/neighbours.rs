//! Events near those of a rule's tests. If two similar patterns differ on some event, they likely differ on one of these.

use super::event;
use crate::syntax::ast::{Condition, Expr, Pattern, Predicate, Selector, Step, Value};
use serde_json::Value as Json;

/// The usual values of a field.
type Usual = fn(&str) -> &'static [&'static str];

/// The messages; and for a JSON pattern each message with one field changed, and with two, to values that the conditions distinguish.
/// At most about `limit` events, those with one change before those with two.
pub(super) fn neighbours<'a>(
    messages: impl Iterator<Item = &'a str>,
    pattern: &Pattern,
    usual: Usual,
    limit: usize,
) -> Vec<String> {
    let messages: Vec<String> = messages.map(str::to_owned).collect();
    let mut all = messages.clone();
    match json(pattern) {
        Some(expr) => add_events(&messages, &changes(expr, usual), limit, &mut all),
        None => add_lines(&messages, &texts(pattern), &mut all),
    }
    all.truncate(limit);
    all
}

/// The expression of a JSON pattern.
fn json(pattern: &Pattern) -> Option<&Expr<Condition>> {
    match pattern {
        Pattern::Json(expr) => Some(&expr.item),
        Pattern::Everything | Pattern::Terms(_) | Pattern::Regex(_) | Pattern::Space(_) => None,
    }
}

/// Adds each JSON message, and an empty object, with one change and with two.
fn add_events(messages: &[String], changes: &[Change], limit: usize, all: &mut Vec<String>) {
    let mut bases: Vec<Json> = messages.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    bases.push(Json::Object(serde_json::Map::new()));
    let mut once: Vec<(usize, Json)> = Vec::new();
    for base in &bases {
        for (at, change) in changes.iter().enumerate() {
            if once.len() >= limit {
                break;
            }
            once.extend(change.on(base).map(|event| (at, event)));
        }
    }
    all.extend(once.iter().map(|(_, event)| event.to_string()));
    for (at, event) in &once {
        for second in changes.iter().skip(at + 1) {
            if all.len() >= limit {
                return;
            }
            all.extend(second.on(event).map(|event| event.to_string()));
        }
    }
}

/// Adds each message with a column more and one less; with a term added, removed, and in another case; and each term alone.
fn add_lines(messages: &[String], texts: &[String], all: &mut Vec<String>) {
    for message in messages {
        all.extend([format!("{message} x"), format!("x {message}")]);
        all.extend(message.rsplit_once(' ').map(|(rest, _)| rest.to_owned()));
        all.extend(message.split_once(' ').map(|(_, rest)| rest.to_owned()));
        for text in texts {
            all.push(format!("{message} {text}"));
            all.push(message.replace(text.as_str(), ""));
            all.push(message.replace(text.as_str(), &text.to_lowercase()));
            all.push(message.replace(text.as_str(), &text.to_uppercase()));
        }
    }
    all.extend_from_slice(texts);
}

/// A change of one field. The value `None` removes the field.
struct Change {
    selector: Selector,
    value: Option<Json>,
}

impl Change {
    fn on(&self, base: &Json) -> Option<Json> {
        let mut event = base.clone();
        match &self.value {
            Some(value) => event::set(&mut event, &self.selector.steps, value.clone()).ok()?,
            None => event::remove(&mut event, &self.selector.steps).ok()?,
        }
        Some(event)
    }
}

fn changes(expr: &Expr<Condition>, usual: Usual) -> Vec<Change> {
    let mut fields: Vec<(Selector, Vec<Json>)> = Vec::new();
    expr.for_each(&mut |condition| {
        let selector = &condition.selector.item;
        if selector.steps.iter().any(Step::is_wildcard) {
            return;
        }
        let at = fields.iter().position(|(known, _)| known == selector).unwrap_or_else(|| {
            let known = usual(&selector.to_string()).iter().map(|it| Json::from(*it));
            let others = ["other".into(), 0.into(), true.into(), false.into(), Json::Null];
            fields.push((selector.clone(), known.chain(others).collect()));
            fields.len() - 1
        });
        if let Some((_, values)) = fields.get_mut(at) {
            telling(&condition.predicate.item, values);
        }
    });
    let each = fields.into_iter().flat_map(|(selector, values)| {
        let values = values.into_iter().map(Some).chain([None]);
        values.map(move |value| Change { selector: selector.clone(), value }).collect::<Vec<_>>()
    });
    each.collect()
}

/// Adds the values that are equal to, or near, the value that a predicate compares with.
pub(super) fn telling(predicate: &Predicate, values: &mut Vec<Json>) {
    let mut add = |value: Json| {
        if !values.contains(&value) {
            values.push(value);
        }
    };
    match predicate {
        Predicate::Compare(_, value) => match &value.item {
            Value::Quoted(text) | Value::Bare(text) => {
                for text in [text.clone(), text.to_lowercase(), text.to_uppercase()] {
                    for near in [
                        text.replace('*', ""),
                        text.replace('*', "x"),
                        format!("x{}x", text.replace('*', "x")),
                    ] {
                        add(near.into());
                    }
                }
            }
            Value::Number(number) => {
                add(number.lexeme.clone().into());
                number.lexeme.parse::<f64>().into_iter().for_each(|number| add(number.into()));
            }
            // each alternative of the expression, read as a text
            Value::Regex(regex) => {
                for alternative in regex.body.split('|') {
                    let text = alternative.trim_start_matches('^').trim_end_matches('$').replace(".*", "x");
                    add(text.replace('\\', "").into());
                }
            }
        },
        Predicate::Order(_, number) => {
            for near in number
                .item
                .lexeme
                .parse::<f64>()
                .into_iter()
                .flat_map(|number| [number - 1.0, number, number + 1.0])
            {
                add(near.into());
            }
        }
        Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {}
    }
}

fn texts(pattern: &Pattern) -> Vec<String> {
    match pattern {
        Pattern::Terms(terms) => terms.iter().map(|term| term.item.text.clone()).collect(),
        Pattern::Everything | Pattern::Regex(_) | Pattern::Json(_) | Pattern::Space(_) => Vec::new(),
    }
}
