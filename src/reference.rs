//! The reference evaluator: AWS's semantics, one rule at a time, as plainly as they can be said.
//! Every faster path in the crate is tested for equality with it. Sections cited are those of the
//! project's statement of the language (`tests/conformance/README.md` says where the facts are from).

use crate::number::{Decimal, compare};
use crate::semantics::Semantics;
use crate::syntax::ast::{
    ColumnCondition, Condition, Equality, Expr, Field, Node, Number, Order, Pattern, Predicate, Regex,
    Selector, Step, Term, TermMode, Value,
};
use crate::syntax::regex::{CompiledRegex, compile};
use crate::wildcard::WildcardPattern;
use memchr::memmem;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt::{Display, Formatter};

/// Evaluates one pattern by walking its AST for every message. Slow and simple.
#[derive(Debug, Clone)]
pub struct Reference {
    pattern: Pattern,
    semantics: Semantics,
    regexes: HashMap<String, CompiledRegex>,
}

impl Reference {
    /// Prepares a parsed pattern.
    #[must_use]
    pub fn new(pattern: &Pattern, semantics: Semantics) -> Self {
        let mut regexes = HashMap::new();
        for_each_regex(pattern, &mut |regex| {
            // the parser refused what does not compile
            regexes.extend(compile(regex).ok().map(|compiled| (regex.body.clone(), compiled)));
        });
        Reference { pattern: pattern.clone(), semantics, regexes }
    }

    /// Whether AWS would let the pattern match a log event with this message.
    #[must_use]
    pub fn is_match(&self, message: &[u8]) -> bool {
        self.evaluate(message, None)
    }

    /// Whether the verdict would be the other one if the clause had come out the other way. A clause is
    /// named by its text in canonical layout, by its selector, its column or its term.
    #[must_use]
    pub fn decides(&self, clause: &str, message: &[u8]) -> bool {
        self.evaluate(message, None) != self.evaluate(message, Some(clause))
    }

    /// The values of the columns of a space-delimited pattern for a message that matches, in the order
    /// of the columns, as (name with `$`, text); empty for the other kinds of pattern. `None` when the
    /// message does not match. Observed: a named column has no number (docs/filter-patterns.md#extracted-values).
    #[must_use]
    pub fn extract(&self, message: &[u8]) -> Option<Vec<(String, String)>> {
        if !self.is_match(message) {
            return None;
        }
        let Pattern::Space(fields) = &self.pattern else { return Some(Vec::new()) };
        let tokens = tokens(message);
        let columns = align(fields, &tokens, message)?;
        let value = |(name, text): (String, &[u8])| (name, String::from_utf8_lossy(text).into_owned());
        Some(columns.into_iter().map(|column| value((column.name, column.text))).collect())
    }

    pub(crate) fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Where a regular expression is found.
    pub(crate) fn find(&self, regex: &Regex, text: &[u8]) -> Option<std::ops::Range<usize>> {
        self.regexes.get(&regex.body)?.find(text).map(|found| found.range())
    }

    /// A condition's outcome with the values it was asked of, as the message writes them.
    pub(crate) fn see<'a>(&self, condition: &Condition, root: &'a RawValue) -> Seen<'a> {
        let values = select(&condition.selector.item, root).into_iter().map(RawValue::get).collect();
        Seen { holds: self.fulfils(condition, root), values }
    }

    /// The columns of a line; none when the pattern does not fit it.
    pub(crate) fn columns<'a>(&'a self, message: &'a [u8]) -> Option<Vec<SeenColumn<'a>>> {
        let Pattern::Space(fields) = &self.pattern else { return None };
        let columns = align(fields, &tokens(message), message)?;
        let seen = |column: Column<'a>| SeenColumn {
            name: column.name,
            text: column.text,
            condition: match column.field {
                Some(Field::Conditioned { condition, .. }) => Some(&condition.item),
                _ => None,
            },
        };
        Some(columns.into_iter().map(seen).collect())
    }

    pub(crate) fn holds_for_column(&self, condition: &ColumnCondition, text: &[u8]) -> bool {
        self.column_fulfils(&condition.predicate.item, text)
    }

    fn evaluate(&self, message: &[u8], flipped: Option<&str>) -> bool {
        match &self.pattern {
            Pattern::Everything => true,
            Pattern::Terms(terms) => matches_terms(terms, message, flipped),
            Pattern::Regex(regex) => self.search(&regex.item, message) != is_flipped(&regex.item, flipped),
            Pattern::Json(expr) => json_object(message).is_some_and(|root| {
                holds(&expr.item, &|condition: &Condition| {
                    let flip =
                        is_flipped(condition, flipped) || is_flipped(&condition.selector.item, flipped);
                    self.fulfils(condition, root) != flip
                })
            }),
            Pattern::Space(fields) => self.matches_columns(fields, message, flipped),
        }
    }

    /// docs/filter-patterns.md#selectors: some selected value fulfils the condition; `NOT EXISTS` asks that none is selected.
    fn fulfils(&self, condition: &Condition, root: &RawValue) -> bool {
        let values = select(&condition.selector.item, root);
        match &condition.predicate.item {
            Predicate::NotExists => values.is_empty(),
            predicate => values.iter().any(|value| self.value_fulfils(predicate, value.get())),
        }
    }

    /// docs/filter-patterns.md#conditions, the truth table, one row an arm. `json` is the value's text in the message.
    fn value_fulfils(&self, predicate: &Predicate, json: &str) -> bool {
        match (json.as_bytes().first(), predicate) {
            (Some(b'n'), Predicate::IsNull) => true,
            (Some(b't'), Predicate::IsTrue) => true,
            (Some(b'f'), Predicate::IsFalse) => true,
            (Some(b'['), Predicate::IsNull) => elements(json).iter().any(|element| element.get() == "null"),
            (Some(b'"'), Predicate::Compare(equality, value)) => {
                decode(json).is_some_and(|text| self.compare_text(&value.item, &text) == is_equal(*equality))
            }
            (Some(b'-' | b'0'..=b'9'), Predicate::Compare(equality, value)) => {
                self.compare_number(&value.item, json) == is_equal(*equality)
            }
            (Some(b'-' | b'0'..=b'9'), Predicate::Order(order, number)) => {
                is_ordered(json.as_bytes(), *order, &number.item)
            }
            _ => false,
        }
    }

    /// docs/filter-patterns.md#comparison, the column "JSON string": an unquoted number is compared as text, too.
    fn compare_text(&self, value: &Value, text: &[u8]) -> bool {
        match value {
            Value::Regex(regex) => self.search(regex, text),
            Value::Number(number) => number.lexeme.as_bytes() == text,
            Value::Quoted(pattern) | Value::Bare(pattern) => self.matches_wildcard(pattern, text),
        }
    }

    /// docs/filter-patterns.md#comparison, the column "JSON number": only an unquoted number is compared by value.
    fn compare_number(&self, value: &Value, source: &str) -> bool {
        match value {
            Value::Number(number) => are_equal(source.as_bytes(), number),
            value => self.compare_text(value, source.as_bytes()),
        }
    }

    /// docs/filter-patterns.md#wildcards; a pattern without a star is the text itself.
    fn matches_wildcard(&self, pattern: &str, text: &[u8]) -> bool {
        WildcardPattern::new(pattern, self.semantics.wildcard_algorithm()).is_match(text)
    }

    /// docs/filter-patterns.md#regular-expressions: found anywhere in the text.
    fn search(&self, regex: &Regex, text: &[u8]) -> bool {
        self.regexes.get(&regex.body).is_some_and(|compiled| compiled.is_match(text))
    }

    /// docs/filter-patterns.md#column-conditions: all columns' conditions hold.
    fn matches_columns(&self, fields: &[Node<Field>], message: &[u8], flipped: Option<&str>) -> bool {
        let tokens = tokens(message);
        let Some(columns) = align(fields, &tokens, message) else { return false };
        columns.iter().all(|column| match column.field {
            Some(Field::Conditioned { condition, name }) => holds(&condition.item, &|condition| {
                let flip = is_flipped(condition, flipped) || is_flipped(name, flipped);
                self.column_fulfils(&condition.predicate.item, column.text) != flip
            }),
            _ => true,
        })
    }

    /// docs/filter-patterns.md#column-conditions: as a JSON string, but a numeric token and an unquoted number are compared by value.
    fn column_fulfils(&self, predicate: &Predicate, text: &[u8]) -> bool {
        match predicate {
            Predicate::Compare(equality, value) => {
                let equal = match &value.item {
                    Value::Number(number) if Decimal::parse(text).is_some() => are_equal(text, number),
                    value => self.compare_text(value, text),
                };
                equal == is_equal(*equality)
            }
            Predicate::Order(order, number) => is_ordered(text, *order, &number.item),
            Predicate::IsNull | Predicate::IsTrue | Predicate::IsFalse | Predicate::NotExists => false,
        }
    }
}

/// What a condition was asked of, and what came of it.
pub(crate) struct Seen<'a> {
    pub(crate) holds: bool,
    pub(crate) values: Vec<&'a str>,
}

/// A column of a line.
pub(crate) struct SeenColumn<'a> {
    pub(crate) name: String,
    pub(crate) text: &'a [u8],
    pub(crate) condition: Option<&'a Expr<ColumnCondition>>,
}

/// The text of the one string or number at the end of the way.
pub(crate) fn text_of(selector: &Selector, message: &[u8]) -> Option<String> {
    let values = select(selector, json_object(message)?);
    let [value] = values.as_slice() else { return None };
    match value.get().as_bytes().first() {
        Some(b'"') => decode(value.get()).map(|text| String::from_utf8_lossy(&text).into_owned()),
        Some(b'-' | b'0'..=b'9') => Some(value.get().to_owned()),
        _ => None,
    }
}

/// How many columns a line has.
pub(crate) fn token_count(message: &[u8]) -> usize {
    tokens(message).len()
}

fn is_flipped(clause: &impl Display, flipped: Option<&str>) -> bool {
    flipped.is_some_and(|flipped| clause.to_string() == flipped)
}

fn is_equal(equality: Equality) -> bool {
    equality == Equality::Equal
}

/// docs/filter-patterns.md#comparison: by value, as decimals of any size.
fn are_equal(text: &[u8], number: &Number) -> bool {
    ordering(text, number).is_some_and(std::cmp::Ordering::is_eq)
}

/// docs/filter-patterns.md#conditions, docs/filter-patterns.md#column-conditions: what is not numeric has no order.
fn is_ordered(text: &[u8], order: Order, number: &Number) -> bool {
    ordering(text, number).is_some_and(|ordering| order.holds(ordering))
}

fn ordering(text: &[u8], number: &Number) -> Option<std::cmp::Ordering> {
    Some(compare(&Decimal::parse(text)?, &Decimal::parse(number.lexeme.as_bytes())?))
}

fn holds<C>(expr: &Expr<C>, condition: &dyn Fn(&C) -> bool) -> bool {
    match expr {
        Expr::Or(parts) => parts.iter().any(|part| holds(&part.item, condition)),
        Expr::And(parts) => parts.iter().all(|part| holds(&part.item, condition)),
        Expr::Group(inner) => holds(&inner.item, condition),
        Expr::Condition(leaf) => condition(leaf),
    }
}

/// docs/filter-patterns.md#term-patterns: plain terms all occur, excluded ones do not; optional ones count only among themselves.
fn matches_terms(terms: &[Node<Term>], message: &[u8], flipped: Option<&str>) -> bool {
    let occurs = |term: &Term| {
        let found = memmem::find(message, term.text.as_bytes()).is_some();
        found != (is_flipped(term, flipped) || flipped == Some(&term.text))
    };
    let terms = || terms.iter().map(|term| &term.item);
    if terms().all(|term| term.mode == TermMode::Optional) {
        return terms().any(occurs);
    }
    terms().all(|term| match term.mode {
        TermMode::Required => occurs(term),
        TermMode::Excluded => !occurs(term),
        TermMode::Optional => true,
    })
}

/// docs/filter-patterns.md#json-events: the whole message is one JSON object, blanks around it allowed.
pub(crate) fn json_object(message: &[u8]) -> Option<&RawValue> {
    let root: &RawValue = serde_json::from_slice(message).ok()?;
    root.get().starts_with('{').then_some(root)
}

/// docs/filter-patterns.md#selectors: the values at the end of the way; none when the way breaks.
fn select<'a>(selector: &Selector, root: &'a RawValue) -> Vec<&'a RawValue> {
    selector
        .steps
        .iter()
        .fold(vec![root], |values, step| values.into_iter().flat_map(|value| children(step, value)).collect())
}

/// docs/filter-patterns.md#selectors, the table of steps: wildcards take the values of objects and arrays alike, an index takes no
/// key, a key no element, and a scalar has no children.
fn children<'a>(step: &Step, value: &'a RawValue) -> Vec<&'a RawValue> {
    match (step, value.get().as_bytes().first()) {
        (Step::Key(key) | Step::QuotedKey(key), Some(b'{')) => {
            let members = members(value.get()).into_iter();
            members.filter(|(name, _)| name == key.as_bytes()).map(|(_, value)| value).collect()
        }
        (Step::Index(index), Some(b'[')) => elements(value.get()).get(*index).copied().into_iter().collect(),
        (Step::AnyKey | Step::AnyIndex, Some(b'{')) => {
            members(value.get()).into_iter().map(|(_, value)| value).collect()
        }
        (Step::AnyKey | Step::AnyIndex, Some(b'[')) => elements(value.get()),
        _ => Vec::new(),
    }
}

fn elements(array: &str) -> Vec<&RawValue> {
    serde_json::from_str(array).unwrap_or_default()
}

/// docs/filter-patterns.md#json-events: of keys that occur twice the last one counts.
fn members(object: &str) -> Vec<(Vec<u8>, &RawValue)> {
    let Members(all) = serde_json::from_str(object).unwrap_or_default();
    let last: HashMap<&[u8], usize> =
        all.iter().enumerate().map(|(at, (name, _))| (name.0.as_slice(), at)).collect();
    let kept = all.iter().enumerate().filter(|(at, (name, _))| last.get(name.0.as_slice()) == Some(at));
    kept.map(|(_, (name, value))| (name.0.clone(), *value)).collect()
}

/// A JSON string's text, escapes decoded (docs/filter-patterns.md#json-events). Bytes, because an escape may be half a surrogate pair.
fn decode(json: &str) -> Option<Vec<u8>> {
    serde_json::from_str(json).ok().map(|JsonText(text)| text)
}

struct JsonText(Vec<u8>);

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = JsonText;
            fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<JsonText, E> {
                Ok(JsonText(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[derive(Default)]
struct Members<'a>(Vec<(JsonText, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    members.push(entry);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// A token of a line: its text without delimiters, and where it starts with them.
struct Token<'a> {
    start: usize,
    text: &'a [u8],
}

/// docs/filter-patterns.md#columns-of-an-event: runs of white space separate; `"…"` and `[…]` hold together when they are closed.
fn tokens(message: &[u8]) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&first) = message.get(at) {
        if is_blank(first) {
            at += 1;
            continue;
        }
        let rest = message.get(at..).unwrap_or_default();
        let (text, length) = delimited(rest).unwrap_or_else(|| {
            let length = rest.iter().position(|&byte| is_blank(byte)).unwrap_or(rest.len());
            (rest.get(..length).unwrap_or_default(), length)
        });
        tokens.push(Token { start: at, text });
        at += length;
    }
    tokens
}

/// Lambda's `REPORT` messages end in a tab and a newline, and filters that compare their last column find them.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// docs/filter-patterns.md#columns-of-an-event: the rest of a line ends before trailing white space.
fn without_blanks_at_end(rest: &[u8]) -> &[u8] {
    let length = rest.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
    rest.get(..length).unwrap_or_default()
}

fn delimited(rest: &[u8]) -> Option<(&[u8], usize)> {
    let close = match rest.first()? {
        b'"' => b'"',
        b'[' => b']',
        _ => return None,
    };
    let inside = rest.get(1..)?;
    let length = memchr::memchr(close, inside)?;
    Some((inside.get(..length)?, length + 2))
}

struct Column<'a> {
    name: String,
    text: &'a [u8],
    field: Option<&'a Field>,
}

/// docs/filter-patterns.md#alignment: which text each column takes; `None` when the line has too few tokens.
fn align<'a>(fields: &'a [Node<Field>], tokens: &[Token<'a>], message: &'a [u8]) -> Option<Vec<Column<'a>>> {
    let fields: Vec<&Field> = fields.iter().map(|field| &field.item).collect();
    let numbered = |position: usize, text| Column { name: format!("${}", position + 1), text, field: None };
    if fields.is_empty() {
        return Some(tokens.iter().enumerate().map(|(at, token)| numbered(at, token.text)).collect());
    }
    let ellipsis = fields.iter().position(|field| matches!(field, Field::Ellipsis));
    let wanted = fields.len() - usize::from(ellipsis.is_some());
    let surplus = tokens.len().checked_sub(wanted).filter(|_| !tokens.is_empty())?;
    let mut columns = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        if matches!(field, Field::Ellipsis) {
            let skipped = tokens.iter().enumerate().skip(at).take(surplus);
            columns.extend(skipped.map(|(position, token)| numbered(position, token.text)));
            continue;
        }
        let behind_ellipsis = ellipsis.is_some_and(|ellipsis| ellipsis < at);
        let position = if behind_ellipsis { at - 1 + surplus } else { at };
        let token = tokens.get(position)?;
        let absorbs = ellipsis.is_none() && surplus > 0 && at + 1 == fields.len();
        let text = if absorbs { without_blanks_at_end(message.get(token.start..)?) } else { token.text };
        let name = field.name().map_or_else(|| numbered(position, text).name, |name| format!("${name}"));
        columns.push(Column { name, text, field: Some(field) });
    }
    Some(columns)
}

/// Visits the regular expressions of a pattern.
pub(crate) fn for_each_regex<'a>(pattern: &'a Pattern, visit: &mut dyn FnMut(&'a Regex)) {
    let mut of_predicate = |predicate: &'a Predicate| {
        if let Predicate::Compare(_, Node { item: Value::Regex(regex), .. }) = predicate {
            visit(regex);
        }
    };
    match pattern {
        Pattern::Json(expr) => expr.item.for_each(&mut |condition| of_predicate(&condition.predicate.item)),
        Pattern::Space(fields) => fields.iter().for_each(|field| {
            if let Field::Conditioned { condition, .. } = &field.item {
                condition.item.for_each(&mut |condition| of_predicate(&condition.predicate.item));
            }
        }),
        Pattern::Regex(regex) => visit(&regex.item),
        Pattern::Everything | Pattern::Terms(_) => {}
    }
}
