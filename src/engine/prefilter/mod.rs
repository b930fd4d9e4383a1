//! The prefilter: a search of the raw bytes that finds the events which may match, before anything is parsed.
//!
//! # The technique
//!
//! Most events match no rule. A *prefilter* is a cheap test that can say "this event matches nothing", but never "this event
//! matches"; regex engines and YARA use the same idea with the literals of a pattern. Here the literals are *needles*:
//!
//! ```text
//! trigger   $.eventName = "StopLogging"               the rule runs only if this holds
//! needle    "StopLogging"   the value in quotes, if no other text triggers a rule on this field
//!           "eventName"     otherwise the key in quotes; after it, the value is looked up
//! search    S···L           the rarest two bytes of the needle at the distance that all needles share
//! ```
//!
//! 1. `needle.rs` chooses a text for each field that has triggers, and the two bytes that are compared first.
//! 2. `needle_set.rs` collects the needles, or says why the set has no prefilter.
//! 3. `line_search.rs` searches many lines at once with the nibble tables of *Teddy* (Hyperscan; see [`simd`](super::simd)). At a
//!    place where two bytes fit, the whole needle is compared. After a key, four bytes of the value are looked up in a *Bloom
//!    filter* with one hash function (`compile/prefix_filter.rs`); what passes is looked up in the triggers.
//! 4. `sampler.rs` counts the candidates.
//!
//! # Why it is sound
//!
//! Each rule of such a set has a trigger, and a trigger fires only on a field's value. The field's key and its value are then in
//! the message, either literally and in quotes, or with `\u` escapes: needles hold only letters, digits and `_`, which JSON can
//! escape in no other way. The search looks at every place of each key, at any depth. A value with an escape is a candidate, and
//! so is a message with `\u` anywhere. A key of the same name in another object gives at most a false candidate.
//!
//! # When it hurts
//!
//! The search costs time for every byte, and a candidate is parsed in addition. So it is left out
//!
//! - if a rule has to run for every event, such as `{ $.a NOT EXISTS }`, or the set has a pattern that is not a JSON pattern:
//!   then no event may be skipped. `cwfilter explain --plan` names these rules;
//! - if the triggers read more than eight different keys, or a key that JSON may escape otherwise than by `\u`;
//! - for the next 16,384 events, after more than a third of 256 events were candidates (`sampler.rs`).

mod line_search;
mod needle;
mod needle_set;
mod sampler;

pub(super) use line_search::Candidate;
pub(super) use needle_set::{NeedleDescription, NeedleSet, NoPrefilter};
pub(super) use sampler::Sampler;
