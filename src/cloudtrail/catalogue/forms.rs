//! The forms of texts in records, such as that of a Region. AWS adds Regions, so that there is no list of them.

use crate::cloudtrail::{COMPASS, is_region};
use crate::time;

/// Whether a text has the form of a Region of recorded events: a direction and one digit are at its end, so that `us-esat-1` is none.
pub(crate) fn is_recorded_region(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let (number, word) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    is_region(text) && number.len() == 1 && COMPASS.contains(&word)
}

/// Whether a text is a second of the calendar in the form of `eventTime`: `2026-03-01T12:00:00Z`.
pub(crate) fn is_event_time(text: &str) -> bool {
    text.len() == "2026-03-01T12:00:00Z".len() && text.starts_with("20") && time::parse(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::is_account;
    use super::*;

    #[test]
    fn texts_that_have_the_form_and_texts_that_do_not() {
        type Form = fn(&str) -> bool;
        let rows: [(Form, &[&str], &[&str]); 3] = [
            (
                is_recorded_region,
                &[
                    "us-east-1",
                    "us-gov-west-1",
                    "ap-southeast-7",
                    "cn-northwest-1",
                    "eusc-de-east-1",
                    "us-isob-east-1",
                ],
                &[
                    "",
                    "us-esat-1",
                    "x",
                    "us-east-1a",
                    "US-EAST-1",
                    "-east-1",
                    "us-east",
                    "us-east-x",
                    "us-east-11",
                ],
            ),
            (is_account, &["123456789012"], &["", "1234", "12345678901x", "1234567890123"]),
            (
                is_event_time,
                &["2026-03-01T12:00:00Z", "2024-02-29T23:59:59Z"],
                &["", "2026-13-01T12:00:00Z", "2026-02-30T12:00:00Z", "2026-03-01", "0000-01-01T00:00:00Z"],
            ),
        ];
        for (has_form, right, wrong) in rows {
            assert_eq!(right.iter().find(|text| !has_form(text)), None);
            assert_eq!(wrong.iter().find(|text| has_form(text)), None);
        }
    }
}
