//! Switches the prefilter off for a while if too many events are candidates.

/// Counts candidates in samples of messages.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    seen: u32,
    candidates: u32,
    /// messages without prefilter before the next sample
    off: u32,
}

/// Messages in a sample.
const SAMPLE: u32 = 256;
/// The prefilter pays while at most one message in this number is a candidate.
const PAYS_BELOW: u32 = 3;
/// Messages until the prefilter is tried again.
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

    /// Adds the outcome of a search: `messages` were searched, and `candidates` of them may match.
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
