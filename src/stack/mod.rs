//! The stack's file, `cwfilter.toml`: rules on a log group, their metrics and alarms, and who is told.

mod checks;
mod endpoint;
mod entry;
mod file;
mod names;
mod quotas;
mod shared;
mod target;

/// The JSON Schema of a stack file, as text: `docs/schemas/stack-file.json`.
pub const SCHEMA: &str = include_str!("../../docs/schemas/stack-file.json");

pub use endpoint::redacted;
pub(crate) use endpoint::{has_secret, public_part};
pub use entry::Names;
#[cfg(feature = "schema")]
pub use file::schema;
pub use file::{LogGroup, Stack, Subscription, Topic, Trail};
pub use names::check_topic;
pub(crate) use names::{ALARM, FILTER, LOG_GROUP, record_topic};
pub use quotas::over_quotas;
pub use shared::{SharedMetric, shared_metrics};
pub use target::Target;
