//! `terraform show -json` of a plan or of a state, and state files: every value is known.

use super::document::DocumentNode;
use super::filter::{self, FilterScope, FilterSettings, Found};
use super::intrinsic::Template;
use super::made::Made;
use super::transformation::plain_metric;
use super::value::{Data, Place, Value};
use super::{alarm, policy};
use crate::metric_settings::{AlarmResources, ChainParts, Placement};

/// Whether a document is a plan or a state of Terraform.
pub(super) fn is_state(document: &DocumentNode) -> bool {
    document.get("terraform_version").is_some()
        && (document.get("format_version").is_some() || document.get("lineage").is_some())
}

pub(super) fn read(
    template: &Template<'_>,
    document: &DocumentNode,
    found: &mut Vec<Found>,
    resources: &mut AlarmResources,
) {
    let is_plan = document.get("planned_values").is_some();
    let mut one = |resource: &DocumentNode, address: &str, values: &DocumentNode| {
        one(template, resource, address, values, found);
        chain(template, resource, address, values, is_plan, &mut resources.chain);
    };
    let values = document.get("planned_values").or_else(|| document.get("values"));
    if let Some(root) = values.and_then(|values| values.get("root_module")) {
        let mut modules = vec![root];
        while let Some(module) = modules.pop() {
            for resource in list(module, "resources") {
                let address = resource.get("address").and_then(DocumentNode::as_text).unwrap_or_default();
                if let Some(values) = resource.get("values") {
                    one(resource, address, values);
                }
            }
            modules.extend(list(module, "child_modules"));
        }
    }
    // a state file
    for resource in document.get("lineage").map_or(&[][..], |_| list(document, "resources")) {
        let name = resource.get("name").and_then(DocumentNode::as_text).unwrap_or_default();
        for values in list(resource, "instances").iter().filter_map(|instance| instance.get("attributes")) {
            one(resource, name, values);
        }
    }
}

/// Adds a resource to the parts of the chain after metric filters.
fn chain(
    template: &Template<'_>,
    resource: &DocumentNode,
    address: &str,
    values: &DocumentNode,
    is_plan: bool,
    parts: &mut ChainParts,
) {
    let kind = resource.get("type").and_then(DocumentNode::as_text).unwrap_or_default();
    let is_chain =
        kind.starts_with("aws_sns_topic") || kind.starts_with("aws_cloudwatch_") || alarm::is_receiver(kind);
    if !is_chain || resource.get("mode").and_then(DocumentNode::as_text) == Some("data") {
        return;
    }
    let value = template.value(values);
    let (scope, name) = (template.files.text(template.file).path.display().to_string(), address.to_owned());
    let resource = alarm::Resource {
        files: template.files,
        value: &value,
        name: name.clone(),
        scope,
        address: name,
        is_plan,
        placement: Placement::default(),
    };
    parts.listed.extend(alarm::kind_of(kind).map(|kind| resource.listed(kind, "")));
    match kind {
        "aws_cloudwatch_metric_alarm" => parts.alarms.push(resource.alarm()),
        "aws_cloudwatch_composite_alarm" => parts.composites.push(resource.composite()),
        "aws_sns_topic" => parts.topics.push(resource.topic()),
        "aws_sns_topic_subscription" => parts.subscriptions.push(resource.subscription()),
        _ if alarm::is_receiver(kind) => resource.receiver(kind, parts),
        _ => {}
    }
}

fn list<'n>(node: &'n DocumentNode, key: &str) -> &'n [DocumentNode] {
    node.get(key).map_or(&[], DocumentNode::as_list)
}

fn one(
    template: &Template<'_>,
    resource: &DocumentNode,
    address: &str,
    values: &DocumentNode,
    found: &mut Vec<Found>,
) {
    let kind = resource.get("type").and_then(DocumentNode::as_text).unwrap_or_default();
    let mode = resource.get("mode").and_then(DocumentNode::as_text);
    let of = |key: &str| values.get(key).map(|node| template.value(node));
    let (key, has_metric) = match kind {
        "aws_cloudwatch_log_metric_filter" => ("pattern", true),
        "aws_cloudwatch_log_subscription_filter" => ("filter_pattern", false),
        "aws_cloudwatch_log_account_policy" => ("policy_document", false),
        _ => return,
    };
    if mode == Some("data") {
        return;
    }
    let at = Place::new(template.file, values.span);
    let pattern = match key {
        "policy_document" => policy::pattern(template.files, of("policy_type").as_ref(), of(key).as_ref()),
        _ => Some(of(key).unwrap_or_else(|| Value::unknown("it is known only after `terraform apply`", at))),
    };
    let Some(pattern) = pattern else { return };
    let metric = of("metric_transformation").filter(|_| has_metric).map(|metric| plain_metric(&metric));
    let metric = metric.map(|mut metric| {
        // the provider writes an empty text for a value that is not set
        metric.default =
            metric.default.filter(|it| it.as_str() != Some("") && !matches!(it.data, Data::Null));
        metric
    });
    let settings = FilterSettings {
        name: address
            .rsplit_once(&format!("{kind}."))
            .map_or(address.to_owned(), |(module, name)| format!("{module}{name}")),
        pattern,
        log_group: of("log_group_name"),
        metric,
        at,
        is_trimmed: true,
        made: Made::Yes,
        provider: String::new(),
        placement: Placement { region: of("region").and_then(|it| it.to_string()), ..Placement::default() },
        scope: FilterScope {
            is_subscription: !has_metric,
            system_fields: of("emit_system_field_dimensions"),
            criteria: of("field_selection_criteria"),
            on_transformed_logs: of("apply_on_transformed_logs"),
            destination: of("destination_arn").or_else(|| of("policy_document")),
            selection: of("selection_criteria"),
            role: of("role_arn"),
        },
    };
    filter::add(template.files, settings, found);
}
