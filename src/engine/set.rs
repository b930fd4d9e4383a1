//! Many filter patterns over each log event.

use super::evaluate::{Compiled, Scratch};
use super::pattern::FilterPattern;
use crate::event::{Level, SplitError, split_records};
use crate::limits::{SET_PATTERNS, SET_REGEX_BYTES};
use crate::plan::Plan;
use crate::reference::for_each_regex;
use crate::syntax::regex::{CompiledRegex, compile, memory};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// Compiled patterns, each with a name. Immutable, cheap to clone, shared between threads; every thread
/// takes a [`Matcher`] of its own.
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
    compiled: Compiled,
}

/// A pattern of a [`PatternSet`]; numbers follow the order of adding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatternId(u32);

impl PatternId {
    /// Its place in the order of adding, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a set was refused.
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
    /// More patterns than a set takes.
    #[error("more than {SET_PATTERNS} patterns")]
    TooMany,
    /// The regular expressions take more memory than a set may.
    #[error("the regular expressions take more than {} MiB; split the set", SET_REGEX_BYTES >> 20)]
    RegexesTooLarge,
}

fn level(name: &str) -> Option<Level> {
    Level::available().into_iter().find(|level| level.name() == name)
}

/// Compiles each different regular expression once, and refuses those that together take too much.
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

    /// Uses these instructions of the processor, one of [`PatternSet::instruction_sets`], instead of the
    /// best ones: the same answers. For comparisons.
    #[must_use]
    pub fn instruction_set(mut self, name: impl Into<String>) -> Self {
        self.instruction_set = Some(name.into());
        self
    }

    /// Keeps from searching for the keys of the few fields that can set a rule off before parsing: the
    /// same answers. For comparisons.
    #[must_use]
    pub fn structural(mut self) -> Self {
        self.structural = true;
        self
    }

    /// Compiles the patterns.
    ///
    /// # Errors
    /// When two have one name, or there are more than [`SET_PATTERNS`].
    pub fn build(self) -> Result<PatternSet, SetError> {
        if self.patterns.len() > SET_PATTERNS {
            return Err(SetError::TooMany);
        }
        let mut names = HashSet::new();
        if let Some((name, _)) = self.patterns.iter().find(|(name, _)| !names.insert(name.as_str())) {
            return Err(SetError::DuplicateName { name: name.clone() });
        }
        // the plan takes them from here
        let _in_use = regexes(&self.patterns)?;
        let plan = Plan::new(self.patterns.iter().map(|(_, pattern)| (pattern.ast(), pattern.semantics())));
        let compiled = Compiled::new(plan);
        let level = self.instruction_set.map(|name| match level(&name) {
            Some(level) => Ok(level),
            None => Err(SetError::UnknownInstructionSet { name }),
        });
        let compiled = compiled.with(level.transpose()?, !self.structural);
        let names = self.patterns.into_iter().map(|(name, _)| name).collect();
        Ok(PatternSet { inner: Arc::new(Inner { names, compiled }) })
    }
}

impl PatternSet {
    /// A set without patterns yet.
    #[must_use]
    pub fn builder() -> PatternSetBuilder {
        PatternSetBuilder::default()
    }

    /// The instruction sets that this processor and this crate share, the best one last.
    #[must_use]
    pub fn instruction_sets() -> Vec<&'static str> {
        Level::available().into_iter().map(Level::name).collect()
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.names.is_empty()
    }

    /// All its patterns, in the order of adding.
    pub fn ids(&self) -> impl Iterator<Item = PatternId> + use<> {
        (0..self.len() as u32).map(PatternId)
    }

    /// The name of a pattern of this set; empty for an id of another set.
    #[must_use]
    pub fn name(&self, id: PatternId) -> &str {
        self.inner.names.get(id.index()).map_or("", String::as_str)
    }

    /// Working memory to match with: one a thread.
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        Matcher { set: self.clone(), scratch: Scratch::default(), ids: Vec::new() }
    }
}

/// Matches events against a [`PatternSet`]; its memory is reused, so that an event allocates nothing
/// once the first ones are through.
#[derive(Debug)]
pub struct Matcher {
    set: PatternSet,
    scratch: Scratch,
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
        self.scratch.run(&self.set.inner.compiled, event, was_found, is_proved);
        self.ids.clear();
        self.ids.extend(self.scratch.matched.iter().map(|id| PatternId(*id)));
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

    /// Whether the event is one whole JSON object, without which no JSON pattern matches it (spec §5.2).
    pub fn is_json(&mut self, event: &[u8]) -> bool {
        self.scratch.is_json(&self.set.inner.compiled, event)
    }

    /// Matches every line that is not blank. `visit` gets the line's place and its matches, for lines
    /// that have any. Returns the number of lines.
    pub fn scan_ndjson(&mut self, text: &[u8], mut visit: impl FnMut(Range<usize>, &[PatternId])) -> u64 {
        let (mut start, mut lines) = (0, 0);
        while start < text.len() {
            let found = self.scratch.next_candidate(&self.set.inner.compiled, text, start);
            if let Some(next) = found {
                lines += next.lines;
                self.scratch.sampler.count(next.lines + 1, u32::from(next.is_found));
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

    /// Matches every record of a delivery file's text, `{"Records":[…]}`. `visit` gets each record's
    /// number from 1, its place and its matches, for records that have any. Returns the number of records.
    /// Every record that is counted is proved to be JSON, and so is what is around them.
    ///
    /// # Errors
    /// If the text is not a delivery file, is not JSON, or is cut off: the records before that were visited.
    pub fn scan_records(
        &mut self,
        text: &[u8],
        mut visit: impl FnMut(u64, Range<usize>, &[PatternId]),
    ) -> Result<u64, SplitError> {
        let mut records = 0;
        let level = self.set.inner.compiled.level();
        // the first place from the current record on that may set off a rule
        let mut hit = None;
        split_records(level, text, &mut |place| {
            records += 1;
            if hit.is_none_or(|hit| hit < place.start) {
                let next = self.scratch.next_candidate(&self.set.inner.compiled, text, place.start);
                hit = next.map(|next| next.hit);
            }
            if let Some(hit) = hit {
                self.scratch.sampler.count(1, u32::from(hit < place.end));
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
