//! `aws_cloudwatch_metric_alarm`, `aws_cloudwatch_composite_alarm` and `aws_cloudwatch_log_metric_filter`.

use super::rule_parts::{Part, with_names};
use crate::alarm::Missing;
use crate::metric_settings::{
    AlarmResources, Feed, Host, Located, LocatedAlarm, LocatedComposite, LocatedFilter, Value,
};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::{Element, Template};

pub(super) fn read(text: &str) -> AlarmResources {
    let mut read = AlarmResources::default();
    let Ok(body) = hcl_edit::parser::parse_body(text) else { return read };
    for block in body.blocks().filter(|block| block.ident.as_str() == "resource") {
        let [kind, name] = block.labels.as_slice() else { continue };
        let resource = Resource { text, block, name: name.as_str(), span: span(name.span()) };
        match kind.as_str() {
            "aws_cloudwatch_metric_alarm" => read.alarms.push(resource.alarm()),
            "aws_cloudwatch_composite_alarm" => read.composites.push(resource.composite()),
            "aws_cloudwatch_log_metric_filter" => read.filters.push(resource.filter()),
            _ => {}
        }
    }
    read
}

struct Resource<'a> {
    text: &'a str,
    block: &'a Block,
    name: &'a str,
    span: Span,
}

impl Resource<'_> {
    fn get(&self, member: &str) -> Option<&Expression> {
        attribute(&self.block.body, member)
    }

    fn value(&self, member: &str) -> Value {
        value(self.text, self.get(member))
    }

    fn alarm(&self) -> LocatedAlarm {
        let mut alarm = LocatedAlarm::new(Host::Terraform, self.name, self.span);
        alarm.alarm_name = self.value("alarm_name");
        (alarm.namespace, alarm.metric_name) = (self.value("namespace"), self.value("metric_name"));
        let statistic = self.get("statistic").or_else(|| self.get("extended_statistic"));
        alarm.statistic = statistic.and_then(literal).and_then(|text| text.parse().ok());
        alarm.period = self.get("period").and_then(literal).and_then(|text| text.parse().ok());
        alarm.period_span = self.get("period").map_or(self.span, expression_span);
        alarm.threshold = self.get("threshold").and_then(literal).and_then(|text| text.parse().ok());
        alarm.threshold_span = self.get("threshold").map_or(self.span, expression_span);
        alarm.comparison =
            self.get("comparison_operator").and_then(literal).and_then(|text| text.parse().ok());
        alarm.missing = match self.get("treat_missing_data") {
            None => Some(Missing::Missing),
            Some(expression) => literal(expression).and_then(|text| text.parse().ok()),
        };
        alarm.dimensions = keys(self.get("dimensions"));
        alarm.has_actions = self.has_actions();
        alarm.actions_enabled = self.actions_enabled();
        let has_block = |name: &str| {
            self.block.body.blocks().any(|block| {
                let is_dynamic = block.ident.as_str() == "dynamic";
                let label = block.labels.first().map(|label| label.as_str());
                block.ident.as_str() == name || is_dynamic && label == Some(name)
            })
        };
        alarm.unmodelled =
            if self.get("threshold_metric_id").is_some_and(|it| !matches!(it, Expression::Null(_))) {
                Some("anomaly detection")
            } else if has_block("metric_query") {
                Some("metric math")
            } else if has_block("evaluation_criteria") {
                Some("a PromQL query")
            } else {
                None
            };
        alarm
    }

    /// Whether some state has an action; unknown if a list is computed.
    fn has_actions(&self) -> Option<bool> {
        let lists = ["alarm_actions", "ok_actions", "insufficient_data_actions"].map(|name| self.get(name));
        let counts = lists.map(|list| match list {
            None | Some(Expression::Null(_)) => Some(0),
            Some(Expression::Array(list)) => Some(list.len()),
            Some(_) => None,
        });
        if counts.iter().flatten().any(|count| *count > 0) {
            return Some(true);
        }
        counts.iter().all(Option::is_some).then_some(false)
    }

    fn actions_enabled(&self) -> Option<bool> {
        match self.get("actions_enabled") {
            None | Some(Expression::Null(_)) => Some(true),
            Some(expression) => literal(expression)?.parse().ok(),
        }
    }

    fn composite(&self) -> LocatedComposite {
        let rule = self.get("alarm_rule");
        let at = rule.map_or(self.span, expression_span);
        let mut composite = LocatedComposite::new(self.name, "", at);
        composite.host = Host::Terraform;
        composite.rule = rule.and_then(|rule| with_names(&parts(self.text, rule)?));
        composite.written = at.of(self.text).to_owned();
        (composite.has_actions, composite.actions_enabled) = (self.has_actions(), self.actions_enabled());
        composite
    }

    fn filter(&self) -> LocatedFilter {
        let body = self.block.body.get_blocks("metric_transformation").next().map(|block| &block.body);
        let member = |name: &str| body.and_then(|body| attribute(body, name));
        let number = |expression: &Expression| literal(expression).and_then(|text| text.parse::<f64>().ok());
        LocatedFilter {
            resource: self.name.to_owned(),
            name: self.value("name"),
            namespace: value(self.text, member("namespace")),
            metric_name: value(self.text, member("name")),
            feed: Feed {
                value: member("value").and_then(number),
                default: match member("default_value") {
                    None | Some(Expression::Null(_)) => Some(None),
                    Some(expression) => number(expression).map(Some),
                },
                dimensions: keys(member("dimensions")),
            },
        }
    }
}

fn attribute<'a>(body: &'a Body, member: &str) -> Option<&'a Expression> {
    body.get_attribute(member).map(|attribute| unwrapped(&attribute.value))
}

fn unwrapped(expression: &Expression) -> &Expression {
    match expression {
        Expression::Parenthesis(inner) => unwrapped(inner.inner()),
        other => other,
    }
}

fn value(text: &str, expression: Option<&Expression>) -> Value {
    let Some(expression) = expression else { return Value::Unset };
    let span = expression_span(expression);
    match literal(expression) {
        Some(text) => Value::Text(Located { text, span }),
        None if matches!(expression, Expression::Null(_)) => Value::Unset,
        None => Value::Expression(Located { text: span.of(text).trim().to_owned(), span }),
    }
}

/// A text, a number or a truth value, as Terraform turns it into a text.
fn literal(expression: &Expression) -> Option<String> {
    match unwrapped(expression) {
        Expression::String(text) => Some(text.value().clone()),
        Expression::Number(number) => Some(number.value().to_string()),
        Expression::Bool(is) => Some(is.value().to_string()),
        _ => None,
    }
}

/// The keys of a map. `None` if some are not known.
fn keys(expression: Option<&Expression>) -> Option<Vec<String>> {
    match expression {
        None | Some(Expression::Null(_)) => Some(Vec::new()),
        Some(Expression::Object(object)) => object
            .iter()
            .map(|(key, _)| match key {
                ObjectKey::Ident(ident) => Some(ident.to_string()),
                ObjectKey::Expression(expression) => literal(expression),
            })
            .collect(),
        Some(_) => None,
    }
}

/// The parts of a text with interpolations.
fn parts(text: &str, expression: &Expression) -> Option<Vec<Part>> {
    let of_template = |template: &Template| -> Option<Vec<Part>> {
        let parts = template.iter().map(|element| match element {
            Element::Literal(literal) => Some(Part::Literal(literal.to_string())),
            Element::Interpolation(it) => {
                Some(Part::Reference(expression_span(&it.expr).of(text).trim().to_owned()))
            }
            Element::Directive(_) => None,
        });
        parts.collect()
    };
    match expression {
        Expression::String(text) => Some(vec![Part::Literal(text.value().clone())]),
        Expression::StringTemplate(template) => of_template(template),
        Expression::HeredocTemplate(heredoc) => of_template(&heredoc.template),
        Expression::FuncCall(call) if matches!(call.name.name.as_str(), "trimspace" | "chomp") => {
            parts(text, call.args.iter().next()?)
        }
        _ => None,
    }
}

fn expression_span(expression: &Expression) -> Span {
    span(expression.span())
}

fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::default(), |range| Span::new(range.start, range.end))
}
