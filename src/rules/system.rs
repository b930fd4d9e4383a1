//! Finds the system fields (account, region, log group) that a rule's metric filter needs and a run does not know.

use super::file::Rule;
use crate::metric::SystemFields;

/// The first system field that a rule's metric filter needs, for its criteria or as a dimension, and that `system` does not have. `None` if
/// `system` has all of them.
pub(crate) fn lacking<'a>(rule: &'a Rule, system: &SystemFields) -> Option<&'a str> {
    let metric = rule.metric.as_ref()?;
    let of_criteria = metric.field_selection().and_then(Result::ok).and_then(|it| it.lacks(system));
    let mut emitted = metric.emit_system_field_dimensions.iter().map(String::as_str);
    of_criteria.or_else(|| emitted.find(|field| system.get(field).is_none()))
}
