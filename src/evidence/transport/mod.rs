//! From bytes as they are stored to texts: compression and archives are recognised by their first bytes, one inside the other.

#[cfg(feature = "evidence")]
mod entry;
#[cfg(feature = "evidence")]
mod tar;
#[cfg(feature = "evidence")]
mod zip;
#[cfg(feature = "evidence")]
mod zstd;

use super::error::{Location, RecordError, RecordErrorKind};
use crate::limits::{ARCHIVE_NESTING, GZIP_LAYERS};
#[cfg(feature = "evidence")]
use std::io::ErrorKind;
use std::io::{Cursor, Read};
use std::sync::Arc;

/// How gzip begins.
pub const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A local header, or the end of an archive without files.
const ZIP_MAGIC: [[u8; 4]; 2] = [*b"PK\x03\x04", *b"PK\x05\x06"];
/// Where a tar header says what it is.
const TAR_MAGIC: (usize, &[u8]) = (257, b"ustar");
/// Bytes that are looked at; a tar header has this many.
const LOOK_BYTES: usize = 512;

/// The text of one file: the input itself, or a file of the archive that the input is.
pub(super) struct File<'a> {
    /// Its path in the archive.
    pub(super) name: Option<Arc<str>>,
    pub(super) text: Box<dyn Read + 'a>,
}

/// The files of an input, one at a time.
pub(super) struct Files<'a> {
    input: Option<Box<dyn Read + 'a>>,
    /// open archives, the innermost last
    archives: Vec<(Archive<'a>, Option<Arc<str>>)>,
    /// Files of archives that are not read, because they are of a system or of another program.
    pub(super) skipped_files: u64,
}

enum Archive<'a> {
    #[cfg(feature = "evidence")]
    Tar(tar::Tar<'a>),
    #[cfg(feature = "evidence")]
    Zip(zip::Zip),
    #[cfg(not(feature = "evidence"))]
    #[expect(dead_code, reason = "keeps the lifetime")]
    None(std::marker::PhantomData<&'a ()>),
}

/// What begins here.
enum Stored {
    Gzip,
    Zstd,
    Zip,
    Tar,
    Text,
}

impl<'a> Files<'a> {
    pub(super) fn of(input: impl Read + 'a) -> Self {
        Files { input: Some(Box::new(input)), archives: Vec::new(), skipped_files: 0 }
    }

    /// No files.
    pub(super) fn none() -> Self {
        Files { input: None, archives: Vec::new(), skipped_files: 0 }
    }

    /// The next file; `None` if there are no more. After an error the files of the archive that are left are not read.
    pub(super) fn next(&mut self) -> Result<Option<File<'a>>, RecordError> {
        loop {
            let (name, stored) = match self.input.take() {
                Some(input) => (None, input),
                None => match self.entry()? {
                    Some(File { name, text }) => (name, text),
                    None => return Ok(None),
                },
            };
            let unpacked = self.unpack(stored, name.as_ref());
            if let Some(text) = unpacked.map_err(|error| error.in_member(name.as_ref()))? {
                return Ok(Some(File { name, text }));
            }
        }
    }

    #[cfg(not(feature = "evidence"))]
    fn entry(&mut self) -> Result<Option<File<'a>>, RecordError> {
        Ok(None)
    }

    #[cfg(feature = "evidence")]
    fn entry(&mut self) -> Result<Option<File<'a>>, RecordError> {
        loop {
            let Some((archive, outer)) = self.archives.last_mut() else { return Ok(None) };
            let entry = match archive {
                Archive::Tar(tar) => tar.next(),
                Archive::Zip(zip) => zip.next(),
            };
            match entry {
                Ok(Some((name, _))) if is_of_system(&name) => self.skipped_files += 1,
                Ok(Some((name, reader))) => {
                    let whole = match outer {
                        Some(outer) => format!("{outer}/{name}"),
                        None => name,
                    };
                    return Ok(Some(File { name: Some(whole.into()), text: reader }));
                }
                Ok(None) => drop(self.archives.pop()),
                // one file, and those after it are read
                Err(error) if error.kind() == ErrorKind::Unsupported => {
                    let reason = error.to_string();
                    return Err(RecordError::new(RecordErrorKind::ArchivedFile { reason }, Location::START));
                }
                Err(error) => {
                    self.archives.clear();
                    return Err(failed(error));
                }
            }
        }
    }

    /// The text of what is stored; `None` if it is an archive, whose files come next.
    fn unpack(
        &mut self,
        stored: Box<dyn Read + 'a>,
        name: Option<&Arc<str>>,
    ) -> Result<Option<Box<dyn Read + 'a>>, RecordError> {
        let _ = name;
        let mut reader = stored;
        let mut layers = 0;
        loop {
            let (kind, whole) = peek(reader)?;
            reader = match kind {
                Stored::Text => return Ok(Some(whole)),
                Stored::Gzip | Stored::Zstd if layers == GZIP_LAYERS => {
                    return Err(RecordError::new(RecordErrorKind::TooManyGzipLayers, Location::START));
                }
                Stored::Gzip => inflate(whole)?,
                Stored::Zstd => unzstd(whole)?,
                Stored::Zip | Stored::Tar => {
                    if self.archives.len() == ARCHIVE_NESTING {
                        return Err(RecordError::new(RecordErrorKind::TooManyArchives, Location::START));
                    }
                    self.open(matches!(kind, Stored::Zip), whole, name)?;
                    return Ok(None);
                }
            };
            layers += 1;
        }
    }

    #[cfg(feature = "evidence")]
    fn open(
        &mut self,
        is_zip: bool,
        whole: Box<dyn Read + 'a>,
        name: Option<&Arc<str>>,
    ) -> Result<(), RecordError> {
        let archive = match is_zip {
            true => Archive::Zip(zip::Zip::new(whole).map_err(failed)?),
            false => Archive::Tar(tar::Tar::new(whole)),
        };
        self.archives.push((archive, name.cloned()));
        Ok(())
    }

    #[cfg(not(feature = "evidence"))]
    fn open(&mut self, _: bool, _: Box<dyn Read + 'a>, _: Option<&Arc<str>>) -> Result<(), RecordError> {
        Err(RecordError::new(RecordErrorKind::EvidenceUnsupported("archives"), Location::START))
    }
}

/// Whether a path in an archive is of macOS or of an editor, and never evidence.
#[cfg(feature = "evidence")]
fn is_of_system(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || last.starts_with("._") || last == ".DS_Store"
}

fn failed(error: std::io::Error) -> RecordError {
    RecordError::new(RecordErrorKind::Read(Arc::new(error)), Location::START)
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

#[cfg(feature = "evidence")]
fn unzstd<'a>(reader: Box<dyn Read + 'a>) -> Result<Box<dyn Read + 'a>, RecordError> {
    Ok(Box::new(zstd::Frames::new(reader)))
}

#[cfg(not(feature = "evidence"))]
fn unzstd<'a>(_: Box<dyn Read + 'a>) -> Result<Box<dyn Read + 'a>, RecordError> {
    Err(RecordError::new(RecordErrorKind::EvidenceUnsupported("Zstandard"), Location::START))
}

/// What the input begins as, and the input with nothing lost.
fn peek<'a>(mut reader: Box<dyn Read + 'a>) -> Result<(Stored, Box<dyn Read + 'a>), RecordError> {
    let mut first = Vec::new();
    let read = reader.by_ref().take(LOOK_BYTES as u64).read_to_end(&mut first);
    let kind = stored(&first);
    match read {
        // what was read before the failure counts; the next read says the failure
        Err(error) if !first.is_empty() => {
            Ok((kind, Box::new(Cursor::new(first).chain(Failed(Some(error))))))
        }
        Err(error) => Err(failed(error)),
        Ok(_) => Ok((kind, Box::new(Cursor::new(first).chain(reader)))),
    }
}

/// A reader that fails once.
pub(super) struct Failed(pub(super) Option<std::io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn stored(first: &[u8]) -> Stored {
    let (at, tar) = TAR_MAGIC;
    match first {
        _ if first.starts_with(&GZIP_MAGIC) => Stored::Gzip,
        _ if first.starts_with(&ZSTD_MAGIC) => Stored::Zstd,
        _ if ZIP_MAGIC.iter().any(|magic| first.starts_with(magic)) => Stored::Zip,
        _ if first.get(at..).is_some_and(|rest| rest.starts_with(tar)) => Stored::Tar,
        _ => Stored::Text,
    }
}

/// What packed the bytes, if something did that is read.
pub(super) fn packer(first: &[u8]) -> Option<&'static str> {
    match stored(first) {
        Stored::Gzip => Some("gzip"),
        Stored::Zstd => Some("Zstandard"),
        Stored::Zip => Some("zip"),
        Stored::Tar => Some("tar"),
        Stored::Text => None,
    }
}

/// Whether the bytes begin as something compressed or an archive does.
pub(super) fn is_packed(first: &[u8]) -> bool {
    !matches!(stored(first), Stored::Text)
}
