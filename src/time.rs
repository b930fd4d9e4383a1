//! Converts between seconds since 1970 and calendar dates, in UTC. The algorithms are from Howard Hinnant, "chrono-Compatible Low-Level
//! Date Algorithms": years begin in March, so that the leap day is the last day of a year, and repeat in eras of 400 years.

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Year, month (1 to 12), day (1 to 31), hour and minute of a time in seconds since 1970-01-01T00:00:00Z.
pub fn civil(seconds: i64) -> (i64, u32, u32, u32, u32) {
    let minute = seconds.rem_euclid(DAY) / 60;
    // days since 0000-03-01, in eras of 400 years
    let shifted = seconds.div_euclid(DAY) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32, (minute / 60) as u32, (minute % 60) as u32)
}

/// A time in seconds since 1970 as `2026-03-04T10:15:30Z`.
///
/// ```
/// assert_eq!(cwfilter::time::rfc3339(1_772_359_260), "2026-03-01T10:01:00Z");
/// ```
#[must_use]
pub fn rfc3339(seconds: i64) -> String {
    let (year, month, day, hour, minute) = civil(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", seconds.rem_euclid(60))
}

/// Parses `2026-03-04T10:15:30Z` to seconds since 1970. A fraction of the second is ignored. `None` if the text has another form or
/// another time zone.
pub fn parse(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let sign = |at: usize, signs: &str| text.get(at..=at).is_some_and(|found| signs.contains(found));
    if !(sign(4, "-") && sign(7, "-") && sign(10, "Tt ") && sign(13, ":") && sign(16, ":")) {
        return None;
    }
    let fraction = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    if !matches!(fraction, "Z" | "z" | "+00:00" | "") {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !is_date(year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days(year, month, day) * DAY + hour * 3600 + minute * 60 + second)
}

/// The regular expression of the texts that [`duration`] reads.
pub const DURATION: &str = "^[0-9]+[smhdw]$";

/// Seconds of a duration: `90s`, `15m`, `24h`, `7d`, `2w`. `None` if the text has another form, or its number has more than 32 bits.
///
/// ```
/// assert_eq!(cwfilter::time::duration("15m"), Some(900));
/// assert_eq!(cwfilter::time::duration("-15m"), None);
/// ```
#[must_use]
pub fn duration(text: &str) -> Option<i64> {
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', DAY), ('w', 7 * DAY)];
    let found = units.into_iter().find_map(|(sign, seconds)| Some((text.strip_suffix(sign)?, seconds)));
    let (number, unit) = found?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.parse::<u32>().ok()).flatten().map(|number| i64::from(number) * unit)
}

/// Whether the calendar has this date: there is no 31st of February.
pub(crate) fn is_date(year: i64, month: i64, day: i64) -> bool {
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (1..=12).contains(&month) && day >= 1 && day <= days(next_year, next, 1) - days(year, month, 1)
}

/// The days from 1970-01-01 to a date; negative before it.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-03-04T10:15:30Z", 1_772_619_330),
            ("2026-03-04T10:15:30.123Z", 1_772_619_330),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("1969-12-31T23:59:00Z", -60),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
            let (year, month, day, hour, minute) = civil(seconds);
            assert_eq!(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"), text[..16]);
        }
        for text in [
            "",
            "2026-03-04",
            "2026-13-04T10:15:30Z",
            "2026-00-04T10:15:30Z",
            "2026-02-29T10:15:30Z",
            "2026-02-31T10:15:30Z",
            "1900-02-29T10:15:30Z",
            "2026-04-31T10:15:30Z",
            "2026-12-32T10:15:30Z",
            "2026-03-00T10:15:30Z",
            "2026-03-04T24:00:00Z",
            "2026-03-04T10:15:30+02:00",
            "2026-03-04T1a:15:30Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
