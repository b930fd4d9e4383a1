//! CloudWatch alarms over the datapoints of a metric: when the state changes, and what is then published.
//!
//! ```
//! use cwfilter::alarm::{Alarm, Missing, State, Statistic};
//! let alarm = Alarm::new("root-usage", Statistic::Sum, 300, 1.0).missing(Missing::NotBreaching);
//! let mut history = alarm.history();
//! history.add(60, 1.0); // a datapoint in the second minute, in seconds
//! let changes = history.changes(0, 1200);
//! assert_eq!(changes.iter().map(|change| change.new).collect::<Vec<_>>(), [State::Alarm, State::Ok]);
//! ```

mod composite;
mod evaluate;
mod history;
mod notification;
mod settings;

pub use composite::{AlarmRule, AlarmRuleError};
pub use evaluate::{Reading, State, evaluate};
pub use history::{Change, History};
pub use notification::{Account, Notification};
pub use settings::{Alarm, AlarmError, Comparison, Missing, Statistic};
