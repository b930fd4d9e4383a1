//! What one JSON value is: a log event itself, a wrapper around one, or nothing that a log group would hold.

use super::beside::holds_record;
use super::columns::event_column;
use super::elements::Elements;
use super::encoded::begins_payload;
use super::envelope::Envelope;
use super::siblings::{are_of_service, are_of_wrapper, are_only, is_of_trail, is_row_of_splunk};
use super::suspicion::holds_records;
use super::values::{integer, is_record, is_surely_record, member, object, raw, string};
use crate::engine::json::text::elements;
use crate::time::parse;
use memchr::memmem;
use std::borrow::Cow;

/// What a value is.
#[derive(Debug, PartialEq)]
pub(super) enum Expanded<'t> {
    /// The value itself is the log event.
    Itself,
    /// The event of EventBridge whose `detail` this is.
    Detail(&'t [u8]),
    /// The message of a log event. It is not opened further, because a log group holds it as it is.
    Message(Cow<'t, str>, Envelope),
    /// An object inside, which may be a wrapper itself.
    Inner(&'t [u8], Envelope),
    /// A text inside, which may hold wrappers or several records.
    Text(Cow<'t, str>, Envelope),
    /// Base64 of a text inside, perhaps compressed.
    Base64(Cow<'t, str>),
    /// No log event.
    Skipped(Skip),
    /// The end of rows, without one.
    NoRow,
    /// The names of a table's columns.
    Header(Vec<String>),
    /// It cannot be read, with the reason.
    Unreadable(&'static str),
    /// Records of CloudTrail are in an array inside, in no container that is known.
    Unknown,
}

/// Why a value is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    /// CloudWatch Logs checks a destination.
    Control,
    /// A notice that names files, or asks to confirm a subscription.
    Notice,
    /// A digest file of CloudTrail, or the signature of results of CloudTrail Lake.
    Digest,
    /// A result of a search of Splunk that was not finished: it comes again after it.
    Preview,
}

/// The error for a result of Splunk that is a table.
const NO_RAW: &str =
    "a result of Splunk has no `_raw`: end the search with `| fields _raw`, and export events";
const NO_MESSAGE: &str = "the rows of Logs Insights have no `@message`: add `fields @message` to the query";
const NO_EVENT_JSON: &str = "the rows of CloudTrail Lake have no `eventJson`: select it in the query";
const NO_RECORD_COLUMN: &str = "no column of the result holds whole records as JSON text: read the delivery files in S3, which the table is made of";

/// What an element of an array, or a value of its own, is. `columns` are the names of the columns of the table that it is a row of.
pub(super) fn expand<'t>(text: &'t [u8], elements: Elements, columns: &[String]) -> Expanded<'t> {
    match elements {
        Elements::Objects | Elements::Records => of_object(text),
        Elements::Firehose => {
            let data = member(text, 0, "data").filter(|_| are_only(text, &OF_FIREHOSE));
            data.and_then(|at| string(text, at)).map_or_else(|| of_object(text), Expanded::Base64)
        }
        Elements::Bare => Expanded::Itself,
        Elements::LogEvents => log_event(text),
        Elements::Insights => insights(text),
        Elements::Lake => lake(text),
        Elements::Previews => Expanded::Skipped(Skip::Preview),
        Elements::Splunk => splunk_row(text).unwrap_or(Expanded::Unreadable(NO_RAW)),
        Elements::Athena => athena(text, columns),
    }
}

/// The members that wrappers are known by: the offsets of their values.
struct Known {
    found: [Option<usize>; NAMES.len()],
    /// there are other members
    others: usize,
}

const NAMES: [&str; 40] = [
    "CloudTrailEvent",
    "EventId",
    "detail-type",
    "detail",
    "Type",
    "Message",
    "TopicArn",
    "Sns",
    "Body",
    "body",
    "Data",
    "kinesis",
    "recordId",
    "data",
    "awslogs",
    "_source",
    "_index",
    "_id",
    "_raw",
    "result",
    "@message",
    "@timestamp",
    "@logStream",
    "@log",
    "eventJson",
    "s3Bucket",
    "s3ObjectKey",
    "s3",
    "digestS3Object",
    "digestS3Bucket",
    "message",
    "timestamp",
    "ingestionTime",
    "eventId",
    "logStreamName",
    "class_uid",
    "rawData",
    "attemptsMade",
    "messageType",
    "hashSignature",
];

impl Known {
    fn of(text: &[u8]) -> Known {
        let mut known = Known { found: [None; NAMES.len()], others: 0 };
        for (key, value) in object(text, 0) {
            match NAMES.iter().position(|name| *name == key) {
                Some(at) => {
                    if let Some(slot) = known.found.get_mut(at) {
                        slot.get_or_insert(value);
                    }
                }
                None => known.others += 1,
            }
        }
        known
    }

    fn at(&self, name: &str) -> Option<usize> {
        let at = NAMES.iter().position(|known| *known == name)?;
        self.found.get(at).copied().flatten()
    }

    fn has(&self, name: &str) -> bool {
        self.at(name).is_some()
    }

    fn text<'t>(&self, text: &'t [u8], name: &str) -> Option<Cow<'t, str>> {
        string(text, self.at(name)?)
    }
}

fn of_object(text: &[u8]) -> Expanded<'_> {
    if is_surely_record(text) {
        return Expanded::Itself;
    }
    let known = Known::of(text);
    wrapper(text, &known).unwrap_or_else(|| {
        if memmem::find(text, b"eventVersion").is_some() && !is_record(text, 0) && holds_records(text) {
            return Expanded::Unknown;
        }
        Expanded::Itself
    })
}

/// What is inside, if the service that wrote `name` wrote the other members, too, or if a record of CloudTrail is inside. Else the object is
/// an event of an application, whose own members would be lost.
fn inside<'t>(text: &[u8], name: &str, expanded: Expanded<'t>) -> Option<Expanded<'t>> {
    let holds_trail = || match &expanded {
        Expanded::Text(text, _) => holds_record(text),
        Expanded::Inner(object, _) | Expanded::Detail(object) => is_of_trail(object, 0),
        _ => false,
    };
    (are_of_wrapper(text, name) || holds_trail()).then_some(expanded)
}

fn wrapper<'t>(text: &'t [u8], known: &Known) -> Option<Expanded<'t>> {
    let inner = |at: usize| text.get(at) == Some(&b'{');
    if let Some(record) = known.text(text, "CloudTrailEvent") {
        let event_id = known.text(text, "EventId").map(Cow::into_owned);
        let record = Expanded::Text(record, Envelope { event_id, ..Envelope::default() });
        return inside(text, "CloudTrailEvent", record);
    }
    if let (true, Some(detail)) = (known.has("detail-type"), known.at("detail").filter(|at| inner(*at))) {
        return inside(text, "detail", Expanded::Detail(raw(text, detail)));
    }
    if known.has("digestS3Object") && known.has("digestS3Bucket") {
        return Some(Expanded::Skipped(Skip::Digest));
    }
    if known.has("hashSignature") && are_only(text, &OF_SIGNATURE) {
        return Some(Expanded::Skipped(Skip::Digest));
    }
    if known.has("s3Bucket") && known.has("s3ObjectKey") && known.others == 0 {
        return Some(Expanded::Skipped(Skip::Notice));
    }
    if known.at("s3").is_some_and(inner) && source(text).as_deref() == Some("aws:s3") {
        return Some(Expanded::Skipped(Skip::Notice));
    }
    if known.text(text, "messageType").as_deref() == Some("CONTROL_MESSAGE") && has_log_events(text) {
        return Some(Expanded::Skipped(Skip::Control));
    }
    queue(text, known)
        .or_else(|| payload(text, known))
        .or_else(|| splunk_line(text, known))
        .or_else(|| search(text, known))
}

/// The members of the file that CloudTrail Lake writes beside saved results, `result_sign.json`.
const OF_SIGNATURE: [&str; 8] = [
    "version",
    "region",
    "files",
    "hashAlgorithm",
    "signatureAlgorithm",
    "queryCompleteTime",
    "hashSignature",
    "publicKeyFingerprint",
];

/// Whether the object has the log events of a payload of a subscription, and no members of its own.
fn has_log_events(text: &[u8]) -> bool {
    let is_array = |at: usize| text.get(at) == Some(&b'[');
    member(text, 0, "logEvents").is_some_and(is_array) && are_of_service(text, 0, "logEvents")
}

/// `eventSource` of an element of Lambda's `Records`.
fn source(text: &[u8]) -> Option<Cow<'_, str>> {
    member(text, 0, "eventSource").and_then(|at| string(text, at))
}

/// SNS and SQS.
fn queue<'t>(text: &'t [u8], known: &Known) -> Option<Expanded<'t>> {
    let plain = |message| Expanded::Text(message, Envelope::default());
    if let Some(sns) = known.at("Sns").filter(|at| text.get(*at) == Some(&b'{')) {
        return inside(text, "Sns", Expanded::Inner(raw(text, sns), Envelope::default()));
    }
    if let Some(kind) = known.text(text, "Type").filter(|_| known.has("TopicArn")) {
        return match kind.as_ref() {
            "Notification" => {
                known.text(text, "Message").and_then(|message| inside(text, "Message", plain(message)))
            }
            "SubscriptionConfirmation" | "UnsubscribeConfirmation" => Some(Expanded::Skipped(Skip::Notice)),
            _ => None,
        };
    }
    if known.has("Body") && member(text, 0, "MessageId").is_some() {
        return known.text(text, "Body").and_then(|body| inside(text, "Body", plain(body)));
    }
    let is_lambda = || member(text, 0, "messageId").is_some();
    let body = known.text(text, "body").filter(|_| is_lambda());
    body.and_then(|body| inside(text, "body", plain(body)))
}

/// Kinesis, Firehose and Lambda's event of a subscription: base64.
fn payload<'t>(text: &'t [u8], known: &Known) -> Option<Expanded<'t>> {
    let base64 = |at: usize| string(text, at).map(Expanded::Base64);
    let data = |outer: &str| known.at(outer).and_then(|at| member(text, at, "data"));
    if let Some(data) = data("awslogs").filter(|_| are_only(text, &["awslogs"])) {
        return base64(data);
    }
    if let Some(data) = data("kinesis").filter(|_| are_only(text, &OF_KINESIS_IN_LAMBDA)) {
        return base64(data);
    }
    let is_kinesis = || member(text, 0, "SequenceNumber").is_some() && are_only(text, &OF_KINESIS);
    if let Some(data) = known.at("Data").filter(|_| is_kinesis()) {
        return base64(data);
    }
    // what Firehose could not deliver
    if known.has("attemptsMade")
        && let Some(data) = known.at("rawData")
    {
        return base64(data);
    }
    // an event of an application may have nothing but a member `data`
    let is_payload = || known.text(text, "data").is_some_and(|data| begins_payload(data.trim().as_bytes()));
    let is_firehose = || match known.has("recordId") {
        true => are_only(text, &OF_FIREHOSE),
        false => are_only(text, &["data"]) && is_payload(),
    };
    known.at("data").filter(|_| is_firehose()).and_then(base64)
}

/// The members of a record of Kinesis as Lambda gets it, and as GetRecords and libraries give it.
const OF_KINESIS_IN_LAMBDA: [&str; 8] = [
    "kinesis",
    "eventSource",
    "eventVersion",
    "eventID",
    "eventName",
    "eventSourceARN",
    "awsRegion",
    "invokeIdentityArn",
];
const OF_KINESIS: [&str; 8] = [
    "Data",
    "SequenceNumber",
    "SubSequenceNumber",
    "ApproximateArrivalTimestamp",
    "PartitionKey",
    "ExplicitHashKey",
    "EncryptionType",
    "MillisBehindLatest",
];

/// The members of a record of Firehose as Lambda gets it and gives it back.
const OF_FIREHOSE: [&str; 6] =
    ["recordId", "data", "approximateArrivalTimestamp", "kinesisRecordMetadata", "result", "metadata"];

/// A line of an export of Splunk: a result, or the end of the rows. `preview` says that the search was not finished, and that all rows
/// come again. A line with other members is an event of an application.
fn splunk_line<'t>(text: &'t [u8], known: &Known) -> Option<Expanded<'t>> {
    let flag = |name: &str| {
        let value = member(text, 0, name).map(|at| raw(text, at))?;
        matches!(value, b"true" | b"false").then_some(value == b"true")
    };
    let Some(result) = known.at("result") else {
        let has_known = known.found.iter().any(Option::is_some);
        let is_end = !has_known && known.others <= OF_SPLUNK.len() && are_only(text, &OF_SPLUNK);
        return (is_end && flag("preview").is_some() && flag("lastrow").is_some()).then_some(Expanded::NoRow);
    };
    if text.get(result) != Some(&b'{') {
        return None;
    }
    let event = member(text, result, "_raw").and_then(|at| string(text, at));
    let event = event.map(|event| Expanded::Text(event, Envelope::default()));
    if !are_only(text, &OF_SPLUNK) {
        return event.filter(|_| are_only(text, &OF_WEBHOOK));
    }
    let has_place = || ["offset", "lastrow"].iter().any(|name| member(text, 0, name).is_some());
    if flag("preview") == Some(true) && (event.is_some() || has_place()) {
        return Some(Expanded::Skipped(Skip::Preview));
    }
    let is_line = flag("preview").or(flag("lastrow")).is_some();
    event.or(is_line.then_some(Expanded::Unreadable(NO_RAW)))
}

/// The members of a line of an export of Splunk.
const OF_SPLUNK: [&str; 5] = ["preview", "offset", "lastrow", "result", "messages"];

/// The members of what an alert of Splunk sends to a webhook.
const OF_WEBHOOK: [&str; 7] = ["result", "sid", "results_link", "search_name", "owner", "app", "_time"];

/// Whether the object is of a search of Splunk that was finished.
pub(super) fn is_finished(text: &[u8]) -> bool {
    member(text, 0, "preview").is_some_and(|at| raw(text, at) == b"false")
}

/// A row of Splunk, which has the event's text.
fn splunk_row(text: &[u8]) -> Option<Expanded<'_>> {
    let event = member(text, 0, "_raw").and_then(|at| string(text, at))?;
    Some(Expanded::Text(event, Envelope::default()))
}

/// Elasticsearch, Splunk, the console's JSON of Logs Insights, and answers of `--query 'events'`.
fn search<'t>(text: &'t [u8], known: &Known) -> Option<Expanded<'t>> {
    let is_object = |at: &usize| text.get(*at) == Some(&b'{');
    if let Some(source) =
        known.at("_source").filter(is_object).filter(|_| known.has("_index") || known.has("_id"))
    {
        let event_id = known.text(text, "_id").map(Cow::into_owned);
        let envelope = Envelope { event_id, ..Envelope::default() };
        // Filebeat and Elastic Agent keep the record as text
        let original = member(text, source, "event").and_then(|event| member(text, event, "original"));
        let original = original.or_else(|| member(text, source, "event.original"));
        let original =
            original.or_else(|| member(text, source, "message").filter(|_| !is_record(text, source)));
        let found = match original.and_then(|at| string(text, at)) {
            Some(record) if record.trim_start().starts_with('{') => Expanded::Text(record, envelope),
            _ => Expanded::Inner(raw(text, source), envelope),
        };
        return inside(text, "_source", found);
    }
    if let Some(row) = splunk_row(text) {
        return if is_row_of_splunk(text) { Some(row) } else { inside(text, "_raw", row) };
    }
    if let Some(event) = known.text(text, "eventJson") {
        return inside(text, "eventJson", Expanded::Text(event, Envelope::default()));
    }
    if let Some(message) = known.at("@message").filter(|at| is_row_of_insights(text, *at)) {
        let envelope = Envelope {
            log_group: known.text(text, "@log").map(Cow::into_owned),
            log_stream: known.text(text, "@logStream").map(Cow::into_owned),
            time: known.text(text, "@timestamp").and_then(|time| milliseconds(&time)),
            event_id: None,
            ..Envelope::default()
        };
        return Some(match string(text, message) {
            Some(message) => Expanded::Message(message, envelope),
            None => Expanded::Inner(raw(text, message), envelope),
        });
    }
    let is_answer = ["ingestionTime", "eventId", "logStreamName"].iter().any(|name| known.has(name));
    (is_answer && known.has("timestamp") && known.has("message") && known.others == 0)
        .then(|| log_event(text))
}

/// Whether an object is a row of Logs Insights: it has nothing but the message, another member as Logs Insights names them, or a record.
fn is_row_of_insights(text: &[u8], message: usize) -> bool {
    let mut others = object(text, 0).filter(|(key, _)| key != "@message").peekable();
    others.peek().is_none()
        || others.any(|(key, _)| key.starts_with('@'))
        || string(text, message).map_or_else(|| is_of_trail(text, message), |text| holds_record(&text))
}

fn log_event(text: &[u8]) -> Expanded<'_> {
    let mut envelope = Envelope::default();
    let mut message = None;
    for (key, value) in object(text, 0) {
        let name = || string(text, value).map(Cow::into_owned);
        match key.as_ref() {
            "message" => message = string(text, value),
            "timestamp" => envelope.time = integer(text, value),
            "id" | "eventId" => envelope.event_id = name(),
            "logStreamName" => envelope.log_stream = name(),
            "logGroupIdentifier" | "logGroupName" => envelope.log_group = name(),
            _ => {}
        }
    }
    match message {
        Some(message) => Expanded::Message(message, envelope),
        None => Expanded::Unreadable("a log event has no `message`"),
    }
}

fn insights(text: &[u8]) -> Expanded<'_> {
    let mut envelope = Envelope::default();
    let mut message = None;
    for cell in elements(text, 0) {
        let field = member(text, cell, "field").and_then(|at| string(text, at));
        let value = member(text, cell, "value").and_then(|at| string(text, at));
        let (Some(field), Some(value)) = (field, value) else { continue };
        match field.as_ref() {
            "@message" => message = Some(value),
            "@timestamp" => envelope.time = milliseconds(&value),
            "@logStream" => envelope.log_stream = Some(value.into_owned()),
            "@log" => envelope.log_group = Some(value.into_owned()),
            _ => {}
        }
    }
    match message {
        Some(message) => Expanded::Message(message, envelope),
        None => Expanded::Unreadable(NO_MESSAGE),
    }
}

fn lake(text: &[u8]) -> Expanded<'_> {
    for cell in elements(text, 0) {
        if let Some((_, at)) = object(text, cell).find(|(key, _)| key.eq_ignore_ascii_case("eventJson"))
            && let Some(event) = string(text, at)
        {
            return Expanded::Text(event, Envelope::default());
        }
    }
    Expanded::Unreadable(NO_EVENT_JSON)
}

fn athena<'t>(text: &'t [u8], columns: &[String]) -> Expanded<'t> {
    let Some(data) = member(text, 0, "Data") else { return Expanded::Unreadable(NO_RECORD_COLUMN) };
    let cells = elements(text, data)
        .map(|cell| member(text, cell, "VarCharValue").and_then(|at| string(text, at)).unwrap_or_default());
    if columns.is_empty() {
        return Expanded::Header(cells.map(Cow::into_owned).collect());
    }
    let Some(column) = event_column(columns) else { return Expanded::Unreadable(NO_RECORD_COLUMN) };
    match cells.into_iter().nth(column) {
        Some(event) => Expanded::Text(event, Envelope::default()),
        None => Expanded::Unreadable(NO_RECORD_COLUMN),
    }
}

/// The object that a text holds besides blanks, if its bytes begin as one does.
pub(super) fn looks_like_object(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    text.first() == Some(&b'{')
        && matches!(text.get(1..).map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first), Some(b'"' | b'}'))
}

/// A time of Logs Insights, `2026-03-01 10:01:00.000`, or of RFC 3339, in milliseconds since 1970.
pub(super) fn milliseconds(time: &str) -> Option<i64> {
    if let Ok(number) = time.parse() {
        return Some(number);
    }
    let (date, rest) = time.split_at_checked(10)?;
    let clock = rest.get(1..9)?;
    let seconds = parse(&format!("{date}T{clock}Z"))?;
    let fraction = rest.get(9..).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    let digits: String = fraction.chars().take_while(char::is_ascii_digit).take(3).collect();
    let millis = format!("{digits:0<3}").parse::<i64>().ok()?;
    Some(seconds * 1000 + millis)
}
