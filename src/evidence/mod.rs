//! Evidence files: from bytes as they are stored to log events.

mod answer;
mod beside;
mod charset;
mod columns;
mod cut;
mod detect;
mod doubts;
mod dump;
mod elements;
mod encoded;
mod encrypted;
mod envelope;
mod error;
mod expand;
mod foreign;
mod frames;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "gzip")]
mod inflate;
mod lines;
mod marks;
mod name;
mod no_events;
#[cfg(feature = "libdeflate")]
mod one_member;
mod one_value;
mod other_forms;
mod pages;
#[cfg(feature = "evidence")]
mod payload;
mod prefix;
mod reads;
mod record;
mod records;
mod resync;
mod scanner;
mod siblings;
mod stream;
mod suspicion;
#[cfg(feature = "evidence")]
mod table;
mod text;
mod transport;
mod unread;
mod usual;
mod values;
mod window;
mod within;
mod zlib;

pub use envelope::Envelope;
pub use error::{RecordError, RecordErrorKind};
pub use name::{Named, named};
#[doc(hidden)]
pub use one_value::{Instead, OneValue, instead_of_text};
pub use record::{Record, RecordMatcher};
pub use records::{Records, Skipped, records};
pub use scanner::{Hit, Scanned, Scanner};
#[doc(hidden)]
pub use transport::GZIP_MAGIC;
pub use within::is_evidence;
