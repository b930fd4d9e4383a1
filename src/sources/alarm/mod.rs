//! Alarms and metric filters in Terraform and CloudFormation, for the lints of alarms. Only members that are written as they are
//! count; members that are computed at deployment are unknown. Alarms of rule files come with their patterns.

mod rule_parts;
mod template;
mod terraform;

use super::host::HostFormat;
use crate::metric_settings::AlarmResources;

/// The alarms of a file of this format. A text that cannot be read gives nothing: reading its patterns reports the error.
pub(super) fn read(format: HostFormat, text: &str) -> AlarmResources {
    match format {
        HostFormat::RuleFile => {
            AlarmResources { composites: super::rule_file::composites(text), ..AlarmResources::default() }
        }
        HostFormat::Terraform => terraform::read(text),
        HostFormat::Json => template::read(text, true),
        HostFormat::Yaml => template::read(text, false),
        HostFormat::Foreign => AlarmResources::default(),
    }
}
