//! How a string has to begin to set off anything: four bytes turn most values away.

/// A set of beginnings, by hash: a member is always found, a stranger seldom.
#[derive(Debug, Clone)]
pub(crate) struct PrefixFilter {
    bits: [u64; 64],
}

/// Bytes that are looked at.
const LENGTH: usize = 4;

impl PrefixFilter {
    pub(crate) fn new() -> Self {
        PrefixFilter { bits: [0; 64] }
    }

    /// Adds what begins with `text`, or is `text` and then a quote; false when that is too short to tell.
    pub(crate) fn add(&mut self, text: &[u8], is_whole: bool) -> bool {
        let quote = is_whole.then_some(b'"');
        let mut start = text.iter().copied().chain(quote);
        let mut bytes = [0; LENGTH];
        for byte in &mut bytes {
            match start.next() {
                Some(next) => *byte = next,
                None => return false,
            }
        }
        let (word, bit) = place(bytes);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
        true
    }

    /// Adds all of another set.
    pub(crate) fn extend(&mut self, other: &PrefixFilter) {
        self.bits.iter_mut().zip(other.bits).for_each(|(word, other)| *word |= other);
    }

    /// Whether a string whose source begins so may be a member; one with an escape there always may.
    #[inline(always)]
    pub(crate) fn may_hold(&self, source: [u8; LENGTH]) -> bool {
        let (word, bit) = place(source);
        self.bits.get(word).is_some_and(|word| word & bit != 0) || source.contains(&b'\\')
    }
}

#[inline(always)]
fn place(bytes: [u8; LENGTH]) -> (usize, u64) {
    let hash = u32::from_le_bytes(bytes).wrapping_mul(0x9e37_79b1) >> 20;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_and_most_strangers_are_not() {
        let mut starts = PrefixFilter::new();
        assert!(starts.add(b"ConsoleLogin", true));
        assert!(starts.add(b"Yes", true));
        assert!(starts.add(b"AccessDenied", false));
        assert!(!starts.add(b"No", true), "two letters and a quote are three bytes");
        assert!(!starts.add(b"Get", false));
        for member in [*b"Cons", *b"Yes\"", *b"Acce", *b"\\u00", *b"C\\u0"] {
            assert!(starts.may_hold(member), "{member:?}");
        }
        let strangers = (0..=u16::MAX).filter(|n| {
            let [a, b] = n.to_le_bytes();
            a != b'\\' && b != b'\\' && starts.may_hold([b'G', a, b, b'x'])
        });
        assert!(strangers.count() < 1000);
    }
}
