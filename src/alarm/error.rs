//! Settings of an alarm that are invalid, or that CloudWatch refuses.

/// Settings that CloudWatch refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AlarmError {
    /// Not 10, 20, 30 or a multiple of 60 seconds.
    #[error("a period of {0} s; 10, 20, 30 and multiples of 60 are allowed")]
    Period(u64),
    /// The threshold is not a number, or infinite: a request cannot have it.
    #[error("the threshold {0} is not a number; CloudWatch takes finite numbers only")]
    Threshold(f64),
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
    /// A required member of a request is missing.
    #[error("the member {member} is missing")]
    Member {
        /// Its path.
        member: String,
    },
    /// A member has a value of another type.
    #[error("{member}: {expected} is expected, not {found}")]
    Type {
        /// Its path.
        member: String,
        /// The type that is expected.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// Two members that exclude each other.
    #[error("{first} and {second} are given together; only one of them is allowed")]
    Together {
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A member has a value that is wrong.
    #[error("{member}: {error}")]
    Value {
        /// Its path.
        member: String,
        /// What is wrong.
        error: Box<AlarmError>,
    },
    /// A list that must have entries.
    #[error("{member}: the list is empty")]
    Empty {
        /// Its path.
        member: String,
    },
    /// Not exactly one entry of `Metrics` returns data.
    #[error(
        "Metrics: {0} entries return data, and an alarm compares exactly one; `ReturnData` is true if it is not given"
    )]
    ReturnData(usize),
    /// Two entries of `Metrics` with one id.
    #[error("{member}: the id `{id}` is there twice")]
    Twice {
        /// The path of the second.
        member: String,
        /// The id.
        id: String,
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
