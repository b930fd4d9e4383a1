//! `fieldSelectionCriteria`: the accounts and regions whose events a filter on a centralized log group reads.

use super::system_fields::SystemFields;
use crate::cursor::Cursor;
use crate::limits::{SELECTION_CHARACTERS, SELECTION_NESTING};
use crate::span::Span;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// The field selection criteria of a metric filter.
///
/// The language is derived from recordings of subscription filters, which have the same member: `=`, `!=`, `IN (…)`,
/// `NOT IN (…)`, AND and OR in any case, parentheses, texts in single or double quotes, and the fields `@aws.account`
/// and `@aws.region`. The API reference of `PutMetricFilter` writes a list in brackets, which
/// `PutSubscriptionFilter` refuses. Both forms are accepted here; see [`has_brackets`](FieldSelection::has_brackets). It is assumed that
/// AND binds more tightly than OR.
///
/// ```
/// use cwfilter::metric::{FieldSelection, SystemFields};
/// let criteria: FieldSelection = r#"@aws.region = "us-east-1" AND @aws.account NOT IN ('111122223333')"#.parse()?;
/// let mut system = SystemFields::default();
/// (system.account, system.region) = (Some("123456789012".into()), Some("us-east-1".into()));
/// assert!(criteria.selects(&system));
///
/// let error = "@aws.region === \"a\"".parse::<FieldSelection>().unwrap_err();
/// assert_eq!(error.span().of("@aws.region === \"a\""), "=");
/// # Ok::<(), cwfilter::metric::FieldSelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSelection {
    expr: Option<Expr>,
    has_brackets: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Expr {
    Is { field: Field, values: Vec<String>, is: bool },
    And(Vec<Expr>),
    Or(Vec<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Account,
    Region,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Field::Account => "@aws.account",
            Field::Region => "@aws.region",
        }
    }

    fn of(self, system: &SystemFields) -> Option<&str> {
        match self {
            Field::Account => system.account.as_deref(),
            Field::Region => system.region.as_deref(),
        }
    }
}

/// An error in field selection criteria.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid field selection criteria: expected {expected}")]
pub struct FieldSelectionError {
    span: Span,
    expected: &'static str,
}

impl FieldSelectionError {
    /// The place of the error, in bytes.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The message of AWS's `InvalidParameterException` (recorded).
    #[must_use]
    pub fn aws_message(&self) -> &'static str {
        "The provided field selection criteria is invalid"
    }

    /// A suggestion for a correction.
    #[must_use]
    pub fn help(&self) -> &'static str {
        "write `@aws.account = \"123456789012\"` or `@aws.region IN (\"us-east-1\", \"eu-west-1\")`, joined by AND and OR"
    }
}

impl FieldSelection {
    /// Whether the criteria select events of this account and region. If a field is not known, no comparison with it holds, not even
    /// `!=`.
    #[must_use]
    pub fn selects(&self, system: &SystemFields) -> bool {
        self.expr.as_ref().is_none_or(|expr| expr.holds(system))
    }

    /// Whether a list is in brackets: `IN ["us-east-1"]`, as in the API reference of `PutMetricFilter`. The answer of that operation was not
    /// recorded; `PutSubscriptionFilter` refuses it. `IN ("us-east-1")` is safe.
    #[must_use]
    pub fn has_brackets(&self) -> bool {
        self.has_brackets
    }

    /// The first field that the criteria compare and `system` does not have. `None` if `system` has all of them.
    #[must_use]
    pub fn lacks(&self, system: &SystemFields) -> Option<&'static str> {
        self.expr.as_ref().and_then(|expr| expr.lacks(system))
    }
}

impl Expr {
    fn holds(&self, system: &SystemFields) -> bool {
        match self {
            Expr::Is { field, values, is } => {
                field.of(system).is_some_and(|value| values.iter().any(|it| it == value) == *is)
            }
            Expr::And(parts) => parts.iter().all(|part| part.holds(system)),
            Expr::Or(parts) => parts.iter().any(|part| part.holds(system)),
        }
    }

    fn lacks(&self, system: &SystemFields) -> Option<&'static str> {
        match self {
            Expr::Is { field, .. } => field.of(system).is_none().then(|| field.name()),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().find_map(|part| part.lacks(system)),
        }
    }
}

impl Display for FieldSelection {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.expr.as_ref().map_or(Ok(()), |expr| expr.fmt(f))
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Expr::Is { field, values, is } => {
                let quote = |value: &String| {
                    let sign = if value.contains('"') { '\'' } else { '"' };
                    format!("{sign}{value}{sign}")
                };
                match values.as_slice() {
                    [value] => {
                        write!(f, "{} {} {}", field.name(), if *is { "=" } else { "!=" }, quote(value))
                    }
                    values => {
                        let list: Vec<String> = values.iter().map(quote).collect();
                        write!(
                            f,
                            "{} {} ({})",
                            field.name(),
                            if *is { "IN" } else { "NOT IN" },
                            list.join(", ")
                        )
                    }
                }
            }
            Expr::And(parts) => joined(f, parts, " AND "),
            Expr::Or(parts) => joined(f, parts, " OR "),
        }
    }
}

/// Prints the parts in parentheses.
fn joined(f: &mut Formatter<'_>, parts: &[Expr], operator: &str) -> std::fmt::Result {
    let parts: Vec<String> = parts.iter().map(Expr::to_string).collect();
    write!(f, "({})", parts.join(operator))
}

impl FromStr for FieldSelection {
    type Err = FieldSelectionError;

    /// Parses criteria. An empty text selects everything: `PutMetricFilter` removes the criteria (recorded).
    fn from_str(text: &str) -> Result<Self, FieldSelectionError> {
        if text.is_empty() {
            return Ok(FieldSelection { expr: None, has_brackets: false });
        }
        let span = Span::new(0, text.len());
        if text.chars().count() > SELECTION_CHARACTERS {
            return Err(FieldSelectionError { span, expected: "at most 2,000 characters" });
        }
        let mut parser = Parser { cursor: Cursor::new(text, token_length), depth: 0, has_brackets: false };
        let expr = parser.or()?;
        parser.cursor.skip_blanks();
        if !parser.cursor.rest().is_empty() {
            return Err(parser.expected("AND, OR or the end"));
        }
        Ok(FieldSelection { expr: Some(expr), has_brackets: parser.has_brackets })
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
    has_brackets: bool,
}

/// The bytes of the word that a text starts with, or of one other character.
fn token_length(text: &str) -> usize {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_');
    match text.find(|c| !is_word(c)) {
        Some(0) => text.chars().next().map_or(0, char::len_utf8),
        Some(end) => end,
        None => text.len(),
    }
}

type Parsed<T> = Result<T, FieldSelectionError>;

impl Parser<'_> {
    fn expected(&self, expected: &'static str) -> FieldSelectionError {
        FieldSelectionError { span: self.cursor.token_span(), expected }
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.cursor.takes_token(|token| token.eq_ignore_ascii_case(word))
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.cursor.takes(sign)
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut parts = vec![self.and()?];
        while self.takes_word("OR") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Or(parts) })
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut parts = vec![self.operand()?];
        while self.takes_word("AND") {
            parts.push(self.operand()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::And(parts) })
    }

    fn operand(&mut self) -> Parsed<Expr> {
        if self.takes("(") {
            self.depth += 1;
            if self.depth > SELECTION_NESTING {
                return Err(self.expected("at most 100 open parentheses"));
            }
            let inner = self.or()?;
            self.depth -= 1;
            return if self.takes(")") { Ok(inner) } else { Err(self.expected("`)`")) };
        }
        let field = if self.takes_word(Field::Account.name()) {
            Field::Account
        } else if self.takes_word(Field::Region.name()) {
            Field::Region
        } else {
            return Err(self.expected("`@aws.account`, `@aws.region` or `(`"));
        };
        if self.takes("!=") {
            return Ok(Expr::Is { field, values: vec![self.value()?], is: false });
        }
        if self.takes("=") {
            return Ok(Expr::Is { field, values: vec![self.value()?], is: true });
        }
        let is = !self.takes_word("NOT");
        if !self.takes_word("IN") {
            return Err(self.expected(if is { "`=`, `!=`, `IN` or `NOT IN`" } else { "`IN`" }));
        }
        Ok(Expr::Is { field, values: self.list()?, is })
    }

    fn list(&mut self) -> Parsed<Vec<String>> {
        let end = if self.takes("(") {
            ")"
        } else if self.takes("[") {
            self.has_brackets = true;
            "]"
        } else {
            return Err(self.expected("`(`"));
        };
        let mut values = vec![self.value()?];
        while self.takes(",") {
            values.push(self.value()?);
        }
        if self.takes(end) { Ok(values) } else { Err(self.expected("`,` or the end of the list")) }
    }

    fn value(&mut self) -> Parsed<String> {
        self.cursor.skip_blanks();
        let mut characters = self.cursor.rest().chars();
        let quote = match characters.next() {
            Some(quote @ ('"' | '\'')) => quote,
            _ => return Err(self.expected("a text in quotes")),
        };
        let Some((value, _)) = characters.as_str().split_once(quote) else {
            return Err(self.expected("a text that ends with its quote"));
        };
        self.cursor.advance(value.len() + 2 * quote.len_utf8());
        Ok(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria() {
        let system = SystemFields {
            account: Some("123456789012".to_owned()),
            region: Some("us-east-1".to_owned()),
            log_group: None,
        };
        for (text, selects) in [
            ("", true),
            ("@aws.account = \"123456789012\" AND @aws.region = 'us-east-1'", true),
            ("@aws.account != \"123456789012\"", false),
            ("@aws.region in (\"a\", 'us-east-1')", true),
            ("@aws.region NOT IN [\"us-east-1\"]", false),
            ("@aws.region = 'a' or (@aws.account = 'b' OR @aws.region = 'us-east-1')", true),
            ("@aws.region = 'us-east-1' OR @aws.region = 'a' AND @aws.region = 'b'", true),
        ] {
            let criteria: FieldSelection = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(criteria.selects(&system), selects, "{text}");
            let again: FieldSelection = criteria.to_string().parse().unwrap();
            assert_eq!(again.selects(&system), selects, "{text} as {criteria}");
        }
        let criteria: FieldSelection = "@aws.region = 'a'".parse().unwrap();
        assert_eq!(criteria.lacks(&SystemFields::default()), Some("@aws.region"));
        for (text, at) in [
            ("nonsense", "nonsense"),
            ("@aws.region === \"us-east-1\"", "="),
            ("@source.log = \"g\"", "@source.log"),
            ("@aws.region IN", ""),
            ("@aws.region = us", "us"),
            ("@aws.region = 'us", "'"),
            ("(@aws.region = 'a'", ""),
            ("@aws.region = 'a' && @aws.region = 'b'", "&"),
        ] {
            let error = text.parse::<FieldSelection>().unwrap_err();
            assert_eq!(error.span().of(text), at, "{text}");
        }
        assert!(format!("{}@aws.region = 'a'", "(".repeat(1500)).parse::<FieldSelection>().is_err());
    }
}
