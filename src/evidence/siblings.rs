//! The members that services write beside what a container holds. An object with other members is an event of an application, unless what
//! it holds says what it is: the log group has it as it is, and its own members would be lost.

use super::values::{member, object};
use std::borrow::Cow;

/// What may be beside the array or payload of a container, in the object that has it and in the object around that one.
struct Siblings {
    name: &'static str,
    beside: &'static [&'static str],
    /// the members of the object around; `None`: there is none
    around: Option<&'static [&'static str]>,
}

const fn of(name: &'static str, beside: &'static [&'static str]) -> Siblings {
    Siblings { name, beside, around: None }
}

/// What SDKs add to each answer.
const OF_SDKS: [&str; 4] = ["ResponseMetadata", "$metadata", "SdkResponseMetadata", "SdkHttpMetadata"];

/// By the name of the array: the elements of the answer in the reference of its API.
const ARRAYS: &[Siblings] = &[
    // GetRecords of Kinesis and of DynamoDB's streams, and the window of Lambda
    of(
        "Records",
        &[
            "NextShardIterator",
            "MillisBehindLatest",
            "ChildShards",
            "window",
            "state",
            "shardId",
            "eventSourceARN",
            "isFinalInvokeForWindow",
            "isWindowTerminatedEarly",
        ],
    ),
    // Firehose, to an endpoint and to Lambda
    of(
        "records",
        &["requestId", "timestamp", "invocationId", "deliveryStreamArn", "sourceKinesisStreamArn", "region"],
    ),
    of("Events", &["NextToken"]),
    // FilterLogEvents, GetLogEvents
    of("events", &["searchedLogStreams", "nextToken", "nextForwardToken", "nextBackwardToken"]),
    // a subscription
    of("logEvents", &["messageType", "owner", "logGroup", "logStream", "subscriptionFilters", "policyLevel"]),
    Siblings { name: "sessionResults", beside: &["sessionMetadata"], around: Some(&["sessionUpdate"]) },
    // Logs Insights, Splunk
    of("results", &["statistics", "status", "queryLanguage", "encryptionKey", "nextToken"]),
    of(
        SPLUNK,
        &["results", "preview", "init_offset", "post_process_count", "messages", "fields", "highlighted"],
    ),
    // CloudTrail Lake
    of("QueryResultRows", &["QueryStatus", "QueryStatistics", "NextToken", "ErrorMessage"]),
    Siblings {
        name: "hits",
        beside: &["total", "max_score"],
        around: Some(&[
            "hits",
            "took",
            "timed_out",
            "_shards",
            "_clusters",
            "_scroll_id",
            "pit_id",
            "status",
            "num_reduce_phases",
            "terminated_early",
            "aggregations",
            "suggest",
            "profile",
        ]),
    },
    // Athena
    Siblings {
        name: "Rows",
        beside: &["ResultSetMetadata", "ColumnInfos"],
        around: Some(&["ResultSet", "UpdateCount", "NextToken"]),
    },
];

/// By the member that holds the log event: the members of what a service writes around one.
const WRAPPERS: [(&str, &[&str]); 9] = [
    // LookupEvents
    (
        "CloudTrailEvent",
        &[
            "EventId",
            "EventName",
            "ReadOnly",
            "AccessKeyId",
            "EventTime",
            "EventSource",
            "Username",
            "Resources",
        ],
    ),
    // EventBridge
    (
        "detail",
        &["version", "id", "detail-type", "source", "account", "time", "region", "resources", "replay-name"],
    ),
    // SNS, and how Lambda gets it
    (
        "Message",
        &[
            "Type",
            "MessageId",
            "Token",
            "TopicArn",
            "Subject",
            "Timestamp",
            "SequenceNumber",
            "SignatureVersion",
            "Signature",
            "SigningCertURL",
            "SigningCertUrl",
            "SubscribeURL",
            "UnsubscribeURL",
            "UnsubscribeUrl",
            "MessageAttributes",
        ],
    ),
    ("Sns", &["EventSource", "EventVersion", "EventSubscriptionArn"]),
    // SQS, and how Lambda gets it
    (
        "Body",
        &[
            "MessageId",
            "ReceiptHandle",
            "MD5OfBody",
            "Attributes",
            "MD5OfMessageAttributes",
            "MessageAttributes",
        ],
    ),
    (
        "body",
        &[
            "messageId",
            "receiptHandle",
            "md5OfBody",
            "attributes",
            "md5OfMessageAttributes",
            "messageAttributes",
            "eventSource",
            "eventSourceARN",
            "awsRegion",
        ],
    ),
    // Elasticsearch
    (
        "_source",
        &[
            "_index",
            "_id",
            "_type",
            "_score",
            "sort",
            "_version",
            "_seq_no",
            "_primary_term",
            "_routing",
            "_ignored",
            "ignored_field_values",
            "fields",
            "highlight",
            "inner_hits",
            "matched_queries",
            "_explanation",
            "_shard",
            "_node",
        ],
    ),
    // a table as JSON: its columns are the query's
    ("eventJson", &[]),
    ("_raw", &[]),
];

/// Whether the object has no other members than those that the service writes beside the member of that name.
pub(super) fn are_of_wrapper(text: &[u8], name: &str) -> bool {
    let beside = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name).map(|(_, beside)| *beside);
    beside.is_some_and(|beside| object(text, 0).all(|(key, _)| key == name || beside.contains(&key.as_ref())))
}

/// Whether the object has a member that searches of Splunk write beside an event.
pub(super) fn is_row_of_splunk(text: &[u8]) -> bool {
    const MARKS: [&str; 8] =
        ["_time", "_bkt", "_cd", "_indextime", "_si", "_serial", "_sourcetype", "splunk_server"];
    object(text, 0).any(|(key, _)| MARKS.contains(&key.as_ref()))
}

/// The name of the rows of Splunk in the table; the array is `results`, as that of Logs Insights.
pub(super) const SPLUNK: &str = "results of Splunk";

/// Whether the object has no other members than those that the service writes beside the array of that name. `inner`: the object with the
/// array, which is the one at 0 or a member of it.
pub(super) fn are_of_service(text: &[u8], inner: usize, array: &str) -> bool {
    let Some(siblings) = ARRAYS.iter().find(|siblings| siblings.name == array) else { return false };
    let is_known = |key: &str, known: &[&str]| known.contains(&key) || OF_SDKS.contains(&key);
    // the rest of an object after its first array has no name
    let is_beside = |key: &str| key == array || key.is_empty() || is_known(key, siblings.beside);
    object(text, inner).all(|(key, _)| is_beside(&key))
        && siblings.around.is_none_or(|around| object(text, 0).all(|(key, _)| is_known(&key, around)))
}

/// The first member that the service does not write beside the array of that name, in the rest of an object after it: the name and the offset
/// of the value. The rest of an object inside of it has no name.
pub(super) fn own_member<'t>(rest: &'t [u8], array: &str) -> Option<(Cow<'t, str>, usize)> {
    let siblings = ARRAYS.iter().find(|siblings| siblings.name == array)?;
    let around = siblings.around.unwrap_or_default();
    let is_own = |key: &str| {
        !key.is_empty()
            && key != array
            && ![siblings.beside, around, &OF_SDKS].iter().any(|known| known.contains(&key))
    };
    let of_inner = object(rest, 0).filter(|(key, _)| key.is_empty()).flat_map(|(_, at)| object(rest, at));
    object(rest, 0).chain(of_inner).find(|(key, _)| is_own(key))
}

/// Whether the object has no other members than these.
pub(super) fn are_only(text: &[u8], names: &[&str]) -> bool {
    object(text, 0).all(|(key, _)| names.contains(&key.as_ref()))
}

/// Whether the object at `at` has member names of a CloudTrail event. A record that a service sends to Lambda has them, too, and is not one.
pub(super) fn is_of_trail(text: &[u8], at: usize) -> bool {
    let is_of_lambda = member(text, at, "eventSource")
        .is_some_and(|source| text.get(source..).is_some_and(|source| source.starts_with(b"\"aws:")));
    let names = || ["eventVersion", "eventName"].iter().any(|name| member(text, at, name).is_some());
    !is_of_lambda && names()
}
