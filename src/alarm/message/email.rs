//! The text of the e-mail.

use super::{Notification, Subject, TriggeringChild};
use crate::alarm::document::decimal;
use crate::alarm::expression::QuerySource;
use crate::alarm::settings::Alarm;
use crate::alarm::state::State;
use crate::limits::TRIGGERING_CHILDREN_SHOWN;
use std::fmt::Write;

impl Notification<'_> {
    /// The text of the e-mail, without its subject.
    #[must_use]
    pub fn email(&self) -> String {
        let (name, region) = (self.name(), self.account.region_name());
        let (state, time) = (self.transition.new, self.transition.time.in_words());
        let reason = &self.transition.reason;
        let mut text = format!(
            "You are receiving this email because your Amazon CloudWatch Alarm \"{name}\" in the {region} region has "
        );
        let _ = match self.subject {
            Subject::Metric(_) => {
                write!(text, "entered the {state} state, because \"{reason}\" at \"{time}\".")
            }
            Subject::Composite(..) => {
                write!(text, "transitioned to {state} state on {time}, because \"{reason}\".")
            }
        };
        let _ = write!(text, "\n\nView this alarm in the AWS Management Console:\n{}\n\n", self.link());
        text.push_str("Alarm Details:\n");
        let (account, arn) = (self.account.id.clone(), self.arn());
        let mut details = vec![
            ("Name", name.to_owned()),
            ("Description", self.description().unwrap_or_default().to_owned()),
            ("State Change", format!("{} -> {state}", self.transition.old)),
        ];
        if let Subject::Composite(alarm, _) = self.subject {
            details.push(("Alarm Rule", alarm.rule.clone()));
        }
        details.push(("Reason for State Change", reason.clone()));
        details.extend([("Timestamp", time), ("AWS Account", account), ("Alarm Arn", arn)]);
        for (label, value) in details {
            let _ = writeln!(text, "- {:<28}{value}", format!("{label}:"));
        }
        match self.subject {
            Subject::Metric(alarm) => monitored(alarm, &mut text),
            Subject::Composite(_, children) => triggering(children, &mut text),
        }
        self.actions_shown(&mut text);
        text
    }

    fn link(&self) -> String {
        alarm_page("console.aws.amazon.com", &self.account.region, self.name())
    }

    fn actions_shown(&self, text: &mut String) {
        text.push_str("\nState Change Actions:\n");
        for state in [State::Ok, State::Alarm, State::InsufficientData] {
            // several actions were not recorded; this is how Java prints a list
            let arns = self.actions.of(state).join(", ");
            let shown = if arns.is_empty() { arns } else { format!("[{arns}]") };
            let _ = writeln!(text, "- {state}: {shown}");
        }
    }
}

fn monitored(alarm: &Alarm, text: &mut String) {
    let _ = write!(
        text,
        "\nThreshold:\n- The alarm is in the ALARM state when the metric is {} {} for at least {} of the last {} period(s) of {} \
         seconds. \n\n",
        alarm.comparison.name(),
        decimal(alarm.threshold),
        alarm.m(),
        alarm.evaluation_periods,
        alarm.period,
    );
    if !alarm.queries.is_empty() {
        query(alarm, text);
        return;
    }
    text.push_str("Monitored Metric:\n");
    // as in e-mails that others published; the recorded alarms have no dimensions
    let dimensions: Vec<String> =
        alarm.metric.dimensions.iter().map(|(name, value)| format!("[{name} = {value}]")).collect();
    for (label, value) in [
        ("MetricNamespace", alarm.metric.namespace.clone()),
        ("MetricName", alarm.metric.name.clone()),
        ("Dimensions", dimensions.join(" ")),
        ("Period", format!("{} seconds", alarm.period)),
        ("Statistic", alarm.statistic.to_string()),
        ("Unit", alarm.unit.clone().unwrap_or_else(|| "not specified".to_owned())),
        ("TreatMissingData", alarm.missing.unwrap_or_default().name().to_owned()),
    ] {
        let _ = writeln!(text, "- {:<37}{value}", format!("{label}:"));
    }
    text.push('\n');
}

/// The entry that the alarm watches. An expression was recorded; a metric is shown by its name.
fn query(alarm: &Alarm, text: &mut String) {
    text.push_str("Monitored Metrics:\n");
    for query in alarm.queries.iter().filter(|query| query.returns_data) {
        let (label, value) = match &query.source {
            QuerySource::Expression { expression, .. } => ("MetricExpression", expression.as_str()),
            QuerySource::Metric { metric, .. } => ("MetricName", metric.name.as_str()),
        };
        let _ = writeln!(text, "- {:<28}{value}", format!("{label}:"));
        if let Some(label) = &query.label {
            let _ = writeln!(text, "- {:<28}{label}", "MetricLabel:");
        }
    }
}

fn triggering(children: &[TriggeringChild], text: &mut String) {
    let _ = writeln!(text, "\nTriggering children (max. {TRIGGERING_CHILDREN_SHOWN}):");
    for child in children.iter().take(TRIGGERING_CHILDREN_SHOWN) {
        let _ = writeln!(text, "- {}   {:<20}{}", child.arn, child.state.name(), child.since.in_words());
    }
}

/// The address of an alarm's page in the console, as AWS's mails have it. `host` is the console's domain in the partition of the region.
///
/// ```
/// use cwfilter::alarm::alarm_page;
///
/// let page = alarm_page("console.aws.amazon.com", "eu-west-1", "a/b");
/// assert_eq!(page, "https://eu-west-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=eu-west-1#alarmsV2:alarm/a%2Fb");
/// ```
#[must_use]
pub fn alarm_page(host: &str, region: &str, alarm: &str) -> String {
    let name = percent_encoded(alarm);
    format!("https://{region}.{host}/cloudwatch/deeplink.js?region={region}#alarmsV2:alarm/{name}")
}

/// As `encodeURIComponent`: everything but letters, digits and a few signs by its UTF-8 bytes.
fn percent_encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
