//! The chain after a metric filter: metric, alarm, action, confirmed subscriber, as far as an input has it. `cwfilter audit` judges the
//! whole of a control with it.
//!
//! Each link is *met*, *broken* (and why), or *not in the input* (and what is missing). A link that is not in the input is never met.
//!
//! ```
//! use cwfilter::control_chain::{Link, LinkState, follow};
//! use cwfilter::sources::{NoFiles, read_all};
//! let text = r#"
//! resource "aws_cloudwatch_log_metric_filter" "root" {
//!   pattern = "{ $.userIdentity.type = \"Root\" }"
//!   metric_transformation {
//!     namespace = "Security"
//!     name      = "Root"
//!     value     = "1"
//!   }
//! }
//! resource "aws_cloudwatch_metric_alarm" "root" {
//!   alarm_name          = "root"
//!   namespace           = "Security"
//!   metric_name         = "Root"
//!   statistic           = "Sum"
//!   period              = 300
//!   evaluation_periods  = 1
//!   threshold           = 10
//!   comparison_operator = "GreaterThanOrEqualToThreshold"
//! }"#;
//! let mut sources = read_all([("main.tf".into(), text.to_owned())], &NoFiles);
//! let file = sources.files.pop().unwrap();
//! let chain = follow(file.patterns[0].publishes(), &file.resources.chain);
//! assert_eq!(chain.state(Link::Metric), LinkState::Met);
//! // one event does not reach the threshold of 10
//! assert_eq!(chain.state(Link::Alarm), LinkState::Broken);
//! ```

mod actions;
mod asked;
mod delivery;
mod keys;
mod links;
mod place;
mod publishing;
mod rings;
mod rule_file;
mod topics;
mod watching;

pub use crate::metric_settings::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainAlias, ChainComposite, ChainKey, ChainParts, ChainReceiver,
    ChainSubscription, ChainTopic, Confirmation, ListedResource, NotMade, Placement, Published, Publishes,
    ReceiverPolicy, Setting, without_modules,
};
pub use links::{Chain, Judged, Link, LinkState};
pub use rule_file::of_rule_file;

/// Follows the chain from what a filter publishes. Of several alarms on the metric, the one with the best chain counts.
#[must_use]
pub fn follow(publishes: &Publishes, parts: &ChainParts) -> Chain {
    actions::follow(publishes, parts)
}

/// The settings of a resource as they may be shown: what may have a secret is redacted.
#[must_use]
pub fn shown_settings(resource: &ListedResource) -> Vec<(String, String)> {
    let secrets = resource.secrets.iter().map(|(name, value)| (name.clone(), crate::stack::redacted(value)));
    let mut all: Vec<(String, String)> = resource.settings.iter().cloned().chain(secrets).collect();
    all.sort();
    all
}
