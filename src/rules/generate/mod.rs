//! Generates tests for a rule that has none. For each condition of the pattern they have an event that matches because of the
//! condition, and an event that does not match because of it.
//!
//! ```text
//!              parts that must be true or false (assign)
//!                     │                        │
//!   a value for each field (search)     a proof over all parts (proof)
//!   named, usual, or found by proof     an event, or none exists
//!                     └───────┬────────────────┘
//!            checked with the engine, the reference and explain
//! ```
//!
//! If the pattern is about CloudTrail, each event is a record that can exist: of a known event with the parameters that recorded events of
//! its name have (`shape`, `names`), by a principal with the members of its type (`identity`). The domain of the
//! [analysis](crate::analysis) decides what can exist.
//!
//! The search for values makes realistic events. If it fails, the [analysis](crate::analysis) is asked for an event in which the condition
//! decides; it finds one, or proves that none exists. In `{ $.a = 1 && ($.b = 2 || $.c = 3) }`, for `$.b = 2` to decide: `$.a = 1` is true and
//! `$.c = 3` is false.

mod assign;
mod identity;
mod line;
mod names;
mod object;
mod place;
mod proof;
mod search;
mod shape;
mod text;
mod usual;

pub(super) use object::completed;
pub use place::with_tests;
pub use text::to_toml;
pub(super) use usual::{shapes, values as usual_values};

use super::conditions::conditions;
use super::impossible::impossible;
use super::subject::Subject;
use crate::FilterPattern;
use crate::analysis::Domain;
use crate::reference::Reference;
use crate::syntax::ast::{Node, Pattern, Term, TermMode};
use line::Columns;
use object::Fields;
use proof::Questions;

/// A generated test: an event and the verdict on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedTest {
    /// The name of the test.
    pub name: String,
    /// The message of the log event.
    pub message: String,
    /// The verdict: whether the pattern matches the event.
    pub matches: bool,
    /// The condition that decides the verdict. Empty for a pattern without conditions.
    pub because: String,
}

/// A test that could not be generated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingTest {
    /// The condition that was to decide the verdict. Empty for a pattern without conditions.
    pub condition: String,
    /// The verdict of the test.
    pub matches: bool,
    /// Why there is no such test.
    pub why: String,
}

/// Generated tests, and those that are missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Generated {
    /// The tests.
    pub tests: Vec<GeneratedTest>,
    /// The tests that could not be generated, with the reason: a proof that there is no such event, or the limit that was reached.
    pub missing: Vec<MissingTest>,
    /// Why the pattern is not about CloudTrail, although it has a key of its records: the events are those of another program.
    pub not_cloudtrail: Option<String>,
}

/// Generates tests that cover the conditions of a pattern in the sense of [`coverage`](super::coverage()). Each verdict is checked with
/// the engine and with the reference evaluator. [`generate_all`] also says which tests are missing, and why.
///
/// ```
/// use cwfilter::{FilterPattern, rules};
/// let pattern: FilterPattern = r#"{ $.eventName = "StopLogging" && $.errorCode NOT EXISTS }"#.parse()?;
/// let tests = rules::generate(&pattern);
/// let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
/// assert_eq!(names[..2], [r#"by $.eventName = "StopLogging""#, r#"not by $.eventName = "StopLogging""#]);
/// assert!(tests.iter().all(|test| pattern.is_match(&test.message) == test.matches));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn generate(pattern: &FilterPattern) -> Vec<GeneratedTest> {
    generate_all(pattern).tests
}

/// As [`generate`], with the tests that could not be generated.
///
/// ```
/// use cwfilter::{FilterPattern, rules};
/// let pattern: FilterPattern = r#"{ $.eventName = %^Stop% && $.eventName = "S*" }"#.parse()?;
/// let found = rules::generate_all(&pattern);
/// assert!(found.tests.iter().any(|test| test.matches));
/// // an event name that begins with `Stop` begins with `S`
/// assert_eq!(found.missing[0].condition, r#"$.eventName = "S*""#);
/// assert!(!found.missing[0].matches);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[must_use]
pub fn generate_all(pattern: &FilterPattern) -> Generated {
    generate_about(pattern, Subject::of_pattern(pattern.ast()))
}

/// As [`generate_all`], for a rule that is about the subject.
pub(super) fn generate_about(pattern: &FilterPattern, subject: Subject) -> Generated {
    let domain = if subject.is_cloudtrail() { Domain::CloudTrail } else { Domain::Json };
    let mut found = Generator::new(pattern, domain).all();
    found.not_cloudtrail = subject.reason();
    found
}

struct Generator<'a> {
    pattern: &'a FilterPattern,
    /// The events that the tests may have.
    domain: Domain,
    reference: Reference,
    fields: Fields,
    columns: Columns,
    questions: Questions,
    found: Generated,
}

impl<'a> Generator<'a> {
    fn new(pattern: &'a FilterPattern, domain: Domain) -> Self {
        let semantics = pattern.semantics();
        Generator {
            pattern,
            domain,
            reference: pattern.reference(),
            fields: Fields::new(semantics, domain == Domain::CloudTrail),
            columns: Columns::new(semantics),
            questions: Questions::new(semantics, domain),
            found: Generated::default(),
        }
    }

    /// All tests of the pattern.
    fn all(mut self) -> Generated {
        let conditions = conditions(self.pattern.ast());
        if conditions.is_empty() {
            self.add("", 0, true);
            self.add("", 0, false);
        }
        for (leaf, condition) in conditions.iter().enumerate() {
            self.add(condition, leaf, true);
            self.add(condition, leaf, false);
        }
        self.found
    }

    /// Adds the test in which the condition number `leaf` decides, or the reason why it is missing.
    fn add(&mut self, condition: &str, leaf: usize, matches: bool) {
        let searched = self.searched(leaf, matches);
        let message = searched.into_iter().find(|message| self.is_decided(message, leaf, matches));
        let message = match message {
            Some(message) => Ok(message),
            None => self.proved(leaf, matches),
        };
        match message {
            Ok(message) => {
                let name = match (condition, matches) {
                    ("", true) => "an event that matches".to_owned(),
                    ("", false) => "an event that does not match".to_owned(),
                    (condition, true) => format!("by {condition}"),
                    (condition, false) => format!("not by {condition}"),
                };
                let because = condition.to_owned();
                // one event may show several conditions to be false: each of them is a test
                let is_known = |test: &GeneratedTest| test.message == message && test.because == because;
                if !self.found.tests.iter().any(is_known) {
                    self.found.tests.push(GeneratedTest { name, message, matches, because });
                }
            }
            Err(why) => {
                let condition = condition.to_owned();
                self.found.missing.push(MissingTest { condition, matches, why });
            }
        }
    }

    /// Realistic events, the best first.
    fn searched(&mut self, leaf: usize, matches: bool) -> Vec<String> {
        let questions = &mut self.questions;
        match self.pattern.ast() {
            Pattern::Json(expr) => {
                let events = self.fields.events(expr, leaf, matches, questions);
                events.iter().flatten().map(ToString::to_string).collect()
            }
            Pattern::Terms(terms) => vec![line::of_terms(terms, leaf, matches)],
            Pattern::Space(fields) => {
                self.columns.line(fields, leaf, matches, questions).into_iter().collect()
            }
            Pattern::Everything | Pattern::Regex(_) => vec!["an event".to_owned()],
        }
    }

    /// An event that the analysis finds.
    fn proved(&mut self, leaf: usize, matches: bool) -> Result<String, String> {
        let Some(event) = self.questions.event(self.pattern.ast(), leaf, matches)? else {
            let what = if self.domain == Domain::CloudTrail { "CloudTrail record" } else { "event" };
            return Err(format!("no such {what} exists"));
        };
        if event.is_empty() {
            return Err("only an empty message, which CloudWatch Logs does not take".to_owned());
        }
        let whole =
            object::wholes(&event).filter(|_| self.domain == Domain::CloudTrail).into_iter().flatten();
        let events: Vec<String> = whole.map(|event| event.to_string()).chain([event]).collect();
        if let Some(found) = events.iter().find(|event| self.is_decided(event, leaf, matches)) {
            return Ok(found.clone());
        }
        let fault = events.iter().find_map(|event| self.impossible(event));
        Err(match fault {
            Some(fault) => format!("no such CloudTrail record is known: {fault}"),
            None => "the event that was found does not show it".to_owned(),
        })
    }

    /// Why no record can be as the event is, if the tests have to be records. It is the check that coverage and mutation make.
    fn impossible(&self, message: &str) -> Option<String> {
        (self.domain == Domain::CloudTrail).then(|| impossible(message)).flatten()
    }

    /// Whether the engine and the reference evaluator give the verdict, and the condition decides it.
    fn is_decided(&self, message: &str, leaf: usize, matches: bool) -> bool {
        let explanation = self.pattern.explain(message);
        let clauses = explanation.clauses();
        let decides = match self.pattern.ast() {
            Pattern::Terms(terms) => clause_of_term(terms, leaf)
                .and_then(|at| clauses.get(at))
                .is_some_and(|clause| clause.decides),
            ast => match clauses.get(leaf) {
                Some(clause) => clause.decides,
                None => conditions(ast).is_empty(),
            },
        };
        // CloudWatch Logs takes no empty message
        decides
            && !message.is_empty()
            && self.domain.contains(message)
            && self.impossible(message).is_none()
            && explanation.matched() == matches
            && self.pattern.is_match(message) == matches
            && self.reference.is_match(message.as_bytes()) == matches
    }
}
/// The number of a term among the clauses that can decide. `None` if AWS ignores the term.
fn clause_of_term(terms: &[Node<Term>], leaf: usize) -> Option<usize> {
    let is_optional = |term: &&Node<Term>| term.item.mode == TermMode::Optional;
    if terms.iter().all(|term| is_optional(&term)) {
        return Some(leaf);
    }
    terms.get(leaf).filter(|term| !is_optional(term))?;
    Some(terms.iter().take(leaf).filter(|term| !is_optional(term)).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_covered_both_ways() {
        for text in [
            r#"{ $.eventSource = "iam.amazonaws.com" && ($.eventName = "CreateUser" || $.eventName = "DeleteUser") && $.errorCode NOT EXISTS }"#,
            r#"{ $.eventName = "ConsoleLogin" && ($.additionalEventData.MFAUsed != "Yes" || $.additionalEventData.MFAUsed NOT EXISTS) }"#,
            r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#,
            r#"{ ($.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*") && $.eventName != "HeadBucket" }"#,
            "{ $.readOnly IS FALSE && $.n IS NULL && $.bytes > 10 && $.items[*].id = 5 }",
            "ERROR -timeout",
            "?ERROR ?FATAL",
            r#"[ip, user, status = 4* && status != 404, bytes > 1000, ...]"#,
        ] {
            let pattern: FilterPattern = text.parse().unwrap();
            let tests = generate(&pattern);
            for (at, matches) in (0..conditions(pattern.ast()).len()).flat_map(|at| [(at, true), (at, false)])
            {
                let covered = tests.iter().any(|test| {
                    let explanation = pattern.explain(&test.message);
                    explanation.matched() == matches
                        && explanation.clauses().get(at).is_some_and(|clause| clause.decides)
                });
                assert!(covered, "{text}: condition {at}, {matches}: {tests:#?}");
            }
        }
    }
}
