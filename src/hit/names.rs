//! Accounts and regions as people write them.

use crate::cloudtrail::{is_account, is_region};
use std::borrow::Cow;

/// Why a text is no account or no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing is there. It could mean all, or nothing.
    #[error("the value is empty; leave it out to want all")]
    Empty,
    /// It is no account id.
    #[error("an account id has 12 digits, as in `123456789012` or `1234-5678-9012`")]
    Account,
    /// It is no region.
    #[error("a region has the form `us-east-1`")]
    Region,
    /// It names a zone of a region.
    #[error("this is an Availability Zone; its region is `{0}`")]
    Zone(String),
}

/// An account id as records and files have it: 12 digits. The console shows it as `1234-5678-9012`.
///
/// ```
/// use cwfilter::hit::{NameError, account_id};
/// assert_eq!(account_id("1234-5678-9012").as_deref(), Ok("123456789012"));
/// assert_eq!(account_id("12345"), Err(NameError::Account));
/// ```
///
/// # Errors
/// If the text has another form.
pub fn account_id(text: &str) -> Result<String, NameError> {
    let text = filled(text)?;
    let is_grouped = text.len() == 14 && [4, 9].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
    let id = if is_grouped { Cow::Owned(text.replace('-', "")) } else { Cow::Borrowed(text) };
    if is_account(&id) { Ok(id.into_owned()) } else { Err(NameError::Account) }
}

/// A region as records and files have it: in lower case. Whether AWS has it is not checked, because AWS adds regions.
///
/// ```
/// use cwfilter::hit::{NameError, region_name};
/// assert_eq!(region_name("US-EAST-1").as_deref(), Ok("us-east-1"));
/// assert_eq!(region_name("us-east-1a"), Err(NameError::Zone("us-east-1".to_owned())));
/// ```
///
/// # Errors
/// If the text has another form.
pub fn region_name(text: &str) -> Result<String, NameError> {
    let region = filled(text)?.to_ascii_lowercase();
    if is_region(&region) {
        return Ok(region);
    }
    let without_zone = region.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let is_zone = region.len() == without_zone.len() + 1 && is_region(without_zone);
    Err(if is_zone { NameError::Zone(without_zone.to_owned()) } else { NameError::Region })
}

/// Blanks after a comma are no part of a name.
fn filled(text: &str) -> Result<&str, NameError> {
    let text = text.trim();
    if text.is_empty() { Err(NameError::Empty) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts() {
        for text in ["123456789012", "1234-5678-9012", " 123456789012", "1234-5678-9012 "] {
            assert_eq!(account_id(text).as_deref(), Ok("123456789012"), "{text:?}");
        }
        for (text, error) in [
            ("", NameError::Empty),
            (" ", NameError::Empty),
            ("12345", NameError::Account),
            ("1234567890123", NameError::Account),
            ("12345678901x", NameError::Account),
            ("12345-678-9012", NameError::Account),
            ("123-456-789-012", NameError::Account),
            ("１２３４５６７８９０１２", NameError::Account),
            ("arn:aws:iam::123456789012:root", NameError::Account),
        ] {
            assert_eq!(account_id(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn regions() {
        for (text, expected) in [
            ("us-east-1", "us-east-1"),
            ("US-EAST-1", "us-east-1"),
            (" Eu-West-3 ", "eu-west-3"),
            ("us-gov-west-1", "us-gov-west-1"),
            ("us-iso-east-1", "us-iso-east-1"),
            ("eusc-de-east-1", "eusc-de-east-1"),
        ] {
            assert_eq!(region_name(text).as_deref(), Ok(expected), "{text:?}");
        }
        for (text, error) in [
            ("", NameError::Empty),
            ("us-east1", NameError::Region),
            ("us_east_1", NameError::Region),
            ("us--1", NameError::Region),
            ("us-east-1-", NameError::Region),
            ("*-east-1", NameError::Region),
            ("N. Virginia", NameError::Region),
            ("us-east-1ab", NameError::Region),
            ("us-west-2-lax-1a", NameError::Region),
            ("EU-WEST-1b", NameError::Zone("eu-west-1".to_owned())),
        ] {
            assert_eq!(region_name(text), Err(error), "{text:?}");
        }
    }
}
