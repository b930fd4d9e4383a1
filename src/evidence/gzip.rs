//! The parts of a gzip member (RFC 1952).

use super::transport::GZIP_MAGIC;

/// A header without optional fields.
const HEADER_BYTES: usize = 10;
/// The checksum and the length after each member.
pub(super) const TRAILER_BYTES: usize = 8;
/// Deflate makes at most this many bytes of one.
pub(super) const HIGHEST_RATIO: usize = 1032;

/// The length of a member's header (RFC 1952, 2.3). `None` if it is not one, or has flags that are not used.
pub(super) fn header(stored: &[u8]) -> Option<usize> {
    const DEFLATE: u8 = 8;
    const CHECKED: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let [first, second, method, flags, ..] = *stored.get(..HEADER_BYTES)? else { return None };
    if [first, second] != GZIP_MAGIC || method != DEFLATE || flags >= 2 * COMMENT {
        return None;
    }
    let mut at = HEADER_BYTES;
    if flags & EXTRA != 0 {
        let length = stored.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes(length.try_into().ok()?));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            at += memchr::memchr(0, stored.get(at..)?)? + 1;
        }
    }
    if flags & CHECKED != 0 {
        at += 2;
    }
    Some(at)
}
