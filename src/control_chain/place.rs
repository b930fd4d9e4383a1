//! Whether two resources are in one region of one account. An alarm watches the metrics of its own region and account, and acts on topics of
//! its own region (`PutMetricAlarm`: "Invalid region us-east-1 specified. Only us-west-2 is supported.").

use crate::metric_settings::Placement;

/// Whether two resources are in one region of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SamePlace {
    Yes,
    /// Only one of them says where it is.
    NotSaid,
    Unknown(String),
    /// No, because the regions or the accounts are these.
    No(String, String),
}

/// The twelve digits of the account, if they are known.
pub(super) fn account_id(place: &Placement) -> Option<&str> {
    place.account.as_deref()?.strip_prefix("account ")
}

/// Whether both are in one region. The accounts do not count.
pub(super) fn compare_region(one: &Placement, other: &Placement) -> SamePlace {
    let is_one_input = one.within == other.within;
    match (&one.region, &other.region) {
        (Some(a), Some(b)) if a == b => SamePlace::Yes,
        (Some(a), Some(b)) => SamePlace::No(a.clone(), b.clone()),
        (None, None) if one.open == other.open && (is_one_input || one.open.is_none()) => SamePlace::Yes,
        (None, None) if one.open.is_none() && other.open.is_none() => SamePlace::Yes,
        _ => match one.open.as_ref().or(other.open.as_ref()) {
            Some(open) => SamePlace::Unknown(format!("the region of {open} is not known")),
            None if is_one_input && !one.within.is_empty() => {
                SamePlace::Unknown("the region of the default provider is not known".to_owned())
            }
            None => SamePlace::NotSaid,
        },
    }
}

/// Whether both are in one region of one account.
pub(super) fn compare(one: &Placement, other: &Placement) -> SamePlace {
    let same = compare_region(one, other);
    if let (Some(a), Some(b)) = (account_id(one), account_id(other))
        && a != b
    {
        return match same {
            SamePlace::No(..) => same,
            _ => SamePlace::No(format!("account {a}"), format!("account {b}")),
        };
    }
    let is_other = |a: &String, b: &String| {
        // an id does not say which settings choose it
        a != b && a.starts_with("account ") == b.starts_with("account ")
    };
    match (&one.account, &other.account) {
        (Some(a), Some(b)) if is_other(a, b) && !matches!(same, SamePlace::No(..)) => {
            SamePlace::Unknown("their accounts may differ".to_owned())
        }
        _ => same,
    }
}
