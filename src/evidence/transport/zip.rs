//! Zip archives. Their list of files is at the end, so that the archive is held in memory as it is stored; its files are inflated one at
//! a time.
//!
//! `rawzip` reads the list and verifies lengths and checksums; it brings no other crate, and flate2 inflates.

use super::entry::Entry;
use crate::limits::ZIP_BYTES;
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipSliceArchive};
use std::io::{Error, ErrorKind, Read, Result};
use std::rc::Rc;

pub(super) struct Zip {
    archive: Rc<ZipSliceArchive<Vec<u8>>>,
    /// places of the files that were not given out, the first one last
    files: Vec<(String, rawzip::ZipArchiveEntryWayfinder, CompressionMethod, bool)>,
}

impl Zip {
    pub(super) fn new(reader: Box<dyn Read + '_>) -> Result<Self> {
        let mut bytes = Vec::new();
        reader.take(ZIP_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > ZIP_BYTES {
            let most = ZIP_BYTES >> 20;
            return Err(invalid(&format!("more than {most} MiB; unpack the archive")));
        }
        let archive = ZipArchive::from_slice(bytes).map_err(|error| invalid(&error.to_string()))?;
        let (mut files, mut start) = (Vec::new(), archive.directory_offset());
        let mut entries = archive.entries();
        while let Some(entry) = entries.next_entry().map_err(|error| invalid(&error.to_string()))? {
            start = start.min(entry.local_header_offset());
            // a name with a slash at its end may have content
            if !entry.is_dir() || entry.uncompressed_size_hint() > 0 {
                let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
                files.push((
                    name,
                    entry.wayfinder(),
                    entry.compression_method(),
                    entry.flags().is_encrypted(),
                ));
            }
        }
        let after = (archive.get_ref().len() as u64).saturating_sub(archive.end_offset());
        for (bytes, place) in [(start, "before the first file of"), (after, "after the end of")] {
            if bytes > 0 {
                return Err(invalid(&format!("{bytes} bytes {place} the archive, which are not read")));
            }
        }
        files.reverse();
        Ok(Zip { archive: Rc::new(archive), files })
    }

    /// The next file.
    pub(super) fn next<'a>(&mut self) -> Result<Option<Entry<'a>>> {
        let Some((name, wayfinder, method, is_encrypted)) = self.files.pop() else { return Ok(None) };
        if is_encrypted {
            return Err(unsupported(format!("`{name}` of the zip is encrypted")));
        }
        let entry = self.archive.get_entry(wayfinder).map_err(|error| invalid(&error.to_string()))?;
        let (at, end) = entry.compressed_data_range();
        let stored = Stored { archive: Rc::clone(&self.archive), at: at as usize, end: end as usize };
        let reader: Box<dyn Read + 'a> = match method {
            CompressionMethod::STORE => Box::new(entry.verifying_reader(stored)),
            CompressionMethod::DEFLATE => Box::new(entry.verifying_reader(DeflateDecoder::new(stored))),
            CompressionMethod::ZSTD => {
                Box::new(entry.verifying_reader(super::zstd::Frames::new(Box::new(stored))))
            }
            other => {
                return Err(unsupported(format!("`{name}` of the zip is compressed by method {other}")));
            }
        };
        Ok(Some((name, reader)))
    }
}

/// One file cannot be read; the others can.
fn unsupported(why: String) -> Error {
    Error::new(ErrorKind::Unsupported, why)
}

fn invalid(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("zip: {why}"))
}

/// The bytes of one file as the archive has them.
struct Stored {
    archive: Rc<ZipSliceArchive<Vec<u8>>>,
    at: usize,
    end: usize,
}

impl Read for Stored {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let rest = self.archive.get_ref().get(self.at..self.end).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}
