//! What [`Target::assumptions`](cwfilter::translate::Target::assumptions) asks of log events.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;

/// Whether the message is one JSON object that all engines read alike.
pub(crate) fn is_plain_object(message: &str) -> bool {
    message.trim_start().starts_with('{')
        && serde_json::from_str::<Plain>(message).is_ok()
        && !message.to_ascii_lowercase().contains("\\ud")
        && !has_long_number(message)
}

/// Whether the message is JSON for DuckDB as it is for CloudWatch Logs.
pub(crate) fn is_json_alike(message: &str) -> bool {
    is_plain_object(message) || !message.trim_start().starts_with('{')
}

/// Whether a number has more digits than a double keeps apart. Texts are not told apart from numbers.
fn has_long_number(message: &str) -> bool {
    let outside = message.split('"').step_by(2);
    outside.flat_map(|part| part.split(|c: char| !c.is_ascii_digit() && c != '.')).any(|run| run.len() > 15)
        || message
            .split('"')
            .step_by(2)
            .any(|part| part.to_ascii_lowercase().contains("e+3") || part.contains("e9"))
}

/// A value without a key that an object has twice.
struct Plain;

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Plain, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Plain;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Plain, E> {
                Ok(Plain)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Plain, E> {
                Ok(Plain)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Plain, E> {
                Ok(Plain)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Plain, E> {
                Ok(Plain)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Plain, E> {
                Ok(Plain)
            }
            fn visit_str<E>(self, _: &str) -> Result<Plain, E> {
                Ok(Plain)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Plain, A::Error> {
                while items.next_element::<Plain>()?.is_some() {}
                Ok(Plain)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Plain, A::Error> {
                let mut keys = HashSet::new();
                while let Some((key, _)) = members.next_entry::<String, Plain>()? {
                    if !keys.insert(key) {
                        return Err(serde::de::Error::custom("a key twice"));
                    }
                }
                Ok(Plain)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
