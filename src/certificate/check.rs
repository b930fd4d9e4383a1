//! Checks a certificate: evaluates its events, asks its other questions again, and derives its answers from the questions and from the
//! links after filters.

use super::{
    Answer, BROKEN, CHAIN_BROKEN, Certificate, EXHAUSTED, Found, LINKS, NOT_READ, Question, STATES, VERSION,
    name_of,
};
use crate::FilterPattern;
use crate::analysis::{Bounds, Decision, Domain, Relation, find_event_counted};
use crate::controls::{Control, Judgement, contain, control, controls, everyday_event, judged_by_typical};
use crate::escaped::Escaped;
use crate::limits::{CERTIFICATE_CHECK_STEPS, CERTIFICATE_STEPS, LEAST_PROOF_STEPS};
use crate::plural::counted;
use std::collections::{BTreeMap, HashSet};

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

/// Steps for one pattern of a question: about as many microseconds.
const STEPS_OF_PATTERN: usize = 10;
const STEPS_OF_REGEX: usize = 200;
/// Steps for one pattern that is evaluated on the typical events of a control and on everyday events.
const STEPS_OF_EVENTS: usize = 100;
/// Pairs of patterns that are compared in about a microsecond.
const PAIRS_OF_STEP: usize = 50;
/// Bytes of a pattern or an event that are read in about a microsecond.
const BYTES_OF_STEP: usize = 50;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What is not confirmed.
    pub differences: Vec<Difference>,
    /// The numbers of the answers that were not checked, because the steps were used up; the first answer is 1. Empty if all were checked.
    pub not_checked: std::ops::Range<usize>,
}

impl Certificate {
    /// Asks all questions again, and derives the answers from them. The result names what is not confirmed. An answer that is beyond
    /// [`CERTIFICATE_CHECK_STEPS`] is not confirmed.
    ///
    /// # Errors
    /// If the certificate is of another format, or cannot be checked within the limits.
    pub fn check(&self) -> Result<Vec<Difference>, CertificateError> {
        let Check { mut differences, not_checked } = self.check_within(CERTIFICATE_CHECK_STEPS)?;
        if !not_checked.is_empty() {
            let (first, last) = (not_checked.start, not_checked.end - 1);
            differences.push(Difference(format!(
                "answers {first} to {last} are not checked: all questions together take more than {CERTIFICATE_CHECK_STEPS} steps"
            )));
        }
        Ok(differences)
    }

    /// As [`Certificate::check`], with a limit of the steps that all questions may take together. A step takes about a microsecond.
    ///
    /// ```
    /// use cwfilter::analysis::{Bounds, compare};
    /// use cwfilter::certificate::Certificate;
    /// let (a, b) = ("{ $.a = x }".parse()?, "{ $.a = y }".parse()?);
    /// let mut certificate = Certificate::new(&Bounds::default());
    /// certificate.add_comparison("first", &a, &b, &compare(&a, &b));
    /// certificate.add_comparison("second", &b, &a, &compare(&b, &a));
    /// assert_eq!(certificate.check_within(1_000_000)?.not_checked, 0..0);
    /// assert_eq!(certificate.check_within(1)?.not_checked, 1..3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Certificate::check`].
    pub fn check_within(&self, steps: usize) -> Result<Check, CertificateError> {
        if self.version != VERSION {
            return Err(CertificateError::Version(self.version));
        }
        if self.steps > CERTIFICATE_STEPS {
            return Err(CertificateError::Steps(self.steps));
        }
        let domain: Domain = self.domain.parse()?;
        let bounds = Bounds::default().with_steps(self.steps).in_domain(domain);
        let mut found = Check::default();
        if self.domain_version != domain.version() {
            let (own, recorded) = (domain.version(), &self.domain_version);
            found.differences.push(Difference(format!(
                "the domain has version `{}`, that of this program is `{own}`",
                Escaped(recorded)
            )));
        }
        if let Some(seed) = self.seed {
            found.differences.push(Difference(format!(
                "the seed is {seed}; it has to be `null`, because the search has no random choices"
            )));
        }
        if self.steps < LEAST_PROOF_STEPS {
            found.differences.push(Difference(format!(
                "a question may take {}, and no search takes fewer than {LEAST_PROOF_STEPS}",
                counted(self.steps, "step", "steps")
            )));
        }
        found.differences.extend(self.incomplete().into_iter().map(Difference));
        let mut left = steps;
        for (at, answer) in self.answers.iter().enumerate() {
            let Some(differences) = answer.check(at + 1, &bounds, !self.not_read.is_empty(), &mut left)
            else {
                found.not_checked = at + 1..self.answers.len() + 1;
                break;
            };
            found.differences.extend(differences);
        }
        Ok(found)
    }

    /// Controls of an audited framework that no answer is about, or several.
    fn incomplete(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut answered: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        for answer in self.answers.iter().filter_map(|it| control(it.control.as_ref()?)) {
            if !answered.entry(answer.framework).or_default().insert(&answer.id) {
                found.push(format!("there are two answers about `{}/{}`", answer.framework, answer.id));
            }
        }
        for (framework, ids) in answered {
            let missing = controls(framework).map(|it| it.id.as_str()).filter(|id| !ids.contains(id));
            let missing: Vec<String> = missing.map(|id| format!("`{framework}/{id}`")).collect();
            if !missing.is_empty() {
                found.push(format!("there is no answer about {}", missing.join(", ")));
            }
        }
        found
    }
}

impl Answer {
    /// What a check does not confirm. `None` if the steps were used up. An answer without a name is called by its number.
    fn check(
        &self,
        number: usize,
        bounds: &Bounds,
        has_unread: bool,
        left: &mut usize,
    ) -> Option<Vec<Difference>> {
        let name = match self.name.as_str() {
            "" => format!("answer {number}"),
            name => Escaped(name).to_string(),
        };
        let mut found = Vec::new();
        for (at, question) in self.questions.iter().enumerate() {
            *left = left.checked_sub(question.cost())?;
            let (difference, spent) = question.difference(bounds);
            *left = left.checked_sub(spent)?;
            let difference = difference.map(|why| Difference(format!("{name}: question {}: {why}", at + 1)));
            found.extend(difference);
        }
        if self.control.is_some() {
            let patterns = self.questions.first().map_or(0, |it| it.unmatched.len());
            *left = left.checked_sub(patterns.saturating_mul(STEPS_OF_EVENTS))?;
        }
        found.extend(self.difference(has_unread).map(|why| Difference(format!("{name}: {why}"))));
        Some(found)
    }

    /// Whether the answer follows from its questions and links, if they are right.
    fn difference(&self, has_unread: bool) -> Option<String> {
        let derived = match &self.control {
            None => {
                self.relation().and_then(|relation| match (self.links.is_empty(), self.open.is_empty()) {
                    (true, true) => Ok((relation, "questions")),
                    (false, _) => Err("a relation has no links".to_owned()),
                    (true, false) => Err("a relation has no filters that may not be made".to_owned()),
                })
            }
            Some(name) => self.judgement(name).and_then(|by_patterns| {
                let whole = self.whole(by_patterns, has_unread)?;
                let is_by_patterns = whole == by_patterns.name();
                Ok((
                    whole,
                    if is_by_patterns { "questions" } else { "questions, links, `open` and `notRead`" },
                ))
            }),
        };
        match derived {
            Ok((derived, _)) if derived == self.answer => None,
            Ok((derived, by)) => {
                Some(format!("the answer is `{}`, but its {by} say `{derived}`", Escaped(&self.answer)))
            }
            Err(why) => Some(why),
        }
    }

    /// The judgement on the whole of a control: by the patterns, the links after their filters, the filters that may not be made, and what
    /// was not read.
    fn whole(&self, by_patterns: Judgement, has_unread: bool) -> Result<&'static str, String> {
        let covers = matches!(by_patterns, Judgement::Covered | Judgement::CoveredWithNoise);
        if !self.links.is_empty() {
            if !covers {
                return Err("it has links after filters that do not cover the control".to_owned());
            }
            if !self.links.iter().map(|it| it.link.as_str()).eq(LINKS) {
                return Err(format!("its links are not {}", LINKS.join(", ")));
            }
            if let Some(other) = self.links.iter().find(|it| !STATES.contains(&it.state.as_str())) {
                return Err(format!("a link has no state `{}`", Escaped(&other.state)));
            }
        }
        let is_broken = self.links.iter().any(|it| it.state == BROKEN);
        Ok(match (covers, self.open.is_empty()) {
            (true, true) if !is_broken => by_patterns.name(),
            _ if has_unread => NOT_READ,
            (_, false) => Judgement::Unknown.name(),
            (true, true) => CHAIN_BROKEN,
            (false, true) => by_patterns.name(),
        })
    }

    fn relation(&self) -> Result<&'static str, String> {
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
        Ok(name_of(match exists {
            [Some(false), Some(false), _] => Relation::Equivalent,
            [Some(false), Some(true), _] => Relation::Implies,
            [Some(true), Some(false), _] => Relation::Implied,
            [Some(true), Some(true), Some(false)] => Relation::Disjoint,
            [Some(true), Some(true), _] => Relation::Incomparable,
            _ => Relation::Unknown,
        }))
    }

    /// The judgement by the patterns.
    fn judgement(&self, name: &str) -> Result<Judgement, String> {
        let control = control(name).ok_or_else(|| format!("there is no control `{}`", Escaped(name)))?;
        let first = self.questions.first().filter(|it| it.matched == [control.text]);
        let first = first.ok_or("its first question is not about the pattern of the control")?;
        if self.name != name {
            return Err(format!("the answer is about the control `{}`", Escaped(name)));
        }
        let judgement = first.judgement(control);
        let rest = self.questions.get(1..).unwrap_or_default();
        match (judgement, rest) {
            (Judgement::CoveredWithNoise, [noise]) if first.is_noise(noise, control) => {}
            (Judgement::CoveredWithNoise, _) => {
                return Err("its second question, and no other, has to show the noise".to_owned());
            }
            (_, []) => {}
            _ => return Err(format!("`{}` has one question", judgement.name())),
        }
        Ok(judgement)
    }
}

impl Question {
    /// The judgement on a control if this is its first question. Typical and everyday events are those of this program.
    fn judgement(&self, control: &Control) -> Judgement {
        // a text that is refused is a difference of the question
        let patterns = || self.unmatched.iter().filter_map(|text| text.parse::<FilterPattern>().ok());
        match &self.found {
            Found::Nothing(_) if patterns().any(|it| everyday_event(&it).is_some()) => {
                Judgement::CoveredWithNoise
            }
            Found::Nothing(_) => Judgement::Covered,
            Found::Event(_) => judged_by_typical(control, &patterns().collect::<Vec<_>>()),
            Found::Unknown(_) => Judgement::Unknown,
        }
    }

    /// Whether a question shows that one of the covering patterns of this question matches more than the control.
    fn is_noise(&self, noise: &Question, control: &Control) -> bool {
        let [pattern] = noise.matched.as_slice() else { return false };
        self.unmatched.contains(pattern)
            && noise.unmatched == [control.text]
            && matches!(noise.found, Found::Event(_))
    }
}

impl Question {
    /// The steps for reading the patterns, and for evaluating the event on each.
    fn cost(&self) -> usize {
        let patterns = self.matched.iter().chain(&self.unmatched);
        let event = match &self.found {
            Found::Event(event) => event.len(),
            Found::Nothing(_) | Found::Unknown(_) => 0,
        };
        let of_pattern = |text: &String| {
            // the evaluator compiles each regular expression
            let regexes = text.matches('%').count() / 2;
            STEPS_OF_PATTERN + (text.len() + event) / BYTES_OF_STEP + regexes * STEPS_OF_REGEX
        };
        // the patterns are compared with each other
        let count = self.matched.len() + self.unmatched.len();
        let pairs = count.saturating_mul(count) / PAIRS_OF_STEP;
        patterns.map(of_pattern).fold(pairs, usize::saturating_add)
    }

    /// What a check does not confirm, and the steps that it took.
    fn difference(&self, bounds: &Bounds) -> (Option<String>, usize) {
        let parsed = |texts: &[String]| -> Result<Vec<FilterPattern>, String> {
            let parse = |text: &String| text.parse().map_err(|why| format!("`{}`: {why}", Escaped(text)));
            texts.iter().map(parse).collect()
        };
        let (matched, unmatched) = match (parsed(&self.matched), parsed(&self.unmatched)) {
            (Ok(matched), Ok(unmatched)) => (matched, unmatched),
            (Err(why), _) | (_, Err(why)) => return (Some(why), 0),
        };
        if let Found::Event(event) = &self.found {
            let matches = |it: &FilterPattern| it.reference().is_match(event.as_bytes());
            let difference = if let Some(wrong) = matched.iter().find(|it| !matches(it)) {
                Some(format!("`{}` does not match the event", Escaped(wrong.as_str())))
            } else if let Some(wrong) = unmatched.iter().find(|it| matches(it)) {
                Some(format!("`{}` matches the event", Escaped(wrong.as_str())))
            } else {
                let is_outside = !bounds.domain.contains(event);
                is_outside.then(|| format!("the event is not in the domain `{}`", bounds.domain))
            };
            return (difference, 0);
        }
        let (of, not): (Vec<_>, Vec<_>) = (matched.iter().collect(), unmatched.iter().collect());
        let (decision, spent) = match of.iter().any(|it| contain(it, &not, bounds.domain)) {
            true => (Decision::No(None), 0),
            false => find_event_counted(&of, &not, bounds),
        };
        let difference = match (decision, &self.found) {
            (Decision::No(_), Found::Nothing(why)) => {
                (why != EXHAUSTED).then(|| format!("the reason is not `{EXHAUSTED}`: `{}`", Escaped(why)))
            }
            (Decision::Unknown(_), Found::Unknown(_)) => None,
            (Decision::Yes(event), _) => {
                Some(format!("there is an event: {}", Escaped(event.as_deref().unwrap_or("(no example)"))))
            }
            (Decision::No(_), _) => Some("there is no event".to_owned()),
            (Decision::Unknown(why), _) => Some(format!("this program does not know: {why}")),
        };
        (difference, spent)
    }
}
