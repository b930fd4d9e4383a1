//! Imports the rules of Sigma files.

use super::correlation::{Alarm, Correlation, Counted, correlation, counted};
use super::difference::Difference;
use super::formula::{Formula, formula};
use super::pattern::{Written, pattern};
use super::read::{Detections, Facts, detections, facts};
use super::refusal::Refusal;
use super::rule_text::{RuleText, slug};
use crate::limits::REGEXES_PER_PATTERN;
use crate::sources::{DocumentNode, read_yaml};
use crate::span::LineColumn;
use std::collections::HashSet;

/// A Sigma rule that became a rule of a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedRule {
    /// Its id in the rule file, made of the file's name, or of the title if the file has several rules.
    pub id: String,
    /// The title of the Sigma rule.
    pub title: String,
    /// The id of the Sigma rule.
    pub sigma_id: Option<String>,
    /// Where the rule begins in its file.
    pub at: LineColumn,
    /// The filter pattern.
    pub pattern: String,
    /// The regular expressions of the pattern: a log group takes five filters that have some.
    pub regexes: usize,
    /// How the pattern and the alarm differ from the Sigma rule.
    pub differences: Vec<Difference>,
    /// The tests that could not be generated.
    pub missing_tests: usize,
    /// The text of the rule: `[[rule]]` with its tests.
    pub toml: String,
}

/// A Sigma rule that was not converted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedRule {
    /// The title of the Sigma rule; empty if it is not known.
    pub title: String,
    /// The place of what cannot be converted.
    pub at: LineColumn,
    /// Why it cannot be converted, one sentence.
    pub reason: String,
    /// What to do.
    pub help: Option<String>,
}

/// What became of the rules of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedFile {
    /// The converted rules.
    pub rules: Vec<ImportedRule>,
    /// The rules that cannot be converted.
    pub refused: Vec<RefusedRule>,
    /// The log sources of rules that are not about CloudTrail, each as `product/category/service`.
    pub other_sources: Vec<String>,
    /// The rules that only a correlation counts, also one that is refused: they do not alert by themselves.
    pub counted: usize,
}

/// Imports Sigma rules, file by file. It keeps ids unique.
///
/// ```
/// let rule = "
/// title: A trail is stopped
/// logsource:
///     product: aws
///     service: cloudtrail
/// detection:
///     selection:
///         eventSource: cloudtrail.amazonaws.com
///         eventName: stoplogging
///     filter:
///         errorCode|exists: true
///     condition: selection and not filter
/// level: high
/// ";
/// let file = cwfilter::sigma::Importer::new().import("trail_stopped", rule);
/// assert_eq!(file.rules[0].id, "trail-stopped");
/// assert_eq!(
///     file.rules[0].pattern,
///     r#"{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = "StopLogging" && ($.errorCode NOT EXISTS || $.errorCode IS NULL) }"#
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Importer {
    regexes: usize,
    namespace: String,
    ids: HashSet<String>,
}

impl Default for Importer {
    fn default() -> Self {
        Importer { regexes: REGEXES_PER_PATTERN, namespace: "Sigma".to_owned(), ids: HashSet::new() }
    }
}

impl Importer {
    /// An importer that uses at most two regular expressions in a pattern, as AWS allows.
    #[must_use]
    pub fn new() -> Self {
        Importer::default()
    }

    /// Uses at most this many regular expressions in a pattern; at most two. With 0, texts are compared in the case of the rule, which
    /// is then said as a difference.
    #[must_use]
    pub fn regexes(mut self, most: usize) -> Self {
        self.regexes = most.min(REGEXES_PER_PATTERN);
        self
    }

    /// The namespace of the rules' metrics; `Sigma` if it is not set.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// The rules of one file. `name`: the file's name without its extension, which becomes the id of a file's only rule.
    pub fn import(&mut self, name: &str, text: &str) -> ImportedFile {
        let mut file = ImportedFile::default();
        let documents = match read_yaml(text) {
            Ok(documents) => documents,
            Err(error) => {
                file.refused.push(refused(text, "", error.into()));
                return file;
            }
        };
        let read: Vec<Read> = documents.iter().map(|document| Read::new(text, document)).collect();
        let counted: Vec<bool> =
            read.iter().map(|rule| rule.is_rule() && read.iter().any(|it| it.counts_alone(rule))).collect();
        let several = read.iter().zip(&counted).filter(|(_, counted)| !**counted).count() > 1;
        for (document, is_counted) in read.iter().zip(&counted) {
            if *is_counted {
                file.counted += 1;
                continue;
            }
            let facts = &document.facts;
            let is_of_others = !facts.log_source.is_empty() && !is_cloudtrail(&facts.log_source);
            if is_of_others && matches!(document.kind, Kind::Rule(_)) {
                file.other_sources.push(facts.log_source.clone());
                continue;
            }
            let id = self.unique(if several || slug(name).is_empty() { &facts.title } else { name });
            match self.rule(&id, document, &read) {
                Ok(rule) => file.rules.push(rule.placed(text, facts)),
                Err(refusal) => {
                    self.ids.remove(&id);
                    file.refused.push(refused(text, &facts.title, refusal));
                }
            }
        }
        file
    }

    fn unique(&mut self, name: &str) -> String {
        let base = match slug(name) {
            slug if slug.is_empty() => "sigma-rule".to_owned(),
            slug => slug,
        };
        let mut id = base.clone();
        // as many ids as rules were imported
        for number in 2..=self.ids.len() + 2 {
            if self.ids.insert(id.clone()) {
                break;
            }
            id = format!("{base}-{number}");
        }
        id
    }

    fn rule(&self, id: &str, document: &Read, all: &[Read]) -> Result<ImportedRule, Refusal> {
        let (written, alarm, mut differences) = match &document.kind {
            Kind::Rule(found) => {
                let found = found.as_ref().map_err(Clone::clone)?;
                (self.written(found)?, Alarm::default(), Vec::new())
            }
            Kind::Correlation { found, .. } => {
                let found = found.as_ref().map_err(Clone::clone)?;
                (self.counted(found, all)?, found.alarm.clone(), found.differences.clone())
            }
            Kind::Other(reason) => return Err(Refusal::new(document.facts.at, *reason)),
        };
        differences.extend(written.differences);
        let text = RuleText {
            id,
            facts: &document.facts,
            pattern: &written.pattern,
            alarm: &alarm,
            differences: &differences,
            namespace: &self.namespace,
        };
        let (toml, missing_tests) = text.toml();
        let pattern = written.pattern.as_str().to_owned();
        let at = LineColumn { line: 1, column: 1 };
        let facts = &document.facts;
        let (title, sigma_id) = (facts.title.clone(), facts.id.clone());
        Ok(ImportedRule {
            id: id.to_owned(),
            title,
            sigma_id,
            at,
            pattern,
            regexes: written.regexes,
            differences,
            missing_tests,
            toml,
        })
    }

    fn written(&self, found: &Detections) -> Result<Written, Refusal> {
        let at = found.conditions.first().map_or(0, |(at, _)| *at);
        pattern(&formula(found)?, at, self.regexes)
    }

    /// One pattern for all rules that a correlation counts.
    fn counted(&self, correlation: &Correlation, all: &[Read]) -> Result<Written, Refusal> {
        let mut parts = Vec::new();
        let first = correlation.rules.first().map_or(0, |(at, _)| *at);
        for (at, name) in &correlation.rules {
            let Some(rule) = all.iter().find(|it| it.is_rule() && it.is_named(name)) else {
                let reason = format!(
                    "the correlation counts the rule `{}`, which is not in this file",
                    name.escape_debug()
                );
                return Err(Refusal::new(*at, reason)
                    .help("put both documents into one file, with `---` between them"));
            };
            let Kind::Rule(found) = &rule.kind else { continue };
            if !is_cloudtrail(&rule.facts.log_source) {
                return Err(Refusal::new(*at, "the rule that it counts is not about CloudTrail"));
            }
            parts.push(formula(found.as_ref().map_err(Clone::clone)?)?);
        }
        pattern(&Formula::Any(parts), first, self.regexes)
    }
}

impl ImportedRule {
    fn placed(self, text: &str, facts: &Facts) -> Self {
        ImportedRule { at: LineColumn::of(text, facts.at), ..self }
    }
}

fn refused(text: &str, title: &str, refusal: Refusal) -> RefusedRule {
    let Refusal { at, reason, help } = refusal;
    RefusedRule { title: title.to_owned(), at: LineColumn::of(text, at), reason, help }
}

/// Whether a log source is CloudTrail's.
fn is_cloudtrail(source: &str) -> bool {
    source.eq_ignore_ascii_case("aws/cloudtrail")
}

/// One document of a file.
struct Read {
    facts: Facts,
    kind: Kind,
}

enum Kind {
    Rule(Result<Detections, Refusal>),
    Correlation { counted: Counted, found: Result<Correlation, Refusal> },
    Other(&'static str),
}

impl Read {
    fn new(text: &str, document: &DocumentNode) -> Self {
        let kind = if document.as_map().is_empty() {
            Kind::Other("the document is not a map, and a Sigma rule is one")
        } else if document.get("action").is_some() {
            Kind::Other("`action` joins several documents to one rule, and is not read: write each rule out")
        } else if document.get("correlation").is_some() {
            Kind::Correlation { counted: counted(document), found: correlation(document) }
        } else if document.get("filter").is_some() {
            Kind::Other("a filter changes other rules, and is not converted: write its conditions into them")
        } else {
            Kind::Rule(match document.get("logsource") {
                Some(_) => detections(text, document),
                None => Err(Refusal::of(
                    document,
                    "the rule has no `logsource`, which says whether it is about CloudTrail",
                )
                .help("write `logsource:` with `product: aws` and `service: cloudtrail`")),
            })
        };
        Read { facts: facts(document), kind }
    }

    fn is_rule(&self) -> bool {
        matches!(self.kind, Kind::Rule(_))
    }

    fn is_named(&self, name: &str) -> bool {
        let facts = &self.facts;
        [Some(facts.title.as_str()), facts.id.as_deref(), facts.name.as_deref()].contains(&Some(name))
    }

    /// Whether this correlation counts the rule, which does not alert by itself.
    fn counts_alone(&self, rule: &Read) -> bool {
        match &self.kind {
            Kind::Correlation { counted, .. } => {
                !counted.generates && counted.names.iter().any(|name| rule.is_named(name))
            }
            _ => false,
        }
    }
}
