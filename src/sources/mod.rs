//! Reads patterns, with their places, from rule files, Terraform, CloudFormation, SAM, Serverless, CDK, Ansible and Pulumi, and from
//! input files and answers of the AWS CLI.
//!
//! Configurations are evaluated. A Terraform folder is read with the local modules that it calls: a pattern in a local value, in the
//! default of a variable or in a map for `for_each` is found, and its place is that of the literal. What is not known before deployment
//! is reported with the reference that is missing.
//!
//! ```
//! let terraform = r#"
//! resource "aws_cloudwatch_log_metric_filter" "root" {
//!   name           = "root"
//!   log_group_name = "trail"
//!   pattern        = "{ $.userIdentity.type = \"Root\" }"
//! }"#;
//! let found = cwfilter::sources::read("main.tf".as_ref(), terraform)?;
//! assert_eq!(found[0].name, "root");
//! assert_eq!(found[0].text.as_deref(), Ok(r#"{ $.userIdentity.type = "Root" }"#));
//! # Ok::<(), cwfilter::sources::SourceError>(())
//! ```
//!
//! How a file is read:
//!
//! 1. `host` tells the format by the name. `files` holds the texts that are read together, and asks its caller for those that they name.
//! 2. `json` and `yaml` read to a `document`; `repeated` has the keys that a map has several times; `terraform` reads HCL and its JSON to blocks.
//! 3. `terraform` and `intrinsic` evaluate to a `value`, which knows the literals that it is from.
//! 4. `filter` makes a [`HostedPattern`] of the values of one filter; `align` leads from a byte of the pattern to the byte of the file.
//! 5. `rewrite` puts a new text in the place of a literal, in the syntax that it has (`literal`), and proves that nothing else changes.

mod alarm;
mod align;
mod cdk;
mod command;
mod document;
mod error;
mod files;
mod filter;
mod host;
mod hosted;
mod intrinsic;
mod json;
mod literal;
mod made;
mod nested;
mod notes;
mod placeholder;
mod policy;
mod project;
mod pulumi;
mod repeated;
mod replacement;
mod rewrite;
mod rule_file;
mod state;
mod template;
mod terraform;
mod transformation;
mod value;
mod yaml;

use crate::metric_settings::AlarmResources;
pub use crate::metric_settings::{
    AlarmActions, AlarmSettings, ChainAlarm, ChainAlias, ChainComposite, ChainKey, ChainParts, ChainReceiver,
    ChainSubscription, ChainTopic, Confirmation, ListedResource, NotMade, Placement, Published, Publishes,
    ReceiverPolicy, Setting, without_modules,
};
#[cfg(feature = "sigma")]
pub(crate) use document::{Content, DocumentNode, ScalarForm};
pub use error::SourceError;
pub use files::{NoFiles, ReadFiles};
pub use host::is_source;
pub(crate) use hosted::Completion;
pub use hosted::{
    Allowance, EventScope, HostedPattern, Reference, Unread, UnreadKind, UnreadModule, unindented,
};
pub(crate) use notes::notes;
pub use project::{SourceFile, Sources, read_all};
pub use repeated::RepeatedKey;
pub use rewrite::{NotRewritten, Rewritten, rewrite};
use std::path::Path;
#[cfg(feature = "sigma")]
pub(crate) use yaml::read as read_yaml;

/// The alarms of a file, with the metric filters that they may watch. The file is read by itself; its kind is told by its name. Alarms of rule files come with
/// their patterns, from [`read`]. A text that [`read`] refuses has none.
///
/// ```
/// let text = r#"
/// resource "aws_cloudwatch_metric_alarm" "root" {
///   namespace   = "Security"
///   metric_name = "RootUsage"
///   threshold   = 1
/// }"#;
/// let resources = cwfilter::sources::alarms("main.tf".as_ref(), text);
/// assert_eq!(resources.alarms[0].metric_name.text(), Some("RootUsage"));
/// ```
#[must_use]
pub fn alarms(path: &Path, text: &str) -> AlarmResources {
    let mut sources = read_all([(path.to_owned(), text.to_owned())], &NoFiles);
    sources.files.pop().map(|file| file.resources).unwrap_or_default()
}

/// All patterns of one file, which is read by itself; its kind is told by its name. [`read_all`] reads several files together.
///
/// ```
/// let text = "[[rule]]\nid = \"errors\"\npattern = \"ERROR\"\n";
/// let patterns = cwfilter::sources::read("rules.toml".as_ref(), text).unwrap();
/// assert_eq!(patterns.len(), 1);
/// ```
///
/// # Errors
/// If the text is not what the name says, with the place.
pub fn read(path: &Path, text: &str) -> Result<Vec<HostedPattern>, SourceError> {
    project::read_one(path, text)
}
