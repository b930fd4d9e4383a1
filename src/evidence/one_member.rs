//! Inflates gzip objects of one member with the C library libdeflate.
//!
//! CloudTrail, Firehose and export tasks write one member for each object. Its length is in its last four bytes, which is all that
//! libdeflate needs. The crate does not say where the member ends, so an object that might hold a second one is refused, and zlib-rs
//! inflates it. Of damaged streams, libdeflate takes some that zlib-rs refuses; the text is then still the one that the length and the
//! CRC-32 call for.

use super::gzip::{HIGHEST_RATIO, TRAILER_BYTES, header};
use super::text::{Text, WHOLE_BYTES};
use super::transport::GZIP_MAGIC;
use libdeflater::Decompressor;
use memchr::memmem;
use std::fmt;
use std::sync::LazyLock;

/// The state of libdeflate, which is used again.
pub(super) struct OneMember(Decompressor);

impl Default for OneMember {
    fn default() -> Self {
        OneMember(Decompressor::new())
    }
}

impl fmt::Debug for OneMember {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneMember")
    }
}

/// Room beyond the text: libdeflate is slower in the last bytes of its room.
const SLACK_BYTES: usize = 512;
/// Flags that a member may have (RFC 1952, 2.3.1).
const FLAGS: u8 = 0x1f;

impl OneMember {
    /// Inflates `stored` into `text`, which is empty, and verifies it. False if it is damaged, too large or perhaps more than one member:
    /// then `text` is still empty.
    pub(super) fn inflate(&mut self, stored: &[u8], text: &mut Text) -> bool {
        let body = header(stored).and_then(|begin| stored.get(begin..));
        let Some((_, trailer)) = body.and_then(<[u8]>::split_last_chunk::<TRAILER_BYTES>) else {
            return false;
        };
        let Ok(length) = usize::try_from(u64::from_le_bytes(*trailer) >> 32) else { return false };
        if length > WHOLE_BYTES || length > stored.len().saturating_mul(HIGHEST_RATIO) {
            return false;
        }
        if may_hold_another(body.unwrap_or_default(), trailer) {
            return false;
        }
        text.reserve(length + SLACK_BYTES);
        // it reads the trailer where the compressed data end, and ignores what comes after the trailer
        let is_whole = self.0.gzip_decompress(stored, text.room()) == Ok(length);
        if is_whole {
            text.extend(length);
        }
        is_whole
    }
}

/// How a member of deflate begins.
const HEADER: [u8; 3] = [GZIP_MAGIC[0], GZIP_MAGIC[1], 8];
static HEADER_SEARCH: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(&HEADER));

/// Whether something that a reader of gzip takes for the end of the member or for the start of another one is among these bytes, which
/// end with the trailer. In compressed data that happens by chance once in 2^27 bytes.
fn may_hold_another(body: &[u8], trailer: &[u8]) -> bool {
    let is_header = |at: usize| body.get(at + HEADER.len()).is_none_or(|flags| *flags <= FLAGS);
    // an earlier place of the trailer may overlap the last one
    let before_last = body.split_last().map_or(body, |(_, before)| before);
    HEADER_SEARCH.find_iter(body).any(is_header) || memmem::find(before_last, trailer).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(bytes: &[u8], level: Compression) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), level);
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflated(stored: &[u8]) -> Option<Vec<u8>> {
        let mut text = Text::default();
        OneMember::default().inflate(stored, &mut text).then(|| text.bytes().to_vec())
    }

    #[test]
    fn one_member_is_inflated() {
        for text in [&b"x"[..], &b"{\"a\":1}\n".repeat(5000)] {
            for level in [Compression::none(), Compression::fast(), Compression::best()] {
                assert_eq!(inflated(&gzip(text, level)).as_deref(), Some(text));
            }
        }
    }

    #[test]
    fn what_may_be_more_than_one_member_is_refused() {
        let text = b"{\"a\":1}\n".repeat(500);
        let whole = gzip(&text, Compression::fast());
        let other = gzip(b"{\"b\":1}\n", Compression::fast());
        let (end, empty) = (&whole[whole.len() - TRAILER_BYTES..], gzip(b"", Compression::fast()));
        let (data, trailer) = whole.split_at(whole.len() - TRAILER_BYTES);
        let cases: [(&str, Vec<&[u8]>); 12] = [
            ("a byte between the data and the trailer", vec![data, b"\0", trailer]),
            ("bytes between the data and the trailer", vec![data, b"garbage", trailer]),
            ("a byte after a trailer that repeats itself", vec![&empty, b"\0"]),
            ("bytes after a trailer that repeats itself", vec![&empty, &[0; TRAILER_BYTES]]),
            ("twice the same", vec![&whole, &whole]),
            ("another one", vec![&whole, &other]),
            ("an empty one", vec![&whole, &empty]),
            // the last bytes are those that the first member calls for
            ("another one between the member and its trailer", vec![&whole, &other, end]),
            ("the trailer twice", vec![&whole, end]),
            ("garbage", vec![&whole, b"garbage"]),
            ("blanks", vec![&whole, b"        "]),
            ("zeros before a trailer of zeros", vec![&empty]),
        ];
        for (case, parts) in cases {
            assert_eq!(inflated(&parts.concat()), None, "{case}");
        }
        // a gzip object in a gzip object
        assert_eq!(inflated(&gzip(&whole, Compression::none())), None);
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        // no line is there twice: a copy from elsewhere gives another text
        let text = (0..500).flat_map(|n| format!("{{\"a\":{n}}}\n").into_bytes()).collect::<Vec<u8>>();
        let whole = gzip(&text, Compression::fast());
        for cut in 0..whole.len() {
            assert_eq!(inflated(&whole[..cut]), None, "cut at {cut}");
        }
        for at in (0..whole.len()).filter(|at| !(4..10).contains(at)) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x41;
            assert_eq!(inflated(&damaged), None, "byte {at}");
        }
        assert_eq!(inflated(&gzip(&vec![b' '; WHOLE_BYTES + 1], Compression::fast())), None);
    }
}
