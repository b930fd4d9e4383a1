//! How results are shown: one file per format.

pub mod human;
