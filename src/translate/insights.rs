//! Logs Insights: a query with `filter`. AWS documents its operators by examples, and no engine of it exists outside AWS: a condition
//! whose answer the documents do not say is refused.

use super::line::Column;
use super::note::{Clause, FIRST_SUFFIX, Refusal};
use super::operand::{Search, Wildcard};
use super::regex::{FirstOccurrence, literal as regex_literal, of_glob, of_wildcard, portable};
use super::walk::{Dialect, Test, Words};
use crate::escaped::is_hidden;
use crate::syntax::ast::{Equality, Regex, Selector, Step};

pub(super) const ASSUMPTIONS: &[&str] = &[
    "each event is one JSON object, or for a pattern of another kind a text",
    "the log class is Standard: Logs Insights discovers no fields in the class Infrequent Access",
    "no event has more fields than Logs Insights discovers (200 in its documents); `parse` reads the others",
    "a text of digits, which Logs Insights does not tell apart from a number, is not in a field that the pattern compares with a number",
    "no object has a number for a key: `a.0` is also the first element of an array",
];

/// Words of the query language, which a field's name must not be.
const RESERVED: [&str; 24] = [
    "and", "anomaly", "as", "asc", "by", "dedup", "desc", "diff", "display", "fields", "filter", "in",
    "join", "like", "limit", "lookup", "not", "or", "parse", "pattern", "sort", "source", "stats", "unmask",
];

/// Logs Insights' spelling. The condition is that of `filter`.
pub(super) struct Insights;

impl Dialect for Insights {
    type Condition = String;

    const WORDS: Words = Words {
        doubles: "Logs Insights compares doubles",
        spelling: Some("how Logs Insights prints a JSON number is not documented: `1e2` may be `100`"),
    };

    fn everything(&mut self) -> String {
        "fields @timestamp, @message".to_owned()
    }

    fn texts(&mut self, condition: String, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(format!("fields @timestamp, @message\n| filter {condition}"))
    }

    fn objects(&mut self, condition: String, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        self.texts(condition, clause)
    }

    fn lines(&mut self, _: usize, _: Vec<String>, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_columns(clause))
    }

    fn term(&mut self, text: &str, is_excluded: bool, _: &mut Clause<'_>) -> Result<String, Refusal> {
        let not = if is_excluded { "not " } else { "" };
        Ok(format!("@message {not}like {}", contained(text)))
    }

    fn search(&mut self, regex: &Regex, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(format!("@message like {}", slashes(&clause.portable(regex)?)))
    }

    fn field(
        &mut self,
        selector: &Selector,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        let name = name(selector, clause)?;
        let undocumented = |value: &str| {
            let reason = format!("the documents of Logs Insights do not say how {value} is compared");
            clause.refused(reason, "search the text of the event, with a regular expression over the message")
        };
        Ok(match test {
            Test::IsNull => return Err(undocumented("null")),
            Test::IsTrue | Test::IsFalse => return Err(undocumented("true or false")),
            Test::NotExists => {
                clause.note(
                    "`ispresent` sees the discovered fields, which are leaves: a field that is an object or an array counts as missing, and one that is null may",
                );
                format!("not ispresent({name})")
            }
            Test::Order(order, number) => format!("{name} {order} {number}"),
            Test::Number { equality: Equality::Equal, literal, .. } => format!("{name} = {literal}"),
            Test::Number { equality: Equality::NotEqual, literal, .. } => {
                other_values(clause);
                format!("(ispresent({name}) and {name} != {literal})")
            }
            Test::Text(equality, search) => text_condition(&name, *equality, search, clause)?,
        })
    }

    fn column(
        &mut self,
        _: Column,
        _: usize,
        _: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        Err(no_columns(clause))
    }
}

/// A condition on the text of a field.
fn text_condition(
    name: &str,
    equality: Equality,
    search: &Search<'_>,
    clause: &mut Clause<'_>,
) -> Result<String, Refusal> {
    if equality == Equality::Equal && may_hold_for_boolean(search) {
        clause
            .note("true, false or null may have this text: how Logs Insights prints them is not documented");
    }
    let (operator, value) = match search {
        Search::Anything if equality == Equality::NotEqual => {
            return Err(clause.refused("no value is unequal to `*`", "remove the condition"));
        }
        Search::Anything => {
            other_values(clause);
            return Ok(format!("ispresent({name})"));
        }
        Search::Text(text) if is_plain(text) => ("=", format!("\"{text}\"")),
        Search::Text(text) => ("like", slashes(&format!(r"\A{}\z", regex_literal(text)))),
        Search::Wildcard(wildcard) => ("like", of_parts(wildcard, clause)),
        Search::Regex(regex) => ("like", slashes(&clause.portable(regex)?)),
    };
    Ok(match equality {
        Equality::Equal => format!("{name} {operator} {value}"),
        Equality::NotEqual => {
            other_values(clause);
            let unequal = if operator == "=" { "!=" } else { "not like" };
            format!("(ispresent({name}) and {name} {unequal} {value})")
        }
    })
}

/// A text with wildcards, for `like`.
fn of_parts(wildcard: &Wildcard<'_>, clause: &mut Clause<'_>) -> String {
    if wildcard.takes_first_suffix() {
        clause.note(FIRST_SUFFIX);
        return slashes(&of_glob(wildcard));
    }
    let inner: Vec<&str> = wildcard.inner().collect();
    match (wildcard.prefix, inner.as_slice(), wildcard.suffix) {
        ("", [part], "") => contained(part),
        _ => slashes(&of_wildcard(wildcard, FirstOccurrence::Lazy)),
    }
}

/// Whether a text of JSON's true, false or null may be equal. `*` has a note of its own.
fn may_hold_for_boolean(search: &Search<'_>) -> bool {
    let is_found = |expression: &str| {
        let regex = regex::Regex::new(expression);
        ["true", "false", "null", "1", "0"]
            .iter()
            .any(|text| regex.as_ref().map_or(true, |it| it.is_match(text)))
    };
    match search {
        Search::Anything => false,
        Search::Text(text) => ["true", "false", "null", "1", "0"].contains(text),
        Search::Wildcard(wildcard) => is_found(&of_glob(wildcard)),
        Search::Regex(regex) => portable(regex).map_or(true, |expression| is_found(&expression)),
    }
}

fn no_columns(clause: &Clause<'_>) -> Refusal {
    clause.refused(
        "Logs Insights has no columns: its `parse` does not split quotes, brackets and blanks as a space-delimited pattern does",
        "search the whole message, with terms or a regular expression",
    )
}

fn other_values(clause: &mut Clause<'_>) {
    clause.note("true and false count as values too, and null may: Logs Insights does not tell them apart");
}

/// Whether a text can be in quotes. How quotes and backslashes are escaped is not documented.
fn is_plain(text: &str) -> bool {
    !text.contains(['"', '\\']) && !text.contains("##") && !text.chars().any(is_hidden)
}

/// A part of a text, for `like`.
fn contained(text: &str) -> String {
    if is_plain(text) { format!("\"{text}\"") } else { slashes(&regex_literal(text)) }
}

/// A regular expression between slashes.
fn slashes(regex: &str) -> String {
    format!("/{}/", regex.replace('/', r"\/"))
}

/// The name of the discovered field: the keys, with dots.
pub(super) fn name(selector: &Selector, clause: &mut Clause<'_>) -> Result<String, Refusal> {
    let mut parts: Vec<String> = Vec::new();
    for step in &selector.steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) => {
                let is_odd = |c: char| c == '`' || is_hidden(c);
                if key.is_empty() || key.contains("##") || key.contains(is_odd) {
                    let reason = "a field of Logs Insights cannot be named if a key is empty, or has a backtick or hidden characters";
                    return Err(clause.refused(reason, "search the text of the event"));
                }
                if key.contains('.') {
                    clause.note("Logs Insights does not tell a key with a dot from an object in an object");
                }
                parts.push(key.clone());
            }
            Step::Index(index) => parts.push(index.to_string()),
            Step::AnyKey | Step::AnyIndex => {
                let reason = "Logs Insights names each element of an array: it has no wildcard";
                return Err(clause.refused(reason, "name the element, as in `[0]`"));
            }
        }
    }
    let name = parts.join(".");
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if let Some(rest) = name.strip_prefix('@') {
        if !is_word(rest) {
            let reason = "how a field that begins with `@` and has other signs is named is not documented";
            return Err(clause.refused(reason, "search the text of the event"));
        }
        return Ok(format!("@{name}"));
    }
    let begins_with_digit = name.starts_with(|c: char| c.is_ascii_digit());
    let is_reserved = RESERVED.iter().any(|word| word.eq_ignore_ascii_case(&name));
    Ok(if is_word(&name) && !begins_with_digit && !is_reserved { name } else { format!("`{name}`") })
}
