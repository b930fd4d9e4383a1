//! A simulation as one page: no network, no script.

use crate::alarm::{Change, State};
use crate::escaped::Escaped;
use crate::simulation::{Course, Simulation};
use crate::time::civil;
use std::fmt::Write;

/// Width and height of a chart, in units of its own.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 150.0;
/// More bars than this are joined, the greatest of each group shown.
const BARS: usize = 480;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5d6878; --line: #d5dbe3; --ground: #ffffff; --panel: #f5f7fa;
  --bar: #3b6fb5; --limit: #b3261e; --band: #f3c9c5; --mark: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b6; --line: #3a4453; --ground: #12161c; --panel: #1b212a;
  --bar: #7aa7e8; --limit: #ff8a80; --band: #5a2723; --mark: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 0; }
p { margin: .25rem 0; color: var(--soft); }
a { color: inherit; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; font-size: .95rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
svg { display: block; width: 100%; height: auto; margin: .75rem 0 .25rem; }
svg text { fill: var(--soft); font-size: 11px; }
.bar { fill: var(--bar); } .limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 5 4; }
.band { fill: var(--band); } .mark { fill: var(--mark); } .axis { stroke: var(--line); }
details { border-top: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; } summary:focus-visible, a:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
code { font: .85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
";

/// The page.
#[must_use]
pub fn page(simulation: &Simulation<'_>, courses: &[Course<'_>]) -> String {
    let mut shown: Vec<&Course<'_>> = courses.iter().filter(|course| course.matches > 0).collect();
    shown.sort_by_key(|course| {
        (std::cmp::Reverse(course.alarms()), std::cmp::Reverse(course.matches), course.rule.id.as_str())
    });
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    let _ =
        write!(page, "<title>cwfilter simulation</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n");
    head(simulation, courses, &mut page);
    table(&shown, &mut page);
    if let Some(span) = simulation.span() {
        shown.iter().for_each(|course| section(course, span, &mut page));
    }
    let silent: Vec<&str> =
        courses.iter().filter(|course| course.matches == 0).map(|course| course.rule.id.as_str()).collect();
    if !silent.is_empty() {
        let items: String =
            silent.iter().map(|id| format!("<li><code>{}</code></li>", escaped(id))).collect();
        let _ = writeln!(
            page,
            "<section><details><summary>{} rules never fired</summary><ul>{items}</ul></details></section>",
            silent.len()
        );
    }
    page + "</main>\n</body>\n</html>\n"
}

fn head(simulation: &Simulation<'_>, courses: &[Course<'_>], page: &mut String) {
    let alarms: usize = courses.iter().map(|course| course.notifications().count()).sum();
    let span = match simulation.span() {
        Some((from, to)) => format!("{} to {}", time(from), time(to)),
        None => "no time".to_owned(),
    };
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let _ = write!(
        page,
        "<h1>{alarms} notification{} would have been sent</h1>\n<p>{} events, {span}; {} rules.</p>\n",
        plural(alarms),
        simulation.events(),
        courses.len(),
    );
}

fn table(shown: &[&Course<'_>], page: &mut String) {
    *page += "<table>\n<thead><tr><th scope=\"col\">rule</th><th scope=\"col\" class=\"number\">notifications</th>\
              <th scope=\"col\" class=\"number\">events</th></tr></thead>\n<tbody>\n";
    for course in shown {
        let id = escaped(&course.rule.id);
        let _ = writeln!(
            page,
            "<tr><td><a href=\"#{id}\">{id}</a></td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            course.notifications().count(),
            course.matches
        );
    }
    *page += "</tbody>\n</table>\n";
}

fn section(course: &Course<'_>, span: (i64, i64), page: &mut String) {
    let id = escaped(&course.rule.id);
    let title = escaped(course.rule.title.as_deref().unwrap_or_default());
    let _ = write!(page, "<section id=\"{id}\">\n<h2>{id}</h2>\n<p>{title}</p>\n");
    if course.alarm.is_some() {
        chart(course, span, page);
    } else {
        *page += "<p>The rule has no alarm.</p>\n";
    }
    for (change, events) in course.changes.iter().filter(|(change, _)| change.new == State::Alarm) {
        let items: String =
            events.iter().map(|event| format!("<li><code>{}</code></li>", escaped(event))).collect();
        let until = end(course, change).map_or("to the end".to_owned(), |end| format!("until {}", time(end)));
        let _ = writeln!(
            page,
            "<details><summary>{} {until}</summary><ul>{items}</ul></details>",
            time(change.time)
        );
    }
    *page += "</section>\n";
}

/// When the state changed again.
fn end(course: &Course<'_>, from: &Change) -> Option<i64> {
    course.changes.iter().map(|(change, _)| change.time).find(|time| *time > from.time)
}

fn chart(course: &Course<'_>, (from, to): (i64, i64), page: &mut String) {
    let Some(alarm) = &course.alarm else { return };
    let period = alarm.period.max(60) as i64;
    let last = course.changes.last().map_or(to, |(change, _)| change.time.max(to)) + period;
    let x = |time: i64| WIDTH * (time - from) as f64 / (last - from).max(1) as f64;
    let greatest = course
        .readings
        .iter()
        .map(|(_, value)| *value)
        .fold(alarm.threshold, f64::max)
        .max(f64::MIN_POSITIVE);
    let y = |value: f64| HEIGHT - (HEIGHT - 12.0) * (value / greatest).clamp(0.0, 1.0);
    let _ = writeln!(
        page,
        "<svg viewBox=\"0 -2 {WIDTH} {}\" role=\"img\" aria-label=\"{} over time, threshold {}\">",
        HEIGHT + 22.0,
        escaped(&course.rule.id),
        alarm.threshold
    );
    for (change, _) in course.changes.iter().filter(|(change, _)| change.new == State::Alarm) {
        let (left, right) = (x(change.time), x(end(course, change).unwrap_or(last)));
        let width = (right - left).max(2.0);
        let _ = writeln!(
            page,
            "<rect class=\"band\" x=\"{left:.1}\" y=\"0\" width=\"{width:.1}\" height=\"{HEIGHT}\"/>"
        );
    }
    let group = course.readings.len().div_ceil(BARS).max(1);
    for bars in course.readings.chunks(group) {
        let Some((start, _)) = bars.first() else { continue };
        let value = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        if value > 0.0 {
            let width = (x(start + period * group as i64) - x(*start)).max(1.5);
            let top = y(value);
            let _ = writeln!(
                page,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{} {value}</title></rect>",
                x(*start),
                HEIGHT - top,
                time(*start)
            );
        }
    }
    let limit = y(alarm.threshold);
    let label = format!("greatest {greatest}, threshold {}", alarm.threshold);
    let _ = writeln!(
        page,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
        WIDTH / 2.0,
        HEIGHT + 15.0
    );
    let _ =
        writeln!(page, "<line class=\"limit\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{limit:.1}\" y2=\"{limit:.1}\"/>");
    let _ = writeln!(page, "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/>");
    for change in course.notifications() {
        let _ = writeln!(
            page,
            "<circle class=\"mark\" cx=\"{:.1}\" cy=\"6\" r=\"4\"><title>notification at {}</title></circle>",
            x(change.time).clamp(4.0, WIDTH - 4.0),
            time(change.time)
        );
    }
    let _ = write!(
        page,
        "<text x=\"0\" y=\"{0}\">{1}</text><text x=\"{WIDTH}\" y=\"{0}\" text-anchor=\"end\">{2}</text>\n</svg>\n",
        HEIGHT + 15.0,
        time(from),
        time(last)
    );
}

fn time(seconds: i64) -> String {
    let (year, month, day, hour, minute) = civil(seconds);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

fn escaped(text: &str) -> String {
    let text = Escaped(text).to_string();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
