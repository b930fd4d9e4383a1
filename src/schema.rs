//! JSON Schemas, generated from the types that files are read into and outputs are written from. The files of `docs/schemas` are made so:
//! the doc comments of the types are their descriptions.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;
use std::borrow::Cow;

/// The schema of a TOML file with this type. TOML has no `null`: a member that the type may lack is left out of the file, and its
/// schema does not allow `null`.
#[must_use]
pub fn of_toml_file<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with_transform(WithoutNull);
    settings.with_transform(RecursiveTransform(plain)).into_generator().into_root_schema_for::<T>()
}

/// Takes `null` out of the types and the defaults.
#[derive(Clone)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("default").is_some_and(Value::is_null) {
            schema.remove("default");
        }
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        if let Some(Value::Array(alternatives)) = schema.get_mut("anyOf") {
            alternatives.retain(|it| it.get("type").is_none_or(|name| name != "null"));
            if let [Value::Object(only)] = alternatives.as_slice() {
                let only = only.clone();
                schema.remove("anyOf");
                for (key, value) in only {
                    // the description of the member, not of its type
                    if schema.get(&key).is_none() {
                        schema.insert(key, value);
                    }
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

/// Takes out the formats of numbers, which are Rust's, and writes each description in one line.
fn plain(schema: &mut Schema) {
    let is_number = |name: &Value| {
        let is = |name: &Value| name == "integer" || name == "number";
        is(name) || name.as_array().is_some_and(|all| all.iter().any(is))
    };
    if schema.get("type").is_some_and(is_number) {
        schema.remove("format");
    }
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}

/// The schema of a text that is one of these.
fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Schema {
    let names: Vec<&str> = names.into_iter().collect();
    json_schema!({ "type": "string", "enum": names })
}

/// Any JSON.
impl JsonSchema for crate::alarm::Document {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

/// Implements `JsonSchema` for a type that is written as a text.
macro_rules! text {
    ($($type:ty: $schema:expr;)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )*};
}

text! {
    crate::hit::Severity: one_of(Self::ALL.map(Self::name));
    crate::alarm::State: one_of(Self::ALL.map(Self::name));
    crate::alarm::Comparison: one_of(Self::ALL.map(Self::sign).into_iter().chain(Self::ALL.map(Self::name)));
    crate::alarm::Missing: one_of(Self::ALL.map(Self::name));
    crate::alarm::LowSamples: one_of(Self::ALL.map(Self::name));
}
