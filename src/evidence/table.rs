//! Tables in CSV, also with `;`, `|` or tabs: exports of Logs Insights, CloudTrail Lake and the console, with one column that holds whole log events.

use super::beside::{holds_record, is_copy};
use super::columns::{before_header, columns, event_column, header, is_header};
use super::encoded::is_compressed;
use super::envelope::Envelope;
use super::error::{Location, RecordError, RecordErrorKind};
use super::expand::{looks_like_object, milliseconds};
use super::foreign::Foreign;
use super::window::Window;
use crate::engine::json::text::{skip_blanks, value_end};
use crate::limits::{CSV_COLUMNS, RECORD_BYTES};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::sync::Arc;

/// Reads the rows of a table.
pub(super) struct Table<'a> {
    window: Window<'a>,
    reader: Reader,
    columns: Vec<String>,
    event: usize,
    /// whether the last row of Splunk is of a search that was not finished
    preview: Option<bool>,
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// the table was printed for people, with lines and blanks between its cells
    is_printed: bool,
    /// nothing more is read
    is_done: bool,
    /// the table ends, and the text goes on with JSON
    is_left: bool,
}

/// What a row has.
pub(super) enum Row {
    /// A log event.
    Event {
        cell: String,
        /// Where the row begins.
        at: Location,
        /// What the other columns say.
        envelope: Envelope,
        /// The log event is compressed, in base64.
        is_payload: bool,
    },
    /// A result of Splunk that comes again when the search is finished.
    Preview,
}

impl<'a> Table<'a> {
    pub(super) fn new(window: Window<'a>) -> Self {
        let (cells, ends) = (vec![0; 1 << 12], vec![0; 64]);
        Table {
            window,
            reader: Reader::new(),
            columns: Vec::new(),
            event: 0,
            preview: None,
            cells,
            ends,
            is_printed: false,
            is_done: false,
            is_left: false,
        }
    }

    /// The text after the table.
    pub(super) fn into_text(self) -> Option<Window<'a>> {
        self.is_left.then_some(self.window)
    }

    /// Whether the last row of Splunk since the last call is of a search that was not finished.
    pub(super) fn take_preview(&mut self) -> Option<bool> {
        self.preview.take()
    }

    /// What the column `preview` of a table of Splunk says.
    fn is_preview(&self, row: &[String]) -> Option<bool> {
        self.columns.get(self.event).filter(|name| *name == "_raw")?;
        let column = self.columns.iter().position(|name| name == "preview")?;
        match row.get(column)?.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    fn here(&self) -> Location {
        Location { offset: self.window.offset(), line: self.window.line() }
    }

    /// Reads the line that names the columns; `None` if the text ends before it.
    fn begin(&mut self) -> Result<Option<()>, RecordError> {
        if self.window.rest().starts_with("\u{feff}".as_bytes()) {
            self.window.pass(3);
        }
        self.window.pass(before_header(self.window.rest()));
        let (_, delimiter) = columns(header(self.window.rest()));
        self.reader = ReaderBuilder::new().delimiter(delimiter).build();
        self.is_printed = delimiter == b'|';
        let at = self.here();
        let Some(row) = self.row()? else { return Ok(None) };
        if !self.name_columns(&row) {
            self.is_done = true;
            return Err(RecordError::foreign(Foreign::Columns.texts(), row.join(",").as_bytes(), at));
        }
        Ok(Some(()))
    }

    /// Takes the row for the names of the columns, if one of them holds log events.
    fn name_columns(&mut self, row: &[String]) -> bool {
        let names: Vec<String> = row.iter().map(|name| name.trim().to_owned()).collect();
        let Some(event) = event_column(&names) else { return false };
        (self.columns, self.event) = (names, event);
        true
    }

    /// The log event of the next row; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, RecordError> {
        if self.columns.is_empty() && self.begin()?.is_none() {
            return Ok(None);
        }
        loop {
            if !self.is_done && self.begins_json() {
                (self.is_done, self.is_left) = (true, true);
            }
            let at = self.here();
            let Some(row) = self.row()? else { return Ok(None) };
            if self.is_printed && is_line(&row) {
                continue;
            }
            // tables that were put together
            let names: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
            if is_header(&names) {
                self.name_columns(&row);
                continue;
            }
            if let Some(is_preview) = self.is_preview(&row) {
                self.preview = Some(is_preview);
                if is_preview {
                    return Ok(Some(Row::Preview));
                }
                // the end of the rows, without one
                if row.get(self.event).is_none_or(|cell| cell.trim().is_empty()) {
                    continue;
                }
            }
            let is_blank = row.len() == 1 && row.iter().all(String::is_empty);
            if is_blank && self.event == 0 {
                continue;
            }
            return match self.event_of(&row) {
                Ok((cell, is_payload)) => {
                    let (cell, envelope) = (cell.to_owned(), self.envelope(&row));
                    Ok(Some(Row::Event { cell, at, envelope, is_payload }))
                }
                Err(reason) => {
                    let reason = reason.to_owned();
                    Err(RecordError::new(RecordErrorKind::Payload { reason }, at).resumed_at(self.here()))
                }
            };
        }
    }

    /// The cell that holds the log event, and whether it is compressed: that of the column of log events, or another one that holds a
    /// record of CloudTrail if it does not.
    fn event_of<'r>(&self, row: &'r [String]) -> Result<(&'r str, bool), &'static str> {
        let more = row.get(self.columns.len()..).unwrap_or_default();
        if more.iter().any(|cell| !cell.trim().is_empty()) {
            return Err("a row has more cells than the table has columns");
        }
        let named = row.get(self.event).map(String::as_str);
        let mut other = None;
        let others = row.iter().enumerate().filter(|(at, _)| *at != self.event).map(|(_, cell)| cell);
        for cell in others.filter(|cell| is_event(cell)) {
            let taken = other.or(named.filter(|cell| is_event(cell)));
            match taken {
                None => other = Some(cell.as_str()),
                Some(taken) if is_copy(cell, taken) => {}
                Some(_) => {
                    return Err(
                        "two columns of a row hold different records of CloudTrail: keep one of them",
                    );
                }
            }
        }
        let Some(cell) = other.or(named) else {
            return Err("a row ends before the column of the log event");
        };
        let is_payload = is_compressed(cell.trim().as_bytes());
        let is_trimmed = self.is_printed || is_payload || other.is_some();
        Ok((if is_trimmed { cell.trim() } else { cell }, is_payload))
    }

    fn envelope(&self, row: &[String]) -> Envelope {
        let cell = |name: &str| {
            let at = self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
            row.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        Envelope {
            log_group: cell("@log"),
            log_stream: cell("@logStream").or_else(|| cell("logStreamName")),
            time: cell("@timestamp").or_else(|| cell("timestamp")).and_then(|time| milliseconds(&time)),
            event_id: cell("eventId").or_else(|| cell("@ptr")),
            ..Envelope::default()
        }
    }

    /// Whether JSON begins here on a line of its own, and no row whose first cell is an object.
    fn begins_json(&mut self) -> bool {
        self.window.ensure(FIRST_BYTES);
        let start = skip_blanks(self.window.rest(), 0);
        let text = self.window.rest().get(start..).unwrap_or_default();
        let inside = match text.first() {
            Some(b'{') => text,
            Some(b'[') => text.get(skip_blanks(text, 1)..).unwrap_or_default(),
            _ => return false,
        };
        if !looks_like_object(inside) {
            return false;
        }
        let length = self.line_length(start);
        let text = self.window.rest().get(start..).unwrap_or_default();
        let line = text.get(..length).unwrap_or(text);
        match value_end(line, 0) {
            Some(end) => matches!(line.get(end..).map(<[u8]>::trim_ascii), Some(b"" | b",")),
            // it ends on a later line
            None => true,
        }
    }

    /// Bytes from `start` to the end of the line, or what may be held of it.
    fn line_length(&mut self, start: usize) -> usize {
        let mut seen = 0;
        loop {
            let rest = self.window.rest().get(start..).unwrap_or_default();
            if let Some(end) = memchr::memchr(b'\n', rest.get(seen..).unwrap_or_default()) {
                return seen + end;
            }
            seen = rest.len();
            if seen > RECORD_BYTES || !self.window.fill() {
                return self.window.rest().len().saturating_sub(start);
            }
        }
    }

    /// The next row; `None` at the end.
    fn row(&mut self) -> Result<Option<Vec<String>>, RecordError> {
        let (mut length, mut count) = (0, 0);
        if self.is_done {
            return Ok(None);
        }
        loop {
            if self.window.rest().is_empty() {
                self.window.fill();
                if let Some(error) = self.window.take_failure() {
                    self.is_done = true;
                    return Err(RecordError::new(RecordErrorKind::Read(Arc::new(error)), self.here()));
                }
            }
            let output = self.cells.get_mut(length..).unwrap_or_default();
            let ends = self.ends.get_mut(count..).unwrap_or_default();
            let (result, read, written, ended) = self.reader.read_record(self.window.rest(), output, ends);
            self.window.pass(read);
            (length, count) = (length + written, count + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.cells.len() > RECORD_BYTES => {
                    return Err(self.too_large());
                }
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() > CSV_COLUMNS => {
                    return Err(self.too_large());
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        let mut from = 0;
        let cells = self.ends.iter().take(count).map(|end| {
            let cell = self.cells.get(from..*end).unwrap_or_default();
            from = *end;
            String::from_utf8(cell.to_vec())
        });
        let at = self.here();
        let not_text = |_| RecordError::new(RecordErrorKind::NotText, at).resumed_at(at);
        cells.collect::<Result<Vec<_>, _>>().map(Some).map_err(not_text)
    }

    fn too_large(&mut self) -> RecordError {
        self.is_done = true;
        RecordError::new(RecordErrorKind::TooLarge, self.here())
    }
}

/// Bytes that show whether a line begins as JSON does.
const FIRST_BYTES: usize = 64;

/// Whether the cell holds a record of CloudTrail, or is compressed.
fn is_event(cell: &str) -> bool {
    holds_record(cell) || is_compressed(cell.trim().as_bytes())
}

/// Whether the row is no log event: the line between the header and the rows of a table that was printed for people, or what is after it.
fn is_line(row: &[String]) -> bool {
    let is_rule = |cell: &String| cell.trim().bytes().all(|byte| b"-+:=".contains(&byte));
    let is_count =
        |cell: &String| cell.starts_with('(') && (cell.ends_with(" row)") || cell.ends_with(" rows)"));
    let has_text = row.iter().any(|cell| !cell.trim().is_empty());
    has_text && row.iter().all(is_rule) && row.concat().contains("--")
        || row.len() == 1 && row.iter().all(is_count)
}
