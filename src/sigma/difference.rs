//! Where an imported pattern differs from its Sigma rule.

/// Which events an imported rule judges otherwise than the Sigma rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Direction {
    /// Events that the Sigma rule matches and the pattern does not.
    Narrower,
    /// Events that the pattern matches and the Sigma rule does not.
    Wider,
}

impl Direction {
    /// The direction of a comparison that matches too few values, or of its negation.
    pub(super) fn of_narrow(is_negated: bool) -> Self {
        if is_negated { Direction::Wider } else { Direction::Narrower }
    }

    /// `narrower` or `wider`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Direction::Narrower => "narrower",
            Direction::Wider => "wider",
        }
    }
}

/// What a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Sigma ignores upper and lower case, and the pattern does not.
    Case,
    /// The pattern reads the field as one value; it may be a list or an object.
    List,
    /// A number or a boolean that is written as a text is one for one side only.
    NumberText,
    /// Null and a missing field are the same for one side only.
    Null,
    /// AWS's wildcards take the first occurrence of the text after a `*`.
    FirstOccurrence,
    /// A network is compared by the beginning of the text, which may be no address.
    Address,
    /// Evaluators of Sigma disagree about the comparison.
    Evaluators,
    /// The alarm counts in periods that follow each other, and Sigma in a window before each event.
    Window,
    /// The alarm counts all events together, and Sigma those of each group.
    Group,
    /// An event that several rules match is counted once.
    CountedOnce,
}

/// A difference that the import knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The byte of the comparison in the Sigma rule.
    pub at: usize,
    /// What it is about.
    pub kind: DifferenceKind,
    /// Which events are concerned.
    pub direction: Direction,
    /// One sentence.
    pub text: String,
}
