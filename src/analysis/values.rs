//! Partitions the values of one field into classes. All predicates on the field have the same truth value for all values of a class.

use super::automaton::{Automata, Language, Reachable, TextPredicate};
use super::budget::Budget;
use super::decision::Unknown;
use crate::number::{Decimal, compare};
use crate::semantics::Wildcard;
use crate::syntax::ast::{Equality, Predicate, Value};
use std::cmp::Ordering;
use std::collections::HashMap;

/// A predicate, and the algorithm for stars in it: two patterns may have been parsed with different semantics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValuePredicate {
    pub(super) predicate: Predicate,
    wildcard: Wildcard,
}

impl ValuePredicate {
    pub(super) fn new(predicate: Predicate, wildcard: Wildcard) -> Self {
        let has_star = matches!(&predicate, Predicate::Compare(_, value)
            if matches!(&value.item, Value::Quoted(text) | Value::Bare(text) if text.contains('*')));
        // without a star, both algorithms give the same result
        ValuePredicate { predicate, wildcard: if has_star { wildcard } else { Wildcard::Observed } }
    }

    /// The text that the value is compared with for equality, if it is a whole text.
    pub(super) fn whole_text(&self) -> Option<&str> {
        match &self.predicate {
            Predicate::Compare(_, value) => match &value.item {
                Value::Quoted(text) | Value::Bare(text) => Some(text.as_str()).filter(|it| !it.contains('*')),
                Value::Regex(_) | Value::Number(_) => None,
            },
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => None,
        }
    }

    /// The predicate on a column's text, and whether it is equal. `None` for a comparison with a number.
    pub(super) fn column_text(&self) -> Option<(TextPredicate, bool)> {
        match &self.predicate {
            Predicate::Compare(_, value) if matches!(value.item, Value::Number(_)) => None,
            Predicate::Compare(equality, _) => {
                self.text_predicate().map(|text| (text, *equality == Equality::Equal))
            }
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => None,
        }
    }

    /// The predicate on the value's text. A number has a text, too: as it is written. `None` for predicates that read no text.
    fn text_predicate(&self) -> Option<TextPredicate> {
        match &self.predicate {
            Predicate::Compare(_, value) => Some(match &value.item {
                Value::Regex(regex) => TextPredicate::of_regex(regex),
                Value::Number(number) => TextPredicate::Equals(number.lexeme.clone().into_bytes()),
                Value::Quoted(text) | Value::Bare(text) => TextPredicate::of_text(text, self.wildcard),
            }),
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => None,
        }
    }
}

/// A class of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) kind: ValueKind,
    /// The truth value of each predicate.
    pub(super) truths: Vec<bool>,
    /// A value of the class. `None` if no value was found, and for the class of a missing field.
    pub(super) example: Option<Example>,
}

/// One value of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Example {
    /// A literal of JSON.
    Json(&'static str),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(Vec<u8>),
}

/// The kind of a value. Kinds that are more readable in an example come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ValueKind {
    Text,
    Missing,
    Number,
    Boolean,
    Null,
}

/// The type of the values: a field can have any JSON value, a column only text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    Field,
    Column,
}

/// Readable values, preferred to the shortest ones.
const LIKELY: [&str; 6] = ["other", "Other", "203.0.113.7", "example", "AssumedRole", "DescribeInstances"];

/// The classes of the values that are no texts and no numbers.
const CONSTANTS: [(ValueKind, Option<&str>); 4] = [
    (ValueKind::Missing, None),
    (ValueKind::Null, Some("null")),
    (ValueKind::Boolean, Some("true")),
    (ValueKind::Boolean, Some("false")),
];

/// The truth value for null, true, false and a missing field (docs/filter-patterns.md#conditions).
fn holds_for_constant(predicate: &Predicate, json: Option<&str>) -> bool {
    match predicate {
        Predicate::NotExists => json.is_none(),
        Predicate::IsNull => json == Some("null"),
        Predicate::IsTrue => json == Some("true"),
        Predicate::IsFalse => json == Some("false"),
        Predicate::Compare(..) | Predicate::Order(..) => false,
    }
}

/// The truth value for an object (docs/filter-patterns.md#conditions).
pub(super) fn holds_for_object(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Compare(..)
        | Predicate::Order(..)
        | Predicate::IsNull
        | Predicate::IsTrue
        | Predicate::IsFalse
        | Predicate::NotExists => false,
    }
}

/// The truth value for an array (docs/filter-patterns.md#conditions). `None` if it depends on the elements: `IS NULL` is true for an
/// array that contains a null.
pub(super) fn holds_for_array(predicate: &Predicate) -> Option<bool> {
    match predicate {
        Predicate::IsNull => None,
        Predicate::Compare(..)
        | Predicate::Order(..)
        | Predicate::IsTrue
        | Predicate::IsFalse
        | Predicate::NotExists => Some(false),
    }
}

/// The predicates on one field, prepared for the search of classes.
pub(super) struct Partition<'a> {
    predicates: &'a [ValuePredicate],
    automata: Automata,
    /// the numbers that values are compared with, ascending
    bounds: Vec<String>,
    /// for each predicate, the index of its number in `bounds` and of its text predicate in `automata`
    indexes: Vec<(Option<usize>, Option<usize>)>,
}

fn ordering(text: &str, bound: &str) -> Ordering {
    match (Decimal::parse(text.as_bytes()), Decimal::parse(bound.as_bytes())) {
        (Some(a), Some(b)) => compare(&a, &b),
        _ => Ordering::Less,
    }
}

impl<'a> Partition<'a> {
    pub(super) fn new(predicates: &'a [ValuePredicate], budget: &mut Budget) -> Result<Self, Unknown> {
        let (mut texts, mut bounds) = (Vec::new(), Vec::new());
        for predicate in predicates {
            if let Some(text) = predicate.text_predicate()
                && !texts.contains(&text)
            {
                texts.push(text);
            }
            match &predicate.predicate {
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
        let automata = Automata::new(texts, budget)?;
        let bound = |lexeme: &str| bounds.binary_search_by(|bound| ordering(bound, lexeme)).ok();
        let indexes = predicates.iter().map(|it| {
            let number = match &it.predicate {
                Predicate::Compare(_, value) => match &value.item {
                    Value::Number(number) => bound(&number.lexeme),
                    Value::Quoted(_) | Value::Bare(_) | Value::Regex(_) => None,
                },
                Predicate::Order(_, number) => bound(&number.item.lexeme),
                Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => None,
            };
            (number, it.text_predicate().and_then(|text| automata.position(&text)))
        });
        let indexes = indexes.collect();
        Ok(Partition { predicates, automata, bounds, indexes })
    }

    /// The predicates, each with its indexes.
    fn indexed(&self) -> impl Iterator<Item = (&Predicate, (Option<usize>, Option<usize>))> {
        self.predicates.iter().map(|it| &it.predicate).zip(self.indexes.iter().copied())
    }

    /// All classes of the values of a field.
    pub(super) fn classes(
        &self,
        domain: Values,
        likely: &[&str],
        budget: &mut Budget,
    ) -> Result<Vec<Class>, Unknown> {
        let mut all = if domain == Values::Field { self.constants() } else { Vec::new() };
        all.extend(self.texts(domain, likely, budget)?);
        all.extend(self.numbers(domain, budget)?);
        Ok(all)
    }

    /// The classes of values for which the predicates have the wanted truth values; `None` in `wanted` is any value. Of texts and of
    /// numbers there is at most one class, because the other classes with these truth values are as good. The class of missing fields
    /// is always there.
    pub(super) fn classes_with(
        &self,
        wanted: &[Option<bool>],
        domain: Values,
        likely: &[&str],
        budget: &mut Budget,
    ) -> Result<Vec<Class>, Unknown> {
        let mut all = if domain == Values::Field { self.constants() } else { Vec::new() };
        // a field without a place is missing, whatever is wanted
        all.retain(|class| class.kind == ValueKind::Missing || agree(wanted, &class.truths));
        all.extend(self.text_with(wanted, domain, likely, budget)?);
        all.extend(self.number_with(wanted, domain, budget)?);
        Ok(all)
    }

    fn constants(&self) -> Vec<Class> {
        let class = |(kind, json): (ValueKind, Option<&'static str>)| Class {
            kind,
            truths: self.predicates.iter().map(|it| holds_for_constant(&it.predicate, json)).collect(),
            example: json.map(Example::Json),
        };
        CONSTANTS.into_iter().map(class).collect()
    }

    fn text_with(
        &self,
        wanted: &[Option<bool>],
        domain: Values,
        likely: &[&str],
        budget: &mut Budget,
    ) -> Result<Option<Class>, Unknown> {
        let mut of_texts = vec![None; self.automata.len()];
        for ((predicate, (_, text_predicate)), wanted) in self.indexed().zip(wanted) {
            let Some(wanted) = *wanted else { continue };
            let slot = text_predicate.and_then(|at| of_texts.get_mut(at));
            let (Predicate::Compare(equality, value), Some(slot)) = (predicate, slot) else {
                // the other predicates are false for a text
                if wanted {
                    return Ok(None);
                }
                continue;
            };
            let is_equal = *equality == Equality::Equal;
            if domain == Values::Column && matches!(value.item, Value::Number(_)) {
                if wanted == is_equal {
                    return Ok(None);
                }
                continue;
            }
            let value = Some(wanted == is_equal);
            if slot.is_some() && *slot != value {
                return Ok(None);
            }
            *slot = value;
        }
        let language = if domain == Values::Field { Language::Any } else { Language::NoDecimals };
        let likely: Vec<&str> = likely.iter().chain(&LIKELY).copied().collect();
        let text = self.automata.text_with(&of_texts, language, &likely, budget)?;
        Ok(text.map(|text| self.text_class(Reachable { truths: self.automata.truths(&text), text }, domain)))
    }

    fn number_with(
        &self,
        wanted: &[Option<bool>],
        domain: Values,
        budget: &mut Budget,
    ) -> Result<Option<Class>, Unknown> {
        let mut of_texts = vec![None; self.automata.len()];
        for ((predicate, (_, text_predicate)), wanted) in self.indexed().zip(wanted) {
            let (Some(wanted), Predicate::Compare(equality, value)) = (*wanted, predicate) else { continue };
            let slot = text_predicate.and_then(|at| of_texts.get_mut(at));
            if let Some(slot) = slot.filter(|_| !matches!(value.item, Value::Number(_))) {
                let value = Some(wanted == (*equality == Equality::Equal));
                if slot.is_some() && *slot != value {
                    return Ok(None);
                }
                *slot = value;
            }
        }
        let grammar = if domain == Values::Field { Language::Numbers } else { Language::Decimals };
        let Some(sample) = self.automata.text_with(&of_texts, grammar, &[], budget)? else { return Ok(None) };
        let is_wanted = |text: &str| agree(&of_texts, &self.automata.truths(text.as_bytes()));
        let is_whole =
            of_texts.iter().enumerate().any(|(at, it)| *it == Some(true) && self.automata.is_equals(at));
        let sample = String::from_utf8_lossy(&sample).into_owned();
        let mut found = None;
        for position in self.all_positions() {
            budget.spend(1, self.predicates.len())?;
            let truths_of = |texts: &[bool]| -> Vec<bool> {
                self.indexed().map(|(it, at)| number_truth(it, at, position, texts)).collect()
            };
            let texts: Vec<bool> = of_texts.iter().map(|it| it.unwrap_or_default()).collect();
            let at_sample = self.position(&sample) == position;
            // a text of a predicate `Equals` is one number, so it has one position
            if is_whole && !at_sample || !agree(wanted, &truths_of(&texts)) {
                continue;
            }
            let spelling = self.spellings(position).into_iter().find(|text| is_wanted(text));
            let Some(text) = spelling.or_else(|| at_sample.then(|| sample.clone())) else {
                // such a number may or may not exist
                found = Some(Class { kind: ValueKind::Number, truths: truths_of(&texts), example: None });
                continue;
            };
            let truths = truths_of(&self.automata.truths(text.as_bytes()));
            return Ok(Some(Class { kind: ValueKind::Number, truths, example: Some(Example::Number(text)) }));
        }
        Ok(found)
    }

    /// The class of a text.
    fn text_class(&self, it: Reachable, domain: Values) -> Class {
        let truth = |predicate: &Predicate, text_predicate: Option<usize>| match predicate {
            // in a column only a number equals a number (docs/filter-patterns.md#column-conditions)
            Predicate::Compare(equality, value)
                if domain == Values::Column && matches!(value.item, Value::Number(_)) =>
            {
                *equality == Equality::NotEqual
            }
            Predicate::Compare(equality, _) => {
                text_truth(text_predicate, &it.truths) == (*equality == Equality::Equal)
            }
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => false,
        };
        let truths = self.indexed().map(|(predicate, (_, text))| truth(predicate, text)).collect();
        Class { kind: ValueKind::Text, truths, example: Some(Example::Text(it.text)) }
    }

    fn texts(&self, domain: Values, likely: &[&str], budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        let texts = if domain == Values::Field { Language::Any } else { Language::NoDecimals };
        let mut reachable = self.automata.reachable(texts, budget)?;
        for text in LIKELY.iter().rev().chain(likely.iter().rev()) {
            let truths = self.automata.truths(text.as_bytes());
            let is_number = Decimal::parse(text.as_bytes()).is_some();
            let same = reachable
                .iter_mut()
                .find(|it| it.truths == truths && !(is_number && domain == Values::Column));
            if let Some(same) = same {
                same.text = text.as_bytes().to_vec();
            }
        }
        Ok(reachable.into_iter().map(|it| self.text_class(it, domain)).collect())
    }

    /// The classes of numbers: by their order among the bounds, and by their texts. A combination for which no number was found is
    /// also a class, without an example: such a number may or may not exist.
    fn numbers(&self, domain: Values, budget: &mut Budget) -> Result<Vec<Class>, Unknown> {
        let grammar = if domain == Values::Field { Language::Numbers } else { Language::Decimals };
        let reachable = self.automata.reachable(grammar, budget)?;
        // a text of a predicate `Equals` is one number, so it has one position
        let samples: Vec<(String, Option<usize>)> = reachable
            .iter()
            .map(|it| {
                let sample = String::from_utf8_lossy(&it.text).into_owned();
                let position = self.automata.is_whole(&it.truths).then(|| self.position(&sample));
                (sample, position)
            })
            .collect();
        let mut classes: Vec<Class> = Vec::new();
        let mut known: HashMap<Vec<bool>, usize> = HashMap::new();
        for position in self.all_positions() {
            let spelled: Vec<(String, Vec<bool>)> = self
                .spellings(position)
                .into_iter()
                .map(|text| {
                    let truths = self.automata.truths(text.as_bytes());
                    (text, truths)
                })
                .collect();
            for (it, (sample, only)) in reachable.iter().zip(&samples) {
                if only.is_some_and(|only| only != position) {
                    continue;
                }
                budget.spend(1, self.predicates.len())?;
                let truths: Vec<bool> = self
                    .indexed()
                    .map(|(predicate, at)| number_truth(predicate, at, position, &it.truths))
                    .collect();
                let spelling = spelled.iter().find(|(_, truths)| *truths == it.truths);
                let example = match spelling {
                    Some((text, _)) => Some(text.clone()),
                    None => (self.position(sample) == position).then(|| sample.clone()),
                };
                let example = example.map(Example::Number);
                match known.get(&truths).and_then(|at| classes.get_mut(*at)) {
                    Some(class) if class.example.is_none() => class.example = example,
                    Some(_) => {}
                    None => {
                        known.insert(truths.clone(), classes.len());
                        classes.push(Class { kind: ValueKind::Number, truths, example });
                    }
                }
            }
        }
        Ok(classes)
    }

    /// The position of a number among the bounds: `2 * n` between the bounds n - 1 and n, `2 * n + 1` on the bound n.
    fn position(&self, text: &str) -> usize {
        let below = self.bounds.partition_point(|bound| ordering(text, bound).is_gt());
        let is_on = self.bounds.get(below).is_some_and(|bound| ordering(text, bound).is_eq());
        2 * below + usize::from(is_on)
    }

    /// All indexes: those between the bounds, then those on them.
    fn all_positions(&self) -> impl Iterator<Item = usize> + use<> {
        let count = self.bounds.len();
        (0..=count).map(|at| 2 * at).chain((0..count).map(|at| 2 * at + 1))
    }

    /// Numbers at a position, in several spellings.
    fn spellings(&self, position: usize) -> Vec<String> {
        let value = |bound: &String| bound.parse::<f64>().ok();
        let at = position / 2;
        let exact = self.bounds.get(at).filter(|_| position % 2 == 1);
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
        numbers.into_iter().filter(|text| self.position(text) == position && is_json_number(text)).collect()
    }
}

/// Whether the truth values are the wanted ones.
pub(super) fn agree(wanted: &[Option<bool>], truths: &[bool]) -> bool {
    wanted.iter().zip(truths).all(|(wanted, truth)| wanted.is_none_or(|wanted| wanted == *truth))
}

fn text_truth(text_predicate: Option<usize>, truths: &[bool]) -> bool {
    text_predicate.and_then(|at| truths.get(at)).copied().unwrap_or_default()
}

/// The truth value of a predicate for a number at a position.
fn number_truth(
    predicate: &Predicate,
    (bound, text_predicate): (Option<usize>, Option<usize>),
    position: usize,
    truths: &[bool],
) -> bool {
    let against = bound.map_or(Ordering::Less, |bound| position.cmp(&(2 * bound + 1)));
    match predicate {
        Predicate::Compare(equality, value) => {
            let equal = match &value.item {
                Value::Number(_) => against.is_eq(),
                Value::Quoted(_) | Value::Bare(_) | Value::Regex(_) => text_truth(text_predicate, truths),
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
