//! `AWS::CloudWatch::Alarm`, `AWS::CloudWatch::CompositeAlarm` and `AWS::Logs::MetricFilter`.

use super::chain::Resource as Evaluation;
use super::listed::kind_of;
use super::one_metric::is_reference_to_own_account;
use super::receivers::is_receiver;
use super::rule_parts::{Part, with_names};
use crate::alarm::Missing;
use crate::metric_settings::{
    AlarmResources, ChainParts, Feed, Host, Located, LocatedAlarm, LocatedComposite, LocatedFilter,
    Placement, Value,
};
use crate::sources::document::{Content, DocumentNode};
use crate::sources::intrinsic::Template;
use crate::sources::made::Made;
use crate::sources::value::Value as Evaluated;
use std::str::FromStr;

/// The resources of one document.
pub(super) fn read(template: &Template<'_>, document: &DocumentNode, read: &mut AlarmResources) {
    visit(template, document, None, read);
}

/// Resources at any depth. `key` is the key of the node: the logical id of a resource.
fn visit(
    template: &Template<'_>,
    node: &DocumentNode,
    key: Option<&DocumentNode>,
    read: &mut AlarmResources,
) {
    match &node.content {
        Content::Scalar(..) | Content::Alias(_) => {}
        Content::Sequence(list) => list.iter().for_each(|item| visit(template, item, None, read)),
        Content::Mapping(map) => {
            if let (Some(key), Some(kind)) = (key, node.get("Type").and_then(DocumentNode::as_text)) {
                let name = key.as_text().unwrap_or_default();
                let resource = Resource { template, key, name, node: node.get("Properties") };
                resource.chain(kind, &template.made(node), &mut read.chain);
                match kind {
                    "AWS::CloudWatch::Alarm" => read.alarms.push(resource.alarm()),
                    "AWS::CloudWatch::CompositeAlarm" => read.composites.push(resource.composite()),
                    "AWS::Logs::MetricFilter" => read.filters.push(resource.filter()),
                    _ => {}
                }
            }
            map.iter().for_each(|(key, value)| visit(template, value, Some(key), read));
        }
    }
}

struct Resource<'a> {
    template: &'a Template<'a>,
    key: &'a DocumentNode,
    name: &'a str,
    node: Option<&'a DocumentNode>,
}

impl Resource<'_> {
    fn get(&self, member: &str) -> Option<&DocumentNode> {
        self.node?.get(member)
    }

    /// The metric of the alarm's `Metrics`, if only one query returns data, it is of the alarm's own account, and none is an expression.
    fn query(&self) -> Option<&DocumentNode> {
        let queries = self.get("Metrics")?.as_list();
        let returns = |query: &DocumentNode| {
            query
                .get("ReturnData")
                .map_or(Some(true), |node| self.literal(node)?.to_ascii_lowercase().parse().ok())
        };
        let mut returning = queries.iter().filter(|query| returns(query) != Some(false));
        let (query, more) = (returning.next()?, returning.next());
        let is_math = queries.iter().any(|query| query.get("Expression").is_some());
        let is_own = |node: &DocumentNode| is_reference_to_own_account(&self.template.value(node));
        let is_one = more.is_none() && !is_math && query.get("AccountId").is_none_or(is_own);
        query.get("MetricStat").filter(|_| is_one && returns(query) == Some(true))
    }

    /// A member of an alarm on a metric, also of one that names it in `Metrics`.
    fn of_metric(&self, member: &str) -> Option<&DocumentNode> {
        let Some(stat) = self.query() else { return self.get(member) };
        match member {
            "Namespace" | "MetricName" | "Dimensions" => stat.get("Metric")?.get(member),
            "Statistic" => stat.get("Stat"),
            "Period" | "Unit" => stat.get(member),
            _ => self.get(member),
        }
    }

    /// Adds the resource to the parts of the chain after metric filters.
    fn chain(&self, kind: &str, made: &Made, parts: &mut ChainParts) {
        let listed = kind_of(kind);
        if listed.is_none() && !is_receiver(kind) {
            return;
        }
        // a queue may have no settings
        let empty = DocumentNode::empty();
        let Some(node) = self.node.or(listed.is_none().then_some(&empty)) else { return };
        let files = self.template.files;
        let (value, address) = (self.template.value(node), self.name.to_owned());
        let scope = files.text(self.template.file).path.display().to_string();
        let name = address.clone();
        let resource = Evaluation {
            files,
            value: &value,
            name,
            scope,
            address,
            is_plan: false,
            placement: Placement::default(),
        };
        let mut read = ChainParts::default();
        match kind {
            "AWS::CloudWatch::Alarm" => read.alarms.push(resource.alarm()),
            "AWS::CloudWatch::CompositeAlarm" => read.composites.push(resource.composite()),
            "AWS::SNS::Topic" => {
                read.topics.push(resource.topic());
                read.subscriptions.extend(resource.own_subscriptions());
            }
            "AWS::SNS::Subscription" => read.subscriptions.push(resource.subscription()),
            _ if is_receiver(kind) => resource.receiver(kind, &mut read),
            _ => {}
        }
        read.listed.extend(listed.map(|listed| resource.listed(listed, "")));
        read.listed.extend(resource.own_listed());
        if let Some(why) = made.why_open() {
            read.is_open(why);
        }
        parts.extend(if made.is_absent() { read.not_made("its condition is false") } else { read });
    }

    fn alarm(&self) -> LocatedAlarm {
        let mut alarm = LocatedAlarm::new(Host::CloudFormation, self.name, self.key.span);
        let value = |member| self.value(self.of_metric(member));
        alarm.alarm_name = value("AlarmName");
        (alarm.namespace, alarm.metric_name) = (value("Namespace"), value("MetricName"));
        alarm.statistic = self
            .of_metric("Statistic")
            .or_else(|| self.of_metric("ExtendedStatistic"))
            .and_then(|node| self.parsed(node));
        alarm.period = self.of_metric("Period").and_then(|node| self.parsed(node));
        alarm.period_span = self.of_metric("Period").map_or(self.key.span, |node| node.span);
        alarm.threshold = self.get("Threshold").and_then(|node| self.number(node));
        alarm.threshold_span = self.get("Threshold").map_or(self.key.span, |node| node.span);
        alarm.comparison = self.get("ComparisonOperator").and_then(|node| self.parsed(node));
        alarm.missing = self.get("TreatMissingData").map_or(Some(Missing::Missing), |node| self.parsed(node));
        alarm.dimensions = self.dimensions(self.of_metric("Dimensions"), "Name");
        alarm.unit = value("Unit");
        (alarm.has_actions, alarm.actions_enabled) = (self.has_actions(), self.actions_enabled());
        alarm.unmodelled = if self.get("ThresholdMetricId").is_some() {
            Some("anomaly detection")
        } else if self.get("EvaluationCriteria").is_some() {
            Some("a PromQL query")
        } else {
            self.get("Metrics").filter(|_| self.query().is_none()).map(|_| "metric math")
        };
        alarm
    }

    /// Whether some state has an action; unknown if a list or an entry is computed in a way that may leave nothing.
    fn has_actions(&self) -> Option<bool> {
        let lists = ["AlarmActions", "OKActions", "InsufficientDataActions"].map(|name| self.get(name));
        let mut is_known = true;
        for list in lists.into_iter().flatten() {
            let Content::Sequence(list) = &list.content else {
                is_known = false;
                continue;
            };
            for action in list {
                let written = expression(action);
                if written.contains("AWS::NoValue") || written.contains("Fn::If") || written.contains("!If") {
                    is_known = false;
                } else {
                    return Some(true);
                }
            }
        }
        is_known.then_some(false)
    }

    fn actions_enabled(&self) -> Option<bool> {
        self.get("ActionsEnabled")
            .map_or(Some(true), |node| self.literal(node)?.to_ascii_lowercase().parse().ok())
    }

    fn composite(&self) -> LocatedComposite {
        let rule = self.get("AlarmRule");
        let at = rule.map_or(self.key.span, |node| node.span);
        let mut composite = LocatedComposite::new(self.name, "", at);
        composite.host = Host::CloudFormation;
        composite.alarm_name = self.value(self.get("AlarmName")).text().map(str::to_owned);
        let evaluated = |rule| self.literal(rule).map(|text| vec![Part::Literal(text)]);
        composite.rule = rule.and_then(|rule| with_names(&parts(rule).or_else(|| evaluated(rule))?));
        composite.written = rule.map(expression).unwrap_or_default();
        (composite.has_actions, composite.actions_enabled) = (self.has_actions(), self.actions_enabled());
        composite
    }

    fn filter(&self) -> LocatedFilter {
        let transformation =
            self.get("MetricTransformations").map(|list| list.as_list().first().unwrap_or(list));
        let member = |name: &str| transformation.and_then(|it| it.get(name));
        LocatedFilter {
            resource: self.name.to_owned(),
            name: self.value(self.get("FilterName")),
            namespace: self.value(member("MetricNamespace")),
            metric_name: self.value(member("MetricName")),
            feed: Feed {
                value: member("MetricValue").and_then(|node| self.parsed(node)),
                default: match member("DefaultValue") {
                    None => Some(None),
                    Some(node) => self.parsed(node).map(Some),
                },
                unit: member("Unit").map_or_else(|| Some("None".to_owned()), |node| self.literal(node)),
                dimensions: self.dimensions(member("Dimensions"), "Key").and_then(|mut names| {
                    names.extend(self.system_fields()?);
                    Some(names)
                }),
            },
        }
    }

    /// A text that is known: functions and the references to parameters with defaults are evaluated.
    fn literal(&self, node: &DocumentNode) -> Option<String> {
        let is_whole = |text: &String| !text.contains("${") && !text.contains("{{");
        self.template.value(node).to_string().filter(is_whole)
    }

    fn parsed<T: FromStr>(&self, node: &DocumentNode) -> Option<T> {
        self.literal(node)?.trim().parse().ok()
    }

    /// A number; NaN if it is a text that is no number.
    fn number(&self, node: &DocumentNode) -> Option<f64> {
        self.literal(node).map(|text| text.trim().parse().unwrap_or(f64::NAN))
    }

    fn value(&self, node: Option<&DocumentNode>) -> Value {
        let Some(node) = node else { return Value::Unset };
        let span = node.span;
        match self.literal(node) {
            Some(text) => Value::Text(Located { text, span }),
            None => Value::Expression(Located { text: expression(node), span }),
        }
    }

    /// `EmitSystemFieldDimensions`. `None` if some are not known.
    fn system_fields(&self) -> Option<Vec<String>> {
        let Some(node) = self.get("EmitSystemFieldDimensions") else { return Some(Vec::new()) };
        self.template.value(node).as_list()?.iter().map(Evaluated::to_string).collect()
    }

    /// The names of dimensions. `None` if some are not known.
    fn dimensions(&self, node: Option<&DocumentNode>, member: &str) -> Option<Vec<String>> {
        let Some(node) = node else { return Some(Vec::new()) };
        let value = self.template.value(node);
        value.as_list()?.iter().map(|item| item.get(member).and_then(Evaluated::to_string)).collect()
    }
}

/// An expression in one spelling: `!Ref x` for `{"Ref": "x"}`, too. The span of a node is not enough: that of a map may be its
/// first byte only.
fn expression(node: &DocumentNode) -> String {
    let tag = node.tag.as_deref().map(|tag| format!("{tag} ")).unwrap_or_default();
    let list = |items: Vec<String>| items.join(", ");
    match &node.content {
        Content::Scalar(text, _) => format!("{tag}{text}"),
        Content::Alias(anchor) => format!("*{anchor}"),
        Content::Sequence(items) => format!("{tag}[{}]", list(items.iter().map(expression).collect())),
        Content::Mapping(map) => match map.as_slice() {
            [(key, value)] if key.as_text() == Some("Ref") => format!("!Ref {}", expression(value)),
            [(key, value)] if key.as_text() == Some("Fn::Sub") => format!("!Sub {}", expression(value)),
            _ => {
                let members =
                    map.iter().map(|(key, value)| format!("{}: {}", expression(key), expression(value)));
                format!("{tag}{{{}}}", list(members.collect()))
            }
        },
    }
}

/// The parts of a text, or of the text of `Fn::Sub`.
fn parts(node: &DocumentNode) -> Option<Vec<Part>> {
    let text = match (&node.content, node.tag.as_deref()) {
        (Content::Scalar(text, _), Some("!Sub")) => text,
        (Content::Scalar(text, _), _) if !node.is_tagged() && !text.contains("${") => {
            return Some(vec![Part::Literal(text.clone())]);
        }
        (Content::Mapping(_), _) => node.get("Fn::Sub")?.as_text()?,
        _ => return None,
    };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        parts.push(Part::Literal(literal.to_owned()));
        parts.push(Part::Reference(name.trim().to_owned()));
        rest = after;
    }
    parts.push(Part::Literal(rest.to_owned()));
    Some(parts)
}
