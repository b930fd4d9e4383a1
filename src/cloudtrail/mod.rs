//! CloudTrail as it lies in files: delivery files and everything they are turned into.

#[cfg(feature = "lint")]
pub mod catalogue;
mod error;
mod head;
mod input;
mod records;
mod resync;
mod scanner;
mod text;
mod window;

pub use error::{RecordError, RecordErrorKind};
pub use head::{Head, head};
#[cfg(feature = "cli")]
pub(crate) use input::GZIP_MAGIC;
pub use input::{Opened, open};
pub use records::{Record, Records, records};
pub use scanner::{Hit, Scanned, Scanner};
