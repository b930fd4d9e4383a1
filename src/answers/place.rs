//! Checks of the account and the region of a request.

use super::ServiceError;
use crate::cloudtrail::is_account;

fn wrong(message: String) -> ServiceError {
    ServiceError::new("ValidationError", message)
}

/// An account has twelve digits.
pub(super) fn check_account(account: Option<&str>) -> Result<(), ServiceError> {
    match account {
        Some(id) if !is_account(id) => {
            Err(wrong(format!("account: `{id}` is not an account; an account has twelve digits")))
        }
        _ => Ok(()),
    }
}

/// The first parts of the names of regions (the expressions of AWS's SDKs for the regions of each partition).
const AREAS: [&str; 16] = [
    "us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "cn", "us-gov", "us-iso", "us-isob", "us-isof",
    "eu-isoe", "eusc-de",
];

/// A region is an area, a word and a number: `us-gov-west-1`. Whether the region exists is not checked: AWS adds regions.
pub(super) fn check_region(region: Option<&str>) -> Result<(), ServiceError> {
    let is_region = |text: &str| {
        let mut parts = text.rsplitn(3, '-');
        let (number, word, area) = (parts.next()?, parts.next()?, parts.next()?);
        let is = !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && AREAS.contains(&area);
        is.then_some(())
    };
    match region {
        Some(text) if is_region(text).is_none() => {
            Err(wrong(format!("region: `{text}` has not the form of a region, such as `us-east-1`")))
        }
        _ => Ok(()),
    }
}
