//! The answer of a scan: which hits are shown, and in which form.
//!
//! Workers turn hits into [`Batch`]es of text; [`Answer`] prints the batches in the order of the inputs and leaves copies out. A scan
//! that prints no hits does not use this module.

mod answer;
mod args;
mod batch;
pub(super) mod copies;
mod counts;
mod form;
mod notes;
mod page;
mod selected;
mod skipped;
mod summary;
mod totals;

pub(super) use answer::{Answer, Taken};
pub(super) use args::{AnswerArgs, Plan, Shape};
pub(super) use batch::{Batch, Emitter, JSON_VERSION};
pub(super) use counts::{Counts, Skips};
pub(super) use notes::Notes;
pub(super) use selected::Selected;
pub(super) use skipped::{SkippedFiles, skip};
pub(super) use totals::Totals;
#[cfg(all(test, feature = "schema"))]
pub(super) use {batch::Line, summary::SummaryDocument, totals::ScanDocument};
