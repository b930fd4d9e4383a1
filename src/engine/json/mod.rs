//! From a message's bytes to JSON values: finds the values that patterns read, and checks that a message is JSON.
//!
//! # The technique
//!
//! The parser simdjson (Langdale and Lemire, *Parsing Gigabytes of JSON per Second*, The VLDB Journal 28, 2019) works in two stages:
//! the first turns blocks of 64 bytes into bit masks of structural characters, the second walks the bits that are set and builds
//! values. This module has its first stage (`blocks.rs`, [`simd`](super::simd)) and a second stage of its own, which builds
//! nothing: it follows the trie of the keys that patterns read and notes offsets.
//!
//! ```text
//! {"eventName":"StopLogging","userIdentity":{"type":"Root"},"v":1}  one block
//! 1.........................................1.....................  open, outside strings
//! ........................................................1......1  close
//! ............1............................1.......1...........1..  colon
//!             │                            └ `userIdentity` is not in the trie: its object is skipped by counting brackets
//!             └ `eventName` is in the trie: offset 13 is noted
//! ```
//!
//! | file | does |
//! |---|---|
//! | `blocks.rs` | blocks, and which bytes are inside strings |
//! | `structural_pass.rs` | masks of blocks, and the walk over them; reads keys with escapes |
//! | `walk.rs` | follows the key trie and notes offsets |
//! | `value_offsets.rs` | these offsets |
//! | `text.rs` | reads one value at an offset; decodes escapes |
//! | `token_reader.rs` | puts the kinds of tokens side by side, 64 in a word |
//! | `token_rules.rs` | the order of tokens, by their neighbours |
//! | `bracket_pairs.rs` | follows the brackets of a word at once |
//! | `validate.rs` | whether a message is one JSON object |
//! | `scalar.rs`, `nesting.rs` | numbers, literals and escapes; the stack of open brackets |
//! | `records.rs` | splits a delivery file into records and proves each of them |
//!
//! # Skipped steps, and proofs
//!
//! The structural pass does not run if no JSON pattern reads a key. It does not prove that the message is JSON: the check runs
//! only for a message that is about to match, and is skipped for records that `records.rs` has proved. Unit tests of `validate.rs` and
//! the fuzz target `scanner_equals_serde_json` compare the check with serde_json; `tests/equality.rs` compares the whole engine with the
//! reference evaluator.

mod blocks;
mod bracket_pairs;
mod nesting;
mod records;
mod scalar;
mod structural_pass;
pub(crate) mod text;
mod token_reader;
mod token_rules;
mod validate;
mod value_offsets;
mod walk;

pub use records::SplitError;
pub(crate) use records::{Rest, split_records};
pub(crate) use structural_pass::scan;
pub(crate) use validate::is_json_object;
pub(crate) use value_offsets::ValueOffsets;
pub(crate) use walk::StructureChunk;
