//! Rule files: filter patterns kept together with their tests.

mod alarm;
mod candidates;
mod composite;
mod context;
mod coverage;
mod duration;
mod error;
mod event;
mod file;
mod fires;
mod generate;
mod load;
mod loader;
mod locate;
mod messages;
mod mutate;
mod neighbours;
mod run;
mod system;
mod timeline;
mod toml_text;

pub use composite::{Composite, CompositeTest};
#[cfg(feature = "provision")]
pub(crate) use context::toml_error;
pub use coverage::{ClauseCoverage, Coverage, coverage};
#[cfg(feature = "provision")]
pub(crate) use error::ROOT_HELP;
pub use error::RuleError;
pub use file::{
    Allow, Expect, ExpectDatapoint, ExpectMetric, NoDatapoint, Rule, RuleAlarm, RuleFile, RuleMetric,
    RuleTest, Timeline,
};
pub use fires::Fires;
pub use generate::{GeneratedTest, generate, to_toml};
pub use loader::{Loaded, Loader, load, parse, rule_files};

pub use crate::files::{PassedOver, Reason};
pub use mutate::{Mutant, Mutation, mutate};
pub use run::{Outcome, TestResult, run_test, run_tests};
pub(crate) use system::lacking;
pub use timeline::TimelineResult;
#[cfg(feature = "provision")]
pub(crate) use toml_text::array_of_tables;
