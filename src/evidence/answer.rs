//! What an answer of AWS says about itself: whether its query has finished, and whether more exists on the service.

use super::elements::Elements;
use super::values::{integer_part, member, object, string};

/// What the members beside the elements of an answer say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status of a query whose rows are not complete, such as `Running`.
    pub(super) unfinished: Option<String>,
    /// The answer names a further page, or its query matched more events than the answer has rows.
    pub(super) is_partial: bool,
}

/// States in which a query of Logs Insights (`status`) or CloudTrail Lake (`QueryStatus`) has no complete rows.
const UNFINISHED: [&str; 8] =
    ["scheduled", "queued", "running", "failed", "cancelled", "timeout", "timed_out", "unknown"];

impl Answer {
    /// What the members of the object that `text` begins with say, if its elements are of this kind. `rows` elements were read.
    pub(super) fn of(text: &[u8], elements: Elements, rows: u64) -> Answer {
        let mut answer = Answer::default();
        let (is_query, is_paged) = match elements {
            Elements::Insights | Elements::Lake => (true, true),
            Elements::Objects | Elements::LogEvents | Elements::Athena => (false, true),
            Elements::Records | Elements::Bare | Elements::Control => (false, false),
        };
        for (key, at) in object(text, 0) {
            match key.as_ref() {
                "NextToken" | "nextToken" if is_paged => {
                    answer.is_partial |= string(text, at).is_some_and(|token| !token.is_empty());
                }
                "status" | "QueryStatus" if is_query => {
                    let status = string(text, at).map(std::borrow::Cow::into_owned);
                    let is_unfinished =
                        |status: &String| UNFINISHED.iter().any(|known| known.eq_ignore_ascii_case(status));
                    answer.unfinished = status.filter(is_unfinished);
                }
                "statistics" if elements == Elements::Insights => {
                    let matched = member(text, at, "recordsMatched").and_then(|at| integer_part(text, at));
                    answer.is_partial |= matched.is_some_and(|matched| matched > rows);
                }
                _ => {}
            }
        }
        answer
    }

    /// This and what the members after the elements say.
    pub(super) fn and(self, after: Answer) -> Answer {
        Answer {
            unfinished: self.unfinished.or(after.unfinished),
            is_partial: self.is_partial || after.is_partial,
        }
    }
}
