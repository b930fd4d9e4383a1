//! CloudFormation, SAM, Serverless, CDK, Ansible, Pulumi, SSM documents, input files and answers of the AWS CLI: finds filters in
//! documents of YAML and JSON.

use super::document::{Content, DocumentNode, ScalarForm, compare};
use super::error::SourceError;
use super::files::Files;
use super::filter::{self, FilterScope, FilterSettings, Found, MetricSettings};
use super::hosted::{HostedPattern, Unread, UnreadModule};
use super::intrinsic::{Template, anchors};
use super::literal::LiteralSyntax;
use super::made::Made;
use super::repeated::RepeatedKey;
use super::replacement::Replacement;
use super::transformation::{api_metric, plain_metric};
use super::value::{Data, FileId, Place, Value};
use super::{alarm, command, nested, policy, state};
use crate::metric_settings::{AlarmResources, Placement};
use crate::span::Span;
use std::collections::HashMap;

/// The filters of a file.
pub(super) fn read(
    files: &Files<'_>,
    file: FileId,
    is_json: bool,
    resources: &mut AlarmResources,
    repeated: &mut Vec<RepeatedKey>,
    unread: &mut Vec<UnreadModule>,
) -> Result<Vec<Found>, SourceError> {
    let source = files.text(file);
    let (documents, keys) = Files::templates(&source.text, is_json)?;
    repeated.extend(keys);
    let mut found = Vec::new();
    for document in &documents {
        let template = Template::new(files, file, document, anchors(&documents));
        if state::is_state(document) {
            state::read(&template.literal(), document, &mut found, resources);
            continue;
        }
        alarm::read(&template, document, resources);
        unread.extend(nested::unread(&template, document));
        let literal = Template::new(files, file, document, anchors(&documents)).literal();
        alarm::answers(&literal, document, resources);
        let is_answer =
            ["metricFilters", "subscriptionFilters"].iter().any(|list| document.get(list).is_some());
        let mut visit = Visit { template: &template, found: &mut found, made: Made::Yes, is_answer };
        visit.node(document, &mut Vec::new());
    }
    refuse_shared(&documents, file, &mut found);
    Ok(found)
}

/// Whether two texts of a template differ only in the literals that are replaced.
pub(super) fn same(
    before: &str,
    after: &str,
    replacements: &HashMap<Span, &Replacement>,
    is_json: bool,
) -> Result<(), usize> {
    let read = |text| Files::templates(text, is_json).map(|(documents, _)| documents);
    let old = read(before).map_err(|error| error.offset)?;
    // the text will not be written, so a place in it would not help
    let new = read(after).map_err(|_| 0_usize)?;
    if old.len() != new.len() {
        return Err(0);
    }
    old.iter().zip(&new).try_for_each(|(old, new)| compare(old, new, replacements))
}

/// A pattern is not rewritten if an alias also uses its text where it is not a pattern.
fn refuse_shared(documents: &[DocumentNode], file: FileId, found: &mut [Found]) {
    let mut aliases: HashMap<Span, usize> = HashMap::new();
    for anchored in found.iter().filter_map(|(_, hosted)| hosted.alias_of) {
        *aliases.entry(anchored).or_default() += 1;
    }
    let nodes = anchors(documents);
    let mut uses: HashMap<usize, usize> = HashMap::new();
    let mut rest: Vec<&DocumentNode> = documents.iter().collect();
    while let Some(node) = rest.pop() {
        if let Content::Alias(anchor) = node.content {
            *uses.entry(anchor).or_default() += 1;
        }
        rest.extend(node.as_list());
        rest.extend(node.as_map().iter().flat_map(|(key, value)| [key, value]));
    }
    for (anchor, uses) in &uses {
        let Some(node) = nodes.get(anchor) else { continue };
        if *uses > aliases.get(&node.span).copied().unwrap_or(0) {
            for (_, hosted) in found.iter_mut().filter(|(of, it)| *of == file && it.literal == node.span) {
                let why = "an alias puts its text where it is no pattern, which would change too";
                hosted.syntax = LiteralSyntax::Fixed(why.into());
            }
        }
    }
}

struct Visit<'a, 'f> {
    template: &'a Template<'a>,
    found: &'f mut Vec<Found>,
    /// Whether the resource is made that the node is a part of.
    made: Made,
    /// Whether the document is the answer of `describe-metric-filters` or `describe-subscription-filters`.
    is_answer: bool,
}

/// Keys that give the type of a resource, and not its name.
const STRUCTURE: [&str; 8] = [
    "Properties",
    "properties",
    "Parameters",
    "parameters",
    "Events",
    "events",
    "metricFilters",
    "cloudwatchLog",
];

/// Members of the declaration of a parameter, and of a property in a schema.
const DECLARING: [&str; 8] =
    ["type", "Type", "$ref", "shape", "default", "Default", "description", "Description"];

impl<'a> Visit<'a, '_> {
    /// Finds every value with a filter pattern, at any depth. `path` has the keys above.
    fn node(&mut self, node: &'a DocumentNode, path: &mut Vec<&'a str>) {
        if node.as_map().is_empty() {
            self.commands(node, path);
            node.as_list().iter().for_each(|item| self.node(item, path));
            return;
        }
        let outer = self.made.clone();
        if node.get("Type").is_some() {
            self.made = outer.and(self.template.made(node));
        }
        let name = path.iter().rev().find(|key| !STRUCTURE.contains(key)).copied().unwrap_or_default();
        self.filter(node, name);
        self.without_pattern(node, path);
        self.arguments(node, name, path);
        self.policy(node, name);
        self.serverless(node, name);
        self.pulumi(node, name);
        self.alert(node, name, path);
        for (key, value) in node.as_map() {
            path.push(key.as_text().unwrap_or_default());
            self.node(value, path);
            path.pop();
        }
        self.made = outer;
    }

    /// Patterns in commands and in programs.
    fn commands(&mut self, node: &'a DocumentNode, path: &[&str]) {
        let name = path.iter().rev().find(|key| !STRUCTURE.contains(key)).copied().unwrap_or_default();
        for pattern in command::arguments(node.as_list()) {
            self.add(name, node, pattern, None, None);
        }
        let Some(text) = self.template.files.scalar(self.template.file, node) else { return };
        let at = Place::new(self.template.file, node.span);
        for pattern in command::patterns(&text, at, path.last().copied().unwrap_or_default()) {
            let (name, log_group, metric, provider) = (name.to_owned(), None, None, String::new());
            let (is_trimmed, made, scope) = (false, self.made.clone(), FilterScope::default());
            let settings = FilterSettings {
                name,
                pattern,
                log_group,
                metric,
                at,
                is_trimmed,
                made,
                provider,
                placement: Placement::default(),
                scope,
            };
            filter::add(self.template.files, settings, self.found);
        }
    }

    /// `FilterPattern` of CloudFormation, `filterPattern` of the API, `filter_pattern` of Ansible.
    fn filter(&mut self, node: &DocumentNode, name: &str) {
        let found = ["FilterPattern", "filter_pattern", "LogEventFilterPattern"]
            .iter()
            .find_map(|key| node.either(key));
        let Some(pattern) = found else { return };
        // an argument of a nested stack is a pattern; the declaration of a parameter is none, nor is a schema's property
        if DECLARING.iter().any(|key| pattern.get(key).is_some()) || self.is_other_map(pattern) {
            return;
        }
        let text =
            |names: [&str; 2]| names.iter().find_map(|key| node.either(key)).and_then(DocumentNode::as_text);
        let name = text(["FilterName", "filter_name"]).unwrap_or(name);
        let list = ["MetricTransformations", "metric_transformation"].iter().find_map(|key| node.either(key));
        let group = ["LogGroupName", "log_group_name"].iter().find_map(|key| node.either(key));
        let metric = list.map(|list| api_metric(&self.template.value(list)));
        self.add(name, node, pattern, group, metric);
    }

    /// A metric filter of an answer that does not say its pattern: it may match anything.
    fn without_pattern(&mut self, node: &DocumentNode, path: &[&str]) {
        let name = node.get("filterName").and_then(DocumentNode::as_text);
        let (Some(name), Some(&"metricFilters")) = (name, path.last()) else { return };
        if node.get("filterPattern").is_none() {
            let unread = Unread::unknown("the answer has no `filterPattern`");
            self.found.push((self.template.file, HostedPattern::unread(name.to_owned(), node.span, unread)));
        }
    }

    /// The pattern; null if it is YAML's or JSON's null, which is no text.
    fn pattern(&self, node: &DocumentNode) -> Value {
        match &node.content {
            Content::Scalar(text, ScalarForm::Plain)
                if !node.is_tagged() && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL") =>
            {
                Value::new(Data::Null, Place::new(self.template.file, node.span))
            }
            _ => self.template.value(node),
        }
    }

    /// Whether this is a map that is no unquoted pattern and computes none: a part of a schema.
    fn is_other_map(&self, pattern: &DocumentNode) -> bool {
        if pattern.as_map().is_empty() {
            return false;
        }
        let source = self.template.files.text(self.template.file);
        let is_block = !pattern.span.of(&source.text).starts_with('{');
        let is_json = source.text.trim_start().starts_with(['{', '[']);
        (is_block || is_json) && self.template.value(pattern).as_map().is_some()
    }

    /// The arguments of a nested stack whose names end in `FilterPattern`.
    fn arguments(&mut self, node: &DocumentNode, name: &str, path: &[&str]) {
        let [.., "Properties" | "properties", "Parameters" | "parameters"] = path else { return };
        for (key, value) in node.as_map() {
            let key = key.as_text().unwrap_or_default();
            if key.ends_with("FilterPattern") && key != "FilterPattern" && !self.is_other_map(value) {
                self.add(&format!("{name}.{key}"), node, value, None, None);
            }
        }
    }

    fn add(
        &mut self,
        name: &str,
        node: &DocumentNode,
        pattern: &DocumentNode,
        group: Option<&DocumentNode>,
        metric: Option<MetricSettings>,
    ) {
        let template = self.template;
        let settings = FilterSettings {
            name: name.to_owned(),
            pattern: self.pattern(pattern),
            log_group: group.map(|group| template.value(group)),
            metric,
            at: Place::new(template.file, node.span),
            is_trimmed: false,
            made: self.made.clone(),
            provider: String::new(),
            placement: self.place(node),
            scope: self.scope(node),
        };
        filter::add(template.files, settings, self.found);
        if let Content::Alias(anchor) = pattern.content
            && let Some(anchored) = template.anchors.get(&anchor)
            && let Some((_, hosted)) = self.found.last_mut()
        {
            hosted.literal = pattern.span;
            hosted.alias_of = Some(anchored.span);
            hosted.syntax = LiteralSyntax::Fixed("it is an alias, whose text is where its anchor is".into());
        }
    }

    /// Where a filter of an answer of AWS is: the ARN of its log group says it, or the folder of the answer.
    fn place(&self, node: &DocumentNode) -> Placement {
        if !self.is_answer {
            return Placement::default();
        }
        let names = ["logGroupArn", "logGroupIdentifier", "logGroupName"];
        let arns = names.iter().filter_map(|name| node.get(name)?.as_text());
        let places = arns.map(Placement::of_arn);
        let path = || Placement::of_path(&self.template.files.text(self.template.file).path);
        places.into_iter().find(|place| !place.is_silent()).unwrap_or_else(path)
    }

    fn scope(&self, node: &DocumentNode) -> FilterScope {
        let value = |name| node.either(name).map(|it| self.template.value(it));
        FilterScope {
            is_subscription: node.either("DestinationArn").is_some(),
            system_fields: value("EmitSystemFieldDimensions"),
            criteria: value("FieldSelectionCriteria"),
            on_transformed_logs: value("ApplyOnTransformedLogs"),
            destination: value("DestinationArn"),
            role: value("RoleArn"),
            selection: None,
        }
    }

    /// The subscription of a whole account.
    fn policy(&mut self, node: &DocumentNode, name: &str) {
        let (Some(kind), Some(document)) = (node.either("PolicyType"), node.either("PolicyDocument")) else {
            return;
        };
        let template = self.template;
        let (kind, document) = (template.value(kind), template.value(document));
        let Some(pattern) = policy::pattern(template.files, Some(&kind), Some(&document)) else { return };
        let named = node.either("PolicyName").and_then(DocumentNode::as_text).unwrap_or(name).to_owned();
        let at = Place::new(template.file, node.span);
        let settings = FilterSettings {
            name: named,
            pattern,
            log_group: None,
            metric: None,
            at,
            is_trimmed: false,
            made: self.made.clone(),
            provider: String::new(),
            placement: Placement::default(),
            scope: FilterScope {
                is_subscription: true,
                destination: Some(document),
                selection: node.either("SelectionCriteria").map(|it| template.value(it)),
                ..FilterScope::default()
            },
        };
        filter::add(template.files, settings, self.found);
    }

    /// `cloudwatchLog: { logGroup: …, filter: … }`; a `filter` beside it is not read by Serverless.
    fn serverless(&mut self, node: &DocumentNode, name: &str) {
        let Some(event) = node.get("cloudwatchLog") else { return };
        if let Some(pattern) = event.get("filter") {
            self.add(name, event, pattern, event.get("logGroup"), None);
        } else if let Some(filter) = node.get("filter") {
            let unread = Unread {
                lint: "misplaced-filter",
                why: "`filter` beside `cloudwatchLog` is not read: the function gets every event".into(),
                help: Some("write `cloudwatchLog: { logGroup: …, filter: … }`"),
            };
            self.found
                .push((self.template.file, HostedPattern::unread(name.to_owned(), filter.span, unread)));
        }
    }

    /// A metric filter of Pulumi's YAML.
    fn pulumi(&mut self, node: &DocumentNode, name: &str) {
        let kind = node.get("type").and_then(DocumentNode::as_text).unwrap_or_default();
        if !kind.starts_with("aws:cloudwatch") || !kind.ends_with("LogMetricFilter") {
            return;
        }
        let Some(properties) = node.get("properties") else { return };
        let Some(pattern) = properties.get("pattern") else { return };
        let metric =
            properties.get("metricTransformation").map(|metric| plain_metric(&self.template.value(metric)));
        self.add(name, properties, pattern, properties.get("logGroupName"), metric);
    }

    /// `custom: { alerts: { definitions: { NAME: { pattern: … } } } }` of the plugin serverless-plugin-aws-alerts, and alarms that a
    /// function has of its own.
    fn alert(&mut self, node: &DocumentNode, name: &str, path: &[&str]) {
        let ([.., "alerts", "definitions", _]
        | [.., "alerts", "function" | "global"]
        | ["functions", .., "alarms"]) = path
        else {
            return;
        };
        let name = node.get("name").and_then(DocumentNode::as_text).unwrap_or(name);
        if let Some(pattern) = node.get("pattern") {
            self.add(name, node, pattern, None, None);
        }
    }
}
