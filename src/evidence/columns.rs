//! The columns of tables of log events.

/// What may be between two cells: a comma, and what spreadsheets of other languages, `awk` and databases write.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The names of the columns of a table's first line, and the delimiter between them: the one with which a column of log events is found,
/// or else the one that makes most columns.
pub(super) fn columns(line: &[u8]) -> (Vec<String>, u8) {
    let line = String::from_utf8_lossy(line);
    let split = |delimiter: u8| -> Vec<String> {
        let names = line.trim_end().split(char::from(delimiter));
        names.map(|name| name.trim().trim_matches('"').to_owned()).collect()
    };
    let tables = DELIMITERS.map(|delimiter| (split(delimiter), delimiter));
    // the first of several that are as good, which is the comma
    let best = tables.into_iter().rev().max_by_key(|(names, _)| (event_column(names).is_some(), names.len()));
    best.unwrap_or((Vec::new(), b','))
}

/// The line of a table that names its columns. Excel writes the delimiter before it: `sep=;`.
pub(super) fn header(text: &[u8]) -> &[u8] {
    text.get(before_header(text)..)
        .unwrap_or_default()
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default()
}

/// Bytes before the line that names the columns.
pub(super) fn before_header(text: &[u8]) -> usize {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match line.trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', _] => line.len() + 1,
        _ => 0,
    }
}

/// The column of a table that holds whole log events. Athena writes names in lower case.
pub(super) fn event_column(columns: &[String]) -> Option<usize> {
    const EVENT: [&str; 6] =
        ["@message", "eventjson", "cloudtrailevent", "_raw", "event.original", "message"];
    EVENT.iter().find_map(|name| columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
}

/// Whether a row has the names of the columns of a table of log events, and no log event.
pub(super) fn is_header(names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|column| column.eq_ignore_ascii_case(name));
    // `--output text` begins each row with its kind
    let is_of_text = names.first().is_some_and(|name| ROWS_OF_TEXT.contains(&name.as_str()));
    let Some(at) = event_column(names) else { return false };
    // a column `message` alone may be a word of a sentence
    let is_plain = names.get(at).is_some_and(|name| name.eq_ignore_ascii_case("message"));
    let is_told = !is_plain || has("timestamp") || has("@timestamp") || has("ingestionTime");
    is_told && !is_of_text && !names.iter().any(|name| name.contains('{'))
}

/// The kinds of rows that AWS's command line prints for log events with `--output text`.
const ROWS_OF_TEXT: [&str; 2] = ["RESULTS", "EVENTS"];
