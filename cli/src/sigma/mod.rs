//! `cwfilter import sigma` and `cwfilter export sigma`

pub(super) mod export;
mod files;
pub(super) mod import;
