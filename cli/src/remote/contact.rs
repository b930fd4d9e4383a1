//! Whether a log group that is followed answers: the thread that asks writes it down, and the one that prints says it.

use crate::terminal::say;
use cwfilter::limits::FOLLOW_SILENCE_SECONDS;
use cwfilter::time::rfc3339;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Shared by the two threads.
#[derive(Clone)]
pub(super) struct Contact(Arc<Mutex<State>>);

struct State {
    /// `logs:GROUP`
    name: String,
    /// An answer is awaited, of a poll or of one after a poll that failed.
    is_asking: bool,
    /// When the poll began, in seconds since 1970.
    began: i64,
    /// The beginning of the last poll that was answered to its last page.
    whole: Option<i64>,
    /// Whether a page of the first poll came.
    has_page: bool,
    /// The last time that an answer came, or that the first one was asked for.
    heard: (Instant, i64),
    /// Why the last poll failed.
    why: Option<String>,
    /// The silence was said.
    is_noted: bool,
}

impl State {
    fn is_silent(&self) -> bool {
        self.is_asking && self.heard.0.elapsed() >= Duration::from_secs(FOLLOW_SILENCE_SECONDS)
    }
}

impl Contact {
    pub(super) fn new(name: String, now: i64) -> Self {
        Contact(Arc::new(Mutex::new(State {
            name,
            is_asking: true,
            began: now,
            whole: None,
            has_page: false,
            heard: (Instant::now(), now),
            why: None,
            is_noted: false,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A poll begins, at a time in seconds since 1970. After a poll that failed the silence goes on.
    pub(super) fn ask(&self, now: i64) {
        let mut state = self.state();
        state.began = now;
        if !std::mem::replace(&mut state.is_asking, true) {
            state.heard = (Instant::now(), now);
        }
    }

    /// A page came, and was handed on.
    pub(super) fn page(&self, now: i64) {
        let mut state = self.state();
        state.heard = (Instant::now(), now);
        state.has_page = true;
        state.why = None;
        if std::mem::take(&mut state.is_noted) {
            say!("note: {}: answers again", state.name);
        }
    }

    /// The last page of a poll was handed on.
    pub(super) fn whole(&self) {
        let mut state = self.state();
        state.is_asking = false;
        state.whole = Some(state.began);
    }

    /// A poll failed.
    pub(super) fn failed(&self, why: &str) {
        self.state().why = Some(why.to_owned());
    }

    /// Says once that no answer comes.
    pub(super) fn note(&self) {
        let mut state = self.state();
        if state.is_silent() && !std::mem::replace(&mut state.is_noted, true) {
            let since = rfc3339(state.heard.1);
            say!("note: {}: no answer since {since}; it is asked until Ctrl-C", state.name);
        }
    }

    /// Whether the end has nothing to wait for: all was answered, or the answer does not come soon.
    pub(super) fn is_over(&self) -> bool {
        let state = self.state();
        !state.is_asking || state.why.is_some() || state.is_silent()
    }

    /// What was asked for and not read, if the polls end now.
    pub(super) fn unread(&self) -> Option<String> {
        let state = self.state();
        if !state.is_asking {
            return None;
        }
        let why = state.why.as_deref().map_or(String::new(), |why| format!(" ({why})"));
        let is_cut = state.why.is_none() && !state.is_silent();
        let what = match is_cut {
            true => "it ended before the last page came".to_owned(),
            false => format!("no answer since {}{why}", rfc3339(state.heard.1)),
        };
        Some(match state.whole {
            Some(time) => format!("{what}; what came after {} was not read", rfc3339(time)),
            None if state.has_page => format!("{what}; only a part of the log events was read"),
            None => format!("{what}; nothing was read"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As if the last answer was long ago.
    fn silent(contact: &Contact) {
        let long = Duration::from_secs(FOLLOW_SILENCE_SECONDS);
        contact.state().heard.0 = Instant::now().checked_sub(long).unwrap();
    }

    #[test]
    fn what_was_not_read_is_said() {
        let contact = Contact::new("logs:x".to_owned(), 0);
        contact.ask(0);
        assert!(!contact.is_over());
        assert_eq!(contact.unread().unwrap(), "it ended before the last page came; nothing was read");
        silent(&contact);
        assert!(contact.is_over());
        assert_eq!(contact.unread().unwrap(), "no answer since 1970-01-01T00:00:00Z; nothing was read");
        contact.page(60);
        assert!(!contact.is_over());
        silent(&contact);
        let part = "no answer since 1970-01-01T00:01:00Z; only a part of the log events was read";
        assert_eq!(contact.unread().unwrap(), part);
        contact.page(61);
        contact.whole();
        silent(&contact);
        assert!(contact.is_over() && contact.unread().is_none());
        // a poll that failed is not forgotten when the next one begins
        contact.ask(120);
        contact.failed("throttled");
        contact.ask(180);
        let failed = "no answer since 1970-01-01T00:02:00Z (throttled); what came after 1970-01-01T00:00:00Z was not read";
        assert!(contact.is_over());
        assert_eq!(contact.unread().unwrap(), failed);
        contact.page(181);
        contact.whole();
        assert_eq!(contact.unread(), None);
        contact.ask(240);
        let cut = "it ended before the last page came; what came after 1970-01-01T00:03:00Z was not read";
        assert_eq!(contact.unread().unwrap(), cut);
    }
}
