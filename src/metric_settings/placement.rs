//! The region and the account of a resource, as far as an input says.

use crate::cloudtrail::COMPASS;
use std::path::Path;

/// The region and the account of a resource.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Placement {
    /// The name of the region, if it is known.
    pub region: Option<String>,
    /// What decides the region, if that is known only at deployment. Nothing at all is known if both are `None`.
    pub(crate) open: Option<String>,
    /// The settings that choose the account: never shown, because they may have secrets.
    pub(crate) account: Option<String>,
    /// The configuration that the resource is a part of. Within one, a resource without a region is not taken to be where others are.
    pub(crate) within: String,
}

impl Placement {
    /// A place by an ARN such as that of an alarm.
    pub(crate) fn of_arn(arn: &str) -> Placement {
        let mut parts = arn.split(':').skip(3);
        let mut next = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        if !arn.starts_with("arn:") {
            return Placement::default();
        }
        let (region, account) = (next(), next());
        Placement { region, account: account.map(|id| format!("account {id}")), ..Placement::default() }
    }
}

/// The region in a name such as `alarms-eu-west-1.json` or `us-gov-west-1`. `None` if there is none, or several.
fn region_in(name: &str) -> Option<String> {
    let is_outside = |it: char| !it.is_ascii_alphanumeric() && it != '-';
    let mut found: Option<String> = None;
    for word in name.split(is_outside) {
        let parts: Vec<&str> = word.split('-').collect();
        for (at, pair) in parts.windows(2).enumerate().skip(1) {
            let [compass, number] = pair else { continue };
            let is_number = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit());
            if !is_number || !COMPASS.contains(compass) {
                continue;
            }
            // `us-gov-west-1`, `eusc-de-east-1`: an area of two words
            let is_area =
                |it: &&str| (2..=4).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_lowercase());
            let is_second = |it: &&str| matches!(*it, "gov" | "iso" | "isob" | "isoe" | "isof" | "de");
            let before = parts.get(..at).unwrap_or_default();
            let area = match before {
                [.., first, second] if is_second(second) && is_area(first) => format!("{first}-{second}"),
                [.., first] if is_area(first) => (*first).to_owned(),
                _ => continue,
            };
            let region = format!("{area}-{compass}-{number}");
            if found.replace(region.clone()).is_some_and(|other| other != region) {
                return None;
            }
        }
    }
    found
}

impl Placement {
    /// A place by the path of a file: people put the answers of each region into a folder, or a file, with its name.
    pub(crate) fn of_path(path: &Path) -> Placement {
        let names = path.components().rev().filter_map(|part| part.as_os_str().to_str());
        let region = names.into_iter().find_map(region_in);
        Placement { region, ..Placement::default() }
    }

    /// Whether nothing says where the resource is.
    pub(crate) fn is_silent(&self) -> bool {
        self.region.is_none() && self.open.is_none()
    }
}

impl std::fmt::Display for Placement {
    /// The region, what decides it, or `not said`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.region, &self.open) {
            (Some(region), _) => f.write_str(region),
            (None, Some(open)) => write!(f, "that of {open}"),
            (None, None) => f.write_str("not said"),
        }
    }
}

impl std::fmt::Debug for Placement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {}", self.region, self.open, self.within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_in_paths() {
        for (path, region) in [
            ("answers/eu-west-1/filters.json", "eu-west-1"),
            ("answers/filters-eu-west-1.json", "eu-west-1"),
            ("filters.us-gov-west-1.json", "us-gov-west-1"),
            ("my-team-ap-southeast-2/alarms.json", "ap-southeast-2"),
            ("eusc-de-east-1/x.json", "eusc-de-east-1"),
            ("us-east-1/eu-west-1/x.json", "eu-west-1"),
            ("eu-west-1-to-us-east-1/x.json", ""),
            ("my-app-1/x.json", ""),
            ("west-1/x.json", ""),
            ("production-west-1/x.json", ""),
            ("eu-west-12/x.json", ""),
            ("EU-WEST-1/x.json", ""),
        ] {
            let found = Placement::of_path(Path::new(path)).region.unwrap_or_default();
            assert_eq!(found, region, "{path}");
        }
    }
}
