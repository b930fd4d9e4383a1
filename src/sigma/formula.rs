//! From a condition and its detections to comparisons joined by "and" and "or". `not` is moved down to the comparisons.

use super::read::{Detection, Detections, Item};
use super::refusal::Refusal;
use crate::limits::SIGMA_COMPARISONS;
use rsigma_parser::{ConditionExpr, Quantifier};

/// A formula without `not`: a comparison knows whether it has to be false.
#[derive(Debug, Clone)]
pub(super) enum Formula<'a> {
    All(Vec<Formula<'a>>),
    Any(Vec<Formula<'a>>),
    Item { item: &'a Item, is_negated: bool },
}

/// The formula of a rule: one of its conditions has to hold.
pub(super) fn formula(detections: &Detections) -> Result<Formula<'_>, Refusal> {
    let mut parts = Vec::new();
    let mut left = SIGMA_COMPARISONS;
    for (at, condition) in &detections.conditions {
        let mut builder = Builder { detections, at: *at, left };
        parts.push(builder.condition(condition, false)?);
        left = builder.left;
    }
    Ok(Formula::Any(parts))
}

struct Builder<'a> {
    detections: &'a Detections,
    /// The byte of the condition.
    at: usize,
    /// Comparisons that may still be added.
    left: usize,
}

impl<'a> Builder<'a> {
    fn condition(&mut self, expr: &ConditionExpr, is_negated: bool) -> Result<Formula<'a>, Refusal> {
        match expr {
            ConditionExpr::Not(inner) => self.condition(inner, !is_negated),
            ConditionExpr::And(parts) => {
                let parts =
                    parts.iter().map(|it| self.condition(it, is_negated)).collect::<Result<_, _>>()?;
                Ok(join(true, is_negated, parts))
            }
            ConditionExpr::Or(parts) => {
                let parts =
                    parts.iter().map(|it| self.condition(it, is_negated)).collect::<Result<_, _>>()?;
                Ok(join(false, is_negated, parts))
            }
            ConditionExpr::Identifier(name) => {
                let found = self.detections.named.iter().find(|(other, _)| other == name);
                let Some((_, detection)) = found else {
                    let names: Vec<&str> =
                        self.detections.named.iter().map(|(name, _)| name.as_str()).collect();
                    return Err(Refusal::new(self.at, format!("no detection is named `{name}`"))
                        .help(format!("the detections are: {}", names.join(", "))));
                };
                self.detection(detection, is_negated)
            }
            ConditionExpr::Selector { quantifier, pattern } => {
                let named = self.detections.named.iter();
                let chosen: Vec<&Detection> = named
                    .filter(|(name, _)| pattern.matches_detection_name(name))
                    .map(|(_, it)| it)
                    .collect();
                if chosen.is_empty() {
                    return Err(Refusal::new(self.at, format!("no detection is named `{pattern}`")));
                }
                match quantifier {
                    Quantifier::Any => self.at_least(1, &chosen, is_negated),
                    Quantifier::All => self.at_least(chosen.len(), &chosen, is_negated),
                    Quantifier::Count(0) => Err(Refusal::new(self.at, "`0 of` holds for every event")),
                    Quantifier::Count(count) => {
                        let count = usize::try_from(*count).unwrap_or(usize::MAX);
                        if count > chosen.len() {
                            let reason =
                                format!("`{count} of {pattern}` never holds: {} are named so", chosen.len());
                            return Err(Refusal::new(self.at, reason));
                        }
                        self.at_least(count, &chosen, is_negated)
                    }
                }
            }
        }
    }

    /// At least this many of the detections hold.
    fn at_least(
        &mut self,
        count: usize,
        chosen: &[&'a Detection],
        is_negated: bool,
    ) -> Result<Formula<'a>, Refusal> {
        if count == 1 || count == chosen.len() {
            let parts = chosen.iter().map(|it| self.detection(it, is_negated)).collect::<Result<_, _>>()?;
            return Ok(join(count > 1, is_negated, parts));
        }
        let Some((first, rest)) = chosen.split_first() else {
            return Err(Refusal::new(self.at, "more detections are wanted than there are"));
        };
        let with = vec![self.detection(first, is_negated)?, self.at_least(count - 1, rest, is_negated)?];
        let without = self.at_least(count, rest, is_negated)?;
        Ok(join(false, is_negated, vec![join(true, is_negated, with), without]))
    }

    fn detection(&mut self, detection: &'a Detection, is_negated: bool) -> Result<Formula<'a>, Refusal> {
        match detection {
            Detection::Item(item) => {
                let Some(left) = self.left.checked_sub(item.values.len().max(1)) else {
                    let reason = format!("the condition makes more than {SIGMA_COMPARISONS} comparisons");
                    return Err(Refusal::new(self.at, reason));
                };
                self.left = left;
                Ok(Formula::Item { item, is_negated })
            }
            Detection::All(parts) | Detection::Any(parts) => {
                let is_all = matches!(detection, Detection::All(_));
                let parts =
                    parts.iter().map(|it| self.detection(it, is_negated)).collect::<Result<_, _>>()?;
                Ok(join(is_all, is_negated, parts))
            }
        }
    }
}

/// De Morgan: "not all" is "any not".
fn join(is_all: bool, is_negated: bool, parts: Vec<Formula<'_>>) -> Formula<'_> {
    if is_all == is_negated { Formula::Any(parts) } else { Formula::All(parts) }
}
