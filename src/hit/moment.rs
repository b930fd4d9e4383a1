//! Moments as people and programs write them. A moment without a time zone is UTC.

use crate::time::{duration, parse};

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MomentError {
    /// It has another form.
    #[error("write `2026-03-04`, `2026-03-04T10:15:00Z`, or how long ago: `90m`, `24h`, `7d`")]
    Form,
    /// Its time zone is neither UTC nor an offset.
    #[error("write the time zone as `Z` or as an offset such as `+02:00`; a time without a zone is UTC")]
    Zone,
    /// The calendar does not have the day.
    #[error("there is no such day")]
    Day,
}

/// Seconds since 1970 of a date (its first moment in UTC), of an ISO time, or of a duration before `now`. A blank or a small letter
/// may be in the place of `T`, the seconds may have a fraction, and the time zone may be an offset. A fraction is cut off.
///
/// ```
/// use cwfilter::hit::{MomentError, moment};
/// let now = 1_772_619_330; // 2026-03-04T10:15:30Z
/// assert_eq!(moment("2026-03-04T10:15:30Z", now), Ok(now));
/// assert_eq!(moment("2026-03-04 12:15:30.250+02:00", now), Ok(now));
/// assert_eq!(moment("2026-03-04", now), Ok(now - 36_930));
/// assert_eq!(moment("24h", now), Ok(now - 86_400));
/// assert_eq!(moment("2026-03-04T10:15:30 CET", now), Err(MomentError::Zone));
/// ```
///
/// # Errors
/// If the text has another form.
pub fn moment(text: &str, now: i64) -> Result<i64, MomentError> {
    if let Some(ago) = duration(text) {
        return Ok(now.saturating_sub(ago));
    }
    let Parts { date, clock, offset, .. } = parts(text)?;
    if let Some(seconds) = parse(&format!("{date}T{clock}Z")) {
        return Ok(seconds - offset);
    }
    // the same with the first day of the month shows whether the day alone is wrong
    let day = date.get(8..10).and_then(|day| day.parse::<u32>().ok());
    let first = date.get(..8).and_then(|month| parse(&format!("{month}01T{clock}Z")));
    let is_other_day = day.is_some_and(|day| (1..=31).contains(&day)) && first.is_some();
    Err(if is_other_day { MomentError::Day } else { MomentError::Form })
}

/// The parts of a moment that is no duration.
struct Parts<'t> {
    date: &'t str,
    /// with seconds
    clock: String,
    /// the digits of the fraction of a second
    fraction: &'t str,
    /// seconds east of UTC
    offset: i64,
}

fn parts(text: &str) -> Result<Parts<'_>, MomentError> {
    let (date, rest) = text.split_at_checked(10).ok_or(MomentError::Form)?;
    if rest.is_empty() {
        return Ok(Parts { date, clock: "00:00:00".to_owned(), fraction: "", offset: 0 });
    }
    let rest = rest.strip_prefix(['T', 't', ' ']).ok_or(MomentError::Form)?;
    let (clock, mut rest) = leading(rest, |c| c.is_ascii_digit() || c == ':');
    let has_seconds = clock.len() == 8;
    let clock = match clock.len() {
        5 => format!("{clock}:00"),
        8 => clock.to_owned(),
        _ => return Err(MomentError::Form),
    };
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix(['.', ',']).filter(|_| has_seconds) {
        (fraction, rest) = leading(after, |c| c.is_ascii_digit());
        if fraction.is_empty() {
            return Err(MomentError::Form);
        }
    }
    Ok(Parts { date, clock, fraction, offset: offset(rest)? })
}

/// The characters at the start that `is_part` accepts, and the others.
fn leading(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Seconds east of UTC of a time zone: none, `Z`, `UTC`, or an offset: `+02:00`, `+0200`, `+02`. A blank may be before it.
fn offset(zone: &str) -> Result<i64, MomentError> {
    let name = zone.strip_prefix(' ').filter(|name| !name.is_empty()).unwrap_or(zone);
    if matches!(name, "" | "Z" | "z" | "UTC") {
        return Ok(0);
    }
    let (sign, digits) = match (name.strip_prefix('+'), name.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        // the name of a zone: `CET`, `Europe/Berlin`
        _ if name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '_' | '[' | ']')) => {
            return Err(MomentError::Zone);
        }
        _ => return Err(MomentError::Form),
    };
    let (hours, minutes) = match (digits.len(), digits.split_once(':')) {
        (2, None) => (digits, "00"),
        (4, None) => digits.split_at_checked(2).ok_or(MomentError::Zone)?,
        (5, Some(parts)) => parts,
        _ => return Err(MomentError::Zone),
    };
    let number = |text: &str, most: i64| -> Option<i64> {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok())?.filter(|number| *number <= most)
    };
    let parts = number(hours, 23).zip(number(minutes, 59));
    parts.map(|(hours, minutes)| sign * (hours * 3600 + minutes * 60)).ok_or(MomentError::Zone)
}

/// As [`moment`], for the end of a range, which is no part of it. The times of events have whole seconds: a fraction is rounded up, so that
/// an event of that second is before the end. `now` is cut to a second, so that the end of a duration is rounded up, too.
///
/// ```
/// use cwfilter::hit::{end_moment, moment};
/// let (end, now) = ("2026-03-04T10:15:30.5Z", 0);
/// assert_eq!(end_moment(end, now), moment("2026-03-04T10:15:31Z", now));
/// assert_eq!(end_moment("2026-03-04T10:15:30.0Z", now), moment("2026-03-04T10:15:30Z", now));
/// assert_eq!(end_moment("90s", 100), Ok(11));
/// ```
///
/// # Errors
/// If the text has another form.
pub fn end_moment(text: &str, now: i64) -> Result<i64, MomentError> {
    let second = moment(text, now)?;
    let is_past = duration(text).is_some()
        || parts(text).is_ok_and(|parts| parts.fraction.bytes().any(|digit| digit != b'0'));
    Ok(second + i64::from(is_past))
}
