//! Athena's functions, which are Trino's.

use super::note::{Clause, Refusal};
use super::sql::{Functions, Place, Values};
use super::sql_text::text as quoted;
use super::walk::Words;
use crate::escaped::is_hidden;
use crate::syntax::ast::{Selector, Step};

pub(super) const ASSUMPTIONS: &[&str] = &[
    "the table `events` has a column `message` of the type `varchar`, one log event in a row",
    "no object has a key twice: Athena reads one of them, and CloudWatch Logs the last one",
    "Athena compares doubles: numbers with more than 15 digits may be equal there, and numbers nearest to 0, such as 1e-400, are 0",
    "no text has half of a surrogate pair (`\\ud800`)",
];

/// An index that fits into Athena's `integer`. No array of a log event has this many elements.
const MOST_INDEX: usize = i32::MAX as usize;

pub(super) struct Athena;

/// The first character of a value's JSON says its type: `"`, `t`, `f`, `n`, `[`, `{`, else it is a number.
fn kind(json: &str) -> String {
    format!("substr(json_format({json}), 1, 1)")
}

fn place(json: &str, text: String) -> Place {
    Place {
        kind: kind(json),
        text,
        has_null: format!(
            "cardinality(filter(coalesce(TRY_CAST({json} AS ARRAY(JSON)), ARRAY[]), y -> coalesce(json_format(y), 'null') = 'null')) > 0"
        ),
    }
}

impl Functions for Athena {
    const WORDS: Words = Words {
        doubles: "Athena compares doubles",
        spelling: Some(
            "a JSON number is compared as Athena prints it, and not as the event spells it: `1e2` is `100.0`",
        ),
    };
    const TEXT: &'static str = "'\"'";
    const BOOLEAN: &'static str = "'t', 'f'";
    const NULL: &'static str = "'n'";
    const ARRAY_OR_OBJECT: &'static str = "'[', '{'";

    fn is_object_and(condition: &str) -> String {
        format!("CASE WHEN {} = '{{' THEN {condition} ELSE FALSE END", kind("TRY(json_parse(message))"))
    }

    fn values(selector: &Selector, clause: &Clause<'_>) -> Result<Values, Refusal> {
        values_in("message", &selector.steps, clause)
    }

    fn length(list: &str) -> String {
        format!("cardinality({list})")
    }

    fn filtered(list: &str, condition: &str) -> String {
        format!("filter({list}, x -> {condition})")
    }

    fn element(list: &str, at: &str) -> String {
        format!("element_at({list}, {at})")
    }

    fn contains(text: &str, part: &str) -> String {
        format!("(strpos({text}, {part}) > 0)")
    }

    fn is_found(text: &str, regex: &str) -> String {
        format!("regexp_like({text}, {regex})")
    }

    fn found(text: &str, regex: &str) -> String {
        format!("coalesce(regexp_extract({text}, {regex}), '')")
    }
}

/// The values at the end of the steps, from the JSON of a column.
pub(super) fn values_in(column: &str, steps: &[Step], clause: &Clause<'_>) -> Result<Values, Refusal> {
    let Some(wildcard) = steps.iter().position(Step::is_wildcard) else {
        let path = quoted(&path(steps, clause)?);
        let json = format!("json_extract({column}, {path})");
        return Ok(Values::One(place(&json, format!("json_extract_scalar({column}, {path})"))));
    };
    let (above, below) = steps.split_at(wildcard);
    let above = format!("json_extract({column}, {})", quoted(&path(above, clause)?));
    let all = format!(
        "concat(coalesce(TRY_CAST({above} AS ARRAY(JSON)), ARRAY[]), coalesce(map_values(TRY_CAST({above} AS MAP(VARCHAR, JSON))), ARRAY[]))"
    );
    let below = below.get(1..).unwrap_or_default();
    if below.is_empty() {
        let element = place("x", "json_extract_scalar(x, '$')".to_owned());
        // an element that is null may be SQL's null
        let kind = "substr(coalesce(json_format(x), 'null'), 1, 1)".to_owned();
        return Ok(Values::Each { list: all, place: Place { kind, ..element } });
    }
    let path = quoted(&path(below, clause)?);
    let json = format!("json_extract(x, {path})");
    let list = format!("filter({all}, x -> {json} IS NOT NULL)");
    Ok(Values::Each { list, place: place(&json, format!("json_extract_scalar(x, {path})")) })
}

/// Whether a key can be in a path, which is a literal.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && !key.contains(['"', '\\']) && !key.contains("##") && !key.contains(is_hidden)
}

/// The path of steps without a wildcard.
fn path(steps: &[Step], clause: &Clause<'_>) -> Result<String, Refusal> {
    let mut path = "$".to_owned();
    for step in steps {
        match step {
            Step::Key(key) | Step::QuotedKey(key) if !is_plain(key) => {
                let reason = "a path of Athena cannot have a key that is empty, or has a quote, a backslash or hidden characters";
                return Err(clause.refused(reason, "select the object above it"));
            }
            Step::Key(key) | Step::QuotedKey(key) => {
                path.push_str("[\"");
                path.push_str(key);
                path.push_str("\"]");
            }
            Step::Index(index) if *index > MOST_INDEX => {
                let reason = format!("an index in a path of Athena is at most {MOST_INDEX}");
                return Err(clause.refused(reason, "no array of a log event has an element there"));
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::AnyKey | Step::AnyIndex => {}
        }
    }
    Ok(path)
}
