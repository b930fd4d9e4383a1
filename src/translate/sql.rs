//! SQL: a `SELECT` over a table of log events, one in a row. DuckDB and Athena have the same structure, and other functions.

use super::line::{Column, NUMBER, TOKEN};
use super::note::{Clause, Refusal};
use super::operand::{Search, Wildcard};
use super::regex::{FirstOccurrence, of_wildcard};
use super::sql_text::text as quoted;
use super::walk::{Dialect, Test, Words};
use crate::limits::TRANSLATED_TOKENS;
use crate::syntax::ast::{Equality, Regex, Selector};
use std::marker::PhantomData;

/// A value of an event: expressions of SQL.
pub(super) struct Place {
    /// Its type. SQL's null if there is no value.
    pub(super) kind: String,
    /// Its text.
    pub(super) text: String,
    /// Whether it is an array with an element that is null.
    pub(super) has_null: String,
}

/// What a selector yields.
pub(super) enum Values {
    /// At most one value.
    One(Place),
    /// The values of a list. In `place` the value is `x`, the parameter of a lambda.
    Each { list: String, place: Place },
}

/// The functions of an engine.
pub(super) trait Functions {
    const WORDS: Words;
    /// The types of [`Place::kind`]: text, boolean (one or more, with commas), null, array and object.
    const TEXT: &'static str;
    const BOOLEAN: &'static str;
    const NULL: &'static str;
    const ARRAY_OR_OBJECT: &'static str;

    /// Whether the message is a JSON object for which the condition holds. It never fails.
    fn is_object_and(condition: &str) -> String;
    fn values(selector: &Selector, clause: &Clause<'_>) -> Result<Values, Refusal>;
    /// How many values of a list there are.
    fn length(list: &str) -> String;
    /// The values `x` of a list for which the condition holds.
    fn filtered(list: &str, condition: &str) -> String;
    /// An element, counted from 1, or if negative from the end.
    fn element(list: &str, at: &str) -> String;
    fn contains(text: &str, part: &str) -> String;
    fn is_found(text: &str, regex: &str) -> String;
    /// The first match, or the empty text.
    fn found(text: &str, regex: &str) -> String;
}

/// The writer for an engine.
pub(super) struct Sql<F>(PhantomData<F>);

impl<F> Default for Sql<F> {
    fn default() -> Self {
        Sql(PhantomData)
    }
}

fn select(condition: &str) -> String {
    format!("SELECT message FROM events\nWHERE {condition}")
}

impl<F: Functions> Dialect for Sql<F> {
    type Condition = String;

    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";

    const WORDS: Words = F::WORDS;

    fn everything(&mut self) -> String {
        "SELECT message FROM events".to_owned()
    }

    fn texts(&mut self, condition: String, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(select(&condition))
    }

    fn objects(&mut self, condition: String, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(select(&F::is_object_and(&condition)))
    }

    fn lines(
        &mut self,
        least: usize,
        conditions: Vec<String>,
        _: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        let enough = format!("{} >= {least}", F::length("t"));
        let all: Vec<String> = std::iter::once(enough).chain(conditions).collect();
        Ok(format!(
            "SELECT message FROM (SELECT message, regexp_extract_all(message, {}) AS t FROM events)\nWHERE {}",
            quoted(TOKEN),
            all.join(" AND ")
        ))
    }

    fn term(&mut self, text: &str, is_excluded: bool, _: &mut Clause<'_>) -> Result<String, Refusal> {
        let not = if is_excluded { "NOT " } else { "" };
        Ok(format!("{not}{}", F::contains("message", &quoted(text))))
    }

    fn search(&mut self, regex: &Regex, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(F::is_found("message", &quoted(&clause.portable(regex)?)))
    }

    fn field(
        &mut self,
        selector: &Selector,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        of_values::<F>(F::values(selector, clause)?, test, clause)
    }

    fn column(
        &mut self,
        column: Column,
        least: usize,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        let text = column_text::<F>(column, least, clause)?;
        let numeric = |operator: &str, number: &str| {
            let is_number = F::is_found(&text, &quoted(NUMBER));
            format!("({is_number} AND TRY_CAST({text} AS DOUBLE) {operator} {})", double(number))
        };
        let (equality, holds) = match test {
            Test::Order(order, number) => (Equality::Equal, numeric(&order.to_string(), number)),
            // a token that is no number is not equal to the text of one
            Test::Number { equality, literal, .. } => (*equality, numeric("=", literal)),
            Test::Text(equality, search) => (*equality, text_condition::<F>(search, &text, clause)?),
            Test::NotExists | Test::IsNull | Test::IsTrue | Test::IsFalse => {
                (Equality::Equal, "FALSE".to_owned())
            }
        };
        Ok(match equality {
            Equality::Equal => holds,
            Equality::NotEqual => format!("(NOT {holds})"),
        })
    }
}

fn double(literal: &str) -> String {
    format!("CAST('{literal}' AS DOUBLE)")
}

/// A condition on the values of a selector.
pub(super) fn of_values<F: Functions>(
    values: Values,
    test: &Test<'_>,
    clause: &Clause<'_>,
) -> Result<String, Refusal> {
    Ok(match values {
        Values::One(place) => match test {
            Test::NotExists => format!("{} IS NULL", place.kind),
            test => format!("({})", holds::<F>(test, &place, clause)?),
        },
        Values::Each { list, place } => match test {
            Test::NotExists => format!("{} = 0", F::length(&list)),
            test => format!("{} > 0", F::length(&F::filtered(&list, &holds::<F>(test, &place, clause)?))),
        },
    })
}

/// A condition that holds for the value. It is false or null if there is no value.
fn holds<F: Functions>(test: &Test<'_>, place: &Place, clause: &Clause<'_>) -> Result<String, Refusal> {
    let Place { kind, text, has_null } = place;
    let is_number =
        || format!("{kind} NOT IN ({}, {}, {}, {})", F::TEXT, F::BOOLEAN, F::NULL, F::ARRAY_OR_OBJECT);
    let is_number_or_text = || format!("{kind} NOT IN ({}, {}, {})", F::BOOLEAN, F::NULL, F::ARRAY_OR_OBJECT);
    let number = || format!("TRY_CAST({text} AS DOUBLE)");
    Ok(match test {
        Test::NotExists => format!("{kind} IS NULL"),
        Test::IsNull => format!("{kind} = {} OR {has_null}", F::NULL),
        Test::IsTrue => format!("{kind} IN ({}) AND {text} = 'true'", F::BOOLEAN),
        Test::IsFalse => format!("{kind} IN ({}) AND {text} = 'false'", F::BOOLEAN),
        Test::Order(order, literal) => {
            format!("{} AND {} {order} {}", is_number(), number(), double(literal))
        }
        Test::Number { equality, literal, spelled } => {
            let operator = if *equality == Equality::Equal { "=" } else { "<>" };
            format!(
                "CASE WHEN {kind} = {} THEN {text} {operator} {} ELSE {} AND {} {operator} {} END",
                F::TEXT,
                quoted(spelled),
                is_number(),
                number(),
                double(literal)
            )
        }
        Test::Text(equality, search) => {
            let not = if *equality == Equality::NotEqual { "NOT " } else { "" };
            format!("{} AND {not}{}", is_number_or_text(), text_condition::<F>(search, text, clause)?)
        }
    })
}

/// A condition on a text, in parentheses or a function call. It is not null.
pub(super) fn text_condition<F: Functions>(
    search: &Search<'_>,
    text: &str,
    clause: &Clause<'_>,
) -> Result<String, Refusal> {
    Ok(match search {
        Search::Anything => "TRUE".to_owned(),
        Search::Text(value) => format!("({text} = {})", quoted(value)),
        Search::Wildcard(wildcard) => of_parts::<F>(wildcard, text),
        Search::Regex(regex) => F::is_found(text, &quoted(&clause.portable(regex)?)),
    })
}

fn of_parts<F: Functions>(wildcard: &Wildcard<'_>, text: &str) -> String {
    let inner: Vec<&str> = wildcard.inner().collect();
    match (wildcard.prefix, inner.as_slice(), wildcard.suffix) {
        (prefix, [], "") => format!("starts_with({text}, {})", quoted(prefix)),
        ("", [part], "") => F::contains(text, &quoted(part)),
        _ => {
            let expression = quoted(&of_wildcard(wildcard, FirstOccurrence::Lazy));
            match wildcard.takes_first_suffix() {
                false => F::is_found(text, &expression),
                true => format!("({text} <> '' AND {} = {text})", F::found(text, &expression)),
            }
        }
    }
}

/// The text of a column, in which `t` is the list of tokens.
fn column_text<F: Functions>(column: Column, least: usize, clause: &Clause<'_>) -> Result<String, Refusal> {
    let token = |at: String| {
        let is_quoted = F::is_found(&at, &quoted(r#"\A(?:"[^"]*"|\[[^\]]*\])\z"#));
        format!("CASE WHEN {is_quoted} THEN substr({at}, 2, length({at}) - 2) ELSE {at} END")
    };
    Ok(match column {
        Column::FromLeft(at) => format!("({})", token(F::element("t", &(at + 1).to_string()))),
        Column::FromRight(back) => format!("({})", token(F::element("t", &format!("-{back}")))),
        Column::Rest(at) if at > TRANSLATED_TOKENS => {
            return Err(clause.refused(
                format!(
                    "the last column takes the rest of the line, after more than {TRANSLATED_TOKENS} tokens"
                ),
                "write `...` for columns without a condition",
            ));
        }
        Column::Rest(at) => {
            let before = format!(r"\A[ \t\r\n]*(?:(?:{TOKEN})[ \t\r\n]*){{{at}}}");
            let (rest, blanks) = (quoted(&before), quoted(r"[ \t\r\n]+\z"));
            format!(
                "(CASE WHEN {} > {least} THEN regexp_replace(regexp_replace(message, {rest}, ''), {blanks}, '') ELSE {} END)",
                F::length("t"),
                token(F::element("t", &(at + 1).to_string()))
            )
        }
    })
}
