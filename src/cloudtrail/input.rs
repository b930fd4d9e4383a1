//! From bytes as they are stored to JSON text: gzip is recognised by its first bytes.

use super::error::{RecordError, RecordErrorKind};
#[cfg(feature = "gzip")]
use crate::limits::GZIP_LAYERS;
use std::io::{Cursor, Read};
use std::sync::Arc;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The text of a plain or gzip input; gzip may have several members, as concatenated delivery files
/// do, and may have been applied twice.
///
/// # Errors
/// When the first bytes cannot be read, there are more layers of gzip than the limit, or the feature
/// `gzip` is off and the input needs it. Damage further on is reported by the returned reader.
pub fn open<'a>(reader: impl Read + 'a) -> Result<Box<dyn Read + 'a>, RecordError> {
    let mut text: Box<dyn Read + 'a> = Box::new(reader);
    #[cfg(feature = "gzip")]
    for _ in 0..GZIP_LAYERS {
        let (is_gzip, whole) = peek(text)?;
        if !is_gzip {
            return Ok(whole);
        }
        let buffered = std::io::BufReader::with_capacity(1 << 16, whole);
        text = Box::new(flate2::bufread::MultiGzDecoder::new(buffered));
    }
    let (is_gzip, whole) = peek(text)?;
    if is_gzip {
        let kind = if cfg!(feature = "gzip") {
            RecordErrorKind::TooManyGzipLayers
        } else {
            RecordErrorKind::GzipUnsupported
        };
        return Err(RecordError::new(kind, 0));
    }
    text = whole;
    Ok(text)
}

/// Whether the input begins as gzip does, and the input with nothing lost.
fn peek<'a>(mut reader: Box<dyn Read + 'a>) -> Result<(bool, Box<dyn Read + 'a>), RecordError> {
    let mut first = Vec::new();
    reader
        .by_ref()
        .take(GZIP_MAGIC.len() as u64)
        .read_to_end(&mut first)
        .map_err(|error| RecordError::new(RecordErrorKind::Read(Arc::new(error)), 0))?;
    let is_gzip = first == GZIP_MAGIC;
    Ok((is_gzip, Box::new(Cursor::new(first).chain(reader))))
}
