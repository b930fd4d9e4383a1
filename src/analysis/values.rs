//! What the conditions on one field can say together: the values of a field fall into classes that they do not tell apart.

use super::automaton::{Automata, Question, Texts};
use super::{Budget, Unknown};
use crate::number::{Decimal, compare};
use crate::semantics::Wildcard;
use crate::syntax::ast::{Equality, Test, Value};
use std::cmp::Ordering;

/// A test, and how a star in it is matched: two patterns may have been read with different semantics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Predicate {
    pub(super) test: Test,
    wildcard: Wildcard,
}

impl Predicate {
    pub(super) fn new(test: Test, wildcard: Wildcard) -> Self {
        let has_star = matches!(&test, Test::Compare(_, value)
            if matches!(&value.item, Value::Quoted(text) | Value::Bare(text) if text.contains('*')));
        // where no star is, both algorithms do the same
        Predicate { test, wildcard: if has_star { wildcard } else { Wildcard::Observed } }
    }

    /// What a value is asked as a text; a number as written, too. `None` for tests that ask no text.
    fn question(&self) -> Option<Question> {
        let Test::Compare(_, value) = &self.test else { return None };
        Some(match &value.item {
            Value::Regex(regex) => Question::of_regex(regex),
            Value::Number(number) => Question::Is(number.lexeme.clone().into_bytes()),
            Value::Quoted(text) | Value::Bare(text) => Question::of_text(text, self.wildcard),
        })
    }
}

/// A class of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) kind: Kind,
    /// What each test says.
    pub(super) truths: Vec<bool>,
    /// One of them as JSON writes it; none where no example was found, and nothing for a field that is missing.
    pub(super) example: Option<Example>,
}

/// One value of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Example {
    /// As JSON writes it.
    Json(&'static str),
    /// A number's text.
    Number(String),
    /// A text.
    Text(Vec<u8>),
}

/// What one rather reads in an example comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Text,
    Missing,
    Number,
    Boolean,
    Null,
}

/// A field may hold anything, a column only text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    Field,
    Column,
}

/// Values that people would rather read than the shortest ones.
const LIKELY: [&str; 6] = ["other", "Other", "203.0.113.7", "example", "AssumedRole", "DescribeInstances"];

/// All classes of the values of a field.
pub(super) fn classes(
    tests: &[Predicate],
    domain: Domain,
    likely: &[&str],
    budget: &mut Budget,
) -> Result<Vec<Class>, Unknown> {
    let asked = Asked::new(tests)?;
    let mut all = Vec::new();
    if domain == Domain::Field {
        let plain = [
            (Kind::Missing, None),
            (Kind::Null, Some("null")),
            (Kind::Boolean, Some("true")),
            (Kind::Boolean, Some("false")),
        ];
        all.extend(plain.into_iter().map(|(kind, json)| Class {
            kind,
            truths: tests.iter().map(|it| of_plain(&it.test, json)).collect(),
            example: json.map(Example::Json),
        }));
    }
    all.extend(asked.texts(domain, likely, budget)?);
    all.extend(asked.numbers(domain, budget)?);
    Ok(all)
}

/// §5.4: null, true, false, and what is not there.
fn of_plain(test: &Test, json: Option<&str>) -> bool {
    match test {
        Test::NotExists => json.is_none(),
        Test::IsNull => json == Some("null"),
        Test::IsTrue => json == Some("true"),
        Test::IsFalse => json == Some("false"),
        Test::Compare(..) | Test::Order(..) => false,
    }
}

struct Asked<'a> {
    tests: &'a [Predicate],
    automata: Automata,
    /// the numbers that values are compared with, in order
    bounds: Vec<String>,
}

fn ordering(text: &str, bound: &str) -> Ordering {
    match (Decimal::parse(text.as_bytes()), Decimal::parse(bound.as_bytes())) {
        (Some(a), Some(b)) => compare(&a, &b),
        _ => Ordering::Less,
    }
}

impl<'a> Asked<'a> {
    fn new(tests: &'a [Predicate]) -> Result<Self, Unknown> {
        let (mut questions, mut bounds) = (Vec::new(), Vec::new());
        for test in tests {
            if let Some(question) = test.question()
                && !questions.contains(&question)
            {
                questions.push(question);
            }
            match &test.test {
                Test::Compare(_, value) => {
                    if let Value::Number(number) = &value.item {
                        bounds.push(number.lexeme.clone());
                    }
                }
                Test::Order(_, number) => bounds.push(number.item.lexeme.clone()),
                _ => {}
            }
        }
        bounds.sort_by(|a, b| ordering(a, b));
        bounds.dedup_by(|a, b| ordering(a, b).is_eq());
        Ok(Asked { tests, automata: Automata::new(questions)?, bounds })
    }

    fn answer(&self, test: &Predicate, answers: &[bool]) -> bool {
        let place = test.question().and_then(|question| self.automata.position(&question));
        place.and_then(|place| answers.get(place)).copied().unwrap_or_default()
    }

    fn texts(&self, domain: Domain, likely: &[&str], budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        let texts = if domain == Domain::Field { Texts::Any } else { Texts::NoDecimals };
        let mut reachable = self.automata.reachable(texts, budget)?;
        for text in LIKELY.iter().rev().chain(likely.iter().rev()) {
            let answers = self.automata.answers(text.as_bytes());
            let is_number = Decimal::parse(text.as_bytes()).is_some();
            let same = reachable
                .iter_mut()
                .find(|it| it.answers == answers && !(is_number && domain == Domain::Column));
            if let Some(same) = same {
                same.text = text.as_bytes().to_vec();
            }
        }
        let truth = |it: &Predicate, answers: &[bool]| match &it.test {
            // in a column only a number equals one (§6.4)
            Test::Compare(equality, value)
                if domain == Domain::Column && matches!(value.item, Value::Number(_)) =>
            {
                *equality == Equality::NotEqual
            }
            Test::Compare(equality, _) => self.answer(it, answers) == (*equality == Equality::Equal),
            _ => false,
        };
        let class = |it: super::automaton::Reachable| Class {
            kind: Kind::Text,
            truths: self.tests.iter().map(|test| truth(test, &it.answers)).collect(),
            example: Some(Example::Text(it.text)),
        };
        Ok(reachable.into_iter().map(class).collect())
    }

    /// Numbers are told apart by their order among the bounds and by their texts. All combinations are taken, also where
    /// no number was found for one: then there is none, or nobody knows it.
    fn numbers(&self, domain: Domain, budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        let grammar = if domain == Domain::Field { Texts::Numbers } else { Texts::Decimals };
        let reachable = self.automata.reachable(grammar, budget)?;
        let mut classes: Vec<Class> = Vec::new();
        for place in self.places() {
            let spelled = self.spellings(&place);
            for it in &reachable {
                budget.spend(1, self.tests.len())?;
                let truths: Vec<bool> =
                    self.tests.iter().map(|test| self.number_truth(test, &place, &it.answers)).collect();
                let sample = String::from_utf8_lossy(&it.text).into_owned();
                // a text that is asked for as a whole has one value
                if self.automata.is_whole(&it.answers) && self.place(&sample) != place {
                    continue;
                }
                let mut candidates = spelled.iter().chain([&sample]);
                let fits = |text: &&String| {
                    self.automata.answers(text.as_bytes()) == it.answers && self.place(text) == place
                };
                let example = candidates.find(fits).cloned();
                let known = classes.iter_mut().find(|class| class.truths == truths);
                match known {
                    Some(class) if class.example.is_none() => class.example = example.map(Example::Number),
                    Some(_) => {}
                    None => classes.push(Class {
                        kind: Kind::Number,
                        truths,
                        example: example.map(Example::Number),
                    }),
                }
            }
        }
        Ok(classes)
    }

    fn number_truth(&self, it: &Predicate, place: &[Ordering], answers: &[bool]) -> bool {
        let against = |lexeme: &str| {
            let bound = self.bounds.iter().position(|bound| ordering(bound, lexeme).is_eq());
            bound.and_then(|at| place.get(at)).copied().unwrap_or(Ordering::Less)
        };
        match &it.test {
            Test::Compare(equality, value) => {
                let equal = match &value.item {
                    Value::Number(number) => against(&number.lexeme).is_eq(),
                    _ => self.answer(it, answers),
                };
                equal == (*equality == Equality::Equal)
            }
            Test::Order(order, number) => order.holds(against(&number.item.lexeme)),
            _ => false,
        }
    }

    /// How a number stands to each bound.
    fn place(&self, text: &str) -> Vec<Ordering> {
        self.bounds.iter().map(|bound| ordering(text, bound)).collect()
    }

    /// All ways to stand to the bounds: below all, at the first, between the first and the second, …
    fn places(&self) -> Vec<Vec<Ordering>> {
        let count = self.bounds.len();
        let between = (0..=count).map(|at| {
            (0..count).map(|bound| if bound < at { Ordering::Greater } else { Ordering::Less }).collect()
        });
        let on = (0..count).map(|at| (0..count).map(|bound| at.cmp(&bound)).collect());
        between.chain(on).collect()
    }

    /// Numbers that stand so, in some spellings.
    fn spellings(&self, place: &[Ordering]) -> Vec<String> {
        let value = |bound: &String| bound.parse::<f64>().ok();
        let below =
            place.iter().rposition(|it| it.is_gt()).and_then(|at| self.bounds.get(at)).and_then(value);
        let above = place.iter().position(|it| it.is_lt()).and_then(|at| self.bounds.get(at)).and_then(value);
        let exact = place.iter().position(|it| it.is_eq()).and_then(|at| self.bounds.get(at));
        let mut numbers: Vec<String> = match (exact, below, above) {
            (Some(bound), ..) => {
                let plain = bound.trim_start_matches('+').to_owned();
                let canonical = value(bound).map(|number| number.to_string());
                [plain].into_iter().chain(canonical).collect()
            }
            (None, Some(low), Some(high)) => {
                vec![(low + 1.0).to_string(), f64::midpoint(low, high).to_string()]
            }
            (None, Some(low), None) => vec![(low + 1.0).to_string(), (low * 2.0 + 10.0).to_string()],
            (None, None, Some(high)) => vec![(high - 1.0).to_string(), "0".to_owned()],
            (None, None, None) => vec!["1".to_owned(), "0".to_owned(), "42".to_owned()],
        };
        for number in numbers.clone() {
            if !number.contains(['e', 'E']) {
                let ends: &[&str] =
                    if number.contains('.') { &["0", "e0"] } else { &[".0", "e0", "E0", ".00", "e+0"] };
                numbers.extend(ends.iter().map(|end| format!("{number}{end}")));
            }
        }
        numbers.into_iter().filter(|text| self.place(text) == place && is_json_number(text)).collect()
    }
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}
