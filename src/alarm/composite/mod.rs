//! Composite alarms: a rule over the states of other alarms (API reference of `PutCompositeAlarm`).

mod admission;
mod history;
mod states;
mod suppression;
mod syntax;

pub use history::{ChildState, CompositeChange, CompositeHistory, CompositeStep};
pub use suppression::{SuppressedBy, Suppression, SuppressionUpdate, Suppressor};
pub use syntax::AlarmRuleError;

use super::state::State;
use super::timestamp::Timestamp;
use std::fmt::{Display, Formatter, Write};

/// The rule of a composite alarm.
///
/// ```
/// use cwfilter::alarm::{AlarmRule, State};
/// let rule: AlarmRule = r#"ALARM(cpu) AND NOT ALARM("maintenance window")"#.parse()?;
/// let state = rule.evaluate(|alarm| if alarm == "cpu" { State::Alarm } else { State::Ok });
/// assert_eq!(state, State::Alarm);
///
/// let most: AlarmRule = "AT_LEAST(66%, ALARM, (a, b, c))".parse()?;
/// assert_eq!(most.evaluate(|alarm| if alarm == "c" { State::Ok } else { State::Alarm }), State::Alarm);
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
    AtLeast { threshold: Threshold, is: bool, state: State, alarms: Vec<String> },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
}

/// A composite alarm, as its messages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompositeAlarm {
    /// `AlarmName`
    pub name: String,
    /// `AlarmDescription`
    pub description: Option<String>,
    /// `AlarmRule`, as it was put.
    pub rule: String,
    /// `ActionsSuppressor`
    pub suppressor: Option<Suppressor>,
    /// `ActionsEnabled`
    pub actions_enabled: bool,
}

impl CompositeAlarm {
    /// A composite alarm without description.
    #[must_use]
    pub fn new(name: impl Into<String>, rule: impl Into<String>) -> Self {
        CompositeAlarm {
            name: name.into(),
            description: None,
            rule: rule.into(),
            suppressor: None,
            actions_enabled: true,
        }
    }
}

/// `StateReason` of a composite alarm, in AWS's words (recorded).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompositeReason<'a> {
    /// The alarm with this ARN was created.
    Created(&'a str),
    /// The alarm with this ARN got a new rule.
    Updated(&'a str),
    /// The child with this ARN changed at this moment.
    Child(&'a str, Timestamp),
}

impl CompositeReason<'_> {
    /// The reason of the state that followed: of the composite alarm, or of the child that led to it.
    #[must_use]
    pub fn text(&self, state: State) -> String {
        match self {
            CompositeReason::Created(arn) => {
                format!("{arn} was created and its alarm rule evaluates to {state}")
            }
            CompositeReason::Updated(arn) => {
                format!("{arn} was updated and its new alarm rule evaluates to {state}")
            }
            CompositeReason::Child(arn, time) => {
                format!("{arn} transitioned to {state} at {}", time.in_words())
            }
        }
    }
}

/// How many alarms have to be in the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Threshold {
    Number(u64),
    Percent(u64),
}

impl Threshold {
    /// Percentages are compared exactly: of 3 alarms 2 are 66 %, and not 67 % (recorded).
    fn is_reached(self, count: usize, of: usize) -> bool {
        match self {
            Threshold::Number(number) => count as u64 >= number,
            Threshold::Percent(percent) => count as u64 * 100 >= percent.saturating_mul(of as u64),
        }
    }
}

impl AlarmRule {
    /// ALARM if the rule holds for the states of the alarms it names, by name or ARN, and else OK.
    #[must_use]
    pub fn evaluate(&self, state: impl Fn(&str) -> State) -> State {
        if self.expr.holds(&state) { State::Alarm } else { State::Ok }
    }

    /// The alarms whose states led to the rule's: `triggeringAlarms` of its reason data, each once. A part of the rule that speaks
    /// for the other state is left out (recorded for single states and AT_LEAST).
    #[must_use]
    pub fn triggering(&self, state: impl Fn(&str) -> State) -> Vec<&str> {
        let mut names = Vec::new();
        self.expr.agreeing(&state, self.expr.holds(&state), &mut names);
        names
    }

    /// The same rule over alarms with other names.
    ///
    /// ```
    /// use cwfilter::alarm::AlarmRule;
    /// let rule: AlarmRule = "ALARM(cpu) AND NOT ALARM(deploy)".parse()?;
    /// assert_eq!(rule.renamed(|name| format!("web.{name}")).alarms(), ["web.cpu", "web.deploy"]);
    /// # Ok::<(), cwfilter::alarm::AlarmRuleError>(())
    /// ```
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&str) -> String) -> AlarmRule {
        let mut renamed = self.clone();
        renamed.expr.rename(&name);
        renamed
    }

    /// Whether the text of a rule names an alarm, by its name or its ARN. A text that cannot be read may name it.
    ///
    /// ```
    /// use cwfilter::alarm::AlarmRule;
    /// let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu";
    /// assert!(AlarmRule::may_name("ALARM(cpu)", "cpu", arn) && AlarmRule::may_name("?", "cpu", arn));
    /// assert!(!AlarmRule::may_name("ALARM(disk)", "cpu", arn));
    /// ```
    #[must_use]
    pub fn may_name(rule: &str, alarm: &str, arn: &str) -> bool {
        let rule = rule.parse::<AlarmRule>();
        rule.map_or(true, |rule| rule.alarms().into_iter().any(|name| name == alarm || name == arn))
    }

    /// The alarms that the rule names, each once, in order of appearance.
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
            Expr::AtLeast { threshold, is, state: wanted, alarms } => {
                // a name that is repeated counts as often (recorded)
                let count = alarms.iter().filter(|alarm| (state(alarm) == *wanted) == *is).count();
                threshold.is_reached(count, alarms.len())
            }
            Expr::Not(inner) => !inner.holds(state),
            Expr::And(parts) => parts.iter().all(|part| part.holds(state)),
            Expr::Or(parts) => parts.iter().any(|part| part.holds(state)),
        }
    }

    fn rename(&mut self, new: &dyn Fn(&str) -> String) {
        match self {
            Expr::Constant(_) => {}
            Expr::Is(_, alarm) => *alarm = new(alarm),
            Expr::AtLeast { alarms, .. } => alarms.iter_mut().for_each(|alarm| *alarm = new(alarm)),
            Expr::Not(inner) => inner.rename(new),
            Expr::And(parts) | Expr::Or(parts) => parts.iter_mut().for_each(|part| part.rename(new)),
        }
    }

    /// The alarms whose part of the rule is as `result`.
    fn agreeing<'a>(&'a self, state: &dyn Fn(&str) -> State, result: bool, names: &mut Vec<&'a str>) {
        let mut add = |name: &'a str, holds: bool| {
            if holds == result && !names.contains(&name) {
                names.push(name);
            }
        };
        match self {
            Expr::Constant(_) => {}
            Expr::Is(wanted, alarm) => add(alarm, state(alarm) == *wanted),
            Expr::AtLeast { is, state: wanted, alarms, .. } => {
                alarms.iter().for_each(|alarm| add(alarm, (state(alarm) == *wanted) == *is));
            }
            Expr::Not(inner) => inner.agreeing(state, !result, names),
            Expr::And(parts) | Expr::Or(parts) => {
                parts.iter().for_each(|part| part.agreeing(state, result, names));
            }
        }
    }

    fn names<'a>(&'a self, names: &mut Vec<&'a str>) {
        let mut add = |name: &'a str| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        match self {
            Expr::Constant(_) => {}
            Expr::Is(_, alarm) => add(alarm),
            Expr::AtLeast { alarms, .. } => alarms.iter().for_each(|alarm| add(alarm)),
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

/// A name in quotes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
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
            Expr::Is(state, alarm) => write!(f, "{state}({})", Quoted(alarm)),
            Expr::AtLeast { threshold, is, state, alarms } => {
                match threshold {
                    Threshold::Number(number) => write!(f, "AT_LEAST({number}")?,
                    Threshold::Percent(percent) => write!(f, "AT_LEAST({percent}%")?,
                }
                let names: Vec<String> = alarms.iter().map(|alarm| Quoted(alarm).to_string()).collect();
                write!(f, ", {}{state}, ({}))", if *is { "" } else { "NOT " }, names.join(", "))
            }
            Expr::Not(inner) => write!(f, "NOT {inner}"),
            Expr::And(parts) => joined(f, parts, " AND "),
            Expr::Or(parts) => joined(f, parts, " OR "),
        }
    }
}
