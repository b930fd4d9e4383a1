//! Evidence files: from bytes as they are stored to log events.

mod envelope;
mod error;
mod input;
mod records;
mod resync;
mod scanner;
mod text;
mod window;

pub use envelope::Envelope;
pub use error::{RecordError, RecordErrorKind};
#[doc(hidden)]
pub use input::GZIP_MAGIC;
pub use input::{Opened, open};
pub use records::{Record, Records, records};
pub use scanner::{Hit, Scanned, Scanner};
