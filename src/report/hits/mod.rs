//! The hits of a scan as one page that a responder sends on: no network, and a content security policy that allows nothing but the
//! page's own style and script. Everything is readable without the script, which filters and sorts.

mod assets;
mod collected;
mod pretty;
mod sections;
mod text;
mod timeline;
mod uncovered;

pub(super) use assets::{STYLE, STYLE_SOURCE};
pub use collected::{HitsPage, PageNotes};
pub(super) use text::{escaped, escaped_lines};
pub(super) use uncovered::section as uncovered_section;
