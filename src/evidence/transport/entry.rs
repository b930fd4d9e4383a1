//! A file of an archive.

use std::io::Read;

/// A file of an archive, as it is stored there: its path and its bytes.
pub(super) type Entry<'a> = (String, Box<dyn Read + 'a>);
