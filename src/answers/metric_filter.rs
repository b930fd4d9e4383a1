//! The JSON of `PutMetricFilter`, with the log events and the account of the operation `emit`.

use super::ServiceError;
use super::read::{read_members, unreadable};
use crate::metric::{
    AdmissionError, FieldSelection, FieldSelectionError, MetricFilter, SystemFields, Transformation,
    check_count, check_filter_name,
};
use crate::{FilterPattern, ParseError};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MetricFilterRequest {
    #[serde(default)]
    pub(super) id: Value,
    filter_name: Option<String>,
    filter_pattern: String,
    metric_transformations: Vec<TransformationEntry>,
    #[serde(default)]
    pub(super) log_events: Vec<LogEvent>,
    #[serde(default)]
    emit_system_field_dimensions: Vec<String>,
    field_selection_criteria: Option<String>,
    #[serde(default)]
    apply_on_transformed_logs: bool,
    account: Option<String>,
    region: Option<String>,
    log_group_name: Option<String>,
}

/// The members of a request of `emit` that `PutMetricFilter` does not have.
const OF_EMIT: [&str; 4] = ["id", "logEvents", "account", "region"];

/// A request of `PutMetricFilter` alone, without the members of `emit`.
pub(super) fn put_metric_filter(request: Value) -> Result<MetricFilterRequest, ServiceError> {
    match OF_EMIT.iter().find(|member| request.get(member).is_some()) {
        Some(member) => Err(unreadable(format!(
            "no member `{member}` in PutMetricFilter; only a request of `emit` has it"
        ))),
        None => read_members(request),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TransformationEntry {
    metric_name: String,
    metric_namespace: String,
    metric_value: String,
    default_value: Option<f64>,
    unit: Option<String>,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LogEvent {
    #[serde(default)]
    pub(super) timestamp: i64,
    pub(super) message: String,
}

impl MetricFilterRequest {
    pub(super) fn system_fields(&mut self) -> SystemFields {
        SystemFields {
            account: self.account.take(),
            region: self.region.take(),
            log_group: self.log_group_name.take(),
        }
    }

    /// The filter, if AWS accepts it. An error if its criteria need a field that `system` does not have.
    pub(super) fn filter(self, system: &SystemFields) -> Result<MetricFilter, ServiceError> {
        let filter = self.admitted()?;
        match filter.selection().and_then(|selection| selection.lacks(system)) {
            None => Ok(filter),
            Some(field) => Err(ServiceError::new(
                "MissingParameter",
                format!("the field selection criteria need {field}: set `account` and `region`"),
            )),
        }
    }

    /// The filter, if AWS accepts it.
    pub(super) fn admitted(self) -> Result<MetricFilter, ServiceError> {
        self.filter_name.iter().try_for_each(|name| check_filter_name(name)).map_err(invalid)?;
        check_count(self.metric_transformations.len()).map_err(invalid)?;
        let pattern: FilterPattern = self
            .filter_pattern
            .parse()
            .map_err(|error: ParseError| ServiceError::invalid(error.aws_message()))?;
        let selection: Option<FieldSelection> = self
            .field_selection_criteria
            .map(|text| text.parse())
            .transpose()
            .map_err(|error: FieldSelectionError| ServiceError::invalid(error.aws_message()))?;
        let entry = self.metric_transformations.into_iter().next();
        let transformation = entry.map(TransformationEntry::transformation).unwrap_or_default();
        let fields = self.emit_system_field_dimensions;
        let filter = MetricFilter::with_system_fields(pattern, transformation, fields).map_err(invalid)?;
        let filter = filter.on_transformed_logs(self.apply_on_transformed_logs);
        Ok(match selection {
            Some(selection) => filter.field_selection(selection),
            None => filter,
        })
    }
}

fn invalid(error: AdmissionError) -> ServiceError {
    ServiceError::invalid(error.to_string())
}

impl TransformationEntry {
    fn transformation(self) -> Transformation {
        let mut it = Transformation::new(self.metric_namespace, self.metric_name, self.metric_value);
        it.default = self.default_value;
        it.unit = self.unit;
        it.dimensions = self.dimensions;
        it
    }
}
