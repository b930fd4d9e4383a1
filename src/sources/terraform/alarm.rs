//! `aws_cloudwatch_metric_alarm`, `aws_cloudwatch_composite_alarm` and `aws_cloudwatch_log_metric_filter`, for the lints of alarms.

use super::scope::{Evaluator, Scope};
use super::syntax::{Block, Expr, ExprKind, span_of};
use crate::alarm::Missing;
use crate::metric_settings::{
    AlarmActions, AlarmResources, ChainParts, Feed, Host, Located, LocatedAlarm, LocatedComposite,
    LocatedFilter, Value as Member,
};
use crate::sources::alarm::{self, Metrics, Part, with_names};
use crate::sources::value::{Data, Origin, Value};
use crate::span::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Element, Template};
use std::str::FromStr;

/// What one instance of a block is for alarms. `value` is the body of the block, evaluated.
/// `key` is that of the instance.
pub(super) fn read(
    evaluator: &Evaluator<'_>,
    block: &Block,
    value: &Value,
    key: &str,
    scope: &Scope,
) -> AlarmResources {
    let files = evaluator.files;
    let text = &files.text(block.body.at.file).text;
    let is_root = scope.instance.arguments.is_none();
    let resource = Resource { text, block, value, is_root };
    let mut read = AlarmResources::default();
    match block.label(0) {
        "aws_cloudwatch_metric_alarm" => read.alarms.push(resource.alarm()),
        "aws_cloudwatch_composite_alarm" => read.composites.push(resource.composite()),
        "aws_cloudwatch_log_metric_filter" => read.filters.push(resource.filter()),
        _ => {}
    }
    resource.chain(evaluator, key, scope, &mut read.chain);
    read
}

struct Resource<'a> {
    text: &'a str,
    block: &'a Block,
    value: &'a Value,
    /// Whether the folder is evaluated by itself, with the defaults of its variables.
    is_root: bool,
}

impl Resource<'_> {
    /// Adds the resource to the parts of the chain after metric filters.
    fn chain(&self, evaluator: &Evaluator<'_>, key: &str, scope: &Scope, parts: &mut ChainParts) {
        let (kind, label) = (self.block.label(0), self.block.label(1));
        let module = &scope.instance.address;
        let resource = alarm::Resource {
            files: evaluator.files,
            value: self.value,
            name: format!("{module}{label}"),
            scope: scope.instance.root.display().to_string(),
            address: format!("{module}{kind}.{label}{key}"),
            is_plan: false,
            placement: evaluator.placement(self.block, self.value, scope),
        };
        parts.listed.extend(alarm::kind_of(kind).map(|kind| resource.listed(kind, key)));
        match kind {
            "aws_cloudwatch_metric_alarm" => {
                let mut alarm = resource.alarm();
                self.given(&mut alarm.actions);
                parts.alarms.push(alarm);
            }
            "aws_cloudwatch_composite_alarm" => {
                let mut composite = resource.composite();
                self.given(&mut composite.actions);
                parts.composites.push(composite);
            }
            "aws_sns_topic" => parts.topics.push(resource.topic()),
            "aws_sns_topic_subscription" => parts.subscriptions.push(resource.subscription()),
            _ if alarm::is_receiver(kind) => resource.receiver(kind, parts),
            _ => {}
        }
    }

    /// An empty list that is only the default of a variable is not known: a caller of the module gives the actions.
    fn given(&self, actions: &mut AlarmActions) {
        if actions.targets.is_empty() && actions.unknown.is_none() && self.is_given("alarm_actions") {
            let why = "`alarm_actions` is empty only with the values that are known here";
            actions.unknown = Some(why.to_owned());
        }
    }

    /// A member that is set.
    fn get(&self, member: &str) -> Option<&Value> {
        self.value.get(member).filter(|value| !value.is_null())
    }

    fn written(&self, member: &str) -> Option<&Expr> {
        self.block.body.attribute(member)
    }

    fn span(&self, member: &str) -> Span {
        self.written(member).map_or(self.block.label_span, expr_span)
    }

    fn parsed<T: FromStr>(&self, member: &str) -> Option<T> {
        parsed(self.get(member)?)
    }

    fn member(&self, name: &str) -> Member {
        self.of(self.get(name), self.written(name))
    }

    /// A text if it is known, else the expression as it is written. A reference to a filter of the folder that has one instance stays
    /// a reference, which says more than the text.
    fn of(&self, value: Option<&Value>, written: Option<&Expr>) -> Member {
        let Some(value) = value else { return Member::Unset };
        let span = written.map_or(value.at.span, expr_span);
        let expression = span.of(self.text).trim();
        let known = value.to_string().filter(|_| !(self.is_root && is_filter(expression)));
        match known {
            Some(text) => Member::Text(Located { text, span }),
            None => Member::Expression(Located { text: expression.to_owned(), span }),
        }
    }

    fn alarm(&self) -> LocatedAlarm {
        match alarm::metrics(self.value) {
            Metrics::One(value) => Resource { value: &value, ..*self }.alarm_on(None),
            Metrics::Other(what) => self.alarm_on(Some(what)),
            Metrics::None => self.alarm_on(None),
        }
    }

    /// An alarm on one metric, or on something else that is not modelled.
    fn alarm_on(&self, other: Option<&'static str>) -> LocatedAlarm {
        let mut alarm = LocatedAlarm::new(Host::Terraform, self.block.label(1), self.block.label_span);
        alarm.alarm_name = self.member("alarm_name");
        (alarm.namespace, alarm.metric_name) = (self.member("namespace"), self.member("metric_name"));
        let statistic = self.get("statistic").or_else(|| self.get("extended_statistic"));
        alarm.statistic = statistic.and_then(parsed);
        alarm.period = self.parsed("period");
        alarm.period_span = self.span("period");
        alarm.threshold = self.get("threshold").and_then(number);
        alarm.threshold_span = self.span("threshold");
        alarm.comparison = self.parsed("comparison_operator");
        alarm.missing = self.get("treat_missing_data").map_or(Some(Missing::Missing), parsed);
        alarm.dimensions = keys(self.get("dimensions"));
        alarm.unit = self.member("unit");
        (alarm.has_actions, alarm.actions_enabled) = (self.has_actions(), self.actions_enabled());
        let has_block = |name| self.get(name).is_some_and(|it| it.as_list().is_none_or(|it| !it.is_empty()));
        alarm.unmodelled = if self.get("threshold_metric_id").is_some() {
            Some("anomaly detection")
        } else if has_block("evaluation_criteria") {
            Some("a PromQL query")
        } else {
            other
        };
        alarm
    }

    /// Whether some state has an action. Unknown if a list is, or if it is empty only as the default of a variable: a caller of the
    /// module gives the actions.
    fn has_actions(&self) -> Option<bool> {
        let has = |name: &&str| match self.get(name).map(|value| &value.data) {
            None if self.is_given(name) => None,
            None => Some(false),
            Some(Data::List(list)) if list.is_empty() && self.is_given(name) => None,
            Some(Data::List(list)) => Some(!list.is_empty()),
            Some(_) => None,
        };
        let lists = ["alarm_actions", "ok_actions", "insufficient_data_actions"];
        if lists.iter().any(|name| has(name) == Some(true)) {
            return Some(true);
        }
        lists.iter().all(|name| has(name).is_some()).then_some(false)
    }

    /// Whether a caller of the module may give another value.
    fn is_given(&self, member: &str) -> bool {
        let is_literal = |expr: &Expr| match &expr.kind {
            ExprKind::Hcl(expression) => {
                matches!(unwrapped(expression), Expression::Null(_) | Expression::Array(_))
            }
            ExprKind::Json(node) => node.as_text().is_none_or(|text| !text.contains("${")),
        };
        self.is_root && self.written(member).is_some_and(|expr| !is_literal(expr))
    }

    fn actions_enabled(&self) -> Option<bool> {
        self.get("actions_enabled").map_or(Some(true), parsed)
    }

    fn composite(&self) -> LocatedComposite {
        let at = self.span("alarm_rule");
        let mut composite = LocatedComposite::new(self.block.label(1), "", at);
        composite.host = Host::Terraform;
        composite.alarm_name = self.member("alarm_name").text().map(str::to_owned);
        let written = match self.written("alarm_rule").map(|expr| &expr.kind) {
            Some(ExprKind::Hcl(expression)) => parts(self.text, unwrapped(expression)),
            Some(ExprKind::Json(_)) | None => None,
        };
        let value = self.get("alarm_rule");
        let evaluated = || value.and_then(|value| self.evaluated_parts(value));
        composite.rule = written.or_else(evaluated).and_then(|parts| with_names(&parts));
        composite.written = at.of(self.text).to_owned();
        // the names of alarms may be only in the value
        if let Some(text) = value.and_then(Value::to_text) {
            composite.written += &format!("\n{}", text.string);
        }
        (composite.has_actions, composite.actions_enabled) = (self.has_actions(), self.actions_enabled());
        composite
    }

    /// The parts of an evaluated text: what is not known is a reference, by its text.
    fn evaluated_parts(&self, value: &Value) -> Option<Vec<Part>> {
        let Data::Text(text) = &value.data else { return None };
        let (mut parts, mut start) = (Vec::new(), 0);
        for piece in &text.pieces {
            match &piece.origin {
                Origin::Hole(_, at) if at.file == self.block.body.at.file => {
                    parts.push(Part::Reference(at.span.of(self.text).trim().to_owned()));
                }
                Origin::Hole(..) => return None,
                Origin::Literal(..) | Origin::Computed(_) => {
                    let end = start + piece.length;
                    parts.push(Part::Literal(text.string.get(start..end)?.to_owned()));
                    start = end;
                }
            }
        }
        Some(parts)
    }

    fn filter(&self) -> LocatedFilter {
        let list = self.value.get("metric_transformation");
        let first = list.and_then(|list| list.as_list().map_or(Some(list), <[Value]>::first));
        let body = self.block.body.blocks.iter().find(|block| block.kind == "metric_transformation");
        let get = |name: &str| first.and_then(|it| it.get(name)).filter(|value| !value.is_null());
        let member = |name: &str| self.of(get(name), body.and_then(|block| block.body.attribute(name)));
        LocatedFilter {
            resource: self.block.label(1).to_owned(),
            name: self.member("name"),
            namespace: member("namespace"),
            metric_name: member("name"),
            feed: Feed {
                value: get("value").and_then(parsed),
                default: match get("default_value") {
                    None => Some(None),
                    Some(value) => parsed(value).map(Some),
                },
                unit: unit(get("unit")),
                dimensions: keys(get("dimensions")).and_then(|mut names| {
                    names.extend(texts(self.get("emit_system_field_dimensions"))?);
                    Some(names)
                }),
            },
        }
    }
}

/// Whether an expression is a member of a metric filter without an index.
fn is_filter(expression: &str) -> bool {
    let inner = expression.trim_matches('"').trim_start_matches("${");
    let rest = inner.trim_start().strip_prefix("aws_cloudwatch_log_metric_filter.");
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    rest.is_some_and(|rest| rest.trim_start_matches(is_name).starts_with('.'))
}

fn parsed<T: FromStr>(value: &Value) -> Option<T> {
    value.to_string()?.trim().parse().ok()
}

/// A number; NaN if it is a text that is no number.
fn number(value: &Value) -> Option<f64> {
    value.to_string().map(|text| text.trim().parse().unwrap_or(f64::NAN))
}

/// The unit that a filter publishes. `None` if it is not known.
fn unit(value: Option<&Value>) -> Option<String> {
    let text = value.map_or_else(|| Some(String::new()), Value::to_string)?;
    Some(if text.is_empty() { "None".to_owned() } else { text })
}

/// The keys of a map. `None` if some are not known.
fn keys(value: Option<&Value>) -> Option<Vec<String>> {
    let Some(value) = value else { return Some(Vec::new()) };
    value.as_map().map(|map| map.keys().cloned().collect())
}

/// The texts of a list. `None` if some are not known.
fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    let Some(value) = value else { return Some(Vec::new()) };
    value.as_list()?.iter().map(Value::to_string).collect()
}

fn unwrapped(expression: &Expression) -> &Expression {
    match expression {
        Expression::Parenthesis(inner) => unwrapped(inner.inner()),
        other => other,
    }
}

/// The parts of a text with interpolations.
fn parts(text: &str, expression: &Expression) -> Option<Vec<Part>> {
    let of_template = |template: &Template| -> Option<Vec<Part>> {
        let parts = template.iter().map(|element| match element {
            Element::Literal(literal) => Some(Part::Literal(literal.to_string())),
            Element::Interpolation(it) => {
                Some(Part::Reference(span_of(it.expr.span()).of(text).trim().to_owned()))
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

fn expr_span(expr: &Expr) -> Span {
    match &expr.kind {
        ExprKind::Hcl(expression) => span_of(unwrapped(expression).span()),
        ExprKind::Json(node) => node.span,
    }
}
