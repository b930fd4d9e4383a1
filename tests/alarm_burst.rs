//! A burst of events, an alarm over windows that slide: the consequence that docs/alarms.md marks as assumed.

use cwfilter::alarm::{Alarm, Missing, State, Statistic, Timestamp};

/// The minutes of the changes to ALARM for one event in each of these minutes.
fn alarms(minutes: std::ops::Range<i64>, threshold: f64) -> Vec<i64> {
    let alarm = Alarm::new("burst", Statistic::Sum, 300, threshold).missing(Missing::NotBreaching);
    let mut history = alarm.history();
    minutes.for_each(|minute| history.add(Timestamp::from_seconds(minute * 60 + 10), 1.0));
    let changes = history.changes(Timestamp::from_seconds(0), Timestamp::from_seconds(3600));
    let to_alarm = changes.iter().filter(|change| change.new == State::Alarm);
    to_alarm.map(|change| change.time.seconds() / 60).collect()
}

#[test]
fn a_burst_may_ring_more_than_once() {
    for (minutes, threshold, wanted) in [
        // every slot with data breaches: one alarm
        (0..7, 1.0, vec![1]),
        // five of seven events are in one slot, then four, then five again
        (0..7, 5.0, vec![5, 12, 17]),
        (0..4, 5.0, vec![]),
    ] {
        assert_eq!(alarms(minutes.clone(), threshold), wanted, "{minutes:?} {threshold}");
    }
}
