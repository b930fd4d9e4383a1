//! The tests of a rule file as cases of a test runner: each has a name, a place and, if it fails, a text that says why.

use super::human;
use crate::escaped::Escaped;
use crate::rules::{Outcome, RuleFile, run_test};
use crate::span::{LineColumn, Span};
use std::sync::Arc;

/// A test or a timeline of a rule or a composite alarm.
///
/// ```
/// use cwfilter::{report::cases::Case, rules};
/// let file = rules::parse("rules.toml".as_ref(), r#"
///     [[rule]]
///     id = "stopped"
///     pattern = '{ $.eventName = "Stop*" }'
///     [[rule.test]]
///     name = "a trail starts"
///     event = { eventName = "StartLogging" }
///     expect = "match"
/// "#.to_owned()).unwrap();
/// let cases = Case::all(&file.into());
/// assert_eq!(cases[0].name(), "stopped::a trail starts");
/// assert_eq!(cases[0].place().line, 6);
/// assert!(cases[0].failure().unwrap().starts_with("rules.toml:6:12: expected a match"));
/// ```
#[derive(Debug, Clone)]
pub struct Case {
    file: Arc<RuleFile>,
    kind: Kind,
    /// The index of the rule or the composite alarm.
    subject: usize,
    /// The index of the test or timeline.
    number: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A rule has tests. A case only if it has none, so that it fails.
    HasTests,
    Test,
    Timeline,
    CompositeTest,
    CompositeTimeline,
}

impl Case {
    /// The cases of a file, in its order: each test and each timeline, and for a rule without tests a case that fails.
    #[must_use]
    pub fn all(file: &Arc<RuleFile>) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut add = |kind, subject, count| {
            cases.extend((0..count).map(|number| Case { file: Arc::clone(file), kind, subject, number }));
        };
        for (at, rule) in file.rules.iter().enumerate() {
            add(Kind::HasTests, at, usize::from(rule.tests.is_empty()));
            add(Kind::Test, at, rule.tests.len());
            add(Kind::Timeline, at, rule.timelines.len());
        }
        for (at, composite) in file.composites.iter().enumerate() {
            add(Kind::CompositeTest, at, composite.tests.len());
            add(Kind::CompositeTimeline, at, composite.timelines.len());
        }
        cases
    }

    /// `RULE::TEST`, escaped.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}::{}", Escaped(self.subject()), Escaped(self.test().0))
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &RuleFile {
        &self.file
    }

    /// Where the test is in the file.
    #[must_use]
    pub fn place(&self) -> LineColumn {
        LineColumn::of(&self.file.source, self.test().1.start)
    }

    /// The id of the rule or the composite alarm.
    fn subject(&self) -> &str {
        let rule = || self.file.rules.get(self.subject).map(|rule| rule.id.as_str());
        let composite = || self.file.composites.get(self.subject).map(|composite| composite.id.as_str());
        let id = match self.kind {
            Kind::HasTests | Kind::Test | Kind::Timeline => rule(),
            Kind::CompositeTest | Kind::CompositeTimeline => composite(),
        };
        id.unwrap_or_default()
    }

    /// The name of the test, and its place.
    fn test(&self) -> (&str, Span) {
        let rule = self.file.rules.get(self.subject);
        let composite = self.file.composites.get(self.subject);
        let found = match self.kind {
            Kind::HasTests => rule.map(|rule| ("has tests", rule.id_span)),
            Kind::Test => rule.and_then(|it| it.tests.get(self.number)).map(|it| (it.name.as_str(), it.span)),
            Kind::Timeline => {
                rule.and_then(|it| it.timelines.get(self.number)).map(|it| (it.name.as_str(), it.span))
            }
            Kind::CompositeTest => {
                composite.and_then(|it| it.tests.get(self.number)).map(|it| (it.name.as_str(), it.span))
            }
            Kind::CompositeTimeline => {
                composite.and_then(|it| it.timelines.get(self.number)).map(|it| (it.name.as_str(), it.span))
            }
        };
        found.unwrap_or(("", Span { start: 0, end: 0 }))
    }

    /// Runs the test. `None` if it passes, else the place and the reason, for people.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let why = self.reason()?;
        Some(format!("{}:{}: {why}", Escaped(self.file.path.display()), self.place()))
    }

    fn reason(&self) -> Option<String> {
        let rule = self.file.rules.get(self.subject);
        let composite = self.file.composites.get(self.subject);
        match self.kind {
            Kind::HasTests => Some("the rule has no tests".to_owned()),
            Kind::Test => {
                let rule = rule?;
                match run_test(rule, rule.tests.get(self.number)?) {
                    Outcome::Passed => None,
                    failed => Some(human::why(rule, &failed)),
                }
            }
            Kind::Timeline => human::timeline_failure(rule?, rule?.timelines.get(self.number)?),
            Kind::CompositeTest => human::test_failure(composite?, composite?.tests.get(self.number)?),
            Kind::CompositeTimeline => {
                human::composite_timeline_failure(composite?, composite?.timelines.get(self.number)?)
            }
        }
    }
}
