//! Zstandard: frames one after the other, as `zstd` and AWS's delivery of logs write them.
//!
//! The decoder is `ruzstd`: Rust without C, so that a hostile file meets no memory error, and it refuses windows over 100 MiB. It takes
//! about twice the time of the C library, which matters little: nearly all evidence is gzip.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};

/// A reader of all frames.
pub(super) struct Frames<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    decoder: FrameDecoder,
    is_inside: bool,
}

impl<'a> Frames<'a> {
    pub(super) fn new(reader: Box<dyn Read + 'a>) -> Self {
        let reader = BufReader::with_capacity(1 << 16, reader);
        Frames { reader, decoder: FrameDecoder::new(), is_inside: false }
    }

    /// Begins the next frame. Skippable frames are skipped.
    fn begin(&mut self) -> Result<()> {
        match self.decoder.init(&mut self.reader) {
            Ok(()) => {
                self.is_inside = true;
                Ok(())
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                let mut skipped = self.reader.by_ref().take(length.into());
                match std::io::copy(&mut skipped, &mut std::io::sink())? {
                    count if count == u64::from(length) => Ok(()),
                    _ => Err(ErrorKind::UnexpectedEof.into()),
                }
            }
            Err(error) => Err(Error::new(ErrorKind::InvalidData, format!("Zstandard: {error}"))),
        }
    }

    /// The frame's checksum, if it has one.
    fn verify(&self) -> Result<()> {
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(said), Some(found)) if said != found => {
                Err(Error::new(ErrorKind::InvalidData, "Zstandard: the checksum does not agree"))
            }
            _ => Ok(()),
        }
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if !self.is_inside {
                if self.reader.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.begin()?;
                continue;
            }
            if self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let blocks =
                    self.decoder.decode_blocks(&mut self.reader, BlockDecodingStrategy::UptoBlocks(1));
                blocks.map_err(|error| Error::new(ErrorKind::InvalidData, format!("Zstandard: {error}")))?;
            }
            match self.decoder.read(buffer)? {
                0 if self.decoder.is_finished() => {
                    self.verify()?;
                    self.is_inside = false;
                }
                0 => {}
                count => return Ok(count),
            }
        }
    }
}
