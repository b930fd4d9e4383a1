//! Alarms and metric filters in Terraform and CloudFormation, for the lints of alarms. Only members that are written as they are
//! count; members that are computed at deployment are unknown. Alarms of rule files come with their patterns.

mod rule_parts;
mod template;
mod terraform;

use super::Format;
use crate::metric_settings::AlarmResources;

/// The alarms of a file of this format. A text that cannot be read gives nothing: reading its patterns reports the error.
pub(super) fn read(format: Format, text: &str) -> AlarmResources {
    match format {
        Format::RuleFile => {
            AlarmResources { composites: super::rule_file::composites(text), ..AlarmResources::default() }
        }
        Format::Terraform => terraform::read(text),
        Format::Json => template::read(text, true),
        Format::Yaml => template::read(text, false),
    }
}
