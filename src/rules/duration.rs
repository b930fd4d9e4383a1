//! Lengths and points of time as rule files write them.

use crate::limits::EVENTS_PER_TIMELINE;

/// `60s`, `5m`, `1h`, `1d`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// The number's text, and the seconds of the unit behind it.
pub(super) fn number_and_unit(text: &str) -> Option<(&str, u64)> {
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    units.into_iter().find_map(|(sign, seconds)| Some((text.strip_suffix(sign)?, seconds)))
}

/// `90s`, `5m`, `1h`, `1d`, in seconds.
pub(super) fn length(text: &str) -> Option<i64> {
    let (number, unit) = number_and_unit(text)?;
    number.trim().parse::<u32>().ok().map(|number| i64::from(number) * unit as i64)
}

/// `5m`, or `1m+30sx4`: one at 1m and four more in steps of 30s.
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
