//! What an answer says about itself: whether its query has finished, and whether more exists on the service.

use super::elements::Elements;
use super::values::{integer_part, member, object, raw, string};
use crate::engine::json::text::elements as elements_of;

/// What the members beside the elements of an answer say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status of a query whose rows are not complete, such as `Running`.
    pub(super) unfinished: Option<String>,
    /// The answer names a further page.
    pub(super) has_token: bool,
    /// The answer says that not all was searched, which no further page changes.
    is_partial: bool,
    /// Log streams were not searched to their ends, which a further page may do.
    has_streams_left: bool,
    /// A search of Splunk was not finished, or was.
    pub(super) preview: Option<bool>,
    /// How far a read of Kinesis is behind the end of the stream.
    late: Option<u64>,
    /// The number of events that the service has found.
    total: Option<u64>,
}

/// States in which a query of Logs Insights (`status`) or CloudTrail Lake (`QueryStatus`) has no complete rows.
const UNFINISHED: [&str; 8] =
    ["scheduled", "queued", "running", "failed", "cancelled", "timeout", "timed_out", "unknown"];

impl Answer {
    /// What the members of the object that `text` begins with say, if its elements are of this kind.
    pub(super) fn of(text: &[u8], elements: Elements) -> Answer {
        let mut answer = Answer::default();
        answer.read(text, elements);
        answer
    }

    fn read(&mut self, text: &[u8], elements: Elements) {
        use Elements::{Athena, Insights, Lake, LogEvents, Objects, Previews, Records, Splunk};
        let number = |at: usize, name: &str| member(text, at, name).and_then(|at| integer_part(text, at));
        for (key, at) in object(text, 0) {
            match (key.as_ref(), elements) {
                ("NextToken" | "nextToken", Insights | Lake | Objects | LogEvents | Athena) => {
                    self.has_token |= string(text, at).is_some_and(|token| !token.is_empty());
                }
                ("status" | "QueryStatus", Insights | Lake) => {
                    let status = string(text, at).map(std::borrow::Cow::into_owned);
                    let is_unfinished =
                        |status: &String| UNFINISHED.iter().any(|known| known.eq_ignore_ascii_case(status));
                    self.unfinished = status.filter(is_unfinished);
                }
                ("statistics", Insights) => self.total = number(at, "recordsMatched").or(self.total),
                ("QueryStatistics", Lake) => self.total = number(at, "TotalResultsCount").or(self.total),
                // FilterLogEvents
                ("searchedLogStreams", LogEvents) => self.has_streams_left |= has_streams_left(text, at),
                // Live Tail
                ("sessionUpdate", LogEvents) => self.is_partial |= is_sampled(text, at),
                ("", LogEvents) if text.get(at) == Some(&b'{') => self.is_partial |= is_sampled(text, at),
                // Kinesis
                ("MillisBehindLatest", Records) => self.late = integer_part(text, at).or(self.late),
                // Elasticsearch: `total` is a number or an object
                ("hits", Objects) => self.total = total(text, at).or(self.total),
                // the rest of the object around the elements
                ("", Objects) if text.get(at) == Some(&b'{') => {
                    self.total = total(text, at).or(self.total);
                }
                ("timed_out", Objects) => self.is_partial |= raw(text, at) == b"true",
                ("_shards", Objects) => {
                    self.is_partial |= number(at, "failed").is_some_and(|failed| failed > 0);
                }
                // Splunk
                ("preview", Splunk | Previews) => self.preview = flag(text, at).or(self.preview),
                _ => {}
            }
        }
    }

    /// This and what the members after the elements say.
    pub(super) fn and(self, after: Answer) -> Answer {
        Answer {
            unfinished: self.unfinished.or(after.unfinished),
            has_token: self.has_token || after.has_token,
            is_partial: self.is_partial || after.is_partial,
            has_streams_left: self.has_streams_left || after.has_streams_left,
            preview: self.preview.or(after.preview),
            late: self.late.or(after.late),
            total: self.total.or(after.total),
        }
    }

    /// Whether the service did not search all, and no further page does.
    pub(super) fn is_searched_in_part(&self) -> bool {
        self.is_partial || self.has_streams_left && !self.has_token
    }

    /// Whether the list goes on. `rows`: its elements that were read.
    pub(super) fn has_more(&self, rows: u64) -> bool {
        self.has_token
            || self.late.is_some_and(|late| late > 0)
            || self.total.is_some_and(|total| total > rows)
    }

    /// With the number of events that an answer to the same query has, if this one has none.
    pub(super) fn with_total_of(self, other: &Answer) -> Answer {
        Answer { total: self.total.or(other.total), ..self }
    }

    /// Whether another answer may be of the same query.
    pub(super) fn is_of_query(&self, other: &Answer) -> bool {
        let has_totals = self.total.is_some() && other.total.is_some();
        (!has_totals || self.total == other.total) && self.late.is_some() == other.late.is_some()
    }
}

fn flag(text: &[u8], at: usize) -> Option<bool> {
    match raw(text, at) {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// Whether a session of Live Tail left events out.
fn is_sampled(text: &[u8], session: usize) -> bool {
    let metadata = member(text, session, "sessionMetadata");
    let sampled = metadata.and_then(|metadata| member(text, metadata, "sampled"));
    sampled.is_some_and(|sampled| flag(text, sampled) == Some(true))
}

fn total(text: &[u8], hits: usize) -> Option<u64> {
    let total = member(text, hits, "total")?;
    integer_part(text, total).or_else(|| member(text, total, "value").and_then(|at| integer_part(text, at)))
}

/// Whether a log stream of the list was not searched to its end.
fn has_streams_left(text: &[u8], streams: usize) -> bool {
    text.get(streams) == Some(&b'[')
        && elements_of(text, streams).any(|stream| {
            member(text, stream, "searchedCompletely").is_some_and(|at| raw(text, at) == b"false")
        })
}
