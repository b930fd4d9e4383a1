//! One object of a bucket, and the bytes that are on their way.

use super::refusal::Failure;
use cwfilter::limits::FETCH_PIECE_BYTES;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::Receiver;

/// An object as the listing describes it.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) bucket: Arc<str>,
    pub(crate) key: String,
    pub(crate) bytes: u64,
    /// Changes whenever the content does.
    pub(crate) etag: String,
    /// Its storage class cannot be read before it is restored.
    pub(crate) is_archived: bool,
    /// The command line names it, so that it is read whatever its name says.
    pub(crate) is_named: bool,
    /// Where its bytes arrive; `None` until fetching has begun.
    arriving: Mutex<Option<Arriving>>,
    begun: Condvar,
}

/// Pieces in order. The sender of an object that is complete is closed.
#[derive(Debug)]
pub(super) struct Arriving {
    pub(super) pieces: Receiver<Result<Vec<u8>, Failure>>,
    /// Room for the bytes in flight, which is given back when this is dropped.
    #[expect(dead_code, reason = "dropped with the rest")]
    pub(super) room: OwnedSemaphorePermit,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (&self.bucket, &self.key, &self.etag) == (&other.bucket, &other.key, &other.etag)
    }
}

impl Eq for Object {}

impl Object {
    pub(super) fn new(bucket: Arc<str>, key: String, bytes: u64, etag: String) -> Self {
        let (arriving, begun) = (Mutex::new(None), Condvar::new());
        Object { bucket, key, bytes, etag, is_archived: false, is_named: false, arriving, begun }
    }

    /// `s3://BUCKET/KEY`
    pub(crate) fn name(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// GET requests that it takes.
    pub(crate) fn gets(&self) -> u64 {
        self.bytes.div_ceil(FETCH_PIECE_BYTES).max(1)
    }

    /// Fetching it has begun.
    pub(super) fn begin(&self, arriving: Arriving) {
        *self.arriving.lock().unwrap_or_else(PoisonError::into_inner) = Some(arriving);
        self.begun.notify_all();
    }

    /// Waits for the first bytes. [`start`](super::start) has been called with the object, and once for each `open`.
    pub(crate) fn open(&self) -> Result<ObjectReader, Failure> {
        let arriving = self.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.begun.wait_while(arriving, |arriving| arriving.is_none());
        let lost = || Failure::of_all("fetching it stopped".to_owned());
        let arriving = waited.unwrap_or_else(PoisonError::into_inner).take();
        let mut arriving = arriving.ok_or_else(lost)?;
        let first = arriving.pieces.blocking_recv().ok_or_else(lost)??;
        Ok(ObjectReader { arriving, piece: first, at: 0, left: self.bytes, failure: None })
    }
}

/// Reads an object while it arrives.
#[derive(Debug)]
pub(crate) struct ObjectReader {
    arriving: Arriving,
    piece: Vec<u8>,
    at: usize,
    /// Bytes that have not been read.
    left: u64,
    failure: Option<Failure>,
}

impl ObjectReader {
    /// The bytes that the object begins with.
    pub(crate) fn start(&self) -> &[u8] {
        &self.piece
    }

    /// Why no further piece came.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

impl std::io::Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() {
            if self.left == 0 {
                return Ok(0);
            }
            let lost = || Err(Failure::of_all("fetching it stopped".to_owned()));
            match self.arriving.pieces.blocking_recv().unwrap_or_else(lost) {
                Ok(piece) => (self.piece, self.at) = (piece, 0),
                Err(failure) => {
                    let error = std::io::Error::other(failure.message.clone());
                    self.failure = Some(failure);
                    return Err(error);
                }
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}
