//! Rule files: filter patterns kept together with their tests.

mod error;
mod event;
mod file;
mod load;
mod locate;
mod run;

pub use error::RuleError;
pub use file::{Alarm, Allow, Expect, Metric, Rule, RuleFile, RuleTest};
pub use load::{load, parse, rule_files};
pub use run::{Outcome, TestResult, run};
