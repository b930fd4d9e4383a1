//! The text of a rule, and what AWS says about a wrong one. The error texts are recorded
//! (`tests/signals/composite.jsonl`).

use super::{AlarmRule, Expr, Threshold};
use crate::alarm::state::State;
use crate::cursor::Cursor;
use crate::limits::{ALARM_RULE_CHARACTERS, ALARM_RULE_NESTING};
use crate::span::Span;
use std::str::FromStr;

/// A text that is no rule of a composite alarm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no alarm rule from byte {}: {reason}", span.start)]
pub struct AlarmRuleError {
    span: Span,
    reason: String,
    is_ours: bool,
}

impl AlarmRuleError {
    /// The bytes that are wrong.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// What `PutCompositeAlarm` answers, with the code `ValidationError`.
    #[must_use]
    pub fn aws_message(&self) -> String {
        format!("Error in AlarmRule [{}]", self.reason)
    }

    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> &'static str {
        if self.is_ours {
            "split the rule over several composite alarms"
        } else {
            "write `ALARM(name)`, `OK(name)`, `INSUFFICIENT_DATA(name)` or `AT_LEAST(2, ALARM, (a, b, c))`, joined by AND, \
             OR and NOT in capitals; put names with blanks or parentheses in double quotes"
        }
    }
}

const OPERAND: &str = "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA";
const STATE: &str = "'NOT', ALARM, OK, or INSUFFICIENT_DATA";
const THRESHOLD: &str = "NUMBER, PERCENTAGE NUMBER";
const NAME: &str = "'NOT', 'AND', 'OR', 'AT_LEAST', NUMBER, PERCENTAGE NUMBER, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA, \
                    unquoted alarm name, quoted alarm name";

impl FromStr for AlarmRule {
    type Err = AlarmRuleError;

    fn from_str(text: &str) -> Result<Self, AlarmRuleError> {
        let whole = Span { start: 0, end: text.len() };
        if text.chars().count() > ALARM_RULE_CHARACTERS {
            let reason = "it has more than 10,240 characters".to_owned();
            return Err(AlarmRuleError { span: whole, reason, is_ours: true });
        }
        let mut parser = Parser { cursor: Cursor::new(text, token_length), depth: 0 };
        let expr = parser.or()?;
        parser.cursor.skip_blanks();
        if !parser.cursor.rest().is_empty() {
            let token = parser.cursor.token();
            let is_operator = matches!(token.to_ascii_lowercase().as_str(), "and" | "or" | "&&" | "||");
            return Err(parser.unsupported(if is_operator { "<EOF>, 'AND', 'OR'" } else { "<EOF>" }));
        }
        Ok(AlarmRule { expr })
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
}

/// The bytes of the text that AWS names in an error: up to a blank, a comma or a parenthesis.
fn token_length(text: &str) -> usize {
    let end = |ends: fn(char) -> bool| text.find(ends).unwrap_or(text.len());
    match text.chars().next() {
        Some(')') => end(|c| c != ')'),
        Some(first @ ('(' | ',')) => first.len_utf8(),
        _ => end(|c| c.is_whitespace() || matches!(c, '(' | ')' | ',')),
    }
}

type Parsed<T> = Result<T, AlarmRuleError>;

impl Parser<'_> {
    fn unsupported(&self, expected: &str) -> AlarmRuleError {
        let token = self.cursor.token();
        let shown = if token.is_empty() { "<EOF>" } else { token };
        let char = self.cursor.before().chars().count();
        let reason = format!("Unsupported token '{shown}' at char {char}, must be: {expected}");
        AlarmRuleError { span: self.cursor.token_span(), reason, is_ours: false }
    }

    fn takes(&mut self, word: &str) -> bool {
        self.cursor.takes_token(|token| token == word)
    }

    fn sign(&mut self, sign: &str) -> Parsed<()> {
        if self.cursor.takes(sign) { Ok(()) } else { Err(self.unsupported(&format!("'{sign}'"))) }
    }

    fn or(&mut self) -> Parsed<Expr> {
        self.chain("OR", Self::and, Expr::Or)
    }

    fn and(&mut self) -> Parsed<Expr> {
        self.chain("AND", Self::operand, Expr::And)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Parsed<Expr>,
        make: fn(Vec<Expr>) -> Expr,
    ) -> Parsed<Expr> {
        let first = part(self)?;
        let mut more = Vec::new();
        while self.takes(word) {
            more.push(part(self)?);
        }
        if more.is_empty() {
            return Ok(first);
        }
        more.insert(0, first);
        Ok(make(more))
    }

    fn operand(&mut self) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > ALARM_RULE_NESTING {
            let reason = "it is nested more than 100 deep".to_owned();
            let span = Span { start: self.cursor.at(), end: self.cursor.at() + self.cursor.rest().len() };
            return Err(AlarmRuleError { span, reason, is_ours: true });
        }
        let expr = self.operand_within()?;
        self.depth -= 1;
        Ok(expr)
    }

    fn operand_within(&mut self) -> Parsed<Expr> {
        if self.takes("NOT") {
            return Ok(Expr::Not(Box::new(self.operand()?)));
        }
        if self.cursor.takes("(") {
            let inner = self.or()?;
            self.sign(")")?;
            return Ok(inner);
        }
        if self.takes("TRUE") {
            return Ok(Expr::Constant(true));
        }
        if self.takes("FALSE") {
            return Ok(Expr::Constant(false));
        }
        if self.takes("AT_LEAST") {
            return self.at_least();
        }
        let Some(state) = self.state() else { return Err(self.unsupported(OPERAND)) };
        self.sign("(")?;
        let alarm = self.name()?;
        self.sign(")")?;
        Ok(Expr::Is(state, alarm))
    }

    fn state(&mut self) -> Option<State> {
        let states = [State::InsufficientData, State::Alarm, State::Ok];
        states.into_iter().find(|state| self.takes(state.name()))
    }

    /// The rest of `AT_LEAST(2, NOT ALARM, (a, b))`.
    fn at_least(&mut self) -> Parsed<Expr> {
        self.sign("(")?;
        self.cursor.skip_blanks();
        let start = self.cursor.at();
        let threshold = self.threshold()?;
        let span = Span { start, end: self.cursor.at() };
        self.sign(",")?;
        let is = !self.takes("NOT");
        let Some(state) = self.state() else { return Err(self.unsupported(STATE)) };
        self.sign(",")?;
        self.sign("(")?;
        let mut alarms = vec![self.name()?];
        while self.cursor.takes(",") {
            alarms.push(self.name()?);
        }
        self.sign(")")?;
        self.sign(")")?;
        let reason = match threshold {
            Threshold::Number(number) if number == 0 || number > alarms.len() as u64 => format!(
                "AT_LEAST absolute threshold must be between 1 and number of alarms ({})",
                alarms.len()
            ),
            Threshold::Percent(percent) if !(1..=100).contains(&percent) => {
                "AT_LEAST percentage threshold must be between 1 and 100".to_owned()
            }
            _ => return Ok(Expr::AtLeast { threshold, is, state, alarms }),
        };
        Err(AlarmRuleError { span, reason, is_ours: false })
    }

    fn threshold(&mut self) -> Parsed<Threshold> {
        let token = self.cursor.token();
        let (digits, is_percent) = token.strip_suffix('%').map_or((token, false), |digits| (digits, true));
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(self.unsupported(THRESHOLD));
        }
        self.cursor.advance(token.len());
        // a number that does not fit is above every bound
        let number = digits.parse().unwrap_or(u64::MAX);
        Ok(if is_percent { Threshold::Percent(number) } else { Threshold::Number(number) })
    }

    /// An alarm's name or ARN. In quotes it may contain every character; `\"` and `\\` mean `"` and `\`.
    fn name(&mut self) -> Parsed<String> {
        self.cursor.skip_blanks();
        if self.cursor.rest().starts_with('"') {
            return self.quoted();
        }
        let token = self.cursor.token();
        if token.is_empty() || token.starts_with([')', '(', ',']) {
            return Err(self.unsupported(NAME));
        }
        self.cursor.advance(token.len());
        Ok(token.to_owned())
    }

    fn quoted(&mut self) -> Parsed<String> {
        let mut name = String::new();
        let mut characters = self.cursor.rest().char_indices().skip(1);
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.cursor.advance(at + 1);
                    return Ok(name);
                }
                '\\' if self
                    .cursor
                    .rest()
                    .get(at + 1..)
                    .is_some_and(|rest| rest.starts_with(['"', '\\'])) =>
                {
                    name.extend(characters.next().map(|(_, c)| c));
                }
                _ => name.push(c),
            }
        }
        Err(self.unsupported(NAME))
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
            ("TRUE AND\n ( ALARM( \"a b (c)\" ) )", true),
            ("ALARM(\"a \\\" b\\\\\")", true),
            ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:x)", true),
            ("TRUE", true),
            ("AT_LEAST(2, ALARM, (a, o, a))", true),
            ("AT_LEAST(67%, ALARM, (a, o, a))", false),
            ("AT_LEAST(1, NOT ALARM, (a, \"o (x)\"))", true),
        ] {
            let rule: AlarmRule = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(rule.evaluate(state) == State::Alarm, expected, "{text}");
            assert_eq!(rule.to_string().parse(), Ok(rule), "{text}");
        }
        let rule: AlarmRule = "ALARM(a) AND (OK(b) OR AT_LEAST(1, OK, (a, c)))".parse().unwrap();
        assert_eq!(rule.alarms(), ["a", "b", "c"]);
    }

    #[test]
    fn wrong_rules_name_the_place() {
        for (text, at, token) in [
            ("", 0, "<EOF>"),
            ("ALARM(a) AND", 12, "<EOF>"),
            ("ALARM()", 6, ")"),
            ("alarm(a)", 0, "alarm"),
            ("ALARM(a) ALARM(b)", 9, "ALARM"),
            ("ALARM(\"a", 6, "\"a"),
            ("é", 0, "é"),
        ] {
            let error = text.parse::<AlarmRule>().unwrap_err();
            assert_eq!(error.span().start, at, "{text}: {error}");
            assert!(error.aws_message().contains(&format!("'{token}'")), "{text}: {error}");
        }
        let deep = format!("{}TRUE{}", "(".repeat(5000), ")".repeat(5000));
        assert!(deep.parse::<AlarmRule>().is_err());
        assert!("NOT ".repeat(2000).parse::<AlarmRule>().is_err());
    }
}
