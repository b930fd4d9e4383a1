//! What `PutCompositeAlarm` checks after the rule's text: which alarms it names.

use super::AlarmRule;
use crate::alarm::account::Account;
use crate::alarm::admission::Refusal;

impl AlarmRule {
    /// Checks the alarms that the rule names against those that exist, by name, as the composite alarm `own_name`
    /// of this account and region is put.
    ///
    /// # Errors
    /// A `ValidationError` in AWS's words (recorded): an ARN of another region, or alarms that do not exist. The
    /// words for an ARN of another account and for a rule that names its own alarm were not recorded.
    pub fn check_alarms(
        &self,
        own_name: Option<&str>,
        account: &Account,
        exists: impl Fn(&str) -> bool,
    ) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        for alarm in self.alarms() {
            let name = own_part(alarm, account)?;
            if own_name == Some(name) {
                return Err(Refusal::validation(format!("The alarm rule refers to its own alarm {name}")));
            }
            if !exists(name) {
                missing.push(account.alarm_arn(name));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(", ");
        Err(Refusal::validation(format!(
            "Could not save the composite alarm as alarms [{missing}] in the alarm rule do not exist"
        )))
    }
}

/// The name in an ARN of this account and region, or the name itself.
fn own_part<'a>(alarm: &'a str, account: &Account) -> Result<&'a str, Refusal> {
    let Some(rest) = alarm.strip_prefix("arn:") else { return Ok(alarm) };
    let parts: Vec<&str> = rest.splitn(6, ':').collect();
    let [_, "cloudwatch", region, id, "alarm", name] = parts.as_slice() else {
        return Err(Refusal::validation(format!("Error in AlarmRule [Invalid alarm ARN {alarm}]")));
    };
    for (what, was, expected) in [("region", region, &account.region), ("account", id, &account.id)] {
        if was != expected {
            return Err(Refusal::validation(format!(
                "Error in AlarmRule [Wrong ARN {what}, it was {was} but {expected} was expected instead]"
            )));
        }
    }
    Ok(name)
}
