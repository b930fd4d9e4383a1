//! Files and folders: one walker, one bounded reader, and the check that a named file stays below a folder.

mod below;
mod read;
mod walk;

pub use below::{Refusal, below};
pub use read::{bounded, bytes, lines, reader_within, utf8};
pub use read::{is_regular, text};
pub use walk::Found;
pub use walk::{Reason, SkippedEntry};
pub use walk::{walk, walk_names};
