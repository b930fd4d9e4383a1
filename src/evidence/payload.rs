//! Base64 payloads, as subscriptions, Kinesis and Firehose write them.

use super::encoded::{is_base64, is_base64_of_gzip, is_payload};
use super::error::{Location, RecordError, RecordErrorKind};
use super::window::Window;
use crate::limits::PAYLOAD_BYTES;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::io::Read;
use std::sync::Arc;

/// With or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a base64 text, in which blanks and newlines do not count.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    // the alphabet of URLs has other signs for two values
    let standard = |byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let bytes: Vec<u8> = bytes.map(standard).collect();
    let decoded = BASE64.decode(bytes).map_err(|error| format!("invalid base64: {error}"))?;
    Ok(inflated(&decoded).unwrap_or(decoded))
}

/// What zlib compressed, if it is that, and whole. It has no mark that a file could be known by, so that it is read in base64 only.
fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    const DEFLATE: u8 = 0x78;
    let [DEFLATE, flags, ..] = *bytes else { return None };
    if !u16::from_be_bytes([DEFLATE, flags]).is_multiple_of(31) {
        return None;
    }
    let mut text = Vec::new();
    let most = PAYLOAD_BYTES as u64 + 1;
    flate2::read::ZlibDecoder::new(bytes).take(most).read_to_end(&mut text).ok()?;
    (text.len() <= PAYLOAD_BYTES).then_some(text)
}

/// Whether the line begins a payload after the one so far. JSON has the bytes that it begins with in many places, so that a line that
/// begins with them is taken for a continuation as long as the payload may go on.
fn is_next(payload: &str, line: &[u8]) -> bool {
    is_base64_of_gzip(line)
        || (payload.ends_with('=') || !payload.len().is_multiple_of(4)) && is_payload(line)
}

/// Reads the payloads of a text: each begins on a line of its own, and may be wrapped over several.
pub(super) struct Lines<'a> {
    window: Window<'a>,
    is_done: bool,
    /// other lines may follow
    is_within: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(window: Window<'a>) -> Self {
        Lines { window, is_done: false, is_within: false }
    }

    /// Reads the payloads that follow one another within a text.
    pub(super) fn within(window: Window<'a>) -> Self {
        Lines { is_within: true, ..Lines::new(window) }
    }

    /// The text after the payloads, if they are within one.
    pub(super) fn into_text(self) -> Option<Window<'a>> {
        (self.is_within && !self.is_done).then_some(self.window)
    }

    /// The next payload and where it begins; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(String, Location)>, RecordError> {
        let mut payload = String::new();
        let mut begins = None;
        while !self.is_done && self.window.next_byte().is_some() {
            let at = Location { offset: self.window.offset(), line: self.window.line() };
            let length = self.line_length();
            let line = self.window.rest().get(..length).unwrap_or_default();
            if self.is_within && !is_base64(line.trim_ascii_end()) {
                break;
            }
            if begins.is_some() && is_next(&payload, line.trim_ascii_end()) {
                break;
            }
            payload.push_str(&String::from_utf8_lossy(line.trim_ascii_end()));
            begins = begins.or(Some(at));
            self.window.pass(length);
            if payload.len() > PAYLOAD_BYTES {
                self.is_done = true;
                return Err(RecordError::new(RecordErrorKind::TooLarge, at));
            }
        }
        if let Some(error) = self.window.take_failure() {
            self.is_done = true;
            let at = Location { offset: self.window.offset(), line: self.window.line() };
            return Err(RecordError::new(RecordErrorKind::Read(Arc::new(error)), at));
        }
        Ok(begins.map(|at| (payload, at)))
    }

    /// Bytes up to the end of the line, or what may be held of it.
    fn line_length(&mut self) -> usize {
        let mut seen = 0;
        loop {
            let rest = self.window.rest();
            if let Some(end) = memchr::memchr(b'\n', rest.get(seen..).unwrap_or_default()) {
                return seen + end;
            }
            seen = rest.len();
            if seen > PAYLOAD_BYTES || !self.window.fill() {
                return self.window.rest().len();
            }
        }
    }
}
