//! Whether a resource is made: `count` and `for_each` of Terraform, `Condition` of templates.

/// Whether a resource is made with the values that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Made {
    #[default]
    Yes,
    No,
    /// A block of a module that only calls of the module make: the calls are read, too.
    ByCalls,
    /// It is decided at deployment, and why it is not known before.
    Unknown(String),
}

impl Made {
    /// As a part of something: made only if both are.
    pub(super) fn and(&self, inner: Made) -> Made {
        match (self, inner) {
            (Made::No | Made::ByCalls, _) | (_, Made::No | Made::ByCalls) => Made::No,
            (Made::Unknown(why), _) => Made::Unknown(why.clone()),
            (Made::Yes, inner) => inner,
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Made::No | Made::ByCalls)
    }

    /// Why it is not known whether it is made.
    pub(super) fn why_open(&self) -> Option<&str> {
        match self {
            Made::Unknown(why) => Some(why),
            Made::Yes | Made::No | Made::ByCalls => None,
        }
    }
}
