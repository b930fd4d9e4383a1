//! Text lines: application logs, lines of CloudWatch's export tasks and of `aws logs tail`.

use super::charset::is_wide;
use super::detect::{Content, LOOK_BYTES};
use super::error::{Location, RecordError, RecordErrorKind};
use super::expand::looks_like_object;
use super::prefix::prefix;
use super::stream::{Parsed, parse};
use super::window::Window;
use super::within::{Found, container, is_printed_object};
use crate::limits::RECORD_BYTES;
use std::sync::Arc;

/// One log event of a text.
#[derive(Debug)]
pub(super) struct Line {
    /// The message: the line, without the time that an export task or `aws logs tail` puts before it.
    pub(super) message: Vec<u8>,
    /// The whole line, if a time is before the message. The time may be the application's own, and part of the message.
    pub(super) whole: Option<Vec<u8>>,
    /// The message is one JSON object.
    pub(super) is_object: bool,
    pub(super) at: Location,
    /// milliseconds since 1970
    pub(super) time: Option<i64>,
    pub(super) stream: Option<String>,
}

/// What comes next in a text.
#[derive(Debug)]
pub(super) enum Next {
    Line(Line),
    /// A container, which is not passed.
    Container(Content),
}

/// The error for a line in UTF-16 in a text that is not.
const MIXED: (&str, &str) = (
    "a line in UTF-16 in a text of another encoding",
    "write the file again in one encoding, such as with `Out-File -Encoding utf8`, or convert the parts with `iconv`",
);

/// Reads the lines of a text that are not blank, up to a container.
pub(super) struct Lines<'a> {
    window: Window<'a>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(window: Window<'a>) -> Self {
        Lines { window }
    }

    pub(super) fn here(&self) -> Location {
        Location { offset: self.window.offset(), line: self.window.line() }
    }

    /// What was not passed.
    pub(super) fn into_window(self) -> Window<'a> {
        self.window
    }

    /// The next log event or container; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Next>, RecordError> {
        while self.window.next_byte().is_some() {
            if !self.pass_mark() {
                return self.line().map(Some);
            }
        }
        match self.window.take_failure() {
            Some(error) => Err(RecordError::new(RecordErrorKind::Read(Arc::new(error)), self.here())),
            None => Ok(None),
        }
    }

    /// Passes a byte order mark. Files that were put together have one before each.
    fn pass_mark(&mut self) -> bool {
        let mark = "\u{feff}".as_bytes();
        self.window.ensure(mark.len());
        let is_mark = self.window.rest().starts_with(mark);
        if is_mark {
            self.window.pass(mark.len());
        }
        is_mark
    }

    /// The line that begins here, or the container.
    fn line(&mut self) -> Result<Next, RecordError> {
        let at = self.here();
        let Some(length) = self.line_length() else {
            self.pass_line();
            return Err(RecordError::new(RecordErrorKind::TooLarge, at).resumed_at(self.here()));
        };
        let may_begin = |line: &[u8]| memchr::memchr2(b'{', b'[', line).is_some();
        if self.window.rest().get(..length).is_some_and(may_begin) {
            self.window.ensure(length + LOOK_BYTES);
        }
        let rest = self.window.rest();
        let line = rest.get(..length).unwrap_or_default().trim_ascii_end();
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(error) => {
                let offset = at.offset + error.valid_up_to() as u64;
                self.window.pass(length);
                let at = Location { offset, ..at };
                return Err(RecordError::new(RecordErrorKind::NotText, at).resumed_at(self.here()));
            }
        };
        if is_wide(line) {
            let error = RecordError::foreign(MIXED, line, at);
            self.window.pass(length);
            return Err(error.resumed_at(self.here()));
        }
        let (start, time, stream) = match prefix(text) {
            Some((start, time, stream)) => (start, Some(time), stream.map(str::to_owned)),
            None => (0, None, None),
        };
        // the message of a log event is not opened
        if time.is_none()
            && let Some(Found { before, content }) = container(rest, length, at.offset < LOOK_BYTES as u64)
        {
            if before == 0 {
                return Ok(Next::Container(content));
            }
            let message = line.get(..before).unwrap_or_default().trim_ascii_end().to_vec();
            self.window.pass(before);
            return Ok(Next::Line(Line { message, whole: None, is_object: false, at, time, stream }));
        }
        let message = line.get(start..).unwrap_or_default();
        if looks_like_object(message) || is_printed_object(rest.get(start..).unwrap_or_default()) {
            let message = self.object(start, length)?;
            return Ok(Next::Line(Line { message, whole: None, is_object: true, at, time, stream }));
        }
        let whole = (start > 0).then(|| line.to_vec());
        let message = message.to_vec();
        self.window.pass(length);
        Ok(Next::Line(Line { message, whole, is_object: false, at, time, stream }))
    }

    /// Bytes up to the end of the line; `None` if it is longer than a record may be.
    fn line_length(&mut self) -> Option<usize> {
        let mut seen = 0;
        loop {
            let rest = self.window.rest();
            if let Some(end) = memchr::memchr(b'\n', rest.get(seen..).unwrap_or_default()) {
                return (seen + end <= RECORD_BYTES).then_some(seen + end);
            }
            seen = rest.len();
            if seen > RECORD_BYTES {
                return None;
            }
            if !self.window.fill() {
                return Some(self.window.rest().len());
            }
        }
    }

    fn pass_line(&mut self) {
        loop {
            let rest = self.window.rest();
            let end = memchr::memchr(b'\n', rest);
            self.window.pass(end.unwrap_or(rest.len()));
            if end.is_some() || !self.window.fill() {
                return;
            }
        }
    }

    /// The object that begins `start` bytes from here, perhaps over several lines. Passes it, or the line if it is damaged.
    fn object(&mut self, start: usize, line: usize) -> Result<Vec<u8>, RecordError> {
        let at = self.here();
        let mut is_all = false;
        let parsed = loop {
            match parse(self.window.rest().get(start..).unwrap_or_default(), is_all) {
                Parsed::Cut if !is_all => is_all = !self.window.fill_object(),
                other => break other,
            }
        };
        let rest = self.window.rest().get(start..).unwrap_or_default();
        let (kind, ahead) = match parsed {
            Parsed::Whole(length) => {
                let after = rest.get(length..).unwrap_or_default();
                let after = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
                let is_glued = looks_like_object(after);
                // a value that is printed inside of another one
                let is_inside = length > line - start && after.iter().all(|byte| b" \t\r,;)]".contains(byte));
                if is_inside || is_glued || after.trim_ascii().is_empty() {
                    let bytes = rest.get(..length).unwrap_or_default().to_vec();
                    let length = if is_glued { length } else { length + after.len() };
                    self.window.pass(start + length);
                    return Ok(bytes);
                }
                let reason = "trailing characters".to_owned();
                (RecordErrorKind::Invalid { reason }, start + length)
            }
            Parsed::Broken(kind, ahead) => (kind, start + ahead),
            Parsed::Cut => (RecordErrorKind::Truncated { inside: "a record" }, line),
        };
        // damage that shows on a later line is a record that is cut on this one
        let ahead = ahead.min(line);
        let at = Location { offset: at.offset + ahead as u64, line: at.line };
        self.window.pass(line);
        Err(RecordError::new(kind, at).resumed_at(self.here()))
    }
}
