//! Which log events a poll has to ask for again, because late ones may be among them, and which of its answer are new.

use cwfilter::limits::FOLLOW_OVERLAP_SECONDS;
use serde_json::Value;
use std::collections::BTreeSet;

/// Timestamps are in milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Window {
    /// The first timestamp that the next poll asks for.
    pub(super) start: i64,
    newest: Option<i64>,
    /// Timestamps and ids of the events that a poll may bring again.
    ids: BTreeSet<(i64, Box<str>)>,
    /// The most ids.
    room: usize,
    /// The last timestamp of the ids that there was no room for.
    forgotten: Option<i64>,
}

impl Window {
    pub(super) fn new(start: i64, room: usize) -> Self {
        Window { start, newest: None, ids: BTreeSet::new(), room, forgotten: None }
    }

    /// Whether no poll has brought the event before.
    pub(super) fn is_new(&mut self, event: &Value) -> bool {
        let time = event.get("timestamp").and_then(Value::as_i64).unwrap_or(self.start);
        let id = event.get("eventId").and_then(Value::as_str).map(Box::from);
        if !self.ids.insert((time, id.unwrap_or_else(|| event.to_string().into()))) {
            return false;
        }
        self.newest = self.newest.max(Some(time));
        while self.ids.len() > self.room {
            self.forgotten = self.forgotten.max(self.ids.pop_first().map(|(time, _)| time));
        }
        true
    }

    /// After a poll that was read to its end: the next one begins a while before the newest event. `now` keeps events that are dated in
    /// the future from moving it. Returns false if the while is shorter, because there were too many events.
    pub(super) fn advance(&mut self, now: i64) -> bool {
        if let Some(newest) = self.newest {
            let wanted = newest.min(now).saturating_sub(FOLLOW_OVERLAP_SECONDS.saturating_mul(1000));
            self.start = self.start.max(wanted);
        }
        let is_whole = self.forgotten.is_none_or(|time| time < self.start);
        self.skip_forgotten();
        is_whole
    }

    /// After a poll that was cut. Events come in the order of their timestamps, so that those whose ids are forgotten were read.
    pub(super) fn skip_forgotten(&mut self) {
        if let Some(time) = self.forgotten {
            self.start = self.start.max(time.saturating_add(1));
        }
        self.ids = self.ids.split_off(&(self.start, Box::from("")));
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use cwfilter::limits::FOLLOW_OVERLAP_SECONDS;
    use serde_json::json;

    const OVERLAP: i64 = FOLLOW_OVERLAP_SECONDS * 1000;
    const NOW: i64 = 1_800_000_000_000;

    /// Whether each event, a timestamp and an id, is new.
    fn new(window: &mut Window, events: &[(i64, &str)]) -> Vec<bool> {
        let event = |(time, id): &(i64, &str)| json!({ "timestamp": time, "eventId": id });
        events.iter().map(|it| window.is_new(&event(it))).collect()
    }

    #[test]
    fn a_late_event_is_new_and_a_copy_is_not() {
        let mut window = Window::new(NOW - 10 * OVERLAP, 100);
        assert_eq!(new(&mut window, &[(NOW - OVERLAP, "a"), (NOW, "b"), (NOW, "b")]), [true, true, false]);
        assert!(window.advance(NOW));
        assert_eq!(window.start, NOW - OVERLAP);
        assert_eq!(
            new(&mut window, &[(NOW - OVERLAP, "a"), (NOW - 5, "late"), (NOW, "b")]),
            [false, true, false]
        );
        // without news it stays
        assert!(window.advance(NOW + OVERLAP));
        assert_eq!((window.start, window.ids.len()), (NOW - OVERLAP, 3));
        // an event from the future does not move it beyond now
        assert_eq!(new(&mut window, &[(NOW + 5 * OVERLAP, "future")]), [true]);
        assert!(window.advance(NOW + 1));
        assert_eq!(window.start, NOW + 1 - OVERLAP);
        assert_eq!(new(&mut window, &[(NOW + 2, "c"), (NOW + 5 * OVERLAP, "future")]), [true, false]);
        // events without an id are told apart by what they are
        let event = json!({ "timestamp": NOW, "message": "x" });
        assert_eq!([window.is_new(&event), window.is_new(&event)], [true, false]);
    }

    #[test]
    fn ids_are_bounded() {
        let mut window = Window::new(NOW, 3);
        assert_eq!(new(&mut window, &[(NOW, "a"), (NOW + 1, "b"), (NOW + 2, "c")]), [true; 3]);
        assert!(window.advance(NOW + 2));
        assert_eq!(new(&mut window, &[(NOW + 2, "d"), (NOW + 3, "e")]), [true; 2]);
        // what is forgotten is not asked for again, and that is said
        assert_eq!(window.ids.len(), 3);
        assert!(!window.advance(NOW + 3));
        assert_eq!(window.start, NOW + 2);
        assert_eq!(new(&mut window, &[(NOW + 2, "c"), (NOW + 2, "d"), (NOW + 3, "e")]), [false; 3]);
        // a long history is no reason to say so
        let mut window = Window::new(NOW - 9 * OVERLAP, 3);
        assert_eq!(
            new(&mut window, &[(NOW - 8 * OVERLAP, "a"), (NOW - 2, "b"), (NOW - 1, "c"), (NOW, "d")]),
            [true; 4]
        );
        assert!(window.advance(NOW));
        assert_eq!(window.start, NOW - OVERLAP);
    }
}
