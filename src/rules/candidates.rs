//! The values that are tried for a field or column of a generated test.

use super::neighbours::telling;
use crate::FilterPattern;
use crate::semantics::Semantics;
use crate::syntax::ast::Predicate;
use serde_json::Value as Json;
use std::collections::HashMap;

/// Makes a message whose field has a value. It returns `None` if no message can have this value.
type Message = Box<dyn Fn(Option<&Json>) -> Option<String>>;

/// The candidates for the value of one field. Each value is made once, each condition is compiled once, and each condition is evaluated
/// once on each value, for all tests of a pattern. Otherwise the time would grow with the cube of the number of conditions on a field.
pub(super) struct Candidates {
    message: Message,
    values: Vec<(Option<Json>, Option<String>)>,
    numbers: HashMap<Option<String>, usize>,
    conditions: Vec<Condition>,
    places: HashMap<String, usize>,
}

struct Condition {
    pattern: FilterPattern,
    /// The values that are equal to, or near, the value that the condition compares with.
    telling: Vec<usize>,
    /// Whether the condition holds for each value. `None` if it was not evaluated yet.
    answers: Vec<Option<bool>>,
}

/// The number of a condition, and its required outcome.
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

    /// The number of a value. The value `None` is a missing field.
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

    /// The number of a condition. `pattern` is the text of a pattern that has only this condition. `None` if AWS refuses the pattern.
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

    /// The pattern that has only this condition.
    pub(super) fn pattern(&self, condition: usize) -> Option<&FilterPattern> {
        self.conditions.get(condition).map(|it| &it.pattern)
    }

    /// The values that are equal to, or near, the value that a condition compares with.
    pub(super) fn telling(&self, condition: usize) -> &[usize] {
        self.conditions.get(condition).map_or(&[], |it| &it.telling)
    }

    /// The first of the values in `order` that gives all conditions their required outcomes. The inner `None` is a missing field.
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
