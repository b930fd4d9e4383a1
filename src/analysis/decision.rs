//! The answer to a question, and why there may be none.

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// It would take too much of this.
    #[error("the question takes more {0} than it may")]
    Budget(&'static str),
    /// A regular expression that makes no small automaton.
    #[error("the regular expression `{0}` is too large, or asks for what no automaton can")]
    Automaton(String),
    /// A place of an array that is too high to be made up.
    #[error("an index of an array above 12")]
    Index,
    /// An event would have to hold a number that the search did not find.
    #[error("only a number with a peculiar spelling could show it")]
    Number,
    /// JSON against lines of text, or terms against columns.
    #[error("patterns of different kinds")]
    Kinds,
    /// The reference evaluator says otherwise.
    #[error("the event that was found does not show it")]
    Witness,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is so; where an event shows it, this one.
    Yes(Option<String>),
    /// It is not; where an event shows that, this one.
    No(Option<String>),
    /// Not decided.
    Unknown(Unknown),
}

impl Answer {
    /// Proved.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        matches!(self, Answer::Yes(_))
    }

    /// Refuted.
    #[must_use]
    pub fn is_no(&self) -> bool {
        matches!(self, Answer::No(_))
    }
}
