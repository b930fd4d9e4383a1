//! Inflates whole gzip objects in one call, into memory that is used again.
//!
//! An object of one member is inflated by libdeflate, if the feature is there; any other by zlib-rs, which says where a member ends. With
//! the whole output before it, zlib-rs copies each match from the output itself and keeps no window of its own. `docs/performance.md`
//! has figures and says why these two.
//!
//! What is damaged, or too large to be held, is left to the streaming path, which gives the records before the damage.

use super::gzip::{HIGHEST_RATIO, TRAILER_BYTES, header};
use super::text::{Text, WHOLE_BYTES};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// The state of zlib, which is used again.
#[derive(Debug)]
pub(super) struct Inflater {
    zlib: Decompress,
    #[cfg(feature = "libdeflate")]
    one_member: super::one_member::OneMember,
}

impl Default for Inflater {
    fn default() -> Self {
        Inflater {
            zlib: Decompress::new(false),
            #[cfg(feature = "libdeflate")]
            one_member: super::one_member::OneMember::default(),
        }
    }
}

/// Room that is offered first, in bytes for each stored byte. JSON of CloudTrail shrinks to a sixth to a twelfth.
const USUAL_RATIO: usize = 12;

impl Inflater {
    /// Inflates all members of `stored` into `text`, and verifies them. False if it is not gzip from end to end, or too large.
    pub(super) fn whole(&mut self, stored: &[u8], text: &mut Text) -> bool {
        text.clear();
        #[cfg(feature = "libdeflate")]
        if self.one_member.inflate(stored, text) {
            return true;
        }
        let Some(hint) = stored.len().checked_sub(4).and_then(|at| stored.get(at..)) else { return false };
        // the length of the last member, modulo 2^32, if it is true
        let hint = hint.iter().rev().fold(0usize, |all, byte| all << 8 | usize::from(*byte));
        let possible = hint <= stored.len().saturating_mul(HIGHEST_RATIO);
        let room = if possible { hint + 1 } else { stored.len().saturating_mul(USUAL_RATIO) };
        if hint > WHOLE_BYTES && possible {
            return false;
        }
        text.reserve(room.min(WHOLE_BYTES));
        let mut rest = stored;
        while !rest.is_empty() {
            let Some(length) = self.member(rest, text) else { return false };
            rest = rest.get(length..).unwrap_or_default();
        }
        true
    }

    /// Inflates one member; returns its length as it is stored.
    fn member(&mut self, stored: &[u8], text: &mut Text) -> Option<usize> {
        let header = header(stored)?;
        let deflated = stored.get(header..)?;
        let begin = text.bytes().len();
        self.zlib.reset(false);
        loop {
            let (read, written) = (self.zlib.total_in() as usize, self.zlib.total_out() as usize);
            let status =
                self.zlib.decompress(deflated.get(read..)?, text.room(), FlushDecompress::Finish).ok()?;
            let written = self.zlib.total_out() as usize - written;
            text.extend(written);
            match status {
                Status::StreamEnd => break,
                _ if text.bytes().len() > WHOLE_BYTES => return None,
                _ if text.room().is_empty() => text.reserve(text.bytes().len().max(1 << 16)),
                // the member is cut
                _ if written == 0 && self.zlib.total_in() as usize == read => return None,
                _ => {}
            }
        }
        let end = header + self.zlib.total_in() as usize;
        let trailer: &[u8; TRAILER_BYTES] = stored.get(end..end + TRAILER_BYTES)?.try_into().ok()?;
        let inflated = text.bytes().get(begin..)?;
        let mut crc = Crc::new();
        crc.update(inflated);
        let expected = u64::from(crc.sum()) | (inflated.len() as u64 & 0xffff_ffff) << 32;
        (u64::from_le_bytes(*trailer) == expected).then_some(end + TRAILER_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflated(stored: &[u8]) -> Option<Vec<u8>> {
        let mut text = Text::default();
        Inflater::default().whole(stored, &mut text).then(|| text.bytes().to_vec())
    }

    #[test]
    fn members_are_put_together_and_verified() {
        let text = b"{\"a\":1}\n".repeat(5000);
        let whole = gzip(&text);
        assert_eq!(inflated(&whole).as_deref(), Some(&text[..]));
        assert_eq!(
            inflated(&[gzip(&text), gzip(b""), whole.clone()].concat()).unwrap().len(),
            2 * text.len()
        );
        // the last length is a hint: here it is far too small for all members
        assert_eq!(inflated(&[whole.clone(), gzip(b"x")].concat()).unwrap().len(), text.len() + 1);
        let mut named = flate2::GzBuilder::new().filename("f").comment("c").extra(vec![1, 2, 3]);
        let mut encoder = std::mem::take(&mut named).write(Vec::new(), Compression::fast());
        encoder.write_all(&text).unwrap();
        assert_eq!(inflated(&encoder.finish().unwrap()).as_deref(), Some(&text[..]));
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        // no line is there twice: a copy from elsewhere gives another text
        let text = (0..500).flat_map(|n| format!("{{\"a\":{n}}}\n").into_bytes()).collect::<Vec<u8>>();
        let whole = gzip(&text);
        for cut in 0..whole.len() {
            assert!(cut == 0 || inflated(&whole[..cut]).is_none(), "cut at {cut}");
        }
        for at in (0..whole.len()).filter(|at| !(4..10).contains(at)) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x41;
            assert!(inflated(&damaged).is_none(), "byte {at}");
        }
        assert!(inflated(&[&whole[..], b"garbage"].concat()).is_none());
    }

    #[test]
    fn a_bomb_is_left_to_the_streaming_path() {
        let bomb = gzip(&vec![b' '; WHOLE_BYTES + 2]);
        assert_eq!(inflated(&bomb), None);
        // with a length that is a lie
        let mut lies = bomb;
        let at = lies.len() - 4;
        lies[at..].copy_from_slice(&9u32.to_le_bytes());
        assert_eq!(inflated(&lies), None);
    }
}
