//! Reads whole files up to a limit, so that an endless device or a huge file cannot fill the memory.

use crate::limits::FILE_BYTES;
use std::fs::File;
use std::io::BufRead;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The bytes of a file, a FIFO or a device, at most [`FILE_BYTES`].
///
/// # Errors
/// If it cannot be read, or is larger.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    bytes_within(path, FILE_BYTES)
}

/// The text of a file, a FIFO or a device, at most [`FILE_BYTES`].
///
/// # Errors
/// If it cannot be read, is larger, or is not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    utf8(bytes_within(path, FILE_BYTES)?)
}

fn bytes_within(path: &Path, most: usize) -> Result<Vec<u8>> {
    let file = File::open(path)?;
    // the length of a regular file is known before it is read; FIFOs and devices report 0
    if file.metadata()?.len() > most as u64 {
        return Err(too_large(most));
    }
    reader_within(file, most)
}

/// Reads a reader to its end, at most [`FILE_BYTES`].
///
/// # Errors
/// If it cannot be read, or is longer.
pub fn bounded(reader: impl Read) -> Result<Vec<u8>> {
    reader_within(reader, FILE_BYTES)
}

/// All that a reader gives, at most `most` bytes.
///
/// # Errors
/// If it cannot be read, or gives more.
pub fn reader_within(reader: impl Read, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// The bytes as text.
///
/// # Errors
/// If they are not UTF-8, with the offset of the first invalid byte.
pub fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(ErrorKind::InvalidData, format!("byte {at} is not valid UTF-8"))
    })
}

/// The lines of a reader, without their newlines. A line longer than [`FILE_BYTES`] is an error and ends the iteration.
pub fn lines(mut reader: impl BufRead) -> impl Iterator<Item = Result<Vec<u8>>> {
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let mut line = Vec::new();
        let read = reader.by_ref().take(FILE_BYTES as u64 + 1).read_until(b'\n', &mut line);
        match read {
            Ok(0) => None,
            Ok(count) if count > FILE_BYTES => {
                is_over = true;
                Some(Err(too_large(FILE_BYTES)))
            }
            Ok(_) => {
                if line.last() == Some(&b'\n') {
                    line.pop();
                }
                Some(Ok(line))
            }
            Err(error) => {
                is_over = true;
                Some(Err(error))
            }
        }
    })
}

/// Refuses FIFOs, sockets, devices and folders.
///
/// # Errors
/// If the path does not lead to a regular file; the error says what it is.
pub fn is_regular(path: &Path) -> Result<()> {
    let kind = std::fs::metadata(path)?.file_type();
    if kind.is_file() {
        return Ok(());
    }
    let what = super::walk::kind(kind).map_or("a folder", super::Reason::name);
    Err(Error::new(ErrorKind::InvalidInput, format!("it is {what}, not a regular file")))
}

fn too_large(most: usize) -> Error {
    let most = most >> 20;
    Error::new(ErrorKind::FileTooLarge, format!("more than {most} MiB, the most that is read at once"))
}
