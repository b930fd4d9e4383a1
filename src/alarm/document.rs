//! JSON as CloudWatch writes it: members in a fixed order, numbers as Java prints them.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt::{Display, Formatter, Write};

/// A JSON value whose members keep their order. `Display` is the text that CloudWatch sends: `50.0`, `1.0E7`.
///
/// ```
/// use cwfilter::alarm::Document;
/// let document = Document::Object(vec![("Threshold", Document::Number(50.0)), ("Period", Document::Integer(60))]);
/// assert_eq!(document.to_string(), r#"{"Threshold":50.0,"Period":60}"#);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Document {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number, written without a point: periods, counts of periods, milliseconds.
    Integer(i64),
    /// A decimal number, written as Java's `Double.toString`: thresholds, values, sample counts.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Document>),
    /// An object; members in this order.
    Object(Vec<(&'static str, Document)>),
    /// JSON text that is passed on as it is, such as the reason data of `SetAlarmState`. The caller checks
    /// that it is JSON.
    Raw(String),
}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Document::Text(text.to_owned())
    }
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Document::Text(text)
    }
}

impl Document {
    /// The member of an object; `None` if it has none of this name, or is no object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Document> {
        let Document::Object(members) = self else { return None };
        members.iter().find(|(member, _)| *member == name).map(|(_, value)| value)
    }
}

impl Display for Document {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Document::Null => f.write_str("null"),
            Document::Bool(is) => write!(f, "{is}"),
            Document::Integer(number) => write!(f, "{number}"),
            Document::Number(number) => f.write_str(&decimal(*number)),
            Document::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Document::Raw(text) => f.write_str(text),
            Document::List(items) => {
                f.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at > 0 { "," } else { "" })?;
                }
                f.write_char(']')
            }
            Document::Object(members) => {
                f.write_char('{')?;
                for (at, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}\"{name}\":{value}", if at > 0 { "," } else { "" })?;
                }
                f.write_char('}')
            }
        }
    }
}

impl Serialize for Document {
    /// As JSON of the caller's kind: numbers as the serializer writes them, a [`Document::Raw`] parsed.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Document::Null => to.serialize_unit(),
            Document::Bool(is) => to.serialize_bool(*is),
            Document::Integer(number) => to.serialize_i64(*number),
            Document::Number(number) if number.is_nan() => to.serialize_str("NaN"),
            Document::Number(number) => to.serialize_f64(*number),
            Document::Text(text) => to.serialize_str(text),
            Document::Raw(text) => {
                serde_json::from_str::<serde_json::Value>(text).unwrap_or_default().serialize(to)
            }
            Document::List(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Document::Object(members) => {
                let mut map = to.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}

/// A number as Java's `Double.toString` prints it, and CloudWatch with it: `50.0`, `8.60604416E8`, `1.0E-4`
/// (reasons of alarms on `FreeableMemory`, widely published).
pub(super) fn decimal(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    // Rust writes 8.6e8 and 1e7
    let text = format!("{value:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_java_prints_them() {
        for (value, text) in [
            (50.0, "50.0"),
            (0.0, "0.0"),
            (3.4666088898518357, "3.4666088898518357"),
            (6_000_000.0, "6000000.0"),
            (1e7, "1.0E7"),
            (860_604_416.0, "8.60604416E8"),
            (1e9, "1.0E9"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (-12_345_678.9, "-1.23456789E7"),
        ] {
            assert_eq!(decimal(value), text);
        }
    }

    #[test]
    fn members_keep_their_order() {
        let document = Document::Object(vec![
            ("z", Document::List(vec![Document::Integer(60), Document::Number(1e7)])),
            ("a", "say \"é\"".into()),
            ("raw", Document::Raw("{ \"b\": 1 }".to_owned())),
        ]);
        assert_eq!(document.to_string(), r#"{"z":[60,1.0E7],"a":"say \"é\"","raw":{ "b": 1 }}"#);
        assert_eq!(
            serde_json::to_string(&document).unwrap(),
            r#"{"z":[60,10000000.0],"a":"say \"é\"","raw":{"b":1}}"#
        );
    }
}
