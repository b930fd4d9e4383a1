//! Many patterns, matched against each log event: [`PatternSet`], its builder, and [`Matcher`].

use super::pattern::FilterPattern;
use super::plan_description::PlanDescription;
use super::session::{Compiled, Session};
use crate::engine::compile::{PatternId, Plan};
use crate::engine::json::{SplitError, split_records};
use crate::engine::simd::InstructionSet;
use crate::limits::{SET_PATTERNS, SET_REGEX_BYTES};
use crate::reference::for_each_regex;
use crate::syntax::regex::{CompiledRegex, compile, memory};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// Compiled patterns, each with a name. A set is immutable, cheap to clone and shared between threads; each thread uses a
/// [`Matcher`] of its own.
///
/// ```
/// use cwfilter::PatternSet;
/// let set = PatternSet::builder()
///     .add("root", r#"{ $.userIdentity.type = "Root" }"#.parse()?)
///     .add("refused", r#"{ $.errorCode = "AccessDenied*" }"#.parse()?)
///     .build()?;
/// let mut matcher = set.matcher();
/// let event = br#"{"userIdentity":{"type":"Root"},"errorCode":"AccessDeniedException"}"#;
/// let names: Vec<&str> = matcher.matches(event).map(|id| set.name(id)).collect();
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
#[derive(Debug, Clone, Default)]
pub struct PatternSetBuilder {
    patterns: Vec<(String, FilterPattern)>,
    instruction_set: Option<String>,
    structural: bool,
}

impl PatternSetBuilder {
    /// Adds a pattern.
    #[must_use]
    pub fn add(mut self, name: impl Into<String>, pattern: FilterPattern) -> Self {
        self.patterns.push((name.into(), pattern));
        self
    }

    /// Uses these instructions of the processor, one of [`PatternSet::instruction_sets`], instead of the best ones. Results do
    /// not change; useful only for tests and benchmarks.
    #[must_use]
    pub fn instruction_set(mut self, name: impl Into<String>) -> Self {
        self.instruction_set = Some(name.into());
        self
    }

    /// Disables the prefilter. Results do not change; useful only for tests and benchmarks.
    #[must_use]
    pub fn structural(mut self) -> Self {
        self.structural = true;
        self
    }

    /// Compiles the patterns.
    ///
    /// # Errors
    /// If two patterns have one name, if there are more than [`SET_PATTERNS`] patterns, if the regular expressions take too much
    /// memory together, or if the instruction set is unknown.
    pub fn build(self) -> Result<PatternSet, SetError> {
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
        let instructions = self.instruction_set.map(|name| match instruction_set(&name) {
            Some(instructions) => Ok(instructions),
            None => Err(SetError::UnknownInstructionSet { name }),
        });
        let compiled = compiled.with(instructions.transpose()?, !self.structural);
        let (names, patterns) = self.patterns.into_iter().unzip();
        Ok(PatternSet { inner: Arc::new(Inner { names, patterns, compiled }) })
    }
}

impl PatternSet {
    /// A builder without patterns.
    #[must_use]
    pub fn builder() -> PatternSetBuilder {
        PatternSetBuilder::default()
    }

    /// The instruction sets that both this processor and this crate support, the best one last.
    #[must_use]
    pub fn instruction_sets() -> Vec<&'static str> {
        InstructionSet::available().into_iter().map(InstructionSet::name).collect()
    }

    /// The number of patterns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.names.len()
    }

    /// Whether the set has no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.names.is_empty()
    }

    /// The ids of all patterns, in the order of adding.
    pub fn ids(&self) -> impl Iterator<Item = PatternId> + use<> {
        (0..self.len()).map(PatternId::at)
    }

    /// The name of a pattern of this set; empty for an id of another set.
    #[must_use]
    pub fn name(&self, id: PatternId) -> &str {
        self.inner.names.get(id.index()).map_or("", String::as_str)
    }

    /// The pattern itself; `None` for an id of another set.
    #[must_use]
    pub fn pattern(&self, id: PatternId) -> Option<&FilterPattern> {
        self.inner.patterns.get(id.index())
    }

    /// The pattern with this name.
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

    /// A matcher with its own working memory; one for each thread.
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        Matcher { set: self.clone(), session: Session::default(), ids: Vec::new() }
    }
}

/// Matches events against a [`PatternSet`]. Its memory is reused, so after the first events matching allocates nothing.
#[derive(Debug)]
pub struct Matcher {
    set: PatternSet,
    session: Session,
    ids: Vec<PatternId>,
}

impl Matcher {
    /// The patterns that match the event, in the order of adding.
    pub fn match_event(&mut self, event: &[u8]) -> &[PatternId] {
        self.match_line(event, false, false)
    }

    /// The same for an event that is proved to be a JSON object.
    pub(crate) fn match_proved(&mut self, event: &[u8]) -> &[PatternId] {
        self.match_line(event, false, true)
    }

    fn match_line(&mut self, event: &[u8], was_found: bool, is_proved: bool) -> &[PatternId] {
        self.session.run(&self.set.inner.compiled, event, was_found, is_proved);
        self.ids.clear();
        self.ids.extend_from_slice(&self.session.matched);
        &self.ids
    }

    /// The same as an iterator.
    pub fn matches(&mut self, event: impl AsRef<[u8]>) -> impl Iterator<Item = PatternId> {
        self.match_event(event.as_ref()).iter().copied()
    }

    /// Whether any pattern matches the event.
    pub fn is_match(&mut self, event: &[u8]) -> bool {
        !self.match_event(event).is_empty()
    }

    /// How many patterns match the event.
    pub fn count(&mut self, event: &[u8]) -> usize {
        self.match_event(event).len()
    }

    /// Whether the event is one whole JSON object, without which no JSON pattern matches it (docs/filter-patterns.md#json-events).
    pub fn is_json(&mut self, event: &[u8]) -> bool {
        self.session.is_json(&self.set.inner.compiled, event)
    }

    /// Matches every line that is not blank. Calls `visit` with the range of bytes and the matches of each line that has any.
    /// Returns the number of lines that are not blank.
    pub fn scan_ndjson(&mut self, text: &[u8], mut visit: impl FnMut(Range<usize>, &[PatternId])) -> u64 {
        let (mut start, mut lines) = (0, 0);
        while start < text.len() {
            let found = self.session.next_candidate(&self.set.inner.compiled, text, start);
            if let Some(next) = found {
                lines += next.lines;
                self.session.sampler.count(next.lines + 1, u32::from(next.is_found));
                if !next.is_found {
                    break;
                }
                start = next.line;
            }
            let rest = text.get(start..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or_default();
            if !line.trim_ascii().is_empty() {
                lines += 1;
                let ids = self.match_line(line, found.is_some(), false);
                if !ids.is_empty() {
                    visit(start..start + length, ids);
                }
            }
            start += length + 1;
        }
        lines
    }

    /// Matches every record of a delivery file's text, `{"Records":[…]}`. Calls `visit` with the number
    /// (from 1), the range of bytes and the matches of each record that has any. Returns the number of records.
    /// Every record that is counted is proved to be JSON, and so is the text around the records.
    ///
    /// # Errors
    /// If the text is not a delivery file, is not JSON, or is cut off: the records before that were visited.
    pub fn scan_records(
        &mut self,
        text: &[u8],
        mut visit: impl FnMut(u64, Range<usize>, &[PatternId]),
    ) -> Result<u64, SplitError> {
        let mut records = 0;
        let instructions = self.set.inner.compiled.instructions();
        // the first needle from the current record on
        let mut hit = None;
        split_records(instructions, text, &mut |place| {
            records += 1;
            if hit.is_none_or(|hit| hit < place.start) {
                let next = self.session.next_candidate(&self.set.inner.compiled, text, place.start);
                hit = next.map(|next| next.hit);
            }
            if let Some(hit) = hit {
                self.session.sampler.count(1, u32::from(hit < place.end));
                if hit >= place.end {
                    return;
                }
            }
            let ids = self.match_line(text.get(place.clone()).unwrap_or_default(), hit.is_some(), true);
            if !ids.is_empty() {
                visit(records, place, ids);
            }
        })
        .map_err(|error| error.after(records))?;
        Ok(records)
    }
}
