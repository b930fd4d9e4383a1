//! Tar archives, read from front to back. The crate `tar` reads the headers; a file is a reader of its own that shares the archive's.

use super::entry::Entry;
use crate::limits::ARCHIVE_NAME_BYTES;
use std::cell::RefCell;
use std::io::{Error, ErrorKind, Read, Result};
use std::rc::Rc;
use tar::{Header, PaxExtensions};

const BLOCK: usize = 512;

pub(super) struct Tar<'a>(Rc<RefCell<Blocks<'a>>>);

struct Blocks<'a> {
    reader: Box<dyn Read + 'a>,
    /// of the current file
    left: u64,
    /// after the current file, up to the next block
    padding: u64,
}

impl<'a> Tar<'a> {
    pub(super) fn new(reader: Box<dyn Read + 'a>) -> Self {
        Tar(Rc::new(RefCell::new(Blocks { reader, left: 0, padding: 0 })))
    }

    /// The next regular file. What is left of the file before is passed.
    pub(super) fn next(&mut self) -> Result<Option<Entry<'a>>> {
        let (mut long_name, mut long_size) = (None, None);
        loop {
            let mut blocks = self.0.borrow_mut();
            let Some(header) = blocks.header()? else { return Ok(None) };
            let header = Header::from_byte_slice(&header);
            let size = long_size.take().map_or_else(|| header.entry_size(), Ok)?;
            (blocks.left, blocks.padding) = (size, size.next_multiple_of(BLOCK as u64) - size);
            let kind = header.entry_type();
            if kind.is_gnu_longname() {
                let name = blocks.rest()?;
                long_name = Some(String::from_utf8_lossy(&name).trim_end_matches('\0').to_owned());
            } else if kind.is_pax_local_extensions() {
                let members = blocks.rest()?;
                for member in PaxExtensions::new(&members) {
                    let member = member?;
                    match member.key_bytes() {
                        b"path" => long_name = member.value().ok().map(str::to_owned),
                        b"size" => long_size = member.value().ok().and_then(|size| size.parse().ok()),
                        _ => {}
                    }
                }
            } else if kind.is_gnu_sparse() {
                return Err(Error::new(ErrorKind::InvalidData, "tar: a sparse file; unpack the archive"));
            } else {
                let own = || String::from_utf8_lossy(&header.path_bytes()).into_owned();
                let name = long_name.take().unwrap_or_else(own);
                if kind.is_file() || kind.is_contiguous() {
                    drop(blocks);
                    return Ok(Some((name, Box::new(File(Rc::clone(&self.0))))));
                }
            }
        }
    }
}

impl Blocks<'_> {
    /// The next header; `None` at the end of the archive.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>> {
        let over = self.left + self.padding;
        let passed = std::io::copy(&mut self.reader.by_ref().take(over), &mut std::io::sink())?;
        if passed < over {
            return Err(cut());
        }
        (self.left, self.padding) = (0, 0);
        let (mut block, mut is_end) = (Vec::with_capacity(BLOCK), false);
        // zeros end an archive, and another one may follow
        loop {
            block.clear();
            self.reader.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if block.is_empty() {
                return Ok(None);
            }
            if block.iter().any(|byte| *byte != 0) {
                break;
            }
            is_end = true;
        }
        let wrong = |error| if is_end { after_end() } else { error };
        let header: [u8; BLOCK] = block.try_into().map_err(|_| wrong(cut()))?;
        // the sum of all bytes, those of the sum itself as blanks
        let sum = |range: std::ops::Range<usize>| -> u32 {
            header.get(range).unwrap_or_default().iter().map(|byte| u32::from(*byte)).sum()
        };
        let said = Header::from_byte_slice(&header).cksum().map_err(wrong)?;
        if said != sum(0..148) + 8 * u32::from(b' ') + sum(156..BLOCK) {
            let error = Error::new(ErrorKind::InvalidData, "tar: the checksum of a header does not agree");
            return Err(wrong(error));
        }
        Ok(Some(header))
    }

    /// The content of a header that is longer than a block.
    fn rest(&mut self) -> Result<Vec<u8>> {
        if self.left > ARCHIVE_NAME_BYTES as u64 {
            return Err(Error::new(ErrorKind::InvalidData, "tar: a name is too long"));
        }
        let mut bytes = Vec::new();
        self.reader.by_ref().take(self.left).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < self.left {
            return Err(cut());
        }
        self.left = 0;
        Ok(bytes)
    }
}

fn cut() -> Error {
    Error::new(ErrorKind::UnexpectedEof, "tar: the end of the archive is missing")
}

fn after_end() -> Error {
    Error::new(ErrorKind::InvalidData, "tar: bytes after the end of the archive, which are not read")
}

/// The current file of an archive.
struct File<'a>(Rc<RefCell<Blocks<'a>>>);

impl Read for File<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut blocks = self.0.borrow_mut();
        let most = usize::try_from(blocks.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = blocks.reader.read(buffer.get_mut(..most).unwrap_or_default())?;
        if count == 0 {
            return Err(cut());
        }
        blocks.left -= count as u64;
        Ok(count)
    }
}
