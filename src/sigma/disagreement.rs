//! Comparisons that evaluators of Sigma judge differently: the specification does not say which of them is right.

use super::difference::{Difference, DifferenceKind, Direction};
use super::read::Item;
use super::scalar::Value;
use rsigma_parser::{Modifier, SpecialChar, StringPart};

/// The differences of a comparison, or of its negation, to an evaluator that reads it more strictly.
pub(super) fn disagreements(item: &Item, is_negated: bool) -> Vec<Difference> {
    let direction = if is_negated { Direction::Narrower } else { Direction::Wider };
    let field = &item.field;
    let is_list = item.values.len() > 1;
    let null_in_list = is_list && item.values.iter().any(|it| it.value == Value::Null);
    let texts = [
        (null_in_list, format!("a null in a list also matches a missing `{field}`")),
        (is_list && item.has(Modifier::Neq), format!("`neq` with a list also matches a null `{field}`")),
        (
            is_open_twice(item),
            format!("a wildcard of its own makes the comparison with `{field}` a `contains`"),
        ),
    ];
    let held = texts.into_iter().filter(|(holds, _)| *holds);
    held.map(|(_, text)| Difference { at: item.at, kind: DifferenceKind::Evaluators, direction, text })
        .collect()
}

/// Whether a value of `startswith` begins with `*`, or one of `endswith` ends with it.
fn is_open_twice(item: &Item) -> bool {
    let is_any =
        |part: Option<&StringPart>| matches!(part, Some(StringPart::Special(SpecialChar::WildcardMulti)));
    item.values.iter().any(|placed| match &placed.value {
        Value::Text(text) => {
            item.has(Modifier::StartsWith) && is_any(text.parts.first())
                || item.has(Modifier::EndsWith) && is_any(text.parts.last())
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => false,
    })
}
