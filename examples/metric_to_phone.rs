//! From log events to the message that SNS sends: metric filter, metric, alarm.
//!
//! ```text
//! cargo run --example metric_to_phone
//! ```

use cwfilter::alarm::{
    Account, Actions, Alarm, Metric, Missing, Notification, State, Statistic, Timestamp, Transition,
};
use cwfilter::metric::{MetricFilter, Transformation};
use std::error::Error;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let filter = MetricFilter::new(
        r#"{ $.eventName = "ConsoleLogin" && $.errorMessage = "Failed authentication" }"#.parse()?,
        Transformation::new("Security", "FailedLogins", "1").default_value(0.0),
    )?;
    // three in five minutes
    let alarm = Alarm::new("failed-logins", Statistic::Sum, 300, 3.0)
        .metric(Metric::new("Security", "FailedLogins"))
        .missing(Missing::NotBreaching);
    let mut history = alarm.history();
    let failed = r#"{"eventName":"ConsoleLogin","errorMessage":"Failed authentication"}"#;
    // seconds since 1970
    for time in [60, 75, 110, 1_000] {
        if let Some(point) = filter.datapoint(failed) {
            history.add(Timestamp::from_seconds(time), point.value);
        }
    }
    let changes = history.changes(Timestamp::from_seconds(0), Timestamp::from_seconds(3_600));
    let rung: Vec<_> = changes.iter().filter(|change| change.new == State::Alarm).collect();
    assert_eq!(rung.len(), 1, "the one at 1,000 seconds is alone");
    let account = Account::default();
    let actions = Actions::to(&account.topic_arn("security-alerts"), &[State::Alarm]);
    let transition = Transition::from(rung[0]);
    let told = Notification::new(&alarm, &actions, &transition, &account);
    println!("{}", told.email());
    Ok(())
}
