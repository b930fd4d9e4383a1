//! What the conditions on one field can say together: the values of a field fall into classes that they do not tell apart.

use super::automaton::{Automata, Language, TextPredicate};
use super::budget::Budget;
use super::decision::Unknown;
use crate::number::{Decimal, compare};
use crate::semantics::Wildcard;
use crate::syntax::ast::{Equality, Predicate, Value};
use std::cmp::Ordering;
use std::collections::HashMap;

/// A test, and how a star in it is matched: two patterns may have been read with different semantics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValuePredicate {
    pub(super) predicate: Predicate,
    wildcard: Wildcard,
}

impl ValuePredicate {
    pub(super) fn new(predicate: Predicate, wildcard: Wildcard) -> Self {
        let has_star = matches!(&predicate, Predicate::Compare(_, value)
            if matches!(&value.item, Value::Quoted(text) | Value::Bare(text) if text.contains('*')));
        // where no star is, both algorithms do the same
        ValuePredicate { predicate, wildcard: if has_star { wildcard } else { Wildcard::Observed } }
    }

    /// What a value is asked as a text; a number as written, too. `None` for tests that ask no text.
    fn question(&self) -> Option<TextPredicate> {
        let Predicate::Compare(_, value) = &self.predicate else { return None };
        Some(match &value.item {
            Value::Regex(regex) => TextPredicate::of_regex(regex),
            Value::Number(number) => TextPredicate::Is(number.lexeme.clone().into_bytes()),
            Value::Quoted(text) | Value::Bare(text) => TextPredicate::of_text(text, self.wildcard),
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
    tests: &[ValuePredicate],
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
            truths: tests.iter().map(|it| of_plain(&it.predicate, json)).collect(),
            example: json.map(Example::Json),
        }));
    }
    all.extend(asked.texts(domain, likely, budget)?);
    all.extend(asked.numbers(domain, budget)?);
    Ok(all)
}

/// docs/filter-patterns.md#conditions: null, true, false, and what is not there.
fn of_plain(test: &Predicate, json: Option<&str>) -> bool {
    match test {
        Predicate::NotExists => json.is_none(),
        Predicate::IsNull => json == Some("null"),
        Predicate::IsTrue => json == Some("true"),
        Predicate::IsFalse => json == Some("false"),
        Predicate::Compare(..) | Predicate::Order(..) => false,
    }
}

struct Asked<'a> {
    tests: &'a [ValuePredicate],
    automata: Automata,
    /// the numbers that values are compared with, in order
    bounds: Vec<String>,
    /// of each test the place of its number among the bounds, and that of its question among the automata's
    places: Vec<(Option<usize>, Option<usize>)>,
}

fn ordering(text: &str, bound: &str) -> Ordering {
    match (Decimal::parse(text.as_bytes()), Decimal::parse(bound.as_bytes())) {
        (Some(a), Some(b)) => compare(&a, &b),
        _ => Ordering::Less,
    }
}

impl<'a> Asked<'a> {
    fn new(tests: &'a [ValuePredicate]) -> Result<Self, Unknown> {
        let (mut questions, mut bounds) = (Vec::new(), Vec::new());
        for test in tests {
            if let Some(question) = test.question()
                && !questions.contains(&question)
            {
                questions.push(question);
            }
            match &test.predicate {
                Predicate::Compare(_, value) => {
                    if let Value::Number(number) = &value.item {
                        bounds.push(number.lexeme.clone());
                    }
                }
                Predicate::Order(_, number) => bounds.push(number.item.lexeme.clone()),
                Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => {}
            }
        }
        bounds.sort_by(|a, b| ordering(a, b));
        bounds.dedup_by(|a, b| ordering(a, b).is_eq());
        let automata = Automata::new(questions)?;
        let bound = |lexeme: &str| bounds.binary_search_by(|bound| ordering(bound, lexeme)).ok();
        let places = tests.iter().map(|it| {
            let number = match &it.predicate {
                Predicate::Compare(_, value) => match &value.item {
                    Value::Number(number) => bound(&number.lexeme),
                    _ => None,
                },
                Predicate::Order(_, number) => bound(&number.item.lexeme),
                Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => None,
            };
            (number, it.question().and_then(|question| automata.position(&question)))
        });
        let places = places.collect();
        Ok(Asked { tests, automata, bounds, places })
    }

    /// The tests, each with its places.
    fn placed(&self) -> impl Iterator<Item = (&Predicate, (Option<usize>, Option<usize>))> {
        self.tests.iter().map(|it| &it.predicate).zip(self.places.iter().copied())
    }

    fn texts(&self, domain: Domain, likely: &[&str], budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        let texts = if domain == Domain::Field { Language::Any } else { Language::NoDecimals };
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
        let truth = |test: &Predicate, question: Option<usize>, answers: &[bool]| match test {
            // in a column only a number equals one (docs/filter-patterns.md#column-conditions)
            Predicate::Compare(equality, value)
                if domain == Domain::Column && matches!(value.item, Value::Number(_)) =>
            {
                *equality == Equality::NotEqual
            }
            Predicate::Compare(equality, _) => answer(question, answers) == (*equality == Equality::Equal),
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => false,
        };
        let class = |it: super::automaton::Reachable| Class {
            kind: Kind::Text,
            truths: self.placed().map(|(test, (_, question))| truth(test, question, &it.answers)).collect(),
            example: Some(Example::Text(it.text)),
        };
        Ok(reachable.into_iter().map(class).collect())
    }

    /// Numbers are told apart by their order among the bounds and by their texts. All combinations are taken, also where
    /// no number was found for one: then there is none, or nobody knows it.
    fn numbers(&self, domain: Domain, budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        let grammar = if domain == Domain::Field { Language::Numbers } else { Language::Decimals };
        let reachable = self.automata.reachable(grammar, budget)?;
        // a text that is asked for as a whole has one value
        let samples: Vec<(String, Option<usize>)> = reachable
            .iter()
            .map(|it| {
                let sample = String::from_utf8_lossy(&it.text).into_owned();
                let place = self.automata.is_whole(&it.answers).then(|| self.place(&sample));
                (sample, place)
            })
            .collect();
        let mut classes: Vec<Class> = Vec::new();
        let mut known: HashMap<Vec<bool>, usize> = HashMap::new();
        for place in self.all_places() {
            let spelled: Vec<(String, Vec<bool>)> = self
                .spellings(place)
                .into_iter()
                .map(|text| {
                    let answers = self.automata.answers(text.as_bytes());
                    (text, answers)
                })
                .collect();
            for (it, (sample, only)) in reachable.iter().zip(&samples) {
                if only.is_some_and(|only| only != place) {
                    continue;
                }
                budget.spend(1, self.tests.len())?;
                let truths: Vec<bool> =
                    self.placed().map(|(test, at)| number_truth(test, at, place, &it.answers)).collect();
                let spelling = spelled.iter().find(|(_, answers)| *answers == it.answers);
                let example = match spelling {
                    Some((text, _)) => Some(text.clone()),
                    None => (self.place(sample) == place).then(|| sample.clone()),
                };
                let example = example.map(Example::Number);
                match known.get(&truths).and_then(|at| classes.get_mut(*at)) {
                    Some(class) if class.example.is_none() => class.example = example,
                    Some(_) => {}
                    None => {
                        known.insert(truths.clone(), classes.len());
                        classes.push(Class { kind: Kind::Number, truths, example });
                    }
                }
            }
        }
        Ok(classes)
    }

    /// The place of a number among the bounds: `2 * n` between the bounds n - 1 and n, `2 * n + 1` on the bound n.
    fn place(&self, text: &str) -> usize {
        let below = self.bounds.partition_point(|bound| ordering(text, bound).is_gt());
        let is_on = self.bounds.get(below).is_some_and(|bound| ordering(text, bound).is_eq());
        2 * below + usize::from(is_on)
    }

    /// All places: those between the bounds, then those on them.
    fn all_places(&self) -> impl Iterator<Item = usize> + use<> {
        let count = self.bounds.len();
        (0..=count).map(|at| 2 * at).chain((0..count).map(|at| 2 * at + 1))
    }

    /// Numbers that stand so, in some spellings.
    fn spellings(&self, place: usize) -> Vec<String> {
        let value = |bound: &String| bound.parse::<f64>().ok();
        let at = place / 2;
        let exact = self.bounds.get(at).filter(|_| place % 2 == 1);
        let below = at.checked_sub(1).and_then(|at| self.bounds.get(at)).and_then(value);
        let above = self.bounds.get(at).and_then(value);
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

fn answer(question: Option<usize>, answers: &[bool]) -> bool {
    question.and_then(|at| answers.get(at)).copied().unwrap_or_default()
}

/// What a test says of a number at a place.
fn number_truth(
    test: &Predicate,
    (bound, question): (Option<usize>, Option<usize>),
    place: usize,
    answers: &[bool],
) -> bool {
    let against = bound.map_or(Ordering::Less, |bound| place.cmp(&(2 * bound + 1)));
    match test {
        Predicate::Compare(equality, value) => {
            let equal = match &value.item {
                Value::Number(_) => against.is_eq(),
                _ => answer(question, answers),
            };
            equal == (*equality == Equality::Equal)
        }
        Predicate::Order(order, _) => order.holds(against),
        Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => false,
    }
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}
