//! The result of a proof: yes, no or unknown, with a witness or a reason.

/// Why a question is undecided.
///
/// ```
/// use cwfilter::analysis::{Bounds, Decision, Unknown, satisfiable};
/// let pattern = "{ $.a[999] = x }".parse()?;
/// assert_eq!(satisfiable(&pattern, &Bounds::default()), Decision::Unknown(Unknown::Index));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// The proof takes more than the limit of [`Bounds`](super::Bounds).
    #[error("the proof takes too many {0}")]
    Budget(&'static str),
    /// The automaton of a regular expression is too large, or the expression has a feature that automata cannot represent.
    #[error(
        "the regular expression `{0}` is too large for a proof, or has a feature that a proof does not support"
    )]
    Automaton(String),
    /// A selector has an array index above 12; a witness would need too large an array. With more steps than the default it may be higher
    /// ([`Bounds::steps`](super::Bounds::steps)).
    #[error("a selector has an array index above 12")]
    Index,
    /// A witness would have to contain a number, and the search found none.
    #[error("a witness would need a number in an unusual spelling, and the search found none")]
    Number,
    /// The patterns are of different kinds, and no witness was found.
    #[error("the patterns are of different kinds, and no witness was found")]
    Kinds,
    /// The reference evaluator did not confirm the witness that was found.
    #[error("the reference evaluator did not confirm the event that was found")]
    Witness,
}

/// The result of a question about patterns.
///
/// ```
/// use cwfilter::analysis::{Bounds, Decision, satisfiable};
/// let pattern = "{ $.level = ERROR }".parse()?;
/// match satisfiable(&pattern, &Bounds::default()) {
///     Decision::Yes(Some(event)) => assert_eq!(event, r#"{"level":"ERROR"}"#),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Proved. The event is a witness, if an event can show it.
    Yes(Option<String>),
    /// Refuted. The event is a witness, if an event can show it.
    No(Option<String>),
    /// Neither proved nor refuted, and why.
    Unknown(Unknown),
}

impl Decision {
    /// Whether the statement is proved.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        matches!(self, Decision::Yes(_))
    }

    /// Whether the statement is refuted.
    #[must_use]
    pub fn is_no(&self) -> bool {
        matches!(self, Decision::No(_))
    }
}
