//! Alarms: AWS's own tables row by row, and what holds of every history.

use cwfilter::alarm::{
    Account, Alarm, AlarmError, Comparison, Missing, Notification, State, Statistic, evaluate,
};
use proptest::prelude::*;

const TREATMENTS: [Missing; 4] =
    [Missing::Missing, Missing::Ignore, Missing::Breaching, Missing::NotBreaching];

fn readings(text: &str) -> Vec<Option<f64>> {
    let reading = |sign| match sign {
        'X' => Some(5.0),
        '0' => Some(0.0),
        _ => None,
    };
    text.chars().map(reading).collect()
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
                let state = evaluate(&alarm, before, &readings(columns[0]));
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
        ("p50", 2.5),
        ("p0", 1.0),
        ("p100", 4.0),
    ] {
        let alarm = Alarm::new("a", statistic.parse().unwrap(), 300, 1.0);
        let mut history = alarm.history();
        values.iter().enumerate().for_each(|(at, value)| history.add(at as i64 * 60, *value));
        assert_eq!(history.reading(0), Some(expected), "{statistic}");
        assert_eq!(history.reading(300), None);
    }
}

#[test]
fn a_change_is_told_as_cloudwatch_tells_it() {
    let alarm = Alarm::new("root-usage", Statistic::Sum, 300, 1.0).missing(Missing::NotBreaching);
    let start = 1_772_619_000; // 2026-03-04T10:10:00Z
    let mut history = alarm.history();
    history.add(start + 61, 2.0);
    // the newest datapoint counts as long as it is in the range that AWS looks at
    let changes = history.changes(start, start + 1200);
    let [fired, recovered] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((fired.time, recovered.time), (start + 300, start + 1200));
    assert_eq!((fired.new, recovered.new), (State::Alarm, State::Ok));
    let told =
        Notification::new(&alarm, fired, "Security", "RootUsage", &Account::default(), "security-alerts");
    let message = told.message();
    assert_eq!(
        message["NewStateReason"],
        "Threshold Crossed: 1 datapoint [2.0 (04/03/26 10:10:00)] was greater than or equal to the threshold (1.0)."
    );
    for (pointer, expected) in [
        ("/AlarmName", "root-usage"),
        ("/NewStateValue", "ALARM"),
        ("/OldStateValue", "INSUFFICIENT_DATA"),
        ("/StateChangeTime", "2026-03-04T10:15:00.000+0000"),
        ("/Region", "US East (N. Virginia)"),
        ("/AlarmArn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:root-usage"),
        ("/AlarmActions/0", "arn:aws:sns:us-east-1:123456789012:security-alerts"),
        ("/Trigger/Statistic", "SUM"),
        ("/Trigger/TreatMissingData", "notBreaching"),
        ("/Trigger/ComparisonOperator", "GreaterThanOrEqualToThreshold"),
    ] {
        assert_eq!(message.pointer(pointer).unwrap(), expected, "{pointer}");
    }
    assert_eq!(told.sms(), "ALARM: \"root-usage\" in US East (N. Virginia)");
    assert!(told.email().contains("- State Change: INSUFFICIENT_DATA -> ALARM"));
    let quiet = Notification::new(&alarm, recovered, "Security", "RootUsage", &Account::default(), "t");
    assert_eq!(
        quiet.reason(),
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching]."
    );
}

/// What `changes` passes over holds no change: the same minute by minute.
#[test]
fn gaps_are_passed_over() {
    for missing in TREATMENTS {
        let alarm = Alarm::new("a", Statistic::Sum, 60, 1.0).m_of_n(2, 3).missing(missing);
        let mut history = alarm.history();
        let points = [(0, 5.0), (1, 5.0), (50, 0.0), (52, 5.0), (53, 5.0), (90, 5.0)];
        points.iter().for_each(|(minute, value)| history.add(minute * 60, *value));
        let mut state = State::InsufficientData;
        let mut expected = Vec::new();
        for end in 1..=120i64 {
            let window: Vec<Option<f64>> =
                (end - 5..end).filter(|at| *at >= -1).map(|at| history.reading(at * 60)).collect();
            let new = evaluate(&alarm, state, &window);
            if new != state {
                expected.push((end * 60, new));
                state = new;
            }
        }
        let changes: Vec<(i64, State)> =
            history.changes(0, 120 * 60).iter().map(|change| (change.time, change.new)).collect();
        assert_eq!(changes, expected, "{missing:?}");
        assert_eq!(history.readings().len(), points.len());
    }
}

fn reading() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), Just(Some(0.0)), Just(Some(5.0))]
}

fn alarm() -> impl Strategy<Value = Alarm> {
    (1usize..5, 0usize..4, 0usize..4).prop_map(|(n, less, missing)| {
        Alarm::new("a", Statistic::Sum, 60, 1.0)
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
        let state = evaluate(&alarm, before, &readings);
        let mut worse = readings.clone();
        if worse[at].is_some() {
            worse[at] = Some(5.0);
        }
        if state == State::Alarm {
            prop_assert_eq!(evaluate(&alarm, before, &worse), State::Alarm);
        }
    }

    #[test]
    fn whole_periods_need_no_treatment(alarm in alarm(), before in state(), breaching in prop::collection::vec(any::<bool>(), 7)) {
        let readings: Vec<Option<f64>> = breaching.iter().map(|breaches| Some(f64::from(u8::from(*breaches)) * 5.0)).collect();
        let n = alarm.evaluation_periods;
        let count = breaching.iter().rev().take(n).filter(|breaches| **breaches).count();
        let expected = if count >= alarm.datapoints_to_alarm { State::Alarm } else { State::Ok };
        prop_assert_eq!(evaluate(&alarm, before, &readings), expected);
    }

    #[test]
    fn only_ignore_looks_at_the_state_before_once_anything_is_within(
        alarm in alarm(), readings in prop::collection::vec(reading(), 7)
    ) {
        let states: Vec<State> = [State::Ok, State::Alarm].map(|before| evaluate(&alarm, before, &readings)).into();
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
        let mut history = alarm.history();
        for (minute, value) in (0i64..).zip(&minutes) {
            value.iter().for_each(|value| history.add(minute * 60, *value));
        }
        let changes = history.changes(0, 3600);
        let mut state = State::InsufficientData;
        let mut time = 0;
        for change in changes {
            prop_assert_eq!(change.old, state);
            prop_assert!(change.new != change.old && change.time > time);
            (state, time) = (change.new, change.time);
        }
    }
}
