//! Tables in CSV, also with `;`, `|` or tabs: exports of Logs Insights, CloudTrail Lake and the console, with one column that holds whole log events.

use super::columns::{before_header, columns, event_column, header};
use super::envelope::Envelope;
use super::error::{Location, RecordError, RecordErrorKind};
use super::expand::milliseconds;
use super::foreign::Foreign;
use super::window::Window;
use crate::limits::{CSV_COLUMNS, RECORD_BYTES};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::sync::Arc;

/// Reads the rows of a table.
pub(super) struct Table<'a> {
    window: Window<'a>,
    reader: Reader,
    columns: Vec<String>,
    event: usize,
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// nothing more is read
    is_done: bool,
}

impl<'a> Table<'a> {
    pub(super) fn new(window: Window<'a>) -> Self {
        let (cells, ends) = (vec![0; 1 << 12], vec![0; 64]);
        Table { window, reader: Reader::new(), columns: Vec::new(), event: 0, cells, ends, is_done: false }
    }

    fn here(&self) -> Location {
        Location { offset: self.window.offset(), line: self.window.line() }
    }

    /// The next log event, where its row begins, and what the other columns say; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(String, Location, Envelope)>, RecordError> {
        if self.columns.is_empty() {
            if self.window.rest().starts_with("\u{feff}".as_bytes()) {
                self.window.pass(3);
            }
            self.window.pass(before_header(self.window.rest()));
            let (_, delimiter) = columns(header(self.window.rest()));
            self.reader = ReaderBuilder::new().delimiter(delimiter).build();
            let at = self.here();
            let Some(columns) = self.row()? else { return Ok(None) };
            let Some(event) = event_column(&columns) else {
                self.is_done = true;
                return Err(RecordError::foreign(Foreign::Columns.texts(), columns.join(",").as_bytes(), at));
            };
            self.event = event;
            self.columns = columns;
        }
        loop {
            let at = self.here();
            let Some(row) = self.row()? else { return Ok(None) };
            let cell = |name: &str| {
                let at = self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
                row.get(at).filter(|cell| !cell.is_empty()).cloned()
            };
            let Some(message) = row.get(self.event) else {
                let reason = "a row ends before the column of the log event".to_owned();
                return Err(RecordError::new(RecordErrorKind::Payload { reason }, at).resumed_at(self.here()));
            };
            if message.is_empty() && row.len() == 1 {
                continue;
            }
            let envelope = Envelope {
                log_group: cell("@log"),
                log_stream: cell("@logStream").or_else(|| cell("logStreamName")),
                time: cell("@timestamp").or_else(|| cell("timestamp")).and_then(|time| milliseconds(&time)),
                event_id: cell("eventId").or_else(|| cell("@ptr")),
                ..Envelope::default()
            };
            return Ok(Some((message.clone(), at, envelope)));
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
