//! CloudTrail as it lies in files: delivery files and everything they are turned into.

#[cfg(feature = "lint")]
pub mod catalogue;
mod error;
mod input;
mod records;

pub use error::{RecordError, RecordErrorKind};
#[cfg(feature = "cli")]
pub(crate) use input::GZIP_MAGIC;
pub use input::{Opened, open};
pub use records::{Record, Records, records};
