//! Whether searching for keys pays for the events at hand.

/// Whether the layer pays: it is left out while too many messages turn out to be candidates.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    seen: u32,
    candidates: u32,
    /// messages to let pass before the next sample
    off: u32,
}

/// Messages in a sample.
const SAMPLE: u32 = 256;
/// The largest share of candidates, as a divisor, for which the layer pays.
const PAYS_BELOW: u32 = 3;
/// Messages until it is tried again.
const PAUSE: u32 = 1 << 14;

impl Sampler {
    #[inline]
    pub(crate) fn is_on(&mut self) -> bool {
        if self.off == 0 {
            return true;
        }
        self.off -= 1;
        false
    }

    /// `messages` passed the search, of which so many are candidates.
    #[inline]
    pub(crate) fn count(&mut self, messages: u64, candidates: u32) {
        self.seen = self.seen.saturating_add(u32::try_from(messages).unwrap_or(u32::MAX));
        self.candidates += candidates;
        if self.seen >= SAMPLE {
            if self.candidates > self.seen / PAYS_BELOW {
                self.off = PAUSE;
            }
            (self.seen, self.candidates) = (0, 0);
        }
    }
}
