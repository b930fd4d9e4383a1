//! Functions of numbers.

use super::super::kinds;
use super::call::{Call, Outcome};

pub(super) const NAMES: &[&str] =
    &["abs", "ceil", "floor", "log", "max", "min", "parseint", "pow", "signum", "sum"];

pub(super) fn call(it: &Call<'_>, name: &str) -> Option<Outcome> {
    let one = |operation: fn(f64) -> f64| it.number(0).and_then(|number| it.numeric(operation(number)));
    let two = |operation: fn(f64, f64) -> f64| {
        it.number(0).and_then(|a| it.number(1).and_then(|b| it.numeric(operation(a, b))))
    };
    let all = |operation: fn(f64, f64) -> f64| {
        let numbers: Result<Vec<f64>, String> =
            (0..it.arguments.len()).map(|index| it.number(index)).collect();
        numbers.and_then(|numbers| match numbers.into_iter().reduce(operation) {
            Some(number) => it.numeric(number),
            None => Err("an argument is missing".to_owned()),
        })
    };
    Some(match name {
        "abs" => one(f64::abs),
        "ceil" => one(f64::ceil),
        "floor" => one(f64::floor),
        "signum" => one(|number| if number == 0.0 { 0.0 } else { number.signum() }),
        "log" => two(f64::log),
        "pow" => two(f64::powf),
        "max" => all(f64::max),
        "min" => all(f64::min),
        "sum" => it.list(0).and_then(|list| {
            let numbers: Option<Vec<f64>> = list.iter().map(kinds::number).collect();
            numbers
                .map_or(Err("an element is no number".to_owned()), |numbers| it.numeric(numbers.iter().sum()))
        }),
        "parseint" => it.string(0).and_then(|text| {
            let base = it.number(1)? as u32;
            let number = (2..=36).contains(&base).then(|| i64::from_str_radix(&text, base).ok()).flatten();
            number.map_or(Err(format!("`{text}` is no number")), |number| it.numeric(number as f64))
        }),
        _ => return None,
    })
}
