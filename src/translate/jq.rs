//! jq: a filter that keeps the events that the pattern matches. A JSON pattern reads JSON values; the others read lines (`jq -R`).

use super::line::{Column, NUMBER, TOKEN};
use super::note::{Clause, Refusal};
use super::operand::Search;
use super::regex::{FirstOccurrence, depends_on_spelling, of_wildcard};
use super::walk::{Dialect, Test, Words};
use crate::escaped::json_text;
use crate::syntax::ast::{Equality, Regex, Selector, Step};

pub(super) const ASSUMPTIONS: &[&str] = &[
    "each event is one JSON object, or for a pattern of another kind one line",
    "jq's numbers are doubles: numbers with more than 15 digits may be equal there, and numbers nearest to 0, such as 1e-400, are 0",
    "no text has half of a surrogate pair (`\\ud800`), which jq replaces",
    "no event is nested more than 256 deep, where jq 1.6 stops",
];

/// The functions that a filter may use, each with its name.
const FUNCTIONS: [(&str, &str); 4] = [
    ("key(", "def key($k): objects | select(has($k)) | .[$k];\n"),
    ("item(", "def item($i): arrays | select(length > $i) | .[$i];\n"),
    ("each", "def each: (objects, arrays) | .[];\n"),
    ("text", "def text: strings, (numbers | tostring);\n"),
];

/// The text of a token, without its quotes or brackets.
const COLUMN: &str = "def column: .string | if test(\"\\\\A(?:\\\"[^\\\"]*\\\"|\\\\[[^\\\\]]*\\\\])\\\\z\") then .[1:-1] else . end;\n";

/// jq's spelling.
pub(super) struct Jq;

impl Dialect for Jq {
    type Condition = String;

    const WORDS: Words = Words {
        doubles: "jq's numbers are doubles",
        spelling: Some(
            "a JSON number is compared as jq prints it, and not as the event spells it: `1e2` is `100`",
        ),
    };

    fn everything(&mut self) -> String {
        "select(true)".to_owned()
    }

    fn texts(&mut self, condition: String, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(format!("select({condition})"))
    }

    fn objects(&mut self, condition: String, _: &mut Clause<'_>) -> Result<String, Refusal> {
        let functions = FUNCTIONS.iter().filter(|(name, _)| uses(&condition, name)).map(|(_, text)| *text);
        let functions: String = functions.collect();
        Ok(format!("{functions}select(type == \"object\" and {condition})"))
    }

    fn lines(
        &mut self,
        least: usize,
        conditions: Vec<String>,
        _: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        let functions = if conditions.is_empty() { "" } else { COLUMN };
        let enough = format!("($t | length) >= {least}");
        let all: Vec<String> = std::iter::once(enough).chain(conditions).collect();
        Ok(format!(
            "{functions}select(. as $line | [match({}; \"g\")] as $t | {})",
            quoted(TOKEN),
            all.join(" and ")
        ))
    }

    fn term(&mut self, text: &str, is_excluded: bool, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(match (text.is_empty(), is_excluded) {
            (true, _) => (!is_excluded).to_string(),
            (false, false) => format!("index({}) != null", quoted(text)),
            (false, true) => format!("index({}) == null", quoted(text)),
        })
    }

    fn search(&mut self, regex: &Regex, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(format!("test({})", quoted(&clause.portable(regex)?)))
    }

    fn field(
        &mut self,
        selector: &Selector,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        let values = path(selector);
        Ok(match test {
            Test::NotExists => format!("(any({values}; true) | not)"),
            Test::IsNull => {
                format!("any({values}; . == null or (type == \"array\" and any(.[]; . == null)))")
            }
            Test::IsTrue => format!("any({values}; . == true)"),
            Test::IsFalse => format!("any({values}; . == false)"),
            Test::Order(order, number) => format!("any({values} | numbers; . {order} {})", operand(number)),
            Test::Number { equality, literal, spelled } => {
                let (value, text) = (operand(literal), quoted(spelled));
                match equality {
                    Equality::Equal => format!("any({values}; . == {value} or . == {text})"),
                    Equality::NotEqual => {
                        format!("any({values} | strings, numbers; . != {value} and . != {text})")
                    }
                }
            }
            Test::Text(equality, search) => {
                let holds = text_condition(search, clause)?;
                match equality {
                    // a text is equal to no number, true, null, array or object
                    Equality::Equal if matches!(search, Search::Text(_)) && !depends_on_spelling(search) => {
                        format!("any({values}; {holds})")
                    }
                    Equality::Equal => format!("any({values} | text; {holds})"),
                    Equality::NotEqual => format!("any({values} | text; {holds} | not)"),
                }
            }
        })
    }

    fn column(
        &mut self,
        column: Column,
        least: usize,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        let text = match column {
            Column::FromLeft(at) => format!("$t[{at}] | column"),
            Column::FromRight(back) => format!("$t[-{back}] | column"),
            Column::Rest(at) => format!(
                "if ($t | length) > {least} then $line[$t[{at}].offset:] | sub(\"[ \\\\t\\\\r\\\\n]+\\\\z\"; \"\") else $t[{at}] | column end"
            ),
        };
        let numeric = |operator: &str, number: &str| {
            let number = operand(number);
            format!("(test({}) and (ltrimstr(\"+\") | tonumber) {operator} {number})", quoted(NUMBER))
        };
        let (equality, holds) = match test {
            Test::Order(order, number) => (Equality::Equal, numeric(&order.to_string(), number)),
            // a token that is no number is not equal to the text of one
            Test::Number { equality, literal, .. } => (*equality, numeric("==", literal)),
            Test::Text(equality, search) => (*equality, text_condition(search, clause)?),
            Test::NotExists | Test::IsNull | Test::IsTrue | Test::IsFalse => {
                (Equality::Equal, "false".to_owned())
            }
        };
        let not = if equality == Equality::NotEqual { " | not" } else { "" };
        Ok(format!("({text} | {holds}{not})"))
    }
}

/// A number after an operator.
fn operand(number: &str) -> String {
    if number.starts_with('-') { format!("({number})") } else { number.to_owned() }
}

/// A text as a literal of jq. `\(`, which begins an interpolation, cannot arise: a backslash is written as two.
fn quoted(text: &str) -> String {
    json_text(&serde_json::Value::from(text).to_string()).into_owned()
}

/// Whether a filter calls a function, outside its texts. A text in quotes may only make it define a function too many.
fn uses(condition: &str, name: &str) -> bool {
    condition.contains(&format!("({name}")) || condition.contains(&format!("| {name}"))
}

/// The values that a selector yields: none, one, or with a wildcard any number (docs/filter-patterns.md#selectors).
fn path(selector: &Selector) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) | Step::QuotedKey(key) => format!("key({})", quoted(key)),
        Step::Index(index) => format!("item({index})"),
        Step::AnyKey | Step::AnyIndex => "each".to_owned(),
    };
    selector.steps.iter().map(step).collect::<Vec<_>>().join(" | ")
}

/// A condition on `.`, which is a text. It contains no `and`, `or` or `|`.
fn text_condition(search: &Search<'_>, clause: &Clause<'_>) -> Result<String, Refusal> {
    Ok(match search {
        Search::Anything => "true".to_owned(),
        Search::Text(text) => format!(". == {}", quoted(text)),
        Search::Wildcard(wildcard) => {
            let inner: Vec<&str> = wildcard.inner().collect();
            match (wildcard.prefix, inner.as_slice(), wildcard.suffix) {
                (prefix, [], "") => format!("startswith({})", quoted(prefix)),
                ("", [text], "") => format!("index({}) != null", quoted(text)),
                _ => format!("test({})", quoted(&of_wildcard(wildcard, FirstOccurrence::Atomic))),
            }
        }
        Search::Regex(regex) => format!("test({})", quoted(&clause.portable(regex)?)),
    })
}
