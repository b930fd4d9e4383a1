//! Durations and times, as rule files write them: `90s`, `5m`, `1h`, `1d`.

use crate::limits::EVENTS_PER_TIMELINE;

/// The seconds of a duration such as `5m`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// The text of the number, and the seconds of the unit after it.
pub(super) fn number_and_unit(text: &str) -> Option<(&str, u64)> {
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    units.into_iter().find_map(|(sign, seconds)| Some((text.strip_suffix(sign)?, seconds)))
}

/// The seconds of a duration such as `5m`. `None` also if its number has more than 32 bits.
pub(super) fn length(text: &str) -> Option<i64> {
    let (number, unit) = number_and_unit(text)?;
    number.trim().parse::<u32>().ok().map(|number| i64::from(number) * unit as i64)
}

/// The times in seconds of `5m`, or of `1m+30sx4`: one at 1 minute and four more, one every 30 seconds.
pub(super) fn times(text: &str) -> Option<Vec<i64>> {
    let Some((start, steps)) = text.split_once('+') else { return Some(vec![length(text)?]) };
    let (step, count) = steps.split_once('x')?;
    let (start, step, count) = (length(start)?, length(step)?, count.trim().parse::<u32>().ok()?);
    let count = usize::try_from(count).ok().filter(|count| *count < EVENTS_PER_TIMELINE)?;
    Some((0..=count).map(|at| start + step * at as i64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_the_compact_notation() {
        assert_eq!(times("5m"), Some(vec![300]));
        assert_eq!(times("1m+30sx4"), Some(vec![60, 90, 120, 150, 180]));
        assert_eq!(times("0s + 1hx1".replace(' ', "").as_str()), Some(vec![0, 3600]));
        for wrong in ["", "5", "m", "1m+x", "1m+1m", "1m+1mx-1", "1m+1mx99999999"] {
            assert_eq!(times(wrong), None, "{wrong}");
        }
    }
}
