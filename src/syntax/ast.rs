//! The abstract syntax tree of a filter pattern.
//!
//! Every part has the span of its text. The tree keeps parentheses, quotes and the spelling of numbers, so that it prints back as a
//! text that parses to an equal tree. Equality ignores spans.
//!
//! ```
//! use cwfilter::FilterPattern;
//! use cwfilter::syntax::ast::{Expr, Pattern, Predicate};
//!
//! let pattern: FilterPattern = "{ $.user NOT EXISTS }".parse()?;
//! let Pattern::Json(expr) = pattern.ast() else { unreachable!() };
//! let Expr::Condition(condition) = &expr.item else { unreachable!() };
//! assert_eq!(condition.predicate.item, Predicate::NotExists);
//! assert_eq!(condition.selector.item.to_string(), "$.user");
//! # Ok::<(), cwfilter::ParseError>(())
//! ```

use crate::span::Span;

/// A part of a pattern and its span. Two nodes are equal if their parts are equal; spans are not compared.
///
/// ```
/// use cwfilter::{FilterPattern, syntax::ast::Pattern};
/// let pattern: FilterPattern = "ERROR timeout".parse()?;
/// let Pattern::Terms(terms) = pattern.ast() else { unreachable!() };
/// assert_eq!(terms[1].span.of(pattern.as_str()), "timeout");
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Node<T> {
    /// The bytes of the pattern's text that it was parsed from.
    pub span: Span,
    /// The part.
    pub item: T,
}

impl<T> Node<T> {
    /// A part with its span.
    pub fn new(span: Span, item: T) -> Self {
        Node { span, item }
    }
}

impl<T: PartialEq> PartialEq for Node<T> {
    fn eq(&self, other: &Self) -> bool {
        self.item == other.item
    }
}

impl<T: Eq> Eq for Node<T> {}

/// A filter pattern: one of the four kinds, or the empty pattern, which matches every event (docs/filter-patterns.md#pattern-kinds).
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::syntax::ast::Pattern;
/// let kind = |text: &str| text.parse().map(|pattern: FilterPattern| pattern.ast().clone());
/// assert!(matches!(kind("ERROR -debug")?, Pattern::Terms(terms) if terms.len() == 2));
/// assert!(matches!(kind("%ERR.*%")?, Pattern::Regex(_)));
/// assert!(matches!(kind("{ $.level = ERROR }")?, Pattern::Json(_)));
/// assert!(matches!(kind("[ip, status = 404]")?, Pattern::Space(columns) if columns.len() == 2));
/// assert_eq!(kind("")?, Pattern::Everything);
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// An empty text, or one of white space only: matches every event.
    Everything,
    /// Words and phrases (docs/filter-patterns.md#term-patterns).
    Terms(Vec<Node<Term>>),
    /// One regular expression over the whole message (docs/filter-patterns.md#regular-expressions).
    Regex(Node<Regex>),
    /// `{ … }`, conditions on the fields of a JSON object (docs/filter-patterns.md#json-patterns).
    Json(Node<Expr<Condition>>),
    /// `[ … ]`, conditions on the columns of a line (docs/filter-patterns.md#space-delimited-patterns).
    Space(Vec<Node<Field>>),
}

/// One word or phrase of a term pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Whether the text must occur.
    pub mode: TermMode,
    /// Whether white space is between the sign and the text: `- "Exiting"`.
    pub gap: bool,
    /// Whether the term follows the one before it without white space. The sign is then a hyphen inside an unquoted word: the
    /// `-b` of `a-b`.
    pub joined: bool,
    /// The text, with its escapes decoded.
    pub text: String,
    /// Whether the text was written in double quotes.
    pub quoted: bool,
}

impl Term {
    /// A quoted phrase that must occur.
    #[must_use]
    pub fn phrase(text: impl Into<String>) -> Self {
        Term { mode: TermMode::Required, gap: false, joined: false, text: text.into(), quoted: true }
    }
}

/// Whether a term must occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermMode {
    /// `term`: must occur.
    Required,
    /// `?term`: at least one of these must occur. AWS ignores them if the pattern has terms of another mode.
    Optional,
    /// `-term`: must not occur.
    Excluded,
}

/// A regular expression, `%body%`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Regex {
    /// The expression between the percent signs.
    pub body: String,
}

/// A boolean expression over conditions of type `C`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expr<C> {
    /// `a || b || …`, two or more.
    Or(Vec<Node<Expr<C>>>),
    /// `a && b && …`, two or more.
    And(Vec<Node<Expr<C>>>),
    /// `( … )`.
    Group(Box<Node<Expr<C>>>),
    /// One condition.
    Condition(C),
}

impl<C> Expr<C> {
    /// Calls `visit` for every condition, left to right.
    ///
    /// ```
    /// use cwfilter::{FilterPattern, syntax::ast::Pattern};
    /// let pattern: FilterPattern = "{ $.a = 1 && ($.b = 2 || $.c = 3) }".parse()?;
    /// let Pattern::Json(expr) = pattern.ast() else { unreachable!() };
    /// let mut selectors = Vec::new();
    /// expr.item.for_each(&mut |condition| selectors.push(condition.selector.item.to_string()));
    /// assert_eq!(selectors, ["$.a", "$.b", "$.c"]);
    /// # Ok::<(), cwfilter::ParseError>(())
    /// ```
    pub fn for_each<'a>(&'a self, visit: &mut impl FnMut(&'a C)) {
        match self {
            Expr::Or(parts) | Expr::And(parts) => parts.iter().for_each(|part| part.item.for_each(visit)),
            Expr::Group(inner) => inner.item.for_each(visit),
            Expr::Condition(condition) => visit(condition),
        }
    }
}

/// A condition on a field of a JSON object: `$.a = 1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub selector: Node<Selector>,
    /// What must be true of its value.
    pub predicate: Node<Predicate>,
}

/// `$.a.b[0]`: the path to a field.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::syntax::ast::{Expr, Pattern, Step};
/// let pattern: FilterPattern = "{ $.items[0].* = 1 }".parse()?;
/// let Pattern::Json(expr) = pattern.ast() else { unreachable!() };
/// let Expr::Condition(condition) = &expr.item else { unreachable!() };
/// let selector = &condition.selector.item;
/// assert_eq!(selector.steps, [Step::Key("items".into()), Step::Index(0), Step::AnyKey]);
/// assert_eq!(selector.to_string(), "$.items[0].*");
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector {
    /// The steps from the root, at least one.
    pub steps: Vec<Step>,
}

/// One step of a selector (docs/filter-patterns.md#selectors).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// `.key`
    Key(String),
    /// `.['key']`
    QuotedKey(String),
    /// `.*`
    AnyKey,
    /// `[n]`, from 0.
    Index(usize),
    /// `[*]`
    AnyIndex,
}

impl Step {
    /// `.*` or `[*]`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        match self {
            Step::AnyKey | Step::AnyIndex => true,
            Step::Key(_) | Step::QuotedKey(_) | Step::Index(_) => false,
        }
    }

    /// The key of a step into an object. `None` for a step into an array, and for a wildcard.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) | Step::QuotedKey(key) => Some(key),
            Step::AnyKey | Step::Index(_) | Step::AnyIndex => None,
        }
    }
}

/// What must be true of the value of a field or a column.
///
/// ```
/// use cwfilter::FilterPattern;
/// use cwfilter::syntax::ast::{Equality, Expr, Pattern, Predicate, Value};
/// let pattern: FilterPattern = r#"{ $.user != "root" }"#.parse()?;
/// let Pattern::Json(expr) = pattern.ast() else { unreachable!() };
/// let Expr::Condition(condition) = &expr.item else { unreachable!() };
/// let Predicate::Compare(Equality::NotEqual, value) = &condition.predicate.item else { unreachable!() };
/// assert_eq!(value.item, Value::Quoted("root".to_owned()));
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Predicate {
    /// `= value` or `!= value`.
    Compare(Equality, Node<Value>),
    /// `< n`, `<= n`, `> n`, `>= n`.
    Order(Order, Node<Number>),
    /// `IS NULL`
    IsNull,
    /// `IS TRUE`
    IsTrue,
    /// `IS FALSE`
    IsFalse,
    /// `NOT EXISTS`
    NotExists,
}

impl Predicate {
    /// The regular expression that the predicate compares with, and its span. `None` if it compares with another kind of value
    /// or with none.
    pub(crate) fn regex(&self) -> Option<(Span, &Regex)> {
        match self {
            Predicate::Compare(_, value) => match &value.item {
                Value::Regex(regex) => Some((value.span, regex)),
                Value::Quoted(_) | Value::Number(_) | Value::Bare(_) => None,
            },
            Predicate::Order(..)
            | Predicate::IsNull
            | Predicate::IsTrue
            | Predicate::IsFalse
            | Predicate::NotExists => None,
        }
    }
}

/// `=` or `!=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Equality {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
}

/// An order comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Order {
    /// The operator as a pattern writes it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Order::Less => "<",
            Order::LessOrEqual => "<=",
            Order::Greater => ">",
            Order::GreaterOrEqual => ">=",
        }
    }

    /// Whether the comparison holds for a value that compares to the number as `ordering`.
    ///
    /// ```
    /// use cwfilter::syntax::ast::Order;
    /// use std::cmp::Ordering;
    /// assert!(Order::LessOrEqual.holds(Ordering::Equal));
    /// assert!(!Order::LessOrEqual.holds(Ordering::Greater));
    /// ```
    #[must_use]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Order::Less => ordering.is_lt(),
            Order::LessOrEqual => ordering.is_le(),
            Order::Greater => ordering.is_gt(),
            Order::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The right side of `=` and `!=` (docs/filter-patterns.md#comparison).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// `%body%`
    Regex(Regex),
    /// `"text"`, with its escapes decoded.
    Quoted(String),
    /// An unquoted number.
    Number(Number),
    /// An unquoted word.
    Bare(String),
}

/// A number, spelled as in the pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number {
    /// The number's text.
    pub lexeme: String,
}

/// One column of a space-delimited pattern (docs/filter-patterns.md#space-delimited-grammar).
///
/// ```
/// use cwfilter::{FilterPattern, syntax::ast::Pattern};
/// let pattern: FilterPattern = "[ip, ..., status = 404]".parse()?;
/// let Pattern::Space(fields) = pattern.ast() else { unreachable!() };
/// let names: Vec<Option<&str>> = fields.iter().map(|field| field.item.name()).collect();
/// assert_eq!(names, [Some("ip"), None, Some("status")]);
/// assert!(fields[2].item.condition().is_some());
/// # Ok::<(), cwfilter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// No text between two commas: any token.
    Unnamed,
    /// `...`: any number of tokens.
    Ellipsis,
    /// A name.
    Named(String),
    /// A name with a condition.
    Conditioned {
        /// The column's name.
        name: String,
        /// The conditions on it. Each of them names this column.
        condition: Node<Expr<ColumnCondition>>,
    },
}

impl Field {
    /// The column's name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Field::Named(name) | Field::Conditioned { name, .. } => Some(name),
            Field::Unnamed | Field::Ellipsis => None,
        }
    }

    /// The conditions on the column, if it has any.
    #[must_use]
    pub fn condition(&self) -> Option<&Node<Expr<ColumnCondition>>> {
        match self {
            Field::Conditioned { condition, .. } => Some(condition),
            Field::Unnamed | Field::Ellipsis | Field::Named(_) => None,
        }
    }
}

/// A condition on a column: `status = 4*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnCondition {
    /// The name as written.
    pub name: Node<String>,
    /// `Compare` or `Order`: the grammar of columns has no other predicates.
    pub predicate: Node<Predicate>,
}
