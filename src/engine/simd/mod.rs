//! Sets of 64 bytes as bit masks: the primitives of each instruction set, and each algorithm written once over them.
//!
//! # The technique
//!
//! A byte-by-byte parser takes a branch for each byte, and the processor predicts many of them wrongly. Here 64 bytes (a
//! [`Block`]) are compared with a character at once, and the result is one `u64` with a bit for each byte. Later steps work on
//! these masks with ordinary integer instructions, 64 bytes at a time and without branches. Langdale and Lemire describe this in
//! *Parsing Gigabytes of JSON per Second* (The VLDB Journal 28, 2019), the paper of the parser simdjson.
//!
//! One block of 64 bytes, a whole event here, and its masks, drawn with bit 0 at the left:
//!
//! ```text
//! block       {"eventName":"StopLogging","userIdentity":{"type":"Root"},"v":1}
//! quote       .1.........1.1...........1.1............1..1....1.1....1..1.1...
//! open        1.........................................1.....................
//! close       ........................................................1......1
//! colon       ............1............................1.......1...........1..
//! prefix xor  .1111111111..111111111111..1111111111111...11111..11111...11....
//! ```
//!
//! **Prefix xor.** Which bytes are inside strings? Bit *n* of the prefix xor of `quote` is the parity of the quotes up to byte *n*: it is 1 from an opening quote
//! up to the byte before its closing quote. One carry-less multiplication by all ones computes it (`PCLMULQDQ`); the portable
//! path uses six shifts.
//!
//! **Pairs by nibbles.** [`PairTables`] finds any of up to six pairs of bytes in one pass. It is the technique of *Teddy*, which
//! comes from Hyperscan; the crate aho-corasick uses it, too, and its `packed/teddy/README.md` explains it. A byte shuffle
//! (`PSHUFB`) looks up both halves of each byte in tables of 16 entries, whose bits say which pairs may have this byte at this place. The look-ups are combined with `&`; a bit
//! that is left is a candidate.
//!
//! # The layers
//!
//! ```text
//! Kernel          an algorithm over blocks: structural pass, validity check, search for needles   (json/, prefilter/)
//!   Simd64        masks, pairs and prefix xor of 64 bytes                                         vector.rs, portable.rs
//!     Vector      one comparison, one shuffle …                                                   x86.rs, arm.rs, wasm.rs
//! InstructionSet  says which of them this processor can run, and runs a kernel on it
//! ```
//!
//! A kernel is compiled once for each instruction set: [`InstructionSet::run`] calls a function with `#[target_feature]`, and
//! everything that the kernel does is inlined into this function. A function that is not inlined is compiled without the
//! instructions; then each primitive becomes a call. `tests/inlined.rs` reads the compiled code and finds such calls.
//!
//! # Proofs
//!
//! This is the only module with `unsafe`. A [`Simd64`] value proves that the processor has the instructions, because only
//! [`InstructionSet::run`] makes one, after the detection; so its methods are safe to call. The portable path has no `unsafe`:
//! `.ci/run` compiles it with `--cfg cwfilter_portable -F unsafe_code`. The test of `instruction_set.rs` compares the masks of
//! each instruction set with those of the portable path; Miri interprets the portable path and AVX2.
//!
//! Measured (`benches/RESULTS.md`): the structural pass on AVX2 is five to six times as fast as on the portable path.

#[cfg(all(target_arch = "aarch64", not(cwfilter_portable)))]
mod arm;
mod block;
mod instruction_set;
mod kernel;
mod pair_tables;
mod portable;
#[cfg(all(
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ),
    not(cwfilter_portable)
))]
mod vector;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(cwfilter_portable)))]
mod wasm;
#[cfg(all(target_arch = "x86_64", not(cwfilter_portable)))]
mod x86;

pub(crate) use block::{Block, Window};
pub(crate) use instruction_set::InstructionSet;
pub(crate) use kernel::{Kernel, Simd64};
pub(crate) use pair_tables::{Pair, PairTables, PairWindow};
