//! One predicate, prepared for speed: a condition without its selector (docs/filter-patterns.md#conditions, docs/filter-patterns.md#comparison).

use super::equal::equal;
use crate::number::{Decimal, compare};
use crate::semantics::Semantics;
use crate::syntax::ast::{Equality, Order, Predicate, Value};
use crate::syntax::regex::{CompiledRegex, compile};
use crate::wildcard::WildcardPattern;
use std::fmt::{Display, Formatter, Write};

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    Text,
    Number,
    True,
    False,
    Null,
    Array,
    Object,
}

/// A condition without its selector and without spans.
#[derive(Debug, Clone)]
pub(crate) enum PredicatePlan {
    /// `=` and `!=`
    Compare {
        equal: bool,
        value: ValuePlan,
    },
    Order(Order, Box<str>),
    IsNull,
    IsTrue,
    IsFalse,
    NotExists,
}

/// The right side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum ValuePlan {
    /// A text without a star.
    Text(Box<[u8]>),
    /// `*`: any string or number.
    Any,
    /// A text with stars.
    Wildcard { text: Box<str>, pattern: WildcardPattern },
    /// An unquoted number, as written.
    Number(Box<str>),
    /// A regular expression and its compiled form.
    Regex { body: Box<str>, regex: CompiledRegex },
    /// A regular expression that did not compile; the parser refuses those.
    Never,
}

impl PredicatePlan {
    pub(crate) fn new(predicate: &Predicate, semantics: Semantics) -> PredicatePlan {
        match predicate {
            Predicate::Compare(equality, value) => PredicatePlan::Compare {
                equal: *equality == Equality::Equal,
                value: ValuePlan::new(&value.item, semantics),
            },
            Predicate::Order(order, number) => {
                PredicatePlan::Order(*order, number.item.lexeme.as_str().into())
            }
            Predicate::IsNull => PredicatePlan::IsNull,
            Predicate::IsTrue => PredicatePlan::IsTrue,
            Predicate::IsFalse => PredicatePlan::IsFalse,
            Predicate::NotExists => PredicatePlan::NotExists,
        }
    }

    /// Appends a key that is equal for two predicates only if they are true of the same values.
    pub(crate) fn identify(&self, out: &mut Vec<u8>) {
        match self {
            PredicatePlan::Compare { equal, value } => {
                out.push(if *equal { b'=' } else { b'!' });
                value.identify(out);
            }
            PredicatePlan::Order(order, number) => {
                out.extend_from_slice(order.to_string().as_bytes());
                out.extend_from_slice(number.as_bytes());
            }
            PredicatePlan::IsNull => out.push(b'0'),
            PredicatePlan::IsTrue => out.push(b'T'),
            PredicatePlan::IsFalse => out.push(b'F'),
            PredicatePlan::NotExists => out.push(b'-'),
        }
    }

    /// Whether the predicate, as a trigger, fires only on values for which it is true.
    pub(crate) fn fires_exactly(&self) -> bool {
        match self {
            PredicatePlan::Compare { equal, value } => *equal || matches!(value, ValuePlan::Text(_)),
            PredicatePlan::IsTrue | PredicatePlan::IsFalse => true,
            // bounds are looked up without their kind, and an array may hold null
            PredicatePlan::Order(..) | PredicatePlan::IsNull | PredicatePlan::NotExists => false,
        }
    }

    /// Whether the predicate is true of a field that does not exist.
    pub(crate) fn holds_for_missing(&self) -> bool {
        match self {
            PredicatePlan::NotExists => true,
            PredicatePlan::Compare { .. }
            | PredicatePlan::Order(..)
            | PredicatePlan::IsNull
            | PredicatePlan::IsTrue
            | PredicatePlan::IsFalse => false,
        }
    }

    /// Whether the predicate is true of the text of a JSON string.
    pub(crate) fn holds_for_text(&self, text: &[u8]) -> bool {
        match self {
            PredicatePlan::Compare { equal, value } => value.equals_text(text) == *equal,
            // a string has no order, is not null, true or false, and exists
            PredicatePlan::Order(..)
            | PredicatePlan::IsNull
            | PredicatePlan::IsTrue
            | PredicatePlan::IsFalse
            | PredicatePlan::NotExists => false,
        }
    }

    /// Whether the predicate is true of a JSON number, as written in the message.
    pub(crate) fn holds_for_number(&self, source: &[u8]) -> bool {
        match self {
            PredicatePlan::Compare { equal, value } => value.equals_number(source) == *equal,
            PredicatePlan::Order(order, number) => is_ordered(source, *order, number),
            PredicatePlan::IsNull
            | PredicatePlan::IsTrue
            | PredicatePlan::IsFalse
            | PredicatePlan::NotExists => false,
        }
    }

    /// For a column of a line: numbers there are texts that look like numbers (docs/filter-patterns.md#column-conditions).
    pub(crate) fn holds_for_column(&self, text: &[u8]) -> bool {
        match self {
            PredicatePlan::Compare { equal, value: value @ ValuePlan::Number(_) }
                if Decimal::parse(text).is_some() =>
            {
                value.equals_number(text) == *equal
            }
            PredicatePlan::Compare { .. } => self.holds_for_text(text),
            PredicatePlan::Order(order, number) => is_ordered(text, *order, number),
            // the grammar of columns has none of these
            PredicatePlan::IsNull
            | PredicatePlan::IsTrue
            | PredicatePlan::IsFalse
            | PredicatePlan::NotExists => {
                debug_assert!(false, "a column cannot be asked {self}");
                false
            }
        }
    }
}

impl ValuePlan {
    fn new(value: &Value, semantics: Semantics) -> ValuePlan {
        match value {
            Value::Number(number) => ValuePlan::Number(number.lexeme.as_str().into()),
            Value::Regex(regex) => match compile(regex) {
                Ok(compiled) => ValuePlan::Regex { body: regex.body.as_str().into(), regex: compiled },
                Err(_) => {
                    debug_assert!(false, "the parser accepted a regular expression that does not compile");
                    ValuePlan::Never
                }
            },
            Value::Quoted(text) | Value::Bare(text) if !text.contains('*') => {
                ValuePlan::Text(text.as_bytes().into())
            }
            Value::Quoted(text) | Value::Bare(text) if text.bytes().all(|byte| byte == b'*') => {
                ValuePlan::Any
            }
            Value::Quoted(text) | Value::Bare(text) => ValuePlan::Wildcard {
                text: text.as_str().into(),
                pattern: WildcardPattern::new(text, semantics.wildcard_algorithm()),
            },
        }
    }

    fn identify(&self, out: &mut Vec<u8>) {
        let (kind, text) = match self {
            ValuePlan::Text(text) => (b't', &**text),
            ValuePlan::Any => (b'a', &[][..]),
            ValuePlan::Wildcard { text, .. } => (b'w', text.as_bytes()),
            ValuePlan::Number(number) => (b'n', number.as_bytes()),
            ValuePlan::Regex { body, .. } => (b'r', body.as_bytes()),
            ValuePlan::Never => (b'-', &[][..]),
        };
        out.push(kind);
        out.extend_from_slice(text);
    }

    #[inline]
    fn equals_text(&self, text: &[u8]) -> bool {
        match self {
            ValuePlan::Text(literal) => equal(literal, text),
            ValuePlan::Any => true,
            ValuePlan::Wildcard { pattern, .. } => pattern.is_match(text),
            ValuePlan::Number(number) => number.as_bytes() == text,
            ValuePlan::Regex { regex, .. } => regex.is_match(text),
            ValuePlan::Never => false,
        }
    }

    fn equals_number(&self, source: &[u8]) -> bool {
        match self {
            ValuePlan::Number(number) => ordering(source, number).is_some_and(std::cmp::Ordering::is_eq),
            other => other.equals_text(source),
        }
    }
}

/// As it is written in a pattern.
impl Display for PredicatePlan {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            PredicatePlan::Compare { equal, value } => {
                write!(f, "{} {value}", if *equal { "=" } else { "!=" })
            }
            PredicatePlan::Order(order, number) => write!(f, "{order} {number}"),
            PredicatePlan::IsNull => f.write_str("IS NULL"),
            PredicatePlan::IsTrue => f.write_str("IS TRUE"),
            PredicatePlan::IsFalse => f.write_str("IS FALSE"),
            PredicatePlan::NotExists => f.write_str("NOT EXISTS"),
        }
    }
}

impl Display for ValuePlan {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            ValuePlan::Text(text) => write!(f, "{:?}", String::from_utf8_lossy(text)),
            ValuePlan::Any => f.write_char('*'),
            ValuePlan::Wildcard { text, .. } => write!(f, "{text:?}"),
            ValuePlan::Number(number) => f.write_str(number),
            ValuePlan::Regex { body, .. } => write!(f, "%{body}%"),
            ValuePlan::Never => f.write_str("(nothing)"),
        }
    }
}

fn is_ordered(source: &[u8], order: Order, number: &str) -> bool {
    ordering(source, number).is_some_and(|ordering| order.holds(ordering))
}

fn ordering(source: &[u8], number: &str) -> Option<std::cmp::Ordering> {
    Some(compare(&Decimal::parse(source)?, &Decimal::parse(number.as_bytes())?))
}
