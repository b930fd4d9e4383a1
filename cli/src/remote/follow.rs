//! `scan --follow`: asks a log group again and again for what is new.

use super::contact::Contact;
use super::logs::{LogGroup, Pages, document};
use super::refusal::Failure;
use super::retry;
use super::window::Window;
use crate::interrupt;
use crate::terminal::say;
use cwfilter::limits::{FOLLOW_FAILURES, FOLLOW_IDS, FOLLOW_OVERLAP_SECONDS, FOLLOW_PAUSE_SECONDS};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a signal waits until it is seen.
const TICK: Duration = Duration::from_millis(100);

/// The longest pause between two polls, in shortest ones.
const LONGEST: u32 = 5;

/// What comes next from a log group.
pub(crate) enum Next {
    /// A document of `filter-log-events`.
    Page(Vec<u8>),
    /// A signal asks for the end, and all was read that was asked for.
    Stopped,
    /// A signal asks for the end, and this was not read.
    Unread(String),
    /// No more can be read.
    Failed(Failure),
}

/// A log group that a thread asks, so that a signal does not wait for an answer.
pub(crate) struct Followed {
    pages: Receiver<Result<Vec<u8>, Failure>>,
    contact: Contact,
}

impl LogGroup {
    /// Begins to ask: from the start of the time range, or from now.
    pub(crate) fn follow(&self) -> Result<Followed, Failure> {
        let window = Window::new(self.start().unwrap_or_else(now), FOLLOW_IDS);
        let contact = Contact::new(self.name(), now().div_euclid(1000));
        let poll = Poll {
            name: self.name(),
            pages: self.pages()?,
            window,
            contact: contact.clone(),
            is_short: false,
        };
        let (sender, pages) = sync_channel(1);
        interrupt::stop_gently();
        let thread = std::thread::Builder::new().name("follow".to_owned()).spawn(move || poll.run(&sender));
        thread.map(|_| Followed { pages, contact }).map_err(|error| Failure::of_all(error.to_string()))
    }
}

impl Followed {
    /// Waits for the next page with new events. After a signal, an answer that comes soon is waited for.
    pub(crate) fn next(&self) -> Next {
        loop {
            match self.pages.recv_timeout(TICK) {
                Ok(message) => return Next::of(message),
                Err(RecvTimeoutError::Timeout) => self.contact.note(),
                Err(RecvTimeoutError::Disconnected) if interrupt::is_stopped() => return self.end(),
                Err(RecvTimeoutError::Disconnected) => {
                    return Next::Failed(Failure::of_all(
                        "the polls ended; please report this as a bug".to_owned(),
                    ));
                }
            }
            if interrupt::is_stopped() && self.contact.is_over() {
                // a page may have been sent before the poll was over
                return self.pages.try_recv().map_or_else(|_| self.end(), Next::of);
            }
        }
    }

    fn end(&self) -> Next {
        self.contact.unread().map_or(Next::Stopped, Next::Unread)
    }
}

impl Next {
    fn of(message: Result<Vec<u8>, Failure>) -> Self {
        message.map_or_else(Next::Failed, Next::Page)
    }
}

struct Poll {
    name: String,
    pages: Pages,
    window: Window,
    contact: Contact,
    /// It was said that the overlap is short.
    is_short: bool,
}

/// The scan takes no more pages, or a signal asks for the end.
struct Closed;

impl Poll {
    /// Polls until the scan ends, or until nothing can be read any more.
    fn run(mut self, sender: &SyncSender<Result<Vec<u8>, Failure>>) {
        let pause = Duration::from_secs(FOLLOW_PAUSE_SECONDS);
        let mut failures = 0;
        loop {
            let began = Instant::now();
            match self.once(sender) {
                Ok(Ok(())) => failures = 0,
                Ok(Err(Closed)) => return,
                Err(failure) if failure.is_transient && interrupt::is_stopped() => {
                    return self.contact.failed(&failure.message);
                }
                Err(failure) if failure.is_transient && failures + 1 < FOLLOW_FAILURES => {
                    failures += 1;
                    self.contact.failed(&failure.message);
                    say!("note: {}: {}; it is asked again", self.name, failure.message);
                    self.window.skip_forgotten();
                }
                Err(failure) => {
                    let _ = sender.send(Err(failure));
                    return;
                }
            }
            // a poll of many pages is followed by a longer pause, because other tools ask, too
            if !retry::rest(began.elapsed().clamp(pause, pause * LONGEST)) {
                return;
            }
        }
    }

    /// One poll, page by page.
    fn once(&mut self, sender: &SyncSender<Result<Vec<u8>, Failure>>) -> Result<Result<(), Closed>, Failure> {
        self.pages.restart(self.window.start);
        self.contact.ask(now().div_euclid(1000));
        while let Some(mut events) = self.pages.next()? {
            events.retain(|event| self.window.is_new(event));
            if !events.is_empty() && sender.send(Ok(document(&events))).is_err() {
                return Ok(Err(Closed));
            }
            self.contact.page(now().div_euclid(1000));
            if interrupt::is_stopped() && !self.pages.is_over() {
                return Ok(Err(Closed));
            }
        }
        self.contact.whole();
        if !self.window.advance(now()) && !std::mem::replace(&mut self.is_short, true) {
            say!(
                "note: {}: more than {FOLLOW_IDS} events in {} minutes; events that arrive late may be missed",
                self.name,
                FOLLOW_OVERLAP_SECONDS / 60
            );
        }
        Ok(Ok(()))
    }
}

/// In milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_default()
}
