//! The columns of the table that Athena's documents describe for the files of CloudTrail.

use super::note::{Clause, Refusal};
use crate::syntax::ast::{Selector, Step};

/// The fields, a tab, and what their columns have.
const TABLE: &str = include_str!("cloudtrail_table.tsv");

/// What a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The text of the field.
    Text,
    /// `true` or `false`, as a text.
    Boolean,
    /// A text, or `true` or `false` as a text.
    TextOrBoolean,
    /// A value of SQL with members or elements.
    Whole,
}

/// What a selector leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Column<'s> {
    /// An expression of SQL.
    One { expression: String, kind: Kind },
    /// A member of each element of an array, which is the parameter `x` of a lambda.
    Each { array: String, member: String, kind: Kind },
    /// A value inside the JSON of a column.
    Json { column: String, steps: &'s [Step] },
}

fn kind(field: &str) -> Option<&'static str> {
    let rows = TABLE.lines().filter_map(|line| line.split_once('\t'));
    rows.into_iter().find(|(name, _)| *name == field).map(|(_, kind)| kind)
}

fn scalar(kind: &str) -> Kind {
    match kind {
        "text" => Kind::Text,
        "boolean" => Kind::Boolean,
        "text or boolean" => Kind::TextOrBoolean,
        _ => Kind::Whole,
    }
}

/// The field of the steps, if these are keys without dots.
fn field(steps: &[Step]) -> Option<String> {
    let key = |step: &Step| match step {
        Step::Key(key) | Step::QuotedKey(key) if !key.contains('.') => Some(key.clone()),
        _ => None,
    };
    steps.iter().map(key).collect::<Option<Vec<_>>>().map(|keys| keys.join("."))
}

/// The column of a selector.
pub(super) fn column<'s>(selector: &'s Selector, clause: &Clause<'_>) -> Result<Column<'s>, Refusal> {
    let unknown = |field: &str| {
        let reason = format!("the table of CloudTrail's logs has no column for `{field}`");
        clause.refused(reason, "translate to `athena`, which reads the whole event")
    };
    let steps = selector.steps.as_slice();
    for end in 1..=steps.len() {
        let (above, below) = steps.split_at(end);
        let Some(name) = field(above) else { return Err(unknown(&selector.to_string())) };
        let Some(found) = kind(&name) else { return Err(unknown(&selector.to_string())) };
        let column = name.to_lowercase();
        match (found, below) {
            ("json", [_, ..]) => return Ok(Column::Json { column, steps: below }),
            (_, []) => return Ok(Column::One { expression: column, kind: scalar(found) }),
            ("object", _) => {}
            ("array", [element, Step::Key(key) | Step::QuotedKey(key)]) => {
                let Some(kind) = kind(&format!("{name}.{key}")) else {
                    return Err(unknown(&selector.to_string()));
                };
                return of_element(column, element, &key.to_lowercase(), scalar(kind), clause);
            }
            ("array", _) => {
                return Err(clause.refused(
                    format!("`{name}` is an array of objects in the table"),
                    "select a member of an element, such as `$.resources[*].ARN`",
                ));
            }
            _ => {
                return Err(clause.refused(
                    format!("`{name}` is a text in the table, and has no members"),
                    "select the field itself",
                ));
            }
        }
    }
    Err(unknown(&selector.to_string()))
}

fn of_element<'s>(
    array: String,
    element: &Step,
    member: &str,
    kind: Kind,
    clause: &Clause<'_>,
) -> Result<Column<'s>, Refusal> {
    match element {
        Step::AnyKey | Step::AnyIndex => Ok(Column::Each { array, member: format!("x.{member}"), kind }),
        Step::Index(index) => match index.checked_add(1).filter(|at| i32::try_from(*at).is_ok()) {
            Some(at) => {
                let expression = format!("element_at({array}, {at}).{member}");
                Ok(Column::One { expression, kind })
            }
            None => {
                let reason = format!("an index of Athena is less than {}", i32::MAX);
                Err(clause.refused(reason, "no array of a log event has an element there"))
            }
        },
        Step::Key(_) | Step::QuotedKey(_) => {
            Err(clause.refused(format!("`{array}` is an array in the table"), "select an element: `[*]`"))
        }
    }
}
