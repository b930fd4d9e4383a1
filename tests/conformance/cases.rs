//! The rows of the tables; `README.md` in this folder explains them.

use serde_json::Value;
use std::collections::BTreeMap;

/// A pair of pattern and message, and the known answer.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) pattern: String,
    pub(crate) message: String,
    pub(crate) matches: Option<bool>,
    pub(crate) invalid: bool,
    pub(crate) error: Option<String>,
    pub(crate) error_filter_log_events: Option<String>,
    pub(crate) disputed: bool,
    pub(crate) evidence: String,
}

/// One message and the values AWS extracted from it.
pub(crate) struct ExtractCase {
    pub(crate) op: String,
    pub(crate) pattern: String,
    pub(crate) message: String,
    pub(crate) extracted: BTreeMap<String, String>,
}

/// A row of a table.
pub(crate) trait Row: Sized {
    fn from_json(row: &Value) -> Self;
}

/// All rows of a table in this folder.
pub(crate) fn read<R: Row>(file: &str) -> Vec<R> {
    let path = format!("{}/tests/conformance/{file}", env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(&path).expect("the table is readable");
    table.lines().map(|line| R::from_json(&serde_json::from_str(line).expect("a row is JSON"))).collect()
}

fn text(row: &Value, key: &str) -> Option<String> {
    row[key].as_str().map(str::to_owned)
}

impl Row for Case {
    fn from_json(row: &Value) -> Self {
        Case {
            id: text(row, "id").expect("a case has an id"),
            pattern: text(row, "pattern").expect("a case has a pattern"),
            message: text(row, "message").unwrap_or_default(),
            matches: row["match"].as_bool(),
            invalid: row["invalid"].as_bool().unwrap_or(false),
            error: text(row, "error"),
            error_filter_log_events: text(row, "error_filter_log_events"),
            disputed: row["disputed"].as_bool().unwrap_or(false),
            evidence: text(row, "evidence").expect("a case has evidence"),
        }
    }
}

impl Row for ExtractCase {
    fn from_json(row: &Value) -> Self {
        let values = row["expect"]["extractedValues"].as_object().expect("a case expects values");
        ExtractCase {
            op: text(row, "op").expect("a case has an op"),
            pattern: text(row, "pattern").expect("a case has a pattern"),
            message: text(row, "message").expect("a case has a message"),
            extracted: values
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or("").to_owned()))
                .collect(),
        }
    }
}
