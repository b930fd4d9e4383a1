//! Alarms: AWS's own tables row by row, and what holds of every history.

use cwfilter::alarm::{
    Account, Actions, Alarm, AlarmError, Comparison, Metric, Missing, Notification, Period, Reading, State,
    Statistic, Timestamp, Transition,
};
use proptest::prelude::*;

const TREATMENTS: [Missing; 4] =
    [Missing::Missing, Missing::Ignore, Missing::Breaching, Missing::NotBreaching];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// Periods of a minute, one after the other.
fn periods(values: &[Option<f64>]) -> Vec<Period> {
    let period =
        |(minute, value): (i64, &Option<f64>)| (at(minute * 60), value.map(|it| Reading::new(it, 1.0)));
    (0i64..).zip(values).map(period).collect()
}

fn readings(text: &str) -> Vec<Period> {
    let reading = |sign| match sign {
        'X' => Some(5.0),
        '0' => Some(0.0),
        _ => None,
    };
    periods(&text.chars().map(reading).collect::<Vec<_>>())
}

#[test]
fn the_tables_of_the_user_guide() {
    let mut rows = 0;
    for line in include_str!("alarm/missing.tsv").lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (m, n) = columns[1].split_once('/').unwrap();
        for (missing, expected) in TREATMENTS.into_iter().zip(&columns[2..]) {
            let alarm = Alarm::new("a", Statistic::Sum, 60, 1.0)
                .m_of_n(m.parse().unwrap(), n.parse().unwrap())
                .missing(missing);
            for before in [State::Ok, State::Alarm, State::InsufficientData] {
                let state = alarm.evaluate(before, &readings(columns[0]));
                let expected = if *expected == "retain" { before.name() } else { expected };
                assert_eq!(state.name(), expected, "{line}, {missing:?}, before {before}");
            }
            rows += 1;
        }
    }
    assert_eq!(rows, 40);
}

#[test]
fn settings_that_cloudwatch_refuses() {
    let alarm = |period, m, n| Alarm::new("a", Statistic::Sum, period, 1.0).m_of_n(m, n).check();
    for period in [10, 20, 30, 60, 300, 86_400] {
        assert_eq!(alarm(period, 1, 1), Ok(()));
    }
    assert_eq!(alarm(45, 1, 1), Err(AlarmError::Period(45)));
    assert_eq!(alarm(0, 1, 1), Err(AlarmError::Period(0)));
    assert_eq!(alarm(60, 1, 1441), Err(AlarmError::Range { periods: 1441, period: 60, allowed: 86_400 }));
    assert_eq!(alarm(3600, 1, 168), Ok(()));
    assert!(alarm(3600, 1, 169).is_err() && alarm(60, 0, 1).is_err() && alarm(60, 2, 1).is_err());
    assert_eq!("p99.9".parse(), Ok(Statistic::Percentile(99.9)));
    assert!("p101".parse::<Statistic>().is_err() && "sum".parse::<Statistic>().is_err());
    assert_eq!(">".parse(), Ok(Comparison::Greater));
    assert!("notbreaching".parse::<Missing>().is_err());
}

#[test]
fn statistics_of_a_period() {
    let values = [4.0, 1.0, 3.0, 2.0];
    for (statistic, expected) in [
        ("Sum", 10.0),
        ("SampleCount", 4.0),
        ("Average", 2.5),
        ("Minimum", 1.0),
        ("Maximum", 4.0),
        ("p0", 1.0),
        ("p100", 4.0),
    ] {
        let alarm = Alarm::new("a", statistic.parse().unwrap(), 300, 1.0);
        let mut history = alarm.history();
        (0i64..).zip(values).for_each(|(minute, value)| history.add(at(minute * 60 + 5), value));
        assert_eq!(history.reading(at(0)), Some(Reading::new(expected, 4.0)), "{statistic}");
        // the window slides
        assert_eq!(history.reading(at(-120)).map(|reading| reading.samples), Some(3.0));
        assert_eq!(history.reading(at(300)), None);
    }
}

#[test]
fn a_change_is_told_as_cloudwatch_tells_it() {
    let alarm = Alarm::new("root-usage", Statistic::Sum, 300, 1.0)
        .metric(Metric::new("Security", "RootUsage"))
        .missing(Missing::NotBreaching);
    let start = 1_772_619_000; // 2026-03-04T10:10:00Z
    let mut history = alarm.history();
    history.add(at(start + 61), 2.0);
    // the newest datapoint counts as long as it is in the range that AWS looks at
    let changes = history.changes(at(start + 60), at(start + 1800));
    let [fired, recovered] = changes.as_slice() else { panic!("{changes:?}") };
    // three periods of five minutes, and the last period ends in minute 12 + 15, and ten seconds
    assert_eq!((fired.time, recovered.time), (at(start + 130), at(start + 1030)));
    assert_eq!((fired.new, recovered.new), (State::Alarm, State::Ok));
    let account = Account::default();
    let actions = Actions::to(&account.topic_arn("security-alerts"), &alarm.actions);
    let transition = Transition::from(fired);
    let told = Notification::new(&alarm, &actions, &transition, &account);
    let message: serde_json::Value = serde_json::from_str(&told.message().to_string()).unwrap();
    assert_eq!(
        message["NewStateReason"],
        "Threshold Crossed: 1 datapoint [2.0 (04/03/26 10:07:00)] was greater than or equal to the threshold (1.0)."
    );
    for (pointer, expected) in [
        ("/AlarmName", "root-usage"),
        ("/NewStateValue", "ALARM"),
        ("/OldStateValue", "INSUFFICIENT_DATA"),
        ("/StateChangeTime", "2026-03-04T10:12:10.000+0000"),
        ("/Region", "US East (N. Virginia)"),
        ("/AlarmArn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:root-usage"),
        ("/AlarmActions/0", "arn:aws:sns:us-east-1:123456789012:security-alerts"),
        ("/Trigger/Statistic", "SUM"),
        ("/Trigger/MetricName", "RootUsage"),
        ("/Trigger/TreatMissingData", "notBreaching"),
        ("/Trigger/ComparisonOperator", "GreaterThanOrEqualToThreshold"),
    ] {
        assert_eq!(message.pointer(pointer).unwrap(), expected, "{pointer}");
    }
    assert_eq!(told.sms(), "ALARM: \"root-usage\" in US East (N. Virginia)");
    assert!(told.email().contains("- State Change:               INSUFFICIENT_DATA -> ALARM\n"));
    assert_eq!(
        recovered.reason,
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching]."
    );
}

/// Changes of an alarm that is evaluated every minute, one evaluation after the other.
fn evaluated_one_by_one(alarm: &Alarm, values: &[(i64, f64)], minutes: i64) -> Vec<(Timestamp, State)> {
    let mut history = alarm.history();
    values.iter().for_each(|(minute, value)| history.add(at(minute * 60), *value));
    let mut state = State::InsufficientData;
    let mut changes = Vec::new();
    for minute in 1..=minutes {
        let moment = at(minute * 60 + 10);
        let starts = alarm.periods_before(alarm.newest_period(moment));
        let periods: Vec<Period> = starts.into_iter().map(|start| (start, history.reading(start))).collect();
        let new = alarm.evaluate(state, &periods);
        if new != state {
            changes.push((moment, new));
            state = new;
        }
    }
    changes
}

/// The gaps that `changes` skips contain no change, and its memory of a period is correct.
#[test]
fn gaps_are_skipped() {
    let points = [(0, 5.0), (1, 5.0), (50, 0.0), (52, 5.0), (53, 5.0), (90, 5.0)];
    let windows = ["sliding", "wall clock", "wall clock +00:05", "wall clock -05:30"];
    let all = TREATMENTS.into_iter().flat_map(|it| [60, 300, 3600].map(|period| (it, period)));
    for ((missing, period), window) in all.flat_map(|it| windows.map(|window| (it, window))) {
        for (m, n) in [(1, 1), (2, 3)] {
            let mut alarm = Alarm::new("a", Statistic::Sum, period, 1.0).m_of_n(m, n).missing(missing);
            alarm.window = window.parse().unwrap();
            let mut history = alarm.history();
            points.iter().for_each(|(minute, value)| history.add(at(minute * 60), *value));
            let changes: Vec<(Timestamp, State)> =
                history.changes(at(0), at(600 * 60)).iter().map(|change| (change.time, change.new)).collect();
            let expected = evaluated_one_by_one(&alarm, &points, 600);
            assert_eq!(changes, expected, "{missing:?}, {period} s, {window}, {m} of {n}");
        }
    }
}

#[test]
fn a_window_slides_or_keeps_to_the_clock() {
    // three events within two minutes, across a mark of five minutes
    let rings = |alarm: &Alarm| {
        let mut history = alarm.history();
        [250, 260, 370].into_iter().for_each(|second| history.add(at(second), 1.0));
        let changes = history.changes(at(240), at(3600));
        changes.iter().find(|change| change.new == State::Alarm).map(|change| change.time.seconds())
    };
    let mut alarm = Alarm::new("a", Statistic::Sum, 300, 3.0).missing(Missing::NotBreaching);
    assert_eq!(rings(&alarm), Some(430));
    alarm.window = "wall clock".parse().unwrap();
    assert_eq!(rings(&alarm), None);
    // a day is evaluated every minute, two days every hour
    let alarm = Alarm::new("a", Statistic::Sum, 86_400, 3.0).missing(Missing::NotBreaching);
    assert_eq!(rings(&alarm), Some(430));
    let alarm = Alarm::new("a", Statistic::Sum, 86_400, 3.0).m_of_n(1, 2).missing(Missing::NotBreaching);
    assert_eq!(rings(&alarm), Some(3610));
}

fn reading() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), Just(Some(0.0)), Just(Some(5.0))]
}

fn alarm() -> impl Strategy<Value = Alarm> {
    (1usize..5, 0usize..4, 0usize..4, 1u64..4).prop_map(|(n, less, missing, minutes)| {
        Alarm::new("a", Statistic::Sum, minutes * 60, 1.0)
            .m_of_n(n.saturating_sub(less).max(1), n)
            .missing(TREATMENTS[missing])
    })
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![Just(State::Ok), Just(State::Alarm), Just(State::InsufficientData)]
}

proptest! {
    #[test]
    fn more_breaching_points_never_turn_alarm_into_ok(
        alarm in alarm(), before in state(), readings in prop::collection::vec(reading(), 7), at in 0usize..7
    ) {
        let state = alarm.evaluate(before, &periods(&readings));
        let mut worse = readings.clone();
        if worse[at].is_some() {
            worse[at] = Some(5.0);
        }
        if state == State::Alarm {
            prop_assert_eq!(alarm.evaluate(before, &periods(&worse)), State::Alarm);
        }
    }

    #[test]
    fn whole_periods_need_no_treatment(alarm in alarm(), before in state(), breaching in prop::collection::vec(any::<bool>(), 7)) {
        let readings: Vec<Option<f64>> = breaching.iter().map(|breaches| Some(f64::from(u8::from(*breaches)) * 5.0)).collect();
        let n = alarm.evaluation_periods;
        let count = breaching.iter().rev().take(n).filter(|breaches| **breaches).count();
        let expected = if count >= alarm.m() { State::Alarm } else { State::Ok };
        prop_assert_eq!(alarm.evaluate(before, &periods(&readings)), expected);
    }

    #[test]
    fn only_ignore_looks_at_the_state_before_once_anything_is_within(
        alarm in alarm(), readings in prop::collection::vec(reading(), 7)
    ) {
        let states: Vec<State> = [State::Ok, State::Alarm].map(|before| alarm.evaluate(before, &periods(&readings))).into();
        let n = alarm.evaluation_periods;
        let seen: Vec<f64> = readings.iter().rev().take(n + 2).flatten().copied().collect();
        if seen.contains(&0.0) && seen.len() >= n {
            prop_assert_eq!(states[0], states[1]);
        }
    }

    #[test]
    fn changes_go_from_one_state_to_another_in_order(
        alarm in alarm(), minutes in prop::collection::vec(prop::option::of(0.0f64..3.0), 1..60)
    ) {
        let values: Vec<(i64, f64)> =
            (0i64..).zip(&minutes).filter_map(|(minute, value)| Some((minute, (*value)?))).collect();
        let mut history = alarm.history();
        values.iter().for_each(|(minute, value)| history.add(at(minute * 60), *value));
        let changes = history.changes(at(0), at(3600));
        let mut state = State::InsufficientData;
        for change in &changes {
            prop_assert_eq!(change.old, state);
            prop_assert!(change.new != change.old);
            state = change.new;
        }
        let changes: Vec<_> = changes.iter().map(|change| (change.time, change.new)).collect();
        prop_assert_eq!(changes, evaluated_one_by_one(&alarm, &values, 60));
    }
}
