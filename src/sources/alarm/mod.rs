//! Alarms and metric filters for the lints of alarms and for audits: what Terraform and CloudFormation share, the resources of CloudFormation,
//! and answers of AWS.
//! Members are evaluated; members that are computed at deployment are unknown. Alarms of rule files come with their patterns.

mod answers;
mod chain;
mod listed;
mod one_metric;
mod receivers;
mod rule_parts;
mod settings;
mod template;

pub(super) use chain::Resource;
pub(super) use listed::kind_of;
pub(super) use one_metric::{Metrics, metrics};
pub(super) use receivers::is_receiver;
pub(super) use rule_parts::{Part, with_names};
pub(super) use settings::{dimensions, parsed, setting, texts, truth};

use super::document::DocumentNode;
use super::intrinsic::Template;
use crate::metric_settings::AlarmResources;

/// The resources of one document of CloudFormation.
pub(super) fn read(template: &Template<'_>, document: &DocumentNode, read: &mut AlarmResources) {
    template::read(template, document, read);
}

/// The resources of an answer of AWS. `template` takes texts as they are.
pub(super) fn answers(template: &Template<'_>, document: &DocumentNode, read: &mut AlarmResources) {
    answers::read(template, document, &mut read.chain);
}
