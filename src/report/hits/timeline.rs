//! Hits over time, as bars.

use super::text::escaped;
use crate::plural::counted;
use crate::time::{DAY, rfc3339};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Width and height, in units of the drawing.
const WIDTH: i64 = 960;
const HEIGHT: u64 = 140;
/// Bars at most; more time is joined in one bar.
const BARS: i64 = 120;
/// Lengths of a bar, with their names.
const STEPS: [(i64, &str); 12] = [
    (60, "1 minute"),
    (300, "5 minutes"),
    (900, "15 minutes"),
    (3600, "1 hour"),
    (6 * 3600, "6 hours"),
    (DAY, "1 day"),
    (7 * DAY, "1 week"),
    (30 * DAY, "30 days"),
    (90 * DAY, "90 days"),
    (365 * DAY, "1 year"),
    (3650 * DAY, "10 years"),
    (365_000 * DAY, "1,000 years"),
];
/// Times under the axis.
const TICKS: i64 = 6;

/// The drawing of hits by second; nothing if no hit has a time.
pub(super) fn timeline(times: &BTreeMap<i64, u64>) -> String {
    let (Some((&first, _)), Some((&last, _))) = (times.first_key_value(), times.last_key_value()) else {
        return String::new();
    };
    let fits = |step: i64| last.div_euclid(step) - first.div_euclid(step) < BARS;
    let Some((step, name)) = STEPS.into_iter().find(|(step, _)| fits(*step)) else { return String::new() };
    let begin = first.div_euclid(step);
    let count = last.div_euclid(step) - begin + 1;
    let mut bars: BTreeMap<i64, u64> = BTreeMap::new();
    times.iter().for_each(|(time, hits)| *bars.entry(time.div_euclid(step) - begin).or_default() += hits);
    let most = bars.values().copied().max().unwrap_or(1);
    let mut out = format!(
        "<figure><svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"hits over time\">\n<text x=\"0\" y=\"22\">up to {} in {name}</text>\n",
        HEIGHT + 60,
        counted(most, "hit", "hits")
    );
    for (at, hits) in &bars {
        let (left, right) = (at * WIDTH / count, (at + 1) * WIDTH / count);
        let height = (hits * HEIGHT).div_ceil(most).max(2);
        let from = rfc3339((begin + at) * step);
        let _ = writeln!(
            out,
            "<rect class=\"bar\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{height}\"><title>{}: {}</title></rect>",
            HEIGHT + 30 - height,
            (right - left - 1).max(1),
            escaped(from.get(..16).unwrap_or_default()),
            counted(*hits, "hit", "hits"),
        );
    }
    let _ =
        writeln!(out, "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{0}\" y2=\"{0}\"/>", HEIGHT + 30);
    let width = if step < DAY { 16 } else { 10 };
    let ticks = count.min(TICKS);
    for tick in 0..ticks {
        let at = tick * count / ticks;
        let text = rfc3339((begin + at) * step);
        let text = text.get(..width).unwrap_or_default().replace('T', " ");
        // a phone has room for half of them
        let class = if tick % 2 == 1 { " class=\"second\"" } else { "" };
        let x = at * WIDTH / count;
        let _ = writeln!(out, "<text{class} x=\"{x}\" y=\"{}\">{}</text>", HEIGHT + 54, escaped(&text));
    }
    out + "</svg>\n</figure>\n"
}
