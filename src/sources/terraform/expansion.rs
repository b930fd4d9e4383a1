//! The instances that a block with `count` or `for_each` makes.

use crate::sources::made::Made;
use crate::sources::value::{Data, Place, Value};
use std::collections::BTreeMap;

/// The member of a block that says why it is not known how many there are. Terraform has no argument of this name.
pub(super) const OPEN: &str = "dynamic";

/// What a block with `count` or `for_each` is expanded to.
pub(super) struct Expansion {
    pub(super) instances: Vec<One>,
    /// Whether the instances are made. If not, the instance here only shows what the block says.
    pub(super) made: Made,
    pub(super) form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Single,
    Count,
    ForEach,
}

/// One instance of a block.
pub(super) struct One {
    /// `["a"]`, `[0]`, or nothing.
    pub(super) key: String,
    /// The key alone.
    pub(super) name: String,
    /// `each` or `count`.
    pub(super) names: Vec<(String, Value)>,
}

impl One {
    pub(super) fn new(
        key: String,
        name: String,
        scope: &str,
        members: Vec<(&str, Value)>,
        at: Place,
    ) -> Self {
        let members: BTreeMap<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        One { key, name, names: vec![(scope.to_owned(), Value::map(members, at))] }
    }
}

impl Expansion {
    /// The value of the whole block: that of its instance, a list, or a map.
    pub(super) fn value(&self, mut values: Vec<Value>, at: Place) -> Value {
        match self.form {
            Form::Single => values.pop().unwrap_or_else(|| Value::new(Data::Null, at)),
            Form::Count if self.made.is_absent() => Value::list(Vec::new(), at),
            Form::Count => Value::list(values, at),
            Form::ForEach if self.made.is_absent() => Value::map(BTreeMap::new(), at),
            Form::ForEach => {
                let names = self.instances.iter().map(|one| one.name.clone());
                Value::map(names.zip(values).collect(), at)
            }
        }
    }
}
