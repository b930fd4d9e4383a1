//! The region and the account of a resource, as far as an input says.

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
