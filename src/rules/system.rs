//! What a metric filter has to know of the log group of an event.

use super::file::Rule;
use crate::metric::SystemFields;

/// The system field that a rule's metric filter asks for, in its criteria or as a dimension, and that `system` lacks;
/// `None` if there is none.
pub(crate) fn lacking<'a>(rule: &'a Rule, system: &SystemFields) -> Option<&'a str> {
    let metric = rule.metric.as_ref()?;
    let of_criteria = metric.field_selection().and_then(Result::ok).and_then(|it| it.lacks(system));
    let mut emitted = metric.emit_system_field_dimensions.iter().map(String::as_str);
    of_criteria.or_else(|| emitted.find(|field| system.get(field).is_none()))
}
