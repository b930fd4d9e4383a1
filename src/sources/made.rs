//! Whether a resource is made: `count` and `for_each` of Terraform, `Condition` of templates.

/// Whether a resource is made with the values that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Made {
    #[default]
    Yes,
    No,
    /// It is decided at deployment, and why it is not known before.
    Unknown(String),
}

impl Made {
    /// As a part of something: made only if both are.
    pub(super) fn and(&self, inner: Made) -> Made {
        match (self, inner) {
            (Made::No, _) | (_, Made::No) => Made::No,
            (Made::Unknown(why), _) => Made::Unknown(why.clone()),
            (Made::Yes, inner) => inner,
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        *self == Made::No
    }

    /// Why it is not known whether it is made.
    pub(super) fn why_open(&self) -> Option<&str> {
        match self {
            Made::Unknown(why) => Some(why),
            Made::Yes | Made::No => None,
        }
    }
}
