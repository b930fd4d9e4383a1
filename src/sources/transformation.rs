//! The members of a metric transformation, in the words of each format.

use super::filter::MetricSettings;
use super::value::Value;

/// A transformation in CloudFormation's words, the API's, or Ansible's.
pub(super) fn api_metric(value: &Value) -> MetricSettings {
    let first = value.as_list().map_or(Some(value), <[Value]>::first);
    let of = |names: [&str; 3]| names.iter().find_map(|name| first?.get(name)).cloned();
    MetricSettings {
        namespace: of(["MetricNamespace", "metricNamespace", "metric_namespace"]),
        name: of(["MetricName", "metricName", "metric_name"]),
        value: of(["MetricValue", "metricValue", "metric_value"]),
        default: of(["DefaultValue", "defaultValue", "default_value"]),
        unit: of(["Unit", "unit", "unit"]),
        dimensions: of(["Dimensions", "dimensions", "dimensions"]),
    }
}

/// A transformation in the words of Terraform and Pulumi.
pub(super) fn plain_metric(value: &Value) -> MetricSettings {
    let first = value.as_list().map_or(Some(value), <[Value]>::first);
    let of = |names: [&str; 2]| names.iter().find_map(|name| first?.get(name)).cloned();
    MetricSettings {
        namespace: of(["namespace", "namespace"]),
        name: of(["name", "name"]),
        value: of(["value", "value"]),
        default: of(["default_value", "defaultValue"]),
        unit: of(["unit", "unit"]),
        dimensions: of(["dimensions", "dimensions"]),
    }
}
