//! Reads the members of a request. An error says the path of the member, what is there and what is expected, in JSON's terms.

use super::ServiceError;
use super::json::Strict;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde_json::{Map, Value};
use std::fmt::{Display, Formatter};

/// The byte order marks of UTF-8 and UTF-16.
const MARKS: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];

/// The JSON object on a line: a request. A member that is given twice is an error, in every object.
///
/// ```
/// use cwfilter::answers::request_line;
/// assert_eq!(request_line(br#"{"op": "evaluate"}"#)?["op"], "evaluate");
/// assert!(request_line(br#"{"op": 1, "op": 2}"#).unwrap_err().message.contains("`op` is given twice"));
/// # Ok::<(), cwfilter::answers::ServiceError>(())
/// ```
///
/// # Errors
/// `SerializationException` for text that is not JSON, and for JSON that is not an object.
pub fn request_line(line: &[u8]) -> Result<Value, ServiceError> {
    if MARKS.iter().any(|mark| line.starts_with(mark)) {
        return Err(unreadable(
            "the line begins with a byte order mark (BOM): save the input as UTF-8 without it",
        ));
    }
    let Strict(value) = serde_json::from_slice(line).map_err(|error| {
        let text = error.to_string();
        // a request is one line: only the column says something
        let place = format!(" at line {} column {}", error.line(), error.column());
        match text.strip_suffix(&place) {
            Some(what) => unreadable(format!("{what} at column {}", error.column())),
            None => unreadable(text),
        }
    })?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(unreadable(format!("a request is an object, not {}", kind(&value))))
    }
}

/// Reads the members of a request into `T`. The error says the path of the member that is wrong, such as `puts[0].value`.
///
/// # Errors
/// `SerializationException` for a member that is missing, not known, or of another type.
pub fn read_members<T: DeserializeOwned>(request: Value) -> Result<T, ServiceError> {
    T::deserialize(Node(request)).map_err(|error| unreadable(error.to_string()))
}

pub(super) fn unreadable(message: impl Into<String>) -> ServiceError {
    ServiceError::new("SerializationException", message)
}

/// The kind of a JSON value; of a number, the number.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// What is wrong, and the path of the member, innermost part first.
#[derive(Debug)]
struct ReadError {
    path: Vec<String>,
    message: String,
}

impl ReadError {
    fn inside(mut self, part: String) -> Self {
        self.path.push(part);
        self
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        for (at, part) in self.path.iter().rev().enumerate() {
            let dot = if at == 0 || part.starts_with('[') { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        write!(f, "{}{}", if self.path.is_empty() { "" } else { ": " }, self.message)
    }
}

impl std::error::Error for ReadError {}

impl Error for ReadError {
    fn custom<T: Display>(message: T) -> Self {
        ReadError { path: Vec::new(), message: message.to_string() }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unit | Unexpected::Option => "null".to_owned(),
            Unexpected::Bool(is) => is.to_string(),
            Unexpected::Unsigned(number) => format!("the number {number}"),
            Unexpected::Signed(number) => format!("the number {number}"),
            Unexpected::Float(number) => format!("the number {number}"),
            Unexpected::Str(_) => "a text".to_owned(),
            Unexpected::Seq => "a list".to_owned(),
            Unexpected::Map => "an object".to_owned(),
            other => other.to_string(),
        };
        Self::custom(format!("{expected} is expected, not {found}"))
    }

    fn unknown_field(member: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("no member `{member}`; the members are {}", expected.join(", ")))
    }

    fn missing_field(member: &'static str) -> Self {
        Self::custom(format!("the member `{member}` is missing"))
    }

    fn duplicate_field(member: &'static str) -> Self {
        Self::custom(format!("the member `{member}` is given twice"))
    }
}

/// A value of the request.
struct Node(Value);

impl Node {
    fn wrong<T>(&self, expected: impl Display) -> Result<T, ReadError> {
        Err(ReadError::custom(format!("{expected} is expected, not {}", kind(&self.0))))
    }
}

/// Reads a whole number in the range of its type.
macro_rules! whole {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            let number = match &self.0 {
                Value::Number(number) => number.as_i128().and_then(|number| <$type>::try_from(number).ok()),
                _ => None,
            };
            match number {
                Some(number) => visitor.$visit(number),
                None => self.wrong(format_args!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Node {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(is),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), next: 0 }),
            Value::Object(members) => visitor.visit_map(Members::new(members)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_boolean() { self.deserialize_any(visitor) } else { self.wrong("true or false") }
    }

    whole!(deserialize_i64 visit_i64 i64, deserialize_u64 visit_u64 u64, deserialize_u32 visit_u32 u32);

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_f64() {
            Some(number) => visitor.visit_f64(number),
            None => self.wrong("a number"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_string() { self.deserialize_any(visitor) } else { self.wrong("a text") }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_array() { self.deserialize_any(visitor) } else { self.wrong("a list") }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_object() { self.deserialize_any(visitor) } else { self.wrong("an object") }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier ignored_any
    }
}

struct Items {
    items: std::vec::IntoIter<Value>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        seed.deserialize(Node(item)).map(Some).map_err(|error| error.inside(format!("[{at}]")))
    }
}

struct Members {
    members: serde_json::map::IntoIter,
    current: Option<(String, Value)>,
}

impl Members {
    fn new(members: Map<String, Value>) -> Self {
        Members { members: members.into_iter(), current: None }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = ReadError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        let key: StringDeserializer<ReadError> = name.clone().into_deserializer();
        self.current = Some((name, value));
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        let (name, value) = self.current.take().unwrap_or_default();
        seed.deserialize(Node(value)).map_err(|error| error.inside(name))
    }
}
