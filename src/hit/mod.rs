//! What people want to know about a record that a rule matches: when, what, who, from where, with which result.
//!
//! [`facts`] reads a record once. [`Hit`] adds what the reader of a file knows: the rule, the file and the record's number.
//! [`Selection`] keeps hits of a time range, an account or a region, and [`Summary`] counts hits by rule, actor, address and hour.
//!
//! ```
//! use cwfilter::hit::{Field, Hit, facts};
//! let record = br#"{"eventTime":"2026-03-04T10:15:30Z","eventName":"StopLogging",
//!     "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/alice"},"sourceIPAddress":"203.0.113.7"}"#;
//! let facts = facts(record);
//! let hit = Hit::new("logging-stopped", "trail.json.gz", 1, &facts);
//! assert_eq!(hit.text(Field::Who).as_deref(), Some("arn:aws:iam::123456789012:user/alice"));
//! assert_eq!(hit.text(Field::SourceIpAddress).as_deref(), Some("203.0.113.7"));
//! ```

mod copy;
mod delivered;
mod facts;
mod field;
mod identity;
mod moment;
mod names;
mod selection;
mod severity;
mod summary;
mod value;

pub use copy::CopyKey;
pub use facts::{Facts, facts};
pub use field::{Field, Hit, VERSION};
pub use moment::{MomentError, end_moment, moment};
pub use names::{NameError, account_id, region_name};
pub use selection::{Lacking, Outside, Selection};
pub use severity::Severity;
pub use summary::{Seen, Summary};
