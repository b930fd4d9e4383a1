//! What differs between two sides, as annotations of GitHub Actions.

use super::super::direction::{Direction, FailOn};
use super::super::pairing::NamedPattern;
use super::super::settings::{Change, Place};
use super::changed::Changed;
use super::text::described;
use super::{NotCompared, Report, Twins};
use cwfilter::escaped::{Escaped, EscapedLines};
use std::io::Write;

impl Report {
    /// Annotations of GitHub Actions: an error for each change that fails, a notice for each other change.
    pub(crate) fn github(&self, out: &mut impl Write, fail_on: Option<FailOn>) -> std::io::Result<()> {
        let level = |direction: Direction| if direction.fails(fail_on) { "error" } else { "notice" };
        for pair in self.pairs.iter().filter(|pair| pair.direction().is_changed) {
            let mut text = pair.sentences();
            text.extend(pair.settings.iter().map(Change::sentence));
            annotation(
                out,
                level(pair.direction()),
                Some(&place_of(&pair.of_b)),
                &pair.of_b.title(),
                &text.join("\n"),
            )?;
        }
        for moved in &self.moved {
            let [_, b] = moved.entries();
            let mut text = vec![moved.sentence()];
            text.extend(moved.settings.iter().map(Change::sentence));
            annotation(out, level(moved.direction()), Some(&place_of(b)), &b.title(), &text.join("\n"))?;
        }
        for it in &self.lone {
            let (place, text) = match it.is_in_a {
                true if it.entry.is_absent() => (None, "the pattern is gone; its filter was not made"),
                true => (None, "the pattern is gone: this change stops matching its events"),
                false if it.entry.is_absent() => {
                    (Some(&it.entry), "the pattern is new; its filter is not made")
                }
                false => (Some(&it.entry), "the pattern is new"),
            };
            let place = place.map(place_of);
            annotation(out, level(it.direction()), place.as_ref(), &it.entry.title(), text)?;
        }
        let is_alarm = Direction { is_changed: true, ..Direction::default() };
        for Changed { kind, name, only_in, moved_from, settings, at } in self.changed() {
            let mut text: Vec<String> = only_in.iter().map(|side| format!("only in {side}")).collect();
            text.extend(moved_from.iter().map(|from| format!("moved or renamed from {from}")));
            text.extend(settings.iter().map(Change::sentence));
            annotation(out, level(is_alarm), at, &format!("{kind} {name}"), &text.join("\n"))?;
        }
        for NotCompared { name, side, reason } in &self.not_compared {
            annotation(
                out,
                "error",
                None,
                name,
                &format!("not compared; the pattern in {side} is not known: {reason}"),
            )?;
        }
        for unread in &self.not_read {
            annotation(out, "error", None, &unread.name, &unread.text())?;
        }
        for Twins { name, in_a, in_b } in &self.twins {
            let text =
                format!("A has {in_a} with this name, B has {in_b}; paired by log group, text and order");
            annotation(out, "notice", None, name, &text)?;
        }
        let text = format!("{}; domain: {}", self.counts(), described(self.domain));
        annotation(out, "notice", None, "cwfilter diff", &text)
    }
}

fn place_of(entry: &NamedPattern) -> Place {
    (entry.file.clone(), Some(entry.line))
}

/// One workflow command.
fn annotation(
    out: &mut impl Write,
    level: &str,
    place: Option<&Place>,
    title: &str,
    text: &str,
) -> std::io::Result<()> {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(&Escaped(text).to_string()).replace(':', "%3A").replace(',', "%2C");
    let place = place.map_or_else(String::new, |(file, line)| {
        let line = line.map_or_else(String::new, |line| format!("line={line},"));
        format!("file={},{line}", property(&file.display().to_string()))
    });
    let text = data(&EscapedLines(text).to_string());
    // the parts are escaped, and the line is a command on purpose
    out.write_all(format!("::{level} {place}title={}::{text}\n", property(title)).as_bytes())
}
