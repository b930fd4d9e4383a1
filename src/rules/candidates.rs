//! The values that are tried on a field or column for generated tests.

use super::neighbours::telling;
use crate::FilterPattern;
use crate::semantics::Semantics;
use crate::syntax::ast::Predicate;
use serde_json::Value as Json;
use std::collections::HashMap;

/// A value as a message that the field's conditions are asked about. `None`: no message has it.
type Message = Box<dyn Fn(Option<&Json>) -> Option<String>>;

/// The values of one field. A value is made, a condition compiled, and what the condition says of the value asked once,
/// however many tests are generated: without that the time grows with the cube of the conditions on one field.
pub(super) struct Candidates {
    message: Message,
    values: Vec<(Option<Json>, Option<String>)>,
    numbers: HashMap<Option<String>, usize>,
    conditions: Vec<Condition>,
    places: HashMap<String, usize>,
}

struct Condition {
    pattern: FilterPattern,
    /// Values at and beside what it asks for.
    telling: Vec<usize>,
    /// What it says of each value, as far as it was asked.
    answers: Vec<Option<bool>>,
}

/// A condition by its number, and the outcome it should have.
pub(super) type Wish = (usize, bool);

impl Candidates {
    pub(super) fn new(message: impl Fn(Option<&Json>) -> Option<String> + 'static) -> Self {
        Candidates {
            message: Box::new(message),
            values: Vec::new(),
            numbers: HashMap::new(),
            conditions: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// The number of a value; `None` is no value at all.
    pub(super) fn value(&mut self, value: Option<Json>) -> usize {
        let key = value.as_ref().map(Json::to_string);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let message = (self.message)(value.as_ref());
        self.numbers.insert(key, self.values.len());
        self.values.push((value, message));
        self.values.len() - 1
    }

    /// The number of a condition; `pattern` is the text of a pattern with this condition only. `None` if AWS refuses that.
    pub(super) fn condition(
        &mut self,
        predicate: &Predicate,
        pattern: &str,
        semantics: Semantics,
    ) -> Option<usize> {
        if let Some(number) = self.places.get(pattern) {
            return Some(*number);
        }
        let compiled = FilterPattern::with_semantics(pattern, semantics).ok()?;
        let mut values = Vec::new();
        telling(predicate, &mut values);
        let telling = values.into_iter().map(|value| self.value(Some(value))).collect();
        self.places.insert(pattern.to_owned(), self.conditions.len());
        self.conditions.push(Condition { pattern: compiled, telling, answers: Vec::new() });
        Some(self.conditions.len() - 1)
    }

    /// The values at and beside what a condition asks for.
    pub(super) fn telling(&self, condition: usize) -> &[usize] {
        self.conditions.get(condition).map_or(&[], |it| &it.telling)
    }

    /// The first of these values for which all conditions have the outcome they should; the inner `None` is no value at all.
    pub(super) fn first(&mut self, order: &[usize], wishes: &[Wish]) -> Option<Option<Json>> {
        let mut is_tried = vec![false; self.values.len()];
        let mut is_new =
            |at: usize| is_tried.get_mut(at).is_some_and(|tried| !std::mem::replace(tried, true));
        let fits = order.iter().copied().filter(|at| is_new(*at)).find(|at| {
            wishes.iter().all(|(condition, outcome)| self.holds(*condition, *at) == Some(*outcome))
        });
        self.values.get(fits?).map(|(value, _)| value.clone())
    }

    fn holds(&mut self, condition: usize, value: usize) -> Option<bool> {
        let it = self.conditions.get_mut(condition)?;
        if it.answers.len() <= value {
            it.answers.resize(self.values.len(), None);
        }
        let answer = it.answers.get_mut(value)?;
        if answer.is_none() {
            let (_, message) = self.values.get(value)?;
            *answer = Some(it.pattern.is_match(message.as_ref()?));
        }
        *answer
    }
}
