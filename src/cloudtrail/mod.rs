//! CloudTrail: what a record says, and the names that CloudTrail uses. Its files are read by [`evidence`](crate::evidence), whose items
//! for records are here, too.

#[cfg(feature = "lint")]
pub(crate) mod about;
mod account;
#[cfg(feature = "analysis")]
pub mod catalogue;
mod head;
mod region;

pub(crate) use account::is_account;
#[cfg(feature = "analysis")]
pub(crate) use region::COMPASS;
pub(crate) use region::is_region;

#[doc(hidden)]
pub use crate::evidence::GZIP_MAGIC;
#[doc(inline)]
pub use crate::evidence::{
    Envelope, Hit, Record, RecordError, RecordErrorKind, Records, Scanned, Scanner, records,
};
pub use head::{Head, head};
