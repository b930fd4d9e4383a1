//! From bytes as they are stored to JSON text: gzip is recognised by its first bytes.

use super::error::{Location, RecordError, RecordErrorKind};
use crate::limits::GZIP_LAYERS;
use std::io::{Cursor, Read};
use std::sync::Arc;

/// How gzip begins.
pub const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// An input as text.
pub struct Opened<'a> {
    /// The text, inflated.
    pub text: Box<dyn Read + 'a>,
    /// It was compressed, so that a checksum vouches for every byte that is read to the end.
    pub is_gzip: bool,
}

/// The text of a plain or gzip input; gzip may have several members, as concatenated delivery files
/// do, and may have been applied twice.
///
/// ```
/// use std::io::Read;
/// let mut text = String::new();
/// let mut opened = cwfilter::cloudtrail::open(&b"{}"[..])?;
/// opened.text.read_to_string(&mut text)?;
/// assert_eq!((text.as_str(), opened.is_gzip), ("{}", false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the first bytes cannot be read, there are more layers of gzip than the limit, or the feature
/// `gzip` is off and the input needs it. Damage further on is reported by the returned reader.
pub fn open<'a>(reader: impl Read + 'a) -> Result<Opened<'a>, RecordError> {
    let mut layers = 0;
    let mut text: Box<dyn Read + 'a> = Box::new(reader);
    loop {
        let (is_gzip, whole) = peek(text)?;
        if !is_gzip {
            return Ok(Opened { text: whole, is_gzip: layers > 0 });
        }
        if layers == GZIP_LAYERS {
            return Err(RecordError::new(RecordErrorKind::TooManyGzipLayers, Location::START));
        }
        layers += 1;
        text = inflate(whole)?;
    }
}

#[cfg(feature = "gzip")]
fn inflate<'a>(reader: Box<dyn Read + 'a>) -> Result<Box<dyn Read + 'a>, RecordError> {
    let buffered = std::io::BufReader::with_capacity(1 << 16, reader);
    Ok(Box::new(flate2::bufread::MultiGzDecoder::new(buffered)))
}

#[cfg(not(feature = "gzip"))]
fn inflate<'a>(_: Box<dyn Read + 'a>) -> Result<Box<dyn Read + 'a>, RecordError> {
    Err(RecordError::new(RecordErrorKind::GzipUnsupported, Location::START))
}

/// Whether the input begins as gzip does, and the input with nothing lost.
fn peek<'a>(mut reader: Box<dyn Read + 'a>) -> Result<(bool, Box<dyn Read + 'a>), RecordError> {
    let mut first = Vec::new();
    reader
        .by_ref()
        .take(GZIP_MAGIC.len() as u64)
        .read_to_end(&mut first)
        .map_err(|error| RecordError::new(RecordErrorKind::Read(Arc::new(error)), Location::START))?;
    let is_gzip = first == GZIP_MAGIC;
    Ok((is_gzip, Box::new(Cursor::new(first).chain(reader))))
}
