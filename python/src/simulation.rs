//! Replays archives through metric filters and alarms; the answer is JSON, from which `cwfilter.simulation` makes its classes.

use crate::archive::found;
use crate::json;
use crate::listing::{Listing, list, local, open_event_file};
use crate::rules::files;
use crate::selection::Selection;
use cwfilter::FilterPattern;
use cwfilter::alarm::{Change, State};
use cwfilter::cloudtrail::head;
use cwfilter::evidence::{Record, records};
use cwfilter::hit::{CopyKey, facts};
use cwfilter::limits::{DAMAGES_DESCRIBED, EVENTS_REMEMBERED};
use cwfilter::metric::SystemFields;
use cwfilter::plural::counted;
use cwfilter::rules::RuleFile;
use cwfilter::simulation::{Course, Simulation};
use cwfilter::time::{parse, rfc3339};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::PathBuf;

/// What the replay left out or could not read.
#[derive(Default)]
struct LeftOut {
    copies: u64,
    outside: u64,
    is_full: bool,
    errors: Vec<String>,
}

/// Replays files and folders, as `cwfilter.simulate` returns it.
#[pyfunction]
#[pyo3(signature = (rules, paths, selection, delay, keep_duplicates, account, region, log_group))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn replay(
    py: Python<'_>,
    rules: Vec<PathBuf>,
    paths: Vec<PathBuf>,
    selection: Selection,
    delay: i64,
    keep_duplicates: bool,
    account: Option<String>,
    region: Option<String>,
    log_group: Option<String>,
) -> PyResult<String> {
    let files = files(py, &rules)?;
    let listing = py.detach(|| list(&paths, &Selection::default()));
    found(&paths, &listing)?;
    let system = SystemFields { account, region, log_group };
    let answer = py.detach(|| {
        let simulation = Simulation::new(files.iter().flat_map(|file| &file.rules))?
            .composites(files.iter().flat_map(|file| &file.composites))
            .system(system)
            .delay(delay);
        Ok::<_, cwfilter::SetError>(run(simulation, &files, &listing, &selection, keep_duplicates))
    });
    let answer = answer.map_err(|error| PyValueError::new_err(error.to_string()))?;
    json::text(&answer)
}

fn run(
    mut simulation: Simulation<'_>,
    files: &[RuleFile],
    listing: &Listing,
    selection: &Selection,
    keep_duplicates: bool,
) -> Value {
    let (mut left_out, mut copies) = (LeftOut::default(), HashSet::new());
    let patterns = || files.iter().flat_map(|file| &file.rules).map(|rule| &rule.pattern);
    for (name, _) in &listing.files {
        let is_direct = listing.direct.iter().any(|it| it == name);
        let mut damages = 0;
        let mut damaged = |left_out: &mut LeftOut, line: String| {
            damages += 1;
            if damages <= DAMAGES_DESCRIBED {
                left_out.errors.push(format!("{}: {line}", local(name)));
            }
        };
        let input = match open_event_file(name, is_direct) {
            Ok(Some(input)) => input,
            Ok(None) => continue,
            Err(error) => {
                damaged(&mut left_out, format!("cannot read: {error}"));
                continue;
            }
        };
        let mut read = records(input).read_by(patterns());
        while let Some(record) = read.next() {
            match record {
                Ok(record) => {
                    let is_new = keep_duplicates || is_new(&record, &mut copies, &mut left_out);
                    if is_new && add(&mut simulation, &record, local(name), selection, &mut left_out) {
                        let matching = |pattern: &&FilterPattern| pattern.is_match(record.message(pattern));
                        read.matched(&record, patterns().filter(matching));
                    }
                }
                Err(error) => damaged(&mut left_out, format!("{error}; {}", error.help())),
            }
        }
        if let Some(error) = read.suspicion(patterns().any(FilterPattern::is_json)) {
            damaged(&mut left_out, format!("{error}; {}", error.help()));
        }
        if damages > DAMAGES_DESCRIBED {
            let more = counted(damages - DAMAGES_DESCRIBED, "more damaged place", "more damaged places");
            left_out.errors.push(format!("{}: {more}", local(name)));
        }
    }
    if left_out.is_full {
        left_out
            .errors
            .push("more events than are remembered; copies of later events are counted".to_owned());
    }
    answer(&simulation, files, &left_out)
}

/// Whether the event was not read before. The program remembers as many.
fn is_new(record: &Record, copies: &mut HashSet<CopyKey>, left_out: &mut LeftOut) -> bool {
    let Some(key) = CopyKey::of_event(&facts(&record.bytes)) else { return true };
    let has_room = copies.len() < EVENTS_REMEMBERED;
    let is_new = if has_room { copies.insert(key) } else { !copies.contains(&key) };
    left_out.is_full |= is_new && !has_room;
    left_out.copies += u64::from(!is_new);
    is_new
}

/// Adds an event; returns whether a rule matches it or may match it. One outside the selection is not matched here, but it shows that
/// the reader understands the file.
fn add(
    simulation: &mut Simulation<'_>,
    record: &Record,
    file: &str,
    selection: &Selection,
    left_out: &mut LeftOut,
) -> bool {
    let read = facts(&record.bytes);
    let of_event = || record.envelope.time.map(|time| rfc3339(time.div_euclid(1000)));
    let head = head(&record.bytes);
    let text = head.event_time.as_deref().map(str::to_owned).or_else(of_event);
    if selection.wanted.of_hit(&read, record.envelope.time).is_err() {
        left_out.outside += 1;
        return true;
    }
    let name = head.event_name.as_deref().unwrap_or("-");
    let label = || format!("{file}:{} {} {name}", record.number, text.as_deref().unwrap_or("-"));
    simulation.add_record(text.as_deref().and_then(parse), record, label)
}

/// By the names of `cwfilter.Simulation`.
fn answer(simulation: &Simulation<'_>, files: &[RuleFile], left_out: &LeftOut) -> Value {
    let courses = simulation.courses();
    let composites = simulation.composite_courses(&courses);
    let composites = composites.iter().map(|course| {
        let changes = course.changes.iter().map(|change| {
            let children: Vec<&str> = change.triggering.iter().map(|child| child.name.as_str()).collect();
            json!({"time": rfc3339(change.time.seconds()), "old": change.old.name(), "new": change.new.name(),
                "reason": format!("composite alarm: {}", children.join(", ")), "events": []})
        });
        json!({
            "rule": course.composite.id,
            "matches": 0,
            "changes": changes.collect::<Vec<_>>(),
            "notifications": course.notifications.iter().map(|(time, _)| rfc3339(time.seconds())).collect::<Vec<_>>(),
            "not_evaluated": course.not_evaluated.as_ref().map(ToString::to_string),
        })
    });
    let alarms = courses.iter().map(of_course).chain(composites).collect::<Vec<_>>();
    debug_assert!(alarms.len() >= files.iter().map(|file| file.rules.len()).sum::<usize>());
    json!({
        "events": simulation.events(),
        "untimed": simulation.untimed(),
        "copies": left_out.copies,
        "outside": left_out.outside,
        "errors": left_out.errors,
        "alarms": alarms,
    })
}

fn of_course(course: &Course<'_>) -> Value {
    let notifies = |change: &Change| course.alarm.as_ref().is_some_and(|alarm| alarm.notifies(change.new));
    let changes = course.changes.iter().filter(|(change, _)| {
        // the change from INSUFFICIENT_DATA to OK is not news
        change.new == State::Alarm || change.old == State::Alarm
    });
    let changes = changes.map(|(change, events)| {
        json!({"time": rfc3339(change.time.seconds()), "old": change.old.name(), "new": change.new.name(),
            "reason": change.reason, "events": events})
    });
    let sent = course.changes.iter().map(|(change, _)| change).filter(|change| notifies(change));
    let not_evaluated = match (&course.alarm, course.lacks) {
        (None, _) => Some("the rule has no alarm".to_owned()),
        (_, Some(field)) => Some(format!("the metric needs {field}: pass account, region or log_group")),
        _ if course.is_on_transformed_logs => {
            Some("the filter is applied on transformed logs; no transformer is modelled".to_owned())
        }
        _ => None,
    };
    json!({
        "rule": course.rule.id,
        "matches": course.matches,
        "changes": changes.collect::<Vec<_>>(),
        "notifications": sent.map(|change| rfc3339(change.time.seconds())).collect::<Vec<_>>(),
        "not_evaluated": not_evaluated,
    })
}
