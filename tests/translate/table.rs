//! Which conditions are exact, exact with a note, and refused: the table of `docs/translation.md`.

use cwfilter::FilterPattern;
use cwfilter::translate::{Target, translate};

const EXACT: &str = "";

#[test]
fn conditions_are_exact_noted_or_refused() {
    let columns = |count: usize| format!("[{} last = x]", "a,".repeat(count).replace("a,", ","));
    // pattern, then for jq and DuckDB: exact, or a part of the note or the refusal
    let rows: Vec<(String, &str, &str)> = [
        ("", EXACT, EXACT),
        ("ERROR -debug", EXACT, EXACT),
        ("%^a[0-9]%", EXACT, EXACT),
        (r"%\bword\b%", "refused: the edge of a word", "refused: the edge of a word"),
        ("%a{1000}%", EXACT, EXACT),
        (
            "%a{1001}%",
            "refused: it repeats a part more than 1000 times",
            "refused: it repeats a part more than 1000 times",
        ),
        ("{ $.a = Root }", EXACT, EXACT),
        ("{ $.a != *Root }", EXACT, EXACT),
        (
            "{ $.a = \"12\" }",
            "note: a JSON number is compared as jq prints it",
            "note: a JSON number is compared as DuckDB prints it",
        ),
        ("{ $.a = 12.* }", "note: a JSON number", "note: a JSON number"),
        (r"{ $.a = %^arn:% }", EXACT, EXACT),
        (r"{ $.a = %^\d+$% }", "note: a JSON number", "note: a JSON number"),
        ("{ $.a = 12 }", EXACT, EXACT),
        ("{ $.a < 1234567890123456 }", "note: jq's numbers are doubles", "note: DuckDB compares doubles"),
        ("{ $.a < 1e999 }", "refused: jq's numbers are doubles", "refused: DuckDB compares doubles"),
        ("{ $.a IS NULL || $.a NOT EXISTS || $.a IS TRUE }", EXACT, EXACT),
        ("{ $.a[*].b = x && $.*.b[0] = x }", EXACT, EXACT),
        ("{ $.a[1000000001] = x }", EXACT, "refused: an index in a path of DuckDB is at most 1000000000"),
        ("{ $.['a b'] = x }", EXACT, EXACT),
        ("{ $.['a\"b'] = x }", EXACT, "refused: a path of DuckDB cannot have a key"),
        ("[a, b = 404, ..., c != x*]", EXACT, EXACT),
    ]
    .into_iter()
    .map(|(pattern, jq, duckdb)| (pattern.to_owned(), jq, duckdb))
    .chain([
        (columns(100), EXACT, EXACT),
        (
            columns(101),
            EXACT,
            "refused: the last column takes the rest of the line, after more than 100 tokens",
        ),
    ])
    .collect();
    for (text, jq, duckdb) in rows {
        let pattern: FilterPattern = text.parse().unwrap();
        for (target, expected) in [(Target::Jq, jq), (Target::DuckDb, duckdb)] {
            let found = match translate(&pattern, target) {
                Ok(translation) => {
                    translation.notes.first().map_or(String::new(), |note| format!("note: {}", note.text))
                }
                Err(refusal) => {
                    assert!(!refusal.help.is_empty() && refusal.span.end <= text.len(), "{text}");
                    format!("refused: {}", refusal.reason)
                }
            };
            let name = target.name();
            assert!(found.starts_with(expected), "{text} as {name}: {found}");
            assert_eq!(found.is_empty(), expected.is_empty(), "{text} as {name}: {found}");
        }
    }
}
