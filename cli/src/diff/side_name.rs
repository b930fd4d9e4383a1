//! The name of a side of a comparison.

use serde::Serialize;
use std::fmt::{Display, Formatter};

/// The name of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) enum SideName {
    A,
    B,
}

impl Display for SideName {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SideName::A => "A",
            SideName::B => "B",
        })
    }
}
