//! When an alarm is evaluated, and over which periods.

use super::settings::Alarm;
use super::timestamp::Timestamp;
use super::window::EvaluationWindow;
use crate::limits::EVALUATION_RANGE;
use crate::time::DAY;

/// Seconds between the end of a period and the evaluation that first looks at it.
///
/// Recorded for alarms with a period of 10 s: the newest period ended more than 8.9 and at most 12.9 s before
/// the query, in all 27 evaluations (`tests/signals/alarm_evaluations.jsonl`). For longer periods AWS publishes
/// nothing; of the published samples one (2020) looked at a period that had ended 1.2 s before.
pub const EVALUATION_DELAY_SECONDS: i64 = 10;

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// Seconds that the evaluation range reaches at least beyond the N periods, for periods below a minute: with it N = 3
/// periods of 10 s make the recorded range of 9.
const WIDER_SECONDS: u64 = 60;
/// The same for longer periods. Published evaluations of alarms with a period of a minute used points 5 and 6
/// periods old for N = 1 and N = 2 (`pub.late-point-60-2020`, `pub.dynamodb-60-2023`); assumed.
const WIDER_SECONDS_FROM_A_MINUTE: u64 = 300;
/// Periods that it reaches at least beyond them: 5 for N = 3, as in the user guide's tables.
const WIDER_PERIODS: u64 = 2;

impl Alarm {
    /// Seconds between two evaluations: 10 for periods below a minute, an hour if the N periods span more than a
    /// day, and else a minute (user guide, "Evaluating an alarm"; recorded for 10 s).
    #[must_use]
    pub fn evaluation_interval(&self) -> u64 {
        if self.period < MINUTE as u64 {
            10
        } else if self.period.saturating_mul(self.evaluation_periods as u64) > DAY as u64 {
            HOUR as u64
        } else {
            MINUTE as u64
        }
    }

    /// The evaluation range: how many of the newest periods are looked at if data is missing; N and some more.
    #[must_use]
    pub fn evaluation_range(&self) -> usize {
        let seconds = if self.period < MINUTE as u64 { WIDER_SECONDS } else { WIDER_SECONDS_FROM_A_MINUTE };
        let wider = WIDER_PERIODS.max(seconds.div_ceil(self.period.max(1)));
        self.evaluation_periods.saturating_add(wider as usize).min(EVALUATION_RANGE)
    }

    /// When the newest period of an evaluation at `at` begins.
    #[must_use]
    pub fn newest_period(&self, at: Timestamp) -> Timestamp {
        self.newest(at.plus_seconds(-EVALUATION_DELAY_SECONDS).seconds())
    }

    /// The same for an alarm on a metric query, which leaves out this many whole periods. The recordings show alarms that leave out
    /// one period and alarms that leave out none; the cause of the difference is not known.
    #[must_use]
    pub fn newest_period_leaving_out(&self, at: Timestamp, periods: u32) -> Timestamp {
        let back = i64::from(periods).saturating_mul(self.seconds());
        Timestamp::from_seconds(self.newest(at.seconds()).seconds().saturating_sub(back))
    }

    /// The starts of an evaluation's periods, oldest first; `newest` is the last one.
    #[must_use]
    pub fn periods_before(&self, newest: Timestamp) -> Vec<Timestamp> {
        let back = |count: usize| newest.plus_seconds(-(count as i64).saturating_mul(self.seconds()));
        (0..self.evaluation_range()).rev().map(back).collect()
    }

    fn newest(&self, ready: i64) -> Timestamp {
        let floor = |moment: i64, step: i64| moment - moment.rem_euclid(step);
        let start = match self.window {
            EvaluationWindow::Sliding => floor(ready, self.evaluation_interval() as i64) - self.seconds(),
            EvaluationWindow::WallClock { offset } => {
                // weeks begin on Mondays (assumed), and 1970-01-01 was a Thursday
                let week = if self.seconds() == 7 * DAY { 4 * DAY } else { 0 };
                floor(ready + offset - week, self.seconds()) - self.seconds() - offset + week
            }
        };
        Timestamp::from_seconds(start)
    }

    /// The period's length in seconds.
    pub(super) fn seconds(&self) -> i64 {
        i64::try_from(self.period).unwrap_or(i64::MAX).clamp(1, 366 * DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::Statistic;

    fn newest(period: u64, n: usize, window: EvaluationWindow, at: &str) -> String {
        let mut alarm = Alarm::new("a", Statistic::Sum, period, 1.0).m_of_n(1, n);
        alarm.window = window;
        alarm.newest_period(at.parse().unwrap()).to_string()[..16].to_owned()
    }

    #[test]
    fn periods_end_with_the_evaluation() {
        let slides = EvaluationWindow::Sliding;
        let at = "2026-03-04T10:17:41Z";
        assert_eq!(newest(60, 1, slides, at), "2026-03-04T10:16");
        assert_eq!(newest(300, 1, slides, at), "2026-03-04T10:12");
        assert_eq!(newest(86_400, 1, slides, at), "2026-03-03T10:17");
        // above a day: once an hour
        assert_eq!(newest(86_400, 2, slides, at), "2026-03-03T10:00");
        let clock = EvaluationWindow::wall_clock("UTC").unwrap();
        assert_eq!(newest(300, 1, clock, at), "2026-03-04T10:10");
        assert_eq!(newest(86_400, 1, clock, at), "2026-03-03T00:00");
        assert_eq!(newest(604_800, 1, clock, at), "2026-02-23T00:00");
        let india = EvaluationWindow::wall_clock("UTC+05:30").unwrap();
        assert_eq!(newest(86_400, 1, india, at), "2026-03-02T18:30");
        assert_eq!(EvaluationWindow::wall_clock("Europe/Berlin"), None);
        assert_eq!(EvaluationWindow::wall_clock("+05:31"), None);
    }

    #[test]
    fn how_far_an_evaluation_looks_back() {
        for (period, n, range) in
            [(10, 3, 9), (10, 1, 7), (30, 1, 3), (60, 1, 6), (60, 3, 8), (300, 3, 5), (3600, 24, 26)]
        {
            assert_eq!(Alarm::new("a", Statistic::Sum, period, 1.0).m_of_n(1, n).evaluation_range(), range);
        }
    }
}
