//! Moments, and the three ways in which CloudWatch writes them.

use crate::time::{DAY, civil, days, is_date};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A moment in milliseconds since 1970, UTC. The library has no clock: the caller passes every moment.
///
/// ```
/// use cwfilter::alarm::Timestamp;
/// let time: Timestamp = "2026-09-14T11:18:44.401Z".parse()?;
/// assert_eq!(time.to_string(), "2026-09-14T11:18:44.401+0000");
/// assert_eq!(time.in_words(), "Monday 14 September, 2026 11:18:44 UTC");
/// assert_eq!(time.short(), "14/09/26 11:18:44");
/// # Ok::<(), cwfilter::alarm::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A text that is no ISO 8601 timestamp with date, time and zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no timestamp; write `2026-09-14T11:18:44.401Z`")]
pub struct TimestampError {
    text: String,
}

const SECOND: i64 = 1000;

/// Years that four digits can show. Moments outside are moved to the nearest of these.
const YEARS: std::ops::RangeInclusive<i64> = 0..=9999;

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        let bound = |year: i64| days(year, 1, 1) * DAY * SECOND;
        Timestamp(millis.clamp(bound(*YEARS.start()), bound(YEARS.end() + 1) - 1))
    }

    /// From seconds since 1970.
    ///
    /// ```
    /// let time = cwfilter::alarm::Timestamp::from_seconds(0);
    /// assert_eq!(time.to_string(), "1970-01-01T00:00:00.000+0000");
    /// ```
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(SECOND))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// The moment this many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// `14/09/26 05:42:40`, as in the reason of a metric alarm.
    #[must_use]
    pub fn short(self) -> String {
        let (year, month, day, hour, minute) = civil(self.seconds());
        format!("{day:02}/{month:02}/{:02} {hour:02}:{minute:02}:{:02}", year.rem_euclid(100), self.second())
    }

    /// `Monday 14 September, 2026 11:18:44 UTC`, as in e-mails and in the reason of a composite alarm. The
    /// day has two digits, as Java's `dd` (a day below 10 was not recorded).
    #[must_use]
    pub fn in_words(self) -> String {
        let (year, month, day, hour, minute) = civil(self.seconds());
        // 1970-01-01 was a Thursday
        let weekday = WEEKDAYS.get((self.seconds().div_euclid(DAY) + 4).rem_euclid(7) as usize);
        let month = MONTHS.get((month as usize).saturating_sub(1));
        format!(
            "{} {day:02} {}, {year:04} {hour:02}:{minute:02}:{:02} UTC",
            weekday.copied().unwrap_or_default(),
            month.copied().unwrap_or_default(),
            self.second()
        )
    }

    fn second(self) -> i64 {
        self.seconds().rem_euclid(60)
    }
}

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Display for Timestamp {
    /// `2026-09-14T11:18:44.401+0000`, as in CloudWatch's JSON.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (year, month, day, hour, minute) = civil(self.seconds());
        let (second, millis) = (self.second(), self.0.rem_euclid(SECOND));
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}+0000")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// `2026-09-14T11:18:44Z`, with or without a fraction, in any zone (`Z`, `+01:00`, `+0100`).
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        parsed(text).ok_or_else(|| TimestampError { text: text.chars().take(40).collect() })
    }
}

fn parsed(text: &str) -> Option<Timestamp> {
    let digits = |range: std::ops::Range<usize>| -> Option<i64> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let sign = |at: usize, signs: &str| text.get(at..=at).is_some_and(|found| signs.contains(found));
    if !(sign(4, "-") && sign(7, "-") && sign(10, "Tt ") && sign(13, ":") && sign(16, ":")) {
        return None;
    }
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (hour, minute, second) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
    if !is_date(year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(19..)?;
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let fraction = rest.strip_suffix(zone)?;
    let millis = match fraction.strip_prefix('.') {
        Some(fraction) if !fraction.is_empty() && !fraction.contains('.') => {
            fraction.chars().chain("000".chars()).take(3).collect::<String>().parse::<i64>().ok()?
        }
        None if fraction.is_empty() => 0,
        _ => return None,
    };
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset(zone)?;
    Some(Timestamp(seconds * SECOND + millis))
}

/// Seconds east of UTC: `Z`, `+01:00`, `-0530`, `+01`.
pub(super) fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i64>().ok();
    let (hours, minutes) = match digits.len() {
        2 => (number(0..2)?, 0),
        4 => (number(0..2)?, number(2..4)?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-09-14T11:18:44.401+0000", 1_789_384_724_401),
            ("2026-09-14T12:18:44.401000+01:00", 1_789_384_724_401),
            ("2026-09-14T06:48:44.4-04:30", 1_789_384_724_400),
        ] {
            let time: Timestamp = text.parse().unwrap();
            assert_eq!(time.millis(), millis, "{text}");
            assert_eq!(time.to_string().parse(), Ok(time));
        }
        for wrong in
            ["", "2026-09-14", "2026-09-14T11:18:44", "2026-09-14T11:18:44.Z", "2026-09-14T11:18:44+1"]
        {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
        assert!(Timestamp::from_millis(i64::MAX).to_string().starts_with("9999-12-31"));
        assert!(Timestamp::from_millis(i64::MIN).to_string().starts_with("0000-01-01"));
    }
}
