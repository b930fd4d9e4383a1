//! SQL of Athena over the table that Athena's documents describe for the files of CloudTrail: a column for each field.

use super::athena;
use super::cloudtrail_columns::{Column, Kind, column};
use super::line::Column as LineColumn;
use super::note::{Clause, Refusal};
use super::operand::Search;
use super::regex::depends_on_spelling;
use super::sql::{Functions, of_values, text_condition};
use super::sql_text::text as quoted;
use super::walk::{Dialect, Test, Words};
use crate::syntax::ast::{Equality, Regex, Selector};

pub(super) const ASSUMPTIONS: &[&str] = &[
    "the table `cloudtrail_logs` has the columns that Athena's documents describe for CloudTrail's logs",
    "an event has the types of CloudTrail: `readOnly` is true or false, `requestParameters`, `responseElements`, `additionalEventData`, `serviceEventDetails` and `edgeDeviceDetails` are objects, other values in columns are texts",
    "an event spells its fields as CloudTrail does: the table does not tell `eventname` from `eventName`",
    "no object has a key twice: Athena reads one of them, and CloudWatch Logs the last one",
    "Athena compares doubles: numbers with more than 15 digits may be equal there",
    "no text has half of a surrogate pair (`\\ud800`)",
];

/// The note on a field that the table has as SQL's null.
const NULL: &str = "a field that is null counts as missing: the table does not tell them apart";
/// The note on a field that may be a text or a boolean.
const BOOLEAN: &str = "true and the text `true` are the same in the table, and so are false and `false`";

pub(super) struct AthenaCloudTrail;

fn no_text(clause: &Clause<'_>) -> Refusal {
    let reason = "the table of CloudTrail's logs has the fields of events, and no text of a message";
    clause.refused(reason, "translate to `athena`, which reads the whole event")
}

fn select(condition: &str) -> String {
    format!("SELECT * FROM cloudtrail_logs\nWHERE {condition}")
}

impl Dialect for AthenaCloudTrail {
    type Condition = String;

    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";

    const WORDS: Words = Words { doubles: athena::Athena::WORDS.doubles, spelling: None };

    fn everything(&mut self) -> String {
        "SELECT * FROM cloudtrail_logs".to_owned()
    }

    fn texts(&mut self, _: String, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_text(clause))
    }

    fn objects(&mut self, condition: String, _: &mut Clause<'_>) -> Result<String, Refusal> {
        Ok(select(&condition))
    }

    fn lines(&mut self, _: usize, _: Vec<String>, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_text(clause))
    }

    fn term(&mut self, _: &str, _: bool, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_text(clause))
    }

    fn search(&mut self, _: &Regex, clause: &mut Clause<'_>) -> Result<String, Refusal> {
        Err(no_text(clause))
    }

    fn field(
        &mut self,
        selector: &Selector,
        test: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        match column(selector, clause)? {
            Column::One { expression, kind } => holds(test, &expression, kind, clause),
            Column::Each { array, member, kind } => match test {
                Test::NotExists => {
                    clause.note(NULL);
                    Ok(format!("coalesce(cardinality(filter({array}, x -> {member} IS NOT NULL)), 0) = 0"))
                }
                test => {
                    let condition = holds(test, &member, kind, clause)?;
                    Ok(format!("cardinality(filter({array}, x -> {condition})) > 0"))
                }
            },
            Column::Json { column, steps } => {
                if let Test::Text(_, search) = test
                    && depends_on_spelling(search)
                {
                    athena::Athena::WORDS.spelling.into_iter().for_each(|text| clause.note(text));
                }
                let values = athena::values_in(&column, steps, clause)?;
                of_values::<athena::Athena>(values, test, clause)
            }
        }
    }

    fn column(
        &mut self,
        _: LineColumn,
        _: usize,
        _: &Test<'_>,
        clause: &mut Clause<'_>,
    ) -> Result<String, Refusal> {
        Err(no_text(clause))
    }
}

/// A condition on a column. It is false or null if the column is null.
fn holds(test: &Test<'_>, column: &str, kind: Kind, clause: &mut Clause<'_>) -> Result<String, Refusal> {
    let is_text = matches!(kind, Kind::Text | Kind::TextOrBoolean);
    let is_boolean = matches!(kind, Kind::Boolean | Kind::TextOrBoolean);
    let is_compared = !matches!(test, Test::NotExists | Test::IsNull | Test::Order(..));
    if kind == Kind::TextOrBoolean && is_compared {
        clause.note(BOOLEAN);
    }
    Ok(match test {
        Test::NotExists => {
            clause.note(NULL);
            format!("{column} IS NULL")
        }
        Test::IsNull => {
            let reason = "the table does not tell a field that is null from a missing one";
            return Err(clause.refused(reason, "write `NOT EXISTS` for both, or translate to `athena`"));
        }
        Test::IsTrue if is_boolean => format!("{column} = 'true'"),
        Test::IsFalse if is_boolean => format!("{column} = 'false'"),
        Test::Number { equality, spelled, .. } if is_text => {
            let operator = if *equality == Equality::Equal { "=" } else { "<>" };
            format!("{column} {operator} {}", quoted(spelled))
        }
        Test::Text(equality, search) if is_text => match (equality, search) {
            (Equality::Equal, Search::Anything) => format!("{column} IS NOT NULL"),
            (Equality::Equal, search) => text_condition::<athena::Athena>(search, column, clause)?,
            (Equality::NotEqual, Search::Anything) => "FALSE".to_owned(),
            (Equality::NotEqual, Search::Text(value)) => format!("{column} <> {}", quoted(value)),
            (Equality::NotEqual, search) => {
                format!("NOT {}", text_condition::<athena::Athena>(search, column, clause)?)
            }
        },
        // no column has a number, and no object or boolean is equal to a text
        _ => "FALSE".to_owned(),
    })
}
