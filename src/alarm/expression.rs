//! Alarms on a metric query: the few expressions that are modelled.
//!
//! An expression with any other function is refused by name. The expressions that are modelled are those of
//! the recorded alarms: arithmetic over metrics and numbers, `TIME_SERIES(number)`, and the selection of a first
//! metric, `FIRST(REMOVE_EMPTY(METRICS()))` or `FIRST(SORT(METRICS(), …))`, of at most one metric with data.

use super::metric::Metric;
use super::statistic::Statistic;
use crate::limits::{METRIC_EXPRESSION_CHARACTERS, METRIC_EXPRESSION_NESTING};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, multispace0, one_of};
use nom::combinator::{all_consuming, map, recognize};
use nom::multi::many0;
use nom::number::complete::double;
use nom::sequence::{delimited, pair, preceded, terminated};
use nom::{IResult, Parser};

/// An entry of `Metrics`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricQuery {
    /// `Id`
    pub id: String,
    /// What it gives.
    pub source: QuerySource,
    /// `ReturnData`: whether the alarm watches it.
    pub returns_data: bool,
    /// `Label`
    pub label: Option<String>,
}

/// What an entry of `Metrics` gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum QuerySource {
    /// `MetricStat`
    Metric {
        /// The metric.
        metric: Metric,
        /// `Stat`
        statistic: Statistic,
        /// `Period`, in seconds.
        period: u64,
        /// `Unit`
        unit: Option<String>,
    },
    /// `Expression`
    Expression {
        /// The expression.
        expression: Expression,
        /// `Period`, in seconds.
        period: Option<u64>,
    },
}

impl MetricQuery {
    /// An entry with a metric.
    #[must_use]
    pub fn new(id: impl Into<String>, source: QuerySource, returns_data: bool) -> Self {
        MetricQuery { id: id.into(), source, returns_data, label: None }
    }

    /// With this label.
    #[must_use]
    pub fn label(mut self, label: Option<String>) -> Self {
        self.label = label;
        self
    }

    /// Its metric; `None` for an expression.
    #[must_use]
    pub fn metric(&self) -> Option<&Metric> {
        match &self.source {
            QuerySource::Metric { metric, .. } => Some(metric),
            QuerySource::Expression { .. } => None,
        }
    }

    pub(super) fn period(&self) -> Option<u64> {
        match &self.source {
            QuerySource::Metric { period, .. } => Some(*period),
            QuerySource::Expression { period, .. } => *period,
        }
    }

    /// The statistic of a metric. An expression has no statistic: `Average` is returned and never shown.
    pub(super) fn statistic(&self) -> Statistic {
        match &self.source {
            QuerySource::Metric { statistic, .. } => *statistic,
            QuerySource::Expression { .. } => Statistic::Average,
        }
    }
}

/// An expression that can be evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    node: Node,
    text: String,
}

impl Expression {
    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Id(String),
    Series(f64),
    First,
    Binary(char, Box<Node>, Box<Node>),
}

/// An expression that is not modelled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("metric math is not modelled: `{text}`")]
pub struct ExpressionError {
    text: String,
}

type Parsed<'a, T> = IResult<&'a str, T>;

impl std::str::FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let wrong = || ExpressionError { text: text.to_owned() };
        let depth = text.bytes().filter(|byte| *byte == b'(').count();
        if depth > METRIC_EXPRESSION_NESTING || text.len() > METRIC_EXPRESSION_CHARACTERS {
            return Err(wrong());
        }
        match all_consuming(terminated(sum, multispace0)).parse(text) {
            Ok((_, node)) => Ok(Expression { node, text: text.to_owned() }),
            Err(_) => Err(wrong()),
        }
    }
}

fn chain<'a>(
    signs: &'static str,
    operand: fn(&'a str) -> Parsed<'a, Node>,
    input: &'a str,
) -> Parsed<'a, Node> {
    let (rest, first) = operand(input)?;
    let (rest, more) = many0(pair(preceded(multispace0, one_of(signs)), operand)).parse(rest)?;
    let join = |left, (sign, right)| Node::Binary(sign, Box::new(left), Box::new(right));
    Ok((rest, more.into_iter().fold(first, join)))
}

fn sum(input: &str) -> Parsed<'_, Node> {
    chain("+-", product, input)
}

fn product(input: &str) -> Parsed<'_, Node> {
    chain("*/", operand, input)
}

fn operand(input: &str) -> Parsed<'_, Node> {
    let group = delimited(char('('), sum, preceded(multispace0, char(')')));
    let series = delimited(tag("TIME_SERIES("), double, char(')'));
    let arguments = take_while(|c: char| c != '(' && c != ')');
    let first = alt((
        recognize(tag("FIRST(REMOVE_EMPTY(METRICS()))")),
        recognize((tag("FIRST(SORT(METRICS(),"), arguments, tag("))"))),
    ));
    // ids begin with a small letter, functions are written in capitals
    let id = recognize(pair(
        take_while1(|c: char| c.is_ascii_lowercase()),
        take_while(|c: char| c.is_ascii_alphanumeric() || c == '_'),
    ));
    let number = map(double, Node::Number);
    preceded(
        multispace0,
        alt((
            group,
            map(series, Node::Series),
            map(first, |_| Node::First),
            map(id, |id: &str| Node::Id(id.to_owned())),
            number,
        )),
    )
    .parse(input)
}

impl Expression {
    /// The ids of other entries that it has.
    pub(super) fn ids(&self) -> Vec<&str> {
        let (mut ids, mut open) = (Vec::new(), vec![&self.node]);
        while let Some(node) = open.pop() {
            match node {
                Node::Id(id) => ids.push(id.as_str()),
                Node::Binary(_, left, right) => open.extend([right.as_ref(), left.as_ref()]),
                Node::Number(_) | Node::Series(_) | Node::First => {}
            }
        }
        ids
    }

    /// The value for one period, given those of the other entries; `None` without data. `first` is the value of
    /// the first metric with data.
    pub(super) fn value(&self, of: &dyn Fn(&str) -> Option<f64>, first: Option<f64>) -> Option<f64> {
        self.node.value(of, first)
    }
}

impl Node {
    fn value(&self, of: &dyn Fn(&str) -> Option<f64>, first: Option<f64>) -> Option<f64> {
        match self {
            Node::Number(number) | Node::Series(number) => Some(*number),
            Node::Id(id) => of(id),
            Node::First => first,
            Node::Binary(sign, left, right) => {
                let (left, right) = (left.value(of, first)?, right.value(of, first)?);
                let value = match sign {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                };
                value.is_finite().then_some(value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let of = |id: &str| (id == "m1").then_some(10.0);
        for (text, value) in [
            ("m1 + 1", Some(11.0)),
            ("m1*2-1", Some(19.0)),
            ("2*(m1 - 4)", Some(12.0)),
            ("m2+1", None),
            ("TIME_SERIES(0)", Some(0.0)),
            ("FIRST(REMOVE_EMPTY(METRICS()))", Some(7.0)),
            ("FIRST(SORT(METRICS(),MAX,DESC))", Some(7.0)),
            ("m1/0", None),
        ] {
            let expression: Expression = text.parse().unwrap();
            assert_eq!(expression.value(&of, Some(7.0)), value, "{text}");
        }
        for text in [
            "",
            "ANOMALY_DETECTION_BAND(m1)",
            "m1 +",
            "SUM(METRICS())",
            "IF(m1, 1, 0)",
            "SELECT MAX(x) FROM y",
        ] {
            assert!(text.parse::<Expression>().is_err(), "{text}");
        }
        assert!(format!("1{}", "+1".repeat(100_000)).parse::<Expression>().is_err());
        assert!("(".repeat(10_000).parse::<Expression>().is_err());
    }
}
