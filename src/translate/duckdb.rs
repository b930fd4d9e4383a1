//! DuckDB: a `SELECT` over a table of log events, one in a row.

use super::expression::{Operators, write};
use super::line::{Column, NUMBER, TOKEN, conditioned, least_tokens};
use super::note::{Note, Refusal};
use super::operand::{Operand, exceeds_double, literal};
use super::regex::{FirstOccurrence, may_hold_for_number, of_wildcard, portable};
use super::sql;
use crate::FilterPattern;
use crate::limits::TRANSLATED_TOKENS;
use crate::syntax::ast::{
    Condition, Equality, Expr, Field, Node, Number, Pattern, Predicate, Selector, Step, Term, TermMode,
};

type Written = Result<(String, Vec<Note>), Refusal>;

pub(super) const ASSUMPTIONS: &[&str] = &[
    "each event that DuckDB's `json_valid` takes is JSON: it also takes a comma before `}` or `]`, NaN and Infinity",
    "no object has a key twice: DuckDB reads the first one, and CloudWatch Logs the last one",
    "DuckDB's numbers are doubles: numbers with more than 15 digits may be equal there",
    "no text has half of a surrogate pair (`\\ud800`): DuckDB does not take it for JSON",
];

const OPERATORS: Operators = Operators { and: " AND ", or: " OR " };

/// An index that DuckDB's paths take. No array of a log event has this many elements.
const MOST_INDEX: usize = 1_000_000_000;

pub(super) fn translate(pattern: &FilterPattern) -> Written {
    let mut writer = Writer { pattern, notes: Vec::new() };
    let of_events = |condition: &str| format!("SELECT message FROM events\nWHERE {condition}");
    let text = match pattern.ast() {
        Pattern::Everything => "SELECT message FROM events".to_owned(),
        Pattern::Terms(terms) => of_events(&of_terms(terms)),
        Pattern::Regex(regex) => {
            let expression = portable(&regex.item).map_err(|reason| refused(regex, reason))?;
            of_events(&format!("regexp_matches(message, {})", sql::text(&expression)))
        }
        Pattern::Json(expr) => {
            let condition =
                write(expr, &OPERATORS, &mut |condition, node| writer.condition(condition, node))?;
            of_events(&format!(
                "CASE WHEN json_valid(message) THEN json_type(message) = 'OBJECT' AND {condition} ELSE FALSE END"
            ))
        }
        Pattern::Space(fields) => writer.space(fields)?,
    };
    Ok((text, writer.notes))
}

fn refused<T: std::fmt::Display>(node: &Node<T>, reason: String) -> Refusal {
    Refusal::new(node, reason, "write the expression without it")
}

fn of_terms(terms: &[Node<Term>]) -> String {
    let of = |term: &Term| {
        let not = if term.mode == TermMode::Excluded { "NOT " } else { "" };
        format!("{not}contains(message, {})", sql::text(&term.text))
    };
    let terms = || terms.iter().map(|term| &term.item);
    if terms().all(|term| term.mode == TermMode::Optional) {
        return terms().map(of).collect::<Vec<_>>().join(" OR ");
    }
    terms().filter(|term| term.mode != TermMode::Optional).map(of).collect::<Vec<_>>().join(" AND ")
}

/// A value of an event: expressions for its type, its text, and the types of its elements if it is an array.
struct Place {
    kind: String,
    text: String,
    elements: String,
}

impl Place {
    fn at(path: &str) -> Place {
        Place {
            kind: format!("json_type(message, {})", sql::text(path)),
            text: format!("json_extract_string(message, {})", sql::text(path)),
            elements: format!("json_type(message, {})", sql::text(&format!("{path}[*]"))),
        }
    }

    /// The parameter of a lambda.
    fn of_element() -> Place {
        Place {
            kind: "json_type(x)".to_owned(),
            text: "(x ->> '$')".to_owned(),
            elements: "json_type(x, '$[*]')".to_owned(),
        }
    }

    fn is_number(&self) -> String {
        format!("{} NOT IN ('VARCHAR', 'BOOLEAN', 'NULL', 'ARRAY', 'OBJECT')", self.kind)
    }

    fn is_number_or_text(&self) -> String {
        format!("{} NOT IN ('BOOLEAN', 'NULL', 'ARRAY', 'OBJECT')", self.kind)
    }

    fn number(&self) -> String {
        format!("TRY_CAST({} AS DOUBLE)", self.text)
    }
}

struct Writer<'p> {
    pattern: &'p FilterPattern,
    notes: Vec<Note>,
}

impl Writer<'_> {
    fn condition(&mut self, condition: &Condition, node: &Node<Expr<Condition>>) -> Result<String, Refusal> {
        let selector = &condition.selector.item;
        let predicate = &condition.predicate.item;
        let Some(wildcard) = selector.steps.iter().position(Step::is_wildcard) else {
            let place = Place::at(&path(selector, "", node)?);
            return Ok(match predicate {
                Predicate::NotExists => format!("{} IS NULL", place.kind),
                predicate => format!("({})", self.holds(predicate, &place, condition, node)?),
            });
        };
        debug_assert!(
            selector.steps.get(wildcard + 1..).is_none_or(|rest| !rest.iter().any(Step::is_wildcard))
        );
        // in DuckDB `[*]` reads arrays only, and `.*` objects only
        let values = format!(
            "list_concat(json_extract(message, {}), json_extract(message, {}))",
            sql::text(&path(selector, "[*]", node)?),
            sql::text(&path(selector, ".*", node)?)
        );
        Ok(match predicate {
            Predicate::NotExists => format!("len({values}) = 0"),
            predicate => {
                let holds = self.holds(predicate, &Place::of_element(), condition, node)?;
                format!("len(list_filter({values}, lambda x: {holds})) > 0")
            }
        })
    }

    /// A condition that holds for the value. It is false or null if there is no value.
    fn holds(
        &mut self,
        predicate: &Predicate,
        place: &Place,
        condition: &Condition,
        node: &Node<Expr<Condition>>,
    ) -> Result<String, Refusal> {
        let Place { kind, text, elements } = place;
        Ok(match predicate {
            Predicate::NotExists => format!("{kind} IS NULL"),
            Predicate::IsNull => format!("{kind} = 'NULL' OR list_contains({elements}, 'NULL')"),
            Predicate::IsTrue => format!("{kind} = 'BOOLEAN' AND {text} = 'true'"),
            Predicate::IsFalse => format!("{kind} = 'BOOLEAN' AND {text} = 'false'"),
            Predicate::Order(order, number) => {
                let number = self.number(&number.item, condition, node)?;
                format!("{} AND {} {} {number}", place.is_number(), place.number(), order)
            }
            Predicate::Compare(equality, value) => {
                let operand = Operand::of(&value.item, self.pattern.semantics());
                self.compare(*equality, operand, place, condition, node)?
            }
        })
    }

    fn compare(
        &mut self,
        equality: Equality,
        operand: Operand<'_>,
        place: &Place,
        condition: &Condition,
        node: &Node<Expr<Condition>>,
    ) -> Result<String, Refusal> {
        let Place { kind, text, .. } = place;
        if let Operand::Number(number) = operand {
            let (value, spelled) = (self.number(number, condition, node)?, sql::text(&number.lexeme));
            let operator = if equality == Equality::Equal { "=" } else { "<>" };
            return Ok(format!(
                "CASE WHEN {kind} = 'VARCHAR' THEN {text} {operator} {spelled} ELSE {} AND {} {operator} {value} END",
                place.is_number(),
                place.number()
            ));
        }
        if operand.may_hold_for_number_text()
            && !matches!(operand, Operand::Regex(regex) if !may_hold_for_number(regex))
        {
            self.notes.push(Note::new(
                condition,
                "a JSON number is compared as DuckDB prints it, and not as the event spells it: `1e2` is `100.0`",
            ));
        }
        let holds = text_condition(operand, text, node)?;
        Ok(match equality {
            Equality::Equal => format!("{} AND {holds}", place.is_number_or_text()),
            Equality::NotEqual => format!("{} AND NOT {holds}", place.is_number_or_text()),
        })
    }

    fn number<T: std::fmt::Display, N: std::fmt::Display>(
        &mut self,
        number: &Number,
        condition: &N,
        node: &Node<T>,
    ) -> Result<String, Refusal> {
        let Some(text) = literal(number) else {
            let reason = "DuckDB compares doubles, and this number is beyond their range";
            return Err(Refusal::new(node, reason, "compare with a smaller number"));
        };
        if exceeds_double(number) {
            self.notes.push(Note::new(
                condition,
                "DuckDB compares doubles, and cannot tell this number from its neighbours",
            ));
        }
        Ok(format!("CAST('{text}' AS DOUBLE)"))
    }

    fn space(&mut self, fields: &[Node<Field>]) -> Result<String, Refusal> {
        let Some(least) = least_tokens(fields) else { return Ok("SELECT message FROM events".to_owned()) };
        let mut conditions = vec![format!("len(t) >= {least}")];
        for (column, field) in conditioned(fields) {
            let Some(condition) = field.item.condition() else { continue };
            let text = column_text(column, least, field)?;
            let holds = write(condition, &OPERATORS, &mut |condition, node| {
                self.column_condition(&condition.predicate.item, &text, condition, node)
            })?;
            conditions.push(holds);
        }
        Ok(format!(
            "SELECT message FROM (SELECT message, regexp_extract_all(message, {}) AS t FROM events)\nWHERE {}",
            sql::text(TOKEN),
            conditions.join(" AND ")
        ))
    }

    fn column_condition<C: std::fmt::Display, T: std::fmt::Display>(
        &mut self,
        predicate: &Predicate,
        text: &str,
        condition: &C,
        node: &Node<T>,
    ) -> Result<String, Refusal> {
        let numeric = |operator: &str, number: &str| {
            format!(
                "(regexp_matches({text}, {}) AND TRY_CAST({text} AS DOUBLE) {operator} {number})",
                sql::text(NUMBER)
            )
        };
        match predicate {
            Predicate::Order(order, number) => {
                Ok(numeric(&order.to_string(), &self.number(&number.item, condition, node)?))
            }
            Predicate::Compare(equality, value) => {
                let holds = match Operand::of(&value.item, self.pattern.semantics()) {
                    // a token that is no number is not equal to the text of one
                    Operand::Number(number) => numeric("=", &self.number(number, condition, node)?),
                    operand => text_condition(operand, text, node)?,
                };
                Ok(match equality {
                    Equality::Equal => holds,
                    Equality::NotEqual => format!("(NOT {holds})"),
                })
            }
            Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {
                Err(Refusal::new(node, "a column has no such condition", "compare the column with a text"))
            }
        }
    }
}

/// The text of a column, in which `t` is the list of tokens.
fn column_text(column: Column, least: usize, field: &Node<Field>) -> Result<String, Refusal> {
    let token = |at: String| {
        format!(
            "CASE WHEN regexp_matches({at}, {}) THEN substr({at}, 2, length({at}) - 2) ELSE {at} END",
            sql::text(r#"\A(?:"[^"]*"|\[[^\]]*\])\z"#)
        )
    };
    Ok(match column {
        Column::FromLeft(at) => format!("({})", token(format!("t[{}]", at + 1))),
        Column::FromRight(back) => format!("({})", token(format!("t[-{back}]"))),
        Column::Rest(at) if at > TRANSLATED_TOKENS => {
            return Err(Refusal::new(
                field,
                format!(
                    "the last column takes the rest of the line, after more than {TRANSLATED_TOKENS} tokens"
                ),
                "write `...` for columns without a condition",
            ));
        }
        Column::Rest(at) => {
            let before = format!(r"\A[ \t\r\n]*(?:(?:{TOKEN})[ \t\r\n]*){{{at}}}");
            let (rest, blanks) = (sql::text(&before), sql::text(r"[ \t\r\n]+\z"));
            format!(
                "(CASE WHEN len(t) > {least} THEN regexp_replace(regexp_replace(message, {rest}, ''), {blanks}, '') ELSE {} END)",
                token(format!("t[{}]", at + 1))
            )
        }
    })
}

/// The path of a selector, in which `wildcard` takes the place of `[*]` and `.*`.
fn path<T: std::fmt::Display>(
    selector: &Selector,
    wildcard: &str,
    node: &Node<T>,
) -> Result<String, Refusal> {
    let mut path = "$".to_owned();
    for step in &selector.steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) if key.contains(['"', '\\']) || key.is_empty() => {
                let reason =
                    "a path of DuckDB cannot have a key that is empty, or has a quote or a backslash";
                return Err(Refusal::new(node, reason, "select the object above it"));
            }
            Step::Key(key) | Step::QuotedKey(key) => {
                path.push_str(".\"");
                path.push_str(key);
                path.push('"');
            }
            Step::Index(index) if *index > MOST_INDEX => {
                let reason = format!("an index in a path of DuckDB is at most {MOST_INDEX}");
                return Err(Refusal::new(node, reason, "no array of a log event has an element there"));
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::AnyKey | Step::AnyIndex => path.push_str(wildcard),
        }
    }
    Ok(path)
}

/// A condition on a text, in parentheses or a function call. It is not null.
fn text_condition<T: std::fmt::Display>(
    operand: Operand<'_>,
    text: &str,
    node: &Node<T>,
) -> Result<String, Refusal> {
    Ok(match operand {
        Operand::Anything => "TRUE".to_owned(),
        Operand::Text(value) => format!("({text} = {})", sql::text(value)),
        Operand::Number(number) => format!("({text} = {})", sql::text(&number.lexeme)),
        Operand::Wildcard(wildcard) => {
            let inner: Vec<&str> = wildcard.inner().collect();
            match (wildcard.prefix, inner.as_slice(), wildcard.suffix) {
                (prefix, [], "") => format!("starts_with({text}, {})", sql::text(prefix)),
                ("", [part], "") => format!("contains({text}, {})", sql::text(part)),
                _ => {
                    let expression = sql::text(&of_wildcard(&wildcard, FirstOccurrence::Lazy));
                    match wildcard.takes_first_suffix() {
                        false => format!("regexp_matches({text}, {expression})"),
                        true => format!("({text} <> '' AND regexp_extract({text}, {expression}) = {text})"),
                    }
                }
            }
        }
        Operand::Regex(regex) => {
            let expression = portable(regex).map_err(|reason| refused(node, reason))?;
            format!("regexp_matches({text}, {})", sql::text(&expression))
        }
    })
}
