//! What an answer says about itself: whether its query has finished, and whether more exists on the service.

use super::elements::Elements;
use super::values::{integer_part, member, object, raw, string};
use crate::engine::json::text::elements as elements_of;

/// What the members beside the elements of an answer say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status of a query whose rows are not complete, such as `Running`.
    pub(super) unfinished: Option<String>,
    /// The answer names a further page, or says that not all was searched.
    is_partial: bool,
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
        use Elements::{Athena, Insights, Lake, LogEvents, Objects, Records, Splunk};
        let number = |at: usize, name: &str| member(text, at, name).and_then(|at| integer_part(text, at));
        for (key, at) in object(text, 0) {
            match (key.as_ref(), elements) {
                ("NextToken" | "nextToken", Insights | Lake | Objects | LogEvents | Athena) => {
                    self.is_partial |= string(text, at).is_some_and(|token| !token.is_empty());
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
                ("searchedLogStreams", LogEvents) => self.is_partial |= is_searched_in_part(text, at),
                // Kinesis
                ("MillisBehindLatest", Records) => {
                    self.is_partial |= integer_part(text, at).is_some_and(|late| late > 0);
                }
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
                ("preview", Splunk) => self.is_partial |= raw(text, at) == b"true",
                _ => {}
            }
        }
    }

    /// This and what the members after the elements say.
    pub(super) fn and(self, after: Answer) -> Answer {
        Answer {
            unfinished: self.unfinished.or(after.unfinished),
            is_partial: self.is_partial || after.is_partial,
            total: self.total.or(after.total),
        }
    }

    /// Whether more exists on the service. `rows`: the elements that were read.
    pub(super) fn is_partial(&self, rows: u64) -> bool {
        self.is_partial || self.total.is_some_and(|total| total > rows)
    }
}

fn total(text: &[u8], hits: usize) -> Option<u64> {
    let total = member(text, hits, "total")?;
    integer_part(text, total).or_else(|| member(text, total, "value").and_then(|at| integer_part(text, at)))
}

/// Whether a log stream of the list was not searched to its end.
fn is_searched_in_part(text: &[u8], streams: usize) -> bool {
    text.get(streams) == Some(&b'[')
        && elements_of(text, streams).any(|stream| {
            member(text, stream, "searchedCompletely").is_some_and(|at| raw(text, at) == b"false")
        })
}
