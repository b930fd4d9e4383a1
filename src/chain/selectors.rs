//! What the event selectors of a trail record.

use crate::aws::text;
use crate::resource::Resource;
use serde_json::Value;

/// The rules whose patterns are so.
pub(super) fn rules(filters: &[&Resource], is: impl Fn(&str) -> bool) -> Option<String> {
    let rules = filters.iter().filter(|it| is(&it.text("filterPattern"))).map(|it| it.rule.as_str());
    Some(rules.collect::<Vec<_>>().join(", ")).filter(|rules| !rules.is_empty())
}

/// Management events that the rules look at and no selector takes.
pub(super) fn not_recorded(selectors: &Value, filters: &[&Resource]) -> Vec<String> {
    let list = |name: &str| selectors.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (plain, advanced) = (list("EventSelectors"), list("AdvancedEventSelectors"));
    let all: Vec<Recorded> = match advanced.is_empty() {
        true if plain.is_empty() => return Vec::new(),
        true => plain.iter().filter_map(Recorded::of_selector).collect(),
        false => advanced.iter().filter_map(Recorded::of_advanced).collect(),
    };
    if all.is_empty() {
        return vec!["management events, which the rules look at".to_owned()];
    }
    let mut missing = Vec::new();
    for (is_read, words) in [(true, "reading calls"), (false, "writing calls")] {
        let is_taken = all.iter().any(|it| it.only_reads.is_none_or(|only| only == is_read));
        let rules = rules(filters, |pattern| names(pattern, is_read)).filter(|_| !is_taken);
        missing.extend(rules.map(|rules| format!("{words}, which {rules} look at")));
    }
    let excluded = all.iter().flat_map(|it| &it.excluded);
    for source in excluded.filter(|source| all.iter().all(|it| it.excluded.contains(source))) {
        let rules = rules(filters, |pattern| pattern.contains(source.as_str()));
        missing.extend(rules.map(|rules| format!("events of {source}, which {rules} look at")));
    }
    missing
}

/// Whether a pattern names a call that reads (or, if `is_read` is false, a call that writes), by the beginning of its name.
fn names(pattern: &str, is_read: bool) -> bool {
    const READS: [&str; 6] = ["Get", "List", "Describe", "Head", "Lookup", "Search"];
    let mut quoted = pattern.split("$.eventName").skip(1);
    quoted.any(|rest| {
        let name = rest.split('"').nth(1).unwrap_or_default();
        let is = READS.iter().any(|start| name.starts_with(start));
        !name.is_empty() && !name.starts_with('*') && is == is_read
    })
}

/// The management events that a selector takes.
struct Recorded {
    /// `Some(true)`: only reads, `Some(false)`: only writes.
    only_reads: Option<bool>,
    /// Event sources that it leaves out.
    excluded: Vec<String>,
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let all = list.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

impl Recorded {
    fn of_selector(it: &Value) -> Option<Self> {
        if it.get("IncludeManagementEvents") == Some(&Value::Bool(false)) {
            return None;
        }
        let only_reads = match text(it, "ReadWriteType") {
            "ReadOnly" => Some(true),
            "WriteOnly" => Some(false),
            _ => None,
        };
        Some(Recorded { only_reads, excluded: texts(it.get("ExcludeManagementEventSources")) })
    }

    fn of_advanced(it: &Value) -> Option<Self> {
        let fields = it.get("FieldSelectors").and_then(Value::as_array)?;
        let of_field = |field: &str, operator: &str| {
            let found = fields.iter().find(|it| text(it, "Field") == field);
            texts(found.and_then(|it| it.get(operator)))
        };
        if of_field("eventCategory", "Equals") != ["Management"] {
            return None;
        }
        let only_reads = of_field("readOnly", "Equals").first().and_then(|it| it.parse().ok());
        Some(Recorded { only_reads, excluded: of_field("eventSource", "NotEquals") })
    }
}
