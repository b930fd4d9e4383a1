//! Moments as people write them: all are UTC.

use crate::time::{duration, parse};

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MomentError {
    /// It has another form.
    #[error("write `2026-03-04`, `2026-03-04T10:15:00Z`, or how long ago: `90m`, `24h`, `7d`")]
    Form,
    /// It has a time zone other than UTC.
    #[error("all times are UTC: write the time in UTC, with `Z` or without a zone")]
    Zone,
    /// The calendar does not have the day.
    #[error("there is no such day")]
    Day,
}

/// Seconds since 1970 of a date (its first moment), of an ISO time in UTC, or of a duration before `now`.
///
/// ```
/// use cwfilter::hit::{MomentError, moment};
/// let now = 1_772_619_330; // 2026-03-04T10:15:30Z
/// assert_eq!(moment("2026-03-04T10:15:30Z", now), Ok(now));
/// assert_eq!(moment("2026-03-04", now), Ok(now - 36_930));
/// assert_eq!(moment("24h", now), Ok(now - 86_400));
/// assert_eq!(moment("2026-03-04T10:15:30+02:00", now), Err(MomentError::Zone));
/// ```
///
/// # Errors
/// If the text has another form.
pub fn moment(text: &str, now: i64) -> Result<i64, MomentError> {
    if let Some(ago) = duration(text) {
        return Ok(now.saturating_sub(ago));
    }
    let whole = match (text.len(), text.strip_suffix(['Z', 'z'])) {
        (10, None) => format!("{text}T00:00:00Z"),
        (16, None) => format!("{text}:00Z"),
        (17, Some(minute)) => format!("{minute}:00Z"),
        _ => text.to_owned(),
    };
    if let Some(seconds) = parse(&whole) {
        return Ok(seconds);
    }
    // the same with the first day of the month shows whether the day alone is wrong
    let first = whole.get(..8).zip(whole.get(10..)).map(|(month, time)| format!("{month}01{time}"));
    let day = whole.get(8..10).and_then(|day| day.parse::<u32>().ok());
    if day.is_some_and(|day| (1..=31).contains(&day)) && first.is_some_and(|first| parse(&first).is_some()) {
        return Err(MomentError::Day);
    }
    // a time with a sign where the zone is
    let zone = text.get(16..).and_then(|rest| rest.find(['+', '-']).and_then(|at| rest.get(at + 1..)));
    let has_zone = zone.is_some_and(|zone| zone.bytes().all(|byte| byte.is_ascii_digit() || byte == b':'));
    Err(if has_zone { MomentError::Zone } else { MomentError::Form })
}

/// As [`moment`], for the end of a range, which is no part of it. The times of events have whole seconds: a fraction is rounded up, so that
/// an event of that second is before the end.
///
/// ```
/// use cwfilter::hit::{end_moment, moment};
/// let (end, now) = ("2026-03-04T10:15:30.5Z", 0);
/// assert_eq!(end_moment(end, now), moment("2026-03-04T10:15:31Z", now));
/// assert_eq!(end_moment("2026-03-04T10:15:30.0Z", now), moment("2026-03-04T10:15:30Z", now));
/// ```
///
/// # Errors
/// If the text has another form.
pub fn end_moment(text: &str, now: i64) -> Result<i64, MomentError> {
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let is_past = fraction.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    moment(text, now).map(|second| second + i64::from(is_past))
}
