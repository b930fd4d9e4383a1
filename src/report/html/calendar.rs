//! Notifications per day, as months.

use crate::plural::counted;
use crate::simulation::{CompositeCourse, Course};
use crate::time::{DAY, civil};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The most months that are drawn.
const MONTHS_SHOWN: usize = 24;

/// Notifications a day, a month a table.
pub(super) fn calendar(courses: &[Course<'_>], composites: &[CompositeCourse<'_>], page: &mut String) {
    let mut days: BTreeMap<(i64, u32), BTreeMap<u32, usize>> = BTreeMap::new();
    let of_rules = courses.iter().flat_map(Course::notifications).map(|change| change.time);
    let sent = composites.iter().flat_map(|it| it.notifications.iter().map(|(time, _)| *time));
    for sent in of_rules.chain(sent) {
        let (year, month, day, ..) = civil(sent.seconds());
        *days.entry((year, month)).or_default().entry(day).or_default() += 1;
    }
    let months = days.len();
    *page += "<div class=\"months\">\n";
    for ((year, month), counts) in days.into_iter().take(MONTHS_SHOWN) {
        let first = days_from_civil(year, month, 1);
        let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let length = days_from_civil(next_year, next, 1) - first;
        // 1970-01-01 was a Thursday, and weeks begin on Mondays
        let blanks = (first + 3).rem_euclid(7);
        let _ = write!(
            page,
            "<table class=\"month\"><caption>{year:04}-{month:02}: notifications per day</caption>\n<thead><tr>"
        );
        for day in ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] {
            let _ = write!(page, "<th scope=\"col\">{day}</th>");
        }
        *page += "</tr></thead>\n<tbody><tr>";
        (0..blanks).for_each(|_| *page += "<td></td>");
        for day in 1..=length {
            if day > 1 && (blanks + day - 1) % 7 == 0 {
                *page += "</tr>\n<tr>";
            }
            let count = u32::try_from(day).ok().and_then(|day| counts.get(&day));
            let _ = match count {
                Some(count) => write!(page, "<td class=\"rang\"><small>{day}</small> <b>{count}</b></td>"),
                None => write!(page, "<td><small>{day}</small></td>"),
            };
        }
        // the last week is whole, too
        (0..(7 - (blanks + length) % 7) % 7).for_each(|_| *page += "<td></td>");
        *page += "</tr></tbody></table>\n";
    }
    *page += "</div>\n";
    if months > MONTHS_SHOWN {
        let _ = writeln!(page, "<p>and {}</p>", counted(months - MONTHS_SHOWN, "more month", "more months"));
    }
}

/// Days from 1970-01-01.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    crate::time::parse(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z"))
        .unwrap_or_default()
        .div_euclid(DAY)
}
