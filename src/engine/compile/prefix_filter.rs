//! A Bloom filter with one hash function over the first four bytes of a string (Bloom, *Space/Time Trade-offs in Hash Coding with
//! Allowable Errors*, Communications of the ACM 13, 1970). It rejects most values that fire no trigger.

/// A set of prefixes, by hash. It contains every prefix that was added, and few others.
#[derive(Debug, Clone)]
pub(crate) struct PrefixFilter {
    bits: [u64; 64],
}

/// Bytes of a prefix.
const LENGTH: usize = 4;

impl PrefixFilter {
    pub(crate) fn new() -> Self {
        PrefixFilter { bits: [0; 64] }
    }

    /// Adds the strings that begin with `text`, or with `text` and a closing quote. False, and nothing is added, if that is
    /// shorter than four bytes.
    pub(crate) fn add(&mut self, text: &[u8], is_whole: bool) -> bool {
        let quote = is_whole.then_some(b'"');
        let mut prefix = text.iter().copied().chain(quote);
        let mut bytes = [0; LENGTH];
        for byte in &mut bytes {
            match prefix.next() {
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

    /// Whether a string whose source begins with these bytes may be a member. A string with an escape there always may.
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
        let mut prefixes = PrefixFilter::new();
        assert!(prefixes.add(b"ConsoleLogin", true));
        assert!(prefixes.add(b"Yes", true));
        assert!(prefixes.add(b"AccessDenied", false));
        assert!(!prefixes.add(b"No", true), "two letters and a quote are three bytes");
        assert!(!prefixes.add(b"Get", false));
        for member in [*b"Cons", *b"Yes\"", *b"Acce", *b"\\u00", *b"C\\u0"] {
            assert!(prefixes.may_hold(member), "{member:?}");
        }
        let strangers = (0..=u16::MAX).filter(|n| {
            let [a, b] = n.to_le_bytes();
            a != b'\\' && b != b'\\' && prefixes.may_hold([b'G', a, b, b'x'])
        });
        assert!(strangers.count() < 1000);
    }
}
