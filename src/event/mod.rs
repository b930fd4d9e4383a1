//! What a log message is: raw bytes, the projecting JSON scanner, the tokens of a line.

mod block;
mod compact;
mod nesting;
mod scan;
// the portable path has no unsafe at all
#[cfg_attr(
    not(cwfilter_portable),
    allow(unsafe_code, reason = "the one module with unsafe; see its documentation")
)]
mod simd;
mod split;
pub(crate) mod text;
mod tokens;
mod validate;

pub(crate) use scan::{Cells, scan};
pub(crate) use simd::{Classify, Level, Pair, PairWindow, Pairs, Task};
pub use split::SplitError;
pub(crate) use split::{Rest, split_records};
pub(crate) use tokens::{Token, cut, rest_from};
pub(crate) use validate::is_json_object;
