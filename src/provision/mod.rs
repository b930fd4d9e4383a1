//! From tested rules to an account: metric filters, alarms, and the topic that they publish to.
//!
//! [`desired`] says what there should be, [`observe`] reads what there is, [`plan`] what differs, and [`apply`] does it. Everything
//! goes through an [`Account`]: AWS with the feature `aws`, or an account in memory.
//!
//! ```
//! use cwfilter::provision::{Observed, Options, Stack, Target, desired, plan};
//!
//! let stack = Stack::parse("cwfilter.toml".as_ref(), r#"
//!     name = "security"
//!     region = "us-east-1"
//!     rules = ["rules.toml"]
//!     log_group = { name = "trail", create = true }
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
//! let plan = plan(&stack, &wanted, &Observed::nothing(&stack, target), &Options::default());
//! assert!(plan.to_string().starts_with("Plan for `security` in us-east-1 of account 123456789012: 4 to create,"));
//! ```
//!
//! **Ownership.** Only what the stack provably wrote is changed or deleted: resources with the tag
//! [`STACK_TAG`](resource::STACK_TAG), and metric filters, which have no tags, in the stack's record ([`Kind::Record`]). A resource of
//! others that is as the stack wants it is used. If it differs, the plan is refused, unless [`Options::adopt`] names it. There is no state
//! file.

mod apply;
mod cost;
mod desired;
mod log_group;
mod plan;
mod planner;
mod render;

use crate::{account, chain};

pub use crate::account::{Observed, Purpose, identify};
pub use crate::aws::{Account, CallError, Request, Service};
pub use crate::chain::Finding;
pub use crate::gate::gate;
pub use crate::resource::{self, Change, Kind, Resource};
pub use crate::stack::{
    LogGroup, Names, SharedMetric, Stack, Subscription, Target, Topic, Trail, over_quotas, redacted,
    shared_metrics,
};
pub use apply::{Outcome, StepReport, apply};
pub use cost::{Cost, cost};
pub use desired::desired;
pub use plan::{Action, Options, Plan, Step};
pub use planner::{destruction, plan};
pub use render::VERSION;

/// Reads what the account holds of a stack; for a plan also the chain from the trail to the subscribers.
///
/// # Errors
/// The first read that fails and that a plan cannot do without.
pub fn observe(
    account: &dyn Account,
    stack: &Stack,
    wanted: &[Resource],
    target: &Target,
    purpose: Purpose,
) -> Result<Observed, CallError> {
    let chain = |observed: &Observed| drop(chain::findings(stack, wanted, observed));
    account::observe(account, stack, wanted, target, purpose, &chain)
}
