//! Settings of an alarm that are invalid, or that CloudWatch refuses.

/// Settings that CloudWatch refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AlarmError {
    /// Not 10, 20, 30 or a multiple of 60 seconds.
    #[error("a period of {0} s; 10, 20, 30 and multiples of 60 are allowed")]
    Period(u64),
    /// The evaluated periods go back too far: more than a week, or more than a day for periods below an hour.
    #[error("{periods} periods of {period} s are more than {allowed} s")]
    Range {
        /// How many.
        periods: usize,
        /// How long.
        period: u64,
        /// What is allowed.
        allowed: u64,
    },
    /// M is not between 1 and N.
    #[error("{m} of {n}: the first number is 1 to the second")]
    MOfN {
        /// M
        m: usize,
        /// N
        n: usize,
    },
    /// A required member of a request is missing, or a value has the wrong type.
    #[error("the member {member} is lacking or has no value of its type")]
    Member {
        /// Its name.
        member: String,
    },
    /// A part of CloudWatch alarms that this crate does not model.
    #[error("{what} is not modelled")]
    NotModelled {
        /// What.
        what: String,
    },
    /// A name that is not known.
    #[error("no {what} `{text}`")]
    Unknown {
        /// Of what.
        what: &'static str,
        /// The text.
        text: String,
    },
}
