//! DuckDB's functions.

use super::note::{Clause, Refusal};
use super::sql::{Functions, Place, Values};
use super::sql_text::text as quoted;
use super::walk::Words;
use crate::syntax::ast::{Selector, Step};

pub(super) const ASSUMPTIONS: &[&str] = &[
    "each event that DuckDB's `json_valid` takes is JSON: it also takes a comma before `}` or `]`, NaN and Infinity",
    "no object has a key twice: DuckDB reads the first one, and CloudWatch Logs the last one",
    "DuckDB's numbers are doubles: numbers with more than 15 digits may be equal there, and numbers nearest to 0, such as 1e-400, are 0",
    "no text has half of a surrogate pair (`\\ud800`): DuckDB does not take it for JSON",
];

/// An index that DuckDB's paths take. No array of a log event has this many elements.
const MOST_INDEX: usize = 1_000_000_000;

pub(super) struct DuckDb;

impl Functions for DuckDb {
    const WORDS: Words = Words {
        doubles: "DuckDB compares doubles",
        spelling: Some(
            "a JSON number is compared as DuckDB prints it, and not as the event spells it: `1e2` is `100.0`",
        ),
    };
    const TEXT: &'static str = "'VARCHAR'";
    const BOOLEAN: &'static str = "'BOOLEAN'";
    const NULL: &'static str = "'NULL'";
    const ARRAY_OR_OBJECT: &'static str = "'ARRAY', 'OBJECT'";

    fn is_object_and(condition: &str) -> String {
        format!(
            "CASE WHEN json_valid(message) THEN json_type(message) = 'OBJECT' AND {condition} ELSE FALSE END"
        )
    }

    fn values(selector: &Selector, clause: &Clause<'_>) -> Result<Values, Refusal> {
        if !selector.steps.iter().any(Step::is_wildcard) {
            let path = path(selector, "", clause)?;
            return Ok(Values::One(Place {
                kind: format!("json_type(message, {})", quoted(&path)),
                text: format!("json_extract_string(message, {})", quoted(&path)),
                has_null: format!(
                    "list_contains(json_type(message, {}), 'NULL')",
                    quoted(&format!("{path}[*]"))
                ),
            }));
        }
        // in DuckDB `[*]` reads arrays only, and `.*` objects only
        let list = format!(
            "list_concat(json_extract(message, {}), json_extract(message, {}))",
            quoted(&path(selector, "[*]", clause)?),
            quoted(&path(selector, ".*", clause)?)
        );
        let place = Place {
            kind: "json_type(x)".to_owned(),
            text: "(x ->> '$')".to_owned(),
            has_null: "list_contains(json_type(x, '$[*]'), 'NULL')".to_owned(),
        };
        Ok(Values::Each { list, place })
    }

    fn length(list: &str) -> String {
        format!("len({list})")
    }

    fn filtered(list: &str, condition: &str) -> String {
        format!("list_filter({list}, lambda x: {condition})")
    }

    fn element(list: &str, at: &str) -> String {
        format!("{list}[{at}]")
    }

    fn contains(text: &str, part: &str) -> String {
        format!("contains({text}, {part})")
    }

    fn is_found(text: &str, regex: &str) -> String {
        format!("regexp_matches({text}, {regex})")
    }

    fn found(text: &str, regex: &str) -> String {
        format!("regexp_extract({text}, {regex})")
    }
}

/// The path of a selector, in which `wildcard` takes the place of `[*]` and `.*`.
fn path(selector: &Selector, wildcard: &str, clause: &Clause<'_>) -> Result<String, Refusal> {
    let mut path = "$".to_owned();
    for step in &selector.steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) if key.contains(['"', '\\']) || key.is_empty() => {
                let reason =
                    "a path of DuckDB cannot have a key that is empty, or has a quote or a backslash";
                return Err(clause.refused(reason, "select the object above it"));
            }
            Step::Key(key) | Step::QuotedKey(key) => {
                path.push_str(".\"");
                path.push_str(key);
                path.push('"');
            }
            Step::Index(index) if *index > MOST_INDEX => {
                let reason = format!("an index in a path of DuckDB is at most {MOST_INDEX}");
                return Err(clause.refused(reason, "no array of a log event has an element there"));
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::AnyKey | Step::AnyIndex => path.push_str(wildcard),
        }
    }
    Ok(path)
}
