//! What the event selectors of a trail record.
//!
//! An event is recorded if one selector takes it. Modelled are the fields that AWS allows for management events of a trail (API reference
//! of `AdvancedFieldSelector`: category, event source, read-only), and the types of data events; every other selector is named as not modelled.

use crate::aws::text;
use crate::resource::Resource;
use crate::semantics::Semantics;
use crate::syntax::ast::{Equality, Pattern, Predicate, Value as Text};
use crate::syntax::parse;
use serde_json::Value;

/// Data events: type of resource, event source and names. No trail records them without a selector for their type (CloudTrail User
/// Guide, "Logging data events").
const DATA_EVENTS: [(&str, &str, &[&str]); 3] = [
    (
        "AWS::S3::Object",
        "s3.amazonaws.com",
        &[
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateMultipartUpload",
            "DeleteObject",
            "DeleteObjects",
            "DeleteObjectTagging",
            "GetObject",
            "GetObjectAcl",
            "GetObjectTagging",
            "HeadObject",
            "ListParts",
            "PutObject",
            "PutObjectAcl",
            "PutObjectTagging",
            "RestoreObject",
            "SelectObjectContent",
            "UploadPart",
            "UploadPartCopy",
        ],
    ),
    ("AWS::Lambda::Function", "lambda.amazonaws.com", &["Invoke"]),
    (
        "AWS::DynamoDB::Table",
        "dynamodb.amazonaws.com",
        &[
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        ],
    ),
];

/// What a rule looks at, as far as its pattern compares a field with `=`.
struct Named<'a> {
    rule: &'a str,
    events: Vec<String>,
    sources: Vec<String>,
}

impl<'a> Named<'a> {
    fn of(filter: &'a Resource) -> Self {
        let mut it = Named { rule: &filter.rule, events: Vec::new(), sources: Vec::new() };
        let Ok(Pattern::Json(expr)) = parse(&filter.text("filterPattern"), Semantics::default()) else {
            return it;
        };
        expr.item.for_each(&mut |condition| {
            let Predicate::Compare(Equality::Equal, value) = &condition.predicate.item else { return };
            let (Text::Quoted(text) | Text::Bare(text)) = &value.item else { return };
            match condition.selector.item.to_string().as_str() {
                "$.eventName" => it.events.push(text.clone()),
                "$.eventSource" => it.sources.push(text.clone()),
                _ => {}
            }
        });
        it
    }

    /// The type of a data event that it names.
    fn data_type(&self, event: &str) -> Option<&'static str> {
        let is_of = |source| self.sources.is_empty() || self.sources.iter().any(|it| it == source);
        let mut types = DATA_EVENTS.iter();
        types.find(|(_, source, events)| events.contains(&event) && is_of(*source)).map(|(name, ..)| *name)
    }
}

/// Whether a call reads, by the beginning of its name.
fn is_read(event: &str) -> bool {
    const READS: [&str; 9] =
        ["BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search"];
    READS.iter().any(|start| event.starts_with(start))
}

/// What a selector takes.
#[derive(Default)]
struct Recorded {
    is_of_management: bool,
    /// `Some(true)`: only reads, `Some(false)`: only writes.
    only_reads: Option<bool>,
    /// Event sources that it leaves out.
    excluded: Vec<String>,
    /// Types of resources whose data events it takes.
    data: Vec<String>,
    /// What of it is not modelled.
    unmodelled: Vec<String>,
}

impl Recorded {
    fn takes(&self, is_read: bool) -> bool {
        self.only_reads.is_none_or(|only| only == is_read)
    }

    fn of_selector(it: &Value) -> Self {
        let only_reads = match text(it, "ReadWriteType") {
            "ReadOnly" => Some(true),
            "WriteOnly" => Some(false),
            _ => None,
        };
        let resources = it.get("DataResources").and_then(Value::as_array).into_iter().flatten();
        Recorded {
            is_of_management: it.get("IncludeManagementEvents") != Some(&Value::Bool(false)),
            only_reads,
            excluded: texts(it.get("ExcludeManagementEventSources")),
            data: resources.map(|it| text(it, "Type").to_owned()).collect(),
            unmodelled: Vec::new(),
        }
    }

    fn of_advanced(it: &Value) -> Self {
        let mut recorded = Recorded::default();
        let fields = it.get("FieldSelectors").and_then(Value::as_array).into_iter().flatten();
        for field in fields {
            let name = text(field, "Field");
            let operators = field.as_object().into_iter().flatten().filter(|(name, _)| *name != "Field");
            for (operator, values) in operators {
                let values = texts(Some(values));
                match (name, operator.as_str()) {
                    _ if values.is_empty() => {}
                    ("eventCategory", "Equals") => {
                        recorded.is_of_management = values.iter().any(|it| it == "Management");
                    }
                    ("readOnly", "Equals") if values.len() == 1 => {
                        recorded.only_reads = values.first().and_then(|it| it.parse().ok());
                    }
                    ("readOnly", "Equals") => {}
                    ("eventSource", "NotEquals") => recorded.excluded = values,
                    ("resources.type", "Equals") => recorded.data = values,
                    (name, operator) => recorded.unmodelled.push(format!("`{name}` `{operator}`")),
                }
            }
        }
        recorded
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let all = list.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// What rules look at and a trail does not record, and parts of its selectors that are not modelled.
pub(super) struct Gaps {
    pub(super) missing: Vec<String>,
    pub(super) unmodelled: Vec<String>,
}

/// The gaps of a trail's selectors. A trail without selectors records all management events and nothing else.
pub(super) fn gaps(selectors: &Value, filters: &[&Resource]) -> Gaps {
    let list = |name: &str| selectors.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (plain, advanced) = (list("EventSelectors"), list("AdvancedEventSelectors"));
    let all: Vec<Recorded> = match (plain.is_empty(), advanced.is_empty()) {
        (true, true) => vec![Recorded { is_of_management: true, ..Recorded::default() }],
        (_, true) => plain.iter().map(Recorded::of_selector).collect(),
        (_, false) => advanced.iter().map(Recorded::of_advanced).collect(),
    };
    let named: Vec<Named<'_>> = filters.iter().map(|it| Named::of(it)).collect();
    let unmodelled = all.iter().flat_map(|it| it.unmodelled.iter().cloned()).collect();
    let mut missing = data(&all, &named);
    missing.extend(management(&all, &named));
    Gaps { missing, unmodelled }
}

/// The rules that are so, as part of a sentence.
fn looked_at(what: &str, named: &[Named<'_>], is: impl Fn(&Named<'_>) -> bool) -> Option<String> {
    let rules: Vec<&str> = named.iter().filter(|it| is(it)).map(|it| it.rule).collect();
    (!rules.is_empty()).then(|| format!("{what}, which {} look at", rules.join(", ")))
}

fn data(all: &[Recorded], named: &[Named<'_>]) -> Vec<String> {
    let missing = |(kind, ..): &(&'static str, &str, &[&str])| {
        let is_taken = |event: &str| {
            all.iter().any(|it| it.data.iter().any(|it| it == kind) && it.takes(is_read(event)))
        };
        looked_at(&format!("data events of {kind}"), named, |it| {
            it.events.iter().any(|event| it.data_type(event) == Some(*kind) && !is_taken(event))
        })
    };
    DATA_EVENTS.iter().filter_map(missing).collect()
}

fn management(all: &[Recorded], named: &[Named<'_>]) -> Vec<String> {
    let all: Vec<&Recorded> = all.iter().filter(|it| it.is_of_management).collect();
    if all.is_empty() {
        return vec!["management events, which the rules look at".to_owned()];
    }
    let mut missing = Vec::new();
    for (reads, what) in [(true, "reading calls"), (false, "writing calls")] {
        if all.iter().any(|it| it.takes(reads)) {
            continue;
        }
        let is_missing = |it: &Named<'_>, event: &str| {
            !event.starts_with('*') && is_read(event) == reads && it.data_type(event).is_none()
        };
        missing.extend(looked_at(what, named, |it| it.events.iter().any(|event| is_missing(it, event))));
    }
    let excluded = all.iter().flat_map(|it| &it.excluded);
    for source in excluded.filter(|source| all.iter().all(|it| it.excluded.contains(source))) {
        missing.extend(looked_at(&format!("events of {source}"), named, |it| it.sources.contains(source)));
    }
    missing.dedup();
    missing
}
