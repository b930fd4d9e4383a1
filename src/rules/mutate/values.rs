//! The small changes of a predicate and of the value that it compares with.

use crate::Span;
use crate::syntax::ast::{Condition, Equality, Expr, Node, Number, Order, Predicate, Regex, Value};

pub(super) fn of_predicate(predicate: &Predicate) -> Vec<(&'static str, Predicate)> {
    match predicate {
        Predicate::Compare(equality, value) => {
            let other = match equality {
                Equality::Equal => Equality::NotEqual,
                Equality::NotEqual => Equality::Equal,
            };
            let with = |equality, new| Predicate::Compare(equality, Node::new(value.span, new));
            let mut all = vec![("flip an operator", with(other, value.item.clone()))];
            all.extend(of_value(&value.item).into_iter().map(|(change, new)| (change, with(*equality, new))));
            all
        }
        Predicate::Order(order, number) => {
            let others = match order {
                Order::Less => [Order::LessOrEqual, Order::Greater],
                Order::LessOrEqual => [Order::Less, Order::GreaterOrEqual],
                Order::Greater => [Order::GreaterOrEqual, Order::Less],
                Order::GreaterOrEqual => [Order::Greater, Order::LessOrEqual],
            };
            let flipped = others.map(|order| ("flip an operator", Predicate::Order(order, number.clone())));
            let moved = of_number(&number.item)
                .into_iter()
                .map(|new| ("move a border", Predicate::Order(*order, Node::new(number.span, new))));
            flipped.into_iter().chain(moved).collect()
        }
        Predicate::IsTrue => vec![("flip an operator", Predicate::IsFalse)],
        Predicate::IsFalse => vec![("flip an operator", Predicate::IsTrue)],
        Predicate::IsNull => vec![("flip an operator", Predicate::NotExists)],
        Predicate::NotExists => vec![("negate NOT EXISTS", any()), ("flip an operator", Predicate::IsNull)],
    }
}

/// `= *`
fn any() -> Predicate {
    Predicate::Compare(Equality::Equal, Node::new(Span::default(), Value::Bare("*".to_owned())))
}

/// `$.a != x` as it is written to match events without the field, too: `($.a NOT EXISTS || $.a IS NULL || $.a != x)`.
pub(super) fn three_arms(condition: &Condition) -> Option<Expr<Condition>> {
    let Predicate::Compare(Equality::NotEqual, _) = &condition.predicate.item else { return None };
    let span = condition.predicate.span;
    let arm = |predicate| {
        let arm = Condition { predicate: Node::new(span, predicate), ..condition.clone() };
        Node::new(span, Expr::Condition(arm))
    };
    let arms = [Predicate::NotExists, Predicate::IsNull, condition.predicate.item.clone()].map(arm);
    Some(Expr::Group(Box::new(Node::new(span, Expr::Or(arms.into())))))
}

fn of_value(value: &Value) -> Vec<(&'static str, Value)> {
    match value {
        Value::Quoted(text) => of_text(text, Value::Quoted),
        Value::Bare(text) => of_text(text, Value::Bare),
        Value::Number(number) => {
            let near = of_number(number).into_iter().map(|new| ("change a number", Value::Number(new)));
            near.chain([("widen a literal", Value::Bare(format!("{}*", number.lexeme)))]).collect()
        }
        Value::Regex(regex) => {
            let of_body = super::regex::changes(&regex.body).into_iter();
            of_body.map(|(change, body)| (change, Value::Regex(Regex { body }))).collect()
        }
    }
}

fn of_text(text: &str, make: fn(String) -> Value) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    if text.contains('*') {
        if text.len() > 1 {
            for (at, _) in text.match_indices('*') {
                let (before, after) =
                    (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
                all.push(("narrow a wildcard", make(format!("{before}{after}"))));
            }
            all.push(("narrow a wildcard", make(text.replace('*', ""))));
            if !text.starts_with('*') {
                all.push(("widen a wildcard", make(format!("*{text}"))));
            }
            if !text.ends_with('*') {
                all.push(("widen a wildcard", make(format!("{text}*"))));
            }
        }
    } else {
        all.push(("widen a literal", make(format!("{text}*"))));
        all.push(("widen a literal", make(format!("*{text}"))));
    }
    let lower = text.to_lowercase();
    let other = if lower == text { text.to_uppercase() } else { lower };
    all.push(("change a literal's case", make(other)));
    all
}

/// The numbers beside this one: its last digit one more, one less, and one digit more.
fn of_number(number: &Number) -> Vec<Number> {
    let text = &number.lexeme;
    let mantissa = text.find(['e', 'E']).unwrap_or(text.len());
    let (digits, exponent) = text.split_at(mantissa);
    let mut all: Vec<String> = [1, -1].into_iter().filter_map(|step| stepped(digits, step)).collect();
    all.push(format!("{digits}1"));
    all.into_iter().map(|digits| Number { lexeme: format!("{digits}{exponent}") }).collect()
}

/// A decimal whose last digit is one more or one less. `None` if it has no digit, or if the sum is out of range.
fn stepped(digits: &str, step: i128) -> Option<String> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let sum = format!("{whole}{fraction}").parse::<i128>().ok()?.checked_add(step)?;
    if fraction.is_empty() {
        return Some(sum.to_string());
    }
    let sign = if sum < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", sum.unsigned_abs(), width = fraction.len() + 1);
    let (whole, fraction) = text.split_at_checked(text.len() - fraction.len())?;
    Some(format!("{sign}{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beside_a_number() {
        for (number, expected) in [
            ("400", "401 399 4001"),
            ("0", "1 -1 01"),
            ("-1", "0 -2 -11"),
            ("0.5", "0.6 0.4 0.51"),
            ("-0.1", "0.0 -0.2 -0.11"),
            ("9.99", "10.00 9.98 9.991"),
            ("1e400", "2e400 0e400 11e400"),
            (".5", "0.6 0.4 .51"),
            ("99999999999999999999999999999999999999999999", "999999999999999999999999999999999999999999991"),
        ] {
            let found = of_number(&Number { lexeme: number.to_owned() });
            let found: Vec<String> = found.into_iter().map(|it| it.lexeme).collect();
            assert_eq!(found.join(" "), expected, "{number}");
        }
    }
}
