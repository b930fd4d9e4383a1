//! A simulation as one HTML page. The page loads nothing from the network. Its one script sorts the table; everything else works
//! without it.

mod calendar;
mod chart;
mod text;

use super::hits::uncovered_section;
use crate::alarm::{Change, State};
use crate::plural::counted;
use crate::simulation::{CompositeCourse, Course, Simulation};
use calendar::calendar;
use chart::{chart, composite_chart};
use std::fmt::Write;
use text::{escaped, time};

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5d6878; --line: #d5dbe3; --ground: #ffffff; --panel: #f5f7fa;
  --bar: #3b6fb5; --limit: #b3261e; --band: #f3c9c5; --mark: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b6; --line: #3a4453; --ground: #12161c; --panel: #1b212a;
  --bar: #7aa7e8; --limit: #ff8a80; --band: #5a2723; --mark: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 0; }
p { margin: .25rem 0; color: var(--soft); }
a { color: inherit; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; font-size: .95rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
svg { display: block; width: 100%; margin: .25rem 0; } svg * { vector-effect: non-scaling-stroke; }
.scale, .axis-words { font-size: .8125rem; margin: .5rem 0 0; }
.axis-words { display: flex; justify-content: space-between; gap: 1rem; margin: 0; }
.bar { fill: var(--bar); } .limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 5 4; }
.band { fill: var(--band); } .axis { stroke: var(--line); } .mark { stroke: var(--mark); stroke-width: 9; stroke-linecap: round; }
details { border-top: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; } summary:focus-visible, a:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
code { font: .85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 3px solid var(--bar); }
th[aria-sort=descending] button::after { content: ' ▼'; } th[aria-sort=ascending] button::after { content: ' ▲'; }
.legend { margin: 1rem 0; } .key { display: inline-block; width: 1rem; height: .7rem; margin-left: .6rem; }
.bar-key { background: var(--bar); } .band-key { background: var(--band); }
.limit-key { height: 0; border-top: 2px dashed var(--limit); vertical-align: middle; }
.mark-key { background: var(--mark); width: .6rem; height: .6rem; border-radius: 50%; }
.months { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.month { table-layout: fixed; margin: 0; } .month th { padding: .1rem .3rem; } .month caption { text-align: left; color: var(--soft); }
.month td { height: 2rem; border: 1px solid var(--line); padding: .1rem .2rem; white-space: nowrap; } .month small { color: var(--soft); }
.month .rang { background: var(--band); } .warn { color: var(--limit); font-weight: 600; }
@media print { section, .month, tr { break-inside: avoid; } * { print-color-adjust: exact; } th button::after { content: none; } }
";

/// The inputs of the page and the time when it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// The names of the inputs.
    pub inputs: Vec<String>,
    /// Seconds since 1970 at which the page was made; not shown if `None`.
    pub made: Option<i64>,
    /// Whether parts of the inputs could not be read; the page then warns.
    pub is_damaged: bool,
    /// Events that are not in the simulation: one sentence each, without a full stop.
    pub left_out: Vec<String>,
    /// How many inputs could not be read as a whole.
    pub failed_inputs: usize,
    /// Their errors, one line each.
    pub failures: Vec<String>,
    /// What else the page does not cover: what was skipped, is partial or matches no pattern of JSON. One sentence each.
    pub limits: Vec<String>,
}

impl About {
    /// A page about these inputs.
    #[must_use]
    pub fn new(inputs: Vec<String>, made: Option<i64>, is_damaged: bool) -> Self {
        About { inputs, made, is_damaged, ..About::default() }
    }

    /// Sets what the page does not cover: the number of inputs that could not be read as a whole, their errors, and sentences about the
    /// rest.
    #[must_use]
    pub fn uncovered(mut self, failed_inputs: usize, failures: Vec<String>, limits: Vec<String>) -> Self {
        (self.failed_inputs, self.failures, self.limits) = (failed_inputs, failures, limits);
        self
    }

    /// Sets the sentences about events that are not in the simulation.
    #[must_use]
    pub fn left_out(mut self, left_out: Vec<String>) -> Self {
        self.left_out = left_out;
        self
    }
}

/// The most inputs that are listed.
const INPUTS_SHOWN: usize = 20;

/// The page: notifications, calendar, a table of the rules that matched, and a chart for each.
#[must_use]
pub fn page(
    simulation: &Simulation<'_>,
    courses: &[Course<'_>],
    composites: &[CompositeCourse<'_>],
    about: &About,
) -> String {
    // an alarm that treats missing data as breaching, or whose metric another rule feeds, rings without a match of its own rule
    let is_shown = |course: &&Course<'_>| course.matches + course.untimed > 0 || course.alarms() > 0;
    let mut shown: Vec<&Course<'_>> = courses.iter().filter(is_shown).collect();
    shown.sort_by_key(|course| {
        (std::cmp::Reverse(course.alarms()), std::cmp::Reverse(course.matches), course.rule.id.as_str())
    });
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    let _ =
        write!(page, "<title>cwfilter simulation</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n");
    head(simulation, courses, composites, &mut page);
    sources(about, &mut page);
    table(&shown, composites, &mut page);
    calendar(courses, composites, &mut page);
    page += LEGEND;
    if let Some(span) = simulation.span() {
        for course in composites {
            composite(course, courses, composites, span, &mut page);
        }
        shown.iter().for_each(|course| section(course, span, &mut page));
    }
    let is_of_all = !about.is_damaged && about.failed_inputs == 0 && about.limits.is_empty();
    let of_what = if is_of_all { "" } else { " in what was read" };
    let silent: Vec<&str> =
        courses.iter().filter(|course| !is_shown(course)).map(|course| course.rule.id.as_str()).collect();
    if !silent.is_empty() {
        let items: String =
            silent.iter().map(|id| format!("<li><code>{}</code></li>", escaped(id))).collect();
        let _ = writeln!(
            page,
            "<section><details><summary>{} never matched{of_what}</summary><ul>{items}</ul></details></section>",
            counted(silent.len(), "rule", "rules")
        );
    }
    let _ = writeln!(page, "</main>\n<script>{SORT}</script>\n</body>\n</html>");
    page
}

/// The legend of the charts.
const LEGEND: &str = "<p class=\"legend\"><span class=\"key bar-key\"></span> statistic of a period \
    <span class=\"key limit-key\"></span> threshold <span class=\"key band-key\"></span> in ALARM \
    <span class=\"key mark-key\"></span> notification. All times are UTC.</p>\n";

/// A click on a heading sorts the table by its column.
const SORT: &str = "document.querySelectorAll('th button').forEach((button,_,all)=>button.addEventListener('click',()=>{\
const th=button.parentElement,at=[...th.parentElement.children].indexOf(th),body=th.closest('table').tBodies[0];\
const down=th.getAttribute('aria-sort')!=='descending';\
[...th.parentElement.children].forEach(other=>other.removeAttribute('aria-sort'));\
th.setAttribute('aria-sort',down?'descending':'ascending');\
const value=row=>row.cells[at].textContent;const number=th.classList.contains('number');\
[...body.rows].sort((a,b)=>(number?value(a)-value(b):value(a).localeCompare(value(b)))*(down?-1:1)).forEach(row=>body.append(row));}));";

fn sources(about: &About, page: &mut String) {
    let made = about.made.map_or(String::new(), |seconds| format!(" Made {} UTC.", time(seconds)));
    let _ = writeln!(page, "<p>cwfilter {}.{made} All times are UTC.</p>", env!("CARGO_PKG_VERSION"));
    if about.is_damaged && about.failed_inputs == 0 {
        *page +=
            "<p class=\"warn\">Parts of the inputs could not be read and are missing from this page.</p>\n";
    }
    for left_out in &about.left_out {
        let _ = writeln!(page, "<p>{}.</p>", escaped(left_out));
    }
    let limits = about.limits.iter().map(String::as_str);
    uncovered_section(about.failed_inputs, &about.failures, limits, page);
    let more = about.inputs.len().saturating_sub(INPUTS_SHOWN);
    let mut items: String = about
        .inputs
        .iter()
        .take(INPUTS_SHOWN)
        .map(|input| format!("<li><code>{}</code></li>", escaped(input)))
        .collect();
    if more > 0 {
        let _ = write!(items, "<li>and {more} more</li>");
    }
    let inputs = counted(about.inputs.len(), "input", "inputs");
    let _ = writeln!(page, "<details><summary>{inputs}</summary><ul>{items}</ul></details>");
}

fn head(
    simulation: &Simulation<'_>,
    courses: &[Course<'_>],
    composites: &[CompositeCourse<'_>],
    page: &mut String,
) {
    let of_rules: usize = courses.iter().map(|course| course.notifications().count()).sum();
    let alarms = of_rules + composites.iter().map(|it| it.notifications.len()).sum::<usize>();
    let span = match simulation.span() {
        Some((from, to)) => format!("{} to {} UTC", time(from), time(to)),
        None => "no time".to_owned(),
    };
    let untimed = match simulation.untimed() {
        0 => String::new(),
        count => format!(", {} without a time left out", counted(count, "event", "events")),
    };
    let _ = write!(
        page,
        "<h1>{} would have been sent</h1>\n<p>{}, {span}{untimed}; {}{}.</p>\n",
        counted(alarms, "notification", "notifications"),
        counted(simulation.events(), "event", "events"),
        counted(courses.len(), "rule", "rules"),
        match composites.len() {
            0 => String::new(),
            count => format!(" and {}", counted(count, "composite alarm", "composite alarms")),
        },
    );
}

/// The rules that matched and the composite alarms. A composite alarm has no events of its own.
fn table(shown: &[&Course<'_>], composites: &[CompositeCourse<'_>], page: &mut String) {
    *page += "<table>\n<thead><tr><th scope=\"col\"><button>rule</button></th><th scope=\"col\"><button>alarm</button></th><th scope=\"col\" class=\"number\"><button>notifications</button></th>\
              <th scope=\"col\" class=\"number\"><button>events</button></th></tr></thead>\n<tbody>\n";
    let mut row = |id: &str, alarm: &str, sent: usize, events: &str| {
        let id = escaped(id);
        let _ = writeln!(
            page,
            "<tr><td><a href=\"#{id}\">{id}</a></td><td>{alarm}</td><td class=\"number\">{sent}</td><td class=\"number\">{events}</td></tr>",
        );
    };
    for course in composites {
        // where a phone may break the words
        let is_evaluated = course.not_evaluated.is_none();
        let alarm = if is_evaluated { "com&shy;posite" } else { "com&shy;posite, not evalu&shy;ated" };
        row(&course.composite.id, alarm, course.notifications.len(), "");
    }
    for course in shown {
        let alarm = if course.alarm.is_some() { "metric" } else { "none" };
        row(&course.rule.id, alarm, course.notifications().count(), &course.matches.to_string());
    }
    *page += "</tbody>\n</table>\n";
}

/// A composite alarm: its rule, its times in ALARM beside those of its alarms, or why it was not evaluated.
fn composite(
    course: &CompositeCourse<'_>,
    courses: &[Course<'_>],
    composites: &[CompositeCourse<'_>],
    span: (i64, i64),
    page: &mut String,
) {
    let id = escaped(&course.composite.id);
    let title = escaped(course.composite.title.as_deref().unwrap_or_default());
    let rule = escaped(&course.composite.rule_text);
    let _ = write!(
        page,
        "<section id=\"{id}\">\n<h2>{id}</h2>\n<p>{title}</p>\n<p>Composite alarm: <code>{rule}</code></p>\n"
    );
    if let Some(why) = &course.not_evaluated {
        let why = escaped(&why.to_string());
        let _ = writeln!(page, "<p class=\"warn\">Not evaluated: {why}.</p>\n</section>");
        return;
    }
    let sent = counted(course.notifications.len(), "notification", "notifications");
    let suppressor = course
        .composite
        .suppressor
        .as_ref()
        .map(|it| format!(", {} suppressed by {}", course.suppressed, escaped(&it.alarm)));
    let _ = writeln!(page, "<p>{sent}{}.</p>", suppressor.unwrap_or_default());
    composite_chart(course, courses, composites, span, page);
    let begins: Vec<_> = course.changes.iter().filter(|change| change.new == State::Alarm).collect();
    let _ = write!(
        page,
        "<details><summary>{}</summary><ul>",
        counted(begins.len(), "change to ALARM", "changes to ALARM")
    );
    for change in begins.iter().take(EPISODES_SHOWN) {
        let names: Vec<&str> = change.triggering.iter().map(|child| child.name.as_str()).collect();
        let _ = write!(page, "<li>{}: {}</li>", time(change.time.seconds()), escaped(&names.join(", ")));
    }
    if begins.len() > EPISODES_SHOWN {
        let _ = write!(page, "<li>and {} more</li>", begins.len() - EPISODES_SHOWN);
    }
    *page += "</ul></details>\n";
    *page += "</section>\n";
}

fn section(course: &Course<'_>, span: (i64, i64), page: &mut String) {
    let id = escaped(&course.rule.id);
    let title = escaped(course.rule.title.as_deref().unwrap_or_default());
    let _ = write!(page, "<section id=\"{id}\">\n<h2>{id}</h2>\n<p>{title}</p>\n");
    words(course, page);
    if course.untimed > 0 {
        let events =
            counted(course.untimed, "matching event without a time is", "matching events without a time are");
        let _ = writeln!(page, "<p class=\"warn\">{events} in no metric.</p>");
    }
    if let Some(why) = course.why_silent() {
        let _ = writeln!(page, "<p>The alarm never went to ALARM: {}.</p>", escaped(&why));
    }
    if course.alarms() > 0 && course.notifications().next().is_none() {
        *page += "<p class=\"warn\">The alarm sends no notification.</p>\n";
    }
    if course.rings_again_for_the_same() {
        *page += "<p>Assumed: the same events ring the alarm again while the windows slide over them (docs/alarms.md).</p>\n";
    }
    if course.alarm.is_some() {
        chart(course, span, page);
    } else {
        *page += "<p>The rule has no alarm.</p>\n";
    }
    let episodes: Vec<_> = course.changes.iter().filter(|(change, _)| change.new == State::Alarm).collect();
    for (change, events) in episodes.iter().take(EPISODES_SHOWN) {
        let items: String =
            events.iter().map(|event| format!("<li><code>{}</code></li>", escaped(event))).collect();
        let ends = end(course, change);
        let until = ends.map_or("to the end".to_owned(), |end| format!("until {}", time(end)));
        let (count, peak) = episode(course, change, ends.unwrap_or(i64::MAX));
        let more = match count.saturating_sub(events.len() as u64) {
            0 => String::new(),
            more => format!("<li>and {more} more</li>"),
        };
        let peak = peak.map_or(String::new(), |peak| format!(", peak {peak}"));
        let _ = writeln!(
            page,
            "<details><summary>{} {until}: {}{peak}</summary><p>{}</p><ul>{items}{more}</ul></details>",
            time(change.time.seconds()),
            counted(count, "event", "events"),
            escaped(&change.reason),
        );
    }
    if episodes.len() > EPISODES_SHOWN {
        let more = counted(episodes.len() - EPISODES_SHOWN, "more episode", "more episodes");
        let _ = writeln!(page, "<p>and {more}</p>");
    }
    *page += "</section>\n";
}

/// The most episodes of a rule that are listed.
const EPISODES_SHOWN: usize = 100;

/// The time of the next change of state.
fn end(course: &Course<'_>, from: &Change) -> Option<i64> {
    course.changes.iter().map(|(change, _)| change.time.seconds()).find(|time| *time > from.time.seconds())
}

/// Matching events from the first period that led to ALARM to its end, and the greatest reading.
fn episode(course: &Course<'_>, change: &Change, ends: i64) -> (u64, Option<f64>) {
    let seen = change.periods.iter().filter(|(_, reading)| reading.is_some());
    let begins = seen.map(|(start, _)| start.seconds()).min().unwrap_or(change.time.seconds());
    let count = course.seen_between(begins, ends);
    let of_graph = course.readings.iter().filter(|(start, _)| (begins..ends).contains(start));
    let of_change = change.periods.iter().filter_map(|(_, reading)| reading.map(|it| it.value));
    let peak = of_graph.map(|(_, value)| *value).chain(of_change).reduce(f64::max);
    (count, peak)
}

/// The pattern, and the alarm in words.
fn words(course: &Course<'_>, page: &mut String) {
    let _ =
        writeln!(page, "<p><code>{}</code></p>", escaped(&course.rule.pattern.as_str().replace('\n', " ")));
    let Some(alarm) = &course.alarm else { return };
    let (m, n) = (alarm.datapoints_to_alarm.unwrap_or(alarm.evaluation_periods), alarm.evaluation_periods);
    let dimensions: Vec<String> = alarm
        .metric
        .dimensions
        .iter()
        .map(|(name, value)| format!("{} = {}", escaped(name), escaped(value)))
        .collect();
    let dimensions = match dimensions.len() {
        0 => String::new(),
        _ => format!(" with {}", dimensions.join(", ")),
    };
    let _ = writeln!(
        page,
        "<p>ALARM if {} of {}/{}{dimensions} over {} s is {} {} in {m} of {}; missing data: {}.</p>",
        alarm.statistic,
        escaped(&alarm.metric.namespace),
        escaped(&alarm.metric.name),
        alarm.period,
        alarm.comparison.words(),
        alarm.threshold,
        counted(n, "period", "periods"),
        alarm.treat_missing_data().name(),
    );
}
