//! The subject of an e-mail and the text message: both name the alarm, cut to a length.

use super::Notification;
use crate::limits::{SMS_ALARM_NAME_CHARACTERS, SUBJECT_CHARACTERS};

const CUT: &str = "...";

impl Notification<'_> {
    /// The subject: at most 100 characters, in ASCII. A name that is too long is cut.
    #[must_use]
    pub fn subject(&self) -> String {
        let without_name = self.in_words("").chars().count();
        self.in_words(&shortened(&ascii(self.name()), SUBJECT_CHARACTERS.saturating_sub(without_name)))
    }

    /// The text message: the same with at most 90 characters of the name.
    #[must_use]
    pub fn sms(&self) -> String {
        self.in_words(&shortened(&ascii(self.name()), SMS_ALARM_NAME_CHARACTERS))
    }

    fn in_words(&self, name: &str) -> String {
        format!("{}: \"{name}\" in {}", self.transition.new, self.account.region_name())
    }
}

/// A run of characters outside ASCII becomes one `_`.
fn ascii(name: &str) -> String {
    let mut text = String::new();
    let mut is_in_run = false;
    for c in name.chars() {
        if c.is_ascii() {
            text.push(c);
        } else if !is_in_run {
            text.push('_');
        }
        is_in_run = !c.is_ascii();
    }
    text
}

/// The text, cut to at most this many characters; a text that is cut ends in `...`.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(CUT.len())).chain(CUT.chars()).collect()
}
