//! Whether a CloudTrail record can be as an event is. The check reads the event and does not use the search.
//!
//! Two questions share one check of the members that the event has: whether the event is a whole record ([`Domain::contains`]), and whether
//! a record can have these members and others ([`Domain::excludes`]).

use super::domain::Domain;
use super::records::{
    IN_EACH_RECORD, NAMES, SIGN_IN, SIGN_INS, WITHOUT_NAME, is_always_a_text, known_sources,
};
use crate::cloudtrail::catalogue::{FieldKind, field, known_values, names_of};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};
use std::collections::HashSet;

/// The sources that a reason names.
const SOURCES_SHOWN: usize = 3;

impl Domain {
    /// Whether an event is one of the domain.
    ///
    /// ```
    /// use cwfilter::analysis::Domain;
    /// assert!(Domain::Json.contains("any text"));
    /// assert!(!Domain::CloudTrail.contains(r#"{"eventName":"StopLogging"}"#));
    /// ```
    #[must_use]
    pub fn contains(self, event: &str) -> bool {
        match self {
            Domain::Json => true,
            Domain::CloudTrail => record(event).is_ok_and(|record| is_whole(&record)),
        }
    }

    /// Why no event of the domain has the members of this event, alone or with others. `None` if one may have them: a part of a record is not
    /// excluded, and neither is a known event name with a source that the catalogue does not have.
    ///
    /// ```
    /// use cwfilter::analysis::Domain;
    /// let of = |event: &str| Domain::CloudTrail.excludes(event);
    /// assert_eq!(of(r#"{"eventName":"ConsoleLogin"}"#), None);
    /// assert_eq!(
    ///     of(r#"{"eventName":"ConsoleLogin","eventType":"AwsApiCall"}"#).as_deref(),
    ///     Some("`ConsoleLogin` has the event type `AwsConsoleSignIn`, never `AwsApiCall`")
    /// );
    /// ```
    #[must_use]
    pub fn excludes(self, event: &str) -> Option<String> {
        match self {
            Domain::Json => None,
            Domain::CloudTrail => match record(event) {
                Ok(record) => fault(&record),
                Err(why) => Some(why),
            },
        }
    }
}

fn text<'a>(record: &'a Map<String, Json>, key: &str) -> Option<&'a str> {
    record.get(key).and_then(Json::as_str)
}

/// Whether an object is a whole record that can exist.
pub(super) fn is_whole(record: &Map<String, Json>) -> bool {
    let is_named = text(record, "eventType").is_some_and(|kind| WITHOUT_NAME.contains(&kind))
        || NAMES.iter().all(|key| text(record, key).is_some());
    let is_of_source = text(record, "eventName").is_none_or(|name| {
        let source = text(record, "eventSource").unwrap_or_default();
        known_sources(name).is_none_or(|known| known.contains(&source))
    });
    is_named
        && is_of_source
        && IN_EACH_RECORD.iter().all(|key| text(record, key).is_some())
        && fault(record).is_none()
}

/// Why no record has the members of the object.
fn fault(record: &Map<String, Json>) -> Option<String> {
    of_name(record).or_else(|| of_members(record, ""))
}

/// Why no record has this name together with this source and type.
fn of_name(record: &Map<String, Json>) -> Option<String> {
    let name = text(record, "eventName")?;
    if let (Some(known), Some(source)) = (known_sources(name), text(record, "eventSource"))
        && !known.contains(&source)
        && !names_of(source).is_empty()
    {
        let (first, rest) = known.split_at_checked(SOURCES_SHOWN).unwrap_or((known, &[]));
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        return Some(format!(
            "`{name}` is never recorded by `{source}`, but by `{}`{more}",
            first.join("`, `")
        ));
    }
    let kind = text(record, "eventType").filter(|kind| SIGN_INS.contains(&name) && *kind != SIGN_IN)?;
    Some(format!("`{name}` has the event type `{SIGN_IN}`, never `{kind}`"))
}

/// Why no record has a field of the object with this type or value.
fn of_members(object: &Map<String, Json>, above: &str) -> Option<String> {
    object.iter().find_map(|(key, value)| {
        if key.contains('.') {
            return None;
        }
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        let below = || value.as_object().and_then(|inner| of_members(inner, &path));
        of_value(&path, value).or_else(below).or_else(|| of_elements(value, &path))
    })
}

/// Why no record has an element of the known array at the path. The known arrays are arrays of objects.
fn of_elements(value: &Json, path: &str) -> Option<String> {
    field(path).filter(|field| field.kind == FieldKind::Array)?;
    value.as_array()?.iter().find_map(|element| match element {
        Json::Object(inner) => of_members(inner, path),
        Json::Null => None,
        _ => Some(format!("an element of `{path}` is never {}", shown(element))),
    })
}

/// A value as a reason shows it.
fn shown(value: &Json) -> String {
    match value {
        Json::Object(_) => "an object".to_owned(),
        Json::Array(_) => "an array".to_owned(),
        scalar => scalar.to_string(),
    }
}

/// Why no record has this value at the path, by its type and the values that the catalogue knows. `None` if one may have it.
pub(crate) fn of_value(path: &str, value: &Json) -> Option<String> {
    let is_kind = match (field(path).map(|field| field.kind), value) {
        (_, Json::Null) => !is_always_a_text(path),
        (None | Some(FieldKind::Any), _) => true,
        (Some(FieldKind::String), it) => it.is_string(),
        (Some(FieldKind::Number), it) => it.is_number(),
        (Some(FieldKind::Boolean), it) => it.is_boolean(),
        (Some(FieldKind::Object), it) => it.is_object(),
        (Some(FieldKind::Array), it) => it.is_array(),
    };
    let known = known_values(path).filter(|known| known.is_closed && !value.is_null());
    let other = known.filter(|known| !value.as_str().is_some_and(|text| known.values.contains(&text)));
    if let Some(known) = other {
        // the text `"true"` is no boolean
        let written =
            |text: &&str| if value.is_string() { (*text).to_owned() } else { format!("\"{text}\"") };
        let values: Vec<String> = known.values.iter().map(written).collect();
        return Some(format!("`{path}` is never {}, CloudTrail writes {}", shown(value), values.join(", ")));
    }
    (!is_kind).then(|| format!("`{path}` is never {}", shown(value)))
}

/// The members of an event as the engine reads them, with escapes decoded. `Err` if CloudTrail does not write such a text: no object, a key that
/// occurs twice in an object, or an escape for a letter or a digit.
fn record(event: &str) -> Result<Map<String, Json>, String> {
    let mut reader = serde_json::Deserializer::from_str(event);
    let read = Members.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    let value = read.map_err(|why| match why.to_string() {
        text if why.is_data() => text,
        text if text.starts_with("number out of range") => "no record has a number of this size".to_owned(),
        text if text.starts_with("recursion limit") => "no record is nested so deep".to_owned(),
        _ => "it is not JSON".to_owned(),
    })?;
    if let Some(escape) = needless_escape(event) {
        return Err(format!("CloudTrail writes letters and digits as they are, never as `{escape}`"));
    }
    match value {
        Json::Object(record) => Ok(record),
        _ => Err("it is not a JSON object".to_owned()),
    }
}

/// The first escape of an ASCII letter or digit in valid JSON.
fn needless_escape(event: &str) -> Option<&str> {
    let mut at = 0;
    while let Some(found) = event.get(at..)?.find('\\') {
        let start = at + found;
        // the character after a backslash belongs to the escape
        at = start + 2;
        let code =
            event.get(start..).and_then(|rest| rest.strip_prefix("\\u")).and_then(|rest| rest.get(..4));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        if code.is_some_and(|letter| letter.is_ascii_alphanumeric()) {
            return event.get(start..start + 6);
        }
    }
    None
}

/// Reads a JSON value, and refuses a key that occurs twice in an object.
struct Members;

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Json;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Json;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element_seed(Members)? {
            all.push(element);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let (mut object, mut seen) = (Map::new(), HashSet::new());
        while let Some(key) = members.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!(
                    "no record has the key `{key}` twice in an object"
                )));
            }
            let value = members.next_value_seed(Members)?;
            object.insert(key, value);
        }
        Ok(object.into())
    }
}
