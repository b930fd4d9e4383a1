//! Files and folders: one walker, one bounded reader, and the check that a named file stays below a folder.

mod below;
mod read;
mod walk;

pub(crate) use below::{Refusal, below};
#[cfg(feature = "cli")]
pub(crate) use read::{bounded, bytes, lines, reader_within, utf8};
pub(crate) use read::{is_regular, text};
#[cfg(feature = "cli")]
pub(crate) use walk::Found;
pub(crate) use walk::walk;
pub use walk::{PassedOver, Reason};
