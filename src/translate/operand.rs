//! The right side of a comparison, as all targets need it (docs/filter-patterns.md#comparison).

use crate::Semantics;
use crate::semantics::Wildcard as Algorithm;
use crate::syntax::ast::{Number, Regex, Value};

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand<'a> {
    /// JSON numbers by value, texts with the number's text.
    Number(&'a Number),
    /// Texts.
    Search(Search<'a>),
}

/// What a text is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search<'a> {
    /// Equal texts.
    Text(&'a str),
    /// `*`: every text and every number.
    Anything,
    /// A text with wildcards.
    Wildcard(Wildcard<'a>),
    /// A regular expression.
    Regex(&'a Regex),
}

/// A text that is split at its stars: `a*b*c` has the prefix `a`, the inner part `b` and the suffix `c`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wildcard<'a> {
    pub(super) prefix: &'a str,
    /// The text between the first and the last star.
    between: &'a str,
    pub(super) suffix: &'a str,
    algorithm: Algorithm,
}

impl<'a> Wildcard<'a> {
    /// The texts that are searched one after another, without the empty ones.
    pub(super) fn inner(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.between.split('*').filter(|part| !part.is_empty())
    }

    /// Whether the first occurrence of the suffix has to end the text (docs/filter-patterns.md#wildcards). A target's own wildcards take
    /// any occurrence.
    pub(super) fn takes_first_suffix(&self) -> bool {
        self.algorithm == Algorithm::Observed && !self.suffix.is_empty()
    }

    fn parts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        [self.prefix, self.suffix].into_iter().chain(self.inner())
    }
}

impl<'a> Operand<'a> {
    pub(super) fn of(value: &'a Value, semantics: Semantics) -> Self {
        match value {
            Value::Regex(regex) => Operand::Search(Search::Regex(regex)),
            Value::Number(number) => Operand::Number(number),
            Value::Quoted(text) | Value::Bare(text) => Operand::Search(of_text(text, semantics)),
        }
    }
}

impl Search<'_> {
    /// Whether the text of a JSON number may be equal: then the answer depends on how a number is written (`1.0`, `1`).
    pub(super) fn may_hold_for_number_text(&self) -> bool {
        let is_part_of_number = |text: &str| text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte));
        match self {
            Search::Anything => false,
            Search::Text(text) => !text.is_empty() && is_part_of_number(text),
            Search::Wildcard(wildcard) => wildcard.parts().all(is_part_of_number),
            Search::Regex(_) => true,
        }
    }
}

fn of_text(text: &str, semantics: Semantics) -> Search<'_> {
    let Some((prefix, rest)) = text.split_once('*') else { return Search::Text(text) };
    let (between, suffix) = rest.rsplit_once('*').unwrap_or(("", rest));
    let wildcard = Wildcard { prefix, between, suffix, algorithm: semantics.wildcard_algorithm() };
    if wildcard.parts().all(str::is_empty) { Search::Anything } else { Search::Wildcard(wildcard) }
}

/// The number as JSON, SQL and jq write it. `None` if it is beyond the range of a double.
pub(super) fn literal(number: &Number) -> Option<String> {
    number.lexeme.parse::<f64>().ok().filter(|value| value.is_finite())?;
    let (sign, digits) = match number.lexeme.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number.lexeme.trim_start_matches('+')),
    };
    let without_zeros = digits.trim_start_matches('0');
    let zero = if without_zeros.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    Some(format!("{sign}{zero}{without_zeros}"))
}

/// Significant digits that a double always keeps apart.
const DOUBLE_DIGITS: usize = 15;

/// Whether a double may be unable to tell the number from others.
pub(super) fn exceeds_double(number: &Number) -> bool {
    let mantissa = number.lexeme.split(['e', 'E']).next().unwrap_or_default();
    let digits = || mantissa.bytes().filter(u8::is_ascii_digit);
    let value = number.lexeme.parse::<f64>().unwrap_or(f64::INFINITY);
    digits().skip_while(|digit| *digit == b'0').count() > DOUBLE_DIGITS
        || (value.abs() < f64::MIN_POSITIVE && digits().any(|digit| digit != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_json_does() {
        for (lexeme, expected) in [
            ("1", Some("1")),
            ("+5", Some("5")),
            ("007", Some("7")),
            ("-0", Some("-0")),
            ("00.50", Some("0.50")),
            ("0e5", Some("0e5")),
            ("+01E+2", Some("1E+2")),
            ("1e999", None),
        ] {
            assert_eq!(literal(&Number { lexeme: lexeme.into() }).as_deref(), expected, "{lexeme}");
        }
        for (lexeme, expected) in [
            ("404", false),
            ("123456789012345", false),
            ("1234567890123456", true),
            ("0.0001", false),
            ("1e-320", true),
            ("0e-400", false),
        ] {
            assert_eq!(exceeds_double(&Number { lexeme: lexeme.into() }), expected, "{lexeme}");
        }
    }

    #[test]
    fn only_texts_that_a_number_can_have_depend_on_its_spelling() {
        for (text, expected) in [
            ("12", true),
            ("1e5", true),
            ("Root", false),
            ("*", false),
            ("12.*", true),
            ("*Get*", false),
            ("", false),
            ("e", true),
            ("10.0.0.1/8", false),
        ] {
            let operand = of_text(text, Semantics::default());
            assert_eq!(operand.may_hold_for_number_text(), expected, "{text}");
        }
    }
}
