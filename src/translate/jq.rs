//! jq: a filter that keeps the events that the pattern matches. A JSON pattern reads JSON values; the others read lines (`jq -R`).

use super::expression::{Operators, write};
use super::line::{Column, NUMBER, TOKEN, conditioned, least_tokens};
use super::note::{Note, Refusal};
use super::operand::{Operand, exceeds_double, literal};
use super::regex::{FirstOccurrence, may_hold_for_number, of_wildcard, portable};
use crate::FilterPattern;
use crate::escaped::json_text;
use crate::syntax::ast::{
    Condition, Equality, Expr, Field, Node, Pattern, Predicate, Selector, Step, Term, TermMode,
};

type Written = Result<(String, Vec<Note>), Refusal>;

pub(super) const ASSUMPTIONS: &[&str] = &[
    "each event is one JSON object, or for a pattern of another kind one line",
    "jq's numbers are doubles: numbers with more than 15 digits may be equal there",
    "no text has half of a surrogate pair (`\\ud800`), which jq replaces",
    "no event is nested more than 256 deep, where jq 1.6 stops",
];

const OPERATORS: Operators = Operators { and: " and ", or: " or " };

/// The functions that a filter may use, each with its name.
const FUNCTIONS: [(&str, &str); 4] = [
    ("key(", "def key($k): objects | select(has($k)) | .[$k];\n"),
    ("item(", "def item($i): arrays | select(length > $i) | .[$i];\n"),
    ("each", "def each: (objects, arrays) | .[];\n"),
    ("text", "def text: strings, (numbers | tostring);\n"),
];

/// The text of a token, without its quotes or brackets.
const COLUMN: &str = "def column: .string | if test(\"\\\\A(?:\\\"[^\\\"]*\\\"|\\\\[[^\\\\]]*\\\\])\\\\z\") then .[1:-1] else . end;\n";

pub(super) fn translate(pattern: &FilterPattern) -> Written {
    let mut writer = Writer { pattern, notes: Vec::new() };
    let text = match pattern.ast() {
        Pattern::Everything => "select(true)".to_owned(),
        Pattern::Terms(terms) => format!("select({})", of_terms(terms)),
        Pattern::Regex(regex) => {
            let expression = portable(&regex.item).map_err(|reason| refused(regex, reason))?;
            format!("select(test({}))", quoted(&expression))
        }
        Pattern::Json(expr) => writer.json(expr)?,
        Pattern::Space(fields) => writer.space(fields)?,
    };
    Ok((text, writer.notes))
}

fn refused<T: std::fmt::Display>(node: &Node<T>, reason: String) -> Refusal {
    Refusal::new(node, reason, "write the expression without it")
}

/// A text as a literal of jq. `\(`, which begins an interpolation, cannot arise: a backslash is written as two.
fn quoted(text: &str) -> String {
    json_text(&serde_json::Value::from(text).to_string()).into_owned()
}

fn of_terms(terms: &[Node<Term>]) -> String {
    let of = |term: &Term| {
        let (occurs, excluded) =
            (format!("index({}) != null", quoted(&term.text)), term.mode == TermMode::Excluded);
        match (term.text.is_empty(), excluded) {
            (true, _) => (!excluded).to_string(),
            (false, false) => occurs,
            (false, true) => occurs.replacen(" != null", " == null", 1),
        }
    };
    let terms = || terms.iter().map(|term| &term.item);
    if terms().all(|term| term.mode == TermMode::Optional) {
        return terms().map(of).collect::<Vec<_>>().join(" or ");
    }
    terms().filter(|term| term.mode != TermMode::Optional).map(of).collect::<Vec<_>>().join(" and ")
}

struct Writer<'p> {
    pattern: &'p FilterPattern,
    notes: Vec<Note>,
}

impl Writer<'_> {
    fn json(&mut self, expr: &Node<Expr<Condition>>) -> Result<String, Refusal> {
        let condition = write(expr, &OPERATORS, &mut |condition, node| self.condition(condition, node))?;
        let functions = FUNCTIONS.iter().filter(|(name, _)| uses(&condition, name)).map(|(_, text)| *text);
        let functions: String = functions.collect();
        Ok(format!("{functions}select(type == \"object\" and {condition})"))
    }

    fn condition(&mut self, condition: &Condition, node: &Node<Expr<Condition>>) -> Result<String, Refusal> {
        let values = path(&condition.selector.item);
        Ok(match &condition.predicate.item {
            Predicate::NotExists => format!("(any({values}; true) | not)"),
            Predicate::IsNull => {
                format!("any({values}; . == null or (type == \"array\" and any(.[]; . == null)))")
            }
            Predicate::IsTrue => format!("any({values}; . == true)"),
            Predicate::IsFalse => format!("any({values}; . == false)"),
            Predicate::Order(order, number) => {
                let number = self.number(&number.item, condition, node)?;
                format!("any({values} | numbers; . {} {number})", order)
            }
            Predicate::Compare(equality, value) => {
                let operand = Operand::of(&value.item, self.pattern.semantics());
                self.compare(&values, *equality, operand, condition, node)?
            }
        })
    }

    fn compare(
        &mut self,
        values: &str,
        equality: Equality,
        operand: Operand<'_>,
        condition: &Condition,
        node: &Node<Expr<Condition>>,
    ) -> Result<String, Refusal> {
        if let Operand::Number(number) = operand {
            let (value, text) = (self.number(number, condition, node)?, quoted(&number.lexeme));
            return Ok(match equality {
                Equality::Equal => format!("any({values}; . == {value} or . == {text})"),
                Equality::NotEqual => {
                    format!("any({values} | strings, numbers; . != {value} and . != {text})")
                }
            });
        }
        let depends_on_spelling = operand.may_hold_for_number_text()
            && !matches!(operand, Operand::Regex(regex) if !may_hold_for_number(regex));
        if depends_on_spelling {
            self.notes.push(Note::new(
                condition,
                "a JSON number is compared as jq prints it, and not as the event spells it: `1e2` is `100`",
            ));
        }
        let holds = text_condition(operand, node)?;
        Ok(match equality {
            // a text is equal to no number, true, null, array or object
            Equality::Equal if matches!(operand, Operand::Text(_)) && !depends_on_spelling => {
                format!("any({values}; {holds})")
            }
            Equality::Equal => format!("any({values} | text; {holds})"),
            Equality::NotEqual => format!("any({values} | text; {holds} | not)"),
        })
    }

    fn number<T: std::fmt::Display, N: std::fmt::Display>(
        &mut self,
        number: &crate::syntax::ast::Number,
        condition: &N,
        node: &Node<T>,
    ) -> Result<String, Refusal> {
        let Some(text) = literal(number) else {
            let reason = "jq's numbers are doubles, and this number is beyond their range";
            return Err(Refusal::new(node, reason, "compare with a smaller number"));
        };
        if exceeds_double(number) {
            self.notes.push(Note::new(
                condition,
                "jq's numbers are doubles, and cannot tell this number from its neighbours",
            ));
        }
        Ok(if text.starts_with('-') { format!("({text})") } else { text })
    }

    fn space(&mut self, fields: &[Node<Field>]) -> Result<String, Refusal> {
        let Some(least) = least_tokens(fields) else { return Ok("select(true)".to_owned()) };
        let mut conditions = vec![format!("($t | length) >= {least}")];
        for (column, field) in conditioned(fields) {
            let Some(condition) = field.item.condition() else { continue };
            let text = match column {
                Column::FromLeft(at) => format!("$t[{at}] | column"),
                Column::FromRight(back) => format!("$t[-{back}] | column"),
                Column::Rest(at) => format!(
                    "if ($t | length) > {least} then $line[$t[{at}].offset:] | sub(\"[ \\\\t\\\\r\\\\n]+\\\\z\"; \"\") else $t[{at}] | column end"
                ),
            };
            let holds = write(condition, &OPERATORS, &mut |condition, node| {
                self.column_condition(&condition.predicate.item, condition, node)
            })?;
            conditions.push(format!("({text} | {holds})"));
        }
        let functions = if conditions.len() > 1 { COLUMN } else { "" };
        Ok(format!(
            "{functions}select(. as $line | [match({}; \"g\")] as $t | {})",
            quoted(TOKEN),
            conditions.join(" and ")
        ))
    }

    fn column_condition<C: std::fmt::Display, T: std::fmt::Display>(
        &mut self,
        predicate: &Predicate,
        condition: &C,
        node: &Node<T>,
    ) -> Result<String, Refusal> {
        let numeric = |operator: &str, number: &str| {
            format!("(test({}) and (ltrimstr(\"+\") | tonumber) {operator} {number})", quoted(NUMBER))
        };
        match predicate {
            Predicate::Order(order, number) => {
                Ok(numeric(&order.to_string(), &self.number(&number.item, condition, node)?))
            }
            Predicate::Compare(equality, value) => {
                let holds = match Operand::of(&value.item, self.pattern.semantics()) {
                    // a token that is no number is not equal to the text of one
                    Operand::Number(number) => numeric("==", &self.number(number, condition, node)?),
                    operand => text_condition(operand, node)?,
                };
                Ok(match equality {
                    Equality::Equal => format!("({holds})"),
                    Equality::NotEqual => format!("({holds} | not)"),
                })
            }
            Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {
                Err(Refusal::new(node, "a column has no such condition", "compare the column with a text"))
            }
        }
    }
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
fn text_condition<T: std::fmt::Display>(operand: Operand<'_>, node: &Node<T>) -> Result<String, Refusal> {
    Ok(match operand {
        Operand::Anything => "true".to_owned(),
        Operand::Text(text) => format!(". == {}", quoted(text)),
        Operand::Number(number) => format!(". == {}", quoted(&number.lexeme)),
        Operand::Wildcard(wildcard) => {
            let inner: Vec<&str> = wildcard.inner().collect();
            match (wildcard.prefix, inner.as_slice(), wildcard.suffix) {
                (prefix, [], "") => format!("startswith({})", quoted(prefix)),
                ("", [text], "") => format!("index({}) != null", quoted(text)),
                _ => format!("test({})", quoted(&of_wildcard(&wildcard, FirstOccurrence::Atomic))),
            }
        }
        Operand::Regex(regex) => {
            let expression = portable(regex).map_err(|reason| refused(node, reason))?;
            format!("test({})", quoted(&expression))
        }
    })
}
