//! Certificates: the answers of proofs, with all that is needed to ask again.
//!
//! An answer about patterns rests on questions of one kind: is there an event of a domain that matches each of some patterns, and none
//! of others? A certificate has the questions with their answers: an event, or that there is none, or why it is not known.
//! [`Certificate::check`] evaluates each event with the reference evaluator, asks each other question again, and derives the answer from
//! the questions. `docs/evaluator.py` evaluates the events independently of this crate.
//!
//! ```
//! use cwfilter::analysis::{Bounds, compare};
//! use cwfilter::certificate::Certificate;
//! let (a, b) = ("{ $.a = x }".parse()?, "{ $.a = \"x*\" }".parse()?);
//! let mut certificate = Certificate::new(&Bounds::default());
//! certificate.add_comparison("a", &a, &b, &compare(&a, &b));
//! assert!(certificate.check()?.is_empty());
//! certificate.answers[0].answer = "equivalent".to_owned();
//! assert_eq!(certificate.check()?[0].to_string(), "a: the answer is `equivalent`, but its questions say `implies`");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;

use crate::FilterPattern;
use crate::analysis::{Bounds, Comparison, Relation};
use crate::controls::Covered;
pub use check::{CertificateError, Check, Difference};
use serde::{Deserialize, Serialize};

/// The version of the format.
const VERSION: u32 = 1;

/// The answer about a control that patterns cover, if a link after their filters is broken.
pub const CHAIN_BROKEN: &str = "chain broken";

/// The answer about a control that the patterns do not cover, if something was not read: it may cover the control.
pub const NOT_READ: &str = "not read";

/// The links after a filter, in their order.
const LINKS: [&str; 4] = ["metric", "alarm", "action", "subscriber"];
/// The states of a link.
const STATES: [&str; 3] = ["met", "not in the input", BROKEN];
const BROKEN: &str = "broken";

/// Answers of proofs, with all that is needed to ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Certificate {
    /// The version of the format. It increases if a member changes its meaning or is removed.
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERSION)))]
    pub version: u32,
    /// The program, such as `cwfilter 0.1.0`. Not checked: no answer depends on it.
    pub program: String,
    /// The events that the answers are about: the name of a [`Domain`](crate::analysis::Domain).
    #[cfg_attr(feature = "schema", schemars(with = "crate::analysis::Domain"))]
    pub domain: String,
    /// The version of the domain, from [`Domain::version`](crate::analysis::Domain::version).
    pub domain_version: String,
    /// The steps that one question may take.
    pub steps: usize,
    /// `None`, null in JSON: the search has no random choices. A check refuses another value.
    #[cfg_attr(feature = "schema", schemars(with = "()"))]
    pub seed: Option<u64>,
    /// Inputs and patterns that could not be read: no answer is about them. Not checked: the certificate does not have the inputs.
    pub not_read: Vec<String>,
    /// Patterns that AWS refuses: they cover nothing. Not checked, as the next two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Filters that are not made: they cover nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
    /// Filters that may not be made, or may not read each event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// An answer, and the questions that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Answer {
    /// What the answer is about: a filter, or a control such as `cis-aws-5.0/4.5`. The name of a filter is not checked; that of a control is
    /// `control`.
    pub name: String,
    /// The control that is audited: the answer is about its pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// A relation, such as `implies`, or the judgement on the control, such as `covered`, `chain broken` or `not read`.
    pub answer: String,
    /// The questions.
    pub questions: Vec<Question>,
    /// The links after the filters that cover the control. Empty if the answer is about the patterns only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<CertifiedLink>,
    /// Why it is not known whether the control is covered, although the patterns of all filters cover it: a filter may not be made, may not
    /// read each event, or may be on another log group. The answer is then `unknown` or `not read`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
}

/// A link after a filter. Not checked: the certificate does not have the inputs. That the answer follows from the links is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct CertifiedLink {
    /// `metric`, `alarm`, `action` or `subscriber`.
    pub link: String,
    /// `met`, `not in the input` or `broken`.
    pub state: String,
    /// What the link is if it is met; otherwise why it is not.
    pub what: String,
}

impl CertifiedLink {
    /// A link in a state.
    #[must_use]
    pub fn new(link: &str, state: &str, what: &str) -> CertifiedLink {
        CertifiedLink { link: link.to_owned(), state: state.to_owned(), what: what.to_owned() }
    }
}

/// Is there an event that matches all patterns of one list, and no pattern of another?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Question {
    /// The texts of the patterns that the event matches.
    pub matched: Vec<String>,
    /// The texts of the patterns that the event does not match.
    pub unmatched: Vec<String>,
    /// The answer.
    pub found: Found,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Found {
    /// This event matches every pattern in `matched` and no pattern in `unmatched`.
    Event(String),
    /// There is none. The text is always that the search of all cases ended without one.
    Nothing(String),
    /// It is not known; the text is the reason, or that of another open question of the answer. A check only confirms that it is not known.
    Unknown(String),
}

/// Why there is no event.
const EXHAUSTED: &str = "the search of all cases ended without an event";

impl Question {
    fn new(matched: &[&FilterPattern], unmatched: &[&FilterPattern], found: Found) -> Question {
        let texts = |all: &[&FilterPattern]| all.iter().map(|it| it.as_str().to_owned()).collect();
        Question { matched: texts(matched), unmatched: texts(unmatched), found }
    }
}

impl Certificate {
    /// A certificate without answers.
    #[must_use]
    pub fn new(bounds: &Bounds) -> Certificate {
        Certificate {
            version: VERSION,
            program: concat!("cwfilter ", env!("CARGO_PKG_VERSION")).to_owned(),
            domain: bounds.domain.name().to_owned(),
            domain_version: bounds.domain.version(),
            steps: bounds.steps,
            seed: None,
            not_read: Vec::new(),
            refused: Vec::new(),
            absent: Vec::new(),
            open: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Adds the relation of two patterns.
    pub fn add_comparison(
        &mut self,
        name: &str,
        a: &FilterPattern,
        b: &FilterPattern,
        comparison: &Comparison,
    ) {
        let question = |(matches_a, matches_b)| {
            let event =
                comparison.witnesses.iter().find(|it| (it.matches_a, it.matches_b) == (matches_a, matches_b));
            let exists = match (matches_a, matches_b) {
                (true, false) => comparison.exists.only_a,
                (false, true) => comparison.exists.only_b,
                _ => comparison.exists.both,
            };
            let found = match (event, exists) {
                (Some(witness), _) => Found::Event(witness.event.clone()),
                (None, Some(_)) => Found::Nothing(EXHAUSTED.to_owned()),
                (None, None) => Found::Unknown(comparison.reason.clone().unwrap_or_default()),
            };
            let all = [(a, matches_a), (b, matches_b)];
            let of = |wanted| {
                all.iter().filter(|(_, matches)| *matches == wanted).map(|(it, _)| *it).collect::<Vec<_>>()
            };
            Question::new(&of(true), &of(false), found)
        };
        let questions = [(true, false), (false, true), (true, true)].map(question).into();
        let answer = name_of(comparison.relation).to_owned();
        self.answers.push(Answer::new(name.to_owned(), None, answer, questions));
    }
}

impl Answer {
    /// The judgement on a control by a set of patterns, without the links after their filters. The indexes in `covered` are those of
    /// `patterns`.
    #[must_use]
    pub fn of_control(covered: &Covered, patterns: &[&FilterPattern]) -> Answer {
        let control = covered.control;
        let by: Vec<usize> = covered.by.into_iter().chain(covered.together.iter().copied()).collect();
        let covering: Vec<&FilterPattern> = by.iter().filter_map(|at| patterns.get(*at)).copied().collect();
        let mut questions = Vec::new();
        if covering.is_empty() {
            let why = || covered.reason.clone().unwrap_or_default();
            let found = covered.missed.clone().map_or_else(|| Found::Unknown(why()), Found::Event);
            questions.push(Question::new(&[&control.pattern], patterns, found));
        } else {
            questions.push(Question::new(
                &[&control.pattern],
                &covering,
                Found::Nothing(EXHAUSTED.to_owned()),
            ));
        }
        if let Some(event) = covered.noise {
            let noisy = covering.iter().find(|it| it.is_match(event));
            let found = Found::Event(event.to_owned());
            questions.extend(noisy.map(|noisy| Question::new(&[noisy], &[&control.pattern], found)));
        }
        let name = format!("{}/{}", control.framework, control.id);
        let answer = covered.judgement().name().to_owned();
        Answer::new(name.clone(), Some(name), answer, questions)
    }

    fn new(name: String, control: Option<String>, answer: String, questions: Vec<Question>) -> Answer {
        Answer { name, control, answer, questions, links: Vec::new(), open: Vec::new() }
    }
}

fn name_of(relation: Relation) -> &'static str {
    match relation {
        Relation::Equivalent => "equivalent",
        Relation::Implies => "implies",
        Relation::Implied => "implied",
        Relation::Incomparable => "incomparable",
        Relation::Disjoint => "disjoint",
        Relation::Unknown => "unknown",
    }
}
