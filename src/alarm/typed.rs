//! Objects of a [`Document`] as structs: one table of members makes the struct, the object in this order and, with the feature `schema`,
//! its JSON Schema.

use super::document::Document;
use super::state::State;

/// The value of a member; `None` if the object does not have it.
pub(super) trait Member {
    fn member(self) -> Option<Document>;
}

/// A text or `null`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub(super) struct Nullable(pub(super) Option<String>);

impl Member for Nullable {
    fn member(self) -> Option<Document> {
        Some(self.0.map_or(Document::Null, Document::from))
    }
}

impl<T: Member> Member for Option<T> {
    fn member(self) -> Option<Document> {
        self.and_then(T::member)
    }
}

impl<T: Member> Member for Vec<T> {
    fn member(self) -> Option<Document> {
        Some(Document::List(self.into_iter().filter_map(T::member).collect()))
    }
}

/// A member of each type as its value.
macro_rules! values {
    ($($type:ty: $it:ident => $value:expr,)*) => {
        $(impl Member for $type {
            fn member(self) -> Option<Document> {
                let $it = self;
                Some($value)
            }
        })*
    };
}

values! {
    String: it => Document::Text(it),
    bool: it => Document::Bool(it),
    f64: it => Document::Number(it),
    u64: it => Document::Integer(i64::try_from(it).unwrap_or(i64::MAX)),
    State: it => it.name().into(),
    Document: it => it,
}

/// The members that a field adds to the message: itself, or, if its name is empty, the members of its object.
pub(super) fn members((name, value): (&'static str, Option<Document>)) -> Vec<(&'static str, Document)> {
    match (name, value) {
        ("", Some(Document::Object(inner))) => inner,
        (name, value) => value.into_iter().map(|value| (name, value)).collect(),
    }
}

/// A struct whose members are those of a JSON object. A field with an empty name is a group of members.
macro_rules! object {
    ($(#[$of:meta])* $seen:vis struct $name:ident $(<$generic:ident>)? {
        $($(#[$doc:meta])* $json:literal $field:ident: $type:ty,)*
    }) => {
        $(#[$of])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        $seen struct $name $(<$generic>)? {
            $($(#[$doc])* #[cfg_attr(feature = "schema", schemars(rename = $json))] pub(super) $field: $type,)*
        }

        impl $(<$generic: $crate::alarm::typed::Member>)? $crate::alarm::typed::Member for $name $(<$generic>)? {
            fn member(self) -> Option<Document> {
                let members = [$(($json, $crate::alarm::typed::Member::member(self.$field))),*];
                Some(Document::Object(members.into_iter().flat_map($crate::alarm::typed::members).collect()))
            }
        }
    };
}

pub(super) use object;
