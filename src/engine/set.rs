//! Many patterns, matched against each log event: [`PatternSet`], its builder, and [`Matcher`].

use super::pattern::{FilterPattern, with_session};
use super::plan_description::PlanDescription;
use super::session::Compiled;
use super::set_matches::SetMatches;
use crate::engine::compile::{PatternId, Plan};
use crate::engine::simd::InstructionSet;
use crate::limits::{SET_PATTERNS, SET_REGEX_BYTES};
use crate::reference::for_each_regex;
use crate::syntax::regex::{CompiledRegex, compile, memory};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Many patterns, each with a name, compiled together.
///
/// A set is immutable and cheap to clone, and threads may share it. [`matches`](PatternSet::matches) and
/// [`is_match`](PatternSet::is_match) need nothing else; a loop over many events is faster with one
/// [`Matcher`](crate::Matcher) for each thread, which also reads files of events.
///
/// ```
/// use cwfilter::PatternSet;
/// let set = PatternSet::builder()
///     .add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?)
///     .add("refused", r#"{ $.errorCode = "AccessDenied*" }"#.parse()?)
///     .build()?;
/// let event = r#"{"userIdentity":{"type":"Root"},"errorCode":"AccessDeniedException"}"#;
/// let names: Vec<&str> = set.matches(event).map(|id| set.name(id)).collect();
/// assert_eq!(names, ["root", "refused"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PatternSet {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    names: Vec<String>,
    patterns: Vec<FilterPattern>,
    compiled: Compiled,
}

/// Why a set cannot be built.
///
/// ```
/// use cwfilter::{PatternSet, SetError};
/// let built = PatternSet::builder().add("a", "A".parse()?).add("a", "B".parse()?).build();
/// assert_eq!(built.unwrap_err(), SetError::DuplicateName { name: "a".to_owned() });
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// Two patterns have one name.
    #[error("two patterns are named `{name}`")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The processor has no instructions of this name, or the crate does not use them.
    #[error("no instruction set `{name}`")]
    UnknownInstructionSet {
        /// The name.
        name: String,
    },
    /// The set has more than [`SET_PATTERNS`] patterns.
    #[error("more than {SET_PATTERNS} patterns")]
    TooMany,
    /// The regular expressions take more memory than a set may.
    #[error("the regular expressions take more than {} MiB; split the set", SET_REGEX_BYTES >> 20)]
    RegexesTooLarge,
}

fn instruction_set(name: &str) -> Option<InstructionSet> {
    InstructionSet::available().into_iter().find(|instructions| instructions.name() == name)
}

/// Compiles each different regular expression once; an error if they take too much memory together.
fn regexes(patterns: &[(String, FilterPattern)]) -> Result<HashMap<&str, CompiledRegex>, SetError> {
    let (mut compiled, mut bytes) = (HashMap::new(), 0);
    for (_, pattern) in patterns {
        for_each_regex(pattern.ast(), &mut |regex| {
            if bytes <= SET_REGEX_BYTES
                && !compiled.contains_key(regex.body.as_str())
                && let Ok(new) = compile(regex)
            {
                bytes += memory(&new);
                compiled.insert(regex.body.as_str(), new);
            }
        });
        if bytes > SET_REGEX_BYTES {
            return Err(SetError::RegexesTooLarge);
        }
    }
    Ok(compiled)
}

/// Collects patterns for a [`PatternSet`].
///
/// Methods take and return `&mut Self`: a chain and a loop both work.
///
/// ```
/// use cwfilter::PatternSet;
/// let mut builder = PatternSet::builder();
/// for (name, text) in [("errors", "ERROR"), ("slow", "{ $.latency > 1000 }")] {
///     builder.add(name, text.parse()?);
/// }
/// let set = builder.build()?;
/// assert_eq!(set.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It also collects and extends from pairs of a name and a pattern:
///
/// ```
/// use cwfilter::{FilterPattern, PatternSetBuilder};
/// let patterns: Vec<(&str, FilterPattern)> = vec![("errors", "ERROR".parse()?), ("warnings", "WARN".parse()?)];
/// let mut builder: PatternSetBuilder = patterns.into_iter().collect();
/// builder.extend([("all", FilterPattern::try_from("")?)]);
/// assert_eq!(builder.build()?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PatternSetBuilder {
    patterns: Vec<(String, FilterPattern)>,
    instruction_set: Option<String>,
    structural: bool,
}

impl PatternSetBuilder {
    /// Adds a pattern. Names must differ; [`build`](PatternSetBuilder::build) checks it.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// assert!(set.is_match("ERROR: disk full"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(&mut self, name: impl Into<String>, pattern: FilterPattern) -> &mut Self {
        self.patterns.push((name.into(), pattern));
        self
    }

    /// Uses these instructions of the processor, one of [`PatternSet::instruction_sets`], instead of the
    /// best ones. Results do not change; for tests and benchmarks.
    #[doc(hidden)]
    pub fn instruction_set(&mut self, name: impl Into<String>) -> &mut Self {
        self.instruction_set = Some(name.into());
        self
    }

    /// Disables the prefilter. Results do not change; for tests and benchmarks.
    #[doc(hidden)]
    pub fn structural(&mut self) -> &mut Self {
        self.structural = true;
        self
    }

    /// Compiles the patterns. The builder keeps them, so that more can be added for another set.
    ///
    /// ```
    /// use cwfilter::{PatternSet, SetError};
    /// let mut builder = PatternSet::builder();
    /// builder.add("errors", "ERROR".parse()?).add("errors", "WARN".parse()?);
    /// assert_eq!(builder.build().unwrap_err(), SetError::DuplicateName { name: "errors".into() });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If two patterns have one name, if there are more than [`SET_PATTERNS`], or if the regular expressions take more
    /// than [`SET_REGEX_BYTES`] of memory.
    pub fn build(&self) -> Result<PatternSet, SetError> {
        if self.patterns.len() > SET_PATTERNS {
            return Err(SetError::TooMany);
        }
        let mut names = HashSet::new();
        if let Some((name, _)) = self.patterns.iter().find(|(name, _)| !names.insert(name.as_str())) {
            return Err(SetError::DuplicateName { name: name.clone() });
        }
        // `compile` keeps the expressions in use in a cache; the plan takes them from there
        let _in_use = regexes(&self.patterns)?;
        let plan = Plan::new(self.patterns.iter().map(|(_, pattern)| (pattern.ast(), pattern.semantics())));
        let compiled = Compiled::new(plan);
        let instructions = self.instruction_set.as_ref().map(|name| match instruction_set(name) {
            Some(instructions) => Ok(instructions),
            None => Err(SetError::UnknownInstructionSet { name: name.clone() }),
        });
        let compiled = compiled.with(instructions.transpose()?, !self.structural);
        let (names, patterns) = self.patterns.iter().cloned().unzip();
        Ok(PatternSet { inner: Arc::new(Inner { names, patterns, compiled }) })
    }
}

impl<N: Into<String>> Extend<(N, FilterPattern)> for PatternSetBuilder {
    fn extend<I: IntoIterator<Item = (N, FilterPattern)>>(&mut self, patterns: I) {
        self.patterns.extend(patterns.into_iter().map(|(name, pattern)| (name.into(), pattern)));
    }
}

impl<N: Into<String>> FromIterator<(N, FilterPattern)> for PatternSetBuilder {
    fn from_iter<I: IntoIterator<Item = (N, FilterPattern)>>(patterns: I) -> Self {
        let mut builder = PatternSetBuilder::default();
        builder.extend(patterns);
        builder
    }
}

impl PatternSet {
    /// A builder without patterns.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// assert_eq!(set.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn builder() -> PatternSetBuilder {
        PatternSetBuilder::default()
    }

    /// Compiles pairs of a name and a pattern.
    ///
    /// ```
    /// use cwfilter::{FilterPattern, PatternSet};
    /// let patterns = [("errors", FilterPattern::try_from("ERROR")?), ("all", FilterPattern::try_from("")?)];
    /// let set = PatternSet::try_from_iter(patterns)?;
    /// assert_eq!(set.matches("WARN").map(|id| set.name(id)).collect::<Vec<_>>(), ["all"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`PatternSetBuilder::build`].
    pub fn try_from_iter<N: Into<String>>(
        patterns: impl IntoIterator<Item = (N, FilterPattern)>,
    ) -> Result<PatternSet, SetError> {
        patterns.into_iter().collect::<PatternSetBuilder>().build()
    }

    /// The instruction sets that both this processor has and this crate uses, the best one last. For tests and
    /// benchmarks.
    #[doc(hidden)]
    #[must_use]
    pub fn instruction_sets() -> Vec<&'static str> {
        InstructionSet::available().into_iter().map(InstructionSet::name).collect()
    }

    /// The patterns that match the event, in the order of adding.
    ///
    /// The working memory belongs to the thread and is shared by all sets and patterns: after the first events, a call
    /// allocates nothing. A [`Matcher`](crate::Matcher) has memory of its own and is somewhat faster.
    ///
    /// ```
    /// use cwfilter::PatternSet;
    /// let set = PatternSet::builder()
    ///     .add("errors", "ERROR".parse()?)
    ///     .add("disk", "disk -timeout".parse()?)
    ///     .build()?;
    /// assert_eq!(set.matches("ERROR: disk full").map(|id| set.name(id)).collect::<Vec<_>>(), ["errors", "disk"]);
    /// assert_eq!(set.matches("ERROR: timeout").len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matches(&self, event: impl AsRef<[u8]>) -> SetMatches {
        with_session(|session| {
            session.run(&self.inner.compiled, event.as_ref(), false, false);
            SetMatches::new(&session.matched)
        })
    }

    /// Whether any pattern matches the event. Allocates nothing after the first events, as [`matches`](PatternSet::matches).
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// assert!(set.is_match("ERROR: disk full"));
    /// assert!(!set.is_match("all is well"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_match(&self, event: impl AsRef<[u8]>) -> bool {
        with_session(|session| {
            session.run(&self.inner.compiled, event.as_ref(), false, false);
            !session.matched.is_empty()
        })
    }

    /// The number of patterns.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// assert_eq!(set.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.names.len()
    }

    /// Whether the set has no patterns. Such a set matches nothing.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().build()?;
    /// assert!(set.is_empty() && !set.is_match("ERROR"));
    /// # Ok::<(), cwfilter::SetError>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.names.is_empty()
    }

    /// All patterns, in the order of adding.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("a", "A".parse()?).add("b", "B".parse()?).build()?;
    /// assert_eq!(set.ids().map(|id| set.name(id)).collect::<Vec<_>>(), ["a", "b"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ids(&self) -> impl Iterator<Item = PatternId> + use<> {
        (0..self.len()).map(PatternId::at)
    }

    /// The name of a pattern of this set; empty if the id is of another set and too large for this one.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// assert_eq!(set.matches("ERROR").map(|id| set.name(id)).collect::<Vec<_>>(), ["errors"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn name(&self, id: PatternId) -> &str {
        self.inner.names.get(id.index()).map_or("", String::as_str)
    }

    /// The pattern with this id; `None` if the id is of another set and too large for this one.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("errors", "ERROR".parse()?).build()?;
    /// let pattern = set.id("errors").and_then(|id| set.pattern(id));
    /// assert_eq!(pattern.map(|pattern| pattern.as_str()), Some("ERROR"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn pattern(&self, id: PatternId) -> Option<&FilterPattern> {
        self.inner.patterns.get(id.index())
    }

    /// The pattern with this name. Compares the names one by one.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder().add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?).build()?;
    /// assert_eq!(set.id("root").map(|id| set.name(id)), Some("root"));
    /// assert_eq!(set.id("other"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn id(&self, name: &str) -> Option<PatternId> {
        self.inner.names.iter().position(|known| known == name).map(PatternId::at)
    }

    /// Describes the compiled set for people: the trigger of each rule, the needles of the prefilter, the keys that are read, and
    /// the predicates that rules share.
    ///
    /// ```
    /// let set = cwfilter::PatternSet::builder()
    ///     .add("stopped", r#"{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }"#.parse()?)
    ///     .build()?;
    /// let plan = set.describe().to_string();
    /// assert!(plan.contains(r#"trigger   $.eventName = "StopLogging""#), "{plan}");
    /// assert!(plan.contains("then ask  $.errorCode NOT EXISTS"), "{plan}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn describe(&self) -> PlanDescription {
        PlanDescription::new(self.inner.names.clone(), &self.inner.patterns, &self.inner.compiled)
    }

    pub(super) fn compiled(&self) -> &Compiled {
        &self.inner.compiled
    }
}
