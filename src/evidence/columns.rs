//! The columns of tables of log events.

/// The names of the columns of a CSV line.
pub(super) fn columns(line: &[u8]) -> Vec<String> {
    let line = String::from_utf8_lossy(line);
    line.trim_end().split(',').map(|name| name.trim().trim_matches('"').to_owned()).collect()
}

/// The column of a table that holds whole log events. Athena writes names in lower case.
pub(super) fn event_column(columns: &[String]) -> Option<usize> {
    const EVENT: [&str; 5] = ["@message", "eventjson", "cloudtrailevent", "_raw", "message"];
    EVENT.iter().find_map(|name| columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
}
