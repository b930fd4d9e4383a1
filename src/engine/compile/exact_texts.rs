//! A hash table from texts to values: one look-up, whatever the number of texts.

use super::equal::equal;
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
    hash: u32,
    /// 0 in a free slot
    count: u32,
    first: u32,
    text: u32,
    length: u32,
}

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
                hash: hash(&text),
                count: values.len() as u32,
                first: index.values.len() as u32,
                text: index.texts.len() as u32,
                length: text.len() as u32,
            };
            index.values.extend(values);
            index.texts.extend_from_slice(&text);
            let mut at = (entry.hash >> index.shift) as usize;
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
        let texts = self.slots.iter().filter(|slot| slot.count > 0);
        texts.filter_map(|slot| self.texts.get(slot.text as usize..(slot.text + slot.length) as usize))
    }

    /// The values of a text; empty if no pattern asks for it.
    #[inline]
    pub(crate) fn get(&self, text: &[u8]) -> &[T] {
        let Some(mask) = self.slots.len().checked_sub(1) else { return &[] };
        let hash = hash(text);
        let mut at = (hash >> self.shift) as usize;
        loop {
            let Some(slot) = self.slots.get(at & mask).filter(|slot| slot.count > 0) else { return &[] };
            let found = || self.texts.get(slot.text as usize..(slot.text + slot.length) as usize);
            if slot.hash == hash && found().is_some_and(|found| equal(found, text)) {
                return self
                    .values
                    .get(slot.first as usize..(slot.first + slot.count) as usize)
                    .unwrap_or_default();
            }
            at += 1;
        }
    }
}

/// A hash of the length and the first and last eight bytes, which are enough to tell field values apart. Only the upper bits
/// depend on all of them.
#[inline]
fn hash(text: &[u8]) -> u32 {
    // 2^64 divided by the golden ratio: Fibonacci hashing (Knuth, volume 3, 6.4)
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
    };
    let mixed = (first ^ (text.len() as u64).rotate_left(56)).wrapping_mul(FACTOR);
    ((mixed ^ mixed >> 29 ^ last).wrapping_mul(FACTOR) >> 32) as u32
}
