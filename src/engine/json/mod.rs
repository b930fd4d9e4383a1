//! What a log message is: raw bytes, the projecting JSON scanner, the tokens of a line.

mod blocks;
mod nesting;
mod records;
mod structural_pass;
pub(crate) mod text;
mod validate;
mod validate_minified;

pub use records::SplitError;
pub(crate) use records::{Rest, split_records};
pub(crate) use structural_pass::{ValueOffsets, scan};
pub(crate) use validate::is_json_object;
