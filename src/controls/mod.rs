//! The patterns that published controls require, and the proof that a set of patterns covers them.
//!
//! The framework `cis-aws-VERSION` has the monitoring controls of a version of the CIS AWS Foundations Benchmark, with the numbers of that version. Its
//! patterns match the events that a control is about; `patterns/cis-aws` has the reasons. `cis-aws` is version 5.0. The framework `security-hub` has the exact
//! texts that Security Hub compares (Security Hub user guide, "CloudWatch controls": "this control fails if the exact metric filters
//! prescribed by CIS are not used").
//!
//! [`audit`] asks [`implies`](crate::analysis::implies()) for each control and each pattern: does the pattern match every event that the control's
//! pattern matches? If no single pattern does, it asks about all of them together. That each record of a control contains the texts of a
//! term pattern is read off the control's pattern.
//!
//! ```
//! use cwfilter::analysis::Bounds;
//! use cwfilter::controls::{Judgement, audit};
//! let mine = [r#"{ $.userIdentity.type = "Root" }"#.parse()?];
//! let found = audit("cis-aws-6.0", &mine, &Bounds::default());
//! let root = found.iter().find(|it| it.control.id == "5.3").unwrap();
//! assert_eq!((root.by, root.judgement()), (Some(0), Judgement::Covered));
//! let trail_changes = found.iter().find(|it| it.control.id == "5.5").unwrap();
//! assert!(trail_changes.by.is_none() && trail_changes.missed.is_some());
//! # Ok::<(), cwfilter::ParseError>(())
//! ```

mod catalogue;
mod coverage;
mod events;
mod names;
mod techniques;
mod terms;

pub use catalogue::{Control, FRAMEWORKS, compared_literally, controls};
pub(crate) use coverage::judged_by_typical;
#[cfg(feature = "sources")]
pub(crate) use coverage::matches_all_of;
pub use coverage::{Covered, Judgement, audit, audit_control, everyday_event};
pub use names::{Named, control, meant, named};
pub use techniques::{ATTACK_VERSION, Technique, technique};
pub(crate) use terms::contain;
