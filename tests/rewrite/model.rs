//! A whole file as one value, by parsers that the rewriter does not use in this way; patterns apart.

use super::host::Kind;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use saphyr_parser::{Event, Parser};
use serde_json::{Value, json};
use std::collections::HashSet;

pub(crate) fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Whether the files are equal except for the patterns, and the patterns are the expected ones.
pub(crate) fn assert_same(
    kind: Kind,
    before: &str,
    after: &str,
    left: &HashSet<String>,
    becomes: &dyn Fn(&str) -> Option<String>,
) -> Result<(), String> {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    let rest = without_patterns(document(kind, before)?, &mut old);
    let new_rest = without_patterns(document(kind, after)?, &mut new);
    if rest != new_rest {
        return Err(format!("the rest differs:\n{rest}\n{new_rest}"));
    }
    if old.len() != new.len() {
        return Err("the number of patterns differs".to_owned());
    }
    let clean = |text: &str| if kind == Kind::Terraform { unix(text).trim().to_owned() } else { unix(text) };
    for (old, new) in old.iter().zip(&new) {
        let (old, new) = (clean(old), clean(new));
        let intended = becomes(&old);
        let is_kept = old == new && (left.contains(&old) || intended.is_none() || old.contains("${"));
        if !is_kept && intended.as_ref() != Some(&new) {
            return Err(format!("{old:?} became {new:?}, not {intended:?}"));
        }
    }
    Ok(())
}

fn document(kind: Kind, text: &str) -> Result<Value, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match kind {
        Kind::Rules => {
            let value: toml::Value = toml::from_str(text).map_err(|error| error.to_string())?;
            serde_json::to_value(value).map_err(|error| error.to_string())
        }
        Kind::Json => serde_json::from_str(text).map_err(|error| error.to_string()),
        Kind::Terraform => {
            hcl_edit::parser::parse_body(text).map_err(|error| error.to_string()).map(|it| body(&it))
        }
        Kind::CloudFormation | Kind::Serverless => yaml(text),
    }
}

/// Removes the value at a pattern's key.
fn without_patterns(value: Value, found: &mut Vec<String>) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(|it| without_patterns(it, found)).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| {
                let is_pattern = ["pattern", "filter_pattern", "FilterPattern", "filterPattern", "filter"]
                    .contains(&key.as_str());
                match value {
                    Value::String(text) if is_pattern => {
                        found.push(text);
                        (key, Value::Null)
                    }
                    other => (key, without_patterns(other, found)),
                }
            })
            .collect(),
        other => other,
    }
}

fn body(body: &Body) -> Value {
    let attributes = body.attributes().map(|it| (it.key.to_string(), expression(&it.value))).collect();
    let blocks: Vec<Value> = body
        .blocks()
        .map(|block| {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            json!([block.ident.as_str(), labels, self::body(&block.body)])
        })
        .collect();
    json!({"attributes": Value::Object(attributes), "blocks": blocks})
}

fn expression(value: &Expression) -> Value {
    match value {
        Expression::String(text) => Value::String(text.as_str().to_owned()),
        Expression::HeredocTemplate(heredoc) => {
            let text: Option<String> =
                heredoc.template.iter().map(|it| it.as_literal().map(|it| it.as_str())).collect();
            let lines = |text: String| {
                let least = text
                    .lines()
                    .filter(|it| !it.trim().is_empty())
                    .map(|it| it.len() - it.trim_start().len());
                let least = least.min().unwrap_or(0);
                text.lines().map(|it| it.get(least..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
            };
            text.map_or_else(|| Value::String(value.to_string()), |text| Value::String(lines(text)))
        }
        Expression::Parenthesis(inner) => expression(inner.inner()),
        Expression::FuncCall(call) => call.args.iter().map(expression).next().unwrap_or_default(),
        other => Value::String(other.to_string().trim().to_owned()),
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    let mut stack: Vec<(Vec<Value>, bool, String)> = vec![(Vec::new(), false, String::new())];
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        match event {
            Event::Scalar(text, _, anchor, tag) => {
                let plain = Value::String(text.into_owned());
                let is_marked = anchor > 0 || tag.is_some();
                let top = stack.last_mut().unwrap();
                // anchors and tags are kept beside the text
                if is_marked {
                    top.2 += &format!("{}:{anchor}{tag:?} ", top.0.len());
                }
                top.0.push(plain);
            }
            Event::Alias(anchor) => stack.last_mut().unwrap().0.push(json!({ "alias": anchor })),
            Event::SequenceStart(anchor, tag) => stack.push((Vec::new(), false, format!("{anchor}{tag:?}"))),
            Event::MappingStart(anchor, tag) => stack.push((Vec::new(), true, format!("{anchor}{tag:?}"))),
            Event::SequenceEnd | Event::MappingEnd => {
                let (items, is_map, marks) = stack.pop().unwrap();
                let value = if is_map {
                    let pairs = items.chunks(2).map(|pair| match &pair[0] {
                        Value::String(key) => (key.clone(), pair[1].clone()),
                        other => (other.to_string(), pair[1].clone()),
                    });
                    json!({"marks": marks, "map": pairs.collect::<serde_json::Map<_, _>>()})
                } else {
                    json!({"marks": marks, "list": items})
                };
                stack.last_mut().unwrap().0.push(value);
            }
            _ => {}
        }
    }
    Ok(Value::Array(stack.pop().unwrap().0))
}
