//! A hash table from texts to values: one look-up, whatever the number of texts.

use std::collections::BTreeMap;

/// A hash table with open addressing from texts to lists of values.
#[derive(Debug)]
pub(crate) struct ExactTexts<T> {
    /// a power of two, at least half of the slots free; the upper bits of a text's hash are its first slot
    slots: Vec<TextSlot>,
    /// the number of lower bits of a hash that do not choose the slot
    shift: u32,
    texts: Vec<u8>,
    values: Vec<T>,
}

#[derive(Debug, Clone, Copy, Default)]
struct TextSlot {
    ends: Ends,
    text: u32,
    /// 0 in a free slot
    count: u32,
    first: u32,
}

/// The length and the first and last eight bytes of a text: all of it, if it has at most 16 bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ends {
    first: u64,
    last: u64,
    length: u32,
}

/// The maximum length of a text that its [`Ends`] hold.
const WHOLE: usize = 16;

impl<T> Default for ExactTexts<T> {
    fn default() -> Self {
        ExactTexts { slots: Vec::new(), shift: 0, texts: Vec::new(), values: Vec::new() }
    }
}

impl<T> ExactTexts<T> {
    pub(super) fn new(entries: BTreeMap<Box<[u8]>, Vec<T>>) -> ExactTexts<T> {
        let mut index = ExactTexts::default();
        if entries.is_empty() {
            return index;
        }
        let size = (entries.len() * 2).next_power_of_two();
        index.slots.resize(size, TextSlot::default());
        index.shift = u32::BITS - size.trailing_zeros();
        for (text, values) in entries {
            let entry = TextSlot {
                ends: Ends::new(&text),
                text: index.texts.len() as u32,
                count: values.len() as u32,
                first: index.values.len() as u32,
            };
            index.values.extend(values);
            index.texts.extend_from_slice(&text);
            let mut at = (entry.ends.hash() >> index.shift) as usize;
            while let Some(slot) = index.slots.get_mut(at & (size - 1)) {
                if slot.count == 0 {
                    *slot = entry;
                    break;
                }
                at += 1;
            }
        }
        index
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.slots.iter().filter(|slot| slot.count > 0).filter_map(|slot| self.text(slot))
    }

    fn text(&self, slot: &TextSlot) -> Option<&[u8]> {
        self.texts.get(slot.text as usize..(slot.text + slot.ends.length) as usize)
    }

    /// The values of a text; empty if no pattern asks for it.
    #[inline]
    pub(crate) fn get(&self, text: &[u8]) -> &[T] {
        let Some(mask) = self.slots.len().checked_sub(1) else { return &[] };
        let ends = Ends::new(text);
        let mut at = (ends.hash() >> self.shift) as usize;
        while let Some(slot) = self.slots.get(at & mask) {
            // a free slot has no values, also if it seems to hold the empty text
            if slot.ends == ends && (text.len() <= WHOLE || self.text(slot) == Some(text)) {
                let values = slot.first as usize..(slot.first + slot.count) as usize;
                return self.values.get(values).unwrap_or_default();
            }
            if slot.count == 0 {
                break;
            }
            at += 1;
        }
        &[]
    }
}

impl Ends {
    #[inline(always)]
    fn new(text: &[u8]) -> Ends {
        let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ => (all_bytes(text), 0),
        };
        Ends { first, last, length: text.len() as u32 }
    }

    /// A hash of the ends, which are enough to tell field values apart. Only the upper bits depend on all of them.
    #[inline(always)]
    fn hash(&self) -> u32 {
        // 2^64 divided by the golden ratio: Fibonacci hashing (Knuth, volume 3, 6.4)
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = (self.first ^ u64::from(self.length).rotate_left(56)).wrapping_mul(FACTOR);
        ((mixed ^ mixed >> 29 ^ self.last).wrapping_mul(FACTOR) >> 32) as u32
    }
}

/// All bytes of a text that has at most seven. Two of one length have the same bytes only if they are equal.
#[inline(always)]
fn all_bytes(text: &[u8]) -> u64 {
    match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => text.iter().take(3).fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_only_if_each_byte_is_equal() {
        let text = |length: usize| -> Vec<u8> { (0..length).map(|at| b'a' + at as u8 % 20).collect() };
        let lengths = 0..70usize;
        let entries = lengths.clone().map(|length| (text(length).into_boxed_slice(), vec![length]));
        let index = ExactTexts::new(entries.collect());
        for length in lengths {
            let mut text = text(length);
            assert_eq!(index.get(&text), [length]);
            for at in 0..length {
                for bit in [1, 0x20, 0x80] {
                    text[at] ^= bit;
                    assert!(index.get(&text).is_empty(), "{length}, byte {at}");
                    text[at] ^= bit;
                }
            }
        }
        assert_eq!(index.iter().count(), 70);
        assert!(ExactTexts::<u32>::default().get(b"").is_empty());
        let one = ExactTexts::new([(Box::from(*b"x"), vec![1])].into());
        assert!(one.get(b"").is_empty() && one.get(b"\0").is_empty() && one.get(b"x") == [1]);
    }
}
