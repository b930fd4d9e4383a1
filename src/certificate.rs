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

use crate::FilterPattern;
use crate::analysis::{Bounds, Comparison, Decision, Domain, Relation, find_event};
use crate::controls::{Covered, Judgement, control};
use crate::escaped::Escaped;
use crate::limits::CERTIFICATE_STEPS;
use serde::{Deserialize, Serialize};

/// The version of the format.
const VERSION: u32 = 1;

/// Answers of proofs, with all that is needed to ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Certificate {
    /// The version of the format: 1.
    pub version: u32,
    /// The program, such as `cwfilter 0.1.0`.
    pub program: String,
    /// The events that the answers are about: the name of a [`Domain`].
    pub domain: String,
    /// The version of the domain, from [`Domain::version`].
    pub domain_version: String,
    /// The steps that one question may take.
    pub steps: usize,
    /// `None`: the search has no random choices.
    pub seed: Option<u64>,
    /// Inputs and patterns that could not be read: no answer is about them.
    pub not_read: Vec<String>,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// An answer, and the questions that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Answer {
    /// What the answer is about: a filter, or a control such as `cis-aws-5.0/4.5`.
    pub name: String,
    /// A control is audited: the answer is about its pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// A relation, such as `implies`, or the judgement on the control, such as `covered`.
    pub answer: String,
    /// The questions.
    pub questions: Vec<Question>,
}

/// Is there an event that matches all patterns of one list, and no pattern of another?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Found {
    /// This event.
    Event(String),
    /// There is none: the search of all cases ended without one. The text is the reason.
    Nothing(String),
    /// It is not known; the text is the reason.
    Unknown(String),
}

/// Something that a check does not confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference(String);

impl std::fmt::Display for Difference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// A certificate that cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The format has another version.
    #[error("version {0} of the format is not known; this program knows version {VERSION}")]
    Version(u32),
    /// The domain is not known.
    #[error("the domain is not known: {0}")]
    Domain(#[from] crate::analysis::UnknownDomain),
    /// Too many steps.
    #[error("a question may take {0} steps; a check takes at most {CERTIFICATE_STEPS}")]
    Steps(usize),
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
            let found = match (event, &comparison.reason) {
                (Some(witness), _) => Found::Event(witness.event.clone()),
                (None, None) => Found::Nothing(EXHAUSTED.to_owned()),
                // of an open relation, the certificate does not say which of the questions is open
                (None, Some(why)) => Found::Unknown(why.clone()),
            };
            let all = [(a, matches_a), (b, matches_b)];
            let of = |wanted| {
                all.iter().filter(|(_, matches)| *matches == wanted).map(|(it, _)| *it).collect::<Vec<_>>()
            };
            Question::new(&of(true), &of(false), found)
        };
        let questions = [(true, false), (false, true), (true, true)].map(question).into();
        let answer = name_of(comparison.relation).to_owned();
        self.answers.push(Answer { name: name.to_owned(), control: None, answer, questions });
    }

    /// Asks all questions again, and derives the answers from them. The result names what is not confirmed.
    ///
    /// # Errors
    /// If the certificate is of another format, or cannot be checked within the limits.
    pub fn check(&self) -> Result<Vec<Difference>, CertificateError> {
        if self.version != VERSION {
            return Err(CertificateError::Version(self.version));
        }
        if self.steps > CERTIFICATE_STEPS {
            return Err(CertificateError::Steps(self.steps));
        }
        let domain: Domain = self.domain.parse()?;
        let bounds = Bounds::default().with_steps(self.steps).in_domain(domain);
        let mut found = Vec::new();
        if self.domain_version != domain.version() {
            let (own, recorded) = (domain.version(), &self.domain_version);
            found.push(Difference(format!(
                "the domain has version `{}`, that of this program is `{own}`",
                Escaped(recorded)
            )));
        }
        for answer in &self.answers {
            let name = Escaped(&answer.name);
            let questions = answer.questions.iter().enumerate();
            let differ = questions.filter_map(|(at, it)| Some((at + 1, it.difference(&bounds)?)));
            found.extend(differ.map(|(number, why)| Difference(format!("{name}: question {number}: {why}"))));
            found.extend(answer.difference().map(|why| Difference(format!("{name}: {why}"))));
        }
        Ok(found)
    }
}

impl Question {
    /// What a check does not confirm.
    fn difference(&self, bounds: &Bounds) -> Option<String> {
        let parsed = |texts: &[String]| -> Result<Vec<FilterPattern>, String> {
            let parse = |text: &String| text.parse().map_err(|why| format!("`{}`: {why}", Escaped(text)));
            texts.iter().map(parse).collect()
        };
        let (matched, unmatched) = match (parsed(&self.matched), parsed(&self.unmatched)) {
            (Ok(matched), Ok(unmatched)) => (matched, unmatched),
            (Err(why), _) | (_, Err(why)) => return Some(why),
        };
        if let Found::Event(event) = &self.found {
            let matches = |it: &FilterPattern| it.reference().is_match(event.as_bytes());
            if let Some(wrong) = matched.iter().find(|it| !matches(it)) {
                return Some(format!("`{}` does not match the event", Escaped(wrong.as_str())));
            }
            if let Some(wrong) = unmatched.iter().find(|it| matches(it)) {
                return Some(format!("`{}` matches the event", Escaped(wrong.as_str())));
            }
            let is_inside = bounds.domain.contains(event);
            return (!is_inside).then(|| format!("the event is not in the domain `{}`", bounds.domain));
        }
        let (of, not): (Vec<_>, Vec<_>) = (matched.iter().collect(), unmatched.iter().collect());
        match (find_event(&of, &not, bounds), &self.found) {
            (Decision::No(_), Found::Nothing(_)) | (Decision::Unknown(_), Found::Unknown(_)) => None,
            (Decision::Yes(event), _) => {
                Some(format!("there is an event: {}", Escaped(event.as_deref().unwrap_or("(no example)"))))
            }
            (Decision::No(_), _) => Some("there is no event".to_owned()),
            (Decision::Unknown(why), _) => Some(format!("this program does not know: {why}")),
        }
    }
}

impl Answer {
    /// The judgement on a control by a set of patterns. The indexes in `covered` are those of `patterns`.
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
        Answer { control: Some(name.clone()), name, answer, questions }
    }

    /// Whether the answer follows from its questions, if their answers are right.
    fn difference(&self) -> Option<String> {
        let derived = match &self.control {
            None => self.relation(),
            Some(name) => self.judgement(name),
        };
        match derived {
            Ok(derived) if derived.contains(&self.answer.as_str()) => None,
            Ok(derived) => Some(format!(
                "the answer is `{}`, but its questions say `{}`",
                Escaped(&self.answer),
                derived.join("` or `")
            )),
            Err(why) => Some(why),
        }
    }

    fn relation(&self) -> Result<Vec<&'static str>, String> {
        let [only_a, only_b, both] = self.questions.as_slice() else {
            return Err("a relation has three questions".to_owned());
        };
        let ([a], [b]) = (only_a.matched.as_slice(), only_a.unmatched.as_slice()) else {
            return Err("its first question is not about two patterns".to_owned());
        };
        let is_of = |it: &Question, matched: &[&String], unmatched: &[&String]| {
            it.matched.iter().eq(matched.iter().copied()) && it.unmatched.iter().eq(unmatched.iter().copied())
        };
        if !is_of(only_b, &[b], &[a]) || !is_of(both, &[a, b], &[]) {
            return Err("its questions are not about the same two patterns".to_owned());
        }
        let exists = [only_a, only_b, both].map(|it| match it.found {
            Found::Event(_) => Some(true),
            Found::Nothing(_) => Some(false),
            Found::Unknown(_) => None,
        });
        Ok(vec![name_of(match exists {
            [Some(false), Some(false), _] => Relation::Equivalent,
            [Some(false), Some(true), _] => Relation::Implies,
            [Some(true), Some(false), _] => Relation::Implied,
            [Some(true), Some(true), Some(false)] => Relation::Disjoint,
            [Some(true), Some(true), _] => Relation::Incomparable,
            _ => Relation::Unknown,
        })])
    }

    fn judgement(&self, name: &str) -> Result<Vec<&'static str>, String> {
        let control = control(name).ok_or_else(|| format!("there is no control `{}`", Escaped(name)))?;
        let first = self.questions.first().filter(|it| it.matched == [control.text]);
        let first = first.ok_or("its first question is not about the pattern of the control")?;
        let is_noise = |it: &Question| {
            let is_about = it.unmatched == [control.text]
                && it.matched.iter().all(|text| first.unmatched.contains(text));
            is_about && !it.matched.is_empty() && matches!(it.found, Found::Event(_))
        };
        let judgements = match &first.found {
            Found::Nothing(_) if self.questions.iter().skip(1).any(is_noise) => {
                vec![Judgement::CoveredWithNoise]
            }
            Found::Nothing(_) => vec![Judgement::Covered],
            Found::Event(_) => vec![Judgement::PartlyCovered, Judgement::NotCovered],
            Found::Unknown(_) => vec![Judgement::Unknown],
        };
        Ok(judgements.into_iter().map(Judgement::name).collect())
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
