//! Alarms and metric filters for the lints of alarms: what Terraform and CloudFormation share, and the resources of CloudFormation.
//! Members are evaluated; members that are computed at deployment are unknown. Alarms of rule files come with their patterns.

mod rule_parts;
mod template;

pub(super) use rule_parts::{Part, with_names};

use super::document::DocumentNode;
use super::intrinsic::Template;
use crate::metric_settings::AlarmResources;

/// The resources of one document of CloudFormation.
pub(super) fn read(template: &Template<'_>, document: &DocumentNode, read: &mut AlarmResources) {
    template::read(template, document, read);
}
