//! What an author wrote, with the place of every part. Faithful: parentheses, quotes and the
//! spelling of numbers are kept, so that the tree prints back.

use crate::span::Span;

/// A part of a pattern and where it stands. Two nodes are equal when they say the same thing,
/// wherever they stand.
#[derive(Debug, Clone)]
pub struct Node<T> {
    /// Where it stands in the pattern's text.
    pub span: Span,
    /// What it is.
    pub item: T,
}

impl<T> Node<T> {
    /// A part with its place.
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

/// A filter pattern of one of the four kinds, or the one that matches everything (docs/filter-patterns.md#pattern-kinds).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// Nothing, or only blanks: matches every event.
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
    /// What the term asks for.
    pub mode: TermMode,
    /// A blank is between the sign and the text: `- "Exiting"`.
    pub gap: bool,
    /// No blank is before the sign, which is an unquoted hyphen inside a word: the `-b` of `a-b`.
    pub joined: bool,
    /// The text, escapes decoded.
    pub text: String,
    /// Written in double quotes.
    pub quoted: bool,
}

impl Term {
    /// A phrase in quotes that must occur.
    #[must_use]
    pub fn phrase(text: impl Into<String>) -> Self {
        Term { mode: TermMode::Required, gap: false, joined: false, text: text.into(), quoted: true }
    }
}

/// What a term asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermMode {
    /// `term`: must occur.
    Required,
    /// `?term`: one of these must occur; ignored beside terms of the other kinds.
    Optional,
    /// `-term`: must not occur.
    Excluded,
}

/// `%body%`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Regex {
    /// The expression between the percent signs.
    pub body: String,
}

/// A boolean expression over conditions of type `C`.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// What is asked of it.
    pub predicate: Node<Predicate>,
}

/// `$.a.b[0]`: the way to a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector {
    /// The steps from the root, at least one.
    pub steps: Vec<Step>,
}

/// One step of a selector (docs/filter-patterns.md#selectors).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
        matches!(self, Step::AnyKey | Step::AnyIndex)
    }
}

/// What is asked of a field or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// `=` or `!=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Equality {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
}

/// An order comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Whether a value that stands in `ordering` to the number fulfils the comparison.
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
pub enum Value {
    /// `%body%`
    Regex(Regex),
    /// `"text"`, escapes decoded.
    Quoted(String),
    /// An unquoted number.
    Number(Number),
    /// An unquoted word.
    Bare(String),
}

/// A number as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number {
    /// The number's text.
    pub lexeme: String,
}

/// One column of a space-delimited pattern (docs/filter-patterns.md#space-delimited-grammar).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Nothing between two commas.
    Unnamed,
    /// `...`
    Ellipsis,
    /// A name.
    Named(String),
    /// A name with a condition.
    Conditioned {
        /// The column's name.
        name: String,
        /// What is asked of it; every condition names this column.
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
}

/// A condition on a column: `status = 4*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnCondition {
    /// The name as written.
    pub name: Node<String>,
    /// `Compare` or `Order`; columns have no other tests.
    pub predicate: Node<Predicate>,
}
