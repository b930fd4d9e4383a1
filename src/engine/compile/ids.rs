//! The ids within one plan. Each kind of id is a type of its own, so that ids of two kinds cannot be confused.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub(crate) struct $name(pub(super) u32);

            impl $name {
                /// The index in a list that has one element for each id.
                #[inline(always)]
                pub(crate) fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

ids! {
    /// A JSON pattern of a plan: an index in `JsonPlan::rules`.
    RuleId
    /// A predicate of a field, shared by all patterns that ask it: an index in `JsonPlan::predicates`.
    PredicateId
    /// What is asked of a rule after its trigger fired; rules that ask the same share it: an index in `JsonPlan::programs`.
    ProgramId
    /// A selector, shared by all predicates of its values.
    PathId
    /// A term of a set's term patterns.
    TermId
}

/// A pattern of a [`PatternSet`](crate::PatternSet); numbers follow the order in which patterns were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatternId(pub(super) u32);

impl PatternId {
    /// Its place in the order of adding, from 0.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("a", "A".parse()?).add("b", "B".parse()?).build()?;
    /// assert_eq!(set.id("b").map(|id| id.index()), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The pattern at this index. A set takes fewer than 2^32 patterns.
    pub(crate) fn at(place: usize) -> PatternId {
        PatternId(place as u32)
    }
}
