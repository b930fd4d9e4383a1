//! Checks of the account and the region of a request.

use super::ServiceError;
use crate::cloudtrail::{is_account, is_region};

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

/// A Region of a known area. Whether the Region exists is not checked: AWS adds Regions.
pub(super) fn check_region(region: Option<&str>) -> Result<(), ServiceError> {
    let has_area = |text: &str| text.rsplitn(3, '-').nth(2).is_some_and(|area| AREAS.contains(&area));
    match region {
        Some(text) if !is_region(text) || !has_area(text) => {
            Err(wrong(format!("region: `{text}` has not the form of a region, such as `us-east-1`")))
        }
        _ => Ok(()),
    }
}
