//! Sigma rules for CloudTrail as rule files, and rule files as Sigma rules. `docs/sigma.md` describes what is converted.
//!
//! ```text
//!                      read                 formula                comparison               pattern
//! Sigma file (YAML) ────────► detections ──────────► and, or over ───────────► conditions ─────────► filter pattern
//!              with places    and condition          comparisons               and texts    within AWS's limits
//! ```
//!
//! Field modifiers and conditions are parsed by the crate `rsigma-parser`; the YAML is read with the places of its parts, which a refusal names.
//! Sigma ignores upper and lower case. Values that AWS writes in one known case stay plain texts ([`crate::cloudtrail::catalogue`]), others
//! become regular expressions as far as AWS's limit of two in a pattern allows. Where the pattern differs from the rule, the import says so: [`Difference`].

mod cidr;
mod comparison;
mod correlation;
mod difference;
mod disagreement;
mod export;
mod fields;
mod formula;
mod glob;
mod import;
mod pattern;
mod read;
mod refusal;
mod regex;
mod rule_text;
mod scalar;
mod spelling;
mod texts;
mod yaml;

pub use difference::{Difference, DifferenceKind, Direction};
pub use export::{ExportedRule, export};
pub use import::{ImportedFile, ImportedRule, Importer, RefusedRule};
