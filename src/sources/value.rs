//! Values of an evaluated configuration. Each value knows where it is written; a value that is not known names the reference that is
//! missing.

use super::align::Escapes;
use super::literal::LiteralSyntax;
use crate::limits::USES_SHOWN;
use crate::span::Span;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The number of a file in the list of files that are read together.
pub(super) type FileId = usize;

/// A range of bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) span: Span,
}

impl Place {
    pub(super) fn new(file: FileId, span: Span) -> Self {
        Place { file, span }
    }
}

/// A value and where it is from.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) data: Data,
    /// The literal, or the expression that computes the value.
    pub(super) at: Place,
    /// The references through which the value arrived, the first use first.
    pub(super) uses: Rc<[Use]>,
    /// Why a literal must not be rewritten, though it is the whole value.
    pub(super) fixed: Option<&'static str>,
    /// The address of the resource that the value describes; members that are missing are known once it is made.
    pub(super) address: Option<Rc<str>>,
}

/// A reference to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// The reference as it is written, such as `local.patterns`.
    pub(super) what: Rc<str>,
    pub(super) at: Place,
}

#[derive(Debug, Clone)]
pub(super) enum Data {
    /// Names the reference that is missing.
    Unknown(Rc<str>),
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<Text>),
    List(Rc<Vec<Value>>),
    Map(Rc<BTreeMap<String, Value>>),
}

/// A text and what it was put together from.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    /// Without what is not known.
    pub(super) string: String,
    /// In order; together as long as the text.
    pub(super) pieces: Vec<Piece>,
    /// The value that the text encodes as JSON.
    pub(super) encodes: Option<Value>,
}

/// A part of a text.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// In bytes; 0 for a hole.
    pub(super) length: usize,
    pub(super) origin: Origin,
}

impl Piece {
    /// Whether the next piece continues this one in the same literal.
    pub(super) fn is_followed_by(&self, next: &Piece) -> bool {
        match (&self.origin, &next.origin) {
            (Origin::Literal(a, start), Origin::Literal(b, next)) => {
                Rc::ptr_eq(a, b) && start + self.length == *next
            }
            _ => false,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// The bytes of a literal's value from this offset on.
    Literal(Rc<Literal>, usize),
    /// An expression computes it.
    Computed(Place),
    /// It is not known, and why.
    Hole(Rc<str>, Place),
}

/// A text as a file writes it.
#[derive(Debug)]
pub(super) struct Literal {
    /// The quotes included.
    pub(super) at: Place,
    /// What is between the quotes.
    pub(super) body: Span,
    pub(super) value: String,
    pub(super) escapes: Escapes,
    pub(super) syntax: LiteralSyntax,
}

impl Text {
    pub(super) fn computed(string: String, at: Place) -> Self {
        let pieces = vec![Piece { length: string.len(), origin: Origin::Computed(at) }];
        Text { string, pieces, encodes: None }
    }

    pub(super) fn literal(literal: Literal) -> Self {
        let string = literal.value.clone();
        let pieces = vec![Piece { length: string.len(), origin: Origin::Literal(Rc::new(literal), 0) }];
        Text { string, pieces, encodes: None }
    }

    pub(super) fn hole(why: Rc<str>, at: Place) -> Self {
        let pieces = vec![Piece { length: 0, origin: Origin::Hole(why, at) }];
        Text { string: String::new(), pieces, encodes: None }
    }

    /// The first part that is not known.
    pub(super) fn first_hole(&self) -> Option<&Rc<str>> {
        self.pieces.iter().find_map(|piece| match &piece.origin {
            Origin::Hole(why, _) => Some(why),
            _ => None,
        })
    }

    pub(super) fn push(&mut self, other: &Text) {
        self.string += &other.string;
        self.pieces.extend(other.pieces.iter().cloned());
        self.encodes = None;
    }

    pub(super) fn push_computed(&mut self, string: &str, at: Place) {
        self.string += string;
        self.pieces.push(Piece { length: string.len(), origin: Origin::Computed(at) });
    }

    /// The part from one byte to another.
    pub(super) fn slice(&self, start: usize, end: usize) -> Text {
        let string = self.string.get(start..end).unwrap_or_default().to_owned();
        let (mut at, mut pieces) = (0, Vec::new());
        for piece in &self.pieces {
            let (from, to) = (at.max(start), (at + piece.length).min(end));
            let is_hole = piece.length == 0 && at >= start && at <= end;
            if from < to || is_hole {
                let origin = match &piece.origin {
                    Origin::Literal(literal, offset) => Origin::Literal(literal.clone(), offset + from - at),
                    other => other.clone(),
                };
                pieces.push(Piece { length: to.saturating_sub(from), origin });
            }
            at += piece.length;
        }
        Text { string, pieces, encodes: None }
    }

    /// The text without white space at its ends; a hole ends it.
    pub(super) fn trimmed(&self) -> Text {
        let is_hole =
            |piece: Option<&Piece>| piece.is_some_and(|piece| matches!(piece.origin, Origin::Hole(..)));
        let string = self.string.as_str();
        let start = if is_hole(self.pieces.first()) { 0 } else { string.len() - string.trim_start().len() };
        let end = if is_hole(self.pieces.last()) { string.len() } else { string.trim_end().len() };
        self.slice(start.min(end), end)
    }

    /// The literal that is the whole text, but for white space at the literal's ends.
    pub(super) fn as_literal(&self) -> Option<(&Rc<Literal>, usize)> {
        let [Piece { length, origin: Origin::Literal(literal, start) }] = self.pieces.as_slice() else {
            return None;
        };
        let rest = [literal.value.get(..*start)?, literal.value.get(start + length..)?];
        rest.iter().all(|part| part.trim().is_empty()).then_some((literal, *start))
    }
}

impl Value {
    pub(super) fn new(data: Data, at: Place) -> Self {
        Value { data, at, uses: Rc::from([]), fixed: None, address: None }
    }

    pub(super) fn unknown(why: impl Into<Rc<str>>, at: Place) -> Self {
        Value::new(Data::Unknown(why.into()), at)
    }

    pub(super) fn text(text: Text, at: Place) -> Self {
        Value::new(Data::Text(Rc::new(text)), at)
    }

    pub(super) fn computed(string: impl Into<String>, at: Place) -> Self {
        Value::text(Text::computed(string.into(), at), at)
    }

    pub(super) fn list(list: Vec<Value>, at: Place) -> Self {
        Value::new(Data::List(Rc::new(list)), at)
    }

    pub(super) fn map(map: BTreeMap<String, Value>, at: Place) -> Self {
        Value::new(Data::Map(Rc::new(map)), at)
    }

    /// The same value, which describes a resource of this address.
    pub(super) fn missing_after_apply(self, address: &str) -> Self {
        Value { address: Some(address.into()), ..self }
    }

    /// The same value, which was reached through a reference.
    pub(super) fn used(mut self, what: &str, at: Place) -> Self {
        self.add_uses(&[Use { what: what.into(), at }]);
        self
    }

    /// Adds references that come before those that the value has.
    pub(super) fn add_uses(&mut self, earlier: &[Use]) {
        if earlier.is_empty() {
            return;
        }
        let mut all = earlier.to_vec();
        for one in self.uses.iter() {
            if !all.contains(one) && all.len() < USES_SHOWN {
                all.push(one.clone());
            }
        }
        self.uses = all.into();
    }

    pub(super) fn why_unknown(&self) -> Option<&Rc<str>> {
        match &self.data {
            Data::Unknown(why) => Some(why),
            Data::Text(text) => text.first_hole(),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    pub(super) fn as_list(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    pub(super) fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// A text that is wholly known.
    pub(super) fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) if text.first_hole().is_none() => Some(&text.string),
            _ => None,
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// A text, or a number or truth value as it is written.
    pub(super) fn to_text(&self) -> Option<Text> {
        match &self.data {
            Data::Text(text) => Some(Text::clone(text)),
            Data::Number(number) => Some(Text::computed(number_text(*number), self.at)),
            Data::Bool(is_true) => Some(Text::computed(is_true.to_string(), self.at)),
            Data::Unknown(why) => Some(Text::hole(why.clone(), self.at)),
            _ => None,
        }
    }

    /// A text that is wholly known, or a number or truth value as it is written.
    pub(super) fn to_string(&self) -> Option<String> {
        self.to_text().filter(|text| text.first_hole().is_none()).map(|text| text.string)
    }

    /// Why some part of the value is not known.
    pub(super) fn any_unknown(&self) -> Option<Rc<str>> {
        match &self.data {
            Data::List(list) => list.iter().find_map(Value::any_unknown),
            Data::Map(map) => map.values().find_map(Value::any_unknown),
            _ => self.why_unknown().cloned(),
        }
    }

    /// What the value is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.data {
            Data::Unknown(_) => "not known",
            Data::Null => "null",
            Data::Bool(_) => "a truth value",
            Data::Number(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }
}

/// A number as a text, without digits that it does not need.
pub(super) fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    // Terraform computes with more digits, so that 0.1 + 0.2 is 0.3
    let rounded =
        if number.fract() == 0.0 { number } else { format!("{number:.14e}").parse().unwrap_or(number) };
    format!("{rounded}")
}

/// Whether two known values are the same; `None` if some part is not known.
pub(super) fn same(a: &Value, b: &Value) -> Option<bool> {
    let is_same = match (&a.data, &b.data) {
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => return None,
        (Data::Null, Data::Null) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Number(a), Data::Number(b)) => a == b,
        (Data::Text(a), Data::Text(b)) => {
            if a.first_hole().is_some() || b.first_hole().is_some() {
                return None;
            }
            a.string == b.string
        }
        (Data::List(a), Data::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all_same(a.iter().zip(b.iter()))?
        }
        (Data::Map(a), Data::Map(b)) => {
            if !a.keys().eq(b.keys()) {
                return Some(false);
            }
            all_same(a.values().zip(b.values()))?
        }
        (Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) | Data::Map(_), _) => {
            false
        }
    };
    Some(is_same)
}

fn all_same<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    pairs.try_fold(true, |all, (a, b)| Some(all && same(a, b)?))
}
