//! From tested rules to an account: one stack of metric filters, alarms, a topic, and the trail that feeds them.
//!
//! Nothing here calls AWS except `provision::aws`, which needs the feature `aws`. A stack's file and its rules say
//! what there should be ([`desired`]), an [`Observed`] what there is, and [`plan`] what differs:
//!
//! ```
//! use cwfilter::provision::{Observed, Options, Target, Stack, desired, plan};
//!
//! let stack = Stack::parse("cwfilter.toml".as_ref(), r#"
//!     name = "security"
//!     region = "us-east-1"
//!     rules = ["rules.toml"]
//!     log_group = { name = "trail" }
//!     topic = { name = "security-alerts" }
//! "#).unwrap();
//! let rules = cwfilter::rules::parse("rules.toml".as_ref(), r#"
//!     [[rule]]
//!     id = "root"
//!     pattern = '{ $.userIdentity.type = "Root" }'
//!     metric = { namespace = "Security", name = "Root", value = "1" }
//!     alarm = { statistic = "Sum", period = "5m", threshold = 1 }
//! "#.to_owned()).unwrap();
//!
//! let target = Target::new("123456789012", "us-east-1");
//! let wanted = desired(&stack, &[rules], &target).unwrap();
//! let plan = plan("security", &wanted, &Observed::nothing(target), &Options::default());
//! assert!(plan.to_string().starts_with("+ log group     trail\n"));
//! assert!(plan.to_string().ends_with("4 to create, 0 to change, 0 to delete, 0 unchanged.\n"));
//! ```
//!
//! Metric filters cannot be tagged: the stack's are those whose name begins with `STACK.`. Everything else carries the
//! tag [`STACK_TAG`](resource::STACK_TAG). There is no state file.

#[cfg(feature = "aws")]
pub mod aws;
mod desired;
mod endpoint;
pub mod export;
mod gate;
pub mod import;
mod names;
mod plan;
mod policy;
mod render;
pub mod resource;
mod shared;
mod stack;
mod target;
pub mod verify;

pub use desired::desired;
pub use endpoint::redacted;
pub use gate::gate;
pub use plan::{Action, Change, Observed, Options, Plan, Step, destruction, plan};
pub use render::{VERSION, json};
pub use resource::{Kind, Resource};
pub use shared::{SharedMetric, shared_metrics};
pub use stack::{LogGroup, Stack, Subscription, Topic, Trail};
pub use target::Target;
