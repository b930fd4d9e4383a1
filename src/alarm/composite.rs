//! Composite alarms: a rule over the states of other alarms (API reference of `PutCompositeAlarm`).

use super::evaluate::State;
use crate::limits::{ALARM_RULE_CHARACTERS, ALARM_RULE_NESTING};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, multispace0};
use nom::combinator::{all_consuming, map, value};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// `ALARM(a) AND NOT ALARM(b)`
///
/// ```
/// use cwfilter::alarm::{AlarmRule, State};
/// let rule: AlarmRule = r#"ALARM(cpu) AND NOT ALARM("maintenance window")"#.parse()?;
/// let state = rule.evaluate(|alarm| if alarm == "cpu" { State::Alarm } else { State::Ok });
/// assert_eq!(state, State::Alarm);
/// # Ok::<(), cwfilter::alarm::AlarmRuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRule {
    expr: Expr,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Expr {
    Constant(bool),
    Is(State, String),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
}

/// A text that is no rule of a composite alarm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no alarm rule from byte {at}: {reason}")]
pub struct AlarmRuleError {
    /// Where, in bytes.
    pub at: usize,
    reason: &'static str,
}

const EXPECTED: &str =
    "write `ALARM(name)`, `OK(name)` or `INSUFFICIENT_DATA(name)`, joined by AND, OR and NOT";

impl FromStr for AlarmRule {
    type Err = AlarmRuleError;

    fn from_str(text: &str) -> Result<Self, AlarmRuleError> {
        if text.chars().count() > ALARM_RULE_CHARACTERS {
            return Err(AlarmRuleError { at: text.len(), reason: "it has more than 10,240 characters" });
        }
        if let Some(at) = too_deep(text) {
            return Err(AlarmRuleError { at, reason: "it is nested more than 100 deep" });
        }
        match all_consuming(delimited(multispace0, or, multispace0)).parse(text) {
            Ok((_, expr)) => Ok(AlarmRule { expr }),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
                Err(AlarmRuleError { at: text.len() - error.input.len(), reason: EXPECTED })
            }
            Err(nom::Err::Incomplete(_)) => Err(AlarmRuleError { at: text.len(), reason: EXPECTED }),
        }
    }
}

/// The first byte that stands under too many parentheses and NOTs: each of them is a call of the parser.
fn too_deep(text: &str) -> Option<usize> {
    // for every open parenthesis the calls up to it
    let mut open: Vec<usize> = Vec::new();
    let mut calls = 0;
    for (at, byte) in text.bytes().enumerate() {
        let begins = |word| text.get(at..).is_some_and(|rest| rest.starts_with(word));
        let around = |open: &[usize]| open.last().copied().unwrap_or_default();
        match byte {
            b'(' => {
                calls += 1;
                open.push(calls);
            }
            b'N' if begins("NOT") => calls += 1,
            // what was negated ends with a parenthesis, or at the next sign
            b')' => {
                open.pop();
                calls = around(&open);
            }
            b'A' | b'O' if begins("AND") || begins("OR") => calls = around(&open),
            _ => {}
        }
        if calls > ALARM_RULE_NESTING {
            return Some(at);
        }
    }
    None
}

type Parsed<'a, T> = IResult<&'a str, T>;

fn word<'a>(
    text: &'static str,
) -> impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>> {
    delimited(multispace0, tag(text), multispace0)
}

fn or(input: &str) -> Parsed<'_, Expr> {
    map(separated_list1(word("OR"), and), |parts| joined(parts, Expr::Or)).parse(input)
}

fn and(input: &str) -> Parsed<'_, Expr> {
    map(separated_list1(word("AND"), not), |parts| joined(parts, Expr::And)).parse(input)
}

fn joined(mut parts: Vec<Expr>, make: fn(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { make(parts) }
}

fn not(input: &str) -> Parsed<'_, Expr> {
    let negated = map(preceded(word("NOT"), not), |inner| Expr::Not(Box::new(inner)));
    let group = delimited(word("("), or, preceded(multispace0, char(')')));
    alt((negated, group, state, constant)).parse(input)
}

fn constant(input: &str) -> Parsed<'_, Expr> {
    alt((value(Expr::Constant(true), word("TRUE")), value(Expr::Constant(false), word("FALSE")))).parse(input)
}

fn state(input: &str) -> Parsed<'_, Expr> {
    let name = alt((
        value(State::InsufficientData, tag("INSUFFICIENT_DATA")),
        value(State::Alarm, tag("ALARM")),
        value(State::Ok, tag("OK")),
    ));
    let quoted = delimited(char('"'), take_while(|c| c != '"'), char('"'));
    let plain = take_while1(|c: char| !matches!(c, '(' | ')' | '"') && !c.is_whitespace());
    let alarm = delimited(word("("), alt((quoted, plain)), preceded(multispace0, char(')')));
    map((preceded(multispace0, terminated(name, multispace0)), alarm), |(state, alarm): (State, &str)| {
        Expr::Is(state, alarm.to_owned())
    })
    .parse(input)
}

impl AlarmRule {
    /// ALARM when the rule is true of the states of the alarms it names, by name or ARN, and else OK.
    #[must_use]
    pub fn evaluate(&self, state: impl Fn(&str) -> State) -> State {
        if self.expr.holds(&state) { State::Alarm } else { State::Ok }
    }

    /// The alarms that the rule names, each once.
    #[must_use]
    pub fn alarms(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.expr.names(&mut names);
        names
    }
}

impl Expr {
    fn holds(&self, state: &dyn Fn(&str) -> State) -> bool {
        match self {
            Expr::Constant(is) => *is,
            Expr::Is(wanted, alarm) => state(alarm) == *wanted,
            Expr::Not(inner) => !inner.holds(state),
            Expr::And(parts) => parts.iter().all(|part| part.holds(state)),
            Expr::Or(parts) => parts.iter().any(|part| part.holds(state)),
        }
    }

    fn names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Expr::Constant(_) => {}
            Expr::Is(_, alarm) if names.contains(&alarm.as_str()) => {}
            Expr::Is(_, alarm) => names.push(alarm),
            Expr::Not(inner) => inner.names(names),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| part.names(names)),
        }
    }
}

impl Display for AlarmRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.expr.fmt(f)
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let joined = |f: &mut Formatter<'_>, parts: &[Expr], operator: &str| {
            f.write_str("(")?;
            for (at, part) in parts.iter().enumerate() {
                write!(f, "{}{part}", if at > 0 { operator } else { "" })?;
            }
            f.write_str(")")
        };
        match self {
            Expr::Constant(is) => f.write_str(if *is { "TRUE" } else { "FALSE" }),
            Expr::Is(state, alarm) => write!(f, "{state}(\"{alarm}\")"),
            Expr::Not(inner) => write!(f, "NOT {inner}"),
            Expr::And(parts) => joined(f, parts, " AND "),
            Expr::Or(parts) => joined(f, parts, " OR "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_over_states() {
        // a: ALARM, o: OK, i: INSUFFICIENT_DATA
        let state = |name: &str| match name.chars().next() {
            Some('a') => State::Alarm,
            Some('o') => State::Ok,
            _ => State::InsufficientData,
        };
        for (text, expected) in [
            ("ALARM(a)", true),
            ("ALARM(o)", false),
            ("OK(o) AND INSUFFICIENT_DATA(i)", true),
            ("ALARM(a) AND NOT ALARM(a2)", false),
            ("ALARM(o) OR ALARM(a) AND OK(o)", true),
            ("(ALARM(o) OR ALARM(a)) AND NOT (OK(a) OR FALSE)", true),
            ("NOT NOT ALARM(a)", true),
            ("TRUE AND\n ( \"\" = \"\" )", false),
            ("ALARM( \"a b (c)\" )", true),
            ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:x)", true),
            ("TRUE", true),
        ] {
            let rule: Result<AlarmRule, _> = text.parse();
            let Ok(rule) = rule else {
                assert!(!expected, "{text}");
                continue;
            };
            assert_eq!(rule.evaluate(state) == State::Alarm, expected, "{text}");
            assert_eq!(rule.to_string().parse(), Ok(rule), "{text}");
        }
        for (text, at) in
            [("", 0), ("ALARM(a) AND", 9), ("ALARM()", 6), ("alarm(a)", 0), ("ALARM(a) ALARM(b)", 9)]
        {
            let error = text.parse::<AlarmRule>().unwrap_err();
            assert!(error.at >= at.min(text.len()) || error.at == 0, "{text}: {error}");
        }
        let deep = format!("{}TRUE{}", "(".repeat(5000), ")".repeat(5000));
        assert!(deep.parse::<AlarmRule>().is_err());
        assert!("NOT ".repeat(2000).parse::<AlarmRule>().is_err());
        let rule: AlarmRule = "ALARM(a) AND (OK(b) OR ALARM(a))".parse().unwrap();
        assert_eq!(rule.alarms(), ["a", "b"]);
    }
}
