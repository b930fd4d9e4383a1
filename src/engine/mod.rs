//! What runs a pattern: one at a time, [`FilterPattern`].

mod pattern;

pub use pattern::FilterPattern;
