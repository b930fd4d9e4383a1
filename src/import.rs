//! From what an account has to rule files.

mod adopt;
mod choice;
mod composite;
mod listed;
mod notes;
mod rule_file;
mod stack_file;

pub use adopt::adopt;
pub use composite::ListedComposite;
pub use listed::{Alarm, Listed, ListedAlarm, MetricFilter, read_alarms, read_metric_filters};
pub use rule_file::{Imported, import};
pub use stack_file::{ImportedNames, StackFile};
