//! Times of events, as tests of alarms write them: `5m`, `1m+30sx4`.

use crate::limits::EVENTS_PER_TIMELINE;
use crate::time::duration;

/// The regular expression of the texts that [`times`] reads.
#[cfg(feature = "schema")]
pub(super) const TIMES: &str = r"^\s*[0-9]+[smhdw]\s*(\+\s*[0-9]+[smhdw]\s*x\s*\+?[0-9]+\s*)?$";

/// The times in seconds of `5m`, or of `1m+30sx4`: one at 1 minute and four more, one every 30 seconds.
pub(super) fn times(text: &str) -> Option<Vec<i64>> {
    let Some((start, steps)) = text.split_once('+') else { return Some(vec![duration(text.trim())?]) };
    let (step, count) = steps.split_once('x')?;
    let (start, step, count) =
        (duration(start.trim())?, duration(step.trim())?, count.trim().parse::<u32>().ok()?);
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
        assert_eq!(times("0s + 1hx1"), Some(vec![0, 3600]));
        for wrong in ["", "5", "m", "1m+x", "1m+1m", "1m+1mx-1", "1 5m", "-5m", "+5m", "1m+1mx99999999"] {
            assert_eq!(times(wrong), None, "{wrong}");
        }
    }
}
