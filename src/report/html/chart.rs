//! Charts as SVG. A chart is stretched to the width of the page, so that it holds shapes only: texts are beside it, in the font of the
//! page, and keep their size on a phone. Lines and dots keep theirs by `vector-effect`.

use super::text::{escaped, time};
use crate::alarm::State;
use crate::simulation::{CompositeCourse, Course};
use std::fmt::Write;

/// Width and height of a chart, in SVG units.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 150.0;
/// The height of a row in the chart of a composite alarm.
const ROW: f64 = 24.0;
/// The most bars of a chart. More bars are grouped, and each group shows its greatest.
const BARS: usize = 480;
/// Parts of the time axis.
const TICKS: i64 = 8;

/// The times that a chart shows, in seconds.
#[derive(Clone, Copy)]
struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    fn x(self, time: i64) -> f64 {
        WIDTH * (time - self.from) as f64 / (self.to - self.from).max(1) as f64
    }

    /// A band over the times of a state.
    fn band(self, from: i64, to: Option<i64>, (top, height): (f64, f64), page: &mut String) {
        let (left, right) = (self.x(from), self.x(to.unwrap_or(self.to)));
        let title = format!(
            "in ALARM from {}{}",
            time(from),
            to.map_or(String::new(), |to| format!(" to {}", time(to)))
        );
        let _ = writeln!(
            page,
            "<rect class=\"band\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{title}</title></rect>",
            (right - left).max(2.0)
        );
    }

    /// A dot at the time of a notification.
    fn mark(self, at: i64, y: f64, page: &mut String) {
        let _ = writeln!(
            page,
            "<path class=\"mark\" d=\"M{:.1} {y:.1}h0\"><title>notification at {}</title></path>",
            self.x(at).clamp(4.0, WIDTH - 4.0),
            time(at)
        );
    }

    /// The ends of the axis, in words.
    fn words(self, page: &mut String) {
        let _ = writeln!(
            page,
            "<p class=\"axis-words\"><span>{}</span><span>{}</span></p>",
            time(self.from),
            time(self.to)
        );
    }
}

fn begin(label: &str, height: f64, page: &mut String) {
    let _ = writeln!(
        page,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" height=\"{height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">"
    );
}

/// The times in ALARM of a list of changes: from, and to if the state changed again.
fn alarms(changes: impl Iterator<Item = (i64, State)>) -> Vec<(i64, Option<i64>)> {
    let changes: Vec<(i64, State)> = changes.collect();
    let next = |at: usize| changes.get(at + 1).map(|(time, _)| *time);
    let in_alarm = changes.iter().enumerate().filter(|(_, (_, state))| *state == State::Alarm);
    in_alarm.map(|(at, (time, _))| (*time, next(at))).collect()
}

fn of_rule(course: &Course<'_>) -> Vec<(i64, Option<i64>)> {
    alarms(course.changes.iter().map(|(change, _)| (change.time.seconds(), change.new)))
}

fn of_composite(course: &CompositeCourse<'_>) -> Vec<(i64, Option<i64>)> {
    alarms(course.changes.iter().map(|change| (change.time.seconds(), change.new)))
}

/// The statistic of each period, the threshold, the times in ALARM and the notifications of a rule.
pub(super) fn chart(course: &Course<'_>, (from, to): (i64, i64), page: &mut String) {
    let Some(alarm) = &course.alarm else { return };
    let period = i64::try_from(alarm.period.max(60)).unwrap_or(i64::MAX);
    let last = course.changes.last().map_or(to, |(change, _)| change.time.seconds().max(to));
    let axis = Axis { from, to: last.saturating_add(period) };
    let values = course.readings.iter().map(|(_, value)| *value);
    let greatest = values.fold(alarm.threshold, f64::max).max(f64::MIN_POSITIVE);
    let y = |value: f64| HEIGHT - (HEIGHT - 12.0) * (value / greatest).clamp(0.0, 1.0);
    let _ = writeln!(page, "<p class=\"scale\">greatest {greatest}, threshold {}</p>", alarm.threshold);
    begin(
        &format!("{} over time, threshold {}", escaped(&course.rule.id), alarm.threshold),
        HEIGHT + 4.0,
        page,
    );
    for (from, to) in of_rule(course) {
        axis.band(from, to, (0.0, HEIGHT), page);
    }
    let group = course.readings.len().div_ceil(BARS).max(1);
    for bars in course.readings.chunks(group) {
        let Some((start, _)) = bars.first() else { continue };
        let value = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        if value > 0.0 {
            let length = period.saturating_mul(i64::try_from(group).unwrap_or(i64::MAX));
            let width = (axis.x(start.saturating_add(length)) - axis.x(*start)).max(1.5);
            let top = y(value);
            let _ = writeln!(
                page,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{} {value}</title></rect>",
                axis.x(*start),
                HEIGHT - top,
                time(*start)
            );
        }
    }
    for tick in 1..TICKS {
        let at = axis.from + (axis.to - axis.from) / TICKS * tick;
        let _ = writeln!(
            page,
            "<line class=\"axis\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{HEIGHT}\" y2=\"{1}\"><title>{2}</title></line>",
            axis.x(at),
            HEIGHT + 4.0,
            time(at)
        );
    }
    let limit = y(alarm.threshold);
    let _ =
        writeln!(page, "<line class=\"limit\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{limit:.1}\" y2=\"{limit:.1}\"/>");
    let _ = writeln!(page, "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/>");
    for change in course.notifications() {
        axis.mark(change.time.seconds(), 6.0, page);
    }
    *page += "</svg>\n";
    axis.words(page);
}

/// A row for a composite alarm and for each alarm that it names: when each is in ALARM. The notifications are in the first row.
pub(super) fn composite_chart(
    course: &CompositeCourse<'_>,
    courses: &[Course<'_>],
    composites: &[CompositeCourse<'_>],
    (from, to): (i64, i64),
    page: &mut String,
) {
    let names = course.composite.alarms();
    let of_name = |name: &str| {
        let rule = courses.iter().find(|it| it.rule.id == name).map(of_rule);
        rule.or_else(|| composites.iter().find(|it| it.composite.id == name).map(of_composite))
            .unwrap_or_default()
    };
    let mut rows = vec![(course.composite.id.as_str(), of_composite(course))];
    rows.extend(names.into_iter().map(|name| (name, of_name(name))));
    let ends = rows.iter().flat_map(|(_, list)| list).map(|(from, to)| to.unwrap_or(*from));
    let sent = course.notifications.iter().map(|(time, _)| time.seconds());
    let last = ends.chain(sent).fold(to, i64::max);
    let axis = Axis { from, to: last.saturating_add(60) };
    for (at, (name, list)) in rows.iter().enumerate() {
        let _ = writeln!(page, "<p class=\"scale\">{}</p>", escaped(name));
        begin(&format!("{} in ALARM over time", escaped(name)), ROW, page);
        for (from, to) in list {
            axis.band(*from, *to, (0.0, ROW), page);
        }
        let _ = writeln!(page, "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{ROW}\" y2=\"{ROW}\"/>");
        if at == 0 {
            course.notifications.iter().for_each(|(time, _)| axis.mark(time.seconds(), ROW / 2.0, page));
        }
        *page += "</svg>\n";
    }
    axis.words(page);
}
