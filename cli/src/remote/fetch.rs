//! Fetches objects in the order in which they are scanned, many at the same time, with a bound on objects and bytes in flight.

use super::object::{Arriving, Object};
use super::refusal::{self, Failure};
use super::{retry, settings};
use aws_sdk_s3::Client;
use cwfilter::limits::{
    DENIED_FROM_THE_START, FETCH_BYTES, FETCH_PIECE_BYTES, LOST_IN_A_ROW, OBJECTS_IN_FLIGHT,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Sender, channel};

/// Pieces of one object that wait to be read. With the one that is read and the one that arrives, they are the room of an object.
const PIECES_WAITING: usize = 1;
const PIECES: u64 = 3;

/// Fetches the objects on the runtime's thread. An object's room is taken in the order of the list, so that the first one always
/// arrives, whatever waits after it. The callers read the objects in the same order.
pub(crate) fn start(objects: Vec<Arc<Object>>) -> Result<(), Failure> {
    let mut clients: BTreeMap<Arc<str>, Client> = BTreeMap::new();
    for object in &objects {
        if !clients.contains_key(&object.bucket) {
            clients.insert(Arc::clone(&object.bucket), settings::client(&object.bucket)?);
        }
    }
    if objects.is_empty() {
        return Ok(());
    }
    settings::runtime()?.spawn(async move {
        let (bytes, slots) =
            (Arc::new(Semaphore::new(FETCH_BYTES)), Arc::new(Semaphore::new(OBJECTS_IN_FLIGHT)));
        let refusals = Arc::new(Refusals::default());
        for object in objects {
            let Some(client) = clients.get(&object.bucket).cloned() else { return };
            let needed = object.bytes.clamp(1, PIECES * FETCH_PIECE_BYTES);
            let needed = u32::try_from(needed).unwrap_or(u32::MAX);
            let Ok(room) = Arc::clone(&bytes).acquire_many_owned(needed).await else { return };
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
            let (sender, pieces) = channel(PIECES_WAITING);
            object.begin(Arriving { pieces, room });
            let refusals = Arc::clone(&refusals);
            tokio::spawn(async move {
                send_pieces(&client, &object, &sender, &refusals).await;
                drop(slot);
            });
        }
    });
    Ok(())
}

/// Where no object at all can be read, the scan stops instead of asking for each.
#[derive(Default)]
struct Refusals {
    any_read: AtomicBool,
    denied: AtomicU32,
    /// Objects that did not arrive in all attempts, since the last piece that did.
    lost: AtomicU32,
}

impl Refusals {
    fn note(&self, piece: Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Failure> {
        let mut failure = match piece {
            Ok(piece) => {
                self.any_read.store(true, Ordering::Relaxed);
                self.lost.store(0, Ordering::Relaxed);
                return Ok(piece);
            }
            Err(failure) => failure,
        };
        let is_denied = failure.is_denied && !self.any_read.load(Ordering::Relaxed);
        if is_denied && self.denied.fetch_add(1, Ordering::Relaxed) + 1 >= DENIED_FROM_THE_START {
            failure.is_of_all = true;
            failure.message =
                format!("the first {DENIED_FROM_THE_START} objects are all refused: {}", failure.message);
        }
        if failure.is_transient && self.lost.fetch_add(1, Ordering::Relaxed) + 1 >= LOST_IN_A_ROW {
            failure.is_of_all = true;
            failure.message =
                format!("{LOST_IN_A_ROW} objects in a row could not be fetched: {}", failure.message);
        }
        Err(failure)
    }
}

/// Sends the pieces of one object, until one cannot be read or nothing reads any more.
async fn send_pieces(
    client: &Client,
    object: &Object,
    sender: &Sender<Result<Vec<u8>, Failure>>,
    refusals: &Refusals,
) {
    let mut at = 0;
    loop {
        let end = object.bytes.min(at + FETCH_PIECE_BYTES);
        let piece = refusals.note(piece(client, object, at, end).await);
        let is_failed = piece.is_err();
        if sender.send(piece).await.is_err() || is_failed {
            return;
        }
        at = end;
        if at >= object.bytes {
            return;
        }
    }
}

/// The bytes from `at` to `end`: all of them, or an error.
async fn piece(client: &Client, object: &Object, at: u64, end: u64) -> Result<Vec<u8>, Failure> {
    let mut attempts = retry::Attempts::default();
    loop {
        match attempt(client, object, at, end).await {
            Err(failure) if failure.is_transient && attempts.wait().await => {}
            Err(failure) if failure.is_transient => return Err(attempts.of_one(failure)),
            done => return done,
        }
    }
}

/// A body that is cut, or shorter than it should be, is an error: nothing of it is used.
async fn attempt(client: &Client, object: &Object, at: u64, end: u64) -> Result<Vec<u8>, Failure> {
    let is_part = at > 0 || end < object.bytes;
    let range = is_part.then(|| format!("bytes={at}-{}", end - 1));
    let etag = (!object.etag.is_empty()).then(|| object.etag.clone());
    let call = client.get_object().bucket(&*object.bucket).key(&object.key);
    let answer = call.set_range(range).set_if_match(etag).send().await;
    let answer = answer.map_err(|error| refusal::failure(&object.bucket, "s3:GetObject", &error))?;
    let body = answer.body.collect().await;
    let body = body.map_err(|_| Failure::transient("the connection was cut".to_owned()))?.to_vec();
    if body.len() as u64 == end - at {
        return Ok(body);
    }
    Err(Failure::transient(format!("{} of {} bytes arrived", body.len(), end - at)))
}
