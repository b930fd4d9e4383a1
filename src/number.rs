//! Compares numbers as decimals of any size, without rounding (docs/filter-patterns.md#comparison).
//!
//! A number is never converted: `f64` would make 9007199254740993 and 9007199254740992 equal. Its text is split into sign, digits and
//! exponent. Two numbers compare by sign, then by the power of ten of their first significant digit, then digit by digit.

use crate::limits::METRIC_VALUE;
use std::cmp::Ordering;

/// A number's text, split into its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    integer: &'a [u8],
    fraction: &'a [u8],
    /// Saturates at ±2^60, which no text of a possible length can tell apart.
    exponent: i64,
}

const EXPONENT_BOUND: i64 = 1 << 60;

impl<'a> Decimal<'a> {
    /// Parses the whole of `text` as `[+-]? digits [ "." digits ] [ ("e"|"E") [+-]? digits ]`; `None` if it has another form.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        let (negative, unsigned) = signed(text);
        let (integer, rest) = digits(unsigned)?;
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => digits(rest)?,
            _ => (&[] as &[u8], rest),
        };
        let exponent = match rest.split_first() {
            Some((b'e' | b'E', rest)) => exponent(rest)?,
            Some(_) => return None,
            None => 0,
        };
        Some(Decimal { negative, integer, fraction, exponent })
    }

    fn significant(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.integer.iter().chain(self.fraction).copied().skip_while(|&digit| digit == b'0')
    }

    /// The power of ten above the first significant digit (1 for 1 to 9); `None` for zero.
    fn magnitude(&self) -> Option<i64> {
        let zeros = self.integer.iter().chain(self.fraction).position(|&digit| digit != b'0')?;
        let places = i64::try_from(self.integer.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(self.exponent.saturating_add(places))
    }
}

/// Compares by value: 1, 1.0 and 1e0 are equal, and so are 0 and -0.
pub(crate) fn compare(a: &Decimal<'_>, b: &Decimal<'_>) -> Ordering {
    let (a_size, b_size) = (a.magnitude(), b.magnitude());
    let negative = |number: &Decimal<'_>, size: Option<i64>| number.negative && size.is_some();
    match (negative(a, a_size), negative(b, b_size)) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a_size.cmp(&b_size).then_with(|| compare_digits(a, b)),
        (true, true) => b_size.cmp(&a_size).then_with(|| compare_digits(b, a)),
    }
}

/// Whether CloudWatch has the number as a value of a metric: NaN, infinities and numbers out of its range are no values.
pub(crate) fn is_metric_value(number: f64) -> bool {
    number.abs() <= METRIC_VALUE
}

fn compare_digits(a: &Decimal<'_>, b: &Decimal<'_>) -> Ordering {
    let (mut a, mut b) = (a.significant(), b.significant());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => match x.unwrap_or(b'0').cmp(&y.unwrap_or(b'0')) {
                Ordering::Equal => {}
                different => return different,
            },
        }
    }
}

fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    }
}

fn digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 { None } else { text.split_at_checked(length) }
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, unsigned) = signed(text);
    let (digits, []) = digits(unsigned)? else { return None };
    let size = digits.iter().fold(0i64, |size, digit| {
        size.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(EXPONENT_BOUND)
    });
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Decimal<'_>> {
        Decimal::parse(text.as_bytes())
    }

    #[test]
    fn compares_by_value() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("1", "1.0", Equal),
            ("1e0", "10e-1", Equal),
            ("0", "-0.0e9", Equal),
            ("007", "7", Equal),
            ("0.001", "1e-3", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("0.1", "0.10000000000000000001", Less),
            ("-2", "-1", Less),
            ("-1", "0", Less),
            ("+5", "-5", Greater),
            ("1e999999999999", "1e-999999999999", Greater),
            ("12", "9", Greater),
        ] {
            assert_eq!(compare(&of(a).unwrap(), &of(b).unwrap()), expected, "{a} against {b}");
            assert_eq!(compare(&of(b).unwrap(), &of(a).unwrap()), expected.reverse(), "{b} against {a}");
        }
    }

    #[test]
    fn values_of_metrics() {
        for (number, is) in [
            (0.0, true),
            (-2.0_f64.powi(360), true),
            (2.0_f64.powi(360), true),
            (2.0_f64.powi(361), false),
            (-1e300, false),
            (f64::NAN, false),
            (f64::INFINITY, false),
        ] {
            assert_eq!(is_metric_value(number), is, "{number:e}");
        }
    }

    #[test]
    fn only_numbers_are_read() {
        for text in ["", "-", ".5", "5.", "1e", "1e+", "0x1", "1 ", "--1", "1.2.3", "NaN"] {
            assert!(of(text).is_none(), "{text}");
        }
    }
}
