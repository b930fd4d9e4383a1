//! A condition on what no recorded event has, and its text.

use crate::plural::counted;
use std::fmt;

/// A condition on a field or a value that no recorded event has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotRecorded {
    /// The text of the condition.
    pub condition: String,
    /// The text of its selector.
    pub selector: String,
    /// What is not recorded.
    pub kind: NotRecordedKind,
}

/// What is not recorded, and how much is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRecordedKind {
    /// No recorded event has the field.
    Field {
        /// The number of recorded events of the event sources.
        records: usize,
        /// The event sources that the pattern allows where it has the condition. Empty if it allows all.
        sources: Vec<&'static str>,
        /// The event names that the pattern allows there, if no recorded event of these sources has such a name.
        names: Vec<String>,
    },
    /// No recorded event of the sources has the field, and the sources have too few recorded events to decide.
    TooFew {
        /// The number of recorded events of the event sources.
        records: usize,
        /// The event sources that the pattern allows where it has the condition.
        sources: Vec<String>,
    },
    /// No recorded event with the field has a value that fits.
    Value {
        /// The number of recorded events of the event sources that have the field.
        records: usize,
        /// The event sources. Empty if the pattern allows all.
        sources: Vec<&'static str>,
        /// The recorded values.
        values: Vec<&'static str>,
        /// The recorded value that differs only in upper and lower case.
        in_other_case: Option<&'static str>,
    },
    /// AWS documents values of the field, and no value that fits is one of them.
    Documented {
        /// The documented values.
        values: Vec<&'static str>,
        /// The documented value that was likely meant: it differs in upper and lower case, or by a typing error.
        in_other_case: Option<&'static str>,
    },
    /// No event name that fits is known, or not of these sources.
    Name {
        /// The event sources that the pattern allows where it has the condition. Empty if the name is not known at all.
        sources: Vec<String>,
        /// The sources that are known to record the name.
        known: Vec<&'static str>,
    },
    /// No event source that fits is known.
    Source,
    /// The field has another type in each record, so that no value of it fits, or that it is always there.
    Type {
        /// The field, or an object or array on its path: keys joined by dots.
        path: String,
        /// What it is in each record, such as `a boolean`.
        is: &'static str,
    },
    /// The text has another form than those of the field.
    Form {
        /// The form, with an example.
        form: &'static str,
    },
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selector = &self.selector;
        match &self.kind {
            NotRecordedKind::Field { records, sources, names } => {
                write!(f, "0 of {}{} have `{selector}`", events(*records), of(sources))?;
                match names.as_slice() {
                    [] => Ok(()),
                    names => write!(f, "; none of them is {}", quoted(names)),
                }
            }
            NotRecordedKind::TooFew { records, sources } => {
                let events = events(*records);
                write!(f, "0 of {events} of {} have `{selector}`: too few to tell", sources.join(", "))
            }
            NotRecordedKind::Value { records, sources, values, in_other_case } => {
                let events = events(*records);
                write!(f, "0 of {events}{} with `{selector}` have this value; ", of(sources))?;
                match (in_other_case, values.as_slice()) {
                    (Some(value), _) => write!(f, "the recorded value is `{value}`"),
                    (None, values) => write!(f, "recorded: {}", quoted(values)),
                }
            }
            NotRecordedKind::Documented { values, in_other_case } => match in_other_case {
                Some(value) => write!(f, "the documented value is `{value}`"),
                None => write!(f, "documented: {}", quoted(values)),
            },
            NotRecordedKind::Name { sources, .. } if sources.is_empty() => {
                f.write_str("no recorded event and no service model has such an event name")
            }
            NotRecordedKind::Name { sources, known } => {
                let (of, known) = (quoted(sources), quoted(known));
                write!(f, "no event of {of} is known to have this name; it is known of {known}")
            }
            NotRecordedKind::Source => f.write_str("no such event source is known"),
            NotRecordedKind::Type { path, is } => write!(f, "`{path}` is {is} in each record"),
            NotRecordedKind::Form { form } => write!(f, "the field has {form}"),
        }
    }
}

fn events(count: usize) -> String {
    counted(count, "recorded event", "recorded events")
}

fn of(sources: &[&str]) -> String {
    if sources.is_empty() { String::new() } else { format!(" of {}", sources.join(", ")) }
}

fn quoted<T: fmt::Display>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
